//! Three lists and more: log-linear models of the table of histories, whose one empty cell (on no list) is what is sought.
//!
//! S. E. Fienberg, *The multiple recapture census for closed populations and incomplete 2ᵏ contingency tables*, Biometrika
//! 59 (1972) 591–603. A model holds one term a list and one for each pair of lists that it lets depend on each other; it is
//! fitted to the seen histories as Poisson counts by iteratively reweighted least squares, and predicts the unseen cell. All
//! models of pairs are fitted and shown; the choice by AIC (or BIC, with the number seen) is a suggestion, never the only
//! line. Standard error as L.-P. Rivest and S. Baillargeon (J. Stat. Softw. 19(5), 2007): `√(f₀ + f₀²·Var β₀)`, which for two
//! lists is Sekar and Deming's.

use crate::capture::{CaptureError, Estimate, log_normal};

/// Most lists: beyond, the table has more cells than a count of victims fills.
pub const MOST_LISTS: usize = 5;

/// Most pairs that a model may hold when all models are tried: 2⁶ models for four lists.
const MOST_PAIRS: usize = 6;

/// A model of the dependence between lists, fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The pairs of lists that it lets depend on each other, by their places from 0; none for independence.
    pub pairs: Vec<(usize, usize)>,
    /// What it estimates; none where it has no finite answer.
    pub estimate: Result<Estimate, CaptureError>,
    /// Its deviance on the seen histories.
    pub deviance: f64,
    /// Histories less parameters.
    pub degrees_of_freedom: usize,
    /// −2 log-likelihood + 2 × parameters.
    pub aic: f64,
    /// −2 log-likelihood + log(seen) × parameters.
    pub bic: f64,
}

/// The counts of each history of `n` lists. History `h` (from 1 to 2ⁿ − 1) has bit `i` set when list `i` saw it; `counts[h-1]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Histories {
    lists: usize,
    counts: Vec<f64>,
}

impl Histories {
    /// # Errors
    /// [`CaptureError::Histories`] when there are not 2ⁿ − 1 counts for n from 2 to [`MOST_LISTS`]; [`CaptureError::Empty`] when
    /// a list saw nothing.
    pub fn new(counts: &[u64]) -> Result<Self, CaptureError> {
        let lists = (2..=MOST_LISTS).find(|n| (1_usize << n) - 1 == counts.len());
        let lists = lists.ok_or(CaptureError::Histories(counts.len()))?;
        let this = Self { lists, counts: counts.iter().map(|n| *n as f64).collect() };
        if (0..lists).any(|list| this.on(list) == 0.0) {
            return Err(CaptureError::Empty);
        }
        Ok(this)
    }

    /// How many lists.
    pub fn lists(&self) -> usize {
        self.lists
    }

    /// How many were seen by one list at least.
    pub fn seen(&self) -> f64 {
        self.counts.iter().sum()
    }

    fn on(&self, list: usize) -> f64 {
        self.each().filter(|(h, _)| h >> list & 1 == 1).map(|(_, n)| n).sum()
    }

    fn each(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.counts.iter().enumerate().map(|(i, n)| (i + 1, *n))
    }

    /// Every model of pairs, by AIC, those without an estimate last: all subsets of pairs up to four lists, independence and
    /// all pairs beyond.
    pub fn models(&self) -> Vec<Model> {
        let all: Vec<(usize, usize)> = (0..self.lists).flat_map(|a| (a + 1..self.lists).map(move |b| (a, b))).collect();
        let mut models: Vec<Model> = if all.len() <= MOST_PAIRS {
            let subset = |mask: usize| {
                let kept = all.iter().enumerate().filter(|(i, _)| mask >> i & 1 == 1).map(|(_, pair)| *pair);
                self.fit(&kept.collect::<Vec<_>>())
            };
            (0..1_usize << all.len()).filter_map(subset).collect()
        } else {
            [Vec::new(), all].iter().filter_map(|pairs| self.fit(pairs)).collect()
        };
        models.sort_by(|a, b| {
            (a.estimate.is_err()).cmp(&b.estimate.is_err()).then(a.aic.total_cmp(&b.aic)).then(a.pairs.cmp(&b.pairs))
        });
        models
    }

