//! Threats that spread: the group of neighbouring territories and last weeks in which more was reported than anywhere else.
//!
//! Every zone (a territory with its nearest ones) × every number of last weeks is a cylinder; the one that departs most
//! from what was expected is the cluster, and its p-value is that of the largest of all, found by drawing the whole map
//! anew many times: however many cylinders were looked at, it is one test. Three models:
//!
//! - [`ScanModel::Poisson`]: M. Kulldorff, *Prospective time periodic geographical disease surveillance using a scan
//!   statistic*, Journal of the Royal Statistical Society A 164(1), 2001. With c counted and e expected in the cylinder,
//!   C in all, expected counts scaled to C: c log(c/e) + (C − c) log((C − c)/(C − e)). Drawn given C.
//! - [`ScanModel::Permutation`]: M. Kulldorff, R. Heffernan, J. Hartman, R. Assunção and F. Mostashari, *A space–time
//!   permutation scan statistic for disease outbreak detection*, PLoS Medicine 2(3), 2005. Expected counts are those of
//!   the margins, territory × week / C, so that no population and no past is needed; drawn by shuffling the weeks.
//! - [`ScanModel::NegativeBinomial`]: T. Tango, K. Takahashi and K. Kohriyama, *A space–time scan statistic for
//!   detecting emerging outbreaks*, Biometrics 67(1), 2011, for counts spread more than chance alone spreads them:
//!   Σ (y − μ)/ω / √(Σ μ/ω) with ω = 1 + α μ. Drawn from that distribution.
//!
//! The p-value of the largest of R drawn maps is (1 + those at least as large) / (1 + R) (M. Dwass, *Annals of
//! Mathematical Statistics* 28, 1957). Chance comes from a seed: the same seed gives the same p-value.

use crate::SurveillanceError;
use crate::chance::Chance;
use libm::{log, sqrt};

/// How counts are spread when nothing happens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ScanModel {
    /// As Poisson's, around the expected counts given.
    Poisson,
    /// As the margins of the map tell; expected counts are not asked for.
    Permutation,
    /// With variance μ + α μ².
    NegativeBinomial {
        /// α > 0.
        alpha: f64,
    },
}

/// How to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScanParams {
    /// How counts are spread.
    pub model: ScanModel,
    /// The longest cylinder, in weeks that end with the last.
    pub longest: usize,
    /// Maps drawn; 999 gives p-values down to 0.001.
    pub draws: usize,
    /// The seed of chance.
    pub seed: u64,
}

/// The cylinder that departs most.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Positions of its territories.
    pub zone: Vec<usize>,
    /// How many weeks, the last included.
    pub weeks: usize,
    /// Counted in it.
    pub observed: f64,
    /// Expected in it.
    pub expected: f64,
    /// The statistic.
    pub statistic: f64,
    /// Probability of as large a statistic anywhere on the map.
    pub p_value: f64,
}

const MOST_DRAWS: usize = 99_999;

/// For each place, itself with its 0, 1, … `most` − 1 nearest ones, each set once. Places are points on a plane.
pub fn zones(places: &[(f64, f64)], most: usize) -> Vec<Vec<usize>> {
    let mut zones = Vec::new();
    for (x, y) in places {
        let mut nearest: Vec<(f64, usize)> =
            places.iter().enumerate().map(|(at, (u, v))| ((u - x) * (u - x) + (v - y) * (v - y), at)).collect();
        nearest.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut zone = Vec::new();
        for (_, at) in nearest.into_iter().take(most) {
            zone.push(at);
            let mut sorted = zone.clone();
            sorted.sort_unstable();
            zones.push(sorted);
        }
    }
    zones.sort();
    zones.dedup();
    zones
}

