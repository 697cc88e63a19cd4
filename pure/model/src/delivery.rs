//! The provenance that travels with every commit of the lake.

use crate::{DeliveryId, SourceId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// What one ingestion brought: written in the same atomic commit as its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its number.
    pub id: DeliveryId,
    /// The source.
    pub source: SourceId,
    /// The file's name, without its folder.
    pub file: String,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub file_sha256: String,
    /// Version of the mapping that read it.
    pub mapping_version: String,
    /// Day at which the source's data stood.
    pub vintage: Date,
    /// Who brought it in.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// Rows of the file.
    pub rows_read: u64,
    /// Rows that landed.
    pub rows_accepted: u64,
    /// Rows set aside with a reason.
    pub rows_rejected: u64,
    /// Rows already known, within the file or from an earlier delivery.
    pub rows_duplicate: u64,
    /// Whether the rows were made by a generator.
    pub synthetic: bool,
}

impl Delivery {
    /// The day, in universal time, from which the house knows its rows.
    pub fn day(&self) -> Date {
        self.at.to_zoned(TimeZone::UTC).date()
    }
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryOutcome {
    /// Its rows are in snapshot `snapshot`.
    Landed {
        /// The snapshot that holds them.
        snapshot: u64,
    },
    /// The same file had landed before, in snapshot `snapshot`; nothing changed.
    AlreadyThere {
        /// The snapshot that holds them.
        snapshot: u64,
    },
}
