//! Signals, series, alerts, reports and the journal.

use super::suite::{at, by, memory};
use beffroi_journal::{Act, Purpose};
use beffroi_model::{Pap, Territory, Tlp};
use beffroi_rights::{Kind, Object, ServiceId, World};
use beffroi_store::{
    AlertRow, By, JournalQuery, PublishedFigures, ReportBuild, SeriesRow, SeriesRun, SignalRow, Store, StoreError,
};
use jiff::civil::date;
use serde_json::json;

fn guard(kind: Kind, id: &str) -> Object {
    Object::new(id.parse().unwrap(), kind, World::Coordination, ServiceId::house(), Territory::france())
}

fn guarded_signal(row: SignalRow) -> (SignalRow, Object) {
    let object = guard(Kind::Signal, row.id.as_str());
    (row, object)
}

pub(crate) fn guarded_series(row: SeriesRow) -> (SeriesRow, Object) {
    let object = guard(Kind::Series, row.id.as_str());
    (row, object)
}

pub(crate) fn guard_of_alert() -> Object {
    guard(Kind::Alert, "FLASH-2026-001")
}

fn guard_of_report() -> Object {
    guard(Kind::AnnualReport, "2023")
}

fn signal(id: &str, strength: f64) -> SignalRow {
    SignalRow {
        id: id.parse().unwrap(),
        phenomenon: Some("fake_shop".into()),
        territory: "FR".into(),
        layer: "platform".into(),
        first_week: "2025-W50".into(),
        last_week: "2025-W51".into(),
        observed: 120.0,
        expected: 60.5,
        threshold: 82.25,
        strength,
        method: "farrington-flexible".into(),
        snapshot: 4,
        state: "open".into(),
        reason: None,
        decided_by: None,
        decided_at: None,
        synthetic: true,
        content: json!({"weeks": [1, 2, 3], "texte": "é'\"; DROP TABLE signals"}),
    }
}

pub(crate) async fn signals(store: &Store) {
    store
        .signals_put(
            vec![guarded_signal(signal("SIG-a", 1.5)), guarded_signal(signal("SIG-b", 3.0))],
            &by("watch", 100),
        )
        .await
        .unwrap();
    let ids: Vec<String> = store.signal_list().await.unwrap().iter().map(|s| s.id.to_string()).collect();
    assert_eq!(ids, ["SIG-b", "SIG-a"], "the strongest first");
    let a = "SIG-a".parse().unwrap();
    assert_eq!(store.signal_fetch(&a).await.unwrap(), Some(signal("SIG-a", 1.5)));
    store.signal_decide(&a, "variant", "déjà vu en 2024", &by("analyste", 101)).await.unwrap();
    // A new run brings new figures and keeps the decision.
    store
        .signals_put(vec![guarded_signal(SignalRow { observed: 500.0, ..signal("SIG-a", 9.0) })], &by("watch", 102))
        .await
        .unwrap();
    let a = store.signal_fetch(&a).await.unwrap().unwrap();
    assert_eq!((a.observed, a.strength), (500.0, 9.0));
    assert_eq!(a.state, "variant");
    assert_eq!(a.reason.as_deref(), Some("déjà vu en 2024"));
    assert_eq!(a.decided_by.as_deref(), Some("analyste"));
    assert_eq!(a.decided_at, Some(at(101)));
    let missing = store.signal_decide(&"SIG-none".parse().unwrap(), "new", "x", &by("analyste", 103)).await;
    assert!(matches!(missing, Err(StoreError::Missing { .. })), "{missing:?}");
}

pub(crate) fn a_series(id: &str, size: u64) -> SeriesRow {
    SeriesRow {
        id: id.parse().unwrap(),
        size,
        first_on: date(2025, 1, 2),
        last_on: date(2025, 11, 30),
        phenomenon: None,
        loss_cents: 1_234_500,
        n_departments: 7,
        synthetic: true,
        content: json!({"evidence": []}),
    }
}

pub(crate) fn run(seconds: i64) -> SeriesRun {
    SeriesRun { run_at: at(seconds), who: "analyste".into(), snapshot: 4, max_degree: 200, summary: json!({"hubs": 3}) }
}

/// Matching data with data says why.
pub(crate) fn linking(seconds: i64) -> By {
    by("analyste", seconds).for_purpose(Purpose { why: "linkage".into(), reference: None })
}

