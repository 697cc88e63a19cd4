//! Rows made from rows: a wide one becomes several, a value stands for those below it, a field is cut into pieces.
//!
//! It stands between the reader of a layout and whoever takes rows, and only where the declaration asks for it. What it
//! holds is bounded: one row, the last value of each filled column, the second names and the pieces of some thousand columns.

use super::{EachRow, Row};
use crate::declaration::{FileShape, Pattern, Split, Unpivot};
use crate::finding::{Finding, Rule};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Most columns whose pieces or second names are kept.
const KEPT: usize = 4096;

pub(super) struct Derive<'a> {
    unpivot: Option<&'a Unpivot>,
    splits: Vec<Cut<'a>>,
    inner: Vec<String>,
    picks: Vec<Pick>,
    /// For each inner column, the last value when it is filled.
    last: Vec<Option<String>>,
    labels: Option<HashMap<String, String>>,
    pieces: HashMap<String, Vec<String>>,
    out: Row,
}

#[derive(Debug, Clone, Copy)]
enum Pick {
    Cell(usize),
    Header,
    Value,
    Label,
    /// A named piece of the column's name.
    Piece(usize),
    /// A piece of a field: which field, which piece.
    Cut(usize, usize),
}

struct Cut<'a> {
    split: &'a Split,
    cell: usize,
    pieces: Vec<String>,
}

impl<'a> Derive<'a> {
    /// Nothing when the rows are those of the file. `columns` are those that the mapping reads.
    pub(super) fn new(shape: &'a FileShape, columns: &[String]) -> Option<Self> {
        if shape.unpivot.is_none() && shape.splits.is_empty() && shape.fill.is_empty() {
            return None;
        }
        let mut derive = Self {
            unpivot: shape.unpivot.as_ref(),
            splits: Vec::new(),
            inner: Vec::new(),
            picks: Vec::new(),
            last: Vec::new(),
            labels: None,
            pieces: HashMap::new(),
            out: Row::default(),
        };
        for split in &shape.splits {
            if split.made().any(|made| columns.iter().any(|column| column == made)) {
                let cell = derive.cell(&split.column);
                derive.splits.push(Cut { split, cell, pieces: Vec::new() });
            }
        }
        for column in columns {
            let pick = derive.pick(column);
            derive.picks.push(pick);
        }
        for column in &shape.fill {
            let cell = derive.cell(column);
            derive.last.resize(derive.inner.len(), None);
            if let Some(last) = derive.last.get_mut(cell) {
                *last = Some(String::new());
            }
        }
        derive.last.resize(derive.inner.len(), None);
        Some(derive)
    }

    /// The columns to read from the file itself.
    pub(super) fn inner(&self) -> &[String] {
        &self.inner
    }

    fn cell(&mut self, column: &str) -> usize {
        self.inner.iter().position(|known| known == column).unwrap_or_else(|| {
            self.inner.push(column.to_owned());
            self.inner.len() - 1
        })
    }

    fn pick(&mut self, column: &str) -> Pick {
        if let Some(unpivot) = self.unpivot {
            if column == unpivot.header {
                return Pick::Header;
            }
            if column == unpivot.value {
                return Pick::Value;
            }
            if unpivot.label.as_deref() == Some(column) {
                return Pick::Label;
            }
            let piece = unpivot.pattern.as_ref().and_then(|pattern| pattern.pieces().position(|name| name == column));
            if let Some(piece) = piece {
                return Pick::Piece(piece);
            }
        }
        for (index, cut) in self.splits.iter().enumerate() {
            if let Some(piece) = cut.split.made().position(|name| name == column) {
                return Pick::Cut(index, piece);
            }
        }
        Pick::Cell(self.cell(column))
    }

