//! Every sheet of a workbook (`.xlsx`) as a grid of texts, for whoever asks what a person wrote in it and where.
//!
//! The same wall as for a declared sheet: the container and its XML are looked at first, cells are streamed. What is read
//! here is small by nature, so the bounds are narrow.

use super::super::container::{self, Kind};
use super::super::error::Names;
use super::super::{FileError, trimmed};
use super::{cell, library, workbook};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Longest workbook, in bytes, packed.
pub(crate) const PACKED: u64 = 16 << 20;
/// Most bytes that its parts unpack to.
const UNPACKED: u64 = 128 << 20;
/// Most sheets.
pub(crate) const SHEETS: usize = 64;
/// Most columns.
pub(crate) const COLUMNS: u32 = 256;
/// Most rows of all sheets together that hold something.
pub(crate) const ROWS: usize = 12_000;
/// Most cells of all sheets together that hold something.
pub(crate) const CELLS: usize = 600_000;
/// Longest row, in bytes of text.
pub(crate) const ROW: usize = 1 << 20;
/// Longest text of all cells together, in bytes.
pub(crate) const TEXT: usize = 16 << 20;
/// Most merged regions of a sheet that are told.
pub(crate) const MERGED: usize = 100;

/// What stands in a cell that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GridCell {
    /// A value as text: a number with a point, a day as ISO 8601, true and false by their names.
    Text(String),
    /// An error, as the program shows it (`#N/A`).
    Error(String),
    /// A formula that was saved without what it comes to.
    Formula,
}

/// A row that holds something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GridRow {
    /// Its number, from 1.
    pub number: u32,
    /// Its cells that are not empty: column from 0, in order, and what it holds.
    pub cells: Vec<(u32, GridCell)>,
}

/// Cells that were made one: rows from 1 and columns from 0, the corners included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    /// First and last row.
    pub rows: (u32, u32),
    /// First and last column.
    pub columns: (u32, u32),
}

/// What is met on the way through a workbook.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Met {
    /// A sheet begins: its name, and whether it is hidden.
    Sheet(String, bool),
    /// Its next row.
    Row(GridRow),
    /// Cells of it that are one.
    Merged(Merged),
}

/// Reads every sheet. `each` says false when nobody listens any more.
///
/// # Errors
/// [`FileError`] when the workbook cannot be read safely, or is longer than a table that a person keeps.
pub(crate) fn read(input: impl Read, each: &mut dyn FnMut(Met) -> bool) -> Result<(), FileError> {
    let mut bytes = Vec::new();
    let read = input.take(PACKED + 1).read_to_end(&mut bytes).map_err(FileError::Io)?;
    if read == 0 {
        return Err(FileError::Empty);
    }
    if read as u64 > PACKED {
        return Err(workbook(format!("it is longer than {} MiB; split it", PACKED >> 20)));
    }
    container::check(&bytes, UNPACKED, Kind::Xlsx).map_err(workbook)?;
    // As for a declared sheet: what makes the library panic costs this file only.
    catch_unwind(AssertUnwindSafe(|| sheets(bytes, each)))
        .unwrap_or_else(|_| Err(workbook("its reader broke down; keep the file apart and report it")))
}

fn sheets(bytes: Vec<u8>, each: &mut dyn FnMut(Met) -> bool) -> Result<(), FileError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(library)?;
    let all: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    if all.is_empty() {
        return Err(FileError::NoSheet { wanted: "1".to_owned(), found: Names::default() });
    }
    if all.len() > SHEETS {
        return Err(workbook(format!("it has more than {SHEETS} sheets; keep the one that holds the records")));
    }
    let mut left = Left { rows: ROWS, cells: CELLS, text: TEXT };
    for (name, hidden) in all {
        if !each(Met::Sheet(name.clone(), hidden)) || !rows(&mut book, &name, &mut left, each)? {
            return Ok(());
        }
        let merged = book.merge_cells_by_sheet_name(&name).map_err(library)?;
        for region in merged.into_iter().take(MERGED) {
            let (start, end) = (region.start, region.end);
            let one = Merged { rows: (start.0.saturating_add(1), end.0.saturating_add(1)), columns: (start.1, end.1) };
            if !each(Met::Merged(one)) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// What may still come.
struct Left {
    rows: usize,
    cells: usize,
    text: usize,
}

/// The rows of one sheet; whether somebody still listens.
fn rows(
    book: &mut Xlsx<Cursor<Vec<u8>>>,
    sheet: &str,
    left: &mut Left,
    each: &mut dyn FnMut(Met) -> bool,
) -> Result<bool, FileError> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(library)?;
    let mut row = GridRow::default();
    let mut length = 0;
    // Without their expansion: a formula is told by its place alone, and its text is not looked at.
    while let Some(record) = cells.next_cell_with_formula_metadata().map_err(library)? {
        let (at, column) = record.pos;
        let number = at.saturating_add(1);
        if number < row.number {
            return Err(workbook(format!("line {number}: rows are out of order")));
        }
        if number > row.number {
            if !ended(&mut row, left, each)? {
                return Ok(false);
            }
            (row.number, length) = (number, 0);
        }
        let Some(found) = found(&record.value, record.formula.is_some()) else { continue };
        if column >= COLUMNS {
            return Err(workbook(format!("line {number}: it has more than {COLUMNS} columns")));
        }
        if row.cells.last().is_some_and(|(last, _)| column <= *last) {
            return Err(workbook(format!("line {number}: a cell stands twice in its row, or cells are out of order")));
        }
        let bytes = match &found {
            GridCell::Text(text) | GridCell::Error(text) => text.len(),
            GridCell::Formula => 0,
        };
        length += bytes;
        if length > ROW {
            return Err(workbook(format!("line {number}: the row is longer than {} MiB", ROW >> 20)));
        }
        left.text = left
            .text
            .checked_sub(bytes)
            .ok_or_else(|| workbook(format!("its texts are longer than {} MiB", TEXT >> 20)))?;
        left.cells = left
            .cells
            .checked_sub(1)
            .ok_or_else(|| workbook(format!("it has more than {CELLS} cells that hold something; split it")))?;
        row.cells.push((column, found));
    }
    ended(&mut row, left, each)
}

fn found(value: &DataRef<'_>, formula: bool) -> Option<GridCell> {
    match value {
        DataRef::Empty => formula.then_some(GridCell::Formula),
        DataRef::Error(_) => Some(GridCell::Error(cell::text(value, '.'))),
        value => {
            let text = cell::text(value, '.');
            let text = trimmed(&text);
            (!text.is_empty()).then(|| GridCell::Text(text.to_owned()))
        }
    }
}

/// Gives the row under way, if it holds anything.
fn ended(row: &mut GridRow, left: &mut Left, each: &mut dyn FnMut(Met) -> bool) -> Result<bool, FileError> {
    let row = std::mem::take(row);
    if row.cells.is_empty() {
        return Ok(true);
    }
    left.rows = left
        .rows
        .checked_sub(1)
        .ok_or_else(|| workbook(format!("it has more than {ROWS} rows that hold something; split it")))?;
    Ok(each(Met::Row(row)))
}

#[cfg(test)]
mod tests;
