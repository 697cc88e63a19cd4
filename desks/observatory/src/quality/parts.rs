//! Wholes and their parts: along territories, categories, months and quarters.

use super::cells::{Cells, Key};
use super::sheet::{ControlFault, Gap, Place, SlipHint};
use beffroi_model::{Grain, Period, Territory, TerritoryKind};
use beffroi_statistics::slips::slip;
use beffroi_tabular::{Along, Control};
use jiff::civil::Date;
use std::collections::{BTreeMap, HashSet};

/// What came of comparing wholes with the sums of their parts.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    pub(crate) n_checked: u64,
    /// Wholes of which a part is missing.
    pub(crate) n_incomplete: u64,
    pub(crate) faults: Vec<ControlFault>,
    /// Faults that are counted and not listed.
    pub(crate) n_more: u64,
    pub(crate) gaps: Vec<Gap>,
}

/// A whole and its parts.
#[derive(Debug, Default)]
struct Family {
    whole: Option<(Key, f64)>,
    parts: Vec<(Key, f64)>,
}

/// Compares each whole of the file with the sum of its parts of the same vintage.
pub(crate) fn compare(control: &Control, cells: &Cells) -> Compared {
    let series: HashSet<u32> = control.series.iter().filter_map(|name| cells.names.known(name)).collect();
    let families = match control.along {
        Some(Along::Month) => in_time(control, cells, &series, Grain::Month),
        Some(Along::Quarter) => in_time(control, cells, &series, Grain::Quarter),
        along => by_code(control, cells, &series, along == Some(Along::Territory)),
    };
    let mut compared = Compared::default();
    for family in families {
        let Some((whole, value)) = family.whole else { continue };
        if family.parts.is_empty() {
            continue;
        }
        let needed = match control.along {
            Some(Along::Month) => Some(if whole.period.grain() == Grain::Year { 12 } else { 3 }),
            Some(Along::Quarter) => Some(4),
            _ => None,
        };
        if needed.is_some_and(|needed| family.parts.len() < needed) || family.parts.len() < control.parts.len() {
            compared.n_incomplete += 1;
            continue;
        }
        compared.n_checked += 1;
        let sum: f64 = family.parts.iter().map(|(_, part)| part).sum();
        // Decimals are binary dust away from their sum.
        let slack = control.tolerance + 1e-9 * value.abs().max(1.0);
        if (value - sum).abs() <= slack {
            continue;
        }
        if control.gap_is_not_located && value > sum {
            compared.gaps.push(Gap { place: cells.place(whole), whole: value, parts: sum });
            continue;
        }
        let slip = hint(cells, whole, value, &family.parts, sum);
        compared.faults.push(ControlFault { place: cells.place(whole), expected: Some(sum), found: Some(value), slip });
    }
    compared.faults.sort_by(|a, b| a.place.cmp(&b.place));
    compared.gaps.sort_by(|a, b| a.place.cmp(&b.place));
    compared
}

/// The one figure, whole or part, that would make the sum right but for a slip; none when several would.
fn hint(cells: &Cells, whole: Key, value: f64, parts: &[(Key, f64)], sum: f64) -> Option<SlipHint> {
    let off = value - sum;
    let figures = std::iter::once((whole, value, sum)).chain(parts.iter().map(|(key, part)| (*key, *part, part + off)));
    let mut hints = figures.filter_map(|(key, found, meant)| {
        let slip = slip(meant, found)?.code().to_owned();
        Some(SlipHint { place: cells.place(key), found, meant, slip })
    });
    let first = hints.next()?;
    hints.next().is_none().then_some(first)
}

type Kin = (u32, u32, u32, u32, u32, Period, Date);

/// Families of figures alike but for their territory, or their category.
fn by_code(control: &Control, cells: &Cells, series: &HashSet<u32>, of_territories: bool) -> Vec<Family> {
    let known = |code: &str| cells.names.known(code);
    let whole = match &control.whole {
        Some(code) => known(code),
        None if of_territories => known(Territory::FRANCE),
        None => Some(0),
    };
    let listed: HashSet<u32> = control.parts.iter().filter_map(|code| known(code)).collect();
    let metropolitan = control.whole.as_deref() == Some(Territory::METROPOLITAN);
    let is_part = |code: u32| match control.parts.is_empty() {
        false => listed.contains(&code),
        true if of_territories => is_of_country(cells.names.text(code), metropolitan),
        true => Some(code) != whole && code != 0,
    };
    let mut families: BTreeMap<Kin, Family> = BTreeMap::new();
    for cell in cells.cells.iter().filter(|cell| series.is_empty() || series.contains(&cell.key.series)) {
        let key = cell.key;
        let definition = if control.across_definitions { 0 } else { key.definition };
        let (code, other) = if of_territories { (key.territory, key.category) } else { (key.category, key.territory) };
        let kin = (key.series, other, key.unit, definition, 0, key.period, cell.vintage);
        if Some(code) == whole {
            families.entry(kin).or_default().whole = Some((key, cell.value));
        } else if is_part(code) {
            families.entry(kin).or_default().parts.push((key, cell.value));
        }
    }
    families.into_values().collect()
}

/// Whether a territory is a part of the country: departments, collectivities, what is not located or abroad.
fn is_of_country(code: &str, metropolitan: bool) -> bool {
    let Ok(territory) = code.parse::<Territory>() else { return false };
    match territory.kind() {
        TerritoryKind::Department => !metropolitan || !code.starts_with("97"),
        TerritoryKind::Collectivity | TerritoryKind::NotLocated | TerritoryKind::Abroad => !metropolitan,
        _ => false,
    }
}

/// Years and quarters with the months in them, or years with their quarters.
fn in_time(control: &Control, cells: &Cells, series: &HashSet<u32>, grain: Grain) -> Vec<Family> {
    let kept = || cells.cells.iter().filter(|cell| series.is_empty() || series.contains(&cell.key.series));
    let mut families: BTreeMap<Kin, Family> = BTreeMap::new();
    let kin = |key: Key, period: Period, vintage: Date| {
        let definition = if control.across_definitions { 0 } else { key.definition };
        (key.series, key.category, key.unit, definition, key.territory, period, vintage)
    };
    let is_whole = |of: Grain| of == Grain::Year || (of == Grain::Quarter && grain == Grain::Month);
    for cell in kept().filter(|cell| is_whole(cell.key.period.grain())) {
        families.entry(kin(cell.key, cell.key.period, cell.vintage)).or_default().whole = Some((cell.key, cell.value));
    }
    for cell in kept().filter(|cell| cell.key.period.grain() == grain) {
        for of in [Grain::Quarter, Grain::Year].into_iter().filter(|of| *of != grain) {
            let period = Period::containing(cell.key.period.start(), of);
            if let Some(family) = families.get_mut(&kin(cell.key, period, cell.vintage)) {
                family.parts.push((cell.key, cell.value));
            }
        }
    }
    families.into_values().collect()
}

/// The place of a territory in a period, for what is missing.
pub(crate) fn missing(of: &Place, period: Option<String>, territory: Option<String>) -> ControlFault {
    let mut place = of.clone();
    place.period = period.or(place.period);
    place.territory = territory.or(place.territory);
    ControlFault { place, expected: None, found: None, slip: None }
}
