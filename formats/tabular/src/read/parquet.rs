//! Rows of a Parquet file, row group by row group.
//!
//! The file is read from its end, and so held whole. What its metadata and its pages say of themselves is looked at first
//! ([`thrift`]), since the library takes their word for how much memory to ask for.

mod cell;
mod thrift;

use super::container::{FREE, PACKED, RATIO};
use super::header::Header;
use super::unpack::Unpacked;
use super::{EachRow, FileError, Row};
use crate::declaration::FileShape;
use crate::finding::{Finding, Rule};
use bytes::Bytes;
use parquet::basic::Compression;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::schema::types::Type;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Most bytes that a page unpacks to.
const PAGE: u64 = 32 << 20;

/// Most columns of a schema, those within others included.
const COLUMNS: usize = 4096;

const MAGIC: &[u8; 4] = b"PAR1";

/// Reads the rows. `columns` are those that the mapping reads; the line of a row is its number, from 1.
pub(super) fn read(
    shape: &FileShape,
    columns: &[String],
    input: impl Read,
    each: &mut EachRow<'_>,
) -> Result<(), FileError> {
    let bytes = whole(input, shape)?;
    // What makes the library panic costs this file only.
    catch_unwind(AssertUnwindSafe(|| rows(shape, columns, bytes, each)))
        .unwrap_or_else(|_| Err(broken("its reader broke down; keep the file apart and report it")))
}

fn broken(reason: impl Into<String>) -> FileError {
    FileError::Parquet { reason: reason.into() }
}

fn whole(input: impl Read, shape: &FileShape) -> Result<Bytes, FileError> {
    let mut input = Unpacked::open(input, shape)?;
    let mut bytes = Vec::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let n = input.read(&mut piece)?;
        if n == 0 {
            break;
        }
        bytes.extend_from_slice(piece.get(..n).unwrap_or_default());
        if bytes.len() as u64 > PACKED {
            return Err(broken(format!("it is longer than {PACKED} bytes; split it by row groups")));
        }
    }
    if bytes.is_empty() {
        return Err(FileError::Empty);
    }
    Ok(Bytes::from(bytes))
}

/// The footer: its length before the last sign, its metadata before that.
fn footer(bytes: &[u8]) -> Result<&[u8], FileError> {
    let cut = || broken("it is cut short, or no Parquet file");
    if !bytes.starts_with(MAGIC) {
        return Err(cut());
    }
    if bytes.ends_with(b"PARE") {
        return Err(broken("it is encrypted; send it in clear, by a channel that is protected"));
    }
    let (head, tail) = bytes.len().checked_sub(8).and_then(|at| bytes.split_at_checked(at)).ok_or_else(cut)?;
    let (length, magic) = tail.split_first_chunk::<4>().ok_or_else(cut)?;
    if magic != MAGIC {
        return Err(cut());
    }
    let length = u32::from_le_bytes(*length) as usize;
    head.len().checked_sub(length).and_then(|at| head.get(at..)).ok_or_else(cut)
}

fn rows(shape: &FileShape, columns: &[String], bytes: Bytes, each: &mut EachRow<'_>) -> Result<(), FileError> {
    if !thrift::is_sound(footer(&bytes)?) {
        return Err(broken("its metadata are damaged"));
    }
    let damaged = |_| broken("its metadata are damaged");
    let file = SerializedFileReader::new(bytes.clone()).map_err(damaged)?;
    let schema = file.metadata().file_metadata().schema_descr().root_schema().clone();
    if file.metadata().file_metadata().schema_descr().num_columns() > COLUMNS {
        return Err(broken(format!("it has more than {COLUMNS} columns")));
    }
    let names: Vec<String> = schema.get_fields().iter().map(|field| field.name().to_owned()).collect();
    let header = Header::new(1, names, shape, columns)?;

    // Only what is read is asked for, in the order of the schema.
    let mut places: Vec<usize> = header.picks.iter().chain(&header.wide).copied().collect();
    places.sort_unstable();
    places.dedup();
    let wanted: Vec<Arc<Type>> = places.iter().filter_map(|place| schema.get_fields().get(*place).cloned()).collect();
    let wanted_names: Vec<String> = wanted.iter().map(|field| field.name().to_owned()).collect();
    for group in file.metadata().row_groups() {
        for column in group.columns() {
            let root = column.column_path().parts().first();
            if root.is_some_and(|root| wanted_names.contains(root)) {
                pages(&bytes, column)?;
            }
        }
    }
    let found = |place: usize| places.binary_search(&place).unwrap_or_default();
    let picks: Vec<usize> = header.picks.iter().map(|place| found(*place)).collect();
    let wide: Vec<(usize, &str)> =
        header.wide.iter().map(|place| (found(*place), header.name(*place).unwrap_or_default())).collect();
    let projection = Type::group_type_builder(schema.name()).with_fields(wanted).build().map_err(damaged)?;

    let limit = shape.max_unpacked_bytes;
    let most = FREE.max((bytes.len() as u64).saturating_mul(RATIO));
    let (mut given, mut line) = (0_u64, 0_u64);
    let mut out = Row::default();
    let mut texts: Vec<Option<String>> = Vec::with_capacity(places.len());
    for row in RowIter::from_file(Some(projection), &file).map_err(|_| broken("its columns cannot be read"))? {
        let row = row.map_err(|_| broken(format!("row {}: a page is damaged", line + 1)))?;
        line += 1;
        texts.clear();
        texts.extend(row.get_column_iter().map(|(_, field)| cell::text(field, shape.decimal)));
        given += 1 + texts.iter().flatten().map(|text| text.len() as u64).sum::<u64>();
        if given > limit {
            return Err(FileError::Unpacked { limit });
        }
        if given > most {
            return Err(FileError::Ratio { times: RATIO });
        }
        let step = fill(line, &texts, &picks, &wide, &header, shape, &mut out);
        let flow = match step {
            Ok(()) => each(Ok(&out)),
            Err(finding) => each(Err(finding)),
        };
        if flow.is_break() {
            return Ok(());
        }
    }
    Ok(())
}

