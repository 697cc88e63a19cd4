//! Headers, sessions, forged forms, foreign hosts.

use super::client::{Answer, Client};
use super::pages::every_page;
use super::sample::{LOGIN, PASSWORD};
use axum::http::StatusCode;

fn check_headers(at: &str, answer: &Answer) {
    let policy = answer.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ] {
        assert!(policy.contains(part), "{at}: {part} in {policy}");
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(answer.header(name), value, "{at}: {name}");
    }
    assert!(answer.header("permissions-policy").contains("camera=()"), "{at}");
    assert!(!answer.header("cache-control").is_empty(), "{at}: cache-control");
    for name in ["server", "x-powered-by", "access-control-allow-origin"] {
        assert!(!answer.headers.contains_key(name), "{at}: {name}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let mut client = Client::analyst().await;
    let token = client.get("/aide").await.token();
    let huge = format!("jeton={token}&reason={}", "x".repeat(70_000));
    let cases = [
        ("GET", "/", None, StatusCode::OK),
        ("HEAD", "/aide", None, StatusCode::OK),
        ("GET", "/rapport/2025/report.pdf", None, StatusCode::OK),
        ("GET", "/connexion", None, StatusCode::SEE_OTHER),
        ("GET", "/nowhere", None, StatusCode::NOT_FOUND),
        ("GET", "/series?page=x", None, StatusCode::BAD_REQUEST),
        ("PUT", "/", None, StatusCode::METHOD_NOT_ALLOWED),
        ("GET", "/deconnexion", None, StatusCode::METHOD_NOT_ALLOWED),
        ("POST", "/aide", Some(format!("jeton={token}")), StatusCode::METHOD_NOT_ALLOWED),
        ("POST", "/alertes/FLASH-2026-001", Some(huge), StatusCode::PAYLOAD_TOO_LARGE),
        ("POST", "/alertes/FLASH-2026-001", Some(String::new()), StatusCode::FORBIDDEN),
    ];
    for (method, path, body, status) in cases {
        let at = format!("{method} {path}");
        let answer = client.send(method, path, body).await;
        assert_eq!(answer.status, status, "{at}");
        check_headers(&at, &answer);
        if status.is_client_error() {
            assert!(answer.text().contains("<h1>"), "{at}: no page");
            assert_eq!(answer.header("cache-control"), "no-store", "{at}");
        }
    }
}

#[tokio::test]
async fn a_problem_page_has_a_number_and_no_detail() {
    let mut client = Client::analyst().await;
    let one = client.get("/series/SER-x%3Cb%3E?lang=en").await.text();
    assert!(one.contains("Number to quote"), "{one}");
    for detail in ["SER-x", "sqlite", "error", "panicked", ".rs"] {
        assert!(
            !one.replace("lang=en", "").to_lowercase().contains(&detail.to_lowercase()) || detail == "SER-x",
            "{detail}"
        );
    }
    let number = |text: &str| super::client::between(text, "<code>", "</code>").to_owned();
    let two = client.get("/series/SER-x?lang=en").await.text();
    assert_ne!(number(&one), number(&two));
}

#[tokio::test]
async fn a_stranger_is_sent_to_the_door() {
    let mut client = Client::stranger().await;
    let mut pages = every_page(&client).await;
    pages.extend(
        ["/rapport/2025/report.pdf", "/alertes/FLASH-2026-002/pdf", "/indicateurs/losses.csv", "/nowhere"]
            .map(str::to_owned),
    );
    // A victim needs no account.
    for path in pages.into_iter().filter(|path| !path.starts_with("/orientation")) {
        let answer = client.get(&path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.header("location").starts_with("/connexion"), "{path}");
        assert!(answer.bytes.is_empty(), "{path} says something");
        check_headers(&path, &answer);
    }
    let form = client.post("/alertes/FLASH-2026-001", &[("action", "close"), ("reason", "because")]).await;
    assert_eq!(form.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn after_the_door_one_goes_where_one_wanted() {
    let mut client = Client::stranger().await;
    let door = client.get("/signaux?lang=en").await;
    let page = client.get(door.header("location")).await;
    let (token, after) = (page.token(), page.hidden("suite"));
    let fields = [("jeton", token.as_str()), ("login", LOGIN), ("password", PASSWORD), ("suite", after.as_str())];
    let inside = client.post("/connexion", &fields).await;
    assert_eq!(inside.header("location"), "/signaux?lang=en");
    let mut client = Client::stranger().await;
    let token = client.get("/connexion?suite=//evil.example").await.token();
    let fields =
        [("jeton", token.as_str()), ("login", LOGIN), ("password", PASSWORD), ("suite", "https://evil.example")];
    assert_eq!(client.post("/connexion", &fields).await.header("location"), "/");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_look_the_same() {
    let mut client = Client::stranger().await;
    let mut pages = Vec::new();
    for login in [LOGIN, "personne"] {
        let token = client.get("/connexion").await.token();
        let answer = client
            .post("/connexion", &[("jeton", &token), ("login", login), ("password", "faux"), ("suite", "/")])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        check_headers(login, &answer);
        assert!(client.cookie("beffroi-session").is_none());
        let text = answer.text();
        assert!(!text.contains("faux"), "a password is shown again");
        pages.push(text.replace(login, "…"));
    }
    assert_eq!(pages[0], pages[1]);
    // The sixth failure makes the name wait, known or not; the page says how long.
    for login in [LOGIN, "personne"] {
        let mut last = String::new();
        for _ in 0..7 {
            let token = client.get("/connexion?lang=en").await.token();
            last = client
                .post("/connexion", &[("jeton", &token), ("login", login), ("password", "faux"), ("suite", "/")])
                .await
                .text();
        }
        assert!(last.contains("Too many attempts"), "{login}");
    }
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_and_ends() {
    let mut client = Client::stranger().await;
    let token = client.get("/connexion").await.token();
    let fields = [("jeton", token.as_str()), ("login", LOGIN), ("password", PASSWORD), ("suite", "/")];
    let answer = client.post("/connexion", &fields).await;
    let cookie = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .find(|c| c.to_str().unwrap().starts_with("beffroi-session="))
        .unwrap();
    let cookie = cookie.to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let held = client.cookie("beffroi-session").unwrap().to_owned();
    let token = client.get("/aide").await.token();
    assert_eq!(client.post("/deconnexion", &[("jeton", &token)]).await.status, StatusCode::SEE_OTHER);
    // The old value opens nothing any more.
    client.headers.push(("cookie", format!("beffroi-session={held}")));
    assert_eq!(client.get("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_needs_its_token_and_its_own_site() {
    let mut client = Client::analyst().await;
    let signal = super::watch::on(&client.app.store, "fake_shop").await;
    let path = format!("/signaux/{signal}");
    let token = client.get(&path).await.token();
    let good = [("jeton", token.as_str()), ("decision", "known"), ("reason", "essai")];
    let refused = [
        ("no token", vec![("decision", "known"), ("reason", "essai")], None),
        ("another token", vec![("jeton", "0000"), ("decision", "known"), ("reason", "essai")], None),
        ("a foreign site", good.to_vec(), Some(("sec-fetch-site", "cross-site"))),
        ("a sister site", good.to_vec(), Some(("sec-fetch-site", "same-site"))),
        ("a foreign origin", good.to_vec(), Some(("origin", "https://evil.example"))),
        ("another port", good.to_vec(), Some(("origin", "http://127.0.0.1:9"))),
    ];
    for (what, fields, header) in refused {
        client.headers = header.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        let answer = client.post(&path, &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
        let stored = client.app.store.signal_fetch(&signal).await.unwrap().unwrap();
        assert_eq!(stored.state, "open", "{what} has changed something");
    }
    client.headers = vec![("sec-fetch-site", "same-origin".into()), ("origin", "http://127.0.0.1:8117".into())];
    assert_eq!(client.post(&path, &good).await.status, StatusCode::SEE_OTHER, "the right one passes");
    assert_eq!(client.app.store.signal_fetch(&signal).await.unwrap().unwrap().state, "known");
}

#[tokio::test]
async fn the_token_of_one_session_is_no_good_in_another() {
    let mut client = Client::analyst().await;
    let token = client.get("/aide").await.token();
    client.forget();
    client.sign_in("chef").await;
    assert_eq!(client.post("/deconnexion", &[("jeton", &token)]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_form_is_a_form() {
    let mut client = Client::analyst().await;
    client.headers.push(("content-type", "application/json".into()));
    let answer = client.send("POST", "/deconnexion", None).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    assert_eq!(client.get("/aide").await.status, StatusCode::OK, "the session still stands");
}

#[tokio::test]
async fn a_foreign_host_is_not_answered() {
    let mut client = Client::analyst().await;
    for host in ["evil.example", "evil.example:8117", "127.0.0.1.evil.example"] {
        client.headers = vec![("host", host.to_owned())];
        let answer = client.get("/").await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        check_headers(host, &answer);
    }
    client.headers = vec![("host", "localhost:8117".to_owned())];
    assert_eq!(client.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_loopback_is_served() {
    let client = Client::stranger().await;
    let listener = tokio::net::TcpListener::bind("0.0.0.0:0").await.unwrap();
    let refused = beffroi_web::serve(client.app.clone(), listener, None, async {}).await;
    assert!(refused.is_err_and(|e| e.to_string().contains("loopback")));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    beffroi_web::serve(client.app.clone(), listener, None, async {}).await.unwrap();
}
