//! What machines write: records added, written, moved and marked by a token, once each, on the version that was read, and
//! nothing that is a person's.

use super::client::{Answer, Client};
use super::machines::token_of;
use super::people::TODAY;
use super::registers::{send, with_water};
use super::sample::LOGIN;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use beffroi_model::Marking;
use beffroi_rights::{Act, Kind, TOKEN_ACTS, TokenScope, World};
use beffroi_store::{JournalQuery, WriteKey};
use jiff::ToSpan;
use serde_json::Value;

const RECORDS: &str = "/api/v1/registers/water/records";

async fn token(client: &Client, acts: &[Act], registers: &[&str]) -> String {
    let (acts, days) = (acts.iter().copied(), (TODAY, TODAY + 30.days()));
    let scope = TokenScope::new(World::Coordination, [Kind::Record], acts, Marking::UNKNOWN, days, []).unwrap();
    let scope = scope.for_registers(registers.iter().copied()).unwrap();
    token_of(client, LOGIN, &scope).await.format()
}

/// A request of a machine: what is `None` among its headers is left out.
struct Asking<'a> {
    method: &'a str,
    path: &'a str,
    token: &'a str,
    key: Option<String>,
    version: Option<&'a str>,
    kind: &'a str,
    body: &'a str,
}

impl<'a> Asking<'a> {
    fn new(method: &'a str, path: &'a str, token: &'a str, body: &'a str) -> Self {
        let key = Some(WriteKey::draw().to_string());
        Self { method, path, token, key, version: None, kind: "application/json", body }
    }

    fn on(mut self, version: &'a str) -> Self {
        self.version = Some(version);
        self
    }

    async fn send(&self, client: &Client) -> Answer {
        let mut request = Request::builder().method(self.method).uri(self.path).header("host", &client.host);
        request = request.header("authorization", format!("Bearer {}", self.token)).header("content-type", self.kind);
        if let Some(key) = &self.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(version) = self.version {
            request = request.header("if-match", version);
        }
        client.raw(request.body(Body::from(self.body.to_owned())).unwrap()).await
    }
}

fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.bytes).unwrap_or_else(|error| panic!("{error}: {}", answer.text()))
}

