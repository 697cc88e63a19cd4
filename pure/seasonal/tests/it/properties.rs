//! What holds of any series.

use beffroi_seasonal::{SeasonalError, SeasonalWindow, StlParams, decompose, decompose_between};
use proptest::prelude::*;

fn all_params(period: usize) -> Vec<StlParams> {
    [SeasonalWindow::Periodic, SeasonalWindow::Window(7)]
        .into_iter()
        .flat_map(|seasonal| [StlParams::new(period, seasonal), StlParams::new(period, seasonal).robust()])
        .collect()
}

fn close(a: &[f64], b: &[f64], tolerance: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= tolerance)
}

/// A period and a series that holds more than two of them.
fn any_series() -> impl Strategy<Value = (usize, Vec<f64>)> {
    (2usize..14).prop_flat_map(|period| {
        (
            Just(period),
            prop::collection::vec((-100_000i32..100_000).prop_map(f64::from), 2 * period + 1..6 * period + 2),
        )
    })
}

proptest! {
    /// The remainder is what is left, bit for bit; so the three add up to the series, but for the last rounding.
    #[test]
    fn the_parts_make_the_series((period, values) in any_series()) {
        for params in all_params(period) {
            let parts = decompose(&values, &params).unwrap();
            for (i, value) in values.iter().enumerate() {
                prop_assert_eq!(parts.remainder[i], value - parts.seasonal[i] - parts.trend[i]);
                let scale = value.abs() + parts.seasonal[i].abs() + parts.trend[i].abs();
                let sum = parts.trend[i] + parts.seasonal[i] + parts.remainder[i];
                prop_assert!((sum - value).abs() <= 4.0 * f64::EPSILON * scale);
                prop_assert!((0.0..=1.0).contains(&parts.weights[i]));
            }
            prop_assert_eq!(parts.adjusted(&values).len(), values.len());
        }
    }

    /// Twice the values, twice the parts: to the bit, since a power of two rounds nothing.
    #[test]
    fn scale_goes_through((period, values) in any_series(), power in -8i32..9) {
        let factor = 2f64.powi(power);
        let scaled: Vec<f64> = values.iter().map(|value| value * factor).collect();
        for params in all_params(period) {
            let (one, other) = (decompose(&values, &params).unwrap(), decompose(&scaled, &params).unwrap());
            let times = |part: &[f64]| part.iter().map(|value| value * factor).collect::<Vec<f64>>();
            prop_assert_eq!(times(&one.trend), other.trend);
            prop_assert_eq!(times(&one.seasonal), other.seasonal);
            prop_assert_eq!(&one.weights, &other.weights);
        }
    }

    /// A constant added goes to the trend alone.
    #[test]
    fn a_shift_goes_to_the_trend((period, values) in any_series(), shift in -1000i32..1000) {
        let shift = f64::from(shift);
        let shifted: Vec<f64> = values.iter().map(|value| value + shift).collect();
        // Robust weights may jump where a residual lies on the edge, so the plain loop is held to it.
        for seasonal in [SeasonalWindow::Periodic, SeasonalWindow::Window(7)] {
            let params = StlParams::new(period, seasonal);
            let (one, other) = (decompose(&values, &params).unwrap(), decompose(&shifted, &params).unwrap());
            let moved: Vec<f64> = one.trend.iter().map(|value| value + shift).collect();
            prop_assert!(close(&moved, &other.trend, 1e-6));
            prop_assert!(close(&one.seasonal, &other.seasonal, 1e-6));
        }
    }

    #[test]
    fn a_pure_season_has_a_flat_trend(pattern in prop::collection::vec(-1000i32..1000, 2..14), cycles in 3usize..8) {
        let period = pattern.len();
        let mean = f64::from(pattern.iter().sum::<i32>()) / period as f64;
        let season: Vec<f64> = pattern.iter().cycle().take(period * cycles).map(|v| f64::from(*v)).collect();
        for params in all_params(period) {
            let parts = decompose(&season, &params).unwrap();
            prop_assert!(parts.trend.iter().all(|trend| (trend - mean).abs() < 1e-7), "{:?}", parts.trend);
            prop_assert!(parts.remainder.iter().all(|rest| rest.abs() < 1e-7), "{:?}", parts.remainder);
        }
    }

    /// A segment knows nothing of its neighbours: another level on the other side changes no bit of it.
    #[test]
    fn a_break_parts_the_series((period, values) in any_series(), jump in 1i32..100_000) {
        let at = values.len();
        let mut joined = values.clone();
        joined.extend(values.iter().map(|value| value + f64::from(jump)));
        for params in all_params(period) {
            let segments = decompose_between(&joined, &[at], &params).unwrap();
            prop_assert_eq!(segments.len(), 2);
            prop_assert_eq!(&segments[0].decomposition, &decompose(&values, &params).unwrap());
            prop_assert_eq!(&segments[1].decomposition, &decompose(&joined[at..], &params).unwrap());
            prop_assert_eq!((segments[0].range.clone(), segments[1].range.clone()), (0..at, at..2 * at));
        }
    }
}

