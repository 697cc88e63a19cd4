//! What the sheets of this desk are made of.

use beffroi_document::{Block, Column, Term, make};
use beffroi_register::{Record, Register, SheetContext, shown, words};

pub(super) use beffroi_document::make::paragraph;

/// The label of a field; its name for one that is not declared.
pub(super) fn label(context: &SheetContext<'_>, field: &str) -> String {
    label_in(context.register, context, field)
}

fn label_in(register: &'static Register, context: &SheetContext<'_>, field: &str) -> String {
    register.field(field).map_or_else(|| field.to_owned(), |known| words::field(register, known, context.lang))
}

/// The value of a field as it is shown.
pub(super) fn value(context: &SheetContext<'_>, record: &Record, field: &str) -> String {
    let text = record.value(field);
    let known = context.register.field(field);
    known.map_or_else(|| text.to_owned(), |known| shown(context.register, known, text, context.lang))
}

/// Fields and what they hold; those that hold nothing are left out.
pub(super) fn terms(context: &SheetContext<'_>, record: &Record, fields: &[&str]) -> Block {
    let filled = fields.iter().filter(|field| !record.value(field).is_empty());
    Block::Terms(
        filled.map(|field| Term { term: label(context, field), text: value(context, record, field) }).collect(),
    )
}

/// A table; a column whose name ends in `#` holds figures.
pub(super) fn table(id: &str, caption: String, columns: &[String], rows: Vec<Vec<String>>) -> Block {
    let column = |name: &String| match name.strip_suffix('#') {
        Some(label) => Column { label: label.to_owned(), numeric: true },
        None => Column { label: name.clone(), numeric: false },
    };
    let columns = columns.iter().map(column).collect();
    make::table(id, caption, columns, rows)
}
