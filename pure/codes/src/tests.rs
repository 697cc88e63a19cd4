//! The embedded lists hold what the house relies on, and a wrong list is refused.

use super::*;
use beffroi_model::{Layer, ReportKind, Territory, TerritoryKind, VictimKind};
use jiff::civil::Date;
use proptest::prelude::*;

const HEAD: &str = "# version: 1\n# date: 2024-01-01\n# source: drawn\n# licence: EUPL-1.2\n\
    code,label_fr,label_en,parent,valid_from,valid_to,replaced_by,verified,nested\n";

fn refused(rows: &str) -> String {
    parse("drawn", &format!("{HEAD}{rows}")).expect_err("a wrong list").to_string()
}

#[test]
fn every_list_reads() {
    for (name, text) in LISTS {
        let list = parse(name, text).unwrap_or_else(|e| panic!("{e}"));
        assert!(list.codes().count() > 0, "{name} is empty");
        assert!(text.starts_with(&format!("# name: {name}\n")), "{name} says another name");
    }
    assert_eq!(lists().count(), LISTS.len());
    assert!(LISTS.is_sorted());
}

#[test]
fn every_file_of_the_folder_is_listed() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("lists");
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    found.sort();
    assert_eq!(found, LISTS.map(|(name, _)| name.to_owned()));
}

#[test]
fn parents_exist() {
    for list in lists() {
        for code in list.every_code() {
            let Some(parent) = &code.parent else { continue };
            let above = list.parent_list.as_deref().unwrap_or_else(|| panic!("{} names no parent list", list.name));
            assert!(crate::list(above).unwrap().code(parent).is_some(), "{}: {parent}", list.name);
        }
    }
}

#[test]
fn departments_are_101_each_in_a_region_and_each_a_territory_of_the_model() {
    let departments = list("departments").unwrap();
    let real: Vec<&Code> = departments.codes().filter(|c| c.extra("kind") == Some("department")).collect();
    assert_eq!(real.len(), 101);
    for code in departments.every_code() {
        let territory: Territory = code.code.parse().unwrap();
        let kind = match code.extra("kind").unwrap() {
            "department" => TerritoryKind::Department,
            "collectivity" => TerritoryKind::Collectivity,
            "not-located" => TerritoryKind::NotLocated,
            "abroad" => TerritoryKind::Abroad,
            other => panic!("{other}"),
        };
        assert_eq!(territory.kind(), kind, "{territory}");
    }
    let population: u64 = real.iter().map(|c| c.extra("population").unwrap().parse::<u64>().unwrap()).sum();
    assert!((67_000_000..70_000_000).contains(&population));
    assert!(real.iter().all(|c| c.parent.is_some()));
}

#[test]
fn a_former_region_counts_under_the_one_that_replaced_it() {
    let regions = list("regions").unwrap();
    assert_eq!(regions.codes().count(), 18);
    let before = Date::constant(2015, 12, 31);
    let after = Date::constant(2016, 1, 1);
    assert_eq!(regions.on("R42", before).unwrap().label("fr"), "Alsace");
    assert_eq!(regions.on("R42", after).unwrap().label("fr"), "Grand Est");
    assert!(regions.on("R44", before).is_none());
    assert!(regions.on("R99", after).is_none());
}

#[test]
fn there_are_four_categories_and_astad_is_none_of_them() {
    let categories = list("digital_offences").unwrap();
    let codes: Vec<&str> = categories.codes().map(|c| c.code.as_str()).collect();
    assert_eq!(codes, ["AN-BIENS", "AN-PERS", "AN-INST", "AN-LEGI"]);
    assert!(categories.code("ASTAD").unwrap().nested);
    assert_eq!(categories.label("AN-INST", "en"), "Digital offences against institutions and public order");
    assert_eq!(categories.label("AN-X", "en"), "AN-X");
}

#[test]
fn phenomena_have_a_category_and_are_shown_as_unverified() {
    let phenomena = list("phenomena").unwrap();
    assert_eq!(phenomena.codes().count(), 27);
    assert!(phenomena.codes().all(|c| !c.verified && c.parent.is_some() && c.extra("articles").is_some()));
    assert!(phenomena.code("ransomware").unwrap().flag("astad"));
    assert!(!phenomena.code("phishing").unwrap().flag("astad"));
}

#[test]
fn the_model_and_the_lists_agree() {
    let codes = |name: &str| list(name).unwrap().codes().map(|c| c.code.clone()).collect::<Vec<_>>();
    assert_eq!(codes("layers"), Layer::ALL.map(|l| l.code().to_owned()));
    assert_eq!(codes("victim_kinds"), VictimKind::ALL.map(|k| k.code().to_owned()));
    assert_eq!(codes("report_kinds"), ReportKind::ALL.map(|k| k.code().to_owned()));
    for name in ["platforms", "published_series"] {
        for code in list(name).unwrap().every_code() {
            assert!(
                list("units_of_count").unwrap().code(code.extra("unit_of_count").unwrap()).is_some(),
                "{}",
                code.code
            );
            assert!(code.extra("layer").unwrap().parse::<Layer>().is_ok());
        }
    }
}

#[test]
fn a_wrong_list_is_refused_with_its_row() {
    assert!(refused("A,a,a,,,,,true,false\nA,b,b,,,,,true,false\n").contains("row 2, column `code`: stands twice"));
    assert!(refused("A,,a,,,,,true,false\n").contains("label_fr"));
    assert!(refused("A,a,,,,,,true,false\n").contains("label_en"));
    assert!(refused("A,a,a,,2024-02-30,,,true,false\n").contains("valid_from"));
    assert!(refused("A,a,a,,,,B,true,false\n").contains("replaced_by"));
    assert!(refused("A,a,a,,,,,maybe,false\n").contains("verified"));
    assert!(refused("A,a\n").contains("row 1"));
    assert!(parse("x", "code\n").is_err());
    assert!(parse("x", &HEAD.replace("# licence: EUPL-1.2\n", "")).unwrap_err().to_string().contains("licence"));
    assert!(parse("x", &HEAD.replace("label_en", "english")).is_err());
}

#[test]
fn a_circle_of_replacements_ends() {
    let rows = "A,a,a,,,2000-01-01,B,true,false\nB,b,b,,,2000-01-01,A,true,false\n";
    let list = parse("drawn", &format!("{HEAD}{rows}")).unwrap();
    assert!(list.on("A", Date::constant(2024, 1, 1)).is_none());
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}", rows in "([A-Z]?,[a-z]?,[a-z]?,,,,[A-Z]?,(true|x),false\n){0,4}") {
        let _ = parse("drawn", &text);
        let _ = parse("drawn", &format!("{HEAD}{rows}"));
    }
}
