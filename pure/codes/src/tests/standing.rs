//! A code is followed to what took its place, and a split is told.

use super::{drawn, list_of, some_codes};
use crate::*;
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn codes(standing: &Standing<'_>) -> Vec<String> {
    match standing {
        Standing::Current(code) => vec![code.code.clone()],
        Standing::Split(codes) => codes.iter().map(|code| code.code.clone()).collect(),
        Standing::NotInForce(_) | Standing::Unknown => Vec::new(),
    }
}

#[test]
fn a_revoked_technique_leads_to_the_one_that_took_its_place() {
    let attack = list("attack").unwrap();
    let today = attack.date;
    assert_eq!(attack.on("T1656", today).unwrap().code, "T1684.001");
    // Through one that was revoked in its turn.
    assert_eq!(attack.code("T1150").unwrap().replaced_by, ["T1547.011"]);
    assert!(!attack.code("T1547.011").unwrap().replaced_by.is_empty());
    assert_eq!(attack.on("T1150", today), attack.on("T1547.011", today));
    assert!(attack.on("T1150", today).is_some());
    let revoked: Vec<&Code> = attack.every_code().iter().filter(|code| !code.in_force_on(today)).collect();
    assert_eq!(revoked.len(), 201);
    assert!(revoked.iter().all(|code| matches!(attack.standing(&code.code, today), Standing::Current(_))));
}

#[test]
fn a_split_is_told_and_never_decided() {
    let tactics = list("attack_tactics").unwrap();
    let split = tactics.standing("enterprise/defense-evasion", tactics.date);
    assert!(matches!(split, Standing::Split(_)));
    assert_eq!(codes(&split), ["enterprise/stealth", "enterprise/defense-impairment"]);
    assert!(tactics.on("enterprise/defense-evasion", tactics.date).is_none());
    assert!(tactics.on("enterprise/defense-evasion", date(2026, 4, 29)).is_some());
    assert!(tactics.on("mobile/defense-evasion", tactics.date).is_some());
}

#[test]
fn ways_that_meet_again_are_no_split_and_a_part_that_ended_is() {
    let day = date(2024, 1, 1);
    let meet = "A,a,a,,,,B|C,true,false\nB,b,b,,,,D,true,false\nC,c,c,,,,D,true,false\nD,d,d,,,,,true,false\n";
    assert_eq!(drawn(meet).on("A", day).unwrap().code, "D");
    let lost = meet.replace("C,c,c,,,,D", "C,c,c,,,2020-01-01,");
    let lost = drawn(&lost);
    assert!(matches!(lost.standing("A", day), Standing::Split(_)));
    assert_eq!(codes(&lost.standing("A", day)), ["D"]);
    assert!(matches!(lost.standing("C", day), Standing::NotInForce(_)));
    assert!(matches!(lost.standing("Z", day), Standing::Unknown));
}

#[test]
fn a_code_replaced_on_an_unknown_day_is_past() {
    let list = drawn("A,a,a,,,,B,true,false\nB,b,b,,,,,true,false\n");
    assert!(!list.code("A").unwrap().in_force_on(date(1990, 1, 1)));
    assert_eq!(list.codes().count(), 1);
    // The twin: with its last day, it is in force up to it.
    let list = drawn("A,a,a,,,2000-01-01,B,true,false\nB,b,b,,,,,true,false\n");
    assert!(list.code("A").unwrap().in_force_on(date(1990, 1, 1)));
}

proptest! {
    #[test]
    fn every_code_resolves_to_codes_in_force(codes_drawn in some_codes(12), year in 1985_i16..2035) {
        let day = Date::new(year, 6, 1).unwrap();
        let list = list_of("1", date(2024, 1, 1), codes_drawn);
        for code in list.every_code() {
            let standing = list.standing(&code.code, day);
            for found in codes(&standing) {
                prop_assert!(list.code(&found).unwrap().in_force_on(day));
            }
            prop_assert!(standing != Standing::Unknown);
            if code.in_force_on(day) {
                prop_assert_eq!(standing, Standing::Current(code));
            }
        }
    }
}
