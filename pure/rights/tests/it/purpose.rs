//! Purpose: who is asked, for what, how long it serves, and what is shown to whom.

use crate::worlds::{Draw, TODAY, TREE, object_of, person, service, subject, territory};
use beffroi_model::Marking;
use beffroi_rights::*;
use jiff::civil::{Date, date};

fn prosecutor() -> Subject {
    let given = Assignment {
        role: Role::Prosecutor,
        world: World::Judicial,
        service: service("ministry"),
        territories: Territories::of([territory("R53")]),
        clearance: Marking::UNKNOWN,
        from: date(2026, 1, 1),
        until: date(2026, 12, 31),
    };
    Subject::new(person(0), [given], [], &TREE).unwrap()
}

fn complaint(id: &str, inquiry: Option<&str>) -> Object {
    let place = territory("35");
    let mut object = Object::new(id.parse().unwrap(), Kind::Report, World::Judicial, service("gn-35"), place);
    object.inquiry =
        inquiry.map(|inquiry| InquiryPart { inquiry: inquiry.parse().unwrap(), nature: DataNature::Identities });
    object
}

fn purpose() -> Purpose {
    Purpose::new("check of the grouping asked for by the court", "PV 2026/00412").unwrap()
}

#[test]
fn purpose_check_no_judicial_file_opens_without_one() {
    let (me, file) = (prosecutor(), complaint("r-1", Some("inq-1")));
    let asked = consult(&me, Act::Read, &file, &[], TODAY);
    assert_eq!(asked, Err(Barred::PurposeNeeded(FileRef::Inquiry("inq-1".parse().unwrap()))));
    let stated = [state_purpose(&me, &file, purpose(), TODAY)];
    let consultation = consult(&me, Act::Read, &file, &stated, TODAY).unwrap();
    assert_eq!(consultation.purpose, Some(purpose()));
    assert!(consultation.because.basis.contains("230-23"));
}

#[test]
fn purpose_check_it_serves_one_file_one_person_one_working_day() {
    let (me, file) = (prosecutor(), complaint("r-1", Some("inq-1")));
    let friday = date(2026, 11, 20);
    let stated = [state_purpose(&me, &file, purpose(), friday)];
    let serves = |object: &Object, on: Date| consult(&me, Act::Read, object, &stated, on).is_ok();
    assert!(serves(&file, friday));
    assert!(serves(&complaint("r-2", Some("inq-1")), friday), "the same inquiry");
    assert!(!serves(&complaint("r-1", Some("inq-2")), friday), "another inquiry");
    assert!(!serves(&complaint("r-1", None), friday), "another file");
    assert!(!serves(&file, date(2026, 11, 21)), "the weekend is another day");
    assert!(!serves(&file, date(2026, 11, 23)), "Monday is another day");
    let saturday = [state_purpose(&me, &file, purpose(), date(2026, 11, 21))];
    assert!(consult(&me, Act::Read, &file, &saturday, date(2026, 11, 22)).is_ok(), "one weekend");
    assert!(consult(&me, Act::Read, &file, &saturday, date(2026, 11, 23)).is_err());

    let mut borrowed = stated;
    borrowed[0].person = person(4);
    assert!(consult(&me, Act::Read, &file, &borrowed, friday).is_err(), "another person's");
}

#[test]
fn rights_come_first_so_the_question_about_the_purpose_betrays_nothing() {
    let mut elsewhere = complaint("r-1", Some("inq-1"));
    elsewhere.territory = territory("53");
    let refused = consult(&prosecutor(), Act::Read, &elsewhere, &[], TODAY).unwrap_err();
    assert_eq!(refused, Barred::Rights(Why::Territory));
    assert_eq!(refused.shown(), Some(Shown::ABSENT));
}

#[test]
fn which_acts_on_which_objects_ask_for_a_purpose() {
    let mut draw = Draw::new(21);
    for kind in Kind::ALL {
        for world in kind.worlds() {
            for act in Act::ALL {
                let mut object = object_of(&mut draw, 1, *kind, *world);
                for personal in [false, true] {
                    object.personal = personal;
                    let shows = [Act::List, Act::Read, Act::Export, Act::Reveal, Act::BreakGlass].contains(act);
                    let expected = shows && (personal || *world == World::Judicial);
                    assert_eq!(needs_purpose(&object, *act), expected, "{kind} {world} {act}");
                }
            }
        }
    }
    let fresh = complaint("r-1", None);
    assert!(fresh.personal, "personal unless said otherwise");
}

#[test]
fn each_of_many_random_consultations_of_such_data_has_its_purpose_and_the_own_log_needs_none() {
    let mut draw = Draw::new(22);
    let (mut n_with, mut n_own) = (0, 0);
    for id in 0..40_000 {
        let me = subject(&mut draw);
        let kind = *draw.one(Kind::ALL);
        let world = *draw.one(kind.worlds());
        let object = object_of(&mut draw, id % 5, kind, world);
        let stated = if draw.chance(500) { vec![state_purpose(&me, &object, purpose(), TODAY)] } else { Vec::new() };
        let Ok(consultation) = consult(&me, Act::Read, &object, &stated, TODAY) else { continue };
        let own_log = kind == Kind::JournalEntry && object.about == Some(person(0));
        if needs_purpose(&object, Act::Read) && !own_log {
            n_with += 1;
            assert!(consultation.purpose.is_some(), "{object:?}");
        } else {
            n_own += usize::from(own_log);
            assert!(consultation.purpose.is_none());
        }
    }
    assert!(n_with > 200 && n_own > 200, "{n_with} {n_own}");
}

#[test]
fn a_purpose_is_words_and_a_number_and_never_shows_in_a_log() {
    let fine = "check of the grouping";
    for poor in ["", "check", "aaaaaaaaaaaaaaaa", "vu vu vu vu vu", "line\nbreak in it", &"long words ".repeat(80)] {
        assert!(matches!(Purpose::new(poor, "PV 12"), Err(PurposeError::Motive { .. })), "{poor:?}");
    }
    for poor in ["", "12", "none", "PV\t12 x\u{0}", &"1".repeat(81)] {
        assert!(matches!(Purpose::new(fine, poor), Err(PurposeError::Reference { .. })), "{poor:?}");
    }
    let purpose = Purpose::new("  seen with Mrs Martin ", " PV 12 ").unwrap();
    assert_eq!((purpose.motive(), purpose.reference()), ("seen with Mrs Martin", "PV 12"));
    assert!(!format!("{purpose:?}").contains("Martin"));
    let error = Purpose::new("Martin", "PV 12").unwrap_err();
    assert!(!error.to_string().contains("Martin"));
}
