//! Situation points of a crisis: numbered, two pages, frozen for good, each with what changed since the one before.
//!
//! Why: in a crisis the same people are asked the same question every few hours. A point keeps facts apart from what is not
//! verified, by the grade of their source; victims are counted in the lake, rounded and protected; a frozen point is never
//! written again: the next one carries over what still holds and says what is new.

mod content;
mod differences;
mod document;
mod error;
mod input;
mod picture;
mod point;

pub use content::{DayCount, Difference, FlashLine, Picture, STEP, Said, SituationContent, Statement};
pub use document::document;
pub use error::SituationError;
pub use input::{ACTIONS_MOST, FACTS_MOST, LINE_MOST, STATEMENT_MOST, SituationInput, UNKNOWNS_MOST, read_input};
pub use point::{DraftSituation, Situation, draft, edit, freeze, get, list, show, visible};
