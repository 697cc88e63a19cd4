//! Every refusal of a flash, each beside what passes when the fault is taken away.

use crate::flash::{fetch, options, ready, series, signal_id};
use crate::made_up::{self, at, watched, with_rise};
use beffroi_desk_threat::alerts::{
    self, Alert, AlertError, AlertState, DraftOptions, Edit, Export, Format, Mention, Note, TechnicalElement,
};
use beffroi_desk_threat::signals::{self, Decision};
use beffroi_model::{Channel, Marking, ObservableKind, Pap, Tlp};
use beffroi_ports::doubles::NullTypesetter;
use beffroi_store::{By, Store, WarningListRow};
use beffroi_wording::Lang;
use jiff::civil::date;

const NOW: &str = "2025-12-22T12:00:00Z";
const RED: Marking = Marking { tlp: Tlp::Red, pap: Pap::Red };

fn by(who: &str) -> By {
    By::new(who, at(NOW))
}

fn note(text: &str) -> Note {
    Note { fr: text.to_owned(), en: text.to_owned() }
}

fn domain(value: &str, context: Option<Note>) -> TechnicalElement {
    TechnicalElement { kind: ObservableKind::DomainName, value: value.to_owned(), degree: 0, context, until: None }
}

async fn drafted() -> (made_up::World, Store, Alert) {
    let (world, store) = ready().await;
    let alert = alerts::draft(&world.facts(), &store, &signal_id(), options()).await.unwrap();
    (world, store, alert)
}

async fn issued(store: &Store, alert: Alert) -> Alert {
    let alert = alerts::validate(store, alert, &by("validator")).await.unwrap();
    alerts::issue(store, alert, &by("validator")).await.unwrap()
}

fn how<'a>(channel: Channel, ceiling: Marking, addresses: &'a [String]) -> Export<'a> {
    Export {
        lang: Lang::Fr,
        typesetter: &NullTypesetter,
        channel,
        ceiling,
        addresses,
        sender: "flash@command.example",
        today: date(2025, 12, 22),
    }
}

#[tokio::test]
async fn nobody_drafts_before_novelty_is_decided() {
    let world = with_rise(1);
    let store = made_up::store().await;
    watched(&world, &store).await;
    let refused = alerts::draft(&world.facts(), &store, &signal_id(), options()).await;
    assert!(matches!(refused, Err(AlertError::Undecided { .. })));
    signals::decide(&store, &signal_id(), Decision::New, "jamais vu", &by("analyst")).await.unwrap();
    let alert = alerts::draft(&world.facts(), &store, &signal_id(), options()).await.unwrap();
    assert_eq!(alert.content.novelty.unwrap().reason, "jamais vu");
}

#[tokio::test]
async fn everybody_who_wrote_is_barred_from_validating() {
    let (world, store, alert) = drafted().await;
    let edit = Edit { note: note("Les auteurs se disent du service des fraudes."), ..Edit::of(&alert) };
    let edited = alerts::edit(&world.facts(), &store, &alert, &edit, &by("second")).await.unwrap();
    for writer in ["author", "second"] {
        let refused = alerts::validate(&store, edited.clone(), &by(writer)).await;
        assert!(matches!(refused, Err(AlertError::SameAuthor { .. })), "{writer}");
    }
    assert_eq!(alerts::validate(&store, edited, &by("third")).await.unwrap().state, AlertState::Validated);
}

