//! What is written is read back; what is not ours is refused, whatever the bytes.

use super::*;
use crate::finding::{Finding, Rule};
use crate::read::{FileError, Names, Row, Step};
use proptest::prelude::*;

const SOURCE: &str = r#"
id = "essai"
version = 1
title = { fr = "Essai", en = "Trial" }
origin = { publisher = "p", licence = "l" }
layer = "recorded"
unit = "infraction"
legal_basis = "b"

[file]
format = "FORMAT"

[report]
kind = "complaint"
id = "a"
reported_on = "b"
subject = "c.d"
"#;

fn declaration(format: &str) -> String {
    SOURCE.replace("FORMAT", format)
}

fn frames_of(source: &str, bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    parse(source.as_bytes(), &mut &*bytes, &mut |frame| {
        frames.push(frame.to_vec());
        Ok(())
    })
    .unwrap();
    frames
}

/// Rows as `line: a|b|c`, findings as `line: rule`.
fn read_back(source: &str, frames: impl IntoIterator<Item = Vec<u8>>) -> Result<Vec<String>, WireError> {
    let shape = Declaration::parse(source).unwrap().file;
    let mut rows = FrameRows::new(&shape, 3);
    let mut frames = frames.into_iter();
    let mut row = Row::default();
    let mut seen = Vec::new();
    loop {
        match rows.next(&mut row)? {
            Some(Step::Row) => {
                let cells: Vec<String> = (0..3).map(|c| row.values(c).collect::<Vec<_>>().join("&")).collect();
                seen.push(format!("{}: {}", row.line(), cells.join("|")));
            }
            Some(Step::Bad(finding)) => seen.push(format!("{}: {}", finding.line, finding.rule.code())),
            Some(Step::End) => return Ok(seen),
            None => match frames.next() {
                Some(frame) => rows.put(frame),
                None => return Err(WireError::Nonsense { what: "no end" }),
            },
        }
    }
}

#[test]
fn what_is_cut_is_read_back() {
    let csv = declaration("csv");
    let text = "a,b,c.d\n1, é ,x\n2,,\nbad\n3,\"q\nr\",y\n";
    assert_eq!(
        read_back(&csv, frames_of(&csv, text.as_bytes())).unwrap(),
        ["2: 1|é|x", "3: 2||", "4: field-count", "5: 3|q\nr|y"]
    );
    let json = declaration("json");
    let text = r#"[{"a":1,"c":[{"d":"x"},{"d":"y"}]},{"a":2,"a":3}]"#;
    assert_eq!(read_back(&json, frames_of(&json, text.as_bytes())).unwrap(), ["1: 1||x&y", "1: json"]);
}

#[test]
fn many_rows_take_several_bounded_frames() {
    let csv = declaration("csv");
    let mut text = "a,b,c.d\n".to_owned();
    for n in 0..20_000 {
        text.push_str(&format!("{n},2025-01-01,subject {n}\n"));
    }
    let frames = frames_of(&csv, text.as_bytes());
    let bound = frame_bytes(&Declaration::parse(&csv).unwrap().file);
    assert!(frames.len() > 5 && frames.iter().all(|frame| frame.len() as u64 <= bound));
    let rows = read_back(&csv, frames).unwrap();
    assert_eq!((rows.len(), rows[19_999].as_str()), (20_000, "20001: 19999|2025-01-01|subject 19999"));
}

#[test]
fn values_that_are_many_and_empty_cost_their_row_only() {
    let json = declaration("json").replace("format = \"json\"", "format = \"json\"\nmax_row_bytes = 1000000");
    let many = format!("[{{\"a\":[{}\"\"]}},{{\"a\":2}}]", "\"\",".repeat(300_000));
    let rows = read_back(&json, frames_of(&json, many.as_bytes())).unwrap();
    assert_eq!(rows.last().unwrap(), "1: 2||");
}

#[test]
fn every_reason_is_read_back() {
    let names = Names::of((0..100).map(|n| format!("column {n}")));
    let all = [
        FileError::Empty,
        FileError::Utf16,
        FileError::MissingColumns { line: 1, missing: Names::of(["z"]), found: names.clone() },
        FileError::RepeatedColumn { line: 2, column: "c".to_owned(), places: (1, 300) },
        FileError::Header { line: 3, reason: "r".to_owned() },
        FileError::OpenQuote { line: 4 },
        FileError::NoRows { path: "data".to_owned(), line: 5 },
        FileError::Document { line: 6, reason: "broken".into() },
        FileError::Unpacked { limit: 7 },
        FileError::Ratio { times: 8 },
        FileError::Workbook { reason: "w".to_owned() },
        FileError::NoSheet { wanted: "s".to_owned(), found: names },
        FileError::Damaged,
        FileError::Archive { reason: "r".to_owned() },
        FileError::Members { wanted: "w".to_owned(), found: Names::of(["a"]) },
        FileError::Parquet { reason: "r".to_owned() },
        FileError::Io(io::Error::other("disk")),
    ];
    for error in all {
        let mut frame = vec![b'F'];
        fault::put(&mut frame, &error);
        let Err(WireError::File(back)) = read_back(&declaration("csv"), [frame]) else { panic!("{error} is lost") };
        assert_eq!(back.to_string(), error.to_string());
        assert_eq!(back.is_files_fault(), error.is_files_fault());
    }
    assert!(Names::of((0..100).map(|n| n.to_string())).to_string().ends_with("`39`, and 60 more"));
}

