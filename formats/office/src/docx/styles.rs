//! The styles: `word/styles.xml`.

use crate::look::{ACCENT, CODE_FACE, FACE, Look, RULE};
use crate::xml::Xml;

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// The styles of a document in that language.
pub(super) fn styles(lang: &str) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open("w:styles", &[("xmlns:w", W)]);
    xml.open("w:docDefaults", &[]);
    xml.open("w:rPrDefault", &[]);
    xml.open("w:rPr", &[]);
    faces(&mut xml, FACE);
    xml.empty("w:sz", &[("w:val", "20")]);
    xml.empty("w:szCs", &[("w:val", "20")]);
    xml.empty("w:lang", &[("w:val", &regional(lang)), ("w:eastAsia", "x-none"), ("w:bidi", "x-none")]);
    (0..3).for_each(|_| xml.close());

    xml.open("w:style", &[("w:type", "paragraph"), ("w:default", "1"), ("w:styleId", "Normal")]);
    xml.empty("w:name", &[("w:val", "Normal")]);
    xml.empty("w:qFormat", &[]);
    xml.close();
    xml.open("w:style", &[("w:type", "table"), ("w:default", "1"), ("w:styleId", "TableNormal")]);
    xml.empty("w:name", &[("w:val", "Normal Table")]);
    xml.close();
    Look::ALL.into_iter().for_each(|look| paragraph(&mut xml, look));
    character(&mut xml, "Strong", "Strong", |xml| {
        xml.empty("w:b", &[]);
        xml.empty("w:bCs", &[]);
    });
    character(&mut xml, "Code", "Code", |xml| {
        faces(xml, CODE_FACE);
        // Observables and identifiers are of no language: nothing to correct or to read out as words.
        xml.empty("w:noProof", &[]);
    });
    character(&mut xml, "Hyperlink", "Hyperlink", |xml| {
        xml.empty("w:color", &[("w:val", ACCENT)]);
        xml.empty("w:u", &[("w:val", "single")]);
    });
    table(&mut xml);
    xml.finish()
}

fn faces(xml: &mut Xml, face: &str) {
    xml.empty("w:rFonts", &[("w:ascii", face), ("w:hAnsi", face), ("w:eastAsia", face), ("w:cs", face)]);
}

fn paragraph(xml: &mut Xml, look: Look) {
    let style = look.style();
    let (id, name) = style.docx;
    xml.open("w:style", &[("w:type", "paragraph"), ("w:styleId", id)]);
    xml.empty("w:name", &[("w:val", name)]);
    xml.empty("w:basedOn", &[("w:val", "Normal")]);
    if let Look::Heading(_) = look {
        xml.empty("w:next", &[("w:val", Look::Body.style().docx.0)]);
    }
    xml.empty("w:qFormat", &[]);
    xml.open("w:pPr", &[]);
    if style.keeps_next {
        xml.empty("w:keepNext", &[]);
    }
    let twentieths = |points: f64| format!("{:.0}", points * 20.0);
    xml.empty("w:spacing", &[("w:before", &twentieths(style.before)), ("w:after", &twentieths(style.after))]);
    if let Look::Contents(2) = look {
        xml.empty("w:ind", &[("w:left", "284")]);
    }
    if let Look::Heading(level) = look {
        xml.empty("w:outlineLvl", &[("w:val", &level.saturating_sub(1).to_string())]);
    }
    xml.close();
    xml.open("w:rPr", &[]);
    if style.is_bold {
        xml.empty("w:b", &[]);
        xml.empty("w:bCs", &[]);
    }
    xml.empty("w:color", &[("w:val", style.colour)]);
    let halves = format!("{:.0}", style.size * 2.0);
    xml.empty("w:sz", &[("w:val", &halves)]);
    xml.empty("w:szCs", &[("w:val", &halves)]);
    xml.close();
    xml.close();
}

fn character(xml: &mut Xml, id: &str, name: &str, inside: impl FnOnce(&mut Xml)) {
    xml.open("w:style", &[("w:type", "character"), ("w:styleId", id)]);
    xml.empty("w:name", &[("w:val", name)]);
    xml.empty("w:qFormat", &[]);
    xml.open("w:rPr", &[]);
    inside(xml);
    xml.close();
    xml.close();
}

/// Tables: lines between rows, a stronger one under the header.
fn table(xml: &mut Xml) {
    let rule = |xml: &mut Xml, side: &'static str, size: &str, colour: &str| {
        xml.empty(side, &[("w:val", "single"), ("w:sz", size), ("w:space", "0"), ("w:color", colour)]);
    };
    xml.open("w:style", &[("w:type", "table"), ("w:styleId", "Figures")]);
    xml.empty("w:name", &[("w:val", "Figures")]);
    xml.empty("w:basedOn", &[("w:val", "TableNormal")]);
    xml.open("w:tblPr", &[]);
    xml.open("w:tblBorders", &[]);
    rule(xml, "w:bottom", "6", RULE);
    rule(xml, "w:insideH", "4", RULE);
    xml.close();
    xml.open("w:tblCellMar", &[]);
    for (side, width) in [("w:top", "40"), ("w:left", "60"), ("w:bottom", "40"), ("w:right", "60")] {
        xml.empty(side, &[("w:w", width), ("w:type", "dxa")]);
    }
    xml.close();
    xml.close();
    xml.open("w:tblStylePr", &[("w:type", "firstRow")]);
    xml.open("w:tcPr", &[]);
    xml.open("w:tcBorders", &[]);
    rule(xml, "w:bottom", "12", ACCENT);
    (0..4).for_each(|_| xml.close());
}

/// The language with its region, which programs choose their dictionaries by; a tag that has one keeps it, and what is no
/// tag is of no language.
pub(crate) fn regional(lang: &str) -> String {
    let is_tag = !lang.is_empty() && lang.len() <= 16 && lang.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    match lang {
        "fr" => "fr-FR".to_owned(),
        "en" => "en-GB".to_owned(),
        tag if is_tag => tag.to_owned(),
        _ => "und".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_its_region_or_is_none() {
        assert_eq!(regional("fr"), "fr-FR");
        assert_eq!(regional("en-US"), "en-US");
        assert_eq!(regional("\"><x"), "und");
        assert_eq!(regional(""), "und");
    }
}
