//! Chance by a seed: the same seed, the same numbers, on every machine.
//!
//! Source: G. L. Steele, D. Lea and C. H. Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014
//! (SplitMix64). Good enough to shuffle and draw counts; not for secrets.

use libm::{exp, floor, log, pow, sqrt};

#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0, included, to 1, excluded.
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number below `n`, 0 when `n` is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(u64::MAX);
        let drawn = (u128::from(self.next()) * u128::from(n)) >> 64;
        usize::try_from(drawn).unwrap_or(0)
    }

    /// A standard normal number (polar method of Marsaglia and Bray, 1964).
    fn normal(&mut self) -> f64 {
        loop {
            let (u, v) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                return u * sqrt(-2.0 * log(s) / s);
            }
        }
    }

    /// A gamma variable of shape `shape` > 0 and mean `shape` (G. Marsaglia and W. W. Tsang, *A simple method for
    /// generating gamma variables*, ACM Transactions on Mathematical Software 26(3), 2000).
    pub(crate) fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let u = 1.0 - self.uniform();
            return self.gamma(shape + 1.0) * pow(u, 1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let v = 1.0 + c * x;
            if v > 0.0 {
                let v = v * v * v;
                if log(1.0 - self.uniform()) < 0.5 * x * x + d - d * v + d * log(v) {
                    return d * v;
                }
            }
        }
    }

    /// A Poisson count: by inversion below a mean of 30, above it as the rounded normal number whose skewness is right
    /// to the first order.
    pub(crate) fn poisson(&mut self, mean: f64) -> f64 {
        if mean.is_nan() || mean <= 0.0 {
            return 0.0;
        }
        if mean > 30.0 {
            let z = self.normal();
            return floor(mean + sqrt(mean) * z + (z * z - 1.0) / 6.0 + 0.5).max(0.0);
        }
        let (mut u, mut p, mut n) = (self.uniform(), exp(-mean), 0.0);
        while u > p && n < 1000.0 {
            u -= p;
            n += 1.0;
            p *= mean / n;
        }
        n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_those_asked_for() {
        let mut chance = Chance::new(1);
        let n = 20_000;
        let mean = |draw: &mut dyn FnMut() -> f64| (0..n).map(|_| draw()).sum::<f64>() / f64::from(n);
        for wanted in [0.3, 4.0, 60.0] {
            assert!((mean(&mut || chance.poisson(wanted)) / wanted - 1.0).abs() < 0.05);
            assert!((mean(&mut || chance.gamma(wanted)) / wanted - 1.0).abs() < 0.05);
        }
        assert!((mean(&mut || chance.below(10) as f64) - 4.5).abs() < 0.1);
    }
}
