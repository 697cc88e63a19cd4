//! Rows of fields between separators, RFC 4180 quoting, cut in bounded memory.
//!
//! The `csv` crate holds a whole field whatever its length; here a field or row past its bound is stepped over, so that
//! one field of ten megabytes costs its row and nothing else. A quote that does not close as it should costs one line:
//! reading begins again on the next.

use super::FileError;
use super::window::Window;
use crate::declaration::FileShape;
use std::io::Read;

/// The fields of one record, unquoted, still as bytes.
#[derive(Debug, Default)]
pub(crate) struct RawRecord {
    pub(crate) line: u64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) ends: Vec<usize>,
}

impl RawRecord {
    fn clear(&mut self, line: u64) {
        self.line = line;
        self.bytes.clear();
        self.ends.clear();
    }

    pub(crate) fn field(&self, index: usize) -> &[u8] {
        let end = self.ends.get(index).copied().unwrap_or(self.bytes.len());
        let start = if index == 0 { 0 } else { self.ends.get(index - 1).copied().unwrap_or(end) };
        self.bytes.get(start..end).unwrap_or_default()
    }

    fn end_field(&mut self) {
        self.ends.push(self.bytes.len());
    }
}

/// What comes next in the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Record,
    /// A record that spoils itself only.
    Spoilt {
        line: u64,
        fault: Spoilt,
    },
    End,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Spoilt {
    /// A closing quote followed by something else than a separator, or a quote never closed.
    Quote,
    /// The record is longer than its bound; the field of that index is its longest.
    TooLong { field: usize },
}

enum Quoted {
    /// The record takes that many bytes.
    Whole(usize),
    More,
    Broken,
}

/// How separators and quotes are written, and the bound of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialect {
    separator: u8,
    quote: u8,
    max_row_bytes: usize,
}

impl Dialect {
    pub(crate) fn of(shape: &FileShape) -> Self {
        Self { separator: shape.separator, quote: shape.quote, max_row_bytes: shape.max_row_bytes }
    }

    /// Reads the next record that is not a blank line.
    pub(crate) fn next<R: Read>(&self, window: &mut Window<R>, record: &mut RawRecord) -> Result<Next, FileError> {
        let mut searched = 0;
        loop {
            let line = window.line();
            let bytes = window.bytes();
            let found = bytes.get(searched..).and_then(|rest| memchr::memchr(b'\n', rest)).map(|at| searched + at);
            let (content, length) = match found {
                Some(at) => (bytes.get(..at).unwrap_or_default(), at + 1),
                None if window.is_last() => (bytes, bytes.len()),
                None if bytes.len() > self.max_row_bytes => {
                    let view = bytes.get(..self.max_row_bytes).unwrap_or_default();
                    record.clear(line);
                    return match memchr::memchr(self.quote, view) {
                        Some(_) => self.quoted(window, record),
                        None => self.step_over(window),
                    };
                }
                None => {
                    searched = bytes.len();
                    window.fill()?;
                    continue;
                }
            };
            if length == 0 {
                return Ok(Next::End);
            }
            let content = content.strip_suffix(b"\r").unwrap_or(content);
            if content.is_empty() {
                window.consume_line(length);
                searched = 0;
                continue;
            }
            record.clear(line);
            if memchr::memchr(self.quote, content).is_some() {
                return self.quoted(window, record);
            }
            if content.len() > self.max_row_bytes {
                return self.step_over(window);
            }
            record.bytes.reserve(content.len());
            let mut from = 0;
            for at in memchr::memchr_iter(self.separator, content).chain(std::iter::once(content.len())) {
                record.bytes.extend_from_slice(content.get(from..at).unwrap_or_default());
                record.end_field();
                from = at + 1;
            }
            window.consume_line(length);
            return Ok(Next::Record);
        }
    }

    fn quoted<R: Read>(&self, window: &mut Window<R>, record: &mut RawRecord) -> Result<Next, FileError> {
        let line = window.line();
        loop {
            record.clear(line);
            // Never looks past the bound, so that what is found does not depend on how much is at hand.
            let bytes = window.bytes();
            let bounded = bytes.len() > self.max_row_bytes;
            let view = bytes.get(..self.max_row_bytes).unwrap_or(bytes);
            match self.unquote(view, window.is_last() && !bounded, record) {
                Quoted::Whole(length) => {
                    window.consume(length);
                    return Ok(Next::Record);
                }
                Quoted::More if bounded => return self.step_over(window),
                Quoted::More => {
                    window.fill()?;
                }
                Quoted::Broken => {
                    window.skip_line()?;
                    return Ok(Next::Spoilt { line, fault: Spoilt::Quote });
                }
            }
        }
    }

