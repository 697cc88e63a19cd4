//! The engine's groups as one table in the order of their keys: each text stands once, each row is a handful of numbers.
//!
//! Several rows of the engine may make one group: quarters, years and regions are made here of months and territories,
//! and an answer may come from more than one place.

use crate::error::{broken, failed};
use crate::groups::Group;
use crate::packed::Packed;
use crate::values::{at, column, from_days, numbers, texts};
use beffroi_model::Period;
use beffroi_ports::{Dimension, FactsError, KeyColumn, ReportsQuery};
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int32Type;
use std::collections::{BTreeMap, BTreeSet, HashMap};

const GROUPING: &str = "group its rows";

/// Rows of the engine, gathered.
pub(crate) struct Folding<'a> {
    query: &'a ReportsQuery,
    columns: Vec<Column>,
    /// What is told apart within a group, when anything is.
    values: Option<Column>,
    sums: Vec<Vec<i128>>,
    n_rows: usize,
    /// Whether it is told of each row in which group it went.
    traced: bool,
}

/// The key of a row, before it becomes a text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Key<'a> {
    /// A day of the period.
    Day(i32),
    /// What the column holds.
    Text(Option<&'a str>),
}

/// Groups in the order of their keys, and within a group in that of its values.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    pub(crate) keys: Vec<KeyColumn>,
    /// Of each row, what is told apart within its group; empty when nothing is.
    pub(crate) values: Vec<i64>,
    pub(crate) sums: Vec<Vec<i128>>,
    pub(crate) n_rows: usize,
    /// Of each row that was taken, its group; empty when that was not asked for.
    pub(crate) of_rows: Vec<u32>,
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
        Self { query, columns, values, sums: vec![Vec::new(); n_sums], n_rows: 0, traced: false }
    }

    /// The same, that tells of each row in which group it went.
    pub(crate) fn traced(self) -> Self {
        Self { traced: true, ..self }
    }

    /// How many rows were taken.
    pub(crate) fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Takes rows by their keys, `key(dimension, row)`, with their sums and, where values are told apart, with those.
    pub(crate) fn add_keys<'k>(
        &mut self,
        n_rows: usize,
        key: impl Fn(Dimension, usize) -> Key<'k>,
        sums: Vec<Vec<i128>>,
        values: Option<Vec<i64>>,
    ) -> Result<(), FactsError> {
        for (column, &dimension) in self.columns.iter_mut().zip(&self.query.by) {
            for row in 0..n_rows {
                match key(dimension, row) {
                    Key::Day(day) => column.push_number(Some(day.into()))?,
                    Key::Text(text) => column.push_text(text)?,
                }
            }
        }
        if let (Some(column), Some(values)) = (&mut self.values, values) {
            values.into_iter().try_for_each(|value| column.push_number(Some(value)))?;
        }
        self.sums.iter_mut().zip(sums).for_each(|(all, more)| all.extend(more));
        self.n_rows += n_rows;
        Ok(())
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
        let mut of_rows = vec![0; if self.traced { n_rows } else { 0 }];
        if self.traced {
            for (rows, group) in order.chunk_by(|a, b| packed.same(*a, *b)).zip(0_u32..) {
                for row in rows {
                    if let Some(slot) = usize::try_from(*row).ok().and_then(|row| of_rows.get_mut(row)) {
                        *slot = group;
                    }
                }
            }
        }
        let value = |places: Vec<u32>, apart: &[i64]| places.iter().filter_map(|place| get(apart, *place)).collect();
        let values = values.map(|(apart, places)| value(of(&places), &apart)).unwrap_or_default();
        let keys = keys.into_iter().map(|key| KeyColumn { places: of(&key.places), texts: key.texts }).collect();
        Ok(Folded { keys, values, sums, n_rows: first.len(), of_rows })
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
