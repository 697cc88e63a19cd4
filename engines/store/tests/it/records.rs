//! Records, what stands around them, and tasks.

use super::suite::by;
use beffroi_journal::Act;
use beffroi_model::{Marking, Pap, Territory, Tlp};
use beffroi_register::{Change, Entry, Record, Step, Values};
use beffroi_rights::{Role, ServiceId, State};
use beffroi_store::{RecordBatch, RecordPut, Store, StoreError, TaskDraft, TaskFor, Telling};
use std::collections::BTreeSet;

fn put(token: &str, values: &[(&str, &str)]) -> RecordPut {
    let values: Values = values.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let links = values.get("back").map(|target| ("back".to_owned(), target.clone())).into_iter().collect();
    RecordPut {
        title: values.get("title").cloned().unwrap_or_default(),
        text: values.values().cloned().collect::<Vec<_>>().join(" "),
        record: Record {
            reference: token.to_owned(),
            register: "trial".to_owned(),
            state: "open".to_owned(),
            version: 1,
            values,
            path: Vec::new(),
            marking: Marking { tlp: Tlp::Green, pap: Pap::Green },
            owner: ServiceId::house(),
            territory: Territory::france(),
            author: "alix".parse().ok(),
            updated_at: super::suite::at(0),
            synthetic: false,
        },
        prefix: "TRY",
        expected: None,
        standing: State::Submitted,
        due: None,
        closed_at: None,
        entries: vec![Entry { field: ".state".to_owned(), value: "open".to_owned() }],
        links,
        what: "add".to_owned(),
        act: Act::Collect,
        reason: None,
        changes: Vec::new(),
    }
}

pub(crate) async fn records(store: &Store) {
    let journal = store.journal_size().await.unwrap();
    let task = TaskDraft {
        reference: "@0".to_owned(),
        register: "trial".to_owned(),
        rule: "tell".to_owned(),
        item: String::new(),
        to: TaskFor::Person("alix".parse().unwrap()),
        due: Some(super::suite::at(5000)),
        event: "add".to_owned(),
    };
    let telling = Telling { what: "record", about: "@1".to_owned(), told: BTreeSet::from(["alix".parse().unwrap()]) };
    let batch = RecordBatch {
        puts: vec![put("@0", &[("title", "first words")]), put("@1", &[("title", "second"), ("back", "@0")])],
        tasks: vec![task.clone(), TaskDraft { to: TaskFor::Role(Role::Analyst), due: None, ..task }],
        tellings: vec![telling],
    };
    let writer = by("alix", 100);
    let made = store.records_write("two", batch.clone(), &writer).await.unwrap();
    assert_eq!(made, ["TRY-2026-0001", "TRY-2026-0002"]);
    assert_eq!(store.journal_size().await.unwrap(), journal + 2);
    // The same request under the same key is answered, and done once.
    assert_eq!(store.records_write("two", batch, &writer).await.unwrap(), made);
    assert_eq!(store.journal_size().await.unwrap(), journal + 2);

    let rows = store.records_fetch(&made).await.unwrap();
    let second = &rows.iter().find(|row| row.record.reference == made[1]).unwrap().record;
    assert_eq!(second.value("back"), "TRY-2026-0001");
    assert_eq!(second.path.len(), 1);

    // A stale writer is refused, and leaves nothing.
    let mut changed = put(&made[0], &[("title", "other words")]);
    changed.record.path = vec![Step { at: super::suite::at(100), by: "add".into(), state: "open".into() }];
    changed.changes = vec![Change { field: "title".into(), from: "first words".into(), to: "other words".into() }];
    changed.what = "set".to_owned();
    changed.expected = Some(1);
    let alone = |put: &RecordPut| RecordBatch { puts: vec![put.clone()], ..RecordBatch::default() };
    assert_eq!(store.records_write("set", alone(&changed), &by("alix", 101)).await.unwrap(), [made[0].clone()]);
    let stale = store.records_write("again", alone(&changed), &by("bo", 102)).await;
    assert!(matches!(stale, Err(StoreError::Conflict { expected: 1, found: 2, .. })), "{stale:?}");
    let absent =
        RecordPut { record: Record { reference: "TRY-2026-0099".into(), ..changed.record.clone() }, ..changed };
    assert!(matches!(store.records_write("x", alone(&absent), &by("bo", 103)).await, Err(StoreError::Missing { .. })));

    let versions = store.record_versions(&made[0]).await.unwrap();
    assert_eq!(versions.iter().map(|v| (v.version, v.what.as_str())).collect::<Vec<_>>(), [(2, "set"), (1, "add")]);
    assert_eq!(versions[0].changes[0].to, "other words");

    // Tasks: for a person, for a role; done once.
    let whom = [TaskFor::Person("alix".parse().unwrap()), TaskFor::Role(Role::Analyst)];
    let tasks = store.tasks_for(&whom, 10).await.unwrap();
    assert_eq!(
        tasks.iter().map(|task| (task.reference.as_str(), task.due.is_some())).collect::<Vec<_>>(),
        [("TRY-2026-0001", true), ("TRY-2026-0001", false)]
    );
    assert!(store.tasks_for(&[TaskFor::Role(Role::Validator)], 10).await.unwrap().is_empty());
    assert_eq!(store.tasks_due(super::suite::at(6000), 10).await.unwrap().len(), 1);
    store.task_done(&tasks[0], "TRY-2026-0002", &by("alix", 104)).await.unwrap();
    assert!(matches!(store.task_done(&tasks[0], "x", &by("alix", 105)).await, Err(StoreError::Missing { .. })));
    assert_eq!(store.tasks_for(&whom, 10).await.unwrap().len(), 1);
    assert_eq!(store.task(&tasks[0].id).await.unwrap().unwrap().done_with.as_deref(), Some("TRY-2026-0002"));
    let told = store.notices(&"alix".parse().unwrap(), 10).await.unwrap();
    let told: BTreeSet<&str> = told.iter().map(|notice| notice.what.as_str()).collect();
    assert!(told.contains("task") && told.contains("record"), "{told:?}");

    // What is said and attached.
    store.record_comment(&made[0], "@alix well", BTreeSet::new(), &by("bo", 106)).await.unwrap();
    assert_eq!(store.record_comments(&made[0]).await.unwrap()[0].said, "@alix well");
    store.record_attach(&made[0], ("note.txt", "text/plain"), b"bytes", 1, &by("bo", 107)).await.unwrap();
    let most = store.record_attach(&made[0], ("b.txt", "text/plain"), b"more", 1, &by("bo", 108)).await;
    assert!(matches!(most, Err(StoreError::Refused { .. })), "{most:?}");
    let attached = store.record_attachments(&made[0]).await.unwrap();
    assert_eq!(attached.iter().map(|a| (a.name.as_str(), a.size)).collect::<Vec<_>>(), [("note.txt", 5)]);
    assert_eq!(store.record_attachment(&made[0], &attached[0].id).await.unwrap().as_deref(), Some(&b"bytes"[..]));
    // Of another record it is not.
    assert_eq!(store.record_attachment(&made[1], &attached[0].id).await.unwrap(), None);

    store.view_save("trial", "mine", "state=open", &by("alix", 109)).await.unwrap();
    assert_eq!(store.views("alix", "trial").await.unwrap()[0].query, "state=open");
    assert!(store.views("bo", "trial").await.unwrap().is_empty());
    store.view_save("trial", "mine", "", &by("alix", 110)).await.unwrap();
    assert!(store.views("alix", "trial").await.unwrap().is_empty());
}
