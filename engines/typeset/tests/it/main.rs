//! The PDFs of documents.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests fail as tests do")]

#[path = "../../../../pure/document/tests/it/sample.rs"]
mod sample;

mod flash;
mod pdf;
mod reading;
mod volume;
