//! Farrington's method of 1996: the same weeks of past years, past outbreaks weighted down.
//!
//! Source: C. P. Farrington, N. J. Andrews, A. D. Beale and M. A. Catchpole, *A statistical algorithm for the early
//! detection of outbreaks of infectious disease*, Journal of the Royal Statistical Society A 159(3), 1996. For period t,
//! the baseline is the 2w + 1 periods around t in each of the b years before. A quasi-Poisson regression
//! log μ = θ (+ β time) is fitted, its dispersion φ never below 1; baseline counts with standardised Anscombe residuals
//! s > 1 are weighted by s⁻² and the regression fitted again. The trend stays when b ≥ 3, it differs from 0 at 5 %, and
//! the expected count is not above every baseline count. With μ₀ the expected count and τ = φ + var(μ₀)/μ₀, the
//! threshold is μ₀ (1 + ⅔ z √(τ/μ₀))^{3/2}, z the normal quantile of 1 − α/2. Periods whose last `limit54.1` counts sum
//! to less than `limit54.0` give no alarm; the threshold is then 0, as the R package writes it.

use crate::distribution::{normal_quantile, normal_upper, student_two_sided};
use crate::levels::{Levels, Prepared};
use crate::{Point, Series, SurveillanceError};
use libm::{exp, pow, sqrt};

/// The transform that makes counts near normal (`powertrans`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowerTransform {
    /// None.
    None,
    /// Square root, which steadies the variance.
    Half,
    /// Power 2/3, which takes the skewness away. The default.
    TwoThirds,
}

/// Parameters of the method of 1996.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FarringtonParams {
    /// How many years to go back. 5 by default.
    pub b: usize,
    /// Half-width of the window around the same week of each year. 3 by default.
    pub w: usize,
    /// Whether past outbreaks are weighted down. Yes by default.
    pub reweight: bool,
    /// Probability outside the two-sided interval whose upper bound is the threshold. 0.05 by default.
    pub alpha: f64,
    /// Whether a trend is tried. Yes by default.
    pub trend: bool,
    /// Fewer than `.0` cases over the last `.1` periods are never an alarm. (5, 4) by default.
    pub limit54: (f64, usize),
    /// The transform. 2/3 by default.
    pub powertrans: PowerTransform,
    /// Whether the population enters as an offset, so that rates are compared. No by default.
    pub population_offset: bool,
}

impl Default for FarringtonParams {
    fn default() -> Self {
        Self {
            b: 5,
            w: 3,
            reweight: true,
            alpha: 0.05,
            trend: true,
            limit54: (5.0, 4),
            powertrans: PowerTransform::TwoThirds,
            population_offset: false,
        }
    }
}

impl FarringtonParams {
    pub(crate) fn check(&self) -> Result<(), SurveillanceError> {
        check_common(self.b, self.alpha, self.limit54)
    }

    pub(crate) fn point(&self, series: &Series, space: &mut Workspace, index: usize) -> Point {
        let point = Point::unknown(index, series.count(index));
        if self.baseline(series, space, index).is_none() {
            return point;
        }
        let Some(model) = Model::fit(space, self.trend, self.b, &self.rules()) else { return point };
        let Some(forecast) = model.forecast(space, model.phi) else { return point };
        let z = normal_quantile(1.0 - 0.5 * self.alpha);
        let Some(bound) = self.powertrans.bound(&forecast, z, point.observed) else { return point };
        let enough = enough_cases(series, index, self.limit54);
        let alarm = enough && (point.observed - forecast.mean) / (bound.upper - forecast.mean) > 1.0;
        Point {
            expected: Some(forecast.mean),
            threshold: Some(if enough { bound.upper } else { 0.0 }),
            p_value: bound.p_value,
            alarm,
            ..point
        }
    }

    fn rules(&self) -> Rules {
        Rules { reweight: self.reweight, weights_threshold: 1.0, p_threshold_trend: 0.05, prior_in_dispersion: false }
    }

    fn baseline(&self, series: &Series, space: &mut Workspace, index: usize) -> Option<()> {
        let half = i64::try_from(self.w).ok()?;
        space.start(index);
        for years in (1..=self.b).rev() {
            let reference = series.calendar.years_before(index, years)?;
            for position in reference - half..=reference + half {
                if let Ok(position) = usize::try_from(position)
                    && position < index
                {
                    space.push(position, 0);
                }
            }
        }
        space.levels.ready();
        Some(())
    }
}

/// What both Farrington methods ask of their parameters.
pub(crate) fn check_common(b: usize, alpha: f64, limit54: (f64, usize)) -> Result<(), SurveillanceError> {
    let wrong = |name, value: String, expected| Err(SurveillanceError::Parameter { name, value, expected });
    if !(1..=100).contains(&b) {
        return wrong("b", b.to_string(), "1 to 100 years");
    }
    if !(alpha > 0.0 && alpha < 1.0) {
        return wrong("alpha", alpha.to_string(), "a probability between 0 and 1");
    }
    if !(limit54.0 >= 0.0 && limit54.1 > 0) {
        return wrong("limit54", format!("{}:{}", limit54.0, limit54.1), "cases ≥ 0 and periods > 0, as 5:4");
    }
    Ok(())
}

/// Whether the last periods, `index` included, hold enough cases for an alarm to mean something.
pub(crate) fn enough_cases(series: &Series, index: usize, limit54: (f64, usize)) -> bool {
    let (cases, periods) = limit54;
    let start = (index + 1).saturating_sub(periods);
    series.counts.get(start..=index).is_some_and(|window| window.iter().sum::<f64>() >= cases)
}

