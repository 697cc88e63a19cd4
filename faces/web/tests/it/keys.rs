//! Ctrl+K goes to the search: one file runs on the pages of whoever may search, named by its digest, and nothing else
//! runs anywhere else.

use super::client::{Answer, Client, between};
use super::observatory::red;
use super::pages::every_page;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const SCRIPT: &str = include_str!("../../static/keys.js");

/// The digest of the file, from the file itself.
pub(crate) fn digest() -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(SCRIPT.as_bytes())))
}

/// A page without the tag of the shortcut: what is left of scripts is wrong. The tag is taken whole, and once.
pub(crate) fn without(text: &str) -> String {
    let Some((before, rest)) = text.split_once("<script src=\"/static/keys.") else { return text.to_owned() };
    let tail = format!(".js\" integrity=\"{}\" defer></script>", digest());
    let Some((name, after)) = rest.split_once(&tail) else { return text.to_owned() };
    assert!(name.len() == 16 && name.bytes().all(|b| b.is_ascii_hexdigit()), "{name}");
    format!("{before}{after}")
}

/// What a policy lets run.
fn runs(answer: &Answer) -> Option<String> {
    let policy = answer.header("content-security-policy");
    policy.split(';').find_map(|part| part.trim().strip_prefix("script-src ")).map(str::to_owned)
}

#[tokio::test]
async fn pages_of_who_may_search_run_one_file_by_its_digest() {
    let mut client = Client::analyst().await;
    let only = Some(format!("'{}'", digest()));
    for path in every_page(&client).await.into_iter().chain(["/nowhere".to_owned(), "/notifications".to_owned()]) {
        let page = client.get(&path).await;
        let text = page.text();
        if path.starts_with("/orientation") {
            assert_eq!(runs(&page), None, "{path}: what the public reads runs nothing, whoever reads it");
            continue;
        }
        assert_eq!(runs(&page), only, "{path}");
        assert!(page.header("permissions-policy").contains("publickey-credentials-get=()"), "{path}");
        assert_ne!(without(&text), text, "{path}: the page does not ask for the file");
        assert_eq!(text.matches("aria-keyshortcuts=\"Control+K Meta+K\"").count(), 1, "{path}: one field answers");
        let mut wider = page.headers.clone();
        let policy = page.header("content-security-policy").replace(&format!("'{}'", digest()), "'self'");
        wider.insert("content-security-policy", policy.parse().unwrap());
        assert!(red(&path, &wider).iter().any(|fault| fault.starts_with("content-security-policy")), "{path}");
    }
    let page = client.get("/aide").await.text();
    let href = format!("/static/keys.{}", between(&page, "/static/keys.", "\""));
    let file = client.get(&href).await;
    assert_eq!(file.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(file.text(), SCRIPT, "the bytes served are those of the digest");
}

#[tokio::test]
async fn without_the_script_the_field_is_a_plain_form() {
    let mut client = Client::analyst().await;
    let page = client.get("/aide").await.text();
    let form = between(&page, "<form class=\"seek\"", "</form>");
    assert!(form.contains("method=\"get\" action=\"/recherche\"") && form.contains("<button>"), "{form}");
    assert!(form.contains("<label") && form.contains("name=\"q\""), "{form}");
    let found = client.get("/recherche?q=t%C3%A9l%C3%A9phones").await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(!found.text().contains("class=\"seek\""), "the page of the search has its own field");
}

#[tokio::test]
async fn strangers_files_and_machines_run_nothing() {
    let mut client = Client::stranger().await;
    for path in ["/connexion", "/orientation", "/orientation?r=1.ba", "/accuse/x", "/nowhere", "/api/v1/indicators"] {
        let answer = client.get(path).await;
        assert_eq!(runs(&answer), None, "{path}");
        assert!(!answer.text().contains("<script"), "{path}");
    }
    // Who has an account and no right to records has no search, hence no shortcut.
    client.become_of("personne").await;
    let page = client.get("/aide").await;
    assert_eq!((page.status, runs(&page)), (StatusCode::OK, None));
    assert!(!page.text().contains("<script") && !page.text().contains("aria-keyshortcuts"));
    let mut client = Client::analyst().await;
    for path in [
        "/rapport/2025/report.html",
        "/rapport/2025/report.pdf",
        "/alertes/FLASH-2026-002/pdf",
        "/indicateurs/losses.csv",
        "/registres/need/export/json",
    ] {
        let answer = client.get(path).await;
        assert_eq!((answer.status, runs(&answer)), (StatusCode::OK, None), "{path}");
    }
    client.headers = vec![("accept", "application/json".to_owned())];
    assert_eq!(runs(&client.get("/nowhere").await), None);
}

#[test]
fn the_script_is_small_and_writes_no_page() {
    assert!(SCRIPT.len() < 2048, "{} bytes", SCRIPT.len());
    for strong in ["innerHTML", "eval", "Function(", "fetch(", "import", "http", "createElement", "location", "cookie"]
    {
        assert!(!SCRIPT.contains(strong), "{strong}");
    }
}
