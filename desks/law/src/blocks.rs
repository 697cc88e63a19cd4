//! Blocks that the sheets of this desk are made of.

use beffroi_document::{Block, Column, make};

pub(crate) use beffroi_document::make::{heading, paragraph, terms, warning};

/// A table of words.
pub(crate) fn table(id: &str, caption: String, columns: Vec<String>, rows: Vec<Vec<String>>) -> Block {
    let columns = columns.into_iter().map(|label| Column { label, numeric: false }).collect();
    make::table(id, caption, columns, rows)
}
