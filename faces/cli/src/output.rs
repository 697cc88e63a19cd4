//! Results on stdout: a table for people, JSON for scripts. Messages and progress go to stderr.

use serde::Serialize;
use std::io::{self, Write};

/// A table for a terminal: columns aligned by their longest cell, figures flush right.
#[derive(Debug, Default)]
pub struct TextTable {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    numeric: Vec<usize>,
}

impl TextTable {
    /// A table with these headings.
    pub fn new<S: Into<String>>(head: impl IntoIterator<Item = S>) -> Self {
        Self { head: head.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// The columns (from 0) that hold figures.
    #[must_use]
    pub fn numeric(mut self, columns: impl IntoIterator<Item = usize>) -> Self {
        self.numeric = columns.into_iter().collect();
        self
    }

    /// One more row.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(|cell| printable(&cell.into())).collect());
    }

    /// The table as text.
    pub fn text(&self) -> String {
        let width = |column: usize| {
            std::iter::once(&self.head)
                .chain(&self.rows)
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let line = |cells: &[String]| {
            let mut text = String::new();
            for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
                let blanks = " ".repeat(width.saturating_sub(cell.chars().count()));
                if column > 0 {
                    text.push_str("  ");
                }
                if self.numeric.contains(&column) {
                    text.push_str(&blanks);
                    text.push_str(cell);
                } else {
                    text.push_str(cell);
                    text.push_str(&blanks);
                }
            }
            text.trim_end().to_owned() + "\n"
        };
        let mut text = line(&self.head);
        text.push_str(&"─".repeat(widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1)));
        text.push('\n');
        for row in &self.rows {
            text.push_str(&line(row));
        }
        text
    }
}

/// A cell without the control characters that could drive a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Writes text to stdout. A reader that stopped listening (`| head`) is no fault.
pub fn print(text: &str) -> crate::fault::Outcome {
    #[cfg(test)]
    if held::keep(text) {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(crate::fault::ours(error)),
        _ => Ok(()),
    }
}

/// Writes one JSON document to stdout.
pub fn print_json<T: Serialize>(value: &T) -> crate::fault::Outcome {
    let mut text = serde_json::to_string_pretty(value).map_err(crate::fault::ours)?;
    text.push('\n');
    print(&text)
}

/// What a test holds back of what its thread prints, to look at it.
#[cfg(test)]
pub(crate) mod held {
    use std::cell::RefCell;

    thread_local! {
        static HELD: RefCell<Option<String>> = const { RefCell::new(None) };
    }

    /// Holds back what this thread prints from now on.
    pub(crate) fn begin() {
        HELD.set(Some(String::new()));
    }

    /// What was held back since.
    pub(crate) fn end() -> String {
        HELD.take().unwrap_or_default()
    }

    pub(super) fn keep(text: &str) -> bool {
        HELD.with_borrow_mut(|held| held.as_mut().map(|held| held.push_str(text)).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_figures_flush_right() {
        let mut table = TextTable::new(["nom", "n"]).numeric([1]);
        table.row(["é", "1"]);
        table.row(["abcd", "100"]);
        assert_eq!(table.text(), "nom     n\n─────────\né       1\nabcd  100\n");
    }

    #[test]
    fn a_cell_cannot_drive_the_terminal() {
        let mut table = TextTable::new(["x"]);
        table.row(["\u{1b}[2J"]);
        assert!(!table.text().contains('\u{1b}'));
    }
}
