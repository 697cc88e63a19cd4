//! The HTML of documents.

mod html;
mod sample;
