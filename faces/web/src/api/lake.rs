//! Where the figures come from: sources, states of the lake, deliveries. Nobody is named: who brought a delivery in stands
//! on its page.

use super::answer::{Listed, document};
use super::asked::Asked;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use beffroi_desk_observatory::sources::Source;
use beffroi_ports::Snapshot;
use serde_json::{Value, json};

/// Objects of a part: unasked, and at most.
const BOUNDS: (usize, usize) = (1000, 5000);

/// `GET /api/v1/sources`
pub(super) async fn sources(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = Asked::read(&reader, "sources")?;
    let (lake, catalogue) = (house.lake().await?, house.sources().await);
    let part = asked.part(catalogue.iter().collect(), |source| source.id().to_owned(), BOUNDS)?;
    let objects: Vec<Value> = part.objects.into_iter().map(|source| source_told(source, &lake.snapshots)).collect();
    document(&headers, &Listed::<Value> { n: part.n, next: part.next, objects })
}

fn source_told(source: &Source, snapshots: &[Snapshot]) -> Value {
    let declared = &source.declaration;
    let had = || snapshots.iter().filter(|s| s.delivery.source.as_str() == source.id());
    json!({
        "id": source.id(),
        "title": { "fr": declared.title.fr, "en": declared.title.en },
        "publisher": declared.origin.publisher,
        "licence": declared.origin.licence,
        "address": declared.origin.address,
        "layer": declared.layer.code(),
        "unit_of_count": declared.unit,
        "legal_basis": declared.legal_basis,
        "marking": declared.marking,
        "synthetic": declared.synthetic,
        "mapping_version": source.mapping_version(),
        "deliveries": had().count(),
        "rows": had().map(|s| s.delivery.rows_accepted).sum::<u64>(),
        "vintage": had().map(|s| s.delivery.vintage).max(),
    })
}

/// `GET /api/v1/snapshots`
pub(super) async fn snapshots(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    listed(&house, &reader, &headers, "snapshots", |s| {
        json!({
            "number": s.number, "table": s.table, "source": s.delivery.source, "at": s.delivery.at,
            "vintage": s.delivery.vintage, "rows": s.delivery.rows_accepted, "erased": s.erased,
            "synthetic": s.delivery.synthetic,
        })
    })
    .await
}

/// `GET /api/v1/deliveries`
pub(super) async fn deliveries(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    listed(&house, &reader, &headers, "deliveries", |s| {
        let d = &s.delivery;
        json!({
            "snapshot": s.number, "table": s.table, "source": d.source, "file": d.file, "file_sha256": d.file_sha256,
            "mapping_version": d.mapping_version, "vintage": d.vintage, "at": d.at, "rows_read": d.rows_read,
            "rows_accepted": d.rows_accepted, "rows_rejected": d.rows_rejected, "rows_duplicate": d.rows_duplicate,
            "rows_erased": s.erased, "synthetic": d.synthetic,
        })
    })
    .await
}

/// States of the lake, the latest first.
async fn listed(
    house: &House,
    reader: &Reader,
    headers: &HeaderMap,
    id: &str,
    told: impl Fn(&Snapshot) -> Value,
) -> Result<Response, Problem> {
    let asked = Asked::read(reader, id)?;
    let lake = house.lake().await?;
    let wanted = |s: &&Snapshot| asked.get("source").is_none_or(|source| s.delivery.source.as_str() == source);
    let all: Vec<&Snapshot> = lake.snapshots.iter().rev().filter(wanted).collect();
    let part = asked.part(all, |s| s.number.to_string(), BOUNDS)?;
    let objects: Vec<Value> = part.objects.into_iter().map(told).collect();
    document(headers, &Listed::<Value> { n: part.n, next: part.next, objects })
}
