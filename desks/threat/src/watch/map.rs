//! A signal over the map, week by week: reports of each department, and how many were expected there.
//!
//! What may be told of it is decided over the whole table at once, departments by weeks with the totals of both: a cell
//! that is hidden in one week must not be found from the total of its department over the weeks, nor from the national
//! total of its week, nor from what the page of the signal tells already (its own weeks, and the total of each territory
//! over the weeks in alarm).

use super::counts::{Family, WEEKS_OF_PAST, weeks_up_to, years_between};
use super::detection::method;
use super::levels::{Levels, last_break};
use crate::signals::{Signal, SignalError};
use beffroi_model::{Grain, Period, Territory};
use beffroi_ports::{Dimension, Facts, Filter, ReportsQuery};
use beffroi_statistics::{Rule, Status, SumTable, TableError, protect};
use beffroi_surveillance::{Calendar, Series, detect};
use std::collections::{BTreeMap, BTreeSet};

/// Weeks shown.
const SHOWN: usize = 8;
/// A count below this is of few persons: it is not told.
const FEWEST: u32 = 5;

/// A department in a week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MapCell {
    /// Reports. Not protected: a small count is not to be shown.
    pub observed: f64,
    /// Reports expected from the same weeks of past years, or from the weeks before where there are none; the mean of the
    /// year before where nothing is fitted; none without any past.
    pub expected: Option<f64>,
}

/// What a signal counts, by department and week.
#[derive(Debug, Clone, PartialEq)]
pub struct MapOfWeeks {
    /// The weeks, the oldest first: the last one is that of the signal.
    pub weeks: Vec<Period>,
    /// By department ("not located" among them), one cell a week.
    pub departments: BTreeMap<String, Vec<MapCell>>,
    /// Whether rows made by a generator are among them.
    pub synthetic: bool,
}

/// What of a map is not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiddenCells {
    /// By department: each week, then all weeks together.
    pub departments: BTreeMap<String, Vec<bool>>,
    /// The whole country: each week, then all weeks together.
    pub whole: Vec<bool>,
}

impl HiddenCells {
    /// Whether the count of a department is hidden in week number `week`; the number after the last is all of them.
    pub fn is_hidden(&self, department: &str, week: usize) -> bool {
        self.departments.get(department).and_then(|weeks| weeks.get(week)).copied().unwrap_or(true)
    }
}

impl MapOfWeeks {
    /// The sum of a department over the weeks; what was expected, where it is known in each of them.
    pub fn over_weeks(cells: &[MapCell]) -> MapCell {
        MapCell {
            observed: cells.iter().map(|cell| cell.observed).sum(),
            expected: cells.iter().map(|cell| cell.expected).sum(),
        }
    }

    /// The sum of all departments in a week.
    pub fn whole(&self, week: usize) -> f64 {
        self.departments.values().filter_map(|cells| cells.get(week)).map(|cell| cell.observed).sum()
    }

    /// What is not told of the map of `signal`. Where what its page tells gives a small count away whatever the map hides,
    /// the map hides what its own totals would give back.
    pub fn hidden(&self, signal: &Signal) -> Option<HiddenCells> {
        self.decide(&self.told_by(signal), protect).or_else(|| self.decide(&[], protect))
    }

    fn decide(
        &self,
        told: &[ToldSum],
        protect: impl Fn(&SumTable, Rule) -> Result<Vec<Status>, TableError>,
    ) -> Option<HiddenCells> {
        let n_weeks = self.weeks.len();
        let table = self.table(told)?;
        let status = protect(&table, Rule { threshold: FEWEST }).ok()?;
        let row = |row: usize| -> Vec<bool> {
            let hidden = |week: usize| status.get(table.index(row, week)).is_none_or(|status| status.is_hidden());
            (0..=n_weeks).map(hidden).collect()
        };
        let departments = self.departments.keys().enumerate().map(|(at, code)| (code.clone(), row(at))).collect();
        Some(HiddenCells { departments, whole: row(self.departments.len()) })
    }

