//! What the readers of official files have in common: a list and what was set aside, within bounds.

use crate::assemble::{Defect, MAX_CODES, assemble};
use crate::code_list::Head;
use crate::{Code, CodeList};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// Most findings that are kept; the others are counted.
const MAX_FINDINGS: usize = 1_000;

/// Longest cell that is read, in bytes.
const LONGEST_CELL: usize = 20_000;

/// Lines among which the names of the columns are looked for.
const PREAMBLE: usize = 10;

/// A list read from an official file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// What the file holds. Codes that its publisher dropped come back with [`CodeList::with_past_of`].
    pub list: CodeList,
    /// The first thousand rows set aside.
    pub findings: Vec<Finding>,
    /// How many rows were set aside in all.
    pub set_aside: usize,
}

/// A row that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Line of the file, 1 for the first.
    pub line: u64,
    /// The column at fault.
    pub column: &'static str,
    /// What is wrong with it.
    pub problem: &'static str,
}

/// Why a file is not the one expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// A column is missing.
    #[error("no column `{0}` in the first ten lines: is this the official file, with its line of column names?")]
    Column(&'static str),
    /// It holds more than a list may.
    #[error("the file holds more than 100 000 codes: it is another file, or is to be cut")]
    TooLong,
    /// No row of it is one of the list.
    #[error("no row of the file could be read; the first: line {0}, column `{1}`: {2}")]
    Nothing(u64, &'static str, &'static str),
    /// Its codes do not make a list.
    #[error("code {0}, column `{1}`: {2}")]
    Code(String, &'static str, &'static str),
}

/// A column: what findings call it, and the names it bears in files (lower case, without accents).
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) known_as: &'static [&'static str],
    pub(crate) required: bool,
}

/// The cells of a row, by the name of their column; trimmed, the empty ones left out.
pub(crate) type Cells<'a> = BTreeMap<&'static str, &'a str>;

/// What a row is: a code, nothing, or a finding (column, problem).
pub(crate) type Row = Result<Option<Code>, (&'static str, &'static str)>;

/// Reads a table with those columns in any order, under a preamble or none, cut by semicolons, commas or tabs.
pub(crate) fn import(
    bytes: &[u8],
    head: Head,
    columns: &[Column],
    code: impl Fn(&Cells<'_>) -> Row,
) -> Result<Imported, ImportError> {
    let text = decode(bytes);
    let (skipped, separator, places) = header(&text, columns)?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(skipped.rest.as_bytes());
    let mut found: Vec<Code> = Vec::new();
    let mut places_of = HashMap::new();
    let mut findings = Vec::new();
    let mut set_aside = 0;
    let mut lines = Lines { text: skipped.rest, byte: 0, before: skipped.lines };
    for record in reader.records().flatten() {
        let line = lines.at(record.position().map_or(0, csv::Position::byte));
        let long = record.iter().any(|cell| cell.len() > LONGEST_CELL);
        let cells: Cells<'_> = places
            .iter()
            .filter_map(|(name, at)| Some((*name, record.get(*at)?.trim())))
            .filter(|(_, cell)| !cell.is_empty())
            .collect();
        let row = if long { Err(("code", "the row has a cell of more than 20 000 bytes")) } else { code(&cells) };
        match row.and_then(|code| code.map_or(Ok(()), |code| among(&mut found, &mut places_of, code))) {
            Ok(()) => {}
            Err((column, problem)) => {
                set_aside += 1;
                if findings.len() < MAX_FINDINGS {
                    findings.push(Finding { line, column, problem });
                }
            }
        }
        if found.len() > MAX_CODES {
            return Err(ImportError::TooLong);
        }
    }
    if let ([], Some(first)) = (found.as_slice(), findings.first()) {
        return Err(ImportError::Nothing(first.line, first.column, first.problem));
    }
    let names: Vec<String> = found.iter().map(|code| code.code.clone()).collect();
    let list = assemble(head, found).map_err(|Defect { at, column, problem }| {
        ImportError::Code(names.get(at).cloned().unwrap_or_default(), column, problem)
    })?;
    Ok(Imported { list, findings, set_aside })
}

/// Puts a code among the others. A part that bears the code of its whole gives way to it: the seat of a new commune
/// often keeps its own as a delegated one.
fn among(
    found: &mut Vec<Code>,
    places: &mut HashMap<String, usize>,
    code: Code,
) -> Result<(), (&'static str, &'static str)> {
    let Some(known) = places.get(&code.code).and_then(|at| found.get_mut(*at)) else {
        places.insert(code.code.clone(), found.len());
        found.push(code);
        return Ok(());
    };
    match (known.nested, code.nested) {
        (true, false) => *known = code,
        (false, true) => {}
        _ => return Err(("code", "stands twice")),
    }
    Ok(())
}

/// Numbers of lines: a record begins after the ends of lines that stand where the reader stopped.
struct Lines<'a> {
    text: &'a str,
    byte: usize,
    before: u64,
}

