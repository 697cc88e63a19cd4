//! Rows to facts.

mod controls;
mod counts;
pub(crate) mod dates;
mod field;
mod filter;
mod numbers;
mod periods;
mod personal;
mod plan;
mod recall;
mod reports;
mod sums;
mod totals;
mod trace;

pub use controls::{RowFault, RowTally};
pub(crate) use dates::{DayForm, period};
pub(crate) use numbers::NumberForm;
pub(crate) use personal::found;
pub use plan::{Context, Facts, Outcome, Plan};
pub use sums::GivenTotal;
pub use totals::TotalsRow;
pub use trace::{Traced, TracedObservable};

#[cfg(test)]
mod tests;
