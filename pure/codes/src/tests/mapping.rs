//! What a code is worth in another list.

use super::drawn;
use crate::*;
use jiff::civil::{Date, date};

const DAY: Date = Date::constant(2026, 6, 1);

fn map(from: &str, code: &str, to: &str) -> Mapping {
    Lists::house().map(from, code, to, DAY).unwrap_or_else(|error| panic!("{error}"))
}

fn ends(mapping: &Mapping) -> Vec<(&str, Match)> {
    mapping.ways.iter().map(|way| (way.link.to.as_str(), way.link.kind)).collect()
}

#[test]
fn a_revoked_technique_is_read_as_the_one_that_replaced_it() {
    let mapping = map("attack", "T1656", "phenomena");
    assert_eq!(mapping.now, ["T1684.001"]);
    assert!(mapping.ways.iter().all(|way| way.link.from == "T1684.001"));
    assert!(ends(&mapping).contains(&("identity_theft", Match::Related)), "{mapping:?}");
    assert_eq!(mapping.ways[0].link.confidence.to_string(), "0.7");
    // The same list: only what it has become.
    assert_eq!(map("attack", "T1656", "attack"), Mapping { now: vec!["T1684.001".into()], ways: Vec::new() });
}

#[test]
fn an_article_of_one_code_is_not_that_of_another() {
    let index = map("articles", "CP 323-1", "etat4001");
    assert_eq!(ends(&index), [("107", Match::Broader)], "attacks on systems fall under index 107");
    assert!(map("articles", "CR R323-1", "etat4001").ways.is_empty(), "the inspection of vehicles does not");
    let missing = Lists::house().map("articles", "323-1", "etat4001", DAY);
    assert!(matches!(missing, Err(MappingError::NoCode { .. })), "a number alone is no article");
}

#[test]
fn imported_offences_lead_to_the_article_of_their_own_law() {
    let file = "Numéro NATINF;Nature de l'infraction;Qualification de l'infraction;Définie par;Réprimée par\n\
        22000;Contravention de classe 4;VEHICULE SANS CONTROLE;ART.R.323-1 §I C.ROUTE.;\n\
        58;Délit;ACCES A UN SYSTEME;ART.323-1 AL.1 C.PENAL.;\n";
    let edition = Edition { version: "2026-04".into(), date: date(2026, 4, 1) };
    let lists = Lists::house().with(read_list("natinf", file.as_bytes(), Some(edition)).unwrap().list);
    let to = |code: &str, to: &str| {
        let mapping = lists.map("natinf", code, to, DAY).unwrap();
        mapping.ways.into_iter().map(|way| way.link.to).collect::<Vec<_>>()
    };
    assert_eq!(to("22000", "articles"), ["CR R323-1"]);
    assert_eq!(to("58", "articles"), ["CP 323-1 al.1"]);
    assert!(to("22000", "etat4001").is_empty());
    let back = lists.map("articles", "CR R323-1", "natinf", DAY).unwrap();
    assert_eq!(ends(&back), [("22000", Match::Narrower)]);
}

#[test]
fn one_list_between_is_gone_over_when_nothing_leads_there_directly() {
    assert!(!crosswalks().any(|crosswalk| crosswalk.from == "natinf_excerpt" && crosswalk.to == "etat4001"));
    let mapping = map("natinf_excerpt", "7875", "etat4001");
    assert!(!mapping.ways.is_empty());
    for way in &mapping.ways {
        assert_eq!(way.through.len(), 2, "{way:?}");
        assert!(way.link.confidence < Confidence::CERTAIN);
    }
}

#[test]
fn what_leads_nowhere_is_said() {
    let refused = |from, to| Lists::house().map(from, "53", to, DAY).unwrap_err();
    assert!(matches!(refused("none", "rsit"), MappingError::NoList(_)));
    assert!(matches!(refused("departments", "none"), MappingError::NoList(_)));
    let MappingError::NoCrosswalk { reached, .. } = refused("departments", "rsit") else { panic!("a crosswalk") };
    assert!(reached.is_empty());
}

#[test]
fn a_target_that_was_replaced_is_followed() {
    // A new version of ATT&CK in which a linked technique is split in two.
    let attack = list("attack").unwrap();
    let mut text = attack.to_text().replace("# version: 19\n", "# version: 20\n").replace("2026-04-30", "2026-05-31");
    let row = text.lines().find(|line| line.starts_with("T1684.001,")).unwrap().to_owned();
    let cells: Vec<&str> = row.split(',').collect();
    let ended = [&cells[..6], &["T9001|T9002"], &cells[7..]].concat().join(",");
    text = text.replace(&row, &ended);
    for code in ["T9001", "T9002"] {
        text.push_str(&row.replacen("T1684.001", code, 1));
        text.push('\n');
    }
    let next = parse("attack", &text).unwrap();
    let lists = Lists::house().with(next);
    let ways = lists.map("phenomena", "identity_theft", "attack", DAY).unwrap().ways;
    let ends: Vec<&str> = ways.iter().map(|way| way.link.to.as_str()).collect();
    assert!(ends.contains(&"T9001") && ends.contains(&"T9002") && !ends.contains(&"T1684.001"), "{ends:?}");
    let split = ways.iter().filter(|way| way.link.to.starts_with("T900"));
    assert!(split.into_iter().all(|way| way.link.kind == Match::Related));
    let crosswalk = crosswalk("phenomena", "attack").unwrap();
    let lost = Lists::house().links_lost(&lists, crosswalk, date(2026, 5, 31));
    assert!(!lost.is_empty() && lost.iter().all(|link| link.to == "T1684.001"), "{lost:?}");
    assert!(lists.links_lost(&lists, crosswalk, date(2026, 5, 31)).is_empty());
}

#[test]
fn a_split_code_is_told_by_all_that_it_became() {
    let list =
        drawn("A,a,a,,,,B|C,true,false\nB,b,b,,,,,true,false\nC,c,c,,,,,true,false\nE,e,e,,,2020-01-01,,true,false\n");
    let lists = Lists::house().with(list);
    assert_eq!(lists.map("drawn", "A", "drawn", DAY).unwrap().now, ["B", "C"]);
    assert!(lists.map("drawn", "E", "drawn", DAY).unwrap().now.is_empty());
}
