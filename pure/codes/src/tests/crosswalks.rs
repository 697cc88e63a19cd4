//! Links lead to codes that exist, and two links in a row say less than each alone.

use super::names_in;
use crate::crosswalks::CROSSWALKS;
use crate::*;
use jiff::civil::{Date, date};
use proptest::prelude::*;

const HEAD: &str = "# version: 1\n# date: 2024-01-01\n# source: drawn\n# licence: EUPL-1.2\n# from: a\n# to: b\n\
    from,to,kind,confidence,valid_from,valid_to,verified\n";

fn drawn(rows: &str) -> Crosswalk {
    parse_crosswalk("drawn", &format!("{HEAD}{rows}")).unwrap_or_else(|e| panic!("{e}"))
}

fn refused(rows: &str) -> String {
    parse_crosswalk("drawn", &format!("{HEAD}{rows}")).expect_err("a wrong crosswalk").to_string()
}

#[test]
fn every_crosswalk_reads_and_is_listed() {
    for embedded in &CROSSWALKS {
        let crosswalk = parse_crosswalk(embedded.name, embedded.text).unwrap_or_else(|e| panic!("{e}"));
        assert!(embedded.text.starts_with(&format!("# name: {}\n", embedded.name)));
        assert_eq!(embedded.name, format!("{}_{}", crosswalk.from, crosswalk.to));
        assert_eq!(super::super::crosswalk(&crosswalk.from, &crosswalk.to).unwrap(), &crosswalk);
    }
    let listed: Vec<&str> = CROSSWALKS.iter().map(|embedded| embedded.name).collect();
    assert!(listed.is_sorted());
    assert_eq!(names_in("crosswalks"), listed);
}

#[test]
fn the_ends_of_every_link_exist_at_a_common_date() {
    for crosswalk in crosswalks() {
        let (from, to) = (list(&crosswalk.from).unwrap(), list(&crosswalk.to).unwrap());
        let broken: Vec<_> = crosswalk.broken(from, to).collect();
        assert!(broken.is_empty(), "{}: {broken:?}", crosswalk.name);
    }
}

#[test]
fn a_link_without_its_ends_or_a_common_day_is_found() {
    let a = super::drawn("A,a,a,,,2010-01-01,,true,false\n");
    let b = super::drawn("B,b,b,,2010-01-01,,,true,false\nC,c,c,,2010-01-02,,,true,false\nD,d,d,,,,B,true,false\n");
    let links =
        drawn("A,B,exact,1,,,true\nA,C,exact,1,,,true\nA,D,exact,1,,,true\nA,Z,exact,1,,,true\nZ,B,exact,1,,,true\n");
    let broken: Vec<(&str, Broken)> = links.broken(&a, &b).map(|(link, why)| (link.to.as_str(), why)).collect();
    assert_eq!(
        broken,
        [("C", Broken::NoCommonDay), ("D", Broken::NoCommonDay), ("Z", Broken::To), ("B", Broken::From)]
    );
    // A link may hold on no day that both codes share.
    let late = drawn("A,B,exact,1,2010-01-02,,true\n");
    assert_eq!(late.broken(&a, &b).count(), 1);
    assert_eq!(drawn("A,B,exact,1,2010-01-01,,true\n").broken(&a, &b).count(), 0);
}

#[test]
fn every_phenomenon_has_its_links_and_they_say_what_the_list_says() {
    let phenomena = list("phenomena").unwrap();
    for to in ["articles", "digital_offences", "iccs", "rsit"] {
        assert!(crosswalk("phenomena", to).unwrap().unlinked(phenomena).is_empty(), "{to}");
    }
    let offences = crosswalk("phenomena", "digital_offences").unwrap();
    for code in phenomena.codes() {
        let links: Vec<&Link> = offences.links_of(&code.code, phenomena.date).collect();
        let broader = |to: &str| links.iter().any(|link| link.to == to && link.kind == Match::Broader);
        assert!(broader(code.parent.as_deref().unwrap()), "{}", code.code);
        assert_eq!(broader("ASTAD"), code.flag("astad"), "{}", code.code);
    }
    for to in ["articles", "budapest", "un_convention", "iccs"] {
        assert!(
            crosswalk("phenomena", to).unwrap().links().iter().all(|link| !link.verified),
            "{to}: no jurist has read it"
        );
    }
}

