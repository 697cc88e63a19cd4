//! The answer to a question about reports, laid out by column: millions of groups cost no text each.

use crate::Dimension;
use std::collections::BTreeSet;

/// The keys of one dimension: each text once, and the place of each group's text among them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeyColumn {
    /// The texts that occur, in their order; `None`, where the rows have no value, comes first. Periods are written as
    /// [`beffroi_model::Period`] writes them.
    pub texts: Vec<Option<String>>,
    /// Of each group, the index of its text.
    pub places: Vec<u32>,
}

impl KeyColumn {
    fn at(&self, row: usize) -> Option<&str> {
        let place = usize::try_from(*self.places.get(row)?).ok()?;
        self.texts.get(place)?.as_deref()
    }
}

/// The answer to a [`crate::ReportsQuery`], groups in the order of their keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FactTable {
    /// By what it is grouped.
    pub by: Vec<Dimension>,
    /// The snapshot read.
    pub snapshot: u64,
    keys: Vec<KeyColumn>,
    values: Vec<Vec<Option<f64>>>,
    n_rows: usize,
}

/// One group and its measures.
#[derive(Debug, Clone, Copy)]
pub struct TableRow<'a> {
    table: &'a FactTable,
    row: usize,
}

impl FactTable {
    /// A table of `n_rows` groups: one column of keys a dimension of `by`, one column of values a measure, each of that
    /// many rows. The groups must be apart and in the order of their keys, the texts of a column in theirs, each of them
    /// in use: tables of the same groups are then equal.
    pub fn new(
        by: Vec<Dimension>,
        snapshot: u64,
        n_rows: usize,
        keys: Vec<KeyColumn>,
        values: Vec<Vec<Option<f64>>>,
    ) -> Self {
        Self { by, snapshot, keys, values, n_rows }
    }

    /// A table of these groups, each with its keys and its `n_values` values, in the order of their keys.
    pub fn of_rows<K, V>(by: Vec<Dimension>, snapshot: u64, n_values: usize, rows: &[(K, V)]) -> Self
    where
        K: AsRef<[Option<String>]>,
        V: AsRef<[Option<f64>]>,
    {
        let column = |i: usize| {
            let of = |row: &(K, V)| row.0.as_ref().get(i).cloned().flatten();
            let texts: Vec<Option<String>> = rows.iter().map(of).collect::<BTreeSet<_>>().into_iter().collect();
            let place = |row: &(K, V)| {
                let place = texts.binary_search(&of(row)).unwrap_or_default();
                u32::try_from(place).unwrap_or_default()
            };
            KeyColumn { places: rows.iter().map(place).collect(), texts }
        };
        let value = |i: usize| rows.iter().map(|row| row.1.as_ref().get(i).copied().flatten()).collect();
        let (keys, values) = ((0..by.len()).map(column).collect(), (0..n_values).map(value).collect());
        Self { by, snapshot, keys, values, n_rows: rows.len() }
    }

    /// How many groups.
    pub fn len(&self) -> usize {
        self.n_rows
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.n_rows == 0
    }

    /// The groups, in the order of their keys.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = TableRow<'_>> + ExactSizeIterator {
        (0..self.n_rows).map(|row| TableRow { table: self, row })
    }

    /// The group at a place.
    pub fn row(&self, row: usize) -> Option<TableRow<'_>> {
        (row < self.n_rows).then_some(TableRow { table: self, row })
    }

    /// The texts that occur in a dimension of `by`, by its place there, in their order.
    pub fn texts(&self, i: usize) -> impl Iterator<Item = &str> {
        self.keys.get(i).into_iter().flat_map(|column| column.texts.iter().flatten().map(String::as_str))
    }

    /// The sum of the first measure over all groups.
    pub fn total(&self) -> f64 {
        self.values.first().into_iter().flatten().flatten().sum()
    }
}

impl<'a> TableRow<'a> {
    /// Its key in a dimension of `by`, by its place there; `None` where the rows have none.
    pub fn key(&self, i: usize) -> Option<&'a str> {
        self.table.keys.get(i)?.at(self.row)
    }

    /// One key a dimension of `by`.
    pub fn keys(&self) -> Vec<Option<String>> {
        self.table.keys.iter().map(|column| column.at(self.row).map(str::to_owned)).collect()
    }

    /// The value of a measure, by its place in the question; `None` where it cannot be computed (a mean of nothing).
    pub fn value(&self, i: usize) -> Option<f64> {
        self.table.values.get(i)?.get(self.row).copied().flatten()
    }

    /// One value a measure.
    pub fn values(&self) -> Vec<Option<f64>> {
        self.table.values.iter().map(|column| column.get(self.row).copied().flatten()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_gives_back_the_rows_it_was_made_of() {
        let text = |text: &str| Some(text.to_owned());
        let rows = [
            (vec![None, text("b")], vec![Some(1.0), None]),
            (vec![text("a"), text("a")], vec![Some(2.0), Some(5.0)]),
            (vec![text("a"), text("b")], vec![Some(4.0), None]),
        ];
        let by = vec![Dimension::Category, Dimension::Layer];
        let table = FactTable::of_rows(by.clone(), 3, 2, &rows);
        let back: Vec<_> = table.rows().map(|row| (row.keys(), row.values())).collect();
        assert_eq!(back, rows);
        assert_eq!((table.len(), table.total(), table.snapshot), (3, 7.0, 3));
        assert_eq!(table.texts(1).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(table.row(1).and_then(|row| row.key(0)), Some("a"));
        assert_eq!((table.row(0).and_then(|row| row.key(0)), table.row(3).is_none()), (None, true));
        // Laid out by an engine, the same groups make the same table.
        let keys = vec![
            KeyColumn { texts: vec![None, text("a")], places: vec![0, 1, 1] },
            KeyColumn { texts: vec![text("a"), text("b")], places: vec![1, 0, 1] },
        ];
        let values = vec![vec![Some(1.0), Some(2.0), Some(4.0)], vec![None, Some(5.0), None]];
        assert_eq!(FactTable::new(by, 3, 3, keys, values), table);
    }
}
