//! Why a flash cannot be drafted or moved.

use crate::alerts::{AlertState, GradeError, MentionError, Personal};
use crate::signals::SignalError;
use beffroi_cap::CapError;
use beffroi_model::{AlertRef, Marking, ObservableKind, SeriesId, SignalId};
use beffroi_ports::{FactsError, TypesettingError};
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
    /// The page cannot be set.
    #[error(transparent)]
    Typesetting(#[from] TypesettingError),
    /// The message lacks what its standard asks for.
    #[error(transparent)]
    Cap(#[from] CapError),
    /// No grade of a source.
    #[error(transparent)]
    Grade(#[from] GradeError),
    /// A mention that may not be written here.
    #[error(transparent)]
    Mention(#[from] MentionError),
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
    /// Nobody decided yet whether the signal is new.
    #[error("nobody has decided signal {id}: decide it new or variant first, with `beffroi signal decide`")]
    Undecided {
        /// Which signal.
        id: SignalId,
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
    /// Who would agree has written it.
    #[error("{reference} was written by the person who asks to record its agreement: somebody else must")]
    OwnAgreement {
        /// Which flash.
        reference: AlertRef,
    },
    /// It draws on an inquiry, and nobody agreed.
    #[error(
        "{reference} draws on an inquiry (CPP 11): record the agreement of the jurist or prosecutor before it is validated"
    )]
    NoAgreement {
        /// Which flash.
        reference: AlertRef,
    },
    /// It holds no longer.
    #[error("{reference} has expired: give it a later last day, or close it")]
    Expired {
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
    /// A closing or downgrading without its reason, an agreement without its author or reference.
    #[error("that step of {reference} needs its reason or its author, in at least {least} characters")]
    NoReason {
        /// Which flash.
        reference: AlertRef,
        /// The least number of characters.
        least: usize,
    },
    /// More than fits on a page.
    #[error("{what}: {length}; a flash holds one page, at most {most}")]
    TooLong {
        /// What.
        what: &'static str,
        /// Its length, in characters or entries.
        length: usize,
        /// The most.
        most: usize,
    },
    /// A text given in one language only.
    #[error("{what} is given in one language only: give both, or neither")]
    OneLanguage {
        /// Which text.
        what: &'static str,
    },
    /// A marking wider than that of the data, or no narrower than before where it should be lowered.
    #[error("{asked} is wider than {least}, which the data ask for")]
    Wider {
        /// What was asked.
        asked: Marking,
        /// The widest allowed.
        least: Marking,
    },
    /// A downgrade that lowers nothing, or raises something.
    #[error("{asked} does not lower {now}")]
    NotLower {
        /// What was asked.
        asked: Marking,
        /// What it is.
        now: Marking,
    },
    /// Days that do not follow each other.
    #[error(
        "the days do not follow each other: review and feedback not after the last day, the last day not before today"
    )]
    Days,
    /// Something given as technical element that is none.
    #[error("this is no {kind} in its canonical form")]
    Element {
        /// Of which kind it was given.
        kind: ObservableKind,
    },
    /// A technical element without a word on where it comes from.
    #[error("{value} comes without context: say in both languages where it was seen")]
    NoContext {
        /// The element, defanged.
        value: String,
    },
    /// A technical element that a warning list names.
    #[error("{value} is on the warning list `{list}`: it is no indicator, take it out")]
    Warned {
        /// The element, defanged.
        value: String,
        /// The list.
        list: String,
    },
    /// A warning list that does not read back.
    #[error("the warning list `{name}` cannot be read back: import it again")]
    WarningList {
        /// Its name.
        name: String,
    },
    /// A raw indicator in a text.
    #[error("a raw indicator stands in its {place}: put it among the technical elements, with its context")]
    RawIndicator {
        /// Where it stands.
        place: &'static str,
    },
    /// Something in the flash is, or may be, a victim's.
    #[error("the flash would show a {kind} in its {place} that is or may be a victim's: take it out")]
    VictimData {
        /// What kind of data.
        kind: Personal,
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
            Self::Facts(_) | Self::Content { .. } | Self::Typesetting(_) | Self::WarningList { .. } => false,
            Self::Store(error) => error.is_user_fault(),
            Self::Signal(error) => error.is_user_fault(),
            _ => true,
        }
    }
}
