//! What each instrument sees, side by side and without a total.

use super::ReportError;
use super::data::Data;
use super::press::{Cell, Press, Sheet, certified, number_column, text_column};
use beffroi_document::{Block, Table};
use beffroi_indicators::{CertifiedValue, Figures, label, protect_figures};
use beffroi_ports::Dimension;
use beffroi_statistics::Status;
use std::collections::BTreeSet;

pub(super) fn section(data: &Data, press: &mut Press) -> Result<Vec<Block>, ReportError> {
    let mut blocks =
        vec![press.heading(1, "report-layers-heading", "layers"), press.paragraph("report-layers-sentence", &[])];
    let tables = [survey(data, press), platforms(data, press)?, recorded(data, press)];
    for (layer, table) in ["survey", "platform", "recorded"].into_iter().zip(tables) {
        blocks.push(Block::Heading {
            level: 2,
            text: label(Dimension::Layer, layer, press.lang.code()),
            id: format!("layer-{layer}"),
        });
        blocks.push(press.paragraph(&format!("report-layer-{layer}"), &[]));
        blocks.push(table.map_or_else(|| press.paragraph("report-no-data", &[]), Block::Table));
    }
    Ok(blocks)
}

fn years(data: &Data) -> [String; 2] {
    [(data.year - 1).to_string(), data.year.to_string()]
}

fn sheet<'a>(press: &Press, id: &'a str, years: &[String], rows: Vec<Vec<Cell>>, figures: &Figures) -> Sheet<'a> {
    let lang = press.lang;
    let mut columns =
        vec![text_column(lang.say("report-column-instrument")), text_column(lang.say("indicator-dimension-unit"))];
    columns.extend(years.iter().map(|y| number_column(y.clone())));
    let notes =
        vec![press.note("source", press.sources_of(figures)), press.note("note", lang.say("report-layers-note"))];
    let layer = figures.certificate.layer.code();
    Sheet { id, caption: lang.say(&format!("report-layers-table-{layer}")), columns, rows, total: false, notes }
}

fn unit(press: &Press, code: &str) -> Cell {
    Cell::Text(label(Dimension::Unit, code, press.lang.code()))
}

/// The survey's last year known, on or before the year of the report.
fn survey(data: &Data, press: &mut Press) -> Option<Table> {
    let last = data.survey.rows.last()?;
    let year = last.keys.first().cloned().flatten()?;
    let title = data.card("bank-fraud-households")?.label.of(press.lang.code()).to_owned();
    let rows =
        vec![vec![Cell::Text(title), unit(press, &data.survey.certificate.unit_of_count), press.count(last.value)]];
    let sheet = sheet(press, "tbl-layer-survey", &[year], rows, &data.survey);
    Some(press.table(sheet, &data.survey, Vec::new()))
}

/// One line a platform: no two are added, and no total stands below them.
fn platforms(data: &Data, press: &mut Press) -> Result<Option<Table>, ReportError> {
    let figures = protect_figures(&data.platforms)?;
    let key = |keys: &[Option<String>], i: usize| keys.get(i).cloned().flatten().unwrap_or_default();
    let sources: BTreeSet<(String, String)> = figures.rows.iter().map(|r| (key(&r.keys, 0), key(&r.keys, 1))).collect();
    if sources.is_empty() {
        return Ok(None);
    }
    let years = years(data);
    let mut rows = Vec::new();
    for (source, unit_code) in &sources {
        let mut cells = vec![Cell::Text(press.title(source).to_owned()), unit(press, unit_code)];
        for year in &years {
            let figure = figures.figure(&[source, unit_code, year]);
            cells.push(press.number(
                figure.and_then(|f| f.value),
                figure.map_or(Status::NotAvailable, |f| f.status),
                0,
            ));
        }
        rows.push(cells);
    }
    let mut sheet = sheet(press, "tbl-layer-platform", &years, rows, &figures);
    let threshold = figures.certificate.disclosure_threshold;
    let shown = press.lang.integer(f64::from(threshold));
    let secret = press.lang.say_with("report-note-secret", &[("threshold", (&shown).into())]);
    sheet.notes.push(press.note("note", secret));
    let told: Vec<CertifiedValue> = vec![certified(&["threshold"], Some(f64::from(threshold)), &shown)];
    Ok(Some(press.table(sheet, &figures, told)))
}

fn recorded(data: &Data, press: &mut Press) -> Option<Table> {
    if data.offences_by_year.is_empty() {
        return None;
    }
    let years = years(data);
    let mut cells = vec![
        Cell::Text(data.card("digital-offences")?.label.of(press.lang.code()).to_owned()),
        unit(press, &data.offences.certificate.unit_of_count),
    ];
    for year in [data.year - 1, data.year] {
        let (value, status) =
            data.offences_by_year.get(&year).map_or((None, Status::NotAvailable), |table| table.cell(None, None));
        cells.push(press.number(value, status, 0));
    }
    let sheet = sheet(press, "tbl-layer-recorded", &years, vec![cells], &data.offences);
    Some(press.table(sheet, &data.offences, Vec::new()))
}
