//! The write path: once under a key, all or nothing, both sides of a conflict, and a journal that proves itself.

use super::suite::{at, by, keys, memory};
use beffroi_journal::{Act, Keyring, Trust, checkpoints_to_text, entries_to_text, verify_export};
use beffroi_model::Territory;
use beffroi_rights::{Kind, Object, ServiceId, World};
use beffroi_store::{By, JournalQuery, ReportBuild, Store, StoreError, WriteKey};

fn guard(year: i16) -> Object {
    let id = year.to_string().parse().unwrap();
    Object::new(id, Kind::AnnualReport, World::Coordination, ServiceId::house(), Territory::france())
}

fn build(year: i16) -> ReportBuild {
    ReportBuild { year, snapshot: 1, built_at: at(0), folder: "f".into() }
}

#[tokio::test]
async fn a_write_sent_twice_is_done_once() {
    let store = memory().await;
    let sent = by("a", 0);
    for _ in 0..3 {
        store.report_put(build(2024), guard(2024), &sent).await.unwrap();
    }
    assert_eq!(store.journal_size().await.unwrap(), 1, "one entry for one write");
    // The same key with another content is no repetition.
    let other = store.report_put(build(2025), guard(2025), &sent).await;
    assert!(matches!(other, Err(StoreError::Refused { .. })), "{other:?}");
    // Nor is it under another name.
    let stolen = By { who: "b".into(), ..sent.clone() };
    assert!(store.report_put(build(2024), guard(2024), &stolen).await.is_err());
    store.report_put(build(2025), guard(2025), &sent.with_key(WriteKey::draw())).await.unwrap();
    assert_eq!(store.report_list().await.unwrap().len(), 2);
    assert_eq!(store.journal_size().await.unwrap(), 2);
}

#[tokio::test]
async fn a_write_that_failed_may_be_sent_again_under_its_key() {
    let store = memory().await;
    let sent = by("a", 0);
    let id = "SIG-a".parse().unwrap();
    assert!(store.signal_decide(&id, "new", "x", &sent).await.is_err());
    assert!(store.signal_decide(&id, "new", "x", &sent).await.is_err(), "what failed is not answered as done");
    store.report_put(build(2024), guard(2024), &sent).await.unwrap();
}

#[tokio::test]
async fn many_at_once_are_each_done_once_and_each_has_its_entry() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_file(&folder.path().join("s.db"), keys()).await.unwrap();
    let tasks: Vec<_> = (0..300_i16)
        .map(|i| {
            let store = store.clone();
            tokio::spawn(async move {
                // Every third write fails; every fifth comes twice.
                let sent = by(&format!("w{i}"), i64::from(i));
                if i % 3 == 0 {
                    assert!(store.signal_decide(&"SIG-x".parse().unwrap(), "new", "x", &sent).await.is_err());
                    return;
                }
                store.report_put(build(1000 + i), guard(1000 + i), &sent).await.unwrap();
                if i % 5 == 0 {
                    store.report_put(build(1000 + i), guard(1000 + i), &sent).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(store.report_list().await.unwrap().len(), 200);
    let entries = store.journal_search(&JournalQuery::default(), 1000).await.unwrap();
    assert_eq!(entries.len(), 200);
    assert!(entries.iter().all(|e| e.entry.as_ref().unwrap().act == Act::Alter));
}

/// The whole journal as an export, and what a verifier relies on.
async fn export(store: &Store) -> (String, String, Trust, Keyring) {
    let mut records = Vec::new();
    loop {
        let page = store.journal_export(records.len() as u64, 7).await.unwrap();
        if page.is_empty() {
            break;
        }
        records.extend(page);
    }
    let checkpoints = store.journal_checkpoints().await.unwrap();
    let mut ring = Keyring::new();
    for month in store.keys().months().unwrap() {
        ring.add(store.keys().month_key(month, false).unwrap().unwrap());
    }
    let trust = Trust::new(store.keys().log_key().unwrap().verifier());
    (entries_to_text(&records), checkpoints_to_text(&checkpoints), trust, ring)
}

#[tokio::test]
async fn what_is_exported_verifies_and_each_entry_proves_itself() {
    let store = memory().await;
    for i in 0..23_i16 {
        store.report_put(build(1000 + i), guard(1000 + i), &by("a", i64::from(i))).await.unwrap();
        if i % 10 == 4 {
            let signed = store.journal_checkpoint(&by("log", i64::from(i))).await.unwrap();
            assert_eq!(signed.checkpoint().size, u64::try_from(i).unwrap() + 1);
        }
    }
    let last = store.journal_checkpoint(&by("log", 30)).await.unwrap();
    assert_eq!(store.journal_checkpoint(&by("log", 31)).await.unwrap(), last, "nothing new, no new checkpoint");
    let (entries, checkpoints, trust, ring) = export(&store).await;
    let report = verify_export(entries.as_bytes(), checkpoints.as_bytes(), &trust, &ring);
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.size, report.opened, report.signed_checkpoints), (23, 23, 3));
    for index in 0..23 {
        let proven = store.journal_prove(index).await.unwrap().unwrap();
        let size = proven.checkpoint.checkpoint().size;
        let root = proven.checkpoint.checkpoint().root;
        beffroi_journal::verify_inclusion(&proven.record.record.leaf(), index, size, &root, &proven.proof).unwrap();
    }
    assert!(store.journal_prove(23).await.unwrap().is_none());
    let roots: Vec<_> = store.journal_checkpoints().await.unwrap();
    for old in &roots {
        let (old, new) = (old.checkpoint(), last.checkpoint());
        let proof = store.journal_consistency(old.size, new.size).await.unwrap();
        beffroi_journal::verify_consistency((old.size, &old.root), (new.size, &new.root), &proof).unwrap();
    }
}

#[tokio::test]
async fn a_month_whose_key_is_destroyed_goes_dark_and_stays_proven() {
    let store = memory().await;
    store.report_put(build(2024), guard(2024), &by("a", 0)).await.unwrap();
    store.journal_checkpoint(&by("log", 1)).await.unwrap();
    let month = store.keys().months().unwrap()[0];
    store.keys().destroy_month(month).unwrap();
    let entries = store.journal_search(&JournalQuery::default(), 10).await.unwrap();
    assert_eq!((entries.len(), entries[0].entry.clone()), (1, None));
    let of_a = JournalQuery { who: Some("a".into()), ..JournalQuery::default() };
    assert_eq!(store.journal_search(&of_a, 10).await.unwrap(), [], "its tokens say nothing any more");
    let (entries, checkpoints, trust, ring) = export(&store).await;
    assert!(verify_export(entries.as_bytes(), checkpoints.as_bytes(), &trust, &ring).is_sound());
    // Nothing more is written under a key that was destroyed.
    assert!(store.report_put(build(2025), guard(2025), &by("a", 2)).await.is_err());
    assert_eq!(store.report_list().await.unwrap().len(), 1, "and the data are not written without their entry");
}

#[tokio::test]
async fn a_consultation_that_cannot_be_journalled_is_refused() {
    let store = memory().await;
    // The clock goes back by days: the journal refuses, and so does everything that must be journalled.
    store.report_put(build(2024), guard(2024), &by("a", 0)).await.unwrap();
    let refused = store.refused(Kind::Series, "SER-a", &by("a", -200_000)).await;
    assert!(matches!(refused, Err(StoreError::Journal { .. })), "{refused:?}");
}
