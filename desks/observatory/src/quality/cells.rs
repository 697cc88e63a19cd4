//! The published counts of one file, in little memory, and those known before.

use super::sheet::Place;
use beffroi_model::{Period, PublishedCount};
use jiff::civil::Date;
use std::collections::HashMap;

/// Most cells held: about 100 MB. Beyond, what needs all of them cannot be said, and is not.
pub(crate) const MOST: usize = 1_000_000;

/// Texts looked at one by one before they are looked up.
const NEAR: usize = 12;

/// Texts by small numbers; 0 is the empty text.
#[derive(Debug)]
pub(crate) struct Names {
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
    /// The first short ones, as [`packed`].
    near: Vec<(u128, u32)>,
}

impl Default for Names {
    fn default() -> Self {
        Self { numbers: HashMap::from([(String::new(), 0)]), texts: vec![String::new()], near: vec![(0, 0)] }
    }
}

impl Names {
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        // The first few are found without a hash: a source has a handful of categories.
        let packed = packed(text);
        if let Some(packed) = packed
            && let Some((_, number)) = self.near.iter().find(|(known, _)| *known == packed)
        {
            return *number;
        }
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.numbers.insert(text.to_owned(), number);
        self.texts.push(text.to_owned());
        if let Some(packed) = packed.filter(|_| self.near.len() < NEAR) {
            self.near.push((packed, number));
        }
        number
    }

    /// The number of a text that is known.
    pub(crate) fn known(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    pub(crate) fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", String::as_str)
    }
}

/// A text of 15 bytes at most as one number: its bytes and their number.
fn packed(text: &str) -> Option<u128> {
    let mut bytes = [0; 16];
    let (place, length) = bytes.split_at_mut(15);
    place.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
    length.fill(text.len() as u8);
    Some(u128::from_le_bytes(bytes))
}

/// What tells a figure from the others of its source, its vintage apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) series: u32,
    pub(crate) category: u32,
    pub(crate) unit: u32,
    pub(crate) definition: u32,
    pub(crate) territory: u32,
    pub(crate) period: Period,
}

/// One figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cell {
    pub(crate) key: Key,
    pub(crate) vintage: Date,
    pub(crate) value: f64,
}

/// The figures of a file.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    pub(crate) names: Names,
    pub(crate) cells: Vec<Cell>,
    /// Figures beyond [`MOST`].
    pub(crate) n_left: u64,
    /// Figures that stand twice with two values: the first counts.
    pub(crate) conflicts: Vec<(Cell, f64)>,
}

impl Cells {
    pub(crate) fn add(&mut self, count: &PublishedCount) {
        if self.cells.len() >= MOST {
            self.n_left += 1;
            return;
        }
        let cell = self.cell(count);
        self.cells.push(cell);
    }

    /// Puts the figures in order once the file is read; of one that stands twice the first is kept.
    pub(crate) fn seal(&mut self) {
        self.cells.sort_by_key(|cell| (cell.key, cell.vintage));
        let mut conflicts = Vec::new();
        self.cells.dedup_by(|again, first| {
            let same = (again.key, again.vintage) == (first.key, first.vintage);
            if same && again.value.to_bits() != first.value.to_bits() {
                conflicts.push((*first, again.value));
            }
            same
        });
        self.conflicts = conflicts;
    }

    /// A count as a cell with the names of this file.
    pub(crate) fn cell(&mut self, count: &PublishedCount) -> Cell {
        let names = &mut self.names;
        let key = Key {
            series: names.number(&count.series),
            category: names.number(count.category.as_deref().unwrap_or_default()),
            unit: names.number(&count.unit_of_count),
            definition: names.number(&count.definition_version),
            territory: names.number(count.territory.code()),
            period: count.period,
        };
        Cell { key, vintage: count.vintage, value: count.value }
    }

    pub(crate) fn place(&self, key: Key) -> Place {
        let text = |number: u32| Some(self.names.text(number).to_owned()).filter(|text| !text.is_empty());
        Place {
            line: None,
            series: text(key.series),
            period: Some(key.period.to_string()),
            territory: text(key.territory),
            category: text(key.category),
            unit: text(key.unit),
            definition: text(key.definition),
        }
    }
}

/// What the lake held of the source before this file: each figure with its vintages, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Previous {
    pub(crate) figures: HashMap<Key, Vec<(Date, f64)>>,
}

impl Previous {
    /// From the counts of the lake, with the names of the file's cells.
    pub(crate) fn of(counts: &[PublishedCount], cells: &mut Cells) -> Self {
        let mut figures: HashMap<Key, Vec<(Date, f64)>> = HashMap::new();
        for count in counts {
            let cell = cells.cell(count);
            figures.entry(cell.key).or_default().push((cell.vintage, cell.value));
        }
        figures.values_mut().for_each(|vintages| vintages.sort_by_key(|a| a.0));
        Self { figures }
    }

    /// The last figure of a vintage before that of the file's `index`-th cell, in the lake or in the file itself.
    pub(crate) fn before(&self, cells: &Cells, index: usize) -> Option<(Date, f64)> {
        let cell = cells.cells.get(index)?;
        let known = self.figures.get(&cell.key);
        let known = known.and_then(|all| all.iter().rev().find(|(day, _)| *day < cell.vintage)).copied();
        // Cells are in the order of their keys and vintages.
        let beside = index.checked_sub(1).and_then(|i| cells.cells.get(i)).filter(|other| other.key == cell.key);
        let beside = beside.map(|other| (other.vintage, other.value));
        known.into_iter().chain(beside).max_by_key(|(vintage, _)| *vintage)
    }

    /// The figure of that very vintage.
    pub(crate) fn at(&self, key: Key, vintage: Date) -> Option<f64> {
        self.figures.get(&key)?.iter().find(|(day, _)| *day == vintage).map(|(_, value)| *value)
    }

    /// The last figure of all.
    pub(crate) fn last(&self, key: Key) -> Option<(Date, f64)> {
        self.figures.get(&key)?.last().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Short texts are found by another way than long ones: each has its number, and no other's.
        #[test]
        fn texts_have_a_number_each(texts in proptest::collection::vec("[ab\u{0}é]{0,4}|[ab]{14,17}", 0..60)) {
            let (mut names, mut known) = (Names::default(), vec![String::new()]);
            for text in texts.iter().chain(&texts) {
                let expected = known.iter().position(|other| other == text).unwrap_or_else(|| {
                    known.push(text.clone());
                    known.len() - 1
                });
                prop_assert_eq!(names.number(text) as usize, expected);
                prop_assert_eq!(names.known(text), Some(expected as u32));
                prop_assert_eq!(names.text(expected as u32), text);
            }
        }
    }
}
