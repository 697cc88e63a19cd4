//! Blocks that the sheets of this desk are made of.

use beffroi_document::{Block, Column, make};
use beffroi_register::{Record, SheetContext, shown, words};

pub(crate) use beffroi_document::make::{heading, paragraph, terms, warning};

/// Values of a record by the labels of its fields.
pub(crate) fn values(context: &SheetContext<'_>, record: &Record, fields: &[&str]) -> Block {
    let (register, lang) = (context.register, context.lang);
    let term = |name: &&str| {
        let field = register.field(name)?;
        Some((words::field(register, field, lang), shown(register, field, record.value(name), lang)))
    };
    terms(fields.iter().filter_map(term))
}

/// A table; columns marked so hold figures.
pub(crate) fn table(id: &str, caption: String, columns: &[(String, bool)], rows: Vec<Vec<String>>) -> Block {
    let columns = columns.iter().map(|(label, numeric)| Column { label: label.clone(), numeric: *numeric }).collect();
    make::table(id, caption, columns, rows)
}

/// The label of a code of a field; the code itself where there is no such field.
pub(crate) fn code(context: &SheetContext<'_>, field: &str, code: &str) -> String {
    let known = context.register.field(field);
    known.map_or_else(|| code.to_owned(), |field| words::choice(context.register, field, code, context.lang))
}
