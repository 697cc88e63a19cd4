//! A flash goes to its list, once, no further than it may; who has read is known; what comes back is kept.

use crate::made_up::{self, at, watched, with_rise};
use beffroi_desk_threat::alerts::{self, Alert, DraftOptions};
use beffroi_desk_threat::diffusion::{
    self, DiffusionError, DiffusionSettings, Engines, Link, LinkFault, Links, Recipient, ReturnKind, Selection,
};
use beffroi_desk_threat::signals::{self, Decision};
use beffroi_journal::{Act, from_base64, to_base64};
use beffroi_model::{Marking, Pap, SignalId, Tlp};
use beffroi_ports::doubles::{NullTypesetter, PostOffice, WrittenFetch};
use beffroi_ports::{FetchResponse, Post};
use beffroi_store::{By, HandoverRow, HandoverState, JournalQuery, Store};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

const NOW: &str = "2025-12-22T09:00:00Z";

fn now() -> Timestamp {
    at(NOW)
}

fn by(who: &str) -> By {
    By::new(who, now())
}

pub(crate) fn person(fields: &[(&str, &str)]) -> Recipient {
    let base = [
        ("name", "Bureau d’essai"),
        ("direction", "DGX"),
        ("service", "bureau"),
        ("tlp", "RED"),
        ("pap", "RED"),
        ("since", "2025-01-01"),
    ];
    let fields: BTreeMap<String, String> =
        base.iter().chain(fields).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Recipient::read(&fields, date(2025, 12, 22)).unwrap()
}

/// A validated flash of that marking, and a store that holds it.
pub(crate) async fn validated(tlp: Tlp, exercise: bool) -> (Store, Alert) {
    let world = with_rise(1);
    let store = made_up::store().await;
    watched(&world, &store).await;
    let signal: SignalId = "SIG-2025w49-fake-bank-adviser-FR".parse().unwrap();
    signals::decide(&store, &signal, Decision::New, "mode opératoire jamais vu", &by("author")).await.unwrap();
    let mut alert = alerts::draft(&world.facts(), &store, &signal, DraftOptions::new(by("author"))).await.unwrap();
    if exercise {
        alert = alerts::mark_exercise(&store, alert, &by("author")).await.unwrap();
    }
    let mut alert = alerts::validate(&store, alert, &by("validator")).await.unwrap();
    // The register keeps the marking of the draft; the test wants its own, as the desk would have set it.
    let mut row = store.alert_fetch(&alert.reference).await.unwrap().unwrap();
    let mut guard = store.object(beffroi_rights::Kind::Alert, alert.reference.as_str()).await.unwrap().unwrap();
    (row.tlp, row.pap) = (tlp, Pap::Green);
    guard.marking = Marking { tlp, pap: Pap::Green };
    store.alert_put(row, guard, Some(alert.version), Act::Alter, &by("author")).await.unwrap();
    alert = alerts::show(&store, &alert.reference).await.unwrap().unwrap();
    (store, alert)
}

pub(crate) fn settings() -> DiffusionSettings {
    DiffusionSettings { address: "https://beffroi.example".to_owned(), ..DiffusionSettings::default() }
}

pub(crate) async fn deliver(store: &Store, post: &dyn Post, fetch: Option<&WrittenFetch>) -> diffusion::Pass {
    let fetch = fetch.map(|fetch| fetch as &dyn beffroi_ports::Fetch);
    let engines = Engines { store, post, fetch, typesetter: &NullTypesetter, clock: now };
    diffusion::deliver(&engines, &settings()).await.unwrap()
}

pub(crate) async fn rows(store: &Store, alert: &Alert) -> BTreeMap<(String, String), HandoverRow> {
    let all = store.handovers_of(&alert.reference).await.unwrap();
    all.into_iter().map(|row| ((row.recipient.clone(), row.channel.clone()), row)).collect()
}

