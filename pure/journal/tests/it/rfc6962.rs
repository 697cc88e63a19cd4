//! The vectors that implementations of RFC 6962 publish: eight leaves, the root at every size, proofs; and the example
//! tree of seven leaves of the RFC's section 2.1.3.

use beffroi_journal::{Frontier, Hash, NodeId, Proof, ProofPlan, leaf_hash, verify_consistency, verify_inclusion};
use std::collections::BTreeMap;

const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

/// Root of the first 0, 1, … 8 leaves.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// Size, index, path.
const PATHS: [(u64, u64, &[&str]); 5] = [
    (1, 0, &[]),
    (2, 0, &["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"]),
    (3, 2, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        8,
        5,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        5,
        1,
        &[
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

/// Old size, new size, proof.
const CONSISTENCIES: [(u64, u64, &[&str]); 4] = [
    (1, 1, &[]),
    (
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn hash(hex: &str) -> Hash {
    Hash::from_slice(&bytes(hex)).unwrap()
}

fn nodes(leaves: impl IntoIterator<Item = Hash>) -> BTreeMap<NodeId, Hash> {
    let mut frontier = Frontier::new();
    leaves.into_iter().flat_map(|leaf| frontier.append(leaf).unwrap()).map(|node| (node.id, node.hash)).collect()
}

#[test]
fn roots_of_the_published_leaves() {
    let mut frontier = Frontier::new();
    for (size, leaf) in LEAVES.iter().enumerate() {
        assert_eq!(frontier.root(), hash(ROOTS[size]));
        frontier.append(leaf_hash(&bytes(leaf))).unwrap();
    }
    assert_eq!(frontier.root(), hash(ROOTS[8]));
}

#[test]
fn published_proofs_are_made_and_verified() {
    let nodes = nodes(LEAVES.iter().map(|leaf| leaf_hash(&bytes(leaf))));
    let fetch = |id: NodeId| nodes.get(&id).copied();
    for (size, index, path) in PATHS {
        let expected = Proof::new(path.iter().map(|hex| hash(hex)).collect()).unwrap();
        assert_eq!(ProofPlan::inclusion(index, size).unwrap().assemble(fetch).as_ref(), Ok(&expected));
        let (leaf, root) = (bytes(LEAVES[index as usize]), hash(ROOTS[size as usize]));
        assert_eq!(verify_inclusion(&leaf, index, size, &root, &expected), Ok(()));
    }
    for (old, new, path) in CONSISTENCIES {
        let expected = Proof::new(path.iter().map(|hex| hash(hex)).collect()).unwrap();
        assert_eq!(ProofPlan::consistency(old, new).unwrap().assemble(fetch).as_ref(), Ok(&expected));
        let (before, after) = (hash(ROOTS[old as usize]), hash(ROOTS[new as usize]));
        assert_eq!(verify_consistency((old, &before), (new, &after), &expected), Ok(()));
    }
}

#[test]
fn the_example_tree_of_section_2_1_3() {
    // a b c d e f j are the leaves d0 to d6; g h i k l are nodes, as drawn in the RFC.
    let leaves: Vec<Hash> = (0..7u8).map(|n| leaf_hash(&[b'd', n])).collect();
    let nodes = nodes(leaves.clone());
    let node = |level, index| nodes[&NodeId { level, index }];
    let [a, b, c, d, e, f, j] = leaves[..] else { unreachable!("seven leaves") };
    let (g, h, i, k) = (node(1, 0), node(1, 1), node(1, 2), node(2, 0));
    let inclusion = |index| {
        let plan = ProofPlan::inclusion(index, 7).unwrap();
        plan.assemble(|id| nodes.get(&id).copied()).unwrap().hashes().to_vec()
    };
    let consistency = |old| {
        let plan = ProofPlan::consistency(old, 7).unwrap();
        plan.assemble(|id| nodes.get(&id).copied()).unwrap().hashes().to_vec()
    };
    let l = inclusion(0)[2];
    assert_eq!(inclusion(0), [b, h, l]);
    assert_eq!(inclusion(3), [c, g, l]);
    assert_eq!(inclusion(4), [f, j, k]);
    assert_eq!(inclusion(6), [i, k]);
    assert_eq!(consistency(3), [c, d, g, l]);
    assert_eq!(consistency(4), [l]);
    assert_eq!(consistency(6), [i, j, k]);
    assert!(![a, e].contains(&l));
}
