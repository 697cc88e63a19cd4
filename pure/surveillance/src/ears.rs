//! The EARS methods C1, C2 and C3: a moving baseline of a few periods, for series without a past.
//!
//! Sources: L. Hutwagner, W. Thompson, G. M. Seeman and T. Treadwell, *The bioterrorism preparedness and response Early
//! Aberration Reporting System (EARS)*, Journal of Urban Health 80(2), 2003; R. D. Fricker, B. L. Hegler and
//! D. A. Dunfee, *Comparing syndromic surveillance detection methods: EARS' versus a CUSUM-based methodology*,
//! Statistics in Medicine 27(17), 2008. With y the counts, m and s the mean and standard deviation of `baseline`
//! periods, z the normal quantile of 1 − `alpha`:
//!
//! - C1: m and s over the periods just before; alarm when y > m + z s;
//! - C2: the same, two periods left out between baseline and present;
//! - C3: with C2(t) = (y(t) − m(t)) / s(t) and e = max(0, C2(t−1) − 1) + max(0, C2(t−2) − 1), the threshold is
//!   max(0, y + (z − e) s), as the R package `surveillance` writes it. That threshold is relative to the count itself:
//!   C3 so written is an alarm when the two periods before carried too much excess, whatever the present period. It is
//!   given for comparison with published results; C2 or a Farrington method is the better default.

use crate::distribution::{normal_quantile, normal_upper};
use crate::{Point, Series, SurveillanceError};

/// Which of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarsVariant {
    /// Baseline just before.
    C1,
    /// Baseline two periods away.
    C2,
    /// C2 with the excess of the two periods before.
    C3,
}

/// Parameters of EARS.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EarsParams {
    /// Periods of the baseline, at least 3. 7 by default.
    pub baseline: usize,
    /// The least standard deviation used (`minSigma`). 0 by default.
    pub min_sigma: f64,
    /// Probability of a false alarm under a normal baseline. 0.001 by default for C1 and C2, 0.025 for C3.
    pub alpha: f64,
}

impl EarsParams {
    /// The defaults of a variant.
    pub fn default_of(variant: EarsVariant) -> Self {
        let alpha = if variant == EarsVariant::C3 { 0.025 } else { 0.001 };
        Self { baseline: 7, min_sigma: 0.0, alpha }
    }

    pub(crate) fn check(&self) -> Result<(), SurveillanceError> {
        let wrong = |name, value: String, expected| Err(SurveillanceError::Parameter { name, value, expected });
        if self.baseline < 3 {
            return wrong("baseline", self.baseline.to_string(), "at least 3 periods");
        }
        if !(self.min_sigma >= 0.0 && self.min_sigma.is_finite()) {
            return wrong("minSigma", self.min_sigma.to_string(), "a number ≥ 0");
        }
        if !(self.alpha > 0.0 && self.alpha < 1.0) {
            return wrong("alpha", self.alpha.to_string(), "a probability between 0 and 1");
        }
        Ok(())
    }

    /// Mean and standard deviation of the baseline that ends `gap` periods before `index`.
    fn baseline(&self, series: &Series, index: usize, gap: usize) -> Option<(f64, f64)> {
        let window = series.before(index.checked_sub(gap)?, self.baseline)?;
        let n = window.len() as f64;
        let mean = window.iter().sum::<f64>() / n;
        let variance = window.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0);
        Some((mean, libm::sqrt(variance).max(self.min_sigma)))
    }

    pub(crate) fn point(&self, variant: EarsVariant, series: &Series, index: usize) -> Point {
        let observed = series.count(index);
        let mut point = Point::unknown(index, observed);
        let gap = if variant == EarsVariant::C1 { 0 } else { 2 };
        let Some((mean, sigma)) = self.baseline(series, index, gap) else { return point };
        let z = normal_quantile(1.0 - self.alpha);
        point.expected = Some(mean);
        point.threshold = match variant {
            EarsVariant::C1 | EarsVariant::C2 => Some(mean + z * sigma),
            EarsVariant::C3 => self.carried_excess(series, index).and_then(|excess| {
                let threshold = observed + sigma * (z - excess);
                (!threshold.is_nan()).then_some(threshold.max(0.0))
            }),
        };
        if variant != EarsVariant::C3 && sigma > 0.0 && !observed.is_nan() {
            point.p_value = Some(normal_upper((observed - mean) / sigma));
        }
        point.alarm = point.threshold.is_some_and(|threshold| observed > threshold);
        point
    }

    /// Sum of max(0, C2 − 1) over the two periods before; none where it is undefined (0 / 0).
    fn carried_excess(&self, series: &Series, index: usize) -> Option<f64> {
        let mut sum = 0.0;
        for lag in 1..=2 {
            let at = index.checked_sub(lag)?;
            let (mean, sigma) = self.baseline(series, at, 2)?;
            let c2 = (series.count(at) - mean) / sigma;
            if c2.is_nan() {
                return None;
            }
            sum += (c2 - 1.0).max(0.0);
        }
        Some(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Calendar;

    fn series(counts: &[f64]) -> Series {
        Series { counts: counts.to_vec(), population: None, calendar: Calendar::Index { frequency: 52 } }
    }

    /// Worked by hand: the baseline 1…7 has mean 4 and standard deviation √(28/6); z(0.999) = 3.0902.
    #[test]
    fn c1_by_hand() {
        let series = series(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 11.0]);
        let params = EarsParams::default_of(EarsVariant::C1);
        let point = params.point(EarsVariant::C1, &series, 7);
        assert_eq!(point.expected, Some(4.0));
        let by_hand = 4.0 + 3.090_232_306_167_813 * (28f64 / 6.0).sqrt();
        assert!(point.threshold.is_some_and(|t| (t - by_hand).abs() < 1e-9));
        assert!(point.alarm);
        // Too early, or a hole in the baseline: nothing is said.
        assert_eq!(params.point(EarsVariant::C1, &series, 6).threshold, None);
        assert_eq!(params.point(EarsVariant::C2, &series, 7).threshold, None);
    }

    #[test]
    fn a_missing_count_says_nothing() {
        let mut counts = vec![2.0; 12];
        counts[5] = f64::NAN;
        let params = EarsParams::default_of(EarsVariant::C1);
        assert_eq!(params.point(EarsVariant::C1, &series(&counts), 9).threshold, None);
        counts[5] = 2.0;
        counts[11] = f64::NAN;
        assert!(!params.point(EarsVariant::C1, &series(&counts), 11).alarm);
    }
}
