//! Which rows are known already, in memory that does not grow with their number.
//!
//! A key is kept as 128 bits: two SipHash digests under keys drawn for this set, so that nobody who does not hold them makes
//! two keys meet (for n keys, chance does with a probability of n² / 2¹²⁹: 4·10⁻²⁴ for 50 million). The newest are in a
//! table; when it is full it goes to a file as a sorted run. A Bloom filter of fixed size tells of most keys that no run
//! holds them; for the others, one page of each run is read.

mod filter;
mod recent;
mod run;

use filter::Filter;
use recent::Recent;
use run::Run;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};

/// Keys held in memory: what a table of 2²² places takes before it grows, 64 MiB.
const RECENT: usize = (1 << 22) / 4 * 3;

/// The keys of a source's rows.
pub(super) struct Keys {
    digests: [RandomState; 2],
    recent: Recent,
    most: usize,
    runs: Vec<Run>,
    filter: Option<Filter>,
    scratch: PathBuf,
}

impl Keys {
    /// No key yet. What memory does not hold goes to a file of `scratch` that has no name and ends with this value.
    pub(super) fn new(scratch: &Path) -> Self {
        Self::with_memory_for(RECENT, scratch)
    }

    fn with_memory_for(most: usize, scratch: &Path) -> Self {
        Self {
            digests: [RandomState::new(), RandomState::new()],
            recent: Recent::new(),
            most: most.max(1),
            runs: Vec::new(),
            filter: None,
            scratch: scratch.to_owned(),
        }
    }

    /// Adds a key; `false` when it was there.
    ///
    /// # Errors
    /// When the file of older keys cannot be written or read.
    pub(super) fn add(&mut self, key: &str) -> io::Result<bool> {
        self.add_short(self.short(key))
    }

    /// Adds keys in their order: `new` becomes what [`Keys::add`] would say of each. All digests are made first, so that
    /// the places in memory, far from each other, are waited for together.
    ///
    /// # Errors
    /// As [`Keys::add`].
    pub(super) fn add_all<'k>(&mut self, keys: impl Iterator<Item = &'k str>, new: &mut Vec<bool>) -> io::Result<()> {
        let shorts: Vec<u128> = keys.map(|key| self.short(key)).collect();
        self.recent.approach(&shorts);
        if let Some(filter) = &self.filter {
            filter.approach(&shorts);
        }
        new.clear();
        for key in shorts {
            new.push(self.add_short(key)?);
        }
        Ok(())
    }

    fn add_short(&mut self, key: u128) -> io::Result<bool> {
        if self.filter.as_ref().is_some_and(|filter| filter.may_hold(key)) {
            for run in &self.runs {
                if run.holds(key)? {
                    return Ok(false);
                }
            }
        }
        if !self.recent.insert(key) {
            return Ok(false);
        }
        if self.recent.len() >= self.most {
            self.spill()?;
        }
        Ok(true)
    }

    fn short(&self, key: &str) -> u128 {
        let [high, low] = &self.digests;
        // Zero is an empty place of the table.
        (u128::from(high.hash_one(key)) << 64 | u128::from(low.hash_one(key))).max(1)
    }

    /// Moves the newest keys to a run.
    fn spill(&mut self) -> io::Result<()> {
        let file = self.unnamed_file()?;
        let filter = self.filter.get_or_insert_with(Filter::new);
        let run = self.recent.drain(|keys| {
            keys.iter().for_each(|&key| filter.add(key));
            Run::write(keys, file)
        })?;
        self.runs.push(run);
        Ok(())
    }

    fn unnamed_file(&self) -> io::Result<File> {
        tempfile::tempfile_in(&self.scratch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn number(n: u64) -> String {
        format!("PL{n:08}")
    }

    /// A walk through few enough numbers that many come twice, at all distances.
    fn walk() -> impl Iterator<Item = u64> {
        let mut state = 7_u64;
        std::iter::repeat_with(move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % 20_000
        })
        .take(60_000)
    }

    #[test]
    fn what_went_to_a_file_is_known_as_what_is_in_memory() {
        let scratch = tempfile::tempdir().unwrap();
        let mut keys = Keys::with_memory_for(700, scratch.path());
        let mut truth = BTreeSet::new();
        for n in walk() {
            assert_eq!(keys.add(&number(n)).unwrap(), truth.insert(n), "{n}");
        }
        assert!(keys.runs.len() > 20 && keys.recent.len() < 700, "memory holds the newest only");
        assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0, "its files have no name");
    }

    #[test]
    fn keys_added_together_are_added_in_their_order() {
        let scratch = tempfile::tempdir().unwrap();
        let mut keys = Keys::with_memory_for(700, scratch.path());
        let (mut truth, mut new) = (BTreeSet::new(), Vec::new());
        let all: Vec<u64> = walk().collect();
        for part in all.chunks(1_000) {
            let texts: Vec<String> = part.iter().map(|n| number(*n)).collect();
            keys.add_all(texts.iter().map(String::as_str), &mut new).unwrap();
            assert_eq!(new, part.iter().map(|n| truth.insert(*n)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn without_its_runs_it_would_take_known_rows_for_new() {
        let scratch = tempfile::tempdir().unwrap();
        let mut keys = Keys::with_memory_for(700, scratch.path());
        let mut truth = BTreeSet::new();
        let mut wrong = 0;
        for n in walk() {
            keys.runs.clear();
            wrong += usize::from(keys.add(&number(n)).unwrap() != truth.insert(n));
        }
        assert!(wrong > 1000, "{wrong}");
    }

    #[test]
    fn a_scratch_folder_that_is_not_there_is_told() {
        let mut keys = Keys::with_memory_for(2, Path::new("/nowhere/at/all"));
        assert!(keys.add("a").unwrap());
        assert_eq!(keys.add("b").unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