impl Lines<'_> {
    /// The line of the record that the reader found at that byte or just after it; asked in the order of the text.
    fn at(&mut self, byte: u64) -> u64 {
        let rest = self.text.as_bytes().get(self.byte..).unwrap_or_default();
        let ahead = usize::try_from(byte).unwrap_or(usize::MAX).saturating_sub(self.byte);
        let skipped = rest.iter().skip(ahead).take_while(|byte| [b'\r', b'\n'].contains(byte)).count();
        let passed = rest.get(..ahead + skipped).unwrap_or(rest);
        self.before += passed.iter().fold(0, |lines, byte| lines + u64::from(*byte == b'\n'));
        self.byte += passed.len();
        self.before + 1
    }
}

/// What follows the line of column names, and how many lines came before it.
struct Skipped<'a> {
    rest: &'a str,
    lines: u64,
}

type Header<'a> = (Skipped<'a>, u8, Vec<(&'static str, usize)>);

fn header<'a>(text: &'a str, columns: &[Column]) -> Result<Header<'a>, ImportError> {
    let mut rest = text;
    let mut missing = columns.first().map_or("code", |column| column.name);
    for before in 0..PREAMBLE {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let separator =
            *[b';', b',', b'\t'].iter().max_by_key(|sep| line.bytes().filter(|b| b == *sep).count()).unwrap_or(&b';');
        let names: Vec<String> = line.split(char::from(separator)).map(plain).collect();
        let place = |column: &Column| {
            let at = names.iter().position(|name| column.known_as.contains(&name.as_str()))?;
            Some((column.name, at))
        };
        let places: Vec<(&'static str, usize)> = columns.iter().filter_map(place).collect();
        let lacking = columns.iter().find(|c| c.required && !places.iter().any(|(name, _)| *name == c.name));
        match lacking {
            None => {
                let lines = u64::try_from(before).unwrap_or_default() + 1;
                return Ok((Skipped { rest: after, lines }, separator, places));
            }
            // The line with most of the columns tells best which one is missing.
            Some(column) if !places.is_empty() => missing = column.name,
            Some(_) => {}
        }
        rest = after;
    }
    Err(ImportError::Column(missing))
}

/// A column's name in lower case, without accents, quotes and blanks around it.
fn plain(name: &str) -> String {
    name.trim().trim_matches('"').trim().chars().flat_map(char::to_lowercase).map(unaccented).collect()
}

pub(crate) fn unaccented(c: char) -> char {
    match c {
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'à' | 'â' => 'a',
        'î' | 'ï' => 'i',
        'ô' => 'o',
        'û' | 'ù' => 'u',
        'ç' => 'c',
        'ÿ' => 'y',
        '’' => '\'',
        other => other,
    }
}

/// The text of a file: UTF-8 with or without a mark, else Windows-1252, which holds ISO-8859-1.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text.trim_start_matches('\u{feff}')),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| western(*byte)).collect()),
    }
}

/// The letters that Windows-1252 puts where ISO-8859-1 has control characters, from 0x80 on.
const WESTERN: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn western(byte: u8) -> char {
    let among = byte.checked_sub(0x80).and_then(|at| WESTERN.get(usize::from(at)));
    among.copied().unwrap_or(char::from(byte))
}