#[tokio::test]
async fn what_does_not_fit_or_may_not_be_said_is_refused() {
    let (world, store, alert) = drafted().await;
    let facts = world.facts();
    let base = Edit::of(&alert);
    let tried = async |edit: Edit| alerts::preview(&facts, &store, &alert, &edit, date(2025, 12, 22)).await;
    assert!(tried(base.clone()).await.is_ok());
    let refused = tried(Edit { title: note(&"x".repeat(alerts::TITLE_MOST + 1)), ..base.clone() }).await;
    assert!(matches!(refused, Err(AlertError::TooLong { what: "title", .. })));
    let refused = tried(Edit { title: Note { fr: "a".to_owned(), en: String::new() }, ..base.clone() }).await;
    assert!(matches!(refused, Err(AlertError::OneLanguage { what: "title" })));
    for text in ["Mme Durand a payé", "le 06 39 98 12 34", "a.b@mail.example", "FR14 2004 1010 0505 0001 3M02 606"] {
        let refused = tried(Edit { note: note(text), ..base.clone() }).await;
        assert!(matches!(refused, Err(AlertError::VictimData { place: "note", .. })), "{text}");
        let advice = vec![(alerts::Recipient::Units, note(text))];
        let refused = tried(Edit { advice, ..base.clone() }).await;
        assert!(matches!(refused, Err(AlertError::VictimData { place: "advice", .. })), "{text}");
    }
    // A service may be reached; that is nobody's data.
    assert!(tried(Edit { contact: note("permanence@command.example"), ..base.clone() }).await.is_ok());
    let refused = tried(Edit { contact: note("M. Durand"), ..base.clone() }).await;
    assert!(matches!(refused, Err(AlertError::VictimData { place: "contact", .. })));
    let refused = tried(Edit { note: note("voir faux-site[.]example"), ..base.clone() }).await;
    assert!(matches!(refused, Err(AlertError::RawIndicator { place: "note" })));
    let wider = Marking { tlp: Tlp::Clear, pap: Pap::Clear };
    assert!(matches!(tried(Edit { marking: wider, ..base.clone() }).await, Err(AlertError::Wider { .. })));
    assert!(tried(Edit { marking: RED, ..base.clone() }).await.is_ok(), "narrower is the author's to choose");
    let late = Edit { review_on: date(2026, 3, 1), ..base.clone() };
    assert!(matches!(tried(late).await, Err(AlertError::Days)));
    let past = date(2025, 12, 1);
    let past = Edit { expires_on: past, review_on: past, feedback_until: past, ..base.clone() };
    assert!(matches!(tried(past).await, Err(AlertError::Days)));
}

#[tokio::test]
async fn an_element_needs_its_context_and_is_on_no_warning_list() {
    let (world, store, alert) = drafted().await;
    let facts = world.facts();
    let tried = async |element: TechnicalElement| {
        let edit = Edit { elements: vec![element], ..Edit::of(&alert) };
        alerts::preview(&facts, &store, &alert, &edit, date(2025, 12, 22)).await
    };
    let context = || Some(note("vu dans un message"));
    assert!(matches!(tried(domain("faux-site.example", None)).await, Err(AlertError::NoContext { .. })));
    let taken = tried(domain("faux-site.example", context())).await.unwrap();
    assert_eq!(taken.content.technical[0].until, Some(date(2026, 1, 21)), "it ends without being told to");
    let refused = tried(domain("www.labanquepostale.fr", context())).await;
    assert!(matches!(refused, Err(AlertError::Warned { .. })), "{refused:?}");

    // A list that comes after the draft bars the next step.
    let edit = Edit { elements: vec![domain("faux-site.example", context())], ..Edit::of(&alert) };
    let edited = alerts::edit(&facts, &store, &alert, &edit, &by("author")).await.unwrap();
    let json = br#"{"name":"essai","version":1,"description":"d","type":"hostname","list":["faux-site.example"]}"#;
    let (list, _) = beffroi_misp::read_warning_list(json).unwrap();
    let row = WarningListRow {
        name: list.name().to_owned(),
        version: list.version().to_owned(),
        n_entries: 1,
        brought_at: at(NOW),
        brought_by: "operator".to_owned(),
        content: serde_json::to_value(&list).unwrap(),
    };
    store.warning_list_put(row.clone(), &by("operator")).await.unwrap();
    let refused = alerts::validate(&store, edited.clone(), &by("validator")).await;
    assert!(matches!(refused, Err(AlertError::Warned { ref list, .. }) if list == "essai"), "{refused:?}");
    let other = br#"{"name":"essai","version":2,"description":"d","type":"hostname","list":["autre.example"]}"#;
    let (list, _) = beffroi_misp::read_warning_list(other).unwrap();
    let row = WarningListRow { content: serde_json::to_value(&list).unwrap(), version: "2".to_owned(), ..row };
    store.warning_list_put(row, &by("operator")).await.unwrap();
    assert!(alerts::validate(&store, edited, &by("validator")).await.is_ok());
}

