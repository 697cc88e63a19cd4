//! The proof that every number of a report has a birth certificate.

use super::AnnualReport;
use beffroi_document::{Block, Span, Table, Term};
use beffroi_indicators::CertifiedValue;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The birth certificates as one JSON document: `{year, snapshot, certificates, registers}`. Each certificate holds the
/// values as they are printed (`values[].shown`), so that any figure read in the report can be looked up.
pub fn birth_certificates_json(report: &AnnualReport) -> Value {
    json!({
        "title": report.document.title,
        "snapshot": report.snapshot,
        "certificates": report.certificates,
        "registers": report.registers,
    })
}

/// Checks that each key figure, figure and table has a certificate (or an extract of a register), that the certificate
/// holds every number of its cells, of its reading and of its notes, and that each number cited in a sentence is one that
/// the certificate it points to holds.
///
/// # Errors
/// One line a fault: where, and which number.
pub fn every_number_is_certified(report: &AnnualReport) -> Result<(), Vec<String>> {
    let mut held: BTreeMap<&str, Held> = BTreeMap::new();
    for certificate in &report.certificates {
        let entry = held.entry(&certificate.id).or_default();
        entry.take(&certificate.values);
        // A number in the name of a source is a name, not a figure.
        entry.tokens.extend(source_names(report).flat_map(numbers));
    }
    for register in &report.registers {
        held.entry(&register.id).or_default().take(&register.values);
    }
    let mut check = Check { held, faults: Vec::new() };
    for document in [&report.document, &report.press_sheet, &report.summary] {
        check.blocks(&document.blocks);
    }
    if check.faults.is_empty() { Ok(()) } else { Err(check.faults) }
}

/// The names of the sources, as the method lists them.
fn source_names(report: &AnnualReport) -> impl Iterator<Item = &str> {
    let tables =
        report.document.blocks.iter().filter_map(|b| if let Block::Table(table) = b { Some(table) } else { None });
    let sources = tables.filter(|table| table.id == super::method::SOURCES);
    sources.flat_map(|table| table.rows.iter().filter_map(|row| row.first()).map(String::as_str))
}

/// What a certificate holds.
#[derive(Default)]
struct Held {
    shown: BTreeSet<String>,
    /// Every number in what is printed or in its keys.
    tokens: BTreeSet<String>,
}

impl Held {
    fn take(&mut self, values: &[CertifiedValue]) {
        for value in values {
            self.shown.insert(value.shown.clone());
            self.tokens.extend(numbers(&value.shown));
            self.tokens.extend(value.keys.iter().flat_map(|k| numbers(k)));
        }
    }
}

struct Check<'a> {
    held: BTreeMap<&'a str, Held>,
    faults: Vec<String>,
}

impl Check<'_> {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(spans) => self.spans(spans),
                Block::List { items, .. } => items.iter().for_each(|spans| self.spans(spans)),
                Block::KeyFigures(figures) => {
                    for figure in figures {
                        self.shown(&figure.certificate, &figure.value);
                        self.numbers(&figure.certificate, &figure.note);
                    }
                }
                Block::Figure(figure) => {
                    self.known(&figure.id);
                    self.numbers(&figure.id, &figure.alt);
                    self.terms(&figure.id, &figure.notes);
                    if let Some(table) = &figure.table {
                        self.table(table);
                    }
                }
                Block::Table(table) => self.table(table),
                Block::Frame { blocks, .. } => self.blocks(blocks),
                Block::Heading { .. } | Block::Terms(_) | Block::PageBreak => {}
            }
        }
    }

    fn table(&mut self, table: &Table) {
        if table.id == super::annex::CERTIFICATES {
            return;
        }
        self.known(&table.id);
        for row in &table.rows {
            for (cell, column) in row.iter().zip(&table.columns) {
                if column.numeric {
                    self.shown(&table.id, cell);
                }
            }
        }
        self.terms(&table.id, &table.notes);
    }

    fn terms(&mut self, id: &str, terms: &[Term]) {
        terms.iter().for_each(|term| self.numbers(id, &term.text));
    }

    fn spans(&mut self, spans: &[Span]) {
        for span in spans {
            if let Span::Reference { text, id } = span
                && !numbers(text).is_empty()
            {
                self.shown(id, text);
            }
        }
    }

    fn known(&mut self, id: &str) {
        if !self.held.contains_key(id) {
            self.faults.push(format!("`{id}` has no birth certificate"));
        }
    }

    fn shown(&mut self, id: &str, text: &str) {
        match self.held.get(id) {
            None => self.faults.push(format!("`{id}` has no birth certificate")),
            Some(held) if held.shown.contains(text) => {}
            Some(_) => self.faults.push(format!("the certificate of `{id}` does not hold `{text}`")),
        }
    }

    fn numbers(&mut self, id: &str, text: &str) {
        let Some(held) = self.held.get(id) else { return };
        for number in numbers(text) {
            if !held.tokens.contains(&number) {
                self.faults.push(format!("the certificate of `{id}` does not hold `{number}`, printed in its notes"));
            }
        }
    }
}

/// The numbers in a text: digits, with the separators of thousands and decimals between them.
fn numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut chars = text.chars().peekable();
    let mut number = String::new();
    while let Some(c) = chars.next() {
        let joins = matches!(c, '\u{202f}' | '\u{a0}' | ',' | '.') && chars.peek().is_some_and(char::is_ascii_digit);
        if c.is_ascii_digit() || (joins && !number.is_empty()) {
            number.push(c);
        } else if !number.is_empty() {
            found.push(std::mem::take(&mut number));
        }
    }
    if !number.is_empty() {
        found.push(number);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_printed() {
        assert_eq!(numbers("En 2024, 1\u{202f}234 victimes (12,5\u{a0}%)."), ["2024", "1\u{202f}234", "12,5"]);
        assert_eq!(numbers("1,234.5 of 3, then 4."), ["1,234.5", "3", "4"]);
        assert!(numbers("none").is_empty());
    }
}
