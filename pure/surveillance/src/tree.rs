//! Many tests at once, when they are the branches of a tree: a country and its regions and departments, an offence and
//! its forms.
//!
//! Source: M. Bogomolov, C. B. Peterson, Y. Benjamini and C. Sabatti, *Hypotheses on a tree: new error rates and testing
//! strategies*, Biometrika 108(3), 2021 (TreeBH). The roots are one family of tests; the children of a node are a family
//! that is opened only when their parent is a discovery. A family is tested by Benjamini and Hochberg's rule at the
//! stated rate × the share of discoveries in each family above it. Then, on each level, the share of false discoveries
//! expected on average over the families opened is at most the rate, when the p-values of a family are independent or
//! rise together; and a discovery never stands without those above it.
//!
//! A whole hides what only one of its parts does. The p-value of a node that has children is therefore the smaller of
//! its own and of Simes' combination of its children's (R. J. Simes, *An improved Bonferroni procedure for multiple
//! tests of significance*, Biometrika 73(3), 1986), doubled for having looked twice.

use crate::false_discovery::weighted_benjamini_hochberg;

/// A test in the tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// Position of its parent among the nodes, before its own; none for a root.
    pub parent: Option<usize>,
    /// Its own p-value; NaN when it has none of its own.
    pub p_value: f64,
    /// What it counts for among its siblings; 1 when nothing is known. See [`weighted_benjamini_hochberg`].
    pub weight: f64,
}

/// What was found in a tree.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeDiscoveries {
    /// For each node, whether it is a discovery: it, or something below it, and everything above it.
    pub discoveries: Vec<bool>,
    /// For each node, whether it is one by its own p-value, and not by its children's alone.
    pub own: Vec<bool>,
    /// The p-value each node was tested with.
    pub combined: Vec<f64>,
    /// The rate at which the family of each node was tested; 0 where it was not opened.
    pub rates: Vec<f64>,
}

/// Tests the nodes of a tree, parents before their children, at `rate`. A parent that is not before its child makes the
/// child a root.
///
/// ```
/// use beffroi_surveillance::{Node, tree_discoveries};
///
/// let node = |parent, p_value| Node { parent, p_value, weight: 1.0 };
/// // A country where nothing moves but one department; a second whose departments are never asked.
/// let nodes = [
///     node(None, 0.3), node(None, 0.6),
///     node(Some(0), 0.0004), node(Some(0), 0.5), node(Some(1), 0.04), node(Some(1), 0.7),
/// ];
/// let found = tree_discoveries(&nodes, 0.05);
/// assert_eq!(found.discoveries, [true, false, true, false, false, false]);
/// // The country is found for its department, not for itself.
/// assert_eq!(found.own, [false, false, true, false, false, false]);
/// ```
pub fn tree_discoveries(nodes: &[Node], rate: f64) -> TreeDiscoveries {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut roots = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        match node.parent.filter(|parent| *parent < at).and_then(|parent| children.get_mut(parent)) {
            Some(siblings) => siblings.push(at),
            None => roots.push(at),
        }
    }
    // From the leaves up.
    let mut combined: Vec<f64> = nodes.iter().map(|node| node.p_value).collect();
    for at in (0..nodes.len()).rev() {
        let own_children = children.get(at).map_or(&[][..], Vec::as_slice);
        let below: Vec<f64> = own_children.iter().filter_map(|child| combined.get(*child).copied()).collect();
        let (below, own) = (simes(&below), combined.get(at).copied().unwrap_or(f64::NAN));
        let both = match (below, own.is_nan()) {
            (None, _) => own,
            (Some(below), true) => below,
            (Some(below), false) => (2.0 * own.min(below)).min(1.0),
        };
        if let Some(place) = combined.get_mut(at) {
            *place = both;
        }
    }

    let mut found = TreeDiscoveries {
        discoveries: vec![false; nodes.len()],
        own: vec![false; nodes.len()],
        combined,
        rates: vec![0.0; nodes.len()],
    };
    let mut families = vec![(roots, rate)];
    while let Some((family, rate)) = families.pop() {
        let of = |values: &[f64]| family.iter().filter_map(|at| values.get(*at).copied()).collect::<Vec<f64>>();
        let p_values = of(&found.combined);
        let weights: Vec<f64> = family.iter().filter_map(|at| nodes.get(*at)).map(|node| node.weight).collect();
        let discoveries = weighted_benjamini_hochberg(&p_values, &weights, rate);
        let n_tested = p_values.iter().filter(|p| !p.is_nan()).count();
        let share = discoveries.iter().filter(|found| **found).count() as f64 / n_tested.max(1) as f64;
        // What a p-value is held against, times the weight of its node.
        let tested = || weights.iter().zip(&p_values).filter(|(_, p)| !p.is_nan());
        let limit = rate * share * n_tested.max(1) as f64 / tested().map(|(weight, _)| *weight).sum::<f64>();
        for (at, discovery) in family.iter().zip(discoveries) {
            if let Some(place) = found.rates.get_mut(*at) {
                *place = rate;
            }
            if !discovery {
                continue;
            }
            let below = children.get_mut(*at).map(std::mem::take).unwrap_or_default();
            let factor = if below.is_empty() { 1.0 } else { 2.0 };
            let own = nodes.get(*at).is_some_and(|node| factor * node.p_value <= limit * node.weight);
            if let Some(place) = found.discoveries.get_mut(*at) {
                *place = true;
            }
            if let Some(place) = found.own.get_mut(*at) {
                *place = own;
            }
            if !below.is_empty() {
                families.push((below, rate * share));
            }
        }
    }
    found
}

