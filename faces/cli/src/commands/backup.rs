//! `beffroi backup --out FILE`: everything but the keys in one encrypted file, and a note of it.

use super::audit::fault;
use crate::Context;
use crate::args::BackupArgs;
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{print, print_json};
use beffroi_journal::Act;
use beffroi_ports::{BackupError, BackupParts, DatabasePart, JournalState};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Backups remembered.
const REMEMBERED: usize = 200;

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Made {
    /// When.
    pub(super) at: Timestamp,
    /// Where it was written.
    pub(super) file: PathBuf,
    /// Number of entries of the journal in it.
    pub(super) journal: u64,
    /// Whether it holds the keys, encrypted.
    pub(super) keys: bool,
}

impl Made {
    /// Its name as a reference: no more than letters, digits and `._-`.
    pub(super) fn name(&self) -> String {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        let fine = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
        name.chars().map(fine).take(80).collect()
    }
}

/// The backups that this folder remembers, the oldest first.
pub(super) fn made(context: &Context) -> Outcome<Vec<Made>> {
    let path = context.folder.backups();
    match fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|e| Fault::user(format!("{}: {e}", path.display()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Fault::ours(format!("{}: {error}", path.display()))),
    }
}

pub(super) async fn run(args: BackupArgs, context: &Context) -> Outcome {
    let lang = context.lang;
    let Some(out) = args.backup_file else { return Err(Fault::ours("no file to write")) };
    let chosen = |given: Vec<String>, set: &[String]| if given.is_empty() { set.to_vec() } else { given };
    let to = chosen(args.recipients, &context.upkeep.recipients);
    let keys_for = chosen(args.keys_recipients, &context.upkeep.keys_recipients);
    if to.is_empty() {
        return Err(Fault::user(lang.say("cli-backup-for-nobody")).with_help(lang.say("cli-backup-for-nobody-help")));
    }
    if out.exists() {
        return Err(backup_fault(BackupError::Occupied(out.display().to_string())));
    }
    let store = &context.store;
    let name = Made { at: context.now(), file: out.clone(), journal: 0, keys: false }.name();
    // The journal says so before a byte leaves, and the backup holds that it was made.
    store.upkeep_note(Act::BackUp, "backup", &name, &context.by()).await.map_err(fault)?;
    let signed = store.journal_checkpoint(&context.by()).await.map_err(fault)?;
    let stated = signed.checkpoint();
    let state = JournalState { size: stated.size, root: hex(stated.root.as_bytes()), checkpoint: signed.to_string() };
    let snapshot = context.facts.snapshots().await.map_err(ours)?.last().map(|snapshot| snapshot.number);
    let copy = context.folder.root().join(format!(".store-{}.copy", std::process::id()));
    let database = if store.engine().await.map_err(fault)?.is_file {
        (context.upkeep.remove_file)(&copy).map_err(Fault::ours)?;
        if let Err(error) = store.copy_to(&copy).await {
            (context.upkeep.remove_file)(&copy).map_err(Fault::ours)?;
            return Err(fault(error));
        }
        DatabasePart::Copy { name: "store.sqlite".to_owned(), from: copy.clone() }
    } else {
        DatabasePart::Elsewhere {
            how: "pg_dump --format=custom, before the backup; pg_restore into an empty database".to_owned(),
        }
    };
    let parts = parts(database, state, snapshot, keys_for, context);
    let manifest = context.upkeep.backup.backup(&out, &to, &parts);
    let removed = (context.upkeep.remove_file)(&copy);
    let manifest = manifest.map_err(backup_fault)?;
    removed.map_err(Fault::ours)?;
    let mut all = made(context)?;
    all.push(Made { at: parts.at, file: absolute(&out), journal: stated.size, keys: manifest.keys });
    let all = all.split_off(all.len().saturating_sub(REMEMBERED));
    let mut text = serde_json::to_vec_pretty(&all).map_err(ours)?;
    text.push(b'\n');
    replace(&context.folder.backups(), &text)?;
    let bytes: u64 = manifest.files.iter().map(|file| file.size).sum();
    if context.json {
        return print_json(&json!({
            "file": out.display().to_string(),
            "at": parts.at.to_string(),
            "files": manifest.files.len(),
            "bytes": bytes,
            "journal": { "size": stated.size, "root": stated.root.to_string() },
            "snapshot": snapshot,
            "recipients": to.len(),
            "keys": manifest.keys,
        }));
    }
    let (file, files) = (out.display().to_string(), manifest.files.len().to_string());
    let (size, mib) = (lang.integer(stated.size as f64), lang.decimal(bytes as f64 / 1_048_576.0, 1));
    let values =
        [("file", (&file).into()), ("files", (&files).into()), ("mib", (&mib).into()), ("entries", (&size).into())];
    let keys = if manifest.keys { "cli-backup-with-keys" } else { "cli-backup-without-keys" };
    print(&format!("{}\n{}\n", lang.say_with("cli-backup-done", &values), lang.say(keys)))
}

fn parts(
    database: DatabasePart,
    journal: JournalState,
    snapshot: Option<u64>,
    keys_for: Vec<String>,
    context: &Context,
) -> BackupParts {
    let folder = &context.folder;
    let named = |path: PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (name, path)
    };
    let files = [folder.configuration(), folder.holds(), folder.demo_record()];
    let folders = [
        folder.lake(),
        folder.sources(),
        folder.rejects(),
        folder.quality(),
        folder.alerts(),
        folder.certificates(),
        folder.exercise(),
    ];
    let mut folders: Vec<(String, PathBuf)> = folders.into_iter().map(named).collect();
    folders.push(named(folder.root().join("reports")));
    BackupParts {
        program: context.version.to_owned(),
        at: context.now(),
        snapshot,
        journal: Some(journal),
        database,
        files: files.into_iter().filter(|path| path.exists()).map(named).collect(),
        folders,
        keys: Some(context.upkeep.keys.clone()),
        keys_for,
    }
}

pub(super) fn backup_fault(error: BackupError) -> Fault {
    match error {
        BackupError::Io { .. } | BackupError::Keys(_) => ours(error),
        _ => users(error),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Puts bytes in a file's place, whole or not at all, and durably; readable by its owner only.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Outcome {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = parent.join(format!(".{name}.new"));
    let mut options = fs::OpenOptions::new();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let put = || {
        let mut file = options.open(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&draft, path)?;
        fs::File::open(parent)?.sync_all()
    };
    put().map_err(|error| Fault::user(format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_backup_is_a_reference() {
        let at = Timestamp::UNIX_EPOCH;
        let made = |file: &str| Made { at, file: file.into(), journal: 0, keys: false }.name();
        assert_eq!(made("/mnt/disque/2026-11-22.age"), "2026-11-22.age");
        assert_eq!(made("/mnt/sauvegarde d'été.age"), "sauvegarde-d--t-.age");
    }
}
