//! The annexes: the values behind the figures, and the birth certificates.

use super::press::{Press, text_column};
use beffroi_document::{Block, Table};
use beffroi_ports::Dimension;

/// Identifier of the table of birth certificates: the one table that has none itself.
pub(super) const CERTIFICATES: &str = "tbl-birth-certificates";

pub(super) fn section(press: &mut Press) -> Vec<Block> {
    let mut blocks = vec![Block::PageBreak, press.heading(1, "report-tables-heading", "tables")];
    let tables = std::mem::take(&mut press.annex);
    if tables.is_empty() {
        blocks.push(press.paragraph("report-no-data", &[]));
    }
    blocks.extend(tables);
    blocks.push(Block::PageBreak);
    blocks.push(press.heading(1, "report-certificates-heading", "certificates"));
    blocks.push(press.paragraph("report-certificates-text", &[]));
    blocks.push(Block::Table(certificates(press)));
    blocks
}

fn certificates(press: &Press) -> Table {
    let lang = press.lang;
    let row = |c: &beffroi_indicators::Certificate| {
        vec![
            c.id.clone(),
            c.indicator.clone(),
            c.definition_version.clone(),
            c.snapshot.to_string(),
            c.unit_of_count.clone(),
            beffroi_indicators::label(Dimension::Layer, c.layer.code(), lang.code()),
            c.digest.chars().take(12).collect(),
        ]
    };
    let heads = [
        "report-column-id",
        "report-column-indicator",
        "report-column-definition",
        "report-column-snapshot",
        "indicator-dimension-unit",
        "indicator-dimension-layer",
        "report-column-digest",
    ];
    Table {
        id: CERTIFICATES.to_owned(),
        caption: lang.say("report-certificates-table"),
        columns: heads.map(|key| text_column(lang.say(key))).to_vec(),
        rows: press.certificates.iter().map(row).collect(),
        total: false,
        notes: Vec::new(),
    }
}
