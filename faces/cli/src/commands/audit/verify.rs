//! Every entry read back and held against every checkpoint.

use super::fault;
use crate::Context;
use crate::args::VerifyArgs;
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{print, print_json};
use beffroi_journal::{
    Fault as JournalFault, FaultKind, Keyring, LineError, Place, Report, SignedCheckpoint, Trust, Verifier,
    VerifierKey, checkpoints_from_text,
};
use beffroi_store::{Store, TreeFault};
use beffroi_wording::Lang;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// Entries read at a time.
const PAGE: u64 = 1_000;
/// Longest file of checkpoints, in bytes: the size of a few years of daily ones.
pub(super) const MAX_CHECKPOINTS: u64 = 64 << 20;

/// A fault as it is told: of the entries and checkpoints, or of the hashes kept beside them.
pub(super) struct Told {
    kind: &'static str,
    place: String,
    index: Option<u64>,
    detail: String,
}

impl From<&JournalFault> for Told {
    fn from(fault: &JournalFault) -> Self {
        let index = match fault.place {
            Place::Entry(index) | Place::Entries(index, _) => Some(index),
            Place::Checkpoint(_) | Place::Held(_) | Place::Journal => None,
        };
        let (kind, place, detail) = (fault.kind.name(), fault.place.to_string(), fault.detail.clone());
        Self { kind, place, index, detail }
    }
}

impl From<&TreeFault> for Told {
    fn from(fault: &TreeFault) -> Self {
        let place = Place::Entries(fault.entries.start, fault.entries.end).to_string();
        Self { kind: "tree", place, index: Some(fault.entries.start), detail: fault.detail.clone() }
    }
}

pub(super) async fn run(args: &VerifyArgs, context: &Context) -> Outcome {
    let (lang, from) = (context.lang, args.first_entry.unwrap_or(0));
    let held = held(&args.held)?;
    let report = verify(held, &args.witness_keys, args.quorum, context).await?;
    let mut faults = told(&report, from);
    let tree = context.store.journal_tree_faults().await.map_err(fault)?;
    faults.extend(tree.iter().filter(|fault| fault.entries.end > from).map(Told::from));
    if let Some(reason) = context.store.shut() {
        eprintln!("{}", lang.say_with("cli-audit-shut", &[("reason", reason.into())]));
        if faults.is_empty() {
            let (kind, place, detail) = ("tree", Place::Journal.to_string(), reason.to_owned());
            faults.push(Told { kind, place, index: None, detail });
        }
    }
    conclude(&report, &faults, lang, context.json)
}

/// The faults of a report from an entry on.
pub(super) fn told(report: &Report, from: u64) -> Vec<Told> {
    report.faults.iter().filter(|fault| reaches(fault.place, from)).map(Told::from).collect()
}

/// Prints what was found; a fault when anything was.
pub(super) fn conclude(report: &Report, faults: &[Told], lang: Lang, json: bool) -> Outcome {
    tell(report, faults, lang, json)?;
    if faults.is_empty() {
        return Ok(());
    }
    let n = (faults.len() as u64).saturating_add(report.faults_left_out).to_string();
    let only_signers = faults.iter().all(|fault| fault.kind == FaultKind::CheckpointSigner.name());
    let help = if only_signers { "cli-audit-unsound-witness" } else { "cli-audit-unsound-help" };
    Err(Fault::user(lang.say_with("cli-audit-unsound", &[("n", (&n).into())])).with_help(lang.say(help)))
}

/// Reads the whole journal back. What was written since the last checkpoint is put under a new one first, unless what
/// is stored is not what was appended: then nothing is signed and the faults say where.
pub(in crate::commands) async fn verify(
    held: Vec<SignedCheckpoint>,
    witness_keys: &[String],
    quorum: usize,
    context: &Context,
) -> Outcome<Report> {
    let store = &context.store;
    let keys = store.keys();
    let signed = store.journal_checkpoint(&context.by()).await;
    let log = keys.log_key().map_err(ours)?.verifier();
    let trust = trust(log, context.upkeep.witnesses.iter().chain(witness_keys), held, quorum)?;
    let mut ring = Keyring::new();
    for month in keys.months().map_err(ours)? {
        if let Some(key) = keys.month_key(month, false).map_err(ours)? {
            ring.add(key);
        }
    }
    let size = match &signed {
        Ok(signed) => signed.checkpoint().size,
        Err(_) => counted(store).await?,
    };
    let checkpoints = store.journal_checkpoints().await.map_err(fault)?;
    // Others may have signed a later one since.
    let checkpoints =
        checkpoints.into_iter().filter(|checkpoint| checkpoint.checkpoint().size <= size || signed.is_err());
    let mut verifier = Verifier::new(&trust, &ring, checkpoints.map(Ok));
    let mut from = 0;
    while from < size {
        let limit = PAGE.min(size - from);
        match store.journal_export(from, limit).await {
            Ok(records) => records.into_iter().for_each(|record| verifier.push(Ok(record))),
            Err(_) => {
                // One of them cannot be read back: find out which.
                for index in from..from + limit {
                    match store.journal_export(index, 1).await.map(|mut one| one.pop()) {
                        Ok(Some(record)) => verifier.push(Ok(record)),
                        Ok(None) => {}
                        Err(_) => verifier.push(Err(LineError::Form)),
                    }
                }
            }
        }
        from += limit;
    }
    Ok(verifier.finish())
}

