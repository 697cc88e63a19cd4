//! Control of disclosure in tables of counts with totals.
//!
//! A cell that counts few people is secret (*primary*), and so are as many others as it takes (*secondary*) for nobody
//! to find a secret cell again from the totals. Method: threshold rule and cell suppression, as in Hundepool et al.,
//! *Statistical Disclosure Control* (Wiley, 2012), chapter 4; the secondary cells are chosen by a greedy search that
//! ends only when the attack of this crate (linear algebra and bounds) finds no secret cell any more.
//!
//! Zeros are published: that nothing happened is no secret about anybody. So a reader knows that each hidden cell is
//! one at least, and the attack is given that knowledge. Hidden cells are all printed alike: a reader must not learn
//! which of them are the small ones.

use crate::attack::{self, MAX_HIDDEN};
use std::collections::BTreeSet;

/// What becomes of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It is printed.
    Published,
    /// It is secret because it is small.
    SecretPrimary,
    /// It is hidden so that a small one cannot be found by subtraction.
    SecretSecondary,
    /// There is no figure to print.
    NotAvailable,
}

impl Status {
    /// Whether the reader sees the figure.
    pub fn is_hidden(self) -> bool {
        matches!(self, Self::SecretPrimary | Self::SecretSecondary)
    }

    /// The code kept in files, close to the SDMX list of confidentiality status (`F`, `C`, `D`); `M` for missing.
    pub fn code(self) -> &'static str {
        match self {
            Self::Published => "F",
            Self::SecretPrimary => "C",
            Self::SecretSecondary => "D",
            Self::NotAvailable => "M",
        }
    }
}

/// When a cell is small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// A cell n with 0 < n < `threshold` is secret; 0 and 1 make nothing secret.
    pub threshold: u32,
}

impl Rule {
    /// Whether a count is small under this rule.
    pub fn is_small(self, count: f64) -> bool {
        count > 0.0 && count < f64::from(self.threshold)
    }
}

/// A sum that a reader can check: cell `total` is the sum of the cells `parts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) total: usize,
    pub(crate) parts: Vec<usize>,
}

impl Sum {
    pub(crate) fn cells(&self) -> impl Iterator<Item = usize> + '_ {
        std::iter::once(self.total).chain(self.parts.iter().copied())
    }
}

/// Cells and the sums that bind them. A cell that is not available takes part in no sum.
#[derive(Debug, Clone, PartialEq)]
pub struct SumTable {
    values: Vec<Option<f64>>,
    sums: Vec<Sum>,
    columns: usize,
    /// Cells that readers know from elsewhere, whatever this table hides.
    known: BTreeSet<usize>,
}

/// Why a table cannot be protected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TableError {
    /// A cell holds no count.
    #[error("cell {index} holds {value}, which is no count: expected a finite value, zero or more")]
    NotACount {
        /// Which cell, row by row.
        index: usize,
        /// What it holds.
        value: f64,
    },
    /// The rows have not the same length.
    #[error("row {row} has {found} cells where the first row has {expected}")]
    Ragged {
        /// Which row.
        row: usize,
        /// Cells of the first row.
        expected: usize,
        /// Cells of this row.
        found: usize,
    },
    /// So many cells are hidden that the check would take too long.
    #[error(
        "{hidden} cells would be hidden, and at most {MAX_HIDDEN} can be checked: group the categories or the periods"
    )]
    TooLarge {
        /// How many.
        hidden: usize,
    },
    /// What readers know from elsewhere gives a secret cell away, whatever else of the table is hidden.
    #[error("{exposed} secret cells are found from what is known elsewhere: do not show the table")]
    Exposed {
        /// How many.
        exposed: usize,
    },
}

impl SumTable {
    /// A list and its total. The cells are the parts in their order, then the total (the sum of the parts available).
    ///
    /// # Errors
    /// [`TableError::NotACount`].
    pub fn one_way(parts: &[Option<f64>]) -> Result<Self, TableError> {
        check(parts.iter().copied().enumerate())?;
        let mut values = parts.to_vec();
        values.push(Some(parts.iter().flatten().sum()));
        let sum = Sum { total: parts.len(), parts: available(parts, 0..parts.len()) };
        Ok(Self { values, sums: vec![sum], columns: parts.len() + 1, known: BTreeSet::new() })
    }

