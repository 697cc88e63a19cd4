//! The engine against the double, on questions drawn at random.

use crate::samples::{Draw, counts, counts_query, land_counts, land_reports, reports, reports_query};
use beffroi_lake::Lake;
use beffroi_model::Report;
use beffroi_ports::Facts;
use beffroi_ports::doubles::MemoryFacts;

#[tokio::test(flavor = "multi_thread")]
async fn random_questions_get_the_same_answers() {
    let folder = tempfile::tempdir().unwrap();
    let (lake, double) = (Lake::open(folder.path()).await.unwrap(), MemoryFacts::new());
    let mut draw = Draw::new(11);
    for n in 0..3 {
        let (rows, published) = (reports(&mut draw, 700, &format!("{n}-")), counts(&mut draw, 150));
        for facts in [&lake as &dyn Facts, &double] {
            land_reports(facts, &format!("reports-{n}"), &rows).await;
            land_counts(facts, &format!("counts-{n}"), &published).await;
        }
    }
    for seed in 0..60 {
        let mut draw = Draw::new(seed);
        let query = reports_query(&mut draw, 6);
        let (from_lake, from_double) = (lake.reports(&query).await.unwrap(), double.reports(&query).await.unwrap());
        assert_eq!(from_lake, from_double, "seed {seed}: {query:?}");

        let (from_lake, from_double) = (scanned(&lake, &query).await, scanned(&double, &query).await);
        assert!(from_lake == from_double, "seed {seed}: scan {query:?}");
        let (from_lake, from_double) = (read(&lake, &query).await, read(&double, &query).await);
        assert!(from_lake == from_double, "seed {seed}: read {query:?}");

        let query = counts_query(&mut draw, 6);
        let (from_lake, from_double) = (lake.counts(&query).await.unwrap(), double.counts(&query).await.unwrap());
        assert_eq!(from_lake, from_double, "seed {seed}: {query:?}");
    }
}

async fn read(facts: &dyn Facts, query: &beffroi_ports::ReportsQuery) -> Vec<Report> {
    let mut found = Vec::new();
    facts.read(query, Box::new(|rows| found.extend(rows))).await.unwrap();
    found.sort_by(|a: &Report, b| a.id.cmp(&b.id));
    found
}

async fn scanned(facts: &dyn Facts, query: &beffroi_ports::ReportsQuery) -> Vec<Report> {
    let mut found = Vec::new();
    facts.scan(query, Box::new(|rows| found.extend(rows))).await.unwrap();
    found.sort_by(|a: &Report, b| a.id.cmp(&b.id));
    found
}
