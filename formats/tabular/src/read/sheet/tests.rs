//! Sheets as office programs write them.

use super::*;
use beffroi_testkit::workbook::{Book, relations, row_of, sheet as sheet_of, workbook as workbook_of};
use std::ops::ControlFlow;

fn shape(more: &str) -> FileShape {
    toml::from_str(&format!("format = \"xlsx\"\n{more}")).unwrap()
}

/// Rows as `line: a|b`, findings as `line: rule`.
fn rows(shape: &FileShape, columns: &[&str], bytes: &[u8]) -> Result<Vec<String>, FileError> {
    let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
    let mut seen = Vec::new();
    super::super::read_rows(shape, &columns, bytes, &mut |step| {
        seen.push(match step {
            Ok(row) => {
                let cells: Vec<&str> = (0..columns.len()).map(|column| row.single(column).unwrap()).collect();
                format!("{}: {}", row.line(), cells.join("|"))
            }
            Err(finding) => format!("{}: {}", finding.line, finding.rule.code()),
        });
        ControlFlow::Continue(())
    })?;
    Ok(seen)
}

#[test]
fn rows_of_a_sheet() {
    let book = Book::of_rows(&[&["b", "a", " c "], &["1", "deux é & <", "3"], &[""], &["4"]]).bytes();
    assert_eq!(rows(&shape(""), &["a", "b"], &book).unwrap(), ["2: deux é & <|1", "4: |4"]);
}

#[test]
fn every_kind_of_cell() {
    let strings = "<sst count=\"1\" uniqueCount=\"2\"><si><t>partagé</t></si><si><r><t xml:space=\"preserve\">en </t></r><r><t>deux</t></r></si></sst>";
    let cells = "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" t=\"s\"><v>1</v></c><c r=\"C2\"><v>12.5</v></c>\
                 <c r=\"D2\" s=\"1\"><v>45943</v></c><c r=\"E2\" t=\"b\"><v>1</v></c><c r=\"F2\" t=\"e\"><v>#N/A</v></c>\
                 <c r=\"G2\"><f>A1+1</f><v>7</v></c></row>";
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let sheet = sheet_of(&(row_of(1, &names) + cells));
    let book = Book::of_sheet(&sheet).with("xl/sharedStrings.xml", strings.as_bytes()).bytes();
    assert_eq!(
        rows(&shape("decimal = \",\""), &names, &book).unwrap(),
        ["2: partagé|en deux|12,5|2025-10-13|true|#N/A|7"]
    );
}

#[test]
fn the_declared_sheet_and_header_row() {
    let second = sheet_of(&(row_of(1, &["Un titre"]) + &row_of(3, &["a"]) + &row_of(5, &["5"])));
    let to = relations(&[("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml")]);
    let book = Book::of_rows(&[&["a"], &["1"]])
        .with("xl/worksheets/sheet2.xml", second.as_bytes())
        .with("xl/_rels/workbook.xml.rels", to.as_bytes())
        .with(
            "xl/workbook.xml",
            workbook_of(&["Un", "Deux"])
                .replacen("sheetId=\"2\" r:id=\"rId1\"", "sheetId=\"2\" r:id=\"rId2\"", 1)
                .as_bytes(),
        )
        .bytes();
    assert_eq!(rows(&shape(""), &["a"], &book).unwrap(), ["2: 1"]);
    assert_eq!(rows(&shape("sheet = 2\nheader_row = 3"), &["a"], &book).unwrap(), ["5: 5"]);
    assert_eq!(rows(&shape("sheet = \"Deux\"\nheader_row = 3"), &["a"], &book).unwrap(), ["5: 5"]);
    assert_eq!(
        rows(&shape("sheet = \"Trois\""), &["a"], &book).unwrap_err().to_string(),
        "the workbook has no sheet `Trois`; it has `Un`, `Deux`"
    );
    assert!(rows(&shape("sheet = 3"), &["a"], &book).unwrap_err().to_string().contains("no sheet 3"));
    assert!(
        rows(&shape("sheet = 2\nheader_row = 2"), &["a"], &book)
            .unwrap_err()
            .to_string()
            .starts_with("line 2: no column `a`")
    );
}

#[test]
fn a_bad_row_costs_itself_only() {
    let more = row_of(2, &["1", "2"])
        + &row_of(3, &["1", "2", "3"])
        + &row_of(4, &["longer than ten", "2"])
        + &row_of(5, &["1", ""]);
    let book = Book::of_sheet(&sheet_of(&(row_of(1, &["a", "b"]) + &more))).bytes();
    assert_eq!(
        rows(&shape("max_field_bytes = 10"), &["a", "b"], &book).unwrap(),
        ["2: 1|2", "3: field-count", "4: field-too-long", "5: 1|"]
    );
}

#[test]
fn the_text_of_a_sheet_is_bounded() {
    let more: String = (2..200).map(|n| row_of(n, &["0123456789"])).collect();
    let book = Book::of_sheet(&sheet_of(&(row_of(1, &["a"]) + &more))).bytes();
    assert_eq!(rows(&shape(""), &["a"], &book).unwrap().len(), 198);
    let error = rows(&shape("max_unpacked_bytes = 1000"), &["a"], &book).unwrap_err();
    assert!(error.to_string().contains("1000 bytes"), "{error}");
}

#[test]
fn a_listener_that_has_enough_ends_the_reading() {
    let book = Book::of_rows(&[&["a"], &["1"], &["2"]]).bytes();
    let mut seen = 0;
    super::super::read_rows(&shape(""), &["a".to_owned()], book.as_slice(), &mut |_| {
        seen += 1;
        ControlFlow::Break(())
    })
    .unwrap();
    assert_eq!(seen, 1);
}
