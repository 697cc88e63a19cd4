//! A lake that an earlier program wrote: read as it was, and written to as of today.

use crate::samples::{Draw, land_reports, n_reports, reports};
use beffroi_lake::Lake;
use beffroi_model::{Report, Sex};
use beffroi_ports::{Dimension, Doomed, Erasure, Facts, Filter, ReportsQuery};
use jiff::Timestamp;
use std::fs;
use std::path::Path;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place)
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

fn old(folder: &Path) {
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables-1"), folder);
}

fn by_sex(snapshot: Option<u64>) -> ReportsQuery {
    ReportsQuery { by: vec![Dimension::Sex], snapshot, ..ReportsQuery::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lake_of_an_earlier_program_keeps_its_rows_and_takes_those_of_today() {
    let folder = tempfile::tempdir().unwrap();
    old(folder.path());
    let lake = Lake::open(folder.path()).await.unwrap();
    assert_eq!((n_reports(&lake, Some(1)).await, n_reports(&lake, None).await), (12.0, 20.0));
    let before = lake.reports(&by_sex(Some(1))).await.unwrap();
    assert_eq!((before.len(), before.row(0).and_then(|row| row.key(0))), (1, None), "no row of then has a sex");

    let mut rows: Vec<Report> = reports(&mut Draw::new(7), 9, "c");
    rows.iter_mut().for_each(|row| row.sex = Some(Sex::Female));
    land_reports(&lake, "d", &rows).await;
    for lake in [lake, Lake::open(folder.path()).await.unwrap()] {
        let found = lake.reports(&by_sex(None)).await.unwrap();
        let counts: Vec<_> = found.rows().map(|row| (row.key(0), row.value(0))).collect();
        assert_eq!(counts, [(None, Some(20.0)), (Some("female"), Some(9.0))]);
        assert_eq!(lake.reports(&by_sex(Some(1))).await.unwrap(), before, "the old snapshot is what it was");
        let filters = vec![Filter { dimension: Dimension::Sex, values: vec![String::new()] }];
        assert_eq!(lake.reports(&ReportsQuery { filters, ..by_sex(Some(1)) }).await.unwrap(), before);
        assert_eq!(lake.snapshots().await.unwrap().len(), 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_an_earlier_program_can_be_erased() {
    let folder = tempfile::tempdir().unwrap();
    old(folder.path());
    let lake = Lake::open(folder.path()).await.unwrap();
    let first = lake.snapshots().await.unwrap()[0].delivery.id.clone();
    let doomed = Doomed::Delivery(first);
    let erasure = Erasure { what: "lake/old".to_owned(), doomed, at: Timestamp::UNIX_EPOCH, note: "{}".to_owned() };
    assert_eq!(lake.erase(&erasure).await.unwrap().unwrap().total(), 12);
    assert_eq!((n_reports(&lake, Some(1)).await, n_reports(&lake, None).await), (0.0, 8.0));
}
