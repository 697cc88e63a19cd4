//! Flash alerts: drafted from a signal, validated by somebody else, issued, updated, lifted.
//!
//! Why: the decree that founds the command has it warn the directions of the ministry when a new threat appears.
//! A flash holds counts and what to do, never a victim's data; there is one open flash a phenomenon, and what is learnt
//! later is a new version of it. Life:
//!
//! | from | to | by | asked |
//! | --- | --- | --- | --- |
//! | – | draft | [`draft()`] | a signal decided new or a variant; no open flash on its phenomenon |
//! | draft | draft | [`edit()`] | what fits on a page; no marking wider than the data's |
//! | draft | draft | [`agree`] | for what draws on an inquiry: who agreed, written down by somebody who did not write it |
//! | draft | validated | [`validate`] | somebody who did not write it; the agreement where one is due |
//! | validated | issued | [`issue`] | the same again, and no other open flash on the phenomenon |
//! | validated, issued | draft | [`update`] | a decided signal on the phenomenon; the version goes up |
//! | issued | issued | [`downgrade`] | a lower marking, a reason, the originator's agreement; the version goes up |
//! | draft, validated, issued | closed | [`close`] | a reason |
//! | issued | closed | [`close_expired`] | its last day is over |
//!
//! While a new version of an issued flash is written, its readers keep the one that went out ([`went_out`],
//! [`issued_visible`]); letters, reminders and acknowledgements are of that one.
//!
//! Each step refuses a text with anything of a person's or a raw indicator in it, and a technical element without context
//! or on a warning list.

mod advice;
mod agreement;
mod annex;
mod content;
mod document;
mod draft;
mod edit;
mod elements;
mod error;
mod export;
mod grade;
mod lifecycle;
mod mention;
mod out;
pub(crate) mod protection;
mod record;
mod scan;

pub use advice::{Advice, Recipient};
pub(crate) use agreement::downgrade_and_send;
pub use agreement::{agree, downgrade};
pub use annex::annex;
pub use content::{
    AlertContent, AlertFigures, AlertMeasures, Change, ClassCount, Confidence, Note, PlaceCount, Probability, Spread,
    TechnicalElement,
};
pub use document::document;
pub(crate) use draft::behind;
pub(crate) use draft::label;
pub use draft::{DraftOptions, draft, place, update};
pub use edit::{ADVICE_MOST, ASKED_MOST, CONTACT_MOST, CONTEXT_MOST, Edit, NOTE_MOST, TITLE_MOST, edit, preview};
pub use elements::{until, warning_lists};
pub use error::AlertError;
pub use export::{Export, Format, Told, export};
pub use grade::{Grade, GradeError};
pub use lifecycle::{
    Alert, AlertState, close, close_expired, get, issue, list, mark_exercise, show, validate, visible,
};
pub(crate) use lifecycle::{issue_and_send, paris};
pub use mention::{Mention, MentionError};
pub(crate) use out::as_read;
pub use out::{issued_visible, went_out};
pub use protection::SMALL;
pub(crate) use protection::{classes, spread};
pub use record::{Agreement, Issue, Novelty, Written};
pub use scan::Personal;
pub(crate) use scan::{holds_indicator, personal_data};
