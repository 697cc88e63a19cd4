//! One writer at a time, and readers that see what others wrote.

use crate::samples::{Draw, delivery, land, land_counts, land_reports, n_reports, reports, source};
use beffroi_lake::Lake;
use beffroi_model::DeliveryOutcome;
use beffroi_ports::{Facts, FactsError, ReportsQuery, Rows};
use serde_json::{Value, json};
use std::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_writer_is_told_to_wait() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (Lake::open(folder.path()).await.unwrap(), Lake::open(folder.path()).await.unwrap());
    let rows = reports(&mut Draw::new(1), 10, "a");
    let runtime = tokio::runtime::Handle::current();
    let mut refused = Vec::new();
    let batches = std::iter::once_with(|| {
        for lake in [&first, &second] {
            let other = vec![Ok(Rows::Reports(rows.clone()))];
            refused.push(runtime.block_on(land(lake, "sha-2", other)));
        }
        Ok(Rows::Reports(rows.clone()))
    });
    let provenance = delivery("sha-1", 10);
    let landed =
        first.land(&source("feed"), "sha-1", "1", Box::new(batches), Box::new(move || provenance)).await.unwrap();
    assert_eq!(landed, DeliveryOutcome::Landed { snapshot: 1 });
    assert!(refused.iter().all(|outcome| matches!(outcome, Err(FactsError::Busy { .. }))), "{refused:?}");
    assert_eq!(land_reports(&second, "sha-2", &rows).await, DeliveryOutcome::Landed { snapshot: 2 });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_lake_sees_what_another_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let (writer, reader) = (Lake::open(folder.path()).await.unwrap(), Lake::open(folder.path()).await.unwrap());
    let mut draw = Draw::new(2);
    for snapshot in 1..=12 {
        let rows = reports(&mut draw, 10, &format!("{snapshot}-"));
        assert_eq!(
            land_reports(&writer, &format!("sha-{snapshot}"), &rows).await,
            DeliveryOutcome::Landed { snapshot }
        );
        assert_eq!(n_reports(&reader, None).await, snapshot as f64 * 10.0);
        assert_eq!(reader.landed(&source("feed"), &format!("sha-{snapshot}"), "1").await.unwrap(), Some(snapshot));
    }
    let counts = crate::samples::counts(&mut draw, 5);
    assert_eq!(land_counts(&reader, "counts", &counts).await, DeliveryOutcome::Landed { snapshot: 13 });
    let again = land_counts(&writer, "counts", &counts).await;
    assert_eq!(again, DeliveryOutcome::AlreadyThere { snapshot: 13 });
    for snapshot in (1..=12).rev() {
        assert_eq!(n_reports(&reader, Some(snapshot)).await, snapshot as f64 * 10.0, "after a checkpoint");
    }
    let reopened = Lake::open(folder.path()).await.unwrap();
    assert_eq!(reopened.snapshots().await.unwrap(), writer.snapshots().await.unwrap());
    assert_eq!(reopened.reports(&ReportsQuery::default()).await.unwrap().snapshot, 13);
}

/// The actions of a commit of the table of reports, by their name.
fn actions(folder: &Path, version: u64) -> Vec<(String, Value)> {
    let commit = std::fs::read_to_string(log_entry(folder, version)).unwrap();
    let lines = commit.lines().map(|line| serde_json::from_str::<serde_json::Map<String, Value>>(line).unwrap());
    lines.flatten().collect()
}

fn log_entry(folder: &Path, version: u64) -> std::path::PathBuf {
    folder.join(format!("reports/_delta_log/{version:020}.json"))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_commit_carries_rows_provenance_and_transaction() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).await.unwrap();
    land_reports(&lake, "sha-1", &reports(&mut Draw::new(1), 10, "a")).await;
    let actions = actions(folder.path(), 1);
    let of = |name: &str| actions.iter().filter(|(n, _)| n == name).map(|(_, value)| value).collect::<Vec<_>>();
    let [info] = of("commitInfo")[..] else { panic!("{actions:?}") };
    assert_eq!(info["beffroi.snapshot"], 1);
    assert_eq!(info["beffroi.delivery"], serde_json::to_value(delivery("sha-1", 10)).unwrap());
    let [txn] = of("txn")[..] else { panic!("{actions:?}") };
    assert_eq!((&txn["appId"], &txn["version"]), (&json!("feed:sha-1:1"), &json!(1)));
    let [add] = of("add")[..] else { panic!("{actions:?}") };
    assert!(folder.path().join("reports").join(add["path"].as_str().unwrap()).is_file());
    let stats: Value = serde_json::from_str(add["stats"].as_str().unwrap()).unwrap();
    assert_eq!(stats["numRecords"], 10);
    let bounded: Vec<&String> = stats["minValues"].as_object().unwrap().keys().collect();
    assert_eq!(bounded, ["reported_on", "source"], "no identifier and no observable goes into the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compaction_by_another_tool_takes_nothing_away() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).await.unwrap();
    land_reports(&lake, "sha-1", &reports(&mut Draw::new(1), 10, "a")).await;
    // The same rows in another file, and the old one cleared away.
    let mut add = actions(folder.path(), 1).into_iter().find(|(name, _)| name == "add").unwrap().1;
    let old = add["path"].as_str().unwrap().to_owned();
    let table = folder.path().join("reports");
    std::fs::rename(table.join(&old), table.join("compacted.parquet")).unwrap();
    add["path"] = json!("compacted.parquet");
    add["dataChange"] = json!(false);
    let remove = json!({"remove": {"path": old, "dataChange": false, "deletionTimestamp": 1}});
    let lines = [json!({"commitInfo": {"operation": "OPTIMIZE"}}), remove, json!({ "add": add })];
    std::fs::write(log_entry(folder.path(), 2), lines.map(|line| line.to_string()).join("\n")).unwrap();

    assert_eq!(n_reports(&lake, None).await, 10.0);
    assert_eq!(n_reports(&lake, Some(1)).await, 10.0);
    let next = land_reports(&lake, "sha-2", &reports(&mut Draw::new(2), 10, "b")).await;
    assert_eq!(next, DeliveryOutcome::Landed { snapshot: 2 });
    assert_eq!(n_reports(&lake, None).await, 20.0);
    assert!(table.join("compacted.parquet").exists());
}
