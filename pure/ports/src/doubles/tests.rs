//! The double keeps the promises of the port; the engine is held to the same answers in its own tests.

use super::{MemoryFacts, answered};
use crate::{Batch, CountsQuery, Dimension, Facts, FactsError, Filter, Measure, ReportsQuery, Rows};
use beffroi_model::{
    Delivery, DeliveryOutcome, Grain, Layer, Marking, Observable, ObservableKind, PublishedCount, Report, ReportKind,
    Role, Territory, Tlp,
};
use jiff::{Timestamp, civil::date};

fn report(id: &str, day: i8, department: &str, loss_cents: Option<i64>) -> Report {
    Report {
        id: id.parse().unwrap(),
        source: "feed".parse().unwrap(),
        layer: Layer::Platform,
        kind: ReportKind::Report,
        unit_of_count: "signalement".into(),
        occurred_on: (day > 2).then(|| date(2024, 12, day)),
        reported_on: date(2024, 12, day + 4),
        territory: department.parse().unwrap(),
        category: None,
        phenomenon: Some("fake_shop".into()),
        astad: false,
        victim_kind: None,
        sex: None,
        age_band: None,
        sector: None,
        size: None,
        subject: None,
        loss_cents,
        observables: Vec::new(),
        marking: Marking::UNKNOWN,
        legal_basis: "art. R. 000".into(),
        synthetic: true,
    }
}

fn count(period: &str) -> PublishedCount {
    PublishedCount {
        source: "stats".parse().unwrap(),
        layer: Layer::Recorded,
        series: "total".into(),
        period: period.parse().unwrap(),
        territory: Territory::france(),
        category: None,
        unit_of_count: "infraction".into(),
        definition_version: "2024".into(),
        vintage: date(2025, 1, 31),
        value: 3.0,
        population: None,
        tlp: Tlp::Clear,
        synthetic: true,
    }
}

fn delivery(sha: &str) -> Delivery {
    Delivery {
        id: "DEL-0000000000000000000000000000000a".parse().unwrap(),
        source: "feed".parse().unwrap(),
        file: "f.csv".into(),
        file_sha256: sha.into(),
        mapping_version: "1".into(),
        vintage: date(2025, 1, 1),
        who: "test".into(),
        at: Timestamp::UNIX_EPOCH,
        rows_read: 1,
        rows_accepted: 1,
        rows_rejected: 0,
        rows_duplicate: 0,
        synthetic: true,
    }
}

fn land(facts: &MemoryFacts, sha: &str, batches: Vec<Batch>) -> Result<DeliveryOutcome, FactsError> {
    let source = "feed".parse().unwrap();
    let delivery = delivery(sha);
    answered(facts.land(&source, sha, "1", Box::new(batches.into_iter()), Box::new(move || delivery))).unwrap()
}

#[test]
fn the_same_file_lands_once_and_an_error_drops_the_delivery() {
    let facts = MemoryFacts::new();
    let rows = || Ok(Rows::Reports(vec![report("a", 1, "75", None)]));
    assert!(matches!(land(&facts, "x", vec![rows()]), Ok(DeliveryOutcome::Landed { snapshot: 1 })));
    assert!(matches!(land(&facts, "x", vec![rows()]), Ok(DeliveryOutcome::AlreadyThere { snapshot: 1 })));
    let broken = Err(FactsError::Delivery { message: "line 3: no date".into() });
    assert!(land(&facts, "y", vec![rows(), broken]).is_err());
    assert!(land(&facts, "z", vec![rows(), Ok(Rows::Counts(vec![count("2024")]))]).is_err());
    assert_eq!(answered(facts.snapshots()).unwrap().unwrap().len(), 1);
    let source = "feed".parse().unwrap();
    assert_eq!(answered(facts.landed(&source, "x", "1")).unwrap().unwrap(), Some(1));
    assert_eq!(answered(facts.landed(&source, "x", "2")).unwrap().unwrap(), None);
    let mut keys = Vec::new();
    answered(facts.known_keys(&source, Box::new(|key| keys.push(key.to_owned())))).unwrap().unwrap();
    assert_eq!(keys, ["a"]);
}

