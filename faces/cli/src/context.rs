//! What a command works with: the engines, already wired, and who asks for what in which language.

use beffroi_ports::{Facts, Typesetter};
use beffroi_store::Store;
use beffroi_wording::Lang;
use jiff::Timestamp;
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The rooms of a data folder.
#[derive(Debug, Clone)]
pub struct DataFolder {
    root: PathBuf,
}

impl DataFolder {
    /// The data folder at `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The configuration; its presence says that this is a data folder.
    pub fn configuration(&self) -> PathBuf {
        self.root.join("beffroi.toml")
    }

    /// The facts, as Delta tables.
    pub fn lake(&self) -> PathBuf {
        self.root.join("lake")
    }

    /// The registers, as an SQLite database.
    pub fn store(&self) -> PathBuf {
        self.root.join("store.sqlite")
    }

    /// Declarations of this site's own sources.
    pub fn sources(&self) -> PathBuf {
        self.root.join("sources")
    }

    /// Rows set aside, one file a delivery.
    pub fn rejects(&self) -> PathBuf {
        self.root.join("rejects")
    }

    /// The annual report of a year.
    pub fn report(&self, year: i16) -> PathBuf {
        self.root.join("reports").join(year.to_string())
    }

    /// Flash alerts as files.
    pub fn alerts(&self) -> PathBuf {
        self.root.join("alerts")
    }
}

/// What a command works with.
pub struct Context {
    /// The lake.
    pub facts: Arc<dyn Facts>,
    /// The registers.
    pub store: Store,
    /// Documents to PDF.
    pub typesetter: Arc<dyn Typesetter>,
    /// The data folder.
    pub folder: DataFolder,
    /// The language of messages and products.
    pub lang: Lang,
    /// One JSON document instead of a table.
    pub json: bool,
    /// No progress.
    pub quiet: bool,
    /// Who acts.
    pub who: String,
    /// The clock.
    pub clock: fn() -> Timestamp,
    /// The program's version.
    pub version: &'static str,
}

impl Context {
    /// Now.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Today, in Paris: the day that deadlines and file dates are read by.
    pub fn today(&self) -> Date {
        today(self.now())
    }
}

/// The day in Paris at `now`.
pub(crate) fn today(now: Timestamp) -> Date {
    now.in_tz("Europe/Paris").map_or_else(|_| now.to_zoned(jiff::tz::TimeZone::UTC).date(), |zoned| zoned.date())
}
