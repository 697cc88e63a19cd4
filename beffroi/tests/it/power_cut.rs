//! Power cuts and failing disks: nothing acknowledged is lost, nothing is half done, and what cannot be kept is not
//! acknowledged. Each test has a twin that must see a loss, so that a lab which sees nothing does not pass.

use crate::crash_writer::{Start, look};
use crate::support::{run, succeed};
use beffroi_crashlab::{Durability, Fault, Figures, Plan, Recorder, Recording, Refusal, available};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Crash points of the test run, unless `BEFFROI_CRASH_POINTS` asks for more.
const POINTS: usize = 1000;
const SEED: u64 = 20_261_122;

fn n_points() -> usize {
    std::env::var("BEFFROI_CRASH_POINTS").ok().and_then(|text| text.parse().ok()).unwrap_or(POINTS)
}

/// Whether programs cannot be traced here; said in one line.
fn skipped() -> bool {
    match available() {
        Ok(()) => false,
        Err(reason) => {
            println!("skipped: {reason}");
            true
        }
    }
}

fn start(folder: &Path, n_writes: usize) -> Start<'_> {
    Start { folder, run: 0, n_writes, unsynced: false }
}

fn keys(folder: &Path) -> Result<Vec<String>, String> {
    look(folder).map(|found| found.keys)
}

fn cut(recording: &Recording, n_points: usize, durability: Durability) -> Figures {
    recording.check(&Plan { n_points, seed: SEED, durability, lanes: 2 }, keys).unwrap()
}

#[test]
fn no_acknowledged_write_is_lost_to_a_power_cut() {
    if skipped() {
        return;
    }
    let n_points = n_points();
    // Enough writes that half the points find a promise of their own, and that the log is folded into the database.
    let n_writes = (n_points / 40).clamp(60, 250);
    for durability in [Durability::WithFile, Durability::FolderOnly] {
        let clock = Instant::now();
        let place = tempfile::tempdir().unwrap();
        let recording = Recorder::new(place.path()).record(&start(place.path(), n_writes).command()).unwrap();
        assert_eq!(recording.status, Some(0), "{}", recording.stderr);
        let figures = cut(&recording, n_points / 2, durability);
        println!("power cut, {durability:?}: {figures:?} in {} s", clock.elapsed().as_secs());
        assert_eq!(figures.n_points, n_points / 2);
        assert_eq!(figures.n_acknowledged, 4 * n_writes);
        assert_eq!(figures.n_wrong(), 0, "{figures:#?}");
        assert!(figures.n_images > figures.n_points / 4, "the points look at the same folder again and again");
    }
}

#[test]
fn a_store_that_does_not_sync_its_commits_loses_and_is_seen() {
    if skipped() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let start = Start { unsynced: true, ..start(place.path(), 50) };
    let recording = Recorder::new(place.path()).record(&start.command()).unwrap();
    assert_eq!(recording.status, Some(0), "{}", recording.stderr);
    let figures = cut(&recording, 100, Durability::WithFile);
    println!("power cut, synchronous=NORMAL: {figures:?}");
    assert!(figures.n_losing > figures.n_points / 2, "{figures:#?}");
}

#[test]
fn a_disk_that_lies_about_its_syncs_loses_and_is_seen() {
    if skipped() {
        return;
    }
    let fault = Fault { calls: syncs(), error: None, first: 1, lasting: true };
    let (_place, recording) = faulty(fault, 25);
    assert_eq!(recording.status, Some(0), "{}", recording.stderr);
    let figures = cut(&recording, 100, Durability::WithFile);
    println!("power cut, syncs that lie: {figures:?}");
    assert!(figures.n_losing > figures.n_points / 4, "{figures:#?}");
}

fn syncs() -> Vec<String> {
    ["fsync", "fdatasync"].map(str::to_owned).to_vec()
}

/// A run on a disk that fails or lies. A program that stops at once may cut a thread short in the middle of a write of
/// which the trace then tells nothing; the lab refuses to conclude from such a run, and another one is made.
fn faulty(fault: Fault, n_writes: usize) -> (tempfile::TempDir, Recording) {
    for _ in 0..8 {
        let place = tempfile::tempdir().unwrap();
        let recorder = Recorder { fault: Some(fault.clone()), ..Recorder::new(place.path()) };
        match recorder.record(&start(place.path(), n_writes).command()) {
            Err(Refusal::Unexplained { file, reason }) => println!("made again: {file}: {reason}"),
            recording => return (place, recording.unwrap()),
        }
    }
    panic!("the lab explains none of eight runs");
}

