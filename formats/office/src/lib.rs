//! A document as a file that an office suite opens and edits: DOCX (ISO/IEC 29500, Office Open XML, transitional) and ODT
//! (ISO/IEC 26300, OpenDocument 1.2).
//!
//! Both say what the page and the PDF say, with what a screen reader needs: heading styles without a skipped rank, the
//! language, table headers, alternative texts, and a table of contents where the document has a cover. The marking and
//! the banner (synthetic data, exercise) stand at the head of each page. Nothing in the file leads out of it: no
//! template, picture or link that would be fetched, no macro, no field that asks for anything but page numbers.
//! Texts are data: escaped, with what hides or cannot stand in XML spelled out ([`beffroi_document::visible()`]).
//! The same document at the same instant, with the same pictures, gives the same bytes.
//!
//! A drawing goes in as the SVG it is and as the picture that the caller makes of it, for programs that draw no SVG;
//! without a picture, its title, its alternative text and its table stand alone.

mod docx;
mod flow;
mod form;
mod look;
mod measure;
mod odt;
mod pack;
mod xml;

pub use form::Form;
pub use pack::OfficeError;

use beffroi_document::Document;
use beffroi_document::html::Words;
use jiff::Timestamp;

/// What makes a picture of a drawing: a whole SVG document in, the bytes of a PNG out; nothing when it cannot.
pub type Picture<'a> = &'a dyn Fn(&str) -> Option<Vec<u8>>;

/// The document as a file of that form. `words` are those of the language of the document; `at` is the instant that the
/// file says it was made at.
///
/// # Errors
/// [`OfficeError`] when the parts do not go into one file.
pub fn write(
    form: Form,
    document: &Document,
    words: &Words,
    at: Timestamp,
    picture: Picture<'_>,
) -> Result<Vec<u8>, OfficeError> {
    match form {
        Form::Docx => docx::file(document, words, at, picture),
        Form::Odt => odt::file(document, words, at, picture),
    }
}
