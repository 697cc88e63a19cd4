//! Fills a register and asks it as twenty persons at once would: `cargo run --release --example million -- FILE N`.
//!
//! Prints, for each kind of question, the middle and the ninety-fifth hundredth of the times; it judges nothing.

use beffroi_journal::Act as Logged;
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_ports::doubles::KeysInMemory;
use beffroi_register::{Entry, Record};
use beffroi_rights::{
    Act, Assignment, Kind, Role, Service, ServiceLevel, ServiceTree, State, Subject, Territories, World, scope_of,
};
use beffroi_store::{By, Cursor, RecordBatch, RecordPut, Seen, Store};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

const WORDS: [&str; 12] = [
    "extraction",
    "mobile",
    "déchiffrement",
    "licence",
    "station",
    "laboratoire",
    "cryptoactifs",
    "formation",
    "véhicule",
    "nuage",
    "rétro-ingénierie",
    "serveur",
];
const UNITS: usize = 500;
const USERS: usize = 20;
const QUESTIONS: usize = 40;
const BATCH: usize = 2000;

#[tokio::main]
async fn main() -> Outcome {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("a file is needed")?;
    let n: usize = arguments.next().as_deref().unwrap_or("1000000").parse()?;
    let store = Store::open_file(Path::new(&path), Arc::new(KeysInMemory::new(1))).await?;
    let first: Timestamp = "2026-01-01T00:00:00Z".parse()?;
    let begun = Instant::now();
    for from in (0..n).step_by(BATCH) {
        let puts: Outcome<Vec<_>> = (from..n.min(from + BATCH)).map(|i| put(i, first)).collect();
        let at = first.checked_add(SignedDuration::from_secs(i64::try_from(from)?))?;
        let batch = RecordBatch { puts: puts?, ..RecordBatch::default() };
        store.records_write("fill", batch, &By::new("fill", at)).await?;
    }
    println!("{n} records in {:.0} s", begun.elapsed().as_secs_f64());
    let all = seen(Role::Coordinator, "command")?;
    let own = seen(Role::Correspondent, "unit-7")?;
    let now = first.checked_add(SignedDuration::from_hours(24 * 200))?;
    for what in
        ["list", "page", "filter", "two filters", "own list", "search", "rare search", "own search", "deadlines"]
    {
        let mut people = Vec::new();
        for user in 0..USERS {
            let (store, all, own) = (store.clone(), all.clone(), own.clone());
            people.push(tokio::spawn(async move {
                let mut times = Vec::new();
                for k in 0..QUESTIONS {
                    let begun = Instant::now();
                    ask(what, &store, &all, &own, user * QUESTIONS + k, now).await?;
                    times.push(begun.elapsed().as_secs_f64() * 1000.0);
                }
                Outcome::Ok(times)
            }));
        }
        let mut times = Vec::new();
        for one in people {
            times.extend(one.await??);
        }
        times.sort_by(f64::total_cmp);
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
        println!("{what:12} {:7.1} ms {:7.1} ms", at(50), at(95));
    }
    Ok(())
}

async fn ask(what: &str, store: &Store, all: &Seen, own: &Seen, k: usize, now: Timestamp) -> Outcome {
    let entry = |field: &str, value: &str| Entry { field: field.to_owned(), value: value.to_owned() };
    let word = |k: usize| WORDS.get(k % WORDS.len()).copied().unwrap_or("mobile");
    let urgency = ["low", "medium", "high", "critical"].get(k % 4).copied().unwrap_or("low");
    match what {
        "list" => drop(store.record_list(all, &[], None, 50).await?),
        "page" => {
            let at = now.checked_sub(SignedDuration::from_hours(i64::try_from(k % 4000)?))?;
            let after = Cursor { at, reference: "NEED-2026-0500".to_owned() };
            drop(store.record_list(all, &[], Some(&after), 50).await?);
        }
        "filter" => drop(store.record_list(all, &[entry("urgency", urgency)], None, 50).await?),
        "two filters" => {
            let filters = [entry(".unit", &format!("unit-{}", k % UNITS)), entry("urgency", urgency)];
            drop(store.record_list(all, &filters, None, 50).await?);
        }
        "own list" => drop(store.record_list(own, &[], None, 50).await?),
        "search" => drop(store.record_search(std::slice::from_ref(all), word(k), 50).await?),
        "rare search" => {
            drop(store.record_search(std::slice::from_ref(all), &format!("{} dossier{k}", word(k)), 50).await?)
        }
        "own search" => drop(store.record_search(std::slice::from_ref(own), word(k), 50).await?),
        _ => drop(store.records_due(std::slice::from_ref(all), now, None, 200).await?),
    }
    Ok(())
}

fn put(i: usize, first: Timestamp) -> Outcome<RecordPut> {
    let word = |k: usize| WORDS.get(k % WORDS.len()).copied().unwrap_or("mobile");
    let unit = format!("unit-{}", (i * 7919) % UNITS);
    let urgency = ["low", "medium", "high", "critical"].get((i / 3) % 4).copied().unwrap_or("low");
    let title = format!("{} {} dossier{i}", word(i), word(i / 12 + 5));
    let entry = |field: &str, value: &str| Entry { field: field.to_owned(), value: value.to_owned() };
    let due = first.checked_add(SignedDuration::from_hours(i64::try_from((i * 31) % 20_000)?))?;
    Ok(RecordPut {
        record: Record {
            reference: format!("@{i}"),
            register: "need".to_owned(),
            state: "submitted".to_owned(),
            version: 1,
            values: [("title".to_owned(), title.clone()), ("urgency".to_owned(), urgency.to_owned())].into(),
            path: Vec::new(),
            marking: Marking { tlp: Tlp::Green, pap: Pap::Green },
            owner: unit.parse()?,
            territory: "35".parse()?,
            author: None,
            updated_at: first,
            synthetic: true,
        },
        prefix: "NEED",
        basis: "records",
        expected: None,
        standing: State::Submitted,
        title: title.clone(),
        due: i.is_multiple_of(4).then(|| (due, "due".to_owned())),
        closed_at: None,
        entries: vec![entry(".state", "submitted"), entry(".unit", &unit), entry("urgency", urgency)],
        links: Vec::new(),
        text: title,
        what: "add".to_owned(),
        act: Logged::Collect,
        reason: None,
        changes: Vec::new(),
        closes: None,
    })
}

fn seen(role: Role, service: &str) -> Outcome<Seen> {
    let mut services = vec![Service { id: "command".parse()?, level: ServiceLevel::Direction, parent: None }];
    for n in 0..UNITS {
        let parent = Some("command".parse()?);
        services.push(Service { id: format!("unit-{n}").parse()?, level: ServiceLevel::Departmental, parent });
    }
    let given = Assignment {
        role,
        world: World::Coordination,
        service: service.parse()?,
        territories: Territories::Everywhere,
        clearance: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
        from: date(2026, 1, 1),
        until: date(2026, 12, 31),
    };
    let subject = Subject::new("p1".parse()?, [given], [], &ServiceTree::new(services)?)?;
    let scope = scope_of(&subject, Act::Read, World::Coordination, Kind::Record, date(2026, 7, 1));
    Ok(Seen { register: "need", scope })
}
