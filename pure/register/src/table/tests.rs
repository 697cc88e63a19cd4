//! Tables that a person made, and values as cells of one.

use super::*;
use crate::{CellValue, Cells, Record, State, Values, canonical};
use beffroi_model::{Marking, Pap, Tlp};
use proptest::prelude::*;

/// A field of every kind.
static ALL: Register = Register {
    name: "all",
    prefix: "ALL",
    desk: "trial",
    basis: "a text",
    fields: &[
        Field::text("title").required(),
        Field::long("description"),
        Field::identifier("number"),
        Field::number("count"),
        Field::decimal("share", 6),
        Field::money("amount"),
        Field::date("due"),
        Field::instant("at"),
        Field::choice("source", &["a", "b"]),
        Field::choice("kinds", &["a", "b", "c"]).many(),
        Field::code("sector", "sectors"),
        Field::flag("urgent"),
        Field::person("pilot"),
        Field::territory("where").many(),
        Field::period("over"),
        Field::text("lines").many(),
        Field::text("outcome").by_move(),
    ],
    states: &[State::open("open")],
    example: &[("title", "A title")],
    ..Register::COORDINATION
};

fn text(text: &str) -> TableCell {
    TableCell::Text(text.to_owned())
}

/// A table of texts; what is empty is not there.
fn table(rows: &[&[&str]]) -> Table {
    let row = |(number, cells): (usize, &&[&str])| TableRow {
        number,
        cells: cells.iter().enumerate().filter(|(_, c)| !c.is_empty()).map(|(at, c)| (at, text(c))).collect(),
    };
    Table { rows: (1..).zip(rows).map(row).filter(|row| !row.cells.is_empty()).collect(), merged: Vec::new() }
}