/// Everything acknowledged is in the folder, which is sound, now and after a power cut at any moment of the run.
#[track_caller]
fn kept(recording: &Recording, folder: &Path) {
    let acknowledged = recording.acknowledged().unwrap();
    let there: BTreeSet<String> = keys(folder).unwrap().into_iter().collect();
    let lost: Vec<&String> = acknowledged.difference(&there).collect();
    assert!(lost.is_empty(), "acknowledged and not there: {lost:?}");
    let figures = cut(recording, 40, Durability::WithFile);
    assert_eq!(figures.n_wrong(), 0, "{figures:#?}");
}

#[test]
fn a_failed_sync_stops_the_program_and_nothing_is_promised_after_it() {
    if skipped() {
        return;
    }
    let mut n_after_opening = 0;
    for first in [1, 2, 3, 5, 8, 13, 21, 34] {
        let fault = Fault { calls: syncs(), error: Some("EIO".to_owned()), first, lasting: true };
        let (place, recording) = faulty(fault, 50);
        let told = format!("sync {first}: status {:?}\n{}", recording.status, recording.stderr);
        let vain = recording.promised_in_vain(keys).unwrap();
        assert_eq!(vain, Some(Vec::new()), "{told}");
        assert!(!recording.stdout.lines().any(|line| line == "end"), "the program went on: {told}");
        assert_ne!(recording.status, Some(0), "{told}");
        kept(&recording, place.path());
        n_after_opening += usize::from(recording.stdout.lines().any(|line| line == "ready"));
    }
    assert!(n_after_opening >= 3, "the faults came before any write");
}

#[test]
fn a_full_disk_refuses_never_promises_in_vain_and_lets_go_on() {
    if skipped() {
        return;
    }
    let mut n_refused = 0;
    // Some of them meet the opening of the store, the others its writes.
    for (first, lasting) in
        [(3, true), (90, true), (300, true), (600, true), (601, true), (20, false), (300, false), (450, false)]
    {
        let calls = vec!["pwrite64".to_owned()];
        let fault = Fault { calls, error: Some("ENOSPC".to_owned()), first, lasting };
        let (place, recording) = faulty(fault, 50);
        kept(&recording, place.path());
        let lines: Vec<&str> = recording.stdout.lines().collect();
        let Some(refused) = lines.iter().position(|line| line.starts_with("err ")) else { continue };
        n_refused += 1;
        assert_ne!(recording.status, Some(0));
        // Once there is room again, work goes on.
        let goes_on = lines.iter().skip(refused).any(|line| line.starts_with("ack "));
        assert!(goes_on || lasting, "{}", recording.stdout);
    }
    assert!(n_refused >= 3, "no write met the full disk");
}

/// The executable itself: a shell says that a file has landed once `beffroi ingest` has ended well.
#[test]
fn a_file_that_has_landed_survives_a_power_cut() {
    if skipped() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    succeed(&data, &["init"]);
    let mut program = Command::new("sh");
    let script = "for n in 1 2 3; do \"$1\" --data \"$2\" --quiet ingest --source synth-perceval \"$3.$n\" >/dev/null \
        && echo \"ack $n$n\"; done";
    program.args(["-c", script, "sh", env!("CARGO_BIN_EXE_beffroi")]).arg(&data).arg(place.path().join("rows"));
    for n in 1..=3 {
        // 11, 22 and 33 rows: how many landed tells which file it was.
        let mut text = "report_id,reported_on,purchase_on,department,amount_eur,merchant_site,phenomenon\n".to_owned();
        for row in 0..11 * n {
            text.push_str(&format!("P{n}-{row},2024-03-02,2024-03-01,75,1.00,shop{row}.example,card_fraud\n"));
        }
        std::fs::write(place.path().join(format!("rows.{n}")), text).unwrap();
    }
    let recording = Recorder::new(&data).record(&program).unwrap();
    assert_eq!(recording.acknowledged().unwrap().len(), 3, "{}", recording.stderr);
    let landed = |folder: &Path| {
        if !folder.join("beffroi.toml").exists() {
            return Ok(Vec::new());
        }
        let list = run(folder, &["snapshot", "list", "--json"]);
        if list.status != 0 {
            return Err(list.stderr);
        }
        let rows = |s: &serde_json::Value| s["delivery"]["rows_accepted"].as_u64().map(|n| n.to_string());
        Ok(list.json().as_array().into_iter().flatten().filter_map(rows).collect())
    };
    let plan = Plan { n_points: n_points() / 20, seed: SEED, durability: Durability::WithFile, lanes: 2 };
    let figures = recording.check(&plan, landed).unwrap();
    println!("power cut of ingestions: {figures:?}");
    assert_eq!(figures.n_wrong(), 0, "{figures:#?}");
}