#[test]
fn kinds_weaken_as_documented() {
    use Match::{Broader, Exact, Narrower, Related};
    let table = [
        (Exact, [Exact, Broader, Narrower, Related]),
        (Broader, [Broader, Broader, Related, Related]),
        (Narrower, [Narrower, Related, Narrower, Related]),
        (Related, [Related; 4]),
    ];
    for (first, row) in table {
        for (second, expected) in Match::ALL.into_iter().zip(row) {
            assert_eq!(first.then(second), expected, "{first:?} then {second:?}");
        }
    }
    assert_eq!(
        Match::ALL.map(Match::skos),
        ["skos:exactMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"]
    );
}

#[test]
fn two_crosswalks_make_one() {
    let to_articles = crosswalk("phenomena", "articles").unwrap();
    let way = to_articles.then(crosswalk("articles", "etat4001").unwrap()).unwrap();
    let day = date(2024, 6, 1);
    let links: Vec<&Link> = way.links_of("fake_bank_adviser", day).collect();
    let [link] = links.as_slice() else { panic!("{links:?}") };
    assert_eq!((link.to.as_str(), link.kind, link.confidence.to_string()), ("91", Match::Broader, "0.81".to_owned()));
    assert!(!link.verified);
    // It goes by 323-2 and by 323-3 to 107, and that is one link.
    let indexes: Vec<(&str, Match)> =
        way.links_of("ransomware", day).map(|link| (link.to.as_str(), link.kind)).collect();
    assert_eq!(indexes, [("107", Match::Broader), ("11", Match::Related)]);
    let refused = to_articles.then(crosswalk("rsit", "attack").unwrap()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`phenomena_articles` leads to the list `articles`, and `rsit_attack` starts from `rsit`"
    );
}

#[test]
fn a_way_holds_on_the_days_of_both_halves() {
    let turned = |rows: &str| Crosswalk { from: "b".into(), to: "c".into(), ..drawn(rows) };
    let first = drawn("A,B,exact,1,2010-01-01,2015-12-31,true\n");
    let way = |rows: &str| first.then(&turned(rows)).unwrap();
    let both = way("B,C,exact,0.5,2012-01-01,,true\n");
    let [link] = both.links() else { panic!() };
    assert_eq!((link.valid_from, link.valid_to), (Some(date(2012, 1, 1)), Some(date(2015, 12, 31))));
    assert!(link.holds_on(date(2015, 12, 31)) && !link.holds_on(date(2011, 12, 31)) && link.verified);
    assert!(way("B,C,exact,0.5,2016-01-01,,true\n").links().is_empty());
}

#[test]
fn the_surest_of_several_ways_is_kept_and_both_halves_must_be_checked() {
    let first = drawn("A,M,broader,0.5,,,true\nA,N,broader,0.9,,,true\nA,O,related,1,,,true\n");
    let rows = "M,Z,broader,1,,,true\nN,Z,broader,1,,,false\nO,Z,exact,1,,,true\n";
    let way = first.then(&Crosswalk { from: "b".into(), to: "c".into(), ..drawn(rows) }).unwrap();
    let links: Vec<_> =
        way.links().iter().map(|link| (link.kind, link.confidence.to_string(), link.verified)).collect();
    assert_eq!(links, [(Match::Broader, "0.9".to_owned(), false), (Match::Related, "1".to_owned(), true)]);
}

#[test]
fn a_wrong_crosswalk_is_refused_with_its_row() {
    let good = "A,B,exact,0.5,,,true\n";
    drawn(good);
    assert!(refused(&format!("{good}{good}")).contains("row 2, column `to`: the pair stands twice"));
    for (wrong, column) in [
        (",B,exact,0.5,,,true\n", "from"),
        ("A,,exact,0.5,,,true\n", "to"),
        ("A,B,close,0.5,,,true\n", "kind"),
        ("A,B,exact,0,,,true\n", "confidence"),
        ("A,B,exact,1.5,,,true\n", "confidence"),
        ("A,B,exact,0.1234567,,,true\n", "confidence"),
        ("A,B,exact,-0.5,,,true\n", "confidence"),
        ("A,B,exact,0.5,2024-13-01,,true\n", "valid_from"),
        ("A,B,exact,0.5,2024-01-02,2024-01-01,true\n", "valid_to"),
        ("A,B,exact,0.5,,,perhaps\n", "verified"),
    ] {
        assert!(refused(wrong).contains(&format!("row 1, column `{column}`")), "{wrong}");
    }
    let text = format!("{HEAD}{good}");
    for key in ["version", "date", "source", "licence", "from", "to"] {
        let without: String =
            text.lines().filter(|l| !l.starts_with(&format!("# {key}:"))).map(|l| format!("{l}\n")).collect();
        assert!(parse_crosswalk("x", &without).unwrap_err().to_string().contains(&format!("# {key}:")), "{key}");
    }
    assert!(parse_crosswalk("x", &text.replace("valid_to", "until")).is_err());
}

