//! What goes into a backup: files, found and hashed.

use super::{failed, relative};
use beffroi_ports::{BackupError, FileNote};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// A file to be saved, and what it was when it was hashed.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) note: FileNote,
    pub(super) from: PathBuf,
}

impl Source {
    pub(super) fn hashed(name: &str, from: &Path) -> Result<Self, BackupError> {
        let reading = |error: io::Error| failed("reading", from, &error);
        let mut file = OpenOptions::new().read(true).open(from).map_err(reading)?;
        let (mut hash, mut size, mut block) = (Sha256::new(), 0_u64, vec![0; 64 * 1024]);
        loop {
            match file.read(&mut block).map_err(reading)? {
                0 => break,
                n => {
                    hash.update(block.get(..n).unwrap_or_default());
                    size += n as u64;
                }
            }
        }
        let note = FileNote { path: name.to_owned(), size, sha256: hex(&hash.finalize()) };
        Ok(Self { note, from: from.to_owned() })
    }

    pub(super) fn open(&self) -> io::Result<File> {
        File::open(&self.from)
    }
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        for half in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(half), 16));
        }
        text
    })
}

/// Everything that goes into one archive.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) folders: BTreeSet<String>,
    pub(super) sources: Vec<Source>,
    names: BTreeSet<String>,
    /// The folder of the keys, which no other part may hold.
    keys: Option<PathBuf>,
}

impl Gathered {
    pub(super) fn new(keys: Option<&Path>) -> Result<Self, BackupError> {
        let keys = keys.map(|keys| fs::canonicalize(keys).map_err(|error| failed("looking at", keys, &error)));
        Ok(Self { keys: keys.transpose()?, ..Self::default() })
    }

    /// Takes in a file that was hashed.
    pub(super) fn add(&mut self, source: Source) -> Result<(), BackupError> {
        let name = source.note.path.clone();
        if !relative(&name) {
            return Err(unfit(&source.from, "has a name that no backup can hold"));
        }
        for (at, _) in name.match_indices('/') {
            self.folders.insert(name.get(..at).unwrap_or_default().to_owned());
        }
        if self.folders.contains(&name) || !self.names.insert(name) {
            return Err(unfit(&source.from, "has the same path in the backup as another file"));
        }
        self.sources.push(source);
        Ok(())
    }

    /// Takes in one file.
    pub(super) fn file(&mut self, name: &str, from: &Path) -> Result<(), BackupError> {
        let about = fs::symlink_metadata(from).map_err(|error| failed("looking at", from, &error))?;
        if !about.is_file() {
            return Err(unfit(from, "is no plain file (a link, a folder or a device)"));
        }
        self.outside_keys(super::parent(from))?;
        self.add(Source::hashed(name, from)?)
    }

    /// Takes in a folder and all that is in it; nothing when it is not there.
    ///
    /// The log of a Delta table is listed before the table's files: whatever the log speaks of is then in the list,
    /// even when something is added meanwhile.
    pub(super) fn folder(&mut self, name: &str, from: &Path) -> Result<(), BackupError> {
        match fs::symlink_metadata(from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed("looking at", from, &error)),
            Ok(about) if about.is_dir() => {}
            Ok(_) => return Err(unfit(from, "is no folder")),
        }
        if !relative(name) {
            return Err(unfit(from, "has a name that no backup can hold"));
        }
        let mut found = Vec::new();
        // The last one pushed is visited first.
        let mut folders = vec![(name.to_owned(), from.to_owned())];
        while let Some((name, from)) = folders.pop() {
            self.outside_keys(&from)?;
            let log = from.join("_delta_log");
            let mut inner = Vec::new();
            if log.is_dir() {
                inner = list(&format!("{name}/_delta_log"), &log, &mut found)?;
                self.folders.insert(format!("{name}/_delta_log"));
            }
            let rest = list(&name, &from, &mut found)?;
            inner.extend(rest.into_iter().filter(|(_, path)| *path != log));
            folders.extend(inner.into_iter().rev());
            self.folders.insert(name);
        }
        for (name, from) in found {
            self.add(Source::hashed(&name, &from)?)?;
        }
        Ok(())
    }

    /// Takes in the lists of what was destroyed and erased; those that are not there yet are left out.
    pub(super) fn lists(&mut self, name: &str, keys: &Path, lists: &[&str]) -> Result<(), BackupError> {
        self.folders.insert(name.to_owned());
        for list in lists {
            let from = keys.join(list);
            if from.exists() {
                self.add(Source::hashed(&format!("{name}/{list}"), &from)?)?;
            }
        }
        Ok(())
    }

    /// Takes in the folder of the keys itself, without its lock and what is half written.
    pub(super) fn keys(&mut self, from: &Path) -> Result<(), BackupError> {
        let mut found = Vec::new();
        list("", from, &mut found)?;
        for (name, from) in found {
            let name = name.trim_start_matches('/');
            if name != "lock" && !name.starts_with('.') {
                self.add(Source::hashed(name, &from)?)?;
            }
        }
        Ok(())
    }

    fn outside_keys(&self, folder: &Path) -> Result<(), BackupError> {
        let Some(keys) = &self.keys else { return Ok(()) };
        let folder = fs::canonicalize(folder).map_err(|error| failed("looking at", folder, &error))?;
        if folder.starts_with(keys) {
            return Err(unfit(&folder, "holds the keys, which go into a backup only for recipients of their own"));
        }
        Ok(())
    }
}

/// A path in the backup, and where it is.
type Found = (String, PathBuf);

/// Adds a folder's files to `found`, in order; gives its folders.
fn list(name: &str, from: &Path, found: &mut Vec<Found>) -> Result<Vec<Found>, BackupError> {
    let listing = |error: io::Error| failed("listing", from, &error);
    let mut entries = Vec::new();
    for entry in fs::read_dir(from).map_err(listing)? {
        let entry = entry.map_err(listing)?;
        let inner = entry.file_name();
        let Some(inner) = inner.to_str() else {
            return Err(unfit(&entry.path(), "has a name that is not UTF-8"));
        };
        entries.push((format!("{name}/{inner}"), entry.path(), entry.file_type().map_err(listing)?));
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    let mut folders = Vec::new();
    for (name, path, kind) in entries {
        if kind.is_dir() {
            folders.push((name, path));
        } else if !kind.is_file() {
            return Err(unfit(&path, "is no plain file (a link or a device)"));
        } else if !name.ends_with(".tmp") {
            // A `.tmp` is being written and belongs to nothing yet.
            found.push((name, path));
        }
    }
    Ok(folders)
}

fn unfit(path: &Path, why: &'static str) -> BackupError {
    BackupError::Unfit { path: path.display().to_string(), why }
}