    /// Cuts and unquotes one record at the start of `bytes`.
    fn unquote(&self, bytes: &[u8], last: bool, record: &mut RawRecord) -> Quoted {
        let mut at = 0;
        loop {
            if bytes.get(at) == Some(&self.quote) {
                at += 1;
                loop {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let Some(close) = memchr::memchr(self.quote, rest) else {
                        return if last { Quoted::Broken } else { Quoted::More };
                    };
                    record.bytes.extend_from_slice(rest.get(..close).unwrap_or_default());
                    at += close + 1;
                    match bytes.get(at) {
                        Some(&next) if next == self.quote => {
                            record.bytes.push(self.quote);
                            at += 1;
                        }
                        None if !last => return Quoted::More,
                        _ => break,
                    }
                }
            } else {
                let rest = bytes.get(at..).unwrap_or_default();
                let stop = memchr::memchr2(self.separator, b'\n', rest);
                if stop.is_none() && !last {
                    return Quoted::More;
                }
                let plain = rest.get(..stop.unwrap_or(rest.len())).unwrap_or_default();
                let ends_line = stop.is_none_or(|stop| rest.get(stop) == Some(&b'\n'));
                let kept = if ends_line { plain.strip_suffix(b"\r").unwrap_or(plain) } else { plain };
                record.bytes.extend_from_slice(kept);
                at += plain.len();
            }
            record.end_field();
            match bytes.get(at) {
                None => return Quoted::Whole(at),
                Some(b'\n') => return Quoted::Whole(at + 1),
                Some(&next) if next == self.separator => at += 1,
                Some(b'\r') => match bytes.get(at + 1) {
                    Some(b'\n') => return Quoted::Whole(at + 2),
                    None if last => return Quoted::Whole(at + 1),
                    None => return Quoted::More,
                    Some(_) => return Quoted::Broken,
                },
                Some(_) => return Quoted::Broken,
            }
        }
    }

    /// Steps over a record that is too long, without holding it.
    fn step_over<R: Read>(&self, window: &mut Window<R>) -> Result<Next, FileError> {
        #[derive(PartialEq)]
        enum State {
            Start,
            Plain,
            Quoted,
            MaybeClosed,
        }
        let line = window.line();
        let (mut state, mut field, mut length) = (State::Start, 0usize, 0u64);
        let (mut longest, mut longest_length) = (0usize, 0u64);
        loop {
            if window.peek()?.is_none() {
                return match state {
                    State::Quoted => Err(FileError::OpenQuote { line }),
                    _ => {
                        if length > longest_length {
                            longest = field;
                        }
                        Ok(Next::Spoilt { line, fault: Spoilt::TooLong { field: longest } })
                    }
                };
            }
            let bytes = window.bytes();
            let mut passed = 0;
            let mut ended = false;
            while !ended && passed < bytes.len() {
                let rest = bytes.get(passed..).unwrap_or_default();
                // What changes nothing is jumped over: a line of a gigabyte is one search.
                let stop = match state {
                    State::Plain => memchr::memchr2(self.separator, b'\n', rest),
                    State::Quoted => memchr::memchr(self.quote, rest),
                    State::Start | State::MaybeClosed => Some(0),
                };
                let jumped = stop.unwrap_or(rest.len());
                passed += jumped;
                length += jumped as u64;
                let Some(&byte) = bytes.get(passed) else { break };
                passed += 1;
                length += 1;
                match state {
                    State::Quoted => state = State::MaybeClosed,
                    State::MaybeClosed if byte == self.quote => state = State::Quoted,
                    State::Start if byte == self.quote => state = State::Quoted,
                    _ if byte == self.separator || byte == b'\n' => {
                        if length > longest_length {
                            (longest, longest_length) = (field, length);
                        }
                        (state, field, length) = (State::Start, field + 1, 0);
                        ended = byte == b'\n';
                    }
                    _ => state = State::Plain,
                }
            }
            window.consume(passed);
            if ended {
                return Ok(Next::Spoilt { line, fault: Spoilt::TooLong { field: longest } });
            }
        }
    }
}