    /// One model; none when it has more parameters than there are histories.
    pub fn fit(&self, pairs: &[(usize, usize)]) -> Option<Model> {
        let rows: Vec<Vec<f64>> = self.each().map(|(h, _)| row(h, self.lists, pairs)).collect();
        let n_parameters = 1 + self.lists + pairs.len();
        let degrees_of_freedom = rows.len().checked_sub(n_parameters)?;
        // From the counts themselves, a half added, as generalised linear models begin.
        let mut fitted: Vec<f64> = self.counts.iter().map(|n| n + 0.5).collect();
        let mut solved = None;
        let mut before = f64::INFINITY;
        for _ in 0..200 {
            let Some((beta, variance)) = step(&rows, &self.counts, &fitted, n_parameters) else { break };
            fitted = rows.iter().map(|row| libm::exp(dot(row, &beta).clamp(-700.0, 700.0))).collect();
            let now = self.deviance(&fitted);
            let done = (now - before).abs() < 1e-11 * (now.abs() + 0.1);
            before = now;
            solved = Some((beta, variance));
            if done {
                break;
            }
        }
        let (beta, variance) = solved?;
        let unseen = libm::exp(beta.first().copied().unwrap_or(f64::INFINITY).min(700.0));
        let spread = unseen + unseen * unseen * variance;
        let seen = self.seen();
        // A term that runs off to infinity has a variance without measure: the cells that it rests on are empty.
        let estimate = if unseen.is_finite() && spread.is_finite() && spread.sqrt() < 100.0 * (seen + unseen) {
            let number = seen + unseen;
            Ok(Estimate { number, standard_error: spread.sqrt(), limits: log_normal(seen, number, spread) })
        } else {
            Err(CaptureError::NotEstimable)
        };
        let minus_two = -2.0 * self.log_likelihood(&fitted);
        let p = n_parameters as f64;
        Some(Model {
            pairs: pairs.to_vec(),
            estimate,
            deviance: self.deviance(&fitted).max(0.0),
            degrees_of_freedom,
            aic: minus_two + 2.0 * p,
            bic: minus_two + libm::log(seen) * p,
        })
    }

    fn deviance(&self, fitted: &[f64]) -> f64 {
        let of = |(n, m): (&f64, &f64)| if *n > 0.0 { n * libm::log(n / m) - (n - m) } else { *m };
        2.0 * self.counts.iter().zip(fitted).map(of).sum::<f64>()
    }

    fn log_likelihood(&self, fitted: &[f64]) -> f64 {
        let of = |(n, m): (&f64, &f64)| n * libm::log(*m) - m - libm::lgamma(n + 1.0);
        self.counts.iter().zip(fitted).map(of).sum()
    }
}

