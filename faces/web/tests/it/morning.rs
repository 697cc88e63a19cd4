//! The morning view: what is new since one last looked, what waits; and a signal over the map, week by week.

use super::client::{Client, between};
use super::sample::now;
use super::watch;
use axum::http::StatusCode;
use beffroi_desk_threat::diffusion::{self, Recipient, Selection};
use beffroi_desk_threat::{alerts, signals};
use beffroi_store::By;
use jiff::SignedDuration;

/// An hour later than the sample.
fn later() -> jiff::Timestamp {
    now() + SignedDuration::from_hours(30)
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
    assert!(waiting.contains("30 hours") && waiting.contains("tag-warn"), "{waiting}");
}

#[tokio::test]
async fn a_map_shows_one_week_hides_small_counts_and_leads_to_the_others() {
    let mut client = Client::analyst().await;
    let signal = watch::on(&client.app.store, "fake_shop").await;
    let path = format!("/signaux/{signal}/carte");
    let text = client.get(&format!("{path}?lang=en")).await.text();
    assert_eq!(text.matches("/carte?semaine=").count(), 8, "a link a week");
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
    for wrong in ["x", "2020-W01", "2025"] {
        let refused = client.get(&format!("{path}?semaine={wrong}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let claims = signals::list(&client.app.store).await.unwrap().into_iter().find(|signal| signal.content.claims);
    if let Some(claims) = claims {
        assert_eq!(client.get(&format!("/signaux/{}/carte", claims.id)).await.status, StatusCode::NOT_FOUND);
    }
}
