//! How the figures are made: definitions, sources, secrecy, breaks, limits, and how to compute them again.

use super::data::Data;
use super::press::{Cell, Piece, Press, Sheet, text_column};
use super::{Options, chapters};
use beffroi_document::{Block, Span, Term};
use beffroi_ports::Dimension;
use std::collections::BTreeSet;

/// Identifier of the table of sources.
pub(super) const SOURCES: &str = "tbl-sources";

pub(super) fn section(data: &Data, options: &Options<'_>, press: &mut Press) -> Vec<Block> {
    let lang = press.lang;
    let mut blocks = vec![
        Block::PageBreak,
        press.heading(1, "report-method-heading", "method"),
        press.heading(2, "report-definitions-heading", "definitions"),
        Block::Terms(definitions(data, press)),
        press.heading(2, "report-sources-heading", "sources"),
    ];
    blocks.push(Block::Table(sources(data, options, press)));
    blocks.push(press.heading(2, "report-secret-heading", "secrecy"));
    let thresholds: BTreeSet<u32> =
        data.catalogue.cards().iter().map(|c| c.disclosure_threshold).filter(|t| *t > 0).collect();
    for threshold in thresholds {
        let threshold = lang.integer(f64::from(threshold));
        blocks.push(press.paragraph("report-secret-text", &[("threshold", Piece::Text(threshold))]));
    }
    blocks.push(press.heading(2, "report-limits-heading", "limits"));
    let limits = ["report-limit-dark", "report-limit-requalified", "report-limit-claims", "report-limit-feeds"];
    blocks.push(Block::List { ordered: false, items: limits.map(|key| vec![Span::Text(lang.say(key))]).to_vec() });
    blocks.push(press.heading(2, "report-again-heading", "reproducibility"));
    let command = format!("beffroi report build --year {} --snapshot {} --out DIR", data.year, data.snapshot);
    let mut again = press.sentence("report-again-text", &[]);
    again.push(Span::Text(" ".into()));
    again.push(Span::Code(command));
    blocks.push(Block::Paragraph(again));
    blocks.extend(chapters::colophon(options, press));
    blocks
}

/// Each indicator of the house: its definition, version, breaks and revision.
fn definitions(data: &Data, press: &Press) -> Vec<Term> {
    let lang = press.lang;
    let code = lang.code();
    let term = |card: &beffroi_indicators::Card| {
        let layer = beffroi_indicators::label(Dimension::Layer, card.layer.code(), code);
        let values = [
            ("version", (&card.definition_version).into()),
            ("layer", (&layer).into()),
            ("owner", card.owner.of(code).into()),
        ];
        let mut text = format!("{} {}", card.definition.of(code), lang.say_with("report-definition-line", &values));
        for b in &card.breaks {
            let at = lang.period(b.at);
            let values = [("period", (&at).into()), ("reason", b.label.of(code).into())];
            text.push(' ');
            text.push_str(&lang.say_with("report-note-break", &values));
        }
        text.push(' ');
        text.push_str(card.revision.of(code));
        Term { term: format!("{} ({})", card.label.of(code), card.code), text }
    };
    data.catalogue.cards().iter().map(term).collect()
}

fn sources(data: &Data, options: &Options<'_>, press: &mut Press) -> beffroi_document::Table {
    let lang = press.lang;
    let mut rows = Vec::new();
    for source in &data.sources {
        let known = options.sources.iter().find(|s| s.id == source.id);
        let title = known.map_or_else(|| source.id.clone(), |s| format!("{} ({})", s.title, s.id));
        let licence = known.map_or_else(|| lang.say("indicator-no-value"), |s| s.licence.clone());
        let synthetic = lang.say(if source.synthetic { "indicator-true" } else { "indicator-false" });
        rows.push([title, lang.date(source.vintage), licence, synthetic].map(Cell::Text).to_vec());
    }
    let heads = [
        "indicator-dimension-source",
        "report-column-vintage",
        "report-column-licence",
        "indicator-dimension-synthetic",
    ];
    let columns = heads.map(|key| text_column(lang.say(key))).to_vec();
    let caption = lang.say("report-sources-table");
    let sheet = Sheet { id: SOURCES, caption, columns, rows, total: false, notes: Vec::new() };
    press.register(sheet, "sources")
}
