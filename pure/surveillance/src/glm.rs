//! A quasi-Poisson regression with logarithmic link, as far as surveillance needs it.
//!
//! Source: P. McCullagh and J. A. Nelder, *Generalized Linear Models*, 2nd ed. (1989), sections 2.5 (iteratively
//! reweighted least squares) and 6.2 (log-linear models). Starting values and the stopping rule (relative change of the
//! deviance below 10⁻⁸, 25 steps) are those of R's `glm`, so that results agree with published ones to the digits they
//! are printed with.

use libm::{exp, fabs, log, sqrt};

const MAX_STEPS: usize = 25;
const EPSILON: f64 = 1e-8;

/// What is regressed: `response[i]` on `design[i]`, each row as long as the others.
pub(crate) struct Regression<'a> {
    pub(crate) design: &'a [Vec<f64>],
    pub(crate) response: &'a [f64],
    /// Prior weights.
    pub(crate) weights: &'a [f64],
    /// Added to the linear predictor of each row.
    pub(crate) offset: &'a [f64],
}

/// A regression that converged.
#[derive(Debug, Clone)]
pub(crate) struct Fit {
    pub(crate) coefficients: Vec<f64>,
    /// Fitted means.
    pub(crate) fitted: Vec<f64>,
    /// Weights of the last least-squares step: prior weight × mean.
    pub(crate) working_weights: Vec<f64>,
    /// Leverages.
    pub(crate) leverages: Vec<f64>,
    /// Rows less coefficients.
    pub(crate) residual_df: f64,
    factor: Cholesky,
}

impl Regression<'_> {
    /// Fits it; none when it does not converge or the design is singular.
    pub(crate) fn fit(&self) -> Option<Fit> {
        let width = self.design.first()?.len();
        if self.response.iter().any(|y| !y.is_finite() || *y < 0.0) {
            return None;
        }
        let mut fitted: Vec<f64> = self.response.iter().map(|y| y + 0.1).collect();
        let mut predictor: Vec<f64> = fitted.iter().map(|mu| log(*mu)).collect();
        let mut before = self.deviance(&fitted);
        for _ in 0..MAX_STEPS {
            let working_weights: Vec<f64> = fitted.iter().zip(self.weights).map(|(mu, weight)| mu * weight).collect();
            let mut matrix = vec![0.0; width * width];
            let mut right = vec![0.0; width];
            let rows = self.design.iter().zip(&working_weights);
            let values = self.response.iter().zip(&fitted).zip(predictor.iter().zip(self.offset));
            for ((row, weight), ((y, mu), (eta, offset))) in rows.zip(values) {
                let working = eta - offset + (y - mu) / mu;
                for ((a, line), to) in row.iter().zip(matrix.chunks_mut(width)).zip(right.iter_mut()) {
                    *to += a * weight * working;
                    for (b, cell) in row.iter().zip(line) {
                        *cell += a * weight * b;
                    }
                }
            }
            let factor = Cholesky::of(matrix, width)?;
            let coefficients = factor.solve(&right);
            predictor = self.design.iter().zip(self.offset).map(|(row, o)| dot(row, &coefficients) + o).collect();
            fitted = predictor.iter().map(|eta| exp(*eta).max(f64::EPSILON)).collect();
            let deviance = self.deviance(&fitted);
            if !deviance.is_finite() {
                return None;
            }
            if fabs(deviance - before) / (fabs(deviance) + 0.1) < EPSILON {
                let leverages =
                    self.design.iter().zip(&working_weights).map(|(x, w)| w * factor.quadratic(x)).collect();
                let n = self.weights.iter().filter(|w| **w > 0.0).count();
                let residual_df = n as f64 - width as f64;
                return Some(Fit { coefficients, fitted, working_weights, leverages, residual_df, factor });
            }
            before = deviance;
        }
        None
    }

    fn deviance(&self, fitted: &[f64]) -> f64 {
        let rows = self.response.iter().zip(fitted).zip(self.weights);
        rows.map(|((y, mu), weight)| {
            let unit = if *y > 0.0 { y * log(y / mu) - (y - mu) } else { *mu };
            2.0 * weight * unit
        })
        .sum()
    }

    /// Pearson's estimate of the dispersion, with `weights` for the working weights. NaN without degrees of freedom.
    pub(crate) fn dispersion(&self, fit: &Fit, weights: &[f64]) -> f64 {
        let rows = self.response.iter().zip(&fit.fitted).zip(weights);
        let sum: f64 = rows
            .map(|((y, mu), weight)| {
                let residual = (y - mu) / mu;
                weight * residual * residual
            })
            .sum();
        if fit.residual_df > 0.0 { sum / fit.residual_df } else { f64::NAN }
    }
}

