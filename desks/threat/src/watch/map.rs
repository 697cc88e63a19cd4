//! A signal over the map, week by week: reports of each department, and how many were expected there.

use super::counts::{Family, WEEKS_OF_PAST, weeks_up_to, years_between};
use super::detection::method;
use super::levels::last_break;
use crate::alerts::protection;
use crate::signals::{Signal, SignalError};
use beffroi_model::{Grain, Period, Territory};
use beffroi_ports::{Dimension, Facts, Filter, ReportsQuery};
use beffroi_surveillance::{Calendar, Series, detect};
use std::collections::{BTreeMap, BTreeSet};

/// Weeks shown.
const SHOWN: usize = 8;

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

impl MapOfWeeks {
    /// The departments whose count of week number `week` is not told, so that none is small nor found by subtracting the
    /// others from the national count: as a flash hides them.
    pub fn hidden(&self, week: usize) -> BTreeSet<String> {
        let observed = |(code, cells): (&String, &Vec<MapCell>)| Some((code.clone(), cells.get(week)?.observed));
        let mut counts: BTreeMap<String, f64> = self.departments.iter().filter_map(observed).collect();
        let shown = protection::spread(&counts).shown;
        counts.retain(|code, count| *count > 0.0 && shown.iter().all(|place| place.territory != *code));
        counts.into_keys().collect()
    }
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
