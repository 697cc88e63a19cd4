//! Exact linkage: records that hold the same key belong together, hubs aside.
//!
//! The graph has records on one side and keys on the other; a component is a set of records that paths over linking
//! keys connect. Memory: 20 bytes a (record, key) pair, sorted in place; nothing else grows with the records that
//! nothing links. Cost: one sort of the pairs, then almost linear.

use crate::{DisjointSets, Key};
use std::collections::BTreeSet;

/// The degree limit used when none is chosen: a key held by more records than this is a hub.
pub const DEFAULT_MAX_DEGREE: u32 = 500;

/// How to link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The most records that a key may be held by and still link. A key of exactly this degree links.
    pub max_degree: u32,
    /// Keys known to be shared by everybody: they never link, whatever their degree.
    pub hubs: BTreeSet<Key>,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_degree: DEFAULT_MAX_DEGREE, hubs: BTreeSet::new() }
    }
}

/// What linkage found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Linkage {
    /// Records that hold at least one key.
    pub n_records: u32,
    /// Distinct keys.
    pub n_keys: u64,
    /// Sets of at least two records, the largest first, then by smallest record.
    pub components: Vec<Component>,
    /// Keys that at least two records share and that did not link, the highest degree first, then by key.
    pub suppressed: Vec<Suppressed>,
}

/// Records that belong together, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// The records, in ascending order; at least two.
    pub records: Vec<u32>,
    /// The keys that join them, the highest degree first, then by key.
    pub evidence: Vec<Evidence>,
}

/// A key that joins, and which records it joins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The key.
    pub key: Key,
    /// The records that hold it, in ascending order; at least two, all in the same component.
    pub records: Vec<u32>,
}

impl Evidence {
    /// By how many records the key is held.
    pub fn degree(&self) -> usize {
        self.records.len()
    }
}

/// A key that would have joined, and why it did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suppressed {
    /// The key.
    pub key: Key,
    /// By how many records it is held.
    pub degree: u32,
    /// Why it does not link.
    pub reason: Suppression,
}

/// Why a shared key does not link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suppression {
    /// It is on the list of declared hubs.
    DeclaredHub,
    /// More records hold it than the limit.
    DegreeOver {
        /// The limit.
        max_degree: u32,
    },
}

/// Why records could not be linked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// More pairs of record and key than the linker may hold.
    #[error("more than {limit} pairs of record and key: link fewer records at once, for instance one period at a time")]
    TooMany {
        /// The limit.
        limit: usize,
    },
}

/// The most (record, key) pairs of one linkage: 20 bytes each, hence 4 GB.
const MAX_PAIRS: usize = 200_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    key: Key,
    record: u32,
}

/// Takes records one after the other and links them at the end; the order does not matter.
#[derive(Debug, Clone, Default)]
pub struct Linker {
    options: Options,
    pairs: Vec<Pair>,
}

impl Linker {
    /// A linker without records.
    pub fn new(options: Options) -> Self {
        Self { options, pairs: Vec::new() }
    }

    /// Adds the keys of record `record`. A record may be added in several parts; a key that it holds twice counts once.
    ///
    /// # Errors
    /// [`LinkError::TooMany`] beyond 200 million pairs.
    pub fn add(&mut self, record: u32, keys: impl IntoIterator<Item = Key>) -> Result<(), LinkError> {
        for key in keys {
            if self.pairs.len() >= MAX_PAIRS {
                return Err(LinkError::TooMany { limit: MAX_PAIRS });
            }
            self.pairs.push(Pair { key, record });
        }
        Ok(())
    }

    /// Declares `key` a hub, before or after records that hold it were added.
    pub fn declare_hub(&mut self, key: Key) {
        self.options.hubs.insert(key);
    }

    /// Lowers the degree limit to `max_degree`, when it is higher: what a hub is may depend on how much was added.
    pub fn cap_degree(&mut self, max_degree: u32) {
        self.options.max_degree = self.options.max_degree.min(max_degree);
    }

