//! The desk of research, foresight and partnerships: projects, conventions, notes and their forecasts (decree 8°).

mod blocks;
mod certainty;
mod expiry;
mod note;
mod portfolio;
mod registers;
mod scores;
#[cfg(test)]
mod trial;

pub use registers::REGISTERS;