#[tokio::test]
async fn issuing_queues_the_list_in_the_same_write_and_the_journal_says_to_whom() {
    let (store, alert) = validated(Tlp::Green, false).await;
    let list = vec![
        person(&[("id", "a"), ("mail", "a@dgx.example")]),
        person(&[("id", "b"), ("direction", "DGY"), ("mail", "b@dgy.example")]),
        person(&[("id", "low"), ("tlp", "CLEAR"), ("mail", "low@dgx.example")]),
        person(&[("id", "left"), ("until", "2025-06-30"), ("mail", "left@dgx.example")]),
        person(&[("id", "reader"), ("channels", "web")]),
    ];
    diffusion::import(&store, list, &by("chief")).await.unwrap();
    // Whoever nobody may read is not issued at all.
    let nobody = Selection { directions: vec!["DGZ".to_owned()], ..Selection::default() };
    let refused = diffusion::issue(&store, alert.clone(), &nobody, &settings(), &by("validator")).await;
    assert!(matches!(refused, Err(DiffusionError::Nobody { .. })), "{refused:?}");
    let chosen = Selection { directions: vec!["DGX".to_owned()], ..Selection::default() };
    let early = diffusion::send(&store, &alert, &chosen, &settings(), &by("validator")).await;
    assert!(matches!(early, Err(DiffusionError::NotIssued { .. })), "{early:?}");
    let (alert, n) = diffusion::issue(&store, alert, &chosen, &settings(), &by("validator")).await.unwrap();
    assert_eq!(n, 2);
    let queued = rows(&store, &alert).await;
    let states: Vec<_> = queued.iter().map(|((to, channel), row)| (to.as_str(), channel.as_str(), row.state)).collect();
    assert_eq!(states, [("a", "mail", HandoverState::Queued), ("reader", "web", HandoverState::Delivered)]);
    assert!(queued.values().all(|row| row.version == alert.version));
    let told = store.journal_search(&JournalQuery::default(), 10).await.unwrap();
    assert!(format!("{told:?}").contains("reader"), "{told:?}");
    // Sending again to all adds who was not chosen, and nobody twice.
    assert_eq!(diffusion::send(&store, &alert, &Selection::default(), &settings(), &by("x")).await.unwrap(), 1);
    assert_eq!(diffusion::send(&store, &alert, &Selection::default(), &settings(), &by("x")).await.unwrap(), 0);
}

#[tokio::test]
async fn green_goes_with_its_text_and_file_and_red_as_a_notice_that_tells_nothing() {
    for (tlp, is_content) in [(Tlp::Green, true), (Tlp::Amber, false), (Tlp::Red, false)] {
        let (store, alert) = validated(tlp, false).await;
        diffusion::import(&store, vec![person(&[("id", "a"), ("mail", "a@dgx.example")])], &by("chief")).await.unwrap();
        let title = alert.title_fr.clone();
        let (alert, _) = diffusion::issue(&store, alert, &Selection::default(), &settings(), &by("v")).await.unwrap();
        let office = PostOffice::new();
        assert_eq!(deliver(&store, &office, None).await.delivered, 1);
        let letters = office.taken();
        let letter = &letters[0];
        let text = format!("{} {} {:?}", letter.subject, letter.text, letter.html);
        assert_eq!(text.contains(&title), is_content, "{tlp}: {text}");
        assert_eq!((letter.html.is_some(), letter.enclosures.len()), (is_content, usize::from(is_content)));
        assert_eq!(text.contains("/accuse/"), is_content, "{tlp}");
        assert!(text.contains(&format!("https://beffroi.example/alertes/{}", alert.reference)), "{text}");
        assert!(letter.subject.starts_with(&format!("[TLP:{}]", tlp.label())), "{}", letter.subject);
        assert!(letter.fields.contains(&("X-TLP".to_owned(), format!("TLP:{}", tlp.label()))));
    }
}

#[tokio::test]
async fn an_exercise_reaches_those_who_play_and_nobody_else() {
    let list = || {
        vec![
            person(&[("id", "real"), ("mail", "real@dgx.example"), ("webhook", "https://real.example/")]),
            person(&[("id", "player"), ("mail", "player@dgx.example"), ("exercise", "yes")]),
        ]
    };
    for (exercise, expected) in [(true, "player@dgx.example"), (false, "real@dgx.example")] {
        let (store, alert) = validated(Tlp::Green, exercise).await;
        diffusion::import(&store, list(), &by("chief")).await.unwrap();
        let (alert, _) = diffusion::issue(&store, alert, &Selection::default(), &settings(), &by("v")).await.unwrap();
        let (office, net) = (PostOffice::new(), WrittenFetch::new());
        deliver(&store, &office, Some(&net)).await;
        let to: Vec<String> = office.taken().into_iter().map(|letter| letter.to).collect();
        assert_eq!(to, [expected]);
        assert_eq!(net.asked().is_empty(), exercise, "a real machine heard of an exercise");
        assert_eq!(office.taken()[0].subject.starts_with("EXERCICE"), exercise);
        assert!(rows(&store, &alert).await.keys().all(|(to, _)| (to == "player") == exercise));
    }
}

