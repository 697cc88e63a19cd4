//! Regions, parts of the country, and where nothing is known.

use super::*;
use crate::examples::count;
use beffroi_ports::doubles::MemoryFacts;

fn places(card: &Card) -> MemoryFacts {
    let report = |n: u32, territory: &str| ExampleReports { n, territory: territory.into(), ..model(card) };
    drawn(card, vec![report(5, "01"), report(6, "69"), report(7, "974"), report(8, "975"), report(9, "NL")])
}

#[test]
fn a_region_is_the_sum_of_its_departments_and_what_is_not_located_stays_apart() {
    let card = card("digital-offences");
    let of = |dimension| {
        let figures = run(&places(&card), &card, &by(&[dimension])).unwrap();
        let row = |f: &crate::Figure| (f.keys[0].clone().unwrap(), f.value.unwrap());
        figures.rows.iter().map(row).collect::<Vec<_>>()
    };
    let own = |pairs: &[(&str, f64)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), *v)).collect::<Vec<_>>();
    assert_eq!(of(Dimension::Region), own(&[("975", 8.0), ("NL", 9.0), ("R04", 7.0), ("R84", 11.0)]));
    assert_eq!(of(Dimension::Area), own(&[("COM", 8.0), ("DROM", 7.0), ("FRM", 11.0), ("NL", 9.0)]));
    let filter = |text: &str| Request::read(&[], None, None, &[text.to_owned()], None, None).unwrap();
    assert_eq!(run(&places(&card), &card, &filter("region=R84")).unwrap().rows[0].value, Some(11.0));
    assert_eq!(run(&places(&card), &card, &filter("area=NL")).unwrap().rows[0].value, Some(9.0));
}

#[test]
fn a_rate_divides_by_the_population_of_its_place_and_nobody_lives_nowhere() {
    let card = card("digital-offences-rate");
    let figures = run(&places(&card), &card, &by(&[Dimension::Region])).unwrap();
    let region = figures.figure(&["R84"]).unwrap();
    assert!(region.denominator.unwrap() > 8_000_000.0 && region.interval.is_some());
    let nowhere = figures.figure(&["NL"]).unwrap();
    assert_eq!((nowhere.value, nowhere.numerator, nowhere.denominator), (None, Some(9.0), None));
    let country = run(&places(&card), &card, &Request::default()).unwrap();
    assert_eq!(country.rows[0].numerator, Some(35.0), "the country counts what is not located");
}

#[test]
fn a_published_region_needs_all_of_its_departments() {
    let card = card("fraud-victims");
    let source = card.sources[0].clone();
    let corsica = |territory: &str, value: f64| {
        let mut row = count(&source, "2023", territory, value, None);
        row.series = "escroqueries".into();
        row
    };
    let whole = MemoryFacts::holding(Vec::new(), vec![corsica("2A", 5.0), corsica("2B", 6.0), corsica("FR", 20.0)]);
    let figures = run(&whole, &card, &by(&[Dimension::Region, Dimension::Year])).unwrap();
    assert_eq!(figures.value(&["R94", "2023"]), Some(11.0));
    assert_eq!(figures.value(&["NL", "2023"]), Some(9.0), "the sum of the departments is not the country");
    let part = MemoryFacts::holding(Vec::new(), vec![corsica("2A", 5.0), corsica("FR", 20.0)]);
    let figures = run(&part, &card, &by(&[Dimension::Region, Dimension::Year])).unwrap();
    assert_eq!(figures.value(&["R94", "2023"]), None, "one department is no region");
}

#[test]
fn what_no_source_tells_is_not_available_and_never_zero() {
    let nothing = MemoryFacts::new();
    for card in Catalogue::builtin().cards() {
        let figures = run(&nothing, card, &Request::default()).unwrap();
        assert_eq!(figures.rows.len(), 1, "{}", card.code);
        assert_eq!((figures.rows[0].value, figures.rows[0].status.code()), (None, "M"), "{}", card.code);
    }
    let card = card("digital-offences");
    let filter = Request::read(&[], None, None, &["category=AN-LEGI".to_owned()], None, None).unwrap();
    assert_eq!(
        run(&places(&card), &card, &filter).unwrap().rows[0].value,
        Some(0.0),
        "reports came, and none of these"
    );
    let later = Request { from: "2031".parse().ok(), ..filter };
    assert_eq!(run(&places(&card), &card, &later).unwrap().rows[0].value, None, "nobody reported on 2031 yet");
}
