//! Canaries: marked objects thrown at every scope. None comes out beyond what its reader is cleared for, and none of the
//! judicial world comes out to an administrator.

use crate::worlds::TREE;
use crate::worlds::{Draw, TODAY, assignment, object_of, person, subject};
use beffroi_model::Marking;
use beffroi_rights::*;

/// The highest TLP and the highest PAP for which the reader is cleared in `world` today, told from the assignments alone.
fn ceiling(subject: &Subject, world: World) -> Option<Marking> {
    subject
        .assignments()
        .filter(|given| given.world == world && given.from <= TODAY && TODAY <= given.until)
        .map(|given| given.clearance)
        .reduce(Marking::merge)
}

#[test]
fn no_canary_of_100_000_leaves_beyond_its_marking_through_any_scope() {
    let mut draw = Draw::new(11);
    let (mut n_out, mut n_kept) = (0, 0);
    for _ in 0..2_500 {
        let subject = subject(&mut draw);
        for id in 0..40 {
            let kind = *draw.one(Kind::ALL);
            let world = *draw.one(kind.worlds());
            let canary = object_of(&mut draw, id, kind, world);
            // Every act lets something out or changes it: all are channels.
            let out = Act::ALL.iter().any(|act| scope_of(&subject, *act, world, kind, TODAY).admits(&canary));
            if out {
                n_out += 1;
                let fine = ceiling(&subject, world).is_some_and(|ceiling| canary.marking.may_reach(ceiling));
                assert!(fine, "{:?} left to {:?}", canary, subject);
            } else {
                n_kept += 1;
            }
        }
    }
    assert_eq!(n_out + n_kept, 100_000);
    assert!(n_out > 10_000, "{n_out}");
}

#[test]
fn an_administrator_reads_no_judicial_content_and_no_content_at_all_by_that_role() {
    let mut draw = Draw::new(12);
    for id in 0..20_000 {
        let kind = *draw.one(Kind::ALL);
        let world = *draw.one(kind.worlds());
        let canary = object_of(&mut draw, id % 3, kind, world);
        let mut given = assignment(&mut draw, Role::SystemAdministrator);
        given.clearance = Marking::UNKNOWN;
        let admin = Subject::new(person(0), [given], [], &TREE).unwrap();
        let admin = admin.with_glass(&[crate::worlds::opening(&person(0), id % 3)], crate::worlds::now());
        for act in [Act::List, Act::Read, Act::Export, Act::Reveal, Act::BreakGlass] {
            let verdict = may(&admin, act, &canary, TODAY);
            assert!(!kind.is_content() || !verdict.is_allowed(), "{act} {canary:?}");
            let own_or_account = matches!(kind, Kind::Account | Kind::Grant | Kind::JournalEntry);
            assert!(own_or_account || !verdict.is_allowed(), "{act} {canary:?}");
        }
    }
}
