//! How a record is found: what lists filter by, what the search reads.

use crate::value::items;
use crate::{Record, Register};

/// A value by which a record is found in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The field; `state`, `unit` and `author` are those of the record itself, written with a dot before.
    pub field: String,
    /// The value.
    pub value: String,
}

/// Everything by which lists find `record`.
pub fn entries(register: &Register, record: &Record) -> Vec<Entry> {
    let entry = |field: &str, value: &str| Entry { field: field.to_owned(), value: value.to_owned() };
    let mut all = vec![
        entry(".state", &record.state),
        entry(".unit", record.owner.as_str()),
        entry(".territory", record.territory.code()),
    ];
    all.extend(record.author.iter().map(|author| entry(".author", author.as_str())));
    for field in register.fields.iter().filter(|field| field.filtered) {
        all.extend(items(record.value(field.name)).map(|item| entry(field.name, item)));
    }
    all.sort();
    all.dedup();
    all
}

/// What the search over all registers reads of `record`.
pub fn search_text(register: &Register, record: &Record) -> String {
    let searched = register.fields.iter().filter(|field| field.searched).map(|field| record.value(field.name));
    std::iter::once(record.reference.as_str())
        .chain(searched)
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}
