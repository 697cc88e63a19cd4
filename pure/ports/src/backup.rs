//! Backups: everything the house holds but its keys, in one encrypted file that says what is in it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};

/// Makes backups and brings them back.
pub trait Backup: Send + Sync + fmt::Debug {
    /// Writes an encrypted backup to `out`, which must not be there yet. It appears whole or not at all.
    ///
    /// `recipients`: public keys (`age1…`) of those who may open it; 1 to 16 of them.
    ///
    /// # Errors
    /// [`BackupError`]; nothing is left at `out`.
    fn backup(&self, out: &Path, recipients: &[String], parts: &BackupParts) -> Result<Manifest, BackupError>;

    /// Reads a backup to its end and checks all of it, writing nothing.
    ///
    /// # Errors
    /// As [`Backup::restore`].
    fn check(&self, file: &Path, identity: &Path) -> Result<Manifest, BackupError>;

    /// Brings a backup back into `into`, a folder that is empty or not there yet. Nothing appears there before all of
    /// the backup was read and found to be as its manifest says.
    ///
    /// `identity`: file of the secret key (`AGE-SECRET-KEY-1…`) of one of the recipients.
    ///
    /// # Errors
    /// [`BackupError`]; `into` is then as it was.
    fn restore(
        &self,
        file: &Path,
        identity: &Path,
        into: &Path,
        options: &RestoreOptions,
    ) -> Result<Restored, BackupError>;
}

/// What goes into a backup, and what its manifest says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct BackupParts {
    /// Version of the program that writes it.
    pub program: String,
    /// When.
    pub at: Timestamp,
    /// Number of the lake's latest snapshot, when it has one.
    pub snapshot: Option<u64>,
    /// State of the journal, when it holds an entry.
    pub journal: Option<JournalState>,
    /// The registers.
    pub database: DatabasePart,
    /// Single files, such as the configuration: their path in the backup, and where they are.
    pub files: Vec<(String, PathBuf)>,
    /// Folders with all that is in them, such as the lake and the reports: their path in the backup, and where they
    /// are. One that is not there is left out.
    pub folders: Vec<(String, PathBuf)>,
    /// Folder of the keys. Its lists of what was destroyed and erased always go into the backup, its keys only as
    /// [`BackupParts::keys_for`] says; a backup that would take them in by another way is refused.
    pub keys: Option<PathBuf>,
    /// Public keys of those who may open the keys, which go in as a second encrypted file. Empty: no keys.
    pub keys_for: Vec<String>,
}

/// The registers in a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabasePart {
    /// A consistent copy of the file (`VACUUM INTO`), finished and no longer written to.
    Copy {
        /// Its path in the backup.
        name: String,
        /// Where it is.
        from: PathBuf,
    },
    /// A server holds them: they are not in the backup.
    Elsewhere {
        /// How to save them, as one line for the operator.
        how: String,
    },
}

/// State of the journal at the moment of the backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalState {
    /// Number of entries.
    pub size: u64,
    /// Root of the tree, in hexadecimal.
    pub root: String,
    /// Text of the latest signed checkpoint.
    pub checkpoint: String,
}

/// What a backup says of itself: its first entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the format: 1.
    pub format: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// When.
    pub at: Timestamp,
    /// Number of the lake's latest snapshot.
    pub snapshot: Option<u64>,
    /// State of the journal.
    pub journal: Option<JournalState>,
    /// Where the registers are.
    pub database: DatabaseNote,
    /// Whether the keys are in it, encrypted for others.
    pub keys: bool,
    /// Every folder, parents before children: so that empty ones come back.
    pub folders: Vec<String>,
    /// Every file, in the order in which they follow.
    pub files: Vec<FileNote>,
}

/// Where the registers are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum DatabaseNote {
    /// In the backup, under this path.
    In(String),
    /// Not in it; how to save and bring back the registers.
    Elsewhere(String),
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileNote {
    /// Its path in the backup, with `/` between folders.
    pub path: String,
    /// Its length, in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// What else a restore is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RestoreOptions {
    /// File of the secret key that opens the keys, when they are in the backup and are to come back. Without it they
    /// stay encrypted, as `keys.age` in the restored folder.
    pub keys_identity: Option<PathBuf>,
    /// The folder of keys in use until now, when it still stands: what its lists say was destroyed or erased after the
    /// backup does not come back.
    pub keys_now: Option<PathBuf>,
    /// Name of the journal: the keys that come back are read once with it.
    pub journal: String,
}

/// What a restore brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the backup said of itself.
    pub manifest: Manifest,
    /// Whether the keys came back.
    pub keys: bool,
    /// Months on the list of destroyed keys, once the lists were put together.
    pub destroyed_months: usize,
    /// Records on the list of erased records: the store is to remove their rows.
    pub erased_records: usize,
}

/// Why there is no backup, or none was brought back. Names of files are cut to 80 characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// A public key that is none, none at all, or too many.
    #[error("`{0}`: no public keys of recipients; expected 1 to 16 texts `age1…`")]
    Recipient(String),
    /// A file without a usable secret key.
    #[error("`{0}` holds no secret key, or others can read it: expected AGE-SECRET-KEY-1… in a file of mode 0600")]
    Identity(String),
    /// The file was not made for this identity.
    #[error("the backup was not made for this secret key: take that of one of its recipients")]
    WrongIdentity,
    /// The target is there already.
    #[error("`{0}` is there already: choose a name that is free, or an empty folder")]
    Occupied(String),
    /// Something in a folder to be saved that cannot be saved.
    #[error("`{path}` cannot be saved: it {why}")]
    Unfit {
        /// Where it is.
        path: String,
        /// What is wrong.
        why: &'static str,
    },
    /// A file that changed while it was read.
    #[error("`{0}` changed while it was being saved: make the backup again")]
    Changed(String),
    /// The backup is not what it says, was cut or was altered. Nothing of it was brought back.
    #[error("the backup is refused: {why} ({at})")]
    Refused {
        /// What is wrong.
        why: &'static str,
        /// Where: a path in the backup, or the part of the file.
        at: String,
    },
    /// The keys that came with the backup, or those in use, were refused.
    #[error(transparent)]
    Keys(#[from] crate::KeysError),
    /// The system refused.
    #[error("{doing}: {reason}")]
    Io {
        /// What was being done, to which file.
        doing: String,
        /// What the system answered.
        reason: String,
    },
}
