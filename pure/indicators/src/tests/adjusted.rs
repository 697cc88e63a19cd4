//! Indices, seasonal adjustment, and definitions side by side.

use super::*;
use crate::examples::{count, lake_of_counts};
use crate::{Adjustment, coefficient, compare_under, protect_figures, side_by_side};

/// Reports by month from January 2019 on, more of them each December.
fn seasonal(months: usize) -> (Card, beffroi_ports::doubles::MemoryFacts) {
    let card = card("digital-offences");
    let reports = (0..months).map(|i| {
        let (year, month) = (2019 + i / 12, i % 12 + 1);
        let n = if month == 12 { 40 } else { 20 } + u32::try_from(i % 3).unwrap();
        ExampleReports { n, day: format!("{year}-{month:02}-10"), ..model(&card) }
    });
    let facts = drawn(&card, reports.collect());
    (card, facts)
}

fn adjust(by_what: &[Dimension]) -> Request {
    Request { adjust: Some(Adjustment::Seasonal), ..by(by_what) }
}

#[test]
fn what_comes_back_each_year_is_taken_out_and_the_certificate_says_how() {
    let (card, facts) = seasonal(84);
    let figures = run(&facts, &card, &adjust(&[Dimension::Month])).unwrap();
    let method = figures.certificate.method.as_deref().unwrap();
    assert_eq!(method, "stl period=12 s.window=periodic inner=2 outer=0 breaks=2022-03");
    let (december, november) = (figures.value(&["2020-12"]).unwrap(), figures.value(&["2020-11"]).unwrap());
    assert!((december - november).abs() < 8.0, "{december} {november}");
    assert!(!figures.additive && figures.total().is_err(), "adjusted months do not make the year");
    let plain = run(&facts, &card, &by(&[Dimension::Month])).unwrap();
    assert_eq!((plain.value(&["2020-12"]), plain.certificate.method.as_ref()), (Some(42.0), None));
    assert_ne!(plain.certificate.digest, figures.certificate.digest);
}

#[test]
fn no_season_is_made_up() {
    let (card, facts) = seasonal(84);
    for (request, told) in [
        (adjust(&[Dimension::Year]), "no season"),
        (adjust(&[]), "one kind of period"),
        (Request { from: "2021-06".parse().ok(), ..adjust(&[Dimension::Month]) }, "cannot be adjusted"),
    ] {
        let error = run(&facts, &card, &request).unwrap_err();
        assert!(error.is_user_fault() && error.to_string().contains(told), "{error}");
    }
}

#[test]
fn an_index_is_100_over_its_base_and_stops_at_a_break() {
    let (card, facts) = seasonal(84);
    let request = Request { index_base: "2023".parse().ok(), ..by(&[Dimension::Month]) };
    let figures = run(&facts, &card, &request).unwrap();
    let year: f64 =
        figures.only(|f| f.keys[0].as_deref().unwrap().starts_with("2023")).rows.iter().map(|f| f.value.unwrap()).sum();
    assert!((year / 12.0 - 100.0).abs() < 1e-9, "{year}");
    assert_eq!(figures.value(&["2021-05"]), None, "on the other side of the break");
    assert_eq!(figures.certificate.method.as_deref(), Some("index base=2023=100"));
    let finer = Request { index_base: "2023-05".parse().ok(), ..by(&[Dimension::Year]) };
    assert!(run(&facts, &card, &finer).unwrap_err().is_user_fault());
    let hole = Request { index_base: "2018".parse().ok(), ..by(&[Dimension::Year]) };
    assert!(run(&facts, &card, &hole).unwrap().rows.iter().all(|f| f.value.is_none()), "no base, no index");
}

/// The published totals of 2022 to 2024, as three publications gave them.
fn totals() -> beffroi_ports::doubles::MemoryFacts {
    let total = |period: &str, value: f64, definition: &str, vintage: &str| {
        let mut row = count("drawn-totals", period, "FR", value, None);
        row.series = "atteintes-numeriques".into();
        row.unit_of_count = "infraction".into();
        row.definition_version = definition.into();
        row.vintage = vintage.parse().unwrap();
        row
    };
    lake_of_counts(vec![
        total("2022", 255_320.0, "SSMSI-2024 (without THESEE)", "2024-07-30"),
        total("2023", 278_770.0, "SSMSI-2024 (without THESEE)", "2024-04-30"),
        total("2023", 341_000.0, "SSMSI-2025 (with THESEE)", "2025-03-06"),
        total("2023", 358_300.0, "ILN-Insee-2025", "2025-10-14"),
        total("2024", 348_000.0, "SSMSI-2025 (with THESEE)", "2025-03-06"),
    ])
}