/// The most marked cluster of `counts` (one row a territory, one count a week, the last week last); none when nothing was
/// counted or no cylinder holds more than expected. `expected` has the same shape, and is not read for permutations.
///
/// Cost: draws × (counts + zones × territories × weeks).
///
/// # Errors
/// [`SurveillanceError::Map`] when rows differ in length, a zone names a territory that is not there, or a count is not
/// whole; [`SurveillanceError::Count`]; [`SurveillanceError::Parameter`].
///
/// ```
/// use beffroi_surveillance::{ScanModel, ScanParams, scan, zones};
///
/// // Four territories in a row; the two on the right see five times as much in the last two weeks.
/// let counts = vec![
///     vec![4.0, 6.0, 5.0, 4.0, 6.0], vec![6.0, 5.0, 4.0, 5.0, 5.0],
///     vec![5.0, 4.0, 6.0, 25.0, 24.0], vec![4.0, 5.0, 6.0, 26.0, 25.0],
/// ];
/// let places = [(0.0, 0.0), (1.0, 0.0), (3.0, 0.0), (3.5, 0.0)];
/// let params = ScanParams { model: ScanModel::Permutation, longest: 3, draws: 199, seed: 1 };
/// let cluster = scan(&counts, &[], &zones(&places, 3), &params)?.ok_or("no cluster")?;
/// assert_eq!((cluster.zone, cluster.weeks), (vec![2, 3], 2));
/// assert!(cluster.p_value < 0.05);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn scan(
    counts: &[Vec<f64>],
    expected: &[Vec<f64>],
    zones: &[Vec<usize>],
    params: &ScanParams,
) -> Result<Option<Cluster>, SurveillanceError> {
    let n_weeks = counts.first().map_or(0, Vec::len);
    check(counts, expected, zones, params, n_weeks)?;
    let total: f64 = counts.iter().flatten().sum();
    if total <= 0.0 {
        return Ok(None);
    }
    let means = means(counts, expected, params.model, total);
    if means.iter().flatten().sum::<f64>() <= 0.0 {
        return Ok(None);
    }
    let longest = params.longest.min(n_weeks);
    let map = Map::of(zones, longest, params.model, total, &means);
    let Some((zone, weeks, statistic)) = map.largest(counts) else { return Ok(None) };

    let mut chance = Chance::new(params.seed);
    let mut drawing = Drawing::of(counts, &means, params.model, total);
    let mut at_least = 0_u32;
    for _ in 0..params.draws {
        // Sums of the same numbers in another order differ in their last digits.
        let found = map.largest(drawing.draw(&mut chance));
        at_least += u32::from(found.is_some_and(|found| found.2 >= statistic * (1.0 - 1e-9)));
    }
    let sum = |of: &[Vec<f64>]| zone.iter().filter_map(|at| of.get(*at)?.get(weeks - 1)).sum();
    Ok(Some(Cluster {
        observed: sum(&tails(counts, longest)),
        expected: sum(&tails(&means, longest)),
        zone: zone.clone(),
        weeks,
        statistic,
        p_value: (1.0 + f64::from(at_least)) / (1.0 + params.draws as f64),
    }))
}

fn check(
    counts: &[Vec<f64>],
    expected: &[Vec<f64>],
    zones: &[Vec<usize>],
    params: &ScanParams,
    n_weeks: usize,
) -> Result<(), SurveillanceError> {
    let wrong = |name, value: String, expected| Err(SurveillanceError::Parameter { name, value, expected });
    if params.longest == 0 {
        return wrong("longest", "0".to_owned(), "at least one week");
    }
    if params.draws > MOST_DRAWS {
        return wrong("draws", params.draws.to_string(), "at most 99 999");
    }
    if let ScanModel::NegativeBinomial { alpha } = params.model
        && !(alpha > 0.0 && alpha.is_finite())
    {
        return wrong("alpha", alpha.to_string(), "a dispersion > 0");
    }
    let needs = params.model != ScanModel::Permutation;
    let same = |rows: &[Vec<f64>]| rows.len() == counts.len() && rows.iter().all(|row| row.len() == n_weeks);
    if !same(counts) || needs && !same(expected) || zones.iter().flatten().any(|at| *at >= counts.len()) {
        return Err(SurveillanceError::Map { territories: counts.len(), weeks: n_weeks });
    }
    let expected = if needs { expected } else { &[] };
    for (index, row) in counts.iter().chain(expected).enumerate() {
        if let Some(value) = row.iter().find(|value| !value.is_finite() || **value < 0.0) {
            return Err(SurveillanceError::Count { index: index % counts.len().max(1), value: *value });
        }
    }
    if counts.iter().flatten().any(|value| libm::floor(*value) != *value || *value > 1e9) {
        return Err(SurveillanceError::Map { territories: counts.len(), weeks: n_weeks });
    }
    Ok(())
}

