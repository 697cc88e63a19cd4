//! A set number of calls from a seed.

use crate::Target;
use crate::mutate::{Chance, mutate};
use std::panic::catch_unwind;

/// What made a target panic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// How many calls it took.
    pub calls: u64,
    /// What was said.
    pub message: String,
}

/// Calls a target on each of its seeds, then on `n_calls` mutations of them; the first bytes that make it panic.
pub fn run(target: &Target, n_calls: u64, seed: u64) -> Option<Found> {
    let seeds = (target.seeds)();
    let mut chance = Chance::new(seed);
    let all = (0..).map_while(|n| usize::try_from(n).ok().and_then(|n: usize| seeds.get(n).cloned()));
    let mutated = std::iter::repeat_with(|| mutate(&seeds, &mut chance));
    let bound = usize::try_from(n_calls).unwrap_or(usize::MAX);
    for (calls, bytes) in (1..).zip(all.chain(mutated.take(bound))) {
        let call = target.call;
        if let Err(cause) = catch_unwind(|| call(&bytes)) {
            let text = cause.downcast_ref::<String>().cloned();
            let message = text.or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            return Some(Found { bytes, calls, message: message.unwrap_or_default() });
        }
    }
    None
}