fn fill(
    line: u64,
    texts: &[Option<String>],
    picks: &[usize],
    wide: &[(usize, &str)],
    header: &Header,
    shape: &FileShape,
    out: &mut Row,
) -> Result<(), Finding> {
    out.clear(line);
    let mut length = 0;
    let mut put = |place: usize, name: Option<&str>, before: Option<&str>| {
        let text = match texts.get(place) {
            Some(Some(text)) => text.as_str(),
            Some(None) => {
                let message = "a list or an object stands where a value should";
                return Err(Finding::new(line, name, Rule::NotSingle, message, ""));
            }
            None => "",
        };
        length += text.len();
        if text.len() > shape.max_field_bytes || length > shape.max_row_bytes {
            let message = format!("the field is longer than {} bytes", shape.max_field_bytes);
            return Err(Finding::new(line, name, Rule::FieldTooLong, message, ""));
        }
        if text.contains('\0') {
            return Err(Finding::new(line, name, Rule::ControlCharacter, "the value holds a NUL character", ""));
        }
        if let Some(before) = before {
            out.push(before);
        }
        out.push(text);
        out.end_cell();
        Ok(())
    };
    for (place, name) in picks.iter().zip(&header.picks) {
        put(*place, header.name(*name), None)?;
    }
    for (place, name) in wide {
        put(*place, Some(name), Some(name))?;
    }
    Ok(())
}

/// Looks at the pages of a column: each within the chunk, none unpacking to more than a page does.
fn pages(bytes: &[u8], column: &ColumnChunkMetaData) -> Result<(), FileError> {
    let damaged = || broken("a page is damaged, or larger than 32 MiB");
    let codec = column.compression();
    let gzip = match codec {
        Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::ZSTD(_) | Compression::LZ4_RAW => false,
        Compression::GZIP(_) => true,
        _ => return Err(broken("it is compressed otherwise than by Snappy, Zstandard, LZ4 (raw) or gzip")),
    };
    let first = column.dictionary_page_offset().filter(|at| *at > 0).unwrap_or(i64::MAX).min(column.data_page_offset());
    let start = usize::try_from(first).map_err(|_| damaged())?;
    let length = usize::try_from(column.compressed_size()).map_err(|_| damaged())?;
    let mut rest = start.checked_add(length).and_then(|end| bytes.get(start..end)).ok_or_else(damaged)?;
    while !rest.is_empty() {
        let page = thrift::page(rest).ok_or_else(damaged)?;
        let body = rest.get(page.header..).and_then(|body| body.get(..page.packed)).ok_or_else(damaged)?;
        if page.unpacked > PAGE || gzip && inflated(body, page.unpacked) != Some(page.unpacked) {
            return Err(damaged());
        }
        if codec == Compression::UNCOMPRESSED && page.unpacked != page.packed as u64 {
            return Err(damaged());
        }
        rest = rest.get(page.header + page.packed..).ok_or_else(damaged)?;
    }
    Ok(())
}

/// How much gzip data unpack to, looked at as a stream and no further than `most`.
fn inflated(packed: &[u8], most: u64) -> Option<u64> {
    let mut input = flate2::read::MultiGzDecoder::new(packed);
    let mut buffer = [0; 16 * 1024];
    let mut seen = 0;
    loop {
        match input.read(&mut buffer).ok()? {
            0 => return Some(seen),
            n => seen += n as u64,
        }
        if seen > most {
            return None;
        }
    }
}
