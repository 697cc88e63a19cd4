//! The journal from outside: published vectors, tampering, the second verifier, destroyed keys.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at what it does not expect")]

mod destroyed_keys;
mod format_page;
mod located_faults;
mod python;
mod rfc6962;
mod tamper;
mod tampering;
mod world;
