//! New in kind and not only in number: terms that burst, names made alike, and what is known that comes nearest.

use crate::distribution::binomial_upper;
use crate::false_discovery::benjamini_hochberg;
use libm::{log2, sqrt};
use std::collections::BTreeMap;

/// How often a term came, lately and before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermCount {
    /// The term.
    pub term: String,
    /// How often lately.
    pub now: u64,
    /// How often before.
    pub before: u64,
}

/// A term that comes more often than before.
#[derive(Debug, Clone, PartialEq)]
pub struct Burst {
    /// How often it came.
    pub count: TermCount,
    /// How often it would have come lately at the pace of before, one time added to what was seen before, so that a new
    /// term has a pace.
    pub expected: f64,
    /// Probability of as many lately, or more, if its share had not changed.
    pub p_value: f64,
}

/// The terms whose share rose, the least probable first; of those given back, at most `rate` are chance on average
/// (Benjamini and Hochberg). `now` and `before`: how often any term came.
///
/// Of the n + 1 times a term came, one of them added to those before, each lies among the late ones with probability
/// now/(now + before): the exact conditional test of two Poisson rates (J. Przyborowski and H. Wilenski, *Homogeneity of
/// results in testing samples from Poisson series*, Biometrika 31, 1940).
///
/// ```
/// use beffroi_surveillance::{TermCount, bursts};
///
/// let term = |term: &str, now, before| TermCount { term: term.to_owned(), now, before };
/// let found = bursts(vec![term("colis", 40, 400), term("relais", 12, 1), term("banque", 18, 200)], 100, 1_000, 0.05);
/// let terms: Vec<&str> = found.iter().map(|burst| burst.count.term.as_str()).collect();
/// assert_eq!(terms, ["relais"]);
/// ```
pub fn bursts(terms: Vec<TermCount>, now: u64, before: u64, rate: f64) -> Vec<Burst> {
    let share = now as f64 / (now + before).max(1) as f64;
    let burst = |count: TermCount| {
        let (late, early) = (count.now as f64, count.before as f64 + 1.0);
        Burst { expected: early * share / (1.0 - share), p_value: binomial_upper(late, late + early, share), count }
    };
    let all: Vec<Burst> = terms.into_iter().map(burst).collect();
    let p_values: Vec<f64> = all.iter().map(|burst| burst.p_value).collect();
    let discoveries = benjamini_hochberg(&p_values, rate);
    let mut found: Vec<Burst> =
        all.into_iter().zip(discoveries).filter(|(_, discovery)| *discovery).map(|(burst, _)| burst).collect();
    found.sort_by(|a, b| a.p_value.total_cmp(&b.p_value).then_with(|| a.count.term.cmp(&b.count.term)));
    found
}

/// Shortest part of a name that is a term.
const SHORTEST_TERM: usize = 4;

/// The terms of a domain name: the parts of what stands before its last label, cut at hyphens, dots and digits, of at
/// least four letters, in alphabetical order, each once. Names that are made alike have the same terms, whatever their
/// numbering and their ending.
///
/// ```
/// use beffroi_surveillance::domain_terms;
///
/// assert_eq!(domain_terms("suivi-colis-3f.example.com"), ["colis", "example", "suivi"]);
/// assert_eq!(domain_terms("colis12-suivi.top"), domain_terms("suivi-colis-77.net"));
/// assert!(domain_terms("a1b2c3.org").is_empty());
/// ```
pub fn domain_terms(domain: &str) -> Vec<String> {
    let name = domain.rsplit_once('.').map_or(domain, |(name, _)| name);
    let parts = name.split(|c: char| !c.is_alphabetic());
    let mut terms: Vec<String> =
        parts.filter(|part| part.chars().count() >= SHORTEST_TERM).map(str::to_lowercase).collect();
    terms.sort();
    terms.dedup();
    terms
}

/// How far two distributions are: the square root of the divergence of Jensen and Shannon in bits, from 0 (the same
/// shares) to 1 (nothing in common); 1 when one is empty.
///
/// Source: D. M. Endres and J. E. Schindelin, *A new metric for probability distributions*, IEEE Transactions on
/// Information Theory 49(7), 2003.
///
/// ```
/// use beffroi_surveillance::distance;
/// use std::collections::BTreeMap;
///
/// let shares = |a: f64, b: f64| BTreeMap::from([("a", a), ("b", b)]);
/// assert_eq!(distance(&shares(1.0, 3.0), &shares(2.0, 6.0)), 0.0);
/// assert_eq!(distance(&shares(1.0, 0.0), &shares(0.0, 9.0)), 1.0);
/// ```
pub fn distance<K: Ord>(a: &BTreeMap<K, f64>, b: &BTreeMap<K, f64>) -> f64 {
    let (sum_a, sum_b) = (a.values().sum::<f64>(), b.values().sum::<f64>());
    if !(sum_a > 0.0 && sum_b > 0.0) {
        return 1.0;
    }
    let half = |of: &BTreeMap<K, f64>, sum: f64, other: &BTreeMap<K, f64>, other_sum: f64| -> f64 {
        of.iter()
            .filter(|(_, value)| **value > 0.0)
            .map(|(key, value)| {
                let share = value / sum;
                let mean = 0.5 * (share + other.get(key).copied().unwrap_or(0.0) / other_sum);
                0.5 * share * log2(share / mean)
            })
            .sum()
    };
    sqrt((half(a, sum_a, b, sum_b) + half(b, sum_b, a, sum_a)).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: of 3 + 1 times, all but the added one late at a share of one half: P(B ≥ 3 | 4, ½) = 5/16.
    #[test]
    fn a_burst_by_hand() {
        let term = TermCount { term: "x".to_owned(), now: 3, before: 0 };
        let found = bursts(vec![term], 50, 50, 0.5);
        assert!((found[0].p_value - 5.0 / 16.0).abs() < 1e-12);
        assert!((found[0].expected - 1.0).abs() < 1e-12);
        assert!(bursts(vec![TermCount { term: "x".to_owned(), now: 0, before: 9 }], 50, 50, 0.5).is_empty());
        assert!(bursts(vec![], 0, 0, 0.5).is_empty());
    }
}