#[test]
fn definitions_stand_side_by_side_with_the_coefficient_that_links_them() {
    let catalogue = Catalogue::builtin();
    let request = by(&[Dimension::Year]);
    let facts = totals();
    let all = ready(side_by_side(&facts, &catalogue, "digital-offences-published", &request, now(), "1", |f| {
        protect_figures(&f)
    }))
    .unwrap();
    let of_2023: Vec<_> = all.iter().map(|f| (f.certificate.definition_version.as_str(), f.value(&["2023"]))).collect();
    assert_eq!(of_2023, [("2024-1", Some(278_770.0)), ("2025-iln", Some(358_300.0)), ("2025-1", Some(341_000.0))]);
    let newest = all.last().unwrap();
    let link = &newest.coefficients[0];
    assert_eq!((link.from.as_str(), link.to.as_str(), link.overlap.len()), ("2024-1", "2025-1", 1));
    assert_eq!(link.ratio, 341_000.0 / 278_770.0);
    assert_eq!(link.range, (link.ratio, link.ratio));
    assert!(coefficient(&all[0], &all[0].only(|_| false)).is_none(), "no overlap, no coefficient");
}

#[test]
fn a_growth_across_definitions_is_refused_with_the_command_that_does_it_right() {
    let catalogue = Catalogue::builtin();
    let facts = totals();
    let growth = |from: &str, to: &str, definition: Option<&str>| {
        let definition = definition.map(str::to_owned);
        let request = Request { from: from.parse().ok(), to: to.parse().ok(), definition, ..Request::default() };
        ready(compare_under(&facts, &catalogue, "digital-offences-published", &request, now(), "1"))
    };
    let within = growth("2023", "2024", None).unwrap();
    assert_eq!((within.before, within.after), (341_000.0, 348_000.0));
    assert!((within.growth - 0.02).abs() < 0.001, "+2 %, never +25 %: {}", within.growth);
    let across = growth("2022", "2023", None).unwrap_err().to_string();
    assert!(across.contains("--from 2022 --to 2023 --definition '2024-1'"), "{across}");
    assert!((growth("2022", "2023", Some("2024-1")).unwrap().growth - 0.0918).abs() < 0.001);
    assert!(growth("2022", "2024", None).is_err(), "no definition counts both");
}

#[test]
fn a_growth_between_a_publishers_definitions_names_one_that_counts_both() {
    let card = card("bank-fraud-households");
    let row = |period: &str, value: f64, definition: &str, vintage: &str| {
        let mut row = count("drawn-survey", period, "FR", value, None);
        row.layer = beffroi_model::Layer::Survey;
        row.series = "escroqueries-bancaires".into();
        row.unit_of_count = "ménage victime".into();
        row.definition_version = definition.into();
        row.vintage = vintage.parse().unwrap();
        row
    };
    let facts = lake_of_counts(vec![
        row("2023", 10.0, "old", "2024-06-01"),
        row("2024", 12.0, "old", "2024-12-01"),
        row("2024", 20.0, "new", "2025-06-01"),
    ]);
    let ask = |definition: Option<&str>| {
        let definition = definition.map(str::to_owned);
        let request = Request { from: "2023".parse().ok(), to: "2024".parse().ok(), definition, ..Request::default() };
        ready(crate::compare(&facts, &card, &request, now(), "1"))
    };
    let refused = ask(None).unwrap_err().to_string();
    assert!(refused.contains("--definition 'old'"), "{refused}");
    assert!((ask(Some("old")).unwrap().growth - 0.2).abs() < 1e-9);
    let unknown = ask(Some("nope")).unwrap_err();
    assert!(unknown.to_string().contains("`new`, `old`"), "{unknown}");
}
