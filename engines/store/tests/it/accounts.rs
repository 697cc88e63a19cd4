//! Accounts, sign-in and sessions.

use super::suite::{at, by, keys, memory};
use beffroi_store::{SessionToken, SignIn, Store, StoreError};

const PASSWORD: &str = "une phrase de passe longue";

pub(crate) async fn signing_in(store: &Store) {
    let made =
        store.account_create("analyste", " Analyste de jour ", Some(PASSWORD), false, &by("cli", 0)).await.unwrap();
    assert_eq!(made.display_name, "Analyste de jour");
    let again = store.account_create("analyste", "Autre", Some(PASSWORD), false, &by("cli", 0)).await;
    assert!(matches!(again, Err(StoreError::Exists { .. })), "{again:?}");
    for login in ["", "A", "a b", "../x"] {
        assert!(store.account_create(login, "x", Some(PASSWORD), false, &by("cli", 0)).await.is_err(), "{login}");
    }
    assert_eq!(store.account_verify("analyste", PASSWORD, at(1)).await.unwrap(), SignIn::Accepted(made.clone()));
    assert_eq!(store.account_verify("analyste", "autre phrase", at(2)).await.unwrap(), SignIn::Refused);
    assert_eq!(store.account_verify("personne", PASSWORD, at(2)).await.unwrap(), SignIn::Refused);
    assert_eq!(store.account_verify("personne", "", at(2)).await.unwrap(), SignIn::Refused);
    assert_eq!(store.account_list().await.unwrap(), [made]);
}

pub(crate) async fn sessions(store: &Store) {
    let SignIn::Accepted(account) = store.account_verify("analyste", PASSWORD, at(10)).await.unwrap() else {
        panic!("the right password is refused");
    };
    let token = store.session_open(&account, "password", at(10)).await.unwrap();
    let session = store.session_fetch(&token, at(20)).await.unwrap().expect("a fresh session stands");
    assert_eq!(session.account, account);
    assert_ne!(session.csrf_token, token.expose());
    let other = store.session_open(&account, "password", at(10)).await.unwrap();
    assert_ne!(token, other);
    let other_session = store.session_fetch(&other, at(20)).await.unwrap().unwrap();
    assert_ne!(session.csrf_token, other_session.csrf_token, "each session has a form token of its own");
    store.session_close(&token, at(30)).await.unwrap();
    assert_eq!(store.session_fetch(&token, at(31)).await.unwrap(), None);
    assert!(store.session_fetch(&other, at(31)).await.unwrap().is_some());
    let unknown: SessionToken = "0".repeat(64).parse().unwrap();
    assert_eq!(store.session_fetch(&unknown, at(31)).await.unwrap(), None);
    for wrong in ["", "0", &"g".repeat(64), &"0".repeat(65), "é"] {
        assert!(wrong.parse::<SessionToken>().is_err(), "{wrong}");
    }
    assert!(!format!("{token:?}").contains(token.expose()), "a log may print a token");
}

#[tokio::test]
async fn failures_make_a_name_wait_whether_it_exists_or_not() {
    let store = memory().await;
    store.account_create("analyste", "A", Some(PASSWORD), false, &by("cli", 0)).await.unwrap();
    for login in ["analyste", "personne"] {
        for i in 0..6 {
            assert_eq!(store.account_verify(login, "faux", at(i)).await.unwrap(), SignIn::Refused, "{login} {i}");
        }
        // The sixth failure costs two seconds, even to the right password.
        assert_eq!(store.account_verify(login, PASSWORD, at(6)).await.unwrap(), SignIn::Wait(at(7)), "{login}");
        assert_eq!(store.account_verify(login, "faux", at(7)).await.unwrap(), SignIn::Refused, "{login}");
        assert_eq!(store.account_verify(login, "faux", at(8)).await.unwrap(), SignIn::Wait(at(11)), "{login}");
    }
    // The right password after the wait clears the count.
    assert!(matches!(store.account_verify("analyste", PASSWORD, at(20)).await.unwrap(), SignIn::Accepted(_)));
    for i in 21..26 {
        assert_eq!(store.account_verify("analyste", "faux", at(i)).await.unwrap(), SignIn::Refused);
    }
    // A day without an attempt does too.
    assert_eq!(store.account_verify("personne", "faux", at(90_000)).await.unwrap(), SignIn::Refused);
    assert_eq!(store.account_verify("personne", "faux", at(90_000)).await.unwrap(), SignIn::Refused);
}

#[tokio::test]
async fn attempts_at_once_are_all_counted() {
    let store = memory().await;
    store.account_create("analyste", "A", Some(PASSWORD), false, &by("cli", 0)).await.unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.account_verify("analyste", "faux", at(1)).await.unwrap() })
        })
        .collect();
    let mut n_refused = 0;
    for task in tasks {
        n_refused += usize::from(task.await.unwrap() == SignIn::Refused);
    }
    assert_eq!(n_refused, 6, "five are free, the sixth makes the name wait, two more are not looked at");
}

