//! The morning view: what is new since one last looked, what waits; and a signal over the map, week by week.

use super::client::{Client, between};
use super::sample::now;
use super::watch;
use axum::http::StatusCode;
use beffroi_desk_threat::diffusion::{self, Recipient, Selection};
use beffroi_desk_threat::{alerts, signals};
use beffroi_store::By;
use jiff::SignedDuration;

/// The day after the sample, which is a Wednesday.
fn later() -> jiff::Timestamp {
    now() + SignedDuration::from_hours(30)
}

/// Two days after it.
fn past_the_clock() -> jiff::Timestamp {
    now() + SignedDuration::from_hours(48)
}

#[tokio::test]
async fn what_was_seen_is_new_no_more_and_what_waits_stays() {
    let mut client = Client::analyst().await;
    let page = client.get("/matin?lang=en").await;
    let text = page.text();
    assert!(
        text.contains("First visit") && text.contains("id=\"nouveau\"") && text.contains("id=\"signaux\""),
        "{text}"
    );
    let new = between(&text, "id=\"nouveau\"", "</section>");
    assert!(new.contains("/alertes/FLASH-2026-002") && !new.contains("/alertes/FLASH-2026-001"), "{new}");
    // Looking again changes nothing: only the button does.
    assert!(client.get("/matin").await.text().contains("id=\"nouveau\""));
    let (token, key, seen) = (page.token(), page.hidden("cle"), page.hidden("vu"));
    let fields = [("jeton", token.as_str()), ("cle", key.as_str()), ("vu", seen.as_str())];
    assert_eq!(client.post("/matin", &fields).await.status, StatusCode::SEE_OTHER);
    let text = client.get("/matin?lang=en").await.text();
    assert!(!text.contains("id=\"nouveau\"") && text.contains("Since 14 January 2026"), "{text}");
    assert!(text.contains("id=\"signaux\""), "what waits is not forgotten");
    // Each has a look of their own.
    client.forget();
    client.sign_in("chef").await;
    assert!(client.get("/matin").await.text().contains("id=\"nouveau\""));
}

