//! Printing figures: every number that goes to the page passes here and leaves its certificate behind.

use super::{RegisterExtract, SourceLine};
use beffroi_document::{Block, Column, Figure, KeyFigure, Span, Table, Term};
use beffroi_indicators::{Certificate, CertifiedValue, Figures};
use beffroi_statistics::Status;
use beffroi_wording::{Lang, Value};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Words.
    Text(String),
    /// A figure and how it is printed.
    Number { value: Option<f64>, shown: String },
}

impl Cell {
    pub(super) fn shown(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Number { shown, .. } => shown,
        }
    }
}

/// A table before it is printed; the first column heads the rows.
pub(super) struct Sheet<'a> {
    pub(super) id: &'a str,
    pub(super) caption: String,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
    pub(super) total: bool,
    pub(super) notes: Vec<Term>,
}

/// A drawing before it is printed.
pub(super) struct Drawing<'a> {
    pub(super) id: &'a str,
    pub(super) title: String,
    pub(super) svg: String,
    pub(super) alt: String,
    pub(super) notes: Vec<Term>,
}

/// A piece put into a sentence.
pub(super) enum Piece<'a> {
    /// Words.
    Text(String),
    /// A figure: what is printed, and the certificate that holds it.
    Number(String, &'a str),
}

pub(super) struct Press {
    pub(super) lang: Lang,
    pub(super) certificates: Vec<Certificate>,
    pub(super) registers: Vec<RegisterExtract>,
    pub(super) files: Vec<(String, String)>,
    /// What goes to the annex of tables.
    pub(super) annex: Vec<Block>,
    /// Names of the sources, by identifier.
    titles: BTreeMap<String, String>,
    snapshot: u64,
    now: Timestamp,
    /// What is put before the identifiers of key figures.
    prefix: &'static str,
}

pub(super) fn text_column(label: String) -> Column {
    Column { label, numeric: false }
}

pub(super) fn number_column(label: String) -> Column {
    Column { label, numeric: true }
}

pub(super) fn certified(keys: &[&str], value: Option<f64>, shown: &str) -> CertifiedValue {
    CertifiedValue { keys: keys.iter().map(|k| (*k).to_owned()).collect(), value, shown: shown.to_owned() }
}

impl Press {
    pub(super) fn new(lang: Lang, snapshot: u64, now: Timestamp, sources: &[SourceLine]) -> Self {
        Self {
            lang,
            certificates: Vec::new(),
            registers: Vec::new(),
            files: Vec::new(),
            annex: Vec::new(),
            titles: sources.iter().map(|s| (s.id.clone(), s.title.clone())).collect(),
            snapshot,
            now,
            prefix: "",
        }
    }

    /// The same, with `prefix` before the identifiers of key figures.
    #[must_use]
    pub(super) fn under(self, prefix: &'static str) -> Self {
        Self { prefix, ..self }
    }

    /// The name of a source; its identifier when it has none.
    pub(super) fn title<'s>(&'s self, source: &'s str) -> &'s str {
        self.titles.get(source).map_or(source, String::as_str)
    }

