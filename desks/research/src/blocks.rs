//! Blocks of a sheet, made of texts.

use beffroi_document::{Block, Column, make};
use beffroi_register::SheetContext;

pub(crate) use beffroi_document::make::paragraph;

/// A table whose words are those of the sheet: its caption `ID-caption`, its columns by their keys; a key that begins
/// with `#` is that of a column of figures.
pub(crate) fn table(context: &SheetContext<'_>, id: &str, columns: &[&str], rows: Vec<Vec<String>>) -> Block {
    let column = |key: &&str| Column {
        label: context.say(&format!("{id}-{}", key.trim_start_matches('#'))),
        numeric: key.starts_with('#'),
    };
    make::table(id, context.say(&format!("{id}-caption")), columns.iter().map(column).collect(), rows)
}