/// What the model expects of each territory and week.
fn means(counts: &[Vec<f64>], expected: &[Vec<f64>], model: ScanModel, total: f64) -> Vec<Vec<f64>> {
    match model {
        ScanModel::NegativeBinomial { .. } => expected.to_vec(),
        ScanModel::Poisson => {
            let all: f64 = expected.iter().flatten().sum();
            let scale = if all > 0.0 { total / all } else { 0.0 };
            expected.iter().map(|row| row.iter().map(|mean| mean * scale).collect()).collect()
        }
        ScanModel::Permutation => {
            let n_weeks = counts.first().map_or(0, Vec::len);
            let by_week: Vec<f64> =
                (0..n_weeks).map(|week| counts.iter().filter_map(|row| row.get(week)).sum()).collect();
            let margins = |row: &Vec<f64>| {
                let sum: f64 = row.iter().sum();
                by_week.iter().map(|week| sum * week / total).collect()
            };
            counts.iter().map(margins).collect()
        }
    }
}

/// Of each row, the sums of its last 1, 2, … `longest` values.
fn tails(rows: &[Vec<f64>], longest: usize) -> Vec<Vec<f64>> {
    let tail = |row: &Vec<f64>| {
        row.iter()
            .rev()
            .take(longest)
            .scan(0.0, |sum, value| {
                *sum += value;
                Some(*sum)
            })
            .collect()
    };
    rows.iter().map(tail).collect()
}

struct Map<'a> {
    zones: &'a [Vec<usize>],
    longest: usize,
    model: ScanModel,
    total: f64,
    /// 1/ω of each territory and week, of the negative binomial model; 1 for the others.
    weights: Vec<Vec<f64>>,
    /// Tails of the expected counts, so weighted.
    means: Vec<Vec<f64>>,
}

impl<'a> Map<'a> {
    fn of(zones: &'a [Vec<usize>], longest: usize, model: ScanModel, total: f64, means: &[Vec<f64>]) -> Self {
        let weight = |mean: &f64| match model {
            ScanModel::NegativeBinomial { alpha } => 1.0 / (1.0 + alpha * mean),
            ScanModel::Poisson | ScanModel::Permutation => 1.0,
        };
        let weights = means.iter().map(|row| row.iter().map(weight).collect()).collect();
        let map = Self { zones, longest, model, total, weights, means: vec![] };
        Self { means: map.weighted_tails(means), ..map }
    }

    fn weighted_tails(&self, rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let weigh = |(row, weights): (&Vec<f64>, &Vec<f64>)| row.iter().zip(weights).map(|(y, w)| y * w).collect();
        tails(&rows.iter().zip(&self.weights).map(weigh).collect::<Vec<_>>(), self.longest)
    }

