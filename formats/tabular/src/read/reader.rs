//! One reader for every layout but workbooks.

use super::delimited::{Dialect, Next, RawRecord, Spoilt};
use super::encoding::{Misencoded, decode};
use super::header::{Header, joined, takes};
use super::json_array::{Element, Elements};
use super::json_node::Node;
use super::json_row::{Path, collect};
use super::row::Row;
use super::unpack::Unpacked;
use super::window::Window;
use super::{FileError, encoding};
use crate::declaration::{FileShape, Format};
use crate::finding::{Finding, Rule};
use std::io::Read;

/// What comes next in a file.
#[derive(Debug)]
pub enum Step {
    /// A row; it is in the `row` that was passed.
    Row,
    /// A row that could not be cut or decoded.
    Bad(Finding),
    /// The end of the file.
    End,
}

/// Cuts a file into rows, in memory bounded by the declaration.
pub(crate) struct RowReader<R: Read> {
    window: Window<R>,
    shape: FileShape,
    layout: Layout,
    /// Declared columns, in the order of the mapping.
    columns: Vec<String>,
}

enum Layout {
    Fields { dialect: Dialect, record: RawRecord, header: Header },
    Array { elements: Box<Elements>, paths: Vec<Path> },
    Lines { paths: Vec<Path> },
}

impl<R: Read> RowReader<R> {
    /// Opens a file: unpacks it when it is gzip, steps over a byte-order mark, reads the header. `columns` are those that
    /// the mapping reads ([`crate::Plan::columns`]).
    ///
    /// # Errors
    /// [`FileError`] when the file is empty, in UTF-16, or lacks a declared column.
    pub(crate) fn open(shape: &FileShape, columns: &[String], input: R) -> Result<Self, FileError> {
        let mut window = Window::new(Unpacked::open(input, shape)?);
        let head = window.head(4)?;
        if head.is_empty() {
            return Err(FileError::Empty);
        }
        if head.starts_with(&[0xff, 0xfe])
            || head.starts_with(&[0xfe, 0xff])
            || matches!(head, [0, _, 0, _] | [_, 0, _, 0])
        {
            return Err(FileError::Utf16);
        }
        if head.starts_with(b"\xef\xbb\xbf") {
            window.consume(3);
        }
        let paths = || columns.iter().map(|column| Path::new(column)).collect();
        let layout = match shape.format {
            Format::Csv => fields(shape, columns, &mut window)?,
            Format::Json => Layout::Array { elements: Box::new(Elements::new(shape)), paths: paths() },
            Format::JsonLines => Layout::Lines { paths: paths() },
            Format::Xlsx | Format::Ods | Format::Parquet => {
                return Err(FileError::Workbook { reason: "it is no text, and is not read as one".to_owned() });
            }
        };
        Ok(Self { window, shape: shape.clone(), layout, columns: columns.to_vec() })
    }

    /// Reads the next row into `row`.
    ///
    /// # Errors
    /// [`FileError`] when nothing after this point can be read.
    pub(crate) fn next(&mut self, row: &mut Row) -> Result<Step, FileError> {
        match &mut self.layout {
            Layout::Fields { dialect, record, header } => loop {
                match dialect.next(&mut self.window, record)? {
                    Next::End => return Ok(Step::End),
                    Next::Spoilt { line, fault } => {
                        return Ok(Step::Bad(spoilt(line, &fault, &header.names, &self.shape)));
                    }
                    // Separators and nothing between them: a blank line as spreadsheets write it.
                    Next::Record if record.ends.len() > 1 && record.bytes.iter().all(u8::is_ascii_whitespace) => {}
                    Next::Record if stops(record, &self.shape) => return Ok(Step::End),
                    Next::Record => {
                        return Ok(fill(record, row, header, &self.shape).map_or_else(Step::Bad, |()| Step::Row));
                    }
                }
            },
            Layout::Array { elements, paths } => match elements.next(&mut self.window)? {
                Element::End => Ok(Step::End),
                Element::TooLong(line) => Ok(Step::Bad(too_long(line, &self.shape))),
                Element::Whole(length) => {
                    let line = self.window.line();
                    let bytes = self.window.bytes().get(..length).unwrap_or_default();
                    let outcome = object(bytes, line, row, paths, &self.columns, &self.shape);
                    self.window.consume(length);
                    Ok(outcome.map_or_else(Step::Bad, |()| Step::Row))
                }
            },
            Layout::Lines { paths } => {
                let Some((line, length)) = next_line(&mut self.window, self.shape.max_row_bytes)? else {
                    return Ok(Step::End);
                };
                let Some(length) = length else { return Ok(Step::Bad(too_long(line, &self.shape))) };
                let bytes = self.window.bytes().get(..length).unwrap_or_default();
                let outcome = object(bytes, line, row, paths, &self.columns, &self.shape);
                self.window.consume_line(length);
                Ok(outcome.map_or_else(Step::Bad, |()| Step::Row))
            }
        }
    }
}

