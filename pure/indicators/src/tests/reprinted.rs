//! A number once printed is printed again, to the unit and with the same digest.

use super::*;
use beffroi_model::Delivery;
use beffroi_ports::Rows;
use beffroi_ports::doubles::MemoryFacts;

/// Lands reports like the card's model as a delivery of that day.
fn land(facts: &MemoryFacts, card: &Card, n: u32, reported: &str, delivered: &str) {
    let number = ready(facts.snapshots()).unwrap().len() + 1;
    let group = ExampleReports { n, day: reported.into(), occurred: None, ..model(card) };
    let mut rows = crate::examples::reports(&Example { reports: vec![group], ..card.examples[0].clone() });
    for row in &mut rows {
        row.id = format!("{number}-{}", row.id).parse().unwrap();
    }
    let source = rows[0].source.clone();
    let delivery = Delivery {
        id: format!("DEL-{number:032x}").parse().unwrap(),
        source: source.clone(),
        file: "x.csv".into(),
        file_sha256: format!("{number:064x}"),
        mapping_version: "1".into(),
        vintage: delivered.parse().unwrap(),
        who: "test".into(),
        at: format!("{delivered}T10:00:00Z").parse().unwrap(),
        rows_read: u64::from(n),
        rows_accepted: u64::from(n),
        rows_rejected: 0,
        rows_duplicate: 0,
        synthetic: true,
    };
    let sha = delivery.file_sha256.clone();
    let batches = Box::new(std::iter::once(Ok(Rows::Reports(rows))));
    ready(facts.land(&source, &sha, "1", batches, Box::new(move || delivery))).unwrap();
}

#[test]
fn the_same_snapshot_and_definition_give_the_same_digest_after_more_data_and_another_definition() {
    let then = include_str!("../../measures/digital-offences@2024-1.toml");
    let catalogue = Catalogue::read(&[("digital-offences", then)]).unwrap();
    let card = catalogue.card("digital-offences").unwrap();
    let facts = MemoryFacts::new();
    land(&facts, card, 40, "2024-03-01", "2024-04-02");
    land(&facts, card, 2, "2024-05-01", "2024-06-02");
    let request = by(&[Dimension::Category, Dimension::Year]);
    let printed = run(&facts, card, &request).unwrap();

    land(&facts, card, 30, "2024-03-02", "2027-01-02");
    let now = include_str!("../../measures/digital-offences.toml");
    let later = Catalogue::read(&[("digital-offences", now), ("digital-offences@2024-1", then)]).unwrap();
    let request = Request { snapshot: Some(2), definition: Some("2024-1".into()), ..request };
    let card = later.under("digital-offences", request.definition.as_deref()).unwrap();
    let again = run(&facts, card, &request).unwrap();
    assert_eq!((&again.rows, &again.certificate.digest), (&printed.rows, &printed.certificate.digest));
    let other = run(&facts, later.card("digital-offences").unwrap(), &Request { definition: None, ..request }).unwrap();
    assert_ne!(other.certificate.digest, printed.certificate.digest, "another definition is another figure");
}

#[test]
fn what_was_known_on_a_day_is_what_had_been_delivered_by_then() {
    let card = card("digital-offences");
    let facts = MemoryFacts::new();
    land(&facts, &card, 40, "2024-03-01", "2024-04-02");
    land(&facts, &card, 7, "2024-03-05", "2024-09-02");
    let known = |day: &str| {
        let request = Request { known_on: day.parse().ok(), ..by(&[Dimension::Year]) };
        run(&facts, &card, &request).unwrap()
    };
    assert_eq!(known("2024-04-02").value(&["2024"]), Some(40.0));
    assert_eq!(known("2025-01-01").value(&["2024"]), Some(47.0));
    let before = known("2024-04-01");
    assert!(before.rows.is_empty() && before.certificate.snapshot == 0, "nothing was known, which is no zero");
    assert_eq!(known("2024-04-02").certificate.known_on.unwrap().to_string(), "2024-04-02");
    let both = Request { known_on: "2025-01-01".parse().ok(), snapshot: Some(1), ..by(&[Dimension::Year]) };
    assert_eq!(run(&facts, &card, &both).unwrap().value(&["2024"]), Some(40.0));
}

#[test]
fn a_published_count_is_known_from_its_vintage_on() {
    let card = card("bank-fraud-households");
    let row = |value: f64, vintage: &str| {
        let mut row = crate::examples::count("drawn-survey", "2020", "FR", value, None);
        row.layer = beffroi_model::Layer::Survey;
        row.series = "escroqueries-bancaires".into();
        row.unit_of_count = "ménage victime".into();
        row.vintage = vintage.parse().unwrap();
        row
    };
    let facts = crate::examples::lake_of_counts(vec![row(1300.0, "2022-01-01"), row(1305.0, "2024-01-01")]);
    let known = |day: &str| {
        let request = Request { known_on: day.parse().ok(), ..by(&[Dimension::Year]) };
        run(&facts, &card, &request).unwrap().value(&["2020"])
    };
    assert_eq!([known("2021-12-31"), known("2023-01-01"), known("2024-01-01")], [None, Some(1300.0), Some(1305.0)]);
}

#[test]
fn each_source_tells_how_late_it_is() {
    let late = card("delivery-delay");
    let within = card("delivered-within-30-days");
    let facts = MemoryFacts::new();
    land(&facts, &late, 3, "2024-03-01", "2024-03-11");
    land(&facts, &late, 1, "2024-03-01", "2024-05-01");
    let value = |card: &Card| run(&facts, card, &by(&[Dimension::Source])).unwrap().rows[0].value;
    assert_eq!((value(&late), value(&within)), (Some(10.0), Some(75.0)));
}
