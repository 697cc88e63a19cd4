//! The persons of the sample: one for each role, and two who hold what an ordinary day takes.

use super::sample::{LOGIN, PASSWORD, now};
use beffroi_model::Marking;
use beffroi_rights::{
    Act, Assignment, FileRef, PersonId, Purpose, Role, ServiceId, StatedPurpose, Territories, WorkingDay, World,
    scope_of,
};
use beffroi_store::{By, Store};
use jiff::civil::{Date, date};

/// The day of the sample.
pub(crate) const TODAY: Date = date(2026, 1, 14);

/// A role for the command, over the whole country, for the year of the sample.
pub(crate) fn assignment(role: Role, world: World) -> Assignment {
    Assignment {
        role,
        world,
        service: ServiceId::house(),
        territories: Territories::Everywhere,
        clearance: Marking::UNKNOWN,
        from: date(2026, 1, 1),
        until: date(2026, 12, 31),
    }
}

/// The login of whoever holds one role alone.
pub(crate) fn login_of(role: Role) -> String {
    format!("role-{}", role.code())
}

fn held() -> Vec<(String, Vec<(Role, World)>)> {
    use Role::{Analyst, Coordinator, DutyOfficer, Manager, Publisher, Statistician, Validator};
    use World::{Coordination, Statistics};
    let everyday = vec![
        (Statistician, Statistics),
        (Analyst, Coordination),
        (Validator, Coordination),
        (Coordinator, Coordination),
        (Manager, Coordination),
    ];
    let chief = vec![
        (Publisher, Statistics),
        (Analyst, Coordination),
        (Validator, Coordination),
        (DutyOfficer, Coordination),
        (Manager, Coordination),
    ];
    let mut held = vec![(LOGIN.to_owned(), everyday), ("chef".to_owned(), chief), ("personne".to_owned(), Vec::new())];
    for role in Role::ALL {
        held.push((login_of(*role), role.worlds().iter().map(|world| (*role, *world)).collect()));
    }
    held
}

/// Makes the accounts and gives the rights.
pub(crate) async fn fill(store: &Store) {
    let by = || By::new("cli", now());
    let mut rights = Vec::new();
    for (login, roles) in held() {
        let (name, password) = match login.as_str() {
            LOGIN => ("Analyste de jour", Some(PASSWORD)),
            "chef" => ("Cheffe de quart", Some(PASSWORD)),
            // They open by a session that the tests make: hashing a password for each would take long.
            _ => ("Personne d’essai", None),
        };
        store.account_create(&login, name, password, false, &by()).await.unwrap();
        let person: PersonId = login.parse().unwrap();
        rights.extend(roles.into_iter().map(|(role, world)| (person.clone(), assignment(role, world))));
    }
    store.grant_first(rights, &by()).await.unwrap();
}

/// Two persons have said why they open the first series.
pub(crate) async fn purposes(store: &Store) {
    let first = store.series_list(1, 0).await.unwrap()[0].id.clone();
    for login in [LOGIN, "chef"] {
        let stated = StatedPurpose {
            person: login.parse().unwrap(),
            file: FileRef::Object(first.as_str().parse().unwrap()),
            purpose: Purpose::new("rapprochement pour l’enquête en cours", "PV 2026/12").unwrap(),
            day: WorkingDay::of(TODAY),
        };
        store.purpose_state(&stated, &By::new(login, now())).await.unwrap();
    }
}

/// Whether the sample holds what the tests of rights rest on.
#[tokio::test]
async fn each_person_holds_what_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let app = super::sample::app(folder.path()).await;
    for (login, roles) in held() {
        let rights = app.store.rights(&login.parse().unwrap(), now()).await.unwrap();
        let found: Vec<(Role, World)> = rights.subject.assignments().map(|given| (given.role, given.world)).collect();
        assert_eq!(found.len(), roles.len(), "{login}");
        assert!(roles.iter().all(|role| found.contains(role)), "{login}");
    }
    let nobody = app.store.rights(&"personne".parse().unwrap(), now()).await.unwrap().subject;
    for kind in beffroi_rights::Kind::ALL {
        for world in World::ALL {
            assert_eq!(scope_of(&nobody, Act::Read, *world, *kind, TODAY).branches().len(), 0);
        }
    }
}

/// The same role for one service and one place.
pub(crate) fn narrowed(given: Assignment, service: ServiceId, place: &str) -> Assignment {
    Assignment { service, territories: Territories::of([place.parse().unwrap()]), ..given }
}

/// Gives a role as two managers would: what the store takes is a right that passed the rules of giving.
pub(crate) async fn give(store: &Store, login: &str, given: Assignment) {
    use beffroi_rights::{GrantOutcome, Right, Subject, approve_grant, propose_grant};
    let tree = store.service_tree().await.unwrap();
    let all = |role: Role, world: World| assignment(role, world);
    let giver = |id: &str| {
        let roles = [all(Role::Manager, given.world), all(given.role, given.world)];
        Subject::new(id.parse().unwrap(), roles, [], &tree).unwrap()
    };
    let (first, second) = (giver("giver-1"), giver("giver-2"));
    let grantee = store.rights(&login.parse().unwrap(), now()).await.unwrap().subject;
    let granted = match propose_grant(&first, &grantee, Right::Role(given), TODAY).unwrap() {
        GrantOutcome::InForce(granted) => granted,
        GrantOutcome::AwaitsSecond(proposal) => approve_grant(proposal, &first, &second, &grantee, TODAY).unwrap(),
    };
    store.grant_write(granted, None, &By::new("giver-1", now())).await.unwrap();
}
