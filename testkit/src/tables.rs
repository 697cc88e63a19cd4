//! Reads the generator's own tables.

use crate::generate::GenerateError;
use serde::de::DeserializeOwned;

/// The rows of `text`, a CSV table after `#` lines.
pub(crate) fn rows<T: DeserializeOwned>(name: &'static str, text: &str) -> Result<Vec<T>, GenerateError> {
    csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(text.as_bytes())
        .into_deserialize()
        .collect::<Result<_, _>>()
        .map_err(|source| GenerateError::Table { table: name, problem: source.to_string() })
}
