//! The desk of training: competences, modules and their versions, sessions, results (decree 6°).

mod registers;

pub use registers::REGISTERS;
