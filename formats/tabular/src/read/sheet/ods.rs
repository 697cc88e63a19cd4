//! A sheet of an OpenDocument workbook, from its `content.xml` as it streams by.
//!
//! The library that reads `.xlsx` would build every sheet whole, and a cell may say that it stands for a million: here a
//! repeated row is given again and again, an empty one costs nothing, and what is given is bounded by the file's own length.

use super::super::container::{FREE, Member, RATIO};
use super::super::{EachRow, FileError};
use super::table::Table;
use super::{is_chosen, no_sheet, workbook};
use crate::declaration::FileShape;
use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesStart, Event};
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;

/// Rows and columns of a sheet, as office programs have them.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// The longest text of a cell, in bytes.
const CELL: usize = 1 << 20;

/// Reads the declared sheet. The container has been looked at.
pub(super) fn sheet(
    shape: &FileShape,
    columns: &[String],
    bytes: Vec<u8>,
    each: &mut EachRow<'_>,
) -> Result<(), FileError> {
    let limit = shape.max_unpacked_bytes.min(FREE.max((bytes.len() as u64).saturating_mul(RATIO)));
    let content = Member::open(bytes, Some("content.xml"), shape.max_unpacked_bytes)
        .map_err(|_| workbook("a part that it needs is not there"))?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    let mut names: Vec<String> = Vec::new();
    loop {
        match next(&mut reader, &mut buffer)? {
            Event::Eof => return Err(no_sheet(shape, &names)),
            Event::Start(start) if start.name().as_ref() == "table:table" => {
                let name = attribute(&start, "table:name")?.unwrap_or_default();
                if is_chosen(shape, names.len(), &name) {
                    let mut table = Table::new(shape, columns, limit);
                    let outcome = match rows(&mut reader, shape, &mut table, each) {
                        Ok(ControlFlow::Continue(())) => table.end(each),
                        Ok(ControlFlow::Break(())) => Ok(()),
                        Err(error) => Err(error),
                    };
                    return outcome.map_err(|error| match error {
                        FileError::Unpacked { .. } if limit < shape.max_unpacked_bytes => {
                            FileError::Ratio { times: RATIO }
                        }
                        error => error,
                    });
                }
                names.push(name);
                pass(&mut reader, "table:table")?;
            }
            _ => {}
        }
    }
}

fn next<'b, R: BufRead>(reader: &mut Reader<R>, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, FileError> {
    buffer.clear();
    reader.read_event_into(buffer).map_err(|_| workbook("the XML of a part is damaged"))
}

/// Passes over an element that has begun, and all within it.
fn pass<R: BufRead>(reader: &mut Reader<R>, name: &str) -> Result<(), FileError> {
    let mut buffer = Vec::new();
    let mut depth = 1_u32;
    while depth > 0 {
        match next(reader, &mut buffer)? {
            Event::Start(start) if start.name().as_ref() == name => depth += 1,
            Event::End(end) if end.name().as_ref() == name => depth -= 1,
            Event::Eof => return Err(workbook("the XML of a part is cut short")),
            _ => {}
        }
    }
    Ok(())
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, FileError> {
    let damaged = || workbook("an attribute of a part is damaged");
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| damaged())?;
        if attribute.key.as_ref() == name {
            return unescape(&attribute.value).map(|value| Some(value.into_owned())).map_err(|_| damaged());
        }
    }
    Ok(None)
}

fn repeated(start: &BytesStart<'_>, name: &str, most: u32) -> Result<u32, FileError> {
    match attribute(start, name)? {
        None => Ok(1),
        Some(text) => text
            .parse()
            .ok()
            .filter(|times| (1..=most).contains(times))
            .ok_or_else(|| workbook("a cell or a row is repeated more often than a sheet is long")),
    }
}

fn rows<R: BufRead>(
    reader: &mut Reader<R>,
    shape: &FileShape,
    table: &mut Table<'_>,
    each: &mut EachRow<'_>,
) -> Result<ControlFlow<()>, FileError> {
    let mut buffer = Vec::new();
    let mut row = 0_u32;
    loop {
        match next(reader, &mut buffer)? {
            Event::Start(start) => match start.name().as_ref() {
                "table:table-row" => {
                    let times = repeated(&start, "table:number-rows-repeated", ROWS)?;
                    let cells = cells(reader, shape)?;
                    if !cells.is_empty() && row.saturating_add(times) > ROWS {
                        return Err(workbook("it has more rows than a sheet is long"));
                    }
                    let given = if cells.is_empty() { 0 } else { times };
                    for again in 0..given {
                        for (column, text) in &cells {
                            if table.cell(row + again, *column, text.clone(), each)?.is_break() {
                                return Ok(ControlFlow::Break(()));
                            }
                        }
                    }
                    row = row.saturating_add(times);
                }
                // A table within a cell is none of ours; notes and drawings neither.
                "table:table" => pass(reader, "table:table")?,
                "table:shapes" => pass(reader, "table:shapes")?,
                _ => {}
            },
            Event::End(end) if end.name().as_ref() == "table:table" => return Ok(ControlFlow::Continue(())),
            Event::Eof => return Err(workbook("the XML of a part is cut short")),
            _ => {}
        }
    }
}