pub(crate) async fn series(store: &Store) {
    let many: Vec<SeriesRow> = (0..1203).map(|i| a_series(&format!("SER-old-{i:04}"), i)).collect();
    store.series_replace(run(200), many.into_iter().map(guarded_series).collect(), &linking(200)).await.unwrap();
    assert_eq!(store.series_count().await.unwrap(), 1203);
    let page = store.series_list(2, 1).await.unwrap();
    assert_eq!(page.iter().map(|s| s.size).collect::<Vec<_>>(), [1201, 1200]);
    store
        .series_replace(
            run(201),
            vec![
                guarded_series(a_series("SER-a", 4)),
                guarded_series(a_series("SER-b", 9)),
                guarded_series(a_series("SER-c", 4)),
            ],
            &linking(201),
        )
        .await
        .unwrap();
    let ids: Vec<String> = store.series_list(10, 0).await.unwrap().iter().map(|s| s.id.to_string()).collect();
    assert_eq!(ids, ["SER-b", "SER-a", "SER-c"]);
    assert_eq!(store.series_fetch(&"SER-a".parse().unwrap()).await.unwrap(), Some(a_series("SER-a", 4)));
    assert_eq!(store.series_fetch(&"SER-old-0001".parse().unwrap()).await.unwrap(), None);
    assert_eq!(store.series_run().await.unwrap(), Some(run(201)));
    // One bad row among good ones: nothing changes.
    let failed = store
        .series_replace(
            run(202),
            vec![guarded_series(a_series("SER-x", 1)), guarded_series(a_series("SER-x", 2))],
            &linking(202),
        )
        .await;
    assert!(failed.is_err());
    assert_eq!(store.series_count().await.unwrap(), 3);
    assert_eq!(store.series_run().await.unwrap(), Some(run(201)));
}

pub(crate) fn alert(reference: &str) -> AlertRow {
    AlertRow {
        reference: reference.parse().unwrap(),
        version: 0,
        state: "draft".into(),
        title_fr: "Fausses boutiques".into(),
        title_en: "Fake shops".into(),
        phenomenon: Some("fake_shop".into()),
        signal: Some("SIG-a".parse().unwrap()),
        author: "analyste".into(),
        validator: None,
        tlp: Tlp::AmberStrict,
        pap: Pap::Green,
        drafted_at: at(300),
        issued_at: None,
        expires_on: date(2026, 1, 28),
        review_on: date(2026, 1, 21),
        synthetic: true,
        content: json!({"facts": ["x"]}),
    }
}

pub(crate) async fn alerts(store: &Store) {
    let reference = store.alert_next_ref(2026).await.unwrap();
    assert_eq!(reference.as_str(), "FLASH-2026-001");
    let first = store
        .alert_put(alert("FLASH-2026-001"), guard_of_alert(), None, Act::Alter, &by("analyste", 300))
        .await
        .unwrap();
    assert_eq!(first, AlertRow { version: 1, ..alert("FLASH-2026-001") });
    assert_eq!(store.alert_fetch(&reference).await.unwrap(), Some(first.clone()));
    assert_eq!(store.alert_next_ref(2026).await.unwrap().as_str(), "FLASH-2026-002");
    assert_eq!(store.alert_next_ref(2027).await.unwrap().as_str(), "FLASH-2027-001");
    assert!(store.alert_next_ref(26).await.is_err());

    // Two people start from version 1: the second is told.
    let validated = AlertRow { state: "validated".into(), validator: Some("chef".into()), ..first.clone() };
    let second = store.alert_put(validated, guard_of_alert(), Some(1), Act::Alter, &by("chef", 301)).await.unwrap();
    assert_eq!(second.version, 2);
    let late = store
        .alert_put(
            AlertRow { title_fr: "Autre".into(), ..first.clone() },
            guard_of_alert(),
            Some(1),
            Act::Alter,
            &by("analyste", 302),
        )
        .await;
    assert!(matches!(late, Err(StoreError::Conflict { expected: 1, found: 2, .. })), "{late:?}");
    let twice =
        store.alert_put(alert("FLASH-2026-001"), guard_of_alert(), None, Act::Alter, &by("analyste", 303)).await;
    assert!(matches!(twice, Err(StoreError::Conflict { expected: 0, found: 2, .. })), "{twice:?}");
    let absent =
        store.alert_put(alert("FLASH-2026-009"), guard_of_alert(), Some(1), Act::Alter, &by("analyste", 303)).await;
    assert!(matches!(absent, Err(StoreError::Conflict { expected: 1, found: 0, .. })), "{absent:?}");
    assert_eq!(store.alert_fetch(&reference).await.unwrap(), Some(second));

    // Nobody validates what they wrote.
    let alone = AlertRow { validator: Some("analyste".into()), ..alert("FLASH-2026-002") };
    let refused = store.alert_put(alone, guard_of_alert(), None, Act::Alter, &by("analyste", 304)).await;
    assert!(matches!(refused, Err(StoreError::Refused { .. })), "{refused:?}");
    store.alert_put(alert("FLASH-2026-002"), guard_of_alert(), None, Act::Alter, &by("analyste", 304)).await.unwrap();
    let references: Vec<String> = store.alert_list().await.unwrap().iter().map(|a| a.reference.to_string()).collect();
    assert_eq!(references, ["FLASH-2026-002", "FLASH-2026-001"]);
}

pub(crate) async fn reports(store: &Store) {
    let build = |year, snapshot| ReportBuild { year, snapshot, built_at: at(400), folder: format!("reports/{year}") };
    store.report_put(build(2023, 1), guard_of_report(), &by("analyste", 400)).await.unwrap();
    store.report_put(build(2024, 2), guard_of_report(), &by("analyste", 400)).await.unwrap();
    store.report_put(build(2023, 3), guard_of_report(), &by("analyste", 400)).await.unwrap();
    assert_eq!(store.report_list().await.unwrap(), [build(2024, 2), build(2023, 3)]);
}