#[test]
fn every_rule_has_its_number() {
    for rule in Rule::ALL {
        let mut frames = Vec::new();
        let mut give = |frame: &[u8]| {
            frames.push(frame.to_vec());
            Ok(())
        };
        let mut out = Encoder::new(&mut give, 1000);
        out.bad(&Finding::new(2, Some("c"), rule, "why\u{1b}[31m", "=1")).unwrap();
        out.end().unwrap();
        assert_eq!(read_back(&declaration("csv"), frames).unwrap(), [format!("2: {}", rule.code())]);
    }
}

#[test]
fn a_writer_gone_wrong_is_refused() {
    let csv = declaration("csv");
    let text = |value: &[u8]| [&[value.len() as u8], value].concat();
    let row = |line: u8, cells: &[&[u8]]| {
        let mut frame = vec![b'R', line];
        for cell in cells {
            frame.push(1);
            frame.extend(text(cell));
        }
        frame
    };
    let what = |frame: Vec<u8>| match read_back(&csv, [frame]) {
        Err(WireError::Nonsense { what }) => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(what(row(2, &[b"1", b"2", b"3"])), "no end");
    assert_eq!(what(row(2, &[b"1", b"2"])), "a record cut short");
    assert_eq!(what(row(2, &[b"1", b"2", b"\xff"])), "a text that is not UTF-8");
    assert_eq!(what(vec![b'R', 2, 0]), "a column without its one value");
    assert_eq!(what(vec![b'R', 2, 1, 0xff, 0xff, 0xff, 0xff, 0x0f]), "a text too long");
    // Lines are told by how far on they are: one that goes back has gone around.
    let back = [&b"R"[..], &[0xff; 9], &[1], &[1, 0, 1, 0, 1, 0]].concat();
    assert_eq!(what([row(3, &[b"", b"", b""]), back].concat()), "lines out of order");
    assert_eq!(what(row(2, &[b"1", b"2\xc3", b"\xa9"])), "a text that is not UTF-8");
    assert_eq!(what(vec![b'B', 2, 99, 0, 0, 0, 0]), "a rule that does not exist");
    assert_eq!(what(b"Ex".to_vec()), "no record");
    assert_eq!(what(vec![b'?']), "no record");
    assert_eq!(what(b"Fz".to_vec()), "no reason");
}

/// Values of 128 bytes and more make a frame that is no text as a whole: its rows are the same.
#[test]
fn frames_of_long_and_short_values_are_read_alike() {
    let csv = declaration("csv");
    let (mut text, mut expected) = ("a,b,c.d\n".to_owned(), Vec::new());
    for n in 0..5_000 {
        let long = "é".repeat(if n > 2_500 && n % 50 == 0 { 100 } else { 10 });
        text.push_str(&format!("{n},ü,{long}\n"));
        expected.push(format!("{}: {n}|ü|{long}", n + 2));
    }
    let frames = frames_of(&csv, text.as_bytes());
    let n_text = frames.iter().filter(|frame| std::str::from_utf8(frame).is_ok()).count();
    assert!(n_text > 0 && n_text < frames.len(), "{n_text} of {}", frames.len());
    assert_eq!(read_back(&csv, frames).unwrap(), expected);
}

#[test]
fn lines_that_go_back_are_told() {
    let mut frames = Vec::new();
    let mut give = |frame: &[u8]| {
        frames.push(frame.to_vec());
        Ok(())
    };
    let mut out = Encoder::new(&mut give, 1000);
    for line in [3, 3, 200_000, 2] {
        out.bad(&Finding::new(line, None, Rule::Quoting, "why", "")).unwrap();
    }
    out.end().unwrap();
    let told = read_back(&declaration("csv"), frames).unwrap_err();
    assert_eq!(told.to_string(), "no frame of rows: lines out of order");
}

#[test]
fn a_request_that_is_no_declaration_is_refused() {
    for request in [&b""[..], b"\xff", b"id = 1"] {
        assert!(parse(request, &mut io::empty(), &mut |_| Ok(())).is_err());
    }
}

#[test]
fn a_listener_that_has_gone_ends_the_reading() {
    let csv = declaration("csv");
    let text = format!("a,b,c.d\n{}", "1,2,3\n".repeat(100_000));
    let mut asked = 0;
    let outcome = parse(csv.as_bytes(), &mut text.as_bytes(), &mut |_| {
        asked += 1;
        Err(io::ErrorKind::BrokenPipe.into())
    });
    assert!(outcome.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe));
    assert_eq!(asked, 1);
}

proptest! {
    #[test]
    fn no_frame_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), json in any::<bool>()) {
        let _ = read_back(&declaration(if json { "json" } else { "csv" }), [bytes]);
    }

    #[test]
    fn no_flipped_byte_panics(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let csv = declaration("csv");
        let mut frame = frames_of(&csv, b"a,b,c.d\n1,2,3\nbad\n4,5,6\n").concat();
        let at = at.index(frame.len());
        frame[at] = to;
        let _ = read_back(&csv, [frame]);
    }
}
