//! While a new version of an issued flash is written, its readers keep the one that went out, and nobody else gets it to
//! move it.

use crate::diffusion::{deliver, person, settings};
use crate::flash::{fetch, options, ready, signal_id};
use crate::made_up::at;
use beffroi_desk_threat::alerts::{self, Alert, AlertState, DraftOptions};
use beffroi_desk_threat::diffusion::{self, Selection};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_ports::doubles::PostOffice;
use beffroi_rights::{Act, Assignment, Kind, Role, Scope, ServiceId, Subject, Territories, World, scope_of};
use beffroi_store::{By, Store};
use jiff::civil::date;

const NOW: &str = "2025-12-22T09:00:00Z";

fn by(who: &str) -> By {
    By::new(who, at(NOW))
}

async fn scope(store: &Store, role: Role, act: Act) -> Scope {
    let marking = Marking { tlp: Tlp::Red, pap: Pap::Red };
    let given = Assignment {
        role,
        world: World::Coordination,
        service: ServiceId::house(),
        territories: Territories::Everywhere,
        clearance: marking,
        from: date(2025, 1, 1),
        until: date(2026, 12, 31),
    };
    let tree = store.service_tree().await.unwrap();
    let subject = Subject::new("somebody".parse().unwrap(), [given], [], &tree).unwrap();
    scope_of(&subject, act, World::Coordination, Kind::Alert, date(2025, 12, 22))
}

async fn seen(store: &Store, role: Role, alert: &Alert) -> Option<(AlertState, u32)> {
    let scope = scope(store, role, Act::Read).await;
    let one = alerts::get(store, &scope, &alert.reference).await.unwrap();
    let listed = alerts::visible(store, &scope).await.unwrap();
    // The list and the page say the same.
    let told = |alert: &Alert| (alert.state, alert.content.revision);
    assert_eq!(listed.iter().map(told).collect::<Vec<_>>(), one.iter().map(told).collect::<Vec<_>>());
    one.as_ref().map(told)
}

/// An issued flash, of which a second version is being written.
async fn written_anew() -> (Store, Alert) {
    let (world, store) = ready().await;
    let facts = world.facts();
    let first = alerts::draft(&facts, &store, &signal_id(), options()).await.unwrap();
    assert_eq!(seen(&store, Role::PreventionOfficer, &first).await, None, "a draft is for no reader");
    let first = alerts::validate(&store, first, &by("validator")).await.unwrap();
    let first = alerts::issue(&store, first, &by("validator")).await.unwrap();
    assert_eq!(seen(&store, Role::PreventionOfficer, &first).await, Some((AlertState::Issued, 1)));
    let second = DraftOptions::new(by("second"));
    alerts::update(&facts, &store, first.clone(), &signal_id(), second).await.unwrap();
    (store, first)
}

#[tokio::test]
async fn readers_keep_what_went_out_until_the_next_version_does() {
    let (store, first) = written_anew().await;
    let reader = |store: &Store| {
        let (store, first) = (store.clone(), first.clone());
        async move { seen(&store, Role::PreventionOfficer, &first).await }
    };
    assert_eq!(reader(&store).await, Some((AlertState::Issued, 1)));
    // As it stood, to the word.
    let scope_of_reader = scope(&store, Role::PreventionOfficer, Act::Read).await;
    let kept = alerts::get(&store, &scope_of_reader, &first.reference).await.unwrap().unwrap();
    assert_eq!(kept, first);
    // Who works on it sees the work, and may ask for the other.
    assert_eq!(seen(&store, Role::Validator, &first).await, Some((AlertState::Draft, 2)));
    let scope_of_validator = scope(&store, Role::Validator, Act::Read).await;
    let out = alerts::went_out(&store, &scope_of_validator, &first.reference).await.unwrap();
    assert_eq!(out.map(|out| out.content.revision), Some(1));
    let issued = alerts::issued_visible(&store, &scope_of_validator).await.unwrap();
    assert_eq!(issued.iter().map(|alert| alert.content.revision).collect::<Vec<_>>(), [1]);

    let draft = fetch(&store, &first.reference).await;
    let validated = alerts::validate(&store, draft, &by("validator")).await.unwrap();
    assert_eq!(reader(&store).await, Some((AlertState::Issued, 1)), "validated is not out yet");
    alerts::issue(&store, validated, &by("validator")).await.unwrap();
    assert_eq!(reader(&store).await, Some((AlertState::Issued, 2)));
    assert!(store.alert_issued_fetch(&first.reference).await.unwrap().is_none(), "nothing is kept beside it");
}

