//! One door to every method.

use crate::farrington::Workspace;
use crate::{BayesParams, CusumParams, GlrParams, EarsParams, EarsVariant, FarringtonParams, FlexibleParams, Point, Series, SurveillanceError};
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
    let len = series.counts.len();
    if range.end > len || range.start > range.end {
        return Err(SurveillanceError::Range { start: range.start, end: range.end, len });
    }
    match method {
        Method::Bayes(params) => {
            params.check()?;
            Ok(range.map(|index| params.point(series, index)).collect())
        }
        Method::Cusum(params) => {
            params.check()?;
            Ok(params.points(series, range))
        }
        Method::Glr(params) => {
            params.check()?;
            Ok(params.points(series, range))
        }
        Method::Ears(variant, params) => {
            params.check()?;
            Ok(range.map(|index| params.point(*variant, series, index)).collect())
        }
        Method::Farrington(params) => {
            params.check()?;
            let mut space = Workspace::new(series, range.end, params.population_offset);
            Ok(range.map(|index| params.point(series, &mut space, index)).collect())
        }
        Method::FarringtonFlexible(params) => {
            params.check()?;
            let mut space = Workspace::new(series, range.end, params.population_offset);
            Ok(range.map(|index| params.point(series, &mut space, index)).collect())
        }
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
        let mut methods: Vec<Method> = ["bayes", "cusum", "glrnb", "ears-c1", "ears-c2", "ears-c3", "farrington", "farrington-flexible"]
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
