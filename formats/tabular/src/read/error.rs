//! Why a file cannot be read as a whole.

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
    #[error("line {line}: no column {}; the header has {}", list(missing), list(found))]
    MissingColumns {
        /// Line of the header.
        line: u64,
        /// Columns that the declaration reads.
        missing: Vec<String>,
        /// Columns of the header.
        found: Vec<String>,
    },
    /// A column of the declaration stands twice in the header.
    #[error("line {line}: the column `{column}` stands twice in the header; rename one of them")]
    RepeatedColumn {
        /// Line of the header.
        line: u64,
        /// Its name.
        column: String,
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
        reason: &'static str,
    },
    /// A compressed file unpacks to more than the declaration allows.
    #[error("the file unpacks to more than {limit} bytes; raise `max_unpacked_bytes` if that is expected")]
    Unpacked {
        /// The declared bound.
        limit: u64,
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

fn list(names: &[String]) -> String {
    const SHOWN: usize = 40;
    let mut text: Vec<String> =
        names.iter().take(SHOWN).map(|name| format!("`{}`", crate::finding::shorten(name))).collect();
    if names.len() > SHOWN {
        text.push(format!("and {} more", names.len() - SHOWN));
    }
    if text.is_empty() { "none".to_owned() } else { text.join(", ") }
}
