//! The improved Farrington method of 2013: all past years by season, the recent past left out.
//!
//! Source: A. Noufaily, D. G. Enki, P. Farrington, P. Garthwaite, N. Andrews and A. Charlett, *An improved algorithm
//! for outbreak detection in multiple surveillance systems*, Statistics in Medicine 32(7), 2013. Differences from 1996:
//! between the windows of same weeks, the year is cut into `noPeriods` − 1 seasons, each with its level, so that all
//! counts of the last b years serve; the `pastWeeksNotIncluded` periods before the present are left out, so that a
//! rising outbreak does not raise its own threshold; only residuals above `weightsThreshold` are weighted down; a trend
//! stays when its p-value is below `pThresholdTrend` (1: always); and the threshold may be the quantile of a negative
//! binomial distribution with the expected count and dispersion (`nbPlugin`), or the same with the upper bound of the
//! expected count (`muan`). No threshold is given where the last periods hold too few cases (`limit54`).

use crate::detect::Foreseen;
use crate::distribution::{discrete_quantile, guess, negative_binomial_upper, normal_quantile, poisson_upper};
use crate::farrington::{Forecast, Model, Rules, Workspace, check_common, enough_cases};
use crate::{Point, PowerTransform, Series, SurveillanceError};
use libm::exp;

/// How the threshold follows from the expected count (`thresholdMethod`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThresholdMethod {
    /// As in 1996, by the delta method.
    Delta,
    /// Quantile of the negative binomial distribution at the expected count.
    NbPlugin,
    /// Quantile of the negative binomial distribution at the upper bound of the expected count.
    Muan,
}

/// Parameters of the flexible method. [`Default`] is the R package's; [`FlexibleParams::noufaily`] is the paper's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FlexibleParams {
    /// How many years to go back. 5 by default.
    pub b: usize,
    /// Half-width of the window around the same week of each year. 3 by default.
    pub w: usize,
    /// Whether past outbreaks are weighted down. Yes by default.
    pub reweight: bool,
    /// Standardised residual above which a count is weighted down. 2.58 by default.
    pub weights_threshold: f64,
    /// One-sided probability of a false alarm. 0.05 by default.
    pub alpha: f64,
    /// Whether a trend is tried. Yes by default.
    pub trend: bool,
    /// p-value below which a trend stays. 0.05 by default.
    pub p_threshold_trend: f64,
    /// Fewer than `.0` cases over the last `.1` periods: no threshold. (5, 4) by default.
    pub limit54: (f64, usize),
    /// The transform of the delta method. 2/3 by default.
    pub powertrans: PowerTransform,
    /// Seasons of a year, the window included; 1 keeps the windows only. 1 by default.
    pub no_periods: usize,
    /// Periods before the present left out of the baseline. `w` when none is given.
    pub past_weeks_not_included: Option<usize>,
    /// How the threshold is found. The delta method by default.
    pub threshold_method: ThresholdMethod,
    /// Whether the population enters as an offset. No by default.
    pub population_offset: bool,
}

impl Default for FlexibleParams {
    fn default() -> Self {
        Self {
            b: 5,
            w: 3,
            reweight: true,
            weights_threshold: 2.58,
            alpha: 0.05,
            trend: true,
            p_threshold_trend: 0.05,
            limit54: (5.0, 4),
            powertrans: PowerTransform::TwoThirds,
            no_periods: 1,
            past_weeks_not_included: None,
            threshold_method: ThresholdMethod::Delta,
            population_offset: false,
        }
    }
}

impl FlexibleParams {
    /// What the paper advises: ten seasons, half a year left out, the trend always kept, negative binomial quantile,
    /// one false alarm in a hundred.
    pub fn noufaily() -> Self {
        Self {
            no_periods: 10,
            past_weeks_not_included: Some(26),
            p_threshold_trend: 1.0,
            threshold_method: ThresholdMethod::NbPlugin,
            alpha: 0.01,
            ..Self::default()
        }
    }

    pub(crate) fn check(&self) -> Result<(), SurveillanceError> {
        check_common(self.b, self.alpha, self.limit54)?;
        if !(1..=52).contains(&self.no_periods) {
            let value = self.no_periods.to_string();
            return Err(SurveillanceError::Parameter { name: "noPeriods", value, expected: "1 to 52 seasons" });
        }
        if self.weights_threshold.is_nan() || self.weights_threshold <= 0.0 {
            let value = self.weights_threshold.to_string();
            return Err(SurveillanceError::Parameter { name: "weightsThreshold", value, expected: "a number > 0" });
        }
        Ok(())
    }

