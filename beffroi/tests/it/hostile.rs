//! Files made to harm, read by the real child of the built program: each is refused or read with findings, and whoever
//! reads it keeps its memory, its files and its peace.

use crate::support::{run, succeed};
use beffroi_ports::{Frames, Protection, Sandbox, SandboxError, Task};
use beffroi_sandbox::{ChildSandbox, Limits};
use beffroi_tabular::{Declaration, FileError, FrameRows, PARSER, Row, Step, WireError, frame_bytes};
use beffroi_testkit::hostile::{Fate, Form, Hostile, files};
use beffroi_testkit::workbook::Book;
use std::fs;
use std::io::{Cursor, Read};
use std::process::Command;
use std::sync::mpsc;
use std::time::Instant;

/// The variable that tells a test that it runs alone in its process.
const ALONE: &str = "BEFFROI_TEST_ALONE";

/// Most that reading a hostile file may add to the memory of whoever asks for it, in KiB.
const OVER_BASELINE: u64 = 64 * 1024;

/// Runs the test of that name again, alone in a process whose memory is its own; whether this is that process.
fn alone(name: &str) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("hostile::{name}"), "--nocapture"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    print!("{text}");
    false
}

/// A figure of `/proc/self/status`, in KiB.
fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Sets the high-water mark of memory back to what is resident now.
fn forget_the_peak() {
    fs::write("/proc/self/clear_refs", "5").unwrap();
}

fn sandbox() -> ChildSandbox {
    ChildSandbox::of_program(env!("CARGO_BIN_EXE_beffroi"), Limits::default())
}

fn task(source: &str, declaration: &Declaration, length: usize) -> Task {
    Task {
        parser: PARSER,
        request: source.as_bytes().to_vec(),
        input_bytes: length as u64,
        max_frame_bytes: frame_bytes(&declaration.file),
        max_total_bytes: 1 << 30,
    }
}

#[derive(Debug)]
enum Met {
    Read { rows: u64, bad: u64 },
    Refused(FileError),
    Died(SandboxError),
}

