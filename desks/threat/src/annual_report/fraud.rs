//! Fraud by department: the map of the rate, what no department counts, and the tables.

use super::data::Data;
use super::front::{PER, per};
use super::press::{Cell, Drawing, Piece, Press, Sheet, certified, number_column, text_column};
use beffroi_chart::{Aside, Choropleth, ClassBreaks, Head, MapWords, Use};
use beffroi_document::{Block, Table, Term};
use beffroi_indicators::{CertifiedValue, Figure, Figures, label};
use beffroi_model::{Territory, TerritoryKind};
use beffroi_ports::Dimension;
use beffroi_statistics::{Status, share};
use beffroi_wording::Lang;
use std::collections::{BTreeMap, BTreeSet};

const MAP: &str = "fig-fraud-map";
const MAP_VALUES: &str = "tbl-fraud-map";
const BY_DEPARTMENT: &str = "tbl-fraud-by-department";
const GAP: &str = "tbl-fraud-not-located";
/// Classes of the map.
const N_CLASSES: usize = 5;

pub(super) fn section(data: &Data, press: &mut Press) -> Vec<Block> {
    let mut blocks = vec![Block::PageBreak, press.heading(1, "report-fraud-heading", "fraud")];
    let whole_years: Vec<i16> = data.fraud_years().into_iter().filter(|(_, whole)| *whole).map(|(y, _)| y).collect();
    let whole_year = whole_years.last().copied();
    let Some(map_year) = located_years(data).last().copied() else {
        blocks.push(press.paragraph("report-no-data", &[]));
        return blocks;
    };
    blocks.push(map(data, press, map_year, whole_year));
    if let Some(year) = whole_year {
        let gap = gap(data, press, &whole_years);
        blocks.extend(sentence(data, press, year));
        blocks.push(Block::Table(gap));
    } else {
        blocks.push(press.paragraph("report-fraud-no-country", &[]));
    }
    let table = rates_table(data, press, map_year);
    press.annex.push(Block::Table(table));
    if let Some(year) = whole_year {
        let table = victims_table(data, press, year);
        press.annex.push(Block::Table(table));
    }
    blocks
}

/// The years in which a department has a rate.
fn located_years(data: &Data) -> BTreeSet<i16> {
    let located =
        |row: &&Figure| row.value.is_some() && row.keys.first().is_some_and(|k| k.as_deref().is_some_and(is_located));
    data.fraud_rate.rows.iter().filter(located).filter_map(|row| row.keys.get(1)?.as_deref()?.parse().ok()).collect()
}

/// Code and figure of each territory of a year.
fn of_year(figures: &Figures, year: i16) -> BTreeMap<String, &Figure> {
    let year = year.to_string();
    let rows = figures.rows.iter().filter(|row| row.keys.get(1).cloned().flatten().as_deref() == Some(&*year));
    rows.filter_map(|row| Some((row.keys.first().cloned().flatten()?, row))).collect()
}

fn is_located(code: &str) -> bool {
    let kind = code.parse::<Territory>().map(|t| t.kind());
    matches!(kind, Ok(TerritoryKind::Department | TerritoryKind::Collectivity))
}

fn name(lang: Lang, code: &str) -> String {
    label(Dimension::Department, code, lang.code())
}

