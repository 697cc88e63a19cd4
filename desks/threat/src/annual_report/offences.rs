//! Recorded digital offences: month by month, and by category and year.

use super::ReportError;
use super::data::Data;
use super::press::{Cell, Drawing, Piece, Press, Sheet, certified, number_column, text_column};
use beffroi_chart::{Break, Group, Head, Line, LineChart, Use};
use beffroi_document::{Block, Term};
use beffroi_indicators::{CertifiedValue, label};
use beffroi_model::{Grain, Period};
use beffroi_ports::Dimension;
use beffroi_statistics::Status;
use std::collections::BTreeSet;

const CHART: &str = "fig-offences-by-month";
const BY_MONTH: &str = "tbl-offences-by-month";
const BY_YEAR: &str = "tbl-offences-by-year";

pub(super) fn section(data: &Data, press: &mut Press) -> Result<Vec<Block>, ReportError> {
    let mut blocks = vec![Block::PageBreak, press.heading(1, "report-offences-heading", "offences")];
    let monthly = Monthly::new(data);
    if monthly.months.is_empty() {
        blocks.push(press.paragraph("report-no-data", &[]));
        return Ok(blocks);
    }
    blocks.push(by_year(data, press, &monthly));
    // The table is certified before the sentence that cites it; the reader meets the sentence first.
    if let Some(sentence) = sentence(data, press) {
        blocks.insert(2, sentence);
    }
    blocks.push(chart(data, press, &monthly));
    by_month(data, press, &monthly);
    Ok(blocks)
}

/// The protected figures by month.
struct Monthly<'a> {
    data: &'a Data,
    months: Vec<Period>,
    /// Codes, in the order of the list.
    categories: Vec<String>,
}

impl<'a> Monthly<'a> {
    fn new(data: &'a Data) -> Self {
        let known: BTreeSet<Period> =
            data.offences.rows.iter().filter_map(|r| r.keys.get(1)?.as_deref()?.parse().ok()).collect();
        let months = match (known.first(), known.last()) {
            (Some(first), Some(last)) => first.through(*last).collect(),
            _ => Vec::new(),
        };
        let list = beffroi_codes::list("digital_offences");
        let ordered: Vec<String> = list.map_or(Vec::new(), |l| l.codes().map(|c| c.code.clone()).collect());
        let seen: BTreeSet<&str> = data.offences.rows.iter().filter_map(|r| r.keys.first()?.as_deref()).collect();
        let categories = ordered.into_iter().filter(|c| seen.contains(c.as_str())).collect();
        Self { data, months, categories }
    }

    /// Code and label of each category.
    fn labelled(&self, lang: &str) -> Vec<(String, String)> {
        self.categories.iter().map(|c| (c.clone(), label(Dimension::Category, c, lang))).collect()
    }

    /// A month of a category (all of them for none). A month without any row is a gap; a category without rows in a month
    /// that has some counts zero.
    fn at(&self, category: Option<&str>, month: Period) -> (Option<f64>, Status) {
        let Some(table) = self.data.offences_by_year.get(&month.start().year()) else {
            return (None, Status::NotAvailable);
        };
        let month = month.to_string();
        if !table.columns.iter().any(|c| c.as_deref() == Some(&month)) {
            return (None, Status::NotAvailable);
        }
        match category {
            Some(code) if !table.rows.iter().any(|r| r.as_deref() == Some(code)) => (Some(0.0), Status::Published),
            _ => table.cell(category, Some(&month)),
        }
    }

    fn year(&self, category: Option<&str>, year: i16) -> (Option<f64>, Status) {
        match (self.data.offences_by_year.get(&year), category) {
            (None, _) => (None, Status::NotAvailable),
            (Some(t), Some(code)) if !t.rows.iter().any(|r| r.as_deref() == Some(code)) => {
                (Some(0.0), Status::Published)
            }
            (Some(table), _) => table.cell(category, None),
        }
    }
}

