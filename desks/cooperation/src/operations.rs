//! Results of joint operations: ours, and those that partners count, kept apart.

use crate::blocks::{paragraph, table, values};
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext};
use std::collections::BTreeMap;

/// What was obtained of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Counted {
    /// By our units, and counted by nobody else.
    pub(crate) ours: f64,
    /// With a partner, who counts it too: never added to ours.
    pub(crate) shared: f64,
    /// By a partner alone.
    pub(crate) theirs: f64,
}

impl Counted {
    pub(crate) fn add(&mut self, by: &str, number: f64) {
        match by {
            "us" => self.ours += number,
            "joint" => self.shared += number,
            _ => self.theirs += number,
        }
    }
}

/// Results that stand: not those that were withdrawn.
pub(crate) fn results<'a>(context: &SheetContext<'a>, operation: &'a str) -> Vec<&'a Record> {
    let of = |result: &&Record| result.value("operation") == operation && result.state != "withdrawn";
    context.of("operation_result").filter(of).collect()
}

/// Results by kind.
pub(crate) fn by_kind<'a>(results: &[&'a Record]) -> BTreeMap<&'a str, Counted> {
    let mut all: BTreeMap<&str, Counted> = BTreeMap::new();
    for result in results {
        let number = result.value("number").parse().unwrap_or(0.0);
        all.entry(result.value("kind")).or_default().add(result.value("counted_by"), number);
    }
    all
}

/// A number without decimals that say nothing.
pub(crate) fn number(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

/// The balance of an operation: results by kind and by unit, none counted twice.
///
/// # Errors
/// None.
pub(crate) fn balance(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(operation) = context.record else { return Ok(Vec::new()) };
    let head = ["role", "partners", "framework", "objectives", "period", "ended_on", "contribution", "lessons"];
    let mut blocks = vec![values(context, operation, &head)];
    let results = results(context, &operation.reference);
    let columns = [
        (context.say("kind"), false),
        (context.say("ours"), true),
        (context.say("shared"), true),
        (context.say("theirs"), true),
    ];
    let kind = |kind: &str| context.say(&format!("kind-{kind}"));
    let rows = by_kind(&results)
        .into_iter()
        .map(|(of, counted)| vec![kind(of), number(counted.ours), number(counted.shared), number(counted.theirs)]);
    blocks.push(table("kinds", context.say("kinds_caption"), &columns, rows.collect()));
    blocks.push(paragraph(context.say("once")));
    let mut units: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for result in results.iter().filter(|result| result.value("counted_by") == "us") {
        let value: f64 = result.value("number").parse().unwrap_or(0.0);
        *units.entry((result.value("unit"), result.value("kind"))).or_default() += value;
    }
    let columns = [(context.say("unit"), false), (context.say("kind"), false), (context.say("number"), true)];
    let rows = units.into_iter().map(|((unit, of), value)| vec![unit.to_owned(), kind(of), number(value)]).collect();
    blocks.push(table("units", context.say("units_caption"), &columns, rows));
    Ok(blocks)
}
