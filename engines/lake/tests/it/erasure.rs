//! Erased is erased: no snapshot gives the rows, no file holds their bytes, and nothing else changes.

use crate::samples::{Draw, counts, known_keys, land_counts, land_reports, n_reports, reports, source};
use beffroi_lake::Lake;
use beffroi_model::{DeliveryId, DeliveryOutcome, Observable, ObservableKind, Report, Role};
use beffroi_ports::doubles::MemoryFacts;
use beffroi_ports::{CountsQuery, Dimension, Doomed, Erased, Erasure, Facts, FactsError, ReportsQuery};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Stands in the rows that are erased and nowhere else; so long and so odd that no file holds it by chance.
const CANARY: &str = "canary-9f3ae1c7b2d84065";
/// Tells the child process where to erase.
const CHILD: &str = "BEFFROI_LAKE_ERASE_CHILD";

fn of_delivery(n_rows: u64) -> DeliveryId {
    format!("DEL-{n_rows:032x}").parse().unwrap()
}

fn erasure(what: &str, doomed: Doomed) -> Erasure {
    Erasure { what: what.to_owned(), doomed, at: Timestamp::UNIX_EPOCH, note: "{}".to_owned() }
}

async fn erase(facts: &dyn Facts, doomed: Doomed) -> Option<Erased> {
    facts.erase(&erasure("lake/feed/x", doomed)).await.unwrap()
}

