//! Tests of the indicators' desk over a lake in memory.

use super::*;
use beffroi_model::{Layer, Marking, Pap, PublishedCount, Report, ReportKind, Tlp};
use beffroi_ports::Dimension;
use beffroi_ports::doubles::{MemoryFacts, answered};
use beffroi_wording::Lang;

fn now() -> Timestamp {
    "2026-01-14T08:00:00Z".parse().unwrap()
}

fn ready<T>(future: impl Future<Output = T> + Send) -> T {
    answered(Box::pin(future)).unwrap()
}

fn report(n: usize, day: &str, subject: &str, kind: ReportKind, layer: Layer, category: Option<&str>) -> Report {
    Report {
        id: format!("r{n}").parse().unwrap(),
        source: "drawn".parse().unwrap(),
        layer,
        kind,
        unit_of_count: "infraction".into(),
        occurred_on: None,
        reported_on: day.parse().unwrap(),
        territory: "01".parse().unwrap(),
        category: category.map(Into::into),
        phenomenon: None,
        astad: false,
        victim_kind: None,
        sector: None,
        subject: Some(subject.into()),
        loss_cents: None,
        observables: Vec::new(),
        marking: Marking { tlp: Tlp::Green, pap: Pap::Green },
        legal_basis: "drawn".into(),
        synthetic: true,
    }
}

fn offences(groups: &[(usize, &str, &str)]) -> MemoryFacts {
    let mut reports = Vec::new();
    for (n, day, category) in groups {
        for _ in 0..*n {
            reports.push(report(reports.len(), day, "x", ReportKind::Complaint, Layer::Recorded, Some(category)));
        }
    }
    MemoryFacts::holding(reports, Vec::new())
}

fn by(dimensions: &[Dimension]) -> Request {
    Request { by: dimensions.to_vec(), ..Request::default() }
}

#[test]
fn what_is_published_is_protected_and_what_is_computed_is_not() {
    let facts = offences(&[(2, "2024-01-05", "AN-LEGI"), (40, "2024-01-05", "AN-PERS"), (9, "2024-01-05", "AN-INST")]);
    let request = by(&[Dimension::Category]);
    let inside = ready(computed(&facts, "digital-offences", &request, now(), "1")).unwrap();
    assert!(to_csv(&inside).contains("AN-LEGI,2,"));
    let outside = ready(published(&facts, "digital-offences", &request, now(), "1")).unwrap();
    let csv = to_csv(&outside);
    assert!(csv.contains("AN-LEGI,,,,,,C,") && csv.contains("AN-INST,,,,,,C,"), "{csv}");
    assert!(csv.contains("AN-PERS,40,40,,,,F,infraction,recorded,drawn,2025-1,1,true"), "{csv}");
    let json = to_json(&outside);
    assert_eq!(json["figures"][0]["keys"]["category"], "AN-INST");
    assert!(json["figures"][0]["value"].is_null());
    assert_eq!(json["certificate"]["synthetic"], true);
}

#[test]
fn a_growth_never_tells_a_small_figure() {
    let facts =
        offences(&[(3, "2023-06-01", "AN-BIENS"), (40, "2024-06-01", "AN-BIENS"), (50, "2025-06-01", "AN-BIENS")]);
    let ask = |from: &str, to: &str| Request { from: from.parse().ok(), to: to.parse().ok(), ..Request::default() };
    let run = |from: &str, to: &str| ready(compared(&facts, "digital-offences", &ask(from, to), now(), "1"));
    assert!(matches!(run("2023", "2024"), Err(IndicatorError::NoFigure { .. })));
    assert_eq!(run("2024", "2025").unwrap().growth, 0.25);
}

#[test]
fn csv_is_quoted_and_runs_no_formula() {
    let claims = ["=cmd()", "+1", "-2", "@x", "a,\"b\"\nc"].iter().enumerate();
    let claims = claims.map(|(i, s)| report(i, "2024-01-05", s, ReportKind::Claim, Layer::Platform, None)).collect();
    let facts = MemoryFacts::holding(claims, Vec::new());
    let figures = ready(computed(&facts, "ransomware-claims", &by(&[Dimension::Subject]), now(), "1")).unwrap();
    let csv = to_csv(&figures);
    for cell in ["\r\n'=cmd(),1,", "\r\n'+1,1,", "\r\n'-2,1,", "\r\n'@x,1,", "\r\n\"a,\"\"b\"\"\nc\",1,"] {
        assert!(csv.contains(cell), "{cell:?} in {csv}");
    }
}

#[test]
fn a_table_speaks_the_readers_language() {
    let count = |territory: &str, value: f64, population: Option<i64>| PublishedCount {
        source: "demo-fraud-series".parse().unwrap(),
        layer: Layer::Recorded,
        series: "fraud".into(),
        period: "2023".parse().unwrap(),
        territory: territory.parse().unwrap(),
        category: None,
        unit_of_count: "victime".into(),
        definition_version: "drawn".into(),
        vintage: "2024-03-04".parse().unwrap(),
        value,
        population,
        tlp: Tlp::Clear,
        synthetic: false,
    };
    let national =
        |territory: &str, value: f64| PublishedCount { series: "escroqueries".into(), ..count(territory, value, None) };
    let counts = vec![count("01", 5000.0, Some(671_289)), national("01", 5500.0), national("FR", 6500.0)];
    let facts = MemoryFacts::holding(Vec::new(), counts);
    let catalogue = Catalogue::builtin();
    let card = catalogue.card("fraud-rate").unwrap();
    let figures =
        ready(published(&facts, "fraud-rate", &by(&[Dimension::Department, Dimension::Year]), now(), "1")).unwrap();
    let table = to_table(&figures, card, Lang::Fr);
    insta::assert_json_snapshot!(table);
    assert_eq!(to_table(&figures, card, Lang::En).columns[0], "department");
    assert!(!figures.certificate.synthetic);
}

#[test]
fn every_card_has_a_sheet_in_each_language() {
    let catalogue = Catalogue::builtin();
    for lang in Lang::ALL {
        for (line, card) in list(&catalogue, lang).iter().zip(catalogue.cards()) {
            let sheet = sheet(card, lang);
            assert_eq!(sheet.line, *line);
            for dimension in &card.dimensions {
                assert!(lang.knows(&format!("indicator-dimension-{}", dimension.code())));
            }
        }
    }
    let error = ready(published(&MemoryFacts::new(), "nope", &Request::default(), now(), "1")).unwrap_err();
    assert!(error.is_user_fault());
}
