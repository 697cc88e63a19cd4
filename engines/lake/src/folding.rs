//! The engine's groups as one table in the order of their keys: each text stands once, each row is a handful of numbers.
//!
//! Several rows of the engine may make one group: quarters, years and regions are made here of months and territories,
//! and an answer may come from more than one place.

use crate::error::{broken, failed};
use crate::groups::Group;
use crate::values::{at, column, from_days, numbers, texts};
use beffroi_model::Period;
use beffroi_ports::{Dimension, FactsError, KeyColumn, ReportsQuery};
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int32Type;
use std::collections::{BTreeMap, BTreeSet, HashMap};

const GROUPING: &str = "group its rows";
/// Below so many places for each row, rows are put in order by counting them.
const PLACES_PER_ROW: u64 = 8;

/// Rows of the engine, gathered.
pub(crate) struct Folding<'a> {
    query: &'a ReportsQuery,
    columns: Vec<Column>,
    /// What is told apart within a group, when anything is.
    values: Option<Column>,
    sums: Vec<Vec<i128>>,
    n_rows: usize,
}

/// Groups in the order of their keys, and within a group in that of its values.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    pub(crate) keys: Vec<KeyColumn>,
    /// Of each row, what is told apart within its group; empty when nothing is.
    pub(crate) values: Vec<i64>,
    pub(crate) sums: Vec<Vec<i128>>,
    pub(crate) n_rows: usize,
}

/// What a column holds, each once, and which of them each row has.
#[derive(Debug, Default)]
struct Column {
    raw: Vec<Raw>,
    texts: HashMap<String, u32>,
    numbers: HashMap<i64, u32>,
    nothing: Option<u32>,
    places: Vec<u32>,
}

#[derive(Debug, Clone)]
enum Raw {
    Nothing,
    Number(i64),
    Text(String),
}

impl Column {
    fn next(&self) -> Result<u32, FactsError> {
        u32::try_from(self.raw.len()).map_err(failed(GROUPING))
    }

    fn push_text(&mut self, text: Option<&str>) -> Result<(), FactsError> {
        let Some(text) = text else { return self.push_nothing() };
        let place = match self.texts.get(text) {
            Some(place) => *place,
            None => {
                let place = self.next()?;
                self.raw.push(Raw::Text(text.to_owned()));
                self.texts.insert(text.to_owned(), place);
                place
            }
        };
        self.places.push(place);
        Ok(())
    }

    fn push_number(&mut self, number: Option<i64>) -> Result<(), FactsError> {
        let Some(number) = number else { return self.push_nothing() };
        let place = match self.numbers.get(&number) {
            Some(place) => *place,
            None => {
                let place = self.next()?;
                self.raw.push(Raw::Number(number));
                self.numbers.insert(number, place);
                place
            }
        };
        self.places.push(place);
        Ok(())
    }

    fn push_nothing(&mut self) -> Result<(), FactsError> {
        let place = match self.nothing {
            Some(place) => place,
            None => {
                let place = self.next()?;
                self.raw.push(Raw::Nothing);
                *self.nothing.insert(place)
            }
        };
        self.places.push(place);
        Ok(())
    }

    /// What the rows hold, in order and each once, and of each row the place of its own among them.
    fn ranked<T: Ord + Clone>(
        self,
        read: impl Fn(Raw) -> Result<T, FactsError>,
    ) -> Result<(Vec<T>, Vec<u32>), FactsError> {
        let read: Vec<T> = self.raw.into_iter().map(read).collect::<Result<_, _>>()?;
        let apart: Vec<T> = read.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        let rank = |value: &T| u32::try_from(apart.binary_search(value).unwrap_or_default());
        let ranks: Vec<u32> = read.iter().map(rank).collect::<Result<_, _>>().map_err(failed(GROUPING))?;
        let rank = |place: u32| usize::try_from(place).ok().and_then(|place| ranks.get(place).copied());
        let places = self.places.into_iter().map(|place| rank(place).unwrap_or_default()).collect();
        Ok((apart, places))
    }
}

impl<'a> Folding<'a> {
    /// For the groups of a question with that many sums; `apart` when values are told apart within a group.
    pub(crate) fn new(query: &'a ReportsQuery, n_sums: usize, apart: bool) -> Self {
        let columns = query.by.iter().map(|_| Column::default()).collect();
        let values = apart.then(Column::default);
        Self { query, columns, values, sums: vec![Vec::new(); n_sums], n_rows: 0 }
    }

