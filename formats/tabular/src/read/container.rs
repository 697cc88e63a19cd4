//! Zip archives (APPNOTE 6.3.10): workbooks, looked at before anything opens them, and archives that hold one table.
//!
//! A strict reading of the format, so that no two programs can see two different archives in the same bytes: the archive
//! ends with its directory, the directory with its end record, no comment, no ZIP64, no encryption; every part is named
//! once and lies where the directory says, over nothing else. Then each part is unpacked once, as a stream, to see that it
//! is as long as declared and that its XML is sound ([`super::guard`]). Nothing is kept. Of an archive with a table only that
//! member is unpacked, while it is read.

use super::error::{FileError, Names};
use super::guard::{Counts, Guard};
use flate2::read::DeflateDecoder;
use std::collections::BTreeSet;
use std::io::{self, Cursor, Read, Take};

/// Most bytes of a workbook, packed: it is held whole, since a zip archive is read from its end.
pub(crate) const PACKED: u64 = 64 << 20;

/// Most parts: sheets, their drawings, their pictures.
const PARTS: usize = 2000;

/// Most bytes that all parts unpack to.
const UNPACKED: u64 = 1 << 30;

/// Most bytes of a part that is held in memory when the workbook is opened: all but the sheets.
const HELD: u64 = 64 << 20;

/// How many times its length a part may unpack to, beyond [`FREE`]: sheets of repeated rows pack some tens of times.
pub(super) const RATIO: u64 = 200;
pub(super) const FREE: u64 = 16 << 20;

/// Longest name of a part, in bytes.
const NAME: usize = 256;

/// What an archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An Office Open XML workbook.
    Xlsx,
    /// An OpenDocument workbook.
    Ods,
    /// Files, of which one is a table.
    Archive,
}

const END: [u8; 4] = *b"PK\x05\x06";
const END_LENGTH: usize = 22;
const ENTRY: [u8; 4] = *b"PK\x01\x02";
const ENTRY_LENGTH: usize = 46;
const LOCAL: [u8; 4] = *b"PK\x03\x04";
const LOCAL_LENGTH: usize = 30;

/// A part, as the directory tells it.
struct Part<'a> {
    name: &'a str,
    flags: u16,
    deflated: bool,
    packed: u64,
    unpacked: u64,
    checksum: u32,
    offset: usize,
}

/// Why a container is refused: a phrase that completes "the workbook cannot be read: ".
pub(super) type Refusal = String;

/// Looks at every part of a workbook. `max_unpacked` is the declaration's own bound.
pub(super) fn check(bytes: &[u8], max_unpacked: u64, kind: Kind) -> Result<Counts, Refusal> {
    let name = if kind == Kind::Ods { ".ods" } else { ".xlsx" };
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(format!("it is an old or an encrypted workbook; save it as {name}, without a password"));
    }
    if !bytes.starts_with(&LOCAL) {
        return Err(format!("it is no {name} file"));
    }
    let (parts, directory) = directory(bytes, kind)?;
    let bound = UNPACKED.min(max_unpacked);
    let declared = parts.iter().fold(0_u64, |sum, part| sum.saturating_add(part.unpacked));
    if declared > bound {
        return Err(format!("it unpacks to more than {bound} bytes"));
    }
    apart(bytes, &parts, directory)?;
    let mut counts = Counts::default();
    for part in &parts {
        look(bytes, part, &mut counts)?;
    }
    Ok(counts)
}

/// The names of the parts of an archive, without its folders and what a system keeps for itself.
pub(crate) fn parts(bytes: &[u8]) -> Result<Vec<String>, FileError> {
    let refused = |reason| FileError::Archive { reason };
    let (parts, _) = directory(bytes, Kind::Archive).map_err(refused)?;
    Ok(parts.iter().filter(|part| is_file(part.name)).map(|part| part.name.to_owned()).collect())
}

fn is_file(name: &str) -> bool {
    !name.ends_with('/') && !name.starts_with("__MACOSX/") && !name.ends_with(".DS_Store")
}

/// A member of an archive, unpacked while it is read.
pub(crate) struct Member {
    input: Packing,
    checksum: u32,
    length: u64,
    seen: u64,
    sum: flate2::Crc,
}

