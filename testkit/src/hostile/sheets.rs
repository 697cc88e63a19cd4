//! Sheets that make a reader ask for more than there is, or read what is not there.

use super::Fate::{Findings, Refused};
use super::{Fate, Form, HEADER, Hostile};
use crate::workbook::{Book, relations, row_of, sheet, workbook};
use std::fmt::Write as _;

const GOOD: [&str; 4] = ["1", "2025-01-05", "x", "1"];

fn book(name: &'static str, fate: Fate, book: &Book) -> Hostile {
    super::file(Form::Xlsx, name, fate, book.bytes())
}

/// The header, and then those rows.
fn rows(name: &'static str, fate: Fate, more: &str) -> Hostile {
    book(name, fate, &Book::of_sheet(&sheet(&(row_of(1, &HEADER) + more))))
}

fn strings(name: &'static str, fate: Fate, strings: &str) -> Hostile {
    let two = row_of(1, &HEADER) + &row_of(2, &GOOD);
    book(name, fate, &Book::of_sheet(&sheet(&two)).with("xl/sharedStrings.xml", strings.as_bytes()))
}

/// A second row of texts but for the cell of that column, which is `cell`.
fn one(column: char, cell: &str) -> String {
    let texts: String = ('A'..='D')
        .zip(GOOD)
        .map(|(place, text)| match place == column {
            true => cell.to_owned(),
            false => format!("<c r=\"{place}2\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
        })
        .collect();
    format!("<row r=\"2\">{texts}</row>")
}

pub(super) fn files() -> Vec<Hostile> {
    let dimension = |of: &str| {
        let sheet = sheet(&(row_of(1, &HEADER) + &row_of(2, &GOOD)));
        Book::of_sheet(&sheet.replace("<sheetData>", &format!("<dimension ref=\"{of}\"/><sheetData>")))
    };
    let long = {
        let mut data = row_of(1, &HEADER);
        for n in 2..3000 {
            let _ = write!(data, "<row r=\"{n}\"><c r=\"A{n}\"><v>{n}</v></c><c r=\"C{n}\" t=\"s\"><v>0</v></c></row>");
        }
        let text = format!("<sst count=\"3000\" uniqueCount=\"1\"><si><t>{}</t></si></sst>", "y".repeat(60_000));
        Book::of_sheet(&sheet(&data)).with("xl/sharedStrings.xml", text.as_bytes())
    };
    let sheets: Vec<String> = (0..300).map(|n| format!("s{n}")).collect();
    let names: Vec<&str> = sheets.iter().map(String::as_str).collect();
    let wide: String = (0..2000)
        .map(|n| {
            let (mut place, mut rest) = (String::new(), n + 1);
            while rest > 0 {
                place.insert(0, char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or_default()));
                rest = (rest - 1) / 26;
            }
            format!("<c r=\"{place}1\" t=\"str\"><v>h{n}</v></c>")
        })
        .collect();
    let lead = |kind: &str, target: &str| {
        let to = relations(&[(kind, target)]);
        Book::of_rows(&[&HEADER, &GOOD]).with("xl/_rels/workbook.xml.rels", to.as_bytes())
    };
    let plain = Book::of_rows(&[&HEADER, &GOOD]);
    vec![
        rows(
            "two cells far apart",
            Findings("field-count"),
            "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>",
        ),
        book("a range of sixteen thousand million cells", Findings("missing-value"), &{
            let sheet = sheet(&(row_of(1, &HEADER) + &row_of(2, &["1", "2025-01-05", "", "1"])));
            Book::of_sheet(&sheet.replace("<sheetData>", "<dimension ref=\"A1:XFD1048576\"/><sheetData>"))
        }),
        book("a range outside any sheet", Refused("no sheet has"), &dimension("A1:ZZZZ99999999")),
        book("a range back to front", Refused("no sheet has"), &dimension("D9:A1")),
        rows("a row beyond the last", Refused("no sheet has"), "<row r=\"4294967295\"><c><v>1</v></c></row>"),
        rows("a row before the first", Refused("no sheet has"), "<row r=\"0\"><c><v>1</v></c></row>"),
        rows(
            "a column of ten letters",
            Refused("no sheet has"),
            "<row r=\"2\"><c r=\"AAAAAAAAAA2\"><v>1</v></c></row>",
        ),
        rows("a cell without its row", Refused("no sheet has"), "<row r=\"2\"><c r=\"A\"><v>1</v></c></row>"),
        strings("texts without number", Refused("no sheet has"), "<sst uniqueCount=\"18446744073709551615\"/>"),
        strings("forty million texts announced", Refused("no sheet has"), "<sst uniqueCount=\"40000000\"><si/></sst>"),
        strings(
            "more texts than a workbook has",
            Refused("than a table has"),
            &format!("<sst>{}</sst>", "<si/>".repeat(1_100_000)),
        ),
        book("one long text three thousand times", Findings("text-too-long"), &long),
        book(
            "three hundred sheets",
            Refused("than a table has"),
            &plain.clone().with("xl/workbook.xml", workbook(&names).as_bytes()),
        ),
        book("no sheet", Refused("no sheet 1"), &plain.clone().with("xl/workbook.xml", workbook(&[]).as_bytes())),
        book("a sheet on another machine", Refused("not there"), &lead("worksheet", "http://192.0.2.1/sheet.xml")),
        book("a sheet above the folder", Refused("not there"), &lead("worksheet", "../../../etc/passwd.xml")),
        book(
            "a sheet that is a picture",
            Refused("no .xml part"),
            &lead("worksheet", "media/a.png").with("xl/media/a.png", b"<a/>"),
        ),
        book("a relation to another workbook", Refused("leads to"), &lead("externalLinkPath", "file:///etc/passwd")),
        rows(
            "a formula without its value",
            Findings("missing-value"),
            &one('C', "<c r=\"C2\"><f>WEBSERVICE(\"http://192.0.2.1/\")</f></c>"),
        ),
        rows(
            "a text that a spreadsheet would run",
            Findings("not-a-number"),
            &one('D', "<c r=\"D2\" t=\"str\"><f>1</f><v>=cmd|'/c calc'!A1</v></c>"),
        ),
        rows("an error for a number", Findings("not-a-number"), &one('D', "<c r=\"D2\" t=\"e\"><v>#DIV/0!</v></c>")),
        rows("a number beyond any", Findings("not-a-number"), &one('D', "<c r=\"D2\"><v>1e400</v></c>")),
        rows(
            "a number of forty digits",
            Findings("not-a-number"),
            &one('D', &format!("<c r=\"D2\"><v>{}</v></c>", "9".repeat(40))),
        ),
        rows("a number below nought", Findings("not-a-number"), &one('D', "<c r=\"D2\"><v>-1</v></c>")),
        rows("a day beyond any", Findings("not-a-date"), &one('B', "<c r=\"B2\" s=\"1\"><v>1e300</v></c>")),
        rows(
            "a day in the year 9999",
            Findings("implausible-date"),
            &one('B', "<c r=\"B2\" s=\"1\"><v>2958465</v></c>"),
        ),
        rows(
            "a text that is not in the table of texts",
            Refused("not written"),
            &one('C', "<c r=\"C2\" t=\"s\"><v>7</v></c>"),
        ),
        rows("a cell of no known type", Refused("not written"), &one('C', "<c r=\"C2\" t=\"zz\"><v>7</v></c>")),
        rows("rows out of order", Refused("out of order"), &(row_of(9, &GOOD) + &row_of(3, &GOOD))),
        rows("a cell twice", Findings("not-single"), &one('C', "<c r=\"C2\"><v>1</v></c><c r=\"C2\"><v>2</v></c>")),
        rows(
            "a control character in a name",
            Findings("control-character"),
            &one('C', "<c r=\"C2\" t=\"str\"><v>a&#7;b</v></c>"),
        ),
        book("no header", Refused("no column"), &Book::of_sheet(&sheet(""))),
        book(
            "a header twice",
            Refused("stands twice"),
            &Book::of_rows(&[&["id", "day", "subject", "loss", "id"], &GOOD]),
        ),
        book(
            "a header of two thousand columns",
            Refused("1024"),
            &Book::of_sheet(&sheet(&format!("<row r=\"1\">{wide}</row>"))),
        ),
    ]
}
