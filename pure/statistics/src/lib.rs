//! Measures of official statistics: rates, growth, shares, medians, intervals for a rate, rounding, the control of
//! disclosure in tables with margins, how many several lists missed, and slips of whoever copies a figure.
//!
//! Every function is a function of its arguments alone and gives the same bits on every machine: only the operations
//! that IEEE 754 rounds exactly are used (`+ − × ÷ √`), and `libm` for exponentials and logarithms.

mod attack;
pub mod capture;
pub mod disclosure;
mod interval;
pub mod loglinear;
mod measure;
pub mod slips;

pub use disclosure::{Rule, Status, SumTable, TableError, protect};
pub use interval::{Interval, Z_95, poisson_limits, rate_interval};
pub use measure::{StatisticsError, growth, median, rate, round_half_even, share};
