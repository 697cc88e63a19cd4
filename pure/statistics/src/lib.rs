//! Measures of official statistics: rates, growth, shares, medians, intervals for a rate, rounding, and the control
//! of disclosure in tables with margins.
//!
//! Every function is a function of its arguments alone and gives the same bits on every machine: only the operations
//! that IEEE 754 rounds exactly are used (`+ − × ÷ √`), and `libm` for the exponential.

mod attack;
pub mod disclosure;
mod interval;
mod measure;

pub use disclosure::{Rule, Status, SumTable, TableError, protect};
pub use interval::{Interval, Z_95, poisson_limits, rate_interval};
pub use measure::{StatisticsError, growth, median, rate, round_half_even, share};
