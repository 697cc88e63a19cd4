//! Reports still to come: how many of a week's are in, and how many there will be.
//!
//! Source: J. F. Lawless, *Adjustments for reporting delays and the prediction of occurred but not reported events*,
//! Canadian Journal of Statistics 22(1), 1994 (reverse-time hazards; with whole triangles, the chain ladder of insurers).
//! Let n(t, d) be the reports of week t that came d weeks after it, N(t, d) those come by then. The share of the reports
//! come by delay d that came at d, g(d) = Σ n(t, d) / Σ N(t, d) over the weeks known that far, gives the share come by d:
//! F(d) = (1 − g(d+1)) … (1 − g(D)). That shares differ from week to week more than chance (holidays, a late delivery) is
//! the correlation ρ of a beta-binomial variable, so that the delays of a week are a generalised Dirichlet-multinomial
//! variable as in M. Höhle and M. an der Heiden, *Bayesian nowcasting during the STEC O104:H4 outbreak*, Biometrics 70(4),
//! 2014; ρ is found by moments.
//!
//! Of a week with n reports by delay d, those still to come are forecast as a negative binomial count of mean
//! (n + ½)(1 − F)/F, whose variance adds what chance, ρ and the estimate of F each contribute; the interval is its
//! quantiles. No drawing of numbers is involved.

use crate::SurveillanceError;
use crate::distribution::{discrete_quantile, guess, negative_binomial_upper, poisson_upper};

/// How complete a week is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Completeness {
    /// The share of its reports that have come, above 0 and at most 1.
    pub share: f64,
    /// The variance of the logarithm of that share: what ρ and the estimate leave open.
    pub log_variance: f64,
}

impl Completeness {
    /// Everything has come.
    pub const WHOLE: Self = Self { share: 1.0, log_variance: 0.0 };

    /// Whether all but nothing is still to come.
    pub fn is_whole(&self) -> bool {
        self.share >= 0.995
    }
}

/// A count with what is still to come, and between which values it will lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nowcast {
    /// Reports in so far.
    pub observed: f64,
    /// Reports expected in all.
    pub estimate: f64,
    /// Lower end of the interval, never below `observed`.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The share that has come.
    pub share: f64,
}

/// What past weeks teach of delays.
#[derive(Debug, Clone, PartialEq)]
pub struct Delays {
    /// By delay, from 0.
    by_delay: Vec<Completeness>,
    /// The correlation ρ.
    pub correlation: f64,
}

/// A share of one delay never leaves fewer than this to have come before.
const LEAST_BEFORE: f64 = 1e-3;

impl Delays {
    /// Learns from weeks: of each, the reports that came 0, 1, 2… weeks after it, as far as is known. None where no week
    /// is known beyond its first delay, or none holds a report.
    ///
    /// # Errors
    /// [`SurveillanceError::Count`] for a count that is no number ≥ 0, `index` being the week's.
    ///
    /// ```
    /// use beffroi_surveillance::Delays;
    ///
    /// // Half at once, half a week later; the last week has just begun to come in.
    /// let weeks = [vec![10.0, 10.0], vec![12.0, 12.0], vec![11.0, 11.0], vec![9.0]];
    /// let delays = Delays::learn(&weeks)?.ok_or("no delay")?;
    /// assert!((delays.at(0).share - 0.5).abs() < 1e-12);
    /// let now = delays.nowcast(9.0, 0, 0.9);
    /// assert_eq!(now.estimate, 18.5);
    /// assert!(now.low < 18.0 && now.high > 20.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn learn(weeks: &[Vec<f64>]) -> Result<Option<Self>, SurveillanceError> {
        for (index, week) in weeks.iter().enumerate() {
            if let Some(value) = week.iter().find(|value| !value.is_finite() || **value < 0.0) {
                return Err(SurveillanceError::Count { index, value: *value });
            }
        }
        let longest = weeks.iter().map(Vec::len).max().unwrap_or(0);
        // Of each delay from 1 on: (came at it, had come by it) of every week known that far and not empty.
        let cells = |delay: usize| {
            weeks.iter().filter_map(move |week| {
                let had: f64 = week.get(..=delay)?.iter().sum();
                (had > 0.0).then_some((week.get(delay).copied()?, had))
            })
        };
        let hazard = |delay: usize| {
            let (at, by) = cells(delay).fold((0.0, 0.0), |(at, by), cell| (at + cell.0, by + cell.1));
            (by > 0.0).then(|| (at / by).min(1.0 - LEAST_BEFORE))
        };
        let hazards: Vec<Option<f64>> = (1..longest).map(hazard).collect();
        if hazards.iter().all(Option::is_none) {
            return Ok(None);
        }
        // Pearson's residuals squared are 1 + (N − 1) ρ on average.
        let (mut excess, mut room, mut df) = (0.0, 0.0, 0.0);
        for (delay, g) in (1..longest).zip(&hazards) {
            let Some(g) = g.filter(|g| *g > 0.0) else { continue };
            for (at, by) in cells(delay) {
                let residual = at - g * by;
                excess += residual * residual / (by * g * (1.0 - g));
                room += by - 1.0;
                df += 1.0;
            }
            df -= 1.0;
        }
        let correlation = if room > 0.0 { ((excess - df) / room).clamp(0.0, 0.5) } else { 0.0 };