#[tokio::test]
async fn who_becomes_a_player_between_queue_and_sending_gets_nothing_real() {
    let (store, alert) = validated(Tlp::Green, false).await;
    diffusion::import(&store, vec![person(&[("id", "a"), ("mail", "a@dgx.example")])], &by("chief")).await.unwrap();
    let (alert, _) = diffusion::issue(&store, alert, &Selection::default(), &settings(), &by("v")).await.unwrap();
    let player = person(&[("id", "a"), ("mail", "a@dgx.example"), ("exercise", "yes")]);
    diffusion::import(&store, vec![player], &by("chief")).await.unwrap();
    let office = PostOffice::new();
    assert_eq!(deliver(&store, &office, None).await.refused, 1);
    assert!(office.taken().is_empty());
    let row = &rows(&store, &alert).await[&("a".to_owned(), "mail".to_owned())];
    assert_eq!((row.state, row.note.as_deref()), (HandoverState::Refused, Some("exercise")));
}

#[tokio::test]
async fn a_version_that_was_followed_is_not_sent_any_more() {
    let (store, alert) = validated(Tlp::Green, false).await;
    diffusion::import(&store, vec![person(&[("id", "a"), ("mail", "a@dgx.example")])], &by("chief")).await.unwrap();
    let (alert, _) = diffusion::issue(&store, alert, &Selection::default(), &settings(), &by("v")).await.unwrap();
    alerts::close(&store, alert.clone(), "sans objet", &by("v")).await.unwrap();
    let office = PostOffice::new();
    assert_eq!(deliver(&store, &office, None).await.refused, 1);
    assert!(office.taken().is_empty());
}

#[tokio::test]
async fn fates_become_states_and_a_wrong_address_flags_its_recipient() {
    let (store, alert) = validated(Tlp::Green, false).await;
    let list = vec![
        person(&[("id", "gone"), ("mail", "x@unknown.example")]),
        person(&[("id", "slow"), ("mail", "x@later.example")]),
    ];
    diffusion::import(&store, list, &by("chief")).await.unwrap();
    let (alert, _) = diffusion::issue(&store, alert, &Selection::default(), &settings(), &by("v")).await.unwrap();
    let pass = deliver(&store, &PostOffice::new(), None).await;
    assert_eq!((pass.bounced, pass.later, pass.delivered), (1, 1, 0));
    let rows = rows(&store, &alert).await;
    let slow = &rows[&("slow".to_owned(), "mail".to_owned())];
    assert_eq!(slow.state, HandoverState::Retry);
    assert!(slow.due_at > now() && slow.attempts == 1 && slow.note.as_deref().unwrap().contains("451"));
    let flagged: Vec<String> =
        diffusion::recipients(&store).await.unwrap().into_iter().filter(|r| r.unreachable).map(|r| r.id).collect();
    assert_eq!(flagged, ["gone"]);
    // Whoever bounced has the page until the address is set right.
    let board = diffusion::board(&store, &alert).await.unwrap();
    assert_eq!((board.n, board.n_read), (2, 0));
}

