//! The deliveries, the latest first: what landed, what was refused, and how the controls ended.

use crate::chrome::{Chrome, Step, html};
use crate::figures;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_desk_observatory::quality::{QualitySheet, Shelf, view};
use beffroi_model::{Delivery, DeliveryId};
use std::collections::BTreeMap;

/// Deliveries shown.
const SHOWN: usize = 100;

struct Line {
    id: String,
    file: String,
    source: String,
    at: String,
    vintage: String,
    outcome: String,
    controls: String,
    failed: bool,
    accepted: String,
    rejected: String,
}

#[derive(Template)]
#[template(path = "deliveries.html")]
struct Page {
    chrome: Chrome,
    lines: Vec<Line>,
    left: Option<String>,
}

/// `GET /livraisons`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let lake = house.lake().await?;
    let shelf = shelf(&house);
    let sheets = tokio::task::spawn_blocking(move || shelf.latest(SHOWN)).await;
    let sheets = sheets.map_err(|error| Problem::Ours(error.to_string()))?;
    let sheets = sheets.map_err(|error| Problem::Ours(error.to_string()))?;
    // What landed has its provenance in the lake; what was refused has its sheet only.
    let mut all: BTreeMap<DeliveryId, (Delivery, Option<QualitySheet>)> = BTreeMap::new();
    for snapshot in lake.snapshots.iter().rev().take(SHOWN) {
        all.insert(snapshot.delivery.id.clone(), (snapshot.delivery.clone(), None));
    }
    for sheet in sheets {
        all.insert(sheet.delivery.id.clone(), (sheet.delivery.clone(), Some(sheet)));
    }
    let mut all: Vec<(Delivery, Option<QualitySheet>)> = all.into_values().collect();
    all.sort_by(|(a, _), (b, _)| (b.at, &b.id).cmp(&(a.at, &a.id)));
    let left = (all.len() >= SHOWN)
        .then(|| t.say_with("web-deliveries-shown", &[("n", i64::try_from(SHOWN).unwrap_or_default().into())]));
    let catalogue = house.sources().await;
    let marking = all.iter().take(SHOWN).filter_map(|(of, _)| catalogue.get(of.source.as_str()));
    let marking = marking.map(|source| source.declaration.marking).reduce(|a, b| a.merge(b));
    let synthetic = all.iter().take(SHOWN).any(|(of, _)| of.synthetic);
    let lines = all.iter().take(SHOWN).map(|(of, sheet)| Line {
        id: of.id.to_string(),
        file: of.file.clone(),
        source: of.source.to_string(),
        at: figures::instant(t, of.at),
        vintage: t.date(of.vintage),
        outcome: sheet.as_ref().map_or_else(|| t.say("web-deliveries-no-sheet"), |sheet| view::outcome(sheet, t)),
        controls: sheet.as_ref().map_or_else(|| "–".to_owned(), |sheet| view::verdict(sheet, t)),
        failed: sheet.as_ref().is_some_and(QualitySheet::has_failed),
        accepted: figures::count(t, of.rows_accepted),
        rejected: figures::count(t, of.rows_rejected),
    });
    let mut chrome = Chrome::new(&house, &reader, &t.say("web-deliveries-title")).synthetic(synthetic);
    if let Some(marking) = marking {
        chrome = chrome.marked(marking.tlp, marking.pap);
    }
    chrome.trail.push(Step { href: "/sources".to_owned(), label: t.say("web-nav-sources") });
    Ok(html(&Page { lines: lines.collect(), left, chrome })?)
}

/// Where the sheets are.
pub(crate) fn shelf(house: &House) -> Shelf {
    Shelf::new(house.data.join("quality"))
}
