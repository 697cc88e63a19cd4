//! Laws of the proofs: every pair of sizes, every leaf, against `ct-merkle`'s own tree.

use super::*;
use crate::frontier::Node;
use crate::hash::leaf_hash;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Leaves, stored nodes, and the root at every size.
struct Grown {
    leaves: Vec<Vec<u8>>,
    nodes: BTreeMap<NodeId, Hash>,
    roots: Vec<Hash>,
}

fn grow(leaves: Vec<Vec<u8>>) -> Grown {
    let mut frontier = Frontier::new();
    let mut nodes = BTreeMap::new();
    let mut roots = vec![frontier.root()];
    for leaf in &leaves {
        for Node { id, hash } in frontier.append(leaf_hash(leaf)).unwrap() {
            assert!(nodes.insert(id, hash).is_none(), "a full subtree is made once");
        }
        roots.push(frontier.root());
    }
    Grown { leaves, nodes, roots }
}

fn numbered(size: usize) -> Grown {
    grow((0..size).map(|n| n.to_be_bytes().to_vec()).collect())
}

fn ct_tree(leaves: &[Vec<u8>]) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    for leaf in leaves {
        tree.push(leaf.clone());
    }
    tree
}

#[test]
fn every_pair_of_sizes_is_consistent_and_no_other_root_passes() {
    const N: usize = 40;
    let tree = numbered(N);
    for new in 0..=N {
        for old in 0..=new {
            let plan = ProofPlan::consistency(old as u64, new as u64).unwrap();
            let proof = plan.assemble(|id| tree.nodes.get(&id).copied()).unwrap();
            let (from, to) = ((old as u64, &tree.roots[old]), (new as u64, &tree.roots[new]));
            verify_consistency(from, to, &proof).unwrap();
            if old > 0 {
                let theirs = ct_tree(&tree.leaves[..new]).prove_consistency(new - old);
                assert_eq!(proof.bytes(), theirs.as_bytes(), "{old} of {new}");
            }
            let other = leaf_hash(b"another tree");
            assert!(verify_consistency((from.0, &other), to, &proof).is_err(), "{old} of {new}: other old root");
            if old > 0 || new == 0 {
                assert!(verify_consistency(from, (to.0, &other), &proof).is_err(), "{old} of {new}: other new root");
            }
            let mut longer = proof.clone();
            longer.0.push(other);
            assert!(verify_consistency(from, to, &longer).is_err(), "{old} of {new}: a hash too many");
            for at in 0..proof.0.len() {
                let mut bent = proof.clone();
                bent.0[at] = other;
                assert!(verify_consistency(from, to, &bent).is_err(), "{old} of {new}: hash {at} replaced");
            }
        }
    }
    assert!(ProofPlan::consistency(3, 2).is_err());
    assert!(verify_consistency((3, &tree.roots[3]), (2, &tree.roots[2]), &Proof::default()).is_err());
}

#[test]
fn every_leaf_is_included_and_no_other_leaf_or_place_passes() {
    const N: usize = 40;
    let tree = numbered(N);
    for size in 1..=N {
        let ct = ct_tree(&tree.leaves[..size]);
        for index in 0..size {
            let plan = ProofPlan::inclusion(index as u64, size as u64).unwrap();
            let proof = plan.assemble(|id| tree.nodes.get(&id).copied()).unwrap();
            assert_eq!(proof.bytes(), ct.prove_inclusion(index).as_bytes());
            let check = |leaf: &[u8], index: u64, root: &Hash| verify_inclusion(leaf, index, size as u64, root, &proof);
            check(&tree.leaves[index], index as u64, &tree.roots[size]).unwrap();
            assert!(check(b"other", index as u64, &tree.roots[size]).is_err());
            assert!(check(&tree.leaves[index], index as u64, &leaf_hash(b"other")).is_err());
            if size > 1 {
                assert!(check(&tree.leaves[index], (index as u64 + 1) % size as u64, &tree.roots[size]).is_err());
            }
            assert!(check(&tree.leaves[index], size as u64, &tree.roots[size]).is_err());
        }
    }
    assert!(ProofPlan::inclusion(0, 0).is_err());
}

