//! Giving rights: one test for each guard, each starting from a grant that passes.

use crate::worlds::{TODAY, TREE, person, service, territory};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::*;
use jiff::civil::{Date, date};

const AMBER: Marking = Marking { tlp: Tlp::Amber, pap: Pap::Amber };
const END: Date = date(2026, 12, 31);

fn given(role: Role, world: World) -> Assignment {
    Assignment {
        role,
        world,
        service: service("gn-r53"),
        territories: Territories::of([territory("R53")]),
        clearance: AMBER,
        from: date(2026, 1, 1),
        until: END,
    }
}

fn holder(n: usize, assignments: &[Assignment]) -> Subject {
    Subject::new(person(n), assignments.iter().cloned(), [], &TREE).unwrap()
}

fn manager(n: usize) -> Subject {
    holder(n, &[given(Role::Manager, World::Coordination), given(Role::Analyst, World::Coordination)])
}

fn newcomer() -> Subject {
    holder(5, &[])
}

fn asked() -> Assignment {
    Assignment { service: service("gn-35"), from: TODAY, ..given(Role::Analyst, World::Coordination) }
}

fn give(granter: &Subject, asked: Assignment) -> Result<Granting, GrantRefused> {
    may_grant(granter, &newcomer(), &Right::Role(asked), TODAY)
}

#[test]
fn a_manager_gives_what_he_holds_within_his_service() {
    assert_eq!(give(&manager(1), asked()), Ok(Granting::Alone));
    let outcome = propose_grant(&manager(1), &newcomer(), Right::Role(asked()), TODAY).unwrap();
    let GrantOutcome::InForce(granted) = outcome else { panic!("local grants take one person") };
    assert_eq!((granted.by(), granted.second(), &granted.grant().to), (&person(1), None, &person(5)));
}

#[test]
fn manager_check_who_only_holds_the_role_cannot_give_it() {
    let analyst = holder(1, &[given(Role::Analyst, World::Coordination)]);
    assert_eq!(give(&analyst, asked()), Err(GrantRefused::NoGranter(World::Coordination)));
    let elsewhere = holder(1, &[given(Role::Manager, World::Statistics), given(Role::Analyst, World::Coordination)]);
    assert_eq!(give(&elsewhere, asked()), Err(GrantRefused::NoGranter(World::Coordination)));
}

#[test]
fn role_check_a_manager_cannot_give_a_role_he_lacks() {
    let validator = Assignment { role: Role::Validator, ..asked() };
    assert_eq!(give(&manager(1), validator), Err(GrantRefused::RoleNotHeld(Role::Validator)));
}

#[test]
fn service_check_beyond_the_subtree_is_refused() {
    for beyond in ["gn", "gn-53", "pn-r53"] {
        let refused = give(&manager(1), Assignment { service: service(beyond), ..asked() });
        assert_eq!(refused, Err(GrantRefused::BeyondManaged(Beyond::Service)), "{beyond}");
    }
}

#[test]
fn territory_check_beyond_the_own_is_refused() {
    for beyond in ["53", "NL", "FR"] {
        let territories = Territories::of([territory("35"), territory(beyond)]);
        let refused = give(&manager(1), Assignment { territories, ..asked() });
        assert_eq!(refused, Err(GrantRefused::BeyondManaged(Beyond::Territory)), "{beyond}");
    }
}

#[test]
fn clearance_check_tlp_and_pap_above_the_own_are_refused() {
    for clearance in [Marking { tlp: Tlp::AmberStrict, ..AMBER }, Marking { pap: Pap::Red, ..AMBER }] {
        let refused = give(&manager(1), Assignment { clearance, ..asked() });
        assert_eq!(refused, Err(GrantRefused::BeyondManaged(Beyond::Clearance)));
    }
}

#[test]
fn end_date_check_no_right_outlives_its_granters() {
    let refused = give(&manager(1), Assignment { until: END.tomorrow().unwrap(), ..asked() });
    assert_eq!(refused, Err(GrantRefused::BeyondManaged(Beyond::EndDate)));
    let refused = give(&manager(1), Assignment { from: date(2025, 12, 31), ..asked() });
    assert_eq!(refused, Err(GrantRefused::BeyondManaged(Beyond::StartDate)));
    let past = Assignment { from: date(2026, 1, 1), until: TODAY.yesterday().unwrap(), ..asked() };
    assert!(matches!(give(&manager(1), past), Err(GrantRefused::Past(_))));
}

