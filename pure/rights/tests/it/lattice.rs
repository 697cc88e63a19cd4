//! The lattice: over 100 000 random sequences of grants, nobody ends above the join of what the granters held, told by an
//! oracle that takes each right apart into its smallest pieces and knows nothing of how grants are checked.

use crate::worlds::{Draw, TODAY, TREE, a_place, a_service, assignment, habilitation, person, territories};
use beffroi_model::{Marking, Pap, Territory, Tlp};
use beffroi_rights::*;
use jiff::civil::Date;

const N_PERSONS: usize = 5;

/// The smallest piece of a right: this role, here, on this day, for something so marked.
#[derive(Debug, Clone, Copy)]
struct Piece<'a> {
    role: Role,
    world: World,
    service: &'a ServiceId,
    territory: Option<&'a Territory>,
    marking: Marking,
    day: Date,
}

/// Whether `given` holds `piece`. No territory stands for "everywhere".
fn holds(given: &Assignment, piece: Piece<'_>) -> bool {
    let above = || TREE.ancestors(piece.service).any(|service| service.id == given.service);
    given.role == piece.role
        && given.world == piece.world
        && (given.service == *piece.service || above())
        && match (&given.territories, piece.territory) {
            (Territories::Everywhere, _) => true,
            (Territories::Of(codes), Some(territory)) => codes.contains(territory),
            (Territories::Of(_), None) => false,
        }
        && piece.marking.tlp <= given.clearance.tlp
        && piece.marking.pap <= given.clearance.pap
        && given.from <= piece.day
        && piece.day <= given.until
}

