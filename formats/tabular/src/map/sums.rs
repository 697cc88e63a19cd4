//! What rows add up to, beside what rows of totals say of them.

use std::collections::BTreeMap;

/// Most sums kept of one control: what each total is of comes from the file.
const MOST: usize = 10_000;

/// A sum whose error does not grow with its terms: A. Neumaier (ZAMM 54, 1974). Ten million cents add up to the cent.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    pub(crate) fn add(&mut self, value: f64) {
        let (great, small) = if self.sum.abs() >= value.abs() { (self.sum, value) } else { (value, self.sum) };
        self.sum += value;
        self.lost += (great - self.sum) + small;
    }

    pub(crate) fn value(self) -> f64 {
        self.sum + self.lost
    }
}

/// A total that the file gives, and what its rows add up to.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenTotal {
    /// Line of the row of totals, from 1.
    pub line: u64,
    /// What the total is of: the texts of the control's `by`, then the column of a wide table.
    pub of: Vec<String>,
    /// What the row of totals says.
    pub given: f64,
    /// What the other rows add up to.
    pub sum: f64,
}

/// The sums of a control, by what they are of.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sums {
    sums: BTreeMap<Vec<String>, Sum>,
    given: Vec<(u64, Vec<String>, f64)>,
    /// Rows that went into no sum, because there are too many sums.
    pub(crate) n_left: u64,
}

impl Sums {
    /// A row that is no total.
    pub(crate) fn add(&mut self, of: Vec<String>, value: f64) {
        if self.sums.len() >= MOST && !self.sums.contains_key(&of) {
            self.n_left += 1;
        } else {
            self.sums.entry(of).or_default().add(value);
        }
    }

    /// A row of totals.
    pub(crate) fn give(&mut self, line: u64, of: Vec<String>, value: f64) {
        if self.given.len() >= MOST {
            self.n_left += 1;
        } else {
            self.given.push((line, of, value));
        }
    }

    /// Each total that the file gives, beside the sum of its rows; rows that are not there add up to zero.
    pub(crate) fn totals(&self) -> impl Iterator<Item = GivenTotal> {
        self.given.iter().map(|(line, of, given)| GivenTotal {
            line: *line,
            of: of.clone(),
            given: *given,
            sum: self.sums.get(of).map_or(0.0, |sum| sum.value()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_million_cents_add_up_to_the_cent() {
        let (mut sum, mut naive) = (Sum::default(), 0.0_f64);
        for _ in 0..10_000_000 {
            sum.add(0.01);
            naive += 0.01;
        }
        assert_eq!(sum.value(), 100_000.0);
        assert_ne!(naive, 100_000.0);
    }

    #[test]
    fn a_total_stands_beside_the_sum_of_its_own_rows() {
        let mut sums = Sums::default();
        let of = |text: &str| vec![text.to_owned()];
        sums.add(of("2023"), 1.0);
        sums.add(of("2024"), 2.0);
        sums.give(9, of("2023"), 1.0);
        sums.add(of("2023"), 4.0);
        sums.give(10, of("2025"), 3.0);
        let found: Vec<_> = sums.totals().map(|t| (t.line, t.given, t.sum)).collect();
        assert_eq!(found, [(9, 1.0, 5.0), (10, 3.0, 0.0)], "whatever the order of rows");
    }

    #[test]
    fn sums_are_bounded() {
        let mut sums = Sums::default();
        (0..MOST + 3).for_each(|n| sums.add(vec![n.to_string()], 1.0));
        assert_eq!((sums.sums.len(), sums.n_left), (MOST, 3));
    }
}
