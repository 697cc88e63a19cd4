//! What every lake promises, asked of the double and of the engine alike.

use crate::samples::{Draw, counts, known_keys, land, land_counts, land_reports, n_reports, reports, source};
use beffroi_lake::Lake;
use beffroi_model::{DeliveryOutcome, PublishedCount, Report};
use beffroi_ports::doubles::MemoryFacts;
use beffroi_ports::{CountsQuery, Dimension, Facts, FactsError, Measure, ReportsQuery, Rows};
use std::collections::HashSet;

#[test]
fn the_double_keeps_the_promises() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(promises(&MemoryFacts::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lake_keeps_the_promises() {
    let folder = tempfile::tempdir().unwrap();
    promises(&Lake::open(folder.path()).await.unwrap()).await;
}

#[tokio::test]
async fn the_lake_keeps_the_promises_on_one_thread() {
    let folder = tempfile::tempdir().unwrap();
    promises(&Lake::open(folder.path()).await.unwrap()).await;
}

async fn promises(facts: &dyn Facts) {
    an_empty_lake_answers(facts).await;
    let mut draw = Draw::new(7);
    let first = reports(&mut draw, 2500, "a");
    let published = counts(&mut draw, 200);
    let second = reports(&mut draw, 1200, "b");
    assert_eq!(land_reports(facts, "sha-1", &first).await, DeliveryOutcome::Landed { snapshot: 1 });
    assert_eq!(land_counts(facts, "sha-2", &published).await, DeliveryOutcome::Landed { snapshot: 2 });
    assert_eq!(land_reports(facts, "sha-3", &second).await, DeliveryOutcome::Landed { snapshot: 3 });

    the_same_file_changes_nothing(facts, &first).await;
    what_goes_wrong_leaves_nothing(facts, &first, &published).await;
    snapshots_are_read_back(facts).await;
    every_field_comes_back(facts, &first, &second, &published).await;
    keys_are_known(facts, &[&first[..], &second[..]].concat(), &published).await;
    an_empty_delivery_is_remembered(facts).await;
}

async fn an_empty_lake_answers(facts: &dyn Facts) {
    assert!(facts.snapshots().await.unwrap().is_empty());
    let total = facts.reports(&ReportsQuery::default()).await.unwrap();
    assert_eq!((total.len(), total.total(), total.snapshot), (1, 0.0, 0));
    let by = ReportsQuery { by: vec![Dimension::Month], ..ReportsQuery::default() };
    assert!(facts.reports(&by).await.unwrap().is_empty());
    assert!(facts.reports(&ReportsQuery { snapshot: Some(0), ..by }).await.is_ok());
    assert!(facts.counts(&CountsQuery::default()).await.unwrap().is_empty());
    assert!(known_keys(facts, "feed").await.is_empty());
}

async fn the_same_file_changes_nothing(facts: &dyn Facts, rows: &[Report]) {
    let before = facts.snapshots().await.unwrap();
    assert_eq!(land_reports(facts, "sha-1", rows).await, DeliveryOutcome::AlreadyThere { snapshot: 1 });
    assert_eq!(facts.snapshots().await.unwrap(), before);
    assert_eq!(n_reports(facts, None).await, 3700.0);
    assert_eq!(facts.landed(&source("feed"), "sha-2", "1").await.unwrap(), Some(2));
    assert_eq!(facts.landed(&source("feed"), "sha-2", "2").await.unwrap(), None);
    assert_eq!(facts.landed(&source("stats"), "sha-2", "1").await.unwrap(), None);
}

async fn what_goes_wrong_leaves_nothing(facts: &dyn Facts, rows: &[Report], published: &[PublishedCount]) {
    let before = facts.snapshots().await.unwrap();
    let good = || Ok(Rows::Reports(rows.to_vec()));
    let bad = || Err(FactsError::Delivery { message: "line 3: no date".into() });
    for batches in [vec![bad()], vec![good(), bad()], vec![good(), good(), bad(), good()]] {
        let refused = land(facts, "sha-bad", batches).await.unwrap_err();
        assert_eq!(refused.to_string(), "line 3: no date");
    }
    let mixed = land(facts, "sha-mixed", vec![good(), Ok(Rows::Counts(published.to_vec()))]).await;
    assert!(matches!(mixed, Err(FactsError::Engine { .. })));
    assert_eq!(facts.snapshots().await.unwrap(), before);
    assert_eq!(n_reports(facts, None).await, 3700.0);
}

async fn snapshots_are_read_back(facts: &dyn Facts) {
    for (snapshot, n_rows, n_counts) in [(1, 2500.0, 0), (2, 2500.0, 200), (3, 3700.0, 200)] {
        assert_eq!(n_reports(facts, Some(snapshot)).await, n_rows, "{snapshot}");
        let query = CountsQuery { snapshot: Some(snapshot), ..CountsQuery::default() };
        assert_eq!(facts.counts(&query).await.unwrap().len(), n_counts, "{snapshot}");
    }
    for unknown in [0, 4, u64::MAX] {
        let query = ReportsQuery { snapshot: Some(unknown), ..ReportsQuery::default() };
        let refused = facts.reports(&query).await;
        assert!(matches!(refused, Err(FactsError::NoSnapshot { number, latest: 3 }) if number == unknown));
        let query = CountsQuery { snapshot: Some(unknown), ..CountsQuery::default() };
        assert!(matches!(facts.counts(&query).await, Err(FactsError::NoSnapshot { .. })));
    }
    let told: Vec<_> = facts.snapshots().await.unwrap();
    let told: Vec<_> = told.iter().map(|s| (s.number, s.table.as_str(), s.delivery.rows_accepted)).collect();
    assert_eq!(told, [(1, "reports", 2500), (2, "counts", 200), (3, "reports", 1200)]);
    assert_eq!(facts.snapshots().await.unwrap()[0].delivery, crate::samples::delivery("sha-1", 2500));
}

async fn every_field_comes_back(facts: &dyn Facts, first: &[Report], second: &[Report], published: &[PublishedCount]) {
    let mut expected: Vec<Report> = first.iter().chain(second).filter(|r| !r.observables.is_empty()).cloned().collect();
    let mut found = Vec::new();
    let query = ReportsQuery::default();
    let n_rows = facts.scan(&query, Box::new(|rows| found.extend(rows))).await.unwrap();
    assert_eq!(n_rows, expected.len() as u64);
    expected.sort_by(|a, b| a.id.cmp(&b.id));
    found.sort_by(|a, b| a.id.cmp(&b.id));
    assert!(found == expected, "rows come with every field");

    let all = first.len() + second.len();
    assert!(all > expected.len(), "some rows carry nothing to link");
    let mut n_all = 0;
    let n_read = facts.read(&query, Box::new(|rows| n_all += rows.len())).await.unwrap();
    assert_eq!((n_all, n_read), (all, all as u64), "and those come as well when all are wanted");

    let query = ReportsQuery { measures: vec![Measure::Count], snapshot: Some(1), ..query };
    expected.retain(|report| report.id.as_str().starts_with('a'));
    let mut n_found = 0;
    facts.scan(&query, Box::new(|rows| n_found += rows.len())).await.unwrap();
    assert_eq!(n_found, expected.len());

    let mut expected = published.to_vec();
    expected.sort_by(beffroi_ports::counts_order);
    assert!(facts.counts(&CountsQuery::default()).await.unwrap() == expected);
}

async fn keys_are_known(facts: &dyn Facts, rows: &[Report], published: &[PublishedCount]) {
    for name in ["feed", "stats"] {
        let ids = rows.iter().filter(|r| r.source.as_str() == name).map(|r| r.id.to_string());
        let keys = published.iter().filter(|c| c.source.as_str() == name).map(PublishedCount::key);
        let expected: HashSet<String> = ids.chain(keys).collect();
        assert_eq!(known_keys(facts, name).await, expected);
    }
    assert!(known_keys(facts, "nobody").await.is_empty());
}

async fn an_empty_delivery_is_remembered(facts: &dyn Facts) {
    assert_eq!(land(facts, "sha-empty", Vec::new()).await.unwrap(), DeliveryOutcome::Landed { snapshot: 4 });
    let again = land(facts, "sha-empty", Vec::new()).await.unwrap();
    assert_eq!(again, DeliveryOutcome::AlreadyThere { snapshot: 4 });
    assert_eq!(n_reports(facts, Some(4)).await, 3700.0);
}
