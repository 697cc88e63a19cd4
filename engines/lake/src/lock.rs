//! One writer at a time.

use crate::error::failed;
use beffroi_ports::FactsError;
use std::fs::{File, TryLockError};
use std::path::Path;

/// The file whose lock a writer holds. The operating system lets go of it when the writer ends, however it ends.
const FILE: &str = "writer.lock";
const LOCKING: &str = "lock itself for writing";

/// The right to write, held until dropped.
#[derive(Debug)]
pub(crate) struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the right to write, or tells that another has it.
    pub(crate) fn take(folder: &Path) -> Result<Self, FactsError> {
        let file = open(folder)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(FactsError::Busy { path: folder.display().to_string() }),
            Err(TryLockError::Error(error)) => Err(failed(LOCKING)(error)),
        }
    }

    /// Takes the right to write, once the one who has it is done.
    pub(crate) async fn wait(folder: &Path) -> Result<Self, FactsError> {
        let file = open(folder)?;
        let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
        let file = locked.map_err(failed(LOCKING))?.map_err(failed(LOCKING))?;
        Ok(Self { _file: file })
    }
}

fn open(folder: &Path) -> Result<File, FactsError> {
    File::options().create(true).truncate(false).write(true).open(folder.join(FILE)).map_err(failed(LOCKING))
}
