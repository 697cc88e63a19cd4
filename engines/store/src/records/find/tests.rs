//! What the databases are asked: each list goes by an index, and none reads a table from end to end.

use super::*;
use crate::records::{RecordBatch, RecordPut};
use crate::write::By;
use beffroi_journal::Act as Logged;
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_ports::doubles::KeysInMemory;
use beffroi_register::Record;
use beffroi_rights::{
    Act, Assignment, Kind, Role, Service, ServiceLevel, ServiceTree, State, Subject, Territories, World, scope_of,
};
use jiff::civil::date;
use sea_orm::{ConnectionTrait, QueryTrait, Statement};
use std::sync::Arc;

fn subject(role: Role, service: &str) -> Subject {
    let tree = ServiceTree::new([
        Service { id: "command".parse().unwrap(), level: ServiceLevel::Direction, parent: None },
        Service {
            id: "unit".parse().unwrap(),
            level: ServiceLevel::Departmental,
            parent: Some("command".parse().unwrap()),
        },
    ])
    .unwrap();
    let given = Assignment {
        role,
        world: World::Coordination,
        service: service.parse().unwrap(),
        territories: Territories::of(["FR".parse().unwrap()]),
        clearance: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
        from: date(2026, 1, 1),
        until: date(2026, 12, 31),
    };
    Subject::new("p1".parse().unwrap(), [given], [], &tree).unwrap()
}

fn seen(role: Role, service: &str) -> Seen {
    let scope = scope_of(&subject(role, service), Act::Read, World::Coordination, Kind::Record, date(2026, 1, 14));
    Seen { register: "need", scope }
}

fn put(n: usize, owner: &str) -> RecordPut {
    let at: Timestamp = "2026-01-14T09:30:00Z".parse().unwrap();
    let record = Record {
        reference: format!("@{n}"),
        register: "need".to_owned(),
        state: "open".to_owned(),
        version: 1,
        values: [("title".to_owned(), format!("extraction mobile {n}"))].into(),
        path: Vec::new(),
        marking: Marking { tlp: Tlp::Green, pap: Pap::Green },
        owner: owner.parse().unwrap(),
        territory: "FR".parse().unwrap(),
        author: None,
        updated_at: at,
        synthetic: true,
    };
    let due = at.checked_add(jiff::SignedDuration::from_hours(n as i64)).unwrap();
    RecordPut {
        text: record.values["title"].clone(),
        title: record.values["title"].clone(),
        entries: vec![
            Entry { field: ".state".to_owned(), value: "open".to_owned() },
            Entry { field: ".unit".to_owned(), value: owner.to_owned() },
            Entry { field: "urgent".to_owned(), value: if n.is_multiple_of(3) { "yes" } else { "no" }.to_owned() },
        ],
        record,
        prefix: "NEED",
        basis: "records",
        expected: None,
        standing: State::Submitted,
        due: Some((due, "due".to_owned())),
        closed_at: None,
        links: Vec::new(),
        what: "add".to_owned(),
        act: Logged::Collect,
        reason: None,
        changes: Vec::new(),
        closes: None,
    }
}

async fn filled(n: usize) -> Store {
    let store = Store::memory(Arc::new(KeysInMemory::new(3))).await.unwrap();
    for part in (0..n).collect::<Vec<_>>().chunks(50) {
        let puts = part.iter().map(|n| put(*n, if n % 10 == 0 { "unit" } else { "command" })).collect();
        let at: Timestamp = "2026-01-14T09:30:00Z".parse().unwrap();
        let at = at.checked_add(jiff::SignedDuration::from_secs(part[0] as i64)).unwrap();
        store.records_write("fill", RecordBatch { puts, ..RecordBatch::default() }, &By::new("p1", at)).await.unwrap();
    }
    store
}

