//! Why something could not be done.

use beffroi_rights::GrantRefused;
use beffroi_store::StoreError;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum OversightError {
    /// There is none, or none for this person: never told apart.
    #[error("no such {what}, or not for this person")]
    Missing {
        /// Of what.
        what: &'static str,
    },
    /// The right cannot be given, or not by this person.
    #[error(transparent)]
    Refused(#[from] GrantRefused),
    /// One's own account.
    #[error("nobody shuts or opens his or her own account: ask another administrator")]
    OwnAccount,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The orders to keep longer cannot be read.
    #[error("holds.json of the data folder: {reason}: bring it back from a backup, or write the orders again")]
    Holds {
        /// Why.
        reason: String,
    },
    /// The table of legal bases cannot be read.
    #[error(transparent)]
    Bases(#[from] beffroi_retention::BasesError),
}
