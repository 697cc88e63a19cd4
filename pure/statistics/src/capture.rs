//! How many there are in all, when two lists each saw some and a few stand on both: capture and recapture.
//!
//! Chapman's estimator: D. G. Chapman, *Some properties of the hypergeometric distribution with applications to zoological
//! sample censuses*, Univ. California Publ. Stat. 1 (1951) 131–160; its variance: G. A. F. Seber, *The effects of trap
//! response on tag recapture estimates*, Biometrics 26 (1970) 13–22. Without correction: C. C. Sekar and W. E. Deming, *On a
//! method of estimating birth and death rates and the extent of registration*, JASA 44 (1949) 101–115. The log-normal limits,
//! whose lower one never falls under what was seen: A. Chao, Biometrics 43 (1987) 783–791. Use and limits: International
//! Working Group for Disease Monitoring and Forecasting, Am. J. Epidemiol. 142 (1995) 1047–1068.
//!
//! What it stands on, and what no figure here can check: the population is closed, the lists are matched without error,
//! everybody has the same chance to stand on a list, and standing on one does not change the chance to stand on the other.
//! Lists that attract each other (a platform that sends its victims to a unit) give too small an estimate, lists that repel
//! each other (a complaint online *instead of* at a unit) too great a one.

use crate::{Interval, Z_95};

/// Why nothing can be estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CaptureError {
    /// More stand on both lists than on one of them.
    #[error("{both} on both lists, with {first} on one and {second} on the other: the matching is wrong")]
    Impossible {
        /// On the first list.
        first: u64,
        /// On the second.
        second: u64,
        /// On both.
        both: u64,
    },
    /// A list is empty.
    #[error("an empty list says nothing about what both missed")]
    Empty,
    /// Nobody stands on both lists.
    #[error("no one stands on both lists: there is no upper limit, and so no estimate")]
    NoOverlap,
    /// There are not as many counts as histories, or fewer than two or more than five lists.
    #[error("expected one count for each history of two to five lists, and these are {0}")]
    Histories(usize),
    /// The model has no finite estimate on these counts.
    #[error("this model has no finite estimate here: too many of its cells are empty")]
    NotEstimable,
}

/// Two lists of one population.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TwoLists {
    /// How many on the first.
    pub first: u64,
    /// How many on the second.
    pub second: u64,
    /// How many on both.
    pub both: u64,
}

/// An estimated number, and how far it may be off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The number, those seen included.
    pub number: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// 95 % limits, log-normal on the part that no list saw: the lower one is never under what was seen.
    pub limits: Interval,
}

impl TwoLists {
    /// How many stand on one list at least.
    pub fn seen(self) -> u64 {
        self.first.saturating_add(self.second).saturating_sub(self.both)
    }

    /// Fewer than seven on both: Chapman's estimator leans low then (Robson and Regier, Trans. Am. Fish. Soc. 93 (1964)
    /// 215–226), and its limits are to be read with care.
    pub fn is_small(self) -> bool {
        self.both < 7
    }

    fn checked(self) -> Result<[f64; 3], CaptureError> {
        let Self { first, second, both } = self;
        if first == 0 || second == 0 {
            return Err(CaptureError::Empty);
        }
        if both > first || both > second {
            return Err(CaptureError::Impossible { first, second, both });
        }
        Ok([first, second, both].map(|n| n as f64))
    }

    /// Chapman's estimate: `(n₁+1)(n₂+1)/(m+1) − 1`, variance `(n₁+1)(n₂+1)(n₁−m)(n₂−m)/((m+1)²(m+2))`.
    ///
    /// # Errors
    /// [`CaptureError::Empty`], [`CaptureError::Impossible`]; [`CaptureError::NoOverlap`], where the formula would still
    /// give a number, one that says nothing.
    ///
    /// ```
    /// # use beffroi_statistics::capture::TwoLists;
    /// let estimate = TwoLists { first: 1_754, second: 452, both: 337 }.chapman().unwrap();
    /// assert_eq!(estimate.number.round(), 2_351.0);
    /// ```
    pub fn chapman(self) -> Result<Estimate, CaptureError> {
        let [n1, n2, m] = self.checked()?;
        if self.both == 0 {
            return Err(CaptureError::NoOverlap);
        }
        let number = (n1 + 1.0) * (n2 + 1.0) / (m + 1.0) - 1.0;
        let variance = (n1 + 1.0) * (n2 + 1.0) * (n1 - m) * (n2 - m) / ((m + 1.0) * (m + 1.0) * (m + 2.0));
        let limits = log_normal(self.seen() as f64, number, variance);
        Ok(Estimate { number, standard_error: variance.sqrt(), limits })
    }

