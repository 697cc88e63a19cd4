//! Why something could not be done.

use crate::emergencies::EmergencyRefused;
use crate::habilitations::HabilitationField;
use crate::reveals::RevealRefused;
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
    /// Nothing is opened in an emergency, or no verdict is taken.
    #[error(transparent)]
    Emergency(#[from] EmergencyRefused),
    /// A field of a habilitation says nothing known.
    #[error(transparent)]
    Habilitation(#[from] HabilitationField),
    /// Nothing is revealed.
    #[error(transparent)]
    Reveal(#[from] RevealRefused),
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
