//! Texts made to break out: they come back as texts.

use crate::made::{Named, bytes, parts, text};
use crate::sample::{HOSTILE, filled_with};
use beffroi_document::visible;
use beffroi_office::Form;
use proptest::prelude::*;

/// The texts of the paragraphs of a part, lines and spaces as they are shown.
fn paragraphs(form: Form, xml: &str) -> Vec<String> {
    let parsed = roxmltree::Document::parse(xml).unwrap();
    let is_paragraph = |node: &roxmltree::Node<'_, '_>| node.has_tag_name_any("p") || node.has_tag_name_any("h");
    let shown = |paragraph: roxmltree::Node<'_, '_>| {
        let mut out = String::new();
        for node in paragraph.descendants() {
            let name = node.tag_name().name();
            if node.is_text()
                && node.parent().is_some_and(|p| !["instrText", "title", "desc"].contains(&p.tag_name().name()))
            {
                out.push_str(node.text().unwrap_or_default());
            } else if ["br", "line-break"].contains(&name) {
                out.push('\n');
            } else if name == "s" && form == Form::Odt {
                out.push(' ');
            }
        }
        out
    };
    parsed.descendants().filter(is_paragraph).map(shown).collect()
}

/// Every part is well formed, and the text stands as a paragraph of its own.
fn holds(hostile: &str) {
    let document = filled_with(hostile);
    for (form, body) in [(Form::Docx, "word/document.xml"), (Form::Odt, "content.xml")] {
        let parts = parts(&bytes(form, &document));
        for (name, bytes) in parts.iter().filter(|(name, _)| name.ends_with("xml") || name.ends_with("rels")) {
            let part = std::str::from_utf8(bytes).unwrap();
            if let Err(error) = roxmltree::Document::parse(part) {
                panic!("{name} of {hostile:?}: {error}");
            }
        }
        if !hostile.trim().is_empty() {
            let all = paragraphs(form, text(&parts, body));
            let expected = visible(hostile).into_owned();
            assert!(all.contains(&expected), "{form:?}: {expected:?} is not among {all:?}");
        }
    }
}

#[test]
fn hostile_texts_come_back_as_texts() {
    for hostile in [
        HOSTILE,
        "",
        " ",
        "]]></w:t></w:p>",
        "a\u{0}b\u{1f}c\u{fffe}d\u{202e}e\u{feff}",
        "une ligne\nune autre\r\n\tet  deux   espaces ",
        "DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe \"/k calc\" INCLUDEPICTURE \"http://evil.example/x.png\"",
        "漢字 😀 مرحبا",
        "&#x41;&amp;<!ENTITY x SYSTEM \"file:///etc/passwd\">",
    ] {
        holds(hostile);
    }
}

#[test]
fn a_field_asks_for_nothing_but_numbers_of_pages_and_contents() {
    let file = parts(&bytes(Form::Docx, &filled_with("INCLUDEPICTURE \"http://evil.example/x.png\"")));
    for (name, bytes) in file.iter().filter(|(name, _)| name.ends_with("xml")) {
        let part = std::str::from_utf8(bytes).unwrap();
        let parsed = roxmltree::Document::parse(part).unwrap();
        for node in parsed.descendants() {
            if node.has_tag_name_any("instrText") {
                assert!(node.text().unwrap_or_default().trim().starts_with("TOC "), "{name}");
            }
            if node.has_tag_name_any("fldSimple") {
                let asked = node.attributes().find(|a| a.name() == "instr").map(|a| a.value().trim().to_owned());
                assert!(["PAGE", "NUMPAGES"].contains(&asked.unwrap().as_str()), "{name}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_gives_well_formed_parts(hostile in any::<String>()) {
        holds(&hostile);
    }
}
