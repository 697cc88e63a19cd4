//! Likelihood-ratio detectors for seasonal counts: a rise by a known factor, or by any, Poisson or negative binomial.
//!
//! Source: M. Höhle and M. Paul, *Count data regression charts for the monitoring of surveillance time series*,
//! Computational Statistics & Data Analysis 52(9), 2008 (`glrnb` of the R package). The expected count μ₀(t) is a
//! regression of the past on yearly waves, with or without a trend; after an onset at k the count is expected to be
//! μ₀(t) e^κ. With ℓ(κ) the logarithm of the likelihood ratio of one count,
//!
//! - for κ known (`theta`), S(n) = max(0, S(n−1) + ℓₙ(κ)): a CUSUM;
//! - for κ unknown, S(n) is the largest over onsets k and over κ ≥ 0 of ℓₖ(κ) + … + ℓₙ(κ);
//!
//! with ℓ(κ) = y κ − μ₀ (e^κ − 1) for Poisson counts, and y κ − (y + 1/α) log((1 + α μ₀ e^κ)/(1 + α μ₀)) for negative
//! binomial ones. It is an alarm where S reaches `c.ARL`; the detector then begins again. The threshold of a point is
//! the count that would have been an alarm.
//!
//! ```
//! use beffroi_surveillance::{Calendar, GlrParams, Method, Series, detect};
//!
//! // One expected in a flat past, then four: S = 4 log 4 − 3 = 2.545 after one, twice that after two.
//! let mut counts: Vec<f64> = [0.0, 2.0].repeat(26);
//! counts.extend([4.0, 4.0]);
//! let series = Series { counts, population: None, calendar: Calendar::Index { frequency: 52 } };
//! let params = GlrParams { alpha: Some(0.0), harmonics: 0, c_arl: 5.0, ..GlrParams::default() };
//! let points = detect(&Method::Glr(params), &series, 52..54)?;
//! assert_eq!((points[0].alarm, points[1].alarm), (false, true));
//! // Six would have been an alarm at once: 6 log 6 − 5 = 5.75.
//! assert_eq!(points[0].threshold, Some(6.0));
//! # Ok::<(), beffroi_surveillance::SurveillanceError>(())
//! ```

use crate::glm::{Harmonics, Spread, damped};
use crate::{Point, Series, SurveillanceError};
use libm::{ceil, exp, fabs, log, log1p};
use std::ops::Range;

/// Parameters of the likelihood-ratio detectors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GlrParams {
    /// The statistic that is an alarm (`c.ARL`). 5 by default.
    pub c_arl: f64,
    /// Dispersion: variance μ + α μ². 0 is Poisson; none: estimated with the regression, which is the default.
    pub alpha: Option<f64>,
    /// κ when the rise looked for is known: the logarithm of the factor. None by default.
    pub theta: Option<f64>,
    /// The onset lies at most this many periods back (`M`). None by default: any.
    pub window: Option<usize>,
    /// Fewest periods of a rise (`Mtilde`). 1 by default.
    pub least: usize,
    /// Yearly waves of the regression (`S`). 1 by default.
    pub harmonics: usize,
    /// Whether the regression has a trend. No by default.
    pub trend: bool,
}

impl Default for GlrParams {
    fn default() -> Self {
        Self { c_arl: 5.0, alpha: None, theta: None, window: None, least: 1, harmonics: 1, trend: false }
    }
}

/// What a likelihood-ratio detector says of one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GlrPoint {
    /// The expected count.
    pub expected: f64,
    /// The statistic.
    pub statistic: f64,
    /// The count that would have been an alarm: whole for an unknown κ, not rounded for a known one. None when no count
    /// below 10⁹ would.
    pub cases: Option<f64>,
    /// Whether the statistic reached its limit; it begins again after that.
    pub alarm: bool,
}

/// One period since the last alarm.
#[derive(Debug, Clone, Copy)]
struct Seen {
    count: f64,
    mean: f64,
}

const MOST_CASES: f64 = 1e9;

