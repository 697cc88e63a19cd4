//! Targets of tables: CSV, JSON, workbooks, declarations and frames.

use crate::readers::text;
use beffroi_tabular::{
    AnyCode, Context, Declaration, FrameRows, GridFrames, Look, Outcome, Pattern, Plan, RejectsWriter, Row, Step,
    WireError, frame_bytes, grid_frames as grid_frames_bytes, guess, parse, parse_grid,
};
use beffroi_testkit::archive::{Part, archive};
use beffroi_testkit::columns::Columns;
use beffroi_testkit::hostile::{Form, files};
use beffroi_testkit::opendocument;
use beffroi_testkit::workbook::{Book, row_of, sheet};
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::civil::Date;
use std::io::Write;

const TODAY: Date = Date::constant(2026, 11, 30);

/// A declaration that reads a column in every way there is.
const EVERY_WAY: &str = r#"
id = "essai"
version = 1
title = { fr = "Essai", en = "Trial" }
origin = { publisher = "p", licence = "l" }
layer = "recorded"
unit = "infraction"
legal_basis = "b"

[file]
FORMAT
decimal = ","
thousands = " "
max_field_bytes = 200
max_row_bytes = 2000

[report]
kind = "complaint"
reported_on = { from = "day", format = ["%d/%m/%Y", "%Y-%m-%dT%H:%M:%S%:z", "%Y-%m-%d"] }
territory = "where"
astad = { from = "flag", map = { "O" = "true", "N" = "false" } }
victim_kind = { from = "who", map = { "p" = "individual" }, unmapped = "empty" }
loss_eur = "loss"

[[report.observables]]
from = "site"
kind = "url"
role = "suspect"

[[report.observables]]
from = "phone"
kind = "phone-number"
role = "victim"
split = ";"
"#;

const HEADER: [&str; 7] = ["day", "where", "flag", "who", "loss", "site", "phone"];
const ROW: [&str; 7] = ["19/12/2024", "2A", "O", "p", "1 234,50", "hxxps://evil[.]example/a?b", "+33 6 39 98 00 01"];

fn declared(format: &str) -> String {
    EVERY_WAY.replace("FORMAT", format)
}

/// Cuts, crosses the wall, maps, and writes the rejects.
fn whole_way(source: &str, bytes: &[u8]) {
    let Ok(declaration) = Declaration::parse(source) else { return };
    let Ok(plan) = Plan::new(&declaration, &AnyCode) else { return };
    let bound = frame_bytes(&declaration.file);
    let mut frames = Vec::new();
    let cut = parse(source.as_bytes(), &mut &*bytes, &mut |frame| {
        assert!(frame.len() as u64 <= bound, "a frame past its bound");
        frames.push(frame.to_vec());
        Ok(())
    });
    assert!(cut.is_ok(), "cutting fails where nobody refuses");
    let mut frames = frames.into_iter();
    let mut rows = FrameRows::new(&declaration.file, plan.columns().len());
    let context = Context { today: TODAY, vintage: TODAY, codes: &AnyCode };
    let (mut row, mut facts, mut findings) = (Row::default(), plan.no_facts(0), Vec::new());
    loop {
        match rows.next(&mut row) {
            Ok(Some(Step::Row)) => {
                let before = facts.len();
                let outcome = plan.map(&row, &context, &mut facts, &mut findings);
                assert_eq!(outcome == Outcome::Kept, facts.len() > before, "a row kept gives facts, and no other");
            }
            Ok(Some(Step::Bad(finding))) => findings.push(finding),
            Ok(Some(Step::End)) => break,
            Ok(None) => match frames.next() {
                Some(frame) => rows.put(frame),
                None => unended(),
            },
            Err(WireError::File(error)) => {
                let _ = error.to_string();
                break;
            }
            Err(WireError::Nonsense { what }) => misread(what),
        }
    }
    let mut rejects = RejectsWriter::new(Vec::new()).ok();
    for finding in &findings {
        assert!(finding.value.chars().count() <= 81, "a finding repeats eighty characters");
        if let Some(rejects) = &mut rejects {
            assert!(rejects.write(finding).is_ok(), "memory takes what is written");
        }
    }
}

#[expect(clippy::panic, reason = "a target panics when what must hold does not")]
fn unended() -> ! {
    panic!("frames without an end")
}

#[expect(clippy::panic, reason = "a target panics when what must hold does not")]
fn misread(what: &str) -> ! {
    panic!("our own frames are misread: {what}")
}

pub(crate) fn csv(bytes: &[u8]) {
    whole_way(&declared("format = \"csv\""), bytes);
}

pub(crate) fn csv_western(bytes: &[u8]) {
    whole_way(&declared("format = \"csv\"\nseparator = \";\"\nencoding = \"windows-1252\""), bytes);
}

