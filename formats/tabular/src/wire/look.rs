//! A look at a file: how it is written, what its columns are called and what its first rows hold. For whoever writes a
//! mapping, on the same side of the wall as any other reading.

use super::bytes::Cursor as Frame;
use super::decode::{WireError, plain};
use super::fault;
use crate::declaration::{Declaration, Encoding, FileShape, Format, Unpivot};
use crate::finding::shorten;
use crate::read::{FileError, PACKED, Unpacked, archive_parts, read_plain};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::{self, Read};
use std::ops::ControlFlow;

/// How a request for a look begins; the declaration follows, when there is one.
pub(super) const LOOK: &[u8] = b"look\n";

/// Most rows, columns and members that a look repeats, and the longest frame.
const ROWS: usize = 400;
const COLUMNS: usize = 1024;
const MEMBERS: usize = 40;
const FRAME: usize = 8 << 20;

/// How many rows of a sheet may be its header.
const TITLES: u32 = 10;

/// How much of a text is looked at to tell how it is written, in bytes.
const HEAD: usize = 256 * 1024;

/// Signs that part fields, the likeliest first.
const SEPARATORS: [u8; 4] = *b";,\t|";

/// What a look at a file shows. Every text is a stranger's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// The layout, as declarations name it: `csv`, `json`, `json-lines`, `xlsx`, `ods`, `parquet`.
    pub format: String,
    /// The encoding of a text, as declarations name it.
    pub encoding: String,
    /// The sign between fields of a CSV file.
    pub separator: char,
    /// Lines above the header.
    pub preamble: u32,
    /// The row of a sheet that names the columns, from 1.
    pub header_row: u32,
    /// Whether the first line of a CSV file names its columns in the same manner as the rows are written.
    pub own_header: bool,
    /// Where the rows of a JSON document are.
    pub rows_at: String,
    /// The file to read in an archive; empty when it is none, or holds one file.
    pub member: String,
    /// The columns, in their order.
    pub columns: Vec<String>,
    /// The first rows, a text for each column.
    pub rows: Vec<Vec<String>>,
}

impl Look {
    /// The request for a look: under a declaration, or at a file that nobody has declared yet.
    pub fn request(declaration: Option<&str>) -> Vec<u8> {
        [LOOK, declaration.unwrap_or_default().as_bytes()].concat()
    }

    /// The longest frame of a look, in bytes.
    pub fn frame_bytes() -> u64 {
        (FRAME + 64 * 1024) as u64
    }

    /// Untrusted input. Reads the frame of a look.
    ///
    /// # Errors
    /// [`WireError`] when the file cannot be read as a whole, or the frame is not one of ours.
    pub fn read(frame: &[u8]) -> Result<Self, WireError> {
        let nonsense = WireError::Nonsense { what: "no look" };
        match frame.split_first() {
            Some((b'F', rest)) => Err(WireError::File(fault::take(&mut Frame::new(rest))?)),
            Some((b'L', rest)) if rest.len() <= FRAME => {
                let look: Self = serde_json::from_slice(rest).map_err(|_| nonsense)?;
                look.checked()
            }
            _ => Err(nonsense),
        }
    }

    /// Within its bounds, and without control characters.
    fn checked(mut self) -> Result<Self, WireError> {
        if self.columns.len() > COLUMNS || self.rows.len() > ROWS {
            return Err(WireError::Nonsense { what: "a look too long" });
        }
        let width = self.columns.len();
        for row in &mut self.rows {
            row.resize(width, String::new());
            row.iter_mut().for_each(|text| *text = shorten(text));
        }
        for name in [&mut self.format, &mut self.encoding, &mut self.rows_at, &mut self.member] {
            *name = plain(name);
        }
        self.columns.iter_mut().for_each(|name| *name = plain(name));
        Ok(self)
    }
}

/// Looks at a file and gives one frame.
pub(super) fn look(
    declared: &[u8],
    input: &mut dyn Read,
    give: &mut (dyn FnMut(&[u8]) -> io::Result<()> + '_),
) -> io::Result<()> {
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "the request is no declaration");
    let shape = if declared.is_empty() {
        None
    } else {
        let text = std::str::from_utf8(declared).map_err(|_| wrong())?;
        Some(Declaration::parse(text).map_err(|_| wrong())?.file)
    };
    let mut frame = Vec::new();
    match seen(shape, input) {
        Ok(look) => {
            frame.push(b'L');
            serde_json::to_writer(&mut frame, &look).map_err(io::Error::other)?;
            if frame.len() > FRAME {
                frame.clear();
                frame.push(b'L');
                // The rows are what is long: the columns alone are still worth telling.
                let look = Look { rows: Vec::new(), ..look };
                serde_json::to_writer(&mut frame, &look).map_err(io::Error::other)?;
            }
        }
        Err(FileError::Io(error)) if error.kind() == io::ErrorKind::OutOfMemory => return Err(error),
        Err(error) => {
            frame.push(b'F');
            fault::put(&mut frame, &error);
        }
    }
    give(&frame)
}

