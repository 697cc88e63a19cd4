//! The synthesis of a diagnosis, as it is handed to the entity and to nobody else.

use crate::blocks::{figures, paragraph, table, term, warning, words as text};
use crate::kinds::THEMES;
use beffroi_document::Block;
use beffroi_register::{Refusal, SheetContext, items, shown, words};

/// The sheet `synthesis`.
///
/// # Errors
/// None: a record that lacks something says so.
pub(crate) fn make(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let (t, register) = (context.lang, context.register);
    let Some(diagnosis) = context.record else { return Ok(Vec::new()) };
    let label = |name: &str| register.field(name).map_or_else(String::new, |field| words::field(register, field, t));
    let value = |name: &str| {
        register.field(name).map_or_else(String::new, |field| shown(register, field, diagnosis.value(name), t))
    };
    let head = ["entity", "siren", "date", "delivered_on"];
    let mut blocks = vec![
        warning(context.say("for-the-entity"), context.say("for-the-entity-text")),
        Block::Terms(head.into_iter().map(|name| term(label(name), value(name))).collect()),
    ];
    let recommended: Vec<&str> = items(diagnosis.value("recommended")).collect();
    let rows = THEMES
        .iter()
        .map(|(code, field)| {
            let sign = if recommended.contains(code) { context.say("to-do") } else { String::new() };
            vec![label(field), value(field), sign]
        })
        .collect();
    let columns = vec![
        text(context.say("column-theme")),
        figures(context.say("column-score")),
        text(context.say("column-to-do")),
    ];
    blocks.push(table("tbl-themes", context.say("scores"), columns, rows, false));
    if !diagnosis.value("advice").is_empty() {
        blocks.push(crate::blocks::heading("advice", label("advice")));
        blocks.extend(diagnosis.value("advice").lines().map(|line| paragraph(line.to_owned())));
    }
    blocks.push(paragraph(context.say("recall-text")));
    Ok(blocks)
}