pub(crate) fn csv_seeds() -> Vec<Vec<u8>> {
    let mut seeds = hostile(Form::Csv);
    let (header, row) = (HEADER.join(","), ROW.map(|cell| format!("\"{cell}\"")).join(","));
    seeds.push(format!("{header}\n{row}\n{row}\n").into_bytes());
    seeds.push(
        format!("{header}\r\n{row}\r\n").replace("\",\"", "\";\"").replace("day,where", "day;where").into_bytes(),
    );
    seeds
}

/// The bytes, packed: what is inside is what is spoilt.
pub(crate) fn gzip(bytes: &[u8]) {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    csv(&packed.unwrap_or_default());
}

pub(crate) fn json(bytes: &[u8]) {
    whole_way(&declared("format = \"json\"\nrows = \"data.rows\""), bytes);
}

pub(crate) fn json_lines(bytes: &[u8]) {
    whole_way(&declared("format = \"json-lines\"\nencoding = \"auto\""), bytes);
}

fn json_row() -> String {
    let cells: Vec<String> = HEADER.iter().zip(ROW).map(|(name, cell)| format!("\"{name}\":\"{cell}\"")).collect();
    format!("{{{}}}", cells.join(","))
}

pub(crate) fn json_seeds() -> Vec<Vec<u8>> {
    let mut seeds = hostile(Form::Json);
    let row = json_row();
    seeds.push(format!("{{\"note\":[1,{{\"a\":null}}],\"data\":{{\"rows\":[{row},{row}],\"n\":2}}}}").into_bytes());
    seeds
}

pub(crate) fn json_lines_seeds() -> Vec<Vec<u8>> {
    let mut seeds = hostile(Form::JsonLines);
    let row = json_row();
    seeds.push(format!("{row}\n\n{row}").into_bytes());
    seeds
}

/// Everything that makes rows from rows, at once.
const MADE: &str = "format = \"csv\"\nseparator = \";\"\npreamble = 1\nheader_rows = 2\nstop = \"^Source\"\nfill = [\"where\"]\nnotes = [\"(p)\", \"%\"]\n\
                    [file.unpivot]\npattern = \"^(?<year>20[0-9]{2}) (?<rest>.+)$\"\nheader = \"column\"\nvalue = \"loss\"\n\
                    [[file.split]]\ncolumn = \"both\"\nby = \"/\"\ninto = [\"flag\", \"who\"]\n\
                    [[file.split]]\ncolumn = \"seen\"\npattern = \"(?<site>[^ ]+) (?<phone>.*)\"";

pub(crate) fn csv_made(bytes: &[u8]) {
    let top = "legal_basis = \"b\"\nwhere = [{ any = [{ column = \"rest\", matches = \"^j\" }, { column = \"loss\", at_least = 2 }] }, { column = \"who\", empty = false }]\ntotals = [{ column = \"where\", is = \"Total\" }]";
    whole_way(
        &declared(MADE)
            .replace("decimal = \",\"\nthousands = \" \"\nmax_field_bytes = 200\nmax_row_bytes = 2000\n", "")
            .replace("legal_basis = \"b\"", top),
        bytes,
    );
}

pub(crate) fn csv_made_seeds() -> Vec<Vec<u8>> {
    vec![
        "Titre\n;;;;2023;;2024\nday;where;both;seen;janv.;févr.;janv.\n19/12/2024;01;O/p;evil.example 0639980001;1;2 (p);3 %\n;;N/q;;4;5;6\nTotal;;;;;;\n;;;;;;\nSource : essai\n"
            .as_bytes()
            .to_vec(),
    ]
}

pub(crate) fn zip(bytes: &[u8]) {
    csv(bytes);
    // The bytes as the member of an honest archive.
    csv(&archive(&[Part::new("a.csv", bytes)]));
}

pub(crate) fn zip_seeds() -> Vec<Vec<u8>> {
    let row = ROW.map(|cell| format!("\"{cell}\"")).join(",");
    let table = format!("{}\n{row}\n", HEADER.join(","));
    vec![archive(&[Part::new("a.csv", table.as_bytes())]), table.into_bytes()]
}

pub(crate) fn ods(bytes: &[u8]) {
    whole_way(&declared("format = \"ods\""), bytes);
    // The bytes as the content of an honest workbook: what is behind the container is reached.
    let mut parts = opendocument::parts("");
    if let Some(content) = parts.iter_mut().find(|part| part.name == "content.xml") {
        *content = Part::stored("content.xml", bytes);
    }
    whole_way(&declared("format = \"ods\""), &archive(&parts));
}