    /// Takes the rows of a batch with their sums and, where values are told apart, with those: a row without one is left
    /// out.
    pub(crate) fn add(
        &mut self,
        batch: &RecordBatch,
        sums: Vec<Vec<i128>>,
        values: Option<Vec<Option<i64>>>,
    ) -> Result<(), FactsError> {
        let kept: Option<Vec<bool>> = values.as_ref().map(|values| values.iter().map(Option::is_some).collect());
        let is_kept = |row: usize| kept.as_ref().is_none_or(|kept| kept.get(row).copied().unwrap_or_default());
        for (column, &dimension) in self.columns.iter_mut().zip(&self.query.by) {
            read(column, batch, dimension, is_kept)?;
        }
        if let (Some(column), Some(values)) = (&mut self.values, values) {
            values.into_iter().flatten().try_for_each(|value| column.push_number(Some(value)))?;
        }
        for (all, more) in self.sums.iter_mut().zip(sums) {
            all.extend(more.into_iter().enumerate().filter(|(row, _)| is_kept(*row)).map(|(_, sum)| sum));
        }
        self.n_rows += (0..batch.num_rows()).filter(|row| is_kept(*row)).count();
        Ok(())
    }

    /// The groups.
    pub(crate) fn finish(self) -> Result<Folded, FactsError> {
        let n_rows = self.n_rows;
        let mut keys: Vec<KeyColumn> = Vec::new();
        for (column, &dimension) in self.columns.into_iter().zip(&self.query.by) {
            let zones = self.query.zones.of(dimension);
            let (texts, places) = column.ranked(|raw| text(raw, dimension, zones))?;
            keys.push(KeyColumn { texts, places });
        }
        let number = |raw| match raw {
            Raw::Number(number) => Ok(number),
            _ => Err(broken(GROUPING, "a value is no number")),
        };
        let values = self.values.map(|column| column.ranked(number)).transpose()?;
        let mut packed = Packed::new(n_rows);
        for key in &keys {
            packed.add(key.texts.len(), &key.places)?;
        }
        if let Some((apart, places)) = &values {
            packed.add(apart.len(), places)?;
        }
        let order = packed.order()?;
        let first: Vec<u32> =
            order.chunk_by(|a, b| packed.same(*a, *b)).filter_map(|rows| rows.first().copied()).collect();
        let of = |places: &[u32]| -> Vec<u32> { first.iter().filter_map(|row| get(places, *row)).collect() };
        let sums = self.sums.iter().map(|sums| {
            let add = |rows: &[u32]| rows.iter().filter_map(|row| get(sums, *row)).sum();
            order.chunk_by(|a, b| packed.same(*a, *b)).map(add).collect()
        });
        let sums = sums.collect();
        let value = |places: Vec<u32>, apart: &[i64]| places.iter().filter_map(|place| get(apart, *place)).collect();
        let values = values.map(|(apart, places)| value(of(&places), &apart)).unwrap_or_default();
        let keys = keys.into_iter().map(|key| KeyColumn { places: of(&key.places), texts: key.texts }).collect();
        Ok(Folded { keys, values, sums, n_rows: first.len() })
    }
}

fn get<T: Copy>(from: &[T], row: u32) -> Option<T> {
    usize::try_from(row).ok().and_then(|row| from.get(row).copied())
}

/// Reads the keys of a dimension.
fn read(
    into: &mut Column,
    batch: &RecordBatch,
    dimension: Dimension,
    is_kept: impl Fn(usize) -> bool,
) -> Result<(), FactsError> {
    let array = column(batch, Group::of(dimension).name())?;
    if dimension.grain().is_some() {
        let days = numbers::<Int32Type>(array)?.into_iter().enumerate().filter(|(row, _)| is_kept(*row));
        return days.map(|(_, day)| day).try_for_each(|day| into.push_number(day.map(i64::from)));
    }
    if let Some(flags) = array.as_boolean_opt() {
        let flags = flags.iter().enumerate().filter(|(row, _)| is_kept(*row)).map(|(_, flag)| flag);
        return flags
            .into_iter()
            .try_for_each(|flag| into.push_text(flag.map(|yes| if yes { "true" } else { "false" })));
    }
    let texts = texts(array)?;
    (0..batch.num_rows()).filter(|row| is_kept(*row)).try_for_each(|row| into.push_text(at(&texts, row)))
}

