//! Signing in at a provider: the honest way, and what must not open.

use super::client::{Answer, Client};
use super::pages::check_html;
use super::sample::now;
use axum::http::StatusCode;
use beffroi_ports::doubles::OnePerson;
use beffroi_ports::{Secret, SignedIn};
use beffroi_store::By;
use std::sync::Arc;

const ISSUER: &str = "https://provider.example";
const SUBJECT: &str = "sub-1";

async fn with_provider(login: Option<&str>) -> Client {
    let person = SignedIn {
        issuer: ISSUER.to_owned(),
        subject: SUBJECT.to_owned(),
        acr: None,
        amr: Vec::new(),
        given_name: None,
        usual_name: None,
        email: Some("another.person@mail.example".to_owned()),
        siret: None,
        auth_time: None,
        id_token: Secret::new("token"),
    };
    let client = Client::to(|app| app.identity = Some(Arc::new(OnePerson { person }))).await;
    if let Some(login) = login {
        client.app.store.account_federate(login, ISSUER, SUBJECT, &By::new("cli", now())).await.unwrap();
    }
    client
}

/// Where the provider would send the browser back to.
fn back(answer: &Answer) -> String {
    let address = answer.header("location").to_owned();
    let state = address.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    format!("/connexion/retour?code=granted&state={state}")
}

async fn is_in(client: &mut Client) -> bool {
    client.get("/aide").await.status == StatusCode::OK
}

#[tokio::test]
async fn the_honest_way_ends_signed_in_where_one_wanted_to_go() {
    let mut client = with_provider(Some("role-analyst")).await;
    assert!(client.get("/connexion?suite=%2Fsignaux").await.text().contains("/connexion/fournisseur?suite=%2Fsignaux"));
    let away = client.get("/connexion/fournisseur?suite=%2Fsignaux").await;
    assert_eq!(away.status, StatusCode::SEE_OTHER);
    let done = client.get(&back(&away)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    assert_eq!(done.header("refresh"), "0; url=/signaux");
    check_html("/connexion/retour", "fr", &done);
    assert_eq!(client.get("/signaux").await.status, StatusCode::OK);
    let open = client.app.store.session_list("role-analyst", now()).await.unwrap();
    assert_eq!(open.iter().map(|session| session.how.as_str()).collect::<Vec<_>>(), ["openid"]);
}

#[tokio::test]
async fn what_comes_back_serves_once_and_to_the_browser_that_left() {
    let mut client = with_provider(Some("role-analyst")).await;
    let away = client.get("/connexion/fournisseur").await;
    let held = client.cookie("beffroi-openid").unwrap().to_owned();
    let way = back(&away);
    // Another browser, which has not the cookie.
    client.forget();
    assert_eq!(client.get(&way).await.status, StatusCode::FORBIDDEN);
    assert!(!is_in(&mut client).await);
    // The right one.
    client.headers = vec![("cookie", format!("beffroi-openid={held}"))];
    assert_eq!(client.get(&way).await.status, StatusCode::OK);
    client.headers.clear();
    client.forget();
    // The same again.
    client.headers = vec![("cookie", format!("beffroi-openid={held}"))];
    assert_eq!(client.get(&way).await.status, StatusCode::FORBIDDEN);
    client.headers.clear();
    assert!(!is_in(&mut client).await);
}

#[tokio::test]
async fn forged_ways_back_open_nothing() {
    let mut client = with_provider(Some("role-analyst")).await;
    for forge in [
        |way: &str| way.replace("state=", "state=x"),
        |way: &str| way.split("&state").next().unwrap().to_owned(),
        |way: &str| way.replace("code=", "code=x"),
        |way: &str| way.replace("code=", "error=access_denied&x="),
        |way: &str| format!("{way}{}", "&a=b".repeat(30)),
    ] {
        let away = client.get("/connexion/fournisseur").await;
        let answer = client.get(&forge(&back(&away))).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text());
        assert!(answer.text().contains("<code>"), "a reference to give");
        check_html("/connexion/retour", "fr", &answer);
        assert!(!is_in(&mut client).await);
    }
    // The honest twin.
    let away = client.get("/connexion/fournisseur").await;
    assert_eq!(client.get(&back(&away)).await.status, StatusCode::OK);
    assert!(is_in(&mut client).await);
}

#[tokio::test]
async fn a_person_without_account_or_whose_account_is_shut_stays_outside() {
    let mut client = with_provider(None).await;
    let away = client.get("/connexion/fournisseur").await;
    assert_eq!(client.get(&back(&away)).await.status, StatusCode::FORBIDDEN);
    assert!(!is_in(&mut client).await);
    let mut client = with_provider(Some("role-analyst")).await;
    client.app.store.account_shut("role-analyst", true, &By::new("cli", now())).await.unwrap();
    let away = client.get("/connexion/fournisseur").await;
    assert_eq!(client.get(&back(&away)).await.status, StatusCode::FORBIDDEN);
    assert!(!is_in(&mut client).await);
}

#[tokio::test]
async fn without_a_provider_there_is_no_such_way() {
    let mut client = Client::stranger().await;
    assert_eq!(client.get("/connexion/fournisseur").await.status, StatusCode::NOT_FOUND);
    assert_eq!(client.get("/connexion/retour?code=x&state=y").await.status, StatusCode::NOT_FOUND);
    assert!(!client.get("/connexion").await.text().contains("/connexion/fournisseur"));
}
