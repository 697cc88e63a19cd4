//! Figures drawn: lines over periods, bars, and the map of the departments.

use crate::figures;
use crate::house::{CATALOGUE, LakeView};
use crate::problem::Problem;
use beffroi_chart::{
    Aside, Bar, Bars, Break, Cell, Choropleth, ClassBreaks, Group, Head, LegendItem, Line, LineChart, MapWords, Use,
};
use beffroi_desk_observatory::indicators::{Card, Figure, Figures, Request};
use beffroi_indicators::{Computation, list_naming};
use beffroi_model::{Grain, Period, Territory};
use beffroi_ports::Dimension;
use beffroi_wording::Lang;
use std::collections::{BTreeMap, BTreeSet};

/// Lines of one drawing: more cannot be told apart.
const MOST_LINES: usize = 6;
/// Bars of one drawing.
const MOST_BARS: usize = 25;

/// A drawing and what stands below it.
pub(crate) struct Drawing {
    pub(crate) svg: String,
    /// Where the figures come from.
    pub(crate) note: String,
    /// How many were left out of it, in words.
    pub(crate) left: Option<String>,
    pub(crate) synthetic: bool,
}

/// Lines over periods: figures broken down by periods, and perhaps by one more dimension; bars when there is one
/// period only. Nothing when there are no figures.
pub(crate) fn lines(id: &str, card: &Card, figures: &Figures, t: Lang) -> Option<Drawing> {
    let time = figures.by.iter().position(|d| d.grain().is_some())?;
    let other = (0..figures.by.len()).find(|i| *i != time);
    if figures.by.len() > 2 {
        return None;
    }
    let key = |f: &Figure, i: usize| f.keys.get(i).cloned().flatten();
    let mut values: BTreeMap<(Option<String>, Period), Option<f64>> = BTreeMap::new();
    let mut weights: BTreeMap<Option<String>, f64> = BTreeMap::new();
    for row in &figures.rows {
        let Some(period) = key(row, time).and_then(|text| text.parse::<Period>().ok()) else { continue };
        let group = other.and_then(|i| key(row, i));
        *weights.entry(group.clone()).or_default() += row.value.unwrap_or(0.0);
        // A secret figure leaves a gap: it must not look like a zero.
        values.insert((group, period), row.value);
    }
    let periods: BTreeSet<Period> = values.keys().map(|(_, period)| *period).collect();
    let (first, last) = (*periods.first()?, *periods.last()?);
    if first == last
        && let Some((at, dimension)) = other.and_then(|i| Some((i, figures.by.get(i).copied()?)))
    {
        return bars(id, card, figures, dimension, at, first, t);
    }
    let periods: Vec<Period> = first.through(last).take(2000).collect();
    let mut groups: Vec<(Option<String>, f64)> = weights.into_iter().collect();
    groups.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let n_left = groups.len().saturating_sub(MOST_LINES);
    groups.truncate(MOST_LINES);
    let absent = absent(card);
    let opened = opened(figures, values.keys());
    let none =
        |group: &Option<String>, period: Period| absent.filter(|_| opened.get(group).is_none_or(|o| *o <= period));
    let name = card.label.of(t.code());
    let dimension = other.and_then(|i| figures.by.get(i).copied());
    let chart_lines = groups.iter().map(|(group, _)| Line {
        label: dimension.map_or_else(String::new, |d| key_label(t, d, group.as_deref())),
        values: periods
            .iter()
            .map(|p| values.get(&(group.clone(), *p)).copied().unwrap_or_else(|| none(group, *p)))
            .collect(),
    });
    let breaks = card.breaks.iter().filter_map(|b| {
        let at = periods.iter().position(|p| p.end() >= b.at.start()).filter(|at| *at > 0)?;
        Some(Break { at, label: b.label.of(t.code()).to_owned() })
    });
    let format = |v: f64| t.decimal(v, card.decimals);
    let chart = LineChart {
        head: Head {
            id: id.to_owned(),
            title: title(t, name, dimension, first, last),
            description: t.say("web-chart-table"),
        },
        width: 660,
        x: periods.iter().map(|p| t.period_short(*p)).collect(),
        x_groups: year_groups(&periods),
        lines: chart_lines.collect(),
        breaks: breaks.collect(),
        y_label: card.unit.of(t.code()).to_owned(),
        format: &format,
    };
    let (note, left) = (sources_note(t, figures), left_note(t, n_left));
    Some(Drawing { svg: chart.svg(Use::Inline), note, left, synthetic: figures.certificate.synthetic })
}

/// What a group without rows counts: nothing, where reports are counted; unknown, where a publisher was silent or the
/// value is a mean.
pub(crate) fn absent(card: &Card) -> Option<f64> {
    (card.additive && matches!(card.computation, Computation::Reports { .. })).then_some(0.0)
}

