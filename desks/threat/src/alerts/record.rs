//! What a flash keeps of how it came to be: who decided that it is new, who agreed, what went out before.

use crate::alerts::Note;
use crate::signals::Decision;
use beffroi_model::Marking;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The decision that made a signal a flash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Novelty {
    /// New, or a variant.
    pub decision: Decision,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub who: String,
    /// When.
    pub at: Timestamp,
}

/// The agreement that a flash drawn from an inquiry needs (CPP 11: secrecy of the inquiry; only the prosecutor may
/// make elements public, third paragraph).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// Who agreed, by function.
    pub given_by: String,
    /// Under which reference.
    pub reference: String,
    /// Who wrote it down.
    pub recorded_by: String,
    /// When.
    pub at: Timestamp,
}

/// A version that went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Which version.
    pub revision: u32,
    /// When.
    pub at: Timestamp,
    /// Under which marking.
    pub marking: Marking,
}

/// What the author writes besides what the figures say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// What readers are asked to give back, instead of the usual.
    pub asked: Option<Note>,
    /// Whom to ask, instead of the usual.
    pub contact: Option<Note>,
    /// Whether anything in it comes from an inquiry.
    pub judicial: bool,
    /// Whether it is of an exercise, which it then stays: it reaches nobody but those who take part in it.
    pub exercise: bool,
}
