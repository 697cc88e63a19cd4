//! The desk of prevention: plan, actions, diagnoses and their effect (decree 7°).
//!
//! Persons reached, entities assessed and entities that improved are three numbers, and never one: reach is no effect.

mod aggregates;
mod blocks;
mod calendar;
mod cells;
mod coverage;
mod kinds;
mod map;
mod reach;
mod registers;
mod siren;
mod synthesis;
mod tally;
mod timeliness;
mod window;

pub use registers::REGISTERS;
