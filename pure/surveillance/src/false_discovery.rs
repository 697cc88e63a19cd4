//! Many tests at once.

/// Which of `p_values` are discoveries when the expected share of false ones among them is to stay at most `rate`.
/// NaN is never one.
///
/// Source: Y. Benjamini and Y. Hochberg, *Controlling the false discovery rate*, Journal of the Royal Statistical
/// Society B 57(1), 1995: with the m p-values in ascending order, all up to the largest i with p₍ᵢ₎ ≤ i · rate / m.
pub fn benjamini_hochberg(p_values: &[f64], rate: f64) -> Vec<bool> {
    let mut ordered: Vec<f64> = p_values.iter().copied().filter(|p| !p.is_nan()).collect();
    ordered.sort_by(f64::total_cmp);
    let m = ordered.len() as f64;
    let limit = ordered.iter().enumerate().rev().find(|(i, p)| **p <= (*i as f64 + 1.0) * rate / m).map(|(_, p)| *p);
    p_values.iter().map(|p| limit.is_some_and(|limit| *p <= limit)).collect()
}

/// As [`benjamini_hochberg`], where what is more likely to be true counts for more: p-values are divided by `weights`,
/// which are first brought to a mean of 1. The rate is kept as long as the weights were set without looking at these
/// p-values. A weight that is no number ≥ 0, or is missing, counts as 1.
///
/// Source: C. R. Genovese, K. Roeder and L. Wasserman, *False discovery control with p-value weighting*, Biometrika
/// 93(3), 2006.
///
/// ```
/// use beffroi_surveillance::weighted_benjamini_hochberg;
///
/// // Two series are equally high; the second was high last week as well.
/// let p_values = [0.03, 0.03, 0.5, 0.9];
/// assert_eq!(weighted_benjamini_hochberg(&p_values, &[1.0; 4], 0.05), [false; 4]);
/// assert_eq!(weighted_benjamini_hochberg(&p_values, &[1.0, 5.0, 1.0, 1.0], 0.05), [false, true, false, false]);
/// ```
pub fn weighted_benjamini_hochberg(p_values: &[f64], weights: &[f64], rate: f64) -> Vec<bool> {
    let weight = |at: usize| weights.get(at).copied().filter(|w| w.is_finite() && *w >= 0.0).unwrap_or(1.0);
    let tested: Vec<usize> = p_values.iter().enumerate().filter(|(_, p)| !p.is_nan()).map(|(at, _)| at).collect();
    let mean = tested.iter().map(|at| weight(*at)).sum::<f64>() / tested.len().max(1) as f64;
    if mean.is_nan() || mean <= 0.0 {
        return vec![false; p_values.len()];
    }
    let weighed: Vec<f64> = p_values
        .iter()
        .enumerate()
        .map(|(at, p)| match weight(at) {
            _ if p.is_nan() => f64::NAN,
            0.0 => f64::INFINITY,
            weight => p * mean / weight,
        })
        .collect();
    benjamini_hochberg(&weighed, rate)
}

/// The weight of a series this week, from its p-value of last week: what rises mostly rises for more than a week. Under
/// an unchanged baseline, last week tells nothing of this one, so that the rate is kept.
pub fn persistence_weight(p_last_week: Option<f64>) -> f64 {
    /// What was rare last week counts for this many series this week.
    const FACTOR: f64 = 21.0;
    /// Rare: one week in twenty.
    const RARE: f64 = 0.05;
    if p_last_week.is_some_and(|p| p < RARE) { FACTOR } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of the paper (section 3.2, thrombolysis): at 5 %, the first four of fifteen.
    #[test]
    fn the_paper_rejects_four() {
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let found = benjamini_hochberg(&p, 0.05);
        assert_eq!(found.iter().filter(|f| **f).count(), 4);
        assert!(found[..4].iter().all(|f| *f));
    }

    #[test]
    fn nothing_and_nan() {
        assert!(benjamini_hochberg(&[], 0.05).is_empty());
        assert_eq!(benjamini_hochberg(&[f64::NAN, 0.001], 0.05), [false, true]);
        assert_eq!(benjamini_hochberg(&[0.9], 0.05), [false]);
    }
}