/// The first period of each source, where figures are broken down by source: it counts nothing before it opens, which is
/// not a zero. `keys` in ascending order.
pub(crate) fn opened<'a>(
    figures: &Figures,
    keys: impl Iterator<Item = &'a (Option<String>, Period)>,
) -> BTreeMap<Option<String>, Period> {
    let mut opened = BTreeMap::new();
    if figures.by.contains(&Dimension::Source) {
        for (source, period) in keys {
            opened.entry(source.clone()).or_insert(*period);
        }
    }
    opened
}

/// Bars of one period, the longest first. Nothing when there are no figures.
fn bars(
    id: &str,
    card: &Card,
    figures: &Figures,
    dimension: Dimension,
    at: usize,
    when: Period,
    t: Lang,
) -> Option<Drawing> {
    let mut rows: Vec<&Figure> = figures.rows.iter().collect();
    rows.sort_by(|a, b| b.value.unwrap_or(-1.0).total_cmp(&a.value.unwrap_or(-1.0)).then_with(|| a.keys.cmp(&b.keys)));
    let n_left = rows.len().saturating_sub(MOST_BARS);
    rows.truncate(MOST_BARS);
    let bars = rows.into_iter().map(|row| Bar {
        label: key_label(t, dimension, row.keys.get(at).and_then(Option::as_deref)),
        value: row.value,
        interval: row.interval,
        missing: figures::figure(t, card, Some(row)),
        strong: false,
    });
    let format = |v: f64| t.decimal(v, card.decimals);
    let title = format!("{}, {}", card.label.of(t.code()), t.period(when));
    let chart = Bars {
        head: Head { id: id.to_owned(), title, description: t.say("web-chart-table") },
        width: 660,
        rows: bars.collect(),
        x_label: card.unit.of(t.code()).to_owned(),
        format: &format,
    };
    let (note, left) = (sources_note(t, figures), left_note(t, n_left));
    Some(Drawing { svg: chart.svg(Use::Inline), note, left, synthetic: figures.certificate.synthetic })
}

/// How many were left out of a drawing, in words.
fn left_note(t: Lang, n_left: usize) -> Option<String> {
    let n = figures::count(t, n_left as u64);
    (n_left > 0).then(|| t.say_with("web-chart-left", &[("count", (&n).into())]))
}

/// A map with its legend.
pub(crate) struct Map {
    pub(crate) title: String,
    pub(crate) svg: String,
    pub(crate) legend: Vec<LegendItem>,
    pub(crate) note: String,
    /// How the classes were made, and what a map of counts shows.
    pub(crate) method: String,
    pub(crate) synthetic: bool,
}

impl Map {
    /// The map of an indicator by department in the last year before `this_year` that has figures.
    pub(crate) async fn of_year(
        lake: &LakeView<'_>,
        code: &str,
        this_year: i16,
        t: Lang,
    ) -> Result<Option<Self>, Problem> {
        let card = CATALOGUE.card(code)?;
        let request = Request { by: vec![Dimension::Department, Dimension::Year], ..Request::default() };
        let figures = lake.published(code, request).await?;
        let year_of = |row: &Figure| row.keys.get(1)?.as_deref()?.parse::<i16>().ok();
        let last = |located: bool| {
            let rows = figures.rows.iter().filter(|row| located || is_not_located(row));
            rows.filter_map(year_of).filter(|y| *y < this_year).max()
        };
        // What is not located belongs to the picture: a year older is shown when it has it and the last one has not.
        let Some(latest) = last(true) else { return Ok(None) };
        let year = last(false).filter(|y| *y >= latest - 1).unwrap_or(latest);
        let year = year.to_string();
        let rows = figures.rows.iter().filter(|row| row.keys.get(1).and_then(Option::as_deref) == Some(year.as_str()));
        Ok(Some(Self::draw("carte", card, &figures, rows, &year, t)))
    }

