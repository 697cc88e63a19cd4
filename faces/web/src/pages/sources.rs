//! The list of sources: where data come from, and how fresh they are.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_model::Layer;
use std::collections::BTreeMap;

struct Line {
    id: String,
    title: String,
    publisher: String,
    licence: String,
    vintage: String,
    deliveries: String,
    rows: String,
    rejected: String,
    synthetic: bool,
}

struct Group {
    id: &'static str,
    label: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "sources.html")]
struct Page {
    chrome: Chrome,
    groups: Vec<Group>,
    /// Sources of deliveries that no declaration names any more.
    unknown: Vec<String>,
}

/// What a source has delivered.
#[derive(Default)]
struct Delivered {
    n: u64,
    rows: u64,
    rejected: u64,
    vintage: Option<jiff::civil::Date>,
}

/// `GET /sources`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let lake = house.lake().await?;
    let mut delivered: BTreeMap<String, Delivered> = BTreeMap::new();
    for snapshot in &lake.snapshots {
        let of_source = delivered.entry(snapshot.delivery.source.to_string()).or_default();
        of_source.n += 1;
        of_source.rows += snapshot.delivery.rows_accepted;
        of_source.rejected += snapshot.delivery.rows_rejected;
        of_source.vintage = of_source.vintage.max(Some(snapshot.delivery.vintage));
    }
    let catalogue = house.sources().await;
    let mut groups = Vec::new();
    for layer in Layer::ALL {
        let of_layer = catalogue.iter().filter(|s| s.declaration.layer == layer);
        let lines: Vec<Line> = of_layer
            .map(|source| {
                let declaration = &source.declaration;
                let none = Delivered::default();
                let had = delivered.get(source.id()).unwrap_or(&none);
                let title = if t == beffroi_wording::Lang::Fr { &declaration.title.fr } else { &declaration.title.en };
                Line {
                    id: source.id().to_owned(),
                    title: title.clone(),
                    publisher: declaration.origin.publisher.clone(),
                    licence: declaration.origin.licence.clone(),
                    vintage: had.vintage.map_or_else(|| "–".to_owned(), |day| t.date(day)),
                    deliveries: figures::count(t, had.n),
                    rows: figures::count(t, had.rows),
                    rejected: figures::count(t, had.rejected),
                    synthetic: declaration.synthetic,
                }
            })
            .collect();
        if !lines.is_empty() {
            groups.push(Group { id: layer.code(), label: figures::label("layers", layer.code(), t), lines });
        }
    }
    let unknown = delivered.keys().filter(|id| catalogue.get(id).is_none()).cloned().collect();
    let synthetic = lake.snapshots.iter().any(|s| s.delivery.synthetic);
    let chrome = Chrome::new(&house, &reader, &t.say("web-nav-sources")).synthetic(synthetic);
    Ok(html(&Page { chrome, groups, unknown })?)
}
