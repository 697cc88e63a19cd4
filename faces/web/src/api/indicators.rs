//! The cards of the indicators: a list with search, and one card.

use super::answer::document;
use super::asked::Asked;
use crate::house::CATALOGUE;
use crate::problem::Problem;
use crate::reader::Reader;
use axum::Extension;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use beffroi_desk_observatory::indicators::Card;
use serde_json::{Value, json};

/// Cards of a part: unasked, and at most.
const BOUNDS: (usize, usize) = (100, 1000);

/// `GET /api/v1/indicators`
pub(super) async fn list(Extension(reader): Extension<Reader>, headers: HeaderMap) -> Result<Response, Problem> {
    let asked = Asked::read(&reader, "indicators")?;
    let wanted = asked.get("q").unwrap_or_default().to_lowercase();
    let holds = |card: &&Card| {
        let texts = [&card.label.fr, &card.label.en, &card.definition.fr, &card.definition.en, &card.code];
        texts.iter().any(|text| text.to_lowercase().contains(&wanted))
    };
    let of_layer = |card: &&Card| asked.get("layer").is_none_or(|layer| layer == card.layer.code());
    let cards: Vec<&Card> = CATALOGUE.cards().iter().filter(of_layer).filter(holds).collect();
    let part = asked.part(cards, |card| card.code.clone(), BOUNDS)?;
    let objects = part.objects.into_iter().map(told).collect();
    document(&headers, &super::answer::Listed::<Value> { n: part.n, next: part.next, objects })
}

/// `GET /api/v1/indicators/{id}`
pub(super) async fn one(
    Extension(reader): Extension<Reader>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Asked::read(&reader, "indicator")?;
    document(&headers, &told(CATALOGUE.card(&id)?))
}

/// A card in both languages.
fn told(card: &Card) -> Value {
    let both = |text: &beffroi_indicators::Text| json!({ "fr": text.fr, "en": text.en });
    let at = format!("/api/v1/indicators/{}", card.code);
    let breaks: Vec<Value> =
        card.breaks.iter().map(|b| json!({ "at": b.at.to_string(), "label": both(&b.label) })).collect();
    json!({
        "id": card.code,
        "label": both(&card.label),
        "definition": both(&card.definition),
        "definition_version": card.definition_version,
        "layer": card.layer.code(),
        "unit": both(&card.unit),
        "unit_of_count": card.unit_of_count,
        "periodicity": card.periodicity.code(),
        "dimensions": card.dimensions.iter().map(|d| d.code()).collect::<Vec<_>>(),
        "sources": card.sources,
        "code_lists": card.code_lists,
        "owner": both(&card.owner),
        "revision": both(&card.revision),
        "disclosure_threshold": card.disclosure_threshold,
        "additive": card.additive,
        "decimals": card.decimals,
        "breaks": breaks,
        "links": {
            "self": at,
            "figures": format!("{at}/figures"),
            "structure": format!("{at}/structure"),
            "package": format!("{at}/package"),
            "page": format!("/indicateurs/{}", card.code),
        },
    })
}
