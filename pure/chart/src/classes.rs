//! Classes of a map: where one colour ends and the next begins.

use crate::scale::{nice_step, rounded};

/// Most classes that a reader can tell apart on one ramp of lightness.
const MOST: usize = 7;

/// Tones of the ramp: twelve steps part evenly into two, three, four or six.
pub(crate) const N_TONES: usize = 13;

/// The last tone on which codes are written in the ink of the theme; above it they are written in its opposite.
pub(crate) const LAST_LOW_TONE: usize = 7;

/// Bounds between the classes of a map: `n` bounds part the values into `n + 1` classes. A value equal to a bound belongs
/// to the class above it; no value falls outside.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassBreaks(Vec<f64>);

/// What a class holds, for its legend: from (included) and to (excluded).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower bound, in the class; none for the lowest class.
    pub from: Option<f64>,
    /// The upper bound, outside the class; none for the highest class.
    pub to: Option<f64>,
}

/// Bounds that make no classes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClassBreaksError {
    /// Too many classes.
    #[error("{0} bounds make {n} classes, but a map can show 7 at most: give at most 6 bounds", n = .0 + 1)]
    TooMany(usize),
    /// Not finite, or not rising.
    #[error(
        "bound number {0} of the map's classes is not a finite number above the one before it: sort the bounds and drop repeats"
    )]
    NotRising(usize),
}

impl ClassBreaks {
    /// Bounds as given: finite, strictly rising, at most six.
    ///
    /// # Errors
    /// [`ClassBreaksError`] when they are not.
    pub fn new(bounds: Vec<f64>) -> Result<Self, ClassBreaksError> {
        if bounds.len() >= MOST {
            return Err(ClassBreaksError::TooMany(bounds.len()));
        }
        let mut before = f64::NEG_INFINITY;
        for (i, bound) in bounds.iter().enumerate() {
            if !bound.is_finite() || *bound <= before {
                return Err(ClassBreaksError::NotRising(i + 1));
            }
            before = *bound;
        }
        Ok(Self(bounds))
    }

    /// Bounds that put about as many values in each of `n_classes` (1 to 7). Fewer classes come out when many values are
    /// equal. Quantiles by linear interpolation (definition 7 of Hyndman and Fan, *The American Statistician* 50, 1996).
    pub fn quantiles(values: &[f64], n_classes: usize) -> Self {
        let sorted = sorted(values);
        let n_classes = n_classes.clamp(1, MOST);
        let bounds = (1..n_classes).filter_map(|i| quantile(&sorted, i as f64 / n_classes as f64));
        Self(strictly_rising(bounds, &sorted))
    }

    /// As [`ClassBreaks::quantiles`], each bound rounded to as few digits as keep it between its neighbours: a legend
    /// that can be read and remembered.
    pub fn rounded(values: &[f64], n_classes: usize) -> Self {
        let sorted = sorted(values);
        let exact = Self::quantiles(values, n_classes).0;
        let bounds = exact.iter().enumerate().map(|(i, bound)| {
            let below = if i == 0 { sorted.first() } else { exact.get(i - 1) };
            let above = exact.get(i + 1).or(sorted.last());
            let gap = |other: Option<&f64>| other.map_or(f64::INFINITY, |o| (o - bound).abs());
            round_within(*bound, gap(below).min(gap(above)) / 4.0)
        });
        Self(strictly_rising(bounds, &sorted))
    }

    /// How many classes there are, 1 to 7.
    pub fn n_classes(&self) -> usize {
        self.0.len() + 1
    }

    /// The class of a value, from 0; none when the value is not finite: it is missing, and must not look like a value.
    pub fn class(&self, value: f64) -> Option<usize> {
        value.is_finite().then(|| self.0.iter().take_while(|bound| **bound <= value).count())
    }

    /// What each class holds, lowest first.
    pub fn intervals(&self) -> Vec<Interval> {
        let bound = |i: Option<usize>| i.and_then(|i| self.0.get(i)).copied();
        (0..self.n_classes()).map(|i| Interval { from: bound(i.checked_sub(1)), to: bound(Some(i)) }).collect()
    }

