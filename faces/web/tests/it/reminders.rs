//! One's own reminders: the letter of one's day is wished on one's page, and a calendar program reads its secret address
//! without a cookie, as long as it stands.

use super::client::{Client, between};
use super::logs::Lines;
use super::machines::ask;
use super::people::login_of;
use super::sample::{LOGIN, now};
use axum::http::StatusCode;
use beffroi_desk_registers::{Actor, Adding, operator};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::Role;
use beffroi_store::By;
use beffroi_web::App;
use jiff::SignedDuration;
use std::sync::Arc;

const PAGE: &str = "/compte/rappels";

/// The sample whose pages stand somewhere, and where a feed may carry `tlp`.
fn standing(app: &mut App, tlp: Tlp) {
    let mut diffusion = (*app.diffusion).clone();
    diffusion.address = "https://beffroi.example".to_owned();
    diffusion.mail_ceiling = Marking { tlp, pap: Pap::Red };
    app.diffusion = Arc::new(diffusion);
}

async fn send(client: &mut Client, fields: &[(&str, &str)]) -> super::client::Answer {
    let token = client.get("/aide").await.token();
    let key = beffroi_store::WriteKey::draw().to_string();
    let mut all = vec![("jeton", token.as_str()), ("cle", key.as_str())];
    all.extend_from_slice(fields);
    client.post(PAGE, &all).await
}

