//! Why something is not written or not read.

/// Why something is not written or not read. Texts repeated are cut at eighty characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SdmxError {
    /// An identifier has a form that SDMX does not know.
    #[error("{what} `{text}`: expected {expected}")]
    Identifier {
        /// What it identifies.
        what: &'static str,
        /// It.
        text: String,
        /// What it should look like.
        expected: &'static str,
    },
    /// Something is named and not there.
    #[error("{what} `{id}` is named but not in the structure: add it, or name another")]
    Absent {
        /// What is missing.
        what: &'static str,
        /// Its identifier.
        id: String,
    },
    /// Something is there twice.
    #[error("{what} `{id}` is there twice: keep one")]
    Twice {
        /// What.
        what: &'static str,
        /// Its identifier.
        id: String,
    },
    /// A period has no SDMX form, or not that of its frequency.
    #[error("`{text}` is no period {expected}")]
    Period {
        /// It.
        text: String,
        /// What is asked.
        expected: &'static str,
    },
    /// An observation does not hold to the rules.
    #[error("observation {index} (counted from 0): {why}")]
    Observation {
        /// Position in its data set.
        index: usize,
        /// What is wrong with it, and what to do.
        why: &'static str,
    },
    /// A whole does not hold to the rules.
    #[error("{0}")]
    Rule(&'static str),
    /// A spreadsheet would run a text as a formula.
    #[error("column {column}: `{text}` begins like a formula, which a spreadsheet would run: word it otherwise")]
    Formula {
        /// Column.
        column: String,
        /// It.
        text: String,
    },
    /// The message is too long to be read.
    #[error("the message is longer than {limit} {unit}: cut it by period or by territory")]
    TooLong {
        /// The limit.
        limit: usize,
        /// Of what.
        unit: &'static str,
    },
    /// It is no CSV, or not of these columns.
    #[error("line {line}: {why}")]
    Csv {
        /// Line, from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// It is no JSON, or has other members.
    #[error("line {line}, column {column}: {why}")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        why: String,
    },
    /// It is well formed and not what these writers write of the same content.
    #[error("{0} does not agree with the rest of the message, or is not in the form written here")]
    Form(&'static str),
}

impl SdmxError {
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        Self::Json { line: error.line(), column: error.column(), why: clip(&error.to_string()) }
    }
}

/// At most eighty characters of a text.
pub(crate) fn clip(text: &str) -> String {
    if text.chars().count() <= 80 { text.to_owned() } else { text.chars().take(80).chain(['…']).collect() }
}
