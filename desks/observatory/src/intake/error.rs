//! Why a file could not be brought in.

use crate::sources::SourceError;
use beffroi_ports::{FactsError, SandboxError};
use beffroi_tabular::FileError;
use std::io;
use std::ops::Range;
use std::path::PathBuf;

/// Why a file could not be brought in. Nothing of it has landed.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The file cannot be opened.
    #[error("{}: {}", path.display(), reason(error))]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The file cannot be read as a whole.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: FileError,
    },
    /// Its reader did not come to the end of it.
    #[error("{}: {error}", path.display())]
    Reader {
        /// The file.
        path: PathBuf,
        /// Which limit it met, or how it ended.
        error: SandboxError,
    },
    /// The file changed while it was read.
    #[error("{}: the file changed while it was read; bring it in again when it is complete", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The source's declaration cannot be used.
    #[error(transparent)]
    Source(Box<SourceError>),
    /// The rejects file cannot be written.
    #[error("the rejects file {} could not be written: {error}", path.display())]
    Rejects {
        /// The rejects file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The identifiers of the rows take more than memory holds, and the disk does not take the rest.
    #[error("the identifiers of the rows could not be kept beside the data folder: {error}")]
    Keys {
        /// What the system said.
        error: io::Error,
    },
    /// The lake refused the delivery.
    #[error(transparent)]
    Facts(FactsError),
}

impl IntakeError {
    /// Whether the input or the request is at fault (exit status 1), and not the program or its machine (2).
    pub fn is_users_fault(&self) -> bool {
        use io::ErrorKind as Kind;
        match self {
            Self::Open { error, .. } => {
                matches!(
                    error.kind(),
                    Kind::NotFound | Kind::PermissionDenied | Kind::IsADirectory | Kind::InvalidInput
                )
            }
            Self::File { error, .. } => error.is_files_fault(),
            Self::Reader { error, .. } => error.is_files_fault(),
            Self::Changed { .. } | Self::Source(_) => true,
            Self::Rejects { .. } | Self::Keys { .. } => false,
            Self::Facts(error) => matches!(error, FactsError::Delivery { .. } | FactsError::NoSnapshot { .. }),
        }
    }

    /// The text to show beside the message, with its name, when a declaration is at fault.
    pub fn shown(&self) -> Option<(&str, &str)> {
        match self {
            Self::Source(error) => Some((&error.place, &error.text)),
            _ => None,
        }
    }

    /// The bytes of that text that are meant.
    pub fn span(&self) -> Option<Range<usize>> {
        match self {
            Self::Source(error) => error.span(),
            _ => None,
        }
    }

    /// What to do about it, when the message does not say it already.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Source(error) => error.help(),
            _ => None,
        }
    }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "the file may not be read by this user".to_owned(),
        io::ErrorKind::IsADirectory => "this is a folder; name its files".to_owned(),
        _ => format!("the file cannot be opened: {error}"),
    }
}
