//! The two loops (Cleveland et al. 1990, section 2): the inner one takes the season out of what has no trend and the
//! trend out of what has no season, the outer one gives freak values less weight.

use crate::loess::{Smoother, moving_average};
use crate::params::SeasonalWindow;
use crate::partial::{Median, middle_sum};
use crate::{Loess, SeasonalError, StlParams};

/// A series taken apart. All of the length of the series and in its unit, the weights apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Decomposition {
    /// What moves slowly.
    pub trend: Vec<f64>,
    /// What comes back every period; its mean over a period is near 0.
    pub seasonal: Vec<f64>,
    /// What is left: value − seasonal − trend, computed in that order.
    pub remainder: Vec<f64>,
    /// Robust weights, 0 for a freak value to 1; 1 everywhere without outer rounds.
    pub weights: Vec<f64>,
}

impl Decomposition {
    /// The series without its season: trend and remainder, that is value − seasonal.
    pub fn adjusted(&self, values: &[f64]) -> Vec<f64> {
        values.iter().zip(&self.seasonal).map(|(value, seasonal)| value - seasonal).collect()
    }
}

/// Takes a series of successive values apart, oldest first.
///
/// Cost: (inner × (outer + 1)) rounds of three smoothers, each of values × window / jump operations.
///
/// # Errors
/// [`SeasonalError`] when a value is missing, the series holds no more than two periods, or a parameter makes no sense.
pub fn decompose(values: &[f64], params: &StlParams) -> Result<Decomposition, SeasonalError> {
    let smoothers = params.smoothers(values.len())?;
    let (n, period) = (values.len(), params.period);
    if let Some((index, value)) = values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
        return Err(SeasonalError::Value { index, value: *value });
    }
    if n <= 2 * period {
        return Err(SeasonalError::Short { start: 0, len: n, period });
    }
    let (mut trend, mut seasonal) = (vec![0.0; n], vec![0.0; n]);
    let mut weights: Option<Vec<f64>> = None;
    for round in 0..=params.outer {
        for _ in 0..params.inner {
            inner(values, period, &smoothers, weights.as_deref(), &mut trend, &mut seasonal);
        }
        if round < params.outer {
            let next = robust_weights(values, &trend, &seasonal, params.median);
            weights = Some(next.ok_or(SeasonalError::TooLarge)?);
        }
    }
    if params.seasonal == SeasonalWindow::Periodic {
        seasonal = averaged(&seasonal, period);
    }
    let parts = || values.iter().zip(&seasonal).zip(&trend);
    let remainder: Vec<f64> = parts().map(|((value, seasonal), trend)| value - seasonal - trend).collect();
    if remainder.iter().any(|rest| !rest.is_finite()) {
        return Err(SeasonalError::TooLarge);
    }
    Ok(Decomposition { trend, seasonal, remainder, weights: weights.unwrap_or_else(|| vec![1.0; n]) })
}

/// One round of the inner loop, steps 1 to 6 of section 2.2.
fn inner(
    values: &[f64],
    period: usize,
    [of_season, of_trend, low_pass]: &[Loess; 3],
    weights: Option<&[f64]>,
    trend: &mut Vec<f64>,
    seasonal: &mut Vec<f64>,
) {
    let detrended: Vec<f64> = values.iter().zip(trend.iter()).map(|(value, trend)| value - trend).collect();
    let cycle = by_season(&detrended, period, *of_season, weights);
    let passed = moving_average(&moving_average(&moving_average(&cycle, period), period), 3);
    let slow = Smoother::new(&passed, None, *low_pass).all();
    *seasonal = cycle.iter().skip(period).zip(&slow).map(|(cycle, slow)| cycle - slow).collect();
    let rest: Vec<f64> = values.iter().zip(seasonal.iter()).map(|(value, seasonal)| value - seasonal).collect();
    *trend = Smoother::new(&rest, weights, *of_trend).all();
}

/// Smooths the values of each season apart, one period further on either side than the series reaches.
fn by_season(values: &[f64], period: usize, loess: Loess, weights: Option<&[f64]>) -> Vec<f64> {
    let mut smoothed: Vec<std::vec::IntoIter<f64>> = Vec::with_capacity(period);
    for season in 0..period {
        let every = |all: &[f64]| all.iter().skip(season).step_by(period).copied().collect::<Vec<f64>>();
        let (own, weighed) = (every(values), weights.map(every));
        let k = own.len();
        let mut smoother = Smoother::new(&own, weighed.as_deref(), loess);
        let inside = smoother.all();
        let first = inside.first().copied().unwrap_or_default();
        let last = inside.last().copied().unwrap_or_default();
        let before = smoother.at(0.0, 1, loess.window.min(k)).unwrap_or(first);
        let after = smoother.at((k + 1) as f64, (k + 1).saturating_sub(loess.window).max(1), k).unwrap_or(last);
        let whole: Vec<f64> = std::iter::once(before).chain(inside).chain([after]).collect();
        smoothed.push(whole.into_iter());
    }
    // Back in the order of time: the first of each season, then the second of each.
    let mut all = Vec::with_capacity(values.len() + 2 * period);
    while all.len() < values.len() + 2 * period {
        all.extend(smoothed.iter_mut().filter_map(Iterator::next));
    }
    all
}

/// Bisquare weights: 0 beyond six median absolute residuals (section 2.3). None where residuals are out of range.
fn robust_weights(values: &[f64], trend: &[f64], seasonal: &[f64], median: Median) -> Option<Vec<f64>> {
    let fit = trend.iter().zip(seasonal).map(|(trend, seasonal)| trend + seasonal);
    let residuals: Vec<f64> = values.iter().zip(fit).map(|(value, fit)| (value - fit).abs()).collect();
    if residuals.iter().any(|residual| !residual.is_finite()) {
        return None;
    }
    let six_medians = 3.0 * middle_sum(residuals.clone(), median);
    let (near, far) = (0.001 * six_medians, 0.999 * six_medians);
    let weight = |residual: &f64| {
        if *residual <= near {
            1.0
        } else if *residual <= far {
            let ratio = residual / six_medians;
            let rest = 1.0 - ratio * ratio;
            rest * rest
        } else {
            0.0
        }
    };
    Some(residuals.iter().map(weight).collect())
}

/// The mean of each season, everywhere it falls.
fn averaged(seasonal: &[f64], period: usize) -> Vec<f64> {
    let means: Vec<f64> = (0..period)
        .map(|season| {
            let own = seasonal.iter().skip(season).step_by(period);
            own.clone().sum::<f64>() / own.count() as f64
        })
        .collect();
    means.iter().copied().cycle().take(seasonal.len()).collect()
}
