//! The embedded lists hold what the house relies on, and a wrong list is refused.

use super::{HEAD, drawn, refused};
use crate::lists::LISTS;
use crate::*;
use beffroi_model::{Layer, ReportKind, Sex, Territory, TerritoryKind, VictimKind};
use jiff::civil::Date;
use proptest::prelude::*;

#[test]
fn every_list_reads() {
    for embedded in &LISTS {
        let (name, text) = (embedded.name, embedded.text);
        let list = parse(name, text).unwrap_or_else(|e| panic!("{e}"));
        assert!(list.codes().count() > 0, "{name} is empty");
        assert!(text.starts_with(&format!("# name: {name}\n")), "{name} says another name");
    }
    assert_eq!(lists().count(), LISTS.len());
    assert!(LISTS.is_sorted_by_key(|embedded| embedded.name));
}

#[test]
fn every_file_of_the_folder_is_listed() {
    let listed: Vec<&str> = LISTS.iter().map(|embedded| embedded.name).collect();
    assert_eq!(super::names_in("lists"), listed);
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
    assert_eq!(codes("sexes"), Sex::ALL.map(|s| s.code().to_owned()));
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
    assert!(refused("A,a,a,,,,B,true,false\n").contains("`replaced_by`: names no code of the list"));
    assert!(refused("A,a,a,,,,C|B,true,false\nC,c,c,,,,,true,false\n").contains("names no code of the list"));
    assert!(refused("A,a,a,,,,,maybe,false\n").contains("verified"));
    assert!(refused("A,a\n").contains("row 1"));
    assert!(parse("x", "code\n").is_err());
    assert!(parse("x", &HEAD.replace("# licence: EUPL-1.2\n", "")).unwrap_err().to_string().contains("licence"));
    assert!(parse("x", &HEAD.replace("label_en", "english")).is_err());
}

#[test]
fn a_circle_of_replacements_is_refused() {
    let two = "A,a,a,,,2000-01-01,B,true,false\nB,b,b,,,2000-01-01,A,true,false\n";
    assert!(refused(two).contains("column `replaced_by`: leads back to the code itself"));
    assert!(refused("A,a,a,,,,A,true,false\n").contains("leads back"));
    // Off the circle, but leading to it; and a circle behind one way of a split.
    assert!(refused(&format!("C,c,c,,,,A,true,false\n{two}")).contains("leads back"));
    assert!(refused(&format!("D,d,d,,,,,true,false\nC,c,c,,,,D|A,true,false\n{two}")).contains("leads back"));
    // The twin: the same codes without the last step hold.
    drawn(&two.replace(",A,true", ",,true"));
}

#[test]
fn a_code_that_ends_before_it_begins_is_refused() {
    assert!(refused("A,a,a,,2020-01-02,2020-01-01,,true,false\n").contains("lies before valid_from"));
    drawn("A,a,a,,2020-01-01,2020-01-01,,true,false\n");
}

#[test]
fn one_language_is_enough_only_where_the_head_says_which() {
    let text = format!("{}A,,a name,,,,,true,false\n", HEAD.replace("# licence", "# label-language: en\n# licence"));
    let list = parse("drawn", &text).unwrap();
    assert_eq!(list.label_language.as_deref(), Some("en"));
    assert_eq!(list.label("A", "fr"), "a name");
    assert!(parse("drawn", &text.replace("language: en", "language: fr")).is_err());
    assert!(
        parse("drawn", &text.replace("language: en", "language: de")).unwrap_err().to_string().contains("fr or en")
    );
    assert!(refused("A,,a name,,,,,true,false\n").contains("label_fr"));
}

#[test]
fn what_the_domain_marks_to_be_verified_stays_marked() {
    let unverified = |name: &str| list(name).unwrap().every_code().iter().filter(|code| !code.verified).count();
    assert_eq!(unverified("un_convention"), list("un_convention").unwrap().every_code().len());
    let checked = |name: &str| -> Vec<&str> {
        list(name).unwrap().every_code().iter().filter(|code| code.verified).map(|code| code.code.as_str()).collect()
    };
    assert_eq!(checked("budapest"), ["16", "29", "35"]);
    assert_eq!(checked("iccs"), ["0903", "09031", "0701", "030221", "0501", "0503", "08022"]);
    assert_eq!(checked("natinf_excerpt"), ["7875"]);
    // Read in the text in force, with its day.
    assert!(checked("article_versions").iter().all(|code| code.contains("CP 323-") && code.ends_with("@2023-01-26")));
}

#[test]
fn what_lists_say_of_one_another_holds() {
    let laws = list("laws").unwrap();
    for article in list("articles").unwrap().every_code() {
        assert!(laws.code(article.extra("law").unwrap()).is_some(), "{}", article.code);
        assert!(article.code.parse::<Article>().unwrap().to_string() == article.code);
    }
    let tactics = list("attack_tactics").unwrap();
    let attack = list("attack").unwrap();
    assert_eq!(attack.codes().count(), 834);
    for technique in attack.codes() {
        for tactic in technique.extra("tactics").unwrap().split('|') {
            let code = format!("{}/{tactic}", technique.extra("domain").unwrap());
            assert!(tactics.code(&code).is_some_and(|t| t.in_force_on(tactics.date)), "{}: {code}", technique.code);
        }
    }
    assert_eq!(list("etat4001").unwrap().codes().count(), 107);
    assert_eq!(list("etat4001").unwrap().codes().filter(|index| !index.flag("used")).count(), 4);
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}", rows in "([A-Z]?,[a-z]?,[a-z]?,,,,[A-Z]?,(true|x),false\n){0,4}") {
        let _ = parse("drawn", &text);
        let _ = parse("drawn", &format!("{HEAD}{rows}"));
    }
}
