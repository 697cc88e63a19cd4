//! Each declared control, and what it says of the file.

use super::cells::Previous;
use super::differences::{self, Thresholds};
use super::gauge::Gauge;
use super::parts::{self, Compared};
use super::sheet::{ControlFault, ControlResult, ControlState, Listed, Place};
use super::suspicions::{self, FACTOR};
use beffroi_model::{Grain, Period, Territory, TerritoryKind};
use beffroi_tabular::{Along, Control, ControlKind, RowTally};
use std::collections::{BTreeMap, BTreeSet};

/// Faults kept of each control.
const KEPT: usize = 50;

/// Values given on the command line, by the control's name.
pub type Given = BTreeMap<String, f64>;

/// What every control of the source says. `tallies` are those of the rows.
pub(crate) fn results(controls: &[Control], given: &Given, gauge: &Gauge, previous: &Previous) -> Vec<ControlResult> {
    let of = |control: &Control| {
        let found = match gauge.tallies.iter().find(|tally| tally.name == control.name) {
            Some(tally) => of_rows(control, given.get(&control.name).copied().or(control.expected), tally),
            None => of_cells(control, gauge, previous),
        };
        told(control, found, gauge.cells.n_left)
    };
    controls.iter().map(of).collect()
}

fn told(control: &Control, found: Compared, n_left: u64) -> ControlResult {
    let cut = !control.kind.is_of_rows() && n_left > 0;
    let state = match (found.faults.is_empty(), found.n_checked) {
        (false, _) => ControlState::Failed,
        // What was not looked at in full does not hold.
        (true, _) if cut => ControlState::Failed,
        (true, 0) => ControlState::Unchecked,
        (true, _) => ControlState::Held,
    };
    let mut faults = Listed::of(found.faults, KEPT);
    faults.n += found.n_more;
    ControlResult {
        name: control.name.clone(),
        kind: control.kind.code().to_owned(),
        severity: control.severity.code().to_owned(),
        state,
        n_checked: found.n_checked,
        n_unread: found.n_incomplete + if cut { n_left } else { 0 },
        faults,
        gaps: Listed::of(found.gaps, KEPT),
    }
}

fn of_rows(control: &Control, expected: Option<f64>, tally: &RowTally) -> Compared {
    let mut found = Compared { n_incomplete: tally.n_unread, ..Compared::default() };
    if control.kind == ControlKind::Total {
        // Without a value to compare with there is nothing to say.
        let Some(expected) = expected else { return found };
        compare(&mut found, control, Place::default(), expected, tally.total());
        return found;
    }
    if control.kind == ControlKind::RowsOfTotals {
        let (totals, n_left) = tally.totals();
        found.n_incomplete += n_left;
        for total in totals {
            let place = Place { line: Some(total.line), ..Place::default() };
            compare(&mut found, control, place, total.sum, total.given);
        }
        return found;
    }
    found.n_checked = tally.n_rows;
    if let Some(first) = tally.first {
        let place = Place { line: Some(first.line), ..Place::default() };
        let fault = ControlFault { place, expected: first.expected, found: first.found, slip: None };
        found.faults.push(fault);
        // Only the first is kept while reading; the others count.
        found.n_more = tally.n_faults.saturating_sub(1);
    }
    found
}

/// Checks a total against what it should be; decimals are binary dust away from their sum.
fn compare(compared: &mut Compared, control: &Control, place: Place, expected: f64, found: f64) {
    compared.n_checked += 1;
    if (found - expected).abs() > control.tolerance + 1e-9 * expected.abs().max(1.0) {
        compared.faults.push(ControlFault { place, expected: Some(expected), found: Some(found), slip: None });
    }
}