fn map(data: &Data, press: &mut Press, year: i16, whole_year: Option<i16>) -> Block {
    let lang = press.lang;
    let (year_text, per) = (year.to_string(), per(press));
    let rates: BTreeMap<String, &Figure> =
        of_year(&data.fraud_rate, year).into_iter().filter(|(code, _)| is_located(code)).collect();
    let known: Vec<f64> = rates.values().filter_map(|f| f.value).collect();
    let breaks = ClassBreaks::rounded(&known, N_CLASSES);

    let mut values = vec![certified(&["rate-per"], Some(PER), &per), certified(&["year"], None, &year_text)];
    let mut cells = BTreeMap::new();
    for (code, figure) in &rates {
        let cell = press.number(figure.value, figure.status, 1);
        let count = press.count(figure.numerator);
        values.push(certified(&[code, &year_text], figure.value, cell.shown()));
        let tip = lang.say_with(
            "report-fraud-tip",
            &[
                ("name", (&name(lang, code)).into()),
                ("rate", cell.shown().into()),
                ("per", (&per).into()),
                ("number", count.shown().into()),
            ],
        );
        let secret = figure.status.is_hidden();
        cells.insert(code.clone(), beffroi_chart::Cell { value: figure.value, secret, label: tip });
    }
    let mut bound = |value: f64| {
        // As many decimals as the rounded bound has, two at most.
        let digits = (0..2).find(|d| (value * 10f64.powi(*d)).fract().abs() < 1e-9).unwrap_or(2);
        let shown = lang.decimal(value, usize::try_from(digits).unwrap_or(0));
        values.push(certified(&["class-bound"], Some(value), &shown));
        shown
    };
    let classes = breaks.intervals().into_iter().map(|interval| match (interval.from, interval.to) {
        (None, None) => lang.say("report-class-all"),
        (None, Some(to)) => lang.say_with("report-class-below", &[("to", (&bound(to)).into())]),
        (Some(from), None) => lang.say_with("report-class-from", &[("from", (&bound(from)).into())]),
        (Some(from), Some(to)) => {
            let (from, to) = (bound(from), bound(to));
            lang.say_with("report-class-between", &[("from", (&from).into()), ("to", (&to).into())])
        }
    });
    let classes = classes.collect();
    let not_located = whole_year.and_then(|year| {
        let year = year.to_string();
        let number = data.fraud_victims.value(&["NL", &year])?;
        let shown = lang.integer(number);
        values.push(certified(&["NL", &year], Some(number), &shown));
        values.push(certified(&["NL", "year"], None, &year));
        Some(Aside { label: lang.say_with("report-not-located-in", &[("year", (&year).into())]), value: shown })
    });
    let names = beffroi_codes::list("departments")
        .map(|list| list.codes().map(|c| (c.code.clone(), c.label(lang.code()).to_owned())).collect())
        .unwrap_or_default();
    let title = lang.say_with("report-fraud-map", &[("year", (&year_text).into())]);
    let (reading, told) = reading(press, &rates, &year_text, &per);
    values.extend(told);
    let svg = Choropleth {
        head: Head { id: MAP.into(), title: title.clone(), description: reading.clone() },
        cells,
        breaks,
        words: MapWords {
            legend: lang.say_with("report-fraud-legend", &[("per", (&per).into())]),
            classes,
            secret: lang.say("report-map-secret"),
            missing: lang.say("report-map-missing"),
            inset: lang.say("report-map-inset"),
            names,
        },
        not_located,
        codes: true,
    }
    .svg(Use::Standalone);
    let alt = format!("{title}. {reading}");
    let notes = vec![
        press.note("reading", reading),
        press.note("scope", lang.say("report-scope-recorded")),
        press.note("source", sources_in(press, &rates)),
        press.note("note", lang.say("report-fraud-note")),
        press.note("note", lang.say("report-map-credit")),
    ];
    press.figure(Drawing { id: MAP, title, svg, alt, notes }, &data.fraud_rate, values)
}

/// The names of the sources of these figures.
fn sources_in(press: &Press, figures: &BTreeMap<String, &Figure>) -> String {
    press.titles(figures.values().filter_map(|f| f.source.as_deref()))
}

