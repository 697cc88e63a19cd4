//! Steps are measured or declared, the residual is shown, and all of it adds up.

use super::*;
use beffroi_model::{Layer, Period, PublishedCount, Tlp};
use proptest::prelude::*;

fn count(series: &str, territory: &str, period: &str, value: f64) -> PublishedCount {
    PublishedCount {
        source: "ssmsi".parse().unwrap(),
        layer: Layer::Recorded,
        series: series.into(),
        period: period.parse().unwrap(),
        territory: territory.parse().unwrap(),
        category: None,
        unit_of_count: "victime".into(),
        definition_version: "with".into(),
        vintage: "2024-03-04".parse().unwrap(),
        value,
        population: None,
        tlp: Tlp::Clear,
        synthetic: true,
    }
}

fn year() -> Period {
    "2023".parse().unwrap()
}

/// The publisher's four ways to one year: departments, France, France adjusted by quarter, metropolitan France by month.
fn fraud() -> Vec<PublishedCount> {
    let mut rows = vec![count("fraud", "FR", "2023", 495_600.0)];
    for (code, value) in [("01", 400_000.0), ("974", 33_228.0)] {
        rows.push(PublishedCount { definition_version: "without".into(), ..count("fraud", code, "2023", value) });
    }
    rows.extend((1..=4).map(|q| count("fraud-cvs-cjo", "FR", &format!("2023-Q{q}"), 121_586.375)));
    rows.extend((1..=12).map(|m| count("fraud-cvs-cjo", "FRM", &format!("2023-{m:02}"), 39_802.0)));
    rows
}

fn place(totals: &[Total], is: impl Fn(&Total) -> bool) -> usize {
    totals.iter().position(is).unwrap()
}

fn sum(w: &Waterfall) -> Amount {
    w.steps.iter().fold(w.from.value, |sum, step| sum.plus(step.amount)).plus(w.residual)
}

#[test]
fn each_step_between_what_differs_in_one_respect_is_measured() {
    let totals = totals(&fraud(), year());
    assert_eq!(totals.len(), 4, "{totals:#?}");
    let located = place(&totals, |t| matches!(t.reach, Reach::Located(2)));
    let months = place(&totals, |t| t.grain == beffroi_model::Grain::Month);
    let w = waterfall(&totals, &[], located, months).unwrap();
    let told: Vec<_> = w.steps.iter().map(|s| (s.cause, s.amount.as_f64())).collect();
    assert_eq!(told, [(Cause::NotLocated, 62_372.0), (Cause::Correction, -9_254.5), (Cause::Scope, -8_721.5)]);
    assert_eq!((w.residual, sum(&w)), (Amount::default(), w.to.value));
    assert!(w.mixed.is_empty());
}

#[test]
fn what_differs_in_two_respects_stays_in_the_residual() {
    let later = PublishedCount {
        definition_version: "2025".into(),
        vintage: "2025-10-14".parse().unwrap(),
        ..count("fraud", "FR", "2023", 500_000.0)
    };
    let totals = totals(&[count("fraud", "FR", "2023", 495_600.0), later], year());
    let w = waterfall(&totals, &[], 0, 1).unwrap();
    assert!(w.steps.is_empty(), "equality is not forced: {:?}", w.steps);
    assert_eq!(w.residual.as_f64().abs(), 4_400.0);
    assert_eq!(w.mixed, [Cause::Definition, Cause::Vintage]);
    // The twin: a third total that parts the two leaves nothing.
    let between = PublishedCount { vintage: "2025-10-14".parse().unwrap(), ..count("fraud", "FR", "2023", 497_000.0) };
    let mut rows = vec![count("fraud", "FR", "2023", 495_600.0), between];
    rows.push(PublishedCount {
        definition_version: "2025".into(),
        vintage: "2025-10-14".parse().unwrap(),
        ..count("fraud", "FR", "2023", 500_000.0)
    });
    let totals = super::totals(&rows, year());
    let from = place(&totals, |t| t.value.as_f64() == 495_600.0);
    let to = place(&totals, |t| t.value.as_f64() == 500_000.0);
    let w = waterfall(&totals, &[], from, to).unwrap();
    let told: Vec<_> = w.steps.iter().map(|s| (s.cause, s.amount.as_f64())).collect();
    assert_eq!(told, [(Cause::Vintage, 1_400.0), (Cause::Definition, 3_000.0)]);
    assert_eq!(w.residual, Amount::default());
}

