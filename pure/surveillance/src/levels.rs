//! The regression behind both Farrington methods: log μ = level of the season (+ slope × time) (+ log population).
//!
//! Source: P. McCullagh and J. A. Nelder, *Generalized Linear Models*, 2nd ed. (1989), sections 2.5 (iteratively
//! reweighted least squares) and 6.2 (log-linear models). Starting values and the stopping rule (relative change of the
//! deviance below 10⁻⁸, 25 steps) are those of R's `glm`, so that results agree with published ones to the digits they
//! are printed with.
//!
//! With one level a season and one slope, the matrix of the normal equations is an arrow: the sums of the seasons on
//! the diagonal, one row and column for time. It is solved, and its inverse read, in closed form: no matrix is built,
//! and nothing is allocated once a workspace has seen its longest baseline. The means of successive periods of a season
//! differ by one factor, so that an exponential is taken once a season and not once a row.

use libm::{cbrt, exp, fabs, log, sqrt};

const MAX_STEPS: usize = 25;
const EPSILON: f64 = 1e-8;

/// A count of a series with what the regression asks of it, computed once for all its baselines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prepared {
    count: f64,
    /// The working response of the first step, less the offset: ln m − 0.1/m with m = y + 0.1.
    start: f64,
    /// y ln y.
    own: f64,
    /// ln (y + 0.1).
    log_start: f64,
    /// y^⅔.
    two_thirds: f64,
    /// Logarithm of the population, 0 without one.
    offset: f64,
    population: f64,
    /// Population to the power −1/6.
    population_sixth: f64,
}

impl Prepared {
    pub(crate) fn of(count: f64, offset: f64) -> Self {
        let mean = count + 0.1;
        let root = cbrt(count);
        let log_start = log(mean);
        Self {
            count,
            start: log_start - 0.1 / mean,
            log_start,
            own: if count > 0.0 { count * log(count) } else { 0.0 },
            two_thirds: root * root,
            offset,
            population: exp(offset),
            population_sixth: exp(-offset / 6.0),
        }
    }

    pub(crate) fn offset(&self) -> f64 {
        self.offset
    }
}

/// A row of the regression.
#[derive(Debug, Clone, Copy)]
struct Row {
    of: Prepared,
    position: usize,
    season: usize,
    /// Time around 0 and of the order of 1: the regression is the same, its arithmetic is better.
    time: f64,
    weight: f64,
    mean: f64,
    /// Prior weight × mean, of the last least-squares step.
    working: f64,
}

/// Sums over the rows of a season, and its level.
#[derive(Debug, Clone, Copy, Default)]
struct Season {
    weight: f64,
    time: f64,
    right: f64,
    level: f64,
    /// e to the level, or to −level/6.
    factor: f64,
    /// `weight` and `time` of the last least-squares step.
    solved: (f64, f64),
}

/// e to the slope × time, for successive periods: each is the one before times a constant. Rounding adds up over the few
/// hundred periods of a baseline to less than 10⁻¹³.
struct Growth {
    slope: f64,
    ratio: f64,
    next: usize,
    value: f64,
}

impl Growth {
    fn of(slope: f64, spread: f64) -> Self {
        Self { slope, ratio: exp(slope / spread), next: usize::MAX, value: 1.0 }
    }

    fn at(&mut self, position: usize, time: f64) -> f64 {
        self.value = if position == self.next { self.value * self.ratio } else { exp(self.slope * time) };
        self.next = position + 1;
        self.value
    }
}

/// A baseline being fitted. Used again and again: the buffers stay.
#[derive(Debug, Default)]
pub(crate) struct Levels {
    rows: Vec<Row>,
    seasons: Vec<Season>,
    trend: bool,
    slope: f64,
    /// 1 / the slope's variance for a dispersion of 1.
    slope_weight: f64,
    /// Mean and half-width of time.
    scale: (f64, f64),
}

