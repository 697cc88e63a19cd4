//! Which weeks of which series are alarms, and the runs they make.

use super::counts::{HALF_WINDOW, SeriesKey, Watched};
use super::{ALPHA, FALSE_DISCOVERY_RATE, MIN_COUNT, WEEKS_EVALUATED};
use beffroi_surveillance::{
    BayesParams, Calendar, EarsParams, EarsVariant, FlexibleParams, Method, Point, Series, SurveillanceError,
    benjamini_hochberg, detect,
};
use std::collections::BTreeMap;

/// What was found.
pub(crate) struct Evaluated {
    /// The last run of alarming weeks of each series that has one.
    pub(crate) runs: Vec<Run>,
    /// Points tested.
    pub(crate) n_tests: u64,
}

/// Successive alarming weeks of one series.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) key: SeriesKey,
    pub(crate) method: Method,
    /// The points evaluated, oldest first.
    pub(crate) points: Vec<Point>,
    /// Positions of the first and last alarming week.
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) strength: f64,
}

impl Run {
    /// The point of the last alarming week.
    pub(crate) fn latest(&self) -> Option<&Point> {
        self.points.iter().find(|point| point.index == self.last)
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// The method for a baseline of `years` whole years.
pub(crate) fn method(years: usize) -> Method {
    if years == 0 {
        let params = EarsParams { min_sigma: 1.0, ..EarsParams::default_of(EarsVariant::C2) };
        return Method::Ears(EarsVariant::C2, params);
    }
    Method::FarringtonFlexible(FlexibleParams { b: years, w: HALF_WINDOW, alpha: ALPHA, ..FlexibleParams::noufaily() })
}

/// Evaluates the last weeks of every series.
pub(crate) fn evaluate(watched: &Watched) -> Result<Evaluated, SurveillanceError> {
    let n_weeks = watched.weeks.len();
    let Some(first_week) = watched.week(0) else { return Ok(Evaluated { runs: vec![], n_tests: 0 }) };
    let calendar = Calendar::Weekly { first: first_week.start() };
    let mut tested: Vec<(&SeriesKey, Method, Vec<Point>)> = Vec::new();
    for (key, counts) in &watched.series {
        let method = method(watched.years.get(&(key.family, key.layer)).copied().unwrap_or(0));
        let weeks: Vec<usize> =
            (n_weeks.saturating_sub(WEEKS_EVALUATED)..n_weeks).filter(|week| has_enough(counts, *week)).collect();
        if weeks.is_empty() {
            continue;
        }
        let series = Series { counts: counts.clone(), population: None, calendar };
        let (method, points) = points(method, &series, &weeks)?;
        tested.push((key, method, points));
    }

    // One family of tests a week and a level, whole or part: parts repeat what their whole says.
    let mut families: BTreeMap<(usize, bool), Vec<(usize, f64)>> = BTreeMap::new();
    for (position, (key, _, points)) in tested.iter().enumerate() {
        for point in points {
            if let Some(p) = point.p_value {
                families.entry((point.index, key.is_whole())).or_default().push((position, p));
            }
        }
    }
    let n_tests = families.values().map(|family| family.len() as u64).sum();
    let mut alarming: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for ((week, _), family) in families {
        let p_values: Vec<f64> = family.iter().map(|(_, p)| *p).collect();
        let discoveries = benjamini_hochberg(&p_values, FALSE_DISCOVERY_RATE);
        for ((position, _), _) in family.into_iter().zip(discoveries).filter(|(_, discovery)| *discovery) {
            alarming.entry(position).or_default().push(week);
        }
    }
    let mut runs = Vec::new();
    for (position, (key, method, points)) in tested.into_iter().enumerate() {
        let weeks = alarming.get(&position).map_or(&[][..], Vec::as_slice);
        runs.extend(last_run(key, method, points, weeks));
    }
    Ok(Evaluated { runs, n_tests })
}

/// What the method says of the weeks; where it fits nothing, as to a count that was always 0, what the past alone says,
/// all of its weeks taken together.
fn points(method: Method, series: &Series, weeks: &[usize]) -> Result<(Method, Vec<Point>), SurveillanceError> {
    let run = |method: Method| -> Result<Vec<Point>, SurveillanceError> {
        let mut points = Vec::new();
        for week in weeks {
            points.extend(detect(&method, series, *week..*week + 1)?);
        }
        Ok(points)
    };
    let fitted = run(method)?;
    match method {
        Method::FarringtonFlexible(params) if fitted.iter().all(|point| point.p_value.is_none()) => {
            let past = Method::Bayes(BayesParams { b: params.b, w: 26, act_y: false, alpha: params.alpha });
            Ok((past, run(past)?))
        }
        _ => Ok((method, fitted)),
    }
}

/// Whether the four weeks that end with `week` hold enough reports for a test to mean something.
fn has_enough(counts: &[f64], week: usize) -> bool {
    counts.get(week.saturating_sub(3)..=week).is_some_and(|window| window.iter().sum::<f64>() >= MIN_COUNT)
}

/// The last run of weeks that are discoveries, above their threshold, and of at least five reports.
fn last_run(key: &SeriesKey, method: Method, points: Vec<Point>, discoveries: &[usize]) -> Option<Run> {
    let is_alarm = |point: &&Point| point.alarm && point.observed >= MIN_COUNT && discoveries.contains(&point.index);
    let alarms: Vec<&Point> = points.iter().filter(is_alarm).collect();
    let last = alarms.last()?.index;
    let mut first = last;
    let mut scores = Vec::new();
    for point in alarms.iter().rev() {
        if point.index + scores.len() != last {
            break;
        }
        first = point.index;
        scores.push(score(point));
    }
    let strength = scores.iter().sum::<f64>() / (scores.len() as f64).sqrt();
    Some(Run { key: key.clone(), method, points, first, last, strength })
}

/// By how many standard deviations the count exceeds what was expected, on the square-root scale, on which the
/// deviation of a count hardly depends on its size; the deviation is read from the threshold and never below that of a
/// Poisson count. Weeks of a run add up as independent scores do (Stouffer).
fn score(point: &Point) -> f64 {
    /// Standard normal quantile of 1 − [`ALPHA`].
    const Z: f64 = 2.326_347_874_040_841;
    let expected = point.expected.unwrap_or(0.0).max(0.0).sqrt();
    let threshold = point.threshold.unwrap_or(0.0).max(0.0).sqrt();
    let deviation = (2.0 * (threshold - expected) / Z).max(1.0);
    2.0 * (point.observed.sqrt() - expected) / deviation
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::counts::Family;
    use beffroi_model::Layer;

    fn point(index: usize, observed: f64, alarm: bool) -> Point {
        Point { index, observed, expected: Some(4.0), threshold: Some(9.0), p_value: Some(0.0), alarm }
    }

    fn key() -> SeriesKey {
        let phenomenon = "fake_shop".to_owned();
        SeriesKey { family: Family::Reports, layer: Layer::Recorded, phenomenon, territory: "FR".into(), subject: None }
    }

    #[test]
    fn a_run_is_the_last_successive_alarms() {
        let points = vec![point(1, 30.0, true), point(2, 5.0, false), point(3, 20.0, true), point(4, 30.0, true)];
        let run = last_run(&key(), method(3), points.clone(), &[1, 3, 4]).unwrap();
        assert_eq!((run.first, run.last), (3, 4));
        // Above the threshold, but chance by the rule of the week.
        let run = last_run(&key(), method(3), points.clone(), &[1, 3]).unwrap();
        assert_eq!((run.first, run.last), (3, 3));
        assert!(last_run(&key(), method(3), points, &[]).is_none());
    }

    #[test]
    fn fewer_than_five_reports_are_no_alarm() {
        assert!(last_run(&key(), method(3), vec![point(1, 4.0, true)], &[1]).is_none());
        assert!(last_run(&key(), method(3), vec![point(1, 5.0, true)], &[1]).is_some());
    }

    #[test]
    fn a_longer_run_is_stronger() {
        let one = last_run(&key(), method(3), vec![point(1, 20.0, true)], &[1]).unwrap();
        let two = last_run(&key(), method(3), vec![point(1, 20.0, true), point(2, 20.0, true)], &[1, 2]).unwrap();
        assert!(two.strength > one.strength);
    }
}