/// The highest and the lowest rate.
fn reading(press: &Press, rates: &BTreeMap<String, &Figure>, year: &str, per: &str) -> (String, Vec<CertifiedValue>) {
    let lang = press.lang;
    let known: Vec<(&String, f64)> = rates.iter().filter_map(|(code, f)| Some((code, f.value?))).collect();
    let ends = (known.iter().max_by(|a, b| a.1.total_cmp(&b.1)), known.iter().min_by(|a, b| a.1.total_cmp(&b.1)));
    let (Some((high, most)), Some((low, least))) = ends else {
        return (lang.say("report-nothing-printed"), Vec::new());
    };
    let (most_shown, least_shown) = (lang.decimal(*most, 1), lang.decimal(*least, 1));
    let text = lang.say_with(
        "report-fraud-reading",
        &[
            ("year", year.into()),
            ("high", (&name(lang, high)).into()),
            ("most", (&most_shown).into()),
            ("low", (&name(lang, low)).into()),
            ("least", (&least_shown).into()),
            ("per", per.into()),
        ],
    );
    (text, vec![certified(&[high], Some(*most), &most_shown), certified(&[low], Some(*least), &least_shown)])
}

fn sentence(data: &Data, press: &Press, year: i16) -> Option<Block> {
    let year = year.to_string();
    let number = data.fraud_victims.value(&["NL", &year])?;
    let whole = data.fraud_country.value(&[&year])?;
    let part = share(number, whole).ok()?;
    let pieces = [
        ("year", Piece::Text(year)),
        ("number", Piece::Number(press.lang.integer(number), GAP)),
        ("share", Piece::Number(press.lang.percent(part, 1), GAP)),
        ("total", Piece::Number(press.lang.integer(whole), GAP)),
    ];
    Some(press.paragraph("report-fraud-sentence", &pieces))
}

/// Country, departments and what lies between, year by year.
fn gap(data: &Data, press: &mut Press, years: &[i16]) -> Table {
    let lang = press.lang;
    let mut rows = Vec::new();
    for year in years.iter().map(i16::to_string) {
        let whole = data.fraud_country.value(&[&year]);
        let number = data.fraud_victims.value(&["NL", &year]);
        let located = whole.zip(number).map(|(whole, number)| whole - number);
        let part = whole.zip(number).and_then(|(whole, number)| share(number, whole).ok());
        let counts = [whole, located, number].map(|value| press.count(value));
        rows.push([Cell::Text(year)].into_iter().chain(counts).chain([press.percent(part)]).collect());
    }
    let mut columns = vec![text_column(lang.say("indicator-dimension-year"))];
    let heads = ["report-column-country", "report-column-located", "report-column-not-located", "report-column-share"];
    columns.extend(heads.map(|key| number_column(lang.say(key))));
    let (notes, told) = notes(data, press);
    let sheet = Sheet { id: GAP, caption: lang.say("report-fraud-gap"), columns, rows, total: false, notes };
    press.table(sheet, &data.fraud_victims, told)
}

fn notes(data: &Data, press: &Press) -> (Vec<Term>, Vec<CertifiedValue>) {
    let lang = press.lang;
    let mut told = Vec::new();
    let mut notes = vec![
        press.note("scope", lang.say("report-scope-recorded")),
        press.note("source", press.sources_of(&data.fraud_victims)),
    ];
    for b in data.card("fraud-victims").map(|c| c.breaks.clone()).unwrap_or_default() {
        let at = lang.period(b.at);
        let values = [("period", (&at).into()), ("reason", b.label.of(lang.code()).into())];
        notes.push(press.note("note", lang.say_with("report-note-break", &values)));
        told.push(certified(&["break"], None, &at));
    }
    (notes, told)
}

/// Every department of the list, then whatever other territory has a figure; not "not located".
fn territories(figures: &BTreeMap<String, &Figure>) -> Vec<String> {
    let list = beffroi_codes::list("departments");
    let mut codes: Vec<String> = list.map_or(Vec::new(), |l| {
        l.codes().map(|c| c.code.clone()).filter(|c| is_department(c) || figures.contains_key(c)).collect()
    });
    codes.retain(|code| code != Territory::NOT_LOCATED);
    let others: Vec<String> =
        figures.keys().filter(|c| !codes.contains(c) && c.as_str() != Territory::NOT_LOCATED).cloned().collect();
    codes.extend(others);
    codes
}

