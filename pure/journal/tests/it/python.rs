//! The second verifier, written from the page alone, against ours: the same faults at the same places.

use crate::tamper::{TAMPERS, Tamper, tampered};
use crate::world::{Export, World};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use beffroi_journal::{Keyring, Trust, verify_export};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The verifier, or nothing when there is no Python to run it.
fn python() -> Option<Command> {
    let recent = "import sys; sys.exit(sys.version_info < (3, 11))";
    if !Command::new("python3").args(["-c", recent]).status().is_ok_and(|status| status.success()) {
        println!("skipped: python3, 3.11 or later, absent");
        return None;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/verify_journal.py");
    let mut command = Command::new("python3");
    command.args(["-I", "-B"]).arg(script);
    Some(command)
}

fn write(folder: &Path, export: &Export) {
    fs::create_dir(folder).unwrap();
    fs::write(folder.join("entries.jsonl"), &export.entries).unwrap();
    fs::write(folder.join("checkpoints.txt"), &export.checkpoints).unwrap();
}

/// Where the exports are given to the second verifier.
#[derive(Clone, Copy)]
enum Way {
    /// Each in its folder.
    Folders,
    /// All on the standard input: thousands of folders would cost more than their verification.
    Batch,
}

/// Runs the second verifier over exports; `held` says whether it holds the witnessed checkpoint.
fn run(world: &World, exports: &[Export], way: Way, held: bool, more: &[&str]) -> Option<Output> {
    let mut command = python()?;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("log.key"), world.log.verifier().to_string()).unwrap();
    command.arg("--log-key").arg(format!("@{}", folder.path().join("log.key").display()));
    command.args(["--witness-key", &world.witness.verifier().to_string()]).args(more);
    if held {
        fs::write(folder.path().join("held"), world.held().to_string()).unwrap();
        command.arg("--held").arg(folder.path().join("held"));
    }
    match way {
        Way::Folders => {
            for (n, export) in exports.iter().enumerate() {
                write(&folder.path().join(n.to_string()), export);
                command.arg(folder.path().join(n.to_string()));
            }
            Some(command.output().unwrap())
        }
        Way::Batch => {
            command.args(["--batch", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            let mut input = BufWriter::new(child.stdin.take().unwrap());
            for (n, Export { entries, checkpoints }) in exports.iter().enumerate() {
                let (entries, checkpoints) = (STANDARD.encode(entries), STANDARD.encode(checkpoints));
                let line = serde_json::json!({ "name": n.to_string(), "entries": entries, "checkpoints": checkpoints });
                writeln!(input, "{line}").unwrap();
            }
            drop(input);
            Some(child.wait_with_output().unwrap())
        }
    }
}

/// The status of the second verifier, and for each export the faults it found as `place: kind`.
fn verdicts(world: &World, exports: &[Export], way: Way, held: bool) -> Option<(i32, Vec<Vec<String>>)> {
    let output = run(world, exports, way, held, &["--json"])?;
    let error = String::from_utf8_lossy(&output.stderr);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| unreachable!("no JSON: {error}"));
    let text = |fault: &Value, key: &str| fault[key].as_str().unwrap().to_owned();
    let verdicts = answer["journals"].as_array().unwrap().iter().map(|journal| {
        let faults = journal["faults"].as_array().unwrap();
        assert_eq!(journal["sound"], faults.is_empty());
        faults.iter().map(|fault| format!("{}: {}", text(fault, "place"), text(fault, "kind"))).collect()
    });
    Some((output.status.code().unwrap(), verdicts.collect()))
}

/// The faults that our verifier finds, without any month key: finding is not for those alone who may read.
fn ours(export: &Export, trust: &Trust) -> Vec<String> {
    let report = verify_export(&export.entries, &export.checkpoints, trust, &Keyring::new());
    report.faults.iter().map(|fault| format!("{}: {}", fault.place, fault.kind.name())).collect()
}

/// One run for both verifiers: most of its time goes into signatures.
#[test]
fn ten_thousand_tamperings_are_all_found_by_both_verifiers_alike() {
    let (world, mut rng) = (World::new(1), StdRng::seed_from_u64(5));
    let exports: Vec<Export> = (0..10_000).map(|n| tampered(&world, TAMPERS[n % TAMPERS.len()], &mut rng)).collect();
    let trust = world.trust();
    let found: Vec<Vec<String>> = exports.iter().map(|export| ours(export, &trust)).collect();
    let tamper = |n: usize| TAMPERS[n % TAMPERS.len()];
    for (n, faults) in found.iter().enumerate() {
        assert!(!faults.is_empty(), "number {n}, {:?}, went unseen", tamper(n));
    }
    let Some((status, theirs)) = verdicts(&world, &exports, Way::Batch, true) else { return };
    assert_eq!((status, theirs.len()), (1, exports.len()));
    for (n, (theirs, ours)) in theirs.iter().zip(&found).enumerate() {
        assert!(!theirs.is_empty(), "number {n}, {:?}, went unseen by the second verifier", tamper(n));
        assert_eq!(theirs, ours, "number {n}, {:?}: the verifiers differ", tamper(n));
    }
}

#[test]
fn tampered_folders_are_found_as_those_of_the_batch() {
    let (world, mut rng) = (World::new(2), StdRng::seed_from_u64(8));
    let exports: Vec<Export> = (0..100).map(|n| tampered(&world, TAMPERS[n % TAMPERS.len()], &mut rng)).collect();
    let Some((status, theirs)) = verdicts(&world, &exports, Way::Folders, true) else { return };
    let ours: Vec<_> = exports.iter().map(|export| ours(export, &world.trust())).collect();
    assert_eq!((status, theirs), (1, ours));
}

/// The twin: without the witnessed checkpoint an old copy passes, for both verifiers.
#[test]
fn without_the_witnessed_checkpoint_an_old_copy_passes() {
    let (world, mut rng) = (World::new(1), StdRng::seed_from_u64(6));
    let exports: Vec<Export> = (0..6).map(|_| tampered(&world, Tamper::RollBack, &mut rng)).collect();
    let Some((status, blind)) = verdicts(&world, &exports, Way::Folders, false) else { return };
    assert_eq!((status, blind.iter().flatten().count()), (0, 0), "{blind:?}");
    let (status, seen) = verdicts(&world, &exports, Way::Folders, true).unwrap();
    assert_eq!(status, 1);
    assert!(seen.iter().all(|faults| faults.iter().any(|fault| fault.ends_with(": rolled-back"))), "{seen:?}");
}

#[test]
fn a_sound_journal_leaves_with_zero_and_a_fault_is_one_line() {
    let (world, mut rng) = (World::new(4), StdRng::seed_from_u64(7));
    let Some(output) = run(&world, &[world.export()], Way::Folders, true, &["--quorum", "1"]) else { return };
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.contains(": sound, 24 entries, root "), "{text}");
    let export = tampered(&world, Tamper::RollBack, &mut rng);
    let output = run(&world, &[export], Way::Folders, true, &[]).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!((output.status.code(), text.lines().count()), (Some(1), 1), "{text}");
    assert!(text.contains("/0: entries ") && text.contains(" excluded: rolled-back: "), "{text}");
}

#[test]
fn what_cannot_be_verified_leaves_with_two() {
    let Some(mut command) = python() else { return };
    let output = command.args(["--log-key", "no key", "nowhere"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let world = World::new(4);
    let mut command = python().unwrap();
    let output = command.args(["--log-key", &world.log.verifier().to_string(), "nowhere"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
