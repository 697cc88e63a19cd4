//! The parts, what they say, and what a screen reader needs of them.

use crate::made::{Named, attributes, bytes, count, of, parts, text, without_pictures};
use crate::sample::{French, report};
use beffroi_document::{Block, Document};
use beffroi_office::Form;
use std::collections::BTreeSet;

const DOCX: [&str; 11] = [
    "[Content_Types].xml",
    "_rels/.rels",
    "docProps/core.xml",
    "docProps/app.xml",
    "word/_rels/document.xml.rels",
    "word/document.xml",
    "word/styles.xml",
    "word/numbering.xml",
    "word/settings.xml",
    "word/header1.xml",
    "word/footer1.xml",
];

fn body(form: Form) -> &'static str {
    match form {
        Form::Docx => "word/document.xml",
        Form::Odt => "content.xml",
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    for form in Form::ALL {
        assert_eq!(bytes(form, &report(French(true))), bytes(form, &report(French(true))));
        assert_ne!(bytes(form, &report(French(true))), bytes(form, &report(French(false))));
        assert_eq!(Form::of_ending(form.ending()), Some(form));
    }
    assert_eq!(Form::of_ending("doc"), None);
}

#[test]
fn every_part_is_there_and_well_formed() {
    let docx = parts(&bytes(Form::Docx, &report(French(true))));
    for part in DOCX {
        assert!(docx.contains_key(part), "{part}");
    }
    let odt = parts(&bytes(Form::Odt, &report(French(true))));
    for part in ["mimetype", "META-INF/manifest.xml", "meta.xml", "styles.xml", "content.xml"] {
        assert!(odt.contains_key(part), "{part}");
    }
    for (name, bytes) in docx.iter().chain(&odt).filter(|(name, _)| name.ends_with("xml") || name.ends_with("rels")) {
        let part = std::str::from_utf8(bytes).unwrap();
        assert!(roxmltree::Document::parse(part).is_ok(), "{name}");
    }
}

#[test]
fn the_kind_of_an_odt_can_be_read_at_its_head() {
    let file = bytes(Form::Odt, &report(French(true)));
    assert_eq!(file.get(..4), Some(&b"PK\x03\x04"[..]));
    assert_eq!(file.get(8..10), Some(&[0, 0][..]), "stored");
    assert_eq!(file.get(28..30), Some(&[0, 0][..]), "no extra field");
    let kind = Form::Odt.media_type().as_bytes();
    assert_eq!(file.get(30..38 + kind.len()), Some(&[b"mimetype", kind].concat()[..]));
}

#[test]
fn what_a_part_names_is_there_and_inside_the_file() {
    let docx = parts(&bytes(Form::Docx, &report(French(true))));
    let relations = text(&docx, "word/_rels/document.xml.rels");
    assert!(attributes(relations, "TargetMode").is_empty(), "nothing is external");
    for target in attributes(relations, "Target") {
        assert!(docx.contains_key(&format!("word/{target}")), "{target}");
    }
    let known: BTreeSet<String> = attributes(relations, "Id").into_iter().collect();
    let main = text(&docx, "word/document.xml");
    let used: Vec<String> =
        [("blip", "embed"), ("svgBlip", "embed"), ("headerReference", "id"), ("footerReference", "id")]
            .into_iter()
            .flat_map(|(element, attribute)| of(main, element, attribute))
            .collect();
    assert!(used.len() == 4 && used.iter().all(|id| known.contains(id)), "{used:?} of {known:?}");
    let typed: BTreeSet<String> = attributes(text(&docx, "[Content_Types].xml"), "PartName").into_iter().collect();
    for part in docx.keys().filter(|name| name.ends_with(".xml") && !name.starts_with('[')) {
        assert!(typed.contains(&format!("/{part}")), "{part}");
    }
    let styles: BTreeSet<String> = attributes(text(&docx, "word/styles.xml"), "styleId").into_iter().collect();
    for (element, attribute) in [("pStyle", "val"), ("rStyle", "val"), ("tblStyle", "val")] {
        for style in of(main, element, attribute) {
            assert!(styles.contains(&style), "{style}");
        }
    }

    let odt = parts(&bytes(Form::Odt, &report(French(true))));
    let listed: BTreeSet<String> = attributes(text(&odt, "META-INF/manifest.xml"), "full-path").into_iter().collect();
    for part in odt.keys().filter(|name| !["mimetype", "META-INF/manifest.xml"].contains(&name.as_str())) {
        assert!(listed.contains(part), "{part}");
    }
    let content = text(&odt, "content.xml");
    let own = [attributes(content, "name"), attributes(text(&odt, "styles.xml"), "name")].concat();
    let own: BTreeSet<String> = own.into_iter().collect();
    for style in attributes(content, "style-name").into_iter().chain(attributes(content, "parent-style-name")) {
        assert!(own.contains(&style), "{style}");
    }
    for target in attributes(content, "href") {
        assert!(target.starts_with('#') || odt.contains_key(&target), "{target} leads out of the file");
    }
}

