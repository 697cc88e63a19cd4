//! What a command works with: the engines, already wired, and who asks for what in which language.

use beffroi_desk_registers::Registry;
use beffroi_desk_registers::digest::DigestSettings;
use beffroi_desk_threat::diffusion::DiffusionSettings;
use beffroi_ports::{Backup, Facts, Fetch, Post, Sandbox, Typesetter};
use beffroi_retention::Grounds;
use beffroi_store::{By, Store};
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

    /// The keys: out of the database, and out of its backups.
    pub fn keys(&self) -> PathBuf {
        self.root.join("keys")
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

    /// Quality sheets, one file a delivery.
    pub fn quality(&self) -> PathBuf {
        self.root.join("quality")
    }

    /// The annual report of a year.
    pub fn report(&self, year: i16) -> PathBuf {
        self.root.join("reports").join(year.to_string())
    }

    /// Flash alerts as files.
    pub fn alerts(&self) -> PathBuf {
        self.root.join("alerts")
    }

    /// Certificates of what was erased.
    pub fn certificates(&self) -> PathBuf {
        self.root.join("certificates")
    }

    /// Orders to keep something longer.
    pub fn holds(&self) -> PathBuf {
        self.root.join("holds.json")
    }

    /// What is known of the last backups.
    pub fn backups(&self) -> PathBuf {
        self.root.join("backups.json")
    }

    /// Stands while a restore waits to be ended: the journal is still to be verified.
    pub fn restored(&self) -> PathBuf {
        self.root.join("restored.json")
    }

    /// What is kept of an exercise; its plan says that all of this folder is of one.
    pub fn exercise(&self) -> PathBuf {
        self.root.join("exercise")
    }

    /// The mark of an exercise in the lake.
    pub fn lake_mark(&self) -> PathBuf {
        self.lake().join("EXERCISE")
    }

    /// The record of a demonstration; its presence says that the accounts and data are made up.
    pub fn demo_record(&self) -> PathBuf {
        self.root.join("demo.json")
    }
}

/// What the commands of upkeep need beside the engines.
pub struct Upkeep {
    /// Makes backups.
    pub backup: Arc<dyn Backup>,
    /// The folder of the keys in use.
    pub keys: PathBuf,
    /// Where the web application answers, or why it would not start.
    pub address: Result<String, String>,
    /// Who may open a backup.
    pub recipients: Vec<String>,
    /// Who may open the keys in it.
    pub keys_recipients: Vec<String>,
    /// Verifier keys of the witnesses of the journal.
    pub witnesses: Vec<String>,
    /// What is kept on what ground, as this deployment says.
    pub grounds: Arc<Grounds>,
    /// Removes a file for good; false when there was none.
    pub remove_file: fn(&Path) -> Result<bool, String>,
    /// Bytes free and bytes in all where a folder lies.
    pub space: fn(&Path) -> Option<(u64, u64)>,
}

/// How flash alerts leave.
pub struct Diffusion {
    /// What this deployment says of it.
    pub settings: DiffusionSettings,
    /// Opens the ways out, which one process holds at a time; nothing where none is configured.
    pub open: OpenWays,
}

/// What a deployment says of the letters of the day, as it says it of flashes.
pub fn digest_settings(settings: &DiffusionSettings) -> DigestSettings {
    DigestSettings {
        address: settings.address.clone(),
        mail_ceiling: settings.mail_ceiling,
        domains: settings.digest_domains.clone(),
    }
}

/// Opens the ways out, or says why not.
pub type OpenWays = Box<dyn Fn() -> Result<Option<Ways>, String> + Send + Sync>;

/// The ways out.
#[derive(Clone)]
pub struct Ways {
    /// By mail.
    pub post: Arc<dyn Post>,
    /// By HTTP, to the machines of recipients; nothing where none may be reached.
    pub fetch: Option<Arc<dyn Fetch>>,
}

/// What a command works with.
pub struct Context {
    /// The lake.
    pub facts: Arc<dyn Facts>,
    /// The registers.
    pub store: Store,
    /// What the desks declare of them.
    pub registry: Arc<Registry>,
    /// Where files brought in are read.
    pub sandbox: Arc<dyn Sandbox>,
    /// Documents to PDF.
    pub typesetter: Arc<dyn Typesetter>,
    /// How flash alerts leave.
    pub diffusion: Diffusion,
    /// Keys, backups, settings of upkeep.
    pub upkeep: Upkeep,
    /// False alarms that the watch may expect in a month.
    pub false_alarms_a_month: f64,
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

    /// Tells something on stderr, unless asked to be quiet.
    pub(crate) fn tell(&self, text: &str) {
        if !self.quiet {
            eprintln!("{text}");
        }
    }

    /// Who writes, now, under a new key.
    pub fn by(&self) -> By {
        By::new(self.who.clone(), self.now())
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
