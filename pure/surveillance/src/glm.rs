//! Log-linear regression of counts on yearly waves and a slope, Poisson or negative binomial.
//!
//! Sources: P. McCullagh and J. A. Nelder, *Generalized Linear Models*, 2nd ed. (1989), sections 2.5 and 6.2; for the
//! negative binomial variance μ + α μ², J. F. Lawless, *Negative binomial and mixed Poisson regression*, Canadian
//! Journal of Statistics 15(3), 1987: α by maximum likelihood, in turn with the coefficients, until neither moves.

use crate::distribution::{digamma, trigamma};
use libm::{cos, exp, fabs, log, log1p, sin, sqrt};

const MAX_STEPS: usize = 50;
const MAX_TURNS: usize = 100;
/// Relative change of the deviance that ends a regression of its own: R's, so that results agree with published ones.
const EPSILON: f64 = 1e-8;
/// The same within the turns of α and coefficients.
const EPSILON_OF_A_TURN: f64 = 1e-11;

/// Variance of a count of mean μ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Spread {
    /// μ.
    Poisson,
    /// μ + α μ², α given.
    Given(f64),
    /// μ + α μ², α estimated.
    Estimated,
}

/// The regressors: 1, the cosines and sines of `n` yearly waves, time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Harmonics {
    pub(crate) frequency: usize,
    pub(crate) n: usize,
    pub(crate) trend: bool,
}

/// A regression that converged.
#[derive(Debug, Clone)]
pub(crate) struct HarmonicFit {
    shape: Harmonics,
    coefficients: Vec<f64>,
    len: usize,
    /// α of the variance μ + α μ²; 0 for Poisson.
    pub(crate) alpha: f64,
}

impl Harmonics {
    fn row(&self, index: usize, len: usize) -> Vec<f64> {
        let angle = 2.0 * std::f64::consts::PI * index as f64 / self.frequency.max(1) as f64;
        let mut row = vec![1.0];
        for wave in 1..=self.n {
            let angle = angle * wave as f64;
            row.extend([cos(angle), sin(angle)]);
        }
        if self.trend {
            // Of the order of 1, for the arithmetic.
            row.push(index as f64 / len.max(1) as f64 - 0.5);
        }
        row
    }

    /// Fits the counts, the first of which is at position 0, missing ones left out; none when it does not converge or
    /// the waves are not determined.
    pub(crate) fn fit(&self, counts: &[f64], spread: Spread) -> Option<HarmonicFit> {
        let len = counts.len();
        let known = counts.iter().enumerate().filter(|(_, y)| y.is_finite());
        let (design, response): (Vec<Vec<f64>>, Vec<f64>) = known.map(|(at, y)| (self.row(at, len), *y)).unzip();
        let start = if let Spread::Given(alpha) = spread { alpha } else { 0.0 };
        let mut regression = Regression { design: &design, response: &response, alpha: start };
        let mut fit = regression.fit(None)?;
        let mut alpha = start;
        if spread == Spread::Estimated {
            for _ in 0..MAX_TURNS {
                let next = best_alpha(&response, &fit.1, alpha);
                let moved = fabs(next - alpha);
                alpha = next;
                regression.alpha = alpha;
                fit = regression.fit(Some(&fit.1))?;
                if moved <= 1e-12 * alpha.max(1e-6) {
                    break;
                }
            }
        }
        Some(HarmonicFit { shape: *self, coefficients: fit.0, len, alpha })
    }
}

impl HarmonicFit {
    /// The expected count at a position.
    pub(crate) fn mean(&self, index: usize) -> f64 {
        exp(dot(&self.shape.row(index, self.len), &self.coefficients))
    }
}

struct Regression<'a> {
    design: &'a [Vec<f64>],
    response: &'a [f64],
    alpha: f64,
}

impl Regression<'_> {
    /// Coefficients and fitted means.
    fn fit(&self, from: Option<&[f64]>) -> Option<(Vec<f64>, Vec<f64>)> {
        let width = self.design.first()?.len();
        if self.response.iter().all(|y| *y == 0.0) {
            return None;
        }
        // R's starting means, of either family.
        let begin = |y: &f64| {
            if self.alpha == 0.0 {
                y + 0.1
            } else if *y == 0.0 {
                1.0 / 6.0
            } else {
                *y
            }
        };
        let mut fitted: Vec<f64> = from.map_or_else(|| self.response.iter().map(begin).collect(), <[f64]>::to_vec);
        let epsilon = if from.is_some() { EPSILON_OF_A_TURN } else { EPSILON };
        let mut before = self.deviance(&fitted);
        for _ in 0..MAX_STEPS {
            let mut matrix = vec![0.0; width * width];
            let mut right = vec![0.0; width];
            for ((row, y), mu) in self.design.iter().zip(self.response).zip(&fitted) {
                let weight = mu / (1.0 + self.alpha * mu);
                let working = log(*mu) + (y - mu) / mu;
                for ((a, line), to) in row.iter().zip(matrix.chunks_mut(width)).zip(right.iter_mut()) {
                    *to += a * weight * working;
                    for (b, cell) in row.iter().zip(line) {
                        *cell += a * weight * b;
                    }
                }
            }
            let coefficients = solve(&matrix, &right)?;
            fitted = self.design.iter().map(|row| exp(dot(row, &coefficients)).max(f64::EPSILON)).collect();
            let deviance = self.deviance(&fitted);
            if !deviance.is_finite() {
                return None;
            }
            if fabs(deviance - before) / (fabs(deviance) + 0.1) < epsilon {
                return Some((coefficients, fitted));
            }
            before = deviance;
        }
        None
    }

    fn deviance(&self, fitted: &[f64]) -> f64 {
        let own = |y: f64, mu: f64| if y > 0.0 { y * log(y / mu) } else { 0.0 };
        let pairs = self.response.iter().zip(fitted);
        if self.alpha > 0.0 {
            let theta = 1.0 / self.alpha;
            pairs.map(|(y, mu)| 2.0 * (own(*y, *mu) - (y + theta) * log((y + theta) / (mu + theta)))).sum()
        } else {
            pairs.map(|(y, mu)| 2.0 * (own(*y, *mu) - (y - mu))).sum()
        }
    }
}

