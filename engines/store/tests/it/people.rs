//! Services, rights, proposals, openings, purposes, what leaves.

use super::suite::{at, by};
use beffroi_model::{Marking, Pap, Territory, Tlp};
use beffroi_rights::{
    Act, Assignment, FileRef, GrantOutcome, Kind, Object, PersonId, Purpose, Right, Role, Service, ServiceId,
    ServiceLevel, State, Subject, Territories, WorkingDay, World, approve_grant, may, open_glass, propose_grant,
    state_purpose,
};
use beffroi_store::{Store, StoreError};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 1, 14);

fn person(id: &str) -> PersonId {
    id.parse().unwrap()
}

fn role(role: Role, service: &str, places: &[&str]) -> Assignment {
    Assignment {
        role,
        world: World::Coordination,
        service: service.parse().unwrap(),
        territories: Territories::of(places.iter().map(|place| place.parse().unwrap())),
        clearance: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
        from: date(2026, 1, 1),
        until: date(2026, 12, 31),
    }
}

async fn subject(store: &Store, id: &str) -> Subject {
    store.rights(&person(id), at(500)).await.unwrap().subject
}

pub(crate) async fn people(store: &Store) {
    let unit = |id: &str, parent: Option<&str>| Service {
        id: id.parse().unwrap(),
        level: ServiceLevel::Departmental,
        parent: parent.map(|parent| parent.parse().unwrap()),
    };
    store.service_put(unit("unit-35", Some("command")), &by("cli", 500)).await.unwrap();
    let orphan = store.service_put(unit("unit-x", Some("nowhere")), &by("cli", 500)).await;
    assert!(matches!(orphan, Err(StoreError::Refused { .. })), "{orphan:?}");

    let first = vec![
        (person("m1"), role(Role::Manager, "command", &["FR"])),
        (person("m1"), role(Role::Analyst, "command", &["FR"])),
        (person("m2"), role(Role::Manager, "command", &["FR"])),
        (person("m2"), role(Role::Analyst, "command", &["FR"])),
    ];
    store.grant_first(first.clone(), &by("cli", 501)).await.unwrap();
    let again = store.grant_first(first, &by("cli", 502)).await;
    assert!(matches!(again, Err(StoreError::Refused { .. })), "the first rights are given once: {again:?}");

    // One manager gives what concerns a unit; the whole country takes two.
    let (m1, m2, new) = (subject(store, "m1").await, subject(store, "m2").await, subject(store, "new").await);
    let local = Right::Role(role(Role::Analyst, "unit-35", &["35"]));
    let GrantOutcome::InForce(granted) = propose_grant(&m1, &new, local, TODAY).unwrap() else { panic!("takes one") };
    store.grant_write(granted, None, &by("m1", 503)).await.unwrap();
    let national = Right::Role(role(Role::Analyst, "command", &["FR"]));
    let GrantOutcome::AwaitsSecond(proposal) = propose_grant(&m1, &new, national, TODAY).unwrap() else {
        panic!("takes two")
    };
    let id = store.grant_propose(proposal.clone(), &by("m1", 504)).await.unwrap();
    let waiting = store.grants_pending().await.unwrap();
    assert_eq!((waiting.len(), &waiting[0].id, &waiting[0].proposal), (1, &id, &proposal));
    assert_eq!(subject(store, "new").await.assignments().count(), 1, "a proposal gives nothing");
    let agreed = approve_grant(waiting[0].proposal.clone(), &m1, &m2, &new, TODAY).unwrap();
    store.grant_write(agreed.clone(), Some(id.clone()), &by("m2", 505)).await.unwrap();
    assert_eq!(subject(store, "new").await.assignments().count(), 2);
    let twice = store.grant_write(agreed, Some(id), &by("m2", 506)).await;
    assert!(matches!(twice, Err(StoreError::Missing { .. })), "a proposal ends once: {twice:?}");
    assert_eq!(subject(store, "new").await.assignments().count(), 2);

    let given = store.grants().await.unwrap();
    let national = given.iter().find(|g| g.person == person("new") && g.second_by.is_some()).unwrap();
    assert_eq!((national.given_by.as_str(), national.second_by.as_deref()), ("m1", Some("m2")));
    store.grant_revoke(&national.id, &by("m2", 507)).await.unwrap();
    assert_eq!(subject(store, "new").await.assignments().count(), 1, "a right taken back is gone at once");

    glass(store).await;
    purposes(store, &m1).await;
    let waiting = store.outbox_list(10).await.unwrap();
    assert_eq!(waiting.iter().map(|w| w.what.topic.as_str()).collect::<Vec<_>>(), ["notify"; 2]);
    for sent in waiting {
        store.outbox_sent(sent.seq).await.unwrap();
    }
    assert!(store.outbox_list(10).await.unwrap().is_empty());
}

async fn glass(store: &Store) {
    let mut alert = Object::new(
        "FLASH-2026-900".parse().unwrap(),
        Kind::Alert,
        World::Coordination,
        "command".parse::<ServiceId>().unwrap(),
        Territory::france(),
    );
    alert.marking = Marking { tlp: Tlp::Amber, pap: Pap::Green };
    alert.state = State::Submitted;
    let new = subject(store, "new").await;
    assert!(!may(&new, Act::Read, &alert, TODAY).is_allowed());
    let reason = "attaque en cours sur un service voisin, personne d’autre joignable";
    let opening = open_glass(&new, &alert, reason, [person("m1")], at(510), TODAY).unwrap();
    store.glass_open(opening, &by("new", 510)).await.unwrap();
    let open = store.rights(&person("new"), at(511)).await.unwrap().subject;
    assert!(may(&open, Act::Read, &alert, TODAY).is_allowed());
    let later = store.rights(&person("new"), at(510 + 4 * 3600)).await.unwrap().subject;
    assert!(!may(&later, Act::Read, &alert, TODAY).is_allowed(), "for four hours");
    let kept = store.glasses().await.unwrap().remove(0);
    let own = store.glass_review(&kept.id, &by("new", 512)).await;
    assert!(matches!(own, Err(StoreError::Refused { .. })), "{own:?}");
    store.glass_review(&kept.id, &by("m1", 513)).await.unwrap();
    assert_eq!(store.glasses().await.unwrap()[0].reviewed_by.as_deref(), Some("m1"));
}

async fn purposes(store: &Store, subject: &Subject) {
    let mut object = Object::new(
        "SER-p".parse().unwrap(),
        Kind::Series,
        World::Coordination,
        ServiceId::house(),
        Territory::france(),
    );
    object.personal = true;
    let purpose = Purpose::new("lecture pour la procédure en cours", "PV 2026/7").unwrap();
    let stated = state_purpose(subject, &object, purpose, TODAY);
    store.purpose_state(&stated, &by("m1", 520)).await.unwrap();
    let day = WorkingDay::of(TODAY);
    let file = FileRef::of(&object);
    assert_eq!(store.purpose_stated(&person("m1"), &file, day).await.unwrap(), Some(stated));
    assert_eq!(store.purpose_stated(&person("m2"), &file, day).await.unwrap(), None);
    let tomorrow = WorkingDay::of(date(2026, 1, 15));
    assert_eq!(store.purpose_stated(&person("m1"), &file, tomorrow).await.unwrap(), None);
    let other = FileRef::Object("SER-q".parse().unwrap());
    assert_eq!(store.purpose_stated(&person("m1"), &other, day).await.unwrap(), None);
}
