//! Tables of text that never end a line, a field or themselves.

use super::Fate::{Findings, Refused};
use super::{Fate, Form, Hostile};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

const HEAD: &str = "id,day,subject,loss\n";

fn csv(name: &'static str, fate: Fate, bytes: impl Into<Vec<u8>>) -> Hostile {
    super::file(Form::Csv, name, fate, bytes)
}

/// The header, and then those bytes.
fn rows(name: &'static str, rule: &'static str, more: impl AsRef<[u8]>) -> Hostile {
    csv(name, Findings(rule), [HEAD.as_bytes(), more.as_ref()].concat())
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

pub(super) fn files() -> Vec<Hostile> {
    let bomb = gzip(&[HEAD.as_bytes(), &vec![b' '; 20 << 20]].concat());
    let packed = gzip(HEAD.as_bytes());
    let columns: String = (0..100_000).map(|n| format!("c{n},")).collect();
    vec![
        rows("a line of three megabytes", "field-too-long", "x".repeat(3 << 20)),
        rows("a line of a million fields", "field-too-long", ",".repeat(3 << 20)),
        csv("a quote never closed", Refused("never closed"), format!("{HEAD}1,2025-01-05,\"{}", "x\n".repeat(2 << 20))),
        rows("a NUL in a field", "control-character", "1,2025-01-05,a\0b,1\n"),
        rows("nothing but NULs", "control-character", vec![0; 100_000]),
        rows("bytes of another encoding", "encoding", b"1,2025-01-05,caf\xe9,1\n"),
        rows("a control character in a name", "control-character", "1,2025-01-05,a\u{1b}[31mb,1\n"),
        rows("a text that a spreadsheet would run", "not-a-number", "1,2025-01-05,x,=1+1\n"),
        rows("a number of a hundred digits", "not-a-number", format!("1,2025-01-05,x,{}\n", "9".repeat(100))),
        rows("a day before the source", "implausible-date", "1,1899-01-01,x,1\n"),
        rows("a day of a hundred thousand signs", "field-too-long", format!("1,{},x,1\n", "2".repeat(100_000))),
        csv("a header of a hundred thousand columns", Refused("no column"), format!("{columns}\n1\n")),
        csv("a header of three megabytes", Refused("header cannot be read"), "h".repeat(3 << 20)),
        csv("nothing", Refused("empty"), Vec::new()),
        csv("UTF-16", Refused("UTF-16"), HEAD.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>()),
        csv("twenty megabytes of blanks in twenty kilobytes", Refused("200 times"), bomb.clone()),
        csv(
            "gzip cut short",
            Refused("damaged"),
            bomb.get(..bomb.len() / 2).unwrap_or_default().get(..40).unwrap_or_default(),
        ),
        csv("gzip in gzip", Refused("header cannot be read"), gzip(&bomb)),
        csv("gzip of nothing, ten thousand times", Refused("empty"), gzip(b"").repeat(10_000)),
        csv("gzip and something after it", Refused("damaged"), [packed.as_slice(), b"more of it"].concat()),
        csv(
            "lines that end in a carriage return alone",
            Refused("carriage return"),
            HEAD.replace('\n', "\r") + "1,2025-01-05,x,1\r2,2025-01-05,x,1\r",
        ),
        csv(
            "a column that is read, twice",
            Refused("as columns 1 and 5"),
            "id,day,subject,loss,id\n1,2025-01-05,x,1,2\n",
        ),
        rows(
            "a second byte-order mark in the middle",
            "not-a-date",
            format!("1,2025-01-05,x,1\n\u{feff}{HEAD}2,2025-01-05,x,1\n"),
        ),
        rows("three hundred columns in one row", "field-count", format!("1,2025-01-05,x,1{}\n", ",y".repeat(300))),
        rows("a lone quote", "quoting", "1,2025-01-05,\"x,1\n2,2025-01-05,x,1\n"),
        rows("a quote after a quoted text", "quoting", "1,2025-01-05,\"x\"y,1\n"),
        rows("half of a character on each side of a separator", "encoding", b"1,2025-01-05,\xc3,\xa9\n"),
        rows("a mailbox in a free text", "direct-identifier", "1,2025-01-05,jean.exemple@example.fr,1\n"),
        rows("a telephone number in a free text", "direct-identifier", "1,2025-01-05,appeler 01 99 00 12 34,1\n"),
        rows("a social security number in a free text", "direct-identifier", "1,2025-01-05,184127645108946,1\n"),
        rows("a day of birth in a free text", "direct-identifier", "1,2025-01-05,né le 31/12/1985,1\n"),
    ]
}
