//! Rows as frames: what is cut on one side of a wall and read back on the other.
//!
//! A frame is a run of records: `R` a row, `S` a row whose columns have one
//! value each, `B` a row that could not be cut, `F` why the file cannot be read, `E` the end.
//! Numbers are of variable length (LEB128), texts are their length and their bytes. A row is its line, told by how far it
//! is from that of the record before, and, for each declared column, the number of its values and each of them; where each
//! column has one, the lengths of all come first and their texts follow in one piece. Names of columns are told once, by
//! their order. Small numbers being ASCII signs, a frame of short values is text as a whole, and checked as such at once.

mod bytes;
mod decode;
mod encode;
mod fault;
mod grid;
mod look;

pub use decode::{FrameRows, WireError};
pub use grid::{GRID_PARSER, GridFrames, GridSheet, grid_frames, longest_grid, parse_grid};
use look::LOOK;
pub use look::Look;

use crate::codes::AnyCode;
use crate::declaration::{Declaration, FileShape};
use crate::map::Plan;
use crate::read::{FileError, read_rows};
use encode::Encoder;
use std::io::{self, Read};
use std::ops::ControlFlow;

/// The name under which an executable lists [`parse`].
pub const PARSER: &str = "tabular";

/// A frame is given once it holds this much, in bytes.
const BATCH: usize = 64 * 1024;

/// Longest frame that [`parse`] gives for a file of that shape, in bytes.
pub fn frame_bytes(shape: &FileShape) -> u64 {
    (BATCH + record_bytes(shape)) as u64
}

/// Longest record: a row whose values are many and empty takes more for their lengths than for their text.
fn record_bytes(shape: &FileShape) -> usize {
    shape.max_row_bytes.saturating_mul(2).saturating_add(BATCH)
}

/// Untrusted input. Cuts a file into rows and gives them as frames: `request` is the text of the source's declaration, or asks
/// for a look at the file ([`Look::request`]).
/// Made to run in a child process; [`FrameRows`] reads the frames back.
///
/// # Errors
/// When `give` fails, memory is refused, or `request` is no declaration. What is wrong with the file itself is told in a frame.
pub fn parse(
    request: &[u8],
    input: &mut dyn Read,
    give: &mut (dyn FnMut(&[u8]) -> io::Result<()> + '_),
) -> io::Result<()> {
    if let Some(declared) = request.strip_prefix(LOOK) {
        return look::look(declared, input, give);
    }
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "the request is no declaration");
    let text = std::str::from_utf8(request).map_err(|_| wrong())?;
    let declaration = Declaration::parse(text).map_err(|_| wrong())?;
    // Which columns are read does not depend on what the code lists hold.
    let plan = Plan::new(&declaration, &AnyCode).map_err(|_| wrong())?;
    let shape = &declaration.file;
    let mut out = Encoder::new(give, record_bytes(shape));
    let mut gone = None;
    let outcome = read_rows(shape, plan.columns(), input, &mut |step| {
        let sent = match step {
            Ok(row) => out.row(row, plan.columns().len()),
            Err(finding) => out.bad(&finding),
        };
        match sent {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                gone = Some(error);
                ControlFlow::Break(())
            }
        }
    });
    match (gone, outcome) {
        (Some(error), _) => Err(error),
        (None, Ok(())) => out.end(),
        (None, Err(FileError::Io(error))) if error.kind() == io::ErrorKind::OutOfMemory => Err(error),
        (None, Err(fault)) => out.fault(&fault),
    }
}

#[cfg(test)]
mod tests;
