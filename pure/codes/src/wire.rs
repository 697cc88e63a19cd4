//! A list that somebody brings, read on one side of a wall and taken on the other.
//!
//! A frame is a letter and a text: `T` a piece of the list in the house's form, `S` a row set aside (line, column and
//! problem, with tabs between), `N` how many rows were set aside in all, `F` why the file is no version of the list, `E`
//! the end.

use crate::{CodeList, Edition, read_list};
use std::io::{self, Read};

/// The name under which an executable lists [`parse_list`].
pub const PARSER: &str = "codes";

/// Longest file that is read, in bytes: the official files are a fifth of it.
pub const LONGEST_FILE: u64 = 32 << 20;

/// Longest frame, in bytes.
pub const LONGEST_FRAME: u64 = 64 * 1024 + 1;

/// Most bytes of all the frames together: a list is written a little longer than it was brought, and its findings.
pub const MOST_BYTES: u64 = 3 * LONGEST_FILE;

/// Most findings that are kept; the others are counted.
const MAX_FINDINGS: usize = 1_000;

/// Longest text of a finding or a refusal, in characters.
const LONGEST_TEXT: usize = 400;

/// What is asked of [`parse_list`]: the list, and its edition where that is given.
pub fn list_request(name: &str, edition: Option<&Edition>) -> Vec<u8> {
    let (version, date) =
        edition.map_or_else(Default::default, |edition| (edition.version.as_str(), edition.date.to_string()));
    format!("{name}\n{version}\n{date}").into_bytes()
}

/// Untrusted input. Reads a file as a version of a list ([`read_list`]) and gives it as frames: `request` is that of
/// [`list_request`]. Made to run in a child process; [`ListFrames`] takes the frames.
///
/// # Errors
/// When `give` or `input` fails, memory is refused, or `request` is none. What is wrong with the file is told in a frame.
pub fn parse_list(
    request: &[u8],
    input: &mut dyn Read,
    give: &mut (dyn FnMut(&[u8]) -> io::Result<()> + '_),
) -> io::Result<()> {
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "the request names no list");
    let text = std::str::from_utf8(request).map_err(|_| wrong())?;
    let mut lines = text.split('\n');
    let (Some(name), Some(version), Some(date), None) = (lines.next(), lines.next(), lines.next(), lines.next()) else {
        return Err(wrong());
    };
    let edition = if version.is_empty() && date.is_empty() {
        None
    } else {
        Some(Edition { version: version.to_owned(), date: date.parse().map_err(|_| wrong())? })
    };
    let mut tell = |kind: u8, text: &str| {
        let mut frame = vec![kind];
        frame.extend_from_slice(text.as_bytes());
        give(&frame)
    };
    let mut bytes = Vec::new();
    input.take(LONGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST_FILE {
        return tell(b'F', &format!("the file is longer than {} MiB", LONGEST_FILE >> 20));
    }
    let read = match read_list(name, &bytes, edition) {
        Ok(read) => read,
        Err(error) => return tell(b'F', &cut(&error.to_string())),
    };
    drop(bytes);
    let mut rest = read.list.to_text();
    while !rest.is_empty() {
        let mut end = rest.len().min(64 * 1024);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let after = rest.split_off(end);
        tell(b'T', &rest)?;
        rest = after;
    }
    for finding in &read.findings {
        tell(b'S', &format!("{}\t{}\t{}", finding.line, finding.column, finding.problem))?;
    }
    tell(b'N', &read.set_aside.to_string())?;
    tell(b'E', "")
}

/// A list as it came over the wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// The list, read anew and checked on this side.
    pub list: CodeList,
    /// The first rows that were set aside: line, column and problem.
    pub findings: Vec<(u64, String, String)>,
    /// How many in all.
    pub set_aside: u64,
}

/// Why no list came over the wall.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The file is no version of the list.
    #[error("{0}")]
    File(String),
    /// The frames are none of ours: the reader may have been taken over.
    #[error("the reader gave {what}")]
    Nonsense {
        /// What was found.
        what: &'static str,
    },
}

/// Takes the frames of [`parse_list`], trusting nothing in them.
#[derive(Debug)]
pub struct ListFrames {
    name: String,
    text: Vec<u8>,
    findings: Vec<(u64, String, String)>,
    set_aside: Option<u64>,
    ended: bool,
}

impl ListFrames {
    /// Begins to take the list `name`.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), text: Vec::new(), findings: Vec::new(), set_aside: None, ended: false }
    }

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
        let text = || std::str::from_utf8(rest).map_err(|_| nonsense("a text that is not UTF-8"));
        match kind {
            b'T' => {
                self.text.extend_from_slice(rest);
                if self.text.len() as u64 > MOST_BYTES {
                    return Err(nonsense("a list longer than its file could give"));
                }
            }
            b'S' => {
                let finding = finding(text()?).ok_or(nonsense("a finding without its line"))?;
                if self.findings.len() >= MAX_FINDINGS {
                    return Err(nonsense("more findings than a reader keeps"));
                }
                self.findings.push(finding);
            }
            b'N' => self.set_aside = Some(text()?.parse().map_err(|_| nonsense("a number that is none"))?),
            b'F' => return Err(WireError::File(cut(text()?))),
            b'E' => self.ended = true,
            _ => return Err(nonsense("a frame of no kind")),
        }
        Ok(())
    }

    /// The list, once every frame was taken.
    ///
    /// # Errors
    /// [`WireError::Nonsense`] when the frames did not come to their end or hold no list.
    pub fn end(self) -> Result<Brought, WireError> {
        let nonsense = |what| WireError::Nonsense { what };
        let (Some(set_aside), true) = (self.set_aside, self.ended) else { return Err(nonsense("no end")) };
        let text = String::from_utf8(self.text).map_err(|_| nonsense("a list that is not UTF-8"))?;
        let read = read_list(&self.name, text.as_bytes(), None).map_err(|_| nonsense("no list"))?;
        Ok(Brought { list: read.list, findings: self.findings, set_aside })
    }
}

/// A text as far as it is shown: bounded, without what could drive a terminal.
fn cut(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Line, column and problem of a row that was set aside.
fn finding(text: &str) -> Option<(u64, String, String)> {
    let mut cells = text.splitn(3, '\t');
    Some((cells.next()?.parse().ok()?, cut(cells.next()?), cut(cells.next()?)))
}
