//! The end of an erasure: the files that its commit took out of a table are overwritten and removed.
//!
//! An erasure that was stopped after its commit leaves them; whoever next writes or opens the lake removes them.
//! Overwriting reaches what the file system writes in place (`docs/keys-and-erasure.md`).

use crate::error::{broken, failed};
use beffroi_ports::FactsError;
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Component, Path, PathBuf};

const REMOVING: &str = "remove the files of erased rows";
/// Bytes written at once.
static BLOCK: [u8; 64 * 1024] = [0; 64 * 1024];

/// Those of the files that are still there, or whose folder a stop left behind empty.
pub(crate) fn left<'a>(table: &Path, files: impl Iterator<Item = &'a str>) -> Result<Vec<PathBuf>, FactsError> {
    let mut left = Vec::new();
    for file in files {
        let path = place(table, file)?;
        let emptied = path.parent().is_some_and(|folder| folder != table && is_empty(folder));
        if emptied || fs::symlink_metadata(&path).is_ok() {
            left.push(path);
        }
    }
    Ok(left)
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// Overwrites the files and removes them, and the folders of deliveries that they leave empty. Only for the holder of
/// the writer's lock.
pub(crate) fn remove(table: &Path, files: &[PathBuf]) -> Result<(), FactsError> {
    let mut folders: BTreeSet<&Path> = BTreeSet::new();
    for file in files {
        destroy(file).map_err(failed(REMOVING))?;
        folders.extend(file.parent());
    }
    for folder in folders {
        sync(folder).map_err(failed(REMOVING))?;
        // A folder that still holds something stays.
        if folder != table && fs::remove_dir(folder).is_ok() {
            sync(table).map_err(failed(REMOVING))?;
        }
    }
    Ok(())
}

/// Where a file of the table lies: below its folder, whatever the log says.
fn place(table: &Path, file: &str) -> Result<PathBuf, FactsError> {
    let path = Path::new(file);
    if path.components().all(|part| matches!(part, Component::Normal(_))) {
        return Ok(table.join(path));
    }
    Err(broken(REMOVING, format_args!("`{file}` is no file of {}: remove it by hand", table.display())))
}

fn destroy(path: &Path) -> io::Result<()> {
    let mut file = match OpenOptions::new().write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut left = file.metadata()?.len();
    while left > 0 {
        let n = usize::try_from(left).map_or(BLOCK.len(), |left| left.min(BLOCK.len()));
        file.write_all(BLOCK.get(..n).unwrap_or(&BLOCK))?;
        left = left.saturating_sub(n as u64);
    }
    file.sync_all()?;
    fs::remove_file(path)
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_go_with_their_empty_folders_and_nothing_else_does() {
        let table = tempfile::tempdir().unwrap();
        for (folder, files) in [("a", &["1", "2"][..]), ("b", &["1", "keep"])] {
            fs::create_dir(table.path().join(folder)).unwrap();
            for file in files {
                fs::write(table.path().join(folder).join(file), vec![7; 100_000]).unwrap();
            }
        }
        // Another name of the same bytes tells that they were overwritten.
        fs::hard_link(table.path().join("a/1"), table.path().join("other")).unwrap();
        let named = ["a/1", "a/2", "b/1", "c/gone"];
        let found = left(table.path(), named.into_iter()).unwrap();
        assert_eq!(found.len(), 3);
        remove(table.path(), &found).unwrap();
        assert!(!table.path().join("a").exists() && table.path().join("b/keep").exists());
        assert_eq!(fs::read(table.path().join("other")).unwrap(), vec![0; 100_000]);
        assert!(left(table.path(), named.into_iter()).unwrap().is_empty());
        // A stop between the file and its folder leaves the folder: it goes with the next writer.
        fs::create_dir(table.path().join("c")).unwrap();
        let found = left(table.path(), named.into_iter()).unwrap();
        assert_eq!(found, [table.path().join("c/gone")]);
        remove(table.path(), &found).unwrap();
        assert!(!table.path().join("c").exists());
        for outside in ["../x", "/etc/passwd", "a/../../x"] {
            assert!(left(table.path(), std::iter::once(outside)).is_err(), "{outside}");
        }
    }
}
