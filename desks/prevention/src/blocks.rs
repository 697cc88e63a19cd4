//! The blocks that the sheets of this desk are made of.

use beffroi_document::{Block, Column, Table, Term};

pub(crate) use beffroi_document::make::{figure as key, figures, heading, paragraph, warning, words};

/// A term and its text.
pub(crate) fn term(term: String, text: String) -> Term {
    Term { term, text }
}

/// A table; with `total`, its last row is one.
pub(crate) fn table(id: &str, caption: String, columns: Vec<Column>, rows: Vec<Vec<String>>, total: bool) -> Block {
    Block::Table(Table { id: id.to_owned(), caption, columns, rows, total, notes: Vec::new() })
}