#[tokio::test]
async fn after_a_kill_what_was_marked_is_not_sent_again_and_the_rest_is() {
    let (store, alert) = validated(Tlp::Green, false).await;
    let list = (0..6).map(|n| person(&[("id", &format!("r{n}")), ("mail", &format!("r{n}@dgx.example"))])).collect();
    diffusion::import(&store, list, &by("chief")).await.unwrap();
    let (alert, _) = diffusion::issue(&store, alert, &Selection::default(), &settings(), &by("v")).await.unwrap();
    // The worker claimed all, handed two over, marked them, and died.
    let claimed = store.post_claim("double", 500, at("2025-12-22T10:00:00Z"), &by("post")).await.unwrap();
    assert_eq!(claimed.len(), 6);
    let gone: Vec<String> = claimed.iter().take(2).map(|row| row.id.clone()).collect();
    let office = PostOffice::after(gone.clone());
    let pass = deliver(&store, &office, None).await;
    assert_eq!((pass.recovered, pass.delivered), (2, 4));
    assert!(office.taken().iter().all(|letter| !gone.contains(&letter.id)));
    assert!(rows(&store, &alert).await.values().all(|row| row.state == HandoverState::Delivered));
    // Another worker, of another machine, is left what it has claimed.
    let (store, alert) = validated(Tlp::Green, false).await;
    diffusion::import(&store, vec![person(&[("id", "a"), ("mail", "a@dgx.example")])], &by("chief")).await.unwrap();
    diffusion::issue(&store, alert, &Selection::default(), &settings(), &by("v")).await.unwrap();
    store.post_claim("elsewhere", 500, at("2025-12-22T10:00:00Z"), &by("post")).await.unwrap();
    assert_eq!(deliver(&store, &PostOffice::new(), None).await, diffusion::Pass::default());
}

#[tokio::test]
async fn a_link_acknowledges_once_and_what_comes_back_is_kept_without_persons() {
    let (store, alert) = validated(Tlp::Green, false).await;
    diffusion::import(&store, vec![person(&[("id", "a"), ("mail", "a@dgx.example")])], &by("chief")).await.unwrap();
    let (alert, _) = diffusion::issue(&store, alert, &Selection::default(), &settings(), &by("v")).await.unwrap();
    let office = PostOffice::new();
    deliver(&store, &office, None).await;
    let text = office.taken()[0].text.clone();
    let token = text.split("/accuse/").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let links = Links::of(&store).unwrap();
    let Link { handover, until } = links.read(&token, now()).unwrap();
    assert_eq!(until, at("2026-01-21T09:00:00Z"));
    assert_eq!(links.read(&token, until + SignedDuration::from_secs(1)), Err(LinkFault::Expired));
    let row = store.handover(&handover).await.unwrap().unwrap();
    let later = By::new("recipient:a", at("2025-12-22T20:00:00Z"));
    assert!(diffusion::acknowledge(&store, &row, "link", &later).await.unwrap());
    assert!(!diffusion::acknowledge(&store, &row, "link", &By::new("recipient:a", now())).await.unwrap());
    let back = |said: &'static str| {
        let (store, row, later) = (&store, &row, By::new("recipient:a", at("2025-12-22T20:00:00Z")));
        async move { diffusion::give_back(store, row, ReturnKind::Sighting, 3, said, &later).await }
    };
    back("trois cas semblables à Brest").await.unwrap();
    assert!(matches!(back("rappeler le 06 39 98 12 34").await, Err(DiffusionError::VictimData { .. })));
    let board = diffusion::board(&store, &alert).await.unwrap();
    assert_eq!((board.n, board.n_read, board.returns.len()), (1, 1, 1));
    let measures = diffusion::measures(&store, std::slice::from_ref(&alert), 2025, &settings()).await.unwrap();
    assert_eq!((measures.n_flashes, measures.n_sent, measures.n_read_in_24_h), (1, 1, 1));
    assert_eq!((measures.n_confirmed, measures.n_returns, measures.budget), (1, 1, 24));
}

#[tokio::test]
async fn who_has_not_read_is_reminded_as_declared_and_who_has_is_left_in_peace() {
    let (store, alert) = validated(Tlp::Green, false).await;
    let list =
        vec![person(&[("id", "a"), ("mail", "a@dgx.example")]), person(&[("id", "b"), ("mail", "b@dgx.example")])];
    diffusion::import(&store, list, &by("chief")).await.unwrap();
    let (alert, _) = diffusion::issue(&store, alert, &Selection::default(), &settings(), &by("v")).await.unwrap();
    let row = rows(&store, &alert).await[&("a".to_owned(), "mail".to_owned())].clone();
    diffusion::acknowledge(&store, &row, "link", &by("recipient:a")).await.unwrap();
    let remind = |text: &'static str| {
        let store = &store;
        async move { diffusion::remind(store, &settings(), &By::new("post", at(text))).await.unwrap() }
    };
    assert_eq!(remind("2025-12-23T08:59:59Z").await, 0);
    assert_eq!(remind("2025-12-23T09:00:00Z").await, 1);
    assert_eq!(remind("2025-12-23T09:00:01Z").await, 0, "the same reminder twice");
    assert_eq!(remind("2025-12-25T09:00:00Z").await, 1);
    assert_eq!(remind("2026-01-10T09:00:00Z").await, 0, "more reminders than declared");
    let all = store.handovers_of(&alert.reference).await.unwrap();
    let whats: Vec<(&str, &str)> = all.iter().map(|row| (row.recipient.as_str(), row.what.as_str())).collect();
    assert_eq!(whats, [("a", "flash"), ("b", "flash"), ("b", "reminder-1"), ("b", "reminder-2")]);
}