    /// Rows and columns with their totals: `rows[r][c]` becomes cell ([`SumTable::index`]) `(r, c)`; column `n` holds
    /// the totals of the rows, row `m` those of the columns, and `(m, n)` the grand total.
    ///
    /// # Errors
    /// [`TableError::NotACount`], [`TableError::Ragged`].
    pub fn two_way(rows: &[Vec<Option<f64>>]) -> Result<Self, TableError> {
        let n = rows.first().map_or(0, Vec::len);
        for (row, cells) in rows.iter().enumerate() {
            if cells.len() != n {
                return Err(TableError::Ragged { row, expected: n, found: cells.len() });
            }
            check(cells.iter().copied().enumerate().map(|(c, v)| (row * (n + 1) + c, v)))?;
        }
        let mut values = Vec::with_capacity((rows.len() + 1) * (n + 1));
        for cells in rows {
            values.extend_from_slice(cells);
            values.push(Some(cells.iter().flatten().sum()));
        }
        let column_total = |c: usize| -> f64 { rows.iter().filter_map(|row| row.get(c).copied().flatten()).sum() };
        values.extend((0..n).map(|c| Some(column_total(c))));
        values.push(Some((0..n).map(column_total).sum()));

        let (columns, lines) = (n + 1, rows.len() + 1);
        let mut sums = Vec::with_capacity(columns + lines);
        for r in 0..lines {
            sums.push(Sum { total: r * columns + n, parts: available(&values, r * columns..r * columns + n) });
        }
        for c in 0..columns {
            let parts = available(&values, (0..rows.len()).map(|r| r * columns + c));
            sums.push(Sum { total: rows.len() * columns + c, parts });
        }
        Ok(Self { values, sums, columns, known: BTreeSet::new() })
    }

    /// Where the cell of that row and column stands; column and row one past the last are the totals.
    pub fn index(&self, row: usize, column: usize) -> usize {
        row * self.columns + column
    }

    /// Says that readers know these cells from elsewhere, a page that is printed already for one: they are not hidden,
    /// since that would hide nothing, and what they give away is reckoned with.
    pub fn know(&mut self, cells: impl IntoIterator<Item = usize>) {
        self.known.extend(cells.into_iter().filter(|cell| *cell < self.values.len()));
    }

    /// Adds a sum of some cells that readers know from elsewhere: over some columns of a row, for one. Gives its cell,
    /// which comes after all others.
    pub fn know_sum(&mut self, parts: impl IntoIterator<Item = usize>) -> usize {
        let parts = available(&self.values, parts.into_iter());
        let total = self.values.len();
        self.values.push(Some(parts.iter().filter_map(|cell| self.value(*cell)).sum()));
        self.sums.push(Sum { total, parts });
        self.known.insert(total);
        total
    }

    /// The figures, row by row, totals included.
    pub fn values(&self) -> &[Option<f64>] {
        &self.values
    }

    pub(crate) fn sums(&self) -> &[Sum] {
        &self.sums
    }

    fn value(&self, cell: usize) -> Option<f64> {
        self.values.get(cell).copied().flatten()
    }
}

fn check(cells: impl Iterator<Item = (usize, Option<f64>)>) -> Result<(), TableError> {
    for (index, value) in cells {
        match value {
            Some(v) if !(v >= 0.0 && v.is_finite()) => return Err(TableError::NotACount { index, value: v }),
            _ => {}
        }
    }
    Ok(())
}

fn available(values: &[Option<f64>], cells: impl Iterator<Item = usize>) -> Vec<usize> {
    cells.filter(|i| values.get(*i).copied().flatten().is_some()).collect()
}

