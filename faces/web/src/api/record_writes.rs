//! Records, as machines write them: under the rights of the person whose token it is, narrowed to the acts and registers that
//! the token was made for, by the rules that hold for persons. No step that is a person's is made here.
//!
//! Each write comes under a key that the machine drew (`Idempotency-Key`), so that a repeat is answered and not done again,
//! and is journalled with the name of the token. What stands already is written on the version that was read (`If-Match`).

use super::answer::{bytes, matched, version_tag};
use crate::house::House;
use crate::machine::Machine;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::registers::acting;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use beffroi_desk_registers::{Actor, Adding, Marked, RegisterError, Setting};
use beffroi_model::Marking;
use beffroi_register::{Register, sent, sent_new};
use beffroi_rights::World;
use beffroi_store::{By, StoreError, WriteKey};
use beffroi_wording::Lang;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// The header that carries the key of a write.
const KEY: &str = "idempotency-key";
/// Longest reason, in characters: that of the form.
const REASON: usize = 1000;

/// Values of a new record.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewBody {
    values: Map<String, Value>,
}

/// Values of a record, and why they are written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(default)]
    values: Map<String, Value>,
    #[serde(default)]
    reason: Option<String>,
}

/// A marking, and why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkingBody {
    tlp: String,
    pap: String,
    #[serde(default)]
    reason: Option<String>,
}

/// `POST /api/v1/registers/{register}/records`
pub(super) async fn add(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(machine): Extension<Machine>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let desk = writing(&house, &reader, &machine, &headers)?;
    let register = desk.register(&name)?;
    let body: NewBody = read(&headers, &body, reader.t)?;
    let typed = sent_new(register, &body.values);
    let typed = typed.map_err(|refusals| told(RegisterError::Refused { register, refusals }, reader.t))?;
    let added = desk.add(register, Adding { typed, synthetic: false }).await;
    let reference = added.map_err(|error| told(error, reader.t))?;
    written(&desk, &reference, StatusCode::CREATED).await
}

/// `PATCH /api/v1/records/{reference}`
pub(super) async fn set(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(machine): Extension<Machine>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let desk = writing(&house, &reader, &machine, &headers)?;
    let (register, _) = desk.fetch(&reference).await?;
    let setting = setting(register, &headers, &body, reader.t)?;
    desk.set(&reference, setting).await.map_err(|error| told(error, reader.t))?;
    written(&desk, &reference, StatusCode::OK).await
}

/// `POST /api/v1/records/{reference}/moves/{move}`
pub(super) async fn step(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(machine): Extension<Machine>,
    Path((reference, by)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let desk = writing(&house, &reader, &machine, &headers)?;
    let (register, _) = desk.fetch(&reference).await?;
    let setting = setting(register, &headers, &body, reader.t)?;
    desk.go(&reference, &by, setting).await.map_err(|error| told(error, reader.t))?;
    written(&desk, &reference, StatusCode::OK).await
}

/// `POST /api/v1/records/{reference}/marking`: a machine raises a marking, and lowers none.
pub(super) async fn mark(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(machine): Extension<Machine>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let t = reader.t;
    let desk = writing(&house, &reader, &machine, &headers)?;
    desk.fetch(&reference).await?;
    let body: MarkingBody = read(&headers, &body, t)?;
    let wrong = |member: &'static str, key: &str| Problem::Refused(vec![(Some(member), t.say(key))]);
    let to = Marking {
        tlp: body.tlp.parse().map_err(|_| wrong("tlp", "register-fault-marking-tlp"))?,
        pap: body.pap.parse().map_err(|_| wrong("pap", "register-fault-marking-pap"))?,
    };
    let marked = Marked { to, reason: reason(body.reason), version: Some(matched(&headers, t)?) };
    desk.mark(&reference, &marked).await.map_err(|error| told(error, t))?;
    written(&desk, &reference, StatusCode::OK).await
}

/// The machine, ready to write under the key of its request.
fn writing<'a>(
    house: &'a House,
    reader: &'a Reader,
    machine: &Machine,
    headers: &HeaderMap,
) -> Result<Actor<'a>, Problem> {
    let access = reader.access()?;
    let by = By::new(access.subject().person().to_string(), house.now())
        .with_key(key(headers, reader.t)?)
        .for_service(access.service(World::Coordination))
        .for_purpose(machine.told.clone());
    acting(house, reader, by)
}

