//! What belongs together: exact linkage of records by the keys they share, with control of hubs.
//!
//! A key (a telephone number, a domain, an account) joins the records that hold it, unless it is a hub: a key declared
//! as shared by everybody, or one held by more records than the degree limit. A hub never links; it is given back as a
//! fact with its degree, so that a reader sees what was left out and why. What is joined keeps its reason: each
//! component lists the keys that made it, with who holds them.
//!
//! Deciding which observables are evidence (an offender's number) and which are not (the victim's own) is the
//! caller's: only evidence is to be given as a key.

mod disjoint_sets;
mod exact;
mod key;
mod series_identity;

pub use disjoint_sets::DisjointSets;
pub use exact::{
    Component, DEFAULT_MAX_DEGREE, Evidence, LinkError, Linkage, Linker, Options, Suppressed, Suppression, link,
};
pub use key::Key;
pub use series_identity::series_digest;
