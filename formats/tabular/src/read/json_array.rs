//! The elements of an array somewhere in a JSON document, one after the other, in bounded memory.

use super::FileError;
use super::encoding::decode;
use super::json_node::Node;
use super::json_row::Path;
use super::window::Window;
use crate::declaration::FileShape;
use std::collections::BTreeSet;
use std::io::Read;

/// Longest key of an object around the rows, in bytes.
const KEY: usize = 4096;

/// Most keys of one object around the rows.
const KEYS: usize = 4096;

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
    shape: FileShape,
    state: State,
    /// The keys met so far in each object around the rows, from the outermost: none may come twice.
    keys: Vec<BTreeSet<String>>,
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
    pub(crate) fn new(shape: &FileShape) -> Self {
        Self { path: Path::new(&shape.rows), shape: shape.clone(), state: State::Start, keys: Vec::new() }
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
        match value(window, self.shape.max_row_bytes)? {
            Some(length) => Ok(Element::Whole(length)),
            None => Ok(Element::TooLong(line)),
        }
    }

    /// Steps to the first element of the array of rows.
    fn find<R: Read>(&mut self, window: &mut Window<R>) -> Result<(), FileError> {
        for wanted in self.path.keys() {
            self.expect(window, b'{')?;
            let mut met = BTreeSet::new();
            loop {
                if blank(window)? != Some(b'"') {
                    return Err(self.absent(window));
                }
                let found = self.key(window, &mut met)? == *wanted;
                if found {
                    break;
                }
                self.skip(window)?;
                if blank(window)? != Some(b',') {
                    return Err(self.absent(window));
                }
                window.consume(1);
            }
            self.keys.push(met);
        }
        self.expect(window, b'[')
    }

    /// Reads a key and its colon; a key met before is refused.
    fn key<R: Read>(&self, window: &mut Window<R>, met: &mut BTreeSet<String>) -> Result<String, FileError> {
        let Some(length) = value(window, KEY)? else { return Err(broken(window, "a key is longer than 4096 bytes")) };
        let node = self.sound(window, length)?;
        let Some(key) = node else { return Err(broken(window, "a key is no text")) };
        window.consume(length);
        if met.len() >= KEYS {
            return Err(broken(window, "an object around the rows has more than 4096 keys"));
        }
        if !met.insert(key.clone()) {
            return Err(broken(window, "the same key stands twice in one object"));
        }
        if blank(window)? != Some(b':') {
            return Err(broken(window, "a key is not followed by a colon"));
        }
        window.consume(1);
        Ok(key)
    }

    /// Checks the value of that length at hand as a row is checked; its text, when it is one.
    fn sound<R: Read>(&self, window: &Window<R>, length: usize) -> Result<Option<String>, FileError> {
        let bytes = window.bytes().get(..length).unwrap_or_default();
        let text = decode(self.shape.encoding, bytes)
            .map_err(|_| broken(window, "a text beside the rows is not of the declared encoding"))?;
        match Node::parse(&text) {
            Ok(Node::Text(text)) => Ok(Some(text.into_owned())),
            Ok(_) => Ok(None),
            Err(_) => Err(broken(
                window,
                "a value beside the rows is not sound: it is no JSON, repeats a key, is nested more than 16 deep, \
                 or holds a number that cannot be kept",
            )),
        }
    }

    /// Steps over a value beside the rows, checked like one of them.
    fn skip<R: Read>(&self, window: &mut Window<R>) -> Result<(), FileError> {
        blank(window)?;
        match value(window, self.shape.max_row_bytes)? {
            Some(length) => {
                self.sound(window, length)?;
                window.consume(length);
                Ok(())
            }
            None => Err(broken(window, "a value beside the rows is longer than a row may be")),
        }
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
        FileError::NoRows { path: self.shape.rows.clone(), line: window.line() }
    }

    /// Reads what follows the array: a document cut short must not pass for a whole one.
    fn close<R: Read>(&mut self, window: &mut Window<R>) -> Result<(), FileError> {
        while let Some(mut met) = self.keys.pop() {
            loop {
                match blank(window)? {
                    Some(b'}') => {
                        window.consume(1);
                        break;
                    }
                    Some(b',') => {
                        window.consume(1);
                        match blank(window)? {
                            Some(b'"') => {}
                            Some(_) => return Err(broken(window, "a comma is not followed by a key")),
                            None => return Err(broken(window, "the file ends before the document does")),
                        }
                        self.key(window, &mut met)?;
                        self.skip(window)?;
                    }
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
    FileError::Document { line: window.line(), reason: reason.into() }
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