fn heading(lang: Lang, code: &str) -> Cell {
    let kind = code.parse::<Territory>().map(|t| t.kind());
    let text = match kind {
        Ok(TerritoryKind::NotLocated | TerritoryKind::Abroad) => name(lang, code),
        _ => format!("{code} {}", name(lang, code)),
    };
    Cell::Text(text)
}

/// The figures of the map: victims, population, rate and its limits, by department.
fn rates_table(data: &Data, press: &mut Press, year: i16) -> Table {
    let lang = press.lang;
    let rates: BTreeMap<String, &Figure> =
        of_year(&data.fraud_rate, year).into_iter().filter(|(code, _)| code != Territory::NOT_LOCATED).collect();
    let row = |code: &String| {
        let figure = rates.get(code);
        let status = figure.map_or(Status::NotAvailable, |f| f.status);
        let number = |value: Option<f64>, digits| press.number(value, status, digits);
        let limits = figure.and_then(|f| f.interval);
        vec![
            heading(lang, code),
            number(figure.and_then(|f| f.numerator), 0),
            number(figure.and_then(|f| f.denominator), 0),
            number(figure.and_then(|f| f.value), 1),
            number(limits.map(|l| l.0), 1),
            number(limits.map(|l| l.1), 1),
        ]
    };
    let rows = territories(&rates).iter().map(row).collect();
    let per = per(press);
    let columns = vec![
        text_column(lang.say("indicator-dimension-department")),
        number_column(lang.say("report-column-victims")),
        number_column(lang.say("indicator-denominator")),
        number_column(lang.say_with("report-column-rate", &[("per", (&per).into())])),
        number_column(lang.say("indicator-low")),
        number_column(lang.say("indicator-high")),
    ];
    let year = year.to_string();
    let caption = lang.say_with("report-fraud-rates", &[("year", (&year).into())]);
    let notes =
        vec![press.note("scope", lang.say("report-scope-recorded")), press.note("source", sources_in(press, &rates))];
    let sheet = Sheet { id: MAP_VALUES, caption, columns, rows, total: false, notes };
    press.table(sheet, &data.fraud_rate, vec![certified(&["rate-per"], Some(PER), &per)])
}

/// Victims by department, those not located, and the country: the lines add up to the last.
fn victims_table(data: &Data, press: &mut Press, year: i16) -> Table {
    let lang = press.lang;
    let victims = of_year(&data.fraud_victims, year);
    let year_text = year.to_string();
    let country = data.fraud_country.value(&[&year_text]);
    let row = |head: Cell, value: Option<f64>| {
        let part = value.zip(country).and_then(|(value, country)| share(value, country).ok());
        vec![head, press.count(value), press.percent(part)]
    };
    let mut codes = territories(&victims);
    codes.push(Territory::NOT_LOCATED.to_owned());
    let mut rows: Vec<Vec<Cell>> =
        codes.iter().map(|code| row(heading(lang, code), victims.get(code).and_then(|f| f.value))).collect();
    rows.push(row(Cell::Text(lang.say("report-column-country")), country));
    let columns = vec![
        text_column(lang.say("indicator-dimension-department")),
        number_column(lang.say("report-column-victims")),
        number_column(lang.say("report-column-share")),
    ];
    let caption = lang.say_with("report-fraud-by-department", &[("year", (&year_text).into())]);
    let (notes, told) = notes(data, press);
    let sheet = Sheet { id: BY_DEPARTMENT, caption, columns, rows, total: true, notes };
    press.table(sheet, &data.fraud_victims, told)
}

fn is_department(code: &str) -> bool {
    code.parse::<Territory>().is_ok_and(|t| t.kind() == TerritoryKind::Department)
}