    /// The zone, the weeks and the statistic of the cylinder that departs most.
    fn largest(&self, counts: &[Vec<f64>]) -> Option<(&'a Vec<usize>, usize, f64)> {
        let counts = self.weighted_tails(counts);
        let mut best: Option<(&Vec<usize>, usize, f64)> = None;
        for zone in self.zones {
            for week in 0..self.longest {
                let sum = |of: &[Vec<f64>]| zone.iter().filter_map(|at| of.get(*at)?.get(week)).sum::<f64>();
                let (counted, mean) = (sum(&counts), sum(&self.means));
                if counted <= mean {
                    continue;
                }
                let statistic = match self.model {
                    ScanModel::NegativeBinomial { .. } => (counted - mean) / sqrt(mean),
                    ScanModel::Poisson | ScanModel::Permutation => self.ratio(counted, mean),
                };
                if statistic.is_finite() && best.is_none_or(|found| statistic > found.2) {
                    best = Some((zone, week + 1, statistic));
                }
            }
        }
        best
    }

    fn ratio(&self, counted: f64, mean: f64) -> f64 {
        let (outside, rest) = (self.total - counted, self.total - mean);
        let part = |c: f64, e: f64| if c > 0.0 { c * log(c / e) } else { 0.0 };
        part(counted, mean) + part(outside, rest)
    }
}

/// Maps drawn when nothing happens; the buffer is used again.
struct Drawing {
    model: ScanModel,
    means: Vec<Vec<f64>>,
    map: Vec<Vec<f64>>,
    /// Cumulated expected counts (Poisson).
    ladder: Vec<(f64, usize, usize)>,
    /// One territory and one week a report (permutation).
    territories: Vec<usize>,
    weeks: Vec<usize>,
    total: f64,
}

impl Drawing {
    fn of(counts: &[Vec<f64>], means: &[Vec<f64>], model: ScanModel, total: f64) -> Self {
        let mut drawing = Self {
            model,
            means: means.to_vec(),
            map: counts.to_vec(),
            ladder: vec![],
            territories: vec![],
            weeks: vec![],
            total,
        };
        let mut sum = 0.0;
        for (territory, (row, mean)) in counts.iter().zip(means).enumerate() {
            for (week, (count, mean)) in row.iter().zip(mean).enumerate() {
                match model {
                    ScanModel::Poisson => {
                        sum += mean;
                        drawing.ladder.push((sum, territory, week));
                    }
                    ScanModel::Permutation => {
                        for _ in 0..(*count as usize) {
                            drawing.territories.push(territory);
                            drawing.weeks.push(week);
                        }
                    }
                    ScanModel::NegativeBinomial { .. } => {}
                }
            }
        }
        drawing
    }

