//! A Bloom filter (Bloom, 1970) of fixed size: one line of the processor's cache a key (Putze, Sanders, Singler, 2007).

/// Lines of the filter: 2²⁰ of 512 bits are 64 MiB. With 50 million keys, one new key in a hundred is taken for known.
const LINES: usize = 1 << 20;
/// Bits set for a key, all in one line.
const BITS: u32 = 6;

/// Keys that may have been added.
pub(super) struct Filter(Vec<[u64; 8]>);

impl Filter {
    pub(super) fn new() -> Self {
        Self(vec![[0; 8]; LINES])
    }

    pub(super) fn add(&mut self, key: u128) {
        if let Some(line) = self.0.get_mut(line(key)) {
            line.iter_mut().zip(bits(key)).for_each(|(word, bits)| *word |= bits);
        }
    }

    /// Looks at the lines of keys that are soon asked for, so that memory brings them together.
    pub(super) fn approach(&self, keys: &[u128]) {
        let first = |key: &u128| self.0.get(line(*key)).map(|line| line[0]).unwrap_or_default();
        std::hint::black_box(keys.iter().fold(0, |seen, key| seen ^ first(key)));
    }

    /// Whether the key may have been added; never wrong when it says no.
    pub(super) fn may_hold(&self, key: u128) -> bool {
        let line = self.0.get(line(key));
        line.is_none_or(|line| line.iter().zip(bits(key)).all(|(word, bits)| word & bits == bits))
    }
}

/// By the top of the low half.
fn line(key: u128) -> usize {
    (key as u64 >> 44) as usize % LINES
}

/// The bits of a key within its line, by nine bits of the high half each.
fn bits(key: u128) -> [u64; 8] {
    let mut of = [0_u64; 8];
    let high = (key >> 64) as u64;
    for n in 0..BITS {
        let bit = (high >> (9 * n)) & 511;
        if let Some(word) = of.get_mut((bit >> 6) as usize) {
            *word |= 1 << (bit & 63);
        }
    }
    of
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::{BuildHasher, RandomState};

    /// In a hundredth of its lines, as many keys as 50 million would put there.
    #[test]
    fn it_never_forgets_and_seldom_invents() {
        let random = RandomState::new();
        let mut filter = Filter::new();
        let mut tell = |from: u64| {
            let (mut n_keys, mut n_held) = (0_u32, 0_u32);
            for n in from..from + 500_000 {
                let low = (random.hash_one(n) % (LINES as u64 / 100)) << 44;
                let key = u128::from(random.hash_one(!n)) << 64 | u128::from(low);
                if from == 0 {
                    filter.add(key);
                }
                n_keys += 1;
                n_held += u32::from(filter.may_hold(key));
            }
            f64::from(n_held) / f64::from(n_keys)
        };
        assert_eq!(tell(0).to_bits(), 1.0_f64.to_bits());
        let invented = tell(1 << 32);
        assert!(invented < 0.02, "{invented}");
    }
}
