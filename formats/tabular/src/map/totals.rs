//! Rows of totals: they do not land, and the sums of what lands are checked against them.

use crate::finding::shorten;
use crate::read::Row;
use serde::Serialize;

/// A row that the declaration says holds totals, as the file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TotalsRow {
    /// Line of the file on which the row begins, from 1.
    pub line: u64,
    /// The column of a wide table; nothing in a long one.
    pub column: Option<String>,
    /// The columns that the mapping reads and their texts, the beginning of each.
    pub values: Vec<(String, String)>,
}

impl TotalsRow {
    pub(crate) fn of(row: &Row, columns: &[String], header: Option<usize>) -> Self {
        let values = columns.iter().enumerate().map(|(index, column)| {
            let text = row.values(index).next().unwrap_or_default();
            (column.clone(), shorten(text))
        });
        Self {
            line: row.line(),
            column: header.and_then(|header| row.values(header).next()).map(shorten),
            values: values.collect(),
        }
    }
}
