//! All of a delivery or none of it, whatever stops it.

use crate::samples::{Draw, counts, delivery, land, land_counts, land_reports, n_reports, reports, source};
use beffroi_lake::Lake;
use beffroi_model::{Delivery, DeliveryOutcome};
use beffroi_ports::{Batch, Facts, FactsError, Rows};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Tells the child process where to land its delivery.
const CHILD: &str = "BEFFROI_LAKE_TEST_CHILD";
const CHILD_BATCHES: u64 = 12;
const CHILD_ROWS: u64 = 12_000;

fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        }
        found.insert(path);
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_goes_wrong_leaves_the_folder_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).await.unwrap();
    let mut draw = Draw::new(5);
    land_reports(&lake, "sha-1", &reports(&mut draw, 50, "a")).await;
    land_counts(&lake, "sha-2", &counts(&mut draw, 50)).await;
    let before = files(folder.path());
    // More than a row group, so that a file is under way when the error comes.
    let rows = reports(&mut draw, 40_000, "b");
    let good = (0..5).map(|_| Ok(Rows::Reports(rows.clone())));
    let bad = Err(FactsError::Delivery { message: "row 200001: no date".into() });
    assert!(land(&lake, "sha-3", good.chain([bad]).collect()).await.is_err());
    assert_eq!(files(folder.path()), before);
    assert_eq!(n_reports(&lake, None).await, 50.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_given_up_half_way_is_swept_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).await.unwrap();
    let mut draw = Draw::new(6);
    land_reports(&lake, "sha-1", &reports(&mut draw, 50, "a")).await;
    let stopped = folder.path().join("reports/delivery-0123456789abcdef0123456789abcdef");
    std::fs::create_dir(&stopped).unwrap();
    std::fs::write(stopped.join("part-00000.parquet#1"), "half a file").unwrap();
    let foreign = folder.path().join("reports/delivery-notes");
    std::fs::create_dir(&foreign).unwrap();

    let rows = reports(&mut draw, 5000, "b");
    let (feed, provenance) = (source("feed"), delivery("sha-2", 50));
    let half_way = tokio::sync::Notify::new();
    let endless = std::iter::from_fn(|| {
        half_way.notify_one();
        Some(Ok(Rows::Reports(rows.clone())))
    });
    tokio::select! {
        biased;
        () = half_way.notified() => {}
        landed = lake.land(&feed, "sha-2", "1", Box::new(endless), Box::new(move || provenance)) => {
            assert!(landed.is_err(), "a delivery without end never lands");
        }
    }

    land_counts(&lake, "sha-3", &counts(&mut draw, 5)).await;
    assert!(!stopped.exists(), "what was stopped is swept");
    assert!(foreign.exists(), "what is not ours stays");
    assert_eq!(n_reports(&lake, None).await, 50.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_panics_drops_its_delivery() {
    let folder = tempfile::tempdir().unwrap();
    let lake = std::sync::Arc::new(Lake::open(folder.path()).await.unwrap());
    let rows = reports(&mut Draw::new(8), 50, "a");
    let (batch, panicking) = (rows.clone(), lake.clone());
    let ended = tokio::spawn(async move {
        let batches = (0..4).map(move |n| -> Batch {
            assert!(n < 3, "a reader's own fault");
            Ok(Rows::Reports(batch.clone()))
        });
        let provenance = delivery("sha-1", 50);
        panicking.land(&source("feed"), "sha-1", "1", Box::new(batches), Box::new(move || provenance)).await
    })
    .await;
    assert!(ended.is_err());
    assert_eq!(n_reports(lake.as_ref(), None).await, 0.0);
    let landed = land_reports(lake.as_ref(), "sha-1", &rows).await;
    assert_eq!(landed, DeliveryOutcome::Landed { snapshot: 1 });
}

/// The child of [`a_killed_delivery_leaves_all_or_nothing`]: nothing to do when run as a test of its own.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Some(folder) = std::env::var_os(CHILD) else { return };
    let lake = Lake::open(Path::new(&folder)).await.unwrap();
    let mut draw = Draw::new(9);
    let say = |word: &str| {
        let mut out = std::io::stderr();
        writeln!(out, "step {word}").and_then(|()| out.flush()).unwrap();
    };
    say("open");
    let batches = (0..CHILD_BATCHES).map(move |n| -> Batch {
        say("batch");
        Ok(Rows::Reports(reports(&mut draw, CHILD_ROWS, &format!("{n}-"))))
    });
    let provenance = || -> Delivery {
        eprintln!("step provenance");
        delivery("sha-killed", CHILD_BATCHES * CHILD_ROWS)
    };
    lake.land(&source("feed"), "sha-killed", "1", Box::new(batches), Box::new(provenance)).await.unwrap();
    eprintln!("step landed");
}

#[test]
fn a_killed_delivery_leaves_all_or_nothing() {
    let n_all = (CHILD_BATCHES * CHILD_ROWS) as f64;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // open, then one step a batch, then the provenance, then landed.
    let steps = [1, 6, CHILD_BATCHES + 1, CHILD_BATCHES + 2, CHILD_BATCHES + 3];
    for n_steps in steps {
        let folder = tempfile::tempdir().unwrap();
        let lake = runtime.block_on(Lake::open(folder.path())).unwrap();
        runtime.block_on(land_reports(&lake, "sha-before", &reports(&mut Draw::new(4), 10, "z")));
        kill_after(n_steps, folder.path());

        let landed = runtime.block_on(lake.landed(&source("feed"), "sha-killed", "1")).unwrap();
        let n_found = runtime.block_on(n_reports(&lake, None)) - 10.0;
        assert_eq!(n_found, landed.map_or(0.0, |_| n_all), "killed after {n_steps} steps");
        assert!(landed.is_some() || n_steps < CHILD_BATCHES + 3, "not landed after {n_steps} steps");

        let next = runtime.block_on(land_reports(&lake, "sha-next", &reports(&mut Draw::new(4), 10, "y")));
        let number = 2 + u64::from(landed.is_some());
        assert_eq!(next, DeliveryOutcome::Landed { snapshot: number });
        let folders = files(&folder.path().join("reports")).into_iter().filter(|path| path.is_dir());
        let n_deliveries = folders.filter(|path| path.to_string_lossy().contains("/delivery-")).count();
        assert_eq!(n_deliveries as u64, number, "nothing of the killed delivery is left");
    }
}

/// Starts the child, waits until it has told `n_steps` steps, and kills it.
fn kill_after(n_steps: u64, folder: &Path) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "atomicity::child", "--nocapture"])
        .env(CHILD, folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let n_said = said.filter(|line| line.starts_with("step ")).take(n_steps as usize).count();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(n_said as u64, n_steps, "the child took its steps");
}
