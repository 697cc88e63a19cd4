//! Rows to facts.

mod counts;
pub(crate) mod dates;
mod field;
mod filter;
mod numbers;
mod periods;
mod personal;
mod plan;
mod reports;
mod totals;
mod trace;

pub(crate) use dates::{DayForm, period};
pub(crate) use numbers::NumberForm;
pub(crate) use personal::found;
pub use plan::{Context, Facts, Outcome, Plan};
pub use totals::TotalsRow;
pub use trace::{Traced, TracedObservable};

#[cfg(test)]
mod tests;
