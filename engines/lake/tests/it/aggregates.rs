//! What is kept added up answers as the rows do, to the last bit, whatever happens to the lake; and when it is not there,
//! stale or damaged, the rows answer.

use crate::samples::{
    Draw, common_query, counts, delivery, land, land_counts, land_reports, n_reports, reports, reports_query, source,
};
use beffroi_lake::Lake;
use beffroi_model::{Layer, Report, ReportId, ReportKind};
use beffroi_ports::doubles::MemoryFacts;
use beffroi_ports::{Dimension, Doomed, Erasure, Facts, Filter, Measure, ReportsQuery, Rows};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const QUESTIONS: u64 = 24;
/// Stands in the rows that are erased and nowhere else.
const CANARY: &str = "canary-b61f0d3e77a94c12";

fn by(by: &[Dimension]) -> ReportsQuery {
    ReportsQuery { by: by.to_vec(), ..ReportsQuery::default() }
}

async fn erase(facts: &dyn Facts, doomed: Doomed) {
    let what = "lake/feed/x".to_owned();
    let erasure = Erasure { what, doomed, at: Timestamp::UNIX_EPOCH, note: "{}".to_owned() };
    facts.erase(&erasure).await.unwrap();
}

fn of_delivery(n_rows: u64) -> Doomed {
    Doomed::Delivery(format!("DEL-{n_rows:032x}").parse().unwrap())
}

fn of_feed<'a>(rows: impl IntoIterator<Item = &'a Report>) -> Doomed {
    let ids: BTreeSet<ReportId> =
        rows.into_iter().filter(|row| row.source.as_str() == "feed").map(|row| row.id.clone()).collect();
    Doomed::Reports { source: source("feed"), ids }
}

/// Asks the same of the lake by both of its ways and of its double; gives how many questions were answered from aggregates
/// alone, and how many from these and from rows.
async fn agree(lake: &Lake, double: &dyn Facts, first_seed: u64, snapshots: u64) -> (u64, u64) {
    let (mut alone, mut mixed) = (0, 0);
    for seed in first_seed..first_seed + QUESTIONS {
        let mut draw = Draw::new(seed);
        for query in [common_query(&mut draw, snapshots), reports_query(&mut draw, snapshots)] {
            let answering = lake.answering(&query).await.unwrap();
            alone += u64::from(answering.shape.is_some() && answering.rows == 0);
            mixed += u64::from(answering.shape.is_some() && answering.rows > 0);
            let (quick, rows) = (lake.reports(&query).await.unwrap(), lake.reports_from_rows(&query).await.unwrap());
            assert_eq!(quick, rows, "seed {seed}, {answering:?}: {query:?}");
            assert_eq!(quick, double.reports(&query).await.unwrap(), "seed {seed}, {answering:?}: {query:?}");
        }
    }
    (alone, mixed)
}

