//! A sheet of a workbook (ECMA-376 SpreadsheetML), cell by cell: never a whole range, whose size two cells far apart would
//! decide.
//!
//! The container and its XML are looked at first ([`container`], [`guard`]); only then does the library open it. What a
//! formula gave when the workbook was saved is its value; no formula is computed, no link followed.

mod cell;
mod container;
mod guard;

use super::error::Names;
use super::{EachRow, FileError, Row};
use crate::declaration::{FileShape, Sheet};
use crate::finding::{Finding, Rule};
use calamine::{DataRef, Reader, SheetType, Xlsx};
use std::io::{Cursor, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Most columns of a header.
const COLUMNS: usize = 1024;

/// Reads the rows of the declared sheet. `columns` are those that the mapping reads.
pub(super) fn read(
    shape: &FileShape,
    columns: &[String],
    input: impl Read,
    each: &mut EachRow<'_>,
) -> Result<(), FileError> {
    let mut bytes = Vec::new();
    let read = input.take(container::PACKED + 1).read_to_end(&mut bytes).map_err(FileError::Io)?;
    if read == 0 {
        return Err(FileError::Empty);
    }
    if read as u64 > container::PACKED {
        return Err(workbook(format!("it is longer than {} bytes; split it, or send it as CSV", container::PACKED)));
    }
    container::check(&bytes, shape.max_unpacked_bytes).map_err(workbook)?;
    // The guard keeps from the library what is known to make it panic; what is not known costs this file only.
    catch_unwind(AssertUnwindSafe(|| sheet(shape, columns, bytes, each)))
        .unwrap_or_else(|_| Err(workbook("its reader broke down; keep the file apart and report it")))
}

fn sheet(shape: &FileShape, columns: &[String], bytes: Vec<u8>, each: &mut EachRow<'_>) -> Result<(), FileError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(library)?;
    let name = choose(&book, shape)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(library)?;
    let mut table = Table::new(shape, columns);
    while let Some(cell) = cells.next_cell().map_err(library)? {
        let (row, column) = cell.get_position();
        if table.cell(row, column, cell.get_value(), each)?.is_break() {
            return Ok(());
        }
    }
    table.end(each)
}

fn choose(book: &Xlsx<Cursor<Vec<u8>>>, shape: &FileShape) -> Result<String, FileError> {
    let sheets: Vec<_> = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).collect();
    let found = match &shape.sheet {
        None => sheets.first(),
        Some(Sheet::Number(number)) => {
            usize::try_from(*number).ok().and_then(|number| number.checked_sub(1)).and_then(|index| sheets.get(index))
        }
        Some(Sheet::Name(name)) => sheets.iter().find(|sheet| sheet.name == *name),
    };
    found.map(|sheet| sheet.name.clone()).ok_or_else(|| FileError::NoSheet {
        wanted: match &shape.sheet {
            None => "1".to_owned(),
            Some(Sheet::Number(number)) => number.to_string(),
            Some(Sheet::Name(name)) => format!("`{name}`"),
        },
        found: Names::of(sheets.iter().map(|sheet| &sheet.name)),
    })
}

fn workbook(reason: impl Into<String>) -> FileError {
    FileError::Workbook { reason: reason.into() }
}

/// What the library says, without what it repeats of the file.
fn library(error: calamine::XlsxError) -> FileError {
    use calamine::XlsxError as E;
    workbook(match error {
        E::Io(_) | E::Zip(_) => "the archive is damaged",
        E::Xml(_) | E::XmlAttr(_) | E::XmlEof(_) => "the XML of a part is damaged",
        E::FileNotFound(_) | E::RelationshipNotFound => "a part that it needs is not there",
        E::WorksheetNotFound(_) | E::NotAWorksheet(_) => "the sheet is not there",
        E::Password => "it is encrypted; save it without a password",
        _ => "a cell or a part is not written as the format has it",
    })
}

/// The rows of a sheet, from its cells.
struct Table<'a> {
    shape: &'a FileShape,
    columns: &'a [String],
    header: Option<Header>,
    /// The row under way, from 0, and its cells: column and text.
    row: Option<u32>,
    cells: Vec<(u32, String)>,
    fault: Option<(Rule, &'static str)>,
    length: usize,
    out: Row,
    left: u64,
}

