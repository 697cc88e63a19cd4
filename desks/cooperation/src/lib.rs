//! The desk of cooperation: requests to and from other States, joint operations, positions, capacity building.

mod asked;
mod blocks;
mod examination;
mod international;
mod operations;
mod outgoing;
mod preservation;
mod reasons;
mod registers;
mod request_sheets;

pub use registers::REGISTERS;

#[cfg(test)]
mod tests;