pub(crate) fn ods_seeds() -> Vec<Vec<u8>> {
    let mut seeds = hostile(Form::Ods);
    seeds.push(opendocument::of_rows(&[&HEADER, &ROW]));
    let rows = opendocument::row(&HEADER) + &opendocument::row(&ROW);
    seeds.push(opendocument::content(&[("Feuille", &rows)]).into_bytes());
    seeds
}

pub(crate) fn parquet(bytes: &[u8]) {
    whole_way(&declared("format = \"parquet\""), bytes);
}

pub(crate) fn parquet_seeds() -> Vec<Vec<u8>> {
    let mut seeds = hostile(Form::Parquet);
    seeds.push(Columns::of_rows(&[&HEADER, &ROW, &ROW]).bytes());
    seeds
}

/// The bytes as a file that nobody has declared: it is looked at, and what is proposed for it is a declaration.
pub(crate) fn look(bytes: &[u8]) {
    let _ = Look::read(bytes);
    let mut frames = Vec::new();
    let looked = parse(&Look::request(None), &mut &*bytes, &mut |frame| {
        assert!(frame.len() as u64 <= Look::frame_bytes(), "a frame past its bound");
        frames.push(frame.to_vec());
        Ok(())
    });
    assert!(looked.is_ok(), "looking fails where nobody refuses");
    for frame in frames {
        match Look::read(&frame) {
            Ok(look) => {
                let toml = guess(&look, "essai", &AnyCode, TODAY).toml();
                assert!(Declaration::parse(&toml).is_ok(), "what is proposed is no declaration");
            }
            Err(WireError::File(error)) => drop(error.to_string()),
            Err(WireError::Nonsense { what }) => misread(what),
        }
    }
}

pub(crate) fn look_seeds() -> Vec<Vec<u8>> {
    let mut seeds = csv_seeds();
    seeds.extend(json_seeds());
    seeds.extend(zip_seeds());
    seeds.push(b"Source : essai\n\nIndicateur;2023;2024;2025\nVols;1 000,5;nd;3 (p)\n".to_vec());
    seeds.push(b"nom,n,r\n\"a/b\";\"1\";\"2\"\n\"c\";\"3\";\"4\"\n".to_vec());
    seeds
}

pub(crate) fn pattern(bytes: &[u8]) {
    if let Ok(pattern) = Pattern::new(text(bytes)) {
        let _ = (pattern.is_match("2024M01 (p)"), pattern.pieces().count());
    }
}

pub(crate) fn xlsx(bytes: &[u8]) {
    whole_way(&declared("format = \"xlsx\""), bytes);
}

/// A workbook as registers bring it in, over the wall.
pub(crate) fn grid(bytes: &[u8]) {
    let mut taken = GridFrames::default();
    let mut fault = None;
    let given = parse_grid(b"", &mut &bytes[..], &mut |frame| {
        assert!(frame.len() as u64 <= grid_frames_bytes().0);
        fault = fault.take().or_else(|| taken.put(frame).err());
        Ok(())
    });
    assert!(given.is_ok());
    match fault {
        None => assert!(taken.end().is_ok()),
        Some(fault) => assert!(matches!(fault, WireError::File(_)), "{fault}"),
    }
}

/// The bytes as the sheet of an honest workbook.
pub(crate) fn grid_sheet(bytes: &[u8]) {
    grid(&Book::of_rows(&[&HEADER]).with_part(Part::stored("xl/worksheets/sheet1.xml", bytes)).bytes());
}

pub(crate) fn grid_frames(bytes: &[u8]) {
    let mut taken = GridFrames::default();
    if bytes.split(|byte| *byte == b'\x1e').all(|frame| taken.put(frame).is_ok()) {
        let _ = taken.end();
    }
}

pub(crate) fn grid_frames_seeds() -> Vec<Vec<u8>> {
    vec![
        b"S\x00\x07Feuille\x1eR\x01\x00t\x01a\x01e\x04#N/A\x02f\x00\x1eM\x01\x02\x00\x01\x1eE".to_vec(),
        b"Fa".to_vec(),
    ]
}

pub(crate) fn xlsx_seeds() -> Vec<Vec<u8>> {
    let mut seeds = hostile(Form::Xlsx);
    seeds.push(Book::of_rows(&[&HEADER, &ROW, &ROW]).bytes());
    seeds
}

/// The bytes as the sheet of an honest workbook: what is behind the container is reached.
pub(crate) fn xlsx_sheet(bytes: &[u8]) {
    xlsx(&Book::of_rows(&[&HEADER]).with_part(Part::stored("xl/worksheets/sheet1.xml", bytes)).bytes());
}

