//! A share, a median, a range and an index give away no small number.

use super::*;
use crate::protect_figures;

/// Category and year of reports of women, and of men.
fn sexes(groups: &[(&str, u32, u32)]) -> Figures {
    let card = card("women-share");
    let report = |n: u32, category: &str, sex: &str| ExampleReports {
        n,
        category: Some(category.into()),
        sex: Some(sex.into()),
        ..model(&card)
    };
    let all = groups.iter().flat_map(|(category, f, m)| [report(*f, category, "female"), report(*m, category, "male")]);
    run(&drawn(&card, all.collect()), &card, &by(&[Dimension::Category, Dimension::Year])).unwrap()
}

#[test]
fn a_share_of_few_is_hidden_and_so_is_a_share_that_leaves_few() {
    let few = protect_figures(&sexes(&[("AN-BIENS", 2, 40), ("AN-PERS", 30, 30), ("AN-INST", 30, 30)])).unwrap();
    assert!(few.figure(&["AN-BIENS", "2024"]).unwrap().status.is_hidden(), "2 of 42 are women");
    let rest = protect_figures(&sexes(&[("AN-BIENS", 40, 2), ("AN-PERS", 30, 30), ("AN-INST", 30, 30)])).unwrap();
    let figure = rest.figure(&["AN-BIENS", "2024"]).unwrap();
    assert!(figure.status.is_hidden() && figure.value.is_none(), "40 of 42 leaves two men");
    assert!(figure.numerator.is_none() && figure.denominator.is_none() && figure.guards.is_empty());
    let enough = protect_figures(&sexes(&[("AN-BIENS", 20, 20), ("AN-PERS", 30, 30), ("AN-INST", 30, 30)])).unwrap();
    assert!(enough.rows.iter().all(|f| f.value == Some(50.0)), "the twin: nothing is hidden where nothing is small");
}

#[test]
fn without_its_guards_the_same_share_would_be_printed() {
    let mut bare = sexes(&[("AN-BIENS", 40, 2), ("AN-PERS", 30, 30), ("AN-INST", 30, 30)]);
    bare.rows.iter_mut().for_each(|f| f.guards.clear());
    assert!(protect_figures(&bare).unwrap().rows.iter().all(|f| !f.status.is_hidden()));
}

#[test]
fn a_median_of_few_is_hidden() {
    let card = card("loss-median");
    let losses = |n: u32| {
        let reports = (0..n).map(|i| ExampleReports { loss_cents: Some(100 * i64::from(i)), ..model(&card) });
        let figures = run(&drawn(&card, reports.collect()), &card, &by(&[Dimension::Year])).unwrap();
        protect_figures(&figures).unwrap().rows[0].clone()
    };
    assert!(losses(4).status.is_hidden());
    assert_eq!(losses(5).value, Some(2.0));
}

#[test]
fn a_range_that_gives_back_a_small_number_is_hidden_with_both_bounds() {
    let card = card("ransomware-range");
    let figures = |known: u32, other: u32, silent: u32| {
        let report = |n: u32, phenomenon: Option<&str>| ExampleReports {
            n,
            phenomenon: phenomenon.map(str::to_owned),
            ..model(&card)
        };
        let all = vec![report(known, Some("ransomware")), report(other, Some("intrusion")), report(silent, None)];
        protect_figures(&run(&drawn(&card, all), &card, &by(&[Dimension::Year])).unwrap()).unwrap().rows[0].clone()
    };
    for (known, other, silent) in [(3, 20, 20), (20, 3, 20), (20, 20, 3)] {
        let figure = figures(known, other, silent);
        assert!(figure.status.is_hidden(), "{known} {other} {silent}");
        assert!(figure.interval.is_none() && figure.completeness.is_none());
    }
    let shown = figures(20, 20, 40);
    assert_eq!((shown.value, shown.interval, shown.completeness), (Some(20.0), Some((20.0, 60.0)), Some(0.5)));
}

#[test]
fn an_index_with_a_small_base_is_hidden_as_a_whole() {
    let card = card("digital-offences-index");
    let reports = [(3, "2023-05-01"), (30, "2024-05-01"), (40, "2025-05-01")];
    let reports = reports.map(|(n, day)| ExampleReports { n, day: day.into(), ..model(&card) });
    let raw = run(&drawn(&card, reports.to_vec()), &card, &by(&[Dimension::Year])).unwrap();
    assert_eq!(raw.value(&["2024"]), Some(1000.0));
    let shown = protect_figures(&raw).unwrap();
    assert!(shown.rows.iter().all(|f| f.status.is_hidden()), "30 is printed elsewhere: 1000 would tell the base");
    let mut bare = raw;
    bare.certificate.method = None;
    let shown = protect_figures(&bare).unwrap();
    assert!(shown.rows.iter().any(|f| f.value.is_some()), "the twin: figure by figure, one is printed");
}