fn seen(shape: Option<FileShape>, input: &mut dyn Read) -> Result<Look, FileError> {
    match shape {
        Some(shape) => {
            let mut look = Look::default();
            collect(&mut look, &shape, input)?;
            Ok(look)
        }
        None => {
            let mut bytes = Vec::new();
            input.take(PACKED).read_to_end(&mut bytes).map_err(FileError::Io)?;
            let (look, mut shape) = told(&bytes)?;
            let rows = if shape.format.is_workbook() { TITLES } else { 1 };
            let mut first = None;
            // A title above the header of a sheet is one cell, and nothing fits below it.
            for row in 1..=rows {
                shape.header_row = row;
                let mut tried = Look { header_row: row, ..look.clone() };
                let outcome = collect(&mut tried, &shape, &mut bytes.as_slice());
                match outcome {
                    Ok(()) if tried.columns.len() > 1 && !tried.rows.is_empty() => return Ok(tried),
                    _ => first = first.or(Some(outcome.map(|()| tried))),
                }
            }
            first.unwrap_or(Err(FileError::Empty))
        }
    }
}

/// The columns and the first rows: every column is taken as one that becomes a row.
fn collect(look: &mut Look, shape: &FileShape, input: &mut dyn Read) -> Result<(), FileError> {
    let all = Unpivot {
        columns: Vec::new(),
        pattern: None,
        except: vec![String::new()],
        header: String::new(),
        value: String::new(),
        label: None,
    };
    let shape = FileShape { unpivot: Some(all), splits: Vec::new(), fill: Vec::new(), ..shape.clone() };
    let mut places: HashMap<String, usize> = HashMap::new();
    read_plain(&shape, &[], input, &mut |step| {
        let Ok(row) = step else { return ControlFlow::Continue(()) };
        let mut texts = vec![String::new(); look.columns.len()];
        for cell in 0..row.cell_count() {
            let mut values = row.values(cell);
            let (name, text) = (values.next().unwrap_or_default(), values.next().unwrap_or_default());
            let place = match places.get(name) {
                Some(place) => *place,
                None if look.columns.len() < COLUMNS => {
                    places.insert(name.to_owned(), look.columns.len());
                    look.columns.push(name.to_owned());
                    texts.push(String::new());
                    look.columns.len() - 1
                }
                None => continue,
            };
            if let Some(slot) = texts.get_mut(place) {
                *slot = shorten(text);
            }
        }
        look.rows.push(texts);
        if look.rows.len() < ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })
}

/// How a file is written, told from its first bytes.
fn told(bytes: &[u8]) -> Result<(Look, FileShape), FileError> {
    let mut look = Look { encoding: "utf-8".to_owned(), separator: ',', own_header: true, ..Look::default() };
    let mut shape = FileShape::of(Format::Csv);
    if bytes.is_empty() {
        return Err(FileError::Empty);
    }
    if bytes.starts_with(b"PK") {
        let parts = archive_parts(bytes)?;
        let holds = |name: &str| parts.iter().any(|part| part == name);
        if holds("xl/workbook.xml") || holds("content.xml") {
            shape.format = if holds("content.xml") { Format::Ods } else { Format::Xlsx };
            shape.format.name().clone_into(&mut look.format);
            return Ok((look, shape));
        }
        if parts.len() > 1 {
            let first = parts.iter().take(MEMBERS).min_by_key(|name| !has_a_table(name)).cloned().unwrap_or_default();
            look.member.clone_from(&first);
            shape.member = Some(first);
        }
    }
    let head = head(bytes, &shape)?;
    shape.format = layout(&head, &mut look);
    shape.format.name().clone_into(&mut look.format);
    shape.rows.clone_from(&look.rows_at);
    if shape.format != Format::Parquet {
        shape.encoding = encoding(&head);
        shape.encoding.name().clone_into(&mut look.encoding);
    }
    if shape.format == Format::Csv {
        let text = String::from_utf8_lossy(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head)).into_owned();
        delimited(&text, &mut look, &mut shape);
    }
    Ok((look, shape))
}

fn has_a_table(name: &str) -> bool {
    let low = name.to_ascii_lowercase();
    [".csv", ".tsv", ".txt", ".json", ".jsonl", ".parquet"].iter().any(|end| low.ends_with(end))
}

