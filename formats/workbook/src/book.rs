//! A workbook as data.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

/// Longest name of a sheet, in UTF-16 units.
const NAME: usize = 31;
/// Longest text of a cell, in UTF-16 units.
const TEXT: usize = 32_767;
/// Most rows of a sheet, its headings included.
pub(crate) const ROWS: usize = 1_048_576;
/// Most columns of a sheet.
pub(crate) const COLUMNS: usize = 1_024;

/// A workbook.
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    /// Its title, among its properties.
    pub title: String,
    /// What is said of it there: how far it may go, whether it is made up.
    pub about: String,
    /// The instant that its properties bear.
    pub made: Timestamp,
    /// Its sheets; the first is shown when it is opened.
    pub sheets: Vec<Sheet>,
}

/// A sheet: lines of text, one or two rows of headings, the rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    /// Its name, as [`sheet_name`] gives it.
    pub name: String,
    /// Lines above the table; the foot of each printed page repeats the first.
    pub notice: Vec<String>,
    /// Its columns, from A.
    pub columns: Vec<Column>,
    /// Its rows: a cell for each column; those that are missing are empty.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Column {
    /// Its heading.
    pub label: String,
    /// Its name for programs, below the heading. The sheet has such a row when any column has one.
    pub name: String,
    /// How many characters wide.
    pub width: u8,
    /// Shown in grey: what is written in it is not taken back.
    pub aside: bool,
    /// Cells that hold nothing yet are texts: a program does not make a number of `01`.
    pub text: bool,
    /// What may be chosen in it; other texts are warned of, not refused.
    pub choices: Option<Choices>,
}

/// A range of texts to choose from, in one column of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// The sheet, by its name.
    pub sheet: String,
    /// The column, from 0.
    pub column: u16,
    /// First and last row, from 1.
    pub rows: (u32, u32),
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text, whatever it looks like.
    Text(String),
    /// A number, finite, shown with so many decimals; as it is when nothing is said.
    Number(f64, Option<u8>),
    /// A day of the years 1901 to 9999.
    Day(Date),
    /// A day and a time on the wall, to the second, of the same years.
    Moment(DateTime),
}

/// Why a workbook cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// A text is longer than a cell takes.
    #[error(
        "row {row} of `{sheet}`, column {column}: the text is longer than the {TEXT} characters of a cell; take a form without cells, JSON or CSV"
    )]
    Text {
        /// The sheet.
        sheet: String,
        /// The row, from 1.
        row: usize,
        /// The column, from 1.
        column: usize,
    },
    /// More rows or columns than a sheet has.
    #[error("`{sheet}` has more rows or columns than a sheet of a workbook; take a form without cells, JSON or CSV")]
    Large {
        /// The sheet.
        sheet: String,
    },
    /// A number that is none, or a day that a workbook does not count.
    #[error("row {row} of `{sheet}`, column {column}: a workbook does not hold this number or day; write it as a text")]
    Value {
        /// The sheet.
        sheet: String,
        /// The row, from 1.
        row: usize,
        /// The column, from 1.
        column: usize,
    },
    /// The library's.
    #[error("the workbook cannot be written: {0}")]
    Library(String),
}

impl Sheet {
    /// Whether columns have names for programs.
    pub(crate) fn is_named(&self) -> bool {
        self.columns.iter().any(|column| !column.name.is_empty())
    }

    /// How many rows stand above the first row of the table.
    pub fn head(&self) -> usize {
        self.notice.len() + 1 + usize::from(self.is_named())
    }
}

impl Cell {
    /// Whether a cell takes this text.
    pub fn takes(text: &str) -> bool {
        text.len() <= TEXT || text.encode_utf16().count() <= TEXT
    }
}

/// The text as the name of a sheet: without the signs that such a name may not have, and cut to its length.
pub fn sheet_name(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars().map(|c| if matches!(c, '*' | '?' | ':' | '[' | ']' | '\\' | '/') { '-' } else { c }) {
        if name.encode_utf16().count() + c.len_utf16() > NAME {
            break;
        }
        if !c.is_control() {
            name.push(c);
        }
    }
    let name = name.trim().trim_matches('\'').trim();
    if name.is_empty() { "1".to_owned() } else { name.to_owned() }
}
