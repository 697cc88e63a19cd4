//! Archives with a table in them, and workbooks of the other kind.

use super::Fate::{Findings, Refused};
use super::{Fate, Form, HEADER, Hostile};
use crate::archive::{Part, archive};
use crate::opendocument::{content, of_rows, parts, row, workbook};

const TABLE: &[u8] = b"id,day,subject,loss\n1,never,x,1\n";

fn zip(name: &'static str, fate: Fate, parts: &[Part]) -> Hostile {
    super::file(Form::Csv, name, fate, archive(parts))
}

fn ods(name: &'static str, fate: Fate, bytes: impl Into<Vec<u8>>) -> Hostile {
    super::file(Form::Ods, name, fate, bytes)
}

fn sheet(name: &'static str, fate: Fate, rows: &str) -> Hostile {
    ods(name, fate, workbook(&content(&[("Feuille", &(row(&HEADER) + rows))])))
}

pub(super) fn files() -> Vec<Hostile> {
    let table = Part::new("a.csv", TABLE);
    let spaces = vec![b' '; 20 << 20];
    let named = |name: &str| Part { name: name.to_owned(), local_name: name.to_owned(), ..table.clone() };
    let altered = |alter: fn(&mut Part)| {
        let mut part = table.clone();
        alter(&mut part);
        part
    };
    let nested = archive(std::slice::from_ref(&table));
    let bytes = archive(std::slice::from_ref(&table));
    let cut = bytes.get(..bytes.len() - 5).unwrap_or_default().to_vec();
    vec![
        zip("a zip archive with a bad row", Findings("not-a-date"), std::slice::from_ref(&table)),
        zip("an archive with a folder beside its table", Findings("not-a-date"), &[Part::stored("d/", b""), named("d/a.csv")]),
        zip("an archive of two tables", Refused("`b.csv`"), &[table.clone(), named("b.csv")]),
        zip("an archive of folders", Refused("no single file"), &[Part::stored("d/", b"")]),
        zip("a member above the folder", Refused("leads outside"), &[named("../a.csv")]),
        zip("a member at the root of the disk", Refused("leads outside"), &[named("/a.csv")]),
        zip("a member with backslashes", Refused("leads outside"), &[named("..\\a.csv")]),
        zip("an encrypted member", Refused("encrypted"), &[altered(|part| part.flags = 1)]),
        zip("a member packed otherwise", Refused("other than deflation"), &[altered(|part| part.method = 14)]),
        zip("a member that declares less", Refused("damaged"), &[altered(|part| part.length = 5)]),
        zip("a member that declares more", Refused("damaged"), &[altered(|part| part.length += 5)]),
        zip("a member with a wrong checksum", Refused("damaged"), &[altered(|part| part.checksum ^= 1)]),
        zip("a member whose packing is damaged", Refused("damaged"), &[altered(|part| part.packed.fill(0xff))]),
        zip("a member that lies elsewhere", Refused("not what the directory says"), &[altered(|part| part.offset = Some(7))]),
        zip("a bomb in an archive", Refused("200 times"), &[Part::new("a.csv", &spaces)]),
        zip("a bomb that declares a megabyte", Refused("damaged"), &[{
            let mut part = Part::new("a.csv", &spaces);
            part.length = 1 << 20;
            part
        }]),
        zip("an archive in an archive", Refused("another archive"), &[Part::stored("a.zip", &nested)]),
        zip("gzip in an archive", Refused("another archive"), &[Part::stored("a.csv", b"\x1f\x8b\x08\0")]),
        zip("an archive of nothing", Refused("0 parts"), &[]),
        super::file(Form::Csv, "a zip archive cut short", Refused("cut short"), cut),
        super::file(Form::Json, "a document in a damaged archive", Refused("cut short"), b"PK\x03\x04".to_vec()),
        ods("an OpenDocument sheet with a bad row", Findings("not-a-date"), of_rows(&[&HEADER, &["1", "never", "x", "1"]])),
        sheet(
            "a cell repeated a million times",
            Refused("repeated more often"),
            "<table:table-row><table:table-cell table:number-columns-repeated=\"1000000\"><text:p>x</text:p></table:table-cell></table:table-row>",
        ),
        sheet(
            "a cell repeated over the width of a sheet",
            Findings("row-too-long"),
            "<table:table-row><table:table-cell table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell></table:table-row>",
        ),
        sheet(
            "a long cell repeated over the width of a sheet",
            Findings("row-too-long"),
            &format!(
                "<table:table-row><table:table-cell table:number-columns-repeated=\"16384\"><text:p>{}</text:p></table:table-cell></table:table-row>",
                "x".repeat(900_000)
            ),
        ),
        sheet(
            "a row repeated four billion times",
            Refused("repeated more often"),
            "<table:table-row table:number-rows-repeated=\"4294967295\"><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>",
        ),
        sheet(
            "a long row repeated to the end of the sheet",
            Refused("200 times"),
            &format!(
                "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row>",
                "x".repeat(5_000)
            ),
        ),
        sheet(
            "empty rows to the end of the sheet, twice",
            Findings("not-a-date"),
            &("<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>".repeat(2)
                .replacen("<table:table-row", &(row(&["1", "never", "x", "1"]) + "<table:table-row"), 1)),
        ),
        sheet(
            "a row below the end of the sheet",
            Refused("more rows"),
            &("<table:table-row table:number-rows-repeated=\"1048576\"/>".to_owned() + &row(&["1", "2", "3", "4"])),
        ),
        sheet(
            "spaces without end in one sign",
            Refused("repeated more often"),
            "<table:table-row><table:table-cell><text:p><text:s text:c=\"4000000000\"/></text:p></table:table-cell></table:table-row>",
        ),
        sheet("tables in tables", Refused("64 deep"), &"<table:table table:name=\"a\"><table:table-row><table:table-cell>".repeat(40)),
        sheet("a reference to nothing", Refused("reference"), "<table:table-row><table:table-cell><text:p>&evil;</text:p></table:table-cell></table:table-row>"),
        sheet("a link to another file", Refused("other files"), "<table:table-source/>"),
        ods(
            "a document type in a sheet",
            Refused("document type"),
            workbook(&content(&[]).replacen("?>", "?><!DOCTYPE a [<!ENTITY b \"bb\">]>", 1)),
        ),
        ods("a sheet without end", Refused("cut short"), workbook(content(&[("a", "")]).trim_end_matches("</office:document-content>"))),
        ods("no sheet at all", Refused("no sheet"), workbook(&content(&[]))),
        ods("an OpenDocument file without content", Refused("not there"), archive(&[Part::stored("mimetype", b"x")])),
        ods(
            "an encrypted OpenDocument file",
            Refused("encrypted"),
            archive(&[
                Part::new("content.xml", content(&[]).as_bytes()),
                Part::new("META-INF/manifest.xml", b"<m><manifest:encryption-data/></m>"),
            ]),
        ),
        ods("macros of an OpenDocument file", Refused("macros"), {
            let mut all = parts(&content(&[]));
            all.push(Part::new("Basic/script-lb.xml", b"<a/>"));
            archive(&all)
        }),
        ods("a text taken for a sheet", Refused("no .ods"), TABLE.to_vec()),
    ]
}
