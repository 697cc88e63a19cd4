//! Why a flash cannot be drafted or moved.

use crate::alerts::AlertState;
use crate::signals::SignalError;
use beffroi_model::{AlertRef, ObservableKind, SeriesId, SignalId};
use beffroi_ports::FactsError;
use beffroi_store::StoreError;

/// What went wrong, or what is refused.
#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    /// The lake's fault.
    #[error(transparent)]
    Facts(#[from] FactsError),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signal does not read.
    #[error(transparent)]
    Signal(#[from] SignalError),
    /// There is no such flash.
    #[error("no flash {reference}: `beffroi alert list` names them")]
    Missing {
        /// What was asked.
        reference: AlertRef,
    },
    /// There is no such series.
    #[error("no series {id}: `beffroi series list` names them")]
    MissingSeries {
        /// What was asked.
        id: SeriesId,
    },
    /// The signal was set aside, or says no phenomenon.
    #[error("no flash can be drafted from signal {id}: {why}")]
    SignalSetAside {
        /// Which signal.
        id: SignalId,
        /// Why.
        why: String,
    },
    /// There is an open flash on the phenomenon.
    #[error("{open} on {phenomenon} is open: update it or close it, a second flash on one phenomenon is refused")]
    SecondFlash {
        /// The phenomenon.
        phenomenon: String,
        /// The open flash.
        open: AlertRef,
    },
    /// The author would validate.
    #[error("{reference} was drafted by the person who asks to validate it: somebody else must")]
    SameAuthor {
        /// Which flash.
        reference: AlertRef,
    },
    /// The flash is not where it should be for that.
    #[error("{reference} is {from}: it cannot become {to}")]
    Transition {
        /// Which flash.
        reference: AlertRef,
        /// Where it stands.
        from: AlertState,
        /// What was asked.
        to: AlertState,
    },
    /// A closing without its reason.
    #[error("closing {reference} needs its reason, in at least {least} characters")]
    NoReason {
        /// Which flash.
        reference: AlertRef,
        /// The least number of characters.
        least: usize,
    },
    /// A free text that is too long for a page.
    #[error("the note has {length} characters: a flash holds one page, keep it under {most}")]
    LongNote {
        /// Its length.
        length: usize,
        /// The most.
        most: usize,
    },
    /// Something in the flash is, or may be, a victim's.
    #[error("the flash would show a {kind} in its {place} that is or may be a victim's: take it out")]
    VictimData {
        /// What kind of data.
        kind: ObservableKind,
        /// Where it stands.
        place: &'static str,
    },
    /// A stored flash does not read.
    #[error("{reference}: its stored {what} cannot be read back")]
    Content {
        /// Which flash.
        reference: AlertRef,
        /// What does not read.
        what: &'static str,
    },
}

impl AlertError {
    /// Whether the request is at fault (exit status 1) rather than the house (2).
    pub fn is_user_fault(&self) -> bool {
        match self {
            Self::Facts(_) | Self::Content { .. } => false,
            Self::Store(error) => error.is_user_fault(),
            Self::Signal(error) => error.is_user_fault(),
            _ => true,
        }
    }
}
