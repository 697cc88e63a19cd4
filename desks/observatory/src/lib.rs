//! The observatory: what comes in (sources and their intake), in which codes (lists), how good it is, what is measured
//! (indicators), how totals that do not agree are reconciled, and how figures leave (publication).

pub mod code_lists;
pub mod indicators;
pub mod intake;
pub mod publication;
pub mod quality;
pub mod reconciliation;
pub mod sources;
