//! What the folder of the keys promises.

use super::*;
use beffroi_journal::{Act, Entry, ObjectRef, Record};
use std::fs;
use std::path::PathBuf;
use std::thread;

const JOURNAL: &str = "beffroi.example/journal";

fn folder() -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("keys");
    (place, path)
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// What a month's key makes of one entry: a key does not show its secret, and this tells two apart.
fn seals(keys: &FileKeys, month: Month) -> Option<Vec<u8>> {
    keys.month_key(month, false).unwrap().map(|key| {
        let entry = Entry {
            who: "account:1".to_owned(),
            at: "2026-11-22T15:00:00Z".parse().unwrap(),
            act: Act::SignIn,
            object: ObjectRef { kind: "account".to_owned(), id: "account:1".to_owned() },
            purpose: None,
            recipients: Vec::new(),
        };
        Record::seal(0, &entry, &key, [0; 24]).unwrap().sealed().to_vec()
    })
}

#[test]
fn the_same_folder_gives_the_same_keys_again() {
    let (_place, path) = folder();
    let (log, sealed, key) = {
        let keys = FileKeys::open(&path, JOURNAL).unwrap();
        keys.month_key(month("2026-11"), true).unwrap().unwrap();
        (keys.log_key().unwrap().verifier(), keys.seal("a", b"drawn").unwrap(), seals(&keys, month("2026-11")))
    };
    let keys = FileKeys::open(&path, JOURNAL).unwrap();
    assert_eq!(keys.log_key().unwrap().verifier(), log);
    assert_eq!(keys.open("a", &sealed).unwrap().as_slice(), b"drawn");
    assert_eq!(seals(&keys, month("2026-11")), key);
    assert_eq!(keys.months().unwrap(), [month("2026-11")]);
    assert!(FileKeys::open(&path, "another.example/journal").is_err(), "the log key is another journal's");
    // Another folder has other keys.
    let (_place, other) = folder();
    let keys = FileKeys::open(&other, JOURNAL).unwrap();
    assert_ne!(keys.log_key().unwrap().verifier(), log);
    assert!(keys.open("a", &sealed).is_err());
}

#[test]
fn a_destroyed_month_never_comes_back() {
    let (_place, path) = folder();
    let keys = FileKeys::open(&path, JOURNAL).unwrap();
    let (old, new) = (month("2023-11"), month("2026-11"));
    assert!(keys.month_key(old, false).unwrap().is_none());
    keys.month_key(old, true).unwrap().unwrap();
    keys.month_key(new, true).unwrap().unwrap();
    let kept = fs::read(path.join("month-2023-11.key")).unwrap();
    assert_eq!((keys.destroy_month(old), keys.destroy_month(old)), (Ok(true), Ok(false)));
    assert!(!path.join("month-2023-11.key").exists());
    assert!(keys.month_key(old, false).unwrap().is_none());
    assert!(matches!(keys.month_key(old, true), Err(KeysError::Destroyed { .. })));
    assert_eq!((keys.months().unwrap(), keys.destroyed_months().unwrap()), (vec![new], vec![old]));
    // An old copy of the key, put back by hand: not listed, not given, and removed when the folder is opened.
    keys.folder.write("month-2023-11.key", &kept).unwrap();
    assert!(keys.month_key(old, false).unwrap().is_none() && keys.months().unwrap() == [new]);
    let keys = FileKeys::open(&path, JOURNAL).unwrap();
    assert!(!path.join("month-2023-11.key").exists());
    assert!(keys.month_key(old, true).is_err());
}

/// The twin: without the list, an old copy of the key would come back.
#[test]
fn without_the_list_a_destroyed_month_would_come_back() {
    let (_place, path) = folder();
    let keys = FileKeys::open(&path, JOURNAL).unwrap();
    let old = month("2023-11");
    keys.month_key(old, true).unwrap().unwrap();
    let kept = fs::read(path.join("month-2023-11.key")).unwrap();
    keys.destroy_month(old).unwrap();
    drop(keys);
    fs::remove_file(path.join(DESTROYED)).unwrap();
    let keys = FileKeys::open(&path, JOURNAL).unwrap();
    keys.folder.write("month-2023-11.key", &kept).unwrap();
    assert!(keys.month_key(old, false).unwrap().is_some());
}

#[test]
fn an_erased_record_never_opens_again_even_from_an_old_copy() {
    let (_place, path) = folder();
    let keys = FileKeys::open(&path, JOURNAL).unwrap();
    let sealed = keys.seal("report:1", b"drawn").unwrap();
    let other = keys.seal("report:2", b"drawn").unwrap();
    keys.erase(&["report:1", "report:3"]).unwrap();
    for keys in [&keys, &FileKeys::open(&path, JOURNAL).unwrap()] {
        assert_eq!(keys.open("report:1", &sealed), Err(KeysError::erased("report:1")));
        assert!(keys.rewrap("report:1", &sealed).is_err() && keys.seal("report:3", b"x").is_err());
        assert!(keys.is_erased("report:3").unwrap() && !keys.is_erased("report:2").unwrap());
        assert!(keys.open("report:2", &other).is_ok());
    }
    // The list does not tell the names.
    let list = fs::read(path.join(ERASED)).unwrap();
    assert!(!list.windows(6).any(|part| part == b"report"));
}

