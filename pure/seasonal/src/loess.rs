//! Loess on a series of equal steps: at each point, a constant or a line fitted by least squares, near points weighing
//! more (Cleveland et al. 1990, section 2.1).

use crate::{Degree, Loess};

/// Fits one value after another, and keeps room for the weights.
pub(crate) struct Smoother<'a> {
    values: &'a [f64],
    /// Robust weights, as long as the values; 1 everywhere when none.
    robust: Option<&'a [f64]>,
    loess: Loess,
    weights: Vec<f64>,
}

impl<'a> Smoother<'a> {
    pub(crate) fn new(values: &'a [f64], robust: Option<&'a [f64]>, loess: Loess) -> Self {
        Self { values, robust, loess, weights: Vec::new() }
    }

    /// The value fitted at `at`, a place counted from 1 which may lie just outside, from the places `left..=right`; none
    /// when nothing weighs there.
    pub(crate) fn at(&mut self, at: f64, left: usize, right: usize) -> Option<f64> {
        let n = self.values.len();
        let mut reach = (at - left as f64).max(right as f64 - at);
        if self.loess.window > n {
            // A window wider than the series reaches as far as it would have, were there more of it.
            reach += ((self.loess.window - n) / 2) as f64;
        }
        let (near, far) = (0.001 * reach, 0.999 * reach);
        self.weights.clear();
        let mut sum = 0.0;
        for place in left..=right {
            let distance = (place as f64 - at).abs();
            let mut weight = if distance > far {
                0.0
            } else if distance <= near {
                1.0
            } else {
                let ratio = distance / reach;
                let rest = 1.0 - ratio * ratio * ratio;
                rest * rest * rest
            };
            if let Some(robust) = self.robust {
                weight *= robust.get(place - 1).copied().unwrap_or(0.0);
            }
            sum += weight;
            self.weights.push(weight);
        }
        if sum <= 0.0 {
            return None;
        }
        self.weights.iter_mut().for_each(|weight| *weight /= sum);
        if reach > 0.0 && self.loess.degree == Degree::Linear {
            self.tilt(at, left, (n as f64) - 1.0);
        }
        let values = self.values.iter().skip(left - 1);
        Some(self.weights.iter().zip(values).map(|(weight, value)| weight * value).sum())
    }

    /// Turns the weights of a mean into those of a line, unless all points lie in one place.
    fn tilt(&mut self, at: f64, left: usize, range: f64) {
        let places = || (left..).map(|place| place as f64);
        let mean: f64 = self.weights.iter().zip(places()).map(|(weight, place)| weight * place).sum();
        let spread: f64 = self.weights.iter().zip(places()).map(|(w, place)| w * (place - mean) * (place - mean)).sum();
        if libm::sqrt(spread) > 0.001 * range {
            let slope = (at - mean) / spread;
            for (weight, place) in self.weights.iter_mut().zip(places()) {
                *weight *= slope * (place - mean) + 1.0;
            }
        }
    }

    /// The whole series smoothed: fits every `jump` points and at the last one, straight lines between.
    pub(crate) fn all(&mut self) -> Vec<f64> {
        let (n, window) = (self.values.len(), self.loess.window);
        if n < 2 {
            return self.values.to_vec();
        }
        let jump = self.loess.jump.min(n - 1);
        let half = window.div_ceil(2);
        let mut smooth: Vec<f64> = Vec::with_capacity(n);
        let mut before: Option<(usize, f64)> = None;
        let mut bounds = (1, n);
        let last_step = (n - 1) / jump * jump + 1;
        // The last point is fitted with the window of the last step.
        let places = (1..=n).step_by(jump).chain((last_step != n).then_some(n));
        for (step, place) in places.enumerate() {
            if window < n && step * jump + 1 == place {
                let left = (place + 1).saturating_sub(half).clamp(1, n - window + 1);
                bounds = (left, left + window - 1);
            }
            let own = self.values.get(place - 1).copied().unwrap_or(f64::NAN);
            let fitted = self.at(place as f64, bounds.0, bounds.1).unwrap_or(own);
            if let Some((from, start)) = before {
                let slope = (fitted - start) / (place - from) as f64;
                smooth.extend((from + 1..place).map(|between| start + slope * (between - from) as f64));
            }
            smooth.push(fitted);
            before = Some((place, fitted));
        }
        smooth
    }
}

/// Means of `len` values in a row, one value shorter by `len − 1` than what is given.
pub(crate) fn moving_average(values: &[f64], len: usize) -> Vec<f64> {
    let divisor = len as f64;
    let mut sum: f64 = values.iter().take(len).sum();
    let mut means = vec![sum / divisor];
    for (leaving, entering) in values.iter().zip(values.iter().skip(len)) {
        sum = sum - leaving + entering;
        means.push(sum / divisor);
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_its_own_smooth_with_jumps_and_without() {
        let line: Vec<f64> = (0..40).map(|i| 3.0 + 0.5 * f64::from(i)).collect();
        for jump in [1, 2, 3, 7, 39, 100] {
            for window in [5, 11, 39, 41, 101] {
                let smooth = Smoother::new(&line, None, Loess { window, degree: Degree::Linear, jump }).all();
                assert_eq!(smooth.len(), line.len());
                assert!(smooth.iter().zip(&line).all(|(a, b)| (a - b).abs() < 1e-9), "window {window}, jump {jump}");
            }
        }
    }

    /// By hand: window 3 around the middle reaches 1, so the neighbours weigh nothing.
    #[test]
    fn a_narrow_window_keeps_the_point() {
        let loess = Loess { window: 3, degree: Degree::Constant, jump: 1 };
        let smooth = Smoother::new(&[1.0, 5.0, 1.0, 5.0, 1.0], None, loess).all();
        assert_eq!(smooth[1..4], [5.0, 1.0, 5.0]);
    }

    #[test]
    fn where_nothing_weighs_the_value_stays() {
        let loess = Loess { window: 3, degree: Degree::Constant, jump: 1 };
        assert_eq!(Smoother::new(&[1.0, 2.0, 4.0], Some(&[0.0; 3]), loess).all(), [1.0, 2.0, 4.0]);
        assert_eq!(Smoother::new(&[7.0], None, loess).all(), [7.0]);
    }

    #[test]
    fn means_in_a_row() {
        assert_eq!(moving_average(&[1.0, 2.0, 3.0, 6.0], 2), [1.5, 2.5, 4.5]);
    }
}
