//! A typesetter that lays nothing out.

use crate::{Typesetter, TypesettingError};
use beffroi_document::Document;

/// Gives the first and last bytes of a PDF with the document's title and instant between them: enough for a test to
/// see which document came to be set, and too little to be opened.
#[derive(Debug, Clone, Copy, Default)]
pub struct NullTypesetter;

impl Typesetter for NullTypesetter {
    fn pdf(&self, document: &Document, at: jiff::Timestamp) -> Result<Vec<u8>, TypesettingError> {
        Ok(format!("%PDF-1.7\n% {} {at}\n%%EOF\n", document.title).into_bytes())
    }

    fn picture(&self, _: &str) -> Result<Vec<u8>, TypesettingError> {
        Err(TypesettingError { title: String::new(), reason: "no drawing is made here".to_owned() })
    }
}
