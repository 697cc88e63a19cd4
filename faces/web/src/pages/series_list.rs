//! The list of series: which reports belong together, and how many.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_desk_series::{RunSummary, SeriesLine, visible};
use beffroi_model::{Pap, Tlp};
use beffroi_rights::{Act, Kind, World};

/// Series shown at once.
const PAGE: u64 = 50;

struct Run {
    when: String,
    facts: Vec<(String, String)>,
    hubs: Vec<Hub>,
}

struct Hub {
    kind: String,
    value: String,
    degree: String,
    reason: String,
}

struct Line {
    id: String,
    size: String,
    phenomenon: String,
    dates: String,
    departments: String,
    loss: String,
    synthetic: bool,
}

#[derive(Template)]
#[template(path = "series_list.html")]
struct Page {
    chrome: Chrome,
    run: Option<Run>,
    lines: Vec<Line>,
    count: String,
    place: String,
    previous: Option<u64>,
    next: Option<u64>,
}

/// `GET /series`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let page = match reader.query().get("page") {
        Some(text) => {
            text.parse::<u64>().ok().filter(|p| (1..=1_000_000).contains(p)).ok_or(Problem::Unclear("a page"))?
        }
        None => 1,
    };
    let scope = reader.access()?.scope(Act::List, World::Coordination, Kind::Series);
    let n_series = house.store.series_visible_count(&scope).await?;
    let n_pages = n_series.div_ceil(PAGE).max(1);
    if page > n_pages {
        return Err(Problem::NotFound);
    }
    let lines = visible(&house.store, &scope, PAGE, (page - 1) * PAGE).await?;
    // The run speaks of every report: only to those who see every series.
    let run = if scope.is_unbounded() { house.store.series_run().await? } else { None };
    let summary = run.as_ref().map(|r| serde_json::from_value::<RunSummary>(r.summary.clone()).unwrap_or_default());
    // Where all lines are synthetic the banner says it once.
    let mixed = lines.iter().any(|l| !l.synthetic);
    let synthetic = lines.iter().any(|l| l.synthetic) || summary.as_ref().is_some_and(|s| s.synthetic);
    let chrome = Chrome::new(&house, &reader, &t.say("web-nav-series"))
        .marked(Tlp::AmberStrict, Pap::Amber)
        .synthetic(synthetic);
    let run = run.zip(summary).map(|(run, summary)| Run {
        when: figures::instant(t, run.run_at),
        facts: vec![
            (t.say("web-series-scanned"), figures::count(t, summary.reports_scanned)),
            (t.say("web-series-members"), figures::count(t, summary.members)),
            (t.say("web-series-largest"), figures::count(t, summary.largest)),
            (t.say("web-series-hubs"), figures::count(t, summary.hubs_total)),
            (t.say("web-series-degree"), figures::count(t, u64::from(summary.max_degree))),
            (t.say("web-series-role-errors"), figures::count(t, summary.role_errors)),
            (t.say("web-certificate-snapshot"), summary.snapshot.to_string()),
        ],
        hubs: summary
            .hubs
            .into_iter()
            .take(20)
            .map(|hub| Hub {
                kind: figures::observable_kind(t, hub.kind),
                value: hub.value,
                degree: figures::count(t, hub.degree),
                reason: if hub.reason == "declared-hub" { t.say("web-hub-declared") } else { t.say("web-hub-degree") },
            })
            .collect(),
    });
    let (shown, all) = (page.to_string(), n_pages.to_string());
    let page = Page {
        run,
        lines: lines.into_iter().map(|l| line(l, mixed, t)).collect(),
        count: figures::count(t, n_series),
        place: t.say_with("web-page-of", &[("page", (&shown).into()), ("pages", (&all).into())]),
        previous: (page > 1).then(|| page - 1),
        next: (page < n_pages).then(|| page + 1),
        chrome,
    };
    Ok(html(&page)?)
}

fn line(l: SeriesLine, mixed: bool, t: beffroi_wording::Lang) -> Line {
    Line {
        id: l.id.to_string(),
        size: figures::count(t, l.size),
        phenomenon: l
            .phenomenon
            .as_deref()
            .map_or_else(|| t.say("indicator-no-value"), |p| figures::phenomenon(t, Some(p))),
        dates: dates(&l, t),
        departments: figures::count(t, l.n_departments),
        loss: figures::euros(t, l.loss_cents),
        synthetic: mixed && l.synthetic,
    }
}

/// From the first report to the last.
pub(crate) fn dates(l: &SeriesLine, t: beffroi_wording::Lang) -> String {
    let (from, to) = (t.date(l.first_on), t.date(l.last_on));
    t.say_with("web-span", &[("from", (&from).into()), ("to", (&to).into())])
}
