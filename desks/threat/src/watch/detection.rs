//! Which weeks of which series are alarms, and the runs they make.

use super::counts::{Family, HALF_WINDOW, SeriesKey, Watched};
use super::{ALPHA, FALSE_DISCOVERY_RATE, MIN_COUNT, QUIET_SHARE};
use beffroi_model::Layer;
use beffroi_surveillance::{
    BayesParams, Calendar, Completeness, EarsParams, EarsVariant, FlexibleParams, Method, Node, Point, Series,
    SurveillanceError, WEEKS_A_MONTH, budget_limit, detect, detect_partial, persistence_weight, tree_discoveries,
};
use std::collections::BTreeMap;
use std::num::NonZero;

/// What was found.
pub(crate) struct Evaluated {
    /// The last run of alarming weeks of each series that has one.
    pub(crate) runs: Vec<Run>,
    /// Points tested.
    pub(crate) n_tests: u64,
    /// False alarms to be expected in a month at this pace: never more than the budget.
    pub(crate) false_alarms_a_month: f64,
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

/// What was said of a series.
struct Tested {
    method: Method,
    /// The points of the weeks that hold enough, one of them before the weeks evaluated.
    points: Vec<Point>,
}

impl Tested {
    fn point(&self, week: usize) -> Option<&Point> {
        self.points.iter().find(|point| point.index == week)
    }

    fn p_value(&self, week: usize) -> Option<f64> {
        self.point(week)?.p_value
    }
}

/// What a series is in the tree: a category, or a series of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Category(Family, Layer, String),
    Series(SeriesKey),
}

/// Evaluates the last weeks of every series, at most `budget` false alarms being expected in a month.
pub(crate) fn evaluate(watched: &Watched, budget: f64) -> Result<Evaluated, SurveillanceError> {
    let nothing = Evaluated { runs: vec![], n_tests: 0, false_alarms_a_month: 0.0 };
    if watched.week(0).is_none() {
        return Ok(nothing);
    }
    let tested = Tests::of(watched, method)?.0;
    let n_weeks = watched.weeks.len();
    let (mut n_tests, mut n_alarms) = (0_u64, 0_u64);
    let mut alarming: BTreeMap<&SeriesKey, Vec<usize>> = BTreeMap::new();
    for week in n_weeks.saturating_sub(watched.n_evaluated)..n_weeks {
        for key in discoveries(watched, &tested, week, budget) {
            alarming.entry(key).or_default().push(week);
            n_alarms += 1;
        }
        n_tests += tested.values().filter(|tested| tested.p_value(week).is_some()).count() as u64;
    }
    // Of the discoveries, at most the rate is chance on average; and the budget holds their number.
    let a_month = n_alarms as f64 * WEEKS_A_MONTH / watched.n_evaluated.max(1) as f64;
    let false_alarms_a_month = (discovery_rate(budget) * a_month).min(budget);
    let mut runs = Vec::new();
    for (place, tested) in &tested {
        let Place::Series(key) = place else { continue };
        let weeks = alarming.get(key).map_or(&[][..], Vec::as_slice);
        runs.extend(last_run(key, tested.method, tested.points.clone(), weeks));
    }
    Ok(Evaluated { runs, n_tests, false_alarms_a_month })
}

/// What a method said of every series and category.
pub(crate) struct Tests(BTreeMap<Place, Tested>);

impl Tests {
    /// `method`: what to use for a baseline of so many whole years.
    pub(crate) fn of(watched: &Watched, method: fn(usize) -> Method) -> Result<Self, SurveillanceError> {
        let categories = categories(watched);
        let mut asked: Vec<Asked<'_>> = Vec::new();
        for ((family, layer, category), counts) in &categories {
            let years = watched.years.get(&(*family, *layer)).copied().unwrap_or(0);
            let place = Place::Category(*family, *layer, category.clone());
            asked.push(Asked { place, counts, method: method(years), since: 0 });
        }
        for (key, counts) in &watched.series {
            let (method, since) = (method(watched.years_of(key)), watched.counted_since(key));
            asked.push(Asked { place: Place::Series(key.clone()), counts, method, since });
        }
        Ok(Self(test_all(watched, &asked)?))
    }

