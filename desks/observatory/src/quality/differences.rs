//! Against what was known before: published counts by their previous vintage, reports by month, territory and category.

use super::cells::{Cell, Cells, Key, Previous};
use super::sheet::{Difference, Differences, Listed, Place};
use beffroi_model::Period;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Lines kept of each list.
const KEPT: usize = 200;

/// From which share and number of units on a difference is told: both must be passed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Thresholds {
    pub(crate) relative: f64,
    pub(crate) absolute: f64,
}

impl Thresholds {
    pub(crate) fn passed(self, before: f64, after: f64) -> bool {
        let size = (after - before).abs();
        size > 0.0 && size >= self.absolute && size > self.relative * before.abs()
    }
}

/// Published counts: each figure of the file against its last vintage before. `whole`: a figure of the same series, definition
/// and span that is not in the file has vanished.
pub(crate) fn of_counts(cells: &Cells, previous: &Previous, whole: bool, thresholds: Thresholds) -> Differences {
    let (mut lists, n_compared) = changes(cells, previous, thresholds);
    if whole {
        lists.vanished = vanished(cells, previous);
    }
    lists.told(!previous.figures.is_empty(), n_compared, thresholds)
}

/// Every published count that changed by more than the thresholds or is new, and how many were compared.
pub(crate) fn changes(cells: &Cells, previous: &Previous, thresholds: Thresholds) -> (Lists, u64) {
    let mut lists = Lists::default();
    let mut n_compared = 0;
    let told = |cell: &Cell, vintage, before, after, same_vintage| {
        let place = cells.place(cell.key);
        Difference { place, vintage, before, after: Some(after), same_vintage }
    };
    for (index, cell) in cells.cells.iter().enumerate() {
        if let Some(known) = previous.at(cell.key, cell.vintage) {
            n_compared += 1;
            if known.to_bits() != cell.value.to_bits() {
                lists.changed.push(told(cell, Some(cell.vintage), Some(known), cell.value, true));
            }
        } else if let Some((vintage, before)) = previous.before(cells, index) {
            n_compared += 1;
            if thresholds.passed(before, cell.value) {
                lists.changed.push(told(cell, Some(vintage), Some(before), cell.value, false));
            }
        } else if !previous.figures.is_empty() {
            lists.new.push(told(cell, None, None, cell.value, false));
        }
    }
    let twice = |(cell, again): &(Cell, f64)| told(cell, Some(cell.vintage), Some(cell.value), *again, true);
    lists.changed.extend(cells.conflicts.iter().map(twice));
    (lists, n_compared)
}

/// Figures known before, of a series, definition and span of the file, that are not in it.
fn vanished(cells: &Cells, previous: &Previous) -> Vec<Difference> {
    let there: HashSet<Key> = cells.cells.iter().map(|cell| cell.key).collect();
    let mut spans: HashMap<(u32, u32, u32), (Period, Period)> = HashMap::new();
    for key in &there {
        let span = spans.entry((key.series, key.unit, key.definition)).or_insert((key.period, key.period));
        *span = (span.0.min(key.period), span.1.max(key.period));
    }
    let gone = previous.figures.keys().filter(|key| {
        let span = spans.get(&(key.series, key.unit, key.definition));
        !there.contains(*key) && span.is_some_and(|(first, last)| (*first..=*last).contains(&key.period))
    });
    let told = gone.filter_map(|key| {
        let (vintage, before) = previous.last(*key)?;
        let place = cells.place(*key);
        Some(Difference { place, vintage: Some(vintage), before: Some(before), after: None, same_vintage: false })
    });
    told.collect()
}

/// Month, territory and category of reports.
pub(crate) type ReportKey = (Period, String, String);

/// Reports: how many by month, territory and category before and after. `whole`: the file against the lake, in the months of
/// the file; otherwise the lake without and with it.
pub(crate) fn of_reports(
    before: &BTreeMap<ReportKey, u64>,
    file: &BTreeMap<ReportKey, u64>,
    fresh: &BTreeMap<ReportKey, u64>,
    whole: bool,
    thresholds: Thresholds,
) -> Differences {
    let mut lists = Lists::default();
    let months: HashSet<Period> = file.keys().map(|key| key.0).collect();
    let known: HashSet<Period> = before.keys().map(|key| key.0).collect();
    let keys: HashSet<&ReportKey> = before.keys().chain(file.keys()).filter(|key| months.contains(&key.0)).collect();
    let mut n_compared = 0;
    for key in keys {
        let had = before.get(key).copied().unwrap_or_default();
        let has = if whole { file.get(key) } else { fresh.get(key) }.copied().unwrap_or_default();
        let has = if whole { has } else { had + has };
        let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let place = Place {
            period: Some(key.0.to_string()),
            territory: text(&key.1),
            category: text(&key.2),
            ..Place::default()
        };
        let difference = |before, after| Difference { place, vintage: None, before, after, same_vintage: false };
        match (had, has) {
            // A month that comes for the first time differs from nothing.
            _ if !known.contains(&key.0) => {}
            (0, 0) => {}
            (0, has) => lists.new.push(difference(None, Some(has as f64))),
            (had, 0) => lists.vanished.push(difference(Some(had as f64), None)),
            (had, has) => {
                n_compared += 1;
                if thresholds.passed(had as f64, has as f64) {
                    lists.changed.push(difference(Some(had as f64), Some(has as f64)));
                }
            }
        }
    }
    lists.told(!before.is_empty(), n_compared, thresholds)
}

/// Differences, uncut.
#[derive(Default)]
pub(crate) struct Lists {
    pub(crate) changed: Vec<Difference>,
    vanished: Vec<Difference>,
    new: Vec<Difference>,
}

impl Lists {
    fn told(mut self, compared: bool, n_compared: u64, thresholds: Thresholds) -> Differences {
        let size = |d: &Difference| (d.after.unwrap_or_default() - d.before.unwrap_or_default()).abs();
        for list in [&mut self.changed, &mut self.vanished, &mut self.new] {
            list.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.place.cmp(&b.place)));
        }
        Differences {
            compared,
            n_compared,
            changed: Listed::of(self.changed, KEPT),
            vanished: Listed::of(self.vanished, KEPT),
            new: Listed::of(self.new, KEPT),
            relative: thresholds.relative,
            absolute: thresholds.absolute,
        }
    }
}
