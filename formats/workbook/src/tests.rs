//! What is written is read back by the library that reads workbooks.

use super::*;
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use jiff::civil::{date, datetime};
use std::io::Cursor;

fn book(rows: Vec<Vec<Cell>>) -> Book {
    let column =
        |label: &str, name: &str| Column { label: label.to_owned(), name: name.to_owned(), ..Column::default() };
    let mut chosen = column("Nature", "kind");
    chosen.choices = Some(Choices { sheet: "L’aide".to_owned(), column: 0, rows: (2, 3) });
    let sheet = Sheet {
        name: "Besoins".to_owned(),
        notice: vec!["TLP:AMBER – données fictives".to_owned()],
        columns: vec![column("Intitulé", "title"), chosen],
        rows,
    };
    let codes = ["Logiciel", "Matériel"].map(|code| vec![Cell::Text(code.to_owned())]);
    let help = Sheet {
        name: "L’aide".to_owned(),
        columns: vec![column("Code", "")],
        rows: codes.to_vec(),
        ..Sheet::default()
    };
    Book {
        title: "Besoins".to_owned(),
        about: "TLP:AMBER".to_owned(),
        made: "2026-01-14T09:30:00Z".parse().unwrap(),
        sheets: vec![sheet, help],
    }
}

fn cells(bytes: Vec<u8>) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    assert!(book.worksheet_formula("Besoins").unwrap().is_empty(), "no formula is written");
    book.worksheet_range("Besoins").unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn moment(cell: &Data) -> (u16, u8, u8, u8, u8, u8, u16) {
    match cell {
        Data::DateTime(at) => at.to_ymd_hms_milli(),
        other => panic!("{other:?}"),
    }
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip_of(bytes);
    archive.remove(name).unwrap_or_default()
}

/// The parts of a workbook that are texts: the library reads any of them by its path.
fn zip_of(bytes: &[u8]) -> std::collections::BTreeMap<String, String> {
    use std::io::Read;
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .filter_map(|place| {
            let mut part = archive.by_index(place).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).ok()?;
            Some((part.name().unwrap().into_owned(), text))
        })
        .collect()
}

#[test]
fn cells_keep_their_kind_and_texts_run_nothing() {
    let texts = ["=1+1", "+33 1", "@x", "-2", "_x0041_", "a\nb", " «\u{a0}é\u{a0}» ", "\u{1}\u{fffe}", "01", "'"];
    let mut rows: Vec<Vec<Cell>> = texts.iter().map(|text| vec![Cell::Text((*text).to_owned())]).collect();
    rows.push(vec![Cell::Number(1234.5, Some(2)), Cell::Empty]);
    rows.push(vec![Cell::Day(date(2026, 1, 14)), Cell::Moment(datetime(2026, 3, 29, 2, 30, 59, 0))]);
    let read = cells(write(&book(rows)).unwrap());
    assert_eq!(read[0][0], Data::String("TLP:AMBER – données fictives".to_owned()));
    assert_eq!(read[1][1], Data::String("Nature".to_owned()));
    assert_eq!(read[2][0], Data::String("title".to_owned()));
    let back: Vec<String> = read[3..].iter().take(texts.len()).map(|row| row[0].to_string()).collect();
    assert_eq!(back, texts);
    assert_eq!(read[13][0], Data::Float(1234.5));
    assert_eq!(moment(&read[14][0]), (2026, 1, 14, 0, 0, 0, 0));
    assert_eq!(moment(&read[14][1]), (2026, 3, 29, 2, 30, 59, 0));
}

#[test]
fn the_same_book_gives_the_same_bytes_and_names_nobody() {
    let made = || write(&book(vec![vec![Cell::Text("un".to_owned())]])).unwrap();
    let bytes = made();
    assert_eq!(bytes, made());
    // No part bears the instant at which it was written.
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let days: Vec<_> = (0..archive.len()).map(|at| archive.by_index(at).unwrap().last_modified()).collect();
    assert!(days.iter().all(|day| day.is_none_or(|day| day.year() == 1980)), "{days:?}");
    let core = part(&bytes, "docProps/core.xml");
    assert!(core.contains("2026-01-14T09:30:00Z") && core.contains("TLP:AMBER"), "{core}");
    assert!(core.contains("<dc:creator></dc:creator>") || core.contains("<dc:creator/>"), "{core}");
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    for expected in ["state=\"frozen\"", "ySplit=\"3\"", "'L’aide'!$A$2:$A$3", "type=\"list\"", "&amp;P / &amp;N"] {
        assert!(sheet.contains(expected), "{expected}: {sheet}");
    }
}

#[test]
fn what_no_cell_takes_is_refused_with_its_place() {
    let long = vec![vec![Cell::Text("a".to_owned())], vec![Cell::Empty, Cell::Text("x".repeat(32_768))]];
    assert!(!Cell::takes(&"x".repeat(32_768)) && Cell::takes(&"é".repeat(32_767)) && !Cell::takes(&"𝄞".repeat(16_384)));
    let place = BookError::Text { sheet: "Besoins".to_owned(), row: 5, column: 2 };
    assert_eq!(write(&book(long)), Err(place));
    assert!(write(&book(vec![vec![Cell::Text("x".repeat(32_767))]])).is_ok());
    for odd in
        [Cell::Number(f64::NAN, None), Cell::Day(date(1899, 12, 31)), Cell::Moment(datetime(10, 1, 1, 0, 0, 0, 0))]
    {
        assert!(matches!(write(&book(vec![vec![odd]])), Err(BookError::Value { row: 4, column: 1, .. })));
    }
    let mut wide = book(Vec::new());
    wide.sheets[0].columns = vec![Column::default(); 1025];
    assert!(matches!(write(&wide), Err(BookError::Large { .. })));
}

#[test]
fn names_of_sheets_are_those_that_programs_take() {
    for (text, name) in [("Besoins", "Besoins"), ("a/b:c", "a-b-c"), ("", "1"), ("'''", "1"), ("  x  ", "x")] {
        assert_eq!(sheet_name(text), name);
    }
    assert_eq!(sheet_name(&"é".repeat(40)).chars().count(), 31);
    assert_eq!(sheet_name(&"𝄞".repeat(40)).chars().count(), 15);
}
