//! One door to every method.

use crate::distribution::{discrete_quantile, guess, negative_binomial_upper, normal_quantile, poisson_upper};
use crate::farrington::Workspace;
use crate::{
    BayesParams, Completeness, CusumParams, EarsParams, EarsVariant, FarringtonParams, FlexibleParams, GlrParams,
    Point, Series, SurveillanceError,
};
use std::ops::Range;

/// A method with its parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Method {
    /// The Bayesian method.
    Bayes(BayesParams),
    /// CUSUM.
    Cusum(CusumParams),
    /// EARS C1, C2 or C3.
    Ears(EarsVariant, EarsParams),
    /// Farrington et al. 1996.
    Farrington(FarringtonParams),
    /// Noufaily et al. 2013.
    FarringtonFlexible(FlexibleParams),
    /// Likelihood ratios, Poisson or negative binomial.
    Glr(GlrParams),
}

impl Method {
    /// The name used in files and on the command line.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Bayes(_) => "bayes",
            Self::Cusum(_) => "cusum",
            Self::Ears(EarsVariant::C1, _) => "ears-c1",
            Self::Ears(EarsVariant::C2, _) => "ears-c2",
            Self::Ears(EarsVariant::C3, _) => "ears-c3",
            Self::Farrington(_) => "farrington",
            Self::FarringtonFlexible(_) => "farrington-flexible",
            Self::Glr(_) => "glrnb",
        }
    }

    pub(crate) fn check(&self) -> Result<(), SurveillanceError> {
        match self {
            Self::Bayes(params) => params.check(),
            Self::Cusum(params) => params.check(),
            Self::Ears(_, params) => params.check(),
            Self::Farrington(params) => params.check(),
            Self::FarringtonFlexible(params) => params.check(),
            Self::Glr(params) => params.check(),
        }
    }

    /// Whether its points depend on those before them in the range asked for.
    pub fn remembers(&self) -> bool {
        matches!(self, Self::Cusum(_) | Self::Glr(_))
    }

    /// The method of a name, with the defaults of the R package.
    pub fn from_code(code: &str) -> Option<Self> {
        let ears = |variant| Self::Ears(variant, EarsParams::default_of(variant));
        match code {
            "bayes" => Some(Self::Bayes(BayesParams::default())),
            "cusum" => Some(Self::Cusum(CusumParams::default())),
            "glrnb" => Some(Self::Glr(GlrParams::default())),
            "ears-c1" => Some(ears(EarsVariant::C1)),
            "ears-c2" => Some(ears(EarsVariant::C2)),
            "ears-c3" => Some(ears(EarsVariant::C3)),
            "farrington" => Some(Self::Farrington(FarringtonParams::default())),
            "farrington-flexible" => Some(Self::FarringtonFlexible(FlexibleParams::default())),
            _ => None,
        }
    }
}

/// What `method` says of the points of `series` at the positions `range`, one answer a position. Where the past does
/// not reach far enough, or no baseline fits, expected count and threshold are none and there is no alarm.
///
/// CUSUM and the likelihood ratios remember: their first point is that of `range`, whose past serves as baseline.
///
/// Cost: EARS a few additions a point; Farrington two to four regressions a point, of b (2w + 1) rows (1996) or b years
/// (flexible).
///
/// # Errors
/// [`SurveillanceError`] when counts, population, range or parameters make no sense.
pub fn detect(method: &Method, series: &Series, range: Range<usize>) -> Result<Vec<Point>, SurveillanceError> {
    series.check()?;
    method.check()?;
    let len = series.counts.len();
    if range.end > len || range.start > range.end {
        return Err(SurveillanceError::Range { start: range.start, end: range.end, len });
    }
    Ok(match method {
        Method::Bayes(params) => range.map(|index| params.point(series, index)).collect(),
        Method::Cusum(params) => params.points(series, range),
        Method::Ears(variant, params) => range.map(|index| params.point(*variant, series, index)).collect(),
        Method::Farrington(params) => {
            let mut space = Workspace::new(series, range.end, params.population_offset);
            range.map(|index| params.point(series, &mut space, index)).collect()
        }
        Method::FarringtonFlexible(params) => {
            let mut space = Workspace::new(series, range.end, params.population_offset);
            range.map(|index| params.point(series, &mut space, index)).collect()
        }
        Method::Glr(params) => params.points(series, range),
    })
}