async fn plan(store: &Store, found: Select<entity::Entity>) -> String {
    let statement = found.build(DbBackend::Sqlite);
    let explain = Statement { sql: format!("EXPLAIN QUERY PLAN {}", statement.sql), ..statement };
    let rows = store.core.db.query_all_raw(explain).await.unwrap();
    rows.iter().map(|row| row.try_get::<String>("", "detail").unwrap()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn every_list_goes_by_an_index_and_sorts_nothing() {
    let store = filled(200).await;
    let all = seen(Role::Coordinator, "command");
    let entry = |field: &str, value: &str| Entry { field: field.to_owned(), value: value.to_owned() };
    let now: Timestamp = "2026-01-20T00:00:00Z".parse().unwrap();
    let after = Cursor { at: now, reference: "NEED-2026-0100".to_owned() };
    let two = [entry(".state", "open"), entry("urgent", "yes")];
    let question = Question::of(&store.core.db, "extraction mob").await.unwrap().unwrap();
    let asked = [
        ("a list", listed(&all, &[], Some(&after), 50), "records_listed"),
        ("a filter", listed(&all, &two[..1], Some(&after), 50), "record_entries_found"),
        ("two filters", listed(&all, &two, Some(&after), 50), "record_entries_found"),
        ("what is due", due(std::slice::from_ref(&all), now, Some(&after), 50), "records_due"),
        ("the search", searched(DbBackend::Sqlite, &all.scope, &["need", "action"], &question, 50), "records_seq"),
    ];
    for (what, found, index) in asked {
        let plan = plan(&store, found).await;
        assert!(plan.contains(index), "{what}: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{what} sorts: {plan}");
        let scans = plan.lines().any(|line| line.starts_with("SCAN") && !line.contains("VIRTUAL TABLE INDEX"));
        assert!(!scans || plan.contains("USING INDEX"), "{what} reads a table from end to end: {plan}");
    }
    // What is due of a person is found from what names them, not from all that is due.
    let plan_of = plan(&store, due_of(std::slice::from_ref(&all), &["handler", ".author"], "ana", now, 50)).await;
    assert!(plan_of.contains("record_entries_found") && !plan_of.contains("records_due"), "{plan_of}");
    // The twin: without its index the list would sort.
    store.core.db.execute_unprepared("DROP INDEX records_listed").await.unwrap();
    let plan = plan(&store, listed(&all, &[], Some(&after), 50)).await;
    assert!(plan.contains("TEMP B-TREE") || plan.contains("records_latest"), "{plan}");
}

#[tokio::test]
async fn pages_follow_one_another_and_hold_everything_once() {
    let store = filled(230).await;
    for (who, n) in [(seen(Role::Coordinator, "command"), 230), (seen(Role::Correspondent, "unit"), 23)] {
        for filters in [vec![], vec![Entry { field: ".state".to_owned(), value: "open".to_owned() }]] {
            let (mut references, mut after) = (Vec::new(), None);
            loop {
                let page = store.record_list(&who, &filters, after.as_ref(), 40).await.unwrap();
                references.extend(page.rows.into_iter().map(|row| row.record.reference));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            let once: std::collections::BTreeSet<&String> = references.iter().collect();
            assert_eq!((references.len(), once.len()), (n, n));
        }
    }
}

#[tokio::test]
async fn a_scope_bounds_the_list_the_search_and_the_board() {
    let store = filled(100).await;
    let (all, own) = (seen(Role::Coordinator, "command"), seen(Role::Correspondent, "unit"));
    let nobody = subject(Role::Coordinator, "command").acting_as(&[]);
    let scope = scope_of(&nobody, Act::Read, World::Coordination, Kind::Record, date(2026, 1, 14));
    let none = Seen { register: "need", scope };
    let until: Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
    for (seen, n) in [(&all, 100), (&own, 10), (&none, 0)] {
        let one = std::slice::from_ref(seen);
        assert_eq!(store.record_list(seen, &[], None, 500).await.unwrap().rows.len(), n);
        assert_eq!(store.record_search(one, "mobile", 500).await.unwrap().len(), n);
        assert_eq!(store.records_due(one, until, None, 500).await.unwrap().rows.len(), n);
        assert_eq!(store.records_since(one, Timestamp::UNIX_EPOCH, 500).await.unwrap().len(), n);
    }
    // NEED-2026-0002 belongs to the command: to the unit it is as if it were not.
    assert!(store.record_get(&all, "NEED-2026-0002").await.unwrap().is_some());
    assert!(store.record_get(&own, "NEED-2026-0002").await.unwrap().is_none());
    assert!(store.record_get(&own, "NEED-2026-9999").await.unwrap().is_none());
    // No question asks the index for its made-up words, or breaks its grammar.
    for question in ["\"", "*", "mobile OR 1", "zqo756e6974", "body : x", "mobile AND NOT ("] {
        assert!(store.record_search(std::slice::from_ref(&own), question, 10).await.unwrap().len() <= 10, "{question}");
    }
    assert_eq!(store.record_search(&[all], "Extraction MOBILE 7", 500).await.unwrap().len(), 11);
}

/// A store of records with these titles, the first first.
async fn titled(titles: impl IntoIterator<Item = String>) -> Store {
    let store = Store::memory(Arc::new(KeysInMemory::new(3))).await.unwrap();
    let at: Timestamp = "2026-01-14T09:30:00Z".parse().unwrap();
    let puts =
        titles.into_iter().enumerate().map(|(n, title)| RecordPut { text: title, ..put(n, "command") }).collect();
    store.records_write("fill", RecordBatch { puts, ..RecordBatch::default() }, &By::new("p1", at)).await.unwrap();
    store
}

async fn found(store: &Store, question: &str) -> Vec<String> {
    let all = [seen(Role::Coordinator, "command")];
    let rows = store.record_search(&all, question, 500).await.unwrap();
    rows.into_iter().map(|row| row.record.reference).collect()
}

async fn known_words(store: &Store) -> i64 {
    let rows = crate::sql::rows(&store.core.db, "count", "SELECT COUNT(*) AS n FROM record_words", []).await.unwrap();
    crate::sql::get(&rows[0], "n").unwrap()
}

#[tokio::test]
async fn beginnings_are_completed_without_accents_and_case() {
    let store =
        titled(["Dématérialisation des scellés", "DEMATERIALISER une saisie", "Démence"].map(str::to_owned)).await;
    for (question, n) in [
        ("dématérialis", 2),
        ("DEMATERIALIS", 2),
        ("dem", 3),
        ("dematerialisation", 1),
        ("scel demat", 1),
        ("d", 3),
        ("zut", 0),
        ("dem zut", 0),
        ("", 0),
        ("\u{345}", 0),
        ("dem \u{345}", 0),
    ] {
        assert_eq!(found(&store, question).await.len(), n, "{question}");
    }
}

#[tokio::test]
async fn beginnings_of_many_words_are_found_all_but_the_shortest() {
    let store = titled((0..90).map(|n| format!("dossier{n:02} x{n}"))).await;
    assert_eq!(found(&store, "dossier").await.len(), 90);
    assert_eq!(found(&store, "dossier1").await.len(), 10);
    // Too many words begin with it, and it is too short to ask the index for all of them: it is a word of its own.
    assert_eq!(found(&store, "x").await.len(), 0);
    assert_eq!(found(&store, "x7").await.len(), 11);
}

#[tokio::test]
async fn a_word_that_no_text_holds_any_more_is_not_kept() {
    let store = titled(["alpha beta", "beta gamma"].map(str::to_owned)).await;
    assert_eq!(known_words(&store).await, 3);
    let tx = crate::store::begin(&store.core.db).await.unwrap();
    search::forget(&tx, 1).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(known_words(&store).await, 2, "alpha is gone, beta stays for the other");
    assert_eq!(found(&store, "bet").await.len(), 1);
    let tx = crate::store::begin(&store.core.db).await.unwrap();
    search::forget(&tx, 2).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(known_words(&store).await, 0);
}

#[tokio::test]
async fn a_register_that_takes_all_places_hides_no_other() {
    let store = Store::memory(Arc::new(KeysInMemory::new(3))).await.unwrap();
    let at: Timestamp = "2026-01-14T09:30:00Z".parse().unwrap();
    let of = |register: &str, n: usize| {
        let mut put = put(n, "command");
        put.record.register = register.to_owned();
        put.prefix = if register == "need" { "NEED" } else { "ACT" };
        put
    };
    let puts = (0..3).map(|n| of("action", n)).chain((3..60).map(|n| of("need", n))).collect();
    store.records_write("fill", RecordBatch { puts, ..RecordBatch::default() }, &By::new("p1", at)).await.unwrap();
    let need = seen(Role::Coordinator, "command");
    let both = [Seen { register: "action", scope: need.scope.clone() }, need];
    let rows = store.record_search(&both, "mobile", 10).await.unwrap();
    let n = |register: &str| rows.iter().filter(|row| row.record.register == register).count();
    assert_eq!((n("action"), n("need")), (3, 10));
    // What is asked of one register finds none of another.
    assert_eq!(store.record_search(&both[..1], "mobile", 10).await.unwrap().len(), 3);
}

#[tokio::test]
async fn what_names_somebody_is_found_from_the_entries() {
    let store = Store::memory(Arc::new(KeysInMemory::new(3))).await.unwrap();
    let at: Timestamp = "2026-01-14T09:30:00Z".parse().unwrap();
    let named = |n: usize| {
        let mut put = put(n, "command");
        let who = if n == 7 { "ana" } else { "sol" };
        put.entries.push(Entry { field: "handler".to_owned(), value: who.to_owned() });
        put
    };
    let puts = (0..30).map(named).collect();
    store.records_write("fill", RecordBatch { puts, ..RecordBatch::default() }, &By::new("p1", at)).await.unwrap();
    let all = [seen(Role::Coordinator, "command")];
    let until: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
    let of = |who: &'static str, fields: &'static [&'static str]| {
        let (store, all) = (&store, &all);
        async move { store.records_due_of(all, (fields, who), until, 50).await.unwrap().len() }
    };
    assert_eq!(of("ana", &["handler", ".author"]).await, 1);
    assert_eq!(of("sol", &["handler"]).await, 29);
    assert_eq!(of("sol", &[".author"]).await, 0);
}
