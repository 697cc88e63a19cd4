//! The desk of cooperation: requests to and from other States, joint operations, positions, capacity building.

mod registers;

pub use registers::REGISTERS;
