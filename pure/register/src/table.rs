//! Records in a table that a person made: the headings are looked for among its first rows, by the names of fields or by
//! their labels in either language; what cannot be read is told by its cell.

use crate::cell::{Cells, plain};
use crate::rows::{MOST_ROWS, columns, find, of_file, take};
use crate::{Field, Own, Refusal, Register, RowRead, words};
use beffroi_wording::Lang;
use std::collections::BTreeSet;

/// Rows among which the headings are looked for.
const HEADS: usize = 10;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableCell {
    /// A value, as text.
    Text(String),
    /// An error of the program that wrote it (`#N/A`).
    Error(String),
    /// A formula without what it comes to.
    Formula,
}

/// A row of a table that holds something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableRow {
    /// Its number, from 1.
    pub number: usize,
    /// Its cells that are not empty: column from 0, in order.
    pub cells: Vec<(usize, TableCell)>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Its rows that hold something, in order.
    pub rows: Vec<TableRow>,
    /// Cells that were made one: rows from 1 and columns from 0, corners included.
    pub merged: Vec<((usize, usize), (usize, usize))>,
}

/// What a column holds.
#[derive(Clone, Copy)]
enum Column {
    Field(&'static Field),
    Own(Own),
    /// A field that only a move writes.
    ByMove(&'static Field),
}

/// Reads the records of a table. What stands around a record and what only a move writes is set aside, and told.
pub fn read_table(register: &'static Register, table: &Table) -> RowRead {
    let (head, heads) = match headings(register, table) {
        Ok(found) => found,
        Err(refusal) => return of_file(refusal),
    };
    let Some(top) = table.rows.get(head) else { return of_file(Refusal::common("sheet-heads")) };
    if let Some(((first, last), (left, right))) = table.merged.iter().find(|((_, last), _)| *last >= top.number) {
        let cells = format!("{}:{}", place(*first, *left), place(*last, *right));
        return of_file(Refusal::common("sheet-merged").with("cells", cells));
    }
    let mut read = RowRead { aside: set_aside(&heads), ..RowRead::default() };
    let cells = Cells::new(register, Lang::Fr);
    let below = table.rows.iter().skip(head + 1);
    let records = below.skip_while(|row| is_names(row, &heads));
    for (n, row) in records.enumerate() {
        if n >= MOST_ROWS {
            return of_file(Refusal::common("file-rows").with("most", MOST_ROWS));
        }
        let before = read.findings.len();
        let (mut pairs, mut own) = (Vec::new(), Vec::new());
        for (column, cell) in &row.cells {
            let at = || place(row.number, *column);
            let wrong = |what: &str| Refusal::common(what).with("cell", at());
            let text = match cell {
                TableCell::Text(text) => text,
                TableCell::Error(what) => {
                    let what: String = what.chars().take(20).collect();
                    find(&mut read, row.number, wrong("cell-error").with("what", what));
                    continue;
                }
                TableCell::Formula => {
                    find(&mut read, row.number, wrong("cell-formula"));
                    continue;
                }
            };
            match heads.iter().find(|(known, _)| known == column) {
                Some((_, Column::Field(field))) => pairs.push((*field, cells.typed(field, text))),
                Some((_, Column::Own(one))) => own.push((*one, text.clone())),
                Some((_, Column::ByMove(_))) => {}
                None => find(&mut read, row.number, wrong("cell-beyond")),
            }
        }
        if read.findings.len() == before {
            take(&mut read, row.number, pairs.into_iter(), own);
        }
    }
    read
}

/// A cell as people name it: `C7`.
fn place(row: usize, column: usize) -> String {
    let (mut letters, mut rest) = (String::new(), column.saturating_add(1));
    while rest > 0 {
        letters.insert(0, char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or_default()));
        rest = (rest - 1) / 26;
    }
    format!("{letters}{row}")
}

/// The row of the headings, by its place, and what each of its columns holds.
fn headings(register: &'static Register, table: &Table) -> Result<(usize, Vec<(usize, Column)>), Refusal> {
    let known = |row: &TableRow| {
        let texts = row.cells.iter().filter_map(|(_, cell)| text_of(cell));
        texts.filter(|text| !meant(register, text).is_empty()).count()
    };
    let counts: Vec<usize> = table.rows.iter().take(HEADS).map(known).collect();
    let most = counts.iter().copied().max().filter(|most| *most > 0);
    let Some(head) = most.and_then(|most| counts.iter().position(|count| *count == most)) else {
        return Err(Refusal::common("sheet-heads"));
    };
    let row = table.rows.get(head).ok_or_else(|| Refusal::common("sheet-heads"))?;
    // Below labels may stand the names, which no two fields share.
    let names = table.rows.get(head + 1).filter(|next| next.number == row.number.saturating_add(1));
    let named = |column: usize| {
        let cell = names?.cells.iter().find(|(at, _)| *at == column)?;
        by_name(register, text_of(&cell.1)?)
    };
    let mut heads = Vec::new();
    let mut seen = BTreeSet::new();
    for (column, cell) in &row.cells {
        let refused = |what: &str| {
            let name: String = text_of(cell).unwrap_or_default().chars().take(60).collect();
            Refusal::common(what).with("name", name).with("cell", place(row.number, *column))
        };
        let found = match (named(*column), text_of(cell).map(|text| meant(register, text)).as_deref()) {
            (Some(found), _) => found,
            (None, Some([found])) => *found,
            (None, Some([_, ..])) => return Err(refused("sheet-which")),
            (None, _) => return Err(refused("sheet-column")),
        };
        if !seen.insert(name_of(found)) {
            return Err(refused("sheet-twice"));
        }
        heads.push((*column, found));
    }
    Ok((head, heads))
}

fn text_of(cell: &TableCell) -> Option<&str> {
    match cell {
        TableCell::Text(text) => Some(text),
        TableCell::Error(_) | TableCell::Formula => None,
    }
}

fn name_of(column: Column) -> &'static str {
    match column {
        Column::Field(field) | Column::ByMove(field) => field.name,
        Column::Own(own) => own.name(),
    }
}