        // From the longest delay, complete by definition, back to 0.
        let mut by_delay = vec![Completeness::WHOLE; longest];
        let mut later = Completeness::WHOLE;
        for delay in (1..longest).rev() {
            if let Some(place) = by_delay.get_mut(delay) {
                *place = later;
            }
            if let Some(g) = hazards.get(delay - 1).copied().flatten() {
                let odds = g / (1.0 - g);
                let (own, all) = cells(delay).fold((0.0, 0.0), |(own, all), (_, by)| {
                    (own + by * (1.0 + (by - 1.0).max(0.0) * correlation), all + by)
                });
                let estimate = own / (all * all);
                later.share *= 1.0 - g;
                later.log_variance += odds * (correlation + estimate);
            }
        }
        if let Some(place) = by_delay.first_mut() {
            *place = later;
        }
        Ok(Some(Self { by_delay, correlation }))
    }

    /// How complete a week is `delay` weeks after it.
    pub fn at(&self, delay: usize) -> Completeness {
        self.by_delay.get(delay).copied().unwrap_or(Completeness::WHOLE)
    }

    /// The longest delay known, in weeks; beyond it a week is complete.
    pub fn longest(&self) -> usize {
        self.by_delay.len().saturating_sub(1)
    }

    /// The count of a week of which `observed` reports have come `delay` weeks after it, with an interval that holds it
    /// with probability `level`.
    pub fn nowcast(&self, observed: f64, delay: usize, level: f64) -> Nowcast {
        nowcast(observed, self.at(delay), level)
    }
}

/// The count of a week that is as complete as told, with an interval that holds it with probability `level`.
pub fn nowcast(observed: f64, completeness: Completeness, level: f64) -> Nowcast {
    let share = completeness.share.clamp(LEAST_BEFORE, 1.0);
    if completeness.is_whole() {
        return Nowcast { observed, estimate: observed, low: observed, high: observed, share };
    }
    let seen = observed + 0.5;
    let mean = seen * (1.0 - share) / share;
    let whole = seen / share;
    let variance = seen * (1.0 - share) / (share * share) + whole * whole * completeness.log_variance;
    let dispersion = (variance / mean).max(1.0);
    let upper = |y: f64| {
        if dispersion > 1.0 { negative_binomial_upper(y, mean, dispersion) } else { poisson_upper(y, mean) }
    };
    let tail = 0.5 * (1.0 - level.clamp(0.0, 1.0 - 1e-9));
    let quantile = |alpha: f64| discrete_quantile(alpha, guess(alpha, mean, dispersion), upper).unwrap_or(mean);
    let (low, high) = (observed + quantile(1.0 - tail), observed + quantile(tail));
    Nowcast { observed, estimate: observed + mean, low, high, share }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;

    /// Delays of up to four weeks: their probabilities differ from week to week as a Dirichlet variable of that many
    /// pseudo-counts.
    fn week(chance: &mut Chance, mean: f64, precision: f64) -> Vec<f64> {
        let draws: Vec<f64> = [0.5, 0.25, 0.15, 0.1].iter().map(|p| chance.gamma(p * precision)).collect();
        let sum: f64 = draws.iter().sum();
        draws.iter().map(|draw| chance.poisson(mean * draw / sum)).collect()
    }

    fn coverage(mean: f64, precision: f64, level: f64) -> (f64, f64) {
        let mut chance = Chance::new(11);
        let (mut inside, mut bias, n) = (0, 0.0, 1_200);
        for _ in 0..n {
            let mut weeks: Vec<Vec<f64>> = (0..30).map(|_| week(&mut chance, mean, precision)).collect();
            let truth: f64 = weeks[29].iter().sum();
            // As known at the end of the last week.
            for (at, week) in weeks.iter_mut().enumerate() {
                week.truncate(30 - at);
            }
            let now = Delays::learn(&weeks).unwrap().unwrap().nowcast(weeks[29][0], 0, level);
            inside += u32::from(now.low <= truth && truth <= now.high);
            bias += now.estimate - truth;
        }
        (f64::from(inside) / f64::from(n), bias / f64::from(n) / mean)
    }

    /// The interval holds what it promises, for few and many reports, for delays that keep still and delays that do not.
    #[test]
    fn intervals_cover() {
        for (mean, precision) in [(8.0, 1e6), (60.0, 1e6), (60.0, 60.0), (400.0, 100.0)] {
            let (share, bias) = coverage(mean, precision, 0.9);
            assert!((0.86..=0.96).contains(&share), "{share} for {mean}, {precision}");
            assert!(bias.abs() < 0.08, "{bias} for {mean}, {precision}");
        }
    }

    /// The twin: with the correlation taken for none, the interval is too narrow where delays vary.
    #[test]
    fn without_the_correlation_it_would_not() {
        let mut chance = Chance::new(5);
        let weeks: Vec<Vec<f64>> = (0..60).map(|_| week(&mut chance, 400.0, 60.0)).collect();
        let delays = Delays::learn(&weeks).unwrap().unwrap();
        assert!(delays.correlation > 0.005, "{}", delays.correlation);
        let with = delays.nowcast(200.0, 0, 0.9);
        let without = nowcast(200.0, Completeness { log_variance: 0.0, ..delays.at(0) }, 0.9);
        assert!(with.high - with.low > 1.5 * (without.high - without.low));
    }

    #[test]
    fn nothing_to_learn_is_said() {
        assert_eq!(Delays::learn(&[]).unwrap(), None);
        assert_eq!(Delays::learn(&[vec![3.0], vec![4.0]]).unwrap(), None);
        assert_eq!(Delays::learn(&[vec![0.0, 0.0]]).unwrap(), None);
        assert!(Delays::learn(&[vec![1.0, -1.0]]).is_err());
        // What has all come is what it is.
        let delays = Delays::learn(&[vec![5.0, 5.0], vec![4.0, 6.0]]).unwrap().unwrap();
        let done = delays.nowcast(7.0, 1, 0.9);
        assert_eq!((done.estimate, done.low, done.high), (7.0, 7.0, 7.0));
    }
}