    /// The sums that the page of a signal tells of the same counts: its own weeks, its run, the territories of its run,
    /// its parts, where it gathers. The page shows the large ones.
    fn told_by(&self, signal: &Signal) -> Vec<ToldSum> {
        let levels = Levels::house();
        let code = signal.territory.as_str();
        let within = |place: &str| place == code || levels.departments(code).any(|own| own == place);
        let own: Option<BTreeSet<String>> = (code != Territory::FRANCE)
            .then(|| self.departments.keys().filter(|place| within(place)).cloned().collect());
        let weeks_within = |from: Period, to: Period| -> Vec<usize> {
            let is_in = |week: &Period| *week >= from && *week <= to;
            (0..self.weeks.len()).filter(|at| self.weeks.get(*at).is_some_and(is_in)).collect()
        };
        let run = weeks_within(signal.first_week, signal.last_week);
        let each = (0..self.weeks.len()).map(|week| ToldSum { places: own.clone(), weeks: vec![week] });
        let one = |place: &str| Some(BTreeSet::from([place.to_owned()]));
        // Of the territories of its run the page shows the large ones, but hides a second one beside a single small one.
        let mut spread: Vec<(&String, f64)> =
            signal.content.spread.iter().filter(|(_, n)| **n > 0.0).map(|(place, n)| (place, *n)).collect();
        spread.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        let n_small = spread.iter().filter(|(_, n)| *n < f64::from(FEWEST)).count();
        let n_hidden = if n_small == 1 { 2 } else { n_small };
        spread.truncate(spread.len().saturating_sub(n_hidden));
        let places = spread.into_iter().map(|(place, _)| ToldSum { places: one(place), weeks: run.clone() });
        let parts = signal.content.parts.iter().filter(|part| part.sector.is_none() && part.subject.is_none());
        let last = weeks_within(signal.last_week, signal.last_week);
        let parts = parts.map(|part| ToldSum {
            places: Some(
                std::iter::once(part.territory.as_str())
                    .chain(levels.departments(&part.territory))
                    .map(str::to_owned)
                    .collect(),
            ),
            weeks: last.clone(),
        });
        let gathers = signal.content.cluster.iter().map(|cluster| {
            let n = usize::try_from(cluster.weeks).unwrap_or(usize::MAX);
            ToldSum {
                places: Some(cluster.territories.iter().cloned().collect()),
                weeks: (self.weeks.len().saturating_sub(n)..self.weeks.len()).collect(),
            }
        });
        let whole_run = ToldSum { places: own.clone(), weeks: run.clone() };
        each.chain([whole_run]).chain(places).chain(parts).chain(gathers).collect()
    }

    /// The counts with their totals, and what is told of them elsewhere.
    fn table(&self, told: &[ToldSum]) -> Option<SumTable> {
        let observed = |cells: &Vec<MapCell>| cells.iter().map(|cell| Some(cell.observed)).collect();
        let rows: Vec<Vec<Option<f64>>> = self.departments.values().map(observed).collect();
        let mut table = SumTable::two_way(&rows).ok()?;
        for sum in told {
            let places: Vec<usize> = match &sum.places {
                // The last row is the sum of all.
                None => vec![rows.len()],
                Some(codes) => {
                    let own = self.departments.keys().enumerate().filter(|(_, place)| codes.contains(*place));
                    own.map(|(at, _)| at).collect()
                }
            };
            let cell = |row: usize| sum.weeks.iter().map(move |week| (row, *week));
            let parts: Vec<usize> =
                places.into_iter().flat_map(cell).map(|(row, week)| table.index(row, week)).collect();
            let value: f64 = parts.iter().filter_map(|cell| table.values().get(*cell).copied().flatten()).sum();
            if value < f64::from(FEWEST) {
                continue;
            }
            match parts.as_slice() {
                [cell] => table.know([*cell]),
                _ => {
                    table.know_sum(parts);
                }
            }
        }
        Some(table)
    }
}

/// A sum of counts of the map that is told elsewhere, when it is large: some departments (all of them together when none
/// is named) in some weeks.
struct ToldSum {
    places: Option<BTreeSet<String>>,
    weeks: Vec<usize>,
}

