//! The observatory: what comes in (sources and their intake), in which codes (lists), and what is measured (indicators).

pub mod code_lists;
pub mod indicators;
pub mod intake;
pub mod sources;