/// The key that the machine drew: a UUID, between quotes (the draft of the HTTP API group) or bare.
fn key(headers: &HeaderMap, t: Lang) -> Result<WriteKey, Problem> {
    let wrong = || Problem::Parameter { name: "Idempotency-Key".to_owned(), reason: t.say("web-api-wrong-key") };
    let mut lines = headers.get_all(KEY).iter();
    let line = lines.next().and_then(|line| line.to_str().ok()).ok_or_else(wrong)?.trim();
    let bare = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(line);
    bare.parse().ok().filter(|_| lines.next().is_none()).ok_or_else(wrong)
}

/// What was sent, as JSON.
fn read<B: DeserializeOwned>(headers: &HeaderMap, body: &[u8], t: Lang) -> Result<B, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Problem::Media);
    }
    serde_json::from_slice(body).map_err(|_| Problem::Refused(vec![(None, t.say("web-api-wrong-body"))]))
}

fn setting(register: &'static Register, headers: &HeaderMap, body: &[u8], t: Lang) -> Result<Setting, Problem> {
    let body: Body = read(headers, body, t)?;
    let version = Some(matched(headers, t)?);
    let typed = sent(register, &body.values);
    let typed = typed.map_err(|refusals| told(RegisterError::Refused { register, refusals }, t))?;
    Ok(Setting { typed, version, reason: reason(body.reason) })
}

fn reason(said: Option<String>) -> Option<String> {
    said.map(|said| said.chars().take(REASON).collect::<String>()).filter(|said| !said.is_empty())
}

/// Why it was not written, for who sent it: each sentence with its field.
fn told(error: RegisterError, t: Lang) -> Problem {
    match error {
        RegisterError::Refused { register, refusals } => {
            Problem::Refused(refusals.into_iter().map(|refusal| (refusal.field, refusal.say(register, t))).collect())
        }
        RegisterError::Changed { .. } => Problem::Stale(error.sentences(t).join(" ")),
        RegisterError::Store(StoreError::Refused { what: "key of a write", .. }) => {
            Problem::Refused(vec![(None, t.say("web-api-wrong-key-again"))])
        }
        error => error.into(),
    }
}

/// The record as it stands then, under the tag of its version; its reference alone when it is no longer open to the
/// machine.
async fn written(desk: &Actor<'_>, reference: &str, status: StatusCode) -> Result<Response, Problem> {
    let place = format!("/api/v1/records/{reference}");
    let mut headers = HeaderMap::new();
    let value = |text: &str| HeaderValue::from_str(text).map_err(|error| Problem::Ours(error.to_string()));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if status == StatusCode::CREATED {
        headers.insert(header::LOCATION, value(&place)?);
    }
    let body = match desk.fetch(reference).await {
        Ok((register, row)) => {
            let body = bytes(&row.record.to_json(register))?;
            headers.insert(header::ETAG, value(&version_tag(row.record.version, &body))?);
            body
        }
        Err(RegisterError::NotFound) => bytes(&json!({ "reference": reference }))?,
        Err(error) => return Err(error.into()),
    };
    Ok((status, headers, body).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_uuid() {
        let with = |lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(KEY, HeaderValue::from_static(line));
            }
            key(&headers, Lang::En)
        };
        const ONE: &str = "0194f6a0-0000-7000-8000-000000000001";
        assert_eq!(with(&[ONE]).unwrap().to_string(), ONE);
        assert_eq!(with(&["\"0194f6a0-0000-7000-8000-000000000001\""]).unwrap().to_string(), ONE);
        for wrong in [&[][..], &[""], &["x"], &[ONE, ONE], &["0194F6A0-0000-7000-8000-00000000000A"]] {
            assert!(with(wrong).is_err(), "{wrong:?}");
        }
    }
}
