//! Bytes in, rows out, in bounded memory.

mod container;
mod delimited;
mod derive;
mod encoding;
mod error;
mod guard;
mod header;
mod json_array;
mod json_node;
mod json_row;
mod parquet;
mod reader;
mod row;
mod sheet;
mod unpack;
mod window;

pub(crate) use container::{PACKED, parts as archive_parts};
pub use error::{FileError, Names};
pub(crate) use reader::RowReader;
pub use reader::Step;
pub use row::Row;
pub(crate) use row::trimmed;
pub(crate) use sheet::grid;
pub(crate) use unpack::Unpacked;

use crate::declaration::{FileShape, Format};
use crate::finding::Finding;
use derive::Derive;
use std::io::Read;
use std::ops::ControlFlow;

/// What takes the rows of a file, one by one, and what does not fit; it may have enough.
pub type EachRow<'a> = dyn FnMut(Result<&Row, Finding>) -> ControlFlow<()> + 'a;

/// Reads the rows of a file, whatever its layout. `columns` are those that the mapping reads ([`crate::Plan::columns`]). A
/// row of a wide table is given once for each of its columns that become rows.
///
/// # Errors
/// [`FileError`] when the file cannot be read as a whole: the rows before it are then worth nothing.
pub fn read_rows(
    shape: &FileShape,
    columns: &[String],
    input: impl Read,
    each: &mut EachRow<'_>,
) -> Result<(), FileError> {
    let Some(mut derive) = Derive::new(shape, columns) else { return read_plain(shape, columns, input, each) };
    let inner = derive.inner().to_vec();
    read_plain(shape, &inner, input, &mut |step| match step {
        Ok(row) => derive.row(row, each),
        Err(finding) => each(Err(finding)),
    })
}

/// The rows as the file has them: after the cells of `columns`, one cell for each column that becomes a row, with its name
/// and its value.
pub(crate) fn read_plain(
    shape: &FileShape,
    columns: &[String],
    input: impl Read,
    each: &mut EachRow<'_>,
) -> Result<(), FileError> {
    match shape.format {
        Format::Xlsx | Format::Ods => return sheet::read(shape, columns, input, each),
        Format::Parquet => return parquet::read(shape, columns, input, each),
        Format::Csv | Format::Json | Format::JsonLines => {}
    }
    let mut reader = RowReader::open(shape, columns, input)?;
    let mut row = Row::default();
    loop {
        let flow = match reader.next(&mut row)? {
            Step::Row => each(Ok(&row)),
            Step::Bad(finding) => each(Err(finding)),
            Step::End => return Ok(()),
        };
        if flow.is_break() {
            return Ok(());
        }
    }
}

/// Whether the mapping reads a column of the file, to tell whoever writes it what is left aside. `columns` are those of
/// [`crate::Plan::columns`].
pub fn is_read(shape: &FileShape, columns: &[String], name: &str) -> bool {
    let made: Vec<&str> = shape.made().collect();
    let own = || columns.iter().filter(|column| !made.contains(&column.as_str()));
    let others = shape.fill.iter().chain(shape.splits.iter().map(|split| &split.column));
    let beside: Vec<String> = own().chain(others).cloned().collect();
    shape.unpivot.as_ref().is_some_and(|unpivot| header::takes(unpivot, &beside, name))
        || beside.iter().any(|column| {
            let json = shape.format.is_json();
            column == name || json && json_row::Path::new(column).keys().first().is_some_and(|key| key == name)
        })
}

#[cfg(test)]
mod tests;
