//! Tokens for machines: what they open, and what they do not.

use super::client::{Answer, Client, between};
use super::made::{self, Facts, Models};
use super::people::{TODAY, login_of};
use super::sample::now;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::{Act, ApiToken, Kind, Role, ServiceId, State, TOKEN_ACTS, TokenScope, World};
use beffroi_store::By;
use jiff::ToSpan;
use jiff::civil::date;

const RED: Marking = Marking { tlp: Tlp::Red, pap: Pap::Red };
const GREEN: Marking = Marking { tlp: Tlp::Green, pap: Pap::Green };
const ALERTS: &str = "/api/v1/alerts";

pub(crate) fn scope(kinds: &[Kind], ceiling: Marking, networks: &[&str]) -> TokenScope {
    let networks = networks.iter().map(|network| network.parse().unwrap());
    let days = (TODAY, TODAY + 30.days());
    TokenScope::new(World::Coordination, kinds.to_vec(), [Act::List, Act::Read], ceiling, days, networks).unwrap()
}

/// A scope in one world, from everywhere.
pub(crate) fn scope_in(world: World, kinds: &[Kind], ceiling: Marking) -> TokenScope {
    let days = (TODAY, TODAY + 30.days());
    TokenScope::new(world, kinds.to_vec(), [Act::List, Act::Read], ceiling, days, []).unwrap()
}

/// The widest token that a person could make in coordination, as text.
pub(crate) async fn widest_token(client: &Client, login: &str) -> String {
    widest_token_in(client, login, World::Coordination).await
}

/// The widest token that a person could make in a world, as text.
pub(crate) async fn widest_token_in(client: &Client, login: &str, world: World) -> String {
    let all = Kind::ALL.iter().copied().filter(|kind| kind.worlds().contains(&world));
    let days = (TODAY, TODAY + 1.day());
    let scope = TokenScope::new(world, all, TOKEN_ACTS, RED, days, []).unwrap();
    token_of(client, login, &scope).await.format()
}

pub(crate) async fn token_of(client: &Client, login: &str, scope: &TokenScope) -> ApiToken {
    client.app.store.token_make("essai", scope, &By::new(login, now())).await.unwrap()
}

pub(crate) async fn ask(client: &Client, path: &str, headers: &[(&str, String)]) -> Answer {
    let mut request = Request::builder().uri(path).header("host", &client.host);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    client.raw(request.body(Body::empty()).unwrap()).await
}

async fn with(client: &Client, path: &str, token: &ApiToken) -> Answer {
    ask(client, path, &[("authorization", format!("Bearer {}", token.format()))]).await
}

fn references(answer: &Answer) -> Vec<String> {
    let json: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
    let objects = json["objects"].as_array().unwrap().iter();
    objects.map(|object| object["reference"].as_str().unwrap().to_owned()).collect()
}

async fn with_alerts() -> Client {
    let client = Client::stranger().await;
    let models = Models::of(&client.app.store).await;
    for (n, marking) in [(501, GREEN), (502, Marking { tlp: Tlp::Amber, pap: Pap::Amber })] {
        let facts = Facts {
            owner: ServiceId::house(),
            territory: beffroi_model::Territory::france(),
            marking,
            state: State::Published,
            author: None,
        };
        made::alert(&client.app.store, &models.alert, &format!("FLASH-2026-{n}"), &facts).await;
    }
    client
}

