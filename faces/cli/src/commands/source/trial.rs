//! `beffroi source check FILE DATA` and `beffroi source guess DATA`: a mapping tried on a file, or proposed for one.

use super::super::codes;
use super::super::ingest::{fault, options};
use crate::Context;
use crate::fault::Outcome;
use crate::output::{TextTable, print, print_json};
use beffroi_desk_observatory::intake::{self, HouseCodes, Trial};
use beffroi_desk_observatory::sources::Source;
use serde::Serialize;
use std::path::Path;

/// Most rows shown field by field.
const ROWS: usize = 100;

pub(super) async fn check(source: &Source, data: &Path, rows: usize, context: &Context) -> Outcome {
    let codes = HouseCodes::of(codes::in_use(context).await?);
    let options = options(&codes, None, true, context)?;
    let trial = intake::try_out(source, data, &options, rows.min(ROWS)).map_err(fault)?;
    if context.json { print_json(&trial) } else { print(&text(&trial, context)) }
}

/// A declaration in JSON: its identifier and its text.
#[derive(Serialize)]
struct Proposed {
    id: String,
    declaration: String,
}

pub(super) async fn guess(data: &Path, context: &Context) -> Outcome {
    let codes = HouseCodes::of(codes::in_use(context).await?);
    let options = options(&codes, None, true, context)?;
    let id = identifier(data);
    let declaration = intake::guess(data, &id, &options, context.lang).map_err(fault)?;
    if context.json { print_json(&Proposed { id, declaration }) } else { print(&declaration) }
}

/// An identifier after the name of the file.
fn identifier(data: &Path) -> String {
    let stem = data.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let stem = stem.split('.').next().unwrap_or_default();
    let words: Vec<&str> = stem.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut id: String = words.join("-").chars().take(40).collect();
    if !id.starts_with(|c: char| c.is_ascii_lowercase()) {
        id.insert_str(0, "source-");
    }
    id.trim_end_matches('-').to_owned()
}

fn text(trial: &Trial, context: &Context) -> String {
    let lang = context.lang;
    let n = |value: u64| lang.integer(value as f64);
    let heading = |columns: [&str; 4]| TextTable::new(columns.map(|column| lang.say(&format!("cli-column-{column}"))));
    let mut parts = vec![lang.say_with(
        "cli-trial-rows",
        &[
            ("read", (&n(trial.rows_read)).into()),
            ("kept", (&n(trial.rows_kept)).into()),
            ("rejected", (&n(trial.rows_rejected)).into()),
            ("skipped", (&n(trial.rows_skipped)).into()),
            ("total", (&n(trial.rows_total)).into()),
        ],
    )];
    for row in &trial.rows {
        let outcome = lang.say(&format!("cli-trial-{}", row.outcome));
        let line = row.line.to_string();
        parts.push(lang.say_with("cli-trial-row", &[("line", (&line).into()), ("outcome", (&outcome).into())]));
        let mut table = heading(["field", "from", "text", "became"]);
        for field in &row.fields {
            let became = match (&field.became, &field.misfit) {
                (Some(became), _) => became.clone(),
                (None, Some(misfit)) => format!("✗ {misfit}"),
                (None, None) => "–".to_owned(),
            };
            table.row([&field.field, &field.column, &field.text, &became]);
        }
        for seen in &row.observables {
            let became = match &seen.first {
                Some(first) => format!("{} × {first}", seen.found),
                None => "–".to_owned(),
            };
            table.row([format!("{}, {}", seen.kind, seen.role), seen.column.clone(), String::new(), became]);
        }
        if !row.fields.is_empty() || !row.observables.is_empty() {
            parts.push(table.text());
        }
        for finding in &row.findings {
            parts.push(told(finding, context));
        }
    }
    if !trial.unknown.is_empty() {
        parts.push(lang.say("cli-trial-unknown"));
        let mut table =
            TextTable::new(["column", "code", "rows"].map(|column| lang.say(&format!("cli-column-{column}"))));
        for code in &trial.unknown {
            table.row([code.column.clone(), code.code.clone(), n(code.rows)]);
        }
        parts.push(table.numeric([2]).text());
    }
    if !trial.unread.is_empty() {
        parts.push(lang.say_with("cli-trial-unread", &[("columns", (&trial.unread.join(", ")).into())]));
    }
    if trial.rows_rejected > 0 {
        parts.push(lang.say("cli-trial-findings"));
        parts.extend(trial.findings.iter().map(|finding| told(finding, context)));
    }
    parts.push(lang.say("cli-ingest-dry"));
    parts.push(String::new());
    parts.join("\n")
}

fn told(finding: &beffroi_desk_observatory::intake::Finding, context: &Context) -> String {
    let line = finding.line.to_string();
    let column = finding.column.as_deref().unwrap_or("–");
    let values = [("line", (&line).into()), ("column", column.into()), ("reason", (&finding.message).into())];
    context.lang.say_with("cli-ingest-finding", &values)
}
