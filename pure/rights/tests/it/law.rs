//! The law: what the filter admits is what the answer allows, for the table of the house and for tables drawn at random.

use crate::worlds::{Draw, TODAY, object, subject};
use beffroi_rights::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Checks the law for `n` random worlds under the table `of` gives; counts what was allowed and what was lacking.
fn check(seed: u64, n: usize, acts_of: fn(&mut Draw) -> Vec<Act>, policy: impl Fn(usize) -> Policy) -> Counts {
    let mut draw = Draw::new(seed);
    let mut counts = Counts::default();
    let mut table = policy(0);
    for world in 0..n {
        if world % 50 == 0 {
            table = policy(world / 50);
        }
        let subject = subject(&mut draw);
        for id in 0..6 {
            let object = object(&mut draw, id);
            for act in acts_of(&mut draw) {
                let verdict = table.may(&subject, act, &object, TODAY);
                let scope = table.scope_of(&subject, act, object.world, object.kind, TODAY);
                assert_eq!(
                    scope.admits(&object),
                    verdict.is_allowed(),
                    "world {world}: {verdict:?}\n{act} by {subject:?}\non {object:?}\nthrough {scope:?}"
                );
                counts.add(&verdict);
            }
        }
    }
    counts
}

#[derive(Default)]
struct Counts {
    n_allowed: usize,
    n_by_glass: usize,
    why: BTreeMap<Why, usize>,
}

impl Counts {
    fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Allowed { because } => {
                self.n_allowed += 1;
                self.n_by_glass += usize::from(because.by_glass);
            }
            Verdict::Refused { why } => *self.why.entry(*why).or_default() += 1,
        }
    }
}

#[test]
fn what_is_visible_is_what_may_be_read_in_12000_random_worlds() {
    let counts = check(1, 12_000, |draw| vec![Act::Read, *draw.one(Act::ALL)], |_| Policy::embedded().clone());
    assert!(counts.n_allowed > 10_000 && counts.n_by_glass > 20, "{} {}", counts.n_allowed, counts.n_by_glass);
    // A refusal of each sort was met: the law was not held by luck.
    assert!(counts.why.len() >= 16, "{:?}", counts.why);
}

#[test]
fn the_law_holds_for_any_table() {
    let counts = check(2, 6_000, |draw| vec![Act::Read, *draw.one(Act::ALL)], |n| random_table(n as u64));
    assert!(counts.n_allowed > 5_000 && counts.n_by_glass > 100, "{} {}", counts.n_allowed, counts.n_by_glass);
    assert_eq!(counts.why.len(), 17, "{:?}", counts.why);
}

fn random_table(seed: u64) -> Policy {
    let mut draw = Draw::new(seed);
    let mut text = String::from("role,kind");
    for act in Act::ALL {
        write!(text, ",{act}").unwrap();
    }
    text.push_str(",basis\n");
    for role in Role::ALL {
        for kind in Kind::ALL {
            let shared = role.worlds().iter().any(|world| kind.worlds().contains(world));
            let mut cells: Vec<String> =
                Act::ALL.iter().map(|_| if shared { random_cell(&mut draw) } else { "-".to_owned() }).collect();
            cells[1] = cells[0].clone();
            writeln!(text, "{role},{kind},{},synthetic", cells.join(",")).unwrap();
        }
    }
    Policy::parse(&text).unwrap()
}

fn random_cell(draw: &mut Draw) -> String {
    let ways: Vec<String> = (0..draw.below(3))
        .map(|_| {
            let reach = *draw.one(Reach::ALL);
            let mut way = reach.to_string();
            for standing in draw.some(Standing::ALL, 300) {
                write!(way, " {standing}").unwrap();
            }
            if reach != Reach::Itself && draw.chance(200) {
                way.push_str(" four-eyes");
            }
            if draw.chance(200) {
                way.push_str(" two-persons");
            }
            way
        })
        .collect();
    if ways.is_empty() { "-".to_owned() } else { ways.join(" | ") }
}

#[test]
fn whoever_may_touch_a_thing_may_read_it() {
    let unseen: BTreeSet<Act> = [Act::List, Act::Read, Act::Create, Act::Operate, Act::BreakGlass].into();
    let mut draw = Draw::new(3);
    let mut n_touched = 0;
    for world in 0..6_000 {
        let subject = subject(&mut draw);
        for id in 0..6 {
            let object = object(&mut draw, id);
            for act in Act::ALL.iter().filter(|act| !unseen.contains(act)) {
                if may(&subject, *act, &object, TODAY).is_allowed() {
                    n_touched += 1;
                    let read = may(&subject, Act::Read, &object, TODAY);
                    assert!(read.is_allowed(), "world {world}: may {act} without reading {object:?}: {read:?}");
                }
            }
        }
    }
    assert!(n_touched > 2_000, "{n_touched}");
}

#[test]
fn only_what_the_scope_admits_comes_out_of_the_filter() {
    let mut draw = Draw::new(4);
    for _ in 0..500 {
        let subject = subject(&mut draw);
        let objects: Vec<Object> = (0..30).map(|id| object(&mut draw, id)).collect();
        for kind in Kind::ALL {
            for world in World::ALL {
                let scope = visible(&subject, *world, *kind, TODAY);
                let found: Vec<&Object> = objects
                    .iter()
                    .filter(|o| o.kind == *kind && o.world == *world && may(&subject, Act::Read, o, TODAY).is_allowed())
                    .collect();
                let filtered: Vec<Scoped<Object>> = scope.filter(objects.iter().cloned()).collect();
                assert_eq!(filtered.iter().map(Scoped::get).collect::<Vec<_>>(), found);
                assert!(filtered.iter().all(|scoped| scoped.act() == Act::Read));
            }
        }
    }
}

#[test]
fn absent_and_forbidden_look_the_same() {
    let mut draw = Draw::new(5);
    for id in 0..2_000 {
        let (subject, object) = (subject(&mut draw), object(&mut draw, id));
        let verdict = may(&subject, Act::Read, &object, TODAY);
        if !verdict.is_allowed() {
            assert_eq!(verdict.shown(), Shown::ABSENT);
            assert_eq!(verdict.shown().wording_key(), Some("rights-no-such-thing"));
        }
    }
}
