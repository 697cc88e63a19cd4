//! `beffroi restore`: bringing a backup back, and ending the restore once its keys are in their place.

use super::audit::{fault, verify};
use super::backup::{backup_fault, replace};
use super::doctor;
use crate::Context;
use crate::args::RestoreArgs;
use crate::fault::{Fault, Outcome, ours};
use crate::output::{print, print_json};
use beffroi_journal::{Act, FaultKind, SignedCheckpoint};
use beffroi_ports::{Backup, DatabaseNote, JournalState, RestoreOptions, Restored};
use beffroi_store::WriteKey;
use beffroi_wording::Lang;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// Stands in a restored folder until its journal was verified.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unfinished {
    /// When the backup was made.
    at: Timestamp,
    /// The journal at that moment.
    journal: Option<JournalState>,
}

/// Brings a backup back into a folder. Its rows and journal are looked at by [`finish`], once the keys are there.
///
/// `keys_now`: the folder of keys in use until now, when it still stands.
///
/// # Errors
/// [`Fault`]; the folder is then as it was.
pub fn bring_back(args: &RestoreArgs, keys_now: Option<PathBuf>, backup: &dyn Backup, lang: Lang) -> Outcome<Restored> {
    let (Some(archive), Some(identity), Some(into)) = (&args.archive, &args.identity, &args.into) else {
        return Err(Fault::ours("a backup, a secret key and a folder are needed"));
    };
    // Its own checkpoint names the journal whose keys come back.
    let manifest = backup.check(archive, identity).map_err(backup_fault)?;
    let origin = manifest.journal.as_ref().and_then(|journal| journal.checkpoint.lines().next()).unwrap_or_default();
    let options = RestoreOptions {
        keys_identity: args.keys_identity.clone(),
        keys_now: args.keys_now.clone().or(keys_now),
        journal: origin.to_owned(),
    };
    let restored = backup.restore(archive, identity, into, &options).map_err(backup_fault)?;
    let note = Unfinished { at: restored.manifest.at, journal: restored.manifest.journal.clone() };
    let mut text = serde_json::to_vec_pretty(&note).map_err(ours)?;
    text.push(b'\n');
    replace(&into.join("restored.json"), &text)?;
    if let DatabaseNote::Elsewhere(how) = &restored.manifest.database {
        eprintln!("{}", lang.say_with("cli-restore-elsewhere", &[("how", how.into())]));
    }
    Ok(restored)
}

/// Says that the restore waits for its keys.
///
/// # Errors
/// [`Fault`] when it cannot be printed.
pub fn waits(into: &Path, keys: &Path, json: bool, lang: Lang) -> Outcome {
    let (into, keys) = (into.display().to_string(), keys.display().to_string());
    if json {
        return print_json(&json!({ "folder": into, "finished": false, "keys": keys }));
    }
    print(&format!("{}\n", lang.say_with("cli-restore-waits", &[("folder", (&into).into()), ("keys", (&keys).into())])))
}

/// Ends a restore: the journal is held against the backup's word, rows of erased records go, and everything is looked
/// over.
///
/// # Errors
/// [`Fault`] when the journal is not what the backup said: the folder is then not to be used.
pub async fn finish(context: &Context) -> Outcome {
    let lang = context.lang;
    let path = context.folder.restored();
    let bytes = fs::read(&path).map_err(|_| Fault::user(lang.say("cli-restore-none")))?;
    let note: Unfinished =
        serde_json::from_slice(&bytes).map_err(|error| Fault::user(format!("{}: {error}", path.display())))?;
    let held: Option<SignedCheckpoint> = match &note.journal {
        Some(journal) => Some(journal.checkpoint.parse().map_err(crate::fault::users)?),
        None => None,
    };
    let report = verify::verify(held.into_iter().collect(), &[], 0, context).await?;
    for fault in &report.faults {
        eprintln!("{fault}");
    }
    // A witness that this folder does not know takes nothing away from what it signed.
    if report.faults.iter().any(|fault| fault.kind != FaultKind::CheckpointSigner) {
        return Err(Fault::user(lang.say("cli-restore-unsound")).with_help(lang.say("cli-restore-unsound-help")));
    }
    let by = || context.by().with_key(WriteKey::draw());
    let erased = context.store.erase_erased(&by()).await.map_err(fault)?;
    context.store.upkeep_note(Act::Restore, "backup", &note.at.to_string(), &by()).await.map_err(fault)?;
    fs::remove_file(&path).map_err(|error| Fault::ours(format!("{}: {error}", path.display())))?;
    let checks = doctor::checks(context).await?;
    if context.json {
        let folder = context.folder.root().display().to_string();
        return print_json(&json!({
            "folder": folder,
            "finished": true,
            "backup_of": note.at.to_string(),
            "journal": { "size": report.size, "root": report.root.to_string(), "sound": true },
            "rows_erased": erased,
            "doctor": checks,
        }));
    }
    let (size, erased) = (lang.integer(report.size as f64), lang.integer(erased as f64));
    let at = lang.date(crate::context::today(note.at));
    let values = [("at", (&at).into()), ("entries", (&size).into()), ("erased", (&erased).into())];
    print(&format!("{}\n\n", lang.say_with("cli-restore-done", &values)))?;
    doctor::show(&checks, context.json, lang)
}
