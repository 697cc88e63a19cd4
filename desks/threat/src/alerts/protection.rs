//! Counts that a flash may not show: small ones, and those that give one away.

use crate::alerts::{ClassCount, PlaceCount, Spread};
use std::collections::BTreeMap;

/// Counts below this are not shown.
pub const SMALL: f64 = 5.0;

/// Counts by territory of which none is small, nor can be found by subtracting the others from the total: what is
/// hidden is at least two territories and sums to [`SMALL`] or more, or nothing.
pub(crate) fn spread(counts: &BTreeMap<String, f64>) -> Spread {
    let positive = counts.iter().filter(|(_, count)| **count > 0.0);
    let mut shown: Vec<PlaceCount> =
        positive.map(|(territory, count)| PlaceCount { territory: territory.clone(), count: *count }).collect();
    shown.sort_by(|a, b| b.count.total_cmp(&a.count).then(a.territory.cmp(&b.territory)));
    let n_hidden = hide(&mut shown, |place| place.count);
    Spread { shown, n_hidden }
}

/// The same over classes.
pub(crate) fn classes(mut counts: Vec<ClassCount>) -> Vec<ClassCount> {
    counts.retain(|class| class.count > 0.0);
    counts.sort_by(|a, b| b.count.total_cmp(&a.count).then(a.class.cmp(&b.class)));
    hide(&mut counts, |class| class.count);
    counts
}

/// Takes the small ones from the end of a list in descending order, then as many more as subtraction asks for.
fn hide<T>(shown: &mut Vec<T>, count: impl Fn(&T) -> f64) -> u64 {
    let (mut n_hidden, mut sum) = (0u64, 0.0);
    while let Some(last) = shown.last() {
        let is_small = count(last) < SMALL;
        let is_found_by_subtraction = n_hidden > 0 && (n_hidden < 2 || sum < SMALL);
        if !is_small && !is_found_by_subtraction {
            break;
        }
        sum += count(last);
        n_hidden += 1;
        shown.pop();
    }
    n_hidden
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counts(values: &[f64]) -> BTreeMap<String, f64> {
        values.iter().enumerate().map(|(n, count)| (format!("{:02}", n + 1), *count)).collect()
    }

    #[test]
    fn a_small_count_is_hidden_with_another() {
        let spread = spread(&counts(&[40.0, 12.0, 7.0, 2.0]));
        let shown: Vec<f64> = spread.shown.iter().map(|place| place.count).collect();
        assert_eq!((shown, spread.n_hidden), (vec![40.0, 12.0], 2));
        // Enough is hidden already.
        assert_eq!(super::spread(&counts(&[40.0, 4.0, 2.0])).n_hidden, 2);
        assert_eq!(super::spread(&counts(&[40.0, 2.0, 1.0])).n_hidden, 3);
        assert_eq!(super::spread(&counts(&[40.0, 20.0])).n_hidden, 0);
    }

    proptest! {
        #[test]
        fn nothing_small_is_shown_nor_found_by_subtraction(values in prop::collection::vec(0u8..30, 0..12)) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let spread = spread(&counts(&values));
            prop_assert!(spread.shown.iter().all(|place| place.count >= SMALL));
            let hidden = values.iter().sum::<f64>() - spread.shown.iter().map(|place| place.count).sum::<f64>();
            let all_hidden = spread.shown.is_empty();
            prop_assert!(spread.n_hidden == 0 || all_hidden || (spread.n_hidden >= 2 && hidden >= SMALL));
        }
    }
}
