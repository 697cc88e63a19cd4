//! A store whose journal was tampered with: it does not open for work; it opens to be examined, tells what is wrong and
//! where, and takes no write.

use super::suite::{by, keys};
use beffroi_ports::Keys;
use beffroi_store::{JournalQuery, Store, StoreError};
use sea_orm::{ConnectionTrait, Database};
use std::path::Path;
use std::sync::Arc;

/// Entries of the store under test: the right edge has the subtrees of 8, 2 and 1 of them.
const ENTRIES: u64 = 11;

async fn made(path: &Path, keys: &Arc<dyn Keys>) {
    let store = Store::open_file(path, keys.clone()).await.unwrap();
    for n in 0..ENTRIES {
        store.account_create(&format!("a{n}"), "Synthetic", None, false, &by("maker", 0)).await.unwrap();
    }
}

async fn tamper(path: &Path, sql: &str) {
    let db = Database::connect(format!("sqlite://{}", path.display())).await.unwrap();
    assert!(db.execute_unprepared(sql).await.unwrap().rows_affected() > 0, "{sql} changes nothing");
    db.close().await.unwrap();
}

/// What is found once `sql` was run behind the store's back, and whether the store opens for work after it.
async fn found(sql: &str) -> (Vec<String>, bool, Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let (path, keys) = (folder.path().join("s.db"), keys());
    made(&path, &keys).await;
    tamper(&path, sql).await;
    let works = Store::open_file(&path, keys.clone()).await.is_ok();
    let store = Store::open_file_to_examine(&path, keys).await.unwrap();
    let faults = store.journal_tree_faults().await.unwrap().iter().map(ToString::to_string).collect();
    let shut = store.shut().map(str::to_owned);
    let written = store.account_create("late", "Synthetic", None, false, &by("maker", 1)).await;
    match &shut {
        None => assert!(written.is_ok(), "{written:?}"),
        Some(reason) => {
            assert!(matches!(&written, Err(StoreError::Shut { reason: told }) if told == reason), "{written:?}");
            assert!(store.account_fetch("late").await.unwrap().is_none(), "a write stood in a shut store");
            assert_eq!(store.journal_stored().await.unwrap(), ENTRIES);
        }
    }
    (faults, works, shut)
}

#[tokio::test]
async fn a_damaged_edge_is_examined_and_nothing_is_written_to_it() {
    let other = "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='";
    // Each way to damage the edge, and what must be told of where.
    for (sql, place) in [
        (format!("UPDATE journal_nodes SET hash = {other} WHERE level = 3 AND idx = 0"), "entries 0 to 8 excluded"),
        (format!("UPDATE journal_nodes SET hash = {other} WHERE level = 1 AND idx = 4"), "entries 8 to 10 excluded"),
        ("DELETE FROM journal_nodes WHERE level = 1 AND idx = 4".to_owned(), "level 1 is missing"),
        ("UPDATE journal_nodes SET hash = '?' WHERE level = 0 AND idx = 10".to_owned(), "cannot be read back"),
        ("UPDATE journal_state SET peaks = 'x'".to_owned(), "journal_state"),
        ("UPDATE journal_state SET size = 4".to_owned(), "peaks"),
    ] {
        let (faults, works, shut) = found(&sql).await;
        assert!(!works, "a store opens for work after `{sql}`");
        assert!(shut.is_some(), "{sql}");
        assert!(faults.iter().any(|fault| fault.contains(place)), "{sql}: {faults:#?}");
    }
}

#[tokio::test]
async fn an_inner_hash_and_a_shortened_count_are_found_too() {
    let (faults, works, shut) =
        found("UPDATE journal_nodes SET hash = (SELECT hash FROM journal_nodes WHERE level = 0) WHERE level = 2").await;
    // The edge stands: the store works, and only who looks at the whole tree sees it.
    assert!(works && shut.is_none());
    assert!(faults.iter().any(|fault| fault.contains("entries 0 to 4 excluded")), "{faults:#?}");
    // An older count with the edge that it had.
    let edge = "(SELECT hash FROM journal_nodes WHERE level = 3 AND idx = 0)";
    let (faults, works, _) = found(&format!("UPDATE journal_state SET size = 8, peaks = {edge}")).await;
    assert!(!works, "a journal that was cut short goes on");
    assert!(faults.iter().any(|fault| fault.contains("counts 8 entries, and 11 are stored")), "{faults:#?}");
}

/// The twin: what was not touched has no fault, works, and takes writes.
#[tokio::test]
async fn an_untouched_store_has_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let (path, keys) = (folder.path().join("s.db"), keys());
    made(&path, &keys).await;
    for store in [
        Store::open_file(&path, keys.clone()).await.unwrap(),
        Store::open_file_to_examine(&path, keys.clone()).await.unwrap(),
        Store::open_to_examine(&format!("sqlite:{}", path.display()), keys.clone()).await.unwrap(),
    ] {
        assert_eq!(store.shut(), None);
        assert_eq!(store.journal_tree_faults().await.unwrap(), Vec::new());
        assert_eq!(store.journal_stored().await.unwrap(), store.journal_size().await.unwrap());
        store.account_shut("a1", true, &by("maker", 5)).await.unwrap();
    }
    let store = Store::open_file(&path, keys).await.unwrap();
    assert_eq!(store.journal_search(&JournalQuery::default(), 100).await.unwrap().len() as u64, ENTRIES + 3);
}
