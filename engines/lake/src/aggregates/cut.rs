//! A question asked of cells: which of them it keeps, and which of these make one group.

use super::cube::{Cube, Texts};
use super::narrow::{of_width, place, places};
use super::shapes::is_flag;
use crate::error::broken;
use crate::folding::Key;
use crate::packed::{Groups, Packed};
use crate::predicates::column_of;
use crate::values::{from_days, to_days};
use beffroi_model::{Grain, Period};
use beffroi_ports::{Dimension, FactsError, Filter, ReportsQuery, Zones};
use std::collections::{BTreeMap, HashSet};

const GROUPING: &str = "group its rows";

/// What a question keeps of some cells.
#[derive(Debug)]
pub(crate) struct Cut {
    /// The cells kept.
    pub(crate) cells: Vec<u32>,
    /// The groups that they make: of each of `cells` its group, of each group its first place in `cells`.
    pub(crate) groups: Groups,
}

impl Cut {
    pub(crate) fn n_groups(&self) -> usize {
        self.groups.first.len()
    }

    /// A cell of a group: its keys are those of the group.
    pub(crate) fn cell_of(&self, group: usize) -> u32 {
        let first = self.groups.first.get(group).and_then(|at| usize::try_from(*at).ok());
        first.and_then(|at| self.cells.get(at)).copied().unwrap_or(u32::MAX)
    }
}

/// Which places of a column are kept; none where all of them are.
type Kept = Option<Vec<bool>>;
/// Whether a text is kept.
type Keeps<'a> = Box<dyn Fn(Option<&str>) -> bool + 'a>;

impl Cube {
    /// The cells that a question keeps, by its groups.
    pub(crate) fn cut(&self, query: &ReportsQuery) -> Result<Cut, FactsError> {
        let cells = self.kept(query)?;
        let mut packed = Packed::new(cells.len());
        for &dimension in &query.by {
            let (names, of) = match dimension.grain() {
                Some(grain) => (self.periods(grain)?, places(&self.days.places, &cells)),
                None => {
                    let texts = self.texts_of(dimension)?;
                    (zones(texts, query.zones.of(dimension)), places(&texts.places, &cells))
                }
            };
            let name = |place: u32| usize::try_from(place).ok().and_then(|place| names.get(place)).copied();
            let of: Vec<u32> = of.into_iter().map(|place| name(place).unwrap_or(u32::MAX)).collect();
            let n_apart = names.iter().max().map_or(0, |most| place(*most) + 1);
            packed.add(n_apart, &of)?;
        }
        let groups = packed.groups()?;
        Ok(Cut { cells, groups })
    }

