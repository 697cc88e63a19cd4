//! The desk of research, foresight and partnerships (decree 8°).

mod registers;

pub use registers::REGISTERS;
