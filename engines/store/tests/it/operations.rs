//! Ten thousand random operations, many at once: as many entries in the journal as operations that happened, and a
//! purpose in each consultation.

use super::suite::{at, by, memory};
use beffroi_journal::Act;
use beffroi_model::{Marking, Territory};
use beffroi_rights::{
    Assignment, Kind, Object, Purpose, Role, ServiceId, Subject, Territories, World, consult, state_purpose,
};
use beffroi_store::{By, JournalQuery, ReportBuild, Store, StoreError};
use jiff::civil::date;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::BTreeMap;

const OPERATIONS: usize = 10_000;
const AT_ONCE: usize = 20;

/// What an operation writes into the journal: nothing when it is refused before.
type Written = Option<(Act, String)>;

fn series(n: usize) -> Object {
    let id = format!("SER-{n}").parse().unwrap();
    let mut object = Object::new(id, Kind::Series, World::Coordination, ServiceId::house(), Territory::france());
    object.marking = Marking::default();
    object.personal = true;
    object
}

async fn subject(store: &Store, n: usize) -> Subject {
    let given = Assignment {
        role: Role::Analyst,
        world: World::Coordination,
        service: ServiceId::house(),
        territories: Territories::Everywhere,
        clearance: Marking::UNKNOWN,
        from: date(2026, 1, 1),
        until: date(2026, 12, 31),
    };
    let tree = store.service_tree().await.unwrap();
    Subject::new(format!("p{n}").parse().unwrap(), [given], [], &tree).unwrap()
}

async fn operation(store: &Store, subject: &Subject, draw: &mut StdRng, n: usize) -> Written {
    let who = subject.person().to_string();
    let by = By::new(who.clone(), at(i64::try_from(n / 100).unwrap()));
    let on = date(2026, 1, 14);
    match draw.random_range(0..6) {
        0..=2 => {
            let object = series(draw.random_range(0..50));
            let purpose = Purpose::new("lecture pour la procédure en cours", "PV 2026/7").unwrap();
            let stated = state_purpose(subject, &object, purpose, on);
            // Without a purpose nothing is let through, and nothing is written.
            let bare = consult(subject, beffroi_rights::Act::Read, &object, &[], on);
            assert!(bare.is_err());
            if draw.random_bool(0.3) {
                return None;
            }
            let consultation = consult(subject, beffroi_rights::Act::Read, &object, &[stated], on).unwrap();
            store.consulted(Kind::Series, &consultation, &by).await.unwrap();
            Some((Act::Consult, object.id.to_string()))
        }
        3 => {
            let year = i16::try_from(1000 + n % 4000).unwrap();
            let build = ReportBuild { year, snapshot: 1, built_at: by.at, folder: "f".into() };
            let guard = Object::new(
                year.to_string().parse().unwrap(),
                Kind::AnnualReport,
                World::Coordination,
                ServiceId::house(),
                Territory::france(),
            );
            store.report_put(build.clone(), guard.clone(), &by).await.unwrap();
            // Sent again, it is the same operation.
            store.report_put(build, guard, &by).await.unwrap();
            Some((Act::Alter, year.to_string()))
        }
        4 => {
            let id = format!("SIG-{n}");
            let refused = store.signal_decide(&id.parse().unwrap(), "new", "motif", &by).await;
            assert!(matches!(refused, Err(StoreError::Missing { .. })));
            None
        }
        _ => {
            let id = format!("SER-{n}");
            store.refused(Kind::Series, &id, &by).await.unwrap();
            Some((Act::Refuse, id))
        }
    }
}

#[tokio::test]
async fn entries_equal_operations_and_each_consultation_says_why() {
    let store = memory().await;
    let lanes: Vec<_> = (0..AT_ONCE)
        .map(|lane| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut draw = StdRng::seed_from_u64(lane as u64);
                let subject = subject(&store, lane).await;
                let mut written: BTreeMap<(String, Act, String), usize> = BTreeMap::new();
                for n in 0..OPERATIONS / AT_ONCE {
                    let n = lane * OPERATIONS / AT_ONCE + n;
                    if let Some((act, id)) = operation(&store, &subject, &mut draw, n).await {
                        *written.entry((subject.person().to_string(), act, id)).or_default() += 1;
                    }
                }
                written
            })
        })
        .collect();
    let mut expected: BTreeMap<(String, Act, String), usize> = BTreeMap::new();
    for lane in lanes {
        for (key, n) in lane.await.unwrap() {
            *expected.entry(key).or_default() += n;
        }
    }
    let mut found: BTreeMap<(String, Act, String), usize> = BTreeMap::new();
    let mut before = None;
    let mut n_consultations = 0;
    loop {
        let query = JournalQuery { before, ..JournalQuery::default() };
        let page = store.journal_search(&query, 1000).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.index);
        for entry in page.into_iter().map(|entry| entry.entry.unwrap()) {
            if entry.act == Act::Consult {
                n_consultations += 1;
                let purpose = entry.purpose.expect("each consultation says why");
                assert_eq!(purpose.reference.as_deref(), Some("PV 2026/7"));
            }
            *found.entry((entry.who, entry.act, entry.object.id)).or_default() += 1;
        }
    }
    assert!(found == expected, "{} kinds of entries and {} of operations", found.len(), expected.len());
    assert!(n_consultations > 2_000, "{n_consultations}");
    // The twin: an operation that forgets its entry would be told apart.
    let forgotten = expected.keys().next().unwrap().clone();
    expected.remove(&forgotten);
    assert!(found != expected);
    let signed = store.journal_checkpoint(&by("log", 1_000)).await.unwrap();
    assert_eq!(signed.checkpoint().size, found.values().sum::<usize>() as u64);
}
