//! Documents to PDF.

use beffroi_document::Document;

/// Turns a document into a tagged PDF.
pub trait Typesetter: Send + Sync {
    /// The PDF's bytes: tagged (PDF/UA-1 structure), with title, language, headings and the alternative text of each
    /// figure. The same document gives the same bytes. `at` is the instant written in the file's metadata.
    ///
    /// # Errors
    /// [`TypesettingError`] when the document cannot be laid out (an SVG that does not parse, for instance).
    fn pdf(&self, document: &Document, at: jiff::Timestamp) -> Result<Vec<u8>, TypesettingError>;

    /// A drawing of a document as a PNG, for programs that draw no SVG: two dots a pixel, on white. `svg` is a whole SVG
    /// document; the same drawing gives the same bytes.
    ///
    /// # Errors
    /// [`TypesettingError`] when the drawing does not parse, or is too large to be drawn.
    fn picture(&self, svg: &str) -> Result<Vec<u8>, TypesettingError>;
}

/// Why a document could not be laid out.
#[derive(Debug, thiserror::Error)]
#[error("the document `{title}` could not be laid out: {reason}")]
pub struct TypesettingError {
    /// The document's title.
    pub title: String,
    /// What the engine said.
    pub reason: String,
}
