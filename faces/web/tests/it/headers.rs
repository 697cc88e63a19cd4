//! Every route, every kind of answer: its headers, scored.

use super::client::{Answer, Client, between};
use super::doubles::{Trouble, Troubled};
use super::keys;
use super::observatory::{red, score, scripted};
use super::watch;
use axum::http::StatusCode;
use std::collections::BTreeSet;

/// What every answer must score at least.
const LEAST: i32 = 120;

/// Every address the program answers at.
fn routes() -> BTreeSet<&'static str> {
    beffroi_web::routes().into_iter().map(|route| route.path).collect()
}

/// A route with values that exist in the sample.
async fn filled(client: &mut Client, route: &str) -> String {
    let signal = watch::on(&client.app.store, "fake_shop").await.to_string();
    let series = client.app.store.series_list(1, 0).await.unwrap()[0].id.to_string();
    let style = between(&client.get("/connexion").await.text(), "href=\"/static/app.", "\"").to_owned();
    let part = |n: usize| route.split('/').nth(n).unwrap();
    let id = match if part(1) == "api" && route.len() > 4 { part(3) } else { part(1) } {
        "indicators" | "indicateurs" => "digital-offences",
        "signaux" => &signal,
        "series" => &series,
        "sources" => "synth-unites",
        "livraisons" => super::sample::DELIVERY,
        _ => "1",
    };
    route
        .replace("{id}", id)
        .replace("{reference}", "FLASH-2026-001")
        .replace("{format}", "txt")
        .replace("{year}", "2025")
        .replace("{file}", "report.pdf")
        .replace("{login}", "chef")
        .replace("{index}", "0")
        .replace("{list}", "phenomena")
        .replace("{code}", "ransomware")
        .replace("{name}", &format!("app.{style}"))
}

fn check(at: &str, path: &str, answer: &Answer) {
    let is_html = answer.header("content-type").starts_with("text/html");
    let text = answer.text();
    let scored = score(&answer.headers, is_html.then_some(text.as_str()));
    assert!(scored.total >= LEAST, "{at} ({}): {scored:?}", answer.status);
    assert_eq!(red(path, &answer.headers), Vec::<String>::new(), "{at} ({})", answer.status);
    // The two scripts there are stand in files of their own.
    let text = keys::without(&text);
    let text = if scripted(path) { text.replacen("<script src=\"/static/passkey.", "", 1) } else { text };
    for inline in ["<script", "<style", " style=", " onclick=", "javascript:"] {
        assert!(!is_html || !text.contains(inline), "{at}: {inline}");
    }
}

#[tokio::test]
async fn every_answer_of_every_route_scores() {
    let mut client = Client::over_tls().await;
    let mut seen = BTreeSet::new();
    let mut n = 0;
    let mut at = |who: &str, method: &str, path: &str, answer: Answer| {
        check(&format!("{who} {method} {path}"), path, &answer);
        seen.insert(answer.status);
        n += 1;
    };
    let mut paths = Vec::new();
    for route in routes() {
        paths.push((route, filled(&mut client, route).await));
    }
    assert!(paths.len() >= 19, "{} routes only", paths.len());
    for who in ["stranger", "analyst"] {
        if who == "analyst" {
            client.sign_in(super::sample::LOGIN).await;
        }
        let page = client.get("/aide").await;
        let token = if who == "analyst" { page.token() } else { String::new() };
        for (route, path) in &paths {
            for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "POST"] {
                at(who, method, path, client.send(method, path, None).await);
            }
            if *route != "/deconnexion" && *route != "/connexion" {
                let body = Some(format!("jeton={token}&cle={}", beffroi_store::WriteKey::draw()));
                at(who, "POST with a token", path, client.send("POST", path, body).await);
            }
            let huge = Some("x".repeat(70_000));
            at(who, "POST too large", path, client.send("POST", path, huge).await);
            let odd = route.replace(['{', '}'], "");
            at(who, "GET odd", &odd, client.get(&format!("{odd}?page=x&grain=x&lang=en&suite=//x")).await);
            at(who, "GET long", path, client.get(&format!("{path}?x={}", "y".repeat(9000))).await);
            for header in [
                ("host", "evil.example"),
                ("transfer-encoding", "chunked"),
                ("accept", "application/json"),
                ("accept-encoding", "gzip"),
                ("cookie", "__Host-beffroi-lang=fr; __Host-beffroi-lang=en"),
                ("range", "bytes=0-1"),
                ("if-modified-since", "Thu, 01 Jan 2026 00:00:00 GMT"),
            ] {
                client.headers = vec![(header.0, header.1.to_owned())];
                at(who, header.0, path, client.get(path).await);
                at(who, header.0, "/nowhere", client.get("/nowhere").await);
                client.headers.clear();
            }
        }
    }
    for trouble in [Trouble::Engine, Trouble::Busy, Trouble::Panic] {
        client = Client::to(|app| {
            app.settings = super::client::over_tls().into();
            app.facts = Troubled::with(trouble);
        })
        .await;
        client.sign_in(super::sample::LOGIN).await;
        at("analyst", "GET in trouble", "/", client.get("/").await);
    }
    for status in [200, 303, 400, 403, 404, 405, 411, 413, 414, 421, 422, 500, 503] {
        assert!(seen.contains(&StatusCode::from_u16(status).unwrap()), "no answer was {status}: {seen:?}");
    }
    assert!(n > 700, "{n} answers only");
}

#[tokio::test]
async fn each_header_is_missed_when_it_is_not_there() {
    let mut client = Client::over_tls().await;
    let answer = client.get("/connexion").await;
    let whole = score(&answer.headers, Some(&answer.text())).total;
    assert_eq!(whole, 135, "with its cookie, the most that can be had without preloading and scripts");
    let names: BTreeSet<String> = answer.headers.keys().map(ToString::to_string).collect();
    let neutral = ["content-type", "content-length", "vary", "set-cookie"];
    let mut n = 0;
    for name in names.iter().filter(|name| !neutral.contains(&name.as_str())) {
        let mut without = answer.headers.clone();
        without.remove(name.as_str());
        let score = score(&without, None).total;
        assert!(score < whole || !red("/connexion", &without).is_empty(), "nobody misses {name}");
        n += 1;
    }
    assert!(n >= 13, "{names:?}");
    // And a cookie without one of its flags.
    let cookie = answer.header("set-cookie").to_owned();
    for flag in ["__Host-", "; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"] {
        let mut without = answer.headers.clone();
        without.insert("set-cookie", cookie.replace(flag, "").parse().unwrap());
        assert!(!red("/connexion", &without).is_empty(), "nobody misses {flag} in {cookie}");
    }
}

#[tokio::test]
async fn on_loopback_all_is_equal_but_what_needs_tls() {
    let mut plain = Client::analyst().await;
    let mut secure = Client::over_tls().await;
    secure.sign_in(super::sample::LOGIN).await;
    for path in ["/", "/nowhere", "/rapport/2025/report.pdf", "/alertes/FLASH-2026-001"] {
        let (plain, mut secure) = (plain.get(path).await, secure.get(path).await);
        assert!(secure.headers.remove("strict-transport-security").is_some());
        // Two pages with two tokens may differ in length once packed.
        secure.headers.remove("content-length");
        for name in secure.headers.keys() {
            let of = |answer: &Answer| -> Vec<_> { answer.headers.get_all(name).iter().cloned().collect() };
            assert_eq!(of(&plain), of(&secure), "{path}: {name}");
        }
        assert!(!plain.headers.contains_key("strict-transport-security"));
    }
}
