//! A signal over the map, week by week: the weeks side by side, one of them or all together at full size, and a table
//! that says the same. What was observed stands beside what was expected; small counts, and what would give them back
//! across departments, weeks and totals, are hidden.

use crate::chrome::{Chrome, Step, html};
use crate::figures;
use crate::house::House;
use crate::pages::signal::fetch;
use crate::pages::signals::title;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use beffroi_chart::{Aside, Cell, Choropleth, ClassBreaks, Head, LegendItem, MapStrip, MapWords, SmallMap, Use};
use beffroi_desk_threat::watch::{HiddenCells, MapCell, MapOfWeeks, map_of};
use beffroi_model::{Pap, Period, Territory, Tlp};
use beffroi_rights::Act;
use beffroi_wording::Lang;
use std::collections::BTreeMap;

/// Observed over expected: where one class ends and the next begins.
const BOUNDS: [f64; 4] = [1.0, 1.5, 2.0, 4.0];
/// An expected count under which a ratio says little: the ratio is taken to this.
const LEAST_EXPECTED: f64 = 1.0;

/// `?semaine=` for all weeks together.
const ALL_WEEKS: &str = "cumul";

struct Week {
    href: String,
    label: String,
    current: bool,
}

struct Row {
    name: String,
    /// Observed and expected, a week each, then all weeks together.
    cells: Vec<(String, String)>,
}

/// What the page shows when anything may be shown.
struct Told {
    strip: String,
    strip_legend: Vec<LegendItem>,
    weeks: Vec<Week>,
    week: String,
    svg: String,
    legend: Vec<LegendItem>,
    rows: Vec<Row>,
    /// The whole country: each week, then all of them together.
    whole: Vec<String>,
}

#[derive(Template)]
#[template(path = "signal_map.html")]
struct Page {
    chrome: Chrome,
    told: Option<Told>,
}

/// `GET /signaux/{id}/carte`: the weeks side by side, and one of them, the last or `?semaine=2025-W49`, or all of them
/// together (`?semaine=cumul`), at full size.
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let signal = fetch(&house, &reader, Act::Read, &id).await?;
    let map = map_of(house.facts.as_ref(), &signal).await?.ok_or(Problem::NotFound)?;
    let asked = reader.query().get("semaine").cloned();
    // The number after the last week is all of them together.
    let at = match asked.as_deref() {
        None => map.weeks.len().saturating_sub(1),
        Some(ALL_WEEKS) => map.weeks.len(),
        Some(text) => {
            let week = text.parse::<Period>().map_err(|_| Problem::Unclear("a week"))?;
            map.weeks.iter().position(|own| *own == week).ok_or(Problem::Unclear("a week of the map"))?
        }
    };
    let what = format!("{} – {}", title(&signal, t), figures::territory(t, &signal.territory));
    let step = Step { href: format!("/signaux/{}", signal.id), label: what.clone() };
    let chrome = Chrome::new(&house, &reader, &t.say_with("web-signal-map-title", &[("what", (&what).into())]))
        .marked(Tlp::Amber, Pap::Green)
        .synthetic(signal.synthetic || map.synthetic)
        .under("/signaux", [step]);
    // Some hundreds of cells and their sums: nothing to hold the other answers up with.
    let told = tokio::task::spawn_blocking(move || {
        let hidden = map.hidden(&signal)?;
        Some(told(&map, &hidden, at, &format!("/signaux/{}/carte", signal.id), &what, t))
    });
    let told = told.await.map_err(|error| Problem::Ours(error.to_string()))?;
    Ok(html(&Page { chrome, told })?)
}

fn told(map: &MapOfWeeks, hidden: &HiddenCells, at: usize, path: &str, what: &str, t: Lang) -> Told {
    let n = map.weeks.len();
    let label = |week: usize| map.weeks.get(week).map_or_else(|| over(map, t), |week| t.period_short(*week));
    let href = |week: usize| {
        let text = map.weeks.get(week).map_or_else(|| ALL_WEEKS.to_owned(), ToString::to_string);
        format!("{path}?semaine={text}")
    };
    let head = Head {
        id: "bande".to_owned(),
        title: t.say_with("web-signal-map-strip-title", &[("what", what.into())]),
        description: t.say("web-chart-table"),
    };
    let maps = (0..n).map(|week| SmallMap { label: label(week), cells: cells(map, hidden, week, t).0 }).collect();
    let strip = MapStrip { head, maps, breaks: breaks(), words: words(t) };
    let (svg, legend) = drawn(map, hidden, at, what, t);
    let whole = (0..=n).map(|week| {
        let count = if week < n { map.whole(week) } else { (0..n).map(|week| map.whole(week)).sum() };
        let is_hidden = hidden.whole.get(week).copied().unwrap_or(true);
        observed(MapCell { observed: count, expected: None }, is_hidden, t)
    });
    Told {
        strip: strip.svg(Use::Inline),
        strip_legend: strip.legend(),
        weeks: (0..=n).map(|week| Week { href: href(week), label: label(week), current: week == at }).collect(),
        week: map.weeks.get(at).map_or_else(|| over(map, t), |week| t.period(*week)),
        svg,
        legend,
        rows: rows(map, hidden, t),
        whole: whole.collect(),
    }
}

