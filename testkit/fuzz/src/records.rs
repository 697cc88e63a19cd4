//! Targets of the registers' values and of the plans of exercises.

use crate::readers::{seeds, text};
use beffroi_exercise::read_plan;
use beffroi_register::{Field, canonical};

/// One field of each kind that reads a text.
const FIELDS: [Field; 14] = [
    Field::text("line"),
    Field::long("paragraphs"),
    Field::identifier("file"),
    Field::number("count"),
    Field::decimal("share", 3),
    Field::money("amount"),
    Field::date("day"),
    Field::instant("at"),
    Field::choice("state", &["open", "closed"]),
    Field::code("sector", "sectors"),
    Field::flag("done"),
    Field::territory("where"),
    Field::period("over"),
    Field::text("lines").many(),
];

/// What a person types in a form, or a file brings: a value that was read is its own canonical text.
pub(crate) fn value(bytes: &[u8]) {
    for field in &FIELDS {
        if let Ok(read) = canonical(field, text(bytes)) {
            assert_eq!(canonical(field, &read).as_ref(), Ok(&read), "{}", field.name);
        }
    }
}

pub(crate) fn value_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        "1 234,50",
        "2026-01-14",
        "2026-01-14T09:30:00Z",
        "14/01/2026 10:30",
        "oui",
        "35",
        "2026-Q1",
        "a\nb\na",
        "PV 12/3",
    ])
}

/// Waves and traps as a file declares them.
pub(crate) fn plan(bytes: &[u8]) {
    let _ = read_plan(text(bytes));
}

pub(crate) fn plan_seeds() -> Vec<Vec<u8>> {
    vec![include_bytes!("../../../demo/exercise.toml").to_vec()]
}
