//! Why a series is not decomposed.

/// Why a series is not decomposed. Positions count from 0 in the series given.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SeasonalError {
    /// A value is missing or infinite.
    #[error(
        "the value at position {index} is {value}: STL takes no hole; fill it and show it, or decompose what lies on either side"
    )]
    Value {
        /// Position.
        index: usize,
        /// What it is.
        value: f64,
    },
    /// The series, or what lies between two breaks, is too short.
    #[error("{len} values from position {start} with a period of {period}: more than two periods are needed, that is at least {}", 2 * period + 1)]
    Short {
        /// First position.
        start: usize,
        /// How many values.
        len: usize,
        /// Values of a period.
        period: usize,
    },
    /// Breaks are not inside the series, in order, each once.
    #[error(
        "a break at position {at} in a series of {len} values: give positions of the first value after each break, inside the series, in increasing order"
    )]
    Break {
        /// The break.
        at: usize,
        /// Values of the series.
        len: usize,
    },
    /// The numbers are too large to be added up.
    #[error("the values are too large to be decomposed: divide them by a power of ten first")]
    TooLarge,
    /// A parameter makes no sense.
    #[error("{name} = {value}: expected {expected}")]
    Parameter {
        /// Its name, as in R.
        name: &'static str,
        /// What was given.
        value: usize,
        /// What it should be.
        expected: &'static str,
    },
}
