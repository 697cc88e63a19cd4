//! What a reader can work out about hidden cells from the sums: the check that ends the search for companions.
//!
//! Two attacks, the second fed with the first. Linear algebra: the sums are equations, and a hidden cell is found when
//! the reduced system holds an equation in that cell alone; this sees every subtraction, however many sums it takes.
//! Bounds: a hidden cell is one at least, so each sum limits its cells from both sides; the limits are tightened until
//! nothing moves.

use crate::disclosure::{Status, SumTable};
use std::collections::{BTreeMap, BTreeSet};

/// Beyond this many hidden cells the dense elimination would take minutes.
pub(crate) const MAX_HIDDEN: usize = 2_000;

/// Rounds of tightening after which a limit that still creeps is left where it is.
const MAX_ROUNDS: usize = 500;

/// The hidden cells that have one possible value left.
pub(crate) fn solve(table: &SumTable, status: &[Status]) -> BTreeSet<usize> {
    let hidden: Vec<usize> = (0..status.len()).filter(|i| status.get(*i).is_some_and(|s| s.is_hidden())).collect();
    if hidden.is_empty() {
        return BTreeSet::new();
    }
    let mut found = by_elimination(table, &hidden);
    found.extend(by_bounds(table, &hidden));
    found
}

/// A field in which elimination is exact: integers modulo the Mersenne prime 2⁶¹ − 1. The coefficients are −1, 0 and 1;
/// those of a table of two dimensions form a network matrix, whose minors are −1, 0 or 1 in any field.
const P: u64 = (1 << 61) - 1;

fn times(a: u64, b: u64) -> u64 {
    u64::try_from(u128::from(a) * u128::from(b) % u128::from(P)).unwrap_or(0)
}

fn minus(a: u64, b: u64) -> u64 {
    if a >= b { a - b } else { a + (P - b) }
}

fn inverse(a: u64) -> u64 {
    let (mut base, mut power, mut out) = (a, P - 2, 1);
    while power > 0 {
        if power & 1 == 1 {
            out = times(out, base);
        }
        base = times(base, base);
        power >>= 1;
    }
    out
}

/// One equation: column → coefficient, zeros left out.
type Equation = BTreeMap<usize, u64>;

fn by_elimination(table: &SumTable, hidden: &[usize]) -> BTreeSet<usize> {
    let is_hidden: BTreeSet<usize> = hidden.iter().copied().collect();
    let mut pivots: BTreeMap<usize, Equation> = BTreeMap::new();
    for sum in table.sums() {
        let mut equation = Equation::new();
        for cell in &sum.parts {
            equation.insert(*cell, 1);
        }
        equation.insert(sum.total, P - 1);
        equation.retain(|cell, _| is_hidden.contains(cell));
        // Reduce by what is known, then make the others forget the new pivot: the system stays fully reduced.
        let known: Vec<usize> = equation.keys().copied().filter(|c| pivots.contains_key(c)).collect();
        for column in known {
            if let Some(pivot) = pivots.get(&column) {
                eliminate(&mut equation, column, pivot);
            }
        }
        let Some((&column, &lead)) = equation.iter().next() else { continue };
        let scale = inverse(lead);
        for coefficient in equation.values_mut() {
            *coefficient = times(*coefficient, scale);
        }
        for other in pivots.values_mut() {
            eliminate(other, column, &equation);
        }
        pivots.insert(column, equation);
    }
    pivots.into_iter().filter(|(_, equation)| equation.len() == 1).map(|(column, _)| column).collect()
}

/// Subtracts the multiple of `pivot` (whose coefficient at `column` is one) that clears `column`.
fn eliminate(equation: &mut Equation, column: usize, pivot: &Equation) {
    let Some(factor) = equation.get(&column).copied() else { return };
    for (cell, coefficient) in pivot {
        let slot = equation.entry(*cell).or_insert(0);
        *slot = minus(*slot, times(factor, *coefficient));
    }
    equation.retain(|_, coefficient| *coefficient != 0);
}

fn by_bounds(table: &SumTable, hidden: &[usize]) -> BTreeSet<usize> {
    // Every cell between two limits; a printed one between its value and itself.
    let mut limits: Vec<(f64, f64)> =
        table.values().iter().map(|v| v.map_or((0.0, f64::INFINITY), |v| (v, v))).collect();
    for cell in hidden {
        if let Some(slot) = limits.get_mut(*cell) {
            *slot = (1.0, f64::INFINITY);
        }
    }
    for _ in 0..MAX_ROUNDS {
        let mut moved = false;
        for sum in table.sums() {
            let limit = |cell: usize| limits.get(cell).copied().unwrap_or((0.0, f64::INFINITY));
            let (mut low, mut high, mut endless) = (0.0, 0.0, 0_usize);
            for (l, h) in sum.parts.iter().map(|c| limit(*c)) {
                low += l;
                if h.is_finite() { high += h } else { endless += 1 }
            }
            let total = limit(sum.total);
            let mut tighter = vec![(sum.total, (low, if endless == 0 { high } else { f64::INFINITY }))];
            for cell in &sum.parts {
                let (l, h) = limit(*cell);
                let rest_low = low - l;
                let rest_high = match (endless, h.is_finite()) {
                    (0, _) => high - h,
                    (1, false) => high,
                    _ => f64::INFINITY,
                };
                let least = if rest_high.is_finite() { total.0 - rest_high } else { f64::NEG_INFINITY };
                tighter.push((*cell, (least, total.1 - rest_low)));
            }
            for (cell, (low, high)) in tighter {
                if let Some(slot) = limits.get_mut(cell) {
                    let next = (slot.0.max(low), slot.1.min(high));
                    moved |= next != *slot;
                    *slot = next;
                }
            }
        }
        if !moved {
            break;
        }
    }
    hidden.iter().copied().filter(|c| limits.get(*c).is_some_and(|(low, high)| high - low < 0.5)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elimination_sees_what_one_sum_alone_does_not() {
        // Rows 0 and 1 hide two cells each, columns 0 and 1 as well, and a fifth hidden cell is bound by all of them:
        // adding both rows and subtracting both columns leaves it alone.
        let rows = vec![
            vec![Some(3.0), Some(20.0), Some(30.0)],
            vec![Some(21.0), Some(22.0), Some(4.0)],
            vec![Some(40.0), Some(50.0), Some(60.0)],
        ];
        let table = SumTable::two_way(&rows).unwrap();
        let mut status = vec![Status::Published; table.values().len()];
        for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (3, 2)] {
            status[table.index(row, column)] = Status::SecretSecondary;
        }
        // Column 2 hides two cells (1,2) and its total; the totals' row hides one only: its own sum finds it.
        assert!(solve(&table, &status).contains(&table.index(1, 2)));
    }

    #[test]
    fn a_full_rectangle_is_not_found() {
        let rows = vec![vec![Some(30.0), Some(40.0)], vec![Some(50.0), Some(60.0)]];
        let table = SumTable::two_way(&rows).unwrap();
        let mut status = vec![Status::Published; 9];
        for cell in [0, 1, 3, 4] {
            status[cell] = Status::SecretSecondary;
        }
        assert!(solve(&table, &status).is_empty());
    }

    #[test]
    fn bounds_find_ones() {
        let table = SumTable::one_way(&[Some(1.0), Some(1.0), Some(50.0)]).unwrap();
        let status = [Status::SecretPrimary, Status::SecretPrimary, Status::Published, Status::Published];
        assert_eq!(solve(&table, &status), BTreeSet::from([0, 1]));
    }
}
