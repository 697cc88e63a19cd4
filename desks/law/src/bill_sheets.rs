//! What is shown of a bill: a card that may be handed on, and the file of the position, which may not.

use crate::blocks::{paragraph, table, terms, warning};
use beffroi_document::Block;
use beffroi_register::{Refusal, SheetContext, items, shown, words};
use jiff::civil::Date;

/// A figure with where it comes from and the day at which it stood: `348 000 | SSMSI, Interstats | 2025-03-11`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figure<'a> {
    pub(crate) figure: &'a str,
    pub(crate) source: &'a str,
    pub(crate) on: Date,
}

/// Reads a line; nothing for a figure without its source or its day.
pub(crate) fn figure(line: &str) -> Option<Figure<'_>> {
    let mut parts = line.split('|').map(str::trim);
    let (figure, source, on) = (parts.next()?, parts.next()?, parts.next()?.parse().ok()?);
    let filled = figure.contains(|c: char| c.is_ascii_digit()) && !source.is_empty();
    (filled && parts.next().is_none()).then_some(Figure { figure, source, on })
}

fn listed(context: &SheetContext<'_>, fields: &[&str]) -> Vec<Block> {
    let Some(bill) = context.record else { return Vec::new() };
    let (register, lang) = (context.register, context.lang);
    let term = |name: &&str| {
        let field = register.field(name)?;
        Some((words::field(register, field, lang), shown(register, field, bill.value(name), lang)))
    };
    let mut blocks = vec![terms(fields.iter().filter_map(term))];
    let figures: Vec<_> = items(bill.value("figures")).filter_map(figure).collect();
    if !figures.is_empty() {
        let row =
            |known: &Figure<'_>| vec![known.figure.to_owned(), known.source.to_owned(), context.lang.date(known.on)];
        let columns = ["figure", "source", "on"].map(|column| context.say(column)).to_vec();
        blocks.push(table("figures", context.say("figures"), columns, figures.iter().map(row).collect()));
    }
    blocks
}

/// The card of a bill: without its position, unless that is public.
///
/// # Errors
/// None.
pub(crate) fn card(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    const CARD: &[&str] = &[
        "dossier",
        "kind",
        "stage",
        "stage_on",
        "next_on",
        "summary",
        "impact",
        "outcome",
        "adopted_id",
        "settled_on",
    ];
    let mut blocks = listed(context, CARD);
    let public = context.record.is_some_and(|bill| !bill.value("public_on").is_empty());
    if public {
        blocks.extend(listed(context, &["public_on", "position"]).into_iter().take(1));
    } else {
        blocks.push(paragraph(context.say("withheld")));
    }
    Ok(blocks)
}

/// The file of the position: for those who negotiate.
///
/// # Errors
/// None.
pub(crate) fn position_file(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let mut blocks = Vec::new();
    if context.record.is_some_and(|bill| bill.value("public_on").is_empty()) {
        blocks.push(warning(context.say("not_public"), context.say("not_public_text")));
    }
    let all =
        ["dossier", "kind", "stage", "stage_on", "next_on", "summary", "impact", "position", "amendments", "outcome"];
    blocks.extend(listed(context, &all));
    Ok(blocks)
}
