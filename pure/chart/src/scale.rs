//! A vertical or horizontal scale from zero, with round graduations.

use crate::head::Format;

/// Beyond this magnitude a value is drawn at the edge: the span between two such values still is a number.
const EDGE: f64 = 1e300;

/// Finite values only, within what can be drawn.
pub(crate) fn drawable(value: Option<f64>) -> Option<f64> {
    value.filter(|v| v.is_finite()).map(|v| v.clamp(-EDGE, EDGE))
}

/// A scale that holds zero and every value, with its graduations.
pub(crate) struct Scale {
    low: f64,
    high: f64,
    /// Place on the drawing of `low` and of `high`.
    range: (f64, f64),
    /// Value and text of each graduation.
    pub(crate) ticks: Vec<(f64, String)>,
}

impl Scale {
    /// A scale for `values` with about `n_ticks` graduations. Steps are 1, 2 or 5 times a power of ten, and grow until
    /// no two neighbours are written alike (counts are not graduated in halves).
    pub(crate) fn new(values: impl Iterator<Item = f64>, n_ticks: usize, format: Format<'_>) -> Self {
        let (low, high) = span(values);
        let mut step = nice_step((high - low) / n_ticks.max(1) as f64);
        let mut ticks = graduate(low, high, step, format);
        for _ in 0..12 {
            let alike = ticks.windows(2).any(|pair| matches!(pair, [a, b] if a.1 == b.1));
            if !alike || ticks.len() <= 2 {
                break;
            }
            step = nice_step(step * 1.5);
            ticks = graduate(low, high, step, format);
        }
        let (low, high) = (low.min(first(&ticks)), high.max(last(&ticks)));
        Self { low, high, range: (0.0, 1.0), ticks }
    }

    /// A scale from the least to the greatest of zero and the values, without graduations.
    pub(crate) fn exact(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = span(values);
        Self { low, high, range: (0.0, 1.0), ticks: Vec::new() }
    }

    /// The same scale placed on the drawing.
    pub(crate) fn over(mut self, at_low: f64, at_high: f64) -> Self {
        self.range = (at_low, at_high);
        self
    }

    /// Where a value stands.
    pub(crate) fn place(&self, value: f64) -> f64 {
        let share = (value.clamp(self.low, self.high) - self.low) / (self.high - self.low);
        self.range.0 + share * (self.range.1 - self.range.0)
    }
}

/// The least and the greatest of zero and the values; never the same.
fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let drawn = values.filter_map(|v| drawable(Some(v)));
    let (low, high) = drawn.fold((0.0_f64, 0.0_f64), |(low, high), v| (low.min(v), high.max(v)));
    if high - low < 1e-300 { (low, low + 1.0) } else { (low, high) }
}

fn first(ticks: &[(f64, String)]) -> f64 {
    ticks.first().map_or(0.0, |t| t.0)
}

fn last(ticks: &[(f64, String)]) -> f64 {
    ticks.last().map_or(1.0, |t| t.0)
}

/// The least of 1, 2, 5 × 10ⁿ that is not below `raw`.
pub(crate) fn nice_step(raw: f64) -> f64 {
    let unit = 10f64.powi(raw.log10().floor().clamp(-300.0, 300.0) as i32);
    let factor = [1.0, 2.0, 5.0].into_iter().find(|f| f * unit >= raw * (1.0 - 1e-9)).unwrap_or(10.0);
    rounded(factor * unit)
}

/// Without the dust of binary fractions: twelve significant digits.
pub(crate) fn rounded(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

fn graduate(low: f64, high: f64, step: f64, format: Format<'_>) -> Vec<(f64, String)> {
    let (from, to) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
    let n = (to - from).clamp(1.0, 100.0) as usize;
    (0..=n).map(|i| rounded((from + i as f64) * step)).map(|v| (v, format(v))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], expected: &[f64]) {
        let scale = Scale::new(values.iter().copied(), 5, &|v| format!("{v}"));
        assert_eq!(scale.ticks.iter().map(|t| t.0).collect::<Vec<_>>(), expected, "{values:?}");
    }

    #[test]
    fn graduations_are_round_and_start_from_zero() {
        check(&[8900.0, 7000.0], &[0.0, 2000.0, 4000.0, 6000.0, 8000.0, 10000.0]);
        check(&[0.3], &[0.0, 0.1, 0.2, 0.3]);
        check(&[-3.0, 7.0], &[-4.0, -2.0, 0.0, 2.0, 4.0, 6.0, 8.0]);
        check(&[], &[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        check(&[f64::NAN, f64::INFINITY], &[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        check(&[-5.0], &[-5.0, -4.0, -3.0, -2.0, -1.0, 0.0]);
    }

    #[test]
    fn graduations_are_never_written_alike() {
        let scale = Scale::new([2.0].into_iter(), 5, &|v| format!("{v:.0}"));
        assert_eq!(scale.ticks.iter().map(|t| t.1.as_str()).collect::<Vec<_>>(), ["0", "1", "2"]);
    }

    #[test]
    fn any_span_is_placed() {
        for values in [vec![f64::MAX, f64::MIN], vec![5e-324], vec![1e-310, -1e300]] {
            let scale = Scale::new(values.iter().copied(), 5, &|v| format!("{v}")).over(100.0, 0.0);
            for v in values {
                assert!((0.0..=100.0).contains(&scale.place(v)), "{v}");
            }
            assert!(scale.ticks.len() <= 14);
        }
    }
}
