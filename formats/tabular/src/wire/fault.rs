//! Why a file cannot be read, in a frame.

use super::WireError;
use super::bytes::{Cursor, put_number, put_text};
use super::decode::plain;
use super::encode::{MESSAGE, cut};
use crate::finding::shorten;
use crate::read::{FileError, Names};
use std::io;

pub(super) fn put(out: &mut Vec<u8>, error: &FileError) {
    match error {
        FileError::Empty => out.push(b'a'),
        FileError::Utf16 => out.push(b'b'),
        FileError::MissingColumns { line, missing, found } => {
            out.push(b'c');
            put_number(out, *line);
            put_names(out, missing);
            put_names(out, found);
        }
        FileError::RepeatedColumn { line, column, places } => {
            out.push(b'd');
            put_number(out, *line);
            put_text(out, cut(column));
            put_number(out, places.0);
            put_number(out, places.1);
        }
        FileError::Header { line, reason } => {
            out.push(b'e');
            put_number(out, *line);
            put_text(out, cut(reason));
        }
        FileError::OpenQuote { line } => {
            out.push(b'f');
            put_number(out, *line);
        }
        FileError::NoRows { path, line } => {
            out.push(b'g');
            put_text(out, cut(path));
            put_number(out, *line);
        }
        FileError::Document { line, reason } => {
            out.push(b'h');
            put_number(out, *line);
            put_text(out, cut(reason));
        }
        FileError::Unpacked { limit } => {
            out.push(b'i');
            put_number(out, *limit);
        }
        FileError::Ratio { times } => {
            out.push(b'j');
            put_number(out, *times);
        }
        FileError::Workbook { reason } => {
            out.push(b'k');
            put_text(out, cut(reason));
        }
        FileError::NoSheet { wanted, found } => {
            out.push(b'l');
            put_text(out, cut(wanted));
            put_names(out, found);
        }
        FileError::Damaged => out.push(b'm'),
        FileError::Archive { reason } => {
            out.push(b'o');
            put_text(out, cut(reason));
        }
        FileError::Members { wanted, found } => {
            out.push(b'p');
            put_text(out, cut(wanted));
            put_names(out, found);
        }
        FileError::Parquet { reason } => {
            out.push(b'q');
            put_text(out, cut(reason));
        }
        FileError::Io(error) => {
            out.push(b'n');
            put_text(out, cut(&error.to_string()));
        }
    }
}

pub(super) fn take(from: &mut Cursor<'_>) -> Result<FileError, WireError> {
    Ok(match from.byte()? {
        b'a' => FileError::Empty,
        b'b' => FileError::Utf16,
        b'c' => {
            FileError::MissingColumns { line: from.number()?, missing: take_names(from)?, found: take_names(from)? }
        }
        b'd' => FileError::RepeatedColumn {
            line: from.number()?,
            column: shorten(from.text(MESSAGE)?),
            places: (from.number()?, from.number()?),
        },
        b'e' => FileError::Header { line: from.number()?, reason: plain(from.text(MESSAGE)?) },
        b'f' => FileError::OpenQuote { line: from.number()? },
        b'g' => FileError::NoRows { path: shorten(from.text(MESSAGE)?), line: from.number()? },
        b'h' => FileError::Document { line: from.number()?, reason: plain(from.text(MESSAGE)?).into() },
        b'i' => FileError::Unpacked { limit: from.number()? },
        b'j' => FileError::Ratio { times: from.number()? },
        b'k' => FileError::Workbook { reason: plain(from.text(MESSAGE)?) },
        b'l' => FileError::NoSheet { wanted: shorten(from.text(MESSAGE)?), found: take_names(from)? },
        b'm' => FileError::Damaged,
        b'n' => FileError::Io(io::Error::other(plain(from.text(MESSAGE)?))),
        b'o' => FileError::Archive { reason: plain(from.text(MESSAGE)?) },
        b'p' => FileError::Members { wanted: shorten(from.text(MESSAGE)?), found: take_names(from)? },
        b'q' => FileError::Parquet { reason: plain(from.text(MESSAGE)?) },
        _ => return Err(WireError::Nonsense { what: "no reason" }),
    })
}

fn put_names(out: &mut Vec<u8>, names: &Names) {
    put_number(out, names.first.len() as u64);
    for name in &names.first {
        put_text(out, name);
    }
    put_number(out, names.total);
}

fn take_names(from: &mut Cursor<'_>) -> Result<Names, WireError> {
    let shown = from.number()?;
    if shown > Names::SHOWN as u64 {
        return Err(WireError::Nonsense { what: "too many names" });
    }
    let mut first = Vec::new();
    for _ in 0..shown {
        first.push(shorten(from.text(MESSAGE)?));
    }
    Ok(Names { first, total: from.number()?.max(shown) })
}
