//! The desk of the law: what changes, and who must follow (decree 9°).

mod registers;

pub use registers::REGISTERS;
