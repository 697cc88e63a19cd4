//! Files of deliveries that never landed, and of erasures that were never committed.
//!
//! Each delivery writes into a folder of its own, which no reader looks into until a commit names its files. A delivery
//! that is stopped leaves its folder behind; the next one removes it. That is safe because the folder's name is ours,
//! the log names none of its files in any version, and whoever holds the writer's lock is the only one who writes.

use crate::error::failed;
use beffroi_ports::FactsError;
use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::Path;
use uuid::Uuid;

const PREFIX: &str = "delivery-";
const SWEEPING: &str = "look for the files of stopped deliveries";

/// The folder into which a new delivery writes.
pub(crate) fn new_folder() -> String {
    format!("{PREFIX}{}", Uuid::now_v7().simple())
}

/// Removes a delivery's folder. What cannot be removed now stays unseen, and is tried again by the next delivery.
pub(crate) fn remove(table: &Path, folder: &str) {
    match std::fs::remove_dir_all(table.join(folder)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(folder, %error, "the files of a stopped delivery could not be removed");
        }
        _ => {}
    }
}

/// Removes the folders of deliveries that no commit names. Only for the holder of the writer's lock, and with the names
/// of a log just read.
pub(crate) fn sweep(table: &Path, named: &HashSet<String>) -> Result<(), FactsError> {
    for entry in std::fs::read_dir(table).map_err(failed(SWEEPING))? {
        let name = entry.map_err(failed(SWEEPING))?.file_name();
        if let Some(name) = name.to_str().filter(|name| is_ours(name) && !named.contains(*name)) {
            tracing::info!(folder = name, "removing the files of a delivery that was stopped");
            remove(table, name);
        }
    }
    Ok(())
}

fn is_ours(name: &str) -> bool {
    name.strip_prefix(PREFIX).is_some_and(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()))
}
