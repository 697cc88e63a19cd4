//! The registers and their records, as machines read them ([`super::record_writes`] writes them): what is open to the person whose token it is, narrowed to what
//! the token was made for.

use super::answer::{Listed, document, versioned};
use crate::house::House;
use crate::problem::Problem;
use crate::reader::{Reader, encode};
use crate::registers::reading;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use beffroi_model::Channel;
use beffroi_register::{Entry, Register, words};
use beffroi_rights::Act;
use beffroi_store::Cursor;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// Records of one answer.
const PAGE: u64 = 100;

/// `GET /api/v1/registers`
pub(super) async fn registers(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let desk = reading(&house, &reader)?;
    let objects: Vec<Value> = desk.registers().into_iter().map(|register| described(register, &reader)).collect();
    document(&headers, &Listed { n: objects.len(), next: None, objects })
}

fn described(register: &Register, reader: &Reader) -> Value {
    let t = reader.t;
    let field = |field: &beffroi_register::Field| {
        json!({
            "name": field.name,
            "label": words::field(register, field, t),
            "required": field.required,
            "many": field.many,
            "by_move": field.by_move,
        })
    };
    json!({
        "name": register.name,
        "label": words::name(register, t),
        "purpose": words::purpose_of(register, t),
        "prefix": register.prefix,
        "basis": register.basis,
        "states": register.states.iter().map(|state| state.name).collect::<Vec<_>>(),
        "machine_moves": register.machines,
        "fields": register.fields.iter().map(field).collect::<Vec<_>>(),
    })
}

/// `GET /api/v1/registers/{register}/records`
pub(super) async fn records(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let desk = reading(&house, &reader)?;
    let register = desk.register(&name)?;
    let query = reader.query();
    let seen = desk.seen(register);
    let (rows, next) = match query.get("q") {
        Some(question) => (house.store.record_search(&[seen], question, PAGE).await?, None),
        None => {
            let after = query.get("after").and_then(|text| {
                let (at, reference) = text.split_once('~')?;
                Some(Cursor { at: at.parse().ok()?, reference: reference.to_owned() })
            });
            let state = query.get("state").map(|state| Entry { field: ".state".to_owned(), value: state.clone() });
            let filters: Vec<Entry> = state.into_iter().collect();
            let listed = house.store.record_list(&seen, &filters, after.as_ref(), PAGE).await?;
            let next = listed.next.map(|next| {
                let mut pairs: Vec<(String, String)> =
                    query.iter().filter(|(key, _)| *key == "state").map(|(k, v)| (k.clone(), v.clone())).collect();
                pairs.push(("after".to_owned(), format!("{}~{}", next.at, next.reference)));
                format!("/api/v1/registers/{}/records?{}", register.name, encode(&pairs))
            });
            (listed.rows, next)
        }
    };
    let objects: Vec<Value> = rows.iter().map(|row| row.record.to_json(register)).collect();
    document(&headers, &Listed { n: objects.len(), next, objects })
}

/// `GET /api/v1/records/{reference}`
pub(super) async fn record(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (register, row) = reading(&house, &reader)?.fetch(&reference).await?;
    versioned(&headers, row.record.version, &row.record.to_json(register))
}

/// `GET /api/v1/sheets/{of}/{sheet}`: what is asked stands in `f.FIELD`.
pub(super) async fn sheet(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path((of, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = reader.query().into_iter().filter_map(|(key, value)| Some((key.strip_prefix("f.")?.to_owned(), value)));
    let made = reading(&house, &reader)?.sheet(&of, &name, &asked.collect(), Act::Read, reader.t).await?;
    if !made.marking.may_leave(Channel::Api, made.marking) {
        return Err(Problem::NotFound);
    }
    document(&headers, &made.to_json(reader.t))
}

/// `GET /api/v1/deadlines`
pub(super) async fn deadlines(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let days = reader.query().get("days").and_then(|days| days.parse().ok()).filter(|days| (0..=366).contains(days));
    let board = reading(&house, &reader)?.board(SignedDuration::from_hours(days.unwrap_or(7_i64) * 24), None).await?;
    let objects: Vec<Value> = board.lines.iter().map(beffroi_desk_registers::deadline).collect();
    document(&headers, &Listed { n: objects.len(), next: None, objects })
}