enum Packing {
    Stored(Take<Cursor<Vec<u8>>>),
    Deflated(DeflateDecoder<Take<Cursor<Vec<u8>>>>),
}

impl Member {
    /// The member of that name, or the only file of the archive.
    ///
    /// # Errors
    /// [`FileError`] when the archive does not hold, holds no such file, or several and none is named.
    pub(super) fn open(bytes: Vec<u8>, wanted: Option<&str>, max_unpacked: u64) -> Result<Self, FileError> {
        let refused = |reason| FileError::Archive { reason };
        let (parts, directory) = directory(&bytes, Kind::Archive).map_err(refused)?;
        apart(&bytes, &parts, directory).map_err(refused)?;
        let files: Vec<&Part<'_>> = parts.iter().filter(|part| is_file(part.name)).collect();
        let names = || Names::of(files.iter().map(|part| part.name));
        let part = match (wanted, files.as_slice()) {
            (Some(wanted), _) => files.iter().find(|part| part.name == wanted).copied(),
            (None, [part]) => Some(*part),
            (None, _) => None,
        };
        let Some(part) = part else {
            return Err(FileError::Members { wanted: wanted.unwrap_or_default().to_owned(), found: names() });
        };
        if part.unpacked > max_unpacked {
            return Err(FileError::Unpacked { limit: max_unpacked });
        }
        let start = data(&bytes, part).map_err(refused)?;
        let (deflated, packed, length, checksum) = (part.deflated, part.packed, part.unpacked, part.checksum);
        let mut cursor = Cursor::new(bytes);
        cursor.set_position(start as u64);
        let raw = cursor.take(packed);
        let input = if deflated { Packing::Deflated(DeflateDecoder::new(raw)) } else { Packing::Stored(raw) };
        Ok(Self { input, checksum, length, seen: 0, sum: flate2::Crc::new() })
    }

    /// Reads some bytes; 0 at the end.
    pub(super) fn read(&mut self, into: &mut [u8]) -> Result<usize, FileError> {
        let n = match &mut self.input {
            Packing::Stored(input) => input.read(into),
            Packing::Deflated(input) => input.read(into),
        };
        let n = n.map_err(|_| FileError::Damaged)?;
        let piece = into.get(..n).unwrap_or_default();
        if self.seen == 0 && is_archive(piece) {
            return Err(FileError::Archive { reason: "its member is another archive; unpack it first".to_owned() });
        }
        self.seen += n as u64;
        self.sum.update(piece);
        let ended = n == 0 && !into.is_empty();
        if self.seen > self.length || ended && (self.seen != self.length || self.sum.sum() != self.checksum) {
            return Err(FileError::Damaged);
        }
        Ok(n)
    }
}

impl Read for Member {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        Self::read(self, into).map_err(io::Error::other)
    }
}

fn is_archive(piece: &[u8]) -> bool {
    [&LOCAL[..], &[0x1f, 0x8b], b"7z\xbc\xaf", b"Rar!"].iter().any(|sign| piece.starts_with(sign))
}

fn directory(bytes: &[u8], kind: Kind) -> Result<(Vec<Part<'_>>, usize), Refusal> {
    let end_at = bytes.len().checked_sub(END_LENGTH).ok_or("the archive is cut short")?;
    let end = bytes.get(end_at..).unwrap_or_default();
    if !end.starts_with(&END) || u16_at(end, 20) != Some(0) {
        return Err("the archive is cut short, or something follows it".to_owned());
    }
    let several = || "the archive's end record does not hold: it spans several files, or is ZIP64".to_owned();
    let (here, on_disk) = (u16_at(end, 4), u16_at(end, 6));
    let (entries_here, entries) = (u16_at(end, 8), u16_at(end, 10));
    if here != Some(0) || on_disk != Some(0) || entries_here != entries {
        return Err(several());
    }
    let entries = usize::from(entries.unwrap_or_default());
    let size = u32_at(end, 12).map(|n| n as usize).ok_or_else(several)?;
    let start = u32_at(end, 16).map(|n| n as usize).ok_or_else(several)?;
    if start.checked_add(size) != Some(end_at) {
        return Err(several());
    }
    if entries == 0 || entries > PARTS {
        return Err(format!("it has {entries} parts, of at most {PARTS}"));
    }
    let mut rest = bytes.get(start..end_at).unwrap_or_default();
    let mut parts = Vec::with_capacity(entries);
    let mut names = BTreeSet::new();
    for _ in 0..entries {
        let (part, length) = entry(rest, kind)?;
        if !names.insert(part.name.to_ascii_lowercase()) {
            return Err(format!("two of its parts bear the name `{}`", part.name));
        }
        parts.push(part);
        rest = rest.get(length..).unwrap_or_default();
    }
    if rest.is_empty() { Ok((parts, start)) } else { Err("the directory holds more than its entries".to_owned()) }
}

