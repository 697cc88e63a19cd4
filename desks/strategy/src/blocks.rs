//! Blocks of sheets, made of texts.

use crate::REGISTERS;
use beffroi_document::{Block, Column, make};
use beffroi_register::{Record, SheetContext, shown, words};
use beffroi_wording::Lang;
use jiff::civil::Date;

pub(crate) use beffroi_document::make::paragraph;

/// A table with the caption `register-REGISTER-sheet-ID`, whose columns are `strategy-column-…`; a key that begins with `#`
/// is that of a column of figures. A sentence where there is no row.
pub(crate) fn table(context: &SheetContext<'_>, id: &str, columns: &[&str], rows: Vec<Vec<String>>) -> Block {
    if rows.is_empty() {
        return paragraph(format!("{} – {}", context.say(id), context.lang.say("strategy-none")));
    }
    let column = |key: &&str| Column {
        label: context.lang.say(&format!("strategy-column-{}", key.trim_start_matches('#'))),
        numeric: key.starts_with('#'),
    };
    make::table(id, context.say(id), columns.iter().map(column).collect(), rows)
}

/// Key figures: a value and the end of the key `strategy-figure-…`.
pub(crate) fn figures(t: Lang, all: &[(&str, String)]) -> Block {
    let one = |(key, value): &(&str, String)| {
        make::figure(value.clone(), t.say(&format!("strategy-figure-{key}")), String::new())
    };
    Block::KeyFigures(all.iter().map(one).collect())
}

/// The value of a field as people read it; a dash for nothing.
pub(crate) fn cell(record: &Record, field: &str, t: Lang) -> String {
    let register = REGISTERS.iter().find(|register| register.name == record.register);
    let text = match register.and_then(|register| Some((register, register.field(field)?))) {
        Some((register, field)) => shown(register, field, record.value(field.name), t),
        None => record.value(field).to_owned(),
    };
    or_dash(text)
}

/// The label of a field.
pub(crate) fn label(register: &str, field: &str, t: Lang) -> String {
    let register = REGISTERS.iter().find(|known| known.name == register);
    let known = register.and_then(|register| Some(words::field(register, register.field(field)?, t)));
    known.unwrap_or_else(|| field.to_owned())
}

/// The state of a record.
pub(crate) fn state(record: &Record, t: Lang) -> String {
    let register = REGISTERS.iter().find(|register| register.name == record.register);
    register.map_or_else(|| record.state.clone(), |register| words::state(register, &record.state, t))
}

/// A day, or a dash.
pub(crate) fn day(day: Option<Date>, t: Lang) -> String {
    day.map_or_else(|| "–".to_owned(), |day| t.date(day))
}

/// A dash for nothing.
pub(crate) fn or_dash(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}

/// A share, or a dash where nothing was counted.
pub(crate) fn share(part: usize, whole: usize, t: Lang) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    t.percent(part as f64 / whole as f64, 0)
}
