//! The desk of the strategy: actions and how they go (decree 1°, 2°).

mod registers;

pub use registers::REGISTERS;