/// The map of a signal: its phenomenon, layer, sector and sources, whatever its territory; what claims count has no place.
/// Nothing for a signal without a phenomenon, and for claims.
///
/// # Errors
/// The lake's; [`SignalError::Surveillance`] for a series that cannot be watched.
pub async fn map_of(facts: &dyn Facts, signal: &Signal) -> Result<Option<MapOfWeeks>, SignalError> {
    let Some(phenomenon) = signal.phenomenon.as_deref().filter(|_| !signal.content.claims) else { return Ok(None) };
    let last = signal.last_week;
    let mut weeks = weeks_up_to(last, WEEKS_OF_PAST + SHOWN);
    let Some(first) = weeks.first().copied() else { return Ok(None) };
    let one = |dimension, value: &str| Filter { dimension, values: vec![value.to_owned()] };
    let mut filters = vec![
        Family::Reports.kinds(),
        one(Dimension::Layer, signal.layer.code()),
        one(Dimension::Phenomenon, phenomenon),
    ];
    if !signal.content.sources.is_empty() {
        filters.push(Filter { dimension: Dimension::Source, values: signal.content.sources.clone() });
    }
    if let Some(sector) = &signal.content.sector {
        filters.push(one(Dimension::Sector, sector));
    }
    let query = ReportsQuery {
        by: vec![Dimension::Week, Dimension::Department, Dimension::Synthetic],
        filters,
        from: Some(first.start()),
        to: Some(last.end()),
        snapshot: Some(signal.snapshot),
        ..ReportsQuery::default()
    };
    let mut counts: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let (mut earliest, mut synthetic) = (weeks.len(), false);
    for row in facts.reports(&query).await?.rows() {
        let week = row.key(0).and_then(|week| week.parse::<Period>().ok()).filter(|week| week.grain() == Grain::Week);
        let at = week.and_then(|week| weeks.binary_search(&week).ok());
        let place = row.key(1).filter(|code| *code != Territory::ABROAD);
        let (Some(at), Some(place), Some(count)) = (at, place, row.value(0)) else { continue };
        let of_place = counts.entry(place.to_owned()).or_insert_with(|| vec![0.0; weeks.len()]);
        if let Some(sum) = of_place.get_mut(at) {
            *sum += count;
        }
        earliest = earliest.min(at);
        synthetic |= row.key(2) == Some("true");
    }
    // Nothing before the last declared break is compared with.
    let broken = last_break(Family::Reports, signal.layer, phenomenon, last)
        .map_or(0, |at| weeks.partition_point(|week| week.start() < at.start()));
    let since = earliest.max(broken);
    let shown = weeks.len().saturating_sub(SHOWN)..weeks.len();
    let years = years_between(since, shown.start);
    let mut departments = BTreeMap::new();
    for (place, of_place) in counts {
        let past = of_place.iter().enumerate().map(|(at, count)| if at < since { f64::NAN } else { *count });
        let calendar = Calendar::Weekly { first: first.start() };
        let series = Series { counts: past.collect(), population: None, calendar };
        let points = detect(&method(years), &series, shown.clone())?;
        // Where nothing is fitted, as to a count that is nearly always 0: the mean of the year before.
        let before: Vec<f64> =
            of_place.get(since.max(shown.start.saturating_sub(52))..shown.start).unwrap_or_default().to_vec();
        let mean = (!before.is_empty()).then(|| before.iter().sum::<f64>() / before.len() as f64);
        let cell = |at: usize| MapCell {
            observed: of_place.get(at).copied().unwrap_or(0.0),
            expected: points.iter().find(|point| point.index == at).and_then(|point| point.expected).or(mean),
        };
        departments.insert(place, shown.clone().map(cell).collect());
    }
    Ok(Some(MapOfWeeks { weeks: weeks.split_off(shown.start), departments, synthetic }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A total (its cell, or its value where it is told alone) and its parts.
    type Equation = (Option<(usize, usize)>, f64, Vec<(usize, usize)>);

    fn week(n: usize) -> Period {
        format!("2025-W{:02}", 40 + n).parse().unwrap()
    }

    fn map(rows: &[(&str, &[f64])]) -> MapOfWeeks {
        let cells = |row: &[f64]| row.iter().map(|n| MapCell { observed: *n, expected: Some(1.0) }).collect();
        MapOfWeeks {
            weeks: (0..rows[0].1.len()).map(week).collect(),
            departments: rows.iter().map(|(code, row)| ((*code).to_owned(), cells(row))).collect(),
            synthetic: true,
        }
    }

    /// What the page of a national signal tells: each week, the run, each department over the run.
    fn told(map: &MapOfWeeks, run: std::ops::Range<usize>) -> Vec<ToldSum> {
        let each = (0..map.weeks.len()).map(|week| ToldSum { places: None, weeks: vec![week] });
        let places = map.departments.keys().cloned().map(|code| Some(BTreeSet::from([code])));
        let over = std::iter::once(None).chain(places).map(|places| ToldSum { places, weeks: run.clone().collect() });
        each.chain(over).collect()
    }

    /// A reader with the page of the signal beside the map: subtracts wherever one number is missing. Gives the small
    /// counts that were found.
    fn attack(map: &MapOfWeeks, hidden: &HiddenCells, run: std::ops::Range<usize>) -> Vec<(String, usize)> {
        let (codes, n): (Vec<&String>, usize) = (map.departments.keys().collect(), map.weeks.len());
        let value = |row: usize, week: usize| match (codes.get(row), week == n) {
            (Some(code), false) => map.departments[*code][week].observed,
            (Some(code), true) => MapOfWeeks::over_weeks(&map.departments[*code]).observed,
            (None, false) => map.whole(week),
            (None, true) => (0..n).map(|week| map.whole(week)).sum(),
        };
        let is_hidden = |row: usize, week: usize| match codes.get(row) {
            Some(code) => hidden.is_hidden(code, week),
            None => hidden.whole[week],
        };
        let mut known: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for row in 0..=codes.len() {
            for week in 0..=n {
                // The page of the signal tells the weeks of the whole country that are not small.
                let told_elsewhere = row == codes.len() && week < n && value(row, week) >= 5.0;
                if !is_hidden(row, week) || told_elsewhere {
                    known.insert((row, week), value(row, week));
                }
            }
        }
        // Sums: rows over weeks, weeks over departments, and each department over the run when that is not small.
        let mut sums: Vec<Equation> = Vec::new();
        for row in 0..=codes.len() {
            sums.push((Some((row, n)), 0.0, (0..n).map(|week| (row, week)).collect()));
            let over: f64 = run.clone().map(|week| value(row, week)).sum();
            if over >= 5.0 {
                sums.push((None, over, run.clone().map(|week| (row, week)).collect()));
            }
        }
        for week in 0..=n {
            sums.push((Some((codes.len(), week)), 0.0, (0..codes.len()).map(|row| (row, week)).collect()));
        }
        let mut found = Vec::new();
        loop {
            let before = known.len();
            for (total, fixed, parts) in &sums {
                let open: Vec<_> = parts.iter().filter(|cell| !known.contains_key(cell)).copied().collect();
                let rest: f64 = parts.iter().filter_map(|cell| known.get(cell)).sum();
                let sum = total.map_or(Some(*fixed), |cell| known.get(&cell).copied());
                match (sum, open.as_slice()) {
                    (Some(sum), [cell]) => {
                        known.insert(*cell, sum - rest);
                    }
                    (None, []) => {
                        known.extend(total.map(|cell| (cell, rest)));
                    }
                    _ => {}
                }
            }
            if known.len() == before {
                break;
            }
        }
        for (at, code) in codes.iter().enumerate() {
            for week in 0..n {
                let count = value(at, week);
                if count > 0.0 && count < 5.0 && known.contains_key(&(at, week)) {
                    found.push(((*code).clone(), week));
                }
            }
        }
        found
    }

    const ROWS: [(&str, &[f64]); 4] = [
        ("13", &[12.0, 3.0, 14.0]),
        ("33", &[20.0, 21.0, 22.0]),
        ("59", &[31.0, 6.0, 33.0]),
        ("75", &[40.0, 41.0, 42.0]),
    ];

    #[test]
    fn a_cell_hidden_in_one_week_is_not_found_from_the_other_weeks() {
        let map = map(&ROWS);
        let told = told(&map, 1..3);
        let hidden = map.decide(&told, protect).unwrap();
        assert!(hidden.is_hidden("13", 1) && !hidden.is_hidden("75", 0), "{hidden:?}");
        assert!(attack(&map, &hidden, 1..3).is_empty(), "{hidden:?}");
        // The twin: each week protected for itself, as one map a week would be, with the totals over weeks beside it.
        let by_week = map.decide(&told, |table, rule| {
            let mut status = vec![Status::Published; table.values().len()];
            for week in 0..3 {
                let column: Vec<Option<f64>> = (0..4).map(|row| table.values()[table.index(row, week)]).collect();
                for (row, own) in protect(&SumTable::one_way(&column).unwrap(), rule).unwrap().into_iter().enumerate() {
                    status[table.index(row, week)] = own;
                }
            }
            Ok(status)
        });
        assert!(attack(&map, &by_week.unwrap(), 1..3).contains(&("13".to_owned(), 1)));
    }

    #[test]
    fn where_the_page_of_the_signal_gives_a_small_count_away_no_map_is_shown() {
        // One department reports alone in the week of a large national count, and little in another week.
        let alone = map(&[("13", &[9.0, 2.0]), ("33", &[0.0, 7.0])]);
        assert_eq!(alone.decide(&told(&alone, 0..2), protect), None);
        // The twin: nothing told elsewhere, the totals are hidden with it and the rest may be shown.
        assert!(alone.decide(&[], protect).is_some());
        let none = HiddenCells { departments: BTreeMap::new(), whole: Vec::new() };
        assert!(none.is_hidden("13", 0), "what is not known is hidden");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_small_count_is_found_by_subtraction(
            rows in proptest::collection::vec(proptest::collection::vec(0u8..14, 4), 2..7),
            run in 0usize..4,
        ) {
            let names = ["13", "33", "59", "62", "69", "75"];
            let rows: Vec<(&str, Vec<f64>)> =
                names.iter().zip(&rows).map(|(code, row)| (*code, row.iter().map(|n| f64::from(*n)).collect())).collect();
            let rows: Vec<(&str, &[f64])> = rows.iter().map(|(code, row)| (*code, row.as_slice())).collect();
            let map = map(&rows);
            if let Some(hidden) = map.decide(&told(&map, run..4), protect) {
                prop_assert!(attack(&map, &hidden, run..4).is_empty(), "{:?}", hidden);
            }
        }
    }
}
