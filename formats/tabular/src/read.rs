//! Bytes in, rows out, in bounded memory.

mod delimited;
mod encoding;
mod error;
mod json_array;
mod json_node;
mod json_row;
mod reader;
mod row;
mod sheet;
mod unpack;
mod window;

pub use error::{FileError, Names};
pub(crate) use reader::RowReader;
pub use reader::Step;
pub use row::Row;
pub(crate) use row::trimmed;

use crate::declaration::{FileShape, Format};
use crate::finding::Finding;
use std::io::Read;
use std::ops::ControlFlow;

/// What takes the rows of a file, one by one, and what does not fit; it may have enough.
pub type EachRow<'a> = dyn FnMut(Result<&Row, Finding>) -> ControlFlow<()> + 'a;

/// Reads the rows of a file, whatever its layout. `columns` are those that the mapping reads ([`crate::Plan::columns`]).
///
/// # Errors
/// [`FileError`] when the file cannot be read as a whole: the rows before it are then worth nothing.
pub fn read_rows(
    shape: &FileShape,
    columns: &[String],
    input: impl Read,
    each: &mut EachRow<'_>,
) -> Result<(), FileError> {
    if shape.format == Format::Xlsx {
        return sheet::read(shape, columns, input, each);
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

#[cfg(test)]
mod tests;
