//! Backups encrypted with age: a tar stream whose first entry says what follows.
//!
//! Both ways work on streams: memory is bounded by the list of files, not by what they hold.

mod archive;
mod envelope;
mod gather;
mod unpack;

use crate::FileKeys;
use crate::keys::{DESTROYED, ERASED};
use crate::remove::{remove_file, remove_folder};
use archive::{pack, relative};
use beffroi_ports::{Backup, BackupError, BackupParts, DatabaseNote, DatabasePart, Manifest, RestoreOptions, Restored};
use envelope::{Identity, decrypt, encrypt, recipients};
use gather::{Gathered, Source};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use unpack::{Checks, unpack};

pub use envelope::new_identity;

/// Version of the format.
const FORMAT: u32 = 1;
/// First entry.
const MANIFEST: &str = "manifest.json";
/// The keys, encrypted for others.
const KEYS: &str = "keys.age";
/// Folder, in a backup, of the lists of what was destroyed and erased.
const ERASURES: &str = "erasures";

/// Backups as age files (age-encryption.org/v1) around a tar stream.
#[derive(Debug, Clone, Copy, Default)]
pub struct AgeBackup {
    checks: Checks,
}

impl AgeBackup {
    /// The engine.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens the keys that a restore left encrypted (`keys.age`), into a folder that is not there yet.
    ///
    /// # Errors
    /// [`BackupError`]; the folder is then not there.
    pub fn open_keys(&self, file: &Path, identity: &Path, into: &Path) -> Result<(), BackupError> {
        let identity = Identity::read(identity)?;
        free(into)?;
        let stream = decrypt(file, &identity)?;
        let temporary = Temporary::folder(into)?;
        unpack(stream, Some(&temporary.path), self.checks)?;
        temporary.becomes(into)
    }
}

/// Reads an archive that is no longer encrypted, keeping nothing: for `testkit/fuzz` alone, which has no key to encrypt
/// what it makes up.
///
/// # Errors
/// [`BackupError`] for anything but an archive of ours, whole.
#[doc(hidden)]
pub fn read_archive(bytes: &[u8]) -> Result<Manifest, BackupError> {
    unpack(bytes, None, Checks::default())
}

/// What [`read_archive`] reads of a backup: the other half of the same.
///
/// # Errors
/// [`BackupError`] when it does not open.
#[doc(hidden)]
pub fn open_archive(file: &Path, identity: &Path) -> Result<Vec<u8>, BackupError> {
    let mut bytes = Vec::new();
    let read = decrypt(file, &Identity::read(identity)?)?.read_to_end(&mut bytes);
    read.map(|_| bytes).map_err(|error| failed("reading", file, &error))
}

impl Backup for AgeBackup {
    fn backup(&self, out: &Path, to: &[String], parts: &BackupParts) -> Result<Manifest, BackupError> {
        let to = recipients(to)?;
        free(out)?;
        let mut gathered = Gathered::new(parts.keys.as_deref())?;
        let database = match &parts.database {
            DatabasePart::Copy { name, from } => {
                gathered.file(name, from)?;
                DatabaseNote::In(name.clone())
            }
            DatabasePart::Elsewhere { how } => DatabaseNote::Elsewhere(how.clone()),
        };
        for (name, from) in &parts.files {
            gathered.file(name, from)?;
        }
        for (name, from) in &parts.folders {
            gathered.folder(name, from)?;
        }
        let mut sealed = None;
        if let Some(keys) = &parts.keys {
            gathered.lists(ERASURES, keys, &[DESTROYED, ERASED])?;
            if !parts.keys_for.is_empty() {
                let beside = Temporary::file(out)?;
                seal_keys(&beside.path, &parts.keys_for, keys, parts)?;
                gathered.add(Source::hashed(KEYS, &beside.path)?)?;
                sealed = Some(beside);
            }
        }
        let manifest = manifest(parts, &gathered, database, sealed.is_some());
        let temporary = Temporary::file(out)?;
        write(&temporary.path, &to, &manifest, &gathered.sources)?;
        temporary.becomes(out)?;
        Ok(manifest)
    }

    fn check(&self, file: &Path, identity: &Path) -> Result<Manifest, BackupError> {
        unpack(decrypt(file, &Identity::read(identity)?)?, None, self.checks)
    }

