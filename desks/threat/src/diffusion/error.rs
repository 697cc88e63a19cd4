//! What diffusion refuses, and what fails under it.

use crate::alerts::{AlertError, Personal};
use beffroi_model::AlertRef;
use beffroi_ports::{KeysError, PostError, TypesettingError};
use beffroi_store::StoreError;

/// Why something was not sent, noted or kept.
#[derive(Debug, thiserror::Error)]
pub enum DiffusionError {
    /// The flash's.
    #[error(transparent)]
    Alert(#[from] AlertError),
    /// The registers'.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys'.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The way out by mail.
    #[error(transparent)]
    Post(#[from] PostError),
    /// A PDF that could not be set.
    #[error(transparent)]
    Typesetting(#[from] TypesettingError),
    /// A recipient that the register does not take.
    #[error("recipient `{id}`: {field} {reason}")]
    Recipient {
        /// Its short name, cut at 60 characters.
        id: String,
        /// The field at fault.
        field: &'static str,
        /// What is wrong, and what to write.
        reason: String,
    },
    /// A table of recipients that does not read.
    #[error("line {line}: {reason}")]
    Table {
        /// Which line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A flash that is not out.
    #[error("{reference} is not issued: issue it first")]
    NotIssued {
        /// Which flash.
        reference: AlertRef,
    },
    /// No recipient may receive it.
    #[error(
        "nobody on the list may receive {reference}: check the selection, the markings, the last days and the exercise"
    )]
    Nobody {
        /// Which flash.
        reference: AlertRef,
    },
    /// A text from a recipient that holds what is or may be a victim's.
    #[error("what is sent back would hold a {kind}: describe it without")]
    VictimData {
        /// What kind of data.
        kind: Personal,
    },
    /// A text that is too long.
    #[error("a text of {length} characters: keep it under {most}")]
    Long {
        /// Its length.
        length: usize,
        /// The most.
        most: usize,
    },
}

impl DiffusionError {
    /// Whether the request is at fault (exit status 1) rather than the house (2).
    pub fn is_user_fault(&self) -> bool {
        match self {
            Self::Alert(error) => error.is_user_fault(),
            Self::Store(error) => error.is_user_fault(),
            Self::Keys(_) | Self::Post(_) | Self::Typesetting(_) => false,
            _ => true,
        }
    }
}
