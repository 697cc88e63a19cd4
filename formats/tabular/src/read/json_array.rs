//! The elements of an array somewhere in a JSON document, one after the other, in bounded memory.

use super::FileError;
use super::json_row::Path;
use super::window::Window;
use std::io::Read;

/// Longest key on the way to the rows, in bytes.
const KEY: usize = 4096;

/// Where reading is.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Start,
    First,
    Following,
    End,
}

/// Cuts the array of rows into its elements.
#[derive(Debug)]
pub(crate) struct Elements {
    path: Path,
    text: String,
    state: State,
    max_row_bytes: usize,
}

/// What comes next in the array.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Element {
    /// The next bytes at hand, as many as said.
    Whole(usize),
    /// An element longer than its bound, already stepped over, which began on that line.
    TooLong(u64),
    End,
}

impl Elements {
    pub(crate) fn new(path: &str, max_row_bytes: usize) -> Self {
        Self { path: Path::new(path), text: path.to_owned(), state: State::Start, max_row_bytes }
    }

    pub(crate) fn next<R: Read>(&mut self, window: &mut Window<R>) -> Result<Element, FileError> {
        if self.state == State::Start {
            self.find(window)?;
            self.state = State::First;
        }
        if self.state == State::End {
            return Ok(Element::End);
        }
        let sign = blank(window)?;
        match (sign, &self.state) {
            (Some(b']'), _) => {
                window.consume(1);
                self.close(window)?;
                self.state = State::End;
                return Ok(Element::End);
            }
            (Some(b','), State::Following) => {
                window.consume(1);
                if matches!(blank(window)?, Some(b']' | b',') | None) {
                    return Err(broken(window, "a comma is not followed by a row"));
                }
            }
            (Some(_), State::First) => {}
            (Some(_), _) => return Err(broken(window, "a row is not followed by a comma or by the end of the array")),
            (None, _) => return Err(broken(window, "the file ends before the array of rows does")),
        }
        self.state = State::Following;
        let line = window.line();
        match value(window, self.max_row_bytes)? {
            Some(length) => Ok(Element::Whole(length)),
            None => Ok(Element::TooLong(line)),
        }
    }

    /// Steps to the first element of the array of rows.
    fn find<R: Read>(&self, window: &mut Window<R>) -> Result<(), FileError> {
        for key in self.path.keys() {
            self.expect(window, b'{')?;
            loop {
                if blank(window)? != Some(b'"') {
                    return Err(self.absent(window));
                }
                let found = match value(window, KEY)? {
                    Some(length) => {
                        let bytes = window.bytes().get(..length).unwrap_or_default();
                        let found = serde_json::from_slice::<String>(bytes).is_ok_and(|name| name == *key);
                        window.consume(length);
                        found
                    }
                    None => false,
                };
                if blank(window)? != Some(b':') {
                    return Err(broken(window, "a key is not followed by a colon"));
                }
                window.consume(1);
                if found {
                    break;
                }
                skip(window)?;
                if blank(window)? != Some(b',') {
                    return Err(self.absent(window));
                }
                window.consume(1);
            }
        }
        self.expect(window, b'[')
    }

    fn expect<R: Read>(&self, window: &mut Window<R>, sign: u8) -> Result<(), FileError> {
        if blank(window)? == Some(sign) {
            window.consume(1);
            Ok(())
        } else {
            Err(self.absent(window))
        }
    }

    fn absent<R: Read>(&self, window: &Window<R>) -> FileError {
        FileError::NoRows { path: self.text.clone(), line: window.line() }
    }

    /// Reads what follows the array: a document cut short must not pass for a whole one.
    fn close<R: Read>(&self, window: &mut Window<R>) -> Result<(), FileError> {
        for _ in self.path.keys() {
            loop {
                match blank(window)? {
                    Some(b'}') => {
                        window.consume(1);
                        break;
                    }
                    Some(b',' | b':') => window.consume(1),
                    Some(b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => skip(window)?,
                    Some(_) => return Err(broken(window, "an unexpected sign follows the array of rows")),
                    None => return Err(broken(window, "the file ends before the document does")),
                }
            }
        }
        match blank(window)? {
            None => Ok(()),
            Some(_) => Err(broken(window, "something follows the end of the document")),
        }
    }
}

fn broken<R: Read>(window: &Window<R>, reason: &'static str) -> FileError {
    FileError::Document { line: window.line(), reason }
}

/// The next byte that is no blank.
fn blank<R: Read>(window: &mut Window<R>) -> Result<Option<u8>, FileError> {
    loop {
        if window.peek()?.is_none() {
            return Ok(None);
        }
        let bytes = window.bytes();
        let blanks = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
        let next = bytes.get(blanks).copied();
        window.consume(blanks);
        if next.is_some() {
            return Ok(next);
        }
    }
}

fn skip<R: Read>(window: &mut Window<R>) -> Result<(), FileError> {
    if let Some(length) = value(window, KEY)? {
        window.consume(length);
    }
    Ok(())
}

/// Finds the end of the value that begins with the next byte: its length when it is within `bound` (it is then at hand,
/// not consumed), nothing when it is longer (it is then consumed).
fn value<R: Read>(window: &mut Window<R>, bound: usize) -> Result<Option<usize>, FileError> {
    let mut cut = Cut::default();
    let mut seen = 0;
    let mut passed = false;
    loop {
        let bytes = window.bytes();
        let end = cut.end(bytes.get(seen..).unwrap_or_default()).map(|end| seen + end);
        match end {
            Some(end) if !passed && end <= bound => return Ok(Some(end)),
            Some(end) => {
                window.consume(end);
                return Ok(None);
            }
            None => {}
        }
        seen = bytes.len();
        if passed || seen > bound {
            passed = true;
            window.consume(seen);
            seen = 0;
        }
        if !window.fill()? {
            return match cut {
                Cut { depth: 0, in_text: false, begun: true, .. } if !passed && seen <= bound => Ok(Some(seen)),
                Cut { depth: 0, in_text: false, begun: true, .. } => {
                    window.consume(seen);
                    Ok(None)
                }
                _ => Err(broken(window, "the file ends inside a row")),
            };
        }
    }
}

/// Finds where a value ends, over as many pieces as come.
#[derive(Debug, Default)]
struct Cut {
    depth: u64,
    in_text: bool,
    escaped: bool,
    begun: bool,
    scalar: bool,
}

impl Cut {
    /// The offset just after the value, when it ends in this piece.
    fn end(&mut self, piece: &[u8]) -> Option<usize> {
        for (at, &byte) in piece.iter().enumerate() {
            if self.in_text {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.in_text = false;
                        if self.depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            if self.scalar {
                if matches!(byte, b',' | b']' | b'}' | b':' | b' ' | b'\t' | b'\r' | b'\n') {
                    return Some(at);
                }
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ if self.depth == 0 => self.scalar = true,
                _ => {}
            }
            self.begun = true;
        }
        None
    }
}
