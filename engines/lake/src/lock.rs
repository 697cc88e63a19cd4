//! One writer of the tables at a time, and one who adds up beside.

use crate::error::failed;
use beffroi_ports::FactsError;
use std::fs::{File, TryLockError};
use std::path::Path;

/// The file whose lock a writer holds. The operating system lets go of it when the writer ends, however it ends.
const WRITER: &str = "writer.lock";
/// The file whose lock is held by whoever makes or removes aggregates.
const ADDER: &str = "aggregates.lock";
const LOCKING: &str = "lock itself for writing";

/// The right to write to the tables, held until dropped.
#[derive(Debug)]
pub(crate) struct WriterLock {
    _file: File,
}

/// The right to make and remove aggregates, held until dropped. Adding up takes time, in which others write. Whoever wants
/// both rights waits for this one while holding the other, never the other way round.
#[derive(Debug)]
pub(crate) struct AdderLock {
    _file: File,
}

impl WriterLock {
    /// Takes the right to write, or tells that another has it.
    pub(crate) fn take(folder: &Path) -> Result<Self, FactsError> {
        take(folder, WRITER).map(|_file| Self { _file })
    }

    /// Takes the right to write, once the one who has it is done.
    pub(crate) async fn wait(folder: &Path) -> Result<Self, FactsError> {
        wait(folder, WRITER).await.map(|_file| Self { _file })
    }
}

impl AdderLock {
    /// Takes the right, or tells that another has it.
    pub(crate) fn take(folder: &Path) -> Result<Self, FactsError> {
        take(folder, ADDER).map(|_file| Self { _file })
    }

    /// Takes the right, once the one who has it is done.
    pub(crate) async fn wait(folder: &Path) -> Result<Self, FactsError> {
        wait(folder, ADDER).await.map(|_file| Self { _file })
    }
}

fn take(folder: &Path, name: &str) -> Result<File, FactsError> {
    let file = open(folder, name)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(FactsError::Busy { path: folder.display().to_string() }),
        Err(TryLockError::Error(error)) => Err(failed(LOCKING)(error)),
    }
}

async fn wait(folder: &Path, name: &str) -> Result<File, FactsError> {
    let file = open(folder, name)?;
    let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
    locked.map_err(failed(LOCKING))?.map_err(failed(LOCKING))
}

fn open(folder: &Path, name: &str) -> Result<File, FactsError> {
    File::options().create(true).truncate(false).write(true).open(folder.join(name)).map_err(failed(LOCKING))
}
