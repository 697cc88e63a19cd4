//! What may stand in a cell.

use jiff::civil::Date;
use std::fmt;

/// What stands in a column (Table Schema, "Types and formats").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `string`.
    Text,
    /// `integer`.
    Whole,
    /// `number`.
    Real,
    /// `date`, day by day.
    Date,
    /// `boolean`.
    Flag,
}

impl Kind {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Whole => "integer",
            Self::Real => "number",
            Self::Date => "date",
            Self::Flag => "boolean",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        [Self::Text, Self::Whole, Self::Real, Self::Date, Self::Flag].into_iter().find(|kind| kind.code() == code)
    }

    /// A cell as this kind writes it. The empty text is an empty cell.
    pub(crate) fn read(self, text: &str) -> Option<Cell> {
        if text.is_empty() {
            return Some(Cell::Empty);
        }
        let cell = match self {
            Self::Text => Cell::Text(text.to_owned()),
            Self::Whole => Cell::Whole(text.parse().ok()?),
            Self::Real => Cell::Real(text.parse().ok().filter(|number: &f64| number.is_finite())?),
            Self::Date => Cell::Date(text.parse().ok()?),
            Self::Flag => Cell::Flag(text.parse().ok()?),
        };
        // One form only: `+1`, `01` and `1e0` are not written here.
        (cell.to_string() == text && cell.check().is_ok()).then_some(cell)
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing: not known, not applicable or protected.
    Empty,
    /// A text that is not empty and that no spreadsheet runs.
    Text(String),
    /// A count.
    Whole(i64),
    /// A finite number.
    Real(f64),
    /// A day.
    Date(Date),
    /// Yes or no.
    Flag(bool),
}

impl Cell {
    pub(crate) fn kind(&self) -> Option<Kind> {
        Some(match self {
            Self::Empty => return None,
            Self::Text(_) => Kind::Text,
            Self::Whole(_) => Kind::Whole,
            Self::Real(_) => Kind::Real,
            Self::Date(_) => Kind::Date,
            Self::Flag(_) => Kind::Flag,
        })
    }

    pub(crate) fn check(&self) -> Result<(), &'static str> {
        match self {
            Self::Text(text) if text.is_empty() => Err("a text is empty: leave the cell empty"),
            Self::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) => {
                Err("the text begins like a formula, which a spreadsheet would run: word it otherwise")
            }
            Self::Real(number) if !number.is_finite() => Err("the number is not finite: leave the cell empty"),
            Self::Date(date) if !(0..=9999).contains(&date.year()) => Err("the year is not of four digits"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Whole(number) => write!(f, "{number}"),
            // Digits enough to be read back alike.
            Self::Real(number) => write!(f, "{number:?}"),
            Self::Date(date) => write!(f, "{date}"),
            Self::Flag(flag) => write!(f, "{flag}"),
        }
    }
}