    fn restore(
        &self,
        file: &Path,
        identity: &Path,
        into: &Path,
        options: &RestoreOptions,
    ) -> Result<Restored, BackupError> {
        let identity = Identity::read(identity)?;
        let keys_identity = options.keys_identity.as_deref().map(Identity::read).transpose()?;
        free_or_empty(into)?;
        let stream = decrypt(file, &identity)?;
        let temporary = Temporary::folder(into)?;
        let manifest = unpack(stream, Some(&temporary.path), self.checks)?;
        let (mut destroyed_months, mut erased_records) = (0, 0);
        let lists = [Some(temporary.path.join(ERASURES)), options.keys_now.clone()];
        let lists = lists.iter().flatten().filter(|path| path.exists());
        let keys = match &keys_identity {
            Some(_) if !manifest.keys => {
                return Err(BackupError::Refused { why: "it holds no keys to bring back", at: KEYS.to_owned() });
            }
            Some(identity) => {
                let (sealed, folder) = (temporary.path.join(KEYS), temporary.path.join("keys"));
                make_folder(&folder)?;
                unpack(decrypt(&sealed, identity)?, Some(&folder), self.checks)?;
                let keys = FileKeys::open(&folder, &options.journal)?;
                for list in lists {
                    (destroyed_months, erased_records) = keys.adopt_erasures(list)?;
                }
                remove_file(&sealed).map_err(|error| failed("removing", &sealed, &io::Error::other(error)))?;
                true
            }
            None => {
                for list in lists {
                    let (months, records) = crate::keys::count_erasures(list)?;
                    (destroyed_months, erased_records) = (destroyed_months.max(months), erased_records.max(records));
                }
                false
            }
        };
        temporary.becomes(into)?;
        Ok(Restored { manifest, keys, destroyed_months, erased_records })
    }
}

fn manifest(parts: &BackupParts, gathered: &Gathered, database: DatabaseNote, keys: bool) -> Manifest {
    Manifest {
        format: FORMAT,
        program: parts.program.clone(),
        at: parts.at,
        snapshot: parts.snapshot,
        journal: parts.journal.clone(),
        database,
        keys,
        folders: gathered.folders.iter().cloned().collect(),
        files: gathered.sources.iter().map(|source| source.note.clone()).collect(),
    }
}

/// The folder of the keys as an encrypted file of its own, for other recipients.
fn seal_keys(out: &Path, to: &[String], keys: &Path, parts: &BackupParts) -> Result<(), BackupError> {
    let mut gathered = Gathered::new(None)?;
    gathered.keys(keys)?;
    let elsewhere = DatabaseNote::Elsewhere("this file holds keys only".to_owned());
    let parts = BackupParts { snapshot: None, journal: None, ..parts.clone() };
    write(out, &recipients(to)?, &manifest(&parts, &gathered, elsewhere, false), &gathered.sources)
}

/// Writes an encrypted archive and makes it durable.
fn write(
    out: &Path,
    to: &[age::x25519::Recipient],
    manifest: &Manifest,
    sources: &[Source],
) -> Result<(), BackupError> {
    let writing = |error: io::Error| failed("writing", out, &error);
    let file = OpenOptions::new().write(true).truncate(true).open(out).map_err(writing)?;
    let stream = encrypt(BufWriter::new(file), to).map_err(writing)?;
    let stream = pack(stream, manifest, sources, out)?;
    let mut file = stream.finish().map_err(writing)?;
    file.flush().map_err(writing)?;
    file.get_ref().sync_all().map_err(writing)
}

/// Something being made beside its place; removed for good when it does not come to stand there.
struct Temporary {
    path: PathBuf,
    done: bool,
}

impl Temporary {
    fn beside(place: &Path) -> PathBuf {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        parent(place).join(format!(".{name}.{}.{number}.new", std::process::id()))
    }

    fn file(place: &Path) -> Result<Self, BackupError> {
        let path = Self::beside(place);
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        made.map_err(|error| failed("making", &path, &error))?;
        Ok(Self { path, done: false })
    }

    fn folder(place: &Path) -> Result<Self, BackupError> {
        let path = Self::beside(place);
        make_folder(&path)?;
        Ok(Self { path, done: false })
    }

    /// Takes its place; an empty folder that stands there gives way.
    fn becomes(mut self, place: &Path) -> Result<(), BackupError> {
        fs::rename(&self.path, place).map_err(|error| failed("naming", place, &error))?;
        self.done = true;
        sync_folder(parent(place))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // An empty folder holds nothing to overwrite.
        if self.done || fs::remove_dir(&self.path).is_ok() {
            return;
        }
        // The first error is the one to tell: what cannot be removed has a name that says what it was.
        let _ = if self.path.is_dir() {
            remove_folder(&self.path).map(|_| ())
        } else {
            remove_file(&self.path).map(|_| ())
        };
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn free(path: &Path) -> Result<(), BackupError> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed("looking at", path, &error)),
        Ok(_) => Err(BackupError::Occupied(path.display().to_string())),
    }
}

fn free_or_empty(path: &Path) -> Result<(), BackupError> {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_dir() => {
            match fs::read_dir(path).map_err(|error| failed("listing", path, &error))?.next() {
                None => Ok(()),
                Some(_) => Err(BackupError::Occupied(path.display().to_string())),
            }
        }
        _ => free(path),
    }
}

fn make_folder(path: &Path) -> Result<(), BackupError> {
    DirBuilder::new().mode(0o700).create(path).map_err(|error| failed("making", path, &error))
}

fn sync_folder(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| failed("making durable", path, &error))
}

fn failed(doing: &str, path: &Path, error: &io::Error) -> BackupError {
    BackupError::Io { doing: format!("{doing} `{}`", path.display()), reason: error.to_string() }
}

fn refused(why: &'static str, at: &str) -> BackupError {
    BackupError::Refused { why, at: at.chars().take(80).collect() }
}

#[cfg(test)]
mod tests;
