//! The keys of the house, and the records sealed under them. Kept outside the database, so that a copy of the database
//! alone opens nothing, and so that destroying a key erases what it sealed in every copy.

use beffroi_journal::{LogKey, Month, MonthKey};
use std::fmt;
use zeroize::Zeroizing;

/// The keys of the house, kept outside the database.
pub trait Keys: Send + Sync + fmt::Debug {
    /// Name of the journal and the seed that signs its checkpoints; made at first use.
    ///
    /// # Errors
    /// [`KeysError`] when the key cannot be read, made or trusted.
    fn log_key(&self) -> Result<LogKey, KeysError>;

    /// The key of a month of the journal; `make`: make it when it is not there and was never destroyed.
    /// Nothing when it is not there, or was destroyed, and was not to be made.
    ///
    /// # Errors
    /// [`KeysError::Destroyed`] when it was to be made and was destroyed before.
    fn month_key(&self, month: Month, make: bool) -> Result<Option<MonthKey>, KeysError>;

    /// Months whose key stands, in order.
    ///
    /// # Errors
    /// [`KeysError`] when the keys cannot be listed or one of them is not what it should be.
    fn months(&self) -> Result<Vec<Month>, KeysError>;

    /// Months whose key was destroyed, in order.
    ///
    /// # Errors
    /// [`KeysError`] when the list of them cannot be read.
    fn destroyed_months(&self) -> Result<Vec<Month>, KeysError>;

    /// Destroys a month's key for good: noted so that it is never made again, overwritten, unlinked, made durable.
    /// False when there was none; the month is noted all the same.
    ///
    /// # Errors
    /// [`KeysError::Io`] when the destruction cannot be made durable: it is then to be asked again.
    fn destroy_month(&self, month: Month) -> Result<bool, KeysError>;

    /// Seals a record under a data key of its own, wrapped by the current master key. `name` binds it: another
    /// record's seal does not open under this name.
    ///
    /// # Errors
    /// [`KeysError::Destroyed`] when a record of this name was erased.
    fn seal(&self, name: &str, plain: &[u8]) -> Result<Sealed, KeysError>;

    /// Opens it.
    ///
    /// # Errors
    /// [`KeysError::Open`] when the seal is another record's, was altered, or is of other keys;
    /// [`KeysError::Destroyed`] when the record was erased; [`KeysError::Absent`] when its master key is not there.
    fn open(&self, name: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, KeysError>;

    /// Wraps the record's data key anew under the current master key (rotation), leaving the ciphertext alone; nothing
    /// when it is current.
    ///
    /// # Errors
    /// As [`Keys::open`].
    fn rewrap(&self, name: &str, sealed: &Sealed) -> Result<Option<Vec<u8>>, KeysError>;

    /// Makes a new master key current; older ones stay until no record needs them. Gives its number.
    ///
    /// # Errors
    /// [`KeysError::Io`] when the new key cannot be made durable.
    fn rotate(&self) -> Result<u32, KeysError>;

    /// Destroys the master keys of a number below `number`, once every record was wrapped anew; gives how many. What an
    /// old backup holds wrapped under them opens no more. The current master key always stays.
    ///
    /// # Errors
    /// [`KeysError::Io`] when the destruction cannot be made durable: it is then to be asked again.
    fn retire_masters(&self, number: u32) -> Result<usize, KeysError>;

    /// Notes records as erased: their seals never open again, from whatever backup they come back. To be called before
    /// their rows are removed.
    ///
    /// # Errors
    /// [`KeysError::Io`] when the note cannot be made durable: the rows must then stay.
    fn erase(&self, names: &[&str]) -> Result<(), KeysError>;

    /// Was this record erased? A store that was restored removes the rows of those that were.
    ///
    /// # Errors
    /// [`KeysError`] when the list of erased records cannot be read.
    fn is_erased(&self, name: &str) -> Result<bool, KeysError>;

    /// Fills a buffer with bytes of the system's random source.
    ///
    /// # Errors
    /// [`KeysError::Io`] when the source gives none.
    fn random(&self, into: &mut [u8]) -> Result<(), KeysError>;
}

/// A record as the database keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The data key, wrapped: version, master key's number, nonce, ciphertext.
    pub wrapped: Vec<u8>,
    /// Nonce, ciphertext and tag of the record.
    pub ciphertext: Vec<u8>,
}

impl Sealed {
    /// Number of the master key that wraps the data key: the four bytes after the version, the highest first. Nothing
    /// when the wrapping is too short to tell.
    pub fn master(&self) -> Option<u32> {
        self.wrapped.get(1..5).and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes under master key {:?})", self.ciphertext.len(), self.master())
    }
}

/// Why a key was not given or a seal not opened. The messages never hold a key or what was sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// A key that is not there.
    #[error("{what} is not there: bring back the folder of the keys, or its backup")]
    Absent {
        /// The key.
        what: String,
    },
    /// A key or a record that was destroyed for good.
    #[error("{what} was destroyed and does not come back")]
    Destroyed {
        /// The key or the record.
        what: String,
    },
    /// A seal that does not open.
    #[error("the seal of `{name}` does not open: it was altered, is another record's, or was made with other keys")]
    Open {
        /// Name of the record, cut to 80 characters.
        name: String,
    },
    /// A file or folder of keys that others could read or change. Nothing of it is used.
    #[error("`{path}` (mode {mode:04o}) {why}; keys are refused until only their owner can reach them")]
    Unsafe {
        /// The file or folder.
        path: String,
        /// Its permission bits.
        mode: u32,
        /// What is wrong.
        why: &'static str,
    },
    /// The system refused.
    #[error("{doing}: {reason}")]
    Io {
        /// What was being done, to which file.
        doing: String,
        /// What the system answered.
        reason: String,
    },
    /// A key file or a list whose bytes are not as they were written.
    #[error("{what} is damaged or of another version: bring it back from the backup of the keys")]
    Malformed {
        /// The file.
        what: String,
    },
}

impl KeysError {
    /// [`KeysError::Open`] for a record, its name cut to 80 characters.
    pub fn closed(name: &str) -> Self {
        KeysError::Open { name: cut(name) }
    }

    /// [`KeysError::Destroyed`] for a record, its name cut to 80 characters.
    pub fn erased(name: &str) -> Self {
        KeysError::Destroyed { what: format!("record `{}`", cut(name)) }
    }
}

fn cut(name: &str) -> String {
    name.chars().take(80).collect()
}
