//! Why the store could not do what was asked.

use beffroi_ports::KeysError;
use sea_orm::DbErr;

/// What went wrong, told so that the caller can choose what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address is neither a SQLite file nor a PostgreSQL server.
    #[error("`{url}` is no address of a store: expected `sqlite:` and a path, or `postgres://user@host/database`")]
    Address {
        /// The address, without its password, cut to 80 characters.
        url: String,
    },
    /// The SQLite library is older than the one whose write-ahead log is known to be sound.
    #[error("SQLite {found} is too old: {needed} or later is needed; rebuild with the bundled library")]
    TooOld {
        /// The version found.
        found: String,
        /// The oldest version accepted.
        needed: &'static str,
    },
    /// The server was told not to sync what it acknowledges.
    #[error("PostgreSQL runs with `{setting}` off and may lose what it acknowledged: switch it on")]
    Unsynced {
        /// The setting.
        setting: &'static str,
    },
    /// A key is missing, destroyed or unsafe.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The journal refused an entry, or is not what it should be.
    #[error("the journal: {reason}")]
    Journal {
        /// What it said.
        reason: String,
    },
    /// What is stored is not what was kept: it is only looked at, and nothing is written to it.
    #[error("nothing is written to a store that is not what was kept: {reason}")]
    Shut {
        /// What was found when it was opened.
        reason: String,
    },
    /// The store was written by a later version of the program.
    #[error("the store is at schema {found} and this program knows schemas up to {known}: use the newer program")]
    Newer {
        /// The schema found.
        found: i32,
        /// The latest schema known.
        known: i32,
    },
    /// Somebody else changed the record in between: read it again and decide again.
    #[error("{what} {id} has changed in between: version {expected} was expected and version {found} was found")]
    Conflict {
        /// The kind of record.
        what: &'static str,
        /// Which one.
        id: String,
        /// The version the caller had read; 0 when the record was expected not to exist.
        expected: u32,
        /// The version stored; 0 when there is none.
        found: u32,
    },
    /// There is no such record.
    #[error("no {what} {id}")]
    Missing {
        /// The kind of record.
        what: &'static str,
        /// Which one.
        id: String,
    },
    /// There is already such a record.
    #[error("there is already a {what} {id}")]
    Exists {
        /// The kind of record.
        what: &'static str,
        /// Which one.
        id: String,
    },
    /// A value that the register refuses.
    #[error("{what}: {reason}")]
    Refused {
        /// The kind of record and field.
        what: &'static str,
        /// Why, and what is expected.
        reason: String,
    },
    /// A stored row breaks a rule of its table.
    #[error("inconsistent store: table {table}, column {column}, row {row}: the value cannot be read back")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's key.
        row: String,
    },
    /// The engine failed: our fault, or the disk's.
    #[error("the store could not {doing}: {reason}")]
    Engine {
        /// What it was doing, as an infinitive.
        doing: &'static str,
        /// What it said.
        reason: String,
    },
}

impl StoreError {
    /// Whether the request is at fault rather than the store: something asked for that is not there, that is there
    /// already, that somebody else changed, or that a register refuses.
    pub fn is_user_fault(&self) -> bool {
        match self {
            Self::Address { .. }
            | Self::Conflict { .. }
            | Self::Missing { .. }
            | Self::Exists { .. }
            | Self::Refused { .. }
            | Self::Newer { .. } => true,
            Self::TooOld { .. }
            | Self::Unsynced { .. }
            | Self::Keys(_)
            | Self::Journal { .. }
            | Self::Shut { .. }
            | Self::Inconsistent { .. }
            | Self::Engine { .. } => false,
        }
    }

    /// Turns an error of the engine into ours.
    pub(crate) fn engine(doing: &'static str) -> impl Fn(DbErr) -> Self {
        move |error| Self::Engine { doing, reason: cut(&error.to_string(), 300) }
    }

    /// Turns an error of the journal's room into ours.
    pub(crate) fn journal(error: impl std::fmt::Display) -> Self {
        Self::Journal { reason: cut(&error.to_string(), 300) }
    }

    /// The same told to another of those who wrote together.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Journal { reason } => Self::Journal { reason: reason.clone() },
            Self::Engine { doing, reason } => Self::Engine { doing, reason: reason.clone() },
            other => Self::Engine { doing: "write", reason: cut(&other.to_string(), 300) },
        }
    }

    /// Whether the disk failed under SQLite: any of its input/output errors (result code 10, extended codes 10 + 256·n;
    /// <https://www.sqlite.org/rescode.html>), a failed sync among them.
    pub(crate) fn is_lost_sync(&self) -> bool {
        self.sqlite_code() == Some(10)
    }

    /// Whether SQLite may have undone the whole transaction by itself: a full disk, a failed read or write, no memory, a
    /// lock, an interruption (<https://www.sqlite.org/lang_transaction.html>, section 3).
    pub(crate) fn undoes_all(&self) -> bool {
        matches!(self.sqlite_code(), Some(5 | 7 | 9 | 10 | 13))
    }

    /// The primary result code that SQLite gave, as the library writes it into its messages.
    fn sqlite_code(&self) -> Option<u32> {
        let Self::Engine { reason, .. } = self else { return None };
        let code = reason.split("(code: ").nth(1)?.split(')').next()?.parse::<u32>().ok()?;
        Some(code & 0xff)
    }
}

/// The first `n` characters.
pub(crate) fn cut(text: &str, n: usize) -> String {
    text.chars().take(n).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_and_output_errors_are_told_from_others() {
        let engine = |reason: &str| StoreError::Engine { doing: "commit a transaction", reason: reason.to_owned() };
        for lost in
            ["error returned from database: (code: 1034) disk I/O error", "(code: 10) disk I/O error", "(code: 778) x"]
        {
            assert!(engine(lost).is_lost_sync(), "{lost}");
        }
        for other in
            ["(code: 13) database or disk is full", "(code: 5) database is locked", "(code: 2067) UNIQUE", "x", ""]
        {
            assert!(!engine(other).is_lost_sync(), "{other}");
        }
    }
}
