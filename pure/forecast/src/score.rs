//! The Brier score and its decomposition.

/// A forecast of which the outcome is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// The probability that was told, from 0 to 1.
    pub probability: f64,
    /// Whether it happened.
    pub happened: bool,
}

/// The forecasts that told one probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// That probability.
    pub probability: f64,
    /// How many.
    pub n: usize,
    /// How many of them happened.
    pub happened: usize,
}

impl Bin {
    /// The share that happened.
    pub fn share(&self) -> f64 {
        number(self.happened) / number(self.n)
    }
}

/// How well forecasts did: `brier = reliability − resolution + uncertainty`.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// How many forecasts.
    pub n: usize,
    /// Mean of the squared differences, from 0 (best) to 1.
    pub brier: f64,
    /// How far what was told lies from what happened, over the groups told alike: 0 when events told at 30 % happen three
    /// times in ten.
    pub reliability: f64,
    /// How far those groups lie from the whole: 0 when what is told does not tell events apart.
    pub resolution: f64,
    /// What the events themselves leave unsure, whoever foretells: `o (1 − o)` for a share `o` that happened.
    pub uncertainty: f64,
    /// `1 − brier / uncertainty`: how much better than always telling the share that happened; nothing when all or none
    /// happened.
    pub skill: Option<f64>,
    /// The groups told alike, by probability.
    pub bins: Vec<Bin>,
}

/// Why forecasts have no score.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ForecastError {
    /// There is none.
    #[error("there is no forecast of which the outcome is known")]
    None,
    /// A probability is none.
    #[error("a probability lies outside 0 to 1")]
    Probability,
}

/// The Brier score of forecasts of events that happen or do not, with its parts.
///
/// Sources: G. W. Brier, *Verification of forecasts expressed in terms of probability*, Monthly Weather Review 78 (1950),
/// for the score, of which this is the half that two classes leave (as is usual for such events); A. H. Murphy, *A new
/// vector partition of the probability score*, Journal of Applied Meteorology 12 (1973), for the parts.
///
/// # Errors
/// [`ForecastError`] for no forecasts, or a probability that is none.
pub fn brier(forecasts: &[Forecast]) -> Result<Score, ForecastError> {
    if forecasts.is_empty() {
        return Err(ForecastError::None);
    }
    if forecasts.iter().any(|one| !(0.0..=1.0).contains(&one.probability)) {
        return Err(ForecastError::Probability);
    }
    let mut sorted = forecasts.to_vec();
    sorted.sort_by(|a, b| a.probability.total_cmp(&b.probability));
    let mut bins: Vec<Bin> = Vec::new();
    for one in &sorted {
        let happened = usize::from(one.happened);
        match bins.last_mut().filter(|bin| bin.probability == one.probability) {
            Some(bin) => {
                bin.n += 1;
                bin.happened += happened;
            }
            None => bins.push(Bin { probability: one.probability, n: 1, happened }),
        }
    }
    let n = number(sorted.len());
    let base = number(bins.iter().map(|bin| bin.happened).sum()) / n;
    let over = |of: &dyn Fn(&Bin) -> f64| bins.iter().map(|bin| number(bin.n) * of(bin)).sum::<f64>() / n;
    let squared = |one: &Forecast| (one.probability - number(usize::from(one.happened))).powi(2);
    let brier = sorted.iter().map(squared).sum::<f64>() / n;
    let uncertainty = base * (1.0 - base);
    Ok(Score {
        n: sorted.len(),
        brier,
        reliability: over(&|bin| (bin.probability - bin.share()).powi(2)),
        resolution: over(&|bin| (bin.share() - base).powi(2)),
        uncertainty,
        skill: (uncertainty > 0.0).then(|| 1.0 - brier / uncertainty),
        bins,
    })
}

/// A count as a number; counts of forecasts are far below the bound.
fn number(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SCALE, word};
    use proptest::prelude::*;

    fn told(all: &[(f64, bool)]) -> Vec<Forecast> {
        all.iter().map(|(probability, happened)| Forecast { probability: *probability, happened: *happened }).collect()
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    /// Worked by hand: four told at 75 %, of which three happened; two at 30 %, of which one did.
    /// Brier: (3 × 0.0625 + 0.5625 + 0.49 + 0.09) / 6 = 1.33 / 6. Share that happened: 4/6.
    /// Reliability: (4 × 0 + 2 × 0.04) / 6. Resolution: (4 × (1/12)² + 2 × (1/6)²) / 6 = (1/36 + 1/18) / 6 = 1/72.
    #[test]
    fn a_worked_example() {
        let score = brier(&told(&[(0.75, true), (0.3, false), (0.75, true), (0.75, false), (0.3, true), (0.75, true)]))
            .unwrap();
        assert!(near(score.brier, 1.33 / 6.0), "{}", score.brier);
        assert!(near(score.reliability, 0.08 / 6.0));
        assert!(near(score.resolution, 1.0 / 72.0), "{}", score.resolution);
        assert!(near(score.uncertainty, 2.0 / 9.0));
        assert!(near(score.skill.unwrap(), 1.0 - 1.33 / 6.0 * 4.5));
        let bins: Vec<(usize, usize)> = score.bins.iter().map(|bin| (bin.n, bin.happened)).collect();
        assert_eq!((score.n, bins), (6, vec![(2, 1), (4, 3)]));
    }

    #[test]
    fn the_ends_of_the_scale() {
        let score = |all: &[(f64, bool)]| brier(&told(all)).unwrap();
        assert_eq!(score(&[(1.0, true), (0.0, false)]).brier, 0.0);
        assert_eq!(score(&[(0.0, true), (1.0, false)]).brier, 1.0);
        assert_eq!(score(&[(0.5, true), (0.5, false)]).brier, 0.25);
        assert_eq!(score(&[(0.9, true)]).skill, None, "nothing to be better than");
        assert_eq!(brier(&[]), Err(ForecastError::None));
        for wrong in [1.1, -0.1, f64::NAN] {
            assert_eq!(brier(&told(&[(wrong, true)])), Err(ForecastError::Probability));
        }
    }

    #[test]
    fn the_words_lie_in_order() {
        for pair in SCALE.windows(2) {
            assert!(pair[0].percent < pair[1].percent);
        }
        assert_eq!(word("likely").map(|word| word.probability()), Some(0.75));
        assert_eq!(word("sure"), None);
    }

    proptest! {
        /// Murphy's identity, for any forecasts.
        #[test]
        fn the_parts_make_the_score(all in prop::collection::vec((0_u8..=10, any::<bool>()), 1..60)) {
            let all: Vec<(f64, bool)> = all.into_iter().map(|(tenths, did)| (f64::from(tenths) / 10.0, did)).collect();
            let score = brier(&told(&all)).unwrap();
            prop_assert!((score.brier - (score.reliability - score.resolution + score.uncertainty)).abs() < 1e-9);
            prop_assert!((0.0..=1.0).contains(&score.brier));
            prop_assert_eq!(score.bins.iter().map(|bin| bin.n).sum::<usize>(), score.n);
        }
    }
}