/// Makes an address on the page of who is signed in; its path.
async fn made(client: &mut Client) -> String {
    let page = send(client, &[("action", "calendar")]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let text = page.text();
    let address = between(&text, "<code class=\"break\">", "</code>");
    address.strip_prefix("https://beffroi.example").unwrap().to_owned()
}

fn later() -> jiff::Timestamp {
    now().checked_add(SignedDuration::from_mins(20)).unwrap()
}

#[tokio::test]
async fn a_letter_is_wished_corrected_and_stopped_on_ones_page() {
    let mut client = Client::to(|app| standing(app, Tlp::Green)).await;
    let login = login_of(Role::Coordinator);
    client.become_of(&login).await;
    let form = client.get(&format!("{PAGE}?lang=en")).await.text();
    assert!(form.contains("No letter is sent to you") && form.contains("value=\"never\" selected"), "{form}");
    let wish = |rhythm: &'static str, hour: &'static str, address: &'static str| {
        [("action", "mail"), ("quand", rhythm), ("heure", hour), ("langue", "en"), ("adresse", address)]
    };
    for (wrong, error) in [
        (wish("sometimes", "7", "a@service.example"), "quand-erreur"),
        (wish("workdays", "3", "a@service.example"), "heure-erreur"),
        (wish("workdays", "7", "a at service"), "adresse-erreur"),
    ] {
        let answer = send(&mut client, &wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{error}");
        assert!(answer.text().contains(&format!("id=\"{error}\"")), "{error}: {}", answer.text());
    }
    assert_eq!(client.app.store.digest_wish(&login).await.unwrap(), None);
    let kept = send(&mut client, &wish("weekly", "8", "a@service.example")).await;
    assert_eq!((kept.status, kept.header("location")), (StatusCode::SEE_OTHER, PAGE));
    let page = client.get(PAGE).await.text();
    assert!(page.contains("value=\"weekly\" selected") && page.contains("value=\"a@service.example\""), "{page}");
    // A browser that was left open gives no other address away, and stops what goes.
    client.app.clock = later;
    client.restart();
    let refused = send(&mut client, &wish("weekly", "8", "thief@service.example")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stored = client.app.store.digest_address(&login).await.unwrap();
    assert_eq!(stored.as_deref(), Some("a@service.example"));
    assert!(!client.get(PAGE).await.text().contains("name=\"adresse\""));
    let stopped = send(&mut client, &[("action", "mail"), ("quand", "never")]).await;
    assert_eq!(stopped.status, StatusCode::SEE_OTHER);
    assert_eq!(client.app.store.digest_address(&login).await.unwrap(), None);
}

#[tokio::test]
async fn a_calendar_is_read_at_its_address_without_a_cookie() {
    let mut client = Client::to(|app| standing(app, Tlp::Green)).await;
    client.become_of(LOGIN).await;
    let path = made(&mut client).await;
    assert!(path.starts_with("/agenda/") && path.ends_with(".ics") && path.len() > 64, "{path}");
    let again = client.get(PAGE).await.text();
    assert!(!again.contains(&path[8..72]), "the address is shown once");
    let answer = ask(&client, &path, &[]).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/calendar; charset=utf-8"));
    assert!(answer.header("set-cookie").is_empty() && answer.header("cache-control") == "no-store");
    let text = answer.text();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"), "{text}");
    // A language that is asked for leaves nothing behind either.
    let asked = ask(&client, &format!("{path}?lang=en"), &[]).await;
    assert!(asked.status == StatusCode::OK && asked.header("set-cookie").is_empty());
    // A cookie opens nothing there, and changes nothing.
    client.become_of("personne").await;
    assert_eq!(client.get(&path).await.text(), text);
    let used = client.app.store.calendar_of(LOGIN).await.unwrap().unwrap().used_on;
    assert_eq!(used, Some(super::people::TODAY));
}

#[tokio::test]
async fn an_address_that_does_not_stand_is_no_address() {
    let mut client = Client::to(|app| standing(app, Tlp::Green)).await;
    let store = client.app.store.clone();
    client.become_of(LOGIN).await;
    let first = made(&mut client).await;
    assert_eq!(ask(&client, &first, &[]).await.status, StatusCode::OK, "the honest twin");
    let second = made(&mut client).await;
    assert_eq!(send(&mut client, &[("action", "revoke")]).await.status, StatusCode::SEE_OTHER);
    let shut = login_of(Role::Statistician);
    client.become_of(&shut).await;
    let third = made(&mut client).await;
    store.account_shut(&shut, true, &By::new("cli", now())).await.unwrap();
    let unknown = format!("/agenda/{}.ics", "0".repeat(64));
    let bare = first.trim_end_matches(".ics").to_owned();
    let strip =
        |text: String| text.split("<code>").next().unwrap_or_default().replace(|c: char| c.is_ascii_hexdigit(), "");
    let mut seen = Vec::new();
    for path in [first, second, third, unknown, bare, "/agenda/x.ics".to_owned(), "/agenda/.ics".to_owned()] {
        let answer = ask(&client, &path, &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        seen.push(strip(answer.text()).len());
    }
    // Whatever is wrong with it, it looks the same.
    assert!(seen.iter().take(4).all(|n| *n == seen[0]), "{seen:?}");
}

#[tokio::test]
async fn a_calendar_names_no_text_and_no_more_than_a_feed_may_tell() {
    let login = login_of(Role::Coordinator);
    let mut texts = Vec::new();
    for tlp in [Tlp::AmberStrict, Tlp::Clear] {
        let mut client = Client::to(|app| standing(app, tlp)).await;
        client.become_of(&login).await;
        // A record of the person's own, with a term; its register is marked GREEN.
        let registry = super::registers::registry();
        let register = registry.get("action").unwrap();
        assert_eq!(register.marking.tlp, Tlp::Green);
        let subject = operator("cli", super::people::TODAY).unwrap();
        let store = &client.app.store;
        let desk = Actor { registry: &registry, store, subject: &subject, by: By::new("cli", now()) };
        let mut typed = register.example_values();
        for (field, value) in [("title", "Perquisition à venir"), ("due", "2026-02-01"), ("pilot", login.as_str())] {
            typed.insert(field.to_owned(), value.to_owned());
        }
        desk.add(register, Adding { typed, synthetic: true }).await.unwrap();
        let path = made(&mut client).await;
        texts.push(ask(&client, &path, &[]).await.text());
    }
    for text in &texts {
        assert!(!text.contains("Perquisition"), "{text}");
    }
    assert!(texts[0].contains("ACT-2026-") && texts[0].contains("DTSTART:"), "the twin: {}", texts[0]);
    assert!(!texts[1].contains("ACT-2026-"), "what may not leave is not named: {}", texts[1]);
}

#[tokio::test]
async fn the_secret_of_a_calendar_is_in_no_log() {
    let lines = Lines::default();
    let log = tracing_subscriber::fmt()
        .with_writer(lines.clone())
        .with_max_level(tracing::level_filters::LevelFilter::TRACE)
        .with_ansi(false)
        .finish();
    let client = Client::to(|app| standing(app, Tlp::Green)).await;
    // What a thread without a listener meets first would stay silent: it is met before.
    ask(&client, "/nowhere-before", &[]).await;
    ask(&client, "/agenda/before.ics", &[]).await;
    let guard = tracing::subscriber::set_default(log);
    let secret = "c".repeat(64);
    ask(&client, &format!("/agenda/{secret}.ics"), &[]).await;
    ask(&client, "/accuse/canari-du-lien", &[]).await;
    drop(guard);
    let told = lines.text();
    assert!(told.contains("http.path=/agenda/") && told.contains("http.path=/accuse/"), "{told}");
    assert!(!told.contains(&secret) && !told.contains("canari-du-lien"), "{told}");
}
