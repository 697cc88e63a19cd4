//! How files are cut: each layout, each way of being broken, and no panic on any bytes.

use super::*;
use crate::declaration::{Encoding, FileShape, Format};
use crate::finding::Rule;
use proptest::prelude::*;
use std::io::{self, Read};

fn shape(toml: &str) -> FileShape {
    toml::from_str(toml).unwrap()
}

fn csv() -> FileShape {
    shape("format = \"csv\"")
}

/// Hands out at most `piece` bytes at a time: rows must not depend on where reads fall.
struct Pieces<'a> {
    rest: &'a [u8],
    piece: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.piece.min(into.len()).min(self.rest.len());
        let (head, tail) = self.rest.split_at(n);
        into[..n].copy_from_slice(head);
        self.rest = tail;
        Ok(n)
    }
}

fn read_in_pieces(shape: &FileShape, columns: &[&str], bytes: &[u8], piece: usize) -> Result<Vec<String>, FileError> {
    let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
    let mut reader = RowReader::open(shape, &columns, Pieces { rest: bytes, piece })?;
    let mut row = Row::default();
    let mut seen = Vec::new();
    loop {
        match reader.next(&mut row)? {
            Step::End => return Ok(seen),
            Step::Bad(finding) => {
                let column = finding.column.map(|column| format!(" in {column}")).unwrap_or_default();
                seen.push(format!("{}: {}{column}", finding.line, finding.rule.code()));
            }
            Step::Row => {
                let cells: Vec<String> =
                    (0..columns.len()).map(|column| row.values(column).collect::<Vec<_>>().join("&")).collect();
                seen.push(format!("{}: {}", row.line(), cells.join("|")));
            }
        }
    }
}

fn read(shape: &FileShape, columns: &[&str], bytes: &[u8]) -> Vec<String> {
    let whole = read_in_pieces(shape, columns, bytes, usize::MAX).unwrap();
    assert_eq!(read_in_pieces(shape, columns, bytes, 1).unwrap(), whole, "reading depends on where reads fall");
    whole
}

fn error(shape: &FileShape, columns: &[&str], bytes: &[u8]) -> String {
    read_in_pieces(shape, columns, bytes, 7).unwrap_err().to_string()
}

#[test]
fn fields_quotes_and_line_ends() {
    let text = "a,b,c\r\n1,\"x, \"\"y\"\"\nz\",3\r\n\r\n4,5 \" inch,6\n7,,";
    assert_eq!(read(&csv(), &["c", "b"], text.as_bytes()), ["2: 3|x, \"y\"\nz", "5: 6|5 \" inch", "6: |"]);
}

#[test]
fn separators_and_a_byte_order_mark() {
    let tabs = shape("format = \"csv\"\nseparator = \"\\t\"");
    assert_eq!(read(&tabs, &["id"], b"\xef\xbb\xbfid\tx\n1\t2\n"), ["2: 1"]);
    let named = shape("format = \"csv\"\ncolumns = [\"a\", \"b\"]");
    assert_eq!(read(&named, &["b"], b"1,2\n"), ["1: 2"]);
}

#[test]
fn each_bad_row_is_a_finding_on_its_line_and_good_rows_follow() {
    let mut bytes = b"a,b\n1,2\n3\n4,5,6\n7,\xe9\n8,\0\n".to_vec();
    bytes.extend_from_slice(b"9,");
    bytes.extend(std::iter::repeat_n(b'x', 10 << 20));
    bytes.extend_from_slice(b"\n10,\"");
    bytes.extend(std::iter::repeat_n(b"y\n", 5 << 20).flatten());
    bytes.extend_from_slice(b"\"\n11,12\n13,\"14\"x\n15,16\n17,\"18\n19,20\n");
    let found = read_in_pieces(&csv(), &["a", "b"], &bytes, usize::MAX).unwrap();
    let after = 9 + (5 << 20);
    assert_eq!(
        found,
        [
            "2: 1|2".to_owned(),
            "3: field-count in b".to_owned(),
            "4: field-count".to_owned(),
            "5: encoding in b".to_owned(),
            "6: control-character in b".to_owned(),
            "7: field-too-long in b".to_owned(),
            "8: field-too-long in b".to_owned(),
            format!("{after}: 11|12"),
            format!("{}: quoting", after + 1),
            format!("{}: 15|16", after + 2),
            format!("{}: quoting", after + 3),
            format!("{}: 19|20", after + 4),
        ]
    );
}