#[tokio::test]
async fn nobody_sees_the_future() {
    let mut client = Client::analyst().await;
    let page = client.get("/matin").await;
    let (token, key) = (page.token(), page.hidden("cle"));
    let fields = [("jeton", token.as_str()), ("cle", key.as_str()), ("vu", "2030-01-01T00:00:00Z")];
    assert_eq!(client.post("/matin", &fields).await.status, StatusCode::SEE_OTHER);
    let noted = client.app.store.looked_at(&"analyste".parse().unwrap()).await.unwrap();
    assert_eq!(noted, Some(now()));
    let key = client.get("/matin").await.hidden("cle");
    let wrong = [("jeton", token.as_str()), ("cle", key.as_str()), ("vu", "tomorrow")];
    assert_eq!(client.post("/matin", &wrong).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn flashes_to_validate_that_end_and_that_nobody_read_are_told() {
    let mut client = Client::analyst().await;
    let store = client.app.store.clone();
    let by = || By::new("cli", now());
    let fields = [
        ("id", "dgx"),
        ("name", "D"),
        ("direction", "DGX"),
        ("service", "b"),
        ("mail", "d@dgx.example"),
        ("tlp", "RED"),
        ("pap", "RED"),
        ("since", "2020-01-01"),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    diffusion::import(&store, vec![Recipient::read(&fields, super::people::TODAY).unwrap()], &by()).await.unwrap();
    let issued = alerts::show(&store, &"FLASH-2026-002".parse().unwrap()).await.unwrap().unwrap();
    diffusion::send(&store, &issued, &Selection::default(), client.app.diffusion.as_ref(), &by()).await.unwrap();
    client.app.clock = later;
    client.restart();
    client.become_of("chef").await;
    let text = client.get("/matin?lang=en").await.text();
    let unread = between(&text, "id=\"lectures\"", "</section>");
    assert!(unread.contains("/alertes/FLASH-2026-002/accuses") && unread.contains("one recipient"), "{unread}");
    assert!(unread.contains("tag-warn"), "it is late after a day: {unread}");
    let waiting = between(&text, "id=\"signaux\"", "</section>");
    assert!(waiting.contains("30 hours") && waiting.contains("to be decided before 15 January 2026"), "{waiting}");
    assert!(!waiting.contains("tag-warn"), "the working day is not over: {waiting}");
}

#[tokio::test]
async fn a_signal_shows_by_when_to_decide_and_what_is_late_is_told_and_counted() {
    let mut client = Client::analyst().await;
    let signal = watch::on(&client.app.store, "fake_shop").await;
    let open = |text: &str| between(text, "id=\"ouverts\"", "</section>").to_owned();
    let (list, sheet) = ("/signaux?lang=en", format!("/signaux/{signal}?lang=en"));
    let early = open(&client.get(list).await.text());
    assert!(early.contains("15 January 2026") && !early.contains("tag-warn"), "{early}");
    let page = client.get(&sheet).await.text();
    assert!(page.contains("within one working day: before 15 January 2026") && !page.contains("tag-warn"), "{page}");
    // One that came up later is in time still: it stands after those that are late.
    let mut young = client.app.store.signal_list().await.unwrap().into_iter().find(|row| row.id == signal).unwrap();
    young.id = "SIG-2026w02-fake-shop-FR".parse().unwrap();
    young.strength = 1e6;
    young.content["detected_at"] = past_the_clock().to_string().into();
    put(&client.app.store, young).await;
    client.app.clock = past_the_clock;
    client.restart();
    client.become_of("chef").await;
    let late = open(&client.get(list).await.text());
    let rows: Vec<&str> = late.split("<tr><th scope=\"row\">").skip(1).collect();
    assert!(rows.len() > 1 && rows[0].contains("tag-warn"), "{late}");
    assert!(rows.last().unwrap().contains("SIG-2026w02-fake-shop-FR"), "the strongest, which is not late, comes last");
    assert!(!rows.last().unwrap().contains("tag-warn"), "{late}");
    let page = client.get(&sheet).await.text();
    assert!(page.contains("<span class=\"tag tag-warn\">late</span>"), "{page}");
    let morning = client.get("/matin?lang=en").await.text();
    let waiting = between(&morning, "id=\"signaux\"", "</section>");
    assert!(waiting.contains("late</span>") && waiting.matches("tag-warn").count() == rows.len() - 1, "{waiting}");
}

/// Puts a signal into the register, with the rights of one of the house.
async fn put(store: &beffroi_store::Store, row: beffroi_store::SignalRow) {
    let id = row.id.as_str().parse().unwrap();
    let house = beffroi_rights::ServiceId::house();
    let territory = beffroi_model::Territory::france();
    let mut guard = beffroi_rights::Object::new(
        id,
        beffroi_rights::Kind::Signal,
        beffroi_rights::World::Coordination,
        house,
        territory,
    );
    guard.marking = beffroi_model::Marking { tlp: beffroi_model::Tlp::Amber, pap: beffroi_model::Pap::Green };
    guard.state = beffroi_rights::State::Submitted;
    store.signals_put(vec![(row, guard)], &By::new("watch", now())).await.unwrap();
}

#[tokio::test]
async fn a_map_shows_one_week_hides_small_counts_and_leads_to_the_others() {
    let mut client = Client::analyst().await;
    let signal = watch::on(&client.app.store, "fake_shop").await;
    let path = format!("/signaux/{signal}/carte");
    let text = client.get(&format!("{path}?lang=en")).await.text();
    assert_eq!(text.matches("/carte?semaine=").count(), 9, "a link a week, and one to all of them together");
    assert_eq!(text.matches("href=\"#bande-d59\"").count(), 8, "a small map a week");
    assert_eq!(text.matches("aria-current=\"true\">").count(), 2, "the section, and the week shown");
    let rows: Vec<&str> = text.split("<tr><th scope=\"row\">").skip(1).collect();
    assert!(rows.len() >= 10, "{}", rows.len());
    for cell in text.split("<td class=\"num\">").skip(1) {
        let observed = cell.split(' ').next().unwrap();
        assert!(observed.parse::<u32>().map_or(true, |n| n == 0 || n >= 5), "a small count is told: {cell}");
    }
    assert!(text.contains("ch-secret"), "nothing is hidden: the test sees nothing");
    let week = between(&text, "/carte?semaine=", "\"").to_owned();
    let other = client.get(&format!("{path}?semaine={week}")).await;
    assert_eq!(other.status, StatusCode::OK);
    assert_ne!(other.text(), text);
    let all = client.get(&format!("{path}?semaine=cumul&lang=en")).await;
    assert_eq!(all.status, StatusCode::OK);
    assert!(all.text().contains("8 weeks together"), "{}", all.text());
    for wrong in ["x", "2020-W01", "2025"] {
        let refused = client.get(&format!("{path}?semaine={wrong}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let claims = signals::list(&client.app.store).await.unwrap().into_iter().find(|signal| signal.content.claims);
    if let Some(claims) = claims {
        assert_eq!(client.get(&format!("/signaux/{}/carte", claims.id)).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn readers_keep_the_issued_version_while_the_next_one_is_written() {
    let mut client = Client::analyst().await;
    let (facts, store) = (client.app.facts.clone(), client.app.store.clone());
    let reference = "FLASH-2026-002".parse().unwrap();
    let issued = alerts::show(&store, &reference).await.unwrap().unwrap();
    let options = alerts::DraftOptions::new(By::new("redactrice", now()));
    let signal = issued.signal.clone().unwrap();
    signals::decide(&store, &signal, signals::Decision::Variant, "encore", &By::new("chef", now())).await.unwrap();
    alerts::update(facts.as_ref(), &store, issued, &signal, options).await.unwrap();
    // Who reads only has the version that went out, in its list, on its page and as its files.
    client.become_of(&super::people::login_of(beffroi_rights::Role::PreventionOfficer)).await;
    let list = client.get("/alertes?lang=en").await.text();
    assert!(list.contains("FLASH-2026-002") && list.contains("issued") && !list.contains("draft</span>"), "{list}");
    let page = client.get("/alertes/FLASH-2026-002?lang=en").await.text();
    assert!(page.contains("issued</span>") && !page.contains("version=diffusee"), "{page}");
    assert_eq!(client.get("/alertes/FLASH-2026-002/fichiers/json").await.status, StatusCode::OK);
    // Who works on it sees the work, and is led to what readers have.
    client.become_of(&super::people::login_of(beffroi_rights::Role::Validator)).await;
    let page = client.get("/alertes/FLASH-2026-002?lang=en").await.text();
    assert!(page.contains("Readers keep version 1") && page.contains("?version=diffusee"), "{page}");
    let out = client.get("/alertes/FLASH-2026-002?version=diffusee&lang=en").await;
    assert_eq!(out.status, StatusCode::OK);
    assert!(out.text().contains("issued</span>") && !out.text().contains("value=\"close\""), "{}", out.text());
    // Nothing is kept beside a flash of which no version is being written.
    assert_eq!(client.get("/alertes/FLASH-2026-001?version=diffusee").await.status, StatusCode::NOT_FOUND);
}
