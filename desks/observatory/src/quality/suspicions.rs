//! Figures that look like slips, without any control declared: against their neighbours in time, against the other
//! territories, against their previous vintage.

use super::cells::{Cell, Cells, Key, Previous};
use super::sheet::Suspicion;
use beffroi_model::Period;
use beffroi_statistics::slips::{out_of_line, out_of_step, slip};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many times off is an order of magnitude: 17 000 printed as 1 700 is ten, and a real fall to a third is none.
pub(crate) const FACTOR: f64 = 5.0;

/// What tells a line of figures along periods: series, category, unit, definition, territory.
type Line = (u32, u32, u32, u32, u32);

fn line(key: Key) -> Line {
    (key.series, key.category, key.unit, key.definition, key.territory)
}

/// The figures that are out of line or out of step with their neighbours. Those that the lake knew before help to judge and are
/// not judged.
pub(crate) fn unlike_neighbours(cells: &Cells, previous: &Previous, factor: f64) -> Vec<Suspicion> {
    let lines = lines(cells, previous);
    let fresh: HashMap<Key, &Cell> = cells.cells.iter().map(|cell| (cell.key, cell)).collect();
    let mut found = Vec::new();
    let mut told: BTreeSet<Key> = BTreeSet::new();
    for (of, figures) in &lines {
        for grain in beffroi_model::Grain::ALL {
            let row: Vec<(Period, f64)> =
                figures.iter().filter(|(p, _)| p.grain() == grain).map(|(p, v)| (*p, *v)).collect();
            let values: Vec<f64> = row.iter().map(|(_, value)| *value).collect();
            for out in out_of_line(&values, factor) {
                let Some((period, value)) = row.get(out.index).copied() else { continue };
                let key = key_of(*of, period);
                if fresh.contains_key(&key) && told.insert(key) {
                    found.push(suspicion(cells, key, value, out.expected, "out-of-line"));
                }
            }
        }
    }
    steps(cells, &lines, &fresh, factor, &mut told, &mut found);
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

/// The latest figure of each period, those of the lake first and those of the file over them.
fn lines(cells: &Cells, previous: &Previous) -> BTreeMap<Line, BTreeMap<Period, f64>> {
    let mut lines: BTreeMap<Line, BTreeMap<Period, f64>> = BTreeMap::new();
    for key in previous.figures.keys() {
        if let Some((_, value)) = previous.last(*key) {
            lines.entry(line(*key)).or_default().insert(key.period, value);
        }
    }
    // In the order of their vintages, so that the last one stands.
    for cell in &cells.cells {
        lines.entry(line(cell.key)).or_default().insert(cell.key.period, cell.value);
    }
    lines
}

/// A cell, its value in the period before, and its own.
type Move = (Key, f64, f64);

/// Territories of one period and of the next: who moved unlike the others?
fn steps(
    cells: &Cells,
    lines: &BTreeMap<Line, BTreeMap<Period, f64>>,
    fresh: &HashMap<Key, &Cell>,
    factor: f64,
    told: &mut BTreeSet<Key>,
    found: &mut Vec<Suspicion>,
) {
    let mut fronts: BTreeMap<(u32, u32, u32, u32, Period), Vec<Move>> = BTreeMap::new();
    for (of, figures) in lines {
        for (period, value) in figures {
            if let Some(before) = figures.get(&period.previous()) {
                let front = (of.0, of.1, of.2, of.3, *period);
                fronts.entry(front).or_default().push((key_of(*of, *period), *before, *value));
            }
        }
    }
    for front in fronts.into_values() {
        let (before, after): (Vec<f64>, Vec<f64>) = front.iter().map(|(_, b, a)| (*b, *a)).unzip();
        for out in out_of_step(&before, &after, factor) {
            let Some((key, _, value)) = front.get(out.index).copied() else { continue };
            // What was off in the period before comes back in this one: once is enough.
            let back = Key { period: key.period.previous(), ..key };
            if fresh.contains_key(&key) && !told.contains(&back) && told.insert(key) {
                found.push(suspicion(cells, key, value, out.expected, "out-of-step"));
            }
        }
    }
}

/// The figures that a slip would make of their previous vintage.
pub(crate) fn slips_since(cells: &Cells, previous: &Previous) -> Vec<Suspicion> {
    let judged = cells.cells.iter().enumerate().filter_map(|(index, cell)| {
        let (_, before) = previous.before(cells, index)?;
        let slip = slip(before, cell.value)?;
        Some(suspicion(cells, cell.key, cell.value, before, slip.code()))
    });
    judged.collect()
}

fn key_of((series, category, unit, definition, territory): Line, period: Period) -> Key {
    Key { series, category, unit, definition, territory, period }
}

fn suspicion(cells: &Cells, key: Key, found: f64, expected: f64, reason: &str) -> Suspicion {
    Suspicion { place: cells.place(key), found, expected: expected.round(), reason: reason.to_owned() }
}