/// The first bytes, unpacked.
fn head(bytes: &[u8], shape: &FileShape) -> Result<Vec<u8>, FileError> {
    let mut input = Unpacked::open(bytes, shape)?;
    let mut head = vec![0; HEAD];
    let mut length = 0;
    while length < HEAD {
        match input.read(head.get_mut(length..).unwrap_or_default())? {
            0 => break,
            n => length += n,
        }
    }
    head.truncate(length);
    Ok(head)
}

fn layout(head: &[u8], look: &mut Look) -> Format {
    if head.starts_with(b"PAR1") {
        return Format::Parquet;
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match text.first() {
        Some(b'[') => Format::Json,
        Some(b'{') => {
            let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let lines = text.iter().filter(|byte| **byte == b'\n').count();
            if lines > 0 && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok() {
                return Format::JsonLines;
            }
            look.rows_at = array_at(text).unwrap_or_default();
            if look.rows_at.is_empty() { Format::JsonLines } else { Format::Json }
        }
        _ => Format::Csv,
    }
}

/// The key of the first array of objects in the outermost object, told by its signs alone.
fn array_at(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    let mut rest = text.as_ref();
    while let Some(at) = rest.find('[') {
        let (before, after) = rest.split_at_checked(at)?;
        let key = before.trim_end().strip_suffix(':').map(str::trim_end).and_then(|head| head.strip_suffix('"'));
        if let Some(key) = key.and_then(|head| head.rsplit('"').next())
            && after.get(1..).is_some_and(|inside| inside.trim_start().starts_with('{'))
        {
            return Some(key.to_owned());
        }
        rest = after.get(1..)?;
    }
    None
}

fn encoding(head: &[u8]) -> Encoding {
    let whole = match std::str::from_utf8(head) {
        Ok(_) => true,
        // The last character may be cut.
        Err(error) => error.error_len().is_none(),
    };
    if whole {
        Encoding::Utf8
    } else if head.iter().any(|byte| (0x80..=0x9f).contains(byte)) {
        Encoding::Windows1252
    } else {
        Encoding::Latin1
    }
}

/// How the fields of a text are parted: by the sign that gives most lines the same number of them.
fn delimited(text: &str, look: &mut Look, shape: &mut FileShape) {
    let records = records(text);
    let lines: Vec<&str> = records.iter().map(|(_, record)| record.as_str()).collect();
    let mut best = (0, 0, b',');
    for separator in SEPARATORS {
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for line in lines.iter().skip(1) {
            *counts.entry(fields(line, separator)).or_default() += 1;
        }
        let likely =
            counts.into_iter().filter(|(fields, _)| *fields > 1).max_by_key(|(fields, lines)| (*lines, *fields));
        if let Some((fields, lines)) = likely
            && (lines, fields) > (best.0, best.1)
        {
            best = (lines, fields, separator);
        }
    }
    let (_, width, separator) = best;
    shape.separator = separator;
    look.separator = char::from(separator);
    let header = lines.iter().position(|line| fields(line, separator) == width);
    let first = lines.first().copied().unwrap_or_default();
    // A header parted by another sign than the rows.
    let other = SEPARATORS.into_iter().find(|sign| *sign != separator && fields(first, *sign) == width);
    match (header, other) {
        (Some(0) | None, _) => {}
        (Some(1), Some(sign)) if width > 1 => {
            look.own_header = false;
            look.preamble = 1;
            shape.columns =
                first.split(char::from(sign)).map(|name| name.trim().trim_matches('"').to_owned()).collect();
        }
        (Some(place), _) => {
            let above = records.get(place).map(|(above, _)| *above).unwrap_or_default();
            look.preamble = u32::try_from(above).unwrap_or_default().min(1000);
        }
    }
    shape.preamble = look.preamble;
}

/// The first records that are not blank, with how many lines stand above: a quote left open goes on to the next line, as far as
/// a field may.
fn records(text: &str) -> Vec<(usize, String)> {
    const LINES: usize = 60;
    let mut records: Vec<(usize, String)> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (above, line) in text.lines().enumerate().take(2000) {
        let odd = line.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
        match open.take() {
            Some((first, mut record)) => {
                record.push('\n');
                record.push_str(line);
                if odd || above - first > LINES {
                    records.push((first, record));
                } else {
                    open = Some((first, record));
                }
            }
            None if odd => open = Some((above, line.to_owned())),
            None if line.trim().is_empty() => {}
            None => records.push((above, line.to_owned())),
        }
        if records.len() >= 200 {
            break;
        }
    }
    records
}

/// How many fields a line has, quotes respected.
fn fields(line: &str, separator: u8) -> usize {
    let mut quoted = false;
    let mut count = 1;
    for byte in line.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            _ if byte == separator && !quoted => count += 1,
            _ => {}
        }
    }
    count
}