impl GlrParams {
    pub(crate) fn check(&self) -> Result<(), SurveillanceError> {
        let wrong = |name, value: String, expected| Err(SurveillanceError::Parameter { name, value, expected });
        if !(self.c_arl > 0.0 && self.c_arl.is_finite()) {
            return wrong("c.ARL", self.c_arl.to_string(), "a number > 0");
        }
        if let Some(alpha) = self.alpha
            && !(alpha >= 0.0 && alpha.is_finite())
        {
            return wrong("alpha", alpha.to_string(), "a dispersion ≥ 0");
        }
        if let Some(theta) = self.theta
            && !(theta > 0.0 && theta <= 10.0)
        {
            return wrong("theta", theta.to_string(), "the logarithm of a factor, above 0 and at most 10");
        }
        if self.window == Some(0) || self.least == 0 || self.window.is_some_and(|window| window < self.least) {
            return wrong("M", format!("{:?}", self.window), "periods ≥ Mtilde ≥ 1");
        }
        if self.harmonics > 12 {
            return wrong("S", self.harmonics.to_string(), "0 to 12 waves a year");
        }
        Ok(())
    }

    pub(crate) fn points(&self, series: &Series, range: Range<usize>) -> Vec<Point> {
        let found = self.statistics(series, range.clone());
        range
            .zip(found)
            .map(|(index, found)| {
                let point = Point::unknown(index, series.count(index));
                found.map_or(point, |found| Point {
                    expected: Some(found.expected),
                    threshold: Some(found.cases.unwrap_or(MOST_CASES)),
                    alarm: found.alarm,
                    ..point
                })
            })
            .collect()
    }

    /// The statistics of `range`, whose past fits the regression; none where the count is missing, or everywhere when
    /// no regression fits.
    pub fn statistics(&self, series: &Series, range: Range<usize>) -> Vec<Option<GlrPoint>> {
        let past = series.counts.get(..range.start).unwrap_or_default();
        let shape = Harmonics { frequency: series.calendar.frequency(), n: self.harmonics, trend: self.trend };
        let spread = match self.alpha {
            None => Spread::Estimated,
            Some(0.0) => Spread::Poisson,
            Some(alpha) => Spread::Given(alpha),
        };
        let Some(fit) = shape.fit(past, spread) else { return vec![None; range.len()] };
        let alpha = fit.alpha;
        let (mut seen, mut sum): (Vec<Seen>, f64) = (Vec::new(), 0.0);
        range
            .map(|index| {
                let (count, mean) = (series.count(index), fit.mean(index));
                if count.is_nan() || !(mean > 0.0 && mean.is_finite()) {
                    return None;
                }
                let now = Seen { count, mean };
                let (statistic, cases) = match self.theta {
                    Some(theta) => {
                        let before = sum;
                        sum = (before + now.ratio(theta, alpha)).max(0.0);
                        // y (κ − D) = c − S + D/α, D the difference of the logarithms, its limit for Poisson.
                        let risen = damped(alpha, mean * exp(theta)) - damped(alpha, mean);
                        (sum, Some((self.c_arl - before + risen) / (theta - alpha * risen)))
                    }
                    None => {
                        seen.push(now);
                        let most = self.window.unwrap_or(usize::MAX);
                        let from = seen.len().saturating_sub(most.saturating_add(1));
                        let recent = seen.get_mut(from..).unwrap_or_default();
                        (largest(recent, self.least, alpha), self.cases(recent, alpha))
                    }
                };
                let alarm = statistic >= self.c_arl;
                if alarm {
                    seen.clear();
                    sum = 0.0;
                }
                Some(GlrPoint { expected: mean, statistic, cases, alarm })
            })
            .collect()
    }

