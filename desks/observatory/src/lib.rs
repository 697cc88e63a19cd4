//! The observatory: what comes in (sources and their intake) and what is measured (indicators), and how it
//! leaves (publication).

pub mod indicators;
pub mod intake;
pub mod publication;
pub mod sources;
