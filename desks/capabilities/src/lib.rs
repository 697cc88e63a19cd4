//! The desk of capabilities: what units need (decree 4°).

mod registers;

pub use registers::REGISTERS;
