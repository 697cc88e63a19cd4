//! Synthetic rows for pages: three years of reports, a national series, series, signals, alerts, a built report.

use beffroi_desk_series::RunOptions;
use beffroi_model::{
    Layer, Marking, Observable, ObservableKind, Pap, Period, PublishedCount, Report, ReportKind, Role, Territory, Tlp,
    VictimKind,
};
use beffroi_ports::doubles::{InProcess, KeysInMemory, MemoryFacts, NullTypesetter};
use beffroi_store::{By, ReportBuild, Store};
use beffroi_web::App;
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use std::path::Path;
use std::sync::Arc;

/// The present of the sample.
pub(crate) fn now() -> Timestamp {
    "2026-01-14T09:30:00Z".parse().unwrap()
}

/// Who signs in.
pub(crate) const LOGIN: &str = "analyste";
/// With what.
pub(crate) const PASSWORD: &str = "une phrase de passe d’essai";
/// A text that must come out harmless wherever it is shown.
pub(crate) const HOSTILE: &str = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&";
/// A domain that must never be a link, nor stand unbroken.
pub(crate) const DOMAIN: &str = "colis-faux.example";
/// A delivery with its quality sheet.
pub(crate) const DELIVERY: &str = "DEL-00000000000000000000000000000001";
/// The category of which 2024 holds three reports only.
pub(crate) const RARE: &str = "AN-LEGI";

/// The application over the sample.
pub(crate) async fn app(data: &Path) -> App {
    over(data, Store::memory(Arc::new(KeysInMemory::new(3))).await.unwrap()).await
}

/// The same in registers of an exercise.
pub(crate) async fn exercise(data: &Path) -> App {
    let store = Store::memory(Arc::new(KeysInMemory::new(3))).await.unwrap();
    store.exercise_mark("Exercice d’essai", &By::new("direction", now())).await.unwrap();
    over(data, store).await
}

async fn over(data: &Path, store: Store) -> App {
    let facts = Arc::new(MemoryFacts::holding(reports(), counts()));
    super::people::fill(&store).await;
    beffroi_desk_series::run(facts.as_ref(), &store, RunOptions::new(By::new("cli", now()))).await.unwrap();
    super::people::purposes(&store).await;
    super::registers::fill(&store).await;
    super::watch::fill(facts.as_ref(), &store).await;
    let folder = data.join("reports").join("2025");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("report.pdf"), b"%PDF-1.7\n%%EOF\n").unwrap();
    std::fs::write(folder.join("report.html"), b"<!doctype html><title>r</title>").unwrap();
    std::fs::write(folder.join("report.odt"), b"PK\x03\x04").unwrap();
    std::fs::write(folder.join("secret.txt"), b"never").unwrap();
    let build = ReportBuild { year: 2025, snapshot: 2, built_at: now(), folder: "reports/2025".into() };
    super::delivery::fill(facts.as_ref(), data).await;
    let by = By::new(LOGIN, now());
    store.report_put(build, beffroi_desk_threat::annual_report::guard(2025, &by).unwrap(), &by).await.unwrap();
    App {
        facts,
        store,
        registry: Arc::new(super::registers::registry()),
        sandbox: Arc::new(InProcess { parser: beffroi_desk_registers::PARSER.1 }),
        typesetter: Arc::new(NullTypesetter),
        data: data.to_owned(),
        settings: Arc::default(),
        diffusion: Arc::default(),
        grounds: Arc::new(beffroi_retention::Grounds::house().unwrap()),
        identity: None,
        passkeys: Some(Arc::new(beffroi_ports::doubles::PlainPasskeys::default())),
        clock: now,
        demo_login: None,
        version: "0.0-test",
    }
}

/// A small generator of its own: the same rows at each run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

const DEPARTMENTS: [&str; 12] = ["01", "13", "2A", "31", "33", "44", "59", "67", "69", "75", "93", "974"];

