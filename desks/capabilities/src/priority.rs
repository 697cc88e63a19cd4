//! Which group of needs comes first, and how far that depends on the weights.
//!
//! The score of DOMAIN 9.2, effect × users × urgency ÷ cost, with a power on each factor as its weight: a weight of 1 is
//! the plain product, 0 leaves the factor out, 2 counts it twice. As everybody may discuss a weight, the ranking is made
//! anew with each weight halved, kept and doubled, in every combination.

/// Factors of the score, in the order of the weights: effect (1 to 5), users, urgency (1 to 4), cost in euros.
pub(crate) type Factors = [f64; 4];
/// Weights of effect, users, urgency and cost.
pub(crate) type Weights = [f64; 4];

/// By what each weight is multiplied when the ranking is tried.
const MOVED: [f64; 3] = [0.5, 1.0, 2.0];

/// How a group stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    /// Its place in what was given.
    pub(crate) place: usize,
    /// The logarithm of its score: what is compared.
    pub(crate) score: f64,
    /// Its rank, from 1; equal scores rank in the order given.
    pub(crate) rank: usize,
    /// Its best rank in all trials.
    pub(crate) best: usize,
    /// Its worst.
    pub(crate) worst: usize,
    /// In how many trials its rank was another.
    pub(crate) changed: usize,
    /// Of how many trials.
    pub(crate) trials: usize,
}

/// The logarithm of the score; nothing when a factor is not known (not above zero).
pub(crate) fn score(factors: Factors, weights: Weights) -> Option<f64> {
    let signs = [1.0, 1.0, 1.0, -1.0];
    let known = factors.iter().all(|factor| factor.is_finite() && *factor > 0.0);
    let terms = factors.iter().zip(weights).zip(signs).map(|((factor, weight), sign)| sign * weight * factor.ln());
    known.then(|| terms.sum())
}

/// The places of what was given, the highest score first. What has no score is left out.
fn ranked(groups: &[Factors], weights: Weights) -> Vec<(usize, f64)> {
    let mut all: Vec<(usize, f64)> =
        groups.iter().enumerate().filter_map(|(place, factors)| Some((place, score(*factors, weights)?))).collect();
    // Sums of logarithms differ in their last digits by the order of terms: what is as good as equal is equal.
    let key = |score: f64| (score * 1e9).round();
    all.sort_by(|a, b| key(b.1).total_cmp(&key(a.1)).then(a.0.cmp(&b.0)));
    all
}

/// The ranking, each with how its rank moves when the weights do.
pub(crate) fn rank(groups: &[Factors], weights: Weights) -> Vec<Standing> {
    let mut standings: Vec<Standing> = ranked(groups, weights)
        .into_iter()
        .enumerate()
        .map(|(n, (place, score))| {
            let rank = n + 1;
            Standing { place, score, rank, best: rank, worst: rank, changed: 0, trials: 0 }
        })
        .collect();
    for trial in trials(weights) {
        let order = ranked(groups, trial);
        for standing in &mut standings {
            let Some(at) = order.iter().position(|(place, _)| *place == standing.place) else { continue };
            let rank = at + 1;
            standing.best = standing.best.min(rank);
            standing.worst = standing.worst.max(rank);
            standing.changed += usize::from(rank != standing.rank);
            standing.trials += 1;
        }
    }
    standings
}

/// Every combination of moved weights but the one in which none moves.
fn trials(weights: Weights) -> impl Iterator<Item = Weights> {
    let [effect, users, urgency, cost] = weights;
    let moved = |weight: f64| MOVED.map(|by| weight * by);
    let all = moved(effect).into_iter().flat_map(move |a| {
        moved(users).into_iter().flat_map(move |b| {
            moved(urgency).into_iter().flat_map(move |c| moved(cost).into_iter().map(move |d| [a, b, c, d]))
        })
    });
    all.enumerate().filter(|(n, _)| *n != 40).map(|(_, trial)| trial)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLAIN: Weights = [1.0; 4];

    #[test]
    fn the_score_is_the_product_over_the_cost() {
        let plain = score([4.0, 100.0, 3.0, 60_000.0], PLAIN).unwrap();
        assert!((plain.exp() - 4.0 * 100.0 * 3.0 / 60_000.0).abs() < 1e-12);
        let without_cost = score([4.0, 100.0, 3.0, 60_000.0], [1.0, 1.0, 1.0, 0.0]).unwrap();
        assert!((without_cost.exp() - 1200.0).abs() < 1e-6);
        assert_eq!(score([4.0, 0.0, 3.0, 60_000.0], PLAIN), None, "what is not known is not guessed");
        assert_eq!(score([4.0, f64::NAN, 3.0, 1.0], PLAIN), None);
    }

    #[test]
    fn eighty_trials_and_none_of_them_the_weights_themselves() {
        let all: Vec<Weights> = trials(PLAIN).collect();
        assert_eq!(all.len(), 80);
        assert!(!all.contains(&PLAIN));
        let mut sorted = all.clone();
        sorted.sort_by(|a, b| a.partial_cmp(b).unwrap());
        sorted.dedup();
        assert_eq!(sorted.len(), 80);
    }

    #[test]
    fn a_rank_that_hangs_on_a_weight_is_told() {
        // Better in all: first whatever the weights. The two others change places with the weight of users.
        let groups = [[2.0, 400.0, 1.0, 1000.0], [5.0, 900.0, 4.0, 500.0], [4.0, 180.0, 1.0, 1000.0]];
        let ranking = rank(&groups, PLAIN);
        assert_eq!(ranking.iter().map(|s| s.place).collect::<Vec<_>>(), [1, 0, 2]);
        assert_eq!((ranking[0].best, ranking[0].worst, ranking[0].changed), (1, 1, 0));
        for shaky in &ranking[1..] {
            assert_eq!((shaky.best, shaky.worst, shaky.trials), (2, 3, 80));
            assert!(shaky.changed > 0 && shaky.changed < 80, "{shaky:?}");
        }
    }

    proptest! {
        /// A rank stands within its bounds, the ranks are 1 to n, and nothing without a score is ranked.
        #[test]
        fn ranks_are_ranks(groups in prop::collection::vec(prop::array::uniform4(0_u32..6), 0..9)) {
            let groups: Vec<Factors> = groups.into_iter().map(|four| four.map(f64::from)).collect();
            let ranking = rank(&groups, PLAIN);
            prop_assert_eq!(ranking.len(), groups.iter().filter(|four| four.iter().all(|x| *x > 0.0)).count());
            for (n, standing) in ranking.iter().enumerate() {
                prop_assert_eq!(standing.rank, n + 1);
                prop_assert!(standing.best <= standing.rank && standing.rank <= standing.worst);
                prop_assert!(standing.worst <= ranking.len() && standing.trials == 80);
            }
        }
    }
}