pub(crate) async fn published(store: &Store) {
    let row = |reference: &str, value: f64| PublishedFigures {
        reference: reference.into(),
        indicator: "digital-offences".into(),
        definition: "2025-1".into(),
        snapshot: 7,
        digest: "d".repeat(64),
        figures: json!({"figures": [{"value": value}]}),
        frozen_at: at(500),
        frozen_by: "analyste".into(),
    };
    let object = |reference: &str| {
        let id = reference.parse().unwrap();
        Object::new(id, Kind::Figure, World::Statistics, ServiceId::house(), Territory::france())
    };
    store.published_put(row("RA-2024.T1", 12.5), object("RA-2024.T1"), &by("analyste", 500)).await.unwrap();
    // What was printed is never replaced, by nobody.
    let again = store.published_put(row("RA-2024.T1", 13.0), object("RA-2024.T1"), &by("analyste", 501)).await;
    assert!(matches!(again, Err(StoreError::Exists { .. })), "{again:?}");
    assert_eq!(store.published_fetch("RA-2024.T1").await.unwrap(), Some(row("RA-2024.T1", 12.5)));
    assert_eq!(store.published_fetch("RA-2024.T2").await.unwrap(), None);
    store.published_put(row("RA-2024.T2", 1.0), object("RA-2024.T2"), &by("analyste", 502)).await.unwrap();
    let of = |rows: Vec<PublishedFigures>| rows.into_iter().map(|row| row.reference).collect::<Vec<_>>();
    assert_eq!(of(store.published_list(Some("digital-offences")).await.unwrap()), ["RA-2024.T1", "RA-2024.T2"]);
    assert!(store.published_list(Some("losses")).await.unwrap().is_empty());
    let entries = store.journal_search(&JournalQuery::default(), 50).await.unwrap();
    let frozen = entries.iter().map(|e| e.entry.clone().unwrap()).filter(|e| e.object.kind == "figure");
    assert_eq!(frozen.count(), 2, "each publication stands in the journal, and the refused one does not");
}

pub(crate) async fn journal(store: &Store) {
    let entries = store.journal_search(&JournalQuery::default(), 1000).await.unwrap();
    let n = entries.len() as u64;
    assert!(entries.iter().rev().map(|e| e.index).eq(0..n), "numbered without gaps");
    assert_eq!(store.journal_size().await.unwrap(), n);
    let opened: Vec<_> = entries.iter().map(|e| e.entry.clone().unwrap()).collect();
    let acts: std::collections::BTreeSet<&str> = opened.iter().map(|e| e.act.name()).collect();
    for act in ["configure", "sign-in", "sign-in-refused", "sign-out", "collect", "decide", "combine", "alter"] {
        assert!(acts.contains(act), "{act} is not in the journal: {acts:?}");
    }
    assert!(!opened.iter().any(|e| e.object.id.contains("personne")), "a name that does not exist is not kept");
    let of_signal = JournalQuery { object: Some(("signal".into(), "SIG-a".into())), ..JournalQuery::default() };
    let found = store.journal_search(&of_signal, 100).await.unwrap();
    let decision = found.iter().filter_map(|e| e.entry.as_ref()).find(|e| e.act == Act::Decide).unwrap();
    assert_eq!((decision.who.as_str(), decision.at), ("analyste", at(101)));
    let of_who = JournalQuery { who: Some("chef".into()), ..JournalQuery::default() };
    let found = store.journal_search(&of_who, 100).await.unwrap();
    assert!(!found.is_empty() && found.iter().all(|e| e.entry.as_ref().unwrap().who == "chef"));
    let nobody = JournalQuery { who: Some("che".into()), ..JournalQuery::default() };
    assert_eq!(store.journal_search(&nobody, 100).await.unwrap(), []);
}

#[tokio::test]
async fn on_memory() {
    let store = memory().await;
    super::suite::everything(&store).await;
}

#[tokio::test]
async fn what_fails_leaves_no_trace_in_the_journal() {
    let store = memory().await;
    assert!(store.signal_decide(&"SIG-none".parse().unwrap(), "new", "x", &by("analyste", 0)).await.is_err());
    assert!(
        store
            .alert_put(alert("FLASH-2026-001"), guard_of_alert(), Some(3), Act::Alter, &by("analyste", 0))
            .await
            .is_err()
    );
    assert!(
        store
            .series_replace(
                run(0),
                vec![guarded_series(a_series("SER-x", 1)), guarded_series(a_series("SER-x", 2))],
                &linking(0)
            )
            .await
            .is_err()
    );
    assert!(
        store.signals_put(vec![guarded_signal(signal("SIG-a", f64::NAN))], &by("watch", 0)).await.is_err(),
        "NaN is no figure"
    );
    assert_eq!(store.journal_size().await.unwrap(), 0);
    assert_eq!(store.signal_list().await.unwrap(), []);
}
