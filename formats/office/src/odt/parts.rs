//! The list of the parts and what is known of the document.

use super::NAMESPACES;
use crate::pack::Part;
use crate::xml::Xml;
use beffroi_document::Document;
use jiff::Timestamp;

/// `META-INF/manifest.xml`.
pub(super) fn manifest(kind: &str, media: &[Part]) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open(
        "manifest:manifest",
        &[("xmlns:manifest", "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"), ("manifest:version", "1.2")],
    );
    let mut entry = |path: &str, kind: &str| {
        xml.empty("manifest:file-entry", &[("manifest:full-path", path), ("manifest:media-type", kind)]);
    };
    entry("/", kind);
    ["meta.xml", "styles.xml", "content.xml"].into_iter().for_each(|path| entry(path, "text/xml"));
    for (path, _) in media {
        entry(path, if path.ends_with(".svg") { "image/svg+xml" } else { "image/png" });
    }
    xml.finish()
}

/// `meta.xml`.
pub(super) fn meta(document: &Document, at: Timestamp) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open("office:document-meta", &NAMESPACES);
    xml.open("office:meta", &[]);
    xml.leaf("meta:generator", &[], "Beffroi");
    xml.leaf("dc:title", &[], &document.title);
    // What the pages carry stands in the properties too, where a list of files shows it.
    let marks: Vec<&str> = std::iter::once(document.marking.as_str()).chain(document.banner.as_deref()).collect();
    xml.leaf("meta:keyword", &[], &marks.join(" · "));
    xml.leaf("meta:initial-creator", &[], &document.author);
    xml.leaf("dc:creator", &[], &document.author);
    let at = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    xml.leaf("meta:creation-date", &[], &at);
    xml.leaf("dc:date", &[], &at);
    xml.leaf("dc:language", &[], &document.lang);
    xml.finish()
}
