//! Sudden death, again and again: nothing acknowledged is lost, the next start finds a sound store and no litter.

use crate::crash_writer::{Start, look};
use crate::support::{beffroi, succeed};
use beffroi_crashlab::{Delay, Kills, Lane};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Kills of the test run, unless `BEFFROI_CRASH_KILLS` asks for more.
const KILLS: usize = 500;
/// Kills before a new folder is taken.
const ROUND: usize = 50;
const SEED: u64 = 20_261_122;

/// Half the kills hit the opening of the store, half what it does then.
fn delay() -> Delay {
    Delay { ms: 3..=80, percent_after_ready: 70 }
}

#[test]
fn kills_lose_nothing_acknowledged_and_leave_no_litter() {
    let n_kills = std::env::var("BEFFROI_CRASH_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let clock = Instant::now();
    let openings: Mutex<Vec<Duration>> = Mutex::new(Vec::new());
    let mut n_acknowledged = 0;
    let (mut n_done, mut n_alive) = (0, 0);
    while n_done < n_kills {
        let n = ROUND.min(n_kills - n_done);
        let places = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let program = |lane: &Lane| -> Command {
            let folder = places[lane.number].path();
            Start { folder, run: lane.n_kills, n_writes: 10_000, unsynced: false }.command()
        };
        let after = |lane: &Lane| {
            let folder = places[lane.number].path();
            let found = look(folder)?;
            openings.lock().unwrap().push(found.opened_in);
            let there: BTreeSet<&String> = found.keys.iter().collect();
            if let Some(lost) = lane.acknowledged.iter().find(|key| !there.contains(key)) {
                return Err(format!("{lost} was acknowledged and is gone"));
            }
            if there.len() != found.keys.len() {
                return Err("a write is there twice".to_owned());
            }
            if let Some(strange) = there.iter().find(|key| !lane.tried.contains(**key)) {
                return Err(format!("{strange} is there and nobody asked for it"));
            }
            match litter(folder) {
                litter if litter.is_empty() => Ok(()),
                litter => Err(format!("left behind: {litter:?}")),
            }
        };
        let kills = Kills { n, seed: SEED + n_done as u64, delay: delay(), lanes: 2 };
        let lanes = kills.run(program, after).unwrap();
        n_done += n;
        n_alive += lanes.iter().map(|lane| lane.n_alive).sum::<usize>();
        n_acknowledged += lanes.iter().map(|lane| lane.acknowledged.len()).sum::<usize>();
    }
    let mut openings = openings.into_inner().unwrap();
    openings.sort_unstable();
    let n_slow = openings.iter().filter(|time| **time > Duration::from_secs(1)).count();
    println!(
        "{n_done} kills ({n_alive} while it ran) in {} s: {n_acknowledged} acknowledged, 0 lost; opening: median {} ms, worst {} ms, {n_slow} over 1 s",
        clock.elapsed().as_secs(),
        openings[openings.len() / 2].as_millis(),
        openings.last().unwrap().as_millis(),
    );
    assert!(n_alive > n_done / 2, "the kills came too late");
    assert!(n_acknowledged > n_done, "the kills came too early");
}

/// Files of a store's folder that are none of the store or its keys.
fn litter(folder: &Path) -> Vec<PathBuf> {
    let known = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.parent() == Some(folder) {
            return ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm"].contains(&name.as_str());
        }
        ["lock", "destroyed-months", "erased-records"].contains(&name.as_str()) || name.ends_with(".key")
    };
    files(folder).into_iter().filter(|path| !known(path)).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found
}

const HEAD: &str = "report_id,reported_on,purchase_on,department,amount_eur,merchant_site,phenomenon";

#[test]
fn a_killed_ingestion_leaves_all_rows_or_none_and_no_litter() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    succeed(&data, &["init"]);
    let n_rows = 300_u64;
    let file = |n: usize| {
        let path = place.path().join(format!("{n}.csv"));
        let mut text = format!("{HEAD}\n");
        for row in 0..n_rows {
            text.push_str(&format!("K{n}-{row},2024-03-02,2024-03-01,75,1.00,shop{row}.example,card_fraud\n"));
        }
        fs::write(&path, text).unwrap();
        path
    };
    let clock = Instant::now();
    // How long one takes here, so that the kills fall over the whole of it on any machine.
    let first = file(0).display().to_string();
    succeed(&data, &["ingest", "--source", "synth-perceval", &first]);
    let length = u64::try_from(clock.elapsed().as_millis()).unwrap();
    let kills = Kills { n: 24, seed: SEED, delay: Delay { ms: 3..=length.max(80), percent_after_ready: 0 }, lanes: 1 };
    let program = |lane: &Lane| {
        let mut command = beffroi(&data);
        command.args(["ingest", "--source", "synth-perceval"]).arg(file(lane.n_kills + 1));
        command.stderr(std::process::Stdio::null());
        command
    };
    let after = |_: &Lane| {
        let deliveries = deliveries(&data);
        match deliveries.iter().find(|n| **n != n_rows) {
            None => Ok(()),
            Some(part) => Err(format!("{part} rows of {n_rows} landed")),
        }
    };
    let lanes = kills.run(program, after).unwrap();
    // Once more, to its end: everything is there, and what the killed ones left is gone.
    let last = file(kills.n + 1).display().to_string();
    succeed(&data, &["ingest", "--source", "synth-perceval", &last]);
    let landed = deliveries(&data).len();
    println!("{} ingestions killed ({} while they ran), {landed} files landed whole", kills.n, lanes[0].n_alive);
    assert!(lanes[0].n_alive > kills.n / 4, "the kills came too late");
    assert_eq!(unreferenced(&data), Vec::<PathBuf>::new(), "left behind");
}

/// Rows of each file that landed.
fn deliveries(data: &Path) -> Vec<u64> {
    let list = succeed(data, &["snapshot", "list", "--json"]).json();
    let snapshots = list.as_array().cloned().unwrap_or_default();
    snapshots.iter().filter_map(|s| s["delivery"]["rows_accepted"].as_u64()).collect()
}

/// Files that hold rows and that no version of their table names, and files that were never finished.
fn unreferenced(data: &Path) -> Vec<PathBuf> {
    let files = files(data);
    let logs = files.iter().filter(|path| path.extension().is_some_and(|end| end == "json"));
    let named: String = logs.filter_map(|path| fs::read_to_string(path).ok()).collect();
    files
        .iter()
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let of_rows = name.ends_with(".parquet") && !path.to_string_lossy().contains("_delta_log");
            let unfinished = name.contains('#') || name.contains(".tmp") || name.ends_with(".partial");
            unfinished || (of_rows && !named.contains(&name))
        })
        .cloned()
        .collect()
}
