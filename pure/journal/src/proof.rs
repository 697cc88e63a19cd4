//! Proofs over the tree (RFC 6962 sections 2.1.1 and 2.1.2), made from stored nodes and checked by `ct-merkle`.

use crate::encoding::shown;
use crate::frontier::{Frontier, MAX_SIZE, NodeId, join};
use crate::hash::{Hash, empty_root};
use ct_merkle::{
    ConsistencyProof, InclusionProof, RootHash, indices_for_consistency_proof, indices_for_inclusion_proof,
};
use sha2::Sha256;

/// Most hashes a proof in a tree of [`MAX_SIZE`] leaves can hold.
const MAX_HASHES: usize = 64;

/// A proof that cannot be made, or that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is no such entry or no such older tree.
    #[error("no proof of {what} in a tree of {size} leaves: ask for one below its size")]
    OutOfRange {
        /// What was asked for.
        what: String,
        /// Number of leaves of the tree.
        size: u64,
    },
    /// The store lacks a node of the tree.
    #[error("node {index} of level {level} is missing from the store: rebuild the nodes from the leaf hashes")]
    MissingNode {
        /// Height of the node.
        level: u8,
        /// Number of the node in its level.
        index: u64,
    },
    /// A text that is no proof.
    #[error("`{0}` is no hash of a proof: expected 44 characters of base64 a line, at most 64 lines")]
    Form(String),
    /// The proof has the wrong length or leads to another root.
    #[error("the proof does not lead to the root of the tree of {size} leaves")]
    Wrong {
        /// Number of leaves of the tree.
        size: u64,
    },
}

/// The hashes of a proof, in the order of RFC 6962. Its text is one base64 hash a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proof(Vec<Hash>);

impl Proof {
    /// The proof made of these hashes.
    ///
    /// # Errors
    /// [`ProofError::Form`] for more hashes than any proof holds.
    pub fn new(hashes: Vec<Hash>) -> Result<Self, ProofError> {
        if hashes.len() > MAX_HASHES { Err(ProofError::Form("…".to_owned())) } else { Ok(Self(hashes)) }
    }

    /// The hashes, in the order of RFC 6962.
    pub fn hashes(&self) -> &[Hash] {
        &self.0
    }

    /// The proof of a text with one base64 hash a line.
    ///
    /// # Errors
    /// [`ProofError::Form`] naming the first line that is no hash.
    pub fn from_text(text: &str) -> Result<Self, ProofError> {
        let mut hashes = Vec::new();
        for line in text.lines() {
            let hash = Hash::from_base64(line).filter(|_| hashes.len() < MAX_HASHES);
            hashes.push(hash.ok_or_else(|| ProofError::Form(shown(line)))?);
        }
        Ok(Self(hashes))
    }

    /// The text of the proof: one base64 hash a line.
    pub fn to_text(&self) -> String {
        self.0.iter().map(|hash| format!("{hash}\n")).collect()
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|hash| *hash.as_bytes()).collect()
    }
}

/// What a proof is made of: for each of its hashes, the stored full subtrees that are joined into it.
///
/// Made before any reading, so that a store fetches all nodes in one query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofPlan(Vec<Vec<NodeId>>);

impl ProofPlan {
    /// The plan of the proof that the leaf `index` is in the tree of `size` leaves.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] when it is not, or the size is over [`MAX_SIZE`].
    pub fn inclusion(index: u64, size: u64) -> Result<Self, ProofError> {
        if index >= size || size > MAX_SIZE {
            return Err(ProofError::OutOfRange { what: format!("entry {index}"), size });
        }
        Ok(Self(indices_for_inclusion_proof(size, index).into_iter().map(|node| subtrees(node, size)).collect()))
    }

    /// The plan of the proof that the tree of `new` leaves continues the tree of `old` leaves.
    ///
    /// # Errors
    /// [`ProofError::OutOfRange`] when `old` is the larger, or `new` is over [`MAX_SIZE`].
    pub fn consistency(old: u64, new: u64) -> Result<Self, ProofError> {
        if old > new || new > MAX_SIZE {
            return Err(ProofError::OutOfRange { what: format!("an older tree of {old} leaves"), size: new });
        }
        if old == 0 {
            // Every tree continues the empty one.
            return Ok(Self(Vec::new()));
        }
        let nodes = indices_for_consistency_proof(old, new - old);
        Ok(Self(nodes.into_iter().map(|node| subtrees(node, new)).collect()))
    }