/// What `method` says of the point at `index`, of which only a part has come in: the expected count and the threshold
/// are those of what should have come by now, so that a rise is seen before the last report of it is in, and a week that
/// is still coming in does not read as a fall. A negative binomial count of mean μ and variance φ μ, of which a share F
/// comes in, has mean F μ and variance F μ (1 + (φ − 1) F); what F itself leaves open, as a variance v of its logarithm,
/// adds (F μ)² v.
///
/// For Farrington flexible and Bayes, whose thresholds are such quantiles (the delta method is not used here), and EARS
/// C1 and C2; the other methods say nothing of a part.
///
/// # Errors
/// As [`detect`].
pub fn detect_partial(
    method: &Method,
    series: &Series,
    index: usize,
    completeness: Completeness,
) -> Result<Point, SurveillanceError> {
    let whole = || detect(method, series, index..index + 1);
    if completeness.is_whole() {
        return whole().map(|points| points.first().copied().unwrap_or(Point::unknown(index, series.count(index))));
    }
    series.check()?;
    let len = series.counts.len();
    if index >= len {
        return Err(SurveillanceError::Range { start: index, end: index + 1, len });
    }
    let unknown = Point::unknown(index, series.count(index));
    match method {
        Method::Bayes(params) => {
            params.check()?;
            let foreseen = params.foreseen(series, index);
            Ok(foreseen.map_or(unknown, |foreseen| foreseen.part(completeness).judge(params.alpha, unknown)))
        }
        Method::FarringtonFlexible(params) => {
            params.check()?;
            let mut space = Workspace::new(series, index + 1, params.population_offset);
            let foreseen = params.foreseen(series, &mut space, index);
            Ok(foreseen.map_or(unknown, |foreseen| foreseen.part(completeness).judge(params.alpha, unknown)))
        }
        Method::Ears(EarsVariant::C1 | EarsVariant::C2, params) => {
            let Some(Point { expected: Some(mean), threshold: Some(threshold), .. }) = whole()?.first().copied() else {
                return Ok(unknown);
            };
            let sigma = (threshold - mean) / normal_quantile(1.0 - params.alpha);
            // Never narrower than a count.
            let dispersion = if mean > 0.0 { (sigma * sigma / mean).max(1.0) } else { 1.0 };
            Ok(Foreseen { mean, dispersion }.part(completeness).judge(params.alpha, unknown))
        }
        Method::Ears(EarsVariant::C3, _) | Method::Cusum(_) | Method::Farrington(_) | Method::Glr(_) => {
            method.check()?;
            Ok(unknown)
        }
    }
}

/// A count foreseen: its mean, and its variance over it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Foreseen {
    pub(crate) mean: f64,
    pub(crate) dispersion: f64,
}

impl Foreseen {
    /// What of it should have come in.
    fn part(self, completeness: Completeness) -> Self {
        let share = completeness.share.clamp(0.0, 1.0);
        let mean = self.mean * share;
        Self { mean, dispersion: 1.0 + (self.dispersion - 1.0) * share + mean * completeness.log_variance }
    }

