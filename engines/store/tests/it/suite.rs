//! The storage suite, written once and run on SQLite in memory, on a SQLite file, and on PostgreSQL when
//! `BEFFROI_TEST_POSTGRES` gives the address of an empty database.

use super::{accounts, code_lists, digest, people, post, records, registers};
use beffroi_model::Territory;
use beffroi_ports::Keys;
use beffroi_ports::doubles::KeysInMemory;
use beffroi_rights::{Kind, Object, ServiceId, World};
use beffroi_store::{By, JournalQuery, Store};
use jiff::Timestamp;
use std::sync::Arc;

/// 14 January 2026, 9:30 UTC, and so many seconds.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_768_383_000 + seconds).unwrap()
}

/// Keys that no file holds.
pub(crate) fn keys() -> Arc<dyn Keys> {
    Arc::new(KeysInMemory::new(7))
}

/// `who` writes so many seconds after that instant.
pub(crate) fn by(who: &str, seconds: i64) -> By {
    By::new(who, at(seconds))
}

pub(crate) async fn memory() -> Store {
    Store::memory(keys()).await.unwrap()
}

#[tokio::test]
async fn on_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("with space?.db");
    let keys = keys();
    let store = Store::open_file(&path, keys.clone()).await.unwrap();
    everything(&store).await;
    drop(store);
    // What was written is there for the next one, by either way of naming the file.
    let store = Store::open(&format!("sqlite:{}", path.display()), keys).await.unwrap();
    assert_eq!(store.series_count().await.unwrap(), 3);
    assert!(store.journal_size().await.unwrap() > 10);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "others may read the store: {mode:o}");
    }
}

#[tokio::test]
async fn on_postgresql() {
    let Ok(url) = std::env::var("BEFFROI_TEST_POSTGRES") else {
        println!("skipped: BEFFROI_TEST_POSTGRES absent");
        return;
    };
    let store = Store::open(&url, keys()).await.unwrap();
    everything(&store).await;
}

pub(crate) async fn everything(store: &Store) {
    accounts::signing_in(store).await;
    accounts::sessions(store).await;
    registers::signals(store).await;
    registers::series(store).await;
    registers::alerts(store).await;
    post::post(store).await;
    post::jobs(store).await;
    registers::reports(store).await;
    registers::published(store).await;
    code_lists::code_lists(store).await;
    people::people(store).await;
    digest::digest(store).await;
    records::records(store).await;
    registers::journal(store).await;
}

#[tokio::test]
async fn another_address_is_refused() {
    for url in ["", "sqlite:", "mysql://u:secret@h/d", "/tmp/x.db"] {
        let refused = Store::open(url, keys()).await.map(|_| ()).unwrap_err().to_string();
        assert!(refused.contains("no address of a store"), "{refused}");
        assert!(!refused.contains("secret"), "{refused}");
    }
}

#[tokio::test]
async fn writers_at_once_leave_a_journal_without_gaps() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let keys = keys();
    let (a, b) = (Store::open_file(&path, keys.clone()).await.unwrap(), Store::open_file(&path, keys).await.unwrap());
    let tasks: Vec<_> = (0..40_i16)
        .map(|i| {
            let store = if i % 2 == 0 { a.clone() } else { b.clone() };
            tokio::spawn(async move {
                let id = (2000 + i).to_string().parse().unwrap();
                let guard =
                    Object::new(id, Kind::AnnualReport, World::Coordination, ServiceId::house(), Territory::france());
                let build =
                    beffroi_store::ReportBuild { year: 2000 + i, snapshot: 1, built_at: at(0), folder: "f".into() };
                store.report_put(build, guard, &by("who", 0)).await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let entries = a.journal_search(&JournalQuery::default(), 100).await.unwrap();
    assert!(entries.iter().rev().map(|e| e.index).eq(0..40));
}
