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