    /// The key of a cell in a dimension, as the rows of it would give it.
    pub(crate) fn key(&self, dimension: Dimension, cell: u32) -> Key<'_> {
        let cell = usize::try_from(cell).unwrap_or(usize::MAX);
        if dimension.grain().is_some() {
            let at = self.days.places.get(cell).map_or(usize::MAX, place);
            return Key::Day(self.days.apart.get(at).copied().unwrap_or_default());
        }
        Key::Text(self.texts_of(dimension).ok().and_then(|texts| texts.of(cell)))
    }

    fn texts_of(&self, dimension: Dimension) -> Result<&Texts, FactsError> {
        self.named(column_of(dimension))
    }

    pub(crate) fn named(&self, name: &str) -> Result<&Texts, FactsError> {
        let found = self.texts.iter().find(|texts| texts.name == name);
        found.ok_or_else(|| broken(GROUPING, format_args!("what was added up has no `{name}`")))
    }

    /// Of each day, the number of its period: the same for days of one period.
    fn periods(&self, grain: Grain) -> Result<Vec<u32>, FactsError> {
        let mut numbers: BTreeMap<Period, u32> = BTreeMap::new();
        let mut number = |day: &i32| -> Result<u32, FactsError> {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            Ok(*numbers.entry(Period::containing(from_days(*day)?, grain)).or_insert(next))
        };
        self.days.apart.iter().map(&mut number).collect()
    }

    /// The cells that the days and filters of a question keep.
    fn kept(&self, query: &ReportsQuery) -> Result<Vec<u32>, FactsError> {
        let n_cells = u32::try_from(self.n_cells()).unwrap_or(u32::MAX);
        let mut cells: Vec<u32> = (0..n_cells).collect();
        let mut days = self.span(query);
        for filter in &query.filters {
            match filter.dimension.grain() {
                Some(grain) => days = both(days, self.within(filter, grain)),
                None => {
                    let texts = self.texts_of(filter.dimension)?;
                    keep(&mut cells, &texts.places, &kept_texts(texts, filter, &query.zones));
                }
            }
        }
        keep(&mut cells, &self.days.places, &days);
        Ok(cells)
    }

    /// The days from the first of a question to its last.
    fn span(&self, query: &ReportsQuery) -> Kept {
        if query.from.is_none() && query.to.is_none() {
            return None;
        }
        let (from, to) = (query.from.map_or(i32::MIN, to_days), query.to.map_or(i32::MAX, to_days));
        Some(self.days.apart.iter().map(|day| (from..=to).contains(day)).collect())
    }

    /// The days in the periods of a filter; a text that is no period of that grain holds no day.
    fn within(&self, filter: &Filter, grain: Grain) -> Kept {
        let period = |text: &String| text.parse().ok().filter(|period: &Period| period.grain() == grain);
        let spans: Vec<(i32, i32)> = filter
            .values
            .iter()
            .filter_map(period)
            .map(|period| (to_days(period.start()), to_days(period.end())))
            .collect();
        let is_in = |day: &i32| spans.iter().any(|(from, to)| (from..=to).contains(&day));
        Some(self.days.apart.iter().map(is_in).collect())
    }
}

fn both(a: Kept, b: Kept) -> Kept {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.into_iter().zip(b).map(|(a, b)| a && b).collect()),
        (a, b) => a.or(b),
    }
}

/// The texts of a column that a filter keeps: as the conditions on rows do.
fn kept_texts(texts: &Texts, filter: &Filter, of_zones: &Zones) -> Kept {
    let is_kept: Keeps<'_> = if let Some(zones) = of_zones.of(filter.dimension) {
        let territories: HashSet<&str> = Zones::territories(zones, &filter.values).collect();
        Box::new(move |text| text.is_some_and(|text| territories.contains(text)))
    } else if is_flag(texts.name) {
        Box::new(|text| text.is_some_and(|text| filter.values.iter().any(|value| value == text)))
    } else {
        Box::new(|text| filter.values.iter().any(|value| value == text.unwrap_or_default()))
    };
    let kept: Vec<bool> = texts.apart.iter().map(|text| is_kept(text.as_deref())).collect();
    if kept.iter().all(|kept| *kept) { None } else { Some(kept) }
}

fn keep(cells: &mut Vec<u32>, of: &super::narrow::Narrow, kept: &Kept) {
    let Some(kept) = kept else { return };
    let at = |cell: &u32| usize::try_from(*cell).unwrap_or(usize::MAX);
    of_width!(of, all => {
        cells.retain(|cell| all.get(at(cell)).and_then(|number| kept.get(place(*number))).copied().unwrap_or_default());
    });
}

/// Of each territory, the number of its zone: the same for those of one zone. One of no zone stands for itself.
fn zones(texts: &Texts, of: Option<&BTreeMap<String, String>>) -> Vec<u32> {
    let mut numbers: BTreeMap<Option<&str>, u32> = BTreeMap::new();
    let mut of_places = Vec::with_capacity(texts.apart.len());
    for text in &texts.apart {
        let zone = match (text, of) {
            (Some(text), Some(of)) => Some(of.get(text).unwrap_or(text).as_str()),
            (text, _) => text.as_deref(),
        };
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        of_places.push(*numbers.entry(zone).or_insert(next));
    }
    of_places
}
