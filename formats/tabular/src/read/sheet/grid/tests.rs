//! A workbook of a person's, whole; and those made to harm.

use super::*;
use beffroi_testkit::hostile::{Form, files};
use beffroi_testkit::workbook::{Book, relations, row_of, sheet, workbook as workbook_of};

fn met(bytes: &[u8]) -> Result<Vec<Met>, FileError> {
    let mut all = Vec::new();
    read(bytes, &mut |one| {
        all.push(one);
        true
    })?;
    Ok(all)
}

fn text(text: &str) -> GridCell {
    GridCell::Text(text.to_owned())
}

#[test]
fn every_sheet_is_told_with_its_cells_and_what_is_merged() {
    let cells = "<row r=\"2\"><c r=\"A2\"><v>12.50</v></c><c r=\"B2\" s=\"1\"><v>45943</v></c><c r=\"C2\" t=\"b\"><v>1</v></c>\
                 <c r=\"D2\" t=\"e\"><v>#N/A</v></c><c r=\"E2\"><f>A2*2</f><v>25</v></c><c r=\"F2\"><f>A2*3</f></c></row>\
                 <row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t xml:space=\"preserve\">  </t></is></c></row>";
    let merged = sheet(&format!("{}{cells}", row_of(1, &["a", " b "])))
        .replace("</sheetData>", "</sheetData><mergeCells count=\"1\"><mergeCell ref=\"A5:B6\"/></mergeCells>");
    let parts = [
        ("worksheet", "worksheets/sheet1.xml"),
        ("worksheet", "worksheets/sheet2.xml"),
        ("sharedStrings", "sharedStrings.xml"),
        ("styles", "styles.xml"),
    ];
    let list = workbook_of(&["Une", "Deux"])
        .replace("sheetId=\"2\" r:id=\"rId1\"", "sheetId=\"2\" state=\"hidden\" r:id=\"rId2\"");
    let book = Book::of_sheet(&merged)
        .with("xl/workbook.xml", list.as_bytes())
        .with("xl/_rels/workbook.xml.rels", relations(&parts).as_bytes())
        .with("xl/worksheets/sheet2.xml", sheet(&row_of(4, &["", "x"])).as_bytes())
        .bytes();
    let second = GridRow {
        number: 2,
        cells: vec![
            (0, text("12.5")),
            (1, text("2025-10-13")),
            (2, text("true")),
            (3, GridCell::Error("#N/A".to_owned())),
            (4, text("25")),
            (5, GridCell::Formula),
        ],
    };
    let expected = [
        Met::Sheet("Une".to_owned(), false),
        Met::Row(GridRow { number: 1, cells: vec![(0, text("a")), (1, text("b"))] }),
        Met::Row(second),
        Met::Merged(Merged { rows: (5, 6), columns: (0, 1) }),
        Met::Sheet("Deux".to_owned(), true),
        Met::Row(GridRow { number: 4, cells: vec![(1, text("x"))] }),
    ];
    assert_eq!(met(&book).unwrap(), expected);
}

#[test]
fn what_no_person_keeps_is_one_error() {
    let wide = "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"KN1\"><v>1</v></c></row>";
    let error = met(&Book::of_sheet(&sheet(wide)).bytes()).unwrap_err().to_string();
    assert!(error.contains("line 1") && error.contains("256 columns"), "{error}");
    let rows: String =
        (1..=ROWS as u32 + 1).map(|n| format!("<row r=\"{n}\"><c r=\"A{n}\"><v>1</v></c></row>")).collect();
    let error = met(&Book::of_sheet(&sheet(&rows)).bytes()).unwrap_err().to_string();
    assert!(error.contains("12000 rows"), "{error}");
    let last = rows.rfind("<row").unwrap();
    assert_eq!(met(&Book::of_sheet(&sheet(&rows[..last])).bytes()).unwrap().len(), ROWS + 1, "the twin: one row fewer");
    for (bytes, told) in [
        (&b""[..], "empty"),
        (b"PK\x03\x04 cut", "cut short"),
        (b"a;b\n1;2\n", "no .xlsx"),
        (b"\xd0\xcf\x11\xe0 old", "old or an encrypted"),
    ] {
        let error = met(bytes).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn no_hostile_workbook_is_more_than_one_error() {
    let mut n = 0;
    for file in files().into_iter().filter(|file| file.form == Form::Xlsx) {
        n += 1;
        // Refused for its container, or read in full: never a panic, never more than the bounds.
        if let Ok(all) = met(&file.bytes) {
            assert!(all.len() <= ROWS + SHEETS * (1 + MERGED), "{}", file.name);
        }
    }
    assert!(n >= 60, "{n}");
}