/// All weeks together, in words.
fn over(map: &MapOfWeeks, t: Lang) -> String {
    t.say_with("web-signal-map-over", &[("weeks", (map.weeks.len() as i64).into())])
}

/// A department in a week, or in all of them together.
fn cell_of(weeks: &[MapCell], week: usize) -> Option<MapCell> {
    if week == weeks.len() { Some(MapOfWeeks::over_weeks(weeks)) } else { weeks.get(week).copied() }
}

fn observed(cell: MapCell, is_hidden: bool, t: Lang) -> String {
    if is_hidden { t.say("indicator-secret") } else { t.integer(cell.observed) }
}

/// The cells of a week as a map takes them, and what could not be located.
fn cells(map: &MapOfWeeks, hidden: &HiddenCells, at: usize, t: Lang) -> (BTreeMap<String, Cell>, Aside) {
    let mut cells = BTreeMap::new();
    let mut aside = Aside { label: figures::territory(t, Territory::NOT_LOCATED), value: t.integer(0.0) };
    for (code, weeks) in &map.departments {
        let Some(cell) = cell_of(weeks, at) else { continue };
        let is_hidden = cell.observed > 0.0 && hidden.is_hidden(code, at);
        let (shown, expected) = (observed(cell, is_hidden, t), t.decimal(cell.expected.unwrap_or(f64::NAN), 1));
        let values = [("observed", (&shown).into()), ("expected", (&expected).into())];
        let told = t.say_with("web-signal-figures", &values);
        if code == Territory::NOT_LOCATED {
            aside.value = shown;
            continue;
        }
        let ratio = cell.expected.map(|expected| cell.observed / expected.max(LEAST_EXPECTED));
        let cell = Cell {
            value: ratio.filter(|_| !is_hidden),
            secret: is_hidden,
            label: format!("{} · {told}", figures::territory(t, code)),
        };
        cells.insert(code.clone(), cell);
    }
    (cells, aside)
}

fn breaks() -> ClassBreaks {
    ClassBreaks::new(BOUNDS.to_vec()).unwrap_or_else(|_| ClassBreaks::rounded(&[], 1))
}

fn words(t: Lang) -> MapWords {
    let write = |value: f64| t.decimal(value, 1);
    let class = |from: Option<f64>, to: Option<f64>| match (from.map(write), to.map(write)) {
        (None, Some(to)) => t.say_with("web-class-below", &[("to", (&to).into())]),
        (Some(from), Some(to)) => t.say_with("web-class-between", &[("from", (&from).into()), ("to", (&to).into())]),
        (Some(from), None) => t.say_with("web-class-above", &[("from", (&from).into())]),
        (None, None) => t.say("web-class-all"),
    };
    let names = crate::code_lists::in_use();
    let names = names.list("departments").map(|list| {
        list.every_code().iter().map(|code| (code.code.clone(), code.label(t.code()).to_owned())).collect()
    });
    MapWords {
        legend: t.say("web-signal-map-ratio"),
        classes: breaks().intervals().into_iter().map(|interval| class(interval.from, interval.to)).collect(),
        secret: t.say("web-map-secret"),
        missing: t.say("web-signal-map-none"),
        inset: t.say("web-map-inset"),
        names: names.unwrap_or_default(),
    }
}

fn drawn(map: &MapOfWeeks, hidden: &HiddenCells, at: usize, what: &str, t: Lang) -> (String, Vec<LegendItem>) {
    let (cells, aside) = cells(map, hidden, at, t);
    let week = map.weeks.get(at).map_or_else(|| over(map, t), |week| t.period(*week));
    let drawing = Choropleth {
        head: Head { id: "carte".to_owned(), title: format!("{what}, {week}"), description: t.say("web-chart-table") },
        words: words(t),
        cells,
        breaks: breaks(),
        not_located: Some(aside),
        codes: false,
    };
    (drawing.svg(Use::Inline), drawing.legend())
}

/// A row a department with something reported, the highest count of the last week first; those hidden come last.
fn rows(map: &MapOfWeeks, hidden: &HiddenCells, t: Lang) -> Vec<Row> {
    let mut of: Vec<(&String, &Vec<MapCell>)> =
        map.departments.iter().filter(|(_, cells)| cells.iter().any(|cell| cell.observed > 0.0)).collect();
    // What is hidden is not told by its place either.
    let order = |code: &String, cells: &[MapCell]| {
        let last = cells.len().saturating_sub(1);
        let shown = cells.last().filter(|_| !hidden.is_hidden(code, last)).map_or(-1.0, |cell| cell.observed);
        std::cmp::Reverse((shown * 10.0) as i64)
    };
    of.sort_by_key(|(code, cells)| (order(code, cells), (*code).clone()));
    of.into_iter()
        .map(|(code, cells)| Row {
            name: figures::territory(t, code),
            cells: (0..=cells.len())
                .filter_map(|week| Some((week, cell_of(cells, week)?)))
                .map(|(week, cell)| {
                    let expected = t.decimal(cell.expected.unwrap_or(f64::NAN), 1);
                    (observed(cell, cell.observed > 0.0 && hidden.is_hidden(code, week), t), expected)
                })
                .collect(),
        })
        .collect()
}