fn of_cells(control: &Control, gauge: &Gauge, previous: &Previous) -> Compared {
    let cells = &gauge.cells;
    let series: BTreeSet<u32> = control.series.iter().filter_map(|name| cells.names.known(name)).collect();
    let kept = cells.cells.iter().filter(|cell| control.series.is_empty() || series.contains(&cell.key.series));
    let of_series = |name: &Option<String>| {
        control.series.is_empty() || name.as_ref().is_some_and(|name| control.series.contains(name))
    };
    match control.kind {
        ControlKind::Parts => parts::compare(control, cells),
        ControlKind::Complete => complete(control, gauge),
        ControlKind::Unit => {
            let mut found = Compared { n_checked: kept.clone().count() as u64, ..Compared::default() };
            let wrong: BTreeSet<Place> = kept
                .filter(|cell| !control.units.iter().any(|unit| unit == cells.names.text(cell.key.unit)))
                .map(|cell| {
                    let place = cells.place(cell.key);
                    Place { series: place.series, unit: place.unit, ..Place::default() }
                })
                .collect();
            let fault = |place| ControlFault { place, expected: None, found: None, slip: None };
            found.faults = wrong.into_iter().map(fault).collect();
            found
        }
        ControlKind::Neighbours => {
            let unlike = suspicions::unlike_neighbours(cells, previous, control.factor.unwrap_or(FACTOR));
            let faults = unlike.into_iter().filter(|s| of_series(&s.place.series)).map(|s| ControlFault {
                place: s.place,
                expected: Some(s.expected),
                found: Some(s.found),
                slip: None,
            });
            Compared { n_checked: kept.count() as u64, faults: faults.collect(), ..Compared::default() }
        }
        ControlKind::Revision => {
            let (relative, absolute) = (control.relative.unwrap_or_default(), control.absolute.unwrap_or_default());
            let (lists, n_checked) = differences::changes(cells, previous, Thresholds { relative, absolute });
            let faults = lists.changed.into_iter().filter(|d| of_series(&d.place.series));
            let faults =
                faults.map(|d| ControlFault { place: d.place, expected: d.before, found: d.after, slip: None });
            Compared { n_checked, faults: faults.collect(), ..Compared::default() }
        }
        ControlKind::Total
        | ControlKind::RowsOfTotals
        | ControlKind::RowSum
        | ControlKind::Range
        | ControlKind::Increasing => Compared::default(),
    }
}

/// What is there, by what it belongs to: months by line of figures, departments by period.
fn complete(control: &Control, gauge: &Gauge) -> Compared {
    let months = control.along == Some(Along::Month);
    let mut groups: BTreeMap<Place, BTreeSet<String>> = BTreeMap::new();
    if gauge.of_reports {
        let place = groups.entry(Place::default()).or_default();
        for (month, territory, _) in gauge.file.keys() {
            place.insert(if months { month.to_string() } else { territory.clone() });
        }
    }
    for cell in &gauge.cells.cells {
        let of = gauge.cells.place(cell.key);
        if !control.series.is_empty() && !of.series.as_ref().is_some_and(|name| control.series.contains(name)) {
            continue;
        }
        let (period, territory) = (of.period.clone().unwrap_or_default(), of.territory.clone().unwrap_or_default());
        if months && cell.key.period.grain() == Grain::Month {
            groups.entry(Place { period: None, ..of }).or_default().insert(period);
        } else if !months && is_department(&territory) {
            groups.entry(Place { territory: None, ..of }).or_default().insert(territory);
        }
    }
    let everywhere: BTreeSet<&String> = groups.values().flatten().collect();
    let span = |given: Option<Period>, there: Option<&&String>| given.or_else(|| there.and_then(|t| t.parse().ok()));
    let wanted: Vec<String> = if months {
        match (span(control.from, everywhere.first()), span(control.to, everywhere.last())) {
            (Some(first), Some(last)) => first.through(last).map(|month| month.to_string()).collect(),
            _ => Vec::new(),
        }
    } else {
        departments()
    };
    // A span that was asked for and of which nothing is there is not complete.
    if groups.is_empty() && !wanted.is_empty() {
        groups.insert(Place::default(), BTreeSet::new());
    }
    let mut found = Compared::default();
    for (place, there) in &groups {
        found.n_checked += wanted.len() as u64;
        for code in wanted.iter().filter(|code| !there.contains(*code)) {
            let (period, territory) = if months { (Some(code.clone()), None) } else { (None, Some(code.clone())) };
            found.faults.push(parts::missing(place, period, territory));
        }
    }
    found
}

fn is_department(code: &str) -> bool {
    code.parse::<Territory>().is_ok_and(|territory| territory.kind() == TerritoryKind::Department)
}

/// The departments of the code list.
pub(crate) fn departments() -> Vec<String> {
    let list = beffroi_codes::list("departments");
    let codes = list.into_iter().flat_map(|list| list.codes().map(|code| code.code.clone()).collect::<Vec<_>>());
    codes.filter(|code| is_department(code)).collect()
}
