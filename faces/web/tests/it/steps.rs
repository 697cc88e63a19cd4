//! What a reader may do: decide a signal, move a flash on.

use super::client::Client;
use super::sample::LOGIN;
use super::watch;
use axum::http::StatusCode;

#[tokio::test]
async fn a_signal_is_decided_with_its_reason() {
    let mut client = Client::analyst().await;
    let id = watch::on(&client.app.store, "fake_shop").await;
    let path = format!("/signaux/{id}");
    let token = client.get(&path).await.token();
    for fields in [
        vec![("jeton", token.as_str()), ("decision", "new"), ("reason", "  ")],
        vec![("jeton", token.as_str()), ("decision", "later"), ("reason", "un motif")],
        vec![("jeton", token.as_str()), ("reason", "un motif")],
    ] {
        let answer = client.post(&path, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(answer.text().contains("role=\"alert\""), "{fields:?}");
        assert_eq!(client.app.store.signal_fetch(&id).await.unwrap().unwrap().state, "open");
    }
    let answer =
        client.post(&path, &[("jeton", &token), ("decision", "variant"), ("reason", "vu <b>en 2024</b>")]).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, path.as_str()));
    let row = client.app.store.signal_fetch(&id).await.unwrap().unwrap();
    assert_eq!((row.state.as_str(), row.decided_by.as_deref()), ("variant", Some(LOGIN)));
    let page = client.get(&path).await.text();
    assert!(
        page.contains("vu &#60;b&#62;en 2024&#60;/b&#62;") || page.contains("vu &lt;b&gt;en 2024&lt;/b&gt;"),
        "{page}"
    );
}

#[tokio::test]
async fn four_eyes_then_issued() {
    let mut client = Client::analyst().await;
    let path = "/alertes/FLASH-2026-001";
    let reference = "FLASH-2026-001".parse().unwrap();
    let page = client.get(path).await;
    assert!(!page.text().contains("value=\"validate\""), "the author has no button");
    let (token, version) = (page.token(), page.hidden("version"));
    // … and without the button the rule stands too.
    let own = client.post(path, &[("jeton", &token), ("version", &version), ("action", "validate")]).await;
    assert_eq!(own.status, StatusCode::NOT_FOUND, "what one may not do looks like what is not there");
    assert_eq!(client.app.store.alert_fetch(&reference).await.unwrap().unwrap().state, "draft");
    let early = client.post(path, &[("jeton", &token), ("version", &version), ("action", "issue")]).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND, "a draft is not issued");

    client.forget();
    client.sign_in("chef").await;
    let page = client.get(path).await;
    assert!(page.text().contains("value=\"validate\""));
    let (token, version) = (page.token(), page.hidden("version"));
    let done = client.post(path, &[("jeton", &token), ("version", &version), ("action", "validate")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    // What was read must be what is signed.
    let stale = client.post(path, &[("jeton", &token), ("version", &version), ("action", "issue")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let version = client.get(path).await.hidden("version");
    let done = client.post(path, &[("jeton", &token), ("version", &version), ("action", "issue")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let row = client.app.store.alert_fetch(&reference).await.unwrap().unwrap();
    assert_eq!((row.state.as_str(), row.author.as_str(), row.validator.as_deref()), ("issued", LOGIN, Some("chef")));

    let version = client.get(path).await.hidden("version");
    let bare =
        client.post(path, &[("jeton", &token), ("version", &version), ("action", "close"), ("reason", "")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    let closed = client
        .post(path, &[("jeton", &token), ("version", &version), ("action", "close"), ("reason", "terminé")])
        .await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER);
    let unknown = client.post(path, &[("jeton", &token), ("version", "9"), ("action", "erase")]).await;
    assert!(unknown.status.is_client_error());
}