    /// Takes a row of the file and gives those that it makes.
    pub(super) fn row(&mut self, row: &Row, each: &mut EachRow<'_>) -> ControlFlow<()> {
        for (cell, last) in self.last.iter_mut().enumerate() {
            if let Some(last) = last {
                let text = row.values(cell).next().unwrap_or_default();
                if !text.is_empty() {
                    text.clone_into(last);
                }
            }
        }
        for cut in &mut self.splits {
            let filled = self.last.get(cut.cell).and_then(Option::as_deref);
            let text = filled.unwrap_or_else(|| row.values(cut.cell).next().unwrap_or_default());
            cut.pieces.clear();
            cut_text(cut.split, text, &mut cut.pieces);
        }
        let Some(unpivot) = self.unpivot else {
            self.fill(row, None);
            return each(Ok(&self.out));
        };
        let wide = self.inner.len()..row.cell_count();
        if unpivot.label.is_some() && self.labels.is_none() {
            let named = wide.take(KEPT).filter_map(|cell| {
                let (header, label) = pair(row, cell);
                (!label.is_empty()).then(|| (header.to_owned(), label.to_owned()))
            });
            self.labels = Some(named.collect());
            return ControlFlow::Continue(());
        }
        if wide.is_empty() {
            let message = "the row has no column of those that become rows";
            return each(Err(Finding::new(row.line(), None, Rule::MissingValue, message, "")));
        }
        for cell in wide {
            let (header, value) = pair(row, cell);
            if let Some(pattern) = &unpivot.pattern
                && !self.pieces.contains_key(header)
            {
                if self.pieces.len() >= KEPT {
                    self.pieces.clear();
                }
                let mut pieces = Vec::new();
                named(pattern, header, &mut pieces);
                self.pieces.insert(header.to_owned(), pieces);
            }
            self.fill(row, Some((header, value)));
            each(Ok(&self.out))?;
        }
        ControlFlow::Continue(())
    }

    fn fill(&mut self, row: &Row, wide: Option<(&str, &str)>) {
        let (header, value) = wide.unwrap_or_default();
        let pieces = self.pieces.get(header);
        self.out.clear(row.line());
        for pick in &self.picks {
            match *pick {
                Pick::Cell(cell) => match self.last.get(cell).and_then(Option::as_deref) {
                    Some(filled) => self.out.push(filled),
                    None => row.values(cell).for_each(|text| self.out.push(text)),
                },
                Pick::Header => self.out.push(header),
                Pick::Value => self.out.push(value),
                Pick::Label => {
                    let label = self.labels.as_ref().and_then(|labels| labels.get(header));
                    self.out.push(label.map(String::as_str).unwrap_or_default());
                }
                Pick::Piece(piece) => {
                    self.out.push(pieces.and_then(|all| all.get(piece)).map(String::as_str).unwrap_or_default());
                }
                Pick::Cut(cut, piece) => {
                    let text = self.splits.get(cut).and_then(|cut| cut.pieces.get(piece));
                    self.out.push(text.map(String::as_str).unwrap_or_default());
                }
            }
            self.out.end_cell();
        }
    }
}

/// The name and the value of a column that becomes a row.
fn pair(row: &Row, cell: usize) -> (&str, &str) {
    let mut values = row.values(cell);
    (values.next().unwrap_or_default(), values.next().unwrap_or_default())
}

fn cut_text(split: &Split, text: &str, pieces: &mut Vec<String>) {
    if let Some(pattern) = &split.pattern {
        named(pattern, text, pieces);
    } else if let Some(sign) = &split.by {
        pieces.extend(text.splitn(split.into.len(), sign.as_str()).map(|piece| piece.trim().to_owned()));
    }
}

/// The named pieces of a text, empty where the pattern does not fit.
fn named(pattern: &Pattern, text: &str, pieces: &mut Vec<String>) {
    let captures = pattern.captures(text);
    pieces.extend(pattern.pieces().map(|name| {
        let piece = captures.as_ref().and_then(|captures| captures.name(name));
        piece.map(|piece| piece.as_str().trim().to_owned()).unwrap_or_default()
    }));
}