/// The twin of the breaks: without the declaration, the trend runs across the shift.
#[test]
fn an_undeclared_shift_bends_the_trend() {
    let values: Vec<f64> = (0..72).map(|i| f64::from(i % 12) + if i < 36 { 0.0 } else { 500.0 }).collect();
    let params = StlParams::new(12, SeasonalWindow::Periodic);
    let whole = decompose(&values, &params).unwrap();
    assert!(whole.trend[35] > 50.0, "joined, the last value before the shift is lifted: {}", whole.trend[35]);
    let apart = decompose_between(&values, &[36], &params).unwrap();
    assert!((apart[0].decomposition.trend[35] - 5.5).abs() < 1e-9);
    assert!((apart[1].decomposition.trend[0] - 505.5).abs() < 1e-9);
}

#[test]
fn what_cannot_be_decomposed_is_refused_with_its_place() {
    let params = StlParams::new(12, SeasonalWindow::Periodic);
    let values = vec![1.0; 60];
    assert_eq!(decompose(&values[..24], &params), Err(SeasonalError::Short { start: 0, len: 24, period: 12 }));
    assert!(decompose(&values[..25], &params).is_ok());
    assert!(decompose(&[], &params).is_err());
    let message = decompose(&values[..24], &params).unwrap_err().to_string();
    assert!(message.contains("24 values") && message.contains("at least 25"), "{message}");
    let mut hole = values.clone();
    hole[40] = f64::NAN;
    assert!(matches!(decompose(&hole, &params), Err(SeasonalError::Value { index: 40, .. })));
    assert!(matches!(decompose_between(&hole, &[30], &params), Err(SeasonalError::Value { index: 40, .. })));
    assert_eq!(
        decompose_between(&values, &[40], &params),
        Err(SeasonalError::Short { start: 40, len: 20, period: 12 }),
        "a short segment is refused, not joined"
    );
    for breaks in [&[0][..], &[60], &[61], &[30, 30], &[31, 30]] {
        assert!(matches!(decompose_between(&values, breaks, &params), Err(SeasonalError::Break { .. })), "{breaks:?}");
    }
    assert_eq!(
        decompose(&[1.7e308, -1.7e308, 1.7e308, 1.7e308, -1.7e308], &StlParams::new(2, SeasonalWindow::Window(7))),
        Err(SeasonalError::TooLarge)
    );
    for wrong in [
        StlParams::new(1, SeasonalWindow::Periodic),
        StlParams::new(12, SeasonalWindow::Window(2)),
        StlParams { inner: 0, ..params },
        StlParams { outer: 1001, ..params },
    ] {
        assert!(matches!(decompose(&values, &wrong), Err(SeasonalError::Parameter { .. })), "{wrong:?}");
    }
}
