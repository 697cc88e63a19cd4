//! The desk of contributions: what services are asked for the yearly report, and what they send (decree 3°).

mod registers;
mod sheets;
#[cfg(test)]
mod tests;

pub use registers::REGISTERS;
