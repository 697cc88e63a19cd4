//! One series: what links its reports, since when, where, for how much.
//!
//! A series is work on procedures, not a publication: its size and its weeks are exact. Where its reports come from is
//! protected all the same, as a place and a small number come close to a person.

use crate::access::Gate;
use crate::chrome::{Chrome, html};
use crate::figures;
use crate::forms::Fields;
use crate::house::House;
use crate::pages::drawings::year_groups;
use crate::pages::purpose::{self, Words};
use crate::pages::series_list::dates;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use beffroi_chart::{BandChart, BandWords, Head, Use};
use beffroi_desk_series::SeriesSheet;
use beffroi_model::{Period, SeriesId};
use beffroi_rights::{Act, Kind, World};
use beffroi_wording::Lang;
use std::collections::BTreeMap;

struct Evidence {
    kind: String,
    value: String,
    degree: String,
}

#[derive(Template)]
#[template(path = "series.html")]
struct Page {
    chrome: Chrome,
    id: String,
    facts: Vec<(String, String)>,
    evidence: Vec<Evidence>,
    n_evidence_left: usize,
    weeks: Option<String>,
    places: Vec<(String, String)>,
    phenomena: Vec<(String, String)>,
    sources: Vec<(String, String)>,
}

/// Lines of evidence shown.
const EVIDENCE: usize = 100;

/// `GET /series/{id}`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let id: SeriesId = id.parse().map_err(|_| Problem::NotFound)?;
    let access = reader.access()?;
    let scope = access.scope(Act::Read, World::Coordination, Kind::Series);
    let (sheet, object) = beffroi_desk_series::get(&house.store, &scope, &id).await?.ok_or(Problem::NotFound)?;
    if let Gate::PurposeNeeded = access.consult(&house.store, &object).await? {
        return purpose::ask(&house, &reader, &object, &Words::default());
    }
    let line = &sheet.line;
    let title = t.say_with("web-series-title", &[("id", id.as_str().into())]);
    let chrome = Chrome::new(&house, &reader, &title).marked(sheet.tlp, sheet.pap).synthetic(line.synthetic);
    let named = |map: &BTreeMap<String, u64>, name: &dyn Fn(&str) -> String| {
        figures::partition(t, map.iter().map(|(code, n)| (name(code), *n as f64)))
    };
    let no_value =
        |code: &str| if code.is_empty() { t.say("indicator-no-value") } else { figures::phenomenon(t, Some(code)) };
    let page = Page {
        id: id.to_string(),
        facts: vec![
            (t.say("web-series-size"), figures::count(t, line.size)),
            (t.say("web-phenomenon"), line.phenomenon.as_deref().map_or_else(|| t.say("indicator-no-value"), no_value)),
            (t.say("web-series-dates"), dates(line, t)),
            (t.say("web-series-departments"), figures::count(t, line.n_departments)),
            (t.say("web-series-loss"), loss(&sheet, t)),
        ],
        n_evidence_left: sheet.evidence.len().saturating_sub(EVIDENCE),
        evidence: sheet
            .evidence
            .iter()
            .take(EVIDENCE)
            .map(|e| Evidence {
                kind: figures::observable_kind(t, e.kind),
                value: e.value.clone(),
                degree: figures::count(t, e.degree),
            })
            .collect(),
        weeks: weeks(&sheet, t),
        places: named(&sheet.by_department, &|code| figures::territory(t, code)),
        phenomena: named(&sheet.by_phenomenon, &no_value),
        sources: named(&sheet.by_source, &str::to_owned),
        chrome,
    };
    Ok(html(&page)?)
}

/// `POST /series/{id}`: says why, and goes on to read.
pub(crate) async fn state(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id: SeriesId = id.parse().map_err(|_| Problem::NotFound)?;
    let scope = reader.access()?.scope(Act::Read, World::Coordination, Kind::Series);
    let (_, object) = beffroi_desk_series::get(&house.store, &scope, &id).await?.ok_or(Problem::NotFound)?;
    purpose::state(&house, &reader, &fields, &object).await
}

fn loss(sheet: &SeriesSheet, t: Lang) -> String {
    let (amount, known) = (figures::euros(t, sheet.line.loss_cents), figures::count(t, sheet.loss_known));
    t.say_with("web-series-loss-known", &[("amount", (&amount).into()), ("count", (&known).into())])
}

/// Reports by week.
fn weeks(sheet: &SeriesSheet, t: Lang) -> Option<String> {
    let week = |text: &String| text.parse::<Period>().ok();
    let first = sheet.by_week.keys().filter_map(week).min()?;
    let last = sheet.by_week.keys().filter_map(week).max()?;
    let weeks: Vec<Period> = first.through(last).take(600).collect();
    let observed = weeks.iter().map(|w| Some(sheet.by_week.get(&w.to_string()).map_or(0.0, |n| *n as f64)));
    let format = |v: f64| t.integer(v);
    let chart = BandChart {
        head: Head { id: "semaines".to_owned(), title: t.say("web-series-weeks"), description: String::new() },
        width: 660,
        x: weeks.iter().map(|w| t.period_short(*w)).collect(),
        x_groups: year_groups(&weeks),
        observed: observed.collect(),
        expected: Vec::new(),
        threshold: Vec::new(),
        alarms: Vec::new(),
        n_provisional: 0,
        words: BandWords { observed: t.say("web-series-reports"), ..BandWords::default() },
        y_label: String::new(),
        format: &format,
    };
    Some(chart.svg(Use::Inline))
}
