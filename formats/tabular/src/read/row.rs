//! One row, as the mapping sees it: the declared columns and their texts, whatever the layout of the file.

/// One row. Only declared columns are kept, in the order of [`crate::Plan::columns`]; a JSON path that crosses an array
/// may hold several values.
#[derive(Debug, Default)]
pub struct Row {
    pub(crate) line: u64,
    /// The values, one behind the other.
    text: String,
    /// Where each value ends in `text`.
    ends: Vec<usize>,
    /// Where the values of each column end in `ends`; empty when each column has one.
    cells: Vec<usize>,
    is_plain: bool,
}

impl Row {
    /// Line on which the row begins, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The values of column `column`, blanks at both ends removed; none when the row has not that column.
    pub fn values(&self, column: usize) -> impl Iterator<Item = &str> {
        let of = |cells: &[usize], at: usize| cells.get(at).copied().unwrap_or(self.ends.len());
        let (from, to) = match (self.is_plain, column) {
            (true, _) => (column, column + 1),
            (false, _) if column >= self.cells.len() => (0, 0),
            (false, 0) => (0, of(&self.cells, 0)),
            (false, _) => (of(&self.cells, column - 1), of(&self.cells, column)),
        };
        (from..to.min(self.ends.len())).map(|index| self.value(index))
    }

    fn value(&self, index: usize) -> &str {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.text.get(start..end).unwrap_or_default()
    }

    /// The value of column `column`: the empty text when there is none, an error when there are several.
    pub(crate) fn single(&self, column: usize) -> Result<&str, ManyValues> {
        if self.is_plain {
            return Ok(self.value(column));
        }
        let mut values = self.values(column);
        let first = values.next().unwrap_or_default();
        if values.next().is_some() { Err(ManyValues) } else { Ok(first) }
    }

    pub(crate) fn cell_count(&self) -> usize {
        if self.is_plain { self.ends.len() } else { self.cells.len() }
    }

    /// The text and the ends of its values, of a row whose columns have one value each.
    pub(crate) fn plain(&self) -> Option<(&str, &[usize])> {
        self.is_plain.then_some((self.text.as_str(), self.ends.as_slice()))
    }

    /// Begins a row whose columns may have several values, or none.
    pub(crate) fn clear(&mut self, line: u64) {
        self.begin(line, false);
    }

    /// Begins a row whose columns have one value each: [`Row::push`] ends the column.
    pub(crate) fn clear_plain(&mut self, line: u64) {
        self.begin(line, true);
    }

    fn begin(&mut self, line: u64, is_plain: bool) {
        self.line = line;
        self.text.clear();
        self.ends.clear();
        self.cells.clear();
        self.is_plain = is_plain;
    }

    /// Adds a value to the column that [`Row::end_cell`] ends next.
    pub(crate) fn push(&mut self, value: &str) {
        self.text.push_str(trimmed(value));
        self.ends.push(self.text.len());
    }

    /// Adds the values of all columns of a plain row at once: `text` holds them without blanks at their ends, one behind
    /// the other, and each end of `ends` lies between two characters. What `ends` is afterwards is of no use but its
    /// memory.
    pub(crate) fn put_plain(&mut self, text: &str, ends: &mut Vec<usize>) {
        self.text.push_str(text);
        std::mem::swap(&mut self.ends, ends);
    }

    pub(crate) fn end_cell(&mut self) {
        if !self.is_plain {
            self.cells.push(self.ends.len());
        }
    }
}

/// The value without blanks at its ends. Most have none, which their first and last byte tell.
pub(crate) fn trimmed(value: &str) -> &str {
    let bare = |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii_graphic());
    if bare(value.as_bytes().first()) && bare(value.as_bytes().last()) { value } else { value.trim() }
}

/// A column holds several values where one was expected.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ManyValues;
