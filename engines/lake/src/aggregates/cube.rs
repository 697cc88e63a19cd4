//! The cells of one shape in memory, column by column: each key as the place of its text in a list, each number in as few
//! bytes as it takes. Questions are answered from these without an engine: within milliseconds for many cells.

use super::narrow::{Narrow, places};
use super::runs::Runs;
use super::shapes::{DELAYS, LOSSES, Shape, is_flag};
use crate::error::{broken, failed};
use crate::groups::Sum;
use crate::packed::{Groups, Packed};
use crate::values::{at, column, flags, given, numbers, texts};
use beffroi_ports::FactsError;
use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Int32Type, Int64Type};
use std::collections::{HashMap, HashSet};

const READING: &str = "read what it added up";

/// The cells of a shape.
#[derive(Debug, Clone)]
pub(crate) struct Cube {
    shape: &'static Shape,
    pub(crate) days: Days,
    /// In the order of [`Shape::keys`].
    pub(crate) texts: Vec<Texts>,
    sums: Vec<(Sum, Numbers)>,
    /// Where each value is kept.
    pub(crate) values: Option<Box<Values>>,
    n_cells: usize,
}

/// The days of cells, each once, and which of them each cell has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Days {
    pub(crate) apart: Vec<i32>,
    known: HashMap<i32, u32>,
    pub(crate) places: Narrow,
}

/// The texts of a column, each once, and which of them each cell has.
#[derive(Debug, Clone)]
pub(crate) struct Texts {
    pub(crate) name: &'static str,
    pub(crate) apart: Vec<Option<String>>,
    known: HashMap<String, u32>,
    nothing: Option<u32>,
    pub(crate) places: Narrow,
}

/// Sums of cells.
#[derive(Debug, Clone)]
enum Numbers {
    Narrow(Narrow),
    Wide(Vec<i128>),
}

/// The known losses and delays of each cell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Values {
    pub(crate) losses: Runs,
    pub(crate) delays: Runs,
}

impl Days {
    pub(super) fn push(&mut self, day: i32) -> Result<(), FactsError> {
        let place = match self.known.get(&day) {
            Some(place) => *place,
            None => {
                let place = u32::try_from(self.apart.len()).map_err(failed(READING))?;
                self.apart.push(day);
                self.known.insert(day, place);
                place
            }
        };
        self.places.push(place.into());
        Ok(())
    }
}

impl Texts {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, apart: Vec::new(), known: HashMap::new(), nothing: None, places: Narrow::default() }
    }

    pub(super) fn push(&mut self, text: Option<&str>) -> Result<(), FactsError> {
        let known = match text {
            Some(text) => self.known.get(text).copied(),
            None => self.nothing,
        };
        let place = match known {
            Some(place) => place,
            None => {
                let place = u32::try_from(self.apart.len()).map_err(failed(READING))?;
                self.apart.push(text.map(str::to_owned));
                match text {
                    Some(text) => _ = self.known.insert(text.to_owned(), place),
                    None => self.nothing = Some(place),
                }
                place
            }
        };
        self.places.push(place.into());
        Ok(())
    }

    /// Takes what some rows of its column hold.
    pub(super) fn take(&mut self, batch: &RecordBatch, rows: &[usize]) -> Result<(), FactsError> {
        let array = column(batch, self.name)?;
        if is_flag(self.name) {
            let flags = flags(array)?;
            let text = |row: usize| flags.get(row).map(|yes| if *yes { "true" } else { "false" });
            return rows.iter().try_for_each(|&row| self.push(text(row)));
        }
        let array = texts(array)?;
        rows.iter().try_for_each(|&row| self.push(at(&array, row)))
    }

    /// What a cell has.
    pub(crate) fn of(&self, cell: usize) -> Option<&str> {
        let place = self.places.get(cell).and_then(|place| usize::try_from(place).ok())?;
        self.apart.get(place)?.as_deref()
    }
}

impl Default for Numbers {
    fn default() -> Self {
        Self::Narrow(Narrow::default())
    }
}

impl Numbers {
    fn push(&mut self, number: i128) {
        loop {
            match self {
                Self::Narrow(all) => {
                    if let Ok(number) = i64::try_from(number) {
                        return all.push(number);
                    }
                    *self = Self::Wide((0..all.len()).filter_map(|n| all.get(n)).map(i128::from).collect());
                }
                Self::Wide(all) => return all.push(number),
            }
        }
    }

