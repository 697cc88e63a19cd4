//! The folder of the keys: only its owner reaches it, its files are written whole or not at all.

use beffroi_ports::KeysError;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use zeroize::Zeroizing;

/// Longest key file, in bytes; a list of erased records may be longer and is read by its own code.
const MAX_KEY_FILE: u64 = 1024;

/// Beginning of the name of the file that shows as whom this process writes.
const PROBE: &str = ".owner.";

/// A folder of keys, looked over.
#[derive(Debug, Clone)]
pub(crate) struct KeyFolder {
    path: PathBuf,
    /// The user this process writes as.
    owner: u32,
    /// Off in the twin test only: shows that the refusals come from here.
    guarded: bool,
}

impl KeyFolder {
    /// Opens the folder, made with mode 0700 when it is not there, and looks over everything in it.
    pub(crate) fn open(path: &Path) -> Result<Self, KeysError> {
        Self::open_with(path, true)
    }

    pub(crate) fn open_with(path: &Path, guarded: bool) -> Result<Self, KeysError> {
        match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => sync_folder(path.parent().unwrap_or(Path::new(".")))?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed("making the folder of the keys", path, &error)),
        }
        let mut folder = Self { path: path.to_owned(), owner: 0, guarded };
        let about = fs::symlink_metadata(path).map_err(|error| failed("looking at", path, &error))?;
        if guarded && !about.is_dir() {
            return Err(refused(path, &about, "is no folder"));
        }
        folder.owner = folder.writes_as()?;
        folder.check(path, &about)?;
        for name in folder.names()? {
            let path = folder.at(&name);
            let about = fs::symlink_metadata(&path).map_err(|error| failed("looking at", &path, &error))?;
            folder.check_file(&path, &about)?;
        }
        Ok(folder)
    }

    /// The user that owns what this process writes here.
    fn writes_as(&self) -> Result<u32, KeysError> {
        let (path, file) = self.temporary(PROBE.trim_matches('.'))?;
        let about = file.metadata();
        remove_probe(&path)?;
        Ok(about.map_err(|error| failed("looking at", &path, &error))?.uid())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Names of the files, in order, but for those that a crash left half-written: they begin with a dot.
    pub(crate) fn names(&self) -> Result<Vec<String>, KeysError> {
        let listing = |error: io::Error| failed("listing", &self.path, &error);
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(listing)? {
            let name = entry.map_err(listing)?.file_name();
            match name.into_string() {
                Ok(name) if name.starts_with('.') => {}
                Ok(name) => names.push(name),
                Err(name) => {
                    return Err(KeysError::Malformed { what: format!("the name of a key file ({})", name.display()) });
                }
            }
        }
        names.sort();
        Ok(names)
    }

    fn check(&self, path: &Path, about: &Metadata) -> Result<(), KeysError> {
        if !self.guarded {
            return Ok(());
        }
        if about.uid() != self.owner {
            return Err(refused(path, about, "belongs to another user"));
        }
        if about.mode() & 0o077 != 0 {
            return Err(refused(path, about, "can be reached by its group or by others"));
        }
        Ok(())
    }

    fn check_file(&self, path: &Path, about: &Metadata) -> Result<(), KeysError> {
        if self.guarded && !about.is_file() {
            return Err(refused(path, about, "is no plain file (a link, a folder or a device)"));
        }
        self.check(path, about)
    }

    /// Opens a file to be read, looked over before and after: what was looked at is what is read. Nothing when it is
    /// not there.
    pub(crate) fn open_file(&self, name: &str, options: &OpenOptions) -> Result<Option<File>, KeysError> {
        let path = self.at(name);
        let before = match fs::symlink_metadata(&path) {
            Ok(about) => about,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("looking at", &path, &error)),
        };
        self.check_file(&path, &before)?;
        let file = options.open(&path).map_err(|error| failed("opening", &path, &error))?;
        let about = file.metadata().map_err(|error| failed("looking at", &path, &error))?;
        if self.guarded && (about.dev(), about.ino()) != (before.dev(), before.ino()) {
            return Err(refused(&path, &about, "was exchanged while it was opened"));
        }
        self.check_file(&path, &about)?;
        Ok(Some(file))
    }

    /// The bytes of a key file; nothing when it is not there. The buffer never moves, so that no copy stays behind.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeysError> {
        let Some(file) = self.open_file(name, OpenOptions::new().read(true))? else { return Ok(None) };
        let mut bytes = Zeroizing::new(Vec::with_capacity(2 * MAX_KEY_FILE as usize));
        let read = file.take(MAX_KEY_FILE + 1).read_to_end(&mut bytes);
        read.map_err(|error| failed("reading", &self.at(name), &error))?;
        if bytes.len() as u64 > MAX_KEY_FILE {
            return Err(KeysError::Malformed { what: self.at(name).display().to_string() });
        }
        Ok(Some(bytes))
    }

    /// Writes a file whole: beside, made durable, then in its place, and the folder made durable.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), KeysError> {
        let (temporary, mut file) = self.temporary(name)?;
        let path = self.at(name);
        let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&temporary, &path));
        if let Err(error) = written {
            // What was half written is a secret too; the first error is the one to tell.
            let _ = crate::remove::remove_file(&temporary);
            return Err(failed("writing", &path, &error));
        }
        sync_folder(&self.path)
    }

    fn temporary(&self, name: &str) -> Result<(PathBuf, File), KeysError> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let path = self.at(&format!(".{name}.{}.{}.new", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed)));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        file.map(|file| (path.clone(), file)).map_err(|error| failed("making", &path, &error))
    }

    /// Removes what crashed processes left half-written. To be called with the folder locked.
    pub(crate) fn sweep(&self) -> Result<(), KeysError> {
        let listing = |error: io::Error| failed("listing", &self.path, &error);
        for entry in fs::read_dir(&self.path).map_err(listing)? {
            let path = entry.map_err(listing)?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if !name.starts_with('.') || !name.ends_with(".new") {
                continue;
            }
            if name.starts_with(PROBE) {
                remove_probe(&path)?;
            } else {
                crate::remove::remove_file(&path)
                    .map_err(|error| failed("removing", &path, &io::Error::other(error)))?;
            }
        }
        Ok(())
    }

    /// One process at a time changes the folder; released when the file is dropped.
    pub(crate) fn lock(&self) -> Result<File, KeysError> {
        let path = self.at("lock");
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        let locked = file.and_then(|file| file.lock().map(|()| file));
        locked.map_err(|error| failed("locking", &path, &error))
    }
}

