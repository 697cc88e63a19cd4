//! The observatory: what comes in (sources and their intake), in which codes (lists), how good it is, what is measured
//! (indicators), how totals that do not agree are reconciled, how figures leave (publication), what people decide on them
//! (registers), and the chapters of the annual report that are ready to go into it.

pub mod chapters;
pub mod code_lists;
pub mod indicators;
pub mod intake;
pub mod publication;
pub mod quality;
pub mod reconciliation;
mod registers;
pub mod sources;

pub use registers::REGISTERS;