    fn get(&self, cell: usize) -> i128 {
        match self {
            Self::Narrow(all) => all.get(cell).unwrap_or_default().into(),
            Self::Wide(all) => all.get(cell).copied().unwrap_or_default(),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Narrow(all) => all.bytes(),
            Self::Wide(all) => all.capacity() * size_of::<i128>(),
        }
    }
}

impl Cube {
    /// No cell yet.
    pub(crate) fn new(shape: &'static Shape) -> Self {
        // Of values, what is not a sum of them is told by their number.
        let of_values = shape.spreads.then_some([Sum::LossCents, Sum::DelayDays]);
        let sums = shape.sums().chain(of_values.into_iter().flatten());
        Self {
            shape,
            days: Days::default(),
            texts: shape.keys().map(Texts::new).collect(),
            sums: sums.map(|sum| (sum, Numbers::default())).collect(),
            values: shape.spreads.then(Box::default),
            n_cells: 0,
        }
    }

    pub(crate) fn n_cells(&self) -> usize {
        self.n_cells
    }

    /// What it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        let texts: usize = self.texts.iter().map(|texts| texts.places.bytes()).sum();
        let sums: usize = self.sums.iter().map(|(_, numbers)| numbers.bytes()).sum();
        let values = self.values.as_ref().map_or(0, |values| values.losses.bytes() + values.delays.bytes());
        self.days.places.bytes() + texts + sums + values
    }

    /// Takes the cells of a file, without those of the deliveries `later`.
    pub(crate) fn take(&mut self, batch: &RecordBatch, later: &HashSet<&str>) -> Result<(), FactsError> {
        let deliveries = texts(column(batch, "delivery")?)?;
        let is_kept = |row: &usize| later.is_empty() || at(&deliveries, *row).is_none_or(|key| !later.contains(key));
        let rows: Vec<usize> = (0..batch.num_rows()).filter(is_kept).collect();
        let days = numbers::<Int32Type>(column(batch, "reported_on")?)?;
        for &row in &rows {
            self.days.push(given(days.get(row).copied().flatten(), "reported_on")?)?;
        }
        for texts in &mut self.texts {
            texts.take(batch, &rows)?;
        }
        for (sum, numbers) in self.sums.iter_mut().filter(|(sum, _)| self.shape.sums().any(|filed| filed == *sum)) {
            let all = sum.read(batch)?;
            rows.iter().for_each(|&row| numbers.push(all.get(row).copied().unwrap_or_default()));
        }
        if let Some(values) = &mut self.values {
            let losses = take_values(&mut values.losses, batch, LOSSES, &rows)?;
            let delays = take_values(&mut values.delays, batch, DELAYS, &rows)?;
            for (sum, all) in [(Sum::LossCents, losses), (Sum::DelayDays, delays)] {
                let numbers = self.sums.iter_mut().find(|(of, _)| *of == sum).map(|(_, numbers)| numbers);
                numbers.into_iter().for_each(|numbers| all.iter().for_each(|sum| numbers.push(*sum)));
            }
        }
        self.n_cells += rows.len();
        Ok(())
    }

    /// Cells that are alike become one, and what was taken for more to come is given back.
    pub(crate) fn compacted(mut self) -> Result<Self, FactsError> {
        let n_cells = u32::try_from(self.n_cells).map_err(failed(READING))?;
        let all: Vec<u32> = (0..n_cells).collect();
        let mut packed = Packed::new(self.n_cells);
        packed.add(self.days.apart.len(), &places(&self.days.places, &all))?;
        for texts in &self.texts {
            packed.add(texts.apart.len(), &places(&texts.places, &all))?;
        }
        let groups = packed.groups()?;
        if groups.first.len() < self.n_cells {
            self = self.joined(&groups)?;
        }
        self.days.places.shrink();
        self.texts.iter_mut().for_each(|texts| texts.places.shrink());
        for (_, numbers) in &mut self.sums {
            match numbers {
                Numbers::Narrow(all) => all.shrink(),
                Numbers::Wide(all) => all.shrink_to_fit(),
            }
        }
        if let Some(values) = &mut self.values {
            values.losses.shrink();
            values.delays.shrink();
        }
        Ok(self)
    }

    /// One cell for each group of cells.
    fn joined(mut self, groups: &Groups) -> Result<Self, FactsError> {
        let first = |numbers: &Narrow| {
            let mut kept = Narrow::default();
            places(numbers, &groups.first).into_iter().for_each(|place| kept.push(place.into()));
            kept
        };
        self.days.places = first(&self.days.places);
        for texts in &mut self.texts {
            texts.places = first(&texts.places);
        }
        for (_, numbers) in &mut self.sums {
            let mut sums = vec![0_i128; groups.first.len()];
            for (cell, group) in groups.of.iter().enumerate() {
                if let Some(sum) = usize::try_from(*group).ok().and_then(|group| sums.get_mut(group)) {
                    *sum += numbers.get(cell);
                }
            }
            let mut joined = Numbers::default();
            sums.into_iter().for_each(|sum| joined.push(sum));
            *numbers = joined;
        }
        if let Some(values) = &mut self.values {
            let mut cells: Vec<(u32, u32)> = groups.of.iter().copied().zip(0_u32..).collect();
            cells.sort_unstable();
            let (mut losses, mut delays, mut buffer) = (Runs::default(), Runs::default(), Vec::new());
            for cells in cells.chunk_by(|a, b| a.0 == b.0) {
                for (from, into) in [(&values.losses, &mut losses), (&values.delays, &mut delays)] {
                    buffer.clear();
                    cells.iter().for_each(|(_, cell)| buffer.extend(from.of(*cell)));
                    buffer.sort_unstable();
                    into.push(buffer.iter().copied())?;
                }
            }
            **values = Values { losses, delays };
        }
        self.n_cells = groups.first.len();
        Ok(self)
    }

    /// A sum in each of some groups of cells: `of` tells the group of each of `cells`.
    pub(crate) fn add_up(&self, sum: Sum, cells: &[u32], of: &[u32], n_groups: usize) -> Result<Vec<i128>, FactsError> {
        let mut sums = vec![0_i128; n_groups];
        let mut each = |number: &dyn Fn(u32) -> i128| {
            for (cell, group) in cells.iter().zip(of) {
                if let Some(sum) = usize::try_from(*group).ok().and_then(|group| sums.get_mut(group)) {
                    *sum += number(*cell);
                }
            }
        };
        let counted = |n: usize| i128::try_from(n).unwrap_or_default();
        let kept = self.sums.iter().find(|(kept, _)| *kept == sum).map(|(_, numbers)| numbers);
        match (kept, &self.values, sum) {
            (Some(numbers), ..) => each(&|cell| numbers.get(usize::try_from(cell).unwrap_or(usize::MAX))),
            (None, Some(values), Sum::LossKnown) => each(&|cell| counted(values.losses.n(cell))),
            (None, Some(values), Sum::DelayKnown) => each(&|cell| counted(values.delays.n(cell))),
            (None, Some(values), Sum::DelayWithin(days)) => {
                each(&|cell| counted(values.delays.n_within(cell, days.into())));
            }
            _ => return Err(broken(READING, format_args!("it has no {}", sum.name()))),
        }
        Ok(sums)
    }
}

/// Takes the values of cells; gives their sums.
fn take_values(runs: &mut Runs, batch: &RecordBatch, name: &str, rows: &[usize]) -> Result<Vec<i128>, FactsError> {
    let wrong = || broken(READING, format_args!("column `{name}` is no list of numbers"));
    let list = column(batch, name)?.as_list_opt::<i32>().ok_or_else(wrong)?;
    let values = list.values().as_primitive_opt::<Int64Type>().ok_or_else(wrong)?;
    let mut sums = Vec::with_capacity(rows.len());
    for &row in rows {
        let bound = |at: usize| list.offsets().get(at).and_then(|bound| usize::try_from(*bound).ok());
        let (start, end) = bound(row).zip(bound(row + 1)).ok_or_else(wrong)?;
        let of_row: &[i64] = if list.is_null(row) { &[] } else { values.values().get(start..end).ok_or_else(wrong)? };
        sums.push(of_row.iter().map(|value| i128::from(*value)).sum());
        runs.push(of_row.iter().copied())?;
    }
    Ok(sums)
}
