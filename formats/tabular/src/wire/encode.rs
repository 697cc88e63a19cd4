//! Rows into frames.

use super::BATCH;
use super::bytes::{put_number, put_text};
use super::fault;
use crate::finding::{Finding, Rule};
use crate::read::{FileError, Row};
use std::io;

/// Longest text of a finding, in bytes.
pub(super) const MESSAGE: usize = 1024;

/// Gathers records and gives them frame by frame.
pub(super) struct Encoder<'a, 'g> {
    give: &'a mut (dyn FnMut(&[u8]) -> io::Result<()> + 'g),
    frame: Vec<u8>,
    max_record: usize,
    /// The line of the last record: each tells how many lines further it is.
    line: u64,
}

impl<'a, 'g> Encoder<'a, 'g> {
    pub(super) fn new(give: &'a mut (dyn FnMut(&[u8]) -> io::Result<()> + 'g), max_record: usize) -> Self {
        Self { give, frame: Vec::with_capacity(2 * BATCH), max_record, line: 0 }
    }

    pub(super) fn row(&mut self, row: &Row, columns: usize) -> io::Result<()> {
        let start = self.frame.len();
        let passed = self.passed(row.line());
        match row.plain() {
            Some((text, ends)) if ends.len() == columns => {
                self.frame.push(b'S');
                put_number(&mut self.frame, passed);
                let mut start = 0;
                for end in ends {
                    put_number(&mut self.frame, (end - start) as u64);
                    start = *end;
                }
                self.frame.extend_from_slice(text.as_bytes());
            }
            _ => {
                self.frame.push(b'R');
                put_number(&mut self.frame, passed);
                for column in 0..columns {
                    put_number(&mut self.frame, row.values(column).count() as u64);
                    for value in row.values(column) {
                        put_text(&mut self.frame, value);
                    }
                }
            }
        }
        if self.frame.len() - start > self.max_record {
            self.frame.truncate(start);
            let message = "the values of the row are too many or too long";
            return self.bad(&Finding::new(row.line(), None, Rule::RowTooLong, message, ""));
        }
        self.line = row.line();
        self.full()
    }

    /// Lines since the last record; of one that goes back, more than there can be.
    fn passed(&self, line: u64) -> u64 {
        line.wrapping_sub(self.line)
    }

    pub(super) fn bad(&mut self, finding: &Finding) -> io::Result<()> {
        let passed = self.passed(finding.line);
        self.line = finding.line;
        let out = &mut self.frame;
        out.push(b'B');
        put_number(out, passed);
        out.push(Rule::ALL.iter().position(|rule| *rule == finding.rule).unwrap_or_default() as u8);
        out.push(u8::from(finding.column.is_some()));
        put_text(out, cut(finding.column.as_deref().unwrap_or_default()));
        put_text(out, cut(&finding.message));
        put_text(out, cut(&finding.value));
        self.full()
    }

    pub(super) fn fault(mut self, error: &FileError) -> io::Result<()> {
        self.frame.push(b'F');
        fault::put(&mut self.frame, error);
        self.flush()
    }

    pub(super) fn end(mut self) -> io::Result<()> {
        self.frame.push(b'E');
        self.flush()
    }

    fn full(&mut self) -> io::Result<()> {
        if self.frame.len() < BATCH { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> io::Result<()> {
        (self.give)(&self.frame)?;
        self.frame.clear();
        Ok(())
    }
}

/// As much of a text as a record holds.
pub(super) fn cut(text: &str) -> &str {
    if text.len() <= MESSAGE { text } else { text.get(..text.floor_char_boundary(MESSAGE)).unwrap_or_default() }
}
