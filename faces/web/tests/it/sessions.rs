//! The life of a session, and the door: what an attacker chose is not kept, what has ended does not come back.

use super::client::{Answer, Client};
use super::sample::{LOGIN, PASSWORD};
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use std::cell::Cell;

thread_local! {
    /// Seconds by which the clock of this test is off.
    static OFF: Cell<i64> = const { Cell::new(0) };
}

fn clock() -> Timestamp {
    super::sample::now() + SignedDuration::from_secs(OFF.get())
}

async fn with_clock() -> Client {
    let mut client = Client::to(|app| app.clock = clock).await;
    client.sign_in(LOGIN).await;
    client
}

async fn is_in(client: &mut Client) -> bool {
    client.get("/aide").await.status == StatusCode::OK
}

async fn try_in(client: &mut Client, login: &str, password: &str, after: &str) -> Answer {
    let token = client.get("/connexion?lang=en").await.token();
    client.post("/connexion", &[("jeton", &token), ("login", login), ("password", password), ("suite", after)]).await
}

#[tokio::test]
async fn a_session_chosen_before_is_not_kept() {
    let mut client = Client::stranger().await;
    let chosen = "a".repeat(64);
    client.headers.push(("cookie", format!("beffroi-session={chosen}")));
    let door = client.get("/connexion").await;
    client.headers.clear();
    let token = door.token();
    let entry = client.cookie("beffroi-entry").unwrap().to_owned();
    client.forget();
    client.headers.push(("cookie", format!("beffroi-session={chosen}; beffroi-entry={entry}")));
    let fields = [("jeton", token.as_str()), ("login", LOGIN), ("password", PASSWORD), ("suite", "/")];
    assert_eq!(client.post("/connexion", &fields).await.status, StatusCode::SEE_OTHER, "the honest twin");
    let given = client.session().unwrap().to_owned();
    assert_ne!(given, chosen);
    client.forget();
    client.headers = vec![("cookie", format!("beffroi-session={chosen}"))];
    assert!(!is_in(&mut client).await, "the chosen one opens nothing");
    client.headers = vec![("cookie", format!("beffroi-session={given}"))];
    assert!(is_in(&mut client).await);
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    let mut client = Client::analyst().await;
    let first = client.session().unwrap().to_owned();
    let token = client.get("/aide").await.token();
    let fields = [("jeton", token.as_str()), ("login", "chef"), ("password", PASSWORD), ("suite", "/")];
    assert_eq!(client.post("/connexion", &fields).await.status, StatusCode::SEE_OTHER);
    assert_ne!(client.session().unwrap(), first);
    assert!(is_in(&mut client).await);
    client.forget();
    client.headers = vec![("cookie", format!("beffroi-session={first}"))];
    assert!(!is_in(&mut client).await);
}

#[tokio::test]
async fn after_signing_out_neither_session_nor_token_works() {
    let mut client = Client::analyst().await;
    let signal = super::watch::on(&client.app.store, "fake_shop").await;
    let token = client.get("/aide").await.token();
    let held = client.session().unwrap().to_owned();
    assert_eq!(client.post("/deconnexion", &[("jeton", &token)]).await.status, StatusCode::SEE_OTHER);
    assert!(client.session().is_none());
    client.headers = vec![("cookie", format!("beffroi-session={held}"))];
    assert!(!is_in(&mut client).await);
    let fields = [("jeton", token.as_str()), ("decision", "known"), ("reason", "rejeu")];
    assert_eq!(client.post(&format!("/signaux/{signal}"), &fields).await.status, StatusCode::FORBIDDEN);
    assert_eq!(client.app.store.signal_fetch(&signal).await.unwrap().unwrap().state, "open");
}

#[tokio::test]
async fn a_session_ends_when_idle() {
    let mut client = with_clock().await;
    OFF.set(29 * 60);
    assert!(is_in(&mut client).await);
    OFF.set(29 * 60 + 31 * 60);
    assert!(!is_in(&mut client).await);
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_whatever_happens() {
    let mut client = with_clock().await;
    for minutes in (20..12 * 60).step_by(20) {
        OFF.set(minutes * 60);
        assert!(is_in(&mut client).await, "after {minutes} minutes");
    }
    OFF.set(12 * 3600 + 1);
    assert!(!is_in(&mut client).await);
}

#[tokio::test]
async fn a_clock_set_back_opens_nothing() {
    OFF.set(6 * 3600);
    let mut client = with_clock().await;
    OFF.set(6 * 3600 - 60);
    assert!(is_in(&mut client).await, "a minute is what clocks do");
    OFF.set(0);
    assert!(!is_in(&mut client).await, "hours are not");
}

#[tokio::test]
async fn nobody_is_signed_in_by_another_site() {
    let mut client = Client::stranger().await;
    let door = client.get("/connexion").await;
    let token = door.token();
    let entry = client.cookie("beffroi-entry").unwrap().to_owned();
    let fields = |token: &str| format!("jeton={token}&login={LOGIN}&password={}&suite=/", PASSWORD.replace(' ', "%20"));
    let own = ("sec-fetch-site", "same-origin".to_owned());
    let other = format!("beffroi-entry={}", "b".repeat(32));
    for (what, keeps, headers, token) in [
        ("without its cookie", false, vec![own.clone()], token.as_str()),
        ("without its token", true, vec![own.clone()], ""),
        ("from another site", true, vec![("sec-fetch-site", "cross-site".to_owned())], &token),
        ("from a foreign origin", true, vec![("origin", "https://evil.example".to_owned())], &token),
        ("with another cookie", false, vec![own.clone(), ("cookie", other.clone())], &token),
        ("with a second cookie", true, vec![own.clone(), ("cookie", other.clone())], &token),
    ] {
        if keeps {
            client.get("/connexion").await;
        } else {
            client.forget();
        }
        client.headers = headers;
        // The cookie that came with the form, or none.
        if keeps {
            let cookie = format!("beffroi-entry={entry}");
            client.forget();
            let already = client.headers.iter().position(|(name, _)| *name == "cookie");
            match already {
                Some(at) => client.headers[at].1 = format!("{cookie}; {}", client.headers[at].1),
                None => client.headers.push(("cookie", cookie)),
            }
        }
        let answer = client.send("POST", "/connexion", Some(fields(token))).await;
        assert!(answer.status.is_client_error(), "{what}: {}", answer.status);
        assert!(client.session().is_none(), "{what}");
    }
    client.forget();
    client.headers = vec![own, ("cookie", format!("beffroi-entry={entry}"))];
    let answer = client.send("POST", "/connexion", Some(fields(&token))).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "the honest twin: {}", answer.text());
    assert!(client.session().is_some());
}

