//! One row, as the mapping sees it: the declared columns and their texts, whatever the layout of the file.

/// One row. Only declared columns are kept, in the order of [`crate::Plan::columns`]; a JSON path that crosses an array
/// may hold several values.
#[derive(Debug, Default)]
pub struct Row {
    pub(crate) line: u64,
    text: String,
    values: Vec<(usize, usize)>,
    cells: Vec<(usize, usize)>,
}

impl Row {
    /// Line on which the row begins, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The values of column `column`, blanks at both ends removed; none when the row has not that column.
    pub fn values(&self, column: usize) -> impl Iterator<Item = &str> {
        let (start, end) = self.cells.get(column).copied().unwrap_or_default();
        self.values
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .map(|&(from, to)| self.text.get(from..to).unwrap_or_default())
    }

    /// The value of column `column`: the empty text when there is none, an error when there are several.
    pub(crate) fn single(&self, column: usize) -> Result<&str, ManyValues> {
        let mut values = self.values(column);
        let first = values.next().unwrap_or_default();
        if values.next().is_some() { Err(ManyValues) } else { Ok(first) }
    }

    pub(crate) fn cell_count(&self) -> usize {
        self.cells.len()
    }

    pub(crate) fn clear(&mut self, line: u64) {
        self.line = line;
        self.text.clear();
        self.values.clear();
        self.cells.clear();
    }

    /// Adds a value to the column that [`Row::end_cell`] ends next.
    pub(crate) fn push(&mut self, value: &str) {
        let from = self.text.len();
        self.text.push_str(value.trim());
        self.values.push((from, self.text.len()));
    }

    pub(crate) fn end_cell(&mut self) {
        let start = self.cells.last().map_or(0, |&(_, end)| end);
        self.cells.push((start, self.values.len()));
    }
}

/// A column holds several values where one was expected.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ManyValues;