#[test]
fn held_role_check_the_role_must_be_held_as_far_as_it_is_given() {
    let wide = given(Role::Manager, World::Coordination);
    let narrow = Assignment { until: date(2026, 11, 30), ..given(Role::Analyst, World::Coordination) };
    let refused = give(&holder(1, &[wide.clone(), narrow]), asked());
    assert_eq!(refused, Err(GrantRefused::BeyondHeld(Beyond::EndDate)));
    let ended = Assignment { until: TODAY.yesterday().unwrap(), ..given(Role::Analyst, World::Coordination) };
    assert_eq!(give(&holder(1, &[wide, ended]), asked()), Err(GrantRefused::RoleNotHeld(Role::Analyst)));
    let ended_manager = Assignment { until: TODAY.yesterday().unwrap(), ..given(Role::Manager, World::Coordination) };
    let refused = give(&holder(1, &[ended_manager, given(Role::Analyst, World::Coordination)]), asked());
    assert_eq!(refused, Err(GrantRefused::NoGranter(World::Coordination)));
}

#[test]
fn oneself_check_nobody_gives_rights_to_himself() {
    assert_eq!(may_grant(&manager(1), &manager(1), &Right::Role(asked()), TODAY), Err(GrantRefused::ToOneself));
}

#[test]
fn conflict_check_incompatible_roles_are_not_held_together() {
    let administrator = holder(5, &[given(Role::SystemAdministrator, World::Statistics)]);
    let refused = may_grant(&manager(1), &administrator, &Right::Role(asked()), TODAY);
    assert!(matches!(refused, Err(GrantRefused::Conflict { held: Role::SystemAdministrator, asked: Role::Analyst })));
    let former =
        Assignment { until: TODAY.yesterday().unwrap(), ..given(Role::SystemAdministrator, World::Statistics) };
    assert!(may_grant(&manager(1), &holder(5, &[former]), &Right::Role(asked()), TODAY).is_ok());
}

#[test]
fn unsound_check_a_role_in_a_foreign_world_is_refused() {
    let foreign = Assignment { world: World::Judicial, ..asked() };
    assert!(matches!(give(&manager(1), foreign), Err(GrantRefused::Assignment(_))));
}

fn national(n: usize) -> Subject {
    let whole = |role| Assignment {
        service: service("ministry"),
        territories: Territories::Everywhere,
        ..given(role, World::Coordination)
    };
    holder(n, &[whole(Role::Manager), whole(Role::Analyst)])
}

fn national_right() -> Right {
    Right::Role(Assignment { territories: Territories::Everywhere, ..asked() })
}

fn proposal() -> Proposal<Grant> {
    match propose_grant(&national(1), &newcomer(), national_right(), TODAY).unwrap() {
        GrantOutcome::AwaitsSecond(proposal) => proposal,
        GrantOutcome::InForce(_) => panic!("a national right takes two persons"),
    }
}

#[test]
fn two_persons_check_a_national_right_waits_for_another_person() {
    let granted = approve_grant(proposal(), &national(1), &national(2), &newcomer(), TODAY).unwrap();
    assert_eq!((granted.by(), granted.second()), (&person(1), Some(&person(2))));
    let alone = approve_grant(proposal(), &national(1), &national(1), &newcomer(), TODAY);
    assert_eq!(alone, Err(GrantRefused::Second(SecondRefused::SamePerson)));
}

#[test]
fn two_persons_check_control_and_operation_take_two_even_when_local() {
    let chief = holder(1, &[given(Role::Manager, World::Coordination), given(Role::Inspector, World::Coordination)]);
    let inspector = Assignment { role: Role::Inspector, ..asked() };
    assert_eq!(give(&chief, inspector), Ok(Granting::WithSecond));
}