impl Levels {
    /// Empties it.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
    }

    /// Adds the count at `position`, unless it is missing.
    pub(crate) fn push(&mut self, of: Prepared, position: usize, season: usize) {
        if of.count.is_finite() {
            let (weight, mean, working) = (1.0, 0.0, 0.0);
            self.rows.push(Row { of, position, season, time: position as f64, weight, mean, working });
        }
    }

    /// Scales time and counts the seasons: to be called once all rows are in.
    pub(crate) fn ready(&mut self) {
        let n = self.rows.len().max(1) as f64;
        let mean = self.rows.iter().map(|row| row.position as f64).sum::<f64>() / n;
        let spread = self.rows.iter().map(|row| fabs(row.position as f64 - mean)).fold(1.0, f64::max);
        for row in &mut self.rows {
            row.time = (row.position as f64 - mean) / spread;
        }
        self.scale = (mean, spread);
        let n_seasons = self.rows.iter().map(|row| row.season + 1).max().unwrap_or(0);
        self.seasons.clear();
        self.seasons.resize(n_seasons, Season::default());
    }

    pub(crate) fn highest(&self) -> f64 {
        self.rows.iter().map(|row| row.of.count).fold(0.0, f64::max)
    }

    /// Rows less coefficients.
    pub(crate) fn residual_df(&self) -> f64 {
        self.rows.len() as f64 - self.seasons.len() as f64 - f64::from(u8::from(self.trend))
    }

    /// Forgets past weights.
    pub(crate) fn unweighted(&mut self) {
        self.rows.iter_mut().for_each(|row| row.weight = 1.0);
    }

    /// Fits it, with or without a slope; none when it does not converge or a season holds nothing.
    pub(crate) fn fit(&mut self, trend: bool) -> Option<()> {
        self.trend = trend;
        self.slope = 0.0;
        if self.rows.is_empty() {
            return None;
        }
        let mut sums = self.first_step();
        // The deviance of the starting means, y + 0.1.
        let mut before: f64 = 2.0
            * self
                .rows
                .iter()
                .map(|row| row.weight * (row.of.own - row.of.count * row.of.log_start + 0.1))
                .sum::<f64>();
        let own: f64 = self.rows.iter().map(|row| row.weight * (row.of.own - row.of.count)).sum();
        for _ in 0..MAX_STEPS {
            self.solve(sums)?;
            let (deviance, next) = self.step(own);
            if !deviance.is_finite() {
                return None;
            }
            if fabs(deviance - before) / (fabs(deviance) + 0.1) < EPSILON {
                return Some(());
            }
            before = deviance;
            sums = next;
        }
        None
    }

    /// Sums of the normal equations at the starting means; gives Σ a τ² and Σ a z τ.
    fn first_step(&mut self) -> (f64, f64) {
        self.seasons.iter_mut().for_each(|season| *season = Season::default());
        let (mut square, mut right) = (0.0, 0.0);
        for row in &mut self.rows {
            row.mean = row.of.count + 0.1;
            let a = row.weight * row.mean;
            let z = row.of.start - row.of.offset;
            if let Some(season) = self.seasons.get_mut(row.season) {
                season.weight += a;
                season.time += a * row.time;
                season.right += a * z;
            }
            square += a * row.time * row.time;
            right += a * z * row.time;
        }
        (square, right)
    }

    /// Solves the arrow; none when a season or the slope is not determined.
    fn solve(&mut self, (square, right): (f64, f64)) -> Option<()> {
        let (mut pivot, mut slope) = (square, right);
        for season in &mut self.seasons {
            if !(season.weight > 0.0 && season.weight.is_finite()) {
                return None;
            }
            season.solved = (season.weight, season.time);
            let mean_time = season.time / season.weight;
            pivot -= season.time * mean_time;
            slope -= season.right * mean_time;
        }
        if self.trend {
            if pivot.is_nan() || pivot <= square * 1e-13 {
                return None;
            }
            self.slope_weight = pivot;
            self.slope = slope / pivot;
        }
        for season in &mut self.seasons {
            season.level = (season.right - season.time * self.slope) / season.weight;
            (season.weight, season.time, season.right) = (0.0, 0.0, 0.0);
        }
        Some(())
    }

    /// Means at the coefficients, the deviance and the sums of the next step. `own` is Σ w (y ln y − y).
    fn step(&mut self, own: f64) -> (f64, (f64, f64)) {
        let (mut square, mut right, mut deviance) = (0.0, 0.0, own);
        self.seasons.iter_mut().for_each(|season| season.factor = exp(season.level));
        let mut growth = Growth::of(self.slope, self.scale.1);
        for row in &mut self.rows {
            let Some(season) = self.seasons.get_mut(row.season) else { continue };
            let predictor = season.level + self.slope * row.time;
            let unit = season.factor * growth.at(row.position, row.time);
            let mean = (unit * row.of.population).max(f64::EPSILON);
            row.working = row.weight * row.mean;
            row.mean = mean;
            deviance += row.weight * (mean - row.of.count * (predictor + row.of.offset));
            let a = row.weight * mean;
            // a z with z = predictor + (y − μ)/μ.
            let az = a * predictor + row.weight * (row.of.count - mean);
            let at = a * row.time;
            season.weight += a;
            season.time += at;
            season.right += az;
            square += at * row.time;
            right += az * row.time;
        }
        (2.0 * deviance, (square, right))
    }

    /// Pearson's estimate of the dispersion, with prior weights (`prior`) or those of the last step. NaN without degrees
    /// of freedom.
    pub(crate) fn dispersion(&self, prior: bool) -> f64 {
        let sum: f64 = self
            .rows
            .iter()
            .map(|row| {
                let residual = (row.of.count - row.mean) / row.mean;
                (if prior { row.weight } else { row.working }) * residual * residual
            })
            .sum();
        let df = self.residual_df();
        if df > 0.0 { sum / df } else { f64::NAN }
    }

    /// The variance of the predictor of a row, for a dispersion of 1.
    fn unit_variance(&self, season: usize, time: f64) -> f64 {
        let Some(season) = self.seasons.get(season) else { return f64::NAN };
        let (weight, sum) = season.solved;
        let away = time - sum / weight;
        1.0 / weight + if self.trend { away * away / self.slope_weight } else { 0.0 }
    }

    /// The slope and its standard error for a dispersion of 1.
    pub(crate) fn slope(&self) -> (f64, f64) {
        (self.slope, 1.0 / sqrt(self.slope_weight))
    }

    /// The linear predictor of a period of season 0 (without offset) and its standard error for a dispersion of 1.
    pub(crate) fn predict(&self, position: usize) -> (f64, f64) {
        let time = (position as f64 - self.scale.0) / self.scale.1;
        let level = self.seasons.first().map_or(f64::NAN, |season| season.level);
        (level + self.slope * time, sqrt(self.unit_variance(0, time)))
    }

    /// Weights γ s⁻² where the standardised Anscombe residual s of a Poisson variable exceeds `threshold`, γ elsewhere,
    /// γ such that the weights add up to their number. A residual that is no number (a count that the regression passes
    /// through) weighs as one below.
    pub(crate) fn reweigh(&mut self, phi: f64, threshold: f64) {
        self.seasons.iter_mut().for_each(|season| season.factor = exp(-season.level / 6.0));
        let mut growth = Growth::of(-self.slope / 6.0, self.scale.1);
        let mut sum = 0.0;
        for at in 0..self.rows.len() {
            let Some(row) = self.rows.get(at).copied() else { break };
            let factor = self.seasons.get(row.season).map_or(f64::NAN, |season| season.factor);
            let unit = factor * growth.at(row.position, row.time);
            // μ^(−1/6), but for means held at the least.
            let sixth =
                if row.mean > f64::EPSILON { unit * row.of.population_sixth } else { exp(-log(row.mean) / 6.0) };
            let raw = 1.5 * (row.of.two_thirds * sixth - 1.0 / (sixth * sixth * sixth));
            let leverage = row.working * self.unit_variance(row.season, row.time);
            let s = raw / sqrt(phi * (1.0 - leverage));
            let weight = if s > threshold { 1.0 / (s * s) } else { 1.0 };
            sum += weight;
            if let Some(row) = self.rows.get_mut(at) {
                row.weight = weight;
            }
        }
        let gamma = self.rows.len() as f64 / sum;
        self.rows.iter_mut().for_each(|row| row.weight *= gamma);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(rows: &[(f64, usize)], trend: bool) -> (Levels, Option<()>) {
        let mut levels = Levels::default();
        for (position, (count, season)) in rows.iter().enumerate() {
            levels.push(Prepared::of(*count, 0.0), position, *season);
        }
        levels.ready();
        let done = levels.fit(trend);
        (levels, done)
    }

    /// Without a slope, the fitted means are those of the seasons: the closed form of the saturated model.
    #[test]
    fn season_means_are_recovered() {
        let rows = [(2.0, 0), (4.0, 0), (10.0, 1), (11.0, 1), (12.0, 1)];
        let (levels, done) = fitted(&rows, false);
        assert!(done.is_some());
        let (predictor, se) = levels.predict(0);
        assert!((predictor - 3f64.ln()).abs() < 1e-9);
        // The variance of a season's log mean is 1 / (sum of its counts); leverages add up to the coefficients.
        assert!((se - (1f64 / 6.0).sqrt()).abs() < 1e-6);
        let leverages: f64 = levels.rows.iter().map(|r| r.working * levels.unit_variance(r.season, r.time)).sum();
        assert!((leverages - 2.0).abs() < 1e-9);
    }

    /// Counts that grow by one half each period are fitted exactly.
    #[test]
    fn an_exact_slope_is_recovered() {
        let rows: Vec<(f64, usize)> = (0..8).map(|n| (100.0 * 1.5f64.powi(n), 0)).collect();
        let (levels, done) = fitted(&rows, true);
        assert!(done.is_some());
        assert!((levels.predict(8).0 - (100.0 * 1.5f64.powi(8)).ln()).abs() < 1e-9);
        assert!(levels.dispersion(false) < 1e-9);
    }

    #[test]
    fn what_is_not_determined_is_no_fit() {
        // One period gives no slope, an empty season no level.
        assert!(fitted(&[(3.0, 0)], true).1.is_none());
        assert!(fitted(&[(3.0, 0), (4.0, 2)], false).1.is_none());
        assert!(fitted(&[], false).1.is_none());
    }
}
