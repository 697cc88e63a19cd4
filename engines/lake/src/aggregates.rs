//! Reports kept added up, beside the tables, so that a question of many rows is answered from few.
//!
//! What one delivery brought is added up after it has landed, once in each of the shapes of [`shapes`] in which it
//! becomes much smaller; the files lie in a folder of their own, a lot, that names the data files it stands for. A lot
//! counts for the versions of the table that hold all of these files, and for no other: answers about older snapshots are
//! found in the same way. Where there is no lot, the rows answer. Nothing here is a source: a lot can be removed at any
//! time, a damaged one is seen by its digest, and what it told is then read from the rows.

pub(crate) mod cells;
pub(crate) mod cube;
pub(crate) mod cut;
pub(crate) mod gathering;
pub(crate) mod lots;
pub(crate) mod making;
pub(crate) mod narrow;
pub(crate) mod runs;
pub(crate) mod shapes;
pub(crate) mod stocks;
pub(crate) mod ways;

use lots::Lot;
use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use stocks::Stock;

/// The folder of the lots in that of the lake.
const FOLDER: &str = "aggregates";

/// What is known of the lots by now, and what was read of them.
#[derive(Debug)]
pub(crate) struct Aggregates {
    folder: PathBuf,
    shelf: Mutex<Shelf>,
    /// Held while a stock is made: whoever wants the same one waits for it.
    making: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Shelf {
    lots: Vec<Arc<Lot>>,
    /// Files of a lot, by its name and the shape's, that could not be read or were not what was written.
    spoilt: BTreeSet<(String, &'static str)>,
    stocks: VecDeque<Arc<Stock>>,
}

impl Aggregates {
    /// Those of the lake in a folder.
    pub(crate) fn new(lake: &Path) -> Self {
        Self { folder: folder(lake), shelf: Mutex::default(), making: tokio::sync::Mutex::default() }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the lots of a lake lie.
pub(crate) fn folder(lake: &Path) -> PathBuf {
    lake.join(FOLDER)
}
