//! DOCX: its parts, and how they name one another (ISO/IEC 29500-2, Open Packaging Conventions).

mod body;
mod parts;
mod styles;

pub(crate) use styles::regional;

use crate::flow;
use crate::pack::{OfficeError, Part, pack};
use crate::{Form, Picture};
use beffroi_document::Document;
use beffroi_document::html::Words;
use body::Body;
use jiff::Timestamp;

/// The file.
pub(crate) fn file(
    document: &Document,
    words: &Words,
    at: Timestamp,
    picture: Picture<'_>,
) -> Result<Vec<u8>, OfficeError> {
    let mut body = Body::new();
    flow::write(document, words, picture, &mut body);
    let body = body.finish();
    let text = |name: &str, bytes: Vec<u8>| (name.to_owned(), bytes);
    let mut all: Vec<Part> = vec![
        text("[Content_Types].xml", parts::content_types(Form::Docx.media_type())),
        text("_rels/.rels", parts::relations_of_package()),
        text("docProps/core.xml", parts::core(document, at)),
        text("docProps/app.xml", parts::application()),
        text("word/_rels/document.xml.rels", parts::relations(&body.media)),
        text("word/document.xml", body.xml),
        text("word/styles.xml", styles::styles(&document.lang)),
        text("word/numbering.xml", parts::numbering(body.ordered_lists)),
        text("word/settings.xml", parts::settings()),
        text("word/header1.xml", parts::header(document, words)),
        text("word/footer1.xml", parts::footer(document)),
    ];
    all.extend(body.media.into_iter().map(|medium| (format!("word/{}", medium.target), medium.bytes)));
    pack(&all)
}