#[tokio::test]
async fn one_is_sent_nowhere_else() {
    let mut client = Client::stranger().await;
    for (n, after) in [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "https://evil.example",
        "https:evil.example",
        "HTTPS://evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        " //evil.example",
        "evil.example",
        "@evil.example",
        "/\r\nSet-Cookie: beffroi-session=x",
        "/\u{0}",
        "/\u{e9}",
        "?//evil.example",
        "http://127.0.0.1:8117@evil.example/",
        "",
    ]
    .into_iter()
    .enumerate()
    {
        // Every few, a new one: nobody may try for ever.
        if n % 5 == 0 {
            client.forget();
        }
        let answer = try_in(&mut client, LOGIN, PASSWORD, after).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/"), "{after:?}");
        assert!(!answer.headers.contains_key("refresh"), "{after:?}");
        // Already in: the same rule when the door is opened again.
        let mut query = String::new();
        after.bytes().for_each(|b| query.push_str(&format!("%{b:02X}")));
        let again = client.get(&format!("/connexion?suite={query}")).await;
        assert_eq!((again.status, again.header("location")), (StatusCode::SEE_OTHER, "/"), "{after:?}");
        client.forget();
    }
    let honest = try_in(&mut client, LOGIN, PASSWORD, "/series?page=1&lang=fr").await;
    assert_eq!(honest.header("location"), "/series?page=1&lang=fr");
}

#[tokio::test]
async fn nothing_typed_becomes_a_header() {
    let mut client = Client::analyst().await;
    for path in [
        "/aide?lang=fr%0d%0aSet-Cookie:%20x=1",
        "/aide?lang=en%0aX-Injected:%201",
        "/connexion?suite=/%0d%0aX-Injected:%201",
        "/nowhere%0d%0aX-Injected:%201",
        "/indicateurs/x%0d%0aX-Injected:%201.csv",
        "/rapport/2025/report.pdf%0d%0aX-Injected:%201",
    ] {
        let answer = client.get(path).await;
        assert!(!answer.headers.contains_key("x-injected"), "{path}");
        for cookie in answer.headers.get_all("set-cookie") {
            assert!(cookie.to_str().unwrap().starts_with("beffroi-"), "{path}: {cookie:?}");
        }
    }
    // A way in that keeps a forbidden path is sent back to it encoded, never split.
    client.forget();
    let answer = client.get("/x%0d%0aSet-Cookie:%20x=1").await;
    let location = answer.header("location").to_owned();
    assert!(location.starts_with("/connexion?suite=") && !location.contains(['\r', '\n']), "{location}");
}

#[tokio::test]
async fn what_is_signed_in_is_kept_by_no_cache_and_in_no_frame() {
    let mut client = Client::analyst().await;
    for path in super::pages::every_page(&client).await {
        let answer = client.get(&path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
    }
}

#[tokio::test]
async fn one_source_that_tries_many_names_waits() {
    let mut client = Client::stranger().await;
    let mut last = try_in(&mut client, "personne-0", "faux", "/").await;
    for n in 1..=20 {
        assert!(!last.text().contains("Too many attempts"), "after {n} names");
        // What it says of itself changes nothing.
        client.headers = vec![("x-forwarded-for", format!("203.0.113.{n}"))];
        last = try_in(&mut client, &format!("personne-{n}"), "faux", "/").await;
    }
    let waits = try_in(&mut client, LOGIN, PASSWORD, "/").await;
    assert!(waits.text().contains("Too many attempts"), "{}", waits.text());
    assert!(client.session().is_none(), "a right password waits like the others");
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_its_own_count() {
    let mut client = Client::to(|app| {
        let settings =
            beffroi_web::Settings { trusted_proxies: vec!["0.0.0.0".parse().unwrap()], ..Default::default() };
        app.settings = settings.into();
    })
    .await;
    client.headers = vec![("x-forwarded-for", "203.0.113.1".into())];
    for n in 0..=20 {
        try_in(&mut client, &format!("personne-{n}"), "faux", "/").await;
    }
    assert!(try_in(&mut client, LOGIN, PASSWORD, "/").await.text().contains("Too many attempts"));
    client.headers = vec![("x-forwarded-for", "203.0.113.2".into())];
    assert_eq!(try_in(&mut client, LOGIN, PASSWORD, "/").await.status, StatusCode::SEE_OTHER);
}
