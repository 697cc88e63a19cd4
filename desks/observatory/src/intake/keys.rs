//! Which rows are known already, in little memory.

use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// Keys of rows, 16 bytes each whatever their length: the first half of their SHA-256, which nobody can make collide.
#[derive(Debug, Default)]
pub(super) struct Keys(HashSet<u128>);

impl Keys {
    pub(super) fn of(known: HashSet<String>) -> Self {
        Self(known.iter().map(|key| short(key)).collect())
    }

    /// Adds a key; `false` when it was there.
    pub(super) fn add(&mut self, key: &str) -> bool {
        self.0.insert(short(key))
    }
}

fn short(key: &str) -> u128 {
    Sha256::digest(key.as_bytes()).first_chunk().map_or(0, |half| u128::from_be_bytes(*half))
}
