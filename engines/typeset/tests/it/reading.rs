//! Reading a PDF back: metadata, tags, text.

use lopdf::{Dictionary, Document, Object};
use std::process::Command;

/// A PDF read back.
pub(crate) struct Pdf {
    pub(crate) bytes: Vec<u8>,
    document: Document,
}

/// An element of the structure tree.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tag {
    pub(crate) kind: String,
    pub(crate) alt: Option<String>,
    pub(crate) scope: Option<String>,
}

impl Pdf {
    pub(crate) fn read(bytes: Vec<u8>) -> Self {
        let document = Document::load_mem(&bytes).expect("the PDF opens");
        Self { bytes, document }
    }

    pub(crate) fn pages(&self) -> usize {
        self.document.get_pages().len()
    }

    fn catalog(&self) -> &Dictionary {
        self.document.catalog().expect("a catalogue")
    }

    fn follow<'a>(&'a self, object: &'a Object) -> &'a Object {
        match object {
            Object::Reference(id) => self.document.get_object(*id).expect("an object"),
            direct => direct,
        }
    }

    fn entry<'a>(&'a self, dictionary: &'a Dictionary, key: &str) -> Option<&'a Object> {
        dictionary.get(key.as_bytes()).ok().map(|object| self.follow(object))
    }

    fn text_entry(&self, dictionary: &Dictionary, key: &str) -> Option<String> {
        self.entry(dictionary, key).map(|object| lopdf::decode_text_string(object).expect("a text string"))
    }

    pub(crate) fn lang(&self) -> Option<String> {
        self.text_entry(self.catalog(), "Lang")
    }

    pub(crate) fn is_marked(&self) -> bool {
        let info = self.entry(self.catalog(), "MarkInfo").and_then(|o| o.as_dict().ok()).expect("MarkInfo");
        self.entry(info, "Marked").is_some_and(|o| matches!(o, Object::Boolean(true)))
    }

    pub(crate) fn info(&self, key: &str) -> Option<String> {
        let info = self.document.trailer.get(b"Info").ok().map(|o| self.follow(o)).and_then(|o| o.as_dict().ok())?;
        self.text_entry(info, key)
    }

    pub(crate) fn metadata(&self) -> String {
        let stream = self.entry(self.catalog(), "Metadata").and_then(|o| o.as_stream().ok()).expect("metadata");
        let content = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
        String::from_utf8(content).expect("XMP in UTF-8")
    }

    /// The elements of the structure tree, in reading order.
    pub(crate) fn tags(&self) -> Vec<Tag> {
        let root = self.entry(self.catalog(), "StructTreeRoot").expect("a structure tree");
        let mut tags = Vec::new();
        self.collect(root, &mut tags);
        tags
    }

    fn collect(&self, object: &Object, into: &mut Vec<Tag>) {
        match self.follow(object) {
            Object::Array(children) => children.iter().for_each(|child| self.collect(child, into)),
            Object::Dictionary(element) => {
                if let Some(Object::Name(kind)) = self.entry(element, "S") {
                    let kind = String::from_utf8_lossy(kind).into_owned();
                    let scope = self.entry(element, "A").and_then(|a| self.attribute(a, "Scope"));
                    into.push(Tag { kind, alt: self.text_entry(element, "Alt"), scope });
                }
                if let Some(children) = self.entry(element, "K") {
                    self.collect(children, into);
                }
            }
            _ => {}
        }
    }

    fn attribute(&self, object: &Object, key: &str) -> Option<String> {
        match self.follow(object) {
            Object::Array(several) => several.iter().find_map(|one| self.attribute(one, key)),
            Object::Dictionary(one) => match self.entry(one, key) {
                Some(Object::Name(name)) => Some(String::from_utf8_lossy(name).into_owned()),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn count(&self, kind: &str) -> usize {
        self.tags().iter().filter(|tag| tag.kind == kind).count()
    }

    /// The text, with runs of white space as one space; none when `pdftotext` is not installed.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let path = self.keep(name);
        let Ok(output) = Command::new("pdftotext").args(["-enc", "UTF-8", "-raw"]).arg(&path).arg("-").output() else {
            println!("skipped: pdftotext absent");
            return None;
        };
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Leaves the PDF in the build's temporary folder, for eyes.
    pub(crate) fn keep(&self, name: &str) -> std::path::PathBuf {
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pdf"));
        std::fs::write(&path, &self.bytes).expect("the temporary folder is writable");
        path
    }
}
