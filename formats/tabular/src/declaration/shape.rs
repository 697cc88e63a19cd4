//! How a file is written.

use super::{Pattern, Split, Unpivot};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use std::collections::BTreeSet;

/// How a file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Rows of fields between separators (RFC 4180 quoting).
    Csv,
    /// One JSON document with the rows in an array.
    Json,
    /// One JSON object a line.
    JsonLines,
    /// A sheet of a workbook (Office Open XML, `.xlsx`).
    Xlsx,
    /// A sheet of a workbook (OpenDocument, `.ods`).
    Ods,
    /// Columns by row groups (Apache Parquet).
    Parquet,
}

impl Format {
    /// Its name in declarations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::JsonLines => "json-lines",
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
            Self::Parquet => "parquet",
        }
    }

    /// Whether the file is a workbook.
    pub fn is_workbook(self) -> bool {
        matches!(self, Self::Xlsx | Self::Ods)
    }

    /// Whether a row is an object whose values are reached by paths.
    pub fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::JsonLines)
    }
}

/// Which sheet of a workbook. In TOML a number or a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Sheet {
    /// Its place, from 1.
    Number(u32),
    /// Its name.
    Name(String),
}

/// How a file's text is encoded. A UTF-8 byte-order mark is always accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252, as office software of western Europe writes.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// ISO 8859-1.
    #[serde(rename = "iso-8859-1")]
    Latin1,
    /// Row by row: UTF-8 when the row is valid UTF-8, Windows-1252 otherwise.
    #[serde(rename = "auto")]
    Auto,
}

impl Encoding {
    /// Its name in declarations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Windows1252 => "windows-1252",
            Self::Latin1 => "iso-8859-1",
            Self::Auto => "auto",
        }
    }
}

/// How the file is written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileShape {
    /// Its layout.
    pub format: Format,
    /// Its encoding.
    #[serde(default)]
    pub encoding: Encoding,
    /// What separates fields (CSV): one ASCII character.
    #[serde(default = "comma", deserialize_with = "ascii")]
    pub separator: u8,
    /// What surrounds a field that holds separators (CSV): one ASCII character.
    #[serde(default = "double_quote", deserialize_with = "ascii")]
    pub quote: u8,
    /// Lines above the header that are not read (CSV).
    #[serde(default)]
    pub preamble: u32,
    /// Lines of the header: in a header of two, each name is that of its column under that of its group, which goes on to
    /// the right where it is not written again.
    #[serde(default = "first_row")]
    pub header_rows: u32,
    /// The table ends before the row whose first value fits: notes, source.
    pub stop: Option<Pattern>,
    /// Columns in which a value stands for the rows below it too, until the next: merged cells, groups.
    #[serde(default)]
    pub fill: Vec<String>,
    /// A wide table made long.
    pub unpivot: Option<Unpivot>,
    /// Fields cut into pieces.
    #[serde(default, rename = "split")]
    pub splits: Vec<Split>,
    /// The file to read in a zip archive; its only one when nothing is said.
    pub member: Option<String>,
    /// Names of the columns of a CSV file that has no header.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Where the array of rows is in a JSON document: keys separated by dots; the document itself when empty.
    #[serde(default)]
    pub rows: String,
    /// The sheet of a workbook; its first when nothing is said.
    pub sheet: Option<Sheet>,
    /// The row of a sheet that names its columns, from 1; what stands above it is not read.
    #[serde(default = "first_row")]
    pub header_row: u32,
    /// Decimal sign of the numbers.
    #[serde(default = "point", deserialize_with = "character")]
    pub decimal: char,
    /// Sign that groups thousands, when there is one; a space stands for the non-breaking ones too.
    #[serde(default, deserialize_with = "maybe_character")]
    pub thousands: Option<char>,
    /// Texts that mean "no value".
    #[serde(default = "nothing")]
    pub empty: BTreeSet<String>,
    /// Signs that may follow a number and say nothing of it: `(p)`, `%`.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Longest field, in bytes.
    #[serde(default = "field_bytes")]
    pub max_field_bytes: usize,
    /// Longest row, in bytes.
    #[serde(default = "row_bytes")]
    pub max_row_bytes: usize,
    /// Most bytes that a compressed file may unpack to.
    #[serde(default = "unpacked_bytes")]
    pub max_unpacked_bytes: u64,
}

impl FileShape {
    /// A file of that layout, of which nothing else is said.
    pub(crate) fn of(format: Format) -> Self {
        Self {
            format,
            encoding: Encoding::default(),
            separator: comma(),
            quote: double_quote(),
            preamble: 0,
            header_rows: first_row(),
            stop: None,
            fill: Vec::new(),
            unpivot: None,
            splits: Vec::new(),
            member: None,
            columns: Vec::new(),
            rows: String::new(),
            sheet: None,
            header_row: first_row(),
            decimal: point(),
            thousands: None,
            empty: nothing(),
            notes: Vec::new(),
            max_field_bytes: field_bytes(),
            max_row_bytes: row_bytes(),
            max_unpacked_bytes: unpacked_bytes(),
        }
    }

    /// The names of the columns that are not the file's, but made from them.
    pub fn made(&self) -> impl Iterator<Item = &str> {
        self.unpivot.iter().flat_map(Unpivot::made).chain(self.splits.iter().flat_map(Split::made))
    }
}

fn character<'de, D: Deserializer<'de>>(deserializer: D) -> Result<char, D::Error> {
    char::deserialize(deserializer)
}

fn maybe_character<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<char>, D::Error> {
    char::deserialize(deserializer).map(Some)
}

fn ascii<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let sign = char::deserialize(deserializer)?;
    u8::try_from(sign)
        .ok()
        .filter(|byte| byte.is_ascii() && !matches!(byte, b'\0' | b'\r' | b'\n'))
        .ok_or_else(|| D::Error::custom("expected one ASCII character that does not end a line"))
}

fn comma() -> u8 {
    b','
}

fn double_quote() -> u8 {
    b'"'
}

fn point() -> char {
    '.'
}

fn first_row() -> u32 {
    1
}

fn nothing() -> BTreeSet<String> {
    BTreeSet::from([String::new()])
}

fn field_bytes() -> usize {
    64 * 1024
}

fn row_bytes() -> usize {
    1024 * 1024
}

fn unpacked_bytes() -> u64 {
    16 * 1024 * 1024 * 1024
}