/// Whom a verifier believes.
pub(super) fn trust<'a>(
    log: VerifierKey,
    witness_keys: impl Iterator<Item = &'a String>,
    held: Vec<SignedCheckpoint>,
    quorum: usize,
) -> Outcome<Trust> {
    let mut trust = Trust::new(log);
    for text in witness_keys {
        let key = verifier_key(text)?;
        if !trust.witnesses.contains(&key) {
            trust.witnesses.push(key);
        }
    }
    (trust.held, trust.quorum) = (held, quorum);
    Ok(trust)
}

/// How many entries there are to read: a count that is too low, or cannot be read back, hides none.
pub(super) async fn counted(store: &Store) -> Outcome<u64> {
    let stored = store.journal_stored().await.map_err(fault)?;
    Ok(store.journal_size().await.map_or(stored, |size| size.max(stored)))
}

/// Whether a fault concerns entries from `from` on, or the journal as a whole.
fn reaches(place: Place, from: u64) -> bool {
    match place {
        Place::Entry(index) => index >= from,
        Place::Entries(_, end) => end > from,
        Place::Checkpoint(_) | Place::Held(_) | Place::Journal => true,
    }
}

fn tell(report: &Report, faults: &[Told], lang: Lang, json: bool) -> Outcome {
    if json {
        let faults: Vec<_> = faults
            .iter()
            .map(|fault| {
                let Told { kind, place, index, detail } = fault;
                json!({ "kind": kind, "place": place, "index": index, "detail": detail })
            })
            .collect();
        return print_json(&json!({
            "sound": faults.is_empty(),
            "size": report.size,
            "root": report.root.to_string(),
            "opened": report.opened,
            "checkpoints": report.signed_checkpoints,
            "witnessed": report.witnessed,
            "faults": faults,
            "faults_left_out": report.faults_left_out,
        }));
    }
    let n = |value: u64| lang.integer(value as f64);
    let (size, opened, checkpoints) = (n(report.size), n(report.opened), n(report.signed_checkpoints));
    let (witnessed, root) = (n(report.witnessed), report.root.to_string());
    let mut text = lang.say_with(
        "cli-audit-verified",
        &[
            ("size", (&size).into()),
            ("root", (&root).into()),
            ("opened", (&opened).into()),
            ("checkpoints", (&checkpoints).into()),
            ("witnessed", (&witnessed).into()),
        ],
    );
    text.push('\n');
    if faults.is_empty() {
        text.push_str(&lang.say("cli-audit-sound"));
        text.push('\n');
    }
    for Told { kind, place, detail, .. } in faults {
        text.push_str(&format!("{place}: {kind}: {detail}\n"));
    }
    print(&text)
}

/// The checkpoints of files kept elsewhere.
pub(super) fn held(paths: &[PathBuf]) -> Outcome<Vec<SignedCheckpoint>> {
    let mut held = Vec::new();
    for path in paths {
        let bytes = read(path, MAX_CHECKPOINTS)?;
        let found = checkpoints_from_text(&bytes);
        if found.is_empty() {
            return Err(Fault::user(format!("{}: no checkpoint in it", path.display())));
        }
        for checkpoint in found {
            held.push(checkpoint.map_err(|error| Fault::user(format!("{}: {error}", path.display())))?);
        }
    }
    Ok(held)
}

/// A small file, or a fault that names it.
pub(in crate::commands) fn read(path: &Path, most: u64) -> Outcome<Vec<u8>> {
    let wrong = |reason: &dyn std::fmt::Display| Fault::user(format!("{}: {reason}", path.display()));
    let about = fs::metadata(path).map_err(|error| wrong(&error))?;
    if !about.is_file() || about.len() > most {
        return Err(wrong(&format!("a file of at most {most} bytes is expected")));
    }
    fs::read(path).map_err(|error| wrong(&error))
}

/// A verifier key as text, or in the file after `@`.
pub(in crate::commands) fn verifier_key(text: &str) -> Outcome<VerifierKey> {
    let text = match text.strip_prefix('@') {
        Some(path) => String::from_utf8_lossy(&read(Path::new(path), 4096)?).into_owned(),
        None => text.to_owned(),
    };
    text.trim().parse().map_err(users)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_before_the_entry_asked_for_are_left_out_and_no_others() {
        assert!(!reaches(Place::Entry(4), 5) && reaches(Place::Entry(5), 5));
        assert!(!reaches(Place::Entries(0, 5), 5) && reaches(Place::Entries(0, 6), 5));
        assert!(reaches(Place::Journal, 5) && reaches(Place::Checkpoint(0), 5) && reaches(Place::Held(0), 5));
    }
}