/// What the engine grouped by, as the text of a key.
fn text(
    raw: Raw,
    dimension: Dimension,
    zones: Option<&BTreeMap<String, String>>,
) -> Result<Option<String>, FactsError> {
    match (raw, dimension.grain()) {
        (Raw::Nothing, _) => Ok(None),
        (Raw::Text(text), _) => Ok(Some(zones.and_then(|zones| zones.get(&text).cloned()).unwrap_or(text))),
        (Raw::Number(days), Some(grain)) => {
            let day = from_days(i32::try_from(days).map_err(failed(GROUPING))?)?;
            Ok(Some(Period::containing(day, grain).to_string()))
        }
        (Raw::Number(_), None) => Err(broken(GROUPING, "a key is a number")),
    }
}

/// The keys of each row as one number, in the same order.
struct Packed {
    numbers: Vec<u64>,
    /// Each number is below it.
    bound: u64,
}

impl Packed {
    fn new(n_rows: usize) -> Self {
        Self { numbers: vec![0; n_rows], bound: 1 }
    }

    /// Takes one more key of each row, below `n_apart`.
    fn add(&mut self, n_apart: usize, places: &[u32]) -> Result<(), FactsError> {
        let n_apart = u64::try_from(n_apart.max(1)).map_err(failed(GROUPING))?;
        if self.bound.checked_mul(n_apart).is_none() {
            // Numbered anew, they are fewer than the rows.
            let apart: Vec<u64> = self.numbers.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
            for number in &mut self.numbers {
                *number = apart.binary_search(number).unwrap_or_default() as u64;
            }
            self.bound = apart.len() as u64;
        }
        let too_many = || broken(GROUPING, "it has more groups than can be numbered");
        self.bound = self.bound.checked_mul(n_apart).ok_or_else(too_many)?;
        for (number, place) in self.numbers.iter_mut().zip(places) {
            *number = *number * n_apart + u64::from(*place);
        }
        Ok(())
    }

    fn same(&self, a: u32, b: u32) -> bool {
        get(&self.numbers, a) == get(&self.numbers, b)
    }

    /// The rows in the order of their keys.
    fn order(&self) -> Result<Vec<u32>, FactsError> {
        let n_rows = u32::try_from(self.numbers.len()).map_err(failed(GROUPING))?;
        match usize::try_from(self.bound) {
            Ok(bound) if self.bound <= u64::from(n_rows).saturating_mul(PLACES_PER_ROW) => Ok(self.counted(bound)),
            _ => {
                let mut rows: Vec<(u64, u32)> = self.numbers.iter().copied().zip(0..n_rows).collect();
                rows.sort_unstable();
                Ok(rows.into_iter().map(|(_, row)| row).collect())
            }
        }
    }

    /// As [`Packed::order`], when there are not many more numbers than rows.
    fn counted(&self, bound: usize) -> Vec<u32> {
        let place = |number: &u64| usize::try_from(*number).unwrap_or_default();
        let mut starts = vec![0_u32; bound + 1];
        for number in &self.numbers {
            if let Some(count) = starts.get_mut(place(number) + 1) {
                *count += 1;
            }
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        let mut order = vec![0_u32; self.numbers.len()];
        for (number, row) in self.numbers.iter().zip(0_u32..) {
            let Some(start) = starts.get_mut(place(number)) else { continue };
            if let Some(slot) = usize::try_from(*start).ok().and_then(|start| order.get_mut(start)) {
                *slot = row;
            }
            *start += 1;
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(columns: &[(usize, &[u32])]) -> Packed {
        let mut packed = Packed::new(columns[0].1.len());
        columns.iter().for_each(|(n, places)| packed.add(*n, places).unwrap());
        packed
    }

    #[test]
    fn rows_come_in_the_order_of_their_keys_however_they_are_put_in_order() {
        let (a, b) = ([2_u32, 0, 1, 2, 0, 2], [1_u32, 1, 0, 0, 1, 1]);
        let few = packed(&[(3, &a), (2, &b)]);
        assert_eq!(few.order().unwrap(), [1, 4, 2, 3, 0, 5]);
        let many = packed(&[(3000, &a), (2000, &b)]);
        assert!(many.bound > 6 * PLACES_PER_ROW, "sorted, not counted");
        assert_eq!(many.order().unwrap(), few.order().unwrap());
        assert!(many.same(1, 4) && !many.same(4, 2));
    }

    #[test]
    fn keys_too_many_to_multiply_are_numbered_anew() {
        let places: Vec<u32> = vec![7, 3, 3, 9];
        let wide: Vec<(usize, &[u32])> = (0..9).map(|_| (1 << 30, places.as_slice())).collect();
        let packed = packed(&wide);
        assert_eq!(packed.order().unwrap(), [1, 2, 0, 3]);
        assert!(packed.same(1, 2) && !packed.same(0, 3));
    }
}