    pub(crate) fn point(&self, series: &Series, space: &mut Workspace, index: usize) -> Point {
        let point = Point::unknown(index, series.count(index));
        let Some(forecast) = self.forecast(series, space, index) else { return point };
        let Some((upper, p_value)) = self.threshold(&forecast, point.observed) else { return point };
        if !enough_cases(series, index, self.limit54) {
            return Point { p_value, ..point };
        }
        let alarm = point.observed > upper && point.observed > 0.0;
        Point { expected: Some(forecast.mean), threshold: Some(upper), p_value, alarm, ..point }
    }

    fn forecast(&self, series: &Series, space: &mut Workspace, index: usize) -> Option<Forecast> {
        self.baseline(series, space, index)?;
        let rules = Rules {
            reweight: self.reweight,
            weights_threshold: self.weights_threshold,
            p_threshold_trend: self.p_threshold_trend,
            prior_in_dispersion: true,
        };
        let model = Model::fit(space, self.trend, self.b, &rules)?;
        model.forecast(space, model.error_dispersion)
    }

    /// The count to come; none where nothing fits or the last periods hold too few cases.
    pub(crate) fn foreseen(&self, series: &Series, space: &mut Workspace, index: usize) -> Option<Foreseen> {
        let forecast = self.forecast(series, space, index)?;
        enough_cases(series, index, self.limit54).then_some(Foreseen { mean: forecast.mean, dispersion: forecast.phi })
    }

    fn threshold(&self, forecast: &Forecast, observed: f64) -> Option<(f64, Option<f64>)> {
        let z = normal_quantile(1.0 - self.alpha);
        let mean = match self.threshold_method {
            ThresholdMethod::Delta => {
                return self.powertrans.bound(forecast, z, observed).map(|b| (b.upper, b.p_value));
            }
            ThresholdMethod::NbPlugin => forecast.mean,
            ThresholdMethod::Muan => exp(forecast.predictor + z * forecast.predictor_se),
        };
        let phi = forecast.phi;
        let upper = |y: f64| if phi > 1.0 { negative_binomial_upper(y, mean, phi) } else { poisson_upper(y, mean) };
        let p_value = (!observed.is_nan()).then(|| upper(observed)).filter(|p| p.is_finite());
        Some((discrete_quantile(self.alpha, guess(self.alpha, mean, phi), upper)?, p_value))
    }

    /// The counts of the last b years with their season, oldest first; none when the first window starts before the
    /// series.
    fn baseline(&self, series: &Series, space: &mut Workspace, index: usize) -> Option<()> {
        let half = i64::try_from(self.w).ok()?;
        let present = i64::try_from(index).ok()?;
        let end = present - i64::try_from(self.past_weeks_not_included.unwrap_or(self.w)).ok()?;
        space.start(index);
        // Windows wider than a year overlap: a count enters once.
        let mut next = 0;
        let mut push = |from: i64, to: i64, season: usize| {
            for position in from.max(next)..to.min(end) {
                if let Ok(position) = usize::try_from(position) {
                    space.push(position, season);
                }
            }
            next = next.max(to);
        };
        let mut reference = series.calendar.years_before(index, self.b)?;
        for years in (0..self.b).rev() {
            if reference < half {
                return None;
            }
            let next = if years == 0 { present } else { series.calendar.years_before(index, years)? };
            push(reference - half, reference + half + 1, 0);
            self.seasons(reference + half + 1, next - half, &mut push)?;
            reference = next;
        }
        push(present - half, present + 1, 0);
        space.levels.ready();
        Some(())
    }

    /// Hands the positions from `start` to `end` (excluded), between two windows, as seasons 1 to `no_periods` − 1 of
    /// equal length, the first ones longer by one where it does not divide.
    fn seasons(&self, start: i64, end: i64, push: &mut impl FnMut(i64, i64, usize)) -> Option<()> {
        let n_seasons = i64::try_from(self.no_periods).ok()? - 1;
        if n_seasons == 0 {
            return Some(());
        }
        let between = end - start;
        if between < n_seasons {
            return None;
        }
        let (length, rest) = (between / n_seasons, between % n_seasons);
        let mut position = start;
        for n in 0..n_seasons {
            let last = position + length + i64::from(n < rest);
            push(position, last, usize::try_from(n + 1).ok()?);
            position = last;
        }
        Some(())
    }
}
