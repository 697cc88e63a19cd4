//! Blocks made of texts, for those who compose documents.

use crate::{Block, Column, KeyFigure, Span, Table, Term};

/// A paragraph of plain text.
pub fn paragraph(text: impl Into<String>) -> Block {
    Block::Paragraph(vec![Span::Text(text.into())])
}

/// A heading below the title of the document.
pub fn heading(id: &str, text: String) -> Block {
    Block::Heading { level: 1, text, id: id.to_owned() }
}

/// Something to be heeded, in a frame.
pub fn warning(title: String, text: String) -> Block {
    Block::Frame { title, warning: true, blocks: vec![paragraph(text)] }
}

/// Terms with their texts, without those that have none.
pub fn terms(all: impl IntoIterator<Item = (String, String)>) -> Block {
    let filled = all.into_iter().filter(|(_, text)| !text.is_empty());
    Block::Terms(filled.map(|(term, text)| Term { term, text }).collect())
}

/// A figure with what it counts, and what it rests on; it has no birth certificate.
pub fn figure(value: String, label: String, note: String) -> KeyFigure {
    KeyFigure { value, label, note, certificate: String::new() }
}

/// A table without a total.
pub fn table(id: &str, caption: String, columns: Vec<Column>, rows: Vec<Vec<String>>) -> Block {
    Block::Table(Table { id: id.to_owned(), caption, columns, rows, total: false, notes: Vec::new() })
}

/// A column of words.
pub fn words(label: String) -> Column {
    Column { label, numeric: false }
}

/// A column of figures.
pub fn figures(label: String) -> Column {
    Column { label, numeric: true }
}
