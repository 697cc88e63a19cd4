//! The desk of prevention: plan, actions, diagnoses and their effect (decree 7°).

mod registers;

pub use registers::REGISTERS;
