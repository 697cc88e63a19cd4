//! Folders that are no lake, or no longer one.

use crate::samples::{Draw, counts, land_counts, land_reports, n_reports, reports};
use beffroi_lake::Lake;
use std::fs;
use std::path::Path;

async fn refusal(folder: &Path) -> String {
    Lake::open(folder).await.unwrap_err().to_string()
}

async fn filled(folder: &Path) {
    let lake = Lake::open(folder).await.unwrap();
    let mut draw = Draw::new(3);
    land_reports(&lake, "sha-1", &reports(&mut draw, 20, "a")).await;
    land_counts(&lake, "sha-2", &counts(&mut draw, 20)).await;
    land_reports(&lake, "sha-3", &reports(&mut draw, 20, "b")).await;
}

fn commit(folder: &Path, table: &str, version: u64) -> std::path::PathBuf {
    folder.join(table).join("_delta_log").join(format!("{version:020}.json"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_folder_becomes_a_lake_and_stays_one() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("données du service/lac");
    filled(&deep).await;
    let lake = Lake::open(&deep).await.unwrap();
    assert_eq!(n_reports(&lake, None).await, 40.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_open_an_empty_folder_make_one_lake() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = tokio::join!(Lake::open(folder.path()), Lake::open(folder.path()));
    let (a, b) = (a.unwrap(), b.unwrap());
    land_reports(&a, "sha-1", &reports(&mut Draw::new(3), 20, "a")).await;
    assert_eq!(n_reports(&b, None).await, 20.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_other_files_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("reports")).unwrap();
    fs::write(folder.path().join("reports/part-0.parquet"), "x").unwrap();
    let told = refusal(folder.path()).await;
    assert!(told.contains("holds files but no Delta log"), "{told}");

    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let told = refusal(&file).await;
    assert!(told.contains("open its folder"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_log_is_told_with_its_place() {
    for (table, version) in [("reports", 0), ("reports", 1), ("reports", 2), ("counts", 1)] {
        for content in ["", "{\"commitInfo\":", "{\"commitInfo\":{\"beffroi.snapshot\":1,\"beffroi.delivery\":{}}}"] {
            let folder = tempfile::tempdir().unwrap();
            filled(folder.path()).await;
            fs::write(commit(folder.path(), table, version), content).unwrap();
            let told = refusal(folder.path()).await;
            assert!(told.contains(table) || told.contains("is missing"), "{table} {version} `{content}`: {told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_vanished_is_not_made_anew_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    fs::remove_dir_all(folder.path().join("counts")).unwrap();
    let told = refusal(folder.path()).await;
    assert!(told.contains("snapshot 2 is missing"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_columns_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(Lake::open(folder.path()).await.unwrap());
    let first = commit(folder.path(), "reports", 0);
    let log = fs::read_to_string(&first).unwrap();
    let key = "\"beffroi.schemaVersion\":";
    assert!(log.contains(&format!("{key}\"2\"")), "{log}");
    fs::write(&first, log.replace(&format!("{key}\"2\""), &format!("{key}\"9\""))).unwrap();
    let told = refusal(folder.path()).await;
    assert!(told.contains("schema version 9 and this program reads 2"), "{told}");
}
