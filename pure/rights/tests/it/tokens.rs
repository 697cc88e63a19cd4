//! Tokens: a machine never gets more than its person has and its token says, in any random world.

use crate::worlds::*;
use beffroi_model::Marking;
use beffroi_rights::*;

/// A token's scope as it was drawn, so that the test reads it without asking the room.
struct Drawn {
    world: World,
    kinds: Vec<Kind>,
    acts: Vec<Act>,
    ceiling: Marking,
    from: jiff::civil::Date,
    until: jiff::civil::Date,
}

impl Drawn {
    fn new(draw: &mut Draw) -> Self {
        let world = *draw.one(World::ALL);
        let here: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| kind.worlds().contains(&world)).collect();
        let mut kinds = draw.some(&here, 700);
        kinds.push(*draw.one(&here));
        let mut acts = draw.some(&TOKEN_ACTS, 700);
        acts.push(*draw.one(&TOKEN_ACTS));
        let ceiling = if draw.chance(300) { Marking::UNKNOWN } else { marking(draw) };
        let from = day(draw, -20, 1);
        Self { world, kinds, acts, ceiling, from, until: day(draw, -1, 20).max(from) }
    }

    fn scope(&self, ceiling: Marking) -> TokenScope {
        let days = (self.from, self.until);
        TokenScope::new(self.world, self.kinds.clone(), self.acts.clone(), ceiling, days, []).unwrap()
    }

    fn says(&self, act: Act, object: &Object) -> bool {
        self.world == object.world
            && self.kinds.contains(&object.kind)
            && self.acts.contains(&act)
            && object.marking.tlp <= self.ceiling.tlp
            && object.marking.pap <= self.ceiling.pap
            && (self.from..=self.until).contains(&TODAY)
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    n_allowed: usize,
    n_beyond_person: usize,
    n_beyond_token: usize,
    n_unlike_filter: usize,
}

/// What `narrowed` makes of 8 000 random worlds, measured against the person and against the token.
fn count(seed: u64, narrowed: impl Fn(Subject, &Drawn) -> Subject) -> Count {
    let mut draw = Draw::new(seed);
    let mut count = Count::default();
    for _ in 0..8_000 {
        let (person, drawn) = (subject(&mut draw), Drawn::new(&mut draw));
        let machine = narrowed(person.clone(), &drawn);
        for id in 0..6 {
            let kind = *draw.one(&drawn.kinds);
            let object =
                if draw.chance(700) { object_of(&mut draw, id, kind, drawn.world) } else { object(&mut draw, id) };
            for act in [*draw.one(&TOKEN_ACTS), *draw.one(Act::ALL)] {
                let allowed = may(&machine, act, &object, TODAY).is_allowed();
                let filtered = scope_of(&machine, act, object.world, object.kind, TODAY).admits(&object);
                count.n_unlike_filter += usize::from(allowed != filtered);
                if allowed || filtered {
                    count.n_allowed += 1;
                    count.n_beyond_person += usize::from(!may(&person, act, &object, TODAY).is_allowed());
                    count.n_beyond_token += usize::from(!drawn.says(act, &object));
                }
            }
        }
    }
    count
}

#[test]
fn a_token_holds_no_more_than_its_person_and_what_it_was_made_for() {
    let found = count(21, |person, drawn| narrow(person, &drawn.scope(drawn.ceiling)));
    assert!(found.n_allowed > 2_000, "{found:?}");
    assert_eq!((found.n_beyond_person, found.n_beyond_token, found.n_unlike_filter), (0, 0, 0), "{found:?}");
}

#[test]
fn a_version_that_forgets_the_ceiling_is_found_out() {
    let found = count(21, |person, drawn| narrow(person, &drawn.scope(Marking::UNKNOWN)));
    assert!(found.n_beyond_token > 200, "{found:?}");
    assert_eq!((found.n_beyond_person, found.n_unlike_filter), (0, 0), "{found:?}");
}

#[test]
fn a_version_that_forgets_the_token_or_the_person_is_found_out() {
    let without_token = count(22, |person, _| person);
    assert!(without_token.n_beyond_token > 1_000, "{without_token:?}");
    // Somebody else's rights, who happens to hold more: all roles of the coordination, everywhere.
    let without_person = count(23, |_, drawn| {
        let wide = |role: Role| Assignment {
            role,
            world: World::Coordination,
            service: service("ministry"),
            territories: Territories::Everywhere,
            clearance: Marking::UNKNOWN,
            from: TODAY,
            until: TODAY,
        };
        let given = [Role::Analyst, Role::Validator, Role::Coordinator].map(wide);
        narrow(Subject::new(person(0), given, [], &TREE).unwrap(), &drawn.scope(drawn.ceiling))
    });
    assert!(without_person.n_beyond_person > 200 && without_person.n_beyond_token == 0, "{without_person:?}");
}