#[test]
fn a_field_past_its_own_bound_costs_its_row_only() {
    let small = shape("format = \"csv\"\nmax_field_bytes = 8\nmax_row_bytes = 20");
    let text =
        "a,b\n123456789,2\n\"123456789\",2\n1,2\n1234567890,1234567890,123\n3,4\n\"1234567890,1234567890\",5\n6,7";
    assert_eq!(
        read(&small, &["a"], text.as_bytes()),
        [
            "2: field-too-long in a",
            "3: field-too-long in a",
            "4: 1",
            "5: field-too-long in a",
            "6: 3",
            "7: field-too-long in a",
            "8: 6"
        ]
    );
}

#[test]
fn a_file_of_another_encoding_is_told_row_by_row() {
    let western = shape("format = \"csv\"\nencoding = \"windows-1252\"");
    assert_eq!(western.encoding, Encoding::Windows1252);
    let rows = read(&western, &["n"], "n\nabc\nété\n".as_bytes());
    assert_eq!(rows, ["2: abc", "3: encoding in n"]);
    assert_eq!(read(&western, &["é"], b"\xe9\n\x80\n"), ["2: €"]);
    // Two halves of one character on both sides of a separator.
    assert_eq!(read(&csv(), &["a", "b"], b"a,b\n\xc3,\xa9\n"), ["2: encoding in a"]);
}

#[test]
fn files_that_cannot_be_read_as_a_whole() {
    assert_eq!(error(&csv(), &["a"], b""), "the file is empty");
    assert_eq!(error(&csv(), &["a", "z"], b"a,b\n1,2\n"), "line 1: no column `z`; the header has `a`, `b`");
    assert!(error(&csv(), &["a"], b"a,a\n").contains("stands twice"));
    assert!(error(&csv(), &["a"], b"\xff\xfea\0,\0").contains("UTF-16"));
    assert!(error(&csv(), &["a"], b"a\0,\0b\0").contains("UTF-16"));
    let mut open = b"a\n1\n\"".to_vec();
    open.extend(std::iter::repeat_n(b'x', 2 << 20));
    let message = read_in_pieces(&csv(), &["a"], &open, usize::MAX).unwrap_err().to_string();
    assert!(message.starts_with("line 3: a quote is opened and never closed"), "{message}");
}

#[test]
fn rows_of_a_json_document() {
    let json = shape("format = \"json\"\nrows = \"data.rows\"");
    assert_eq!(json.format, Format::Json);
    let text = r#"{"n":[1,{"rows":[]}],"data":{"x":"]}","rows":[
        {"a":{"b":[1,2.5]},"c":"é"},
        {"a":null, "c":true},
        {"a":{"b":"x"},"a":1},
        7,
        {"c": tru},
        {"c":"\u0000"}
    ], "y": 1}, "z":[]}"#;
    let rows = read(&json, &["a.b", "c"], text.as_bytes());
    assert_eq!(rows, ["2: 1&2.5|é", "3: |true", "4: json", "5: json", "6: json", "7: |\0"]);
    let whole = shape("format = \"json\"");
    assert_eq!(read(&whole, &["a"], b" [ {\"a\": 1} , {\"a\": 2} ] \n"), ["1: 1", "1: 2"]);
    assert_eq!(read(&whole, &["a"], b"[]"), Vec::<String>::new());
    assert_eq!(read(&whole, &["/a.b/c"], b"[{\"a.b\":{\"c\":5}}]"), ["1: 5"]);
    assert_eq!(read(&whole, &["a"], b"[{\"a\":{\"b\":1}}]"), ["1: not-single in a"]);
}