/// The status of each cell of `table`, in its order: small cells secret, and enough others hidden with them that no
/// secret cell has only one possible value left for a reader who knows the sums, the rule and that hidden cells are
/// whole numbers of one or more. Any sum that holds a hidden cell holds two at least, its total counted, unless every
/// other cell of it is zero.
///
/// Cells that readers know from elsewhere are printed, small or not.
///
/// # Errors
/// [`TableError::TooLarge`] beyond 2 000 hidden cells; [`TableError::Exposed`] when what readers know from elsewhere finds
/// a secret cell all the same.
///
/// ```
/// use beffroi_statistics::{Rule, Status, SumTable, protect};
/// let table = SumTable::one_way(&[Some(3.0), Some(40.0), Some(25.0)]).unwrap();
/// let status = protect(&table, Rule { threshold: 5 }).unwrap();
/// assert_eq!(status, [Status::SecretPrimary, Status::Published, Status::SecretSecondary, Status::Published]);
/// ```
pub fn protect(table: &SumTable, rule: Rule) -> Result<Vec<Status>, TableError> {
    let mut status = primary(table, rule);
    loop {
        pair(table, &mut status);
        let hidden = status.iter().filter(|s| s.is_hidden()).count();
        if hidden > MAX_HIDDEN {
            return Err(TableError::TooLarge { hidden });
        }
        let found = attack::solve(table, &status);
        let exposed = |cell: &usize| status.get(*cell) == Some(&Status::SecretPrimary);
        if !found.iter().any(exposed) {
            return Ok(status);
        }
        // First around the exposed cells, then around whatever led to them, then anywhere.
        let near: BTreeSet<usize> = found.iter().copied().filter(exposed).collect();
        let everything = || (0..status.len()).collect::<BTreeSet<usize>>();
        let more = [near, found.clone(), everything()]
            .into_iter()
            .map(|cells| smallest_beside(table, &status, &cells))
            .find(|chosen| !chosen.is_empty());
        let Some(more) = more else {
            let exposed = found.iter().filter(|cell| exposed(cell)).count();
            return if table.known.is_empty() { Ok(status) } else { Err(TableError::Exposed { exposed }) };
        };
        for cell in more {
            hide(&mut status, cell);
        }
    }
}

/// The threshold rule alone.
fn primary(table: &SumTable, rule: Rule) -> Vec<Status> {
    let of = |(cell, value): (usize, &Option<f64>)| match value {
        None => Status::NotAvailable,
        Some(n) if rule.is_small(*n) && !table.known.contains(&cell) => Status::SecretPrimary,
        Some(_) => Status::Published,
    };
    table.values().iter().enumerate().map(of).collect()
}

