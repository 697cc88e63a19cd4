//! Records, what stands around them, and tasks.

use super::suite::by;
use beffroi_journal::Act;
use beffroi_model::{Marking, Pap, Territory, Tlp};
use beffroi_register::{Change, Entry, Record, Step, Values};
use beffroi_rights::{Role, ServiceId, State};
use beffroi_store::{Attaching, RecordBatch, RecordPut, Store, StoreError, TaskDraft, TaskFor, Telling};
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
        basis: "records",
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
        closes: None,
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
        puts: vec![put("@0", &[("title", "first words")]), put("@1", &[("title", "@0"), ("back", "@0")])],
        tasks: vec![task.clone(), TaskDraft { to: TaskFor::Role(Role::Analyst), due: None, ..task }],
        tellings: vec![telling],
        attached: Vec::new(),
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
    // Only what refers is named anew: a text that reads like a token stays.
    assert_eq!(second.value("title"), "@0");
    let back = store.records_back(&made[0], 10).await.unwrap();
    assert_eq!(back.iter().map(|row| row.record.reference.as_str()).collect::<Vec<_>>(), ["TRY-2026-0002"]);
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
    // Told once as soon, once as late, then no more; what has no term is not told.
    let (before, after) = (super::suite::at(4000), super::suite::at(6000));
    let to_tell = async |now| store.tasks_to_tell(super::suite::at(7000), now, 10).await.unwrap();
    assert_eq!(to_tell(before).await.iter().map(|task| task.told).collect::<Vec<_>>(), [0]);
    store.task_tell(&tasks[0], ("task-soon", 1), BTreeSet::new(), &by("job", 111)).await.unwrap();
    assert!(to_tell(before).await.is_empty());
    let late = to_tell(after).await;
    store.task_tell(&late[0], ("task-late", 2), BTreeSet::new(), &by("job", 112)).await.unwrap();
    assert!(to_tell(after).await.is_empty());
    assert_eq!(store.tasks_open(&made[0]).await.unwrap(), 2);
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
    let file = |name: &str, bytes: &[u8]| Attaching {
        reference: made[0].clone(),
        name: name.to_owned(),
        media: "text/plain",
        bytes: bytes.to_vec(),
        most: 1,
    };
    store.record_attach(&file("note.txt", b"bytes"), &by("bo", 107)).await.unwrap();
    let most = store.record_attach(&file("b.txt", b"more"), &by("bo", 108)).await;
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

    // What was closed in a month goes whole, with what stands around it; what is open or closed later stays.
    let closed = RecordPut {
        closed_at: Some("2023-11-30T23:00:00Z".parse().unwrap()),
        basis: "records-trial",
        ..put("@0", &[("title", "closed one"), ("back", &made[0])])
    };
    let later = RecordPut { closed_at: Some("2023-12-01T00:00:00Z".parse().unwrap()), ..closed.clone() };
    let gone = store.records_write("closed", alone(&closed), &by("alix", 120)).await.unwrap();
    let stays = store.records_write("later", alone(&later), &by("alix", 121)).await.unwrap();
    let attached = Attaching { reference: gone[0].clone(), ..file("of-closed.txt", b"secret") };
    store.record_attach(&attached, &by("alix", 122)).await.unwrap();
    store.record_comment(&gone[0], "soon gone", BTreeSet::new(), &by("alix", 123)).await.unwrap();
    let bytes = store.record_attachments(&gone[0]).await.unwrap()[0].id.clone();
    let kept = store.retention_counts().await.unwrap();
    let kept: Vec<_> = kept.iter().filter(|kept| kept.what.starts_with("records/")).collect();
    assert_eq!(
        kept.iter().map(|kept| (kept.what.as_str(), kept.basis.as_str(), kept.count, kept.closed)).collect::<Vec<_>>(),
        [
            ("records/trial/2023-11", "records-trial", 1, true),
            ("records/trial/2023-12", "records-trial", 1, true),
            ("records/trial/open", "records", 2, false),
        ]
    );
    assert_eq!(kept[0].last.to_string(), "2023-11-30");
    for wrong in
        ["records/trial/open", "records/trial", "records/trial/2023-1%", "sessions/2023-11", "records/a b/2023-11"]
    {
        assert!(store.records_erase(wrong, &by("job", 124)).await.is_err(), "{wrong}");
    }
    assert_eq!(store.records_erase("records/trial/2023-11", &by("job", 125)).await.unwrap(), 1);
    assert_eq!(store.records_erase("records/trial/2023-11", &by("job", 126)).await.unwrap(), 0);
    assert!(store.records_fetch(&gone).await.unwrap().is_empty());
    assert_eq!(store.records_fetch(&stays).await.unwrap().len(), 1);
    assert!(store.record_versions(&gone[0]).await.unwrap().is_empty());
    assert!(store.record_comments(&gone[0]).await.unwrap().is_empty());
    assert_eq!(store.record_attachment(&gone[0], &bytes).await.unwrap(), None);
    assert!(store.keys().is_erased(&format!("attachment/{bytes}")).unwrap());
    let back = store.records_back(&made[0], 10).await.unwrap();
    assert!(back.iter().all(|row| row.record.reference != gone[0]) && back.len() == 2);
    // A number that was given is not given again.
    let next = store.records_write("next", alone(&put("@0", &[("title", "next")])), &by("alix", 127)).await.unwrap();
    assert!(next[0] > stays[0], "{next:?} {stays:?}");
}