#[tokio::test]
async fn elements_of_series_that_a_list_names_are_left_out_and_counted() {
    let (world, store) = ready().await;
    let json = br#"{"name":"essai","version":1,"description":"d","type":"string","list":["banque-alerte.example"]}"#;
    let (list, _) = beffroi_misp::read_warning_list(json).unwrap();
    let row = WarningListRow {
        name: "essai".to_owned(),
        version: "1".to_owned(),
        n_entries: 1,
        brought_at: at(NOW),
        brought_by: "operator".to_owned(),
        content: serde_json::to_value(&list).unwrap(),
    };
    store.warning_list_put(row, &by("operator")).await.unwrap();
    let id = series(&store, "+33639980001").await;
    let with_series = DraftOptions { series: vec![id], ..options() };
    let alert = alerts::draft(&world.facts(), &store, &signal_id(), with_series).await.unwrap();
    let values: Vec<&str> = alert.content.technical.iter().map(|element| element.value.as_str()).collect();
    assert_eq!((values, alert.content.left_out), (vec!["+33639980001"], 1));
}

#[tokio::test]
async fn what_draws_on_an_inquiry_waits_for_an_agreement() {
    let (world, store) = ready().await;
    let id = series(&store, "+33639980001").await;
    let with_series = DraftOptions { series: vec![id], ..options() };
    let alert = alerts::draft(&world.facts(), &store, &signal_id(), with_series).await.unwrap();
    assert!(alert.content.written.judicial, "what links complaints comes from their procedures");
    let refused = alerts::validate(&store, alert.clone(), &by("validator")).await;
    assert!(matches!(refused, Err(AlertError::NoAgreement { .. })));
    let refused = alerts::agree(&store, alert.clone(), "parquet J3", "2025/123", &by("author")).await;
    assert!(matches!(refused, Err(AlertError::OwnAgreement { .. })));
    let refused = alerts::agree(&store, alert.clone(), " ", "2025/123", &by("jurist")).await;
    assert!(matches!(refused, Err(AlertError::NoReason { .. })));
    let agreed = alerts::agree(&store, alert, "parquet J3", "2025/123", &by("jurist")).await.unwrap();
    // A changed text was not agreed to.
    let edit = Edit { note: note("Autre chose."), ..Edit::of(&agreed) };
    let edited = alerts::edit(&world.facts(), &store, &agreed, &edit, &by("author")).await.unwrap();
    let refused = alerts::validate(&store, edited.clone(), &by("validator")).await;
    assert!(matches!(refused, Err(AlertError::NoAgreement { .. })));
    let agreed = alerts::agree(&store, edited, "parquet J3", "2025/124", &by("jurist")).await.unwrap();
    assert!(alerts::validate(&store, agreed, &by("validator")).await.is_ok());
}

#[tokio::test]
async fn a_rumour_says_so_everywhere() {
    let (world, store, alert) = drafted().await;
    let marked = |alert: &Alert| alerts::document(alert, Lang::Fr).banner.unwrap_or_default().contains("RUMEUR");
    assert!(!marked(&alert));
    let edit = Edit { grade: "F6".parse().unwrap(), ..Edit::of(&alert) };
    let rumour = alerts::edit(&world.facts(), &store, &alert, &edit, &by("author")).await.unwrap();
    assert!(marked(&rumour));
    assert_eq!(rumour.content.confidence, alerts::Confidence::Low, "nothing solid stands on a rumour");
    let out = issued(&store, rumour).await;
    assert!(marked(&out));
    let cap =
        String::from_utf8(alerts::export(&out, Format::Cap, &how(Channel::FlashFile, RED, &[])).unwrap()).unwrap();
    assert!(cap.contains("<certainty>Unknown</certainty>") && cap.contains("<value>F6</value>"));
    let stix =
        String::from_utf8(alerts::export(&out, Format::Stix, &how(Channel::FlashFile, RED, &[])).unwrap()).unwrap();
    assert!(stix.contains("\"rumour\"") && !stix.contains("\"confidence\""), "unknown is no number");
}

