//! The values of cells, in order within each, and what lies at a place in the order of several cells together: found
//! without putting them in one order, so that it costs as the cells do and hardly as the values.

use super::narrow::{Narrow, of_width};
use crate::error::failed;
use beffroi_ports::FactsError;

const READING: &str = "read what it added up";
/// Cells of fewer values than this on average are gathered: looking into each of them over and over takes longer.
const VALUES_A_RUN: usize = 96;

/// The values of each cell.
#[derive(Debug, Clone)]
pub(crate) struct Runs {
    /// Where the values of each cell begin, and where the last ones end.
    starts: Vec<u32>,
    values: Narrow,
}

impl Default for Runs {
    fn default() -> Self {
        Self { starts: vec![0], values: Narrow::default() }
    }
}

impl Runs {
    /// Takes the values of one more cell, in order.
    pub(crate) fn push(&mut self, values: impl Iterator<Item = i64>) -> Result<(), FactsError> {
        values.for_each(|value| self.values.push(value));
        self.starts.push(u32::try_from(self.values.len()).map_err(failed(READING))?);
        Ok(())
    }

    /// From where to where the values of a cell stand.
    fn span(&self, cell: u32) -> (usize, usize) {
        let cell = usize::try_from(cell).unwrap_or(usize::MAX);
        let start = |at: usize| self.starts.get(at).copied().and_then(|start| usize::try_from(start).ok());
        match (start(cell), cell.checked_add(1).and_then(start)) {
            (Some(start), Some(end)) => (start, end),
            _ => (0, 0),
        }
    }

    /// How many values a cell has.
    pub(crate) fn n(&self, cell: u32) -> usize {
        let (start, end) = self.span(cell);
        end - start
    }

    /// The values of a cell, in order.
    pub(crate) fn of(&self, cell: u32) -> impl Iterator<Item = i64> + '_ {
        let (start, end) = self.span(cell);
        (start..end).filter_map(|at| self.values.get(at))
    }

    /// How many values of a cell are at most so large.
    pub(crate) fn n_within(&self, cell: u32, most: i64) -> usize {
        let (start, end) = self.span(cell);
        of_width!(&self.values, all => within(all.get(start..end).unwrap_or_default(), most))
    }

    /// What it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.starts.capacity() * size_of::<u32>() + self.values.bytes()
    }

    /// Gives back what it took for more to come.
    pub(crate) fn shrink(&mut self) {
        self.starts.shrink_to_fit();
        self.values.shrink();
    }

    /// Of the values of these cells together, in order, the one at a place and the one after it; none where there are not
    /// so many.
    pub(crate) fn pair(&self, cells: &[u32], at: usize) -> (Option<i64>, Option<i64>) {
        let spans = cells.iter().map(|cell| self.span(*cell)).filter(|(start, end)| start < end);
        of_width!(&self.values, all => {
            let runs: Vec<_> = spans.filter_map(|(start, end)| all.get(start..end)).collect();
            pair(&runs, at)
        })
    }
}

fn wide<T: Into<i64>>(value: T) -> i128 {
    let value: i64 = value.into();
    value.into()
}

/// How many of some values in order are at most so large.
fn within<T: Copy + Into<i64>>(run: &[T], most: i64) -> usize {
    run.partition_point(|&value| value.into() <= most)
}

fn pair<T: Copy + Ord + Into<i64>>(runs: &[&[T]], at: usize) -> (Option<i64>, Option<i64>) {
    let n: usize = runs.iter().map(|run| run.len()).sum();
    if at >= n {
        return (None, None);
    }
    if n / runs.len().max(1) < VALUES_A_RUN { gathered(runs, n, at) } else { between(runs, at) }
}

/// By putting only that one in its place.
fn gathered<T: Copy + Ord + Into<i64>>(runs: &[&[T]], n: usize, at: usize) -> (Option<i64>, Option<i64>) {
    let mut values = Vec::with_capacity(n);
    runs.iter().for_each(|run| values.extend_from_slice(run));
    if at >= values.len() {
        return (None, None);
    }
    let (_, &mut value, after) = values.select_nth_unstable(at);
    (Some(value.into()), after.iter().min().map(|&next| next.into()))
}

