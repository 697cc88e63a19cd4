//! The observatory: what comes in (sources and their intake), in which codes (lists), how good it is, and what is measured
//! (indicators).

pub mod code_lists;
pub mod indicators;
pub mod intake;
pub mod quality;
pub mod sources;
