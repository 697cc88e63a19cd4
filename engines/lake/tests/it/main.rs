//! The lake against its port: the same questions as to the double in memory, and what only files can suffer.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at what it does not expect")]

mod aggregates;
mod agreement;
mod atomicity;
mod conformance;
mod erasure;
mod offered;
mod opening;
mod outside_readers;
mod samples;
mod upgrade;
mod writers;