#[test]
fn a_token_gives_all_that_both_hold_but_habilitations_and_glass() {
    let mut draw = Draw::new(24);
    let (mut n_same, mut n_left_behind) = (0, 0);
    for _ in 0..8_000 {
        let (whole, drawn) = (subject(&mut draw), Drawn::new(&mut draw));
        let plain = Subject::new(person(0), whole.assignments().cloned().collect::<Vec<_>>(), [], &TREE).unwrap();
        let machine = narrow(whole.clone(), &drawn.scope(drawn.ceiling));
        for id in 0..4 {
            let kind = *draw.one(&drawn.kinds);
            let object = object_of(&mut draw, id, kind, drawn.world);
            let act = *draw.one(&drawn.acts);
            let expected = may(&plain, act, &object, TODAY).is_allowed() && drawn.says(act, &object);
            assert_eq!(may(&machine, act, &object, TODAY).is_allowed(), expected, "{act} {object:?} {machine:?}");
            n_same += usize::from(expected);
            let by_person = may(&whole, act, &object, TODAY).is_allowed() && drawn.says(act, &object);
            n_left_behind += usize::from(by_person && !expected);
        }
    }
    assert!(n_same > 1_500 && n_left_behind > 20, "{n_same} {n_left_behind}");
}

#[test]
fn an_administrator_reads_no_judicial_content_through_a_token_of_another_world_either() {
    // The role that bars may be held in another world than the token's: dropping it would open what is shut.
    let role = |role: Role, world: World| Assignment {
        role,
        world,
        service: service("ministry"),
        territories: Territories::Everywhere,
        clearance: Marking::UNKNOWN,
        from: TODAY,
        until: TODAY,
    };
    let mut draw = Draw::new(25);
    let prosecutor = role(Role::SupervisingMagistrate, World::Judicial);
    let reads = Subject::new(person(0), [prosecutor.clone()], [], &TREE).unwrap();
    let operates =
        Subject::new(person(0), [prosecutor, role(Role::SystemAdministrator, World::Statistics)], [], &TREE).unwrap();
    let scope =
        TokenScope::new(World::Judicial, [Kind::Report], TOKEN_ACTS, Marking::UNKNOWN, (TODAY, TODAY), []).unwrap();
    let report = object_of(&mut draw, 0, Kind::Report, World::Judicial);
    assert!(may(&narrow(reads, &scope), Act::Read, &report, TODAY).is_allowed());
    assert!(!may(&narrow(operates, &scope), Act::Read, &report, TODAY).is_allowed());
}

#[test]
fn narrowing_twice_narrows_further_and_glass_stays_behind() {
    let mut draw = Draw::new(26);
    let mut n_both = 0;
    for _ in 0..4_000 {
        let (person, a, b) = (subject(&mut draw), Drawn::new(&mut draw), Drawn::new(&mut draw));
        let openings = [opening(&crate::worlds::person(0), 0)];
        let machine = narrow(narrow(person, &a.scope(a.ceiling)), &b.scope(b.ceiling)).with_glass(&openings, now());
        let kind = *draw.one(&a.kinds);
        let object = object_of(&mut draw, 0, kind, a.world);
        let act = *draw.one(&TOKEN_ACTS);
        match may(&machine, act, &object, TODAY) {
            Verdict::Allowed { because } => {
                n_both += 1;
                assert!(a.says(act, &object) && b.says(act, &object) && !because.by_glass);
            }
            Verdict::Refused { .. } => {
                assert!(!scope_of(&machine, act, object.world, object.kind, TODAY).admits(&object));
            }
        }
    }
    assert!(n_both > 20, "{n_both}");
}

#[test]
fn a_token_gives_no_rights() {
    let role = |role: Role| Assignment {
        role,
        world: World::Coordination,
        service: service("gn"),
        territories: Territories::of([territory("R53")]),
        clearance: Marking::UNKNOWN,
        from: TODAY,
        until: TODAY,
    };
    let manager = Subject::new(person(0), [role(Role::Manager), role(Role::Analyst)], [], &TREE).unwrap();
    let newcomer = Subject::new(person(1), [], [], &TREE).unwrap();
    let right = Right::Role(role(Role::Analyst));
    assert!(may_grant(&manager, &newcomer, &right, TODAY).is_ok());
    let kinds = Kind::ALL.iter().copied().filter(|kind| kind.worlds().contains(&World::Coordination));
    let scope = TokenScope::new(World::Coordination, kinds, TOKEN_ACTS, Marking::UNKNOWN, (TODAY, TODAY), []).unwrap();
    assert!(may_grant(&narrow(manager, &scope), &newcomer, &right, TODAY).is_err());
}