#[test]
fn references_lead_to_a_place_or_are_plain_text() {
    let docx = parts(&bytes(Form::Docx, &report(French(true))));
    let main = text(&docx, "word/document.xml");
    let places = of(main, "bookmarkStart", "name");
    let unique: BTreeSet<&String> = places.iter().collect();
    assert_eq!(unique.len(), places.len());
    let links = of(main, "hyperlink", "anchor");
    // Five headings of level 1 and 2 in the contents, and the one reference that leads somewhere.
    assert_eq!(links.len(), 5 + 1, "{links:?}");
    assert!(links.iter().all(|link| places.contains(link)), "{links:?} of {places:?}");
    assert!(main.contains("une annexe absente"));

    let odt = parts(&bytes(Form::Odt, &report(French(true))));
    let content = text(&odt, "content.xml");
    let places = of(content, "bookmark", "name");
    let links: Vec<String> = of(content, "a", "href");
    assert_eq!(links.len(), 6);
    assert!(links.iter().all(|link| places.contains(&link.replace('#', ""))), "{links:?} of {places:?}");
}

#[test]
fn headings_go_down_without_a_step_left_out() {
    let leap = |blocks: Vec<(u8, &str)>| Document {
        blocks: blocks
            .into_iter()
            .map(|(level, text)| Block::Heading { level, text: text.to_owned(), id: String::new() })
            .collect(),
        cover: None,
        ..report(French(true))
    };
    let document = leap(vec![(3, "a"), (3, "b"), (3, "c"), (1, "d"), (2, "e"), (9, "f"), (0, "g"), (2, " ")]);
    let odt = parts(&bytes(Form::Odt, &document));
    assert_eq!(of(text(&odt, "content.xml"), "h", "outline-level"), ["1", "2", "3", "1", "2", "3", "1"]);
    let docx = parts(&bytes(Form::Docx, &document));
    let styles = of(text(&docx, "word/document.xml"), "pStyle", "val");
    let headings: Vec<&String> = styles.iter().filter(|style| style.starts_with("Heading")).collect();
    assert_eq!(headings, ["Heading1", "Heading2", "Heading3", "Heading1", "Heading2", "Heading3", "Heading1"]);
    let levels = of(text(&docx, "word/styles.xml"), "outlineLvl", "val");
    assert_eq!(levels, ["0", "1", "2"]);
}

#[test]
fn the_language_the_title_the_marking_and_the_banner_are_told() {
    for (french, tag) in [(French(true), ("fr", "FR")), (French(false), ("en", "GB"))] {
        let document = report(french);
        let docx = parts(&bytes(Form::Docx, &document));
        assert_eq!(of(text(&docx, "word/styles.xml"), "lang", "val"), [format!("{}-{}", tag.0, tag.1)]);
        let odt = parts(&bytes(Form::Odt, &document));
        assert!(attributes(text(&odt, "styles.xml"), "language").contains(&tag.0.to_owned()));
        assert!(attributes(text(&odt, "styles.xml"), "country").contains(&tag.1.to_owned()));
        for head in [text(&docx, "word/header1.xml"), text(&odt, "styles.xml")] {
            let banner = document.banner.as_deref().unwrap();
            assert!(head.contains("[document-marking] TLP:GREEN · PAP:GREEN") && head.contains(banner), "{head}");
        }
        for properties in [text(&docx, "docProps/core.xml"), text(&odt, "meta.xml")] {
            assert!(properties.contains(&document.title) && properties.contains("TLP:GREEN"), "{properties}");
            assert!(properties.contains("2025-01-14T08:00:00Z"), "to the second: {properties}");
        }
    }
}

