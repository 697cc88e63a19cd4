//! How values stand in columns: instants as UTC text of fixed width (so that text order is time order), days as ISO
//! 8601, JSON as text, counts as 64-bit signed numbers. Both databases take the same.

use crate::StoreError;
use crate::error::cut;
use jiff::Timestamp;
use std::str::FromStr;

/// Writes an instant to the microsecond: `2026-01-14T09:30:00.000000Z`.
pub(crate) fn instant(at: Timestamp) -> String {
    format!("{at:.6}")
}

/// Where a value comes from, for the message when it cannot be read.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) table: &'static str,
    pub(crate) row: &'a str,
}

impl Place<'_> {
    /// The error for a value that cannot be read back.
    pub(crate) fn wrong(self, column: &'static str) -> StoreError {
        StoreError::Inconsistent { table: self.table, column, row: cut(self.row, 80) }
    }

    /// Reads a text as what it stands for.
    pub(crate) fn read<T: FromStr>(self, column: &'static str, text: &str) -> Result<T, StoreError> {
        text.parse().map_err(|_| self.wrong(column))
    }

    /// Reads a text that may be absent.
    pub(crate) fn read_option<T: FromStr>(
        self,
        column: &'static str,
        text: Option<&str>,
    ) -> Result<Option<T>, StoreError> {
        text.map(|t| self.read(column, t)).transpose()
    }

    /// Reads a count.
    pub(crate) fn count(self, column: &'static str, value: i64) -> Result<u64, StoreError> {
        u64::try_from(value).map_err(|_| self.wrong(column))
    }

    /// Reads JSON.
    pub(crate) fn json(self, column: &'static str, text: &str) -> Result<serde_json::Value, StoreError> {
        serde_json::from_str(text).map_err(|_| self.wrong(column))
    }
}

/// Writes a count.
pub(crate) fn count(what: &'static str, value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::Refused { what, reason: format!("{value} is more than 2^63 - 1") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_sort_as_text_and_come_back() {
        let a: Timestamp = "2026-01-14T09:30:00Z".parse().unwrap();
        let b: Timestamp = "2026-01-14T09:30:00.000002Z".parse().unwrap();
        assert_eq!(instant(a), "2026-01-14T09:30:00.000000Z");
        assert!(instant(a) < instant(b));
        let place = Place { table: "t", row: "r" };
        assert_eq!(place.read::<Timestamp>("c", &instant(b)).unwrap(), b);
        assert!(place.read::<Timestamp>("c", "yesterday").is_err());
        assert!(place.count("c", -1).is_err());
    }
}
