//! An exercise says so on every page and every answer, in both languages; its scores are for who directs it.

use super::client::Client;
use super::machines::{ask, widest_token};
use super::pages::{check_html, every_page};
use super::people::login_of;
use super::sample::now;
use super::watch;
use axum::http::StatusCode;
use beffroi_desk_threat::exercise::{self, Planted, Play, Shelf};
use beffroi_desk_threat::signals::{self, Decision};
use beffroi_exercise::read_plan;
use beffroi_rights::Role;
use beffroi_store::By;

const PLAN: &str = r#"
name = "Exercice d’essai"
first = "2025-W50"
last = "2026-W02"

[[wave]]
id = "boutiques"
phenomenon = "fake_shop"
start = "2025-W52"
weeks = 3
shape = "step"
peak = 100
verdict = "new"

[[trap]]
id = "retard"
kind = "late-delivery"
phenomenon = "phishing"
start = "2025-W51"
"#;

#[tokio::test]
async fn every_page_of_an_exercise_says_so_and_no_other() {
    let mut player = Client::player().await;
    for path in every_page(&player).await {
        for (lang, mark) in [("fr", "EXERCICE – EXERCICE"), ("en", "EXERCISE – EXERCISE")] {
            let asked = format!("{path}{}lang={lang}", if path.contains('?') { '&' } else { '?' });
            let page = player.get(&asked).await;
            assert_eq!(page.status, StatusCode::OK, "{asked}");
            assert!(page.text().contains("class=\"exercise\"") && page.text().contains(mark), "{asked}");
            assert_eq!(page.header("x-exercise"), "EXERCISE", "{asked}");
        }
    }
    // What is refused and what a stranger sees say so too, and so do files.
    for path in ["/no-such-page", "/indicateurs/fraud-rate.csv?by=department", "/alertes/FLASH-2026-002/pdf"] {
        assert_eq!(player.get(path).await.header("x-exercise"), "EXERCISE", "{path}");
    }
    player.forget();
    let door = player.get("/connexion").await;
    assert!(door.text().contains("class=\"exercise\""));
    // The twin: in the real world nothing does.
    let mut analyst = Client::analyst().await;
    for path in ["/", "/matin", "/alertes", "/connexion"] {
        let page = analyst.get(path).await;
        assert!(!page.text().contains("class=\"exercise\""), "{path}");
        assert_eq!(page.header("x-exercise"), "", "{path}");
    }
}

#[tokio::test]
async fn flashes_of_an_exercise_are_told_as_such_to_machines() {
    let player = Client::player().await;
    let token = widest_token(&player, &login_of(Role::Coordinator)).await;
    let listed = ask(&player, "/api/v1/alerts", &[("authorization", format!("Bearer {token}"))]).await.text();
    assert!(listed.contains("\"exercise\":true") && !listed.contains("\"exercise\":false"), "{listed}");
    let stranger = Client::stranger().await;
    let token = widest_token(&stranger, &login_of(Role::Coordinator)).await;
    let listed = ask(&stranger, "/api/v1/alerts", &[("authorization", format!("Bearer {token}"))]).await.text();
    assert!(listed.contains("\"exercise\":false") && !listed.contains("\"exercise\":true"), "{listed}");
}

#[tokio::test]
async fn scores_are_for_who_directs_and_there_are_none_outside() {
    let mut player = Client::player().await;
    for role in [Role::Analyst, Role::DutyOfficer, Role::Validator, Role::Coordinator] {
        player.become_of(&login_of(role)).await;
        assert_eq!(player.get("/exercice").await.status, StatusCode::NOT_FOUND, "{role} reads the truth");
    }
    let shelf = Shelf::of(&player.app.data);
    let plan = read_plan(PLAN).unwrap();
    shelf.keep_planted(&Planted::default()).unwrap();
    shelf.keep_plan(PLAN).unwrap();
    player.become_of(&login_of(Role::Manager)).await;
    let early = player.get("/exercice?lang=en").await;
    assert!(early.text().contains("not played yet"), "{}", early.text());
    let (facts, store) = (player.app.facts.clone(), player.app.store.clone());
    let play = Play { plan, before: None, until: None, budget: 5.0 };
    let by = || By::new("watch", now());
    let played = exercise::run(facts.as_ref(), &store, play, by, |_| {}).await.unwrap();
    shelf.keep_played(&played).unwrap();
    let signal = watch::on(&store, "fake_shop").await;
    signals::decide(&store, &signal, Decision::New, "jamais vu", &by()).await.unwrap();
    for lang in ["fr", "en"] {
        let page = player.get(&format!("/exercice?lang={lang}")).await;
        assert_eq!(page.status, StatusCode::OK);
        check_html("/exercice", lang, &page);
        assert!(page.text().contains("<svg") && page.text().contains("boutiques"), "{}", page.text());
    }
    let mut outside = Client::stranger().await;
    outside.become_of(&login_of(Role::Manager)).await;
    assert_eq!(outside.get("/exercice").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_operates_sees_what_the_server_does_by_itself() {
    let mut client = Client::stranger().await;
    let store = client.app.store.clone();
    let by = || By::new("jobs", now());
    store.job_make("watch", now(), &by()).await.unwrap();
    store.job_make("reminders", now(), &by()).await.unwrap();
    store.job_take("reminders", "w1", now(), &by()).await.unwrap().unwrap();
    store.job_end("reminders", "w1", now(), Some("no <disk>"), &by()).await.unwrap();
    client.become_of(&login_of(Role::SystemAdministrator)).await;
    for lang in ["fr", "en"] {
        let page = client.get(&format!("/taches-de-fond?lang={lang}")).await;
        check_html("/taches-de-fond", lang, &page);
        assert!(
            page.text().contains("no &#60;disk&#62;") || page.text().contains("no &lt;disk&gt;"),
            "{}",
            page.text()
        );
    }
    let text = client.get("/taches-de-fond?lang=en").await.text();
    assert!(text.contains("Watch of the day") && text.contains("failed") && text.contains("waits for its time"));
    client.become_of(&login_of(Role::Analyst)).await;
    assert_eq!(client.get("/taches-de-fond").await.status, StatusCode::NOT_FOUND);
}
