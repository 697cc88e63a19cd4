//! What is told when something goes wrong, to people and to programs: never the detail.

use super::client::Client;
use super::doubles::{INTERNAL, Trouble, Troubled};
use axum::http::StatusCode;
use std::collections::BTreeSet;

/// What only we need to know, in whole and in parts.
fn internal() -> Vec<String> {
    let parts = ["SELECT", "token_sha256", "_delta_log", "Vec<", "sqlite", "panicked", ".rs:", "Error {", "FactsError"];
    parts.iter().map(|p| (*p).to_owned()).chain([INTERNAL.to_owned(), "list snapshots".to_owned()]).collect()
}

async fn every_problem(accept: &'static str) -> Vec<(String, super::client::Answer)> {
    let mut answers = Vec::new();
    let mut client = Client::analyst().await;
    let token = client.get("/aide").await.token();
    let key = beffroi_store::WriteKey::draw();
    let conflict = format!("jeton={token}&cle={key}&version=9&action=close");
    let unclear = {
        let version = client.get("/alertes/FLASH-2026-001").await.hidden("version");
        format!("jeton={token}&cle={key}&version={version}&action=erase")
    };
    client.headers = vec![("accept", accept.to_owned())];
    for (method, path, body) in [
        ("GET", "/nowhere", None),
        ("GET", "/series?page=x", None),
        ("PUT", "/", None),
        ("POST", "/aide", Some(String::new())),
        ("POST", "/alertes/FLASH-2026-001", Some(conflict)),
        ("POST", "/alertes/FLASH-2026-001", Some(unclear)),
        ("POST", "/alertes/FLASH-2026-001", Some("x".repeat(70_000))),
    ] {
        answers.push((format!("{method} {path}"), client.send(method, path, body).await));
    }
    answers.push(("a long address".into(), client.get(&format!("/aide?{}", "x".repeat(9000))).await));
    client.headers.push(("transfer-encoding", "chunked".into()));
    answers.push(("chunks".into(), client.get("/aide").await));
    client.headers = vec![("accept", accept.to_owned()), ("host", "evil.example".into())];
    answers.push(("a foreign host".into(), client.get("/aide").await));
    for trouble in [Trouble::Engine, Trouble::Busy, Trouble::Panic] {
        let mut client = Client::to(|app| app.facts = Troubled::with(trouble)).await;
        client.sign_in(super::sample::LOGIN).await;
        client.headers = vec![("accept", accept.to_owned())];
        answers.push(("trouble".into(), client.get("/").await));
    }
    answers
}

#[tokio::test]
async fn people_get_a_page_without_the_detail() {
    let mut seen = BTreeSet::new();
    for (at, answer) in every_problem("text/html,*/*;q=0.8").await {
        let text = answer.text();
        assert!(text.contains("<h1>"), "{at} ({}): {text}", answer.status);
        for detail in internal() {
            assert!(!text.contains(&detail), "{at} tells `{detail}`");
        }
        seen.insert(answer.status.as_u16());
    }
    assert_eq!(seen, BTreeSet::from([400, 403, 404, 405, 409, 411, 413, 414, 421, 500, 503]));
}

#[tokio::test]
async fn programs_get_a_document_without_the_detail() {
    let mut instances = BTreeSet::new();
    for (at, answer) in every_problem("application/problem+json").await {
        assert_eq!(answer.header("content-type"), "application/problem+json", "{at}");
        let document: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
        let keys: Vec<&String> = document.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["instance", "reference", "status", "title", "type"], "{at}");
        assert_eq!(document["type"], "about:blank", "{at}");
        assert_eq!(document["status"], answer.status.as_u16(), "{at}");
        assert!(!document["title"].as_str().unwrap().is_empty(), "{at}");
        for detail in internal() {
            assert!(!answer.text().contains(&detail), "{at} tells `{detail}`");
        }
        assert!(document["instance"].as_str().unwrap().starts_with("urn:uuid:"), "{at}");
        assert!(instances.insert(document["instance"].to_string()), "{at}: an instance is one occurrence");
    }
}

#[tokio::test]
async fn too_much_says_when_to_come_back() {
    let mut client = Client::to(|app| app.facts = Troubled::with(Trouble::Busy)).await;
    client.sign_in(super::sample::LOGIN).await;
    let answer = client.get("/").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "2");
}