    /// Holds a count against its (1 − α) quantile.
    pub(crate) fn judge(self, alpha: f64, point: Point) -> Point {
        let Self { mean, dispersion } = self;
        let upper = |y: f64| {
            if dispersion > 1.0 { negative_binomial_upper(y, mean, dispersion) } else { poisson_upper(y, mean) }
        };
        let threshold = discrete_quantile(alpha, guess(alpha, mean, dispersion), upper);
        let p_value = (!point.observed.is_nan()).then(|| upper(point.observed)).filter(|p| p.is_finite());
        let alarm = threshold.is_some_and(|threshold| point.observed > threshold && point.observed > 0.0);
        Point { expected: Some(mean), threshold, p_value, alarm, ..point }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Calendar;
    use proptest::prelude::*;

    fn series(counts: Vec<f64>) -> Series {
        Series { counts, population: None, calendar: Calendar::Index { frequency: 12 } }
    }

    fn methods() -> Vec<Method> {
        let mut methods: Vec<Method> =
            ["bayes", "cusum", "glrnb", "ears-c1", "ears-c2", "ears-c3", "farrington", "farrington-flexible"]
                .iter()
                .filter_map(|c| Method::from_code(c))
                .collect();
        let noufaily = FlexibleParams { b: 2, w: 1, past_weeks_not_included: Some(3), ..FlexibleParams::noufaily() };
        methods.push(Method::FarringtonFlexible(FlexibleParams { no_periods: 5, ..noufaily }));
        methods.push(Method::Farrington(FarringtonParams { b: 2, w: 1, ..FarringtonParams::default() }));
        methods
    }

    #[test]
    fn names_come_back() {
        for method in methods() {
            assert_eq!(Method::from_code(method.code()).map(|m| m.code()), Some(method.code()));
        }
        assert_eq!(Method::from_code("x"), None);
    }

    #[test]
    fn wrong_input_is_refused_with_its_place() {
        let method = Method::from_code("ears-c1").unwrap();
        assert!(matches!(
            detect(&method, &series(vec![1.0, -1.0]), 0..2),
            Err(SurveillanceError::Count { index: 1, .. })
        ));
        assert!(matches!(detect(&method, &series(vec![1.0]), 0..2), Err(SurveillanceError::Range { .. })));
        let wrong = Method::Farrington(FarringtonParams { alpha: 0.0, ..FarringtonParams::default() });
        assert!(matches!(
            detect(&wrong, &series(vec![1.0]), 0..1),
            Err(SurveillanceError::Parameter { name: "alpha", .. })
        ));
        let unfit = Series { population: Some(vec![1.0]), ..series(vec![1.0, 2.0]) };
        assert!(matches!(detect(&method, &unfit, 0..2), Err(SurveillanceError::Population { .. })));
    }

    /// A population that never changes changes nothing; one that doubles with the counts leaves no signal.
    #[test]
    fn the_population_is_an_offset() {
        let counts: Vec<f64> = (0..36).map(|i| 20.0 + f64::from(i % 12)).chain([60.0]).collect();
        let params = FarringtonParams { b: 3, w: 1, ..FarringtonParams::default() };
        let with = FarringtonParams { population_offset: true, ..params };
        let plain = series(counts);
        let run = |params, series: &Series| detect(&Method::Farrington(params), series, 36..37).unwrap()[0];
        let constant = Series { population: Some(vec![1000.0; 37]), ..plain.clone() };
        let (a, b) = (run(params, &plain), run(with, &constant));
        assert!(a.alarm);
        assert!((a.threshold.unwrap() - b.threshold.unwrap()).abs() < 1e-6);
        let mut population = vec![1000.0; 37];
        population[36] = 3000.0;
        assert!(!run(with, &Series { population: Some(population), ..plain }).alarm);
    }

    /// Half of a quiet week has come: it reads as quiet, and half of a doubled week as a rise, where the whole count would
    /// read as a fall and as nothing.
    #[test]
    fn a_week_still_coming_in_is_held_against_its_part() {
        let mut counts: Vec<f64> = (0..60).map(|n| 90.0 + f64::from((n * 37) % 20)).collect();
        counts.push(100.0);
        let series = series(counts);
        let flexible = FlexibleParams { b: 3, w: 1, no_periods: 5, ..FlexibleParams::noufaily() };
        let flexible = FlexibleParams { past_weeks_not_included: Some(2), ..flexible };
        let ears = EarsParams { min_sigma: 1.0, ..EarsParams::default_of(EarsVariant::C2) };
        let bayes = BayesParams { b: 3, w: 3, act_y: false, alpha: 0.01 };
        let half = Completeness { share: 0.5, log_variance: 0.001 };
        for method in [Method::FarringtonFlexible(flexible), Method::Ears(EarsVariant::C2, ears), Method::Bayes(bayes)]
        {
            let whole = detect(&method, &series, 60..61).unwrap()[0];
            assert!(!whole.alarm, "{method:?}");
            let part = detect_partial(&method, &series, 60, half).unwrap();
            assert!(part.alarm, "{method:?} {part:?}");
            assert!((part.expected.unwrap() - 0.5 * whole.expected.unwrap()).abs() < 1e-9);
            let quiet = Series { counts: [&series.counts[..60], &[50.0]].concat(), ..series.clone() };
            assert!(!detect_partial(&method, &quiet, 60, half).unwrap().alarm);
            // Of the whole, it says what it always says.
            assert_eq!(detect_partial(&method, &series, 60, Completeness::WHOLE).unwrap(), whole);
        }
    }

    proptest! {
        #[test]
        fn no_series_panics(counts in prop::collection::vec(prop_oneof![Just(0.0), Just(f64::NAN), 0.0..1e6f64, (0u8..9).prop_map(f64::from)], 0..60)) {
            let n = counts.len();
            let series = series(counts);
            for method in methods() {
                let points = detect(&method, &series, 0..n).unwrap();
                prop_assert_eq!(points.len(), n);
                for point in points {
                    prop_assert!(point.threshold.is_none_or(|t| !t.is_nan()));
                    prop_assert!(point.p_value.is_none_or(|p| (0.0..=1.0).contains(&p)));
                    prop_assert!(!point.alarm || point.threshold.is_some());
                }
            }
        }
    }
}