/// Simes' combination: the smallest of m p₍ᵢ₎ / i; none of no number.
fn simes(p_values: &[f64]) -> Option<f64> {
    let mut ordered: Vec<f64> = p_values.iter().copied().filter(|p| !p.is_nan()).collect();
    ordered.sort_by(f64::total_cmp);
    let m = ordered.len() as f64;
    ordered.iter().enumerate().map(|(i, p)| p * m / (i as f64 + 1.0)).reduce(f64::min).map(|p| p.min(1.0))
}

/// The p-value at or below which an alarm may stand so that, with `n_tests` tests a week, no more than
/// `false_alarms_a_month` are expected by chance in a month of 52.18/12 weeks: the expected number of false alarms a week
/// is at most n × p, whatever the tests share (Bonferroni's bound on the per-family error rate).
///
/// ```
/// use beffroi_surveillance::budget_limit;
/// // Two a month over 1 000 series: 0.46 a week.
/// assert!((budget_limit(2.0, 1_000) - 0.000_46).abs() < 1e-6);
/// ```
pub fn budget_limit(false_alarms_a_month: f64, n_tests: usize) -> f64 {
    (false_alarms_a_month.max(0.0) / WEEKS_A_MONTH / n_tests.max(1) as f64).min(1.0)
}

/// Weeks of a mean month: 365.2425 / 7 / 12.
pub const WEEKS_A_MONTH: f64 = 365.242_5 / 84.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn node(parent: Option<usize>, p_value: f64) -> Node {
        Node { parent, p_value, weight: 1.0 }
    }

    /// Simes by hand: 3 × 0.01, 3 × 0.02 / 2, 3 × 0.9 / 3.
    #[test]
    fn simes_by_hand() {
        assert_eq!(simes(&[0.9, 0.01, 0.02]), Some(0.03));
        assert_eq!(simes(&[f64::NAN]), None);
    }

    #[test]
    fn a_family_is_opened_by_its_parent_only() {
        let closed = [node(None, 0.2), node(None, 0.9), node(Some(0), 0.03), node(Some(0), 0.8)];
        assert_eq!(tree_discoveries(&closed, 0.05).discoveries, [false; 4]);
        // One of two roots found: its children are tested at half the rate.
        let open = [node(None, 0.001), node(None, 0.9), node(Some(0), 0.012), node(Some(0), 0.8)];
        let found = tree_discoveries(&open, 0.05);
        assert_eq!(found.discoveries, [true, false, true, false]);
        assert_eq!(found.rates, [0.05, 0.05, 0.025, 0.025]);
        let open = [node(None, 0.001), node(None, 0.9), node(Some(0), 0.014), node(Some(0), 0.8)];
        assert_eq!(tree_discoveries(&open, 0.05).discoveries, [true, false, false, false]);
    }

    /// Under uniform p-values, chance opens a tree in about one week of twenty, and no more.
    #[test]
    fn chance_alone_finds_next_to_nothing() {
        let mut chance = crate::chance::Chance::new(7);
        let mut weeks = 0;
        for _ in 0..2_000 {
            let nodes: Vec<Node> =
                (0..220).map(|at| node((at >= 20).then(|| (at - 20) / 10), chance.uniform())).collect();
            weeks += u32::from(tree_discoveries(&nodes, 0.05).discoveries.contains(&true));
        }
        assert!((40..=130).contains(&weeks), "{weeks} of 2000");
    }
}
