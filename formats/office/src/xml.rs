//! XML, element by element: what is opened is closed, and every text is escaped.

use beffroi_document::visible;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// A part in the making.
pub(crate) struct Xml {
    writer: Writer<Vec<u8>>,
    open: Vec<&'static str>,
}

impl Xml {
    /// An empty part with its declaration.
    pub(crate) fn new() -> Self {
        let mut xml = Self { writer: Writer::new(Vec::new()), open: Vec::new() };
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), Some("yes"))));
        xml
    }

    /// A piece of a part, without a declaration, to be put into one with [`Xml::piece`].
    pub(crate) fn piece_of() -> Self {
        Self { writer: Writer::new(Vec::new()), open: Vec::new() }
    }

    /// Opens an element.
    pub(crate) fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.event(Event::Start(start(name, attributes)));
        self.open.push(name);
    }

    /// Closes the last element that was opened.
    pub(crate) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.event(Event::End(BytesEnd::new(name)));
        }
    }

    /// An element without content.
    pub(crate) fn empty(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.event(Event::Empty(start(name, attributes)));
    }

    /// An element with a text.
    pub(crate) fn leaf(&mut self, name: &'static str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.text(text);
        self.close();
    }

    /// A text.
    pub(crate) fn text(&mut self, text: &str) {
        self.event(Event::Text(BytesText::new(&visible(text))));
    }

    /// What another one wrote, which is whole in itself.
    pub(crate) fn piece(&mut self, piece: Self) {
        self.writer.get_mut().extend(piece.finish());
    }

    /// The bytes; what is still open is closed.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        while !self.open.is_empty() {
            self.close();
        }
        self.writer.into_inner()
    }

    fn event(&mut self, event: Event<'_>) {
        // Memory takes whatever is written to it: there is no error to tell of.
        let _ = self.writer.write_event(event);
    }
}

fn start(name: &'static str, attributes: &[(&str, &str)]) -> BytesStart<'static> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        // A line end in an attribute would be read back as a space.
        let value = visible(value).replace('\n', " ");
        start.push_attribute((*name, value.as_str()));
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_closed_and_texts_are_escaped() {
        let mut xml = Xml::new();
        xml.open("a", &[("b", "\"<&>'\n\u{0}")]);
        xml.leaf("c", &[], "]]> <d>&amp;\u{202E}");
        xml.open("e", &[]);
        let bytes = xml.finish();
        let text = String::from_utf8(bytes).unwrap();
        let parsed = roxmltree::Document::parse(&text).unwrap();
        let root = parsed.root_element();
        assert_eq!(root.attribute("b"), Some("\"<&>' ‹U+0000›"));
        assert_eq!(root.first_element_child().and_then(|c| c.text()), Some("]]> <d>&amp;‹U+202E›"));
        assert_eq!(root.children().filter(|n| n.is_element()).count(), 2);
    }
}