    /// The smallest whole count of the last period that would be an alarm.
    fn cases(&self, recent: &mut [Seen], alpha: f64) -> Option<f64> {
        let observed = recent.last()?.count;
        let mut alarms = |count: f64| {
            if let Some(last) = recent.last_mut() {
                last.count = count;
            }
            let alarm = largest(recent, self.least, alpha) >= self.c_arl;
            if let Some(last) = recent.last_mut() {
                last.count = observed;
            }
            alarm
        };
        let (mut low, mut high) = (-1.0, ceil(observed).max(1.0));
        while !alarms(high) {
            low = high;
            high *= 2.0;
            if high > MOST_CASES {
                return None;
            }
        }
        while high - low > 1.0 {
            let middle = ceil(0.5 * (low + high)).min(high - 1.0);
            if alarms(middle) { high = middle } else { low = middle }
        }
        Some(high)
    }
}

impl Seen {
    /// ℓ(κ).
    fn ratio(&self, kappa: f64, alpha: f64) -> f64 {
        let mean = self.mean;
        if alpha > 0.0 {
            let logs = log1p(alpha * mean * exp(kappa)) - log1p(alpha * mean);
            self.count * kappa - (self.count + 1.0 / alpha) * logs
        } else {
            self.count * kappa - mean * (exp(kappa) - 1.0)
        }
    }
}

/// The largest likelihood ratio over onsets and factors.
fn largest(seen: &[Seen], least: usize, alpha: f64) -> f64 {
    let mut best = 0.0_f64;
    let (mut count, mut mean) = (0.0, 0.0);
    for (at, one) in seen.iter().enumerate().rev() {
        count += one.count;
        mean += one.mean;
        if seen.len() - at < least {
            continue;
        }
        let Some(run) = seen.get(at..) else { continue };
        best = best.max(if alpha > 0.0 { over_factors(run, alpha, log(count / mean)) } else { poisson(count, mean) });
    }
    best
}

/// y log(y/μ) + μ − y for a rise, 0 without one.
fn poisson(count: f64, mean: f64) -> f64 {
    if count > mean { count * log(count / mean) + mean - count } else { 0.0 }
}

/// The largest over κ ≥ 0 of the sum of ℓ(κ) of a run, by Newton's method: the sum is concave in κ.
fn over_factors(run: &[Seen], alpha: f64, start: f64) -> f64 {
    let mut kappa = if start.is_finite() { start.max(0.0) } else { 0.0 };
    for _ in 0..50 {
        let (mut slope, mut bend) = (0.0, 0.0);
        for one in run {
            let mean = one.mean * exp(kappa);
            let damp = 1.0 + alpha * mean;
            slope += (one.count - mean) / damp;
            bend += mean * (1.0 + alpha * one.count) / (damp * damp);
        }
        let step = (slope / bend).clamp(-1.0, 1.0);
        if step.is_nan() {
            return 0.0;
        }
        kappa = (kappa + step).max(0.0);
        if fabs(step) < 1e-12 || kappa == 0.0 && slope < 0.0 {
            break;
        }
    }
    run.iter().map(|one| one.ratio(kappa, alpha)).sum::<f64>().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dispersion that vanishes is the Poisson detector.
    #[test]
    fn the_negative_binomial_form_tends_to_poissons() {
        let seen: Vec<Seen> = [(4.0, 3.0), (9.0, 3.5), (2.0, 4.0), (11.0, 4.5)]
            .iter()
            .map(|(count, mean)| Seen { count: *count, mean: *mean })
            .collect();
        let (poisson, near) = (largest(&seen, 1, 0.0), largest(&seen, 1, 1e-9));
        assert!(poisson > 2.0);
        assert!((poisson - near).abs() < 1e-6, "{poisson} {near}");
        // More spread, less surprise.
        assert!(largest(&seen, 1, 0.5) < poisson);
    }

    #[test]
    fn fewer_than_before_is_no_rise() {
        assert_eq!(largest(&[Seen { count: 1.0, mean: 5.0 }], 1, 0.0), 0.0);
        assert_eq!(largest(&[Seen { count: 1.0, mean: 5.0 }], 1, 0.2), 0.0);
        assert_eq!(largest(&[Seen { count: 50.0, mean: 5.0 }], 2, 0.2), 0.0);
    }
}