#[test]
fn tables_have_headers_and_as_many_cells_as_columns() {
    let docx = parts(&bytes(Form::Docx, &report(French(true))));
    let main = text(&docx, "word/document.xml");
    assert_eq!((count(main, "tbl"), count(main, "tblHeader"), count(main, "tblCaption")), (2, 2, 2));
    let odt = parts(&bytes(Form::Odt, &report(French(true))));
    let content = text(&odt, "content.xml");
    assert_eq!((count(content, "table-header-rows"), count(content, "table-header-columns")), (2, 2));
    for (part, table, row, cell) in [(main, "tbl", "tr", "tc"), (content, "table", "table-row", "table-cell")] {
        let parsed = roxmltree::Document::parse(part).unwrap();
        for table in parsed.descendants().filter(|node| node.has_tag_name_any(table)) {
            let of_row = |row: roxmltree::Node<'_, '_>| row.children().filter(|n| n.has_tag_name_any(cell)).count();
            let counts: BTreeSet<usize> =
                table.descendants().filter(|node| node.has_tag_name_any(row)).map(of_row).collect();
            assert_eq!(counts.len(), 1, "{counts:?}");
        }
    }
}

#[test]
fn a_drawing_has_its_picture_its_title_and_what_it_says() {
    let document = report(French(true));
    let docx = parts(&bytes(Form::Docx, &document));
    let main = text(&docx, "word/document.xml");
    let alt = "Courbe : de 6 200 signalements";
    let (title, told) = (of(main, "docPr", "title"), of(main, "docPr", "descr"));
    assert!(title == ["Signalements reçus chaque mois en 2024"] && told.len() == 1 && told[0].starts_with(alt));
    assert!(docx.contains_key("word/media/figure-1.png") && docx.contains_key("word/media/figure-1.svg"));
    let odt = parts(&bytes(Form::Odt, &document));
    let content = text(&odt, "content.xml");
    assert!(count(content, "frame") == 1 && count(content, "image") == 2 && content.contains(alt));

    // Without a picture the text stands, and the table of the values with it.
    for form in Form::ALL {
        let bare = without_pictures(form, &document);
        let main = text(&bare, body(form));
        assert!(bare.keys().all(|name| !name.contains("figure-")), "{:?}", bare.keys());
        assert!(main.contains(alt) && main.contains("7 500"), "{main}");
        assert_eq!(count(main, "drawing") + count(main, "frame"), 0);
    }
}

#[test]
fn each_ordered_list_counts_from_one() {
    let list = || Block::List { ordered: true, items: vec![vec![crate::sample::text("a")], vec![]] };
    let document = Document { blocks: vec![list(), list()], ..report(French(true)) };
    let docx = parts(&bytes(Form::Docx, &document));
    assert_eq!(of(text(&docx, "word/document.xml"), "numId", "val"), ["2", "2", "3", "3"]);
    assert_eq!(of(text(&docx, "word/numbering.xml"), "num", "numId"), ["1", "2", "3"]);
    let odt = parts(&bytes(Form::Odt, &document));
    assert_eq!(count(text(&odt, "content.xml"), "list"), 2);
}

#[test]
fn a_short_document_has_neither_cover_nor_contents() {
    let document = Document { cover: None, banner: None, ..report(French(true)) };
    for form in Form::ALL {
        let parts = parts(&bytes(form, &document));
        let main = text(&parts, body(form));
        assert!(!main.contains("[document-contents]") && main.contains("L’état de la menace en 2024"));
        let with = crate::made::parts(&bytes(form, &report(French(true))));
        assert!(text(&with, body(form)).contains("[document-contents]"));
    }
}