fn a_confidence() -> impl Strategy<Value = Confidence> {
    (1_u32..=1_000_000).prop_map(|of| Confidence::millionths(of).unwrap())
}

fn a_kind() -> impl Strategy<Value = Match> {
    prop::sample::select(Match::ALL.to_vec())
}

fn some_links(from: &'static str, to: &'static str) -> impl Strategy<Value = Crosswalk> {
    let one = (0..4, 0..4, a_kind(), a_confidence(), super::a_day(), super::a_day(), any::<bool>());
    prop::collection::vec(one, 0..12).prop_map(move |drawn_links| Crosswalk {
        name: format!("{from}_{to}"),
        from: from.to_owned(),
        to: to.to_owned(),
        links: drawn_links
            .into_iter()
            .map(|(a, b, kind, confidence, x, y, verified)| {
                let (valid_from, valid_to) = if x.zip(y).is_some_and(|(x, y)| y < x) { (y, x) } else { (x, y) };
                Link {
                    from: format!("{from}{a}"),
                    to: format!("{to}{b}"),
                    kind,
                    confidence,
                    valid_from,
                    valid_to,
                    verified,
                }
            })
            .collect(),
        ..drawn("")
    })
}

proptest! {
    #[test]
    fn a_way_is_never_surer_or_more_telling_than_its_halves(
        first in some_links("a", "b"), second in some_links("b", "c"), year in 1990_i16..2030,
    ) {
        let day = Date::new(year, 1, 15).unwrap();
        let way = first.then(&second).unwrap();
        for link in way.links() {
            let whole = |l: &&Link, m: &&Link| l.from == link.from && m.to == link.to && l.to == m.from;
            let halves = first.links().iter().flat_map(|l| second.links().iter().map(move |m| (l, m)));
            let halves: Vec<_> = halves.filter(|(l, m)| whole(l, m)).collect();
            let one = halves.iter().any(|(l, m)| {
                l.kind.then(m.kind) == link.kind && l.confidence.times(m.confidence) == link.confidence
                    && link.confidence <= l.confidence && link.confidence <= m.confidence
                    && (!link.verified || (l.verified && m.verified))
                    && (!link.holds_on(day) || (l.holds_on(day) && m.holds_on(day)))
            });
            prop_assert!(one);
        }
        // No way is lost: each pair of halves with a common day has a link of its kind that is at least as sure.
        for l in first.links() {
            for m in second.links().iter().filter(|m| m.from == l.to && l.holds_on(day) && m.holds_on(day)) {
                let sure = l.confidence.times(m.confidence);
                let kept = way.links_of(&l.from, day).any(|w| {
                    w.to == m.to && w.kind == l.kind.then(m.kind) && w.confidence >= sure
                });
                prop_assert!(kept);
            }
        }
    }

    #[test]
    fn the_other_way_round_is_the_way_of_the_other_ways(first in some_links("a", "b"), second in some_links("b", "c")) {
        let sorted = |crosswalk: Crosswalk| { let mut links = crosswalk.links; links.sort(); links };
        let there = first.then(&second).unwrap().inverse();
        let back = second.inverse().then(&first.inverse()).unwrap();
        prop_assert_eq!(sorted(there), sorted(back));
        prop_assert_eq!(first.inverse().inverse().links, first.links);
    }

    #[test]
    fn kinds_compose_in_any_grouping(a in a_kind(), b in a_kind(), c in a_kind()) {
        prop_assert_eq!(a.then(b).inverse(), b.inverse().then(a.inverse()));
        prop_assert_eq!(a.then(b).then(c), a.then(b.then(c)));
    }

    #[test]
    fn a_confidence_reads_back(confidence in a_confidence()) {
        prop_assert_eq!(Confidence::read(&confidence.to_string()), Some(confidence));
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,200}", rows in "([A-Z]?,[A-Z]?,(exact|x),[01]?.?[0-9]{0,7},,,(true|x)\n){0,4}") {
        let _ = parse_crosswalk("drawn", &text);
        let _ = parse_crosswalk("drawn", &format!("{HEAD}{rows}"));
    }
}