/// The cells of a row that hold something: column and text.
fn cells<R: BufRead>(reader: &mut Reader<R>, shape: &FileShape) -> Result<Vec<(u32, String)>, FileError> {
    let mut buffer = Vec::new();
    let mut cells: Vec<(u32, String)> = Vec::new();
    let (mut column, mut length) = (0_u32, 0_usize);
    loop {
        match next(reader, &mut buffer)? {
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                if name != "table:table-cell" && name != "table:covered-table-cell" {
                    continue;
                }
                let times = repeated(&start, "table:number-columns-repeated", COLUMNS)?;
                let value = typed(&start, shape.decimal)?;
                let written = written(reader, &name)?;
                let text = value.unwrap_or(written);
                // What a merged cell covers is not shown, and not read.
                if !text.is_empty() && name == "table:table-cell" {
                    // Up to the cell that passes the bound, which tells the table that the row is too long.
                    let room = shape.max_row_bytes.saturating_sub(length) / text.len() + 1;
                    let past = length > shape.max_row_bytes;
                    let kept = if past { 0 } else { times.min(u32::try_from(room).unwrap_or(u32::MAX)) };
                    length = length.saturating_add(text.len().saturating_mul(kept as usize));
                    cells.extend((0..kept).map(|again| (column.saturating_add(again), text.clone())));
                }
                column = column.saturating_add(times);
                if column > COLUMNS {
                    return Err(workbook("a row has more cells than a sheet is wide"));
                }
            }
            Event::End(end) if end.name().as_ref() == "table:table-row" => return Ok(cells),
            Event::Eof => return Err(workbook("the XML of a part is cut short")),
            _ => {}
        }
    }
}

/// The value of a cell by its type; nothing for a text, which is what is written in it.
fn typed(start: &BytesStart<'_>, decimal: char) -> Result<Option<String>, FileError> {
    if attribute(start, "calcext:value-type")?.as_deref() == Some("error") {
        return Ok(None);
    }
    let kind = attribute(start, "office:value-type")?.unwrap_or_default();
    let name = match kind.as_str() {
        "float" | "percentage" | "currency" => "office:value",
        "date" => "office:date-value",
        "time" => "office:time-value",
        "boolean" => "office:boolean-value",
        _ => "office:string-value",
    };
    let value = attribute(start, name)?;
    Ok(match name {
        "office:value" if decimal != '.' => value.map(|text| text.replace('.', decimal.encode_utf8(&mut [0; 4]))),
        "office:date-value" => value.map(|text| text.strip_suffix("T00:00:00").map(str::to_owned).unwrap_or(text)),
        _ => value,
    })
}

/// What is written in a cell: its paragraphs, without notes and drawings. Ends with the cell.
fn written<R: BufRead>(reader: &mut Reader<R>, name: &str) -> Result<String, FileError> {
    let mut buffer = Vec::new();
    let mut text = String::new();
    let mut paragraphs = 0_u32;
    let mut inside = 0_u32;
    loop {
        let passed = match next(reader, &mut buffer)? {
            Event::Start(start) => match start.name().as_ref() {
                "text:p" | "text:h" => {
                    if paragraphs > 0 {
                        text.push('\n');
                    }
                    paragraphs += 1;
                    inside += 1;
                    None
                }
                "text:s" => {
                    let times = repeated(&start, "text:c", 1024)?;
                    text.extend(std::iter::repeat_n(' ', times as usize));
                    None
                }
                "text:tab" => {
                    text.push('\t');
                    None
                }
                "text:line-break" => {
                    text.push('\n');
                    None
                }
                "office:annotation" | "table:table" | "draw:frame" | "draw:custom-shape" => {
                    Some(start.name().as_ref().to_owned())
                }
                _ => None,
            },
            Event::End(end) if end.name().as_ref() == name => return Ok(text),
            Event::End(end) => {
                if matches!(end.name().as_ref(), "text:p" | "text:h") {
                    inside = inside.saturating_sub(1);
                }
                None
            }
            Event::Text(piece) if inside > 0 => {
                text.push_str(&piece.xml10_content());
                None
            }
            Event::CData(piece) if inside > 0 => {
                text.push_str(&piece.xml10_content());
                None
            }
            Event::GeneralRef(entity) if inside > 0 => {
                let known = resolve_xml_entity(entity.as_ref());
                match (known, entity.resolve_char_ref()) {
                    (Some(known), _) => text.push_str(known),
                    (None, Ok(Some(sign))) => text.push(sign),
                    _ => return Err(workbook("a reference that no workbook holds")),
                }
                None
            }
            Event::Eof => return Err(workbook("the XML of a part is cut short")),
            _ => None,
        };
        if let Some(name) = passed {
            pass(reader, &name)?;
        }
        if text.len() > CELL {
            return Err(workbook("a cell holds a text longer than 1 MiB"));
        }
    }
}
