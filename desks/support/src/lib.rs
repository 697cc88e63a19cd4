//! The desk of support: what investigating services ask for, who is sent with what, and what is learned from it (decree 5°).

mod blocks;
mod people;
mod places;
mod registers;
mod sheets;

pub use registers::REGISTERS;