    /// The series that the rule of the house has in alarm in a week.
    pub(crate) fn by_tree(&self, watched: &Watched, week: usize, budget: f64) -> Vec<&SeriesKey> {
        let mut found = discoveries(watched, &self.0, week, budget);
        found.retain(|key| self.is_above(key, week));
        found
    }

    /// The series that are in alarm in a week when each stands alone under the budget.
    pub(crate) fn alone(&self, week: usize, budget: f64) -> Vec<&SeriesKey> {
        let n_tested = self.0.values().filter(|tested| tested.p_value(week).is_some()).count();
        let limit = budget_limit(budget, n_tested);
        let series = self.0.iter().filter_map(|(place, tested)| match place {
            Place::Series(key) => tested.p_value(week).filter(|p| *p <= limit).map(|_| key),
            Place::Category(..) => None,
        });
        series.filter(|key| self.is_above(key, week)).collect()
    }

    /// Whether a series has enough reports in a week, and more than expected.
    fn is_above(&self, key: &SeriesKey, week: usize) -> bool {
        let point = self.0.get(&Place::Series(key.clone())).and_then(|tested| tested.point(week));
        point.is_some_and(|p| p.observed >= MIN_COUNT && p.expected.is_some_and(|expected| p.observed > expected))
    }
}

/// The rate at which the tree is tested under a budget of false alarms a month. In a week in which nothing moves, a rate r
/// lets there be a false alarm with a probability of at most r: so many weeks a month use up a set share of the budget.
fn discovery_rate(budget: f64) -> f64 {
    (QUIET_SHARE * budget.max(0.0) / WEEKS_A_MONTH).min(FALSE_DISCOVERY_RATE)
}

/// The discoveries of a week in the tree, within the budget.
fn discoveries<'t>(
    watched: &Watched,
    tested: &'t BTreeMap<Place, Tested>,
    week: usize,
    budget: f64,
) -> Vec<&'t SeriesKey> {
    let (places, nodes) = tree(watched, tested, week);
    let n_tested = nodes.iter().filter(|node| !node.p_value.is_nan()).count();
    let limit = budget_limit(budget, n_tested);
    let found = tree_discoveries(&nodes, discovery_rate(budget));
    let own = places.iter().zip(&nodes).zip(found.own).filter(|((_, node), own)| *own && node.p_value <= limit);
    own.filter_map(|((place, _), _)| match place {
        Place::Series(key) => Some(key),
        Place::Category(..) => None,
    })
    .collect()
}

/// The sums of the phenomena of each category.
fn categories(watched: &Watched) -> BTreeMap<(Family, Layer, String), Vec<f64>> {
    let mut sums: BTreeMap<(Family, Layer, String), Vec<f64>> = BTreeMap::new();
    for (key, counts) in watched.series.iter().filter(|(key, _)| key.is_whole()) {
        let category = watched.levels.category(&key.phenomenon).to_owned();
        let sum = sums.entry((key.family, key.layer, category)).or_insert_with(|| vec![0.0; counts.len()]);
        for (to, count) in sum.iter_mut().zip(counts) {
            *to += count;
        }
    }
    sums
}

/// The tests of a week as a tree, parents first: categories, phenomena, regions and what has none, departments of regions.
/// A series whose last weeks hold too little to be an alarm counts as a test that found nothing.
fn tree<'t>(watched: &Watched, tested: &'t BTreeMap<Place, Tested>, week: usize) -> (Vec<&'t Place>, Vec<Node>) {
    let depth = |place: &Place| match place {
        Place::Category(..) => 0,
        Place::Series(key) if key.is_whole() => 1,
        Place::Series(key) if watched.levels.above(key).is_some_and(|above| above.is_whole()) => 2,
        Place::Series(_) => 3,
    };
    let mut places: Vec<&Place> = tested.keys().collect();
    places.sort_by_key(|place| depth(place));
    let at: BTreeMap<&Place, usize> = places.iter().enumerate().map(|(at, place)| (*place, at)).collect();
    let nodes = places
        .iter()
        .map(|place| {
            let above = match place {
                Place::Category(..) => None,
                Place::Series(key) => Some(watched.levels.above(key).map_or_else(
                    || Place::Category(key.family, key.layer, watched.levels.category(&key.phenomenon).to_owned()),
                    Place::Series,
                )),
            };
            let own = tested.get(*place);
            let p_value = own.and_then(|tested| tested.p_value(week)).unwrap_or(1.0);
            let before = week.checked_sub(1).and_then(|week| own?.p_value(week));
            Node {
                parent: above.and_then(|above| at.get(&above).copied()),
                p_value,
                weight: persistence_weight(before),
            }
        })
        .collect();
    (places, nodes)
}

