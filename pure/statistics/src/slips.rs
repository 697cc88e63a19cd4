//! Slips of whoever copies a figure: a digit lost, added or swapped, a zero too few; and values out of line with their
//! neighbours, by a rule that the slip itself cannot bend (medians, not means).
//!
//! Residuals are decimal logarithms, since what is looked for is an order of magnitude. The scale is the median absolute
//! deviation times 1.4826 (P. J. Rousseeuw and C. Croux, JASA 88 (1993) 1273–1283), and never less than what `factor` says.

use crate::median;

/// What happened to the digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slip {
    /// A run of one or two digits is missing: 107 331 written 7 331, 17 000 written 1 700.
    Lost,
    /// A run of one or two digits too many.
    Added,
    /// Two neighbouring digits changed places.
    Swapped,
}

impl Slip {
    /// Every slip.
    pub const ALL: [Self; 3] = [Self::Lost, Self::Added, Self::Swapped];

    /// The code kept in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Lost => "digit-lost",
            Self::Added => "digit-added",
            Self::Swapped => "digits-swapped",
        }
    }
}

/// By which slip `found` would come of `meant`; none when they are equal or unlike. Both are whole numbers below 10¹⁵.
///
/// ```
/// use beffroi_statistics::slips::{Slip, slip};
/// assert_eq!(slip(107_331.0, 7_331.0), Some(Slip::Lost));
/// assert_eq!(slip(17_000.0, 1_700.0), Some(Slip::Lost));
/// assert_eq!(slip(4_365.0, 4_356.0), Some(Slip::Swapped));
/// assert_eq!(slip(4_365.0, 4_386.0), None);
/// ```
pub fn slip(meant: f64, found: f64) -> Option<Slip> {
    let (meant, found) = (digits(meant)?, digits(found)?);
    if meant == found || found.is_empty() || meant.is_empty() {
        return None;
    }
    if lacks_a_run(&meant, &found) {
        Some(Slip::Lost)
    } else if lacks_a_run(&found, &meant) {
        Some(Slip::Added)
    } else if swapped(&meant, &found) {
        Some(Slip::Swapped)
    } else {
        None
    }
}

fn digits(value: f64) -> Option<Vec<u8>> {
    let whole = value.fract() == 0.0 && (10.0..1e15).contains(&value);
    whole.then(|| format!("{value:.0}").into_bytes())
}

/// Whether `short` is `long` without one run of one or two digits, at least two digits being left.
fn lacks_a_run(long: &[u8], short: &[u8]) -> bool {
    let Some(n) = long.len().checked_sub(short.len()).filter(|n| (1..=2).contains(n)) else { return false };
    let left = |at: usize| long.get(..at).into_iter().chain(long.get(at + n..)).flatten();
    (0..=short.len()).any(|at| left(at).eq(short))
}

fn swapped(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let unlike: Vec<usize> = (0..a.len()).filter(|i| a.get(*i) != b.get(*i)).collect();
    let at = |side: &[u8], i: usize| side.get(i).copied();
    matches!(unlike.as_slice(), [i, j] if i + 1 == *j && at(a, *i) == at(b, *j) && at(a, *j) == at(b, *i))
}

/// A value out of line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutOfLine {
    /// Its place.
    pub index: usize,
    /// What its neighbours say.
    pub expected: f64,
    /// `found ÷ expected`.
    pub ratio: f64,
}

/// Neighbours looked at, on each side.
const BESIDE: usize = 4;

/// Values from which on a series has a scale of its own.
const SCALED: usize = 7;

/// Values under this, found and expected, are too small for an order of magnitude.
const LEAST: f64 = 20.0;

/// Values of a series that are more than `factor` times above or under the median of their neighbours (four on each side,
/// themselves left out, two at least) and, from seven values on, more than three robust scales of the series off. `factor` > 1, usually 5. Values that are zero,
/// negative or not finite are passed over.
pub fn out_of_line(values: &[f64], factor: f64) -> Vec<OutOfLine> {
    let logs: Vec<Option<f64>> = values.iter().map(|v| log(*v)).collect();
    let around = |i: usize| {
        let near = logs.iter().enumerate().skip(i.saturating_sub(BESIDE)).take(i.min(BESIDE) + 1 + BESIDE);
        let near: Vec<f64> = near.filter(|(j, _)| *j != i).filter_map(|(_, log)| *log).collect();
        (near.len() >= 2).then(|| median(&near)).flatten()
    };
    let expected: Vec<Option<f64>> = (0..values.len()).map(around).collect();
    judge(values, &logs, &expected, factor)
}

/// Values that moved unlike the others from `before` to `after` (territories of one period and of the next), place by place:
/// each change is compared with the median change. Three places at least.
pub fn out_of_step(before: &[f64], after: &[f64], factor: f64) -> Vec<OutOfLine> {
    let logs: Vec<Option<f64>> = after.iter().map(|v| log(*v)).collect();
    let from: Vec<Option<f64>> = before.iter().map(|v| log(*v)).collect();
    let changes: Vec<f64> = logs.iter().zip(&from).filter_map(|(a, b)| Some((*a)? - (*b)?)).collect();
    if changes.len() < 3 {
        return Vec::new();
    }
    let common = median(&changes).unwrap_or_default();
    let expected: Vec<Option<f64>> = from.iter().map(|b| b.map(|b| b + common)).collect();
    judge(after, &logs, &expected, factor)
}

