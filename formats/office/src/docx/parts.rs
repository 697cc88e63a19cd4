//! The small parts around the body: types, relations, properties, lists, settings, head and foot of the pages.

use super::body::Medium;
use crate::look::Look;
use crate::measure;
use crate::xml::Xml;
use beffroi_document::Document;
use beffroi_document::html::Words;
use jiff::Timestamp;

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships/metadata";
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// `[Content_Types].xml`.
pub(super) fn content_types(main: &str) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open("Types", &[("xmlns", TYPES)]);
    for (ending, kind) in [
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("xml", "application/xml"),
        ("png", "image/png"),
        ("svg", "image/svg+xml"),
    ] {
        xml.empty("Default", &[("Extension", ending), ("ContentType", kind)]);
    }
    let main = format!("{main}.main+xml");
    let word = |part: &str| format!("{WORD}.{part}+xml");
    for (part, kind) in [
        ("/word/document.xml", main),
        ("/word/styles.xml", word("styles")),
        ("/word/numbering.xml", word("numbering")),
        ("/word/settings.xml", word("settings")),
        ("/word/header1.xml", word("header")),
        ("/word/footer1.xml", word("footer")),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml".to_owned()),
        ("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml".to_owned()),
    ] {
        xml.empty("Override", &[("PartName", part), ("ContentType", &kind)]);
    }
    xml.finish()
}

fn relations_to<'a>(all: impl IntoIterator<Item = (&'a str, String, &'a str)>) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open("Relationships", &[("xmlns", RELATIONS)]);
    for (id, kind, target) in all {
        xml.empty("Relationship", &[("Id", id), ("Type", &kind), ("Target", target)]);
    }
    xml.finish()
}

/// `_rels/.rels`.
pub(super) fn relations_of_package() -> Vec<u8> {
    relations_to([
        ("rId1", format!("{OFFICE}/officeDocument"), "word/document.xml"),
        ("rId2", format!("{PACKAGE}/core-properties"), "docProps/core.xml"),
        ("rId3", format!("{OFFICE}/extended-properties"), "docProps/app.xml"),
    ])
}

/// `word/_rels/document.xml.rels`: nothing in it is external.
pub(super) fn relations(media: &[Medium]) -> Vec<u8> {
    let fixed = [
        ("rIdStyles", "styles", "styles.xml"),
        ("rIdNumbering", "numbering", "numbering.xml"),
        ("rIdSettings", "settings", "settings.xml"),
        ("rIdHeader", "header", "header1.xml"),
        ("rIdFooter", "footer", "footer1.xml"),
    ];
    let fixed = fixed.into_iter().map(|(id, kind, target)| (id, format!("{OFFICE}/{kind}"), target));
    let media = media.iter().map(|one| (one.relation.as_str(), format!("{OFFICE}/image"), one.target.as_str()));
    relations_to(fixed.chain(media))
}

