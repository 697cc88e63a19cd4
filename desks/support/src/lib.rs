//! The desk of support: what investigating services ask for (decree 5°).

mod registers;

pub use registers::REGISTERS;