#[tokio::test]
async fn what_went_out_is_read_and_never_moved() {
    let (store, first) = written_anew().await;
    for act in [Act::Decide, Act::Issue, Act::Change] {
        let scope = scope(&store, Role::Validator, act).await;
        let got = alerts::get(&store, &scope, &first.reference).await.unwrap();
        assert!(got.is_none_or(|alert| alert.state == AlertState::Draft), "{act:?} gets what went out");
        assert!(alerts::went_out(&store, &scope, &first.reference).await.unwrap().is_none(), "{act:?}");
    }
    // Whoever had it in hand before comes too late.
    assert!(alerts::close(&store, first.clone(), "retombé", &by("boss")).await.is_err());
    // Closing the work closes it for everybody.
    let draft = fetch(&store, &first.reference).await;
    alerts::close(&store, draft, "retombé", &by("boss")).await.unwrap();
    let closed = seen(&store, Role::Validator, &first).await;
    assert_eq!(closed, Some((AlertState::Closed, 1)), "nobody validated the second version");
    let given_up = fetch(&store, &first.reference).await.content.changes;
    assert!(given_up.iter().any(|change| change.what == "flash-change-updated"), "its log says that there was one");
    assert!(store.alert_issued_fetch(&first.reference).await.unwrap().is_none());
}

#[tokio::test]
async fn what_went_out_ends_on_its_last_day_though_a_new_version_is_being_written() {
    let (store, first) = written_anew().await;
    let at_noon = |days: i64| {
        let noon = first.expires_on.at(12, 0, 0, 0).in_tz("Europe/Paris").unwrap().timestamp();
        By::new("expiry", noon + jiff::SignedDuration::from_hours(24 * days))
    };
    assert!(alerts::close_expired(&store, &at_noon(0)).await.unwrap().is_empty());
    assert_eq!(seen(&store, Role::PreventionOfficer, &first).await, Some((AlertState::Issued, 1)));
    assert_eq!(alerts::close_expired(&store, &at_noon(1)).await.unwrap(), std::slice::from_ref(&first.reference));
    assert_eq!(seen(&store, Role::PreventionOfficer, &first).await, None);
    assert_eq!(fetch(&store, &first.reference).await.state, AlertState::Draft, "the work goes on");
    assert!(alerts::close_expired(&store, &at_noon(1)).await.unwrap().is_empty());
}

#[tokio::test]
async fn letters_and_acknowledgements_are_of_what_went_out() {
    let (world, store) = ready().await;
    let facts = world.facts();
    let alert = alerts::draft(&facts, &store, &signal_id(), options()).await.unwrap();
    let alert = alerts::validate(&store, alert, &by("validator")).await.unwrap();
    let list = vec![person(&[("id", "a"), ("mail", "a@dgx.example"), ("account", "lectrice")])];
    diffusion::import(&store, list, &by("chief")).await.unwrap();
    let (alert, _) = diffusion::issue(&store, alert, &Selection::default(), &settings(), &by("v")).await.unwrap();
    let second = DraftOptions::new(by("second"));
    alerts::update(&facts, &store, alert.clone(), &signal_id(), second).await.unwrap();
    // Queued before the new version was begun, and still to be sent.
    let office = PostOffice::new();
    let pass = deliver(&store, &office, None).await;
    assert_eq!((pass.delivered, pass.refused), (1, 0));
    let reader = scope(&store, Role::PreventionOfficer, Act::Read).await;
    let out = alerts::get(&store, &reader, &alert.reference).await.unwrap().unwrap();
    assert_eq!(diffusion::unread_of(&store, &out, "lectrice").await.unwrap().len(), 1);
    let waiting = diffusion::waiting_visible(&store, &scope(&store, Role::Validator, Act::Read).await).await.unwrap();
    assert_eq!(waiting.iter().map(|one| (one.alert.content.revision, one.n)).collect::<Vec<_>>(), [(1, 1)]);
}
