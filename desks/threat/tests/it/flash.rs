//! The life of a flash, and everything it refuses.

use crate::made_up::{self, GREEN, World, at, complaint, watched, with_rise};
use beffroi_desk_threat::alerts::{
    self, Alert, AlertError, AlertState, DraftOptions, Note, Personal, Probability, SMALL,
};
use beffroi_desk_threat::signals::{self, Decision};
use beffroi_document::{Block, Document, Span};
use beffroi_journal::Purpose;
use beffroi_model::{AlertRef, Marking, Observable, ObservableKind, Pap, Role, SeriesId, SignalId, Territory, Tlp};
use beffroi_rights::{Kind, Object, ServiceId, World as InWorld};
use beffroi_store::{By, SeriesRow, SeriesRun, Store};
use beffroi_wording::Lang;
use jiff::civil::date;

const NOW: &str = "2025-12-22T09:00:00Z";

pub(crate) fn signal_id() -> SignalId {
    "SIG-2025w49-fake-bank-adviser-FR".parse().unwrap()
}

pub(crate) async fn fetch(store: &Store, reference: &AlertRef) -> Alert {
    alerts::show(store, reference).await.unwrap().unwrap()
}

pub(crate) fn options() -> DraftOptions {
    DraftOptions::new(By::new("author", at(NOW)))
}

/// A signal, decided new.
pub(crate) async fn ready() -> (World, Store) {
    let world = with_rise(1);
    let store = made_up::store().await;
    watched(&world, &store).await;
    decided(&store).await;
    (world, store)
}

async fn decided(store: &Store) {
    let by = By::new("analyst", at(NOW));
    signals::decide(store, &signal_id(), Decision::New, "jamais vu sous cette forme", &by).await.unwrap();
}

pub(crate) async fn series(store: &Store, value: &str) -> SeriesId {
    let id: SeriesId = "SER-0123456789".parse().unwrap();
    let row = SeriesRow {
        id: id.clone(),
        size: 12,
        first_on: date(2025, 12, 1),
        last_on: date(2025, 12, 20),
        phenomenon: Some("fake_bank_adviser".to_owned()),
        loss_cents: 0,
        n_departments: 3,
        synthetic: true,
        content: serde_json::json!({
            "marking": {"tlp": "AMBER", "pap": "GREEN"},
            "evidence": [{"kind": "phone-number", "value": value, "degree": 9},
                         {"kind": "domain-name", "value": "banque-alerte.example", "degree": 12}],
        }),
    };
    let run =
        SeriesRun { run_at: at(NOW), who: "t".into(), snapshot: 1, max_degree: 100, summary: serde_json::json!({}) };
    let guard = Object::new(
        id.as_str().parse().unwrap(),
        Kind::Series,
        InWorld::Coordination,
        ServiceId::house(),
        Territory::france(),
    );
    let purpose = Purpose { why: "linkage".to_owned(), reference: None };
    let by = By::new("t", at(NOW)).for_purpose(purpose);
    store.series_replace(run, vec![(row, guard)], &by).await.unwrap();
    id
}

#[tokio::test]
async fn from_signal_to_issue_by_two_people() {
    let (world, store) = ready().await;
    let alert = alerts::draft(&world.facts(), &store, &signal_id(), options()).await.unwrap();
    assert_eq!(alert.reference.as_str(), "FLASH-2025-001");
    assert_eq!(alert.state, AlertState::Draft);
    assert_eq!(alert.marking, GREEN);
    assert_eq!((alert.expires_on, alert.review_on), (date(2026, 1, 21), date(2025, 12, 29)));
    assert!(alert.synthetic);
    assert_eq!(alert.content.probability, Probability::AlmostCertain);
    assert!((alert.content.measures.signal_to_draft_hours - 3.0).abs() < 1e-9);
    assert!(alert.content.spread.shown.iter().all(|place| place.count >= SMALL));
    assert!(alert.content.loss_known >= 5);

    let reference = alert.reference.clone();
    let later = at("2025-12-22T12:00:00Z");
    let refused = alerts::issue(&store, fetch(&store, &reference).await, &By::new("boss", later)).await;
    assert!(matches!(refused, Err(AlertError::Transition { from: AlertState::Draft, to: AlertState::Issued, .. })));
    let refused = alerts::validate(&store, fetch(&store, &reference).await, &By::new("author", later)).await;
    assert!(matches!(refused, Err(AlertError::SameAuthor { .. })));
    let validated =
        alerts::validate(&store, fetch(&store, &reference).await, &By::new("validator", later)).await.unwrap();
    assert_eq!(validated.validator.as_deref(), Some("validator"));
    let issued = alerts::issue(&store, fetch(&store, &reference).await, &By::new("validator", later)).await.unwrap();
    assert_eq!((issued.state, issued.issued_at), (AlertState::Issued, Some(later)));
    assert_eq!(issued.content.measures.signal_to_issue_hours, Some(6.0));
    let refused = alerts::validate(&store, fetch(&store, &reference).await, &By::new("validator", later)).await;
    assert!(matches!(refused, Err(AlertError::Transition { .. })));

    let refused = alerts::close(&store, fetch(&store, &reference).await, " ", &By::new("boss", later)).await;
    assert!(matches!(refused, Err(AlertError::NoReason { .. })));
    let closed = alerts::close(&store, fetch(&store, &reference).await, "phénomène retombé", &By::new("boss", later))
        .await
        .unwrap();
    assert_eq!(closed.content.changes.len(), 4);
    let refused = alerts::close(&store, fetch(&store, &reference).await, "encore", &By::new("boss", later)).await;
    assert!(matches!(refused, Err(AlertError::Transition { .. })));
    assert_eq!(alerts::list(&store).await.unwrap().len(), 1);

    // Closed: a new one may be drafted, under the next number.
    let next = alerts::draft(&world.facts(), &store, &signal_id(), options()).await.unwrap();
    assert_eq!(next.reference.as_str(), "FLASH-2025-002");
}

