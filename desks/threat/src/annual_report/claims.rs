//! Ransomware claims, week by week, and by group.

use super::data::Data;
use super::press::{Cell, Drawing, Piece, Press, Sheet, certified, number_column, text_column};
use beffroi_chart::{Head, Line, LineChart, Use};
use beffroi_document::{Block, Term};
use beffroi_model::Period;
use beffroi_statistics::share;
use std::collections::BTreeMap;

const CHART: &str = "fig-claims-by-week";
const BY_WEEK: &str = "tbl-claims-by-week";
const BY_GROUP: &str = "tbl-claims-by-group";
/// Groups named; the others stand together.
const N_GROUPS: usize = 10;

pub(super) fn section(data: &Data, press: &mut Press) -> Vec<Block> {
    let mut blocks = vec![Block::PageBreak, press.heading(1, "report-claims-heading", "claims")];
    let weeks: BTreeMap<Period, f64> = data
        .claims_by_week
        .rows
        .iter()
        .filter_map(|row| Some((row.keys.first()?.as_deref()?.parse().ok()?, row.value?)))
        .collect();
    let (Some((first, _)), Some((last, _))) = (weeks.first_key_value(), weeks.last_key_value()) else {
        blocks.push(press.paragraph("report-no-data", &[]));
        return blocks;
    };
    let all: Vec<Period> = first.through(*last).collect();
    blocks.extend(groups(data, press));
    blocks.push(chart(data, press, &weeks, &all));
    by_week(data, press, &weeks, &all);
    blocks
}

fn chart(data: &Data, press: &mut Press, weeks: &BTreeMap<Period, f64>, all: &[Period]) -> Block {
    let lang = press.lang;
    let format = |v: f64| lang.integer(v);
    let year = data.year.to_string();
    let title = lang.say_with("report-claims-chart", &[("year", (&year).into())]);
    let unit = data.card("ransomware-claims").map(|c| c.unit.of(lang.code()).to_owned()).unwrap_or_default();
    let mut values = vec![certified(&["year"], None, &year)];
    for week in all {
        let value = weeks.get(week).copied();
        let cell = press.count(value);
        values.push(certified(&[&week.to_string()], value, cell.shown()));
    }
    let best = weeks.iter().max_by(|a, b| a.1.total_cmp(b.1));
    let reading = match best {
        None => lang.say("report-nothing-printed"),
        Some((week, value)) => {
            let (week, shown) = (lang.period(*week), lang.integer(*value));
            values.push(certified(&[&week], Some(*value), &shown));
            lang.say_with("report-claims-reading", &[("week", (&week).into()), ("value", (&shown).into())])
        }
    };
    let svg = LineChart {
        head: Head { id: CHART.into(), title: title.clone(), description: reading.clone() },
        width: 690,
        x: all.iter().map(|w| lang.period_short(*w)).collect(),
        x_groups: Vec::new(),
        lines: vec![Line { label: unit.clone(), values: all.iter().map(|w| weeks.get(w).copied()).collect() }],
        breaks: Vec::new(),
        y_label: unit,
        format: &format,
    }
    .svg(Use::Standalone);
    let alt = format!("{title}. {reading}");
    let mut notes = notes(data, press);
    notes.insert(0, press.note("reading", reading));
    press.figure(Drawing { id: CHART, title, svg, alt, notes }, &data.claims_by_week, values)
}

fn notes(data: &Data, press: &Press) -> Vec<Term> {
    vec![
        press.note("scope", press.lang.say("report-scope-claims")),
        press.note("source", press.sources_of(&data.claims_by_week)),
        press.note("note", press.lang.say("report-claims-note")),
    ]
}

fn by_week(data: &Data, press: &mut Press, weeks: &BTreeMap<Period, f64>, all: &[Period]) {
    let lang = press.lang;
    let row = |week: &Period| vec![Cell::Text(lang.period(*week)), press.count(weeks.get(week).copied())];
    let rows = all.iter().map(row).collect();
    let columns =
        vec![text_column(lang.say("indicator-dimension-week")), number_column(lang.say("report-column-claims"))];
    let notes = notes(data, press);
    let sheet = Sheet { id: BY_WEEK, caption: lang.say("report-claims-by-week"), columns, rows, total: false, notes };
    let table = press.table(sheet, &data.claims_by_week, Vec::new());
    press.annex.push(Block::Table(table));
}

/// The groups that claim most in the year, the others together, and all.
fn groups(data: &Data, press: &mut Press) -> Vec<Block> {
    let lang = press.lang;
    let mut groups: Vec<(String, f64)> = data
        .claims_by_group
        .rows
        .iter()
        .filter_map(|row| {
            Some((row.keys.first().cloned()?.unwrap_or_else(|| lang.say("indicator-no-value")), row.value?))
        })
        .collect();
    let total: f64 = groups.iter().map(|g| g.1).sum();
    if groups.is_empty() {
        return Vec::new();
    }
    groups.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let first = groups.first().cloned().unwrap_or_default();
    let others: f64 = groups.iter().skip(N_GROUPS).map(|g| g.1).sum();
    groups.truncate(N_GROUPS);
    if others > 0.0 {
        groups.push((lang.say("report-claims-others"), others));
    }
    groups.push((lang.say("report-total"), total));
    let row = |(name, value): &(String, f64)| {
        vec![Cell::Text(name.clone()), press.count(Some(*value)), press.percent(share(*value, total).ok())]
    };
    let rows = groups.iter().map(row).collect();
    let columns = vec![
        text_column(lang.say("indicator-dimension-subject")),
        number_column(lang.say("report-column-claims")),
        number_column(lang.say("report-column-share")),
    ];
    let year = data.year.to_string();
    let caption = lang.say_with("report-claims-by-group", &[("year", (&year).into())]);
    let notes = notes(data, press);
    let sheet = Sheet { id: BY_GROUP, caption, columns, rows, total: true, notes };
    let table = press.table(sheet, &data.claims_by_group, Vec::new());
    let pieces = [
        ("year", Piece::Text(year)),
        ("total", Piece::Number(lang.integer(total), BY_GROUP)),
        ("group", Piece::Text(first.0)),
        ("value", Piece::Number(lang.integer(first.1), BY_GROUP)),
    ];
    vec![press.paragraph("report-claims-sentence", &pieces), Block::Table(table)]
}