    /// The stored nodes that the proof needs.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.0.iter().flatten().copied()
    }

    /// The proof, from the nodes that `fetch` gives.
    ///
    /// # Errors
    /// [`ProofError::MissingNode`] for the first node it does not give.
    pub fn assemble(&self, mut fetch: impl FnMut(NodeId) -> Option<Hash>) -> Result<Proof, ProofError> {
        let mut hashes = Vec::with_capacity(self.0.len());
        for step in &self.0 {
            let mut peaks = Vec::with_capacity(step.len());
            for id in step {
                peaks.push(fetch(*id).ok_or(ProofError::MissingNode { level: id.level, index: id.index })?);
            }
            hashes.extend(join(&peaks));
        }
        Ok(Proof(hashes))
    }
}

/// The full subtrees that make up a node of the tree of `size` leaves, from the left.
///
/// `node` is numbered as in RFC 9420 appendix C: leaves are even, the height is the number of trailing ones.
fn subtrees(node: u64, size: u64) -> Vec<NodeId> {
    let height = node.trailing_ones();
    let mut start = (node + 1 - (1 << height)) >> 1;
    let end = (start + (1 << height)).min(size);
    let mut found = Vec::new();
    while start < end {
        // The largest full subtree that begins here and does not pass the end.
        let level = (end - start).ilog2().min(start.trailing_zeros());
        found.push(NodeId { level: level as u8, index: start >> level });
        start += 1 << level;
    }
    found
}

fn root_hash(root: &Hash, size: u64) -> RootHash<Sha256> {
    RootHash::new((*root.as_bytes()).into(), size)
}

/// Checks that `leaf` (the leaf's bytes, not their hash) is entry `index` of the tree of `size` leaves with this root.
///
/// # Errors
/// [`ProofError`] when the index is out of range or the proof does not lead to the root.
pub fn verify_inclusion(leaf: &[u8], index: u64, size: u64, root: &Hash, proof: &Proof) -> Result<(), ProofError> {
    if index >= size || size > MAX_SIZE {
        return Err(ProofError::OutOfRange { what: format!("entry {index}"), size });
    }
    let proof = InclusionProof::try_from_bytes(proof.bytes()).map_err(|_| ProofError::Wrong { size })?;
    root_hash(root, size).verify_inclusion(&leaf, index, &proof).map_err(|_| ProofError::Wrong { size })
}

/// Checks that the tree of `new.0` leaves with root `new.1` continues the tree of `old.0` leaves with root `old.1`.
///
/// # Errors
/// [`ProofError`] when the old tree is the larger, when two trees of one size differ, or when the proof does not lead
/// to both roots.
pub fn verify_consistency(old: (u64, &Hash), new: (u64, &Hash), proof: &Proof) -> Result<(), ProofError> {
    let wrong = ProofError::Wrong { size: new.0 };
    if old.0 > new.0 || new.0 > MAX_SIZE {
        return Err(ProofError::OutOfRange { what: format!("an older tree of {} leaves", old.0), size: new.0 });
    }
    if old.0 == 0 {
        // Every tree continues the empty one, which has one root whichever side it is on.
        let empty = empty_root();
        let fine = proof.0.is_empty() && *old.1 == empty && (new.0 > 0 || *new.1 == empty);
        return if fine { Ok(()) } else { Err(wrong) };
    }
    let bytes = ConsistencyProof::try_from_bytes(proof.bytes()).map_err(|_| wrong.clone())?;
    root_hash(new.1, new.0).verify_consistency(&root_hash(old.1, old.0), &bytes).map_err(|_| wrong)
}

impl Frontier {
    /// The full subtrees whose hashes are this frontier's peaks, in their order: what a store reads to resume.
    pub fn nodes_of_size(size: u64) -> Vec<NodeId> {
        let size = size.min(MAX_SIZE);
        let mut start = 0;
        let mut found = Vec::new();
        for level in (0..=48u8).rev() {
            if size >> level & 1 == 1 {
                found.push(NodeId { level, index: start >> level });
                start += 1 << level;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests;
