//! CUSUM: small rises that last, added up week after week until they are too many to be chance.
//!
//! Sources: E. S. Page, *Continuous inspection schemes*, Biometrika 41, 1954; for counts, the transformation of
//! G. Rossi, L. Lampugnani and M. Marchi, *An approximate CUSUM procedure for surveillance of health events*,
//! Statistics in Medicine 18(16), 1999; F. J. Anscombe, *The transformation of Poisson, binomial and negative-binomial
//! data*, Biometrika 35, 1948; as M. Höhle, *surveillance*, Computational Statistics 22(4), 2007, section 2 brings them
//! together. With z(t) the count made near standard normal under its expected value m, S(t) = max(0, S(t−1) + z(t) − k)
//! and an alarm where S(t) ≥ h. The threshold is the count that would bring S(t) to h. With k = 1.04 and h = 2.26 a rise
//! of two standard deviations is found after 7 weeks, and chance alone alarms once in 500.
//!
//! After an alarm the R package goes on adding; [`CusumParams::reset`] begins again from 0 instead.
//!
//! ```
//! use beffroi_surveillance::{Calendar, CusumParams, Method, Series, detect};
//!
//! // Nine are expected; twelve are one standard deviation more: 1 − ½ is added each week, and 2 is reached in the fourth.
//! let mut counts = vec![9.0; 20];
//! counts.extend([12.0; 5]);
//! let series = Series { counts, population: None, calendar: Calendar::Index { frequency: 52 } };
//! let method = Method::Cusum(CusumParams { k: 0.5, h: 2.0, ..CusumParams::default() });
//! let alarms: Vec<bool> = detect(&method, &series, 20..25)?.iter().map(|point| point.alarm).collect();
//! assert_eq!(alarms, [false, false, false, true, true]);
//! # Ok::<(), beffroi_surveillance::SurveillanceError>(())
//! ```

use crate::glm::{Harmonics, Spread};
use crate::{Point, Series, SurveillanceError};
use libm::{cbrt, ceil, pow, sqrt};
use std::ops::Range;

/// How a count is brought near a standard normal variable (`trans`). In each, m is the expected count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CusumTransform {
    /// (y − m) / √m. The default.
    Standard,
    /// (y − 3m + 2√(y m)) / (2√m), for a mean below 10.
    Rossi,
    /// 3⁄2 (y^⅔ − m^⅔) / m^⅙.
    Anscombe,
    /// As before with the second term of the mean: (y^⅔ − m^⅔ + m^−⅓/9) / (⅔ m^⅙).
    Anscombe2nd,
    /// (y − m) / √(m + α m²), for counts spread as a negative binomial variable.
    PearsonNegBin,
    /// The count itself; k and h are then counts.
    None,
}

/// What a count is compared with (`m`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CusumMean {
    /// The mean of all counts before the first point looked at. The default.
    Past,
    /// A Poisson regression of those counts on a yearly wave (`glm`).
    Season,
    /// A given number.
    Given(f64),
}

/// Parameters of CUSUM.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CusumParams {
    /// What a week must exceed, in standard deviations, to add up. 1.04 by default.
    pub k: f64,
    /// The sum that is an alarm. 2.26 by default.
    pub h: f64,
    /// What a count is compared with.
    pub m: CusumMean,
    /// How a count is made normal.
    pub trans: CusumTransform,
    /// Dispersion of the negative binomial transformation: variance m + α m². 0.1 by default.
    pub alpha: f64,
    /// Whether the sum begins again after an alarm. No by default, as in the R package.
    pub reset: bool,
}

impl Default for CusumParams {
    fn default() -> Self {
        let (m, trans) = (CusumMean::Past, CusumTransform::Standard);
        Self { k: 1.04, h: 2.26, m, trans, alpha: 0.1, reset: false }
    }
}

impl CusumTransform {
    /// The count on the new scale.
    fn apply(self, y: f64, m: f64, alpha: f64) -> f64 {
        let two_thirds = |x: f64| cbrt(x * x);
        match self {
            Self::Standard => (y - m) / sqrt(m),
            Self::Rossi => (y - 3.0 * m + 2.0 * sqrt(y * m)) / (2.0 * sqrt(m)),
            Self::Anscombe => 1.5 * (two_thirds(y) - two_thirds(m)) / pow(m, 1.0 / 6.0),
            Self::Anscombe2nd => {
                (two_thirds(y) - (two_thirds(m) - 1.0 / (9.0 * cbrt(m)))) / (2.0 / 3.0 * pow(m, 1.0 / 6.0))
            }
            Self::PearsonNegBin => (y - m) / sqrt(m + alpha * m * m),
            Self::None => y,
        }
    }

