//! Why series could not be made or read.

use beffroi_linkage::LinkError;
use beffroi_ports::FactsError;
use beffroi_store::StoreError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum SeriesError {
    /// The lake's fault.
    #[error(transparent)]
    Facts(#[from] FactsError),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Too much to link at once.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The details of a stored series do not read.
    #[error("series {id}: its stored details cannot be read back ({reason}); run the linkage again")]
    Content {
        /// Which series.
        id: String,
        /// What is wrong.
        reason: String,
    },
}