struct Header {
    names: Vec<String>,
    /// For each declared column, the column of the sheet.
    picks: Vec<u32>,
}

impl<'a> Table<'a> {
    fn new(shape: &'a FileShape, columns: &'a [String]) -> Self {
        Self {
            shape,
            columns,
            header: None,
            row: None,
            cells: Vec::new(),
            fault: None,
            length: 0,
            out: Row::default(),
            left: shape.max_unpacked_bytes,
        }
    }

    fn cell(
        &mut self,
        row: u32,
        column: u32,
        value: &DataRef<'_>,
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
        if row + 1 < self.shape.header_row || *value == DataRef::Empty {
            return Ok(ControlFlow::Continue(()));
        }
        if self.cells.last().is_some_and(|(last, _)| column <= *last) {
            self.fault = Some((Rule::NotSingle, "a cell stands twice in its row, or cells are out of order"));
        }
        let text = cell::text(value, self.shape.decimal);
        if text.is_empty() {
            return Ok(ControlFlow::Continue(()));
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

    fn end(mut self, each: &mut EachRow<'_>) -> Result<(), FileError> {
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
            if row + 1 > self.shape.header_row {
                return Err(self.no_header());
            }
            if let Some((_, reason)) = fault {
                return Err(FileError::Header { line, reason: reason.to_owned() });
            }
            self.header = Some(self.header(line, cells)?);
            return Ok(ControlFlow::Continue(()));
        };
        let bad = |column: Option<&str>, rule, message: String| Err(Finding::new(line, column, rule, message, ""));
        let step = if let Some((rule, message)) = fault {
            bad(None, rule, message.to_owned())
        } else if cells.is_empty() {
            return Ok(ControlFlow::Continue(()));
        } else {
            fill(line, &cells, header, self.shape, &mut self.out)
        };
        let length: usize = cells.iter().map(|(_, text)| text.len()).sum();
        let limit = self.shape.max_unpacked_bytes;
        self.left = self.left.checked_sub(length as u64).ok_or(FileError::Unpacked { limit })?;
        Ok(match step {
            Ok(()) => each(Ok(&self.out)),
            Err(finding) => each(Err(finding)),
        })
    }

    fn header(&self, line: u64, cells: Vec<(u32, String)>) -> Result<Header, FileError> {
        let mut names = Vec::new();
        for (column, text) in &cells {
            let index = *column as usize;
            if index >= COLUMNS {
                let reason = format!("it has more than {COLUMNS} columns");
                return Err(FileError::Header { line, reason });
            }
            names.resize(index, String::new());
            names.push(text.trim().to_owned());
        }
        let missing: Vec<&String> = self.columns.iter().filter(|column| !names.contains(column)).collect();
        if !missing.is_empty() {
            return Err(FileError::MissingColumns { line, missing: Names::of(missing), found: Names::of(&names) });
        }
        let mut picks = Vec::with_capacity(self.columns.len());
        for column in self.columns {
            let mut places = (0..).zip(&names).filter(|(_, name)| *name == column).map(|(place, _)| place);
            picks.extend(places.next());
            if places.next().is_some() {
                return Err(FileError::RepeatedColumn { line, column: column.clone() });
            }
        }
        Ok(Header { names, picks })
    }
}

fn fill(line: u64, cells: &[(u32, String)], header: &Header, shape: &FileShape, out: &mut Row) -> Result<(), Finding> {
    let bad = |column: Option<&str>, rule, message: String| Err(Finding::new(line, column, rule, message, ""));
    for (column, text) in cells {
        let name = header.names.get(*column as usize).map(String::as_str).filter(|name| !name.is_empty());
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
    for pick in &header.picks {
        let found = cells.binary_search_by_key(pick, |(column, _)| *column).ok();
        out.push(found.and_then(|index| cells.get(index)).map_or("", |(_, text)| text));
        out.end_cell();
    }
    Ok(())
}

#[cfg(test)]
mod tests;
