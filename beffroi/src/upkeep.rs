//! The commands of upkeep that stand outside an open data folder: making a secret key, bringing a backup back, looking
//! over a folder that may not open.

use crate::config::{self, Config};
use crate::{io_fault, wiring};
use beffroi_cli::args::{BackupArgs, Common, RestoreArgs};
use beffroi_cli::fault::{Fault, Outcome, ours};
use beffroi_cli::output::{print, print_json};
use beffroi_cli::{DataFolder, Upkeep, doctor as looking, restore as bringing};
use beffroi_ports::DatabaseNote;
use beffroi_retention::{BasesError, Grounds};
use beffroi_vault::{AgeBackup, FileKeys, new_identity as draw_identity, remove_file, remove_folder};
use beffroi_web::Tls;
use beffroi_wording::Lang;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the commands of upkeep need, as the configuration says.
pub(crate) fn of(config: &Config, folder: &DataFolder) -> Outcome<Upkeep> {
    let wrong = |error: BasesError| Fault::user(format!("{}: [retention] {error}", folder.configuration().display()));
    let grounds = Grounds::new(&config.retention.journal, &config.retention.terms).map_err(wrong)?;
    Ok(Upkeep {
        backup: Arc::new(AgeBackup::new()),
        keys: keys_folder(config, folder),
        address: address(config, folder.root()),
        recipients: config.backup.recipients.clone(),
        keys_recipients: config.backup.keys_recipients.clone(),
        witnesses: config.audit.witnesses.clone(),
        grounds: Arc::new(grounds),
        remove_file: |path| remove_file(path).map_err(|error| error.to_string()),
        space,
    })
}

fn keys_folder(config: &Config, folder: &DataFolder) -> PathBuf {
    config.keys.folder.as_ref().map_or_else(|| folder.keys(), |keys| folder.root().join(keys))
}

/// Where the web application answers, or why it would not start.
fn address(config: &Config, root: &Path) -> Result<String, String> {
    let reach = config.serve.reach(root, None).map_err(|fault| fault.to_string())?;
    if let Some((certificate, key)) = &reach.tls {
        Tls::open(certificate, key).map_err(|error| error.to_string())?;
    }
    let scheme = if reach.tls.is_some() { "https" } else { "http" };
    let name =
        config.serve.hosts.first().filter(|_| reach.secure).map_or_else(String::new, |host| format!(" ({host})"));
    Ok(format!("{scheme}://{}{name}", reach.address))
}

/// Bytes free for us, and bytes in all, on the disk that holds a folder.
fn space(folder: &Path) -> Option<(u64, u64)> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some((disk.f_bavail.saturating_mul(disk.f_frsize), disk.f_blocks.saturating_mul(disk.f_frsize)))
}

/// `beffroi backup --new-identity FILE`.
pub(crate) fn new_identity(args: &BackupArgs, common: &Common, lang: Lang) -> Outcome {
    let Some(path) = &args.new_identity else { return Err(Fault::ours("no file to write")) };
    let (secret, public) = draw_identity();
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).and_then(|mut file| {
        file.write_all(secret.as_bytes())?;
        file.sync_all()
    });
    made.map_err(|error| Fault::user(format!("{}: {error}", path.display())))?;
    if common.json {
        return print_json(&serde_json::json!({ "file": path.display().to_string(), "recipient": public }));
    }
    eprintln!("{}", lang.say_with("cli-backup-identity", &[("file", (&path.display().to_string()).into())]));
    print(&format!("{public}\n"))
}

/// `beffroi restore`.
pub(crate) async fn restore(args: &RestoreArgs, folder: DataFolder, common: &Common, lang: Lang) -> Outcome {
    if args.finish {
        return finish(folder, common, lang).await;
    }
    let Some(into) = &args.into else { return Err(Fault::ours("no folder to restore into")) };
    // The keys of the folder in use say what was erased since: it does not come back.
    let now = folder.configuration().exists().then(|| config::read(&folder.configuration())).transpose()?;
    let keys_now = now.map(|config| keys_folder(&config, &folder)).filter(|keys| keys.exists());
    let restored = bringing::bring_back(args, keys_now, &AgeBackup::new(), lang)?;
    let folder = DataFolder::new(into);
    let config = config::read(&folder.configuration())?;
    let keys = keys_folder(&config, &folder);
    if restored.keys && keys != folder.keys() && !keys.exists() {
        fs::rename(folder.keys(), &keys).map_err(|error| io_fault("move the keys to", &keys, &error))?;
    }
    let registers = matches!(restored.manifest.database, DatabaseNote::In(_));
    if !registers || !has_keys(&keys) {
        return bringing::waits(into, &keys, common.json, lang);
    }
    finish(folder, common, lang).await
}

/// Ends a restore: the keys learn what the backup says was destroyed and erased, then the journal is looked at.
async fn finish(folder: DataFolder, common: &Common, lang: Lang) -> Outcome {
    let config = config::read(&folder.configuration())?;
    let (keys, lists) = (keys_folder(&config, &folder), folder.root().join("erasures"));
    if folder.restored().exists() && has_keys(&keys) && lists.exists() {
        let keys = FileKeys::open(&keys, &config.keys.journal).map_err(ours)?;
        keys.adopt_erasures(&lists).map_err(ours)?;
        remove_folder(&lists).map_err(ours)?;
    }
    bringing::finish(&wiring::context(folder, common, lang).await?).await
}

/// Whether a folder holds keys: opening an empty one would make new ones, and nothing restored would open.
pub(crate) fn has_keys(folder: &Path) -> bool {
    folder.join("journal.key").exists()
}

/// `beffroi doctor`: a folder that does not open is what a doctor is for.
pub(crate) async fn doctor(folder: DataFolder, common: &Common, lang: Lang) -> Outcome {
    if !folder.configuration().exists() {
        return wiring::context(folder, common, lang).await.map(|_| ());
    }
    match wiring::context(folder, common, lang).await {
        Ok(context) => beffroi_cli::execute(beffroi_cli::args::Command::Doctor, &context).await,
        Err(fault) => looking::closed(&fault, common.json, lang),
    }
}