/// The α of greatest likelihood for counts of means `fitted`, by Newton's method in θ = 1/α; 0 when the counts are not
/// more spread than Poisson's.
fn best_alpha(response: &[f64], fitted: &[f64], alpha: f64) -> f64 {
    let pairs = || response.iter().zip(fitted);
    let n = response.len() as f64;
    let excess: f64 = pairs().map(|(y, mu)| (y - mu) * (y - mu) - y).sum();
    if excess <= 0.0 && alpha == 0.0 {
        return 0.0;
    }
    // The start of moments: Σ (y/μ − 1)² = Σ (1/μ + α).
    let moments = n / pairs().map(|(y, mu)| (y / mu - 1.0) * (y / mu - 1.0)).sum::<f64>();
    let mut theta = if alpha > 0.0 { 1.0 / alpha } else { moments };
    for _ in 0..MAX_STEPS {
        let (mut score, mut information) = (0.0, 0.0);
        for (y, mu) in pairs() {
            score +=
                digamma(theta + y) - digamma(theta) + log(theta) + 1.0 - log(theta + mu) - (y + theta) / (mu + theta);
            information += -trigamma(theta + y) + trigamma(theta) - 1.0 / theta + 2.0 / (mu + theta)
                - (y + theta) / ((mu + theta) * (mu + theta));
        }
        let step = score / information;
        if !step.is_finite() || information.is_nan() || information <= 0.0 {
            return 1.0 / theta;
        }
        // Never past 0, nor by more than a factor.
        theta = (theta + step).clamp(0.2 * theta, 5.0 * theta);
        if theta > 1e8 {
            return 0.0;
        }
        if fabs(step) <= 1e-13 * theta {
            break;
        }
    }
    1.0 / theta
}

/// log(1 + α μ) / α, μ when α is 0.
pub(crate) fn damped(alpha: f64, mu: f64) -> f64 {
    if alpha > 0.0 { log1p(alpha * mu) / alpha } else { mu }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The solution of a symmetric positive definite system, by Cholesky's factor; none when it is singular to working
/// precision.
fn solve(matrix: &[f64], right: &[f64]) -> Option<Vec<f64>> {
    let width = right.len();
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(width);
    let mut x: Vec<f64> = Vec::with_capacity(width);
    for ((i, line), value) in matrix.chunks(width).enumerate().zip(right) {
        let mut row: Vec<f64> = Vec::with_capacity(i + 1);
        for (j, cell) in line.iter().take(i).enumerate() {
            let above = rows.get(j)?;
            row.push((cell - dot(&row, above)) / above.get(j)?);
        }
        let diagonal = line.get(i)?;
        let pivot = diagonal - dot(&row, &row);
        if pivot.is_nan() || pivot <= diagonal * 1e-13 {
            return None;
        }
        x.push((value - dot(&row, &x)) / sqrt(pivot));
        row.push(sqrt(pivot));
        rows.push(row);
    }
    for (i, row) in rows.iter().enumerate().rev() {
        let diagonal = row.last().copied()?;
        let (head, tail) = x.split_at_mut(i);
        let value = tail.first_mut()?;
        *value /= diagonal;
        for (to, factor) in head.iter_mut().zip(row) {
            *to -= factor * *value;
        }
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_is_its_mean() {
        let flat = Harmonics { frequency: 52, n: 0, trend: false };
        let fit = flat.fit(&[2.0, 4.0, f64::NAN, 9.0], Spread::Poisson).unwrap();
        assert!((fit.mean(17) - 5.0).abs() < 1e-9);
        assert!(flat.fit(&[0.0, 0.0], Spread::Poisson).is_none());
        // Two counts do not determine a wave.
        assert!(Harmonics { n: 1, ..flat }.fit(&[2.0, 4.0], Spread::Poisson).is_none());
    }

    /// At the estimate, the score of α is 0: its value to either side is less likely.
    #[test]
    fn the_spread_is_the_most_likely() {
        let counts: Vec<f64> = (0..60).map(|n| f64::from((n * 7919) % 23)).collect();
        let flat = Harmonics { frequency: 52, n: 0, trend: false };
        let fit = flat.fit(&counts, Spread::Estimated).unwrap();
        let mu = fit.mean(0);
        let likelihood = |alpha: f64| -> f64 {
            let theta = 1.0 / alpha;
            let log_gamma = |x: f64| libm::lgamma(x);
            counts
                .iter()
                .map(|y| {
                    log_gamma(y + theta) - log_gamma(theta)
                        + theta * (theta / (theta + mu)).ln()
                        + y * (mu / (theta + mu)).ln()
                })
                .sum()
        };
        assert!(fit.alpha > 0.05, "{}", fit.alpha);
        let best = likelihood(fit.alpha);
        assert!(best > likelihood(fit.alpha * 1.01) && best > likelihood(fit.alpha * 0.99));
    }
}
