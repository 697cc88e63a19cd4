//! Labels and tables, as the sheets of this desk write them.

use beffroi_document::{Block, Column, make};
use beffroi_register::{Refusal, SheetContext, items};
use beffroi_wording::Lang;

pub(crate) use beffroi_document::make::{figure, paragraph, terms, warning};
pub(crate) use beffroi_register::told::{day, place};

/// A capability by its name.
pub(crate) fn capability(t: Lang, code: &str) -> String {
    t.say(&format!("register-choice-{code}"))
}

/// Euros without cents.
pub(crate) fn euros(t: Lang, amount: f64) -> String {
    format!("{}\u{a0}€", t.integer(amount.round()))
}

/// A table: its anchor, which is also the key of its caption (`capabilities-table-`), its columns (`capabilities-column-`), and
/// those of them that hold figures.
pub(crate) fn table(
    context: &SheetContext<'_>,
    id: &str,
    columns: &[&str],
    figures: &[&str],
    rows: Vec<Vec<String>>,
) -> Block {
    let column = |name: &&str| Column {
        label: context.lang.say(&format!("capabilities-column-{name}")),
        numeric: figures.contains(name),
    };
    make::table(id, context.lang.say(&format!("capabilities-table-{id}")), columns.iter().map(column).collect(), rows)
}

/// The refusal of a sheet: the sentence `register-REGISTER-refusal-NAME`.
pub(crate) fn refusal(context: &SheetContext<'_>, name: &str) -> Refusal {
    Refusal { key: format!("register-{}-refusal-{name}", context.register.name), ..Refusal::new() }
}

/// Several items in one cell.
pub(crate) fn joined(text: &str) -> String {
    items(text).collect::<Vec<_>>().join(", ")
}
