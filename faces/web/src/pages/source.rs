//! One source: what its declaration says, what it delivered, what was set aside.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use beffroi_desk_observatory::sources::{Explanation, explain};
use beffroi_model::SourceId;

/// Deliveries shown, the latest.
const SHOWN: usize = 50;

struct Line {
    delivery: String,
    snapshot: u64,
    file: String,
    sha256: String,
    at: String,
    who: String,
    vintage: String,
    mapping: String,
    read: String,
    accepted: String,
    rejected: String,
    duplicate: String,
}

#[derive(Template)]
#[template(path = "source.html")]
struct Page {
    chrome: Chrome,
    explanation: Option<Explanation>,
    lines: Vec<Line>,
    n_left: usize,
}

/// `GET /sources/{id}`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let id: SourceId = id.parse().map_err(|_| Problem::NotFound)?;
    let lake = house.lake().await?;
    let catalogue = house.sources().await;
    let source = catalogue.get(id.as_str());
    let all: Vec<_> = lake.snapshots.iter().rev().filter(|s| s.delivery.source == id).collect();
    if source.is_none() && all.is_empty() {
        return Err(Problem::NotFound);
    }
    let explanation = source.map(|source| explain(source, t));
    let title = explanation.as_ref().map_or_else(|| id.to_string(), |e| e.title.clone());
    let synthetic = all.iter().any(|s| s.delivery.synthetic) || source.is_some_and(|s| s.declaration.synthetic);
    let lines = all.iter().take(SHOWN).map(|s| {
        let d = &s.delivery;
        Line {
            delivery: d.id.to_string(),
            snapshot: s.number,
            file: d.file.clone(),
            sha256: d.file_sha256.chars().take(16).collect(),
            at: figures::instant(t, d.at),
            who: d.who.clone(),
            vintage: t.date(d.vintage),
            mapping: d.mapping_version.clone(),
            read: figures::count(t, d.rows_read),
            accepted: figures::count(t, d.rows_accepted),
            rejected: figures::count(t, d.rows_rejected),
            duplicate: figures::count(t, d.rows_duplicate),
        }
    });
    let page = Page {
        lines: lines.collect(),
        n_left: all.len().saturating_sub(SHOWN),
        chrome: Chrome::new(&house, &reader, &title).synthetic(synthetic),
        explanation,
    };
    Ok(html(&page)?)
}
