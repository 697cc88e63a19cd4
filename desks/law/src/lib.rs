//! The desk of the law: texts by version, what changes, who must follow, and what is said of bills (decree 9°).

mod bill_sheets;
mod blocks;
mod book;
mod citations;
mod impact;
mod reading;
mod registers;
mod shelf;
mod standing;

pub use book::{Asked, number_of};
pub use reading::{PARSER, read_law};
pub use registers::REGISTERS;
pub use shelf::Shelf;

#[cfg(test)]
mod tests;