    /// The map of figures whose first key is a department.
    pub(crate) fn draw<'a>(
        id: &str,
        card: &Card,
        figures: &Figures,
        rows: impl Iterator<Item = &'a Figure>,
        when: &str,
        t: Lang,
    ) -> Self {
        let unit = card.unit.of(t.code());
        let mut cells = BTreeMap::new();
        // Always there: a map without it would pass for the whole.
        let mut not_located =
            Aside { label: figures::territory(t, Territory::NOT_LOCATED), value: t.say("web-map-missing") };
        for row in rows {
            let Some(code) = row.keys.first().and_then(Option::as_deref) else { continue };
            let name = figures::territory(t, code);
            let value = figures::figure(t, card, Some(row));
            match code {
                Territory::NOT_LOCATED => {
                    let value = match (row.value, row.numerator) {
                        (None, Some(n)) if !row.status.is_hidden() => t.integer(n),
                        _ => value,
                    };
                    not_located.value = value;
                }
                Territory::FRANCE | Territory::METROPOLITAN | Territory::ABROAD => {}
                code => {
                    let cell = Cell {
                        value: row.value,
                        secret: row.status.is_hidden(),
                        label: format!("{name} · {value} {unit}"),
                    };
                    cells.insert(code.to_owned(), cell);
                }
            }
        }
        let values: Vec<f64> = cells.values().filter_map(|cell: &Cell| cell.value).collect();
        let breaks = ClassBreaks::rounded(&values, 5);
        let classes = breaks.intervals().into_iter().map(|i| class_label(t, card, i.from, i.to)).collect();
        let lists = crate::code_lists::in_use();
        let names = lists.list("departments");
        // Past ones keep their name: figures of before carry them.
        let names =
            names.map(|l| l.every_code().iter().map(|c| (c.code.clone(), c.label(t.code()).to_owned())).collect());
        let title = figures::unbroken(&format!("{}, {when}", card.label.of(t.code())));
        let map = Choropleth {
            head: Head { id: id.to_owned(), title: title.clone(), description: t.say("web-chart-table") },
            cells,
            breaks,
            words: MapWords {
                legend: unit.to_owned(),
                classes,
                secret: t.say("web-map-secret"),
                missing: t.say("web-map-missing"),
                inset: t.say("web-map-inset"),
                names: names.unwrap_or_default(),
            },
            not_located: Some(not_located),
            codes: false,
        };
        let note = format!("{} {}", sources_note(t, figures), t.say("web-map-credit"));
        let is_rate = figures.rows.iter().any(|row| row.denominator.is_some()) || !card.additive;
        let n_classes = map.breaks.n_classes().to_string();
        let mut method = t.say_with("web-map-method", &[("count", (&n_classes).into())]);
        if !is_rate {
            method = format!("{method} {}", t.say("web-map-counts"));
        }
        let (svg, legend) = (map.svg(Use::Inline), map.legend());
        Self { title, svg, legend, note, method, synthetic: figures.certificate.synthetic }
    }
}

fn is_not_located(row: &Figure) -> bool {
    row.keys.first().and_then(Option::as_deref) == Some(Territory::NOT_LOCATED) && row.numerator.is_some()
}

fn class_label(t: Lang, card: &Card, from: Option<f64>, to: Option<f64>) -> String {
    let write = |v: f64| {
        let digits = if v.fract() == 0.0 { 0 } else { card.decimals.max(1) };
        t.decimal(v, digits)
    };
    match (from.map(write), to.map(write)) {
        (None, Some(to)) => t.say_with("web-class-below", &[("to", (&to).into())]),
        (Some(from), Some(to)) => t.say_with("web-class-between", &[("from", (&from).into()), ("to", (&to).into())]),
        (Some(from), None) => t.say_with("web-class-above", &[("from", (&from).into())]),
        (None, None) => t.say("web-class-all"),
    }
}

/// A key of a breakdown, in words.
pub(crate) fn key_label(t: Lang, dimension: Dimension, key: Option<&str>) -> String {
    let Some(key) = key else { return t.say("indicator-no-value") };
    match dimension {
        d if d.grain().is_some() => figures::period(t, key),
        Dimension::Department => figures::territory(t, key),
        Dimension::Astad | Dimension::Synthetic if key == "true" => t.say("indicator-true"),
        Dimension::Astad | Dimension::Synthetic => t.say("indicator-false"),
        _ => list_naming(dimension, key).map_or_else(|| key.to_owned(), |list| figures::label(list, key, t)),
    }
}

fn title(t: Lang, name: &str, dimension: Option<Dimension>, first: Period, last: Period) -> String {
    let (first, last) = (t.period(first), t.period(last));
    let span = t.say_with("web-span", &[("from", (&first).into()), ("to", (&last).into())]);
    match dimension {
        Some(dimension) => format!("{name}, {}, {span}", dimension_label(t, dimension).to_lowercase()),
        None => format!("{name}, {span}"),
    }
}

/// A dimension in words.
pub(crate) fn dimension_label(t: Lang, dimension: Dimension) -> String {
    t.say(&format!("indicator-dimension-{}", dimension.code()))
}

/// Years below months, quarters and weeks.
pub(crate) fn year_groups(periods: &[Period]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let year = |p: &Period| match p.grain() {
        Grain::Week => p.start().iso_week_date().year(),
        _ => p.start().year(),
    };
    for (at, period) in periods.iter().enumerate().filter(|(_, p)| p.grain() != Grain::Year) {
        let label = year(period).to_string();
        if groups.last().is_none_or(|g| g.label != label) {
            groups.push(Group { at, label });
        }
    }
    groups
}

/// Where figures come from, in one line.
pub(crate) fn sources_note(t: Lang, figures: &Figures) -> String {
    let certificate = &figures.certificate;
    let mut names: Vec<&str> = certificate.sources.iter().map(|s| s.source.as_str()).collect();
    names.dedup();
    let (sources, snapshot) = (names.join(", "), certificate.snapshot.to_string());
    t.say_with("web-source-note", &[("sources", (&sources).into()), ("snapshot", (&snapshot).into())])
}