/// By halving the span of values that it lies in: in each run what may still be it becomes fewer by each step.
fn between<T: Copy + Ord + Into<i64>>(runs: &[&[T]], at: usize) -> (Option<i64>, Option<i64>) {
    let first = runs.iter().filter_map(|run| run.first()).min().map(|&value| wide(value));
    let last = runs.iter().filter_map(|run| run.last()).max().map(|&value| wide(value));
    let (Some(mut low), Some(mut high)) = (first, last) else { return (None, None) };
    let mut windows: Vec<&[T]> = runs.to_vec();
    // Values below the windows: fewer than `low`.
    let mut below = 0;
    let mut cuts: Vec<usize> = vec![0; windows.len()];
    while low < high {
        let middle = low + (high - low) / 2;
        let most = i64::try_from(middle).unwrap_or(i64::MAX);
        let mut n = below;
        for (window, cut) in windows.iter().zip(&mut cuts) {
            *cut = within(window, most);
            n += *cut;
        }
        if n > at {
            high = middle;
            windows.iter_mut().zip(&cuts).for_each(|(window, cut)| *window = window.get(..*cut).unwrap_or_default());
        } else {
            low = middle + 1;
            below = n;
            windows.iter_mut().zip(&cuts).for_each(|(window, cut)| *window = window.get(*cut..).unwrap_or_default());
        }
    }
    let Ok(value) = i64::try_from(low) else { return (None, None) };
    let (mut n, mut next) = (0, None::<i64>);
    for run in runs {
        let cut = within(run, value);
        n += cut;
        let above = run.get(cut).map(|&above| above.into());
        next = next.into_iter().chain(above).min();
    }
    (Some(value), if n > at + 1 { Some(value) } else { next })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(seed: u64, n_cells: usize, most: usize, values: u64) -> (Runs, Vec<i64>) {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        let (mut runs, mut all) = (Runs::default(), Vec::new());
        for _ in 0..n_cells {
            let n = usize::try_from(next()).unwrap() % (most + 1);
            let mut cell: Vec<i64> = (0..n).map(|_| i64::try_from(next() % values).unwrap() - 5).collect();
            // One below zero: all are of the widest kind.
            cell.push(-9);
            cell.sort_unstable();
            all.extend(&cell);
            runs.push(cell.into_iter()).unwrap();
        }
        all.sort_unstable();
        (runs, all)
    }

    #[test]
    fn what_lies_at_a_place_is_what_the_whole_order_has_there() {
        for (seed, n_cells, most, values) in
            [(1, 5, 3, 10), (2, 9, 400, 1_000_000), (3, 4, 900, 7), (4, 1, 300, 1 << 30)]
        {
            let (mut runs, all) = drawn(seed, n_cells, most, values);
            runs.shrink();
            let cells: Vec<u32> = (0..u32::try_from(n_cells).unwrap()).collect();
            let slices: Vec<&[i64]> = match &runs.values {
                Narrow::Longs(values) => {
                    runs.starts.windows(2).map(|w| &values[w[0] as usize..w[1] as usize]).collect()
                }
                _ => panic!("some are below zero"),
            };
            for at in 0..all.len() + 2 {
                let expected = (all.get(at).copied(), all.get(at + 1).copied());
                assert_eq!(runs.pair(&cells, at), expected, "seed {seed}, place {at}");
                if at < all.len() {
                    assert_eq!(gathered(&slices, all.len(), at), expected, "gathered: seed {seed}, place {at}");
                    assert_eq!(between(&slices, at), expected, "halved: seed {seed}, place {at}");
                }
            }
            let n_small = |most| cells.iter().map(|cell| runs.n_within(*cell, most)).sum::<usize>();
            assert_eq!(n_small(3), all.iter().filter(|value| **value <= 3).count());
            assert_eq!(cells.iter().map(|cell| runs.n(*cell)).sum::<usize>(), all.len());
        }
    }

    #[test]
    fn values_far_apart_are_no_matter() {
        let mut runs = Runs::default();
        runs.push([i64::MIN, 0, i64::MAX].into_iter()).unwrap();
        runs.push([i64::MIN, 1].into_iter()).unwrap();
        let slices: [&[i64]; 2] = [&[i64::MIN, 0, i64::MAX], &[i64::MIN, 1]];
        let all = [i64::MIN, i64::MIN, 0, 1, i64::MAX];
        for at in 0..5 {
            let expected = (Some(all[at]), all.get(at + 1).copied());
            assert_eq!((runs.pair(&[0, 1], at), between(&slices, at)), (expected, expected));
        }
        assert_eq!((runs.pair(&[7], 0), runs.pair(&[], 0), runs.n(7)), ((None, None), (None, None), 0));
    }
}