#[tokio::test(flavor = "multi_thread")]
async fn aggregates_answer_as_the_rows_do_through_landings_and_erasures() {
    let folder = tempfile::tempdir().unwrap();
    let (lake, double) = (Lake::open(folder.path()).await.unwrap(), MemoryFacts::new());
    let mut draw = Draw::new(21);
    let batches: Vec<Vec<Report>> = (0..4).map(|n| reports(&mut draw, 500 + n, &format!("{n}-"))).collect();
    let published = counts(&mut draw, 50);
    let land_both = async |n: usize| {
        land_reports(&lake, &format!("sha-{n}"), &batches[n]).await;
        land_reports(&double, &format!("sha-{n}"), &batches[n]).await;
    };
    land_both(0).await;
    assert_eq!(agree(&lake, &double, 0, 1).await, (0, 0), "nothing was added up yet");
    assert_eq!(lake.prepare().await.unwrap(), 500);
    land_both(1).await;
    land_counts(&lake, "sha-c", &published).await;
    land_counts(&double, "sha-c", &published).await;
    let (alone, mixed) = agree(&lake, &double, 100, 3).await;
    assert!(alone > 1 && mixed > 4, "older snapshots {alone}, the newer ones {mixed}");
    land_both(2).await;
    assert_eq!(lake.prepare().await.unwrap(), 501 + 502);
    assert_eq!(lake.prepare().await.unwrap(), 0, "once");
    let (alone, mixed) = agree(&lake, &double, 200, 4).await;
    assert!(alone >= QUESTIONS / 2 && mixed == 0, "{alone}, {mixed}");

    // Some rows of the first delivery go, then all of the second; the third is as it was.
    let doomed = of_feed(batches[0].iter().step_by(2));
    erase(&lake, doomed.clone()).await;
    erase(&double, doomed).await;
    let (_, mixed) = agree(&lake, &double, 300, 4).await;
    assert!(mixed > 4, "{mixed}");
    erase(&lake, of_delivery(501)).await;
    erase(&double, of_delivery(501)).await;
    assert!(lake.prepare().await.unwrap() > 0);
    land_both(3).await;
    assert_eq!(lake.prepare().await.unwrap(), 503);
    let reopened = Lake::open(folder.path()).await.unwrap();
    for lake in [&lake, &reopened] {
        let (alone, mixed) = agree(lake, &double, 400, 5).await;
        assert!(alone >= QUESTIONS / 2 && mixed == 0, "{alone}, {mixed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn older_snapshots_have_their_aggregates() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).await.unwrap();
    let mut draw = Draw::new(5);
    for n in 0..3 {
        land_reports(&lake, &format!("sha-{n}"), &reports(&mut draw, 100 + n, &format!("{n}-"))).await;
    }
    lake.prepare().await.unwrap();
    for (snapshot, n_rows) in [(1, 100.0), (2, 201.0), (3, 303.0)] {
        let query = ReportsQuery { snapshot: Some(snapshot), ..by(&[]) };
        let answering = lake.answering(&query).await.unwrap();
        assert!(answering.shape.is_some() && answering.rows == 0, "{answering:?}");
        assert_eq!(lake.reports(&query).await.unwrap().total(), n_rows);
    }
    // What no shape tells, the rows do.
    let fine = by(&[Dimension::Day, Dimension::Department, Dimension::Category]);
    assert_eq!(lake.answering(&fine).await.unwrap().shape, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shape_as_fine_as_the_rows_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).await.unwrap();
    let mut rows = reports(&mut Draw::new(6), 30_000, "a");
    for row in &mut rows {
        (row.source, row.unit_of_count, row.synthetic) = (source("feed"), "victime".into(), true);
        (row.layer, row.kind) = (Layer::Recorded, ReportKind::Complaint);
    }
    land_reports(&lake, "sha-1", &rows).await;
    lake.prepare().await.unwrap();
    let fine = by(&[Dimension::Day, Dimension::Subject, Dimension::Department, Dimension::Phenomenon]);
    let answering = lake.answering(&fine).await.unwrap();
    assert_eq!((answering.shape, answering.rows), (None, 30_000));
    let coarse = by(&[Dimension::Year, Dimension::Source, Dimension::Kind]);
    let answering = lake.answering(&coarse).await.unwrap();
    assert!(answering.shape.is_some() && answering.rows == 0 && answering.cells <= 20_000, "{answering:?}");
    for query in [fine, coarse] {
        assert_eq!(lake.reports(&query).await.unwrap(), lake.reports_from_rows(&query).await.unwrap());
    }
}

/// The folders of the lots.
fn lots(lake: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(lake.join("aggregates")).unwrap();
    let mut lots: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    lots.sort();
    lots
}

fn manifest(lot: &Path) -> Value {
    serde_json::from_slice(&fs::read(lot.join("lot.json")).unwrap()).unwrap()
}

fn put_manifest(lot: &Path, manifest: &Value) {
    fs::write(lot.join("lot.json"), manifest.to_string()).unwrap();
}

/// Two deliveries, added up; a question, and the shape that answers it.
async fn two_lots(folder: &Path) -> (ReportsQuery, String) {
    let lake = Lake::open(folder).await.unwrap();
    let mut draw = Draw::new(8);
    land_reports(&lake, "sha-1", &reports(&mut draw, 300, "a")).await;
    land_reports(&lake, "sha-2", &reports(&mut draw, 200, "b")).await;
    lake.prepare().await.unwrap();
    let query = by(&[Dimension::Month, Dimension::Category]);
    let answering = lake.answering(&query).await.unwrap();
    assert_eq!(answering.rows, 0);
    assert_eq!(lake.reports(&query).await.unwrap(), lake.reports_from_rows(&query).await.unwrap());
    (query, answering.shape.unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_aggregate_is_seen_and_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let (query, shape) = two_lots(folder.path()).await;
    let file = lots(folder.path())[0].join(&shape);
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();

    let lake = Lake::open(folder.path()).await.unwrap();
    assert_eq!(lake.reports(&query).await.unwrap(), lake.reports_from_rows(&query).await.unwrap());
    let answering = lake.answering(&query).await.unwrap();
    assert!(answering.rows == 300 || answering.shape != Some(shape.as_str()), "{answering:?}");
    assert_eq!(lake.prepare().await.unwrap(), 300, "the damaged lot is made again");
    let answering = lake.answering(&query).await.unwrap();
    assert_eq!((answering.shape, answering.rows), (Some(shape.as_str()), 0));
    assert_eq!(lake.reports(&query).await.unwrap(), lake.reports_from_rows(&query).await.unwrap());
}

/// Puts what was added up of the second delivery in a shape in the place of that of the first.
fn mistake(folder: &Path, shape: &str) {
    let lots = lots(folder);
    let (first, second) = (&lots[0], &lots[1]);
    fs::copy(second.join(shape), first.join(shape)).unwrap();
    let mut wrong = manifest(first);
    wrong["shapes"][shape] = manifest(second)["shapes"][shape].clone();
    put_manifest(first, &wrong);
}

/// The twin of the comparisons: were an aggregate wrong and its digest right, they would turn red.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_aggregate_is_told_from_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    let (query, shape) = two_lots(folder.path()).await;
    mistake(folder.path(), &shape);
    let lake = Lake::open(folder.path()).await.unwrap();
    let (quick, rows) = (lake.reports(&query).await.unwrap(), lake.reports_from_rows(&query).await.unwrap());
    assert_eq!((quick.total(), rows.total()), (400.0, 500.0));
    assert_ne!(quick, rows);
}

/// As above, of the values of which quantiles are taken: of losses and of delays, by what each shape of values tells.
#[tokio::test(flavor = "multi_thread")]
async fn quantiles_are_those_of_the_rows_and_a_wrong_value_is_told_from_them() {
    let mut shapes = BTreeSet::new();
    for dimension in [Dimension::Phenomenon, Dimension::Department, Dimension::Sex, Dimension::Sector] {
        for measure in [Measure::LossQuantile(50), Measure::DelayQuantile(75)] {
            let folder = tempfile::tempdir().unwrap();
            two_lots(folder.path()).await;
            let query = ReportsQuery { measures: vec![measure, Measure::Count], ..by(&[dimension, Dimension::Year]) };
            let lake = Lake::open(folder.path()).await.unwrap();
            let answering = lake.answering(&query).await.unwrap();
            let shape = answering.shape.unwrap();
            assert_eq!(answering.rows, 0, "{query:?}");
            assert_eq!(lake.reports(&query).await.unwrap(), lake.reports_from_rows(&query).await.unwrap());
            mistake(folder.path(), shape);
            let lake = Lake::open(folder.path()).await.unwrap();
            assert_ne!(lake.reports(&query).await.unwrap(), lake.reports_from_rows(&query).await.unwrap());
            shapes.insert(shape);
        }
    }
    assert_eq!(shapes.len(), 4, "{shapes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aggregate_of_other_files_or_of_another_program_does_not_count() {
    for change in [("version", json!(1)), ("files", json!({"delivery-gone/part-0.parquet": 12}))] {
        let folder = tempfile::tempdir().unwrap();
        let (query, _) = two_lots(folder.path()).await;
        let first = lots(folder.path())[0].clone();
        let mut other = manifest(&first);
        other[change.0] = change.1;
        put_manifest(&first, &other);
        // Whoever only reads leaves it aside; opening the lake removed it.
        let lake = Lake::open(folder.path()).await.unwrap();
        assert_eq!(lake.answering(&query).await.unwrap().rows, 300);
        assert_eq!(lake.reports(&query).await.unwrap(), lake.reports_from_rows(&query).await.unwrap());
        assert!(!first.exists());
        assert_eq!(lake.prepare().await.unwrap(), 300);
        assert_eq!(lake.answering(&query).await.unwrap().rows, 0);
    }
    // Data files that grew, and a lot left half made.
    let folder = tempfile::tempdir().unwrap();
    let (query, _) = two_lots(folder.path()).await;
    let lots = lots(folder.path());
    let mut other = manifest(&lots[0]);
    let name = other["files"].as_object().unwrap().keys().next().unwrap().clone();
    other["files"][&name] = json!(1);
    put_manifest(&lots[0], &other);
    fs::create_dir(folder.path().join("aggregates/lot-0.being-made")).unwrap();
    let lake = Lake::open(folder.path()).await.unwrap();
    assert_eq!(lake.answering(&query).await.unwrap().rows, 300);
    assert_eq!(crate::aggregates::lots(folder.path()), [lots[1].clone()]);
}

/// The files below a folder that hold the canary, byte for byte.
fn holding(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path));
        } else if fs::read(&path).unwrap().windows(CANARY.len()).any(|bytes| bytes == CANARY.as_bytes()) {
            found.push(path);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn no_aggregate_holds_what_was_erased() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).await.unwrap();
    let mut draw = Draw::new(13);
    let mut rows = reports(&mut draw, 400, "a");
    rows.iter_mut().for_each(|row| row.source = source("feed"));
    rows.iter_mut().take(3).for_each(|row| row.subject = Some(CANARY.into()));
    land_reports(&lake, "sha-1", &rows).await;
    land_reports(&lake, "sha-2", &reports(&mut draw, 200, "b")).await;
    lake.prepare().await.unwrap();
    let of_canary = ReportsQuery {
        filters: vec![Filter { dimension: Dimension::Subject, values: vec![CANARY.to_owned()] }],
        ..by(&[Dimension::Day])
    };
    assert_eq!(lake.reports(&of_canary).await.unwrap().total(), 3.0);
    let before = holding(folder.path());
    let of_lots: Vec<&PathBuf> =
        before.iter().filter(|path| path.starts_with(folder.path().join("aggregates"))).collect();
    assert!(of_lots.len() >= 2, "the twin: before, aggregates show it: {before:?}");
    let kept: Vec<(PathBuf, Vec<u8>)> = {
        let lot = of_lots[0].parent().unwrap();
        fs::read_dir(lot)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), fs::read(&path).unwrap()))
            .collect()
    };
    // Another that reads the lake has it in memory.
    let reader = Lake::open(folder.path()).await.unwrap();
    assert_eq!(reader.reports(&of_canary).await.unwrap().total(), 3.0);

    erase(&lake, of_feed(rows.iter().take(3))).await;
    assert_eq!(holding(folder.path()), Vec::<PathBuf>::new());
    for lake in [&lake, &reader] {
        assert_eq!(lake.reports(&of_canary).await.unwrap().total(), 0.0);
        assert_eq!(lake.reports(&ReportsQuery { snapshot: Some(1), ..of_canary.clone() }).await.unwrap().total(), 0.0);
    }
    assert_eq!(lake.prepare().await.unwrap(), 397);
    assert_eq!(holding(folder.path()), Vec::<PathBuf>::new());
    assert_eq!(lake.answering(&by(&[Dimension::Month])).await.unwrap().rows, 0);

    // A stop before it was removed leaves the lot; opening the lake ends what was stopped.
    for (path, bytes) in &kept {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    assert!(!holding(folder.path()).is_empty());
    let reopened = Lake::open(folder.path()).await.unwrap();
    assert_eq!(holding(folder.path()), Vec::<PathBuf>::new());
    assert_eq!(n_reports(&reopened, None).await, 597.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compaction_by_another_tool_is_added_up_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (query, _) = two_lots(folder.path()).await;
    // The rows of the first delivery in another file, and the old one cleared away.
    let log = |version: u64| folder.path().join(format!("reports/_delta_log/{version:020}.json"));
    let commit = fs::read_to_string(log(1)).unwrap();
    let actions: Vec<Value> = commit.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut add = actions.iter().find_map(|action| action.get("add")).unwrap().clone();
    let old = add["path"].as_str().unwrap().to_owned();
    let table = folder.path().join("reports");
    fs::rename(table.join(&old), table.join("compacted.parquet")).unwrap();
    add["path"] = json!("compacted.parquet");
    add["dataChange"] = json!(false);
    let remove = json!({"remove": {"path": old, "dataChange": false, "deletionTimestamp": 1}});
    let lines = [json!({"commitInfo": {"operation": "OPTIMIZE"}}), remove, json!({ "add": add })];
    fs::write(log(3), lines.map(|line| line.to_string()).join("\n")).unwrap();

    let lake = Lake::open(folder.path()).await.unwrap();
    assert_eq!(lake.answering(&query).await.unwrap().rows, 300);
    assert_eq!(lots(folder.path()).len(), 1, "what stood for the old file is gone");
    assert_eq!(lake.prepare().await.unwrap(), 300);
    assert_eq!(lake.answering(&query).await.unwrap().rows, 0);
    let answer = lake.reports(&query).await.unwrap();
    assert_eq!((answer.total(), answer), (500.0, lake.reports_from_rows(&query).await.unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_adds_up_waits_for_the_writer_and_not_the_writer_for_them() {
    let folder = tempfile::tempdir().unwrap();
    let (lake, other) = (Lake::open(folder.path()).await.unwrap(), Lake::open(folder.path()).await.unwrap());
    land_reports(&lake, "sha-1", &reports(&mut Draw::new(3), 40, "a")).await;
    let runtime = tokio::runtime::Handle::current();
    let mut prepared = None;
    let batches = std::iter::once_with(|| {
        prepared = Some(runtime.block_on(other.prepare()));
        Ok(Rows::Reports(reports(&mut Draw::new(4), 20, "b")))
    });
    let provenance = delivery("sha-2", 20);
    lake.land(&source("feed"), "sha-2", "1", Box::new(batches), Box::new(move || provenance)).await.unwrap();
    assert_eq!(prepared.unwrap().unwrap(), 0, "the delivery took longer: it is done another time");
    assert_eq!(lots(folder.path()), Vec::<PathBuf>::new(), "and nothing is left of it");
    assert_eq!(other.prepare().await.unwrap(), 60);
    // A delivery of nothing has nothing to add up.
    land(&lake, "sha-3", Vec::new()).await.unwrap();
    assert_eq!(lake.prepare().await.unwrap(), 0);
    assert_eq!(lake.answering(&by(&[Dimension::Year])).await.unwrap().rows, 0);
}
