//! The worked examples of the cards, drawn into a lake in memory and computed.

use crate::{Catalogue, Example, Request, compute};
use beffroi_model::{Marking, Pap, PublishedCount, Report, Tlp};
use beffroi_ports::doubles::{MemoryFacts, answered};
use jiff::Timestamp;

pub(crate) fn now() -> Timestamp {
    "2026-01-14T08:00:00Z".parse().unwrap()
}

/// What a future of doubles gives: they are ready at the first poll.
pub(crate) fn ready<T>(future: impl Future<Output = T> + Send) -> T {
    answered(Box::pin(future)).unwrap()
}

pub(crate) fn count(
    source: &str,
    period: &str,
    territory: &str,
    value: f64,
    population: Option<i64>,
) -> PublishedCount {
    PublishedCount {
        source: source.parse().unwrap(),
        layer: beffroi_model::Layer::Recorded,
        series: "fraud".into(),
        period: period.parse().unwrap(),
        territory: territory.parse().unwrap(),
        category: None,
        unit_of_count: "victime".into(),
        definition_version: "drawn".into(),
        vintage: "2025-01-01".parse().unwrap(),
        value,
        population,
        tlp: Tlp::Clear,
        synthetic: true,
    }
}

pub(crate) fn lake_of_counts(counts: Vec<PublishedCount>) -> MemoryFacts {
    MemoryFacts::holding(Vec::new(), counts)
}

pub(crate) fn lake(example: &Example) -> MemoryFacts {
    let mut reports = Vec::new();
    for group in &example.reports {
        for _ in 0..group.n {
            reports.push(Report {
                id: format!("r{}", reports.len()).parse().unwrap(),
                source: group.source.parse().unwrap(),
                layer: group.layer.parse().unwrap(),
                kind: group.kind.parse().unwrap(),
                unit_of_count: group.unit.as_str().into(),
                occurred_on: group.occurred.as_ref().map(|d| d.parse().unwrap()),
                reported_on: group.day.parse().unwrap(),
                territory: group.territory.parse().unwrap(),
                category: group.category.as_deref().map(Into::into),
                phenomenon: None,
                astad: false,
                victim_kind: None,
                sector: None,
                subject: group.subject.as_deref().map(Into::into),
                loss_cents: group.loss_cents,
                observables: Vec::new(),
                marking: Marking { tlp: Tlp::Green, pap: Pap::Green },
                legal_basis: "drawn".into(),
                synthetic: true,
            });
        }
    }
    let counts = example.counts.iter().map(|c| PublishedCount {
        layer: c.layer.parse().unwrap(),
        series: c.series.clone(),
        unit_of_count: c.unit.clone(),
        ..count(&c.source, &c.period, &c.territory, c.value, c.population)
    });
    MemoryFacts::holding(reports, counts.collect())
}

#[test]
fn every_example_comes_out_as_its_card_says() {
    for card in Catalogue::builtin().cards() {
        for example in &card.examples {
            let request = Request::read(&example.by, None, None, &[], None, None).unwrap();
            let figures = ready(compute(&lake(example), card, &request, now(), "test")).unwrap();
            let name = format!("{}: {}", card.code, example.name);
            let found: Vec<Vec<String>> =
                figures.rows.iter().map(|f| f.keys.iter().map(|k| k.clone().unwrap_or_default()).collect()).collect();
            let expected: Vec<Vec<String>> = example.expect.iter().map(|e| e.keys.clone()).collect();
            assert_eq!(found, expected, "{name}");
            for (figure, expected) in figures.rows.iter().zip(&example.expect) {
                let near = match (figure.value, expected.value) {
                    (Some(a), Some(b)) => (a - b).abs() < 1e-9,
                    (a, b) => a == b,
                };
                assert!(near, "{name}: {:?} is {:?}, not {:?}", figure.keys, figure.value, expected.value);
                assert!(expected.numerator.is_none() || expected.numerator == figure.numerator, "{name}: {figure:?}");
            }
        }
    }
}

mod not_located {
    use super::*;
    use beffroi_ports::Dimension;

