//! XML that expands, nests, floods or hides.

use super::Fate::{Findings, Refused};
use super::{Fate, Form, HEADER, Hostile};
use crate::workbook::{Book, row_of, sheet};

const SHEET: &str = "xl/worksheets/sheet1.xml";
const STRINGS: &str = "xl/sharedStrings.xml";
const WORKBOOK: &str = "xl/workbook.xml";

fn xml(name: &'static str, fate: Fate, part: &str, bytes: impl AsRef<[u8]>) -> Hostile {
    let book = Book::of_rows(&[&HEADER, &["1", "2025-01-05", "x", "1"]]);
    super::file(Form::Xlsx, name, fate, book.with(part, bytes.as_ref()).bytes())
}

pub(super) fn files() -> Vec<Hostile> {
    let laughs = {
        let mut text = "<!DOCTYPE worksheet [<!ENTITY a0 \"ha\">".to_owned();
        for n in 1..30 {
            text.push_str(&format!("<!ENTITY a{n} \"&a{};&a{};\">", n - 1, n - 1));
        }
        text + "]><worksheet><sheetData><row><c t=\"inlineStr\"><is><t>&a29;</t></is></c></row></sheetData></worksheet>"
    };
    let attributes: String = (0..80_000).map(|n| format!(" a{n}=\"1\"")).collect();
    let few: String = (0..300).map(|n| format!(" a{n}=\"1\"")).collect();
    let deep = format!("<worksheet>{}{}</worksheet>", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("<?xml version=\"1.0\" encoding=\"UTF-16\"?><!DOCTYPE a><a/>".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let cell = |text: &str| {
        let rows = row_of(1, &HEADER) + &row_of(2, &["1", "2025-01-05", "PUT", "1"]).replace("PUT", text);
        sheet(&rows)
    };
    vec![
        xml("a billion laughs", Refused("document type"), SHEET, laughs),
        xml(
            "an entity that reads a file",
            Refused("document type"),
            STRINGS,
            "<!DOCTYPE sst [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><sst><si><t>&x;</t></si></sst>",
        ),
        xml(
            "an entity that opens a connection",
            Refused("document type"),
            WORKBOOK,
            "<!DOCTYPE a [<!ENTITY % x SYSTEM \"http://192.0.2.1/x.dtd\"> %x;]><workbook/>",
        ),
        xml("a document type in small letters", Refused("document type"), SHEET, "<!doctype a><worksheet/>"),
        xml("a document type after the root", Refused("document type"), SHEET, "<worksheet><!DOCTYPE a></worksheet>"),
        xml("a document type in a part that nobody reads", Refused("document type"), "docProps/core.xml", "<!DOCTYPE a><a/>"),
        xml("eighty thousand attributes", Refused("64 KiB"), SHEET, format!("<worksheet{attributes}/>")),
        xml("three hundred attributes", Refused("256 attributes"), SHEET, format!("<worksheet{few}/>")),
        xml("a hundred thousand levels", Refused("64 deep"), SHEET, deep),
        xml("a name of ten kilobytes", Refused("a name"), SHEET, format!("<{}/>", "a".repeat(10_000))),
        xml("a comment of two megabytes", Refused("64 KiB"), SHEET, format!("<a><!--{}--></a>", "-x".repeat(1 << 20))),
        xml("a text of two megabytes", Refused("1 MiB"), SHEET, cell(&"x".repeat(2 << 20))),
        xml("UTF-16 that hides a document type", Refused("NUL"), SHEET, utf16),
        xml("UTF-7 that hides a document type", Refused("another encoding"), SHEET, "<?xml version=\"1.0\" encoding=\"UTF-7\"?>+ADw-"),
        xml("a NUL in the XML", Refused("NUL"), SHEET, cell("a\0b")),
        xml("bytes that are not UTF-8", Refused("damaged"), SHEET, [b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>\xff\xfe</v></c></row></sheetData></worksheet>".as_slice()].concat()),
        xml("XML cut short", Refused("cut short"), SHEET, "<worksheet><sheetData><row r=\"1\">"),
        xml("end tags that cross", Refused("another element"), SHEET, "<worksheet><sheetData></worksheet></sheetData>"),
        xml("two roots", Refused("second root"), SHEET, format!("{}<b/>", cell("x"))),
        xml("an entity that nobody declared", Refused("damaged"), SHEET, cell("UND").replace("UND", "&undeclared;")),
        xml("a character that XML has not", Refused("damaged"), SHEET, cell("CTL").replace("CTL", "a&#0;b")),
        xml("a lone surrogate", Refused("damaged"), SHEET, cell("SUR").replace("SUR", "&#xD800;")),
        xml("a text longer than a field", Findings("field-too-long"), SHEET, cell(&"x".repeat(100_000))),
    ]
}