#[tokio::test]
async fn a_machine_is_told_under_a_signature_it_can_check() {
    let (store, alert) = validated(Tlp::Green, false).await;
    let url = "https://direction.example/flash";
    let machine = person(&[("id", "m"), ("webhook", url), ("channels", "webhook")]);
    diffusion::import(&store, vec![machine], &by("chief")).await.unwrap();
    let (alert, _) = diffusion::issue(&store, alert, &Selection::default(), &settings(), &by("v")).await.unwrap();
    let answer = |status| Ok(FetchResponse { status, headers: Vec::new(), body: Vec::new() });
    let busy = WrittenFetch::new().answering(url, answer(503));
    assert_eq!(deliver(&store, &PostOffice::new(), Some(&busy)).await.later, 1);
    let request = busy.asked().remove(0);
    let header = |name: &str| request.headers.iter().find(|(n, _)| n == name).unwrap().1.clone();
    let row = &rows(&store, &alert).await[&("m".to_owned(), "webhook".to_owned())];
    assert_eq!(header("webhook-id"), row.id);
    let secret = diffusion::webhook_secret(&store, "m").unwrap();
    let secret = from_base64(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let signed = [row.id.as_bytes(), b".", header("webhook-timestamp").as_bytes(), b".", &request.body].concat();
    assert_eq!(header("webhook-signature"), format!("v1,{}", to_base64(&hmac(&secret, &signed))));
    assert_ne!(diffusion::webhook_secret(&store, "m").unwrap(), diffusion::webhook_secret(&store, "n").unwrap());
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["data"]["flash"]["marking"]["tlp"], "GREEN");
}

/// HMAC-SHA-256 as RFC 2104 writes it, beside the library's.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let pad = |with: u8| (0..64).map(|n| key.get(n).copied().unwrap_or(0) ^ with).collect::<Vec<u8>>();
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}

#[tokio::test]
async fn a_report_of_non_delivery_flags_the_address_it_names() {
    let (store, alert) = validated(Tlp::Green, false).await;
    diffusion::import(&store, vec![person(&[("id", "a"), ("mail", "a@dgx.example")])], &by("chief")).await.unwrap();
    let (alert, _) = diffusion::issue(&store, alert, &Selection::default(), &settings(), &by("v")).await.unwrap();
    deliver(&store, &PostOffice::new(), None).await;
    let id = rows(&store, &alert).await[&("a".to_owned(), "mail".to_owned())].id.clone();
    let report = |action: &str, status: &str, id: &str| {
        let text = format!(
            "To: retours+{id}@beffroi.example\n\nContent-Type: message/delivery-status\n\nAction: {action}\nStatus: {status}\n"
        );
        beffroi_dsn::read(text.as_bytes()).unwrap()
    };
    let strange = report("failed", "5.1.1", "ffffffffffffffffffffffffffffffff");
    assert_eq!(diffusion::bounced(&store, &strange, &by("post")).await.unwrap(), None);
    assert_eq!(diffusion::bounced(&store, &report("delayed", "4.4.1", &id), &by("post")).await.unwrap(), None);
    assert!(!diffusion::recipients(&store).await.unwrap()[0].unreachable);
    let failed = report("failed", "5.1.1", &id);
    assert_eq!(diffusion::bounced(&store, &failed, &by("post")).await.unwrap(), Some(id.clone()));
    assert!(diffusion::recipients(&store).await.unwrap()[0].unreachable);
    assert_eq!(store.handover(&id).await.unwrap().unwrap().state, HandoverState::Bounced);
}
