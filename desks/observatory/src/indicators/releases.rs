//! What figures about to leave would tell beside those that left before them: the attack by differencing, made on our own
//! releases before somebody else makes it (J3.11).
//!
//! Of two tables of one indicator, under one definition and with the same filters, two attacks are tried. The same cells
//! twice: shown both times with a difference of fewer units than the threshold, or shown once and hidden once while they
//! hardly moved. A coarse table and a finer one: a cell that is hidden in the coarse one and the sum of what the finer one
//! shows, or the other way round.

use super::publication::{PublicationError, publications};
use super::{Figures, Publication, Request, computed};
use beffroi_ports::Facts;
use beffroi_store::Store;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

type Keys = Vec<Option<String>>;

/// Figures that would tell about few units beside a former release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// The former release.
    pub reference: String,
    /// Its state of the data.
    pub snapshot: u64,
    /// The cells, by their keys.
    pub cells: Vec<Keys>,
}

impl Telling {
    /// The first cell, as codes.
    pub fn first(&self) -> String {
        let keys = self.cells.first().map(Vec::as_slice).unwrap_or_default();
        keys.iter().map(|key| key.as_deref().unwrap_or("–")).collect::<Vec<_>>().join(", ")
    }
}

/// A cell of a release.
#[derive(Debug, Clone, Copy)]
struct Cell {
    /// How many units it is made of, whatever is shown of it.
    units: f64,
    /// Whether readers see it.
    shown: bool,
}

/// A release as an attacker reads it, with what is behind.
struct Release {
    by: Vec<String>,
    cells: BTreeMap<Keys, Cell>,
}

impl Release {
    fn of(by: Vec<String>, raw: &Figures, shown: &BTreeSet<&Keys>) -> Self {
        let cell = |row: &super::Figure| {
            Some((row.keys.clone(), Cell { units: row.contributors?, shown: shown.contains(&row.keys) }))
        };
        Self { by, cells: raw.rows.iter().filter_map(cell).collect() }
    }
}

/// The former releases beside which `figures`, protected and asked for by `request`, would tell about few units.
///
/// # Errors
/// [`PublicationError`] when a former release cannot be read or computed again.
pub async fn telling(
    facts: &dyn Facts,
    store: &Store,
    (figures, request): (&Figures, &Request),
    now: Timestamp,
    program_version: &str,
) -> Result<Vec<Telling>, PublicationError> {
    let certificate = &figures.certificate;
    let threshold = f64::from(certificate.disclosure_threshold);
    if threshold == 0.0 || !figures.additive || certificate.method.is_some() || request.known_on.is_some() {
        return Ok(Vec::new());
    }
    let code = figures.indicator.as_str();
    let mut released: Option<Release> = None;
    let mut found = Vec::new();
    for former in publications(store, Some(code)).await? {
        if !is_comparable(&former, figures) {
            continue;
        }
        if released.is_none() {
            let raw = computed(facts, code, request, now, program_version).await?;
            let shown = figures.rows.iter().filter(|row| row.value.is_some()).map(|row| &row.keys).collect();
            let by = figures.by.iter().map(|dimension| dimension.code().to_owned()).collect();
            released = Some(Release::of(by, &raw, &shown));
        }
        let Some(released) = &released else { continue };
        let asked = Request { snapshot: Some(former.certificate.snapshot), ..former.asked.request()? };
        let raw = computed(facts, code, &asked, now, program_version).await?;
        let shown = former.figures.iter().filter(|row| row.value.is_some()).map(|row| &row.keys).collect();
        let before = Release::of(former.asked.by.clone(), &raw, &shown);
        let cells = attack(&before, released, threshold);
        if !cells.is_empty() {
            let snapshot = former.certificate.snapshot;
            found.push(Telling { reference: former.reference, snapshot, cells });
        }
    }
    Ok(found)
}

fn is_comparable(former: &Publication, figures: &Figures) -> bool {
    let (before, now) = (&former.certificate, &figures.certificate);
    before.definition_version == now.definition_version
        && before.filters == now.filters
        && before.method.is_none()
        && former.asked.known_on.is_none()
}

/// The cells that the two releases together give away.
fn attack(before: &Release, after: &Release, threshold: f64) -> Vec<Keys> {
    if before.by == after.by {
        return twice(before, after, threshold);
    }
    let within = |coarse: &Release, fine: &Release| coarse.by.iter().all(|name| fine.by.contains(name));
    match () {
        () if within(before, after) => summed(before, after, threshold),
        () if within(after, before) => summed(after, before, threshold),
        () => Vec::new(),
    }
}