fn fields<R: Read>(shape: &FileShape, columns: &[String], window: &mut Window<R>) -> Result<Layout, FileError> {
    let dialect = Dialect::of(shape);
    let mut record = RawRecord::default();
    for _ in 0..shape.preamble {
        window.skip_line()?;
    }
    let line = window.line();
    let mut names = shape.columns.clone();
    if names.is_empty() {
        let head = window.head(HEAD)?;
        if memchr::memchr(b'\n', head).is_none() && head.iter().filter(|byte| **byte == b'\r').count() > 1 {
            let reason = "its lines end in a carriage return alone; save the file with line feeds".to_owned();
            return Err(FileError::Header { line, reason });
        }
        names = header_line(&dialect, shape, window, &mut record)?;
        if shape.header_rows == 2 {
            names = joined(&names, &header_line(&dialect, shape, window, &mut record)?);
        }
    }
    let header = Header::new(line, names, shape, columns)?;
    Ok(Layout::Fields { dialect, record, header })
}

/// How far the end of the first line is looked for, in bytes.
const HEAD: usize = 64 * 1024;

fn header_line<R: Read>(
    dialect: &Dialect,
    shape: &FileShape,
    window: &mut Window<R>,
    record: &mut RawRecord,
) -> Result<Vec<String>, FileError> {
    match dialect.next(window, record)? {
        Next::End => return Err(FileError::Empty),
        Next::Spoilt { line, .. } => {
            let reason = "a quote does not close, or the line is too long".to_owned();
            return Err(FileError::Header { line, reason });
        }
        Next::Record => {}
    }
    let line = record.line;
    (0..record.ends.len())
        .map(|index| {
            decode(shape.encoding, record.field(index))
                .map(|name| name.trim().to_owned())
                .map_err(|wrong| FileError::Header { line, reason: wrong.message })
        })
        .collect()
}

/// Whether the table ends before this record.
fn stops(record: &RawRecord, shape: &FileShape) -> bool {
    let Some(stop) = &shape.stop else { return false };
    let first = (0..record.ends.len()).map(|index| record.field(index).trim_ascii()).find(|field| !field.is_empty());
    first.is_some_and(|field| decode(shape.encoding, field).is_ok_and(|text| stop.is_match(&text)))
}

fn fill(record: &RawRecord, row: &mut Row, header: &Header, shape: &FileShape) -> Result<(), Finding> {
    let (picks, wide, header) = (&header.picks, &header.wide, header.names.as_slice());
    let line = record.line;
    // A column that becomes rows holds its name and its value.
    if wide.is_empty() {
        row.clear_plain(line)
    } else {
        row.clear(line)
    }
    if let Some(at) = memchr::memchr(0, &record.bytes) {
        let field = record.ends.partition_point(|end| *end <= at);
        return Err(Finding::new(line, name(header, field), Rule::ControlCharacter, NUL, ""));
    }
    let (expected, found) = (header.len(), record.ends.len());
    if expected != found {
        // The column from which on values are missing, when there are too few.
        let message = format!("expected {expected} fields as in the header, found {found}");
        return Err(Finding::new(line, name(header, found), Rule::FieldCount, message, ""));
    }
    if record.bytes.len() > shape.max_field_bytes {
        for field in 0..found {
            if record.field(field).len() > shape.max_field_bytes {
                let message = format!("the field is longer than {} bytes", shape.max_field_bytes);
                return Err(Finding::new(line, name(header, field), Rule::FieldTooLong, message, ""));
            }
        }
    }
    // One check for the whole row, and the offsets still hold when it is UTF-8.
    match std::str::from_utf8(&record.bytes) {
        Ok(text) if text.is_ascii() || !one_byte(shape) => {
            for &pick in picks {
                let end = record.ends.get(pick).copied().unwrap_or_default();
                let start = if pick == 0 { 0 } else { record.ends.get(pick - 1).copied().unwrap_or(end) };
                match text.get(start..end) {
                    Some(value) => row.push(value),
                    // A character cut by a separator: each field alone is not UTF-8.
                    None => {
                        return Err(misencoded(line, header, pick, decode(shape.encoding, record.field(pick)).err()));
                    }
                }
                row.end_cell();
            }
            for &place in wide {
                row.push(name(header, place).unwrap_or_default());
                match std::str::from_utf8(record.field(place)) {
                    Ok(value) => row.push(value),
                    Err(_) => return Err(misencoded(line, header, place, None)),
                }
                row.end_cell();
            }
        }
        _ => {
            for field in 0..found {
                decode(shape.encoding, record.field(field))
                    .map_err(|wrong| misencoded(line, header, field, Some(wrong)))?;
            }
            for &pick in picks {
                let value = decode(shape.encoding, record.field(pick))
                    .map_err(|wrong| misencoded(line, header, pick, Some(wrong)))?;
                row.push(&value);
                row.end_cell();
            }
            for &place in wide {
                let value = decode(shape.encoding, record.field(place))
                    .map_err(|wrong| misencoded(line, header, place, Some(wrong)))?;
                row.push(name(header, place).unwrap_or_default());
                row.push(&value);
                row.end_cell();
            }
        }
    }
    Ok(())
}

const NUL: &str = "the row holds a NUL byte; the file was cut or written by a faulty program";

