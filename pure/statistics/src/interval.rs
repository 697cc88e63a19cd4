//! Limits of a count of events, and of the rate made of it.
//!
//! Counts of ten and more: Byar's approximation. Source: Breslow & Day, *Statistical Methods in Cancer Research*,
//! vol. II (IARC 82, 1987), p. 69. Counts below ten: the exact limits of Garwood, *Biometrika* 28 (1936) 437–442, found
//! by bisection on the Poisson distribution. The split at ten follows the practice of public-health observatories
//! (APHO Technical Briefing 3, 2008).

use crate::StatisticsError;

/// Standard normal quantile for limits that hold in 95 % of cases.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// A lower and an upper limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower limit.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
}

/// 95 % limits of the expected number of events when `count` were seen.
///
/// `count` ≥ 0. The answer is in events.
///
/// # Errors
/// [`StatisticsError::Count`] when `count` is negative or not finite.
///
/// ```
/// // Garwood's table: 5 events seen, limits 1.62 and 11.67.
/// let limits = beffroi_statistics::poisson_limits(5.0).unwrap();
/// assert!((limits.low - 1.6235).abs() < 1e-3 && (limits.high - 11.6683).abs() < 1e-3);
/// ```
pub fn poisson_limits(count: f64) -> Result<Interval, StatisticsError> {
    if !(count >= 0.0 && count.is_finite()) {
        return Err(StatisticsError::Count(count));
    }
    if count < 10.0 && count.fract() == 0.0 { Ok(exact(count)) } else { Ok(byar(count)) }
}

/// 95 % limits of a rate: the limits of the numerator, divided by the denominator and scaled. The denominator is taken
/// as known without error.
///
/// # Errors
/// As [`crate::rate`].
pub fn rate_interval(numerator: f64, denominator: f64, scale: f64) -> Result<Interval, StatisticsError> {
    let limits = poisson_limits(numerator)?;
    Ok(Interval {
        low: crate::rate(limits.low, denominator, scale)?,
        high: crate::rate(limits.high, denominator, scale)?,
    })
}

fn byar(count: f64) -> Interval {
    let cube = |x: f64| x * x * x;
    let low = if count > 0.0 { count * cube(1.0 - 1.0 / (9.0 * count) - Z_95 / (3.0 * count.sqrt())) } else { 0.0 };
    let above = count + 1.0;
    let high = above * cube(1.0 - 1.0 / (9.0 * above) + Z_95 / (3.0 * above.sqrt()));
    Interval { low: low.max(0.0), high }
}

fn exact(count: f64) -> Interval {
    const TAIL: f64 = 0.025;
    // P(X ≤ n) falls as the mean grows.
    let low = if count > 0.0 { bisect(|mean| at_most(count - 1.0, mean) > 1.0 - TAIL) } else { 0.0 };
    let high = bisect(|mean| at_most(count, mean) > TAIL);
    Interval { low, high }
}

/// The mean in [0, 40] where `below` turns from true to false.
fn bisect(below: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 40.0);
    for _ in 0..80 {
        let middle = (low + high) / 2.0;
        if below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// P(X ≤ n) for a Poisson variable of that mean; n < 10.
fn at_most(n: f64, mean: f64) -> f64 {
    let mut term = libm::exp(-mean);
    let mut sum = term;
    let mut k = 1.0;
    while k <= n {
        term *= mean / k;
        sum += term;
        k += 1.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The printed table of exact 95 % limits (Garwood 1936, as reprinted in Breslow & Day, p. 70).
    #[test]
    fn small_counts_follow_garwoods_table() {
        for (count, low, high) in [(0.0, 0.0, 3.69), (1.0, 0.0253, 5.57), (3.0, 0.619, 8.77), (9.0, 4.12, 17.08)] {
            let limits = poisson_limits(count).unwrap();
            assert!((limits.low - low).abs() < 0.01, "{count}: {limits:?}");
            assert!((limits.high - high).abs() < 0.01, "{count}: {limits:?}");
        }
    }

    /// Exact limits for 10 and 100 events: 4.80–18.39 and 81.36–121.63. Byar's must be close.
    #[test]
    fn larger_counts_follow_byar() {
        for (count, low, high) in [(10.0, 4.80, 18.39), (100.0, 81.36, 121.63)] {
            let limits = poisson_limits(count).unwrap();
            assert!((limits.low - low).abs() < 0.03 && (limits.high - high).abs() < 0.03, "{count}: {limits:?}");
        }
    }

    #[test]
    fn the_rate_lies_within_its_limits() {
        let limits = rate_interval(50.0, 10_000.0, 1000.0).unwrap();
        assert!(limits.low < 5.0 && 5.0 < limits.high);
        assert!(rate_interval(1.0, 0.0, 1000.0).is_err());
        assert!(poisson_limits(-1.0).is_err());
    }
}
