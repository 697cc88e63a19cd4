//! Registers of an exercise: marked once, for good, with nobody real on their list.

use super::post::recipient;
use super::suite::{at, by};
use beffroi_ports::doubles::KeysInMemory;
use beffroi_store::{JournalQuery, RecipientRow, Store, StoreError};
use std::sync::Arc;

#[tokio::test]
async fn the_mark_is_there_for_good_and_is_journalled() {
    let place = tempfile::tempdir().unwrap();
    let (path, keys) = (place.path().join("store.sqlite"), Arc::new(KeysInMemory::new(1)));
    let store = Store::open_file(&path, keys.clone()).await.unwrap();
    assert!(!store.is_exercise());
    store.exercise_mark("printemps", &by("direction", 1)).await.unwrap();
    assert_eq!(store.exercise().map(|mark| mark.name.as_str()), Some("printemps"));
    let again = store.exercise_mark("été", &by("direction", 2)).await;
    assert!(matches!(again, Err(StoreError::Refused { what: "exercise", .. })), "{again:?}");
    let entries = store.journal_search(&JournalQuery::default(), 10).await.unwrap();
    assert!(entries.iter().flat_map(|found| &found.entry).any(|entry| entry.object.kind == "exercise"), "{entries:?}");
    drop(store);
    let store = Store::open_file(&path, keys).await.unwrap();
    let mark = store.exercise().unwrap();
    assert_eq!((mark.name.as_str(), mark.made_at, mark.made_by.as_str()), ("printemps", at(1), "direction"));
}

#[tokio::test]
async fn registers_in_use_are_not_made_an_exercise() {
    let store = Store::memory(Arc::new(KeysInMemory::new(1))).await.unwrap();
    store.recipients_put(vec![recipient("real")], &by("a", 1)).await.unwrap();
    let refused = store.exercise_mark("printemps", &by("direction", 2)).await;
    assert!(
        matches!(&refused, Err(StoreError::Refused { reason, .. }) if reason.contains("recipients")),
        "{refused:?}"
    );
    assert!(!store.is_exercise());
}

#[tokio::test]
async fn nobody_real_is_put_on_the_list_of_an_exercise() {
    let store = Store::memory(Arc::new(KeysInMemory::new(1))).await.unwrap();
    store.exercise_mark("printemps", &by("direction", 1)).await.unwrap();
    let player = RecipientRow { exercise: true, ..recipient("player") };
    let refused = store.recipients_put(vec![player.clone(), recipient("real")], &by("a", 2)).await;
    assert!(matches!(&refused, Err(StoreError::Refused { reason, .. }) if reason.contains("real")), "{refused:?}");
    assert!(store.recipients().await.unwrap().is_empty());
    // The twin: who plays is taken, and cannot be made real afterwards.
    store.recipients_put(vec![player], &by("a", 3)).await.unwrap();
    assert!(store.recipients_put(vec![recipient("player")], &by("a", 4)).await.is_err());
    assert!(store.recipients().await.unwrap().iter().all(|row| row.exercise));
}

#[tokio::test]
async fn when_somebody_last_looked_only_goes_forward() {
    let store = Store::memory(Arc::new(KeysInMemory::new(1))).await.unwrap();
    let person = "veille".parse().unwrap();
    assert_eq!(store.looked_at(&person).await.unwrap(), None);
    store.looked(at(100), &by("veille", 120)).await.unwrap();
    store.looked(at(50), &by("veille", 130)).await.unwrap();
    store.looked(at(90), &by("autre", 130)).await.unwrap();
    assert_eq!(store.looked_at(&person).await.unwrap(), Some(at(100)));
    store.looked(at(200), &by("veille", 210)).await.unwrap();
    assert_eq!(store.looked_at(&person).await.unwrap(), Some(at(200)));
}