/// "In YEAR, CATEGORY counts N of M."
fn sentence(data: &Data, press: &Press) -> Option<Block> {
    let monthly = Monthly::new(data);
    let (total, _) = monthly.year(None, data.year);
    let total = total?;
    let known = |code: &str| monthly.year(Some(code), data.year).0;
    let (code, value) =
        monthly.categories.iter().filter_map(|c| Some((c, known(c)?))).max_by(|a, b| a.1.total_cmp(&b.1))?;
    let pieces = [
        ("year", Piece::Text(data.year.to_string())),
        ("category", Piece::Text(label(Dimension::Category, code, press.lang.code()))),
        ("value", Piece::Number(press.lang.integer(value), BY_YEAR)),
        ("total", Piece::Number(press.lang.integer(total), BY_YEAR)),
    ];
    Some(press.paragraph("report-offences-sentence", &pieces))
}

fn by_year(data: &Data, press: &mut Press, monthly: &Monthly<'_>) -> Block {
    let lang = press.lang;
    let years: Vec<i16> = data.offences_by_year.keys().copied().collect();
    let mut columns = vec![text_column(lang.say("indicator-dimension-category"))];
    columns.extend(years.iter().map(|y| number_column(y.to_string())));
    let row = |press: &Press, head: String, category: Option<&str>| {
        let mut cells = vec![Cell::Text(head)];
        for year in &years {
            let (value, status) = monthly.year(category, *year);
            cells.push(press.number(value, status, 0));
        }
        cells
    };
    let mut rows: Vec<_> =
        monthly.labelled(lang.code()).into_iter().map(|(code, name)| row(press, name, Some(&code))).collect();
    rows.push(row(press, lang.say("report-total"), None));
    let (notes, told) = notes(data, press);
    let sheet = Sheet { id: BY_YEAR, caption: lang.say("report-offences-by-year"), columns, rows, total: true, notes };
    Block::Table(press.table(sheet, &data.offences, told))
}

fn by_month(data: &Data, press: &mut Press, monthly: &Monthly<'_>) {
    let lang = press.lang;
    let mut columns = vec![text_column(lang.say("indicator-dimension-month"))];
    columns.extend(monthly.labelled(lang.code()).into_iter().map(|(_, name)| number_column(name)));
    columns.push(number_column(lang.say("report-total")));
    let mut rows = Vec::new();
    for month in &monthly.months {
        let mut cells = vec![Cell::Text(lang.period(*month))];
        let codes = monthly.categories.iter().map(|code| Some(code.as_str())).chain([None]);
        for category in codes {
            let (value, status) = monthly.at(category, *month);
            cells.push(press.number(value, status, 0));
        }
        rows.push(cells);
    }
    let (notes, told) = notes(data, press);
    let sheet =
        Sheet { id: BY_MONTH, caption: lang.say("report-offences-by-month"), columns, rows, total: false, notes };
    let table = press.table(sheet, &data.offences, told);
    press.annex.push(Block::Table(table));
}