#[test]
fn two_persons_check_the_second_must_hold_it_too_and_the_proposer_still() {
    let local = approve_grant(proposal(), &national(1), &manager(2), &newcomer(), TODAY);
    assert_eq!(local, Err(GrantRefused::BeyondManaged(Beyond::Territory)));
    let stripped = approve_grant(proposal(), &manager(1), &national(2), &newcomer(), TODAY);
    assert_eq!(stripped, Err(GrantRefused::BeyondManaged(Beyond::Territory)));
}

#[test]
fn two_persons_check_the_grantee_is_not_the_second_and_nobody_takes_anothers_place() {
    let Ok(GrantOutcome::AwaitsSecond(for_two)) = propose_grant(&national(1), &national(2), national_right(), TODAY)
    else {
        panic!("a national right takes two persons")
    };
    let own = approve_grant(for_two, &national(1), &national(2), &national(2), TODAY);
    assert_eq!(own, Err(GrantRefused::ToOneself));
    let swapped = approve_grant(proposal(), &national(3), &national(2), &newcomer(), TODAY);
    assert_eq!(swapped, Err(GrantRefused::AnotherPerson));
    let other = approve_grant(proposal(), &national(1), &national(2), &holder(6, &[]), TODAY);
    assert_eq!(other, Err(GrantRefused::AnotherPerson));
    let late = TODAY.saturating_add(jiff::Span::new().days(PROPOSAL_DAYS + 1));
    let lapsed = approve_grant(proposal(), &national(1), &national(2), &newcomer(), late);
    assert!(matches!(lapsed, Err(GrantRefused::Second(SecondRefused::Lapsed { .. }))));
}

// Habilitations.

fn habilitation(n: usize, natures: &[DataNature], ends_on: Date) -> Habilitation {
    let natures = natures.iter().copied().collect();
    Habilitation { person: person(n), inquiry: "inq-1".parse().unwrap(), natures, ends_on }
}

fn seizure() -> Seizure {
    Seizure { inquiry: "inq-1".parse().unwrap(), service: service("gn-35"), territory: territory("35") }
}

fn prosecutor() -> Subject {
    let bench = Assignment { service: service("ministry"), ..given(Role::Prosecutor, World::Judicial) };
    holder(1, &[bench])
}

fn investigator() -> Subject {
    holder(5, &[given(Role::Investigator, World::Judicial)])
}

const BOTH: [DataNature; 2] = [DataNature::ModusOperandi, DataNature::Identities];

fn habilitate(granter: &Subject, asked: Habilitation, seizure: Seizure) -> Result<Granting, GrantRefused> {
    may_grant(granter, &investigator(), &Right::Habilitation(asked, seizure), TODAY)
}

#[test]
fn a_prosecutor_habilitates_for_an_inquiry_of_the_jurisdiction() {
    assert_eq!(habilitate(&prosecutor(), habilitation(5, &BOTH, END), seizure()), Ok(Granting::Alone));
}

#[test]
fn habilitation_territory_check_another_jurisdiction_is_refused() {
    let far = Seizure { territory: territory("53"), ..seizure() };
    let refused = habilitate(&prosecutor(), habilitation(5, &BOTH, END), far);
    assert_eq!(refused, Err(GrantRefused::BeyondManaged(Beyond::Territory)));
}

#[test]
fn habilitation_end_date_check_it_does_not_outlive_the_granters() {
    let refused = habilitate(&prosecutor(), habilitation(5, &BOTH, END.tomorrow().unwrap()), seizure());
    assert_eq!(refused, Err(GrantRefused::BeyondManaged(Beyond::EndDate)));
    let past = habilitation(5, &BOTH, TODAY.yesterday().unwrap());
    assert!(matches!(habilitate(&prosecutor(), past, seizure()), Err(GrantRefused::Past(_))));
}

#[test]
fn seizure_check_only_investigators_of_the_service_seized() {
    let elsewhere = Seizure { service: service("pn-r53"), ..seizure() };
    let refused = habilitate(&prosecutor(), habilitation(5, &BOTH, END), elsewhere);
    assert!(matches!(refused, Err(GrantRefused::NotSeized(_))));
    let right = Right::Habilitation(habilitation(5, &BOTH, END), seizure());
    let no_investigator = may_grant(&prosecutor(), &newcomer(), &right, TODAY);
    assert!(matches!(no_investigator, Err(GrantRefused::NotSeized(_))));
}