fn by_ids<'a>(of: &str, rows: impl IntoIterator<Item = &'a Report>) -> Doomed {
    let rows = rows.into_iter().filter(|row| row.source.as_str() == of);
    Doomed::Reports { source: source(of), ids: rows.map(|row| row.id.clone()).collect() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lake_and_its_double_erase_alike() {
    promises(&MemoryFacts::new()).await;
    let folder = tempfile::tempdir().unwrap();
    promises(&Lake::open(folder.path()).await.unwrap()).await;
}

async fn promises(facts: &dyn Facts) {
    let mut draw = Draw::new(31);
    let (first, second) = (reports(&mut draw, 2500, "a"), reports(&mut draw, 1200, "b"));
    assert_eq!(erase(facts, Doomed::Delivery(of_delivery(2500))).await, None, "there is no such delivery");
    land_reports(facts, "sha-1", &first).await;
    land_counts(facts, "sha-2", &counts(&mut draw, 200)).await;
    land_reports(facts, "sha-3", &second).await;
    let published = facts.counts(&CountsQuery::default()).await.unwrap();

    let erased = erase(facts, Doomed::Delivery(of_delivery(2500))).await.unwrap();
    assert_eq!((erased.total(), erased.rows.len(), erased.what.as_str()), (2500, 1, "lake/feed/x"));
    for (snapshot, expected) in [(Some(1), 0.0), (Some(2), 0.0), (Some(3), 1200.0), (None, 1200.0)] {
        assert_eq!(n_reports(facts, snapshot).await, expected, "{snapshot:?}");
    }
    assert_eq!(facts.counts(&CountsQuery::default()).await.unwrap(), published);
    let told: Vec<u64> = facts.snapshots().await.unwrap().iter().map(|snapshot| snapshot.erased).collect();
    assert_eq!(told, [2500, 0, 0], "the list of snapshots says so");
    assert_eq!(erase(facts, Doomed::Delivery(of_delivery(2500))).await, None, "once");
    // Its file does not land again by accident.
    assert_eq!(land_reports(facts, "sha-1", &first).await, DeliveryOutcome::AlreadyThere { snapshot: 1 });

    // Rows by their keys: those of that source, and no others of the same identifiers.
    let of_feed = second.iter().filter(|row| row.source.as_str() == "feed").count();
    let half: Vec<&Report> = second.iter().step_by(2).collect();
    let n_gone = half.iter().filter(|row| row.source.as_str() == "feed").count();
    let erased = erase(facts, by_ids("feed", half.iter().copied())).await.unwrap();
    assert_eq!(erased.total(), n_gone as u64);
    assert_eq!(n_reports(facts, None).await, (second.len() - n_gone) as f64);
    let known = known_keys(facts, "feed").await;
    assert_eq!(known.iter().filter(|key| key.starts_with('b')).count(), of_feed - n_gone);
    assert!(half.iter().filter(|row| row.source.as_str() == "feed").all(|row| !known.contains(row.id.as_str())));
    let nobody = Doomed::Reports { source: source("feed"), ids: BTreeSet::new() };
    assert_eq!(erase(facts, nobody).await, None);

    // What lands later is a snapshot like any other, and older ones do not show it.
    let third = reports(&mut draw, 300, "c");
    assert_eq!(land_reports(facts, "sha-4", &third).await, DeliveryOutcome::Landed { snapshot: 4 });
    let left = (second.len() - n_gone) as f64;
    assert_eq!((n_reports(facts, Some(3)).await, n_reports(facts, None).await), (left, left + 300.0));
    erase(facts, Doomed::Delivery(of_delivery(300))).await.unwrap();
    assert_eq!((n_reports(facts, Some(4)).await, n_reports(facts, Some(3)).await), (left, left));
    // Counts by delivery too.
    erase(facts, Doomed::Delivery(of_delivery(200))).await.unwrap();
    assert!(facts.counts(&CountsQuery::default()).await.unwrap().is_empty());
    assert_eq!(facts.erasures().await.unwrap().len(), 4);
}

/// All that a lake answers: each snapshot by every dimension, the counts, the keys, the list.
async fn answers(facts: &dyn Facts) -> Vec<String> {
    let mut all = Vec::new();
    let snapshots = facts.snapshots().await.unwrap();
    for number in (1..=snapshots.len() as u64).map(Some).chain([None]) {
        let by = vec![Dimension::Source, Dimension::Department, Dimension::Month, Dimension::Phenomenon];
        let query = ReportsQuery { by, snapshot: number, ..ReportsQuery::default() };
        all.push(format!("{:?}", facts.reports(&query).await.unwrap()));
        let query = CountsQuery { snapshot: number, ..CountsQuery::default() };
        all.push(format!("{:?}", facts.counts(&query).await.unwrap()));
    }
    for name in ["feed", "platform-a", "stats"] {
        let known: BTreeSet<String> = known_keys(facts, name).await.into_iter().collect();
        all.push(format!("{known:?}"));
    }
    all.push(format!("{snapshots:?}"));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn drawn_landings_and_erasures_leave_the_lake_as_they_leave_its_double() {
    for seed in 0..6 {
        let folder = tempfile::tempdir().unwrap();
        let (lake, double) = (Lake::open(folder.path()).await.unwrap(), MemoryFacts::new());
        let mut draw = Draw::new(seed + 100);
        let (mut landed, mut rows): (Vec<u64>, Vec<Report>) = (Vec::new(), Vec::new());
        for step in 0..9_u64 {
            let n_rows = 20 + 7 * step + draw.below(5);
            let sha = format!("sha-{step}");
            match draw.below(4) {
                0 => {
                    let counts = counts(&mut draw, n_rows);
                    for facts in [&lake as &dyn Facts, &double] {
                        land_counts(facts, &sha, &counts).await;
                    }
                    landed.push(counts.len() as u64);
                }
                1 if !landed.is_empty() => {
                    let doomed = Doomed::Delivery(of_delivery(draw.pick(&landed)));
                    let (one, other) = (erase(&lake, doomed.clone()).await, erase(&double, doomed).await);
                    assert_eq!(one.map(|erased| erased.rows), other.map(|erased| erased.rows), "seed {seed}");
                }
                2 if !rows.is_empty() => {
                    let some: Vec<Report> = rows.iter().filter(|_| draw.one_in(3)).cloned().collect();
                    let doomed = by_ids("platform-a", &some);
                    let (one, other) = (erase(&lake, doomed.clone()).await, erase(&double, doomed).await);
                    assert_eq!(one.map(|erased| erased.rows), other.map(|erased| erased.rows), "seed {seed}");
                }
                _ => {
                    let more = reports(&mut draw, n_rows, &format!("{step}-"));
                    for facts in [&lake as &dyn Facts, &double] {
                        land_reports(facts, &sha, &more).await;
                    }
                    landed.push(n_rows);
                    rows.extend(more);
                }
            }
        }
        assert_eq!(answers(&lake).await, answers(&double).await, "seed {seed}");
        let reopened = Lake::open(folder.path()).await.unwrap();
        assert_eq!(answers(&reopened).await, answers(&double).await, "seed {seed}, reopened");
        let files = files(folder.path());
        let stray = files.keys().filter(|path| path.extension().is_some_and(|end| end == "parquet"));
        let n_rows_files = stray.filter(|path| !path.to_string_lossy().contains("_delta_log")).count();
        let kept = reopened.snapshots().await.unwrap().iter().filter(|s| s.erased < s.delivery.rows_accepted).count();
        assert!(n_rows_files <= kept, "seed {seed}: {n_rows_files} files for {kept} deliveries");
    }
}

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
    found
}

/// The files that hold the canary, byte for byte.
fn holding(folder: &Path) -> Vec<PathBuf> {
    let holds = |bytes: &Vec<u8>| bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
    files(folder).into_iter().filter(|(_, bytes)| holds(bytes)).map(|(path, _)| path).collect()
}

/// How many values of the lake hold the canary, read back through it: what is compressed is looked into too.
async fn read_back(lake: &Lake) -> usize {
    let mut found = 0;
    let each = |rows: Vec<Report>| found += format!("{rows:?}").matches(CANARY).count();
    lake.scan(&ReportsQuery::default(), Box::new(each)).await.unwrap();
    for name in ["feed", "platform-a", "stats"] {
        found += known_keys(lake, name).await.iter().filter(|key| key.contains(CANARY)).count();
    }
    found
}

/// Reports that all hold the canary, in each place a text fits in.
fn marked(draw: &mut Draw, n_rows: u64) -> Vec<Report> {
    let mut rows = reports(draw, n_rows, &format!("{CANARY}-"));
    for (n, row) in rows.iter_mut().enumerate() {
        row.source = source("feed");
        row.subject = Some(format!("{CANARY} {n}").into());
        row.observables.push(Observable {
            kind: ObservableKind::DomainName,
            role: Role::Author,
            value: format!("{CANARY}{n}.example"),
        });
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_holds_what_was_erased_and_no_other_delivery_changes_by_a_byte() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).await.unwrap();
    let mut draw = Draw::new(77);
    land_reports(&lake, "sha-a", &marked(&mut draw, 400)).await;
    land_reports(&lake, "sha-b", &reports(&mut draw, 900, "b")).await;
    let rows = [marked(&mut draw, 150), reports(&mut draw, 350, "c")].concat();
    let ids = by_ids("feed", rows.iter().filter(|row| row.id.as_str().contains(CANARY)));
    land_reports(&lake, "sha-c", &rows).await;
    let before = files(folder.path());
    assert_eq!(holding(folder.path()).len(), 2, "the twin: before, each of the two files shows it");
    assert!(read_back(&lake).await > 1000);

    let erased = erase(&lake, Doomed::Delivery(of_delivery(400))).await.unwrap();
    assert_eq!(erased.files.len(), 1);
    erase(&lake, ids).await.unwrap();
    assert_eq!(holding(folder.path()), Vec::<PathBuf>::new());
    assert_eq!(read_back(&lake).await, 0);
    assert_eq!(n_reports(&lake, None).await, 900.0 + 350.0);
    let after = files(folder.path());
    let untouched = |path: &Path| after.get(path).is_some_and(|bytes| before.get(path) == Some(bytes));
    let of_rows = before.keys().filter(|path| path.extension().is_some_and(|end| end == "parquet"));
    assert_eq!(of_rows.filter(|path| untouched(path)).count(), 1, "the file of the delivery that is not concerned");
    let version = |n: u64| folder.path().join(format!("reports/_delta_log/{n:020}.json"));
    assert!((0..=3).all(|n| untouched(&version(n))), "the log of what landed stays as it was");

    // The twin: with the old files still there, as a stop before the vacuum leaves them, they are found; opening the
    // lake ends what was stopped.
    for (path, bytes) in before.iter().filter(|(path, _)| !after.contains_key(*path)) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    assert_eq!(holding(folder.path()).len(), 2);
    let reopened = Lake::open(folder.path()).await.unwrap();
    assert_eq!(holding(folder.path()), Vec::<PathBuf>::new());
    assert_eq!(n_reports(&reopened, None).await, 1250.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_erases_while_somebody_writes_and_an_open_lake_sees_what_another_erased() {
    let folder = tempfile::tempdir().unwrap();
    let (lake, reader) = (Lake::open(folder.path()).await.unwrap(), Lake::open(folder.path()).await.unwrap());
    let rows = reports(&mut Draw::new(3), 40, "a");
    land_reports(&lake, "sha-1", &rows).await;
    assert_eq!(n_reports(&reader, Some(1)).await, 40.0);
    let runtime = tokio::runtime::Handle::current();
    let mut refused = None;
    let batches = std::iter::once_with(|| {
        let erasure = erasure("x", Doomed::Delivery(of_delivery(40)));
        refused = Some(runtime.block_on(lake.erase(&erasure)));
        Ok(beffroi_ports::Rows::Reports(reports(&mut Draw::new(4), 20, "b")))
    });
    let provenance = crate::samples::delivery("sha-2", 20);
    lake.land(&source("feed"), "sha-2", "1", Box::new(batches), Box::new(move || provenance)).await.unwrap();
    assert!(matches!(refused, Some(Err(FactsError::Busy { .. }))), "{refused:?}");
    erase(&lake, Doomed::Delivery(of_delivery(40))).await.unwrap();
    assert_eq!((n_reports(&reader, Some(1)).await, n_reports(&reader, None).await), (0.0, 20.0));
}

/// The child of [`a_killed_erasure_leaves_all_or_nothing_and_is_ended_by_the_next`]: nothing to do when run by itself.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Some(folder) = std::env::var_os(CHILD) else { return };
    let lake = Lake::open(Path::new(&folder)).await.unwrap();
    eprintln!("step open");
    erase(&lake, killed_rows()).await.unwrap();
    eprintln!("step erased");
}

const KILLED_ROWS: u64 = 30_000;
const KILLS: u32 = 14;

fn killed_rows() -> Doomed {
    let mut draw = Draw::new(9);
    by_ids("feed", &marked(&mut draw, KILLED_ROWS)[..usize::try_from(KILLED_ROWS / 2).unwrap()])
}

#[test]
fn a_killed_erasure_leaves_all_or_nothing_and_is_ended_by_the_next() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let prepared = tempfile::tempdir().unwrap();
    runtime.block_on(async {
        let lake = Lake::open(prepared.path()).await.unwrap();
        let mut draw = Draw::new(9);
        land_reports(&lake, "sha-1", &marked(&mut draw, KILLED_ROWS)).await;
        land_reports(&lake, "sha-2", &reports(&mut draw, 500, "b")).await;
    });
    let copy = || {
        let place = tempfile::tempdir().unwrap();
        for (path, bytes) in files(prepared.path()) {
            let to = place.path().join(path.strip_prefix(prepared.path()).unwrap());
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::write(to, bytes).unwrap();
        }
        place
    };
    // How long one takes here, so that the kills fall over the whole of it on any machine.
    let length = {
        let place = copy();
        let mut child = start(place.path());
        let clock = Instant::now();
        child.wait().unwrap();
        clock.elapsed()
    };
    let n_all = KILLED_ROWS + 500;
    let n_left = n_all - KILLED_ROWS / 2;
    let (mut n_none, mut n_gone) = (0, 0);
    for kill in 0..KILLS {
        let place = copy();
        let mut child = start(place.path());
        std::thread::sleep(length * kill / (KILLS - 1));
        child.kill().unwrap();
        child.wait().unwrap();
        let lake = runtime.block_on(Lake::open(place.path())).unwrap();
        let found = runtime.block_on(n_reports(&lake, None)) as u64;
        assert!(found == n_all || found == n_left, "killed after {kill}: {found} rows");
        assert_eq!(runtime.block_on(n_reports(&lake, Some(1))) as u64, found - 500);
        n_none += u32::from(found == n_all);
        n_gone += u32::from(found == n_left);
        // The next run does it, or has nothing left to do; then everything is as if nothing had been stopped.
        let again = runtime.block_on(erase(&lake, killed_rows()));
        assert_eq!(again.is_some(), found == n_all);
        assert_eq!(runtime.block_on(n_reports(&lake, None)) as u64, n_left);
        let rest = by_ids("feed", &marked(&mut Draw::new(9), KILLED_ROWS));
        runtime.block_on(erase(&lake, rest)).unwrap();
        assert_eq!(holding(place.path()), Vec::<PathBuf>::new(), "killed after {kill}");
        let folders = std::fs::read_dir(place.path().join("reports")).unwrap();
        let names = folders.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        assert_eq!(names.filter(|name| name.starts_with("delivery-")).count(), 1, "nothing is left behind");
    }
    println!("{KILLS} erasures killed within {} ms: {n_none} had done nothing, {n_gone} all", length.as_millis());
}

/// Starts the child, and waits until it has opened the lake.
fn start(folder: &Path) -> std::process::Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "erasure::child", "--nocapture"])
        .env(CHILD, folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert_eq!(said.filter(|line| line == "step open").take(1).count(), 1);
    child
}