#[tokio::test]
async fn a_token_reads_what_it_was_made_for_and_no_more() {
    let client = with_alerts().await;
    let login = login_of(Role::Analyst);
    let wide = token_of(&client, &login, &scope(&[Kind::Alert, Kind::Signal], RED, &[])).await;
    let all = with(&client, ALERTS, &wide).await;
    assert_eq!(all.status, StatusCode::OK, "{}", all.text());
    assert_eq!(all.header("content-type"), "application/json");
    assert!(references(&all).contains(&"FLASH-2026-502".to_owned()));
    assert_eq!(with(&client, "/api/v1/alerts/FLASH-2026-502", &wide).await.status, StatusCode::OK);
    assert_eq!(with(&client, "/api/v1/signals", &wide).await.status, StatusCode::OK);
    // A lower ceiling: absent and forbidden look the same.
    let low = token_of(&client, &login, &scope(&[Kind::Alert], GREEN, &[])).await;
    let some = references(&with(&client, ALERTS, &low).await);
    assert!(some.contains(&"FLASH-2026-501".to_owned()) && !some.contains(&"FLASH-2026-502".to_owned()), "{some:?}");
    let strip = |answer: Answer| {
        let mut json: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
        json["instance"] = "".into();
        json["reference"] = "".into();
        (answer.status, json)
    };
    let forbidden = strip(with(&client, "/api/v1/alerts/FLASH-2026-502", &low).await);
    assert_eq!(forbidden, strip(with(&client, "/api/v1/alerts/FLASH-2026-999", &low).await));
    assert_eq!(forbidden.0, StatusCode::NOT_FOUND);
    // Another kind.
    assert_eq!(with(&client, "/api/v1/signals", &low).await.status, StatusCode::NOT_FOUND);
    // The pages are not for machines.
    for path in ["/alertes", "/compte", "/"] {
        assert_ne!(with(&client, path, &wide).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_token_holds_no_more_than_its_person_today() {
    let client = with_alerts().await;
    let store = &client.app.store;
    let nobody = token_of(&client, "personne", &scope(&[Kind::Alert], RED, &[])).await;
    assert_eq!(with(&client, ALERTS, &nobody).await.status, StatusCode::NOT_FOUND, "a person without rights");
    let login = login_of(Role::Analyst);
    let token = token_of(&client, &login, &scope(&[Kind::Alert], RED, &[])).await;
    assert_eq!(with(&client, ALERTS, &token).await.status, StatusCode::OK);
    for given in store.grants().await.unwrap() {
        if given.person.as_str() == login {
            store.grant_revoke(&given.id, &By::new("cli", now())).await.unwrap();
        }
    }
    assert_eq!(
        with(&client, ALERTS, &token).await.status,
        StatusCode::NOT_FOUND,
        "the person's rights were taken back"
    );
}

#[tokio::test]
async fn what_does_not_serve_is_told_apart_by_nobody() {
    let mut client = with_alerts().await;
    let login = login_of(Role::Analyst);
    let store = client.app.store.clone();
    let by = By::new(login.as_str(), now());
    let revoked = token_of(&client, &login, &scope(&[Kind::Alert], RED, &[])).await;
    let handle = store.tokens_of(&login).await.unwrap()[0].handle.clone();
    assert!(!store.token_revoke(&handle, &By::new("role-statistician", now())).await.unwrap(), "another's token");
    assert_eq!(with(&client, ALERTS, &revoked).await.status, StatusCode::OK, "the honest twin");
    assert!(store.token_revoke(&handle, &by).await.unwrap());
    let elsewhere = token_of(&client, &login, &scope(&[Kind::Alert], RED, &["192.0.2.0/24"])).await;
    let ended = {
        let days = (date(2025, 1, 1), date(2025, 6, 1));
        let past = TokenScope::new(World::Coordination, [Kind::Alert], [Act::List], RED, days, []).unwrap();
        token_of(&client, &login, &past).await
    };
    let unknown = ApiToken::from_random([9; 32]);
    let shut = token_of(&client, "role-statistician", &scope(&[Kind::Alert], RED, &[])).await;
    store.account_shut("role-statistician", true, &By::new("cli", now())).await.unwrap();
    for token in [&revoked, &elsewhere, &ended, &unknown, &shut] {
        let answer = with(&client, ALERTS, token).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
    // A cookie opens nothing there, with a token or without.
    client.become_of(&login).await;
    assert_eq!(client.get(ALERTS).await.status, StatusCode::UNAUTHORIZED);
    let good = token_of(&client, &login, &scope(&[Kind::Alert], RED, &["0.0.0.0/0"])).await;
    assert_eq!(with(&client, ALERTS, &good).await.status, StatusCode::OK, "the honest twin");
    // And nothing is written there.
    let post = Request::builder().method("POST").uri(ALERTS).header("host", &client.host);
    let post =
        post.header("authorization", format!("Bearer {}", good.format())).header("sec-fetch-site", "same-origin");
    let answer = client.raw(post.body(Body::empty()).unwrap()).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
}

#[tokio::test]
async fn a_token_is_made_on_ones_page_shown_once_and_revoked_there() {
    let mut client = with_alerts().await;
    client.become_of(&login_of(Role::Analyst)).await;
    let jeton = client.get("/aide").await.token();
    let until = (TODAY + 30.days()).to_string();
    let form = |change: (&'static str, &'static str)| {
        let plain = [
            ("action", "make"),
            ("nom", "sonde du site"),
            ("alertes", "oui"),
            ("tlp", "TLP:GREEN"),
            ("pap", "PAP:GREEN"),
            ("reseaux", "0.0.0.0/0, 2001:db8::/32"),
        ];
        plain.map(|(name, value)| (name, if name == change.0 { change.1 } else { value }))
    };
    for (wrong, error) in [
        (("nom", ""), "nom-erreur"),
        (("alertes", ""), "objets-erreur"),
        (("tlp", "PURPLE"), "tlp-erreur"),
        (("reseaux", "192.0.2.1/24"), "reseaux-erreur"),
    ] {
        let mut sent = form(wrong).to_vec();
        sent.extend([("jeton", jeton.as_str()), ("au", until.as_str())]);
        let answer = client.post("/compte/jetons", &sent).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
        assert!(answer.text().contains(&format!("id=\"{error}\"")), "{wrong:?}");
    }
    for day in ["2025-01-01", "2036-01-01", "demain"] {
        let mut sent = form(("", "")).to_vec();
        sent.extend([("jeton", jeton.as_str()), ("au", day)]);
        assert!(client.post("/compte/jetons", &sent).await.text().contains("id=\"au-erreur\""), "{day}");
    }
    let mut sent = form(("", "")).to_vec();
    sent.extend([("jeton", jeton.as_str()), ("au", until.as_str())]);
    let made = client.post("/compte/jetons", &sent).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    let text = made.text();
    let token = ApiToken::parse(between(&text, "<code class=\"break\">", "</code>")).unwrap();
    assert_eq!(with(&client, ALERTS, &token).await.status, StatusCode::OK);
    let page = client.get("/compte/jetons").await.text();
    assert!(page.contains("sonde du site") && !page.contains(&token.format()), "never shown again");
    let handle = between(&page, "name=\"token\" value=\"", "\"").to_owned();
    let revoke = [("jeton", jeton.as_str()), ("action", "revoke"), ("token", handle.as_str())];
    assert_eq!(client.post("/compte/jetons", &revoke).await.status, StatusCode::SEE_OTHER);
    assert_eq!(with(&client, ALERTS, &token).await.status, StatusCode::UNAUTHORIZED);
}
