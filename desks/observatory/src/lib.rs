//! The observatory: what comes in (sources and their intake) and what is measured (indicators).

pub mod indicators;
pub mod intake;
pub mod sources;