/// The first error of a refusal: its field and its sentence.
fn error(answer: &Answer) -> (Option<String>, String) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let first = &json(answer)["errors"][0];
    (first["field"].as_str().map(str::to_owned), first["reason"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_machine_adds_once_and_is_told_what_is_wrong() {
    let client = with_water().await;
    let token = token(&client, &TOKEN_ACTS, &["water"]).await;
    let body = r#"{"values": {"title": "A deep well", "source": "well", "due": "2026-01-16"}}"#;
    let adding = Asking::new("POST", RECORDS, &token, body);
    let added = adding.send(&client).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text());
    assert_eq!(added.header("location"), "/api/v1/records/WAT-2026-0001");
    assert_eq!(json(&added)["values"]["source"], "well");
    // The same again is answered and adds nothing; another key adds another one.
    let again = adding.send(&client).await;
    assert_eq!((again.status, json(&again)["reference"].as_str()), (StatusCode::CREATED, Some("WAT-2026-0001")));
    let other = Asking::new("POST", RECORDS, &token, body).send(&client).await;
    assert_eq!(json(&other)["reference"], "WAT-2026-0002");
    // A key that comes with another request is refused, and so is a write without one.
    let stolen = Asking { body: r#"{"values": {"title": "Another"}}"#, ..Asking::new("POST", RECORDS, &token, "") };
    let stolen = Asking { key: adding.key.clone(), ..stolen };
    assert_eq!(error(&stolen.send(&client).await).0, None);
    for key in [None, Some("x".to_owned())] {
        let keyless = Asking { key, ..Asking::new("POST", RECORDS, &token, body) }.send(&client).await;
        assert_eq!(keyless.status, StatusCode::BAD_REQUEST);
        assert_eq!(json(&keyless)["parameters"][0]["name"], "Idempotency-Key");
    }
    // What is wrong stands beside its field, in a sentence.
    for (body, field) in [
        (r#"{"values": {}}"#, Some("title")),
        (r#"{"values": {"title": "Dry well"}}"#, Some("title")),
        (r#"{"values": {"title": "x", "due": "tomorrow"}}"#, Some("due")),
        (r#"{"values": {"title": "x", "due": {"day": 1}}}"#, Some("due")),
        (r#"{"values": {"title": "06 39 98 12 34"}}"#, Some("title")),
        (r#"{"values": {"title": "x", "outcome": "full"}}"#, Some("outcome")),
        (r#"{"values": {"title": "x", "colour": "blue"}}"#, None),
        (r#"{"values": {"title": "x"}, "marking": "CLEAR"}"#, None),
        (r#"{"title": "x"}"#, None),
        ("[]", None),
        ("{", None),
        ("", None),
    ] {
        let refused = Asking::new("POST", RECORDS, &token, body).send(&client).await;
        let (found, sentence) = error(&refused);
        assert_eq!(found.as_deref(), field, "{body}: {sentence}");
        assert!(sentence.len() > 10, "{sentence}");
    }
    // By its form, and by its size.
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let other = Asking { kind, ..Asking::new("POST", RECORDS, &token, body) }.send(&client).await;
        assert_eq!(other.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    let huge = format!(r#"{{"values": {{"title": "{}"}}}}"#, "x".repeat(70_000));
    let huge = Asking::new("POST", RECORDS, &token, &huge).send(&client).await;
    assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
    let deep = format!(r#"{{"values": {{"title": {}{}}}}}"#, "[".repeat(9000), "]".repeat(9000));
    assert_eq!(error(&Asking::new("POST", RECORDS, &token, &deep).send(&client).await).0, None);
    let seen = client.app.store.records_fetch(&["WAT-2026-0003".to_owned()]).await.unwrap();
    assert!(seen.is_empty(), "what was refused added nothing");
}

#[tokio::test]
async fn a_machine_writes_on_the_version_that_it_read() {
    let mut client = with_water().await;
    let token = token(&client, &TOKEN_ACTS, &["water"]).await;
    let added = Asking::new("POST", RECORDS, &token, r#"{"values": {"title": "A deep well"}}"#).send(&client).await;
    let first = added.header("etag").to_owned();
    let here = "/api/v1/records/WAT-2026-0001";
    let read = super::machines::ask(&client, here, &[("authorization", format!("Bearer {token}"))]).await;
    assert_eq!(read.header("etag"), first, "reading gives the tag that writing gave");

    let body = r#"{"values": {"title": "A deeper well", "due": "2026-01-16"}}"#;
    let writing = Asking::new("PATCH", here, &token, body).on(&first);
    let written = writing.send(&client).await;
    assert_eq!(written.status, StatusCode::OK, "{}", written.text());
    assert_eq!((&json(&written)["version"], &json(&written)["values"]["title"]), (&2.into(), &"A deeper well".into()));
    let second = written.header("etag").to_owned();
    // A repeat is answered; another write on the old version is not made, and says what changed; none without a version.
    assert_eq!(writing.send(&client).await.status, StatusCode::OK);
    let stale = Asking::new("PATCH", here, &token, r#"{"values": {"title": "Lost"}}"#).on(&first).send(&client).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let detail = json(&stale)["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("due, title"), "{detail}");
    let blind = Asking::new("PATCH", here, &token, body).send(&client).await;
    assert_eq!(blind.status, StatusCode::PRECONDITION_REQUIRED);
    for wrong in ["*", "2", "W/\"2-x\"", "\"2\""] {
        let odd = Asking::new("PATCH", here, &token, body).on(wrong).send(&client).await;
        assert_eq!(odd.status, StatusCode::BAD_REQUEST, "{wrong}");
        assert_eq!(json(&odd)["parameters"][0]["name"], "If-Match");
    }
    // `null` takes out.
    let out = Asking::new("PATCH", here, &token, r#"{"values": {"due": null}}"#).on(&second).send(&client).await;
    assert!(json(&out)["values"].get("due").is_none(), "{}", out.text());
    assert_eq!(client.app.store.record_versions("WAT-2026-0001").await.unwrap().len(), 3);

    // A move that the declaration leaves to machines, and those that it does not.
    let third = out.header("etag").to_owned();
    let gauge = format!("{here}/moves/gauge");
    let bare = Asking::new("POST", &gauge, &token, "{}").on(&third).send(&client).await;
    assert_eq!(error(&bare).0.as_deref(), Some("level"));
    let high = Asking::new("POST", &gauge, &token, r#"{"values": {"level": 101}}"#).on(&third).send(&client).await;
    assert_eq!(error(&high).0.as_deref(), Some("level"));
    let moved = Asking::new("POST", &gauge, &token, r#"{"values": {"level": 62}}"#).on(&third).send(&client).await;
    assert_eq!((moved.status, &json(&moved)["values"]["level"]), (StatusCode::OK, &62.into()));
    let fourth = moved.header("etag").to_owned();
    for (by, body) in [("empty", "{}"), ("close", r#"{"values": {"outcome": "full"}, "reason": "rain"}"#)] {
        let path = format!("{here}/moves/{by}");
        let refused = Asking::new("POST", &path, &token, body).on(&fourth).send(&client).await;
        assert_eq!(error(&refused).0, None, "{by} is a person's");
    }
    let none = format!("{here}/moves/nowhere");
    let none = Asking::new("POST", &none, &token, "{}").on(&fourth).send(&client).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);

    // A marking is raised, and not lowered.
    let marking = format!("{here}/marking");
    let raise = |body| Asking::new("POST", &marking, &token, body).on(&fourth);
    assert_eq!(error(&raise(r#"{"tlp": "PINK", "pap": "RED"}"#).send(&client).await).0.as_deref(), Some("tlp"));
    let raised = raise(r#"{"tlp": "AMBER", "pap": "AMBER"}"#).send(&client).await;
    assert_eq!((raised.status, &json(&raised)["marking"]["tlp"]), (StatusCode::OK, &"AMBER".into()));
    let fifth = raised.header("etag").to_owned();
    let lower = r#"{"tlp": "GREEN", "pap": "GREEN", "reason": "known by now"}"#;
    let lower = Asking::new("POST", &marking, &token, lower).on(&fifth).send(&client).await;
    assert_eq!(error(&lower).0, None);

    // Its person does on the page what the machine may not.
    let page = "/registres/water/WAT-2026-0001";
    let closing = [("action", "go-close"), ("version", "5"), ("f.outcome", "full"), ("raison", "rain")];
    assert_eq!(send(&mut client, page, &closing).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_machine_writes_no_further_than_its_token_and_is_journalled_with_it() {
    let mut client = with_water().await;
    let whole = token(&client, &TOKEN_ACTS, &["water"]).await;
    let elsewhere = token(&client, &TOKEN_ACTS, &["need"]).await;
    let reader = token(&client, &[Act::List, Act::Read], &["water"]).await;
    let adder = token(&client, &[Act::List, Act::Read, Act::Create], &["water"]).await;
    let body = r#"{"values": {"title": "A deep well"}}"#;
    for token in [&elsewhere, &reader] {
        let refused = Asking::new("POST", RECORDS, token, body).send(&client).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "absent and forbidden look the same");
    }
    let before = client.app.store.journal_size().await.unwrap();
    let added = Asking::new("POST", RECORDS, &adder, body).send(&client).await;
    assert_eq!(added.status, StatusCode::CREATED);
    let etag = added.header("etag").to_owned();
    for token in [&elsewhere, &reader, &adder] {
        for (method, path) in [
            ("PATCH", "/api/v1/records/WAT-2026-0001"),
            ("POST", "/api/v1/records/WAT-2026-0001/moves/gauge"),
            ("POST", "/api/v1/records/WAT-2026-0001/marking"),
        ] {
            let body = if path.ends_with("marking") { r#"{"tlp":"RED","pap":"RED"}"# } else { r#"{"values":{}}"# };
            let refused = Asking::new(method, path, token, body).on(&etag).send(&client).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{method} {path}");
        }
    }
    // The journal names the token; the record names its person.
    assert_eq!(client.app.store.journal_size().await.unwrap(), before + 1);
    let found = client.app.store.journal_search(&JournalQuery::default(), 1).await.unwrap();
    let entry = found[0].entry.clone().unwrap();
    assert_eq!((entry.who.as_str(), entry.object.id.as_str()), (LOGIN, "WAT-2026-0001@1"));
    let purpose = entry.purpose.unwrap();
    assert_eq!(purpose.why, "essai");
    assert!(purpose.reference.unwrap().starts_with("token/"));
    // The twin: with the acts and the register, it is written.
    let path = "/api/v1/records/WAT-2026-0001";
    let written = Asking::new("PATCH", path, &whole, r#"{"values": {"source": "rain"}}"#).on(&etag).send(&client).await;
    assert_eq!(written.status, StatusCode::OK, "{}", written.text());
    // A session writes by the forms of pages, and nothing here; a page of another site, nothing anywhere.
    let session = client.send_json("POST", RECORDS, body).await;
    assert_eq!(session.status, StatusCode::UNAUTHORIZED);
    let versions = client.app.store.record_versions("WAT-2026-0001").await.unwrap();
    assert_eq!(versions.len(), 2);
}

#[tokio::test]
async fn a_token_that_writes_is_made_on_ones_page_for_registers_by_name() {
    let mut client = with_water().await;
    let until = (TODAY + 30.days()).to_string();
    let form = |changes: &[(&'static str, &'static str)]| {
        let mut form = vec![("action", "make"), ("nom", "compteur"), ("tlp", "TLP:GREEN"), ("pap", "PAP:GREEN")];
        form.extend([("fiches", "oui"), ("ajoute", "oui"), ("ecrit", "oui"), ("registres", "water")]);
        for (name, value) in changes {
            form.retain(|(known, _)| known != name);
            form.push((*name, *value));
        }
        form
    };
    for (wrong, beside) in [
        (&[("registres", "")][..], "registres-erreur"),
        (&[("registres", "water, nowhere")], "registres-erreur"),
        (&[("fiches", ""), ("alertes", "oui")], "objets-erreur"),
    ] {
        let mut sent = form(wrong);
        sent.push(("au", until.as_str()));
        let answer = send(&mut client, "/compte/jetons", &sent).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
        assert!(answer.text().contains(&format!("id=\"{beside}\"")), "{wrong:?}");
    }
    let mut sent = form(&[]);
    sent.push(("au", until.as_str()));
    let made = send(&mut client, "/compte/jetons", &sent).await.text();
    let token = super::client::between(&made, "<code class=\"break\">", "</code>").to_owned();
    let added = Asking::new("POST", RECORDS, &token, r#"{"values": {"title": "A deep well"}}"#).send(&client).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text());
    let page = client.get("/compte/jetons").await.text();
    assert!(page.contains("compteur") && page.contains("water"));
}
