//! A whole workbook as frames, for registers: `S` a sheet, `R` a row of it, `M` cells that are one, `F` why the workbook
//! cannot be read, `E` the end.

use super::bytes::{Cursor, put_number, put_text};
use super::decode::{WireError, plain};
use super::fault;
use crate::read::FileError;
use crate::read::grid::{
    CELLS, COLUMNS, GridCell, GridRow, MERGED, Merged, Met, PACKED, ROW, ROWS, SHEETS, TEXT, read,
};
use std::io::{self, Read};

/// The name under which an executable lists [`parse_grid`].
pub const GRID_PARSER: &str = "grid";

/// Longest name of a sheet, in bytes: the format has thirty-one characters.
const NAME: usize = 256;

/// One sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GridSheet {
    /// Its name.
    pub name: String,
    /// Whether the program does not show it.
    pub hidden: bool,
    /// Its rows that hold something, in order.
    pub rows: Vec<GridRow>,
    /// Cells of it that are one, the first hundred.
    pub merged: Vec<Merged>,
}

/// The longest workbook that is read, in bytes.
pub const fn longest_grid() -> u64 {
    PACKED
}

/// Longest frame, and most bytes of all frames of one workbook.
pub const fn grid_frames() -> (u64, u64) {
    // Before each text stand its column, its kind and its length, five bytes at most.
    let longest = ROW + 64 * 1024;
    (longest as u64, (TEXT + (CELLS + ROWS) * 16 + SHEETS * (NAME + MERGED * 24)) as u64)
}

/// Untrusted input. Reads a workbook and gives its sheets as frames; there is nothing to request. Made to run in a child
/// process; [`GridFrames`] takes the frames.
///
/// # Errors
/// When `give` or `input` fails, or memory is refused. What is wrong with the workbook is told in a frame.
pub fn parse_grid(
    _: &[u8],
    input: &mut dyn Read,
    give: &mut (dyn FnMut(&[u8]) -> io::Result<()> + '_),
) -> io::Result<()> {
    let (mut frame, mut gone) = (Vec::new(), None);
    let outcome = read(input, &mut |met| {
        frame.clear();
        put(&mut frame, &met);
        match give(&frame) {
            Ok(()) => true,
            Err(error) => {
                gone = Some(error);
                false
            }
        }
    });
    match (gone, outcome) {
        (Some(error), _) => Err(error),
        (None, Ok(())) => give(b"E"),
        (None, Err(FileError::Io(error))) => Err(error),
        (None, Err(error)) => {
            frame.clear();
            frame.push(b'F');
            fault::put(&mut frame, &error);
            give(&frame)
        }
    }
}

fn put(out: &mut Vec<u8>, met: &Met) {
    match met {
        Met::Sheet(name, hidden) => {
            out.extend([b'S', u8::from(*hidden)]);
            let name: String = name.chars().take(NAME / 4).collect();
            put_text(out, &name);
        }
        Met::Merged(one) => {
            out.push(b'M');
            for number in [one.rows.0, one.rows.1, one.columns.0, one.columns.1] {
                put_number(out, number.into());
            }
        }
        Met::Row(row) => {
            out.push(b'R');
            put_number(out, row.number.into());
            for (column, cell) in &row.cells {
                put_number(out, (*column).into());
                let (kind, text) = match cell {
                    GridCell::Text(text) => (b't', text.as_str()),
                    GridCell::Error(text) => (b'e', text.as_str()),
                    GridCell::Formula => (b'f', ""),
                };
                out.push(kind);
                put_text(out, text);
            }
        }
    }
}

/// Takes the frames of [`parse_grid`], trusting nothing in them.
#[derive(Debug, Default)]
pub struct GridFrames {
    sheets: Vec<GridSheet>,
    rows: usize,
    cells: usize,
    text: usize,
    ended: bool,
}

impl GridFrames {
    /// Takes one frame.
    ///
    /// # Errors
    /// [`WireError`]: nothing further is worth taking.
    pub fn put(&mut self, frame: &[u8]) -> Result<(), WireError> {
        let nonsense = |what| WireError::Nonsense { what };
        let (kind, rest) = frame.split_first().ok_or(nonsense("an empty frame"))?;
        if self.ended {
            return Err(nonsense("a frame after the end"));
        }
        let mut cursor = Cursor::new(rest);
        match kind {
            b'S' => {
                if self.sheets.len() >= SHEETS {
                    return Err(nonsense("more sheets than a reader gives"));
                }
                let hidden = cursor.byte()? != 0;
                let name = plain(cursor.text(NAME)?);
                self.sheets.push(GridSheet { name, hidden, ..GridSheet::default() });
            }
            b'R' => {
                let row = self.row(&mut cursor)?;
                self.rows += 1;
                let sheet = self.sheets.last_mut().ok_or(nonsense("a row outside a sheet"))?;
                if self.rows > ROWS || sheet.rows.last().is_some_and(|last| row.number <= last.number) {
                    return Err(nonsense("too many rows, or out of order"));
                }
                sheet.rows.push(row);
            }
            b'M' => {
                let mut number = || u32::try_from(cursor.number()?).map_err(|_| nonsense("a place that no sheet has"));
                let one = Merged { rows: (number()?, number()?), columns: (number()?, number()?) };
                let sheet = self.sheets.last_mut().ok_or(nonsense("cells outside a sheet"))?;
                if sheet.merged.len() >= MERGED {
                    return Err(nonsense("more merged cells than a reader gives"));
                }
                sheet.merged.push(one);
            }
            b'F' => return Err(WireError::File(fault::take(&mut cursor)?)),
            b'E' => self.ended = true,
            _ => return Err(nonsense("a frame of no kind")),
        }
        if cursor.left() > 0 { Err(nonsense("more than a record in a frame")) } else { Ok(()) }
    }

    fn row(&mut self, cursor: &mut Cursor<'_>) -> Result<GridRow, WireError> {
        let nonsense = |what| WireError::Nonsense { what };
        let small = |number: u64| u32::try_from(number).map_err(|_| nonsense("a place that no sheet has"));
        let mut row = GridRow { number: small(cursor.number()?)?, cells: Vec::new() };
        while cursor.left() > 0 {
            let column = small(cursor.number()?)?;
            if column >= COLUMNS || row.cells.last().is_some_and(|(last, _)| column <= *last) {
                return Err(nonsense("cells out of order"));
            }
            let kind = cursor.byte()?;
            let text = cursor.text(ROW)?;
            self.text = self.text.saturating_add(text.len());
            self.cells += 1;
            if self.text > TEXT || self.cells > CELLS {
                return Err(nonsense("more cells than a reader gives"));
            }
            let cell = match kind {
                b't' => GridCell::Text(text.to_owned()),
                b'e' => GridCell::Error(plain(text)),
                b'f' => GridCell::Formula,
                _ => return Err(nonsense("a cell of no kind")),
            };
            row.cells.push((column, cell));
        }
        Ok(row)
    }

    /// The sheets, once every frame was taken.
    ///
    /// # Errors
    /// [`WireError::Nonsense`] when the frames did not come to their end.
    pub fn end(self) -> Result<Vec<GridSheet>, WireError> {
        if self.ended { Ok(self.sheets) } else { Err(WireError::Nonsense { what: "no end" }) }
    }
}

#[cfg(test)]
mod tests;
