//! The pages of diffusion: a link that acknowledges by its button only, a board for those it concerns, a feed.

use super::client::Client;
use super::machines::{ask, widest_token};
use super::pages::check_html;
use super::people::{TODAY, login_of};
use super::sample::now;
use axum::http::StatusCode;
use beffroi_desk_threat::alerts::{self, AlertState};
use beffroi_desk_threat::diffusion::{self, Engines, Link, Links, Recipient, Selection};
use beffroi_ports::doubles::{NullTypesetter, PostOffice};
use beffroi_rights::Role;
use beffroi_store::By;
use jiff::SignedDuration;

/// An issued flash of the sample that was handed to one recipient; the address of its link.
async fn handed(client: &Client) -> (String, String) {
    let store = &client.app.store;
    let fields = [
        ("id", "dgx"),
        ("name", "Direction d’essai"),
        ("direction", "DGX"),
        ("service", "bureau"),
        ("mail", "dgx@direction.example"),
        ("tlp", "RED"),
        ("pap", "RED"),
        ("since", "2020-01-01"),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let by = || By::new("cli", now());
    diffusion::import(store, vec![Recipient::read(&fields, TODAY).unwrap()], &by()).await.unwrap();
    let issued = alerts::list(store).await.unwrap().into_iter().find(|alert| alert.state == AlertState::Issued);
    let alert = issued.expect("the sample holds an issued flash");
    let settings = client.app.diffusion.as_ref();
    diffusion::send(store, &alert, &Selection::default(), settings, &by()).await.unwrap();
    let post = PostOffice::new();
    let engines = Engines { store, post: &post, fetch: None, typesetter: &NullTypesetter, clock: now };
    diffusion::deliver(&engines, settings).await.unwrap();
    let handover = store.handovers_of(&alert.reference).await.unwrap().remove(0).id;
    let link = Link { handover, until: now() + SignedDuration::from_hours(1) };
    (alert.reference.to_string(), format!("/accuse/{}", Links::of(store).unwrap().make(&link)))
}

async fn n_read(client: &Client) -> usize {
    let readings = client.app.store.readings(None).await.unwrap();
    readings.iter().filter(|reading| reading.read_at.is_some()).count()
}

#[tokio::test]
async fn asking_for_a_link_acknowledges_nothing_and_its_button_does() {
    let mut client = Client::stranger().await;
    let (reference, path) = handed(&client).await;
    let page = client.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains(&reference) && page.text().contains("Direction d’essai"), "{}", page.text());
    check_html(&path, "fr", &page);
    let title = alerts::show(&client.app.store, &reference.parse().unwrap()).await.unwrap().unwrap().title_fr;
    assert!(!page.text().contains(&title), "the page of a link shows what the flash says");
    assert_eq!(n_read(&client).await, 0, "a scanner of mail acknowledges");
    let (token, key) = (page.token(), page.hidden("cle"));
    // Without the token of the page nobody acknowledges.
    let fields = [("jeton", "x"), ("cle", key.as_str()), ("action", "read")];
    assert_eq!(client.post(&path, &fields).await.status, StatusCode::FORBIDDEN);
    assert_eq!(n_read(&client).await, 0);
    let fields = [("jeton", token.as_str()), ("cle", key.as_str()), ("action", "read")];
    assert_eq!(client.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(n_read(&client).await, 1);
    // What was seen comes back, and no person's data.
    let page = client.get(&path).await;
    let (token, key) = (page.token(), page.hidden("cle"));
    let back = |text: &'static str| {
        vec![
            ("jeton", token.clone()),
            ("cle", key.clone()),
            ("action", "return".to_owned()),
            ("nature", "sighting".to_owned()),
            ("cas", "3".to_owned()),
            ("texte", text.to_owned()),
        ]
    };
    for (text, status) in [
        ("rappeler le 06 39 98 12 34", StatusCode::UNPROCESSABLE_ENTITY),
        ("trois cas <script>", StatusCode::SEE_OTHER),
    ] {
        let fields = back(text);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(client.post(&path, &fields).await.status, status, "{text}");
    }
    assert_eq!(client.app.store.returns(None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_link_that_is_not_ours_is_no_page_and_one_that_expired_acknowledges_nothing() {
    let mut client = Client::stranger().await;
    let (_, path) = handed(&client).await;
    for forged in [path.replace("accuse/", "accuse/0"), format!("{path}0"), "/accuse/x".to_owned()] {
        assert_eq!(client.get(&forged).await.status, StatusCode::NOT_FOUND, "{forged}");
    }
    let store = &client.app.store;
    let handover = path.trim_start_matches("/accuse/").split('.').next().unwrap().to_owned();
    let over = Link { handover, until: now() - SignedDuration::from_secs(1) };
    let over = format!("/accuse/{}", Links::of(store).unwrap().make(&over));
    let page = client.get(&over).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text().contains("name=\"action\""), "{}", page.text());
    let good = client.get(&path).await;
    let fields = [("jeton", good.token()), ("cle", good.hidden("cle")), ("action", "read".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    client.post(&over, &fields).await;
    assert_eq!(n_read(&client).await, 0);
    // The twin: the same form, at the link that works.
    client.post(&path, &fields).await;
    assert_eq!(n_read(&client).await, 1);
}

#[tokio::test]
async fn the_board_is_for_those_who_decide_and_for_the_author() {
    let mut client = Client::stranger().await;
    let (reference, _) = handed(&client).await;
    let path = format!("/alertes/{reference}/accuses");
    let mut seen = Vec::new();
    for role in [Role::Validator, Role::Coordinator, Role::PreventionOfficer, Role::Statistician] {
        client.become_of(&login_of(role)).await;
        let answer = client.get(&path).await;
        if answer.status == StatusCode::OK {
            assert!(answer.text().contains("Direction d’essai"));
            seen.push(role);
        } else {
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
    }
    assert_eq!(seen, [Role::Validator]);
}

#[tokio::test]
async fn a_feed_holds_what_its_reader_may_see_of_one_marking() {
    let mut client = Client::stranger().await;
    let (reference, _) = handed(&client).await;
    let alert = alerts::show(&client.app.store, &reference.parse().unwrap()).await.unwrap().unwrap();
    let tlp = alert.marking.tlp.label().to_lowercase();
    client.become_of(&login_of(Role::Validator)).await;
    let feed = client.get(&format!("/alertes/flux/{tlp}")).await;
    assert_eq!(feed.status, StatusCode::OK);
    assert!(feed.header("content-type").starts_with("application/atom+xml"));
    assert!(feed.text().contains(&reference) && feed.text().contains("<feed xmlns"), "{}", feed.text());
    for shut in ["/alertes/flux/red", "/alertes/flux/pink", "/alertes/flux/GREEN"] {
        assert_eq!(client.get(shut).await.status, StatusCode::NOT_FOUND, "{shut}");
    }
    let token = widest_token(&client, &login_of(Role::Validator)).await;
    let bearer = [("authorization", format!("Bearer {token}"))];
    let by_token = ask(&client, &format!("/api/v1/alerts/feed/{tlp}"), &bearer).await;
    assert!(by_token.status == StatusCode::OK && by_token.text().contains(&reference));
    let by_nobody = ask(&client, &format!("/api/v1/alerts/feed/{tlp}"), &[]).await;
    assert_eq!(by_nobody.status, StatusCode::UNAUTHORIZED);
}
