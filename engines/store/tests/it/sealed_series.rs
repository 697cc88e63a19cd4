//! What a series rests on is sealed under a key of its own: absent from the file, erased with its key, never opened by a
//! list.

use super::registers::{a_series, guarded_series, linking, run};
use super::suite::by;
use beffroi_journal::{LogKey, Month, MonthKey};
use beffroi_ports::doubles::KeysInMemory;
use beffroi_ports::{Keys, KeysError, Sealed};
use beffroi_rights::{FileRef, Kind, PersonId, Purpose, StatedPurpose, WorkingDay};
use beffroi_store::{SeriesRow, Store};
use jiff::civil::date;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use zeroize::Zeroizing;

const CANARY: &str = "canary-4c7d0b9e55aa1f23";
/// The same text where rows are in clear: the scan must find it.
const CLEAR: &str = "clear-4c7d0b9e55aa1f23";

fn real(id: &str, last: jiff::civil::Date) -> SeriesRow {
    let content = json!({ "evidence": [{ "kind": "phone-number", "value": CANARY }] });
    SeriesRow { synthetic: false, last_on: last, phenomenon: Some(CLEAR.into()), content, ..a_series(id, 4) }
}

async fn replace(store: &Store, seconds: i64, rows: &[SeriesRow]) {
    let mut run = run(seconds);
    run.summary = json!({ "hubs": [CANARY] });
    let rows = rows.iter().cloned().map(guarded_series).collect();
    store.series_replace(run, rows, &linking(seconds)).await.unwrap();
}

/// The files of a folder that hold a text, byte for byte.
fn holding(folder: &Path, text: &str) -> usize {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    files.filter(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes())).count()
}

fn stated() -> StatedPurpose {
    StatedPurpose {
        person: "p-1".parse::<PersonId>().unwrap(),
        file: FileRef::Object("SER-a".parse().unwrap()),
        purpose: Purpose::new(&format!("enquête sur une série {CANARY}"), CANARY).unwrap(),
        day: WorkingDay::of("2026-01-14".parse().unwrap()),
    }
}

#[tokio::test]
async fn no_file_of_the_registers_holds_the_evidence_or_a_purpose_before_or_after_its_erasure() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(KeysInMemory::new(5));
    let store = Store::open_file(&folder.path().join("store.sqlite"), keys.clone()).await.unwrap();
    let rows = [real("SER-a", date(2023, 1, 10)), real("SER-b", date(2025, 6, 1))];
    replace(&store, 0, &rows).await;
    store.purpose_state(&stated(), &by("p-1", 1)).await.unwrap();
    assert_eq!(store.series_fetch(&rows[0].id).await.unwrap().as_ref(), Some(&rows[0]), "it opens");
    assert_eq!(holding(folder.path(), CANARY), 0, "database and write-ahead log");
    assert!(holding(folder.path(), CLEAR) > 0, "the twin: what is not sealed is found");

    // Each is a group of its own, with its ground and day, and one erased changes nothing of another.
    let kept = store.retention_counts().await.unwrap();
    let groups: Vec<&str> = kept.iter().map(|kept| kept.what.as_str()).filter(|w| w.starts_with("sealed/")).collect();
    let linkage = |day: &str| format!("sealed/linkage-cpp-230-22/{day}");
    assert_eq!(groups, [linkage("2023-01-10"), linkage("2025-06-01"), linkage("2026-01-14")]);
    assert_eq!(store.sealed_erase(&linkage("2023-01-10"), &by("operator", 2)).await.unwrap(), 1);
    assert_eq!(store.series_fetch(&rows[0].id).await.unwrap(), None);
    assert_eq!(store.series_list(10, 0).await.unwrap().len(), 1, "its row is gone too");
    assert!(store.object(Kind::Series, "SER-a").await.unwrap().is_none());
    assert_eq!(store.series_fetch(&rows[1].id).await.unwrap().as_ref(), Some(&rows[1]));
    assert_eq!(store.series_run().await.unwrap().unwrap().summary, json!({ "hubs": [CANARY] }));

    // No run brings it back; with a later report it is another record.
    replace(&store, 10, &rows).await;
    assert_eq!(store.series_count().await.unwrap(), 1);
    let later = SeriesRow { last_on: date(2025, 12, 24), ..rows[0].clone() };
    replace(&store, 20, &[later.clone(), rows[1].clone()]).await;
    assert_eq!(store.series_fetch(&later.id).await.unwrap(), Some(later));
    // A run replaced leaves no record behind: two series and the run.
    let n_records: u64 =
        store.retention_counts().await.unwrap().iter().filter(|k| k.what.starts_with("sealed/")).map(|k| k.count).sum();
    assert_eq!(n_records, 3);

    // When reports under them were erased, none opens, in this copy or an older one that comes back; then a run makes
    // them again.
    let old = folder.path().join("old.sqlite");
    store.copy_to(&old).await.unwrap();
    let aside = Store::open_file(&old, keys).await.unwrap();
    assert!(aside.series_fetch(&rows[1].id).await.unwrap().is_some(), "the twin: until then the copy opens");
    assert_eq!(store.series_erase_records(&by("operator", 30)).await.unwrap(), 3);
    for store in [&store, &aside] {
        assert_eq!(store.series_fetch(&rows[1].id).await.unwrap(), None);
        assert_eq!(store.series_run().await.unwrap().unwrap().summary, serde_json::Value::Null);
    }
    replace(&store, 40, &rows[1..]).await;
    assert_eq!(store.series_fetch(&rows[1].id).await.unwrap().as_ref(), Some(&rows[1]));
    assert!(aside.erase_erased(&by("operator", 50)).await.unwrap() >= 3);
    assert_eq!(aside.series_count().await.unwrap(), 0);
    assert_eq!(holding(folder.path(), CANARY), 0);
}

