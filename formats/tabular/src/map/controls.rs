//! Controls that look at rows as they are written: one running total each, whatever the length of the file.

use super::field::Reading;
use super::filter::Filter;
use super::plan::Columns;
use crate::declaration::{Control, ControlKind, Declaration, Field};
use crate::read::Row;

/// A control of rows, ready to be asked.
pub(crate) struct RowControl {
    name: String,
    kind: ControlKind,
    filter: Filter,
    column: Option<Reading>,
    parts: Vec<Reading>,
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
    sum: f64,
    lost: f64,
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
        Self {
            name: control.name.clone(),
            kind: control.kind,
            filter,
            column: control.column.as_ref().map(&mut reading),
            parts: control.columns.iter().map(&mut reading).collect(),
            tolerance: control.tolerance,
            min: control.min.unwrap_or(f64::NEG_INFINITY),
            max: control.max.unwrap_or(f64::INFINITY),
        }
    }

    pub(crate) fn tally(&self) -> RowTally {
        RowTally { name: self.name.clone(), ..RowTally::default() }
    }

    pub(crate) fn see(&self, row: &Row, tally: &mut RowTally) {
        if !self.filter.keeps(row) {
            return;
        }
        tally.n_rows += 1;
        let Some(column) = &self.column else {
            tally.sum += 1.0;
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
            _ => tally.add(value.unwrap_or_default()),
        }
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

    /// A. Neumaier's summation (ZAMM 54, 1974): ten million cents add up to the cent.
    fn add(&mut self, value: f64) {
        let (great, small) = if self.sum.abs() >= value.abs() { (self.sum, value) } else { (value, self.sum) };
        self.sum += value;
        self.lost += (great - self.sum) + small;
    }

    /// The sum of the column, or the number of rows without one.
    pub fn total(&self) -> f64 {
        self.sum + self.lost
    }
}
