//! Passkeys: registering one, signing in with it, and what must not open.

use super::client::{Answer, Client, between};
use super::sample::now;
use axum::http::StatusCode;
use beffroi_ports::doubles::challenge_of;
use beffroi_store::By;

const LOGIN: &str = "role-analyst";
const ID: &str = "000102030405060708090a0b0c0d0e0f";
const OTHER_ID: &str = "ffeeddccbbaa99887766554433221100";

/// The options of the ceremony that a page began.
fn options(page: &Answer) -> String {
    between(&page.text(), "data-options=\"", "\"").replace("&#34;", "\"").replace("&quot;", "\"")
}

/// What an authenticator would answer: with which passkey, and its count.
fn answer(page: &Answer, id: &str, counter: u32) -> String {
    format!("{} {id} {counter}", challenge_of(&options(page)).unwrap())
}

/// The fields of the ceremony's form as the browser would send them.
fn fields<'a>(token: &'a str, held: &'a str, credential: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![("jeton", token), ("ceremonie", held), ("credential", credential), ("action", "add"), ("nom", "Bureau")]
}

/// The token of the form that holds the ceremony.
fn form_token(page: &Answer) -> String {
    let text = page.text();
    let form = text.split("data-passkey=").nth(1).unwrap();
    between(form, "name=\"jeton\" value=\"", "\"").to_owned()
}

async fn register(client: &mut Client, id: &str) -> Answer {
    let page = client.get("/compte/cles").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let (token, held) = (form_token(&page), page.hidden("ceremonie"));
    client.post("/compte/cles", &fields(&token, &held, &answer(&page, id, 1))).await
}

async fn with_passkey() -> Client {
    let mut client = Client::stranger().await;
    client.become_of(LOGIN).await;
    assert_eq!(register(&mut client, ID).await.status, StatusCode::SEE_OTHER);
    client.forget();
    client
}

async fn sign_in(client: &mut Client, id: &str, counter: u32) -> Answer {
    let page = client.get("/connexion/cle?suite=%2Fsignaux").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let (token, held) = (form_token(&page), page.hidden("ceremonie"));
    let credential = answer(&page, id, counter);
    let mut sent = fields(&token, &held, &credential);
    sent.push(("suite", "/signaux"));
    client.post("/connexion/cle", &sent).await
}

async fn is_in(client: &mut Client) -> bool {
    client.get("/aide").await.status == StatusCode::OK
}

#[tokio::test]
async fn a_passkey_registered_opens_the_account_and_says_so() {
    let mut client = with_passkey().await;
    assert!(client.get("/connexion").await.text().contains("/connexion/cle?suite="));
    let done = sign_in(&mut client, ID, 2).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert_eq!(done.header("location"), "/signaux");
    assert!(is_in(&mut client).await);
    let open = client.app.store.session_list(LOGIN, now()).await.unwrap();
    assert!(open.iter().any(|session| session.how == "passkey"));
    let held = client.app.store.passkeys_of(LOGIN).await.unwrap();
    assert_eq!((held.len(), held[0].passkey.sign_count, held[0].used_at.is_some()), (1, 2, true));
    assert!(client.get("/compte/cles").await.text().contains("Bureau"));
}

#[tokio::test]
async fn the_pages_of_passkeys_and_no_others_may_run_the_script() {
    let mut client = with_passkey().await;
    let page = client.get("/connexion/cle").await;
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    assert!(page.header("permissions-policy").contains("publickey-credentials-get=(self)"));
    let text = page.text();
    let script = between(&text, "<script src=\"", "\"").to_owned();
    assert!(text.contains("<button hidden>"), "without the script there is no button to press");
    let asset = client.get(&script).await;
    assert_eq!(asset.status, StatusCode::OK);
    assert_eq!(asset.header("content-type"), "text/javascript; charset=utf-8");
    for path in ["/connexion", "/aide"] {
        assert!(!client.get(path).await.header("content-security-policy").contains("script-src 'self'"), "{path}");
    }
}

