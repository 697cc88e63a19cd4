//! The data folder of a demo: absent, complete, unfinished, or somebody else's.

use super::record::Record;
use crate::{io_fault, wiring};
use beffroi_cli::DataFolder;
use beffroi_cli::fault::{Outcome, ours};
use std::fs;
use std::path::PathBuf;

/// What stands at the folder's place.
pub(super) enum State {
    /// Nothing, or an empty folder.
    Absent,
    /// A demo that ran to its end.
    Complete(Box<Record>),
    /// A demo that was interrupted.
    Unfinished,
    /// Something else, which is not ours to empty.
    Foreign,
}

fn record_file(folder: &DataFolder) -> PathBuf {
    folder.root().join("demo.json")
}

fn unfinished_mark(folder: &DataFolder) -> PathBuf {
    folder.root().join("demo-unfinished")
}

/// Looks at the folder without changing it.
pub(super) fn state(folder: &DataFolder) -> Outcome<State> {
    if unfinished_mark(folder).exists() {
        return Ok(State::Unfinished);
    }
    let path = record_file(folder);
    if path.exists() {
        let text = fs::read_to_string(&path).map_err(|e| io_fault("read", &path, &e))?;
        // A record of an older program is a demo all the same, only not one to keep.
        return Ok(serde_json::from_str(&text).map_or(State::Unfinished, State::Complete));
    }
    let mut entries = match fs::read_dir(folder.root()) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(State::Absent),
        Err(error) => return Err(io_fault("read", folder.root(), &error)),
    };
    Ok(if entries.next().is_none() { State::Absent } else { State::Foreign })
}

/// Removes what a demo made. Called on a demo's folder only.
pub(super) fn empty(folder: &DataFolder) -> Outcome {
    fs::remove_dir_all(folder.root()).map_err(|e| io_fault("remove", folder.root(), &e))
}

/// Makes the folder, marked as unfinished.
pub(super) fn begin(folder: &DataFolder) -> Outcome {
    fs::create_dir_all(folder.root()).map_err(|e| io_fault("create", folder.root(), &e))?;
    let mark = unfinished_mark(folder);
    fs::write(&mark, b"").map_err(|e| io_fault("write", &mark, &e))?;
    wiring::create(folder)
}

/// Writes the record and takes the mark away.
pub(super) fn finish(folder: &DataFolder, record: &Record) -> Outcome {
    let path = record_file(folder);
    let text = serde_json::to_string_pretty(record).map_err(ours)?;
    fs::write(&path, text).map_err(|e| io_fault("write", &path, &e))?;
    let mark = unfinished_mark(folder);
    fs::remove_file(&mark).map_err(|e| io_fault("remove", &mark, &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_no_demo_is_recognised_and_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(place.path().join("data"));
        assert!(matches!(state(&folder).unwrap(), State::Absent));
        fs::create_dir(folder.root()).unwrap();
        assert!(matches!(state(&folder).unwrap(), State::Absent));
        fs::write(folder.root().join("thesis.odt"), b"years of work").unwrap();
        assert!(matches!(state(&folder).unwrap(), State::Foreign));
    }

    #[test]
    fn an_interrupted_demo_is_unfinished_until_its_end() {
        let place = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(place.path().join("data"));
        begin(&folder).unwrap();
        assert!(matches!(state(&folder).unwrap(), State::Unfinished));
        finish(&folder, &Record::default()).unwrap();
        assert!(matches!(state(&folder).unwrap(), State::Complete(_)));
    }
}