fn one_byte(shape: &FileShape) -> bool {
    use crate::declaration::Encoding;
    matches!(shape.encoding, Encoding::Windows1252 | Encoding::Latin1)
}

fn misencoded(line: u64, header: &[String], field: usize, wrong: Option<encoding::Misencoded>) -> Finding {
    let Misencoded { offset, message } =
        wrong.unwrap_or(Misencoded { offset: 0, message: "a character is cut by a separator".to_owned() });
    let message = format!("{message} (byte {} of the field)", offset + 1);
    Finding::new(line, name(header, field), Rule::Encoding, message, "")
}

fn name(header: &[String], field: usize) -> Option<&str> {
    header.get(field).map(String::as_str)
}

fn spoilt(line: u64, fault: &Spoilt, header: &[String], shape: &FileShape) -> Finding {
    match fault {
        Spoilt::Quote => {
            let message = "a quote is not closed before a separator or the end of the line; \
                           write a quote inside a field twice";
            Finding::new(line, None, Rule::Quoting, message, "")
        }
        Spoilt::TooLong { field } => {
            let message = format!("the row is longer than {} bytes, most of them here", shape.max_row_bytes);
            Finding::new(line, name(header, *field), Rule::FieldTooLong, message, "")
        }
    }
}

fn too_long(line: u64, shape: &FileShape) -> Finding {
    let message = format!("the row is longer than {} bytes", shape.max_row_bytes);
    Finding::new(line, None, Rule::RowTooLong, message, "")
}

/// The next line that is not blank: where it begins and its length, or nothing for the length of a line past its bound,
/// which is then stepped over.
fn next_line<R: Read>(window: &mut Window<R>, bound: usize) -> Result<Option<(u64, Option<usize>)>, FileError> {
    let mut searched = 0;
    loop {
        let line = window.line();
        let bytes = window.bytes();
        let found = bytes.get(searched..).and_then(|rest| memchr::memchr(b'\n', rest)).map(|at| searched + at + 1);
        let (length, content) = match found {
            Some(length) => (length, length - 1),
            None if window.is_last() => (bytes.len(), bytes.len()),
            None if bytes.len() > bound => {
                window.skip_line()?;
                return Ok(Some((line, None)));
            }
            None => {
                searched = bytes.len();
                window.fill()?;
                continue;
            }
        };
        if length == 0 {
            return Ok(None);
        }
        if content > bound {
            window.consume_line(length);
            return Ok(Some((line, None)));
        }
        if bytes.iter().take(length).all(u8::is_ascii_whitespace) {
            window.consume_line(length);
            searched = 0;
        } else {
            return Ok(Some((line, Some(length))));
        }
    }
}

fn object(
    bytes: &[u8],
    line: u64,
    row: &mut Row,
    paths: &[Path],
    columns: &[String],
    shape: &FileShape,
) -> Result<(), Finding> {
    row.clear(line);
    if memchr::memchr(0, bytes).is_some() {
        return Err(Finding::new(line, None, Rule::ControlCharacter, NUL, ""));
    }
    let text = decode(shape.encoding, bytes).map_err(|wrong| {
        let message = format!("{} (byte {} of the row)", wrong.message, wrong.offset + 1);
        Finding::new(line, None, Rule::Encoding, message, "")
    })?;
    let node = Node::parse(text.trim()).map_err(|error| {
        let at = line + error.line().saturating_sub(1) as u64;
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();
        Finding::new(line, None, Rule::Json, format!("{reason} (line {at}, column {})", error.column()), "")
    })?;
    if !matches!(node, Node::Object(_)) {
        return Err(Finding::new(line, None, Rule::Json, "the row is no object with named values", ""));
    }
    for (path, column) in paths.iter().zip(columns) {
        collect(&node, path.keys(), row).map_err(|_| {
            Finding::new(
                line,
                Some(column),
                Rule::NotSingle,
                "an object or another path stands where a value should",
                "",
            )
        })?;
        row.end_cell();
        let long = row.values(row_cell(row)).any(|value| value.len() > shape.max_field_bytes);
        if long {
            let message = format!("the value is longer than {} bytes", shape.max_field_bytes);
            return Err(Finding::new(line, Some(column), Rule::FieldTooLong, message, ""));
        }
    }
    let (Some(unpivot), Node::Object(entries)) = (&shape.unpivot, &node) else { return Ok(()) };
    for (key, value) in entries.iter().filter(|(key, _)| takes(unpivot, columns, key)) {
        row.push(key);
        let single = !matches!(value, Node::Object(_) | Node::List(_)) && collect(value, &[], row).is_ok();
        row.end_cell();
        let long = row.values(row_cell(row)).any(|text| text.len() > shape.max_field_bytes);
        if !single || long {
            let (rule, message) = if long {
                (Rule::FieldTooLong, "the value is longer than its bound")
            } else {
                (Rule::NotSingle, "an object or a list stands where a value should")
            };
            return Err(Finding::new(line, Some(key), rule, message, ""));
        }
    }
    Ok(())
}

fn row_cell(row: &Row) -> usize {
    row.cell_count().saturating_sub(1)
}
