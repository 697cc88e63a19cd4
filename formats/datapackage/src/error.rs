//! Why a package is not written or not read.

/// Why a package is not written or not read. Texts repeated are cut at eighty characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// A name has a form that the specification or a file system does not take.
    #[error("{what} `{text}`: expected {expected}")]
    Name {
        /// What it names.
        what: &'static str,
        /// It.
        text: String,
        /// What it should look like.
        expected: &'static str,
    },
    /// The package lacks something, or has it twice.
    #[error("{0}")]
    Rule(&'static str),
    /// A cell does not fit its field.
    #[error("row {row} (counted from 1, header apart), field `{field}`: {why}")]
    Cell {
        /// Row.
        row: usize,
        /// Field, or its place.
        field: String,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// The file is too long to be read.
    #[error("the file is longer than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// It is no JSON, or has other members.
    #[error("datapackage.json, line {line}, column {column}: {why}")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        why: String,
    },
    /// It is no CSV.
    #[error("the CSV, line {line}: {why}")]
    Csv {
        /// Line, from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// The CSV is not the one described.
    #[error("the CSV has another length or SHA-256 than datapackage.json says: fetch both again")]
    Changed,
    /// It is well formed and not what is written here.
    #[error("datapackage.json is not in the form written here")]
    Form,
}

/// At most eighty characters of a text.
pub(crate) fn clip(text: &str) -> String {
    if text.chars().count() <= 80 { text.to_owned() } else { text.chars().take(80).chain(['…']).collect() }
}
