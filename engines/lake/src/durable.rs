//! What must have reached the disk before a commit names it, and the commit itself before it is reported: a power cut
//! then leaves all of a delivery or none of it.

use crate::error::failed;
use beffroi_ports::FactsError;
use std::fs::File;
use std::io;
use std::path::Path;

const SAVING: &str = "save its files to disk";

fn save(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// A folder's files, the folder, and the one above it, which names it.
pub(crate) fn save_folder(folder: &Path) -> Result<(), FactsError> {
    let all = || {
        for entry in std::fs::read_dir(folder)? {
            save(&entry?.path())?;
        }
        save(folder)?;
        folder.parent().map_or(Ok(()), save)
    };
    all().map_err(failed(SAVING))
}

/// The folder that names `path`.
pub(crate) fn save_names(path: &Path) -> Result<(), FactsError> {
    path.parent().map_or(Ok(()), save).map_err(failed(SAVING))
}

/// The log entry of a version, and its folder.
pub(crate) fn save_commit(table: &Path, version: u64) -> Result<(), FactsError> {
    let log = table.join("_delta_log");
    save(&log.join(format!("{version:020}.json"))).and_then(|()| save(&log)).map_err(failed(SAVING))
}