#[tokio::test]
async fn a_session_ends_by_idleness_and_by_age() {
    let store = memory().await;
    let account = store.account_create("analyste", "A", Some(PASSWORD), false, &by("cli", 0)).await.unwrap();
    let minutes = |n: i64| at(60 * n);
    let idle = store.session_open(&account, "password", minutes(0)).await.unwrap();
    assert!(store.session_fetch(&idle, minutes(30)).await.unwrap().is_some());
    assert!(store.session_fetch(&idle, minutes(60)).await.unwrap().is_some(), "a request keeps it alive");
    assert!(store.session_fetch(&idle, minutes(91)).await.unwrap().is_none(), "31 minutes without a request");
    let old = store.session_open(&account, "password", minutes(0)).await.unwrap();
    for n in (20..=720).step_by(20) {
        assert!(store.session_fetch(&old, minutes(n)).await.unwrap().is_some(), "{n}");
    }
    assert!(store.session_fetch(&old, minutes(721)).await.unwrap().is_none(), "12 hours and a minute");
}

#[tokio::test]
async fn the_file_holds_neither_token_nor_password() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = Store::open_file(&path, keys()).await.unwrap();
    let account = store.account_create("analyste", "A", Some(PASSWORD), false, &by("cli", 0)).await.unwrap();
    let token = store.session_open(&account, "password", at(0)).await.unwrap();
    store.account_verify("mot de passe tapé dans la mauvaise case", "x", at(0)).await.unwrap();
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let holds = |text: &str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(holds("analyste"), "the search works");
    assert!(!holds(token.expose()));
    assert!(!holds(PASSWORD));
    assert!(!holds("mot de passe tapé"));
}

#[tokio::test]
async fn a_shut_account_opens_no_more_and_its_sessions_end() {
    let store = memory().await;
    let account = store.account_create("analyste", "A", Some(PASSWORD), false, &by("cli", 0)).await.unwrap();
    let token = store.session_open(&account, "password", at(1)).await.unwrap();
    assert!(store.session_fetch(&token, at(2)).await.unwrap().is_some());
    store.account_shut("analyste", true, &by("cli", 3)).await.unwrap();
    assert!(store.session_fetch(&token, at(4)).await.unwrap().is_none());
    assert_eq!(store.account_verify("analyste", PASSWORD, at(5)).await.unwrap(), SignIn::Refused);
    assert!(matches!(store.session_open(&account, "password", at(6)).await, Err(StoreError::Missing { .. })));
    store.account_shut("analyste", false, &by("cli", 7)).await.unwrap();
    assert!(matches!(store.account_verify("analyste", PASSWORD, at(8)).await.unwrap(), SignIn::Accepted(_)));
    assert!(store.account_shut("nobody", true, &by("cli", 9)).await.is_err());
}

#[tokio::test]
async fn a_person_sees_and_ends_only_his_or_her_sessions() {
    let store = memory().await;
    let a = store.account_create("a", "A", Some(PASSWORD), false, &by("cli", 0)).await.unwrap();
    let b = store.account_create("b", "B", Some(PASSWORD), false, &by("cli", 0)).await.unwrap();
    let mine = store.session_open(&a, "password", at(1)).await.unwrap();
    let theirs = store.session_open(&b, "passkey", at(1)).await.unwrap();
    let listed = store.session_list("a", at(2)).await.unwrap();
    assert_eq!(listed.iter().map(|s| s.how.as_str()).collect::<Vec<_>>(), ["password"]);
    assert!(!mine.expose().contains(&listed[0].handle), "a handle is no part of the token");
    let of_b = store.session_list("b", at(2)).await.unwrap()[0].handle.clone();
    for handle in [of_b.as_str(), "%", "", "0000000000000000"] {
        store.session_end("a", handle, &by("a", 3)).await.unwrap();
    }
    assert!(store.session_fetch(&theirs, at(4)).await.unwrap().is_some());
    assert!(store.session_fetch(&mine, at(4)).await.unwrap().is_some());
    store.session_end("a", &listed[0].handle, &by("a", 5)).await.unwrap();
    assert!(store.session_fetch(&mine, at(6)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_person_of_a_provider_has_one_account_and_no_password() {
    let store = memory().await;
    store.account_create("a", "A", None, false, &by("cli", 0)).await.unwrap();
    store.account_create("b", "B", None, false, &by("cli", 0)).await.unwrap();
    assert_eq!(store.account_verify("a", "", at(1)).await.unwrap(), SignIn::Refused);
    store.account_federate("a", "https://idp.example", "sub-1", &by("cli", 2)).await.unwrap();
    let taken = store.account_federate("b", "https://idp.example", "sub-1", &by("cli", 3)).await;
    assert!(matches!(taken, Err(StoreError::Exists { .. })), "{taken:?}");
    let found = store.account_of("https://idp.example", "sub-1").await.unwrap().unwrap();
    assert_eq!(found.login, "a");
    assert_eq!(store.account_of("https://other.example", "sub-1").await.unwrap(), None);
    store.account_shut("a", true, &by("cli", 4)).await.unwrap();
    assert_eq!(store.account_of("https://idp.example", "sub-1").await.unwrap(), None);
}
