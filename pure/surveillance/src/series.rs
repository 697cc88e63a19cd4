//! A count series and what a detector says of its points.

use crate::Calendar;

/// Counts of successive periods, oldest first, without gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The counts: whole numbers ≥ 0, NaN where the count is missing.
    pub counts: Vec<f64>,
    /// Population of each period, as long as `counts`, when rates matter more than counts.
    pub population: Option<Vec<f64>>,
    /// How positions relate to years.
    pub calendar: Calendar,
}

/// What a detector says of one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Position in the series, from 0.
    pub index: usize,
    /// The count.
    pub observed: f64,
    /// The count to be expected, where it can be computed.
    pub expected: Option<f64>,
    /// The count beyond which it is an alarm, where it can be computed.
    pub threshold: Option<f64>,
    /// Probability of a count as large or larger under the baseline, where the method has one.
    pub p_value: Option<f64>,
    /// Whether the count lies beyond the threshold.
    pub alarm: bool,
}

impl Point {
    /// A point of which nothing can be said.
    pub(crate) fn unknown(index: usize, observed: f64) -> Self {
        Self { index, observed, expected: None, threshold: None, p_value: None, alarm: false }
    }
}

/// Why a series cannot be watched.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SurveillanceError {
    /// A count is negative or infinite.
    #[error("the count at position {index} is {value}: expected a number ≥ 0, or nothing where it is missing")]
    Count {
        /// Position from 0.
        index: usize,
        /// What it is.
        value: f64,
    },
    /// The population does not fit the counts.
    #[error("{n_population} populations for {n_counts} counts: give one positive population a period, or none")]
    Population {
        /// How many counts.
        n_counts: usize,
        /// How many populations.
        n_population: usize,
    },
    /// The range asked for lies outside the series.
    #[error("positions {start}..{end} asked of a series of {len} periods")]
    Range {
        /// First position.
        start: usize,
        /// Position after the last.
        end: usize,
        /// Periods of the series.
        len: usize,
    },
    /// A map of territories and weeks that does not fit.
    #[error(
        "a map of {territories} territories and {weeks} weeks: expected whole counts, as many in each row, expected counts \
         of the same shape, and zones of those territories"
    )]
    Map {
        /// How many territories.
        territories: usize,
        /// How many weeks.
        weeks: usize,
    },
    /// A parameter that the method does not take.
    #[error("`{name}` is no parameter of {method}: it takes {known}")]
    Unknown {
        /// What was given, cut.
        name: String,
        /// The method's code.
        method: &'static str,
        /// What it takes.
        known: String,
    },
    /// A value that does not read.
    #[error("{name} = {value}: expected {expected}")]
    Written {
        /// Its name, as in the R package.
        name: &'static str,
        /// What was given, cut.
        value: String,
        /// What it should be.
        expected: String,
    },
    /// A parameter makes no sense.
    #[error("{name} = {value}: expected {expected}")]
    Parameter {
        /// Its name, as in the R package.
        name: &'static str,
        /// What was given.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
}

impl Series {
    /// Checks what every method relies on.
    pub(crate) fn check(&self) -> Result<(), SurveillanceError> {
        if let Some((index, value)) = self.counts.iter().enumerate().find(|(_, v)| v.is_infinite() || **v < 0.0) {
            return Err(SurveillanceError::Count { index, value: *value });
        }
        if let Some(population) = &self.population
            && (population.len() != self.counts.len() || population.iter().any(|p| !p.is_finite() || *p <= 0.0))
        {
            return Err(SurveillanceError::Population { n_counts: self.counts.len(), n_population: population.len() });
        }
        self.calendar.check()
    }

    /// The count at `index`, NaN when it is missing or outside.
    pub(crate) fn count(&self, index: usize) -> f64 {
        self.counts.get(index).copied().unwrap_or(f64::NAN)
    }

    /// The offset of the regressions: the logarithm of the population, 0 without one.
    pub(crate) fn offset(&self, index: usize) -> f64 {
        self.population.as_ref().and_then(|p| p.get(index)).map_or(0.0, |p| libm::log(*p))
    }

    /// The counts of the `n` periods before `end`; none when they reach before the start or one is missing.
    pub(crate) fn before(&self, end: usize, n: usize) -> Option<&[f64]> {
        let window = self.counts.get(end.checked_sub(n)?..end)?;
        window.iter().all(|v| v.is_finite()).then_some(window)
    }
}
