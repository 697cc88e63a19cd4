//! A file of records on its way in: a text is read here, a workbook behind the wall.

use crate::RegisterError;
use crate::workbook::dictionary_name;
use beffroi_ports::{Parser, Sandbox, SandboxError, Task};
use beffroi_register::{Refusal, Register, RowRead, Table, TableCell, TableRow, read_rows, read_table};
use beffroi_tabular::{GRID_PARSER, GridCell, GridFrames, GridSheet, WireError, grid_frames, longest_grid, parse_grid};
use beffroi_wording::Lang;
use std::io::Cursor;

/// What runs behind the [`Sandbox`], and its name: for the executable's list of parsers, and for tests.
pub const PARSER: (&str, Parser) = (GRID_PARSER, parse_grid);

/// Longest reason that is repeated, in characters.
const REASON: usize = 300;

/// Reads the rows of a file: a workbook (`.xlsx`) by what it holds, whatever its name, else CSV or JSON, in UTF-8 or, where
/// it is none, in ISO-8859-1. It waits for the child that reads a workbook: not to be called where nothing may wait.
///
/// # Errors
/// [`RegisterError::Reader`] when the machine is at fault; what is wrong with the file is a finding.
pub fn read_file(register: &'static Register, bytes: &[u8], sandbox: &dyn Sandbox) -> Result<RowRead, RegisterError> {
    // An archive, or the form that came before it, which is refused with what to do.
    if [&b"PK\x03\x04"[..], &b"PK\x05\x06"[..], &b"\xd0\xcf\x11\xe0"[..]].iter().any(|sign| bytes.starts_with(sign)) {
        return workbook(register, bytes, sandbox);
    }
    Ok(match std::str::from_utf8(bytes) {
        Ok(text) => read_rows(register, text),
        Err(_) => read_rows(register, &bytes.iter().copied().map(char::from).collect::<String>()),
    })
}

fn workbook(register: &'static Register, bytes: &[u8], sandbox: &dyn Sandbox) -> Result<RowRead, RegisterError> {
    let refused = |reason: String| {
        let reason: String = reason.chars().map(|c| if c.is_control() { ' ' } else { c }).take(REASON).collect();
        Ok(RowRead::of_file(Refusal::of("book").with("reason", reason)))
    };
    if bytes.len() as u64 > longest_grid() {
        return refused(format!("it is longer than {} MiB; split it", longest_grid() >> 20));
    }
    let sheets = match sheets(bytes, sandbox) {
        Ok(sheets) => sheets,
        Err(Fault::File(reason)) => return refused(reason),
        Err(Fault::Reader(error)) if error.is_files_fault() => return refused(error.to_string()),
        Err(Fault::Reader(error)) => return Err(RegisterError::Reader(error)),
    };
    Ok(match chosen(sheets) {
        Ok(sheet) => read_table(register, &table(sheet)),
        Err(refusal) => RowRead::of_file(refusal),
    })
}

enum Fault {
    File(String),
    Reader(SandboxError),
}

fn sheets(bytes: &[u8], sandbox: &dyn Sandbox) -> Result<Vec<GridSheet>, Fault> {
    let (max_frame_bytes, max_total_bytes) = grid_frames();
    let task = Task {
        parser: GRID_PARSER,
        request: Vec::new(),
        input_bytes: bytes.len() as u64,
        max_frame_bytes,
        max_total_bytes,
    };
    let wrong = |error| match error {
        WireError::File(error) => Fault::File(error.to_string()),
        WireError::Nonsense { what } => Fault::Reader(SandboxError::Nonsense { what }),
    };
    let mut frames = sandbox.read(task, Box::new(Cursor::new(bytes.to_vec()))).map_err(Fault::Reader)?;
    let mut taken = GridFrames::default();
    while let Some(frame) = frames.next().map_err(Fault::Reader)? {
        taken.put(&frame).map_err(wrong)?;
    }
    taken.end().map_err(wrong)
}

/// The sheet that holds the records: the only one with something in it, beside the dictionary that we write ourselves.
fn chosen(sheets: Vec<GridSheet>) -> Result<GridSheet, Refusal> {
    let ours = Lang::ALL.map(dictionary_name);
    let mut filled: Vec<GridSheet> =
        sheets.into_iter().filter(|sheet| !sheet.rows.is_empty() && !ours.contains(&sheet.name)).collect();
    let names = |of: &[GridSheet]| {
        let names: Vec<String> = of.iter().take(5).map(|sheet| sheet.name.chars().take(40).collect()).collect();
        names.join(", ")
    };
    if let Some(hidden) = filled.iter().find(|sheet| sheet.hidden) {
        return Err(Refusal::of("sheet-hidden").with("name", names(std::slice::from_ref(hidden))));
    }
    if filled.len() > 1 {
        return Err(Refusal::of("sheet-several").with("names", names(&filled)));
    }
    filled.pop().ok_or_else(|| Refusal::of("sheet-none"))
}

fn table(sheet: GridSheet) -> Table {
    let cell = |(column, cell): (u32, GridCell)| {
        let cell = match cell {
            GridCell::Text(text) => TableCell::Text(text),
            GridCell::Error(what) => TableCell::Error(what),
            GridCell::Formula => TableCell::Formula,
        };
        (column as usize, cell)
    };
    let rows = sheet
        .rows
        .into_iter()
        .map(|row| TableRow { number: row.number as usize, cells: row.cells.into_iter().map(cell).collect() });
    let pair = |(from, to): (u32, u32)| (from as usize, to as usize);
    let merged = sheet.merged.into_iter().map(|one| (pair(one.rows), pair(one.columns)));
    Table { rows: rows.collect(), merged: merged.collect() }
}
