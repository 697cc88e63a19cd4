//! A declaration proposed for a file that nobody has declared: what is sure is written, what is not is said.
//!
//! The proposal is lines of TOML and, beside some, the key of a note in the reader's language. It never names a column that
//! identifies a person.

mod column;
mod counts;
mod reports;

use crate::codes::Codes;
use crate::wire::Look;
use column::Column;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A line of a proposal: TOML, and what is to be known of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The text; may be empty.
    pub toml: String,
    /// The key of a note in the files of words, and what it speaks of.
    pub note: Option<(&'static str, String)>,
}

/// A declaration, proposed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proposal {
    /// Its lines.
    pub lines: Vec<Line>,
}

impl Proposal {
    /// The TOML alone, without notes.
    pub fn toml(&self) -> String {
        self.lines.iter().fold(String::new(), |mut text, line| {
            text.push_str(&line.toml);
            text.push('\n');
            text
        })
    }

    fn line(&mut self, toml: impl Into<String>) {
        self.lines.push(Line { toml: toml.into(), note: None });
    }

    fn noted(&mut self, toml: impl Into<String>, key: &'static str, about: impl Into<String>) {
        self.lines.push(Line { toml: toml.into(), note: Some((key, about.into())) });
    }
}

/// Proposes a declaration of identifier `id` for a file that was looked at.
pub fn guess(look: &Look, id: &str, codes: &dyn Codes, today: Date) -> Proposal {
    let texts = |place: usize| look.rows.iter().map(move |row| row.get(place).map(String::as_str).unwrap_or_default());
    let columns: Vec<Column> =
        look.columns.iter().enumerate().map(|(place, name)| Column::of(name, texts(place), codes, today)).collect();
    let reports = reports::are(&columns);
    let mut proposal = Proposal::default();
    head(&mut proposal, id, reports, &columns);
    file(&mut proposal, look, &columns);
    if reports {
        reports::propose(&mut proposal, look, &columns, codes, today);
    } else {
        counts::propose(&mut proposal, look, id, &columns);
    }
    proposal
}

fn head(proposal: &mut Proposal, id: &str, reports: bool, columns: &[Column]) {
    for column in columns {
        if column.identifier.is_some() && (reports || crate::declaration::identifier(&column.name, false).is_some()) {
            proposal.noted("", "guess-identifier", &column.name);
        } else if column.personal.is_some() && column.observable.is_none() {
            proposal.noted("", "guess-personal", &column.name);
        }
    }
    let named = quoted(id);
    proposal.line(format!("id = {named}"));
    proposal.line("version = 1");
    proposal.noted(format!("title = {{ fr = {named}, en = {named} }}"), "guess-title", "");
    proposal.noted("origin = { publisher = \"?\", licence = \"?\" }", "guess-origin", "");
    proposal.noted("layer = \"recorded\"", "guess-layer", "");
    if reports {
        proposal.noted("unit = \"signalement\"", "guess-unit", "");
    }
    proposal.noted("legal_basis = \"?\"", "guess-legal-basis", "");
    proposal.noted("", "guess-marking", "");
}

fn file(proposal: &mut Proposal, look: &Look, columns: &[Column]) {
    proposal.line("");
    proposal.line("[file]");
    proposal.line(format!("format = {}", quoted(&look.format)));
    if !look.member.is_empty() {
        proposal.noted(format!("member = {}", quoted(&look.member)), "guess-member", "");
    }
    if look.header_row > 1 {
        proposal.noted(format!("header_row = {}", look.header_row), "guess-preamble", "");
    }
    let text = matches!(look.format.as_str(), "csv" | "json" | "json-lines");
    if text {
        let key = if look.encoding == "utf-8" { "guess-sure" } else { "guess-encoding" };
        proposal.noted(format!("encoding = {}", quoted(&look.encoding)), key, "");
    }
    if look.format == "csv" {
        proposal.noted(format!("separator = {}", quoted(&look.separator.to_string())), "guess-sure", "");
        if look.preamble > 0 {
            proposal.noted(format!("preamble = {}", look.preamble), "guess-preamble", "");
        }
        if !look.own_header {
            proposal.noted(format!("columns = {}", list(&look.columns)), "guess-columns", "");
        }
    }
    if !look.rows_at.is_empty() {
        proposal.line(format!("rows = {}", quoted(&look.rows_at)));
    }
    if columns.iter().any(|column| column.comma) {
        proposal.noted("decimal = \",\"", "guess-sure", "");
    }
    if columns.iter().any(|column| column.grouped) {
        proposal.line("thousands = \" \"");
    }
    let missing: BTreeSet<&String> = columns.iter().flat_map(|column| &column.missing).collect();
    if !missing.is_empty() {
        let texts: Vec<String> = std::iter::once(String::new()).chain(missing.into_iter().cloned()).collect();
        proposal.noted(format!("empty = {}", list(&texts)), "guess-empty", "");
    }
    let notes: BTreeSet<&String> = columns.iter().flat_map(|column| &column.notes).collect();
    if !notes.is_empty() {
        let texts: Vec<String> = notes.into_iter().cloned().collect();
        proposal.noted(format!("notes = {}", list(&texts)), "guess-notes", "");
    }
}

/// How a mapping names a column: a path in a JSON row is a pointer when the key holds what parts keys.
fn named(look: &Look, name: &str) -> String {
    let json = look.format.starts_with("json");
    if json && name.contains(['.', '/', '~']) {
        return quoted(&format!("/{}", name.replace('~', "~0").replace('/', "~1")));
    }
    quoted(name)
}

/// A text in TOML.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// What is read of no column, so that whoever confirms the proposal sees it.
fn unread(proposal: &mut Proposal, columns: &[&Column], read: &BTreeSet<&str>) {
    for column in columns.iter().filter(|column| !read.contains(column.name.as_str())) {
        proposal.noted("", "guess-unread", &column.name);
    }
}

#[cfg(test)]
mod tests;
