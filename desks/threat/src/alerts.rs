//! Flash alerts: drafted from a signal, validated by somebody else, issued, updated, closed.
//!
//! Why: the decree that founds the command has it warn the directions of the ministry when a new threat appears.
//! A flash holds counts and what to do, never a victim's data; there is one open flash a phenomenon, and what is learnt
//! later is a new version of it. Life:
//!
//! | from | to | by | asked |
//! | --- | --- | --- | --- |
//! | – | draft | [`draft()`] | a signal not set aside |
//! | draft | validated | [`validate`] | somebody other than the author; no victim's data |
//! | validated | issued | [`issue`] | no victim's data |
//! | validated, issued | draft | [`update`] | a signal; the version goes up |
//! | draft, validated, issued | closed | [`close`] | a reason |

mod advice;
mod content;
mod document;
mod draft;
mod error;
mod lifecycle;
mod protection;

pub use advice::{Advice, Recipient};
pub use content::{
    AlertContent, AlertFigures, AlertMeasures, Change, ClassCount, Confidence, Note, PlaceCount, Probability, Spread,
    TechnicalElement,
};
pub use document::document;
pub(crate) use draft::label;
pub use draft::{DraftOptions, draft, place, update};
pub use error::AlertError;
pub use lifecycle::{Alert, AlertState, close, get, issue, list, mark_exercise, show, validate, visible};
pub(crate) use lifecycle::{issue_and_send, paris};
pub use protection::SMALL;
pub(crate) use protection::personal_data;