#[tokio::test]
async fn a_second_flash_on_the_phenomenon_is_refused_and_an_update_is_a_new_version() {
    let (world, store) = ready().await;
    let facts = world.facts();
    let first = alerts::draft(&facts, &store, &signal_id(), options()).await.unwrap();
    let refused = alerts::draft(&facts, &store, &signal_id(), options()).await;
    assert!(matches!(refused, Err(AlertError::SecondFlash { ref open, .. }) if *open == first.reference));
    let refused = alerts::update(&facts, &store, fetch(&store, &first.reference).await, &signal_id(), options()).await;
    assert!(matches!(refused, Err(AlertError::Transition { .. })), "a draft is not updated");

    alerts::validate(&store, fetch(&store, &first.reference).await, &By::new("validator", at(NOW))).await.unwrap();
    alerts::issue(&store, fetch(&store, &first.reference).await, &By::new("validator", at(NOW))).await.unwrap();
    let other = DraftOptions::new(By::new("validator", at(NOW)));
    let updated =
        alerts::update(&facts, &store, fetch(&store, &first.reference).await, &signal_id(), other).await.unwrap();
    assert_eq!((updated.content.revision, updated.state), (2, AlertState::Draft));
    assert_eq!((updated.author.as_str(), updated.validator.as_deref()), ("validator", None));
    let refused = alerts::validate(&store, fetch(&store, &first.reference).await, &By::new("validator", at(NOW))).await;
    assert!(matches!(refused, Err(AlertError::SameAuthor { .. })), "who updated is the author");
}

#[tokio::test]
async fn a_signal_set_aside_makes_no_flash() {
    let (world, store) = ready().await;
    for decision in [Decision::Known, Decision::OutOfScope] {
        signals::decide(&store, &signal_id(), decision, "déjà traité", &By::new("analyst", at(NOW))).await.unwrap();
        let refused = alerts::draft(&world.facts(), &store, &signal_id(), options()).await;
        assert!(matches!(refused, Err(AlertError::SignalSetAside { .. })));
    }
    signals::decide(&store, &signal_id(), Decision::Variant, "nouvelle variante", &By::new("analyst", at(NOW)))
        .await
        .unwrap();
    assert!(alerts::draft(&world.facts(), &store, &signal_id(), options()).await.is_ok());
    let refused = alerts::draft(&world.facts(), &store, &"SIG-none".parse().unwrap(), options()).await;
    assert!(matches!(refused, Err(AlertError::Signal(_))));
}