/// The terms of a history: the constant, one a list, one a pair.
fn row(history: usize, lists: usize, pairs: &[(usize, usize)]) -> Vec<f64> {
    let on = |list: usize| (history >> list & 1) as f64;
    let mut row = vec![1.0];
    row.extend((0..lists).map(on));
    row.extend(pairs.iter().map(|(a, b)| on(*a) * on(*b)));
    row
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// One step of reweighted least squares: the coefficients, and the variance of the constant.
fn step(rows: &[Vec<f64>], counts: &[f64], fitted: &[f64], n: usize) -> Option<(Vec<f64>, f64)> {
    let mut system = vec![vec![0.0; n + 2]; n];
    for ((row, count), mean) in rows.iter().zip(counts).zip(fitted) {
        let weight = mean.max(1e-12);
        let working = libm::log(weight) + (count - weight) / weight;
        for (line, x) in system.iter_mut().zip(row) {
            for (cell, y) in line.iter_mut().zip(row) {
                *cell += weight * x * y;
            }
            if let Some(cell) = line.get_mut(n) {
                *cell += weight * x * working;
            }
        }
    }
    // The last column becomes the first column of the inverse.
    if let Some(cell) = system.first_mut().and_then(|line| line.get_mut(n + 1)) {
        *cell = 1.0;
    }
    let solved = eliminate(system, n)?;
    let beta = solved.iter().map(|line| line.get(n).copied().unwrap_or_default()).collect();
    let variance = solved.first()?.get(n + 1).copied()?;
    Some((beta, variance))
}

/// Gauss–Jordan with pivots; none for a singular system.
fn eliminate(mut system: Vec<Vec<f64>>, n: usize) -> Option<Vec<Vec<f64>>> {
    for column in 0..n {
        let size = |line: &[f64]| line.get(column).copied().unwrap_or_default().abs();
        let pivot = (column..n).max_by(|a, b| {
            let of = |i: &usize| system.get(*i).map_or(0.0, |line| size(line));
            of(a).total_cmp(&of(b))
        })?;
        system.swap(column, pivot);
        let mut lead = system.get(column)?.clone();
        let scale = lead.get(column).copied()?;
        if scale.abs() < 1e-300 || !scale.is_finite() {
            return None;
        }
        lead.iter_mut().for_each(|cell| *cell /= scale);
        for (i, line) in system.iter_mut().enumerate() {
            let factor = line.get(column).copied().unwrap_or_default();
            if i != column {
                line.iter_mut().zip(&lead).for_each(|(cell, of_lead)| *cell -= factor * of_lead);
            }
        }
        *system.get_mut(column)? = lead;
    }
    Some(system)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::TwoLists;

    /// Bruno et al. (1994), as IWGDMF (1995) works it: diabetics by four lists. Keys are histories, list 1 first.
    const DIABETES: [(&str, u64); 15] = [
        ("1111", 58),
        ("1110", 157),
        ("1101", 18),
        ("1100", 104),
        ("1011", 46),
        ("1010", 650),
        ("1001", 12),
        ("1000", 709),
        ("0111", 14),
        ("0110", 20),
        ("0101", 7),
        ("0100", 74),
        ("0011", 8),
        ("0010", 182),
        ("0001", 10),
    ];

    fn counts(lists: usize) -> Vec<u64> {
        let mut counts = vec![0; (1 << lists) - 1];
        for (history, n) in DIABETES {
            let bits = history.bytes().take(lists).enumerate().map(|(i, b)| usize::from(b == b'1') << i).sum::<usize>();
            if bits > 0 {
                counts[bits - 1] += n;
            }
        }
        counts
    }

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-5 * expected.abs().max(1.0), "{found} and not {expected}");
    }

    // The expected digits come from iterative proportional fitting, another algorithm, in another language.
    #[test]
    fn four_lists_of_a_published_count() {
        let histories = Histories::new(&counts(4)).unwrap();
        near(histories.seen(), 2_069.0);
        let models = histories.models();
        assert_eq!(models.len(), 64);
        let best = &models[0];
        // As a fit by iterative proportions gives it too.
        assert_eq!(best.pairs, [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)]);
        let estimate = best.estimate.unwrap();
        near(estimate.number, 2_771.191_275_035_718);
        near(estimate.standard_error, 145.089_071_796_577);
        near(best.deviance, 7.617_045_784_295);
        near(best.aic, 112.779_304_067_419);
        assert_eq!(best.degrees_of_freedom, 5);
        let by_bic = models.iter().min_by(|a, b| a.bic.total_cmp(&b.bic)).unwrap();
        assert_eq!(by_bic.pairs, [(0, 2), (1, 3), (2, 3)]);
        near(by_bic.estimate.unwrap().number, 2_472.246_549_221_02);
        let alone = models.iter().find(|m| m.pairs.is_empty()).unwrap();
        near(alone.estimate.unwrap().number, 2_250.600_763_276_328);
        near(alone.deviance, 217.475_798_499_480);
    }

    #[test]
    fn three_lists_and_the_saturated_model() {
        let models = Histories::new(&counts(3)).unwrap().models();
        let of = |pairs: &[(usize, usize)]| models.iter().find(|m| m.pairs == pairs).unwrap();
        near(of(&[]).estimate.unwrap().number, 2_261.030_830_685_855);
        near(of(&[(0, 2)]).estimate.unwrap().number, 2_409.854_447_439_361);
        let saturated = of(&[(0, 1), (0, 2), (1, 2)]);
        near(saturated.estimate.unwrap().number, 2_885.350_619_741_836);
        near(saturated.estimate.unwrap().standard_error, 208.892_496_251_875);
        assert!(saturated.deviance < 1e-6 && saturated.degrees_of_freedom == 0);
    }

    #[test]
    fn two_lists_are_sekar_and_deming() {
        for (first, second, both) in [(1_754, 452, 337), (200, 150, 30), (40, 60, 8)] {
            let model = Histories::new(&[first - both, second - both, both]).unwrap().fit(&[]).unwrap();
            let plain = TwoLists { first, second, both }.sekar_deming().unwrap();
            near(model.estimate.unwrap().number, plain.number);
            near(model.estimate.unwrap().standard_error, plain.standard_error);
        }
    }

    #[test]
    fn empty_cells_give_no_estimate_and_no_panic() {
        assert_eq!(Histories::new(&[1, 2]), Err(CaptureError::Histories(2)));
        assert_eq!(Histories::new(&[5, 0, 0]), Err(CaptureError::Empty));
        let apart = Histories::new(&[50, 40, 0, 30, 0, 0, 0]).unwrap();
        for model in apart.models() {
            assert!(model.estimate.is_err_and(|e| e == CaptureError::NotEstimable), "{model:?}");
        }
        assert_eq!(Histories::new(&[3; 31]).unwrap().models().len(), 2);
    }
}