    fn draw(&mut self, chance: &mut Chance) -> &[Vec<f64>] {
        match self.model {
            ScanModel::NegativeBinomial { alpha } => {
                for (row, means) in self.map.iter_mut().zip(&self.means) {
                    for (cell, mean) in row.iter_mut().zip(means) {
                        let mean = mean * alpha * chance.gamma(1.0 / alpha);
                        *cell = chance.poisson(mean);
                    }
                }
            }
            ScanModel::Poisson => {
                self.map.iter_mut().flatten().for_each(|cell| *cell = 0.0);
                let all = self.ladder.last().map_or(0.0, |step| step.0);
                for _ in 0..(self.total as usize) {
                    let at = chance.uniform() * all;
                    let step = self.ladder.partition_point(|step| step.0 <= at);
                    if let Some((_, territory, week)) = self.ladder.get(step)
                        && let Some(cell) = self.map.get_mut(*territory).and_then(|row| row.get_mut(*week))
                    {
                        *cell += 1.0;
                    }
                }
            }
            ScanModel::Permutation => {
                self.map.iter_mut().flatten().for_each(|cell| *cell = 0.0);
                for last in (1..self.weeks.len()).rev() {
                    self.weeks.swap(last, chance.below(last + 1));
                }
                for (territory, week) in self.territories.iter().zip(&self.weeks) {
                    if let Some(cell) = self.map.get_mut(*territory).and_then(|row| row.get_mut(*week)) {
                        *cell += 1.0;
                    }
                }
            }
        }
        &self.map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODELS: [ScanModel; 3] =
        [ScanModel::Poisson, ScanModel::Permutation, ScanModel::NegativeBinomial { alpha: 0.1 }];

    /// Counts, means and zones.
    type Drawn = (Vec<Vec<f64>>, Vec<Vec<f64>>, Vec<Vec<usize>>);

    /// Nine territories on a grid, ten weeks of about five reports, and three places where twice as many come.
    fn map(chance: &mut Chance, more: f64) -> Drawn {
        let places: Vec<(f64, f64)> = (0..9).map(|n| (f64::from(n % 3), f64::from(n / 3) * 1.3)).collect();
        let expected = vec![vec![5.0; 10]; 9];
        let counts = (0..9)
            .map(|at| (0..10).map(|week| chance.poisson(if at < 3 && week >= 7 { 5.0 * more } else { 5.0 })).collect())
            .collect();
        (counts, expected, zones(&places, 4))
    }

    #[test]
    fn what_spreads_is_found_where_it_is() {
        for model in MODELS {
            let (counts, expected, zones) = map(&mut Chance::new(3), 3.5);
            let params = ScanParams { model, longest: 5, draws: 199, seed: 9 };
            let cluster = scan(&counts, &expected, &zones, &params).unwrap().unwrap();
            assert_eq!((&cluster.zone, cluster.weeks), (&vec![0, 1, 2], 3), "{model:?}");
            assert!(cluster.p_value <= 0.01, "{model:?} {}", cluster.p_value);
            assert_eq!(scan(&counts, &expected, &zones, &params).unwrap().unwrap(), cluster);
        }
    }

    /// Over many quiet maps, one in ten has a p-value below a tenth, about.
    #[test]
    fn chance_is_as_rare_as_told() {
        for model in [ScanModel::Poisson, ScanModel::Permutation] {
            let mut chance = Chance::new(4);
            let mut low = 0;
            for seed in 0..150 {
                let (counts, expected, zones) = map(&mut chance, 1.0);
                let params = ScanParams { model, longest: 3, draws: 49, seed };
                let cluster = scan(&counts, &expected, &zones, &params).unwrap();
                low += u32::from(cluster.is_some_and(|cluster| cluster.p_value <= 0.1));
            }
            assert!((5..=27).contains(&low), "{model:?}: {low} of 150");
        }
    }

    /// By hand: 15 counted where 5 + 5 were expected of 20 in all: 15 log 1.5 + 5 log ½.
    #[test]
    fn the_ratio_by_hand() {
        let counts = vec![vec![2.0, 15.0], vec![3.0, 0.0]];
        let expected = vec![vec![5.0, 10.0], vec![0.0, 5.0]];
        let params = ScanParams { model: ScanModel::Poisson, longest: 1, draws: 9, seed: 1 };
        let cluster = scan(&counts, &expected, &[vec![0]], &params).unwrap().unwrap();
        let by_hand = 15.0 * (15.0_f64 / 10.0).ln() + 5.0 * (5.0_f64 / 10.0).ln();
        assert!((cluster.statistic - by_hand).abs() < 1e-12);
        assert_eq!((cluster.observed, cluster.expected), (15.0, 10.0));
    }

    #[test]
    fn a_map_that_does_not_fit_is_refused() {
        let params = ScanParams { model: ScanModel::Poisson, longest: 1, draws: 9, seed: 1 };
        let refused = |counts: &[Vec<f64>], expected: &[Vec<f64>], zones: &[Vec<usize>]| {
            scan(counts, expected, zones, &params).is_err()
        };
        let one = vec![vec![1.0, 2.0]];
        assert!(refused(&one, &[], &[vec![0]]));
        assert!(refused(&one, &one, &[vec![1]]));
        assert!(refused(&[vec![0.5, 2.0]], &one, &[vec![0]]));
        assert!(refused(&[vec![-1.0, 2.0]], &one, &[vec![0]]));
        assert!(!refused(&one, &one, &[vec![0]]));
        assert_eq!(scan(&[vec![0.0, 0.0]], &one, &[vec![0]], &params).unwrap(), None);
    }
}