fn chart(data: &Data, press: &mut Press, monthly: &Monthly<'_>) -> Block {
    let lang = press.lang;
    let format = |v: f64| lang.integer(v);
    let mut values: Vec<CertifiedValue> = Vec::new();
    let mut lines = Vec::new();
    for (code, name) in monthly.labelled(lang.code()) {
        let mut line = Line { label: name.clone(), values: Vec::new() };
        for month in &monthly.months {
            let (value, status) = monthly.at(Some(&code), *month);
            let cell = press.number(value, status, 0);
            values.push(certified(
                &[&code, &month.to_string()],
                value.filter(|_| status == Status::Published),
                cell.shown(),
            ));
            line.values.push(value.filter(|_| status == Status::Published));
        }
        lines.push(line);
    }
    let card_breaks = data.card("digital-offences").map(|c| c.breaks.clone()).unwrap_or_default();
    let place = |b: &beffroi_indicators::Break| {
        monthly.months.iter().position(|m| m.start() == b.at.start()).filter(|at| *at > 0)
    };
    let breaks = card_breaks
        .iter()
        .filter_map(|b| Some(Break { at: place(b)?, label: b.label.of(lang.code()).to_owned() }))
        .collect();
    let mut groups: Vec<Group> = Vec::new();
    for (at, month) in monthly.months.iter().enumerate() {
        let label = month.start().year().to_string();
        if groups.last().is_none_or(|g| g.label != label) {
            groups.push(Group { at, label });
        }
    }
    let first = monthly.months.first().map(|m| lang.period(*m)).unwrap_or_default();
    let last = monthly.months.last().map(|m| lang.period(*m)).unwrap_or_default();
    let title = lang.say_with("report-offences-chart", &[("from", (&first).into()), ("to", (&last).into())]);
    let (reading, told) = reading(press, monthly);
    let alt = format!("{title}. {reading}");
    let svg = LineChart {
        head: Head { id: CHART.into(), title: title.clone(), description: reading.clone() },
        width: 690,
        x: monthly.months.iter().map(|m| lang.period_short(*m)).collect(),
        x_groups: groups,
        lines,
        breaks,
        y_label: data.card("digital-offences").map(|c| c.unit.of(lang.code()).to_owned()).unwrap_or_default(),
        format: &format,
    }
    .svg(Use::Standalone);
    values.extend(told);
    values.extend([certified(&["from"], None, &first), certified(&["to"], None, &last)]);
    let (mut notes, told) = notes(data, press);
    values.extend(told);
    notes.insert(0, press.note("reading", reading));
    press.figure(Drawing { id: CHART, title, svg, alt, notes }, &data.offences, values)
}

/// "In MONTH, CATEGORY counts N offences": the highest value that is printed.
fn reading(press: &Press, monthly: &Monthly<'_>) -> (String, Vec<CertifiedValue>) {
    let lang = press.lang;
    let mut best: Option<(f64, Period, String)> = None;
    for (code, name) in monthly.labelled(lang.code()) {
        for month in monthly.months.iter().filter(|m| m.grain() == Grain::Month) {
            if let (Some(value), Status::Published) = monthly.at(Some(&code), *month)
                && best.as_ref().is_none_or(|b| value > b.0)
            {
                best = Some((value, *month, name.clone()));
            }
        }
    }
    let Some((value, month, name)) = best else { return (lang.say("report-nothing-printed"), Vec::new()) };
    let (month, shown) = (lang.period(month), lang.integer(value));
    let text = lang.say_with(
        "report-offences-reading",
        &[("month", (&month).into()), ("category", (&name).into()), ("value", (&shown).into())],
    );
    (text, vec![certified(&[&name, &month], Some(value), &shown)])
}

/// The lines under figures of this section, and what they tell.
fn notes(data: &Data, press: &Press) -> (Vec<Term>, Vec<CertifiedValue>) {
    let lang = press.lang;
    let mut told = Vec::new();
    let mut notes = vec![
        press.note("scope", lang.say("report-scope-recorded")),
        press.note("source", press.sources_of(&data.offences)),
    ];
    let threshold = lang.integer(f64::from(data.offences.certificate.disclosure_threshold));
    notes.push(press.note("note", lang.say_with("report-note-secret", &[("threshold", (&threshold).into())])));
    told.push(certified(&["threshold"], Some(f64::from(data.offences.certificate.disclosure_threshold)), &threshold));
    for b in data.card("digital-offences").map(|c| c.breaks.clone()).unwrap_or_default() {
        let shown_years = data.offences_by_year.keys().any(|y| *y <= b.at.start().year());
        if shown_years {
            let at = lang.period(b.at);
            let text = b.label.of(lang.code()).to_owned();
            notes.push(press.note(
                "note",
                lang.say_with("report-note-break", &[("period", (&at).into()), ("reason", (&text).into())]),
            ));
            told.push(certified(&["break"], None, &at));
        }
    }
    (notes, told)
}