#[tokio::test]
async fn what_is_bent_opens_nothing() {
    let mut client = with_passkey().await;
    // An unknown passkey; a count that does not grow (the honest count is 2).
    for (id, counter) in [(OTHER_ID, 2), (ID, 1), ("", 2), ("zz", 2)] {
        let refused = sign_in(&mut client, id, counter).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{id} {counter}");
        assert!(refused.header("content-security-policy").contains("script-src 'self'"), "one may try again");
        assert!(!is_in(&mut client).await, "{id} {counter}");
    }
    // The ceremony of another page; the same one twice; another browser's.
    let first = client.get("/connexion/cle").await;
    let second = client.get("/connexion/cle").await;
    let (token, held) = (form_token(&second), second.hidden("ceremonie"));
    let mixed = answer(&first, ID, 3);
    let bent = client.post("/connexion/cle", &fields(&token, &held, &mixed)).await;
    assert_eq!(bent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = answer(&second, ID, 3);
    let late = client.post("/connexion/cle", &fields(&token, &held, &right)).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "it was taken out by the bent one");
    let third = client.get("/connexion/cle").await;
    let (held, credential) = (third.hidden("ceremonie"), answer(&third, ID, 3));
    client.forget();
    let token = form_token(&client.get("/connexion/cle").await);
    let other = client.post("/connexion/cle", &fields(&token, &held, &credential)).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "begun in another browser");
    assert!(!is_in(&mut client).await);
    // The honest twin.
    assert_eq!(sign_in(&mut client, ID, 3).await.status, StatusCode::SEE_OTHER);
    assert!(is_in(&mut client).await);
}

#[tokio::test]
async fn a_passkey_is_one_persons_and_ends_with_the_account_or_its_removal() {
    let mut client = with_passkey().await;
    // Somebody else's device shows the same name: refused, and said no louder than anything else.
    client.become_of("role-statistician").await;
    assert_eq!(register(&mut client, ID).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(client.app.store.passkeys_of("role-statistician").await.unwrap().is_empty());
    // Nobody removes another's.
    let handle = client.app.store.passkeys_of(LOGIN).await.unwrap()[0].handle.clone();
    let token = client.get("/aide").await.token();
    let removal = [("jeton", token.as_str()), ("action", "remove"), ("passkey", handle.as_str())];
    client.post("/compte/cles", &removal).await;
    assert_eq!(client.app.store.passkeys_of(LOGIN).await.unwrap().len(), 1);
    // A shut account.
    client.forget();
    client.app.store.account_shut(LOGIN, true, &By::new("cli", now())).await.unwrap();
    assert_eq!(sign_in(&mut client, ID, 2).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    client.app.store.account_shut(LOGIN, false, &By::new("cli", now())).await.unwrap();
    assert_eq!(sign_in(&mut client, ID, 2).await.status, StatusCode::SEE_OTHER);
    // Its owner does.
    let token = client.get("/aide").await.token();
    let removal = [("jeton", token.as_str()), ("action", "remove"), ("passkey", handle.as_str())];
    assert_eq!(client.post("/compte/cles", &removal).await.status, StatusCode::SEE_OTHER);
    client.forget();
    assert_eq!(sign_in(&mut client, ID, 3).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_registration_is_of_the_session_that_began_it() {
    let mut client = Client::stranger().await;
    client.become_of(LOGIN).await;
    let page = client.get("/compte/cles").await;
    let (held, credential) = (page.hidden("ceremonie"), answer(&page, ID, 1));
    client.become_of("role-statistician").await;
    let token = client.get("/aide").await.token();
    let stolen = client.post("/compte/cles", &fields(&token, &held, &credential)).await;
    assert_eq!(stolen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(client.app.store.passkeys_of("role-statistician").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_session_left_open_changes_nothing_of_what_opens_the_account() {
    let mut client = Client::to(|app| app.clock = || now() + jiff::SignedDuration::from_mins(20)).await;
    let store = client.app.store.clone();
    let account = store.account_fetch(LOGIN).await.unwrap().unwrap();
    let token = store.session_open(&account, "password", now()).await.unwrap();
    client.headers = vec![("cookie", format!("beffroi-session={}", token.expose()))];
    let page = client.get("/compte/cles").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text().contains("data-passkey="), "no ceremony is begun");
    let jeton = client.get("/aide").await.token();
    let sent = client.post("/compte/cles", &fields(&jeton, "0".repeat(32).as_str(), "x")).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = [("jeton", jeton.as_str()), ("action", "make"), ("nom", "x"), ("alertes", "oui"), ("tlp", "GREEN")];
    let mut form = form.to_vec();
    form.extend([("pap", "GREEN"), ("au", "2026-02-01")]);
    assert_eq!(client.post("/compte/jetons", &form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(store.tokens_of(LOGIN).await.unwrap().is_empty());
}

#[tokio::test]
async fn where_there_are_none_there_is_no_such_way() {
    let mut client = Client::to(|app| app.passkeys = None).await;
    assert_eq!(client.get("/connexion/cle").await.status, StatusCode::NOT_FOUND);
    assert!(!client.get("/connexion").await.text().contains("/connexion/cle"));
    client.become_of(LOGIN).await;
    assert_eq!(client.get("/compte/cles").await.status, StatusCode::NOT_FOUND);
    assert!(!client.get("/compte").await.text().contains("/compte/cles"));
}
