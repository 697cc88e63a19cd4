//! The observatory: what comes in (sources and their intake), what is measured (indicators), and totals
//! that do not agree (reconciliation).

pub mod indicators;
pub mod intake;
pub mod reconciliation;
pub mod sources;