/// What the methods say of every series, its part in time shared among the processors.
fn test_all(watched: &Watched, asked: &[Asked<'_>]) -> Result<BTreeMap<Place, Tested>, SurveillanceError> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let share = asked.len().div_ceil(threads).max(1);
    let stopped = || SurveillanceError::Range { start: 0, end: 0, len: 0 };
    let parts: Vec<Result<Vec<(Place, Tested)>, SurveillanceError>> = std::thread::scope(|scope| {
        let one = |asked: &Asked<'_>| test(watched, asked).map(|tested| (asked.place.clone(), tested));
        let running: Vec<_> =
            asked.chunks(share).map(|part| scope.spawn(move || part.iter().map(one).collect())).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(stopped()))).collect()
    });
    let mut tested = BTreeMap::new();
    for part in parts {
        tested.extend(part?);
    }
    Ok(tested)
}

/// A series to be tested.
struct Asked<'a> {
    place: Place,
    counts: &'a [f64],
    method: Method,
    /// The first week that is counted as now.
    since: usize,
}

fn test(watched: &Watched, asked: &Asked<'_>) -> Result<Tested, SurveillanceError> {
    let Asked { place, counts, method, since } = asked;
    let (counts, method, since) = (*counts, *method, *since);
    let n_weeks = counts.len();
    let weeks: Vec<usize> =
        (n_weeks.saturating_sub(watched.n_evaluated + 1)..n_weeks).filter(|week| has_enough(counts, *week)).collect();
    let Some(first) = watched.week(0).filter(|_| !weeks.is_empty()) else {
        return Ok(Tested { method, points: vec![] });
    };
    let calendar = Calendar::Weekly { first: first.start() };
    // What was counted before a declared break is not compared with.
    let counts = counts.iter().enumerate().map(|(week, count)| if week < since { f64::NAN } else { *count }).collect();
    let series = Series { counts, population: None, calendar };
    let delivered = match place {
        Place::Category(family, layer, _) => watched.delivered.get(&(*family, *layer)),
        Place::Series(key) => watched.delivered.get(&(key.family, key.layer)),
    };
    let complete = |week: usize| {
        delivered.map_or(Completeness::WHOLE, |delivered| delivered.at((n_weeks - 1).saturating_sub(week)))
    };
    let (method, points) = points(method, &series, &weeks, complete)?;
    Ok(Tested { method, points })
}

/// What the method says of the weeks; where it fits nothing, as to a count that was always 0, what the past alone says,
/// all of its weeks taken together.
fn points(
    method: Method,
    series: &Series,
    weeks: &[usize],
    complete: impl Fn(usize) -> Completeness,
) -> Result<(Method, Vec<Point>), SurveillanceError> {
    let run = |method: Method| -> Result<Vec<Point>, SurveillanceError> {
        let range = weeks.first().copied().unwrap_or(0)..weeks.last().map_or(0, |week| week + 1);
        let mut points = detect(&method, series, range)?;
        points.retain(|point| weeks.contains(&point.index));
        for point in &mut points {
            let completeness = complete(point.index);
            if !completeness.is_whole() {
                *point = detect_partial(&method, series, point.index, completeness)?;
            }
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

    fn point(index: usize, observed: f64, alarm: bool) -> Point {
        Point { index, observed, expected: Some(4.0), threshold: Some(9.0), p_value: Some(0.0), alarm }
    }

    fn key() -> SeriesKey {
        let phenomenon = "fake_shop".to_owned();
        SeriesKey {
            family: Family::Reports,
            layer: Layer::Recorded,
            phenomenon,
            territory: "FR".into(),
            subject: None,
            sector: None,
        }
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
