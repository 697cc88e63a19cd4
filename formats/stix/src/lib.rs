//! Reports as STIX 2.1 bundles, which platforms of threat intelligence read. Written only.
//!
//! Sources: OASIS, *STIX Version 2.1* (June 2021); FIRST and OASIS, *TLP 2.0 Marking Definitions for STIX 2.1* (extension
//! `60a3c5c5…`, one fixed object a label: STIX itself knows TLP 1 only, without AMBER+STRICT). Bundles hold to the JSON
//! schemas of OASIS.
//!
//! What holds whoever calls:
//!
//! - every object but the fixed ones carries the markings of the bundle;
//! - identifiers are made from what they name (UUID version 5), so that the same report written again is the same objects;
//! - an indicator has an end (`valid_until`);
//! - what cannot be said as a pattern is not bent into one: it stands in a note.

mod bundle;
mod marking;
mod pattern;

pub use bundle::{Element, Report, Step, Technique, write};
pub use marking::{TLP_EXTENSION, TLP_LABELS, tlp_id};
pub use pattern::pattern;

/// The media type of a bundle.
pub const MEDIA_TYPE: &str = "application/stix+json;version=2.1";
