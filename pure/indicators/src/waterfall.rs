//! From one published total to another of the same period: a difference cut into the steps that are known.
//!
//! A step is *measured* when two published totals differ in one respect only: the field they cover, their unit, their
//! definition, their correction, the day at which they stood; or when one is the sum of the departments of the other, so
//! that what lies between was not located. It is *declared* when a publication tells it, with that source
//! ([`Declared`]). What neither tells is the residual. It is always there, and never shared out to make ends meet.

mod declared;
mod path;
mod totals;

pub use declared::Declared;
pub use totals::{Reach, Total, totals};

use crate::Text;

/// What a step between two totals accounts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The field covered: the whole of France, or metropolitan France.
    Scope,
    /// What one unit of the count is.
    Unit,
    /// The publisher's definition.
    Definition,
    /// What no department holds.
    NotLocated,
    /// Correction for season and working days.
    Correction,
    /// The day at which the data stood.
    Vintage,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 6] =
        [Self::Scope, Self::Unit, Self::Definition, Self::NotLocated, Self::Correction, Self::Vintage];

    /// A code for wording and exports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Unit => "unit",
            Self::Definition => "definition",
            Self::NotLocated => "not-located",
            Self::Correction => "correction",
            Self::Vintage => "vintage",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.code() == code)
    }
}

/// How a step is known.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence {
    /// Two published totals, the first and the second, that differ in the cause of the step only.
    Measured(Box<Total>, Box<Total>),
    /// A publication tells it.
    Declared {
        /// What it is.
        label: Text,
        /// Which publication, of which day.
        source: Text,
    },
}

/// A known part of the difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What it accounts for.
    pub cause: Cause,
    /// How much, from the first total towards the second, in the unit of the totals.
    pub amount: Amount,
    /// How it is known.
    pub evidence: Evidence,
}

/// What is known of the difference between two totals. The first total, the steps and the residual make the second
/// exactly.
#[derive(Debug, Clone, PartialEq)]
pub struct Waterfall {
    /// The total it starts from.
    pub from: Total,
    /// The total it goes to.
    pub to: Total,
    /// What is known, in the order of the way from one to the other.
    pub steps: Vec<Step>,
    /// What is not.
    pub residual: Amount,
    /// In what the totals differ that no step tells apart: the residual mixes these. Empty when every respect has its
    /// step, and the residual is a matter of rounding.
    pub mixed: Vec<Cause>,
}

/// A number of units, counted in thousandths so that sums are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(i64);

/// The largest count that is taken, in units: its thousandths are exact as a float.
const MOST: f64 = 9.0e12;

impl Amount {
    /// The nearest thousandth of `value`; nothing for what is no number, or beyond nine million millions.
    #[expect(clippy::cast_possible_truncation, reason = "its magnitude is below 2^53")]
    pub fn of(value: f64) -> Option<Self> {
        (value.abs() <= MOST).then(|| Self((value * 1000.0).round() as i64))
    }

    /// As a number of units.
    #[expect(clippy::cast_precision_loss, reason = "sums of a few amounts below 2^53 are printed to the unit")]
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// Why two totals are not brought together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WaterfallError {
    /// They come from two layers.
    #[error("survey, platform and recorded totals are not reconciled: one victim may stand in all three")]
    Layers,
    /// They count different phenomena.
    #[error("the two totals count different series: choose two totals of one series")]
    Series,
    /// They are of different periods.
    #[error("the two totals are of different periods: choose two totals of one period")]
    Periods,
    /// One of them is not among the totals given, or is no number.
    #[error("the total is not among those published")]
    Unknown,
}

/// Cuts the difference between two of `totals`, given by their places, into what is known and what is not.
///
/// # Errors
/// [`WaterfallError`] when the two are not of one layer, series and period.
pub fn waterfall(totals: &[Total], declared: &[Declared], from: usize, to: usize) -> Result<Waterfall, WaterfallError> {
    let (Some(a), Some(b)) = (totals.get(from), totals.get(to)) else { return Err(WaterfallError::Unknown) };
    if a.layer != b.layer {
        return Err(WaterfallError::Layers);
    }
    if a.series != b.series {
        return Err(WaterfallError::Series);
    }
    if a.period != b.period {
        return Err(WaterfallError::Periods);
    }
    let way = path::between(totals, declared, from, to);
    let known = way.steps.iter().fold(Amount::default(), |sum, step| sum.plus(step.amount));
    let residual = b.value.minus(a.value).minus(known);
    Ok(Waterfall { from: a.clone(), to: b.clone(), steps: way.steps, residual, mixed: way.mixed })
}

#[cfg(test)]
mod tests;