pub(crate) fn xlsx_sheet_seeds() -> Vec<Vec<u8>> {
    let cells = "<row r=\"3\"><c r=\"A3\" s=\"1\"><v>45943.5</v></c><c r=\"B3\" t=\"s\"><v>0</v></c><c r=\"C3\" t=\"b\"><v>1</v></c>\
                 <c r=\"E3\"><f>1+1</f><v>12.5</v></c><c r=\"F3\" t=\"e\"><v>#N/A</v></c></row>";
    let rows = row_of(1, &HEADER) + &row_of(2, &ROW) + cells;
    let plain = sheet(&rows);
    let wide = plain.replace("<sheetData>", "<dimension ref=\"A1:G3\"/><sheetData>");
    vec![plain.into_bytes(), wide.into_bytes()]
}

/// The bytes, cut in four, as the other parts that are read.
pub(crate) fn xlsx_parts(bytes: &[u8]) {
    let mut pieces = bytes.split(|byte| *byte == b'\x1e');
    let mut book = Book::of_rows(&[&HEADER, &ROW]);
    for name in ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/sharedStrings.xml"] {
        if let Some(piece) = pieces.next() {
            book = book.with_part(Part::stored(name, piece));
        }
    }
    xlsx(&book.bytes());
}

pub(crate) fn xlsx_parts_seeds() -> Vec<Vec<u8>> {
    use beffroi_testkit::workbook::{relations, workbook};
    let styles = "<styleSheet><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/></numFmts>\
                  <cellXfs count=\"1\"><xf numFmtId=\"164\"/></cellXfs></styleSheet>";
    let strings =
        "<sst count=\"1\" uniqueCount=\"1\"><si><r><t xml:space=\"preserve\">a </t></r><rPh><t>x</t></rPh></si></sst>";
    let to = relations(&[("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")]);
    vec![[workbook(&["Feuille", "Autre"]).as_str(), &to, styles, strings].join("\x1e").into_bytes()]
}

/// The bytes as the one part of an archive whose headers they also are.
pub(crate) fn container(bytes: &[u8]) {
    let (name, body) = bytes.split_at_checked(bytes.len().min(20)).unwrap_or_default();
    let mut all = archive(&[Part::new(&String::from_utf8_lossy(name), body)]);
    for (at, byte) in bytes.iter().enumerate().skip(20).step_by(7) {
        let place = (at * 131) % all.len().max(1);
        if let Some(target) = all.get_mut(place) {
            *target ^= byte;
        }
    }
    xlsx(&all);
}

pub(crate) fn declaration(bytes: &[u8]) {
    let text = text(bytes);
    match Declaration::parse(text) {
        Ok(declaration) => {
            let _ = Plan::new(&declaration, &AnyCode).map(|plan| plan.columns().len());
        }
        Err(error) => {
            let span = error.span.clone().unwrap_or_default();
            assert!(text.get(span).is_some(), "the place told is not in the text");
        }
    }
}

pub(crate) fn declaration_seeds() -> Vec<Vec<u8>> {
    vec![
        declared("format = \"csv\"").into_bytes(),
        declared("format = \"xlsx\"\nsheet = \"a\"\nheader_row = 2").into_bytes(),
        include_bytes!("../../../sources/ssmsi-departements.toml").to_vec(),
        include_bytes!("../../../sources/synth-unites.toml").to_vec(),
    ]
}

/// The bytes as the request, on a file that does not matter.
pub(crate) fn request(bytes: &[u8]) {
    let _ = parse(bytes, &mut b"day,where\n1,2\n".as_slice(), &mut |_| Ok(()));
}

/// The bytes as a frame of a child that was taken over.
pub(crate) fn frames(bytes: &[u8]) {
    for format in ["format = \"csv\"", "format = \"json\""] {
        let Ok(declaration) = Declaration::parse(&declared(format)) else { return };
        let mut rows = FrameRows::new(&declaration.file, 3);
        let mut row = Row::default();
        rows.put(bytes.to_vec());
        while let Ok(Some(Step::Row | Step::Bad(_))) = rows.next(&mut row) {
            let length: usize = (0..3).flat_map(|column| row.values(column)).map(str::len).sum();
            assert!(length <= 2000, "a row past its bound");
        }
    }
}

pub(crate) fn frames_seeds() -> Vec<Vec<u8>> {
    vec![
        b"R\x02\x01\x01a\x01\x02bc\x01\x00R\x03\x01\x00\x01\x00\x01\x00E".to_vec(),
        b"B\x02\x00\x01\x01a\x03why\x01vE".to_vec(),
        b"Fc\x01\x01\x01z\x01\x02\x01a\x01b\x02".to_vec(),
        b"Fh\x01\x03why".to_vec(),
    ]
}

fn hostile(form: Form) -> Vec<Vec<u8>> {
    files().into_iter().filter(|file| file.form == form && file.bytes.len() < 8192).map(|file| file.bytes).collect()
}
