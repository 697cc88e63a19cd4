//! The desk of capabilities: what units have, what they need, what is bought and what becomes of it (decree 4°).

mod blocks;
mod brands;
mod gaps;
mod priority;
mod registers;
mod sheets;
mod similar;
mod thresholds;

pub use registers::REGISTERS;
