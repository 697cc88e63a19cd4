//! Breaking the glass: what it opens, for how long, and what it never opens.

use crate::worlds::{TODAY, TREE, now, opening, person, service, territory};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::*;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

const REASON: &str = "same fraud under way in the next department, the owning service does not answer";

fn analyst() -> Subject {
    let given = Assignment {
        role: Role::Analyst,
        world: World::Coordination,
        service: service("gn-r53"),
        territories: Territories::of([territory("R53")]),
        clearance: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
        from: date(2026, 1, 1),
        until: date(2026, 12, 31),
    };
    Subject::new(person(0), [given], [], &TREE).unwrap()
}

/// A signal of another service and territory.
fn far_signal() -> Object {
    let place = territory("53");
    let mut object = Object::new("o-1".parse().unwrap(), Kind::Signal, World::Coordination, service("gn-53"), place);
    object.marking = Marking { tlp: Tlp::Amber, pap: Pap::Amber };
    object
}

fn open(subject: &Subject, object: &Object, reason: &str, told: &[PersonId]) -> Result<BreakGlass, GlassRefused> {
    open_glass(subject, object, reason, told.iter().cloned(), now(), TODAY)
}

fn reads(subject: &Subject, object: &Object) -> bool {
    let allowed = may(subject, Act::Read, object, TODAY).is_allowed();
    assert_eq!(visible(subject, object.world, object.kind, TODAY).admits(object), allowed);
    allowed
}

#[test]
fn an_opening_shows_that_object_for_some_hours_and_no_other() {
    let (me, signal) = (analyst(), far_signal());
    assert_eq!(may(&me, Act::Read, &signal, TODAY).why(), Some(Why::Territory));
    let glass = open(&me, &signal, REASON, &[person(8)]).unwrap();
    assert_eq!(glass.until.duration_since(glass.opened_at), SignedDuration::from_hours(GLASS_HOURS));
    assert_eq!(glass.review_by, date(2026, 11, 24));

    let opened = me.clone().with_glass([&glass], now());
    let verdict = may(&opened, Act::Read, &signal, TODAY);
    assert!(matches!(verdict, Verdict::Allowed { because } if because.by_glass));
    assert!(reads(&opened, &signal));
    let neighbour = Object { id: "o-2".parse().unwrap(), ..signal.clone() };
    assert!(!reads(&opened, &neighbour));
    assert!(!may(&opened, Act::Change, &signal, TODAY).is_allowed(), "reading only");
}

#[test]
fn time_check_a_glass_closes() {
    let (me, signal) = (analyst(), far_signal());
    let glass = open(&me, &signal, REASON, &[person(8)]).unwrap();
    let at = |at: Timestamp| reads(&me.clone().with_glass([&glass], at), &signal);
    assert!(at(glass.opened_at) && at(glass.until - SignedDuration::from_secs(1)));
    assert!(!at(glass.until));
    assert!(!at(glass.opened_at - SignedDuration::from_secs(1)));
}

#[test]
fn time_check_a_row_altered_to_last_longer_is_never_open() {
    let (me, signal) = (analyst(), far_signal());
    let mut glass = open(&me, &signal, REASON, &[person(8)]).unwrap();
    glass.until += SignedDuration::from_secs(1);
    assert!(!reads(&me.with_glass([&glass], now()), &signal));
}

#[test]
fn person_check_somebody_elses_opening_serves_nobody_else() {
    let (me, signal) = (analyst(), far_signal());
    let mut glass = open(&me, &signal, REASON, &[person(8)]).unwrap();
    glass.person = person(5);
    assert!(!reads(&me.with_glass([&glass], now()), &signal));
}

#[test]
fn reason_check_a_reason_is_words() {
    let (me, signal) = (analyst(), far_signal());
    for poor in ["", "urgent", "a b c d", &"x".repeat(60), &"urgent ".repeat(10), &"x y z t u ".repeat(400)] {
        assert!(matches!(open(&me, &signal, poor, &[person(8)]), Err(GlassRefused::Reason { .. })), "{poor}");
    }
}

#[test]
fn notice_check_somebody_else_is_told() {
    let (me, signal) = (analyst(), far_signal());
    assert_eq!(open(&me, &signal, REASON, &[]), Err(GlassRefused::NobodyTold));
    assert_eq!(open(&me, &signal, REASON, &[person(0)]), Err(GlassRefused::NobodyTold));
    let mut silenced = open(&me, &signal, REASON, &[person(0), person(8)]).unwrap();
    assert_eq!(silenced.notified, [person(8)].into());
    silenced.notified.clear();
    assert!(!reads(&me.with_glass([&silenced], now()), &signal));
}

#[test]
fn marking_check_a_glass_lifts_no_marking() {
    let (me, mut signal) = (analyst(), far_signal());
    signal.marking.tlp = Tlp::Red;
    assert_eq!(open(&me, &signal, REASON, &[person(8)]), Err(GlassRefused::Rights(Why::Tlp)));
    assert!(!reads(&me.clone().with_glass([&opening(&person(0), 1)], now()), &signal));
    signal.marking = Marking { tlp: Tlp::Amber, pap: Pap::Red };
    assert!(!reads(&me.with_glass([&opening(&person(0), 1)], now()), &signal));
}

#[test]
fn world_check_no_glass_opens_judicial_content_to_anybody_least_of_all_an_administrator() {
    let glass = opening(&person(0), 1);
    for role in Role::ALL {
        for world in role.worlds() {
            let given = Assignment {
                role: *role,
                world: *world,
                service: service("ministry"),
                territories: Territories::Everywhere,
                clearance: Marking::UNKNOWN,
                from: date(2026, 1, 1),
                until: date(2026, 12, 31),
            };
            let subject = Subject::new(person(0), [given], [], &TREE).unwrap();
            for kind in [Kind::Report, Kind::Series, Kind::Delivery] {
                let mut object =
                    Object::new("o-1".parse().unwrap(), kind, World::Judicial, service("gn"), territory("35"));
                object.author = Some(person(1));
                let refused = open(&subject, &object, REASON, &[person(8)]);
                assert!(matches!(refused, Err(GlassRefused::Rights(_))), "{role} {kind}");
                let before = may(&subject, Act::Read, &object, TODAY).is_allowed();
                let after = may(&subject.clone().with_glass([&glass], now()), Act::Read, &object, TODAY).is_allowed();
                assert_eq!(before, after, "{role} {kind}");
            }
        }
    }
}

#[test]
fn reason_check_a_row_whose_reason_was_taken_away_is_never_open() {
    let (me, signal) = (analyst(), far_signal());
    let mut glass = open(&me, &signal, REASON, &[person(8)]).unwrap();
    glass.reason.clear();
    assert!(!reads(&me.with_glass([&glass], now()), &signal));
}
