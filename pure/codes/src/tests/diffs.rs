//! A difference leads from one version to the next, and no code is lost on the way.

use super::{edition, list_of, some_codes};
use crate::*;
use jiff::civil::date;
use proptest::prelude::*;

const OLD: &str = "A,a,a,,,,,true,false\nB,b,b,,,,,true,false\nC,c,c,,,,,true,false\n";

fn old() -> CodeList {
    edition("1", "2023-01-01", OLD)
}

fn kinds(diff: &Diff) -> Vec<(&'static str, &str)> {
    let kind = |change: &Change| match change {
        Change::Added(_) => "added",
        Change::Replaced { .. } => "replaced",
        Change::Ended { .. } => "ended",
        Change::Changed { .. } => "changed",
    };
    diff.changes.iter().map(|change| (kind(change), change.after().code.as_str())).collect()
}

#[test]
fn each_change_has_its_kind() {
    let new = edition(
        "2",
        "2024-01-01",
        "A,a,a,,,2023-12-31,D,true,false\nB,b,b,,,2023-12-31,,true,false\nC,c,see,,,,,true,false\nD,d,d,,2024-01-01,,,true,false\n",
    );
    let diff = diff(&old(), &new).unwrap();
    assert_eq!(kinds(&diff), [("replaced", "A"), ("ended", "B"), ("changed", "C"), ("added", "D")]);
    assert_eq!(diff.apply(&old()).unwrap(), new);
    assert_eq!(diff.changes[2].before().unwrap().label("en"), "c");
}

#[test]
fn a_version_that_lacks_a_code_is_refused_and_one_that_ends_it_is_not() {
    let lacking = edition("2", "2024-01-01", "A,a,a,,,,,true,false\nC,c,c,,,,,true,false\n");
    let refused = diff(&old(), &lacking).unwrap_err();
    assert_eq!(refused, DiffError::Lost { list: "drawn".into(), count: 1, codes: vec!["B".into()] });
    assert!(refused.to_string().contains("never deleted"));
    // The twin: the same list, with the past of the older one.
    let kept = lacking.with_past_of(&old()).unwrap();
    assert_eq!(kept.code("B").unwrap().valid_to, Some(date(2023, 12, 31)));
    assert_eq!(kinds(&diff(&old(), &kept).unwrap()), [("ended", "B")]);
}

#[test]
fn the_past_keeps_the_end_it_had() {
    let old = edition(
        "1",
        "2023-01-01",
        "A,a,a,,,2010-01-01,,true,false\nB,b,b,,2030-01-01,,,true,false\nC,c,c,,,,A,true,false\n",
    );
    let kept = edition("2", "2024-01-01", "D,d,d,,,,,true,false\n").with_past_of(&old).unwrap();
    let end = |code: &str| kept.code(code).unwrap().valid_to;
    assert_eq!([end("A"), end("B"), end("C")], [Some(date(2010, 1, 1)), Some(date(2030, 1, 1)), None]);
    assert!(edition("2", "2023-01-01", OLD).with_past_of(&old).is_err(), "an edition of the same day is no later one");
}

#[test]
fn versions_that_do_not_follow_each_other_are_refused() {
    let changed = OLD.replace("A,a,a", "A,a,ah");
    let refused = |new: &CodeList| diff(&old(), new).unwrap_err();
    assert!(matches!(refused(&edition("2", "2022-12-31", OLD)), DiffError::Backwards { .. }));
    assert!(matches!(refused(&edition("1", "2024-01-01", &changed)), DiffError::SameVersion { .. }));
    let other = CodeList { name: "other".into(), ..old() };
    assert!(matches!(refused(&other), DiffError::OtherList { .. }));
    // The twins: the day itself, another version, the same content.
    assert!(diff(&old(), &edition("2", "2023-01-01", &changed)).is_ok());
    assert!(diff(&old(), &old()).unwrap().changes.is_empty());
}

#[test]
fn a_difference_applies_to_its_own_base_only() {
    let change = diff(&old(), &edition("2", "2024-01-01", &OLD.replace("A,a,a", "A,a,ah"))).unwrap();
    let touched = edition("1", "2023-01-01", &OLD.replace("A,a,a", "A,a,oh"));
    assert!(matches!(change.apply(&touched), Err(DiffError::OtherBase { .. })));
    assert!(matches!(change.apply(&edition("0", "2023-01-01", OLD)), Err(DiffError::OtherBase { .. })));
    assert!(change.apply(&old()).is_ok());
}

proptest! {
    #[test]
    fn a_difference_applied_gives_the_new_version(a in some_codes(10), b in some_codes(14), turn in any::<bool>()) {
        let old = list_of("1", date(2023, 1, 1), a);
        let mut codes = b;
        // What the new one lacks stands in it as it was, but for successors that it does not have.
        let missing = old.every_code().iter().filter(|code| !codes.iter().any(|c| c.code == code.code)).cloned();
        let missing: Vec<Code> = missing.map(|code| Code { replaced_by: Vec::new(), ..code }).collect();
        codes.extend(missing);
        if turn {
            codes.reverse();
        }
        let new = list_of("2", date(2024, 1, 1), codes);
        let way = diff(&old, &new).unwrap();
        prop_assert_eq!(way.apply(&old).unwrap(), new.clone());
        prop_assert_eq!(way.changes.is_empty(), old.every_code() == new.every_code() || {
            let mut sorted = [old.every_code().to_vec(), new.every_code().to_vec()];
            sorted.iter_mut().for_each(|codes| codes.sort_by(|a, b| a.code.cmp(&b.code)));
            sorted[0] == sorted[1]
        });
    }

    #[test]
    fn any_version_follows_with_the_past_of_the_one_before(a in some_codes(10), b in some_codes(6)) {
        let old = list_of("1", date(2023, 1, 1), a);
        let new = list_of("2", date(2024, 1, 1), b);
        // A circle may arise from what the two say together; then it is refused.
        if let Ok(kept) = new.with_past_of(&old) {
            prop_assert!(diff(&old, &kept).is_ok());
            prop_assert!(kept.every_code().starts_with(new.every_code()));
        }
    }

    #[test]
    fn a_list_reads_back_as_it_was_written(codes in some_codes(12)) {
        let list = list_of("1", date(2023, 1, 1), codes);
        prop_assert_eq!(parse("drawn", &list.to_text()).unwrap(), list);
    }
}

#[test]
fn embedded_lists_read_back_as_they_were_written() {
    for list in lists() {
        assert_eq!(&parse(&list.name, &list.to_text()).unwrap(), list);
    }
}
