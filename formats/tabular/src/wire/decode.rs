//! Frames back into rows. Whoever wrote them may have been taken over by the file: everything is checked again.

use super::bytes::Cursor;
use super::encode::MESSAGE;
use super::fault;
use crate::declaration::FileShape;
use crate::finding::{Finding, Rule, shorten};
use crate::read::{FileError, Row, Step, trimmed};

/// Why a frame gives no rows.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The file cannot be read as a whole.
    #[error(transparent)]
    File(FileError),
    /// This is no frame of ours.
    #[error("no frame of rows: {what}")]
    Nonsense {
        /// What was found.
        what: &'static str,
    },
}

/// Reads frames back into rows.
#[derive(Debug)]
pub struct FrameRows {
    columns: usize,
    /// A column of a table has one value; a path in a JSON row may have several or none.
    single: bool,
    max_field_bytes: usize,
    max_row_bytes: usize,
    frame: Frame,
    at: usize,
    line: u64,
    ended: bool,
    /// Where the values of the row being read end in its text.
    ends: Vec<usize>,
}

/// The bytes of a frame. Most frames are text as a whole, which is checked faster than piece by piece; those with a text
/// of 128 bytes or more are not.
#[derive(Debug)]
enum Frame {
    Text(String),
    Bytes(Vec<u8>),
}

impl Frame {
    fn from(&self, at: usize) -> Cursor<'_> {
        match self {
            // A record may end within a character when its writer has gone wrong.
            Self::Text(text) => match text.get(at..) {
                Some(rest) => Cursor::of_text(rest),
                None => Cursor::new(text.as_bytes().get(at..).unwrap_or_default()),
            },
            Self::Bytes(bytes) => Cursor::new(bytes.get(at..).unwrap_or_default()),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

impl FrameRows {
    /// For a file of that shape, of which that many columns are read.
    pub fn new(shape: &FileShape, columns: usize) -> Self {
        Self {
            columns,
            single: !shape.format.is_json(),
            max_field_bytes: shape.max_field_bytes,
            max_row_bytes: shape.max_row_bytes,
            frame: Frame::Bytes(Vec::new()),
            at: 0,
            line: 0,
            ended: false,
            ends: Vec::with_capacity(columns),
        }
    }

    /// Takes the next frame, when [`FrameRows::next`] has asked for one.
    pub fn put(&mut self, frame: Vec<u8>) {
        self.frame = String::from_utf8(frame).map_or_else(|error| Frame::Bytes(error.into_bytes()), Frame::Text);
        self.at = 0;
    }

    /// Untrusted input. Reads the next row into `row`; nothing when the next frame is needed.
    ///
    /// # Errors
    /// [`WireError`] when the file cannot be read as a whole, or the frame is not one of ours.
    pub fn next(&mut self, row: &mut Row) -> Result<Option<Step>, WireError> {
        if self.ended {
            return Ok(Some(Step::End));
        }
        let frame = std::mem::replace(&mut self.frame, Frame::Bytes(Vec::new()));
        let mut cursor = frame.from(self.at);
        let step = if cursor.left() == 0 { Ok(None) } else { self.record(&mut cursor, row).map(Some) };
        self.at = frame.len() - cursor.left();
        self.frame = frame;
        step
    }

    fn record(&mut self, cursor: &mut Cursor<'_>, row: &mut Row) -> Result<Step, WireError> {
        match cursor.byte()? {
            b'R' => {
                row.clear(self.line(cursor)?);
                let mut left = self.max_row_bytes;
                for _ in 0..self.columns {
                    let values = cursor.number()?;
                    if self.single && values != 1 {
                        return Err(WireError::Nonsense { what: "a column without its one value" });
                    }
                    // Each value takes a byte at least: a count that lies finds the frame too short.
                    for _ in 0..values {
                        let value = cursor.text(self.max_field_bytes.min(left))?;
                        left -= value.len();
                        row.push(value);
                    }
                    row.end_cell();
                }
                Ok(Step::Row)
            }
            b'S' => {
                row.clear_plain(self.line(cursor)?);
                self.plain(cursor, row)?;
                Ok(Step::Row)
            }
            b'B' => {
                let line = self.line(cursor)?;
                let rule = Rule::ALL.get(usize::from(cursor.byte()?));
                let rule = *rule.ok_or(WireError::Nonsense { what: "a rule that does not exist" })?;
                let has_column = cursor.byte()? == 1;
                let column = plain(cursor.text(MESSAGE)?);
                let message = plain(cursor.text(MESSAGE)?);
                let value = shorten(cursor.text(MESSAGE)?);
                let column = has_column.then_some(column);
                Ok(Step::Bad(Finding { line, column, rule, message, value, rejected: true }))
            }
            b'F' => Err(WireError::File(fault::take(cursor)?)),
            b'E' if cursor.left() == 0 => {
                self.ended = true;
                Ok(Step::End)
            }
            _ => Err(WireError::Nonsense { what: "no record" }),
        }
    }

    /// The values of a row whose columns have one each.
    fn plain(&mut self, cursor: &mut Cursor<'_>, row: &mut Row) -> Result<(), WireError> {
        self.ends.clear();
        let mut end = 0_usize;
        for _ in 0..self.columns {
            let length = usize::try_from(cursor.number()?).unwrap_or(usize::MAX);
            if length > self.max_field_bytes || length > self.max_row_bytes - end {
                return Err(WireError::Nonsense { what: "a text too long" });
            }
            end += length;
            self.ends.push(end);
        }
        let text = cursor.piece(end)?;
        let cut = || WireError::Nonsense { what: "a text that is not UTF-8" };
        let mut start = 0;
        let mut is_bare = true;
        for &end in &self.ends {
            let value = text.get(start..end).ok_or_else(cut)?;
            is_bare &= trimmed(value).len() == value.len();
            start = end;
        }
        if is_bare {
            row.put_plain(text, &mut self.ends);
        } else {
            let mut start = 0;
            for &end in &self.ends {
                row.push(text.get(start..end).unwrap_or_default());
                start = end;
            }
        }
        Ok(())
    }

    /// Lines never go back.
    fn line(&mut self, cursor: &mut Cursor<'_>) -> Result<u64, WireError> {
        let line = self.line.checked_add(cursor.number()?).filter(|line| *line <= u64::MAX / 2);
        self.line = line.ok_or(WireError::Nonsense { what: "lines out of order" })?;
        Ok(self.line)
    }
}

/// A text without control characters.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