/// One entry of the directory, and its length.
fn entry(rest: &[u8], kind: Kind) -> Result<(Part<'_>, usize), Refusal> {
    let short = || "the directory is cut short".to_owned();
    if !rest.starts_with(&ENTRY) {
        return Err(short());
    }
    let number = |at| u16_at(rest, at).ok_or_else(short);
    let long = |at| u32_at(rest, at).ok_or_else(short);
    let (flags, method) = (number(8)?, number(10)?);
    let (checksum, packed, unpacked, offset) = (long(16)?, long(20)?, long(24)?, long(42)?);
    let (name_length, extra, comment) = (usize::from(number(28)?), usize::from(number(30)?), usize::from(number(32)?));
    let name = rest.get(ENTRY_LENGTH..ENTRY_LENGTH + name_length).ok_or_else(short)?;
    let length = ENTRY_LENGTH + name_length + extra + comment;
    if rest.len() < length {
        return Err(short());
    }
    let name = name_of(name, kind)?;
    if flags & 0x2041 != 0 {
        return Err("it is encrypted; save it without a password".to_owned());
    }
    if !matches!(method, 0 | 8) {
        return Err(format!("`{name}` is packed by a method other than deflation"));
    }
    if [packed, unpacked, offset].contains(&u32::MAX) {
        return Err("it is a ZIP64 archive".to_owned());
    }
    let part = Part {
        name,
        flags,
        deflated: method == 8,
        packed: packed.into(),
        unpacked: unpacked.into(),
        checksum,
        offset: offset as usize,
    };
    if part.unpacked > FREE && part.unpacked / RATIO > part.packed {
        return Err(format!("`{name}` unpacks to more than {RATIO} times its length"));
    }
    let streamed = match kind {
        Kind::Xlsx => name.to_ascii_lowercase().starts_with("xl/worksheets/"),
        Kind::Ods => name == "content.xml",
        Kind::Archive => true,
    };
    if part.unpacked > HELD && !streamed {
        return Err(format!("`{name}` unpacks to more than {HELD} bytes"));
    }
    if !part.deflated && part.packed != part.unpacked {
        return Err(format!("`{name}` lies about its length"));
    }
    Ok((part, length))
}

fn name_of(bytes: &[u8], kind: Kind) -> Result<&str, Refusal> {
    let odd = || "a part has a name that leads outside the archive, or none".to_owned();
    let name = std::str::from_utf8(bytes).map_err(|_| odd())?;
    let leads_out = name.split('/').any(|step| matches!(step, "." | ".."));
    if name.is_empty()
        || name.len() > NAME
        || name.starts_with('/')
        || leads_out
        || name.chars().any(|c| c.is_control() || matches!(c, '\\' | ':'))
    {
        return Err(odd());
    }
    let low = name.to_ascii_lowercase();
    if kind == Kind::Archive {
        return Ok(name);
    }
    let active = [
        "vbaproject.bin",
        "xl/externallinks/",
        "xl/embeddings/",
        "xl/activex/",
        "xl/macrosheets/",
        "xl/dialogsheets/",
        "xl/connections.xml",
        "xl/querytables/",
        "customui",
    ];
    let active = if kind == Kind::Ods { &["basic/", "scripts/"][..] } else { &active[..] };
    if active.iter().any(|mark| low.contains(mark)) {
        return Err(format!(
            "it holds macros, links to other files or embedded objects (`{name}`); save the values alone"
        ));
    }
    let archive = [".zip", ".xlsx", ".xlsm", ".xlsb", ".docx", ".jar", ".gz", ".7z", ".rar", ".xz", ".bz2", ".zst"];
    if archive.iter().any(|suffix| low.ends_with(suffix)) {
        return Err(format!("it holds another archive (`{name}`)"));
    }
    Ok(name)
}