fn judge(values: &[f64], logs: &[Option<f64>], expected: &[Option<f64>], factor: f64) -> Vec<OutOfLine> {
    let residuals: Vec<Option<f64>> = logs.iter().zip(expected).map(|(l, e)| Some((*l)? - (*e)?)).collect();
    let sizes: Vec<f64> = residuals.iter().flatten().map(|r| r.abs()).collect();
    // The slip itself stands among the neighbours of the others: of few values, no scale is free of it.
    let scale = if sizes.len() < SCALED { 0.0 } else { 1.4826 * median(&sizes).unwrap_or_default() };
    let least = log(factor).unwrap_or(f64::INFINITY).max(3.0 * scale);
    let mut found = Vec::new();
    for (index, residual) in residuals.iter().enumerate() {
        let (Some(residual), Some(Some(expected))) = (residual, expected.get(index)) else { continue };
        let expected = libm::pow(10.0, *expected);
        let value = values.get(index).copied().unwrap_or_default();
        if residual.abs() > least && value.max(expected) >= LEAST {
            found.push(OutOfLine { index, expected, ratio: value / expected });
        }
    }
    found
}

fn log(value: f64) -> Option<f64> {
    (value > 0.0 && value.is_finite()).then(|| libm::log10(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn slips_of_printed_figures() {
        assert_eq!(slip(1_700.0, 17_000.0), Some(Slip::Added));
        assert_eq!(slip(432_400.0, 423_400.0), Some(Slip::Swapped));
        assert_eq!(slip(432_400.0, 432_400.0), None);
        assert_eq!(slip(432_400.0, 495_600.0), None);
        assert_eq!(slip(12.5, 125.0), None);
        assert_eq!(slip(15.0, 1.0), None, "one digit says nothing");
    }

    #[test]
    fn a_zero_too_few_stands_out_and_a_real_fall_does_not() {
        // Attacks on systems: 16 900, 17 700, 17 100; the last printed 1 700.
        let found = out_of_line(&[16_900.0, 17_700.0, 1_700.0], 5.0);
        assert_eq!(found.iter().map(|o| o.index).collect::<Vec<_>>(), [2]);
        assert!((found[0].ratio - 0.0983).abs() < 1e-3);
        // Victims of fraud by month through the spring of 2020: a fall to a third is no slip.
        assert!(out_of_line(&[33_047.0, 24_000.0, 12_856.0, 21_000.0, 35_155.0], 5.0).is_empty());
        assert!(out_of_line(&[9.0, 1.0, 12.0, 8.0], 5.0).is_empty(), "too small for an order of magnitude");
        assert!(out_of_line(&[1.0, 100.0], 5.0).is_empty(), "one neighbour is none");
        assert!(out_of_line(&[1e3, 1e5, 1e2, 1e4, 1e6, 1e3, 1e5], 5.0).is_empty(), "a series that jumps by itself");
    }

    #[test]
    fn a_place_that_moves_unlike_the_others_stands_out() {
        let before = [1_000.0, 200.0, 30_000.0, 4_000.0];
        let found = out_of_step(&before, &[1_100.0, 220.0, 3_300.0, 4_400.0], 5.0);
        assert_eq!(found.iter().map(|o| o.index).collect::<Vec<_>>(), [2]);
        assert!((found[0].expected - 33_000.0).abs() < 1e-6);
        assert!(out_of_step(&before, &[10_000.0, 2_000.0, 300_000.0, 40_000.0], 5.0).is_empty(), "all moved");
        assert!(out_of_step(&[1.0, 2.0], &[1.0, 900.0], 5.0).is_empty());
    }

    proptest! {
        #[test]
        fn a_lost_digit_is_always_seen(value in 1_000_u64..10_000_000, at in 0_usize..4) {
            let mut text = value.to_string();
            text.remove(at);
            prop_assume!(!text.starts_with('0'));
            let found: f64 = text.parse().unwrap();
            prop_assert_eq!(slip(value as f64, found), Some(Slip::Lost));
            prop_assert_eq!(slip(found, value as f64), Some(Slip::Added));
        }

        #[test]
        fn one_value_ten_times_off_is_always_seen(
            level in 1_000.0_f64..1e6, noise in proptest::collection::vec(0.85_f64..1.15, 6..30), at in 0_usize..6, up: bool
        ) {
            let mut values: Vec<f64> = noise.iter().map(|n| (level * n).round()).collect();
            prop_assert!(out_of_line(&values, 5.0).is_empty());
            values[at] = if up { values[at] * 10.0 } else { values[at] / 10.0 };
            let found = out_of_line(&values, 5.0);
            prop_assert!(found.iter().any(|o| o.index == at) && found.len() == 1, "{:?}", found);
        }

        #[test]
        fn nothing_panics(values in proptest::collection::vec(proptest::num::f64::ANY, 0..20), factor in proptest::num::f64::ANY) {
            let _ = (out_of_line(&values, factor), out_of_step(&values, &values, factor));
            for pair in values.windows(2) {
                let _ = slip(pair[0], pair[1]);
            }
        }
    }
}
