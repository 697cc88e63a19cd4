//! A flash to its list through a real mail server: killed again and again, nobody is left out and a kill repeats one
//! letter at most, under the same Message-ID.

use crate::demo::shared_demo;
use crate::support::{Server, beffroi, run, succeed};
use beffroi_testkit::smtp::SmtpSink;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const KILLS: usize = 10;
const RECIPIENTS: usize = 260;

/// The longest that anything here may take.
const PATIENCE: Duration = Duration::from_secs(180);

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), &target).unwrap()),
        }
    }
}

/// Somebody other than the author of the flash runs the program.
fn second(data: &Path, args: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beffroi"));
    let done = command.arg("--data").arg(data).args(["--lang", "en", "--quiet", "--as", "second"]).args(args).output();
    let done = done.expect("it starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A folder with a validated flash, `n` recipients and the sink as its mail server; the reference of the flash.
fn ready(data: &Path, sink: &SmtpSink, n: usize) -> String {
    copy(shared_demo(), data);
    let mut config = fs::read_to_string(data.join("beffroi.toml")).unwrap();
    let post = format!(
        "[post]\nserver = \"{}\"\nsecurity = \"loopback\"\nfrom = \"flash@beffroi.example\"\nreturns = \"retours@beffroi.example\"\ncontent_up_to = \"AMBER+STRICT\"\n",
        sink.address()
    );
    config = config.replace("[post]\n", &post);
    fs::write(data.join("beffroi.toml"), config).unwrap();
    let mut table = "id,name,direction,service,mail,tlp,pap,since\n".to_owned();
    for one in 0..n {
        table.push_str(&format!("r{one},Bureau {one},DGX,bureau,r{one}@direction.example,RED,RED,2020-01-01\n"));
    }
    let file = data.join("recipients.csv");
    fs::write(&file, table).unwrap();
    succeed(data, &["recipient", "import", file.to_str().unwrap()]);
    let alerts = succeed(data, &["alert", "list", "--json"]).json();
    let reference = alerts[0]["reference"].as_str().unwrap().to_owned();
    // The flash of the demonstration draws on a series, and so on an inquiry.
    second(data, &["alert", "agree", &reference, "--given-by", "juriste", "--agreement", "essai 1"]);
    second(data, &["alert", "validate", &reference]);
    reference
}

/// Waits until the sink holds `n` letters; how many it holds then.
fn wait(sink: &SmtpSink, n: usize) -> usize {
    let start = Instant::now();
    while sink.n_taken() < n {
        assert!(start.elapsed() < PATIENCE, "{} letters came, {n} were awaited", sink.n_taken());
        std::thread::sleep(Duration::from_millis(2));
    }
    sink.n_taken()
}

/// Starts a pass, and kills it once `n` letters have come in all.
pub(crate) fn kill_after(data: &Path, sink: &SmtpSink, n: usize) {
    let mut pass =
        beffroi(data).args(["post", "run"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    wait(sink, n);
    pass.kill().unwrap();
    pass.wait().unwrap();
}

/// Letters by recipient: how many, and their numbers.
fn by_recipient(sink: &SmtpSink) -> BTreeMap<String, (usize, BTreeSet<String>)> {
    let mut all: BTreeMap<String, (usize, BTreeSet<String>)> = BTreeMap::new();
    for letter in sink.taken() {
        let one = all.entry(letter.to).or_default();
        one.0 += 1;
        one.1.insert(letter.id);
    }
    all
}

#[test]
fn ten_kills_leave_nobody_out_and_repeat_one_letter_each_at_most() {
    let (place, sink) = (tempfile::tempdir().unwrap(), SmtpSink::start(Duration::from_millis(3)).unwrap());
    let data = place.path().join("data");
    let reference = ready(&data, &sink, RECIPIENTS);
    second(&data, &["alert", "issue", &reference]);
    for nth in 0..KILLS {
        // Each time a little further into a letter.
        let n = sink.n_taken() + 5 + nth;
        kill_after(&data, &sink, n);
    }
    let pass = succeed(&data, &["post", "run", "--json"]).json();
    assert_eq!(pass["later"], 0, "{pass}");
    let all = by_recipient(&sink);
    assert_eq!(all.len(), RECIPIENTS, "somebody was left out");
    let n_repeats: usize = all.values().map(|(n, _)| n - 1).sum();
    println!("{KILLS} kills: {} letters to {RECIPIENTS} recipients, {n_repeats} repeated", sink.n_taken());
    assert!(n_repeats <= KILLS, "{n_repeats} repeats after {KILLS} kills");
    assert!(all.values().all(|(_, ids)| ids.len() == 1), "a repeat under another Message-ID");
    let status = succeed(&data, &["post", "status", "--json"]).json();
    assert_eq!(status["handovers"]["delivered"], RECIPIENTS, "{status}");
    // Nothing is left to do.
    let before = sink.n_taken();
    succeed(&data, &["post", "run"]);
    assert_eq!(sink.n_taken(), before);
    let board = succeed(&data, &["alert", "board", &reference, "--json"]).json();
    assert_eq!((&board["n"], &board["read"]), (&RECIPIENTS.into(), &0.into()));
}

/// The twin: without the marks of what had gone, one kill repeats all of a batch.
#[test]
fn a_kill_whose_marks_are_lost_repeats_the_batch() {
    let (place, sink) = (tempfile::tempdir().unwrap(), SmtpSink::start(Duration::ZERO).unwrap());
    let data = place.path().join("data");
    let reference = ready(&data, &sink, 60);
    second(&data, &["alert", "issue", &reference]);
    let slow = SmtpSink::start(Duration::from_millis(20)).unwrap();
    let config = fs::read_to_string(data.join("beffroi.toml")).unwrap();
    let config = config.replace(&sink.address().to_string(), &slow.address().to_string());
    fs::write(data.join("beffroi.toml"), config).unwrap();
    kill_after(&data, &slow, 20);
    let marks = data.join("post").join("gone");
    let text = fs::read_to_string(&marks).unwrap();
    assert!(text.lines().count() > 15, "{text}");
    fs::write(&marks, format!("{}\n", text.lines().next().unwrap())).unwrap();
    succeed(&data, &["post", "run"]);
    let repeats: usize = by_recipient(&slow).values().map(|(n, _)| n - 1).sum();
    assert!(repeats > KILLS, "{repeats} repeats");
}

#[test]
fn the_server_delivers_by_itself_and_alone() {
    let (place, sink) = (tempfile::tempdir().unwrap(), SmtpSink::start(Duration::ZERO).unwrap());
    let data = place.path().join("data");
    let reference = ready(&data, &sink, 3);
    let server = Server::start(&data);
    let other = run(&data, &["post", "run"]);
    assert!(other.status == 1 && other.stderr.contains("another process"), "{}", other.stderr);
    second(&data, &["alert", "issue", &reference]);
    wait(&sink, 3);
    let (status, _) = server.interrupt();
    assert_eq!(status, 0);
    let letters = sink.taken();
    assert!(letters.iter().all(|letter| letter.id.ends_with("@beffroi.example")));
    let text = String::from_utf8_lossy(&letters[0].bytes).into_owned();
    assert!(text.contains("application/pdf") && text.contains("text/html"), "{}", &text[..text.len().min(3000)]);
}