#[test]
fn what_a_publication_tells_is_a_step_with_its_source() {
    let declared = Declared::builtin();
    assert!(!declared.is_empty() && Declared::read(include_str!("../../reconciliations.toml")).is_ok());
    let of = |definition: &str, vintage: &str, value: f64| PublishedCount {
        definition_version: definition.into(),
        vintage: vintage.parse().unwrap(),
        unit_of_count: "infraction".into(),
        ..count("atteintes-numeriques", "FR", "2023", value)
    };
    let rows = [
        of("SSMSI-2024 (without THESEE)", "2024-04-30", 278_770.0),
        of("SSMSI-2025 (with THESEE)", "2025-03-06", 341_000.0),
        of("ILN-Insee-2025", "2025-10-14", 358_300.0),
    ];
    let totals = totals(&rows, year());
    let at = |value: f64| place(&totals, |t| t.value.as_f64() == value);
    let w = waterfall(&totals, &declared, at(278_770.0), at(358_300.0)).unwrap();
    assert_eq!(w.steps.len(), 1);
    assert!(matches!(&w.steps[0].evidence, Evidence::Declared { source, .. } if source.fr.contains("SSMSI")));
    assert_eq!((w.residual.as_f64(), sum(&w)), (16_130.0, w.to.value));
    assert_eq!(w.mixed, [Cause::Definition, Cause::Vintage]);
    let back = waterfall(&totals, &declared, at(341_000.0), at(278_770.0)).unwrap();
    assert_eq!((back.steps[0].amount.as_f64(), back.residual.as_f64()), (-63_400.0, 1_170.0));
}

#[test]
fn totals_that_do_not_belong_together_are_refused() {
    let mut rows = fraud();
    rows.push(PublishedCount { layer: Layer::Survey, ..count("fraud", "FR", "2023", 1.0) });
    rows.push(count("other", "FR", "2023", 1.0));
    let all = totals(&rows, year());
    let (own, survey) = (place(&all, |t| t.value.as_f64() == 495_600.0), place(&all, |t| t.layer == Layer::Survey));
    let other = place(&all, |t| t.series == "other");
    assert_eq!(waterfall(&all, &[], own, survey), Err(WaterfallError::Layers));
    assert_eq!(waterfall(&all, &[], own, other), Err(WaterfallError::Series));
    assert_eq!(waterfall(&all, &[], own, 99), Err(WaterfallError::Unknown));
    let mut later = all.clone();
    later[other] = Total { period: "2024".parse().unwrap(), ..all[own].clone() };
    assert_eq!(waterfall(&later, &[], own, other), Err(WaterfallError::Periods));
}

#[test]
fn no_total_is_made_of_a_part_of_a_year_nor_across_definitions() {
    let months = |n: u32| (1..=n).map(|m| count("x", "FRM", &format!("2023-{m:02}"), 1.0)).collect::<Vec<_>>();
    assert_eq!(totals(&months(12), year()).len(), 1);
    assert!(totals(&months(11), year()).is_empty());
    let mut mixed = months(12);
    mixed[0].definition_version = "before".into();
    assert!(totals(&mixed, year()).is_empty(), "January under one definition, the rest under another");
    let parts = [count("x", "01", "2023", 1.0), count("x", "02", "2023", 1.0)];
    assert!(totals(&parts, year()).is_empty(), "departments alone do not tell what is missing");
}

fn any_count() -> impl Strategy<Value = PublishedCount> {
    let territory = prop::sample::select(vec!["FR", "FRM", "01", "02", "974", "NL"]);
    let period = prop::sample::select(vec!["2023", "2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4", "2022"]);
    let which = (0..2usize, 0..3usize, 0..2usize, 0..2usize);
    (territory, period, which, -1e6..1e6f64).prop_map(|(territory, period, (unit, definition, series, day), value)| {
        PublishedCount {
            unit_of_count: ["victime", "fait"][unit].into(),
            definition_version: ["a", "b", "c"][definition].into(),
            vintage: ["2024-01-01", "2025-01-01"][day].parse().unwrap(),
            ..count(["x", "x-cvs"][series], territory, period, value)
        }
    })
}

proptest! {
    #[test]
    fn steps_and_residual_make_the_difference_exactly(
        rows in prop::collection::vec(any_count(), 2..40), a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>(),
    ) {
        let totals = totals(&rows, year());
        prop_assume!(!totals.is_empty());
        let (a, b) = (a.index(totals.len()), b.index(totals.len()));
        let w = waterfall(&totals, &[], a, b).unwrap();
        prop_assert_eq!(sum(&w), w.to.value);
        for step in &w.steps {
            let Evidence::Measured(from, to) = &step.evidence else { panic!("nothing was declared") };
            prop_assert!(totals.contains(from) && totals.contains(to), "both were published");
            prop_assert_eq!(from.differs(to), vec![step.cause]);
            prop_assert_eq!(to.value.minus(from.value), step.amount);
        }
        // Of the respects in which the two differ, each is a step or stays mixed.
        for cause in totals[a].differs(&totals[b]) {
            let known = w.steps.iter().any(|s| s.cause == cause) || w.mixed.contains(&cause);
            let by_scope = cause == Cause::Scope || cause == Cause::NotLocated || cause == Cause::Definition;
            prop_assert!(known || by_scope, "{cause:?}: {w:#?}");
        }
    }

    #[test]
    fn amounts_are_exact(values in prop::collection::vec(-1_000_000_000i64..1_000_000_000, 0..50)) {
        let sum = values.iter().fold(Amount::default(), |s, v| s.plus(Amount::of(*v as f64 / 1000.0).unwrap()));
        prop_assert_eq!(sum.0, values.iter().sum::<i64>());
        prop_assert_eq!(Amount::of(f64::NAN), None);
    }
}
