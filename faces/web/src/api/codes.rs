//! Code lists and the links between them.

use super::answer::{Listed, document};
use super::asked::Asked;
use crate::problem::Problem;
use crate::reader::Reader;
use axum::Extension;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use beffroi_codes::{Code, CodeList, Crosswalk, Link, Standing, crosswalk, crosswalks};
use jiff::civil::Date;
use serde_json::{Value, json};

/// Objects of a part: unasked, and at most.
const BOUNDS: (usize, usize) = (1000, 5000);

fn head(list: &CodeList) -> Value {
    json!({
        "name": list.name, "version": list.version, "date": list.date, "source": list.source, "licence": list.licence,
        "parent_list": list.parent_list, "label_language": list.label_language, "n": list.every_code().len(),
    })
}

fn told(code: &Code) -> Value {
    json!({
        "code": code.code, "label": { "fr": code.label_fr, "en": code.label_en }, "parent": code.parent,
        "valid_from": code.valid_from, "valid_to": code.valid_to, "replaced_by": code.replaced_by,
        "verified": code.verified, "nested": code.nested, "extra": code.extra,
    })
}

fn link(of: &Link) -> Value {
    json!({
        "from": of.from, "to": of.to, "kind": of.kind.code(), "skos": of.kind.skos(),
        "confidence": f64::from(of.confidence.as_millionths()) / 1e6, "valid_from": of.valid_from,
        "valid_to": of.valid_to, "verified": of.verified,
    })
}

fn named(name: &str) -> Result<&'static CodeList, Problem> {
    beffroi_codes::list(name).ok_or(Problem::NotFound)
}

/// `GET /api/v1/codes`
pub(super) async fn lists(Extension(reader): Extension<Reader>, headers: HeaderMap) -> Result<Response, Problem> {
    let asked = Asked::read(&reader, "code-lists")?;
    let part = asked.part(beffroi_codes::lists().collect(), |list| list.name.clone(), BOUNDS)?;
    let objects = part.objects.into_iter().map(head).collect();
    document(&headers, &Listed::<Value> { n: part.n, next: part.next, objects })
}

/// `GET /api/v1/codes/{list}`
pub(super) async fn list(
    Extension(reader): Extension<Reader>,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let asked = Asked::read(&reader, "code-list")?;
    let list = named(&name)?;
    let wanted = asked.get("q").unwrap_or_default().to_lowercase();
    let holds = |code: &&Code| {
        let texts = [&code.code, &code.label_fr, &code.label_en];
        texts.iter().any(|text| text.to_lowercase().contains(&wanted))
    };
    let in_force = |code: &&Code| asked.day("on").is_none_or(|day| code.in_force_on(day));
    let codes: Vec<&Code> = list.every_code().iter().filter(holds).filter(in_force).collect();
    let part = asked.part(codes, |code| code.code.clone(), BOUNDS)?;
    let objects: Vec<Value> = part.objects.into_iter().map(told).collect();
    document(&headers, &json!({ "list": head(list), "n": part.n, "next": part.next, "objects": objects }))
}

/// `GET /api/v1/codes/{list}/{code}`
pub(super) async fn code(
    Extension(reader): Extension<Reader>,
    headers: HeaderMap,
    Path((name, code)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let asked = Asked::read(&reader, "code")?;
    let list = named(&name)?;
    let known = list.code(&code).ok_or(Problem::NotFound)?;
    let on = asked.day("on").unwrap_or(list.date);
    let (state, now): (&str, Vec<&Code>) = match list.standing(&code, on) {
        Standing::Current(one) => ("current", vec![one]),
        Standing::Split(parts) => ("split", parts),
        Standing::NotInForce(_) | Standing::Unknown => ("not-in-force", Vec::new()),
    };
    let links: Vec<Value> = crosswalks()
        .filter(|walk| walk.from == name)
        .flat_map(|walk| walk.links_of(&code, on).map(move |of| (walk, of)))
        .map(|(walk, of)| json!({ "list": walk.to, "link": link(of) }))
        .collect();
    let now: Vec<&str> = now.into_iter().map(|code| code.code.as_str()).collect();
    document(
        &headers,
        &json!({
            "list": head(list), "code": told(known),
            "standing": { "on": on, "state": state, "codes": now }, "links": links,
        }),
    )
}

/// `GET /api/v1/codes/map`
pub(super) async fn map(Extension(reader): Extension<Reader>, headers: HeaderMap) -> Result<Response, Problem> {
    let asked = Asked::read(&reader, "code-map")?;
    let of = |name: &str| asked.get(name).unwrap_or_default();
    let (from, to) = (named(of("from"))?, named(of("to"))?);
    let known = from.code(of("code")).ok_or(Problem::NotFound)?;
    let on = asked.day("on").unwrap_or(from.date);
    let way = way(&from.name, &to.name, &known.code, on);
    let links: Vec<Value> = way.iter().flat_map(|walk| walk.links_of(&known.code, on)).map(link).collect();
    let walk = way.map(|walk| json!({ "name": walk.name, "version": walk.edition.version, "source": walk.source }));
    document(
        &headers,
        &json!({
            "from": from.name, "to": to.name, "code": known.code, "on": on, "crosswalk": walk, "links": links,
        }),
    )
}

/// The crosswalk from a list to another: its own, its inverse, or two in a row, the first of these that links the code.
fn way(from: &str, to: &str, code: &str, on: Date) -> Option<Crosswalk> {
    let direct =
        |from: &str, to: &str| crosswalk(from, to).cloned().or_else(|| crosswalk(to, from).map(Crosswalk::inverse));
    let links = |walk: &Crosswalk| walk.links_of(code, on).next().is_some();
    if let Some(walk) = direct(from, to) {
        return Some(walk);
    }
    let through = beffroi_codes::lists().map(|list| list.name.as_str()).filter(|name| ![from, to].contains(name));
    let mut both = through.filter_map(|name| direct(from, name)?.then(&direct(name, to)?).ok());
    both.find(links)
}