/// The same cells in both.
fn twice(before: &Release, after: &Release, threshold: f64) -> Vec<Keys> {
    let tells = |old: &Cell, new: &Cell| {
        let moved = (new.units - old.units).abs();
        match (old.shown, new.shown) {
            (true, true) => moved > 0.0 && moved < threshold,
            (false, false) => false,
            // Nearly what it was: where it is shown, it tells what is hidden in the other.
            _ => moved < threshold,
        }
    };
    let both = after.cells.iter().filter_map(|(keys, new)| Some((keys, before.cells.get(keys)?, new)));
    both.filter(|(_, old, new)| tells(old, new)).map(|(keys, ..)| keys.clone()).collect()
}

/// A coarse release and a finer one of the same cells.
fn summed(coarse: &Release, fine: &Release, threshold: f64) -> Vec<Keys> {
    let places: Vec<usize> =
        coarse.by.iter().filter_map(|name| fine.by.iter().position(|other| other == name)).collect();
    let mut parts: BTreeMap<Keys, Vec<(&Keys, Cell)>> = BTreeMap::new();
    for (keys, cell) in &fine.cells {
        let above: Keys = places.iter().filter_map(|place| keys.get(*place).cloned()).collect();
        parts.entry(above).or_default().push((keys, *cell));
    }
    let mut told = Vec::new();
    for (keys, whole) in &coarse.cells {
        let Some(parts) = parts.get(keys) else { continue };
        let units: f64 = parts.iter().map(|(_, part)| part.units).sum();
        if (units - whole.units).abs() >= threshold {
            continue;
        }
        let hidden: Vec<&Keys> = parts.iter().filter(|(_, part)| !part.shown).map(|(keys, _)| *keys).collect();
        match (whole.shown, hidden.as_slice()) {
            (false, []) => told.push(keys.clone()),
            (true, [one]) => told.push((*one).clone()),
            _ => {}
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(by: &[&str], cells: &[(&[&str], f64, bool)]) -> Release {
        let keys = |keys: &[&str]| keys.iter().map(|key| Some((*key).to_owned())).collect();
        Release {
            by: by.iter().map(|name| (*name).to_owned()).collect(),
            cells: cells.iter().map(|(k, units, shown)| (keys(k), Cell { units: *units, shown: *shown })).collect(),
        }
    }

    fn told(before: &Release, after: &Release) -> Vec<String> {
        let cells = attack(before, after, 5.0).into_iter();
        cells.map(|keys| keys.into_iter().flatten().collect::<Vec<_>>().join("/")).collect()
    }

    #[test]
    fn the_same_cell_twice_tells_by_how_little_it_moved() {
        let of = |units, shown| release(&["department"], &[(&["53"], units, shown)]);
        assert_eq!(told(&of(20.0, true), &of(22.0, true)), ["53"]);
        assert_eq!(told(&of(20.0, true), &of(20.0, true)), Vec::<String>::new());
        assert_eq!(told(&of(20.0, true), &of(25.0, true)), Vec::<String>::new());
        assert_eq!(told(&of(20.0, false), &of(21.0, true)), ["53"], "shown now, hidden then");
        assert_eq!(told(&of(20.0, true), &of(21.0, false)), ["53"], "shown then, hidden now");
        assert_eq!(told(&of(3.0, false), &of(9.0, true)), Vec::<String>::new());
        assert_eq!(told(&of(3.0, false), &of(4.0, false)), Vec::<String>::new());
    }

    #[test]
    fn a_finer_table_tells_what_the_coarse_one_hides_and_the_other_way_round() {
        let coarse = |shown| release(&["year"], &[(&["2024"], 30.0, shown)]);
        let fine = |first, second| {
            release(&["department", "year"], &[(&["35", "2024"], 3.0, first), (&["53", "2024"], 27.0, second)])
        };
        assert_eq!(told(&coarse(false), &fine(true, true)), ["2024"]);
        assert_eq!(told(&fine(false, true), &coarse(true)), ["35/2024"]);
        assert_eq!(told(&coarse(true), &fine(false, false)), Vec::<String>::new());
        assert_eq!(told(&coarse(true), &fine(true, true)), Vec::<String>::new());
        let other = release(&["category"], &[(&["AN-PERS"], 30.0, false)]);
        assert_eq!(told(&other, &coarse(true)), Vec::<String>::new());
    }
}