/// The counts a regression is fitted on, and the point it is to forecast; one a series, used for each of its points.
pub(crate) struct Workspace {
    prepared: Vec<Prepared>,
    pub(crate) levels: Levels,
    now: usize,
    offset_now: f64,
}

impl Workspace {
    /// Makes the counts before `end` ready, with the population as an offset or without.
    pub(crate) fn new(series: &Series, end: usize, population: bool) -> Self {
        let offset = |position| if population { series.offset(position) } else { 0.0 };
        let prepared = (0..end).map(|position| Prepared::of(series.count(position), offset(position))).collect();
        Self { prepared, levels: Levels::default(), now: 0, offset_now: 0.0 }
    }

    /// Begins the baseline of the point at `index`.
    pub(crate) fn start(&mut self, index: usize) {
        self.levels.clear();
        self.now = index;
        self.offset_now = self.prepared.get(index).map_or(0.0, Prepared::offset);
    }

    /// Adds the count at `position`, unless it is missing.
    pub(crate) fn push(&mut self, position: usize, season: usize) {
        if let Some(prepared) = self.prepared.get(position) {
            self.levels.push(*prepared, position, season);
        }
    }
}

/// How a model is fitted.
pub(crate) struct Rules {
    pub(crate) reweight: bool,
    pub(crate) weights_threshold: f64,
    pub(crate) p_threshold_trend: f64,
    /// Whether standard errors after reweighting rest on prior weights alone, as the R package does in its flexible
    /// method.
    pub(crate) prior_in_dispersion: bool,
}

/// What a fitted baseline is worth.
pub(crate) struct Model {
    /// Dispersion, at least 1.
    pub(crate) phi: f64,
    /// Dispersion behind standard errors.
    pub(crate) error_dispersion: f64,
}

/// What is expected at the point to forecast.
pub(crate) struct Forecast {
    /// Expected count.
    pub(crate) mean: f64,
    /// Linear predictor, offset included.
    pub(crate) predictor: f64,
    /// Standard error of the linear predictor.
    pub(crate) predictor_se: f64,
    /// Dispersion, at least 1.
    pub(crate) phi: f64,
}

impl Model {
    /// Fits with a trend if it holds, else without.
    pub(crate) fn fit(space: &mut Workspace, trend: bool, b: usize, rules: &Rules) -> Option<Self> {
        if trend && let Some(model) = Self::fit_one(&mut space.levels, true, rules) {
            let (slope, se) = space.levels.slope();
            let p = student_two_sided(slope / (se * sqrt(model.error_dispersion)), space.levels.residual_df());
            let mean = model.forecast(space, 1.0)?.mean;
            if b >= 3 && p < rules.p_threshold_trend && mean <= space.levels.highest() {
                return Some(model);
            }
        }
        Self::fit_one(&mut space.levels, false, rules)
    }

    fn fit_one(levels: &mut Levels, trend: bool, rules: &Rules) -> Option<Self> {
        levels.unweighted();
        levels.fit(trend)?;
        let dispersion = levels.dispersion(false);
        // NaN (no degree of freedom) reads as 1.
        let phi = dispersion.max(1.0);
        if !rules.reweight {
            return Some(Self { phi, error_dispersion: dispersion });
        }
        levels.reweigh(phi, rules.weights_threshold);
        levels.fit(trend)?;
        let dispersion = levels.dispersion(false);
        let error_dispersion = if rules.prior_in_dispersion { levels.dispersion(true) } else { dispersion };
        Some(Self { phi: dispersion.max(1.0), error_dispersion })
    }

    /// The forecast, its standard error for dispersion `dispersion`; none when it is not finite.
    pub(crate) fn forecast(&self, space: &Workspace, dispersion: f64) -> Option<Forecast> {
        let (linear, unit_se) = space.levels.predict(space.now);
        let predictor = linear + space.offset_now;
        let mean = exp(predictor);
        let predictor_se = unit_se * sqrt(dispersion);
        (mean.is_finite() && mean > 0.0).then_some(Forecast { mean, predictor, predictor_se, phi: self.phi })
    }
}

/// An upper bound on the scale of counts.
pub(crate) struct Bound {
    pub(crate) upper: f64,
    pub(crate) p_value: Option<f64>,
}

impl PowerTransform {
    /// The bound at `z` standard deviations, by the delta method on the transformed scale; none when undefined.
    pub(crate) fn bound(self, forecast: &Forecast, z: f64, observed: f64) -> Option<Bound> {
        let mean = forecast.mean;
        let se_mean = forecast.predictor_se * mean;
        let tau = forecast.phi + se_mean * se_mean / mean;
        let (exponent, se) = match self {
            Self::None => (1.0, sqrt(mean * tau)),
            Self::Half => (0.5, sqrt(0.25 * tau)),
            Self::TwoThirds => (2.0 / 3.0, sqrt(4.0 / 9.0 * pow(mean, 1.0 / 3.0) * tau)),
        };
        let centre = pow(mean, exponent);
        let upper = pow(centre + z * se, 1.0 / exponent);
        let p = normal_upper((pow(observed, exponent) - centre) / se);
        (!upper.is_nan()).then_some(Bound { upper, p_value: (!p.is_nan()).then_some(p) })
    }
}