    fn rate(counts: Vec<PublishedCount>, by: &[Dimension]) -> crate::Figures {
        let catalogue = Catalogue::builtin();
        let card = catalogue.card("fraud-rate").unwrap();
        let request = Request { by: by.to_vec(), ..Request::default() };
        ready(compute(&lake_of_counts(counts), card, &request, now(), "1")).unwrap()
    }

    const BASE: &str = "ssmsi-departements";
    const SERIES: &str = "ssmsi-escroqueries";

    fn national(period: &str, territory: &str, value: f64) -> PublishedCount {
        PublishedCount { series: "escroqueries".into(), ..count(SERIES, period, territory, value, None) }
    }

    #[test]
    fn it_is_the_country_less_the_departments_of_the_same_source() {
        let figures = rate(
            vec![
                count(BASE, "2023", "01", 90.0, Some(10_000)),
                count(BASE, "2023", "02", 80.0, Some(20_000)),
                national("2023", "FR", 300.0),
                national("2023", "01", 100.0),
                national("2023", "02", 120.0),
            ],
            &[Dimension::Department],
        );
        let nl = figures.figure(&["NL"]).unwrap();
        assert_eq!((nl.numerator, nl.value), (Some(80.0), None), "300 − 100 − 120, and nobody lives there");
        assert_eq!(figures.value(&["01"]), Some(9.0), "of the series by department, not of the national one");
        assert!(figures.figure(&["FR"]).is_none(), "the country is no department");
    }

    #[test]
    fn with_departments_it_makes_the_country() {
        let catalogue = Catalogue::builtin();
        let card = catalogue.card("fraud-victims").unwrap();
        let counts = vec![national("2023", "FR", 300.0), national("2023", "01", 100.0), national("2023", "02", 120.0)];
        let request = Request { by: vec![Dimension::Department], ..Request::default() };
        let figures = ready(compute(&lake_of_counts(counts), card, &request, now(), "1")).unwrap();
        assert_eq!(figures.value(&["NL"]), Some(80.0));
        assert_eq!(figures.total().unwrap(), 300.0);
        let rounded = vec![national("2023", "FR", 200.0), national("2023", "01", 100.0), national("2023", "02", 120.0)];
        let figures = ready(compute(&lake_of_counts(rounded), card, &request, now(), "1")).unwrap();
        assert_eq!(figures.value(&["NL"]), None, "never a negative number of victims");
    }

    #[test]
    fn without_the_country_nothing_is_said_of_it() {
        let figures =
            rate(vec![count(BASE, "2024", "01", 90.0, Some(10_000))], &[Dimension::Department, Dimension::Year]);
        assert_eq!(figures.rows.len(), 1);
        assert_eq!(figures.value(&["01", "2024"]), Some(9.0));
    }

    #[test]
    fn the_later_vintage_counts() {
        let mut old = count(BASE, "2024", "01", 50.0, Some(10_000));
        old.vintage = "2024-06-01".parse().unwrap();
        let figures = rate(vec![count(BASE, "2024", "01", 90.0, Some(10_000)), old], &[Dimension::Department]);
        assert_eq!(figures.value(&["01"]), Some(9.0));
    }

    #[test]
    fn the_country_is_divided_by_the_sum_of_the_departments() {
        let figures = rate(
            vec![
                count(BASE, "2023", "01", 90.0, Some(10_000)),
                count(BASE, "2023", "02", 80.0, Some(20_000)),
                national("2023", "FR", 300.0),
            ],
            &[Dimension::Year],
        );
        assert_eq!(figures.value(&["2023"]), Some(10.0));
        let (low, high) = figures.rows[0].interval.unwrap();
        assert!(low < 10.0 && 10.0 < high);
    }

    #[test]
    fn two_years_are_not_one_figure() {
        let catalogue = Catalogue::builtin();
        let card = catalogue.card("fraud-rate").unwrap();
        let facts =
            lake_of_counts(vec![count(BASE, "2023", "01", 9.0, Some(10)), count(BASE, "2024", "01", 9.0, Some(10))]);
        let request = Request { by: vec![Dimension::Department], ..Request::default() };
        let error = ready(compute(&facts, card, &request, now(), "1")).unwrap_err();
        assert!(matches!(error, crate::IndicatorError::NeedsPeriod { .. }), "{error}");
    }
}