#[test]
fn groups_come_in_the_order_of_their_keys_with_their_measures() {
    let facts = MemoryFacts::holding(
        vec![report("a", 1, "75", None), report("b", 3, "75", Some(250)), report("c", 9, "2A", None)],
        Vec::new(),
    );
    let query = ReportsQuery {
        measures: vec![Measure::Count, Measure::LossCents, Measure::LossKnown, Measure::MeanDelayDays],
        by: vec![Dimension::Department, Dimension::Category],
        ..ReportsQuery::default()
    };
    let table = answered(facts.reports(&query)).unwrap().unwrap();
    let rows: Vec<_> = table.rows().map(|row| (row.key(0), row.values())).collect();
    assert_eq!(
        rows,
        [
            (Some("2A"), vec![Some(1.0), Some(0.0), Some(0.0), Some(4.0)]),
            (Some("75"), vec![Some(2.0), Some(250.0), Some(1.0), Some(4.0)]),
        ]
    );
    let none = ReportsQuery { from: Some(date(2030, 1, 1)), by: Vec::new(), ..query };
    let table = answered(facts.reports(&none)).unwrap().unwrap();
    assert_eq!(table.row(0).unwrap().values(), [Some(0.0), Some(0.0), Some(0.0), None]);
}

#[test]
fn filters_know_no_value_and_periods() {
    let facts = MemoryFacts::holding(vec![report("a", 1, "75", None), report("b", 9, "75", None)], Vec::new());
    let total = |dimension, values: &[&str]| {
        let values = values.iter().map(|&value| value.to_owned()).collect();
        let query = ReportsQuery { filters: vec![Filter { dimension, values }], ..ReportsQuery::default() };
        answered(facts.reports(&query)).unwrap().unwrap().total()
    };
    assert_eq!(total(Dimension::Category, &[""]), 2.0);
    assert_eq!(total(Dimension::Category, &["AN-BIENS"]), 0.0);
    assert_eq!(total(Dimension::Phenomenon, &[]), 0.0);
    assert_eq!(total(Dimension::Phenomenon, &["fake_shop", ""]), 2.0);
    assert_eq!(total(Dimension::Week, &["2024-W50"]), 1.0);
    assert_eq!(total(Dimension::Synthetic, &["true"]), 2.0);
}

#[test]
fn a_snapshot_is_read_back_and_an_unknown_one_refused() {
    let facts = MemoryFacts::holding(vec![report("a", 1, "75", None)], vec![count("2024")]);
    let at = |snapshot| ReportsQuery { snapshot: Some(snapshot), ..ReportsQuery::default() };
    assert_eq!(answered(facts.reports(&at(1))).unwrap().unwrap().snapshot, 1);
    for unknown in [0, 3, u64::MAX] {
        let refused = answered(facts.reports(&at(unknown))).unwrap();
        assert!(matches!(refused, Err(FactsError::NoSnapshot { latest: 2, .. })), "{unknown}");
    }
    let before = CountsQuery { snapshot: Some(1), ..CountsQuery::default() };
    assert!(answered(facts.counts(&before)).unwrap().unwrap().is_empty());
}

#[test]
fn counts_are_kept_by_whole_periods_and_ordered() {
    let facts = MemoryFacts::holding(Vec::new(), vec![count("2025"), count("2024-12"), count("2024"), count("2023")]);
    let query = CountsQuery { from: "2024".parse().ok(), to: "2024-12".parse().ok(), ..CountsQuery::default() };
    let periods = |query: &CountsQuery| -> Vec<String> {
        answered(facts.counts(query)).unwrap().unwrap().iter().map(|row| row.period.to_string()).collect()
    };
    assert_eq!(periods(&query), ["2024", "2024-12"]);
    assert_eq!(periods(&CountsQuery { grain: Some(Grain::Month), ..query.clone() }), ["2024-12"]);
    assert!(periods(&CountsQuery { known_on: Some(date(2025, 1, 30)), ..query }).is_empty());
}

#[test]
fn a_scan_hands_over_only_what_can_be_linked() {
    let mut linked = report("b", 2, "75", None);
    linked.observables.push(Observable {
        kind: ObservableKind::DomainName,
        role: Role::Author,
        value: "boutique.example".into(),
    });
    let facts = MemoryFacts::holding(vec![report("a", 1, "75", None), linked], Vec::new());
    let mut ids = Vec::new();
    let query = ReportsQuery::default();
    let scanned = facts.scan(&query, Box::new(|rows| ids.extend(rows.into_iter().map(|row| row.id.to_string()))));
    assert_eq!(answered(scanned).unwrap().unwrap(), 1);
    assert_eq!(ids, ["b"]);
}
