//! A mapping tried on a file, and a mapping proposed for one. The file is read behind the same wall as at its intake; nothing
//! lands, and nothing is journalled.

use super::feed::{Feed, reader, whole_file};
use super::keys::Keys;
use super::reading::Watched;
use super::{IntakeError, Options, scratch};
use crate::quality::Known;
use crate::sources::Source;
use beffroi_ports::{Sandbox, SandboxError, Task};
use beffroi_tabular::{
    FileError, Finding, Look, Outcome, PARSER, Proposal, Rule, TotalsRow, Traced, TracedObservable, WireError, is_read,
};
use beffroi_wording::{Lang, Value};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Most codes, and most rows of totals, that a trial repeats.
const CODES: usize = 200;

/// Most findings that a trial repeats.
const FINDINGS: usize = 20;

/// What a mapping makes of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trial {
    /// The source.
    pub source: String,
    /// Rows of the file; a row of a wide table counts once for each of its columns that become rows.
    pub rows_read: u64,
    /// Rows that would land, as far as the file alone tells.
    pub rows_kept: u64,
    /// Rows that would be set aside.
    pub rows_rejected: u64,
    /// Rows that the declaration leaves out, or without figure.
    pub rows_skipped: u64,
    /// Rows of totals.
    pub rows_total: u64,
    /// The first rows, field by field.
    pub rows: Vec<TriedRow>,
    /// Codes that nothing gives a meaning, with how many rows hold them, the most frequent first.
    pub unknown: Vec<UnknownCode>,
    /// Columns of the file that nothing reads.
    pub unread: Vec<String>,
    /// The first rows of totals.
    pub totals: Vec<TotalsRow>,
    /// The first findings.
    pub findings: Vec<Finding>,
}

/// One row, and what it became.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TriedRow {
    /// Line of the file on which it begins.
    pub line: u64,
    /// `kept`, `skipped`, `rejected` or `total`.
    pub outcome: &'static str,
    /// Its fields, mapping after mapping.
    pub fields: Vec<Traced>,
    /// Its observables.
    pub observables: Vec<TracedObservable>,
    /// What does not fit.
    pub findings: Vec<Finding>,
}

/// A code that nothing gives a meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownCode {
    /// The column.
    pub column: String,
    /// The code.
    pub code: String,
    /// In how many rows.
    pub rows: u64,
}

/// Tries a source's mapping on a file: its first `rows` rows field by field, and all of them for what is unknown.
///
/// # Errors
/// [`IntakeError`] when the file cannot be read as a whole.
pub fn try_out(source: &Source, file: &Path, options: &Options<'_>, rows: usize) -> Result<Trial, IntakeError> {
    let columns = match look(file, Some(&source.text), options.sandbox) {
        Ok(look) => look.columns,
        // A header that cannot be told as a whole may still hold what the mapping reads.
        Err(IntakeError::File { error: FileError::RepeatedColumn { .. } | FileError::Header { .. }, .. }) => Vec::new(),
        Err(error) => return Err(error),
    };
    let mut feed = Feed::open(source, file, "", options, &|_, _| {}, Keys::new(&scratch(options)), Known::default())?;
    let shape = &source.declaration.file;
    let unread = columns.into_iter().filter(|name| !is_read(shape, feed.columns(), name)).collect();
    let mut trial = Trial {
        source: source.id().to_owned(),
        rows_read: 0,
        rows_kept: 0,
        rows_rejected: 0,
        rows_skipped: 0,
        rows_total: 0,
        rows: Vec::new(),
        unknown: Vec::new(),
        unread,
        totals: Vec::new(),
        findings: Vec::new(),
    };
    let mut unknown: BTreeMap<(String, String), u64> = BTreeMap::new();
    loop {
        let (traces, totals) = (trial.rows.len() < rows, trial.totals.len() < CODES);
        let tried = feed.try_next(|plan, row, context| {
            let traced = traces.then(|| (plan.trace(row, context), plan.trace_observables(row)));
            (traced, totals.then(|| plan.totals(row)))
        })?;
        let Some((line, outcome, findings, seen)) = tried else { break };
        trial.rows_read += 1;
        let (count, word) = match outcome {
            Outcome::Kept => (&mut trial.rows_kept, "kept"),
            Outcome::Skipped => (&mut trial.rows_skipped, "skipped"),
            Outcome::Rejected => (&mut trial.rows_rejected, "rejected"),
            Outcome::Total => (&mut trial.rows_total, "total"),
        };
        *count += 1;
        for finding in &findings {
            let code = matches!(finding.rule, Rule::UnknownCode | Rule::UnknownTerritory);
            if code && (unknown.len() < 10 * CODES || unknown.contains_key(&key(finding))) {
                *unknown.entry(key(finding)).or_default() += 1;
            }
            if trial.findings.len() < FINDINGS {
                trial.findings.push(finding.clone());
            }
        }
        let (traced, total) = seen.unwrap_or_default();
        if outcome == Outcome::Total {
            trial.totals.extend(total);
        }
        if traces {
            let (fields, observables) = traced.unwrap_or_default();
            trial.rows.push(TriedRow { line, outcome: word, fields, observables, findings });
        }
    }
    let listed = unknown.into_iter().map(|((column, code), rows)| UnknownCode { column, code, rows });
    trial.unknown.extend(listed);
    trial.unknown.sort_by_key(|code| std::cmp::Reverse(code.rows));
    trial.unknown.truncate(CODES);
    Ok(trial)
}

fn key(finding: &Finding) -> (String, String) {
    (finding.column.clone().unwrap_or_default(), finding.value.clone())
}

/// Proposes a declaration of identifier `id` for a file: TOML, with what is to be confirmed as comments in the reader's
/// language.
///
/// # Errors
/// [`IntakeError`] when the file cannot be read as a whole.
pub fn guess(file: &Path, id: &str, options: &Options<'_>, lang: Lang) -> Result<String, IntakeError> {
    let look = look(file, None, options.sandbox)?;
    Ok(written(&beffroi_tabular::guess(&look, id, options.codes, options.today), lang))
}

/// Notes stand above their line, as comments.
fn written(proposal: &Proposal, lang: Lang) -> String {
    let mut text = String::new();
    for line in &proposal.lines {
        if let Some((key, about)) = &line.note {
            let note = lang.say_with(key, &[("column", Value::Text(about))]);
            text.push_str(&format!("# {}\n", note.replace(['\n', '\r'], " ")));
        }
        if line.note.is_none() || !line.toml.is_empty() {
            text.push_str(&line.toml);
            text.push('\n');
        }
    }
    text
}

fn look(file: &Path, declaration: Option<&str>, sandbox: &dyn Sandbox) -> Result<Look, IntakeError> {
    let (input, watch) = Watched::open(file)?;
    let task = Task {
        parser: PARSER,
        request: Look::request(declaration),
        input_bytes: watch.length(),
        max_frame_bytes: Look::frame_bytes(),
        max_total_bytes: Look::frame_bytes(),
    };
    let mut frames = sandbox.read(task, Box::new(input)).map_err(|error| reader(file, error))?;
    let frame = frames.next().map_err(|error| reader(file, error))?;
    let frame = frame.ok_or_else(|| reader(file, SandboxError::Nonsense { what: "no look" }))?;
    Look::read(&frame).map_err(|error| match error {
        WireError::File(error) => whole_file(file, error),
        WireError::Nonsense { what } => reader(file, SandboxError::Nonsense { what }),
    })
}

#[cfg(test)]
mod tests;