fn read(sandbox: &dyn Sandbox, form: Form, bytes: Vec<u8>) -> Met {
    let source = form.source();
    let declaration = Declaration::parse(&source).unwrap();
    let task = task(&source, &declaration, bytes.len());
    let mut frames = sandbox.read(task, Box::new(Cursor::new(bytes))).unwrap();
    // Four columns are read: id, day, subject and loss.
    let mut reader = FrameRows::new(&declaration.file, 4);
    let (mut row, mut rows, mut bad) = (Row::default(), 0, 0);
    loop {
        match reader.next(&mut row) {
            Ok(Some(Step::Row)) => rows += 1,
            Ok(Some(Step::Bad(_))) => bad += 1,
            Ok(Some(Step::End)) => return Met::Read { rows, bad },
            Ok(None) => match frames.next() {
                Ok(Some(frame)) => reader.put(frame),
                Ok(None) => panic!("an end without an end"),
                Err(error) => return Met::Died(error),
            },
            Err(WireError::File(error)) => return Met::Refused(error),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn every_hostile_file_costs_its_reader_nothing() {
    if !alone("every_hostile_file_costs_its_reader_nothing") {
        return;
    }
    let all = files();
    assert!(all.len() >= 120, "{} files", all.len());
    let sandbox = sandbox();
    let (mut worst, mut slowest) = ((0, ""), (0.0, ""));
    let mut wrong = Vec::new();
    for Hostile { name, form, bytes, fate } in all {
        forget_the_peak();
        let before = status("VmRSS");
        let began = Instant::now();
        let met = read(&sandbox, form, bytes);
        let over = status("VmHWM").saturating_sub(before);
        let took = began.elapsed().as_secs_f64();
        worst = if over > worst.0 { (over, name) } else { worst };
        slowest = if took > slowest.0 { (took, name) } else { slowest };
        let fine = match (&met, fate) {
            (Met::Refused(error), Fate::Refused(told)) => error.to_string().contains(told),
            // The desk maps what was read, and finds what does not fit.
            (Met::Read { rows, bad }, Fate::Findings(_)) => rows + bad > 0,
            (Met::Died(error), _) => {
                println!("{name}: {error}");
                false
            }
            _ => false,
        };
        if !fine || over > OVER_BASELINE {
            wrong.push(format!("{name} ({form:?}): {fate:?}, met {met:?}, {over} KiB over baseline"));
        }
    }
    println!("most memory: {} KiB over baseline ({}); longest: {:.2} s ({})", worst.0, worst.1, slowest.0, slowest.1);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn announced() -> Vec<u8> {
    files().into_iter().find(|file| file.name == "forty million texts announced").unwrap().bytes
}

#[test]
fn without_the_guard_a_bomb_takes_its_gibibyte() {
    if !alone("without_the_guard_a_bomb_takes_its_gibibyte") {
        return;
    }
    // Addresses only: no page of them is touched, so that the machine feels nothing.
    let bomb = announced();
    let before = status("VmPeak");
    assert!(matches!(read(&sandbox(), Form::Xlsx, bomb.clone()), Met::Refused(_)));
    assert!(status("VmPeak") - before < 512 * 1024, "through the child, the reader's own addresses do not grow");
    let book: Result<calamine::Xlsx<_>, _> = calamine::Reader::new(Cursor::new(bomb));
    assert!(status("VmPeak") - before > 900 * 1024, "read here, without the guard, they do: {:?}", book.is_ok());
}

/// An input that gives its bytes and then waits.
struct Stalls {
    bytes: Cursor<Vec<u8>>,
    until: mpsc::Receiver<()>,
}

impl Read for Stalls {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        match self.bytes.read(into)? {
            0 => {
                let _ = self.until.recv();
                Ok(0)
            }
            n => Ok(n),
        }
    }
}

#[test]
fn the_child_holds_three_pipes_and_nothing_else() {
    if !alone("the_child_holds_three_pipes_and_nothing_else") {
        return;
    }
    let source = Form::Csv.source();
    let declaration = Declaration::parse(&source).unwrap();
    let (go_on, until) = mpsc::channel();
    let bytes = Cursor::new(b"id,day,subject,loss\n1,2025-01-05,x,1\n".to_vec());
    // A descriptor of the parent's own, which must not come along.
    let _open = fs::File::open("/proc/self/status").unwrap();
    let mut frames: Box<dyn Frames> =
        sandbox().read(task(&source, &declaration, 10), Box::new(Stalls { bytes, until })).unwrap();
    let child = child();
    let told = |file: &str| fs::read_to_string(format!("/proc/{child}/{file}")).unwrap_or_default();
    // Until the child has tied its hands; were it never to, its parent would end it.
    while !told("status").contains("Seccomp_filters:\t2") {
        assert!(!told("status").is_empty(), "the child has gone");
        std::thread::yield_now();
    }
    assert!(told("status").contains("NoNewPrivs:\t1"));
    assert_eq!(told("environ"), "");
    let held: Vec<String> = fs::read_dir(format!("/proc/{child}/fd"))
        .unwrap()
        .map(|entry| fs::read_link(entry.unwrap().path()).unwrap().display().to_string())
        .collect();
    assert_eq!(held.len(), 3, "{held:?}");
    assert!(held.iter().all(|what| what.starts_with("pipe:")), "{held:?}");
    let limits = told("limits");
    for name in ["Max file size", "Max core file size", "Max open files", "Max processes"] {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        let rest = line.trim_start_matches(name).split_whitespace().take(2).collect::<Vec<_>>();
        assert_eq!(rest, ["0", "0"], "{line}");
    }
    drop(go_on);
    assert!(frames.next().unwrap().is_some());
    assert!(frames.next().unwrap().is_none());
}

/// The only child of this process.
fn child() -> u32 {
    let own = std::process::id().to_string();
    let numbers = fs::read_dir("/proc").unwrap().flatten().filter_map(|e| e.file_name().to_str()?.parse::<u32>().ok());
    let parent = |number: u32| {
        let stat = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
        stat.rsplit(')').next()?.split_whitespace().nth(1).map(str::to_owned)
    };
    numbers.into_iter().find(|number| parent(*number).as_deref() == Some(&own)).unwrap()
}

#[test]
fn a_workbook_lands_and_a_hostile_one_leaves_the_folder_as_it_was() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    succeed(&data, &["init"]);
    fs::create_dir_all(data.join("sources")).unwrap();
    fs::write(data.join("sources/essai-hostile.toml"), Form::Xlsx.source()).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = place.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let good = Book::of_rows(&[
        &["id", "day", "subject", "loss"],
        &["1", "2025-01-05", "un", "12.50"],
        &["2", "2025-01-06", "deux", ""],
        &["3", "2025-99-99", "trois", ""],
    ]);
    let good = file("good.xlsx", &good.bytes());
    let summary = succeed(&data, &["ingest", "--source", "essai-hostile", &good, "--json"]).json();
    assert_eq!((&summary["rows_accepted"], &summary["rows_rejected"]), (&2.into(), &1.into()), "{summary}");
    assert_eq!(summary["findings"][0]["line"], 4);

    let before = succeed(&data, &["snapshot", "list", "--json"]).stdout;
    let bomb = file("bomb.xlsx", &announced());
    let refused = run(&data, &["ingest", "--source", "essai-hostile", &bomb]);
    assert_eq!(refused.status, 1, "{}", refused.stderr);
    assert!(refused.stderr.contains("bomb.xlsx") && refused.stderr.contains("no sheet has"), "{}", refused.stderr);

    // With next to no memory the child dies, and the message names the file and the limit.
    let toml = data.join("beffroi.toml");
    let more = fs::read_to_string(&toml).unwrap().replace("[intake]", "[intake]\nmemory_mib = 1");
    fs::write(&toml, more).unwrap();
    let long: Vec<Vec<String>> =
        (0..40_000).map(|n| vec![format!("L{n}"), "2025-01-05".to_owned(), "x".repeat(n % 97)]).collect();
    let rows: Vec<Vec<&str>> = long.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let header = ["id", "day", "subject", "loss"];
    let rows: Vec<&[&str]> = std::iter::once(&header[..]).chain(rows.iter().map(Vec::as_slice)).collect();
    let large = file("large.xlsx", &Book::of_rows(&rows).bytes());
    let short = run(&data, &["ingest", "--source", "essai-hostile", &large]);
    assert_eq!(short.status, 1, "{}", short.stderr);
    let said = short.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("large.xlsx") && said.contains("1 MiB"), "{}", short.stderr);
    assert_eq!(succeed(&data, &["snapshot", "list", "--json"]).stdout, before);
}

#[test]
fn the_doctor_says_how_the_reader_is_held() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    succeed(&data, &["init"]);
    let checks = succeed(&data, &["doctor", "--json"]).json();
    let told = checks.as_array().unwrap().iter().find(|check| check["what"] == "Reading of files").unwrap();
    let held = sandbox().protections().unwrap();
    assert_eq!(held.limits, Protection::Full);
    assert_eq!(told["why"].as_str().unwrap().contains("wholly"), held.are_full(), "{told}");
    assert_eq!(told["state"] == "ok", held.are_full(), "{told}");
}
