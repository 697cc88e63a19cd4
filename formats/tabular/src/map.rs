//! Rows to facts.

mod controls;
mod counts;
pub(crate) mod dates;
mod field;
mod filter;
mod numbers;
mod plan;
mod reports;

pub use controls::{RowFault, RowTally};
pub use plan::{Context, Facts, Outcome, Plan};

#[cfg(test)]
mod tests;
