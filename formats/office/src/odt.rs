//! ODT: its parts, and the list of them (ISO/IEC 26300, OpenDocument 1.2, part 3: packages).

mod body;
mod parts;
mod styles;

use crate::flow;
use crate::pack::{OfficeError, Part, pack};
use crate::{Form, Picture};
use beffroi_document::Document;
use beffroi_document::html::Words;
use body::Body;
use jiff::Timestamp;

/// The namespaces that the parts use.
pub(crate) const NAMESPACES: [(&str, &str); 11] = [
    ("xmlns:office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
    ("xmlns:style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0"),
    ("xmlns:text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"),
    ("xmlns:table", "urn:oasis:names:tc:opendocument:xmlns:table:1.0"),
    ("xmlns:draw", "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"),
    ("xmlns:fo", "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"),
    ("xmlns:svg", "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"),
    ("xmlns:meta", "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:xlink", "http://www.w3.org/1999/xlink"),
    ("office:version", "1.2"),
];

/// The file.
pub(crate) fn file(
    document: &Document,
    words: &Words,
    at: Timestamp,
    picture: Picture<'_>,
) -> Result<Vec<u8>, OfficeError> {
    let mut body = Body::new();
    flow::write(document, words, picture, &mut body);
    let (content, media) = body.finish();
    let part = |name: &str, bytes: Vec<u8>| (name.to_owned(), bytes);
    let mut all: Vec<Part> = vec![
        // First, and stored as it is: the kind of the file can be read at its head.
        part("mimetype", Form::Odt.media_type().as_bytes().to_vec()),
        part("META-INF/manifest.xml", parts::manifest(Form::Odt.media_type(), &media)),
        part("meta.xml", parts::meta(document, at)),
        part("styles.xml", styles::styles(document, words)),
        part("content.xml", content),
    ];
    all.extend(media);
    pack(&all)
}
