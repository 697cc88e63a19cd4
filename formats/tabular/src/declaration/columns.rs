//! Columns that are made from those of the file: wide tables made long, and fields cut into pieces.

use super::Pattern;
use serde::Deserialize;

/// A wide table, made long: each chosen column of a row becomes a row of its own. Exactly one of `columns`, `pattern` and
/// `except` chooses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unpivot {
    /// These columns; the file must have each.
    #[serde(default)]
    pub columns: Vec<String>,
    /// The columns whose name fits; its named pieces become columns.
    pub pattern: Option<Pattern>,
    /// Every column but these, and but those that the mapping reads.
    #[serde(default)]
    pub except: Vec<String>,
    /// The name under which the mapping reads the chosen column's name.
    pub header: String,
    /// The name under which the mapping reads its value.
    pub value: String,
    /// The name under which the mapping reads what the first row after the header holds in that column: a second name. That
    /// row is then no data.
    pub label: Option<String>,
}

/// A field cut into pieces, which the mapping reads as columns. Exactly one of `by` (with `into`) and `pattern` cuts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// The column that is cut.
    pub column: String,
    /// The sign between two pieces.
    pub by: Option<String>,
    /// The names of the pieces, in their order; the last one holds the rest.
    #[serde(default)]
    pub into: Vec<String>,
    /// A pattern whose named pieces become columns; without value where it does not fit.
    pub pattern: Option<Pattern>,
}

impl Unpivot {
    /// The names of the columns that it makes.
    pub fn made(&self) -> impl Iterator<Item = &str> {
        let pieces = self.pattern.iter().flat_map(Pattern::pieces);
        [self.header.as_str(), self.value.as_str()].into_iter().chain(self.label.as_deref()).chain(pieces)
    }
}

impl Split {
    /// The names of the columns that it makes.
    pub fn made(&self) -> impl Iterator<Item = &str> {
        self.into.iter().map(String::as_str).chain(self.pattern.iter().flat_map(Pattern::pieces))
    }
}
