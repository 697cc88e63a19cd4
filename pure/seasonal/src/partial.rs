//! The two middle values of the residuals, and what R takes for them.
//!
//! R's `stl` asks a partial sort (J. M. Chambers, *Algorithm 410: Partial sorting*, CACM 14(5), 1971) for the two middle
//! values of an even series, the larger place first, where the algorithm wants places in ascending order. On some series
//! it then stops with one of the two not in its place, and six "medians" are a little off; robust weights follow.

/// Which middle values the robust weights are reckoned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Median {
    /// The median, as the article has it.
    Exact,
    /// What R takes for it, to compare with results of R to the last digit.
    AsInR,
}

/// The sum of the two middle values; twice the middle one when their number is odd.
pub(crate) fn middle_sum(mut values: Vec<f64>, median: Median) -> f64 {
    let upper = values.len() / 2;
    let lower = values.len().saturating_sub(upper + 1);
    match median {
        Median::Exact => values.sort_by(f64::total_cmp),
        Median::AsInR => partly_sorted(&mut values, [upper, lower]),
    }
    let place = |at: usize| values.get(at).copied().unwrap_or_default();
    place(upper) + place(lower)
}

/// A stretch of the values (first and last place) and which of the wanted places are looked for in it (first, and one
/// past the last).
#[derive(Clone, Copy)]
struct Stretch {
    first: usize,
    last: usize,
    from: usize,
    to: usize,
}

/// Algorithm 410 on places that may stand in the wrong order; on ascending ones, each ends up where a full sort puts it.
/// Values are finite.
fn partly_sorted(values: &mut [f64], wanted: [usize; 2]) {
    if values.len() < 2 {
        return;
    }
    let place = |at: usize| wanted.get(at).copied().unwrap_or_default();
    let mut later = Vec::new();
    let mut next = Some(Stretch { first: 0, last: values.len() - 1, from: 0, to: wanted.len() });
    let mut whole = true;
    while let Some(mut now) = next {
        // Short stretches are sorted, but for one at the start: nothing below it stops an insertion.
        let long = now.last > now.first + 10 || now.first == 0 && now.last > now.first;
        if !whole && !long {
            if let Some(stretch) = values.get_mut(now.first..=now.last)
                && now.first > 0
            {
                stretch.sort_by(f64::total_cmp);
            }
            next = later.pop();
            continue;
        }
        whole = false;
        let (left_end, right_start) = split(values, now.first, now.last);
        let mut put_off = now;
        if left_end as isize - now.first as isize <= now.last as isize - right_start as isize {
            (put_off.first, now.last) = (right_start, left_end);
            while now.from < now.to && place(now.to - 1) > left_end {
                now.to -= 1;
            }
            if now.from < now.to {
                put_off.from = now.to;
            }
        } else {
            (put_off.last, now.first) = (left_end, right_start);
            while now.from < now.to && place(now.from) < right_start {
                now.from += 1;
            }
            if now.from < now.to {
                put_off.to = now.from;
            }
        }
        if put_off.from < put_off.to {
            later.push(put_off);
        }
        next = if now.from < now.to { Some(now) } else { later.pop() };
    }
}

/// Parts a stretch at the median of its first, middle and last value: what is not larger ends at the first place given
/// back, what is not smaller begins at the second.
fn split(values: &mut [f64], first: usize, last: usize) -> (usize, usize) {
    let at = |values: &[f64], place: usize| values.get(place).copied().unwrap_or_default();
    // Places count from 0 here and from 1 in the article, which halves them so.
    let middle = (first + last + 2) / 2 - 1;
    if at(values, first) > at(values, middle) {
        values.swap(first, middle);
    }
    if at(values, last) < at(values, middle) {
        values.swap(last, middle);
        if at(values, first) > at(values, middle) {
            values.swap(first, middle);
        }
    }
    let pivot = at(values, middle);
    let (mut left_end, mut right_start) = (last, first);
    loop {
        left_end = left_end.saturating_sub(1);
        while at(values, left_end) > pivot {
            left_end = left_end.saturating_sub(1);
        }
        right_start += 1;
        while at(values, right_start) < pivot {
            right_start += 1;
        }
        if right_start > left_end {
            return (left_end, right_start);
        }
        values.swap(left_end, right_start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// In the order that the algorithm wants, it finds what a sort finds; whatever the order, it ends and loses nothing.
        #[test]
        fn ascending_places_are_found(values in prop::collection::vec((0u32..500).prop_map(f64::from), 2..200)) {
            let upper = values.len() / 2;
            let lower = values.len() - upper - 1;
            let (mut partly, mut sorted) = (values.clone(), values.clone());
            sorted.sort_by(f64::total_cmp);
            partly_sorted(&mut partly, [lower, upper]);
            prop_assert_eq!((partly[lower], partly[upper]), (sorted[lower], sorted[upper]));
            let mut other = values.clone();
            partly_sorted(&mut other, [upper, lower]);
            other.sort_by(f64::total_cmp);
            prop_assert_eq!(other, sorted);
        }
    }
}