    /// The names of sources, as the line under a figure has them.
    pub(super) fn titles<'s>(&self, sources: impl IntoIterator<Item = &'s str>) -> String {
        let ids: BTreeSet<&str> = sources.into_iter().collect();
        if ids.is_empty() {
            "–".to_owned()
        } else {
            ids.into_iter().map(|id| self.title(id)).collect::<Vec<_>>().join(" ; ")
        }
    }

    /// The names of the sources of figures.
    pub(super) fn sources_of(&self, figures: &Figures) -> String {
        self.titles(figures.certificate.sources.iter().map(|s| s.source.as_str()))
    }

    /// A figure with `digits` decimals; `s` when it is hidden, `n.d.` when there is none.
    pub(super) fn number(&self, value: Option<f64>, status: Status, digits: usize) -> Cell {
        let shown = match (value, status) {
            (_, status) if status.is_hidden() => self.lang.say("indicator-secret"),
            (Some(value), _) => self.lang.decimal(value, digits),
            (None, _) => self.lang.say("indicator-not-available"),
        };
        Cell::Number { value: value.filter(|_| !status.is_hidden()), shown }
    }

    /// A whole number that nothing hides.
    pub(super) fn count(&self, value: Option<f64>) -> Cell {
        self.number(value, Status::Published, 0)
    }

    /// A share.
    pub(super) fn percent(&self, ratio: Option<f64>) -> Cell {
        let missing = || self.lang.say("indicator-not-available");
        Cell::Number { value: ratio, shown: ratio.map_or_else(missing, |r| self.lang.percent(r, 1)) }
    }

    /// A key figure; `others` are the other values that its note tells.
    pub(super) fn key_figure(
        &mut self,
        id: &str,
        (value, label, note): (Cell, String, String),
        figures: &Figures,
        others: Vec<CertifiedValue>,
    ) -> KeyFigure {
        let shown = value.shown().to_owned();
        let number = if let Cell::Number { value, .. } = value { value } else { None };
        let id = format!("{}{id}", self.prefix);
        let mut values = vec![certified(&[&label], number, &shown)];
        values.extend(others);
        self.certificates.push(figures.certificate.printed(&id, values));
        KeyFigure { value: shown, label, note, certificate: id }
    }

    /// A table made of an indicator's figures.
    pub(super) fn table(&mut self, sheet: Sheet<'_>, figures: &Figures, others: Vec<CertifiedValue>) -> Table {
        let mut values = values_of(&sheet);
        values.extend(others);
        self.certificates.push(figures.certificate.printed(sheet.id, values));
        self.lay_out(sheet)
    }

    /// A table made of figures that were frozen.
    pub(super) fn frozen(&mut self, sheet: Sheet<'_>, certificate: &Certificate) -> Table {
        self.certificates.push(certificate.printed(sheet.id, values_of(&sheet)));
        self.lay_out(sheet)
    }

    /// A table made of a register.
    pub(super) fn register(&mut self, sheet: Sheet<'_>, register: &str) -> Table {
        self.registers.push(RegisterExtract {
            id: sheet.id.to_owned(),
            register: register.to_owned(),
            snapshot: self.snapshot,
            read_at: self.now,
            values: values_of(&sheet),
        });
        self.lay_out(sheet)
    }

    fn lay_out(&mut self, sheet: Sheet<'_>) -> Table {
        self.files.push((format!("{}.csv", sheet.id), csv(&sheet)));
        Table {
            id: sheet.id.to_owned(),
            caption: sheet.caption,
            rows: sheet.rows.iter().map(|row| row.iter().map(|c| c.shown().to_owned()).collect()).collect(),
            columns: sheet.columns,
            total: sheet.total,
            notes: sheet.notes,
        }
    }

    /// A drawing; `values` are those drawn and told.
    pub(super) fn figure(&mut self, drawing: Drawing<'_>, figures: &Figures, values: Vec<CertifiedValue>) -> Block {
        self.certificates.push(figures.certificate.printed(drawing.id, values));
        Block::Figure(Figure {
            id: drawing.id.to_owned(),
            title: drawing.title,
            svg: drawing.svg,
            alt: drawing.alt,
            notes: drawing.notes,
            table: None,
        })
    }

    /// A paragraph of message `key`.
    pub(super) fn paragraph(&self, key: &str, pieces: &[(&str, Piece<'_>)]) -> Block {
        Block::Paragraph(self.sentence(key, pieces))
    }

    /// The message `key` as spans, its figures as references to the certificates they come from.
    pub(super) fn sentence(&self, key: &str, pieces: &[(&str, Piece<'_>)]) -> Vec<Span> {
        // A private-use character holds the place of each piece while the message is put together.
        let place = |i: usize| char::from_u32(0xF0000 + u32::try_from(i).unwrap_or(0)).unwrap_or('\u{F0000}');
        let places: Vec<String> = (0..pieces.len()).map(|i| place(i).to_string()).collect();
        let values: Vec<(&str, Value<'_>)> =
            pieces.iter().zip(&places).map(|((name, _), place)| (*name, Value::Text(place))).collect();
        let message = self.lang.say_with(key, &values);
        let mut spans = Vec::new();
        let mut text = String::new();
        for c in message.chars() {
            match (0..pieces.len()).find(|i| place(*i) == c).and_then(|i| pieces.get(i)) {
                None => text.push(c),
                Some((_, Piece::Text(piece))) => text.push_str(piece),
                Some((_, Piece::Number(shown, id))) => {
                    if !text.is_empty() {
                        spans.push(Span::Text(std::mem::take(&mut text)));
                    }
                    spans.push(Span::Reference { text: shown.clone(), id: (*id).to_owned() });
                }
            }
        }
        if !text.is_empty() {
            spans.push(Span::Text(text));
        }
        spans
    }

    pub(super) fn heading(&self, level: u8, key: &str, id: &str) -> Block {
        Block::Heading { level, text: self.lang.say(key), id: id.to_owned() }
    }

    /// A line under a figure: `report-note-KIND` and its text.
    pub(super) fn note(&self, kind: &str, text: String) -> Term {
        Term { term: self.lang.say(&format!("report-note-{kind}")), text }
    }
}

fn values_of(sheet: &Sheet<'_>) -> Vec<CertifiedValue> {
    let mut values = Vec::new();
    for row in &sheet.rows {
        let head = row.first().map(Cell::shown).unwrap_or_default();
        for (cell, column) in row.iter().zip(&sheet.columns) {
            if let Cell::Number { value, shown } = cell {
                values.push(certified(&[head, &column.label], *value, shown));
            }
        }
    }
    values
}

/// The table as CSV (RFC 4180): figures with a point and no grouping, hidden and missing ones as they are printed.
fn csv(sheet: &Sheet<'_>) -> String {
    let mut out = String::new();
    let head: Vec<String> = sheet.columns.iter().map(|c| text_cell(&c.label)).collect();
    out.push_str(&head.join(","));
    out.push_str("\r\n");
    for row in &sheet.rows {
        let cell = |cell: &Cell| match cell {
            Cell::Number { value: Some(value), .. } => value.to_string(),
            other => text_cell(other.shown()),
        };
        out.push_str(&row.iter().map(cell).collect::<Vec<_>>().join(","));
        out.push_str("\r\n");
    }
    out
}

/// A text as a CSV cell: quoted where needed, and never run as a formula by a spreadsheet.
fn text_cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let safe = if is_formula { format!("'{text}") } else { text.to_owned() };
    if safe.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_figure_prints_no_value_anywhere() {
        let press = Press::new(Lang::Fr, 1, Timestamp::UNIX_EPOCH, &[]);
        let hidden = press.number(Some(3.0), Status::SecretPrimary, 0);
        assert_eq!(hidden, Cell::Number { value: None, shown: "s".into() });
        assert_eq!(press.number(None, Status::NotAvailable, 0).shown(), "n.d.");
    }

    #[test]
    fn csv_runs_no_formula() {
        assert_eq!(text_cell("=1+1"), "'=1+1");
        assert_eq!(text_cell("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
