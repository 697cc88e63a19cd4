//! Why a file cannot be read as a whole.

use crate::finding::shorten;
use std::borrow::Cow;
use std::fmt;

/// Why a file cannot be read as a whole. Nothing of it lands.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// No byte in it.
    #[error("the file is empty")]
    Empty,
    /// It is UTF-16.
    #[error("the file is UTF-16; save it as UTF-8")]
    Utf16,
    /// Columns of the declaration that the header has not.
    #[error("line {line}: no column {missing}; the header has {found}")]
    MissingColumns {
        /// Line of the header.
        line: u64,
        /// Columns that the declaration reads.
        missing: Names,
        /// Columns of the header.
        found: Names,
    },
    /// A column of the declaration stands twice in the header.
    #[error("line {line}: the column `{column}` stands twice in the header, as columns {} and {}; rename one of them", places.0, places.1)]
    RepeatedColumn {
        /// Line of the header.
        line: u64,
        /// Its name.
        column: String,
        /// Its first two places, from 1.
        places: (u64, u64),
    },
    /// The header itself cannot be read.
    #[error("line {line}: the header cannot be read: {reason}")]
    Header {
        /// Line of the header.
        line: u64,
        /// Why.
        reason: String,
    },
    /// A quote opened and never closed, too far from the end to begin again after it.
    #[error("line {line}: a quote is opened and never closed, so that no row after it can be told; correct that line")]
    OpenQuote {
        /// Line of the quote's row.
        line: u64,
    },
    /// The JSON document has no array under the declared path.
    #[error("line {line}: no array of rows under `{path}`")]
    NoRows {
        /// The declared path.
        path: String,
        /// Line reached.
        line: u64,
    },
    /// The JSON document is broken between its rows.
    #[error("line {line}: the JSON document is broken: {reason}")]
    Document {
        /// Where.
        line: u64,
        /// How.
        reason: Cow<'static, str>,
    },
    /// A compressed file unpacks to more than the declaration allows.
    #[error("the file unpacks to more than {limit} bytes; raise `max_unpacked_bytes` if that is expected")]
    Unpacked {
        /// The declared bound.
        limit: u64,
    },
    /// A compressed file unpacks to far more than its own length.
    #[error(
        "the file unpacks to more than {times} times its length, as no table does; send it uncompressed if it is one"
    )]
    Ratio {
        /// How many times.
        times: u64,
    },
    /// The workbook is not one that can be read safely.
    #[error("the workbook cannot be read: {reason}")]
    Workbook {
        /// What was found, and what to do.
        reason: String,
    },
    /// The workbook has no such sheet.
    #[error("the workbook has no sheet {wanted}; it has {found}")]
    NoSheet {
        /// What the declaration asks for.
        wanted: String,
        /// The sheets there are.
        found: Names,
    },
    /// The zip archive is not one that can be read safely.
    #[error("the archive cannot be read: {reason}")]
    Archive {
        /// What was found, and what to do.
        reason: String,
    },
    /// The archive has not the file that is asked for, or several and none is named.
    #[error("the archive has {}; name one of its files as `member`: {found}", if wanted.is_empty() { "no single file".to_owned() } else { format!("no file `{wanted}`") })]
    Members {
        /// What the declaration asks for; empty when it names none.
        wanted: String,
        /// The files there are.
        found: Names,
    },
    /// The Parquet file is not one that can be read safely.
    #[error("the Parquet file cannot be read: {reason}")]
    Parquet {
        /// What was found, and what to do.
        reason: String,
    },
    /// The compressed data are damaged or cut short.
    #[error("the compressed file is damaged or cut short")]
    Damaged,
    /// The file could not be read.
    #[error("the file could not be read: {0}")]
    Io(std::io::Error),
}

impl FileError {
    /// Whether the file itself is at fault, and not the machine that reads it.
    pub fn is_files_fault(&self) -> bool {
        !matches!(self, Self::Io(_))
    }
}

/// Names as a file has them: the first of them, shortened, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    pub(crate) first: Vec<String>,
    pub(crate) total: u64,
}

impl Names {
    /// Most names repeated.
    pub(crate) const SHOWN: usize = 40;

    /// The first names, eighty characters of each.
    pub fn of<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Self {
        let mut kept = Self::default();
        for name in names {
            if kept.first.len() < Self::SHOWN {
                kept.first.push(shorten(name.as_ref()));
            }
            kept.total += 1;
        }
        kept
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first.is_empty() {
            return f.write_str("none");
        }
        for (index, name) in self.first.iter().enumerate() {
            write!(f, "{}`{name}`", if index > 0 { ", " } else { "" })?;
        }
        match self.total.saturating_sub(self.first.len() as u64) {
            0 => Ok(()),
            more => write!(f, ", and {more} more"),
        }
    }
}
