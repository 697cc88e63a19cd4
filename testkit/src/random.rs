//! Draws that do not depend on the machine: ChaCha8 bits, whole-number scaling, and `libm` for logarithms and exponentials.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A stream of draws.
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    /// Stream `stream` of seed `seed`: two streams of a seed are independent.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut bytes = [0u8; 32];
        for (slot, byte) in bytes.iter_mut().zip(seed.to_le_bytes().into_iter().chain(stream.to_le_bytes())) {
            *slot = byte;
        }
        Self(ChaCha8Rng::from_seed(bytes))
    }

    /// A whole number from 0 to `n - 1`; 0 when `n` is 0. The bias is below n / 2^64.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        let wide = u128::from(self.0.next_u64()) * u128::from(n);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = u64::try_from(i64::from(high) - i64::from(low) + 1).unwrap_or(1);
        low + i32::try_from(self.below(width)).unwrap_or(0)
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        let bits = u32::try_from(self.0.next_u64() >> 32).unwrap_or(0);
        f64::from(bits) / 4_294_967_296.0
    }

    /// Yes in `per_mille` cases of a thousand.
    pub(crate) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// An exponential of mean `mean`.
    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.unit())
    }

    /// A standard normal, as a sum of twelve uniforms less six (tails end at six).
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// A log-normal of median `median` whose logarithm has standard deviation `sigma`.
    pub(crate) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    /// One of `items`, each as likely.
    pub(crate) fn one_of<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        let idx = self.below(u64::try_from(items.len()).unwrap_or(0));
        items.get(usize::try_from(idx).unwrap_or(0)).copied()
    }

    /// Puts `items` in a drawn order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = usize::try_from(self.below(u64::try_from(last).unwrap_or(0) + 1)).unwrap_or(0);
            items.swap(last, other);
        }
    }
}

/// Items with weights, drawn in logarithmic time.
#[derive(Debug, Clone)]
pub(crate) struct Weighted<T> {
    cumulative: Vec<(u64, T)>,
    total: u64,
}

impl<T: Copy> Weighted<T> {
    /// Items of weight 0 are never drawn.
    pub(crate) fn new(items: impl IntoIterator<Item = (u64, T)>) -> Self {
        let mut total = 0;
        let mut cumulative = Vec::new();
        for (weight, item) in items {
            if weight > 0 {
                total += weight;
                cumulative.push((total, item));
            }
        }
        Self { cumulative, total }
    }

    /// One item, or nothing when no item has any weight.
    pub(crate) fn pick(&self, random: &mut Random) -> Option<T> {
        let at = random.below(self.total);
        let idx = self.cumulative.partition_point(|(upto, _)| *upto <= at);
        self.cumulative.get(idx).map(|(_, item)| *item)
    }
}
