//! Controls that look at rows as they are written: one running total each, whatever the length of the file.

use super::field::Reading;
use super::filter::Filter;
use super::plan::Columns;
use super::sums::{GivenTotal, Sum, Sums};
use crate::declaration::{Control, ControlKind, Declaration, Field};
use crate::finding::shorten;
use crate::read::Row;

/// A control of rows, ready to be asked.
pub(crate) struct RowControl {
    name: String,
    kind: ControlKind,
    filter: Filter,
    column: Option<Reading>,
    parts: Vec<Reading>,
    /// What a total is of: columns of the file, the last one being where a wide table keeps the name of its column.
    of: Vec<usize>,
    tolerance: f64,
    min: f64,
    max: f64,
}

/// What a control of rows has seen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowTally {
    /// The control's name.
    pub name: String,
    /// Rows that its conditions keep.
    pub n_rows: u64,
    /// Rows whose column holds no number: they count for nothing in the sum.
    pub n_unread: u64,
    /// Rows for which it does not hold.
    pub n_faults: u64,
    /// The first of them.
    pub first: Option<RowFault>,
    sum: Sum,
    sums: Sums,
    last: Option<Last>,
}

/// A row for which a control does not hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RowFault {
    /// Its line.
    pub line: u64,
    /// What was expected, when it is a number.
    pub expected: Option<f64>,
    /// What was found, when it is a number.
    pub found: Option<f64>,
}

#[derive(Debug, Clone, PartialEq)]
enum Last {
    Number(f64),
    Text(String),
}

impl RowControl {
    /// The controls of rows that a declaration names. Their columns come after those of the mapping: what identifies a row
    /// stays what it is.
    pub(crate) fn all(declaration: &Declaration, columns: &mut Columns) -> Vec<Self> {
        let of_rows = declaration.controls.iter().filter(|control| control.kind.is_of_rows());
        of_rows.map(|control| Self::new(control, declaration, columns)).collect()
    }

    fn new(control: &Control, declaration: &Declaration, columns: &mut Columns) -> Self {
        let filter = Filter::new(&control.conditions, &declaration.file, columns);
        let mut reading = |column: &String| {
            Reading::new(&Field { from: vec![column.clone()], ..Field::default() }, declaration, columns)
        };
        let column = control.column.as_ref().map(&mut reading);
        let parts = control.columns.iter().map(&mut reading).collect();
        let header = declaration.file.unpivot.as_ref().map(|unpivot| &unpivot.header);
        let of = control.by.iter().chain(header).map(|column| columns.index(column)).collect();
        Self {
            of,
            name: control.name.clone(),
            kind: control.kind,
            filter,
            column,
            parts,
            tolerance: control.tolerance,
            min: control.min.unwrap_or(f64::NEG_INFINITY),
            max: control.max.unwrap_or(f64::INFINITY),
        }
    }

    pub(crate) fn tally(&self) -> RowTally {
        RowTally { name: self.name.clone(), ..RowTally::default() }
    }

    /// `is_total`: the declaration says that the row holds totals.
    pub(crate) fn see(&self, row: &Row, is_total: bool, tally: &mut RowTally) {
        if !self.filter.keeps(row) {
            return;
        }
        tally.n_rows += 1;
        let Some(column) = &self.column else {
            tally.sum.add(1.0);
            return;
        };
        if self.kind == ControlKind::Increasing {
            return self.increasing(column, row, tally);
        }
        let Ok(value) = column.float(row) else {
            tally.n_unread += 1;
            return;
        };
        match self.kind {
            ControlKind::RowSum => {
                let parts: Option<Vec<f64>> =
                    self.parts.iter().map(|part| part.float(row).ok().map(Option::unwrap_or_default)).collect();
                let (Some(value), Some(parts)) = (value, parts) else {
                    tally.n_unread += 1;
                    return;
                };
                let sum: f64 = parts.iter().sum();
                // Decimals are binary dust away from their sum.
                if (value - sum).abs() > self.tolerance + 1e-9 * sum.abs().max(1.0) {
                    tally.fault(row.line, Some(sum), Some(value));
                }
            }
            ControlKind::Range => match value {
                Some(value) if value < self.min => tally.fault(row.line, Some(self.min), Some(value)),
                Some(value) if value > self.max => tally.fault(row.line, Some(self.max), Some(value)),
                _ => {}
            },
            ControlKind::RowsOfTotals => match (is_total, value) {
                (true, Some(value)) => tally.sums.give(row.line, self.of(row), value),
                // A total without a figure says nothing; a row without one adds nothing.
                (true, None) => {}
                (false, value) => tally.sums.add(self.of(row), value.unwrap_or_default()),
            },
            _ => tally.sum.add(value.unwrap_or_default()),
        }
    }

    fn of(&self, row: &Row) -> Vec<String> {
        self.of.iter().map(|&column| shorten(row.values(column).next().unwrap_or_default())).collect()
    }

    fn increasing(&self, column: &Reading, row: &Row, tally: &mut RowTally) {
        let text = column.raw(row);
        let next = match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Last::Number(number),
            _ => Last::Text(text.to_owned()),
        };
        let grows = match (&tally.last, &next) {
            (Some(Last::Number(before)), Last::Number(now)) => now > before,
            (Some(Last::Text(before)), Last::Text(now)) => now > before,
            (Some(_), _) => false,
            (None, _) => true,
        };
        if !grows {
            tally.fault(row.line, None, None);
        }
        tally.last = Some(next);
    }
}

impl RowTally {
    fn fault(&mut self, line: u64, expected: Option<f64>, found: Option<f64>) {
        self.n_faults += 1;
        self.first.get_or_insert(RowFault { line, expected, found });
    }

    /// The sum of the column, or the number of rows without one.
    pub fn total(&self) -> f64 {
        self.sum.value()
    }

    /// The totals that the file gives, each beside the sum of its rows; and how many rows went into none.
    pub fn totals(&self) -> (impl Iterator<Item = GivenTotal>, u64) {
        (self.sums.totals(), self.sums.n_left)
    }
}
