//! Services, rights, proposals, openings, purposes, what leaves.

use super::suite::{at, by};
use beffroi_model::{Marking, Pap, Territory, Tlp};
use beffroi_rights::{
    Act, Assignment, Because, Consultation, FileRef, GrantOutcome, Kind, Object, PersonId, Purpose, Right, Role,
    Service, ServiceId, ServiceLevel, State, Subject, Territories, WorkingDay, World, approve_grant, may, open_glass,
    propose_grant, state_purpose,
};
use beffroi_store::{RevealState, Store, StoreError};
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
    reveals(store).await;
    let waiting = store.outbox_list(20).await.unwrap();
    // A proposal, an opening, its verdict, three requests to reveal, two decisions.
    assert_eq!(waiting.iter().map(|w| w.what.topic.as_str()).collect::<Vec<_>>(), ["notify"; 8]);
    assert!(waiting.iter().all(|w| w.what.payload["to"].is_string()), "each is addressed: {waiting:?}");
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
    store.glass_open(Kind::Alert, opening, &by("new", 510)).await.unwrap();
    let open = store.rights(&person("new"), at(511)).await.unwrap().subject;
    assert!(may(&open, Act::Read, &alert, TODAY).is_allowed());
    let later = store.rights(&person("new"), at(510 + 4 * 3600)).await.unwrap().subject;
    assert!(!may(&later, Act::Read, &alert, TODAY).is_allowed(), "for four hours");
    let kept = store.glasses().await.unwrap().remove(0);
    assert_eq!((kept.kind, &kept.review), (Kind::Alert, &None));
    let own = store.glass_review(&kept.id, true, "relu par moi-même", &by("new", 512)).await;
    assert!(matches!(own, Err(StoreError::Refused { .. })), "{own:?}");
    store.glass_end(&kept.id, &by("new", 513)).await.unwrap();
    let ended = store.rights(&person("new"), at(513)).await.unwrap();
    assert!(ended.open.is_empty() && !may(&ended.subject, Act::Read, &alert, TODAY).is_allowed(), "ended early");
    let again = store.glass_end(&kept.id, &by("new", 514)).await;
    assert!(matches!(again, Err(StoreError::Missing { .. })), "once: {again:?}");
    store.glass_review(&kept.id, false, "le service était joignable", &by("m1", 515)).await.unwrap();
    let review = store.glasses().await.unwrap().remove(0).review.unwrap();
    assert_eq!((review.by.as_str(), review.justified), ("m1", false));
    let again = store.glass_review(&kept.id, true, "après coup, justifié", &by("m2", 516)).await;
    assert!(matches!(again, Err(StoreError::Missing { .. })), "a verdict stands: {again:?}");
    // The manager was told of the opening, the opener of the verdict; each reads only what is his or her own.
    let told = async |id: &str| -> Vec<String> {
        store.notices(&person(id), 10).await.unwrap().into_iter().map(|notice| notice.what).collect()
    };
    assert_eq!((told("m1").await, told("m2").await), (vec!["break-glass".to_owned()], vec!["proposal".to_owned()]));
    assert_eq!(told("new").await, ["break-glass-reviewed"]);
    let of_m1 = store.notices(&person("m1"), 10).await.unwrap().remove(0).id;
    let foreign = store.notices_read(Some(of_m1.clone()), &by("m2", 517)).await;
    assert!(matches!(foreign, Err(StoreError::Missing { .. })), "{foreign:?}");
    store.notices_read(Some(of_m1), &by("m1", 518)).await.unwrap();
    assert_eq!(store.notices_unread(&person("m1")).await.unwrap(), 0);
    assert_eq!(store.notices_unread(&person("m2")).await.unwrap(), 1);
    store.notices_read(None, &by("m2", 519)).await.unwrap();
    assert_eq!(store.notices_unread(&person("m2")).await.unwrap(), 0);
}

/// A reveal is decided by another person, shown once to who asked, and not after its end.
async fn reveals(store: &Store) {
    let object = || "SER-r".parse::<beffroi_rights::ObjectId>().unwrap();
    let ask = async |seconds| {
        let by = by("m1", seconds);
        store.reveal_ask(Kind::Series, object(), [person("m2")].into(), &by).await.unwrap();
        by.key.to_string()
    };
    let seen = |who: &str| Consultation {
        person: person(who),
        act: Act::Reveal,
        object: object(),
        file: FileRef::Object(object()),
        because: Because {
            role: Role::Analyst,
            service: ServiceId::house(),
            line: 1,
            basis: "test".into(),
            by_glass: false,
        },
        purpose: Some(Purpose::new("lecture pour la procédure en cours", "PV 2026/7").unwrap()),
        on: TODAY,
    };
    let missing = |answer: Result<(), StoreError>| assert!(matches!(answer, Err(StoreError::Missing { .. })));
    let id = ask(530).await;
    let fetch = async |id: &str| store.reveal(id).await.unwrap().unwrap();
    missing(store.reveal_show(&fetch(&id).await, &seen("m1"), &by("m1", 531)).await);
    missing(store.reveal_decide(&id, Some(at(600)), &by("m1", 532)).await);
    assert_eq!(fetch(&id).await.state, RevealState::Waiting, "nobody decides alone");
    store.reveal_decide(&id, Some(at(600)), &by("m2", 533)).await.unwrap();
    missing(store.reveal_decide(&id, None, &by("m2", 534)).await);
    let agreed = fetch(&id).await;
    assert_eq!((agreed.state, agreed.second_by.clone()), (RevealState::Approved, Some(person("m2"))));
    missing(store.reveal_show(&agreed, &seen("m2"), &by("m2", 535)).await);
    missing(store.reveal_show(&agreed, &seen("m1"), &by("m1", 600)).await);
    store.reveal_show(&agreed, &seen("m1"), &by("m1", 599)).await.unwrap();
    missing(store.reveal_show(&agreed, &seen("m1"), &by("m1", 599)).await);
    missing(store.reveal_close(&id, &by("m1", 599)).await);
    let second = ask(540).await;
    missing(store.reveal_close(&second, &by("m2", 541)).await);
    store.reveal_decide(&second, None, &by("m2", 542)).await.unwrap();
    assert_eq!(fetch(&second).await.state, RevealState::Refused);
    let third = ask(543).await;
    store.reveal_close(&third, &by("m1", 544)).await.unwrap();
    missing(store.reveal_decide(&third, Some(at(900)), &by("m2", 545)).await);
    assert_eq!(store.reveals(10).await.unwrap().len(), 3);
    let told = store.notices(&person("m1"), 2).await.unwrap();
    assert_eq!(told.iter().map(|n| n.what.as_str()).collect::<Vec<_>>(), ["reveal-refused", "reveal-approved"]);
    let shown = store.journal_search(&beffroi_store::JournalQuery::default(), 50).await.unwrap().into_iter();
    let shown: Vec<_> = shown.filter_map(|found| found.entry).filter(|entry| entry.object.id == "SER-r").collect();
    assert_eq!(shown.len(), 1, "shown once, journalled once: {shown:?}");
    assert_eq!(shown[0].purpose.as_ref().unwrap().reference.as_deref(), Some("PV 2026/7"));
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
