//! A signal over the map, week by week: one week drawn, the others a link away, and a table that says the same. What was
//! observed stands beside what was expected; small counts, and what would give them back, are hidden.

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
use beffroi_chart::{Aside, Cell, Choropleth, ClassBreaks, Head, LegendItem, MapWords, Use};
use beffroi_desk_threat::watch::{MapCell, MapOfWeeks, map_of};
use beffroi_model::{Pap, Period, Territory, Tlp};
use beffroi_rights::Act;
use beffroi_wording::Lang;
use std::collections::{BTreeMap, BTreeSet};

/// Observed over expected: where one class ends and the next begins.
const BOUNDS: [f64; 4] = [1.0, 1.5, 2.0, 4.0];
/// An expected count under which a ratio says little: the ratio is taken to this.
const LEAST_EXPECTED: f64 = 1.0;

struct Week {
    href: String,
    label: String,
    current: bool,
}

struct Row {
    name: String,
    /// Observed and expected, a week each.
    cells: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "signal_map.html")]
struct Page {
    chrome: Chrome,
    weeks: Vec<Week>,
    week: String,
    svg: String,
    legend: Vec<LegendItem>,
    rows: Vec<Row>,
}

/// `GET /signaux/{id}/carte`, `?semaine=2025-W49` for another week than the last.
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let signal = fetch(&house, &reader, Act::Read, &id).await?;
    let map = map_of(house.facts.as_ref(), &signal).await?.ok_or(Problem::NotFound)?;
    let asked = reader.query().get("semaine").map(|text| text.parse::<Period>()).transpose();
    let asked = asked.map_err(|_| Problem::Unclear("a week"))?;
    let at = match asked {
        None => map.weeks.len().saturating_sub(1),
        Some(week) => map.weeks.iter().position(|own| *own == week).ok_or(Problem::Unclear("a week of the map"))?,
    };
    let hidden: Vec<BTreeSet<String>> = (0..map.weeks.len()).map(|week| map.hidden(week)).collect();
    let what = format!("{} – {}", title(&signal, t), figures::territory(t, &signal.territory));
    let step = Step { href: format!("/signaux/{}", signal.id), label: what.clone() };
    let chrome = Chrome::new(&house, &reader, &t.say_with("web-signal-map-title", &[("what", (&what).into())]))
        .marked(Tlp::Amber, Pap::Green)
        .synthetic(signal.synthetic || map.synthetic)
        .under("/signaux", [step]);
    let (svg, legend) = drawn(&map, at, hidden.get(at), &what, t);
    let page = Page {
        week: map.weeks.get(at).map(|week| t.period(*week)).unwrap_or_default(),
        weeks: map
            .weeks
            .iter()
            .enumerate()
            .map(|(i, week)| Week {
                href: format!("/signaux/{}/carte?semaine={week}", signal.id),
                label: t.period_short(*week),
                current: i == at,
            })
            .collect(),
        rows: rows(&map, &hidden, t),
        svg,
        legend,
        chrome,
    };
    Ok(html(&page)?)
}

fn observed(cell: MapCell, is_hidden: bool, t: Lang) -> String {
    if is_hidden { t.say("indicator-secret") } else { t.integer(cell.observed) }
}

fn drawn(
    map: &MapOfWeeks,
    at: usize,
    hidden: Option<&BTreeSet<String>>,
    what: &str,
    t: Lang,
) -> (String, Vec<LegendItem>) {
    let mut cells = BTreeMap::new();
    let mut aside = Aside { label: figures::territory(t, Territory::NOT_LOCATED), value: t.integer(0.0) };
    for (code, weeks) in &map.departments {
        let Some(cell) = weeks.get(at).copied() else { continue };
        let is_hidden = hidden.is_some_and(|hidden| hidden.contains(code));
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
    let breaks = ClassBreaks::new(BOUNDS.to_vec()).unwrap_or_else(|_| ClassBreaks::rounded(&[], 1));
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
    let week = map.weeks.get(at).map(|week| t.period(*week)).unwrap_or_default();
    let drawing = Choropleth {
        head: Head { id: "carte".to_owned(), title: format!("{what}, {week}"), description: t.say("web-chart-table") },
        words: MapWords {
            legend: t.say("web-signal-map-ratio"),
            classes: breaks.intervals().into_iter().map(|interval| class(interval.from, interval.to)).collect(),
            secret: t.say("web-map-secret"),
            missing: t.say("web-signal-map-none"),
            inset: t.say("web-map-inset"),
            names: names.unwrap_or_default(),
        },
        cells,
        breaks,
        not_located: Some(aside),
        codes: false,
    };
    (drawing.svg(Use::Inline), drawing.legend())
}

/// A row a department with something reported, the highest count of the last week first; those hidden come last.
fn rows(map: &MapOfWeeks, hidden: &[BTreeSet<String>], t: Lang) -> Vec<Row> {
    let mut of: Vec<(&String, &Vec<MapCell>)> =
        map.departments.iter().filter(|(_, cells)| cells.iter().any(|cell| cell.observed > 0.0)).collect();
    let is_hidden = |code: &String, week: usize| hidden.get(week).is_some_and(|hidden| hidden.contains(code));
    // What is hidden is not told by its place either.
    let order = |code: &String, cells: &[MapCell]| {
        let last = cells.len().saturating_sub(1);
        let shown = cells.last().filter(|_| !is_hidden(code, last)).map_or(-1.0, |cell| cell.observed);
        std::cmp::Reverse((shown * 10.0) as i64)
    };
    of.sort_by_key(|(code, cells)| (order(code, cells), (*code).clone()));
    of.into_iter()
        .map(|(code, cells)| Row {
            name: figures::territory(t, code),
            cells: cells
                .iter()
                .enumerate()
                .map(|(week, cell)| {
                    let expected = t.decimal(cell.expected.unwrap_or(f64::NAN), 1);
                    (observed(*cell, is_hidden(code, week), t), expected)
                })
                .collect(),
        })
        .collect()
}