#[test]
fn a_long_or_broken_json_document() {
    let json = shape("format = \"json\"\nmax_row_bytes = 40\nmax_field_bytes = 8");
    let text = format!("[{{\"a\":1}},\n{{\"a\":\"{}\"}},\n{{\"a\":\"123456789\"}},\n{{\"a\":2}}]", "x\\\"]".repeat(40));
    assert_eq!(read(&json, &["a"], text.as_bytes()), ["1: 1", "2: row-too-long", "3: field-too-long in a", "4: 2"]);
    for (broken, reason) in [
        ("[{\"a\":1}", "ends before the array"),
        ("[{\"a\":1},", "a comma is not followed"),
        ("[{\"a\":1", "ends inside a row"),
        ("[{\"a\":1} {\"a\":2}]", "not followed by a comma"),
        ("[{\"a\":1},]", "a comma is not followed"),
        ("[{\"a\":1}] x", "something follows"),
        ("{\"a\":1}", "no array of rows"),
        ("nonsense", "no array of rows"),
    ] {
        let message = error(&json, &["a"], broken.as_bytes());
        assert!(message.contains(reason), "{broken}: {message}");
    }
    let under = shape("format = \"json\"\nrows = \"r\"");
    assert!(error(&under, &["a"], b"{\"q\":[1,2]}").contains("no array of rows under `r`"));
    assert!(error(&under, &["a"], b"{\"r\":[{\"a\":1}]").contains("ends before the document"));
}

#[test]
fn rows_of_json_lines() {
    let lines = shape("format = \"json-lines\"\nmax_row_bytes = 64\nmax_field_bytes = 64");
    let text = format!("{{\"a\":1}}\n\n{{\"a\":\n{{\"a\":\"{}\"}}\n{{\"a\":\"\0\"}}\n{{\"a\":3}}", "x".repeat(100));
    assert_eq!(
        read(&lines, &["a"], text.as_bytes()),
        ["1: 1", "3: json", "4: row-too-long", "5: control-character", "6: 3"]
    );
}

#[test]
fn compressed_files_are_unpacked_within_a_bound() {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(b"a\n").unwrap();
    encoder.write_all(&b"12345678\n".repeat(100_000)).unwrap();
    let packed = encoder.finish().unwrap();
    assert_eq!(read_in_pieces(&csv(), &["a"], &packed, 100).unwrap().len(), 100_000);
    let bounded = shape("format = \"csv\"\nmax_unpacked_bytes = 1000");
    assert!(error(&bounded, &["a"], &packed).contains("more than 1000 bytes"));
    assert!(error(&csv(), &["a"], &packed[..packed.len() - 5]).contains("damaged or cut short"));
    let mut damaged = packed.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xff;
    assert!(error(&csv(), &["a"], &damaged).contains("damaged"));
}

#[test]
fn a_failing_disk_is_not_the_files_fault() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("disk"))
        }
    }
    let fault = RowReader::open(&csv(), &[], Failing).err().unwrap();
    assert!(!fault.is_files_fault());
    assert!(FileError::Empty.is_files_fault());
    assert_eq!(Rule::Json.code(), "json");
}

proptest! {
    #[test]
    fn no_bytes_panic(
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..300),
            "[\\[\\]{}\",:a0 \\\\\n]{0,200}".prop_map(String::into_bytes),
            "[a;\",\r\n]{0,200}".prop_map(String::into_bytes),
        ],
        small in any::<bool>(),
    ) {
        let bounds = if small { "\nmax_field_bytes = 4\nmax_row_bytes = 16" } else { "" };
        for layout in [
            "format = \"csv\"\ncolumns = [\"a\", \"b\"]",
            "format = \"csv\"\nencoding = \"windows-1252\"",
            "format = \"json\"",
            "format = \"json\"\nrows = \"a\"",
            "format = \"json-lines\"\nencoding = \"auto\"",
        ] {
            let shape = shape(&format!("{layout}{bounds}"));
            let whole = read_in_pieces(&shape, &["a"], &bytes, usize::MAX).map_err(|error| error.to_string());
            let pieces = read_in_pieces(&shape, &["a"], &bytes, 3).map_err(|error| error.to_string());
            prop_assert_eq!(whole, pieces);
        }
    }

    #[test]
    fn what_a_csv_writer_writes_is_read_back(
        rows in proptest::collection::vec(proptest::collection::vec("[a-z\",;\n\r é]{0,12}", 3), 1..20),
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["a", "b", "c"]).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let seen = read_in_pieces(&csv(), &["a", "b", "c"], &bytes, 5).unwrap();
        let expected: Vec<String> =
            rows.iter()
                .filter(|row| row.iter().any(|cell| !cell.trim().is_empty()))
                .map(|row| row.iter().map(|cell| cell.trim()).collect::<Vec<_>>().join("|"))
                .collect();
        let seen: Vec<&str> = seen.iter().map(|line| line.split_once(": ").unwrap().1).collect();
        prop_assert_eq!(seen, expected);
    }
}
