//! The newest keys, in memory: a table in which a key's place is told by its highest bits, so that read from its start to
//! its end it is nearly in order, and is put in order by sorting the few keys that stand next to each other.

/// Places of the smallest table.
const SMALL: usize = 1 << 10;

/// Keys in one table without links (linear probing). No key is zero: that is an empty place.
#[derive(Debug)]
pub(super) struct Recent {
    /// A place for each value of the highest bits, and behind the last as many more as keys were pushed on.
    places: Vec<u128>,
    bits: u32,
    n: usize,
}

impl Recent {
    pub(super) fn new() -> Self {
        Self { places: vec![0; SMALL], bits: SMALL.trailing_zeros(), n: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.n
    }

    fn home(&self, key: u128) -> usize {
        (key >> (128 - self.bits)) as usize
    }

    /// Looks at the places of keys that are soon asked for: they lie far from each other in memory, and are so waited for
    /// together.
    pub(super) fn approach(&self, keys: &[u128]) {
        let seen =
            keys.iter().fold(0, |seen, key| seen ^ self.places.get(self.home(*key)).copied().unwrap_or_default());
        std::hint::black_box(seen);
    }

    /// Adds a key that is not zero; `false` when it was there.
    pub(super) fn insert(&mut self, key: u128) -> bool {
        let mut at = self.home(key);
        loop {
            match self.places.get_mut(at) {
                Some(place) if *place == key => return false,
                Some(place) if *place == 0 => {
                    *place = key;
                    break;
                }
                Some(_) => at += 1,
                None => {
                    self.places.push(key);
                    break;
                }
            }
        }
        self.n += 1;
        // Three places in four at most are taken: a key then stands near its place.
        if self.n > (1 << self.bits) / 4 * 3 {
            self.grow();
        }
        true
    }

    fn grow(&mut self) {
        let bits = self.bits + 1;
        let all = std::mem::replace(&mut self.places, vec![0; 1 << bits]);
        (self.bits, self.n) = (bits, 0);
        for key in all.into_iter().filter(|key| *key != 0) {
            self.insert(key);
        }
    }

    /// Hands all keys to `take` in ascending order, and is empty after it.
    pub(super) fn drain<T>(&mut self, take: impl FnOnce(&[u128]) -> T) -> T {
        // Keys that stand together had their places there: none of a later group is smaller.
        self.places.chunk_by_mut(|a, b| (*a == 0) == (*b == 0)).for_each(<[u128]>::sort_unstable);
        self.places.retain(|key| *key != 0);
        let taken = take(&self.places);
        self.places.clear();
        self.places.resize(1 << self.bits, 0);
        self.n = 0;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_holds_what_a_set_holds_and_gives_it_in_order(
            // Keys of few high bits stand close to each other, those of the highest at the end of the table.
            keys in proptest::collection::vec((prop_oneof![0_u128..6, 1_018_u128..1_024, 0_u128..1_024], 1_u128..9), 0..3000),
        ) {
            let (mut recent, mut truth) = (Recent::new(), BTreeSet::new());
            let keys: Vec<u128> = keys.into_iter().map(|(high, low)| high << 118 | low << 90 | low).collect();
            for round in 0..2 {
                for &key in &keys {
                    prop_assert_eq!(recent.insert(key), truth.insert(key), "{}", round);
                }
                recent.approach(&keys);
                prop_assert_eq!(recent.len(), truth.len());
                let given = recent.drain(<[u128]>::to_vec);
                prop_assert_eq!(given, truth.iter().copied().collect::<Vec<_>>());
                prop_assert_eq!(recent.len(), 0);
                truth.clear();
            }
        }
    }

    #[test]
    fn it_grows_with_its_keys() {
        let mut recent = Recent::new();
        let mut state = 1_u128;
        for _ in 0..10 * SMALL {
            state = state.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(1);
            assert!(recent.insert(state) && !recent.insert(state));
        }
        assert!(recent.n == 10 * SMALL && recent.places.len() >= 13 * SMALL, "{}", recent.places.len());
    }
}