#[tokio::test]
async fn a_renewed_master_key_opens_series_and_the_copy_from_before_opens_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(KeysInMemory::new(6));
    let store = Store::open_file(&folder.path().join("store.sqlite"), keys.clone()).await.unwrap();
    let row = real("SER-a", date(2025, 6, 1));
    replace(&store, 0, std::slice::from_ref(&row)).await;
    let old = folder.path().join("old.sqlite");
    store.copy_to(&old).await.unwrap();
    let number = keys.rotate().unwrap();
    assert_eq!(store.rewrap_all(&by("operator", 1)).await.unwrap(), 2, "the series and the run");
    keys.retire_masters(number).unwrap();
    assert_eq!(store.series_fetch(&row.id).await.unwrap(), Some(row.clone()));
    let aside = Store::open_file(&old, keys).await.unwrap();
    assert!(aside.series_fetch(&row.id).await.is_err(), "wrapped under a key that no longer is");
}

/// Keys that count how often a seal is opened.
#[derive(Debug)]
struct Counting(KeysInMemory, AtomicUsize);

impl Keys for Counting {
    fn log_key(&self) -> Result<LogKey, KeysError> {
        self.0.log_key()
    }
    fn month_key(&self, month: Month, make: bool) -> Result<Option<MonthKey>, KeysError> {
        self.0.month_key(month, make)
    }
    fn months(&self) -> Result<Vec<Month>, KeysError> {
        self.0.months()
    }
    fn destroyed_months(&self) -> Result<Vec<Month>, KeysError> {
        self.0.destroyed_months()
    }
    fn destroy_month(&self, month: Month) -> Result<bool, KeysError> {
        self.0.destroy_month(month)
    }
    fn seal(&self, name: &str, plain: &[u8]) -> Result<Sealed, KeysError> {
        self.0.seal(name, plain)
    }
    fn open(&self, name: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, KeysError> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.open(name, sealed)
    }
    fn rewrap(&self, name: &str, sealed: &Sealed) -> Result<Option<Vec<u8>>, KeysError> {
        self.0.rewrap(name, sealed)
    }
    fn rotate(&self) -> Result<u32, KeysError> {
        self.0.rotate()
    }
    fn retire_masters(&self, number: u32) -> Result<usize, KeysError> {
        self.0.retire_masters(number)
    }
    fn erase(&self, names: &[&str]) -> Result<(), KeysError> {
        self.0.erase(names)
    }
    fn is_erased(&self, name: &str) -> Result<bool, KeysError> {
        self.0.is_erased(name)
    }
    fn random(&self, into: &mut [u8]) -> Result<(), KeysError> {
        self.0.random(into)
    }
}

#[tokio::test]
async fn a_list_opens_no_seal_and_a_sheet_one() {
    let keys = Arc::new(Counting(KeysInMemory::new(8), AtomicUsize::new(0)));
    let store = Store::memory(keys.clone()).await.unwrap();
    let rows: Vec<SeriesRow> = (0..300).map(|n| real(&format!("SER-{n:04}"), date(2025, 6, 1))).collect();
    replace(&store, 0, &rows).await;
    let opened = || keys.1.load(Ordering::Relaxed);
    let listed = store.series_list(200, 0).await.unwrap();
    assert!(listed.len() == 200 && listed.iter().all(|row| row.content.is_null()));
    store.series_count().await.unwrap();
    store.retention_counts().await.unwrap();
    assert_eq!(opened(), 0);
    store.series_fetch(&rows[7].id).await.unwrap().unwrap();
    assert_eq!(opened(), 1);
}
