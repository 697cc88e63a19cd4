//! The desk of training: competences, modules and their versions, sessions, diffusion, results (decree 6°).

mod blocks;
mod content;
mod course;
mod coverage;
mod dashboard;
mod in_use;
mod legal;
mod levels;
mod reading;
mod registers;
mod results;
#[cfg(test)]
mod trial;

pub use content::{Unreadable, lessons_of};
pub use course::{NotPackaged, course_of};
pub use legal::{Cited, cited};
pub use reading::{PARSER, read_results};
pub use registers::REGISTERS;
pub use results::{Done, Ending, Outcomes, module_of, outcomes, pseudonym};
