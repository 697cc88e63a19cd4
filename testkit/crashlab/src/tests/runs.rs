//! Whole runs: the questions put to traces written by hand, and to small programs that really run under `strace`.

use super::recording;
use crate::disk::Durability;
use crate::{Fault, Figures, Plan, Recorder, Refusal, available};
use std::fs;
use std::path::Path;
use std::process::Command;

fn plan(n_points: usize) -> Plan {
    Plan { n_points, seed: 1, durability: Durability::WithFile, lanes: 2 }
}

/// The keys are the lines of the file `log`; a last line without its end is half done only when nothing tells it apart.
fn lines(folder: &Path) -> Result<Vec<String>, String> {
    match fs::read_to_string(folder.join("log")) {
        Ok(text) => Ok(text.split_inclusive('\n').filter_map(|l| l.strip_suffix('\n')).map(str::to_owned).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error.to_string()),
    }
}

const OPEN: &str = "openat(AT_FDCWD</w>, '/d/log', O_WRONLY|O_CREAT|O_APPEND, 0600) = 3</d/log>\n";

fn figures(more: &str) -> Figures {
    recording(&format!("{OPEN}{more}"), &[]).unwrap().check(&plan(40), lines).unwrap()
}

#[test]
fn a_promise_before_the_sync_is_seen_as_lost() {
    let good = figures("write(3</d/log>, 'a\\n', 2) = 2\nfsync(3</d/log>) = 0\nwrite(1</dev/null>, 'ack a\\n', 6) = 6");
    assert_eq!((good.n_points, good.n_acknowledged, good.n_wrong()), (40, 1, 0), "{good:?}");
    assert!(good.n_images >= 3, "{good:?}");
    let bad = figures("write(3</d/log>, 'a\\n', 2) = 2\nwrite(1</dev/null>, 'ack a\\n', 6) = 6\nfsync(3</d/log>) = 0");
    assert!(bad.n_losing > 0 && bad.n_unsound == 0, "{bad:?}");
    assert!(bad.faults[0].contains("`a`"), "{bad:?}");
}

#[test]
fn doubles_strangers_and_unsound_folders_are_seen() {
    let twice =
        figures("write(3</d/log>, 'a\\na\\n', 4) = 4\nfsync(3</d/log>) = 0\nwrite(1</dev/null>, 'ack a\\n', 6) = 6");
    assert!(twice.n_doubled > 0, "{twice:?}");
    let strange =
        figures("write(1</dev/null>, 'try a\\n', 6) = 6\nwrite(3</d/log>, 'b\\n', 2) = 2\nfsync(3</d/log>) = 0");
    assert!(strange.n_strange > 0, "{strange:?}");
    let recording = recording(OPEN, &[]).unwrap();
    let unsound = recording.check(&plan(10), |_| Err("half done".to_owned())).unwrap();
    assert_eq!((unsound.n_unsound, unsound.n_points), (10, 10));
}

#[test]
fn a_promise_after_a_failed_sync_is_in_vain_unless_the_disk_held_it() {
    let sync = "fsync(3</d/log>)";
    let fault = format!("{sync} = -1 EIO (Input/output error) (INJECTED)");
    let head = format!("{OPEN}write(3</d/log>, 'a\\n', 2) = 2\n{sync} = 0\nwrite(3</d/log>, 'b\\n', 2) = 2\n{fault}\n");
    let vain = |more: &str| recording(&format!("{head}{more}"), &[]).unwrap().promised_in_vain(lines).unwrap();
    assert_eq!(vain(""), Some(Vec::new()));
    assert_eq!(vain("write(1</dev/null>, 'ack a\\n', 6) = 6"), Some(Vec::new()), "durable before the fault");
    assert_eq!(vain(&format!("{sync} = 0\nwrite(1</dev/null>, 'ack b\\n', 6) = 6")), Some(vec!["b".to_owned()]));
    assert_eq!(recording(OPEN, &[]).unwrap().promised_in_vain(lines).unwrap(), None);
}

