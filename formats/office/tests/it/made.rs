//! Files made for a test, and their parts.

use beffroi_document::Document;
use beffroi_document::html::Words;
use beffroi_office::{Form, write};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

pub(crate) fn words() -> Words {
    Words::new(|key| format!("[{key}]"))
}

/// The head of a PNG of 1380 by 560 dots: all that is read of one.
pub(crate) fn png(_: &str) -> Option<Vec<u8>> {
    Some(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x05\x64\0\0\x02\x30\x08\x06\0\0\0".to_vec())
}

pub(crate) fn bytes(form: Form, document: &Document) -> Vec<u8> {
    write(form, document, &words(), "2025-01-14T08:00:00.5Z".parse().unwrap(), &png).unwrap()
}

pub(crate) fn without_pictures(form: Form, document: &Document) -> BTreeMap<String, Vec<u8>> {
    let file = write(form, document, &words(), "2025-01-14T08:00:00Z".parse().unwrap(), &|_| None).unwrap();
    parts(&file)
}

/// The parts of a file by their names.
pub(crate) fn parts(file: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut part = |name: String| {
        let mut bytes = Vec::new();
        archive.by_name(&name).unwrap().read_to_end(&mut bytes).unwrap();
        (name, bytes)
    };
    names.into_iter().map(&mut part).collect()
}

pub(crate) fn text<'a>(parts: &'a BTreeMap<String, Vec<u8>>, name: &str) -> &'a str {
    std::str::from_utf8(&parts[name]).unwrap()
}

/// All attributes of that name, prefix aside, in a part.
pub(crate) fn attributes(xml: &str, name: &str) -> Vec<String> {
    let parsed = roxmltree::Document::parse(xml).unwrap();
    let of = |node: roxmltree::Node<'_, '_>| {
        node.attributes().filter(|a| a.name() == name).map(|a| a.value().to_owned()).collect::<Vec<_>>()
    };
    parsed.descendants().flat_map(of).collect()
}

/// The attribute of that name of each element of that name.
pub(crate) fn of(xml: &str, element: &str, attribute: &str) -> Vec<String> {
    let parsed = roxmltree::Document::parse(xml).unwrap();
    let elements = parsed.descendants().filter(|node| node.has_tag_name_any(element));
    let value =
        |node: roxmltree::Node<'_, '_>| node.attributes().find(|a| a.name() == attribute).map(|a| a.value().to_owned());
    elements.filter_map(value).collect()
}

/// How many elements of that name a part has.
pub(crate) fn count(xml: &str, element: &str) -> usize {
    roxmltree::Document::parse(xml).unwrap().descendants().filter(|node| node.has_tag_name_any(element)).count()
}

/// Names without their namespaces.
pub(crate) trait Named {
    fn has_tag_name_any(&self, name: &str) -> bool;
}

impl Named for roxmltree::Node<'_, '_> {
    fn has_tag_name_any(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}
