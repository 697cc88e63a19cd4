//! The right edge of the tree: all that is needed to append a leaf and to know the root.

use crate::hash::{Hash, empty_root, node_hash};

/// Most leaves a journal may hold: 2⁴⁸, far beyond use, far below where 64-bit arithmetic could overflow.
pub const MAX_SIZE: u64 = 1 << 48;

/// Where a full subtree stands: it covers the leaves from `index · 2^level` to `(index + 1) · 2^level`, end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// Height above the leaves: 0 for a leaf.
    pub level: u8,
    /// Number of the subtree among those of its level, from the left, from 0.
    pub index: u64,
}

/// A full subtree and its hash. It never changes once made, so it can be stored for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// Where it stands.
    pub id: NodeId,
    /// Its hash.
    pub hash: Hash,
}

/// A tree that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// More leaves than a journal may hold.
    #[error("the journal is full at {MAX_SIZE} entries: start a new one, whose first entry names this one")]
    Full,
    /// The number of peaks does not fit the size.
    #[error("a tree of {size} leaves has {expected} peaks, not {found}: rebuild the frontier from the leaf hashes")]
    Peaks {
        /// Number of leaves.
        size: u64,
        /// Number of peaks that a tree of this size has.
        expected: usize,
        /// Number of peaks given.
        found: usize,
    },
}

/// The full subtrees along the right edge ("peaks"), the largest first: one for each bit set in the size, at most 48.
///
/// Appending costs one hash on average and 48 at most; the whole is under 1.6 kB whatever the number of entries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The frontier of the tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// The frontier with these peaks, as [`Frontier::peaks`] gave them.
    ///
    /// # Errors
    /// [`TreeError`] when the size is over [`MAX_SIZE`] or has another number of peaks.
    pub fn from_peaks(size: u64, peaks: Vec<Hash>) -> Result<Self, TreeError> {
        if size > MAX_SIZE {
            return Err(TreeError::Full);
        }
        let expected = size.count_ones() as usize;
        if peaks.len() != expected {
            return Err(TreeError::Peaks { size, expected, found: peaks.len() });
        }
        Ok(Self { size, peaks })
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of the full subtrees along the right edge, the largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// The root of the tree (RFC 6962 section 2.1, `MTH`).
    pub fn root(&self) -> Hash {
        join(&self.peaks).unwrap_or_else(empty_root)
    }

    /// Appends a leaf by its hash, and gives back the full subtrees it completes, the leaf itself first.
    ///
    /// # Errors
    /// [`TreeError::Full`] at [`MAX_SIZE`] leaves.
    pub fn append(&mut self, leaf: Hash) -> Result<Vec<Node>, TreeError> {
        if self.size >= MAX_SIZE {
            return Err(TreeError::Full);
        }
        let mut node = Node { id: NodeId { level: 0, index: self.size }, hash: leaf };
        let mut completed = vec![node];
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.peaks.pop() else { break };
            node = Node {
                id: NodeId { level: node.id.level + 1, index: node.id.index >> 1 },
                hash: node_hash(&left, &node.hash),
            };
            completed.push(node);
        }
        self.peaks.push(node.hash);
        self.size += 1;
        Ok(completed)
    }
}

/// The hash of neighbouring full subtrees of falling size, joined from the right.
pub(crate) fn join(peaks: &[Hash]) -> Option<Hash> {
    let (last, others) = peaks.split_last()?;
    Some(others.iter().rfold(*last, |right, left| node_hash(left, &right)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use proptest::prelude::*;
    use sha2::Sha256;

    fn theirs(tree: &MemoryBackedTree<Sha256, Vec<u8>>) -> Hash {
        Hash::from_slice(tree.root().as_bytes()).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_frontier_has_the_root_of_ct_merkle_at_every_size(
            leaves in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..150)
        ) {
            let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
            let mut frontier = Frontier::new();
            prop_assert_eq!(frontier.root(), theirs(&tree));
            for leaf in leaves {
                frontier.append(leaf_hash(&leaf)).unwrap();
                tree.push(leaf);
                prop_assert_eq!(frontier.size(), tree.len());
                prop_assert_eq!(frontier.root(), theirs(&tree));
                prop_assert_eq!(frontier.peaks().len(), frontier.size().count_ones() as usize);
                let again = Frontier::from_peaks(frontier.size(), frontier.peaks().to_vec());
                prop_assert_eq!(again.as_ref(), Ok(&frontier));
            }
        }
    }

    #[test]
    fn completed_subtrees_are_numbered_from_the_left() {
        let mut frontier = Frontier::new();
        let mut seen = Vec::new();
        for leaf in 0..4u8 {
            let completed = frontier.append(leaf_hash(&[leaf])).unwrap();
            seen.push(completed.iter().map(|node| (node.id.level, node.id.index)).collect::<Vec<_>>());
        }
        assert_eq!(seen, vec![vec![(0, 0)], vec![(0, 1), (1, 0)], vec![(0, 2)], vec![(0, 3), (1, 1), (2, 0)]]);
    }

    #[test]
    fn a_frontier_that_cannot_be_is_refused() {
        assert_eq!(Frontier::from_peaks(MAX_SIZE + 1, vec![empty_root(); 2]), Err(TreeError::Full));
        assert!(matches!(
            Frontier::from_peaks(3, vec![empty_root()]),
            Err(TreeError::Peaks { size: 3, expected: 2, found: 1 })
        ));
        let mut full = Frontier::from_peaks(MAX_SIZE, vec![empty_root()]).unwrap();
        assert_eq!(full.append(empty_root()), Err(TreeError::Full));
        assert_eq!(full.size(), MAX_SIZE);
    }
}