/// The keys of what is wrong, with their rows and the cells they name.
fn wrong(table: &Table) -> Vec<(usize, String, String)> {
    let read = read_table(&ALL, table);
    let arg = |refusal: &Refusal| {
        let named = refusal.args.iter().find(|(name, _)| matches!(*name, "cell" | "cells" | "name"));
        named.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let told = |one: &crate::RowFinding| (one.row, one.refusal.key.replace("register-fault-", ""), arg(&one.refusal));
    read.findings.iter().map(told).collect()
}

fn one(row: usize, key: &str, named: &str) -> Vec<(usize, String, String)> {
    vec![(row, key.to_owned(), named.to_owned())]
}

#[test]
fn headings_are_names_or_labels_below_whatever_stands_above() {
    let by_name = table(&[&["title", "due"], &["One", "2026-01-14"]]);
    let by_label = table(&[&["Our needs"], &[], &["Intitulé *", "urgent"], &["One", "Oui"]]);
    let both = table(&[&["TLP:GREEN"], &["Anything", "Intitulé"], &["due", "title"], &["14/01/2026", "One"]]);
    for (given, row, second) in
        [(by_name, 2, ("due", "2026-01-14")), (by_label, 4, ("urgent", "yes")), (both, 4, ("due", "2026-01-14"))]
    {
        let read = read_table(&ALL, &given);
        assert_eq!(read.findings, []);
        let expected =
            Values::from([("title".to_owned(), "One".to_owned()), (second.0.to_owned(), second.1.to_owned())]);
        assert_eq!(read.rows, [(row, expected)]);
    }
    assert_eq!(wrong(&table(&[&["x", "y"], &["1", "2"]])), one(0, "sheet-heads", ""));
    assert_eq!(wrong(&Table::default()), one(0, "sheet-heads", ""));
}

#[test]
fn what_is_wrong_with_a_table_is_told_by_its_cell() {
    assert_eq!(wrong(&table(&[&["title", "", "odd"], &["One"]])), [(0, "sheet-column".to_owned(), "odd".to_owned())]);
    assert_eq!(wrong(&table(&[&["title", "due", "Intitulé"], &["One"]])), one(0, "sheet-twice", "Intitulé"));
    let mut merged = table(&[&["A title"], &["title", "due"], &["One"]]);
    merged.merged = vec![((1, 1), (0, 3))];
    assert_eq!(wrong(&merged), [], "above the headings, cells may be one");
    merged.merged.push(((3, 4), (0, 27)));
    assert_eq!(wrong(&merged), one(0, "sheet-merged", "A3:AB4"));
    let mut cells = table(&[&["title", "due"], &["One", "soon"], &["Two", "", "far"], &["Three"]]);
    cells.rows[3].cells = vec![(0, TableCell::Error("#N/A".to_owned())), (1, TableCell::Formula)];
    let expected = [(2, "date", ""), (3, "cell-beyond", "C3"), (4, "cell-error", "A4"), (4, "cell-formula", "B4")];
    assert_eq!(wrong(&cells), expected.map(|(row, key, cell)| (row, key.to_owned(), cell.to_owned())));
    assert!(read_table(&ALL, &cells).rows.is_empty());
}

#[test]
fn what_stands_around_a_record_is_read_or_told_to_be_left_aside() {
    let heads = [".reference", "title", ".marking", ".synthetic", ".state", "outcome"];
    let row = ["ALL-2026-0001", "One", "TLP:RED · PAP:AMBER", "oui", "anything", "lost"];
    let read = read_table(&ALL, &table(&[&heads, &row, &["", "Two"]]));
    assert_eq!(read.findings, []);
    let aside: Vec<&str> = read.aside.iter().map(Aside::name).collect();
    assert_eq!(aside, [".state", "outcome"]);
    assert_eq!(read.around.len(), 1);
    let around = &read.around[&2];
    assert_eq!((around.reference.as_str(), around.synthetic), ("ALL-2026-0001", true));
    assert_eq!(around.marking, Some(Marking { tlp: Tlp::Red, pap: Pap::Amber }));
    assert!(!read.rows[0].1.contains_key("outcome"));
    // As JSON it reads back alike.
    let again = crate::read_rows(&ALL, &read.to_json());
    assert_eq!(again.findings, []);
    assert_eq!(
        again.rows.iter().map(|(_, values)| values).collect::<Vec<_>>(),
        read.rows.iter().map(|(_, v)| v).collect::<Vec<_>>()
    );
    assert_eq!(again.around.values().collect::<Vec<_>>(), [around]);
    for (name, value, key) in [(".marking", "secret", "row-marking"), (".synthetic", "perhaps", "row-synthetic")] {
        assert_eq!(wrong(&table(&[&["title", name], &["One", value]])), one(2, key, ""));
    }
    assert_eq!(
        crate::read_rows(&ALL, r#"[{"title":"x",".state":"open"}]"#).findings[0].refusal.key,
        "register-fault-unknown"
    );
}

#[test]
fn too_many_rows_are_one_finding() {
    let mut rows = vec![TableRow { number: 1, cells: vec![(0, text("title"))] }];
    rows.extend((2..10_002).map(|number| TableRow { number, cells: vec![(0, text("x"))] }));
    let mut table = Table { rows, merged: Vec::new() };
    assert_eq!(read_table(&ALL, &table).rows.len(), 10_000);
    table.rows.push(TableRow { number: 10_002, cells: vec![(0, text("x"))] });
    assert_eq!(wrong(&table), one(0, "file-rows", ""));
}

#[test]
fn values_are_cells_of_their_kind() {
    let cells = Cells::new(&ALL, Lang::Fr);
    let cell = |name: &str, text: &str| cells.cell(ALL.field(name).unwrap(), text);
    let text = |text: &str| CellValue::Text(text.to_owned());
    assert_eq!(cell("count", "12"), CellValue::Number(12.0, Some(0)));
    assert_eq!(cell("amount", "1234.50"), CellValue::Number(1234.5, Some(2)));
    assert_eq!(cell("share", "0.125"), CellValue::Number(0.125, None));
    // A program keeps fifteen digits: more of them stay a text.
    assert_eq!(cell("share", "123456789012.123456"), text("123456789012.123456"));
    assert_eq!(cell("due", "2026-01-14"), CellValue::Day(jiff::civil::date(2026, 1, 14)));
    assert_eq!(cell("due", "1850-01-14"), text("1850-01-14"));
    assert_eq!(cell("at", "2026-01-14T09:30:00Z"), CellValue::Moment(jiff::civil::datetime(2026, 1, 14, 10, 30, 0, 0)));
    // The hour that comes twice: its first time on the wall, its second as an instant.
    assert_eq!(cell("at", "2026-10-25T00:30:00Z"), CellValue::Moment(jiff::civil::datetime(2026, 10, 25, 2, 30, 0, 0)));
    assert_eq!(cell("at", "2026-10-25T01:30:00Z"), text("2026-10-25T01:30:00Z"));
    assert_eq!(cell("urgent", "yes"), text("Oui"));
    assert_eq!(cell("where", "35\nFR"), text("35\nFR"));
    assert_eq!(cell("title", ""), CellValue::Empty);
    let urgent = ALL.field("urgent").unwrap();
    assert_eq!(cells.offered(urgent), [("yes", "Oui"), ("no", "Non")].map(|(c, w)| (c.to_owned(), w.to_owned())));
    assert!(cells.offered(ALL.field("title").unwrap()).is_empty());
    let sector = ALL.field("sector").unwrap();
    for (code, words) in cells.offered(sector) {
        assert_eq!(cells.typed(sector, &words), code);
        assert_eq!(cells.typed(sector, &words.to_uppercase()), code, "capitals tell nothing apart");
        assert_eq!(cells.typed(sector, &code), code);
    }
}

/// What a reader of workbooks gives for a cell.
fn shown(value: &CellValue) -> String {
    match value {
        CellValue::Empty => String::new(),
        CellValue::Text(text) => text.trim().to_owned(),
        CellValue::Number(number, _) => number.to_string(),
        CellValue::Day(day) => day.to_string(),
        CellValue::Moment(at) if at.time() == jiff::civil::Time::midnight() => at.date().to_string(),
        CellValue::Moment(at) => at.to_string(),
    }
}

proptest! {
    #[test]
    fn whatever_stands_in_a_record_comes_back(typed in prop::collection::vec("[ -~àéœ’\n€\u{a0}]{0,30}|[0-9]{1,16}[.,]?[0-9]{0,6}|20[0-9]{2}-(0[1-9]|1[0-2])-[0-3][0-9](T[0-2][0-9]:[0-5][0-9](:[0-5][0-9]Z)?)?|a|b|oui|no|35|2A", 17)) {
        for t in Lang::ALL {
            let cells = Cells::new(&ALL, t);
            for (field, typed) in ALL.fields.iter().zip(&typed) {
                let Ok(kept) = canonical(field, typed) else { continue };
                let back = canonical(field, &cells.typed(field, &shown(&cells.cell(field, &kept))));
                prop_assert_eq!(back.as_ref(), Ok(&kept), "{} {:?}", field.name, cells.cell(field, &kept));
            }
        }
    }

    #[test]
    fn no_table_makes_it_panic(rows in prop::collection::vec(prop::collection::vec("title|due|.reference|[a-z]{0,3}", 0..6), 0..6), numbers in any::<bool>()) {
        let rows = rows.into_iter().enumerate().map(|(at, row)| TableRow {
            number: if numbers { at + 1 } else { usize::MAX - at },
            cells: row.into_iter().enumerate().map(|(column, cell)| (column, text(&cell))).collect(),
        });
        let _ = read_table(&ALL, &Table { rows: rows.collect(), merged: vec![((0, usize::MAX), (0, usize::MAX - 1))] });
    }
}

#[test]
fn around_a_record_stands_what_the_file_says() {
    let record = Record { synthetic: true, ..ALL.example_record() };
    assert_eq!(Own::Synthetic.text(&ALL, &record, Lang::Fr), "Oui");
    assert_eq!(Own::Marking.text(&ALL, &record, Lang::Fr), record.marking.to_string());
    let names: BTreeSet<&str> = Own::ALL.iter().map(|own| own.name()).collect();
    assert!(names.len() == Own::ALL.len() && names.iter().all(|name| name.starts_with('.')));
}
