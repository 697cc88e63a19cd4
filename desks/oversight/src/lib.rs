//! The desk of oversight: who holds which right and by whom it was given, who consulted what, what the journal proves,
//! how long what is kept.
//!
//! Nothing here reads content: a person controls references, acts and motives. Each function takes the acting person's
//! rights as they stand and shows nothing that they do not let see; absent and forbidden look the same.

pub mod consultations;
pub mod emergencies;
mod error;
pub mod grants;
pub mod habilitations;
pub mod journal;
pub mod people;
pub mod retention;
pub mod reveals;
mod right_form;
mod sight;

pub use error::OversightError;
pub use right_form::{Field, RightForm};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The clock of Paris, by which days and nights of work are told.
fn paris(at: Timestamp) -> DateTime {
    at.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)).datetime()
}