#[test]
fn mismatch_check_the_habilitation_names_that_inquiry_and_that_person() {
    let other_inquiry = Seizure { inquiry: "inq-2".parse().unwrap(), ..seizure() };
    let refused = habilitate(&prosecutor(), habilitation(5, &BOTH, END), other_inquiry);
    assert_eq!(refused, Err(GrantRefused::Mismatch));
    let refused = habilitate(&prosecutor(), habilitation(6, &BOTH, END), seizure());
    assert_eq!(refused, Err(GrantRefused::Mismatch));
}

#[test]
fn held_habilitation_check_a_manager_passes_on_only_his_own() {
    let chief = |habilitations: &[Habilitation]| {
        let roles = [given(Role::Manager, World::Judicial), given(Role::Investigator, World::Judicial)];
        Subject::new(person(1), roles, habilitations.iter().cloned(), &TREE).unwrap()
    };
    let asked = || habilitation(5, &BOTH, date(2026, 11, 30));
    let own = habilitation(1, &BOTH, date(2026, 11, 30));
    assert_eq!(habilitate(&chief(std::slice::from_ref(&own)), asked(), seizure()), Ok(Granting::Alone));
    let shorter = Habilitation { ends_on: date(2026, 11, 29), ..own.clone() };
    let narrower = habilitation(1, &BOTH[..1], END);
    let other = Habilitation { inquiry: "inq-2".parse().unwrap(), ..own };
    for lacking in [vec![], vec![shorter], vec![narrower], vec![other]] {
        let refused = habilitate(&chief(&lacking), asked(), seizure());
        assert!(matches!(refused, Err(GrantRefused::InquiryNotHeld(_))), "{lacking:?}");
    }
}

#[test]
fn held_habilitation_check_a_manager_passes_on_only_for_inquiries_of_his_own_services() {
    let roles = [given(Role::Manager, World::Judicial), given(Role::Investigator, World::Judicial)];
    let chief = Subject::new(person(1), roles, [habilitation(1, &BOTH, END)], &TREE).unwrap();
    let wide = Assignment { service: service("ministry"), ..given(Role::Investigator, World::Judicial) };
    let elsewhere = Seizure { service: service("pn-r53"), ..seizure() };
    let right = Right::Habilitation(habilitation(5, &BOTH, END), elsewhere);
    let refused = may_grant(&chief, &holder(5, &[wide]), &right, TODAY);
    assert_eq!(refused, Err(GrantRefused::BeyondManaged(Beyond::Service)));
}

#[test]
fn seizure_check_another_role_or_a_former_investigator_is_not_habilitated() {
    let right = Right::Habilitation(habilitation(5, &BOTH, END), seizure());
    let former = Assignment { until: TODAY.yesterday().unwrap(), ..given(Role::Investigator, World::Judicial) };
    for role in [given(Role::Manager, World::Judicial), former] {
        let refused = may_grant(&prosecutor(), &holder(5, &[role]), &right, TODAY);
        assert!(matches!(refused, Err(GrantRefused::NotSeized(_))), "{refused:?}");
    }
}

#[test]
fn manager_check_a_prosecutor_gives_habilitations_but_no_roles() {
    let bench = given(Role::Prosecutor, World::Judicial);
    let refused = give(&holder(1, std::slice::from_ref(&bench)), Assignment { from: TODAY, ..bench });
    assert_eq!(refused, Err(GrantRefused::NoGranter(World::Judicial)));
}

#[test]
fn held_role_check_a_role_held_in_another_world_does_not_count() {
    let chief = holder(1, &[given(Role::Manager, World::Coordination), given(Role::Inspector, World::Statistics)]);
    let refused = give(&chief, Assignment { role: Role::Inspector, ..asked() });
    assert_eq!(refused, Err(GrantRefused::RoleNotHeld(Role::Inspector)));
}
