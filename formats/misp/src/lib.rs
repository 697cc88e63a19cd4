//! What MISP platforms read and give: a report as an event, and the lists of what is no indicator.
//!
//! Sources: *MISP core format* (draft-dulaunoy-misp-core-format), *MISP warning-list format*, taxonomies `tlp` (10),
//! `PAP` (3), `admiralty-scale` (5). Events are written only; warning lists are read only, each with findings instead of a
//! guess.

mod event;
mod warning_list;

pub use event::{Attribute, Event, TLP_LABELS, admiralty_tags, marking_tags, write};
pub use warning_list::{Findings, MOST_BYTES, MOST_ENTRIES, WarningListError, read_warning_list};