fn by_name(register: &'static Register, text: &str) -> Option<Column> {
    let text = text.trim();
    let own = || Own::ALL.into_iter().find(|own| own.name() == text).map(Column::Own);
    register.field(text).map(column_of).or_else(own)
}

fn column_of(field: &'static Field) -> Column {
    if field.by_move { Column::ByMove(field) } else { Column::Field(field) }
}

/// What a heading may mean: a name, else a label of a field that a form writes, else a label of another column.
fn meant(register: &'static Register, text: &str) -> Vec<Column> {
    if let Some(found) = by_name(register, text) {
        return vec![found];
    }
    let wanted = plain(text.trim().trim_end_matches('*'));
    let is_label = |field: &Field| Lang::ALL.iter().any(|t| plain(&words::field(register, field, *t)) == wanted);
    let written: Vec<Column> = columns(register).filter(|field| is_label(field)).map(Column::Field).collect();
    if !written.is_empty() {
        return written;
    }
    let moved = register.fields.iter().filter(|field| field.by_move && is_label(field)).map(Column::ByMove);
    let own = Own::ALL.into_iter().filter(|own| Lang::ALL.iter().any(|t| plain(&own.label(*t)) == wanted));
    moved.chain(own.map(Column::Own)).collect()
}

/// Whether a row repeats the headings by the names of their fields.
fn is_names(row: &TableRow, heads: &[(usize, Column)]) -> bool {
    row.cells.iter().all(|(column, cell)| {
        let head = heads.iter().find(|(known, _)| known == column);
        head.is_some_and(|(_, head)| text_of(cell).is_some_and(|text| text.trim() == name_of(*head)))
    })
}

/// The columns that are not brought in, by their labels.
fn set_aside(heads: &[(usize, Column)]) -> Vec<Aside> {
    let aside = |(_, column): &(usize, Column)| match column {
        Column::ByMove(field) => Some(Aside::Field(field)),
        Column::Own(own) if !own.is_read() => Some(Aside::Own(*own)),
        Column::Field(_) | Column::Own(_) => None,
    };
    heads.iter().filter_map(aside).collect()
}

/// A column that is not brought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// A field that only a move writes.
    Field(&'static Field),
    /// What stands around a record.
    Own(Own),
}

impl Aside {
    /// Its name for programs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Field(field) => field.name,
            Self::Own(own) => own.name(),
        }
    }

    /// Its label.
    pub fn label(&self, register: &Register, t: Lang) -> String {
        match self {
            Self::Field(field) => words::field(register, field, t),
            Self::Own(own) => own.label(t),
        }
    }
}

#[cfg(test)]
mod tests;
