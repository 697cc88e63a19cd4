//! The removal of files for good: overwritten, cut, unlinked, the folder made durable.
//!
//! Overwriting reaches what the file system writes in place. On one that writes elsewhere (btrfs, ZFS, most flash
//! memory) old blocks may stay until they are used again: there, the disk itself is to be encrypted
//! (`docs/keys-and-erasure.md`).

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Bytes written at once.
static BLOCK: [u8; 64 * 1024] = [0; 64 * 1024];

/// A file that could not be removed for good. It may still be there: the removal is to be asked again.
#[derive(Debug, thiserror::Error)]
pub enum RemoveError {
    /// Something that is no plain file, and was left alone.
    #[error("`{0}` is no plain file and was left alone: remove it by hand")]
    NoFile(String),
    /// The system refused.
    #[error("{doing} `{path}`: {reason}; ask for the removal again")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To which file.
        path: String,
        /// What the system answered.
        reason: String,
    },
}

fn failed(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> RemoveError {
    move |error| RemoveError::Io { doing, path: path.display().to_string(), reason: error.to_string() }
}

/// Removes a file for good; false when there was none. A link is left alone: what it leads to may be another's.
///
/// Other names of the same file (hard links) keep a file of zeros.
///
/// # Errors
/// [`RemoveError`]; a failure leaves at worst an overwritten file.
pub fn remove_file(path: &Path) -> Result<bool, RemoveError> {
    if !overwrite(path)? {
        return Ok(false);
    }
    fs::remove_file(path).map_err(failed("removing", path))?;
    sync_parent(path)?;
    Ok(true)
}

/// Removes a folder and all in it for good; gives how many files were removed. Links in it are unlinked, not followed.
///
/// # Errors
/// [`RemoveError`]; what was removed before the failure stays removed.
pub fn remove_folder(path: &Path) -> Result<u64, RemoveError> {
    let about = match fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(failed("looking at", path)(error)),
    };
    if !about.is_dir() {
        return Err(RemoveError::NoFile(path.display().to_string()));
    }
    let mut removed = 0;
    // Folders to visit, then to remove from the deepest up: no recursion, so that depth cannot exhaust the stack.
    let mut folders = vec![path.to_owned()];
    let mut at = 0;
    while let Some(folder) = folders.get(at).cloned() {
        at += 1;
        for entry in fs::read_dir(&folder).map_err(failed("listing", &folder))? {
            let entry = entry.map_err(failed("listing", &folder))?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(failed("looking at", &folder))?);
            if kind.is_dir() {
                folders.push(path);
                continue;
            }
            if kind.is_file() {
                overwrite(&path)?;
                removed += 1;
            }
            fs::remove_file(&path).map_err(failed("removing", &path))?;
        }
    }
    for folder in folders.iter().rev() {
        fs::remove_dir(folder).map_err(failed("removing", folder))?;
    }
    sync_parent(path)?;
    Ok(removed)
}

/// Overwrites a file with zeros, makes that durable and cuts it; false when there is none.
fn overwrite(path: &Path) -> Result<bool, RemoveError> {
    let about = match fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed("looking at", path)(error)),
    };
    if !about.is_file() {
        return Err(RemoveError::NoFile(path.display().to_string()));
    }
    let mut file = OpenOptions::new().write(true).open(path).map_err(failed("opening", path))?;
    let mut left = about.len();
    while left > 0 {
        let block = BLOCK.get(..usize::try_from(left).unwrap_or(usize::MAX).min(BLOCK.len())).unwrap_or(&BLOCK);
        file.write_all(block).map_err(failed("overwriting", path))?;
        left -= block.len() as u64;
    }
    file.sync_all()
        .and_then(|()| file.set_len(0))
        .and_then(|()| file.sync_all())
        .map_err(failed("overwriting", path))?;
    Ok(true)
}

fn sync_parent(path: &Path) -> Result<(), RemoveError> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|folder| folder.sync_all()).map_err(failed("making durable", parent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Seek as _};
    use std::os::unix::fs::symlink;

    #[test]
    fn what_was_in_the_file_is_gone_from_it_before_its_name_is() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        let secret = vec![0xa5_u8; 3 * BLOCK.len() + 7];
        fs::write(&path, &secret).unwrap();
        // A second name shows what became of the bytes; a plain removal would leave them.
        fs::hard_link(&path, place.path().join("b")).unwrap();
        let mut held = File::open(&path).unwrap();
        assert!(remove_file(&path).unwrap() && !path.exists());
        let mut left = Vec::new();
        held.rewind().unwrap();
        held.read_to_end(&mut left).unwrap();
        assert!(left.is_empty() && !remove_file(&path).unwrap());
    }

    /// The twin: `std::fs::remove_file` leaves the bytes.
    #[test]
    fn a_plain_removal_leaves_the_bytes() {
        let place = tempfile::tempdir().unwrap();
        let (path, other) = (place.path().join("a"), place.path().join("b"));
        fs::write(&path, b"secret").unwrap();
        fs::hard_link(&path, &other).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(fs::read(other).unwrap(), b"secret");
    }

    #[test]
    fn links_are_not_followed() {
        let place = tempfile::tempdir().unwrap();
        let (target, link) = (place.path().join("target"), place.path().join("link"));
        fs::write(&target, b"another's").unwrap();
        symlink(&target, &link).unwrap();
        assert!(matches!(remove_file(&link), Err(RemoveError::NoFile(_))));
        let folder = place.path().join("folder");
        fs::create_dir_all(folder.join("in/ner")).unwrap();
        fs::write(folder.join("in/ner/a"), b"x").unwrap();
        symlink(&target, folder.join("in/link")).unwrap();
        assert_eq!(remove_folder(&folder).unwrap(), 1);
        assert!(!folder.exists() && fs::read(&target).unwrap() == b"another's");
        assert_eq!(remove_folder(&folder).unwrap(), 0);
        assert!(remove_folder(&target).is_err());
    }
}
