//! Rates, growth, shares, medians and rounding.

/// Why a measure has no value.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum StatisticsError {
    /// The denominator of a rate or share is zero, negative or not finite.
    #[error("a rate needs a denominator above zero, and this one is {0}")]
    Denominator(f64),
    /// The base of a growth is zero, negative or not finite: "from nothing to something" is no percentage.
    #[error("a growth needs a base above zero, and this one is {0}: give both figures instead")]
    Base(f64),
    /// A numerator or a later value is negative or not finite.
    #[error("a count must be zero or more, and this one is {0}")]
    Count(f64),
}

/// Events for each `scale` units of population: `numerator ÷ denominator × scale`.
///
/// `numerator` ≥ 0 events, `denominator` > 0 persons (or households, companies…), `scale` such as 1 000.
///
/// # Errors
/// [`StatisticsError::Count`] and [`StatisticsError::Denominator`] when an argument lies outside its domain.
///
/// ```
/// assert_eq!(beffroi_statistics::rate(6.0, 1_500.0, 1_000.0), Ok(4.0));
/// ```
pub fn rate(numerator: f64, denominator: f64, scale: f64) -> Result<f64, StatisticsError> {
    count(numerator)?;
    if !(denominator > 0.0 && denominator.is_finite()) {
        return Err(StatisticsError::Denominator(denominator));
    }
    Ok(numerator / denominator * scale)
}

/// The part that `part` is of `whole`, as a ratio (0.25 for a quarter). A part greater than its whole is returned as
/// it is: it tells of a fault upstream that must be seen.
///
/// # Errors
/// As [`rate`].
pub fn share(part: f64, whole: f64) -> Result<f64, StatisticsError> {
    rate(part, whole, 1.0)
}

/// Relative change from `before` to `after`, as a ratio: 0.02 for a rise of 2 %.
///
/// # Errors
/// [`StatisticsError::Base`] when `before` is zero, negative or not finite; [`StatisticsError::Count`] when `after` is
/// negative or not finite.
///
/// ```
/// use beffroi_statistics::{StatisticsError, growth};
/// assert_eq!(growth(200.0, 210.0), Ok(0.05));
/// assert_eq!(growth(0.0, 3.0), Err(StatisticsError::Base(0.0)));
/// ```
pub fn growth(before: f64, after: f64) -> Result<f64, StatisticsError> {
    if !(before > 0.0 && before.is_finite()) {
        return Err(StatisticsError::Base(before));
    }
    count(after)?;
    Ok((after - before) / before)
}

fn count(value: f64) -> Result<(), StatisticsError> {
    if value >= 0.0 && value.is_finite() { Ok(()) } else { Err(StatisticsError::Count(value)) }
}

/// The median of the finite values: the middle one, or the mean of the two middle ones. `None` when there is none.
///
/// Cost: one sort.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = sorted.get(middle).copied()?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = sorted.get(middle.checked_sub(1)?).copied()?;
    Some(lower + (upper - lower) / 2.0)
}

/// Rounds to the nearest multiple of `step`, halves to the even multiple (so that rounding does not lean upwards).
///
/// `step` > 0 as 1, 5, 100 or 0.1; a step that is zero, negative or not finite leaves the value as it is.
pub fn round_half_even(value: f64, step: f64) -> f64 {
    if !(step > 0.0 && step.is_finite() && value.is_finite()) {
        return value;
    }
    let scaled = value / step;
    let rounded = scaled.round_ties_even();
    // Multiplying by 0.1 would bring back binary dust: divide by the inverse when it is a whole number.
    let inverse = (1.0 / step).round();
    if step < 1.0 && (inverse * step - 1.0).abs() < 1e-12 {
        (value * inverse).round_ties_even() / inverse
    } else {
        rounded * step
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_rate_of_nobody_is_refused() {
        assert_eq!(rate(3.0, 0.0, 1000.0), Err(StatisticsError::Denominator(0.0)));
        assert!(rate(3.0, -5.0, 1000.0).is_err());
        assert!(rate(f64::NAN, 5.0, 1000.0).is_err());
        assert_eq!(rate(0.0, 5.0, 1000.0), Ok(0.0));
    }

    #[test]
    fn growth_is_refused_on_a_zero_or_negative_base() {
        for base in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(growth(base, 10.0).is_err(), "{base}");
        }
        assert_eq!(growth(464_600.0, 495_600.0).map(|g| (g * 1000.0).round()), Ok(67.0));
        assert_eq!(growth(10.0, 0.0), Ok(-1.0));
    }

    #[test]
    fn medians() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[f64::NAN]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn rounding_goes_to_the_even_neighbour() {
        assert_eq!(round_half_even(2.5, 1.0), 2.0);
        assert_eq!(round_half_even(3.5, 1.0), 4.0);
        assert_eq!(round_half_even(1234.0, 100.0), 1200.0);
        assert_eq!(round_half_even(0.25, 0.1), 0.2);
        assert_eq!(round_half_even(7.34, 0.1), 7.3);
        assert_eq!(round_half_even(7.0, 0.0), 7.0);
    }

    proptest! {
        #[test]
        fn the_order_of_values_does_not_move_the_median(mut values in proptest::collection::vec(-1e6f64..1e6, 1..40)) {
            let before = median(&values);
            values.reverse();
            prop_assert_eq!(before, median(&values));
        }

        #[test]
        fn growth_undoes_itself(before in 1.0f64..1e9, after in 0.0f64..1e9) {
            let g = growth(before, after).unwrap();
            prop_assert!((before * (1.0 + g) - after).abs() <= 1e-6 * before.max(after));
        }
    }
}