/// Every part lies where it should, over no other.
fn apart(bytes: &[u8], parts: &[Part<'_>], directory: usize) -> Result<(), Refusal> {
    let mut places = Vec::with_capacity(parts.len());
    for part in parts {
        let data = data(bytes, part)?;
        let end = usize::try_from(part.packed).ok().and_then(|packed| data.checked_add(packed));
        match end {
            Some(end) if end <= directory => places.push((part.offset, end)),
            _ => return Err(format!("`{}` does not lie within the archive", part.name)),
        }
    }
    places.sort_unstable();
    let over = places.windows(2).any(|pair| matches!(pair, [(_, end), (start, _)] if end > start));
    if over || places.first().is_none_or(|(start, _)| *start != 0) {
        return Err("its parts lie over each other, or something precedes them".to_owned());
    }
    Ok(())
}

/// Where the data of a part begin; its local header must tell the same as the directory.
fn data(bytes: &[u8], part: &Part<'_>) -> Result<usize, Refusal> {
    let differs = || format!("`{}` is not what the directory says", part.name);
    let head = bytes.get(part.offset..).filter(|head| head.starts_with(&LOCAL)).ok_or_else(differs)?;
    let number = |at| u16_at(head, at).ok_or_else(differs);
    let (flags, method) = (number(6)?, number(8)?);
    let (name_length, extra) = (usize::from(number(26)?), usize::from(number(28)?));
    let name = head.get(LOCAL_LENGTH..LOCAL_LENGTH + name_length).ok_or_else(differs)?;
    let lengths = (u32_at(head, 18).map(u64::from), u32_at(head, 22).map(u64::from));
    // With bit 3 the lengths follow the data, and here they may be nought.
    let later = flags & 8 != 0 && lengths == (Some(0), Some(0));
    if name != part.name.as_bytes()
        || flags != part.flags
        || (method == 8) != part.deflated
        || !(later || lengths == (Some(part.packed), Some(part.unpacked)))
    {
        return Err(differs());
    }
    Ok(part.offset + LOCAL_LENGTH + name_length + extra)
}

/// Unpacks a part, as a stream, and looks at what comes.
fn look(bytes: &[u8], part: &Part<'_>, counts: &mut Counts) -> Result<(), Refusal> {
    let start = data(bytes, part)?;
    let packed = usize::try_from(part.packed).unwrap_or(usize::MAX);
    let raw = bytes.get(start..start.saturating_add(packed)).unwrap_or_default();
    let mut inflated;
    let mut stored = raw;
    let input: &mut dyn Read = if part.deflated {
        inflated = DeflateDecoder::new(raw);
        &mut inflated
    } else {
        &mut stored
    };
    let mut guard = Guard::of(part.name, counts);
    let mut buffer = vec![0; 64 * 1024];
    let mut seen = 0_u64;
    let mut checksum = flate2::Crc::new();
    loop {
        let n = input.read(&mut buffer).map_err(|_| format!("`{}` is damaged", part.name))?;
        let piece = buffer.get(..n).unwrap_or_default();
        if seen == 0 && is_archive(piece) {
            return Err(format!("it holds another archive (`{}`)", part.name));
        }
        seen += n as u64;
        checksum.update(piece);
        if seen > part.unpacked || (n == 0 && seen != part.unpacked) {
            return Err(format!("`{}` lies about its length", part.name));
        }
        if n == 0 && checksum.sum() != part.checksum {
            return Err(format!("`{}` is damaged", part.name));
        }
        let outcome = if n == 0 { guard.end() } else { guard.see(piece) };
        outcome.map_err(|fault| format!("`{}`: {fault}", part.name))?;
        if n == 0 {
            return Ok(());
        }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}