/// Every highest piece of `given`: each service below, each territory, the top marking, the first and the last day.
fn each_piece(given: &Assignment, mut see: impl FnMut(Piece<'_>)) {
    let mut piece = |service: &ServiceId, territory: Option<&Territory>| {
        for day in [given.from, given.until] {
            let (role, world, marking) = (given.role, given.world, given.clearance);
            see(Piece { role, world, service, territory, marking, day });
        }
    };
    for service in TREE.subtree(&given.service) {
        match &given.territories {
            Territories::Everywhere => piece(&service, None),
            Territories::Of(codes) => codes.iter().for_each(|territory| piece(&service, Some(territory))),
        }
    }
}

const ROLES: [Role; 6] =
    [Role::Manager, Role::Manager, Role::Analyst, Role::Validator, Role::Inspector, Role::SystemAdministrator];

/// A role with few territories, so that each sequence is short to take apart.
fn small(draw: &mut Draw, role: Role) -> Assignment {
    let mut given = assignment(draw, role);
    given.world = if draw.chance(850) { World::Coordination } else { given.world };
    given.world = if role.worlds().contains(&given.world) { given.world } else { role.worlds()[0] };
    given
}

fn starting(draw: &mut Draw) -> Vec<Vec<Assignment>> {
    let mut people = vec![Vec::new(); N_PERSONS];
    for one in people.iter_mut().take(3) {
        let mut manager = small(draw, Role::Manager);
        let work = if draw.chance(500) { Role::Analyst } else { *draw.one(&ROLES) };
        let mut held = small(draw, work);
        if draw.chance(700) {
            // A plausible pair: a manager who holds the role as far as he manages.
            manager.from = manager.from.min(TODAY);
            manager.until = manager.until.max(TODAY);
            if work.worlds().contains(&manager.world) {
                held = Assignment { role: work, ..manager.clone() };
            }
        }
        one.extend([manager, held]);
    }
    if draw.chance(400) {
        // Two of the same rank, who can be proposer and second person.
        people[1] = people[0].clone();
    }
    people
}

/// Something near what `granter` holds: the same, less, or a little more.
fn near(draw: &mut Draw, granter: &[Assignment]) -> Assignment {
    if granter.is_empty() || draw.chance(50) {
        let role = *draw.one(&ROLES);
        return small(draw, role);
    }
    let mut asked = draw.one(granter).clone();
    if draw.chance(300) {
        let below: Vec<ServiceId> = TREE.subtree(&asked.service).into_iter().collect();
        asked.service = draw.one(&below).clone();
    }
    if draw.chance(60) {
        asked.service = a_service(draw);
    }
    if draw.chance(60) {
        asked.territories = if draw.chance(300) { Territories::Everywhere } else { territories(draw) };
    }
    if draw.chance(100) {
        asked.clearance.tlp = *draw.one(&Tlp::ALL);
    }
    if draw.chance(100) {
        asked.clearance.pap = *draw.one(&Pap::ALL);
    }
    if draw.chance(100) {
        asked.until = crate::worlds::day(draw, -1, 9).max(asked.from);
    }
    if draw.chance(60) {
        asked.from = crate::worlds::day(draw, -9, 0).min(asked.until);
    }
    asked
}

fn subject(n: usize, held: &[Assignment]) -> Subject {
    Subject::new(person(n), held.iter().cloned(), [], &TREE).unwrap()
}

#[test]
fn over_100_000_random_sequences_of_grants_nobody_ends_above_the_join_of_the_granters() {
    let mut draw = Draw::new(31);
    let (mut n_granted, mut n_by_two, mut n_refused) = (0, 0, 0);
    for sequence in 0..100_000 {
        let start = starting(&mut draw);
        let mut people = start.clone();
        for _ in 0..3 {
            let (granter, grantee, second) = (draw.below(N_PERSONS), draw.below(N_PERSONS), draw.below(N_PERSONS));
            let asked = near(&mut draw, &people[granter]);
            let (a, b) = (subject(granter, &people[granter]), subject(grantee, &people[grantee]));
            let granted = match propose_grant(&a, &b, Right::Role(asked.clone()), TODAY) {
                Ok(GrantOutcome::InForce(granted)) => Some(granted),
                Ok(GrantOutcome::AwaitsSecond(proposal)) => {
                    let c = subject(second, &people[second]);
                    approve_grant(proposal, &a, &c, &b, TODAY).ok()
                }
                Err(_) => None,
            };
            let Some(granted) = granted else {
                n_refused += 1;
                continue;
            };
            n_granted += 1;
            assert_ne!(granter, grantee);
            let national = asked.territories == Territories::Everywhere || asked.role.is_control_or_operation();
            assert_eq!(granted.second().is_some(), national, "{asked:?}");
            let mut signers = vec![granter];
            if granted.second().is_some() {
                n_by_two += 1;
                assert!(second != granter && second != grantee);
                signers.push(second);
            }
            for signer in signers {
                let held: Vec<&Assignment> = people[signer].iter().filter(|held| held.is_active(TODAY)).collect();
                assert!(held.iter().any(|held| held.role == Role::Manager && held.world == asked.world));
                each_piece(&asked, |piece| {
                    assert!(held.iter().any(|held| holds(held, piece)), "sequence {sequence}: {piece:?} from {held:?}");
                });
            }
            people[grantee].push(asked);
        }
        // Nothing exists at the end that nobody held at the start.
        for held in people.iter().zip(&start).flat_map(|(now, before)| &now[before.len()..]) {
            each_piece(held, |piece| {
                let origin = start.iter().flatten().any(|given| holds(given, piece));
                assert!(origin, "sequence {sequence}: {piece:?} came out of nothing");
            });
        }
    }
    assert!(n_granted > 20_000 && n_by_two > 1_000 && n_refused > 100_000, "{n_granted} {n_by_two} {n_refused}");
}

#[test]
fn over_20_000_random_sequences_no_habilitation_reaches_beyond_a_prosecutor_or_its_holder() {
    let mut draw = Draw::new(32);
    let (mut n_granted, mut n_passed_on) = (0, 0);
    for _ in 0..20_000 {
        let roles = [Role::Prosecutor, Role::Manager, Role::Investigator, Role::Manager, Role::Investigator];
        let held: Vec<Vec<Assignment>> = roles
            .iter()
            .map(|role| {
                let wide = |role: Role, draw: &mut Draw| {
                    let mut given = assignment(draw, role);
                    given.world = World::Judicial;
                    if draw.chance(700) {
                        given.service = "ministry".parse().unwrap();
                        given.territories = Territories::Everywhere;
                        given.until = given.until.max(TODAY);
                    }
                    given
                };
                let mut held = vec![wide(*role, &mut draw)];
                if *role == Role::Manager {
                    held.push(wide(Role::Investigator, &mut draw));
                }
                held
            })
            .collect();
        let mut given: Vec<Vec<Habilitation>> = vec![Vec::new(); N_PERSONS];
        for _ in 0..6 {
            let (granter, grantee) = (draw.below(N_PERSONS), draw.below(N_PERSONS));
            let asked = if given[granter].is_empty() || draw.chance(300) {
                habilitation(&mut draw, &person(grantee))
            } else {
                Habilitation { person: person(grantee), ..draw.one(&given[granter]).clone() }
            };
            let seizure = Seizure {
                inquiry: asked.inquiry.clone(),
                service: a_service(&mut draw),
                territory: a_place(&mut draw),
            };
            let whole = |n: usize| Subject::new(person(n), held[n].clone(), given[n].clone(), &TREE).unwrap();
            let right = Right::Habilitation(asked.clone(), seizure.clone());
            if may_grant(&whole(granter), &whole(grantee), &right, TODAY).is_err() {
                continue;
            }
            n_granted += 1;
            let by_law = held[granter].iter().any(|role| {
                role.role == Role::Prosecutor
                    && role.is_active(TODAY)
                    && role.territories.contains(&seizure.territory)
                    && asked.ends_on <= role.until
            });
            let owns = asked.natures.iter().all(|nature| {
                given[granter].iter().any(|own| {
                    own.inquiry == asked.inquiry && own.natures.contains(nature) && own.ends_on >= asked.ends_on
                })
            });
            assert!(by_law || owns, "{asked:?}");
            n_passed_on += usize::from(!by_law);
            assert!(held[grantee].iter().any(|role| role.role == Role::Investigator && role.is_active(TODAY)));
            given[grantee].push(asked);
        }
    }
    assert!(n_granted > 2_000 && n_passed_on > 50, "{n_granted} {n_passed_on}");
}
