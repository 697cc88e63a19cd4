//! Archives that lie.

use super::Fate::Refused;
use super::{Form, HEADER, Hostile};
use crate::archive::{Part, archive};
use crate::workbook::Book;

const SHEET: &str = "xl/worksheets/sheet1.xml";

fn book() -> Book {
    Book::of_rows(&[&HEADER, &["1", "2025-01-05", "x", "1"]])
}

fn xlsx(name: &'static str, told: &'static str, bytes: impl Into<Vec<u8>>) -> Hostile {
    super::file(Form::Xlsx, name, Refused(told), bytes)
}

pub(super) fn files() -> Vec<Hostile> {
    let plain = book().bytes();
    let spaces = format!("<a>{}</a>", " ".repeat(20 << 20));
    let bomb = Part::new(SHEET, spaces.as_bytes());
    let named = |part: &Part, name: &str| Part { name: name.to_owned(), local_name: name.to_owned(), ..part.clone() };
    let nested = archive(&[Part::new("b", b"b")]);
    let lies = |length: u32| book().with_part(bomb.clone()).altered(SHEET, |part| part.length = length).bytes();
    let renamed = |name: &'static str| book().with(name, b"<a/>").bytes();
    let altered = |alter: fn(&mut Part)| book().altered(SHEET, alter).bytes();
    let many: Vec<Part> = (0..5000).map(|n| Part::stored(&format!("p{n}.xml"), b"<a/>")).collect();
    let twice = |name: &str| {
        let mut parts = book().parts().to_vec();
        parts.push(Part::new(name, b"<a/>"));
        archive(&parts)
    };
    let over: Vec<Part> = {
        let kernel = Part::new("0.xml", format!("<a>{}</a>", " ".repeat(1 << 20)).as_bytes());
        let shared = (1..200).map(|n| Part {
            name: format!("{n}.xml"),
            local_name: String::new(),
            packed: Vec::new(),
            offset: Some(0),
            ..kernel.clone()
        });
        std::iter::once(kernel.clone()).chain(shared).collect()
    };
    let end = plain.len() - 22;
    let with_end = |at: usize, bytes: &[u8]| {
        let mut all = plain.clone();
        all.splice(end + at..end + at + bytes.len(), bytes.iter().copied());
        all
    };
    let hidden = {
        // A second archive in the comment of the first: two programs would see two workbooks.
        let mut all = with_end(20, &(u16::try_from(plain.len()).unwrap_or(u16::MAX)).to_le_bytes());
        all.extend_from_slice(&plain);
        all
    };
    vec![
        xlsx("a sheet of 20 MiB of spaces", "200 times", book().with_part(bomb.clone()).bytes()),
        xlsx("a bomb that declares a hundred bytes", "lies about its length", lies(100)),
        xlsx("a bomb that declares three megabytes", "a text longer", lies(3 << 20)),
        xlsx("a bomb that declares four gibibytes", "unpacks to more than", lies(u32::MAX - 1)),
        xlsx(
            "shared texts of 20 MiB of spaces",
            "200 times",
            book().with_part(named(&bomb, "xl/sharedStrings.xml")).bytes(),
        ),
        xlsx("parts that lie over each other", "not what the directory says", archive(&over)),
        xlsx("two parts of one name", "bear the name", twice(SHEET)),
        xlsx("two parts of one name but for capitals", "bear the name", twice("XL/Worksheets/Sheet1.xml")),
        xlsx("a part above the folder", "leads outside", renamed("../../evil.xml")),
        xlsx("a part at the root of the disk", "leads outside", renamed("/etc/evil.xml")),
        xlsx("a part with backslashes", "leads outside", renamed("xl\\..\\..\\evil.xml")),
        xlsx("a part on another drive", "leads outside", renamed("C:evil.xml")),
        xlsx("five thousand parts", "5000 parts", archive(&many)),
        xlsx("an archive in the archive", "another archive", renamed("xl/media/more.zip")),
        xlsx("an archive under another name", "another archive", book().with("xl/media/a.bin", &nested).bytes()),
        xlsx("gzip under another name", "another archive", book().with("xl/media/a.png", b"\x1f\x8b\x08").bytes()),
        xlsx("an archive cut short", "cut short", plain.get(..plain.len() / 2).unwrap_or_default()),
        xlsx("an archive without its last byte", "cut short", plain.get(..plain.len() - 1).unwrap_or_default()),
        xlsx("an archive and something after it", "something follows", [plain.as_slice(), b"more"].concat()),
        xlsx("something before an archive", "no .xlsx", [b"#!/bin/sh\n", plain.as_slice()].concat()),
        xlsx("a second archive in the comment of the first", "several files", hidden),
        xlsx("an archive that says it has no part", "0 parts", with_end(8, &[0, 0, 0, 0])),
        xlsx("an archive that says it has more parts", "cut short", with_end(8, &[99, 0, 99, 0])),
        xlsx("an archive over several disks", "several files", with_end(4, &[1, 0])),
        xlsx("a directory outside the archive", "several files", with_end(16, &[0xff; 4])),
        xlsx("a part of unknown length", "ZIP64", altered(|part| part.length = u32::MAX)),
        xlsx("an encrypted part", "encrypted", altered(|part| part.flags = 1)),
        xlsx("a part packed by another method", "method", altered(|part| part.method = 12)),
        xlsx(
            "a part with two names",
            "not what the directory says",
            altered(|part| part.local_name = "xl/other.xml".to_owned()),
        ),
        xlsx(
            "a part that lies outside",
            "not what the directory says",
            altered(|part| part.offset = Some(u32::MAX - 1)),
        ),
        xlsx("a part with a wrong checksum", "damaged", altered(|part| part.checksum ^= 1)),
        xlsx("a part whose packing is damaged", "damaged", altered(|part| part.packed.fill(0xff))),
        xlsx(
            "an old workbook",
            "old or an encrypted",
            [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat(),
        ),
        xlsx("no workbook at all", "no .xlsx", b"id,day\n1,2\n".to_vec()),
        xlsx("nothing", "empty", Vec::new()),
        xlsx("macros", "macros", book().with("xl/vbaProject.bin", b"x").bytes()),
        xlsx(
            "a link to another workbook",
            "links to other files",
            book().with("xl/externalLinks/externalLink1.xml", b"<a/>").bytes(),
        ),
        xlsx("an embedded object", "embedded objects", book().with("xl/embeddings/oleObject1.bin", b"x").bytes()),
    ]
}
