//! The parameters of STL, with the defaults of R's `stats::stl`.

use crate::{Median, SeasonalError};

/// Longest window and longest period: further out, every smoother is flat.
const LONGEST: usize = 1_000_000;

/// Degree of the polynomial that loess fits around each point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Degree {
    /// A constant (0).
    Constant,
    /// A line (1).
    Linear,
}

/// How the values of one season (all Januaries, say) are smoothed from one period to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeasonalWindow {
    /// The season is the same every period.
    Periodic,
    /// The season moves: so many periods are looked at (`s.window`; odd and at least 7 is advised, an even number is
    /// raised by one).
    Window(usize),
}

/// One loess smoother.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loess {
    /// How many points weigh in each fit.
    pub window: usize,
    /// What is fitted.
    pub degree: Degree,
    /// Every how many points a fit is made; straight lines between (`jump`).
    pub jump: usize,
}

impl Loess {
    /// A smoother of that window, a fit every tenth of it.
    pub fn new(window: usize, degree: Degree) -> Self {
        Self { window, degree, jump: window.div_ceil(10) }
    }
}

/// Parameters of a decomposition. [`StlParams::new`] gives the defaults of R.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StlParams {
    /// Values of a period: 12 for months, 52 for weeks.
    pub period: usize,
    /// How the season moves.
    pub seasonal: SeasonalWindow,
    /// The smoother of the trend (`t.window`, `t.degree`, `t.jump`); R's default when none.
    pub trend: Option<Loess>,
    /// The low-pass filter (`l.window`, `l.degree`, `l.jump`); R's default when none.
    pub low_pass: Option<Loess>,
    /// Rounds of the inner loop.
    pub inner: usize,
    /// Rounds of the outer loop, that of the robust weights.
    pub outer: usize,
    /// What the robust weights are reckoned from.
    pub median: Median,
}

impl StlParams {
    /// R's defaults for `robust = FALSE`: two inner rounds, no outer one; and the exact median.
    pub fn new(period: usize, seasonal: SeasonalWindow) -> Self {
        Self { period, seasonal, trend: None, low_pass: None, inner: 2, outer: 0, median: Median::Exact }
    }

    /// R's defaults for `robust = TRUE`: one inner round, fifteen outer ones, so that a single freak value moves neither
    /// trend nor season.
    #[must_use]
    pub fn robust(self) -> Self {
        Self { inner: 1, outer: 15, ..self }
    }

    /// The three smoothers for a series of `len` values: season, trend, low-pass filter.
    pub(crate) fn smoothers(&self, len: usize) -> Result<[Loess; 3], SeasonalError> {
        check("period", self.period, 2, LONGEST, "a whole number from 2 to a million")?;
        check("inner", self.inner, 1, 1000, "1 to 1000 rounds")?;
        check("outer", self.outer, 0, 1000, "0 to 1000 rounds")?;
        let seasonal = match self.seasonal {
            SeasonalWindow::Periodic => Loess::new(len.saturating_mul(10).saturating_add(1), Degree::Constant),
            SeasonalWindow::Window(window) => {
                check("s.window", window, 3, LONGEST, "a whole number from 3 to a million")?;
                Loess::new(window, Degree::Constant)
            }
        };
        let trend = self.trend.unwrap_or_else(|| {
            let width = 1.5 * self.period as f64 / (1.0 - 1.5 / seasonal.window as f64);
            Loess::new(odd(libm::ceil(width) as usize), Degree::Linear)
        });
        let low_pass = self.low_pass.unwrap_or_else(|| Loess::new(odd(self.period), trend.degree));
        for (window, jump, loess) in [("t.window", "t.jump", trend), ("l.window", "l.jump", low_pass)] {
            check(window, loess.window, 3, 2 * LONGEST, "a whole number from 3 to a million")?;
            check(jump, loess.jump, 1, LONGEST, "a whole number from 1 to a million")?;
        }
        Ok([seasonal, trend, low_pass].map(|loess| Loess { window: odd(loess.window.max(3)), ..loess }))
    }
}

/// The number, or the next one when it is even.
fn odd(number: usize) -> usize {
    number | 1
}

fn check(
    name: &'static str,
    value: usize,
    least: usize,
    most: usize,
    expected: &'static str,
) -> Result<(), SeasonalError> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(SeasonalError::Parameter { name, value, expected }) }
}
