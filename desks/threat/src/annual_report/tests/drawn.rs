//! A drawn lake: every source of a report, small enough to reason about.

use beffroi_model::{Delivery, Layer, Marking, Pap, PublishedCount, Report, ReportKind, SourceId, Territory, Tlp};
use beffroi_ports::doubles::{MemoryFacts, answered};
use beffroi_ports::{Facts, Rows};
use jiff::civil::Date;

/// The lake of the tests.
pub(super) fn lake() -> MemoryFacts {
    let facts = MemoryFacts::new();
    land(&facts, "synth-thesee", Rows::Reports(complaints()));
    land(&facts, "synth-perceval", Rows::Reports(platform("synth-perceval", ReportKind::Report, "signalement", 30)));
    land(
        &facts,
        "synth-17cyber",
        Rows::Reports(platform("synth-17cyber", ReportKind::AssistanceRequest, "parcours", 12)),
    );
    land(&facts, "demo-ransomware", Rows::Reports(claims()));
    land(&facts, "ssmsi-departements", Rows::Counts(base()));
    land(&facts, "demo-fraud-series", Rows::Counts(series()));
    facts
}

fn land(facts: &MemoryFacts, source: &str, rows: Rows) {
    let id: SourceId = source.parse().unwrap();
    let n_rows = rows.len() as u64;
    let sha = format!("{:064x}", source.len() * 7919 + source.bytes().map(usize::from).sum::<usize>());
    let delivery = Delivery {
        id: format!("DEL-{:032x}", n_rows).parse().unwrap(),
        source: id.clone(),
        file: format!("{source}.csv"),
        file_sha256: sha.clone(),
        mapping_version: "1".into(),
        vintage: "2025-12-31".parse().unwrap(),
        who: "test".into(),
        at: "2026-01-10T10:00:00Z".parse().unwrap(),
        rows_read: n_rows,
        rows_accepted: n_rows,
        rows_rejected: 0,
        rows_duplicate: 0,
        synthetic: source.starts_with("synth-"),
    };
    let batches = Box::new(std::iter::once(Ok(rows)));
    answered(facts.land(&id, &sha, "1", batches, Box::new(move || delivery))).unwrap().unwrap();
}

fn report(source: &str, n: usize, day: Date, kind: ReportKind, layer: Layer, unit: &str) -> Report {
    Report {
        id: format!("{source}-{n}").parse().unwrap(),
        source: source.parse().unwrap(),
        layer,
        kind,
        unit_of_count: unit.into(),
        occurred_on: Some(day.saturating_add(jiff::Span::new().days(-3))),
        reported_on: day,
        territory: if n.is_multiple_of(3) { Territory::not_located() } else { "59".parse().unwrap() },
        category: None,
        phenomenon: None,
        astad: false,
        victim_kind: None,
        sector: None,
        subject: None,
        loss_cents: n.is_multiple_of(2).then_some(12_345),
        observables: Vec::new(),
        marking: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
        legal_basis: "drawn".into(),
        synthetic: source.starts_with("synth-"),
    }
}

/// Months of 2022 to 2025; one offence against legislation only in most months, so that some are secret.
fn complaints() -> Vec<Report> {
    let mut rows = Vec::new();
    for year in 2022..=2025_i16 {
        for month in 1..=12_i8 {
            let day = Date::constant(year, month, 10);
            let grown = usize::try_from(year - 2020).unwrap();
            let of_month = usize::try_from(month).unwrap();
            let legi = if year == 2025 && month == 6 { 3 } else { 6 + of_month % 4 };
            for (category, n) in [
                ("AN-BIENS", 20 + grown * 4 + of_month),
                ("AN-PERS", 12 + of_month % 5),
                ("AN-INST", 7),
                ("AN-LEGI", legi),
            ] {
                for _ in 0..n {
                    let mut row =
                        report("synth-thesee", rows.len(), day, ReportKind::Complaint, Layer::Recorded, "infraction");
                    row.category = Some(category.into());
                    rows.push(row);
                }
            }
        }
    }
    rows
}

fn platform(source: &str, kind: ReportKind, unit: &str, each: usize) -> Vec<Report> {
    let mut rows = Vec::new();
    for year in 2024..=2025_i16 {
        for _ in 0..each {
            rows.push(report(source, rows.len(), Date::constant(year, 5, 6), kind, Layer::Platform, unit));
        }
    }
    rows
}

/// Claims from January 2024 to March 2025: the collection stops there.
fn claims() -> Vec<Report> {
    let mut rows = Vec::new();
    for week in 0..63_i32 {
        if week == 57 {
            // A week without collection.
            continue;
        }
        let day = Date::constant(2024, 1, 3).saturating_add(jiff::Span::new().weeks(week));
        for i in 0..(2 + week % 5) {
            let mut row =
                report("demo-ransomware", rows.len(), day, ReportKind::Claim, Layer::Platform, "revendication");
            row.subject = Some(format!("group-{}", (week + i * i) % 14).into());
            row.loss_cents = None;
            rows.push(row);
        }
    }
    rows
}

fn departments() -> Vec<String> {
    let list = beffroi_codes::list("departments").unwrap();
    let is_department =
        |c: &str| c.parse::<Territory>().is_ok_and(|t| t.kind() == beffroi_model::TerritoryKind::Department);
    list.codes().map(|c| c.code.clone()).filter(|c| is_department(c)).collect()
}

fn count(source: &str, series: &str, year: i16, territory: &str, value: f64) -> PublishedCount {
    PublishedCount {
        source: source.parse().unwrap(),
        layer: Layer::Recorded,
        series: series.into(),
        period: year.to_string().parse().unwrap(),
        territory: territory.parse().unwrap(),
        category: None,
        unit_of_count: "victime".into(),
        definition_version: "drawn".into(),
        vintage: "2025-06-30".parse().unwrap(),
        value,
        population: None,
        tlp: Tlp::Clear,
        synthetic: false,
    }
}

/// The base by department, with populations: 2023 and 2024.
fn base() -> Vec<PublishedCount> {
    let mut rows = Vec::new();
    for year in [2023, 2024] {
        for (i, code) in departments().iter().enumerate() {
            let i = i as f64;
            let mut row = count("ssmsi-departements", "fraud", year, code, 800.0 + i * 53.0);
            row.population = Some(150_000 + 7_000 * i as i64);
            rows.push(row);
        }
    }
    rows
}

/// The national series with its departments, 2022 and 2023, and a survey estimate.
fn series() -> Vec<PublishedCount> {
    let mut rows = Vec::new();
    for (year, beyond) in [(2022, 40_000.0), (2023, 60_000.0)] {
        let mut sum = 0.0;
        for (i, code) in departments().iter().enumerate() {
            let value = 900.0 + i as f64 * 60.0;
            sum += value;
            rows.push(count("demo-fraud-series", "escroqueries", year, code, value));
        }
        rows.push(count("demo-fraud-series", "escroqueries", year, "FR", sum + beyond));
    }
    let mut survey = count("demo-fraud-series", "escroqueries-bancaires", 2020, "FRM", 1_305_000.0);
    survey.layer = Layer::Survey;
    survey.unit_of_count = "ménage victime".into();
    rows.push(survey);
    rows
}
