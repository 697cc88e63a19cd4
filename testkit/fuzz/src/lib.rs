//! Every function that reads a stranger's bytes, called on bytes that nobody would write.
//!
//! A [`Target`] calls such a function and asserts what must hold whatever the bytes: that nothing panics, and here and
//! there that what was read is written back alike. The same targets run under `cargo fuzz` (folder `fuzz/`), which looks
//! for new paths for as long as it is let, and under [`run`], which makes a set number of mutations from a seed: every
//! test run does that. The test `every_function_that_reads_is_a_target` finds a function that was forgotten.

mod codes;
mod doors;
mod figures;
mod law;
mod mutate;
mod readers;
mod records;
mod runner;
mod series;
pub mod survey;
mod tables;
mod targets;
mod words;

pub use runner::{Found, run};
pub use targets::{EXEMPT, TARGETS, Target};

/// Calls the target of that name once, for `cargo fuzz`; a name that is not there does nothing.
pub fn call(name: &str, bytes: &[u8]) {
    if let Some(target) = TARGETS.iter().find(|target| target.name == name) {
        (target.call)(bytes);
    }
}

#[cfg(test)]
mod tests;
