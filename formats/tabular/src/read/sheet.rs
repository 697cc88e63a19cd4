//! A sheet of a workbook (ECMA-376 SpreadsheetML, OASIS OpenDocument), cell by cell: never a whole range, whose size two
//! cells far apart would decide.
//!
//! The container and its XML are looked at first ([`super::container`], [`super::guard`]); only then does the library open it.
//! What a formula gave when the workbook was saved is its value; no formula is computed, no link followed. A merged cell has
//! its value in its first cell and none in the others; the declaration may have it stand for those below (`fill`).

mod cell;
pub(crate) mod grid;
mod ods;
mod table;

use super::container::{self, Kind};
use super::error::Names;
use super::{EachRow, FileError};
use crate::declaration::{FileShape, Format, Sheet};
use calamine::{DataRef, Reader, SheetType, Xlsx};
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use table::Table;

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
    let kind = if shape.format == Format::Ods { Kind::Ods } else { Kind::Xlsx };
    container::check(&bytes, shape.max_unpacked_bytes, kind).map_err(workbook)?;
    // The guard keeps from the library what is known to make it panic; what is not known costs this file only.
    let sheet = AssertUnwindSafe(|| match kind {
        Kind::Ods => ods::sheet(shape, columns, bytes, each),
        Kind::Xlsx | Kind::Archive => sheet(shape, columns, bytes, each),
    });
    catch_unwind(sheet).unwrap_or_else(|_| Err(workbook("its reader broke down; keep the file apart and report it")))
}

fn sheet(shape: &FileShape, columns: &[String], bytes: Vec<u8>, each: &mut EachRow<'_>) -> Result<(), FileError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(library)?;
    let name = choose(&book, shape)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(library)?;
    let mut table = Table::new(shape, columns, shape.max_unpacked_bytes);
    while let Some(cell) = cells.next_cell().map_err(library)? {
        let (row, column) = cell.get_position();
        let value = cell.get_value();
        let text = if *value == DataRef::Empty { String::new() } else { cell::text(value, shape.decimal) };
        if table.cell(row, column, text, each)?.is_break() {
            return Ok(());
        }
    }
    table.end(each)
}

fn choose(book: &Xlsx<Cursor<Vec<u8>>>, shape: &FileShape) -> Result<String, FileError> {
    let sheets: Vec<&str> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.as_str())
        .collect();
    let found = sheets.iter().enumerate().find(|(index, name)| is_chosen(shape, *index, name));
    found.map(|(_, name)| (*name).to_owned()).ok_or_else(|| no_sheet(shape, &sheets))
}

/// Whether a sheet is the declared one: its place from 0, and its name.
fn is_chosen(shape: &FileShape, index: usize, name: &str) -> bool {
    match &shape.sheet {
        None => index == 0,
        Some(Sheet::Number(number)) => usize::try_from(*number).is_ok_and(|number| number == index + 1),
        Some(Sheet::Name(wanted)) => wanted == name,
    }
}

fn no_sheet(shape: &FileShape, found: &[impl AsRef<str>]) -> FileError {
    FileError::NoSheet {
        wanted: match &shape.sheet {
            None => "1".to_owned(),
            Some(Sheet::Number(number)) => number.to_string(),
            Some(Sheet::Name(name)) => format!("`{name}`"),
        },
        found: Names::of(found),
    }
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

#[cfg(test)]
mod tests;