/// `docProps/core.xml`.
pub(super) fn core(document: &Document, at: Timestamp) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open(
        "cp:coreProperties",
        &[
            ("xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
            ("xmlns:dcterms", "http://purl.org/dc/terms/"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ],
    );
    xml.leaf("dc:title", &[], &document.title);
    xml.leaf("dc:creator", &[], &document.author);
    // What the pages carry stands in the properties too, where a list of files shows it.
    let marks: Vec<&str> = std::iter::once(document.marking.as_str()).chain(document.banner.as_deref()).collect();
    xml.leaf("cp:keywords", &[], &marks.join(" · "));
    xml.leaf("dc:language", &[], &document.lang);
    let at = second(at);
    for name in ["dcterms:created", "dcterms:modified"] {
        xml.leaf(name, &[("xsi:type", "dcterms:W3CDTF")], &at);
    }
    xml.finish()
}

/// An instant, to the second.
fn second(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `docProps/app.xml`.
pub(super) fn application() -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open("Properties", &[("xmlns", "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties")]);
    xml.leaf("Application", &[], "Beffroi");
    xml.finish()
}

/// `word/numbering.xml`: points, and as many ordered lists as there are, each counting from one.
pub(super) fn numbering(ordered: usize) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open("w:numbering", &[("xmlns:w", W)]);
    for (id, format, text) in [("0", "bullet", "•"), ("1", "decimal", "%1.")] {
        xml.open("w:abstractNum", &[("w:abstractNumId", id)]);
        xml.empty("w:multiLevelType", &[("w:val", "singleLevel")]);
        xml.open("w:lvl", &[("w:ilvl", "0")]);
        xml.empty("w:start", &[("w:val", "1")]);
        xml.empty("w:numFmt", &[("w:val", format)]);
        xml.empty("w:lvlText", &[("w:val", text)]);
        xml.empty("w:lvlJc", &[("w:val", "left")]);
        xml.open("w:pPr", &[]);
        xml.empty("w:ind", &[("w:left", "425"), ("w:hanging", "283")]);
        (0..3).for_each(|_| xml.close());
    }
    for list in 0..=ordered {
        let abstract_list = if list == 0 { "0" } else { "1" };
        xml.open("w:num", &[("w:numId", &(list + 1).to_string())]);
        xml.empty("w:abstractNumId", &[("w:val", abstract_list)]);
        if list > 0 {
            xml.open("w:lvlOverride", &[("w:ilvl", "0")]);
            xml.empty("w:startOverride", &[("w:val", "1")]);
            xml.close();
        }
        xml.close();
    }
    xml.finish()
}

/// `word/settings.xml`: read as Word 2013 and later do.
pub(super) fn settings() -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open("w:settings", &[("xmlns:w", W)]);
    xml.empty("w:defaultTabStop", &[("w:val", "709")]);
    xml.open("w:compat", &[]);
    xml.empty(
        "w:compatSetting",
        &[("w:name", "compatibilityMode"), ("w:uri", "http://schemas.microsoft.com/office/word"), ("w:val", "15")],
    );
    xml.finish()
}

fn line(xml: &mut Xml, look: Look, text: &str) {
    xml.open("w:p", &[]);
    xml.open("w:pPr", &[]);
    xml.empty("w:pStyle", &[("w:val", look.style().docx.0)]);
    xml.close();
    xml.open("w:r", &[]);
    xml.leaf("w:t", &[("xml:space", "preserve")], &text.replace('\n', " "));
    xml.close();
    xml.close();
}

/// `word/header1.xml`: the marking and the banner, on each page.
pub(super) fn header(document: &Document, words: &Words) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open("w:hdr", &[("xmlns:w", W)]);
    if let Some(banner) = &document.banner {
        line(&mut xml, Look::Banner, banner);
    }
    let marking =
        if document.marking.is_empty() { String::new() } else { format!("{} {}", words.marking, document.marking) };
    line(&mut xml, Look::Marking, &marking);
    xml.finish()
}

/// `word/footer1.xml`: what it is, its date, and the number of the page of how many.
pub(super) fn footer(document: &Document) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open("w:ftr", &[("xmlns:w", W)]);
    xml.open("w:p", &[]);
    xml.open("w:pPr", &[]);
    xml.empty("w:pStyle", &[("w:val", Look::Footer.style().docx.0)]);
    xml.open("w:tabs", &[]);
    let right = measure::twips(measure::TEXT_WIDTH).to_string();
    xml.empty("w:tab", &[("w:val", "right"), ("w:pos", &right)]);
    xml.close();
    xml.close();
    let told: Vec<&str> = [document.title.as_str(), &document.date].into_iter().filter(|t| !t.is_empty()).collect();
    xml.open("w:r", &[]);
    xml.leaf("w:t", &[("xml:space", "preserve")], &told.join(" · ").replace('\n', " "));
    xml.empty("w:tab", &[]);
    xml.close();
    for (i, field) in [" PAGE ", " NUMPAGES "].into_iter().enumerate() {
        if i > 0 {
            xml.open("w:r", &[]);
            xml.leaf("w:t", &[("xml:space", "preserve")], " / ");
            xml.close();
        }
        xml.open("w:fldSimple", &[("w:instr", field)]);
        xml.open("w:r", &[]);
        xml.leaf("w:t", &[], "1");
        xml.close();
        xml.close();
    }
    xml.finish()
}