#[test]
fn sizes_beyond_any_journal_are_refused_without_a_panic() {
    let (root, proof) = (leaf_hash(b""), Proof::default());
    for size in [MAX_SIZE + 1, u64::MAX / 2, u64::MAX - 1, u64::MAX] {
        assert!(verify_inclusion(b"", size - 1, size, &root, &proof).is_err());
        assert!(verify_consistency((1, &root), (size, &root), &proof).is_err());
        assert!(verify_consistency((size, &root), (size, &root), &proof).is_err());
        assert!(ProofPlan::inclusion(size - 1, size).is_err());
        assert!(ProofPlan::consistency(1, size).is_err());
    }
    assert!(ProofPlan::inclusion(MAX_SIZE - 1, MAX_SIZE).unwrap().0.len() <= MAX_HASHES);
    assert!(ProofPlan::consistency(MAX_SIZE - 1, MAX_SIZE).unwrap().0.len() <= MAX_HASHES);
}

#[test]
fn a_missing_node_is_named_and_a_proof_reads_back() {
    let tree = numbered(7);
    let plan = ProofPlan::consistency(3, 7).unwrap();
    let missing = plan.nodes().next().unwrap();
    let error = plan.assemble(|id| tree.nodes.get(&id).copied().filter(|_| id != missing)).unwrap_err();
    assert_eq!(error, ProofError::MissingNode { level: missing.level, index: missing.index });
    let proof = plan.assemble(|id| tree.nodes.get(&id).copied()).unwrap();
    assert_eq!(Proof::from_text(&proof.to_text()), Ok(proof));
    assert!(Proof::from_text("not a hash\n").is_err());
    assert!(Proof::from_text(&format!("{}\n", leaf_hash(b"")).repeat(MAX_HASHES + 1)).is_err());
}

#[test]
fn the_frontier_is_read_back_from_the_nodes() {
    let tree = numbered(70);
    for (size, root) in tree.roots.iter().enumerate() {
        let ids = Frontier::nodes_of_size(size as u64);
        let peaks = ids.iter().map(|id| tree.nodes[id]).collect();
        assert_eq!(Frontier::from_peaks(size as u64, peaks).unwrap().root(), *root);
    }
    assert_eq!(Frontier::nodes_of_size(u64::MAX), vec![NodeId { level: 48, index: 0 }]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn proofs_of_larger_trees_hold_and_any_bent_byte_breaks_them(
        size in 1usize..600, old in any::<prop::sample::Index>(), index in any::<prop::sample::Index>(),
        bent in any::<prop::sample::Index>(), bit in 0u32..8,
    ) {
        let tree = numbered(size);
        let (old, index) = (old.index(size + 1), index.index(size));
        let fetch = |id: NodeId| tree.nodes.get(&id).copied();
        let consistency = ProofPlan::consistency(old as u64, size as u64).unwrap().assemble(fetch).unwrap();
        let (from, to) = ((old as u64, &tree.roots[old]), (size as u64, &tree.roots[size]));
        prop_assert_eq!(verify_consistency(from, to, &consistency), Ok(()));
        let inclusion = ProofPlan::inclusion(index as u64, size as u64).unwrap().assemble(fetch).unwrap();
        let leaf = &tree.leaves[index];
        prop_assert_eq!(verify_inclusion(leaf, index as u64, size as u64, to.1, &inclusion), Ok(()));
        let bend = |proof: &Proof| {
            let mut bytes = proof.bytes();
            let at = bent.index(bytes.len());
            bytes[at] ^= 1 << bit;
            Proof(bytes.chunks(32).map(|chunk| Hash::from_slice(chunk).unwrap()).collect())
        };
        if !consistency.0.is_empty() {
            prop_assert!(verify_consistency(from, to, &bend(&consistency)).is_err());
        }
        if !inclusion.0.is_empty() {
            prop_assert!(verify_inclusion(leaf, index as u64, size as u64, to.1, &bend(&inclusion)).is_err());
        }
    }
}
