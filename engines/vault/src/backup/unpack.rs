//! Reads an archive back, believing nothing.
//!
//! What follows must be what the manifest says, in its order: an entry that is missing, extra, twice there, of another
//! kind, length or content, or under another name, refuses the whole.

use super::archive::{MAX_PATH, relative};
use super::gather::hex;
use super::{FORMAT, KEYS, MANIFEST, failed, make_folder, refused, sync_folder};
use beffroi_ports::{BackupError, DatabaseNote, FileNote, Manifest};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Longest manifest, in bytes: some 300,000 files.
const MAX_MANIFEST: u64 = 64 * 1024 * 1024;

/// The checks that a test may switch off, to show that they are what refuses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checks {
    /// The hash of each file.
    pub(super) hash: bool,
    /// The form of each path.
    pub(super) path: bool,
}

impl Default for Checks {
    fn default() -> Self {
        Self { hash: true, path: true }
    }
}

/// Reads an archive to its end, into `into` or to nowhere.
pub(super) fn unpack(stream: impl Read, into: Option<&Path>, checks: Checks) -> Result<Manifest, BackupError> {
    let mut archive = tar::Archive::new(stream);
    let mut entries = archive.entries().map_err(|_| cut("beginning"))?.raw(true);
    let manifest = read_manifest(next(&mut entries, MANIFEST)?, checks)?;
    if let Some(into) = into {
        for folder in &manifest.folders {
            make_folder(&into.join(folder))?;
        }
    }
    let mut block = vec![0; 64 * 1024];
    for note in &manifest.files {
        let mut entry = next(&mut entries, &note.path)?;
        if entry.size() != note.size {
            return Err(refused("a file has another length than the manifest says", &note.path));
        }
        let mut file = into.map(|into| create(&into.join(&note.path))).transpose()?;
        let mut hash = Sha256::new();
        let mut left = note.size;
        loop {
            let read = entry.read(&mut block).map_err(|_| cut(&note.path))?;
            let bytes = block.get(..read).unwrap_or_default();
            if bytes.is_empty() {
                break;
            }
            left = left.saturating_sub(read as u64);
            hash.update(bytes);
            if let Some(file) = &mut file {
                file.write_all(bytes).map_err(|error| failed("writing", Path::new(&note.path), &error))?;
            }
        }
        if left > 0 {
            return Err(cut(&note.path));
        }
        if checks.hash && hex(&hash.finalize()) != note.sha256 {
            return Err(refused("a file is not the one that was saved", &note.path));
        }
        if let Some(file) = file {
            file.sync_all().map_err(|error| failed("writing", Path::new(&note.path), &error))?;
        }
    }
    match entries.next() {
        None => {}
        Some(Ok(entry)) => {
            return Err(refused("it holds a file that its manifest does not name", &shown(&entry.path_bytes())));
        }
        Some(Err(_)) => return Err(cut("end")),
    }
    end(archive.into_inner())?;
    if let Some(into) = into {
        for folder in manifest.folders.iter().rev() {
            sync_folder(&into.join(folder))?;
        }
        sync_folder(into)?;
    }
    Ok(manifest)
}

fn cut(at: &str) -> BackupError {
    refused("it was cut or altered", at)
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().filter(|c| !c.is_control()).take(80).collect()
}

/// The next entry, which must be a plain file of this name.
fn next<'a, R: Read>(entries: &mut tar::Entries<'a, R>, name: &str) -> Result<tar::Entry<'a, R>, BackupError> {
    let mut long = None;
    loop {
        let Some(entry) = entries.next() else {
            return Err(refused("it lacks a file that its manifest names", name));
        };
        let mut entry = entry.map_err(|_| cut(name))?;
        let kind = entry.header().entry_type();
        // A name too long for its place comes before, as a text of its own.
        if kind.is_gnu_longname() && long.is_none() && entry.size() <= MAX_PATH as u64 + 1 {
            let mut text = Vec::with_capacity(MAX_PATH + 2);
            Read::by_ref(&mut entry).take(MAX_PATH as u64 + 1).read_to_end(&mut text).map_err(|_| cut(name))?;
            if text.pop() != Some(0) {
                return Err(refused("a name is not as the format says", name));
            }
            long = Some(text);
            continue;
        }
        if kind != tar::EntryType::Regular {
            return Err(refused("it holds a link, a folder, a device or another thing than a plain file", name));
        }
        let found = long.unwrap_or_else(|| entry.path_bytes().into_owned());
        if found != name.as_bytes() {
            return Err(refused("another file stands where its manifest names one", name));
        }
        return Ok(entry);
    }
}

/// After the end of the archive one block of zeros, and then nothing: what is encrypted is read to its last byte, so
/// that a file without its end is found out.
fn end(mut stream: impl Read) -> Result<(), BackupError> {
    let mut rest = Vec::new();
    Read::by_ref(&mut stream).take(513).read_to_end(&mut rest).map_err(|_| cut("end"))?;
    if rest.len() == 512 && rest.iter().all(|&byte| byte == 0) {
        return Ok(());
    }
    Err(cut("end"))
}

fn create(path: &Path) -> Result<File, BackupError> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.map_err(|error| failed("making", path, &error))
}

fn read_manifest(entry: impl Read, checks: Checks) -> Result<Manifest, BackupError> {
    let wrong = || refused("its manifest cannot be read", MANIFEST);
    let mut text = Vec::new();
    let read = entry.take(MAX_MANIFEST + 1).read_to_end(&mut text).map_err(|_: io::Error| cut(MANIFEST))?;
    if read as u64 > MAX_MANIFEST {
        return Err(wrong());
    }
    // The version first: the rest may have changed with it.
    let version: Version = serde_json::from_slice(&text).map_err(|_| wrong())?;
    if version.format != FORMAT {
        return Err(refused("its format is of another version: take the program that wrote it", MANIFEST));
    }
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| wrong())?;
    check(&manifest, checks)?;
    Ok(manifest)
}

#[derive(serde::Deserialize)]
struct Version {
    format: u32,
}

/// Paths that stay inside, each once, each in a folder named before it; hashes that are hashes; keys where they are said
/// to be.
fn check(manifest: &Manifest, checks: Checks) -> Result<(), BackupError> {
    let mut folders: BTreeSet<&str> = BTreeSet::new();
    let inside = |path: &str, folders: &BTreeSet<&str>| match path.rsplit_once('/') {
        _ if !checks.path => true,
        Some((folder, _)) => relative(path) && folders.contains(folder),
        None => relative(path),
    };
    let outside = |path: &str| refused("a path leads out of the folder, or into one that is not named", path);
    let twice = |path: &str| refused("a path is named twice", path);
    for folder in &manifest.folders {
        if !inside(folder, &folders) {
            return Err(outside(folder));
        }
        if !folders.insert(folder) {
            return Err(twice(folder));
        }
    }
    let mut files: BTreeSet<&str> = BTreeSet::new();
    for FileNote { path, sha256, .. } in &manifest.files {
        if !inside(path, &folders) {
            return Err(outside(path));
        }
        if folders.contains(path.as_str()) || !files.insert(path) {
            return Err(twice(path));
        }
        if sha256.len() != 64 || !sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Err(refused("a hash in its manifest is none", path));
        }
    }
    if manifest.keys != files.contains(KEYS) {
        return Err(refused("the keys are not where its manifest says", KEYS));
    }
    match &manifest.database {
        DatabaseNote::In(path) if !files.contains(path.as_str()) => {
            Err(refused("the registers are not where its manifest says", path))
        }
        _ => Ok(()),
    }
}
