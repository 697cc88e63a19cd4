//! The rows of a sheet, from its cells.

use super::super::error::Names;
use super::super::header::{Header, joined};
use super::super::{EachRow, FileError, Row};
use super::workbook;
use crate::declaration::FileShape;
use crate::finding::{Finding, Rule};
use std::ops::ControlFlow;

/// Most columns of a header.
const COLUMNS: usize = 1024;

/// The rows of a sheet, from its cells.
pub(super) struct Table<'a> {
    shape: &'a FileShape,
    columns: &'a [String],
    /// The first of two header rows, once it is read.
    group: Option<Vec<String>>,
    header: Option<Header>,
    /// The row under way, from 0, and its cells: column and text.
    row: Option<u32>,
    cells: Vec<(u32, String)>,
    fault: Option<(Rule, &'static str)>,
    length: usize,
    out: Row,
    limit: u64,
    left: u64,
    stopped: bool,
}

impl<'a> Table<'a> {
    /// `limit` is how many bytes the texts of all the rows may have together.
    pub(super) fn new(shape: &'a FileShape, columns: &'a [String], limit: u64) -> Self {
        Self {
            shape,
            columns,
            group: None,
            header: None,
            row: None,
            cells: Vec::new(),
            fault: None,
            length: 0,
            out: Row::default(),
            limit,
            left: limit,
            stopped: false,
        }
    }

    /// Takes the next cell: its row and column from 0, in order, and its text.
    pub(super) fn cell(
        &mut self,
        row: u32,
        column: u32,
        text: String,
        each: &mut EachRow<'_>,
    ) -> Result<ControlFlow<()>, FileError> {
        let under_way = self.row;
        if under_way.is_some_and(|under_way| row < under_way) {
            return Err(workbook(format!("line {}: rows are out of order", u64::from(row) + 1)));
        }
        if under_way != Some(row) {
            if self.row_ended(each)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            self.row = Some(row);
        }
        if row + 1 < self.shape.header_row || text.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        if self.cells.last().is_some_and(|(last, _)| column <= *last) {
            self.fault = Some((Rule::NotSingle, "a cell stands twice in its row, or cells are out of order"));
        }
        self.length += text.len();
        // What is told of a long row is that it is long: its cells are not held.
        if self.length > self.shape.max_row_bytes || self.cells.len() >= COLUMNS {
            self.fault = Some((Rule::RowTooLong, "the row is longer than its bound, or has more than 1024 cells"));
        } else {
            self.cells.push((column, text));
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The sheet is at its end.
    pub(super) fn end(mut self, each: &mut EachRow<'_>) -> Result<(), FileError> {
        if self.row_ended(each)?.is_break() {
            return Ok(());
        }
        match self.header {
            Some(_) => Ok(()),
            None => Err(self.no_header()),
        }
    }

    fn no_header(&self) -> FileError {
        FileError::MissingColumns {
            line: self.shape.header_row.into(),
            missing: Names::of(self.columns),
            found: Names::default(),
        }
    }

    fn row_ended(&mut self, each: &mut EachRow<'_>) -> Result<ControlFlow<()>, FileError> {
        let Some(row) = self.row.filter(|row| row + 1 >= self.shape.header_row) else {
            return Ok(ControlFlow::Continue(()));
        };
        let line = u64::from(row) + 1;
        let cells = std::mem::take(&mut self.cells);
        let fault = self.fault.take();
        self.length = 0;
        let Some(header) = &self.header else {
            let place = row + 1 - self.shape.header_row;
            let expected = u32::from(self.group.is_some());
            if place > expected {
                return Err(self.no_header());
            }
            if let Some((_, reason)) = fault {
                return Err(FileError::Header { line, reason: reason.to_owned() });
            }
            let names = names(line, cells)?;
            match self.group.take() {
                None if self.shape.header_rows == 2 => self.group = Some(names),
                None => self.header = Some(Header::new(line, names, self.shape, self.columns)?),
                Some(group) => {
                    self.header = Some(Header::new(line, joined(&group, &names), self.shape, self.columns)?);
                }
            }
            return Ok(ControlFlow::Continue(()));
        };
        if cells.is_empty() && fault.is_none() {
            return Ok(ControlFlow::Continue(()));
        }
        if let (Some(stop), Some((_, first))) = (&self.shape.stop, cells.first())
            && stop.is_match(first)
        {
            self.stopped = true;
        }
        if self.stopped {
            return Ok(ControlFlow::Break(()));
        }
        let step = match fault {
            Some((rule, message)) => Err(Finding::new(line, None, rule, message, "")),
            None => fill(line, &cells, header, self.shape, &mut self.out),
        };
        let length: usize = cells.iter().map(|(_, text)| text.len() + 1).sum();
        self.left = self.left.checked_sub(length as u64).ok_or(FileError::Unpacked { limit: self.limit })?;
        Ok(match step {
            Ok(()) => each(Ok(&self.out)),
            Err(finding) => each(Err(finding)),
        })
    }
}

/// The names of a header row, with nothing where a column has none.
fn names(line: u64, cells: Vec<(u32, String)>) -> Result<Vec<String>, FileError> {
    let mut names = Vec::new();
    for (column, text) in cells {
        let index = column as usize;
        if index >= COLUMNS {
            let reason = format!("it has more than {COLUMNS} columns");
            return Err(FileError::Header { line, reason });
        }
        names.resize(index, String::new());
        names.push(text.trim().to_owned());
    }
    Ok(names)
}

fn fill(line: u64, cells: &[(u32, String)], header: &Header, shape: &FileShape, out: &mut Row) -> Result<(), Finding> {
    let bad = |column: Option<&str>, rule, message: String| Err(Finding::new(line, column, rule, message, ""));
    for (column, text) in cells {
        let name = header.name(*column as usize);
        if *column as usize >= header.names.len() {
            return bad(None, Rule::FieldCount, "a value stands right of the last column of the header".to_owned());
        }
        if text.len() > shape.max_field_bytes {
            let message = format!("the field is longer than {} bytes", shape.max_field_bytes);
            return bad(name, Rule::FieldTooLong, message);
        }
        if text.contains('\0') {
            return bad(name, Rule::ControlCharacter, "the cell holds a NUL character".to_owned());
        }
    }
    out.clear(line);
    let text = |place: usize| {
        let found = cells.binary_search_by_key(&place, |(column, _)| *column as usize).ok();
        found.and_then(|index| cells.get(index)).map_or("", |(_, text)| text)
    };
    for &pick in &header.picks {
        out.push(text(pick));
        out.end_cell();
    }
    for &place in &header.wide {
        out.push(header.name(place).unwrap_or_default());
        out.push(text(place));
        out.end_cell();
    }
    Ok(())
}
