//! The keys of rows as one number each: by it rows are told apart or put in order.

use crate::error::{broken, failed};
use beffroi_ports::FactsError;
use std::collections::{BTreeSet, HashMap};

const GROUPING: &str = "group its rows";
/// Below so many places for each row, rows are put in order or told apart by counting them.
const PLACES_PER_ROW: u64 = 8;
/// Places that are no matter, however few the rows.
const PLACES_ALWAYS: u64 = 4096;

fn get<T: Copy>(from: &[T], row: u32) -> Option<T> {
    usize::try_from(row).ok().and_then(|row| from.get(row).copied())
}

/// The keys of each row as one number, in the same order.
#[derive(Debug)]
pub(crate) struct Packed {
    numbers: Vec<u64>,
    /// Each number is below it.
    bound: u64,
}

/// Rows told apart by their keys.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    /// Of each row, its group.
    pub(crate) of: Vec<u32>,
    /// Of each group, its first row.
    pub(crate) first: Vec<u32>,
}

impl Packed {
    pub(crate) fn new(n_rows: usize) -> Self {
        Self { numbers: vec![0; n_rows], bound: 1 }
    }

    /// Takes one more key of each row, below `n_apart`.
    pub(crate) fn add(&mut self, n_apart: usize, places: &[u32]) -> Result<(), FactsError> {
        let n_apart = u64::try_from(n_apart.max(1)).map_err(failed(GROUPING))?;
        if self.bound.checked_mul(n_apart).is_none() {
            // Numbered anew, they are fewer than the rows.
            let apart: Vec<u64> = self.numbers.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
            for number in &mut self.numbers {
                *number = apart.binary_search(number).unwrap_or_default() as u64;
            }
            self.bound = apart.len() as u64;
        }
        let too_many = || broken(GROUPING, "it has more groups than can be numbered");
        self.bound = self.bound.checked_mul(n_apart).ok_or_else(too_many)?;
        for (number, place) in self.numbers.iter_mut().zip(places) {
            *number = *number * n_apart + u64::from(*place);
        }
        Ok(())
    }

    pub(crate) fn same(&self, a: u32, b: u32) -> bool {
        get(&self.numbers, a) == get(&self.numbers, b)
    }

    /// The rows in the order of their keys.
    pub(crate) fn order(&self) -> Result<Vec<u32>, FactsError> {
        let n_rows = u32::try_from(self.numbers.len()).map_err(failed(GROUPING))?;
        match usize::try_from(self.bound) {
            Ok(bound) if self.bound <= u64::from(n_rows).saturating_mul(PLACES_PER_ROW) => Ok(self.counted(bound)),
            _ => {
                let mut rows: Vec<(u64, u32)> = self.numbers.iter().copied().zip(0..n_rows).collect();
                rows.sort_unstable();
                Ok(rows.into_iter().map(|(_, row)| row).collect())
            }
        }
    }

    /// The rows of the same keys together, in the order in which their first rows stand.
    pub(crate) fn groups(&self) -> Result<Groups, FactsError> {
        let n_rows = u32::try_from(self.numbers.len()).map_err(failed(GROUPING))?;
        let mut groups = Groups { of: Vec::with_capacity(self.numbers.len()), first: Vec::new() };
        let most = u64::from(n_rows).saturating_mul(PLACES_PER_ROW).saturating_add(PLACES_ALWAYS);
        match usize::try_from(self.bound) {
            Ok(bound) if self.bound <= most => {
                let mut known = vec![u32::MAX; bound];
                for (number, row) in self.numbers.iter().zip(0_u32..) {
                    let group = usize::try_from(*number).ok().and_then(|at| known.get_mut(at));
                    let group = group.ok_or_else(|| broken(GROUPING, "a key has no place"))?;
                    if *group == u32::MAX {
                        *group = groups.next()?;
                        groups.first.push(row);
                    }
                    groups.of.push(*group);
                }
            }
            _ => {
                let mut known: HashMap<u64, u32> = HashMap::new();
                for (number, row) in self.numbers.iter().zip(0_u32..) {
                    let group = match known.get(number) {
                        Some(group) => *group,
                        None => {
                            let group = groups.next()?;
                            known.insert(*number, group);
                            groups.first.push(row);
                            group
                        }
                    };
                    groups.of.push(group);
                }
            }
        }
        Ok(groups)
    }

    /// As [`Packed::order`], when there are not many more numbers than rows.
    fn counted(&self, bound: usize) -> Vec<u32> {
        let place = |number: &u64| usize::try_from(*number).unwrap_or_default();
        let mut starts = vec![0_u32; bound + 1];
        for number in &self.numbers {
            if let Some(count) = starts.get_mut(place(number) + 1) {
                *count += 1;
            }
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        let mut order = vec![0_u32; self.numbers.len()];
        for (number, row) in self.numbers.iter().zip(0_u32..) {
            let Some(start) = starts.get_mut(place(number)) else { continue };
            if let Some(slot) = usize::try_from(*start).ok().and_then(|start| order.get_mut(start)) {
                *slot = row;
            }
            *start += 1;
        }
        order
    }
}

impl Groups {
    fn next(&self) -> Result<u32, FactsError> {
        u32::try_from(self.first.len()).map_err(failed(GROUPING))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(columns: &[(usize, &[u32])]) -> Packed {
        let mut packed = Packed::new(columns[0].1.len());
        columns.iter().for_each(|(n, places)| packed.add(*n, places).unwrap());
        packed
    }

    #[test]
    fn rows_come_in_the_order_of_their_keys_however_they_are_put_in_order() {
        let (a, b) = ([2_u32, 0, 1, 2, 0, 2], [1_u32, 1, 0, 0, 1, 1]);
        let few = packed(&[(3, &a), (2, &b)]);
        assert_eq!(few.order().unwrap(), [1, 4, 2, 3, 0, 5]);
        let many = packed(&[(3000, &a), (2000, &b)]);
        assert!(many.bound > 6 * PLACES_PER_ROW, "sorted, not counted");
        assert_eq!(many.order().unwrap(), few.order().unwrap());
        assert!(many.same(1, 4) && !many.same(4, 2));
    }

    #[test]
    fn rows_are_told_apart_however_many_places_there_are() {
        let (a, b) = ([2_u32, 0, 1, 2, 0, 2], [1_u32, 1, 0, 0, 1, 1]);
        for wide in [1, 1 << 20] {
            let groups = packed(&[(3 * wide, &a), (2 * wide, &b)]).groups().unwrap();
            assert_eq!((groups.of, groups.first), (vec![0, 1, 2, 3, 1, 0], vec![0, 1, 2, 3]));
        }
    }

    #[test]
    fn keys_too_many_to_multiply_are_numbered_anew() {
        let places: Vec<u32> = vec![7, 3, 3, 9];
        let wide: Vec<(usize, &[u32])> = (0..9).map(|_| (1 << 30, places.as_slice())).collect();
        let packed = packed(&wide);
        assert_eq!(packed.order().unwrap(), [1, 2, 0, 3]);
        assert!(packed.same(1, 2) && !packed.same(0, 3));
    }
}