#[test]
fn rotation_leaves_the_ciphertext_and_retires_old_masters() {
    let (_place, path) = folder();
    let keys = FileKeys::open(&path, JOURNAL).unwrap();
    let mut sealed = keys.seal("a", b"drawn").unwrap();
    let old = sealed.clone();
    assert_eq!((sealed.master(), keys.rewrap("a", &sealed)), (Some(1), Ok(None)));
    assert_eq!(keys.rotate(), Ok(2));
    // Records under the old master key still open until they are wrapped anew.
    assert_eq!(keys.open("a", &old).unwrap().as_slice(), b"drawn");
    sealed.wrapped = keys.rewrap("a", &sealed).unwrap().unwrap();
    assert_eq!((sealed.master(), keys.rewrap("a", &sealed)), (Some(2), Ok(None)));
    assert_eq!((keys.retire_masters(2), keys.retire_masters(99)), (Ok(1), Ok(0)));
    assert_eq!(keys.open("a", &sealed).unwrap().as_slice(), b"drawn");
    // What an old backup holds opens no more.
    assert_eq!(keys.open("a", &old), Err(KeysError::Absent { what: "master key 1".into() }));
    assert_eq!(FileKeys::open(&path, JOURNAL).unwrap().rotate(), Ok(3));
}

#[test]
fn two_processes_at_once_make_one_key() {
    let (_place, path) = folder();
    let made: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let keys = FileKeys::open(&path, JOURNAL).unwrap();
                    keys.month_key(month("2026-11"), true).unwrap().unwrap();
                    (keys.log_key().unwrap().verifier(), seals(&keys, month("2026-11")), keys.seal("a", b"x").unwrap())
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let keys = FileKeys::open(&path, JOURNAL).unwrap();
    for (log, month, sealed) in &made {
        assert_eq!((log, month), (&made[0].0, &made[0].1));
        assert!(keys.open("a", sealed).is_ok());
    }
    assert_eq!(keys.master_numbers().unwrap(), [1]);
}

#[test]
fn what_one_process_destroys_is_gone_for_the_other_at_once() {
    let (_place, path) = folder();
    let (one, two) = (FileKeys::open(&path, JOURNAL).unwrap(), FileKeys::open(&path, JOURNAL).unwrap());
    let sealed = one.seal("a", b"drawn").unwrap();
    one.month_key(month("2026-11"), true).unwrap();
    assert!(two.month_key(month("2026-11"), false).unwrap().is_some() && two.open("a", &sealed).is_ok());
    one.destroy_month(month("2026-11")).unwrap();
    one.erase(&["a"]).unwrap();
    assert!(two.month_key(month("2026-11"), false).unwrap().is_none() && two.open("a", &sealed).is_err());
}

#[test]
fn lost_masters_and_strange_files_are_told_at_start() {
    let (_place, path) = folder();
    let keys = FileKeys::open(&path, JOURNAL).unwrap();
    keys.log_key().unwrap();
    let master = fs::read(path.join("master-000001.key")).unwrap();
    fs::remove_file(path.join("master-000001.key")).unwrap();
    // A new master key is never made in place of one that is lost.
    assert!(matches!(FileKeys::open(&path, JOURNAL), Err(KeysError::Absent { .. })));
    keys.folder.write("master-000001.key", &master).unwrap();
    for name in ["notes.txt", "master-1.key", "month-2026-13.key", "month-2026-11.key.bak"] {
        keys.folder.write(name, b"x").unwrap();
        assert!(matches!(FileKeys::open(&path, JOURNAL), Err(KeysError::Malformed { .. })), "{name}");
        fs::remove_file(path.join(name)).unwrap();
    }
    keys.folder.write(".month-2026-11.key.1.1.new", b"half").unwrap();
    FileKeys::open(&path, JOURNAL).unwrap();
    assert!(!path.join(".month-2026-11.key.1.1.new").exists());
}

#[test]
fn erasures_of_another_folder_are_taken_over() {
    let ((_a, old), (_b, new)) = (folder(), folder());
    let keys = FileKeys::open(&old, JOURNAL).unwrap();
    keys.month_key(month("2023-11"), true).unwrap();
    let sealed = keys.seal("a", b"drawn").unwrap();
    let current = FileKeys::open(&new, JOURNAL).unwrap();
    current.destroy_month(month("2023-11")).unwrap();
    current.erase(&["a"]).unwrap();
    assert_eq!(keys.adopt_erasures(&new), Ok((1, 1)));
    assert!(keys.open("a", &sealed).is_err() && keys.months().unwrap().is_empty());
    assert!(!old.join("month-2023-11.key").exists());
}

#[test]
fn nothing_secret_is_printed() {
    let (_place, path) = folder();
    let keys = FileKeys::open(&path, JOURNAL).unwrap();
    keys.log_key().unwrap();
    keys.month_key(month("2026-11"), true).unwrap();
    let sealed = keys.seal("a", b"drawn").unwrap();
    let printed = format!(
        "{keys:?} {sealed:?} {:?} {:?} {:?}",
        keys.log_key().unwrap(),
        keys.month_key(month("2026-11"), false).unwrap(),
        keys.open("b", &sealed).unwrap_err()
    );
    for name in ["journal.key", "master-000001.key", "month-2026-11.key"] {
        let text = fs::read_to_string(path.join(name)).unwrap();
        let secret = text.lines().nth(2).unwrap();
        assert_eq!(secret.len(), 64);
        assert!(!printed.contains(secret) && !printed.contains(&secret[..8]), "{name}: {printed}");
    }
    let (mut one, mut two) = ([0; 32], [0; 32]);
    keys.random(&mut one).unwrap();
    keys.random(&mut two).unwrap();
    assert_ne!(one, two);
}
