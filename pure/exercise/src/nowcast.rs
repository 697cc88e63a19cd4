//! How well what was still to come was forecast: what had come of a week, what was forecast of it, what came in the end.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A week as it was looked at, and as it was in the end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// How many weeks after it one looked: 0 when it had just ended.
    pub weeks_after: u64,
    /// Reports that had come.
    pub observed: f64,
    /// Reports forecast in all.
    pub estimate: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// Reports that came in the end.
    pub truth: f64,
}

/// How well weeks were forecast that many weeks after they had ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NowcastScore {
    /// How many weeks after.
    pub weeks_after: u64,
    /// Weeks of series forecast.
    pub n: u64,
    /// The share of their reports that was still to come, from 0 to 1.
    pub missing: f64,
    /// Errors of what had come, taken for all: their sum over the sum of the reports.
    pub error_before: f64,
    /// Errors of the forecasts, likewise.
    pub error_after: f64,
    /// Forecasts less reports, over the reports: above 0 too high.
    pub bias: f64,
    /// The share of weeks whose reports lay within the interval, from 0 to 1.
    pub coverage: f64,
}

/// Scores forecasts by how long after a week they were made; those of a week without any report in the end count for the
/// coverage only.
pub fn score_nowcasts(forecasts: &[Forecast]) -> Vec<NowcastScore> {
    let mut by_delay: BTreeMap<u64, Vec<&Forecast>> = BTreeMap::new();
    for forecast in forecasts {
        by_delay.entry(forecast.weeks_after).or_default().push(forecast);
    }
    let scored = |(weeks_after, all): (u64, Vec<&Forecast>)| {
        let sum = |of: &dyn Fn(&Forecast) -> f64| all.iter().map(|forecast| of(forecast)).sum::<f64>();
        let reports = sum(&|f| f.truth).max(f64::MIN_POSITIVE);
        let inside = all.iter().filter(|f| f.low <= f.truth && f.truth <= f.high).count();
        NowcastScore {
            weeks_after,
            n: all.len() as u64,
            missing: sum(&|f| f.truth - f.observed) / reports,
            error_before: sum(&|f| (f.truth - f.observed).abs()) / reports,
            error_after: sum(&|f| (f.estimate - f.truth).abs()) / reports,
            bias: sum(&|f| f.estimate - f.truth) / reports,
            coverage: inside as f64 / all.len().max(1) as f64,
        }
    };
    by_delay.into_iter().map(scored).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_by_hand() {
        let forecast = |weeks_after, observed, estimate, low, high, truth| Forecast {
            weeks_after,
            observed,
            estimate,
            low,
            high,
            truth,
        };
        let told = score_nowcasts(&[
            forecast(0, 60.0, 104.0, 90.0, 115.0, 100.0),
            forecast(0, 30.0, 48.0, 40.0, 49.0, 50.0),
            forecast(1, 90.0, 100.0, 95.0, 105.0, 100.0),
        ]);
        let [first, second] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((first.weeks_after, first.n, second.weeks_after, second.n), (0, 2, 1, 1));
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(near(first.missing, 60.0 / 150.0) && near(first.error_before, 60.0 / 150.0), "{first:?}");
        assert!(near(first.error_after, 6.0 / 150.0) && near(first.bias, 2.0 / 150.0), "{first:?}");
        assert!(near(first.coverage, 0.5) && near(second.coverage, 1.0));
        assert!(score_nowcasts(&[]).is_empty());
    }
}