#[tokio::test]
async fn a_marking_is_lowered_with_a_reason_by_somebody_else_and_never_raised() {
    let (world, store, alert) = drafted().await;
    let narrow = Marking { tlp: Tlp::AmberStrict, pap: Pap::Amber };
    let edit = Edit { marking: narrow, ..Edit::of(&alert) };
    let alert = alerts::edit(&world.facts(), &store, &alert, &edit, &by("author")).await.unwrap();
    let lower = Marking { tlp: Tlp::Green, pap: Pap::Amber };
    let lowered = async |alert: &Alert, to: Marking, reason: &str, originator: &str, who: &str| {
        alerts::downgrade(&store, alert.clone(), to, reason, originator, &by(who)).await
    };
    let refused = lowered(&alert, lower, "public depuis hier", "service B", "boss").await;
    assert!(matches!(refused, Err(AlertError::Transition { .. })), "a draft is edited");
    let out = issued(&store, alert).await;
    let refused = lowered(&out, lower, "public depuis hier", "service B", "author").await;
    assert!(matches!(refused, Err(AlertError::SameAuthor { .. })));
    let refused = lowered(&out, lower, "", "service B", "boss").await;
    assert!(matches!(refused, Err(AlertError::NoReason { .. })));
    let refused = lowered(&out, lower, "public depuis hier", "", "boss").await;
    assert!(matches!(refused, Err(AlertError::NoReason { .. })));
    for not_lower in [narrow, RED, Marking { tlp: Tlp::Green, pap: Pap::Red }] {
        let refused = lowered(&out, not_lower, "public depuis hier", "service B", "boss").await;
        assert!(matches!(refused, Err(AlertError::NotLower { .. })), "{not_lower}");
    }
    let done = lowered(&out, lower, "public depuis hier", "service B", "boss").await.unwrap();
    assert_eq!((done.marking, done.content.revision, done.state), (lower, 2, AlertState::Issued));
    let cap = alerts::export(&done, Format::Cap, &how(Channel::FlashFile, RED, &[])).unwrap();
    let cap = String::from_utf8(cap).unwrap();
    assert!(cap.contains("<msgType>Update</msgType>") && cap.contains("FLASH-2025-001.v1,2025-12-22T13:00:00+01:00"));
}

#[tokio::test]
async fn what_has_expired_goes_no_further_and_is_not_shown_as_active() {
    let (_, store, alert) = drafted().await;
    let late = By::new("validator", at("2026-03-01T09:00:00Z"));
    let refused = alerts::validate(&store, alert.clone(), &late).await;
    assert!(matches!(refused, Err(AlertError::Expired { .. })));
    let out = issued(&store, alert).await;
    let day = out.expires_on;
    assert!(!out.is_expired(day) && out.is_expired(day.tomorrow().unwrap()));
    let html = |today| {
        let how = Export { today, ..how(Channel::FlashFile, RED, &[]) };
        String::from_utf8(alerts::export(&out, Format::Html, &how).unwrap()).unwrap()
    };
    assert!(!html(day).contains("FLASH EXPIRÉ") && html(day.tomorrow().unwrap()).contains("FLASH EXPIRÉ"));
}