/// Removes a probe of the owner. It holds nothing and is made without the lock: another process may be about to remove
/// it as well, whose own it is.
fn remove_probe(path: &Path) -> Result<(), KeysError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("removing", path, &error)),
        _ => Ok(()),
    }
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), KeysError> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| failed("making durable", path, &error))
}

/// What the system refused, and on which file.
pub(crate) fn failed(doing: &str, path: &Path, error: &io::Error) -> KeysError {
    KeysError::Io { doing: format!("{doing} `{}`", path.display()), reason: error.to_string() }
}

fn refused(path: &Path, about: &Metadata, why: &'static str) -> KeysError {
    KeysError::Unsafe { path: path.display().to_string(), mode: about.mode() & 0o7777, why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("keys");
        KeyFolder::open(&path).unwrap().write("a.key", b"drawn").unwrap();
        (place, path)
    }

    fn refusal(path: &Path) -> bool {
        matches!(KeyFolder::open(path), Err(KeysError::Unsafe { .. }))
    }

    type Spoil = fn(&Path);

    /// Each way of being unsafe, applied to a good folder.
    const UNSAFE: [(&str, Spoil); 6] = [
        ("a folder its group can list", |path| fs::set_permissions(path, Permissions::from_mode(0o750)).unwrap()),
        ("a folder others can enter", |path| fs::set_permissions(path, Permissions::from_mode(0o701)).unwrap()),
        ("a file its group can read", |path| {
            fs::set_permissions(path.join("a.key"), Permissions::from_mode(0o640)).unwrap();
        }),
        ("a file others can write", |path| {
            fs::set_permissions(path.join("a.key"), Permissions::from_mode(0o602)).unwrap();
        }),
        ("a link in place of a file", |path| {
            fs::rename(path.join("a.key"), path.with_extension("moved")).unwrap();
            symlink(path.with_extension("moved"), path.join("a.key")).unwrap();
        }),
        ("a link in place of the folder", |path| {
            fs::rename(path, path.with_extension("moved")).unwrap();
            symlink(path.with_extension("moved"), path).unwrap();
        }),
    ];

    #[test]
    fn what_others_could_reach_is_refused() {
        for (what, spoil) in UNSAFE {
            let (_place, path) = folder();
            assert!(!refusal(&path), "{what}");
            spoil(&path);
            assert!(refusal(&path), "{what}");
        }
    }

    /// The twin: with the guard off, each of them passes.
    #[test]
    fn without_the_guard_it_would_pass() {
        for (what, spoil) in UNSAFE {
            let (_place, path) = folder();
            spoil(&path);
            assert!(KeyFolder::open_with(&path, false).is_ok(), "{what}");
        }
    }

    #[test]
    fn a_file_spoilt_after_the_folder_was_opened_is_refused_too() {
        let (_place, path) = folder();
        let folder = KeyFolder::open(&path).unwrap();
        assert_eq!(folder.read("a.key").unwrap().unwrap().as_slice(), b"drawn");
        fs::set_permissions(path.join("a.key"), Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(folder.read("a.key"), Err(KeysError::Unsafe { mode: 0o644, .. })));
        assert!(folder.read("b.key").unwrap().is_none());
    }

    #[test]
    fn another_users_folder_is_refused() {
        let (_place, path) = folder();
        let folder = KeyFolder::open(&path).unwrap();
        let stranger = KeyFolder { owner: folder.owner + 1, ..folder.clone() };
        assert!(matches!(stranger.read("a.key"), Err(KeysError::Unsafe { why: "belongs to another user", .. })));
        assert!(folder.read("a.key").is_ok());
    }

    #[test]
    fn files_are_the_owners_alone_and_nothing_half_written_stays() {
        let (_place, path) = folder();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        assert_eq!((mode(&path), mode(&path.join("a.key"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&path).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_process_left_is_swept_be_it_a_key_or_a_probe() {
        let (_place, path) = folder();
        let folder = KeyFolder::open(&path).unwrap();
        for left in [".a.key.1.0.new", ".owner.1.0.new"] {
            fs::write(path.join(left), b"").unwrap();
            folder.sweep().unwrap();
            assert!(!path.join(left).exists(), "{left}");
        }
        // Another process, that was sweeping, was faster.
        assert!(remove_probe(&path.join(".owner.1.0.new")).is_ok());
        assert!(path.join("a.key").exists());
    }
}
