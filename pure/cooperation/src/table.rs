//! What the tables have in common.

use std::fmt;
use std::str::FromStr;

/// A table that cannot stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{table}, line {line}: {why}")]
pub struct TableError {
    /// Which table.
    pub table: &'static str,
    /// Line in the file, from 1.
    pub line: u64,
    /// What is wrong.
    pub why: String,
}

/// A State by its ISO 3166-1 code of two letters, or `EU`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateCode([u8; 2]);

/// Not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a State is written by two capital letters (ISO 3166-1): FR, JP")]
pub struct StateCodeError;

impl FromStr for StateCode {
    type Err = StateCodeError;

    fn from_str(text: &str) -> Result<Self, StateCodeError> {
        let letters: [u8; 2] = text.as_bytes().try_into().map_err(|_| StateCodeError)?;
        if letters.iter().all(u8::is_ascii_uppercase) { Ok(Self(letters)) } else { Err(StateCodeError) }
    }
}

impl fmt::Display for StateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.0.map(char::from);
        write!(f, "{first}{second}")
    }
}

/// Was the fact of a row confirmed?
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    Confirmed,
    Unconfirmed,
}

/// The rows of a table, each with its line.
pub(crate) fn rows<T: serde::de::DeserializeOwned>(
    table: &'static str,
    text: &str,
) -> Result<Vec<(u64, T)>, TableError> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let wrong = |error: &csv::Error| TableError {
        table,
        line: error.position().map_or(1, csv::Position::line),
        why: error.to_string(),
    };
    let headers = reader.headers().cloned().map_err(|error| wrong(&error))?;
    let mut all = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = record.deserialize(Some(&headers));
        all.push((line, row.map_err(|error| TableError { table, line, why: error.to_string() })?));
    }
    Ok(all)
}