    /// The count whose transform is `room`, never below 0: what the sum before leaves room for. As the R package gives
    /// it: rounded up for `Standard`; for `Anscombe2nd` with m^⅓/9, where the transform has m^−⅓/9; for `None`, which R
    /// writes as h less the sum after the week, what is left (`left`).
    fn count_of(self, room: f64, left: f64, m: f64, alpha: f64) -> f64 {
        let from_two_thirds = |centre: f64| {
            let at = 2.0 / 3.0 * pow(m, 1.0 / 6.0) * room + centre;
            if at < 0.0 { 0.0 } else { at * sqrt(at) }
        };
        let two_thirds = cbrt(m * m);
        let count = match self {
            Self::Standard => ceil(sqrt(m) * room + m),
            Self::Rossi => 2.0 * room * sqrt(m) + 5.0 * m - 2.0 * sqrt(4.0 * m * m + 2.0 * m * sqrt(m) * room),
            Self::Anscombe => from_two_thirds(two_thirds),
            Self::Anscombe2nd => from_two_thirds(two_thirds - cbrt(m) / 9.0),
            Self::PearsonNegBin => sqrt(m + alpha * m * m) * room + m,
            Self::None => left,
        };
        if count > 0.0 { count } else { 0.0 }
    }
}

impl CusumParams {
    pub(crate) fn check(&self) -> Result<(), SurveillanceError> {
        let wrong =
            |name, value: f64, expected| Err(SurveillanceError::Parameter { name, value: value.to_string(), expected });
        if !(self.k >= 0.0 && self.k.is_finite()) {
            return wrong("k", self.k, "a number ≥ 0");
        }
        if !(self.h > 0.0 && self.h.is_finite()) {
            return wrong("h", self.h, "a number > 0");
        }
        if !(self.alpha >= 0.0 && self.alpha.is_finite()) {
            return wrong("alpha", self.alpha, "a dispersion ≥ 0");
        }
        match self.m {
            CusumMean::Given(m) if !(m > 0.0 && m.is_finite()) => wrong("m", m, "an expected count > 0"),
            _ => Ok(()),
        }
    }

    /// The points of `range`. The sum is 0 before it; a missing count leaves the sum as it was.
    pub(crate) fn points(&self, series: &Series, range: Range<usize>) -> Vec<Point> {
        let means = self.means(series, &range);
        let mut sum = 0.0;
        range
            .zip(means)
            .map(|(index, mean)| {
                let point = Point::unknown(index, series.count(index));
                let Some(m) = mean.filter(|m| *m > 0.0 && m.is_finite()) else { return point };
                let before = sum;
                let known = !point.observed.is_nan();
                if known {
                    sum = (before + self.trans.apply(point.observed, m, self.alpha) - self.k).max(0.0);
                }
                let threshold = self.trans.count_of(self.h + self.k - before, self.h - sum, m, self.alpha);
                let alarm = known && sum >= self.h;
                if alarm && self.reset {
                    sum = 0.0;
                }
                Point { expected: Some(m), threshold: Some(threshold), alarm, ..point }
            })
            .collect()
    }

    /// The expected count of each point of `range`, from the counts before it.
    fn means(&self, series: &Series, range: &Range<usize>) -> Vec<Option<f64>> {
        let past = series.counts.get(..range.start).unwrap_or_default();
        match self.m {
            CusumMean::Given(m) => vec![Some(m); range.len()],
            CusumMean::Past => {
                let (sum, n) = past.iter().filter(|y| y.is_finite()).fold((0.0, 0.0), |(sum, n), y| (sum + y, n + 1.0));
                vec![(n > 0.0).then(|| sum / n); range.len()]
            }
            CusumMean::Season => {
                let wave = Harmonics { frequency: series.calendar.frequency(), n: 1, trend: false };
                match wave.fit(past, Spread::Poisson) {
                    Some(fit) => range.clone().map(|index| Some(fit.mean(index))).collect(),
                    None => vec![None; range.len()],
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Calendar;

    fn series(counts: Vec<f64>) -> Series {
        Series { counts, population: None, calendar: Calendar::Index { frequency: 52 } }
    }

    /// Nine expected, eighteen seen twice: z = 3, so that 1.96 and 3.92 are reached.
    #[test]
    fn it_begins_again_when_told() {
        let mut counts = vec![9.0; 10];
        counts.extend([18.0; 4]);
        let plain = CusumParams::default().points(&series(counts.clone()), 10..14);
        assert_eq!(plain.iter().map(|p| p.alarm).collect::<Vec<_>>(), [false, true, true, true]);
        assert_eq!(plain[0].threshold, Some(19.0));
        let again = CusumParams { reset: true, ..CusumParams::default() }.points(&series(counts), 10..14);
        assert_eq!(again.iter().map(|p| p.alarm).collect::<Vec<_>>(), [false, true, false, true]);
    }

    #[test]
    fn a_missing_count_neither_adds_nor_alarms() {
        let mut counts = vec![9.0; 10];
        counts.extend([18.0, f64::NAN, 18.0]);
        let points = CusumParams::default().points(&series(counts), 10..13);
        assert_eq!(points.iter().map(|p| p.alarm).collect::<Vec<_>>(), [false, false, true]);
        // Nothing before: nothing to compare with.
        assert_eq!(CusumParams::default().points(&series(vec![1.0]), 0..1)[0].threshold, None);
    }
}