/// A shell that appends lines and promises each, with or without making it durable first.
fn shell(folder: &Path, durable: bool) -> Command {
    let sync = if durable { "sync -d \"$1/log\"" } else { ":" };
    let mut command = Command::new("sh");
    command.args(["-c", &format!("for i in 1 2 3 4 5 6; do echo $i >> \"$1/log\"; {sync} && echo ack $i; done")]);
    command.arg("sh").arg(folder);
    command
}

fn skipped() -> bool {
    match available() {
        Ok(()) => false,
        Err(reason) => {
            println!("skipped: {reason}");
            true
        }
    }
}

#[test]
fn a_real_program_that_syncs_keeps_its_word_and_one_that_does_not_is_caught() {
    if skipped() {
        return;
    }
    for durable in [true, false] {
        let place = tempfile::tempdir().unwrap();
        let recording = Recorder::new(place.path()).record(&shell(place.path(), durable)).unwrap();
        assert_eq!(recording.status, Some(0), "{}", recording.stderr);
        let figures = recording.check(&plan(100), lines).unwrap();
        assert_eq!(figures.n_acknowledged, 6);
        assert_eq!(figures.n_losing > 0, !durable, "{figures:?}");
        assert_eq!(figures.n_unsound, 0, "{figures:?}");
    }
}

#[test]
fn a_disk_that_fails_or_lies_is_recorded_as_such() {
    if skipped() {
        return;
    }
    let record = |error: Option<&str>| {
        let place = tempfile::tempdir().unwrap();
        let calls = vec!["fsync".to_owned(), "fdatasync".to_owned()];
        let fault = Some(Fault { calls, error: error.map(str::to_owned), first: 1, lasting: true });
        let recorder = Recorder { fault, ..Recorder::new(place.path()) };
        recorder.record(&shell(place.path(), true)).unwrap()
    };
    let failing = record(Some("EIO"));
    assert_eq!(failing.acknowledged().unwrap().len(), 0, "the shell sees the error");
    assert_eq!(failing.promised_in_vain(lines).unwrap(), Some(Vec::new()));
    let lying = record(None);
    assert_eq!(lying.acknowledged().unwrap().len(), 6, "the shell sees nothing");
    assert!(lying.check(&plan(50), lines).unwrap().n_losing > 0);
}

#[test]
fn files_that_the_trace_does_not_explain_are_refused() {
    if skipped() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let mut recording = Recorder::new(place.path()).record(&shell(place.path(), true)).unwrap();
    fs::write(place.path().join("log"), "1\n2\n3\n4\n5\n7\n").unwrap();
    assert!(matches!(recording.explain(), Err(Refusal::Unexplained { .. })));
    fs::remove_file(place.path().join("log")).unwrap();
    assert!(matches!(recording.explain(), Err(Refusal::Unexplained { .. })));
    recording.folder = "/nowhere/at/all".into();
    assert!(recording.explain().is_err());
}

#[test]
fn a_last_call_that_never_came_back_leaves_its_file_in_doubt_and_no_other() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().canonicalize().unwrap();
    let name = folder.display();
    let doubt = |left: &str| {
        let text = format!(
            "openat(AT_FDCWD</w>, '{name}/a', O_RDWR|O_CREAT, 0600) = 3<{name}/a>
             openat(AT_FDCWD</w>, '{name}/b', O_RDWR|O_CREAT, 0600) = 4<{name}/b>
             {left} <unfinished ...>"
        );
        let mut recording = recording(&text, &[]).unwrap();
        recording.folder = folder.clone();
        recording
    };
    fs::write(folder.join("b"), "").unwrap();
    assert!(doubt(&format!("unlink('{name}/a'")).explain().is_ok());
    assert!(doubt(&format!("unlink('{name}/b'")).explain().is_err(), "the file that is gone is another");
    fs::write(folder.join("a"), "x").unwrap();
    assert!(doubt(&format!("write(3<{name}/a>, 'x', 1")).explain().is_ok());
    assert!(doubt(&format!("fsync(3<{name}/a>")).explain().is_err(), "a sync writes nothing new");
}