/// Gives a companion to each hidden cell that is alone in a sum, until none is.
fn pair(table: &SumTable, status: &mut [Status]) {
    let is_hidden = |status: &[Status], cell: usize| status.get(cell).is_some_and(|s| s.is_hidden());
    loop {
        let mut changed = false;
        for sum in table.sums() {
            if sum.cells().filter(|c| is_hidden(status, *c)).count() == 1
                && let Some(cell) = smallest(table, status, sum)
            {
                hide(status, cell);
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

fn hide(status: &mut [Status], cell: usize) {
    if let Some(slot) = status.get_mut(cell) {
        *slot = Status::SecretSecondary;
    }
}

/// The smallest published cell of a sum above zero; among equals the one whose other sums hide something already.
fn smallest(table: &SumTable, status: &[Status], sum: &Sum) -> Option<usize> {
    let busy = |cell: usize| {
        let others = table.sums().iter().filter(|s| *s != sum && s.cells().any(|c| c == cell));
        let hides = |s: &Sum| s.cells().any(|c| status.get(c).is_some_and(|s| s.is_hidden()));
        others.filter(|s| hides(s)).count()
    };
    sum.cells()
        .filter(|cell| status.get(*cell) == Some(&Status::Published) && !table.known.contains(cell))
        .filter_map(|cell| table.value(cell).filter(|v| *v > 0.0).map(|v| (cell, v)))
        .min_by(|(a, va), (b, vb)| va.total_cmp(vb).then(busy(*b).cmp(&busy(*a))).then(a.cmp(b)))
        .map(|(cell, _)| cell)
}

fn smallest_beside(table: &SumTable, status: &[Status], cells: &BTreeSet<usize>) -> BTreeSet<usize> {
    let touches = |sum: &&Sum| sum.cells().any(|c| cells.contains(&c));
    table.sums().iter().filter(touches).filter_map(|sum| smallest(table, status, sum)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A reader with a pencil: wherever one hidden cell is left in a sum, subtract. Written apart from the attack that
    /// `protect` itself uses.
    fn found_by_subtraction(table: &SumTable, status: &[Status]) -> BTreeSet<usize> {
        let mut known: Vec<Option<f64>> =
            table.values.iter().zip(status).map(|(v, s)| if *s == Status::Published { *v } else { None }).collect();
        let mut found = BTreeSet::new();
        loop {
            let before = found.len();
            for sum in &table.sums {
                let unknown: Vec<usize> = sum.cells().filter(|c| known[*c].is_none()).collect();
                if let [cell] = unknown[..] {
                    let parts: f64 = sum.parts.iter().filter_map(|c| known[*c]).sum();
                    known[cell] = Some(if cell == sum.total { parts } else { known[sum.total].unwrap() - parts });
                    found.insert(cell);
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }

    fn secrets(status: &[Status]) -> BTreeSet<usize> {
        (0..status.len()).filter(|i| status[*i] == Status::SecretPrimary).collect()
    }

    const RULE: Rule = Rule { threshold: 5 };

    fn table(rows: &[&[f64]]) -> SumTable {
        let rows: Vec<Vec<Option<f64>>> = rows.iter().map(|r| r.iter().map(|v| Some(*v)).collect()).collect();
        SumTable::two_way(&rows).unwrap()
    }

    #[test]
    fn the_threshold_rule_alone_does_not_protect() {
        let table = table(&[&[2.0, 30.0, 41.0], &[50.0, 60.0, 70.0], &[20.0, 35.0, 90.0]]);
        let alone = primary(&table, RULE);
        assert!(found_by_subtraction(&table, &alone).contains(&0), "without companions the secret cell is found");
        let status = protect(&table, RULE).unwrap();
        assert!(found_by_subtraction(&table, &status).is_disjoint(&secrets(&status)));
        assert_eq!(status[table.index(3, 3)], Status::Published, "the grand total stays");
    }

    #[test]
    fn two_ones_in_a_total_of_two_are_no_secret_and_get_company() {
        let table = SumTable::one_way(&[Some(1.0), Some(1.0), Some(7.0), Some(90.0)]).unwrap();
        let status = protect(&table, RULE).unwrap();
        assert!(status[2].is_hidden(), "gap of two, each one at least: both would be one");
    }

    #[test]
    fn a_lone_small_cell_takes_its_total_with_it() {
        let table = SumTable::one_way(&[Some(3.0), Some(0.0), Some(0.0)]).unwrap();
        let status = protect(&table, RULE).unwrap();
        assert_eq!(status, [Status::SecretPrimary, Status::Published, Status::Published, Status::SecretPrimary]);
    }

    #[test]
    fn nothing_small_nothing_hidden() {
        let table = table(&[&[5.0, 0.0], &[12.0, 900.0]]);
        assert!(protect(&table, RULE).unwrap().iter().all(|s| *s == Status::Published));
        let small = SumTable::one_way(&[Some(1.0), Some(9.0)]).unwrap();
        assert!(protect(&small, Rule { threshold: 1 }).unwrap().iter().all(|s| *s == Status::Published));
    }

    #[test]
    fn a_missing_figure_is_not_a_secret_one() {
        let table = SumTable::one_way(&[Some(3.0), None, Some(12.0), Some(80.0)]).unwrap();
        let status = protect(&table, RULE).unwrap();
        assert_eq!(status[1], Status::NotAvailable);
        assert!(status[2].is_hidden() && !status[3].is_hidden());
    }

    #[test]
    fn what_is_no_count_is_refused() {
        assert!(matches!(SumTable::one_way(&[Some(-1.0)]), Err(TableError::NotACount { index: 0, .. })));
        assert!(SumTable::one_way(&[Some(f64::NAN)]).is_err());
        assert!(matches!(
            SumTable::two_way(&[vec![Some(1.0)], vec![]]),
            Err(TableError::Ragged { row: 1, expected: 1, found: 0 })
        ));
        assert!(protect(&SumTable::two_way(&[]).unwrap(), RULE).is_ok());
    }

    #[test]
    fn what_is_known_from_elsewhere_is_reckoned_with_and_never_hidden() {
        // Two territories over three weeks. The small cell, its row and its column are covered by totals alone when
        // those are free to be hidden …
        let rows = [[2.0, 0.0, 9.0], [0.0, 30.0, 40.0]].map(|row| row.map(Some).to_vec());
        let mut table = SumTable::two_way(&rows).unwrap();
        let free = protect(&table, RULE).unwrap();
        assert!(free[table.index(2, 0)].is_hidden(), "the total of its column is hidden with it: {free:?}");
        // … and a reader who has that total from another page finds it: nothing is left that could cover it.
        let of_column = table.index(2, 0);
        table.know([of_column]);
        assert!(matches!(protect(&table, RULE), Err(TableError::Exposed { exposed: 1 })));
        // With company in its column it is covered, and the known totals are printed.
        let rows = [[2.0, 0.0, 9.0], [20.0, 30.0, 40.0], [25.0, 8.0, 50.0]].map(|row| row.map(Some).to_vec());
        let mut table = SumTable::two_way(&rows).unwrap();
        let margins: Vec<usize> = (0..4).flat_map(|n| [table.index(3, n), table.index(n, 3)]).collect();
        table.know(margins.clone());
        let status = protect(&table, RULE).unwrap();
        assert!(margins.iter().all(|cell| status[*cell] == Status::Published), "{status:?}");
        assert!(found_by_subtraction(&table, &status).is_disjoint(&secrets(&status)));
    }

    #[test]
    fn a_sum_over_some_columns_that_is_known_finds_nothing_either() {
        let rows = [[2.0, 20.0, 30.0], [21.0, 22.0, 23.0], [40.0, 50.0, 60.0]].map(|row| row.map(Some).to_vec());
        let mut table = SumTable::two_way(&rows).unwrap();
        let alone = protect(&table, RULE).unwrap();
        // The first and the last week of the first territory, as another page tells them.
        let total = table.know_sum([table.index(0, 0), table.index(0, 2)]);
        assert_eq!(table.values()[total], Some(32.0));
        let twin = {
            let mut status = alone;
            status.push(Status::Published);
            status
        };
        let status = protect(&table, RULE).unwrap();
        assert!(found_by_subtraction(&table, &status).is_disjoint(&secrets(&status)), "{status:?}");
        // The twin: protected without that sum, the cell is found.
        assert!(found_by_subtraction(&table, &twin).contains(&0), "{twin:?}");
        assert_eq!(status[total], Status::Published);
    }

    fn small_counts() -> impl Strategy<Value = Vec<Vec<Option<f64>>>> {
        (1usize..7, 1usize..7).prop_flat_map(|(rows, columns)| {
            let cell = prop_oneof![
                3 => (0u32..8).prop_map(|n| Some(f64::from(n))),
                3 => (8u32..400).prop_map(|n| Some(f64::from(n))),
                1 => Just(None),
            ];
            proptest::collection::vec(proptest::collection::vec(cell, columns), rows)
        })
    }

    proptest! {
        #[test]
        fn subtraction_finds_no_secret_cell(rows in small_counts()) {
            let table = SumTable::two_way(&rows).unwrap();
            let status = protect(&table, RULE).unwrap();
            let found = found_by_subtraction(&table, &status);
            prop_assert!(found.is_disjoint(&secrets(&status)), "{:?} {:?}", rows, status);
            for (value, status) in table.values.iter().zip(&status) {
                let small = value.is_some_and(|v| RULE.is_small(v));
                prop_assert_eq!(small, *status == Status::SecretPrimary);
                prop_assert!(!(status.is_hidden() && *value == Some(0.0)));
            }
        }

        #[test]
        fn without_companions_the_same_reader_finds_some(rows in 2usize..6, columns in 2usize..6) {
            let mut cells = vec![vec![Some(50.0); columns]; rows];
            cells[rows - 1][columns - 1] = Some(2.0);
            let table = SumTable::two_way(&cells).unwrap();
            let alone = primary(&table, RULE);
            prop_assert!(!found_by_subtraction(&table, &alone).is_disjoint(&secrets(&alone)));
        }

        /// Every way to fill a two-by-two table is tried: each secret cell must be able to hold two values at least.
        #[test]
        fn enumeration_finds_no_secret_cell(cells in proptest::array::uniform4(0u32..9)) {
            let [a, b, c, d] = cells.map(f64::from);
            let table = table(&[&[a, b], &[c, d]]);
            let status = protect(&table, RULE).unwrap();
            let inner = [0, 1, 3, 4];
            let choices = inner.map(|i| {
                let known = table.values[i].unwrap() as u32;
                if status[i].is_hidden() { (1..=24).collect() } else { vec![known] }
            });
            let mut seen: [BTreeSet<u32>; 9] = Default::default();
            for &a in &choices[0] { for &b in &choices[1] { for &c in &choices[2] { for &d in &choices[3] {
                let full = [a, b, a + b, c, d, c + d, a + c, b + d, a + b + c + d];
                let fits = |i: usize| {
                    if status[i].is_hidden() { full[i] >= 1 } else { f64::from(full[i]) == table.values[i].unwrap() }
                };
                if (0..9).all(fits) {
                    for (set, value) in seen.iter_mut().zip(full) { set.insert(value); }
                }
            }}}}
            for cell in secrets(&status) {
                prop_assert!(seen[cell].len() > 1, "cell {} of {:?}: {:?}", cell, cells, status);
            }
        }
    }
}