#[tokio::test]
async fn no_form_leaves_beyond_its_marking() {
    let (_, store, alert) = drafted().await;
    let out = issued(&store, alert).await;
    let addresses = ["service@command.example".to_owned()];
    for marking in Tlp::ALL.into_iter().flat_map(|tlp| Pap::ALL.map(|pap| Marking { tlp, pap })) {
        let marked = Alert { marking, ..out.clone() };
        for format in Format::ALL {
            let told = format.told(marking);
            assert!(told.tlp >= marking.tlp && told.pap == marking.pap, "{format} widens {marking}");
            let strict = format == Format::Cap && marking.tlp == Tlp::AmberStrict;
            assert_eq!(told.tlp, if strict { Tlp::Red } else { marking.tlp }, "{format}");
            for ceiling in Tlp::ALL.into_iter().flat_map(|tlp| Pap::ALL.map(|pap| Marking { tlp, pap })) {
                for channel in [Channel::FlashFile, Channel::Download, Channel::Api] {
                    let left = alerts::export(&marked, format, &how(channel, ceiling, &addresses));
                    assert_eq!(left.is_ok(), told.may_leave(channel, ceiling), "{format} {marking} to {ceiling}");
                }
            }
            for silent in [Channel::Outbox, Channel::Log, Channel::Journal] {
                assert!(alerts::export(&marked, format, &how(silent, RED, &addresses)).is_err());
            }
        }
    }
}

#[tokio::test]
async fn cap_says_who_may_read_and_what_it_replaces() {
    let (world, store, alert) = drafted().await;
    let cap = |alert: &Alert, addresses: &[String]| {
        alerts::export(alert, Format::Cap, &how(Channel::FlashFile, RED, addresses))
            .map(|bytes| String::from_utf8(bytes).unwrap())
    };
    assert!(cap(&alert, &[]).unwrap().contains("<status>Draft</status>"));
    let out = issued(&store, alert).await;
    // The made-up reports are marked as such: a flash on them is for exercise.
    let text = cap(&out, &[]).unwrap();
    assert!(text.contains("<status>Exercise</status>") && text.contains("<scope>Restricted</scope>"), "{text}");
    let real = Alert { synthetic: false, ..out.clone() };
    assert!(cap(&real, &[]).unwrap().contains("<status>Actual</status>"));
    let clear = Alert { marking: Marking { tlp: Tlp::Clear, pap: Pap::Clear }, ..real.clone() };
    assert!(cap(&clear, &[]).unwrap().contains("<scope>Public</scope>"));
    let mut mentioned = clear;
    mentioned.content.mention = Mention::Restricted;
    assert!(cap(&mentioned, &[]).unwrap().contains("DIFFUSION RESTREINTE"), "a mention is never public");
    for tlp in [Tlp::AmberStrict, Tlp::Red] {
        let private = Alert { marking: Marking { tlp, pap: Pap::Green }, ..real.clone() };
        assert!(matches!(cap(&private, &[]), Err(AlertError::Cap(_))), "a private message names whom it is for");
        let text = cap(&private, &["service@command.example".to_owned()]).unwrap();
        assert!(text.contains("<scope>Private</scope>") && text.contains("<value>RED</value>"), "{tlp}");
    }
    let updated =
        alerts::update(&world.facts(), &store, fetch(&store, &out.reference).await, &signal_id(), options()).await;
    let again = issued(&store, updated.unwrap()).await;
    let text = cap(&again, &[]).unwrap();
    assert!(text.contains("<msgType>Update</msgType>") && text.contains("FLASH-2025-001.v1,"), "{text}");
    let lifted = alerts::close(&store, again, "phénomène retombé", &by("boss")).await.unwrap();
    let text = cap(&lifted, &[]).unwrap();
    assert!(text.contains("<msgType>Cancel</msgType>") && text.contains("FLASH-2025-001.v2,"), "{text}");
    assert!(lifted.content.changes.last().is_some_and(|change| change.what == "flash-change-lifted"));
}

#[test]
fn a_mention_above_is_refused() {
    assert!(matches!("secret".parse::<Mention>().map_err(AlertError::from), Err(AlertError::Mention(_))));
    assert!("diffusion restreinte".parse::<Mention>().is_ok());
}