    /// Sekar and Deming's estimate: `n₁n₂/m`, variance `n₁n₂(n₁−m)(n₂−m)/m³`. It is what independence alone says; it leans
    /// high when few stand on both.
    ///
    /// # Errors
    /// As [`TwoLists::chapman`].
    pub fn sekar_deming(self) -> Result<Estimate, CaptureError> {
        let [n1, n2, m] = self.checked()?;
        if self.both == 0 {
            return Err(CaptureError::NoOverlap);
        }
        let number = n1 * n2 / m;
        let variance = n1 * n2 * (n1 - m) * (n2 - m) / (m * m * m);
        let limits = log_normal(self.seen() as f64, number, variance);
        Ok(Estimate { number, standard_error: variance.sqrt(), limits })
    }
}

/// Limits in which the logarithm of the number unseen is normal.
pub(crate) fn log_normal(seen: f64, number: f64, variance: f64) -> Interval {
    let unseen = number - seen;
    if unseen <= 0.0 || variance <= 0.0 {
        return Interval { low: seen.max(number), high: seen.max(number) };
    }
    let factor = libm::exp(Z_95 * libm::log(1.0 + variance / (unseen * unseen)).sqrt());
    Interval { low: seen + unseen / factor, high: seen + unseen * factor }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-6 * expected.abs().max(1.0), "{found} and not {expected}");
    }

    /// Bruno et al., Diabetes Care 17 (1994) 548: diabetics of a town, by physicians and by hospitals. An R program
    /// publishes 2353, 2351, 58, 2250 and 2478 for them (CARE1); the digits below are of an independent computation.
    #[test]
    fn two_lists_of_a_published_count() {
        let lists = TwoLists { first: 1_754, second: 452, both: 337 };
        let chapman = lists.chapman().unwrap();
        near(chapman.number, 2_351.115_384_615_384_8);
        near(chapman.standard_error * chapman.standard_error, 3_345.106_233_963_449_5);
        near(chapman.limits.low, 2_250.418_097_502_428);
        near(chapman.limits.high, 2_478.397_523_622_645_6);
        let plain = lists.sekar_deming().unwrap();
        near(plain.number, 2_352.545_994_065_282);
        near(plain.standard_error * plain.standard_error, 3_375.561_398_470_603_8);
    }

    #[test]
    fn what_cannot_be_is_said() {
        let of = |first, second, both| TwoLists { first, second, both }.chapman().map(|e| e.number);
        assert_eq!(of(0, 5, 0), Err(CaptureError::Empty));
        assert_eq!(of(3, 5, 4), Err(CaptureError::Impossible { first: 3, second: 5, both: 4 }));
        assert_eq!(of(12, 9, 0), Err(CaptureError::NoOverlap));
        assert_eq!(of(9, 9, 9), Ok(9.0), "the same list twice: nobody was missed");
        assert!(TwoLists { first: 12, second: 9, both: 6 }.is_small());
    }

    /// The generator of the simulations: SplitMix64.
    struct Draw(u64);

    impl Draw {
        fn chance(&mut self, p: f64) -> bool {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let drawn = ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
            drawn < p
        }
    }

    fn drawn(draw: &mut Draw, n: u64, p: f64, q: impl Fn(bool) -> f64) -> TwoLists {
        let mut lists = TwoLists { first: 0, second: 0, both: 0 };
        for _ in 0..n {
            let a = draw.chance(p);
            let b = draw.chance(q(a));
            lists.first += u64::from(a);
            lists.second += u64::from(b);
            lists.both += u64::from(a && b);
        }
        lists
    }

    #[test]
    fn independent_lists_give_the_number_back_as_often_as_the_limits_say() {
        let (mut draw, mut held, mut sum) = (Draw(2_024), 0, 0.0);
        for _ in 0..400 {
            let estimate = drawn(&mut draw, 1_500, 0.3, |_| 0.2).chapman().unwrap();
            sum += estimate.number;
            held += usize::from(estimate.limits.low <= 1_500.0 && 1_500.0 <= estimate.limits.high);
        }
        // 95 % of 400 is 380, give or take three standard deviations (4.4 each).
        assert!((366..=394).contains(&held), "{held} of 400");
        assert!((sum / 400.0 - 1_500.0).abs() < 30.0, "{}", sum / 400.0);
        // The twin: one list that sends to the other, and the limits no longer hold.
        let mut held = 0;
        for _ in 0..100 {
            let estimate = drawn(&mut draw, 1_500, 0.3, |a| if a { 0.5 } else { 0.1 }).chapman().unwrap();
            held += usize::from(estimate.limits.high >= 1_500.0);
        }
        assert!(held < 5, "dependence must show: {held} of 100");
    }
}
