//! Why a code list could not be brought in, switched or found.

use crate::intake::IntakeError;
use beffroi_codes::DiffError;
use beffroi_ports::{FactsError, SandboxError};
use beffroi_store::StoreError;
use std::path::PathBuf;

/// Why a code list could not be brought in, switched or found. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The name can be no list's.
    #[error("`{0}` can be no list: a name holds lower-case letters, digits and `_`, at most 40")]
    Name(String),
    /// The file cannot be opened.
    #[error(transparent)]
    Open(IntakeError),
    /// The file is no version of the list.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Its reader did not come to the end of it.
    #[error("{}: {error}", path.display())]
    Reader {
        /// The file.
        path: PathBuf,
        /// Which limit it met, or how it ended.
        error: SandboxError,
    },
    /// The version does not follow the one in use.
    #[error(transparent)]
    Versions(#[from] DiffError),
    /// No such version is known.
    #[error("the list `{list}` has no version `{version}` here; known: {}", known.join(", "))]
    NoVersion {
        /// The list.
        list: String,
        /// The version asked for, cut to 80 characters.
        version: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// The version lacks codes that rows of the lake carry.
    #[error(
        "version {version} of `{list}` lacks codes that {rows} rows of the lake carry ({}): a code that facts carry is \
         never taken away; bring a corrected version instead",
        codes.join(", ")
    )]
    Carried {
        /// The list.
        list: String,
        /// The version asked for.
        version: String,
        /// How many rows.
        rows: u64,
        /// The first codes that they carry.
        codes: Vec<String>,
    },
    /// The lake could not answer.
    #[error(transparent)]
    Facts(#[from] FactsError),
    /// The registers could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ListError {
    /// Whether the input or the request is at fault (exit status 1), and not the program or its machine (2).
    pub fn is_users_fault(&self) -> bool {
        match self {
            Self::Name(_) | Self::File { .. } | Self::Versions(_) | Self::NoVersion { .. } | Self::Carried { .. } => {
                true
            }
            Self::Open(error) => error.is_users_fault(),
            Self::Reader { error, .. } => error.is_files_fault(),
            Self::Store(error) => error.is_user_fault(),
            Self::Facts(_) => false,
        }
    }
}
