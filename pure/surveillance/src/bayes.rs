//! The Bayesian method: the same weeks of past years and the last weeks, added up.
//!
//! Source: A. Riebler, *Empirischer Vergleich von statistischen Methoden zur Ausbruchserkennung bei Surveillance Daten*
//! (2004), as described by M. Höhle, *surveillance: an R package for the monitoring of infectious diseases*,
//! Computational Statistics 22(4), 2007, section 2.2. The baseline counts y₁…yₙ are Poisson with one mean, whose prior
//! is Jeffreys' (Γ(½, 0)); the count to come then is negative binomial with size Σy + ½ and probability n/(n + 1). An
//! alarm is a count above its (1 − α) quantile. It has no trend and no overdispersion, but it says something where no
//! regression can be fitted: a count that was always 0.

use crate::detect::Foreseen;
use crate::farrington::check_common;
use crate::{Point, Series, SurveillanceError};

/// Parameters of the Bayesian method.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BayesParams {
    /// How many years to go back; 0 for the last weeks alone (then with `act_y`). 0 by default.
    pub b: usize,
    /// Half-width of the window around the same week of each year, and how many of the last weeks. 6 by default.
    pub w: usize,
    /// Whether the last `w` weeks are used (`actY`). Yes by default.
    pub act_y: bool,
    /// Probability of a false alarm. 0.05 by default.
    pub alpha: f64,
}

impl Default for BayesParams {
    fn default() -> Self {
        Self { b: 0, w: 6, act_y: true, alpha: 0.05 }
    }
}

impl BayesParams {
    pub(crate) fn check(&self) -> Result<(), SurveillanceError> {
        if self.b == 0 && !self.act_y {
            let value = "FALSE".to_owned();
            return Err(SurveillanceError::Parameter { name: "actY", value, expected: "TRUE when b is 0" });
        }
        check_common(self.b.max(1), self.alpha, (0.0, 1))
    }

    pub(crate) fn point(&self, series: &Series, index: usize) -> Point {
        let point = Point::unknown(index, series.count(index));
        self.foreseen(series, index).map_or(point, |foreseen| foreseen.judge(self.alpha, point))
    }

    /// The count to come; none without a baseline.
    pub(crate) fn foreseen(&self, series: &Series, index: usize) -> Option<Foreseen> {
        let baseline = self.baseline(series, index);
        let n = baseline.len() as f64;
        let size = baseline.iter().sum::<f64>() + 0.5;
        // A negative binomial of size s and probability n / (n + 1) has mean s / n and dispersion (n + 1) / n.
        (!baseline.is_empty()).then_some(Foreseen { mean: size / n, dispersion: (n + 1.0) / n })
    }

    fn baseline(&self, series: &Series, index: usize) -> Vec<f64> {
        let half = i64::try_from(self.w).unwrap_or(i64::MAX);
        let present = i64::try_from(index).unwrap_or(i64::MAX);
        let mut positions: Vec<i64> = Vec::new();
        if self.act_y {
            positions.extend(present.saturating_sub(half).max(0)..present);
        }
        for years in 1..=self.b {
            if let Some(reference) = series.calendar.years_before(index, years) {
                positions
                    .extend(reference.saturating_sub(half).max(0)..=reference.saturating_add(half).min(present - 1));
            }
        }
        positions.sort_unstable();
        positions.dedup();
        let counts = positions.into_iter().filter_map(|position| usize::try_from(position).ok());
        counts.map(|position| series.count(position)).filter(|count| count.is_finite()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Calendar;

    /// After n zeros, P(Y = 0) = (n / (n + 1))^½: worked by hand for n = 3.
    #[test]
    fn zeros_expect_little() {
        let series =
            Series { counts: vec![0.0, 0.0, 0.0, 4.0], population: None, calendar: Calendar::Index { frequency: 52 } };
        let point = BayesParams { w: 3, ..BayesParams::default() }.point(&series, 3);
        assert!(point.expected.is_some_and(|mean| (mean - 0.5 / 3.0).abs() < 1e-12));
        // P(Y ≥ 1) = 1 − √¾ = 0.134, P(Y ≥ 2) = 0.134 − ½·¼·√¾ = 0.0257.
        assert_eq!(point.threshold, Some(1.0));
        assert!(point.alarm);
    }
}