impl Fit {
    /// The linear predictor at `x` (without offset) and its standard error for a dispersion of 1.
    pub(crate) fn predict(&self, x: &[f64]) -> (f64, f64) {
        (dot(x, &self.coefficients), sqrt(self.factor.quadratic(x)))
    }

    /// Coefficient `n` and its standard error for a dispersion of 1.
    pub(crate) fn coefficient(&self, n: usize) -> Option<(f64, f64)> {
        let unit: Vec<f64> = (0..self.coefficients.len()).map(|i| if i == n { 1.0 } else { 0.0 }).collect();
        Some((*self.coefficients.get(n)?, sqrt(self.factor.quadratic(&unit))))
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The lower triangular factor of a positive definite matrix, row by row.
#[derive(Debug, Clone)]
struct Cholesky {
    rows: Vec<Vec<f64>>,
}

impl Cholesky {
    /// Of a symmetric matrix given row by row; none when it is not positive definite to working precision.
    fn of(matrix: Vec<f64>, width: usize) -> Option<Self> {
        let mut rows: Vec<Vec<f64>> = Vec::with_capacity(width);
        for (i, line) in matrix.chunks(width).enumerate() {
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
            row.push(sqrt(pivot));
            rows.push(row);
        }
        Some(Self { rows })
    }

    /// The solution of L y = `b`.
    fn forward(&self, b: &[f64]) -> Vec<f64> {
        let mut y: Vec<f64> = Vec::with_capacity(b.len());
        for (row, value) in self.rows.iter().zip(b) {
            let diagonal = row.last().copied().unwrap_or(f64::NAN);
            y.push((value - dot(row, &y)) / diagonal);
        }
        y
    }

    /// The solution of L Lᵀ x = `b`.
    fn solve(&self, b: &[f64]) -> Vec<f64> {
        let mut x = self.forward(b);
        for (i, row) in self.rows.iter().enumerate().rev() {
            let diagonal = row.last().copied().unwrap_or(f64::NAN);
            let (head, tail) = x.split_at_mut(i);
            if let Some(value) = tail.first_mut() {
                *value /= diagonal;
                for (to, factor) in head.iter_mut().zip(row) {
                    *to -= factor * *value;
                }
            }
        }
        x
    }

    /// xᵀ (L Lᵀ)⁻¹ x.
    fn quadratic(&self, x: &[f64]) -> f64 {
        let y = self.forward(x);
        dot(&y, &y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regress(design: &[Vec<f64>], response: &[f64]) -> Option<Fit> {
        let n = response.len();
        Regression { design, response, weights: &vec![1.0; n], offset: &vec![0.0; n] }.fit()
    }

    /// With an intercept and a group, the fitted means are those of the groups: the closed form of the saturated model.
    #[test]
    fn group_means_are_recovered() {
        let design: Vec<Vec<f64>> = [0.0, 0.0, 1.0, 1.0, 1.0].iter().map(|g| vec![1.0, *g]).collect();
        let fit = regress(&design, &[2.0, 4.0, 10.0, 11.0, 12.0]).unwrap();
        assert!((fit.coefficients[0] - 3f64.ln()).abs() < 1e-9);
        assert!((fit.coefficients[1] - (11f64 / 3.0).ln()).abs() < 1e-9);
        // The variance of a group's log mean is 1 / (sum of its counts); leverages add up to the coefficients.
        let (_, se) = fit.predict(&[1.0, 0.0]);
        assert!((se - (1f64 / 6.0).sqrt()).abs() < 1e-6);
        assert!((fit.leverages.iter().sum::<f64>() - 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_singular_design_is_no_fit() {
        let design: Vec<Vec<f64>> = (0..4).map(|_| vec![1.0, 2.0]).collect();
        assert!(regress(&design, &[1.0, 2.0, 3.0, 4.0]).is_none());
        assert!(regress(&[], &[]).is_none());
        assert!(regress(&[vec![1.0]], &[f64::NAN]).is_none());
    }
}