/// Its reports.
pub(crate) fn reports() -> Vec<Report> {
    let mut draw = Draw(7);
    let mut reports = Vec::new();
    let mut day = date(2023, 1, 1);
    while day < date(2026, 1, 12) {
        let season = 6 + u64::from(day.month().unsigned_abs() % 4) + u64::from(day.year().unsigned_abs() - 2023);
        for _ in 0..season {
            let category = ["AN-BIENS", "AN-BIENS", "AN-BIENS", "AN-PERS", "AN-INST"][draw.below(5) as usize];
            let phenomenon = ["fake_shop", "phishing", "ransomware"][draw.below(3) as usize];
            reports.push(report(reports.len(), day, category, phenomenon, &mut draw));
        }
        // The last three weeks: two phenomena rise.
        if day >= date(2025, 12, 22) {
            for phenomenon in ["fake_shop", "fake_shop", "fake_shop", "phishing", "phishing"] {
                for _ in 0..6 {
                    reports.push(report(reports.len(), day, "AN-BIENS", phenomenon, &mut draw));
                }
            }
        }
        day = day.saturating_add(1.day());
    }
    for (year, n) in [(2023, 40), (2024, 3), (2025, 60)] {
        for _ in 0..n {
            reports.push(report(reports.len(), date(year, 6, 15), RARE, "phishing", &mut draw));
        }
    }
    for i in 0..180 {
        let day = date(2024, 1, 1).saturating_add((i * 4).days());
        let claim = Report {
            kind: ReportKind::Claim,
            layer: Layer::Platform,
            category: None,
            unit_of_count: "revendication".into(),
            subject: Some(["groupe-a", "groupe-b", HOSTILE][draw.below(3) as usize].into()),
            ..report(reports.len(), day, RARE, "ransomware", &mut draw)
        };
        reports.push(claim);
    }
    reports
}

fn report(n: usize, day: Date, category: &str, phenomenon: &str, draw: &mut Draw) -> Report {
    let located = draw.below(3) > 0;
    let territory = if located { DEPARTMENTS[draw.below(12) as usize] } else { "NL" };
    let mut observables = Vec::new();
    if draw.below(40) == 0 {
        let domain =
            if draw.below(4) == 0 { DOMAIN.to_owned() } else { format!("boutique-{}.example", draw.below(30)) };
        observables.push(Observable { kind: ObservableKind::DomainName, role: Role::Author, value: domain });
    }
    Report {
        id: format!("r{n}").parse().unwrap(),
        source: "synth-unites".parse().unwrap(),
        layer: Layer::Recorded,
        kind: ReportKind::Complaint,
        unit_of_count: "infraction".into(),
        occurred_on: Some(day.saturating_sub((draw.below(20) as i64).days())),
        reported_on: day,
        territory: territory.parse().unwrap(),
        category: Some(category.into()),
        phenomenon: Some(phenomenon.into()),
        astad: phenomenon == "ransomware",
        victim_kind: Some(VictimKind::Individual),
        sex: None,
        age_band: None,
        sector: None,
        size: None,
        subject: None,
        loss_cents: (draw.below(3) == 0).then(|| (draw.below(90_000) + 1_000) as i64),
        observables,
        marking: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
        legal_basis: "données synthétiques".into(),
        synthetic: true,
    }
}

/// Its published counts.
pub(crate) fn counts() -> Vec<PublishedCount> {
    let mut rows = Vec::new();
    for year in 2021..=2024_i16 {
        let mut total = 0.0;
        for (i, code) in beffroi_codes::list("departments").unwrap().codes().enumerate() {
            let Some(population) = code.extra("population").and_then(|p| p.parse::<i64>().ok()) else { continue };
            let value =
                (population as f64 / 1000.0 * (3.0 + (i % 7) as f64 * 0.6 + f64::from(year - 2021) * 0.2)).round();
            total += value;
            rows.push(count("demo-departements", year, &code.code, value, Some(population)));
        }
        rows.push(count("demo-departements", year, Territory::NOT_LOCATED, total * 0.2, None));
        let country = count("demo-fraud-series", year, Territory::FRANCE, total * 1.2, Some(68_000_000));
        rows.push(PublishedCount { series: "escroqueries".into(), ..country });
    }
    rows
}

fn count(source: &str, year: i16, territory: &str, value: f64, population: Option<i64>) -> PublishedCount {
    PublishedCount {
        source: source.parse().unwrap(),
        layer: Layer::Recorded,
        series: "fraud".into(),
        period: Period::year(year).unwrap(),
        territory: territory.parse().unwrap(),
        category: None,
        unit_of_count: "victime".into(),
        definition_version: "2025".into(),
        vintage: date(2025, 10, 14),
        value: value.round(),
        population,
        tlp: Tlp::Clear,
        synthetic: true,
    }
}