    /// Tone of a class on the ramp, 1 to [`N_TONES`]: the classes take even steps over the whole of it.
    pub(crate) fn tone(&self, class: usize) -> usize {
        match self.n_classes() {
            1 => 5,
            2 => 4 + 6 * class.min(1),
            n => 1 + (class.min(n - 1) * (N_TONES - 1) + (n - 1) / 2) / (n - 1),
        }
    }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// Linear interpolation between order statistics.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let at = share * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted.get(at.floor() as usize)?, sorted.get(at.ceil() as usize)?);
    let weight = at - at.floor();
    Some(below * (1.0 - weight) + above * weight)
}

/// Bounds that rise and have at least one value below the first.
fn strictly_rising(bounds: impl Iterator<Item = f64>, sorted: &[f64]) -> Vec<f64> {
    let mut out: Vec<f64> = Vec::new();
    let mut before = sorted.first().copied().unwrap_or(f64::NEG_INFINITY);
    for bound in bounds.filter(|b| b.is_finite()) {
        if bound > before {
            out.push(bound);
            before = bound;
        }
    }
    out
}

/// The roundest number within `tolerance` of `value`.
fn round_within(value: f64, tolerance: f64) -> f64 {
    if !(tolerance > 0.0 && tolerance.is_finite()) {
        return value;
    }
    let mut unit = nice_step(tolerance * 2.0);
    for _ in 0..6 {
        let round = rounded((value / unit).round() * unit);
        if (round - value).abs() <= tolerance {
            return round;
        }
        unit = nice_step(unit / 2.5);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_one_class() {
        let breaks = ClassBreaks::new(vec![10.0, 20.0, 40.0, 80.0]).unwrap();
        for (value, class) in [(-5.0, 0), (9.9, 0), (10.0, 1), (39.9, 2), (80.0, 4), (1e12, 4)] {
            assert_eq!(breaks.class(value), Some(class), "{value}");
        }
        assert_eq!(breaks.intervals()[1], Interval { from: Some(10.0), to: Some(20.0) });
        assert_eq!(breaks.intervals().len(), 5);
        assert_eq!((0..5).map(|c| breaks.tone(c)).collect::<Vec<_>>(), [1, 4, 7, 10, 13]);
    }

    #[test]
    fn what_is_not_a_number_has_no_class() {
        let breaks = ClassBreaks::new(vec![10.0]).unwrap();
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(breaks.class(value), None);
        }
    }

    #[test]
    fn wrong_bounds_are_refused() {
        assert_eq!(ClassBreaks::new(vec![1.0, 1.0]), Err(ClassBreaksError::NotRising(2)));
        assert_eq!(ClassBreaks::new(vec![f64::NAN]), Err(ClassBreaksError::NotRising(1)));
        assert_eq!(ClassBreaks::new((0..7).map(f64::from).collect()), Err(ClassBreaksError::TooMany(7)));
    }

    #[test]
    fn quantiles_part_the_values_evenly() {
        let values: Vec<f64> = (1..=101).map(f64::from).collect();
        assert_eq!(ClassBreaks::quantiles(&values, 4), ClassBreaks(vec![26.0, 51.0, 76.0]));
        assert_eq!(ClassBreaks::quantiles(&[3.0; 20], 5).n_classes(), 1);
        assert_eq!(ClassBreaks::quantiles(&[], 5).n_classes(), 1);
    }

    #[test]
    fn rounded_bounds_are_round() {
        let values: Vec<f64> = (0..97).map(|i| 103.7 + 11.31 * f64::from(i)).collect();
        assert_eq!(ClassBreaks::rounded(&values, 5), ClassBreaks(vec![300.0, 500.0, 800.0, 1000.0]));
        let skewed: Vec<f64> = (0..97).map(|i| 1.07f64.powi(i)).collect();
        let breaks = ClassBreaks::rounded(&skewed, 5);
        assert_eq!(breaks.n_classes(), 5);
        for class in 0..5 {
            let n = skewed.iter().filter(|v| breaks.class(**v) == Some(class)).count();
            assert!((5..40).contains(&n), "{breaks:?} {class} {n}");
        }
    }
}