    /// Links what was added.
    pub fn finish(mut self) -> Linkage {
        self.pairs.sort_unstable();
        self.pairs.dedup();

        let mut linkage = Linkage { n_records: count_records(&self.pairs), ..Linkage::default() };
        let mut linking: Vec<&[Pair]> = Vec::new();
        for group in self.pairs.chunk_by(|a, b| a.key == b.key) {
            linkage.n_keys += 1;
            let Some(first) = group.first() else { continue };
            // Records are u32, and each stands once in a group.
            let degree = u32::try_from(group.len()).unwrap_or(u32::MAX);
            if degree < 2 {
                continue;
            }
            let reason = if self.options.hubs.contains(&first.key) {
                Some(Suppression::DeclaredHub)
            } else {
                let max_degree = self.options.max_degree;
                (degree > max_degree).then_some(Suppression::DegreeOver { max_degree })
            };
            match reason {
                Some(reason) => linkage.suppressed.push(Suppressed { key: first.key, degree, reason }),
                None => linking.push(group),
            }
        }
        linkage.suppressed.sort_by(|a, b| b.degree.cmp(&a.degree).then(a.key.cmp(&b.key)));
        linkage.components = components(&linking);
        linkage
    }
}

/// Links `records`, given as an index and the record's keys.
///
/// # Errors
/// [`LinkError::TooMany`] beyond 200 million pairs of record and key.
pub fn link<I, K>(records: I, options: Options) -> Result<Linkage, LinkError>
where
    I: IntoIterator<Item = (u32, K)>,
    K: IntoIterator<Item = Key>,
{
    let mut linker = Linker::new(options);
    for (record, keys) in records {
        linker.add(record, keys)?;
    }
    Ok(linker.finish())
}

impl Linkage {
    /// For each record of a component, the position of its component, in ascending order of records.
    pub fn memberships(&self) -> Vec<(u32, usize)> {
        let mut memberships: Vec<(u32, usize)> = self
            .components
            .iter()
            .enumerate()
            .flat_map(|(position, component)| component.records.iter().map(move |record| (*record, position)))
            .collect();
        memberships.sort_unstable();
        memberships
    }
}

fn count_records(pairs: &[Pair]) -> u32 {
    let mut records: Vec<u32> = pairs.iter().map(|pair| pair.record).collect();
    records.sort_unstable();
    records.dedup();
    u32::try_from(records.len()).unwrap_or(u32::MAX)
}

/// The components that groups of pairs (one group a key) make.
fn components(linking: &[&[Pair]]) -> Vec<Component> {
    // Only linked records take part, numbered in ascending order: memory follows links, not record numbers.
    let mut members: Vec<u32> = linking.iter().flat_map(|group| group.iter().map(|pair| pair.record)).collect();
    members.sort_unstable();
    members.dedup();
    let position = |record: u32| members.binary_search(&record).ok().and_then(|p| u32::try_from(p).ok());

    let mut sets = DisjointSets::new(u32::try_from(members.len()).unwrap_or(u32::MAX));
    for group in linking {
        let mut positions = group.iter().filter_map(|pair| position(pair.record));
        let Some(first) = positions.next() else { continue };
        for other in positions {
            sets.union(first, other);
        }
    }

    let mut by_root: Vec<(u32, u32)> =
        members.iter().filter_map(|record| position(*record).map(|p| (sets.find(p), *record))).collect();
    by_root.sort_unstable();
    let mut found: Vec<(u32, Component)> = by_root
        .chunk_by(|a, b| a.0 == b.0)
        .filter_map(|group| {
            let root = group.first()?.0;
            let records = group.iter().map(|(_, record)| *record).collect();
            Some((root, Component { records, evidence: Vec::new() }))
        })
        .collect();
    for group in linking {
        let Some(first) = group.first() else { continue };
        let Some(root) = position(first.record).map(|p| sets.find(p)) else { continue };
        if let Ok(at) = found.binary_search_by_key(&root, |(root, _)| *root)
            && let Some((_, component)) = found.get_mut(at)
        {
            let records = group.iter().map(|pair| pair.record).collect();
            component.evidence.push(Evidence { key: first.key, records });
        }
    }

    let mut components: Vec<Component> = found.into_iter().map(|(_, component)| component).collect();
    for component in &mut components {
        component.evidence.sort_by(|a, b| b.degree().cmp(&a.degree()).then(a.key.cmp(&b.key)));
    }
    components.sort_by(|a, b| b.records.len().cmp(&a.records.len()).then(a.records.first().cmp(&b.records.first())));
    components
}

#[cfg(test)]
mod tests;
