//! The styles, and what stands at the head and foot of each page: `styles.xml`.

use super::NAMESPACES;
use crate::docx::regional;
use crate::look::{ACCENT, CODE_FACE, FACE, Look, points};
use crate::measure;
use crate::xml::Xml;
use beffroi_document::Document;
use beffroi_document::html::Words;

/// A name as XML has it: what no name may hold stands as its code.
pub(super) fn name(look: Look) -> String {
    look.style().odt.replace(' ', "_20_")
}

/// A length in millimetres as XML has it.
pub(super) fn millimetres(length: f64) -> String {
    format!("{length:.2}mm")
}

/// `styles.xml`.
pub(super) fn styles(document: &Document, words: &Words) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open("office:document-styles", &NAMESPACES);
    xml.open("office:font-face-decls", &[]);
    for face in [FACE, CODE_FACE] {
        xml.empty("style:font-face", &[("style:name", face), ("svg:font-family", &format!("'{face}'"))]);
    }
    xml.close();

    xml.open("office:styles", &[]);
    defaults(&mut xml, &document.lang);
    xml.empty("style:style", &[("style:name", "Standard"), ("style:family", "paragraph")]);
    Look::ALL.into_iter().for_each(|look| paragraph(&mut xml, look));
    text(&mut xml, "Strong", |xml| {
        xml.empty("style:text-properties", &[("fo:font-weight", "bold")]);
    });
    text(&mut xml, "Code", |xml| {
        // Observables and identifiers are of no language: nothing to correct or to read out as words.
        xml.empty(
            "style:text-properties",
            &[("style:font-name", CODE_FACE), ("fo:language", "zxx"), ("fo:country", "none")],
        );
    });
    text(&mut xml, "Reference", |xml| {
        xml.empty(
            "style:text-properties",
            &[
                ("fo:color", &format!("#{ACCENT}")),
                ("style:text-underline-style", "solid"),
                ("style:text-underline-width", "auto"),
                ("style:text-underline-color", "font-color"),
            ],
        );
    });
    xml.close();

    xml.open("office:automatic-styles", &[]);
    xml.open("style:page-layout", &[("style:name", "Page")]);
    let (side, end) = (millimetres(measure::SIDE), millimetres(measure::HEAD));
    xml.open(
        "style:page-layout-properties",
        &[
            ("fo:page-width", &millimetres(measure::PAGE_WIDTH)),
            ("fo:page-height", &millimetres(measure::PAGE_HEIGHT)),
            ("style:print-orientation", "portrait"),
            ("fo:margin-top", &end),
            ("fo:margin-bottom", &end),
            ("fo:margin-left", &side),
            ("fo:margin-right", &side),
        ],
    );
    xml.close();
    let room = millimetres(measure::ENDS - measure::HEAD);
    for (around, away) in [("style:header-style", "fo:margin-bottom"), ("style:footer-style", "fo:margin-top")] {
        xml.open(around, &[]);
        xml.empty("style:header-footer-properties", &[("fo:min-height", &room), (away, "4mm")]);
        xml.close();
    }
    xml.close();
    xml.close();

    xml.open("office:master-styles", &[]);
    xml.open("style:master-page", &[("style:name", "Standard"), ("style:page-layout-name", "Page")]);
    xml.open("style:header", &[]);
    if let Some(banner) = &document.banner {
        xml.leaf("text:p", &[("text:style-name", &name(Look::Banner))], &banner.replace('\n', " "));
    }
    if !document.marking.is_empty() {
        let marking = format!("{} {}", words.marking, document.marking).replace('\n', " ");
        xml.leaf("text:p", &[("text:style-name", &name(Look::Marking))], &marking);
    }
    xml.close();
    xml.open("style:footer", &[]);
    xml.open("text:p", &[("text:style-name", &name(Look::Footer))]);
    let told: Vec<&str> = [document.title.as_str(), &document.date].into_iter().filter(|t| !t.is_empty()).collect();
    xml.text(&told.join(" · ").replace('\n', " "));
    xml.empty("text:tab", &[]);
    xml.leaf("text:page-number", &[("text:select-page", "current")], "1");
    xml.text(" / ");
    xml.leaf("text:page-count", &[], "1");
    xml.finish()
}

fn defaults(xml: &mut Xml, lang: &str) {
    let lang = regional(lang);
    let (language, country) = lang.split_once('-').unwrap_or((&lang, "none"));
    xml.open("style:default-style", &[("style:family", "paragraph")]);
    // A paragraph is not torn apart for one line.
    xml.empty("style:paragraph-properties", &[("fo:orphans", "2"), ("fo:widows", "2")]);
    xml.empty(
        "style:text-properties",
        &[
            ("style:font-name", FACE),
            ("fo:font-size", "10pt"),
            ("fo:language", language),
            ("fo:country", country),
            ("style:language-asian", "none"),
            ("style:country-asian", "none"),
            ("style:language-complex", "none"),
            ("style:country-complex", "none"),
        ],
    );
    xml.close();
}

fn paragraph(xml: &mut Xml, look: Look) {
    let style = look.style();
    let own = name(look);
    let level;
    let mut attributes = vec![
        ("style:name", own.as_str()),
        ("style:display-name", style.odt),
        ("style:family", "paragraph"),
        ("style:parent-style-name", "Standard"),
    ];
    let body = name(Look::Body);
    if let Look::Heading(at) = look {
        level = at.to_string();
        attributes.extend([("style:next-style-name", body.as_str()), ("style:default-outline-level", &level)]);
    }
    xml.open("style:style", &attributes);
    let (before, after) = (points(style.before), points(style.after));
    let mut properties = vec![("fo:margin-top", before.as_str()), ("fo:margin-bottom", &after)];
    if style.keeps_next {
        properties.push(("fo:keep-with-next", "always"));
    }
    if let Look::Contents(2) = look {
        properties.push(("fo:margin-left", "5mm"));
    }
    xml.open("style:paragraph-properties", &properties);
    if look == Look::Footer {
        xml.open("style:tab-stops", &[]);
        let right = millimetres(measure::TEXT_WIDTH);
        xml.empty("style:tab-stop", &[("style:position", &right), ("style:type", "right")]);
        xml.close();
    }
    xml.close();
    let (size, colour) = (points(style.size), format!("#{}", style.colour));
    let mut properties = vec![("fo:font-size", size.as_str()), ("fo:color", &colour)];
    if style.is_bold {
        properties.push(("fo:font-weight", "bold"));
    }
    xml.empty("style:text-properties", &properties);
    xml.close();
}

fn text(xml: &mut Xml, name: &str, inside: impl FnOnce(&mut Xml)) {
    xml.open("style:style", &[("style:name", name), ("style:family", "text")]);
    inside(xml);
    xml.close();
}