#[tokio::test]
async fn no_victims_data_goes_in() {
    let (world, store) = ready().await;
    for text in ["rappeler la victime au 06 39 98 12 34", "victime : a.b@mail.example"] {
        let note = Note { fr: text.to_owned(), en: "see the French".to_owned() };
        let refused =
            alerts::draft(&world.facts(), &store, &signal_id(), DraftOptions { note: Some(note), ..options() }).await;
        assert!(matches!(refused, Err(AlertError::VictimData { place: "note", .. })), "{text}");
    }
    let note = Note { fr: "x".repeat(601), en: String::new() };
    let refused =
        alerts::draft(&world.facts(), &store, &signal_id(), DraftOptions { note: Some(note), ..options() }).await;
    assert!(matches!(refused, Err(AlertError::OneLanguage { .. })));
    let note = Note { fr: "x".repeat(601), en: "x".to_owned() };
    let refused =
        alerts::draft(&world.facts(), &store, &signal_id(), DraftOptions { note: Some(note), ..options() }).await;
    assert!(matches!(refused, Err(AlertError::TooLong { length: 601, .. })));

    // An element of a series that a report of the run gives as the victim's own.
    let mut world = with_rise(1);
    let victim = Observable { kind: ObservableKind::PhoneNumber, role: Role::Victim, value: "+33639980001".to_owned() };
    world.report(&complaint("fake_bank_adviser", "75"), date(2025, 12, 16)).observables.push(victim);
    let id = series(&store, "+33639980001").await;
    let with_series = DraftOptions { series: vec![id], ..options() };
    let refused = alerts::draft(&world.facts(), &store, &signal_id(), with_series).await;
    assert!(matches!(
        refused,
        Err(AlertError::VictimData { kind: Personal::PhoneNumber, place: "technical elements" })
    ));
    assert!(alerts::list(&store).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_most_restrictive_marking_wins() {
    let mut world = with_rise(1);
    let author = Observable { kind: ObservableKind::PhoneNumber, role: Role::Author, value: "+33639980002".to_owned() };
    let report = world.report(&complaint("fake_bank_adviser", "75"), date(2025, 12, 16));
    report.observables.push(author);
    report.marking = Marking { tlp: Tlp::Clear, pap: Pap::Amber };
    let store = made_up::store().await;
    watched(&world, &store).await;
    decided(&store).await;
    let id = series(&store, "+33639980002").await;
    let missing = DraftOptions { series: vec!["SER-none".parse().unwrap()], ..options() };
    let refused = alerts::draft(&world.facts(), &store, &signal_id(), missing).await;
    assert!(matches!(refused, Err(AlertError::MissingSeries { .. })));
    let with_series = DraftOptions { series: vec![id], ..options() };
    let alert = alerts::draft(&world.facts(), &store, &signal_id(), with_series).await.unwrap();
    assert_eq!(alert.marking, Marking { tlp: Tlp::Amber, pap: Pap::Amber });
    let page = alerts::document(&alert, Lang::Fr);
    let text = flat(&page);
    assert!(text.contains("banque-alerte[.]example"), "{text}");
    assert!(!text.contains("banque-alerte.example"));
    assert_eq!(page.marking, "TLP:AMBER · PAP:AMBER");
}

#[tokio::test]
async fn the_page_reads_in_both_languages() {
    let (world, store) = ready().await;
    let id = series(&store, "+33639980001").await;
    let note = Note {
        fr: "Les auteurs citent un virement d’essai.".to_owned(),
        en: "Authors mention a test transfer.".to_owned(),
    };
    let options = DraftOptions { series: vec![id], note: Some(note), ..options() };
    let alert = alerts::draft(&world.facts(), &store, &signal_id(), options).await.unwrap();
    for lang in Lang::ALL {
        let document = alerts::document(&alert, lang);
        assert!(document.cover.is_none());
        let text = flat(&document);
        assert!(!text.contains('['.to_string().as_str()) || !text.contains("[flash-"), "a word is missing: {text}");
        insta::assert_snapshot!(format!("flash-{lang}"), text);
    }
}

/// The words of a document, a line a block.
fn flat(document: &Document) -> String {
    let mut lines = vec![
        document.title.clone(),
        document.author.clone(),
        document.date.clone(),
        document.marking.clone(),
        document.banner.clone().unwrap_or_default(),
    ];
    document.blocks.iter().for_each(|block| flatten(block, &mut lines));
    lines.join("\n")
}

fn flatten(block: &Block, lines: &mut Vec<String>) {
    let spans = |spans: &[Span]| {
        let text = |span: &Span| match span {
            Span::Text(text) | Span::Strong(text) | Span::Code(text) | Span::Reference { text, .. } => text.clone(),
        };
        spans.iter().map(text).collect::<String>()
    };
    match block {
        Block::Heading { level, text, .. } => lines.push(format!("{} {text}", "#".repeat(usize::from(*level)))),
        Block::Paragraph(content) => lines.push(spans(content)),
        Block::List { items, .. } => lines.extend(items.iter().map(|item| format!("- {}", spans(item)))),
        Block::KeyFigures(figures) => {
            lines.extend(figures.iter().map(|f| format!("{} {} ({}) {}", f.value, f.label, f.note, f.certificate)));
        }
        Block::Terms(terms) => lines.extend(terms.iter().map(|term| format!("{}: {}", term.term, term.text))),
        Block::Frame { title, blocks, .. } => {
            lines.push(format!("[{title}]"));
            blocks.iter().for_each(|block| flatten(block, lines));
        }
        other => lines.push(format!("{other:?}")),
    }
}
