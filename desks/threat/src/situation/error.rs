//! Why a point cannot be drafted, changed or frozen.

use crate::alerts::{AlertError, GradeError, Personal};
use beffroi_model::SituationRef;
use beffroi_ports::FactsError;
use beffroi_store::StoreError;

/// What went wrong, or what is refused.
#[derive(Debug, thiserror::Error)]
pub enum SituationError {
    /// The lake's fault.
    #[error(transparent)]
    Facts(#[from] FactsError),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The alerts do not read.
    #[error(transparent)]
    Alert(#[from] AlertError),
    /// No grade of a source.
    #[error(transparent)]
    Grade(#[from] GradeError),
    /// There is no such point.
    #[error("no situation point {reference}: `beffroi situation list` names them")]
    Missing {
        /// What was asked.
        reference: SituationRef,
    },
    /// It is frozen.
    #[error("{reference} is frozen and stays as it is: draft the next point")]
    Frozen {
        /// Which point.
        reference: SituationRef,
    },
    /// A draft of the crisis is open.
    #[error("{open} of this crisis is still a draft: freeze it before the next point")]
    OpenDraft {
        /// Which point.
        open: SituationRef,
    },
    /// A first point lacks what says what the crisis is.
    #[error(
        "the first point of a crisis needs its name in both languages, a known phenomenon, a known territory and the day since when"
    )]
    NoCrisis,
    /// The next point is due before this one.
    #[error("the next point is due before this one: say when it will be")]
    NextTooEarly,
    /// More than fits on two pages.
    #[error("{what}: {length}; a point holds two pages, at most {most}")]
    TooLong {
        /// What.
        what: &'static str,
        /// How much was given.
        length: usize,
        /// The most.
        most: usize,
    },
    /// A text given in one language only.
    #[error("{what} is given in one language only: give both")]
    OneLanguage {
        /// Which text.
        what: &'static str,
    },
    /// Something in a text is, or may be, a person's.
    #[error("the point would show a {kind} in its {place}: take it out")]
    PersonalData {
        /// What kind of data.
        kind: Personal,
        /// Where it stands.
        place: &'static str,
    },
    /// A raw indicator in a text.
    #[error("a raw indicator stands in its {place}: it belongs in a flash, with its context")]
    RawIndicator {
        /// Where it stands.
        place: &'static str,
    },
    /// What was given does not read.
    #[error("this is no situation input (line {line}, column {column}): {reason}")]
    Input {
        /// Line of the fault.
        line: usize,
        /// Column of the fault.
        column: usize,
        /// What is wrong.
        reason: String,
    },
    /// A stored point does not read.
    #[error("{reference}: its stored content cannot be read back")]
    Content {
        /// Which point.
        reference: SituationRef,
    },
}

impl SituationError {
    /// Whether the request is at fault (exit status 1) rather than the house (2).
    pub fn is_user_fault(&self) -> bool {
        match self {
            Self::Facts(_) | Self::Content { .. } => false,
            Self::Store(error) => error.is_user_fault(),
            Self::Alert(error) => error.is_user_fault(),
            _ => true,
        }
    }
}
