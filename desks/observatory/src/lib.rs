//! The observatory: what comes in (sources and their intake), how good it is, and what is measured (indicators).

pub mod indicators;
pub mod intake;
pub mod quality;
pub mod sources;
