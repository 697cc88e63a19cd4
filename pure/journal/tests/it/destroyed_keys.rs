//! Retention: a month whose key is destroyed is unreadable for good, and everything still verifies.

use crate::world::World;
use beffroi_journal::{Frontier, Month, MonthKey, NodeId, ProofPlan, verify_export, verify_inclusion};
use std::collections::BTreeMap;

#[test]
fn a_month_without_its_key_is_unreadable_and_all_proofs_stay_valid() {
    let world = World::new(9);
    let month: Month = "2026-10".parse().unwrap();
    let mut keys = world.keyring();
    let export = world.export();
    let before = verify_export(&export.entries, &export.checkpoints, &world.trust(), &keys);
    assert_eq!((before.is_sound(), before.opened as usize), (true, world.records.len()));

    keys.destroy(month);
    let gone: Vec<_> = world.records.iter().filter(|stored| stored.record.header.key == month).collect();
    assert!(!gone.is_empty());
    let after = verify_export(&export.entries, &export.checkpoints, &world.trust(), &keys);
    assert!(after.is_sound(), "{:?}", after.faults);
    assert_eq!((after.root, after.opened as usize), (before.root, world.records.len() - gone.len()));

    let mut frontier = Frontier::new();
    let mut nodes: BTreeMap<NodeId, _> = BTreeMap::new();
    for stored in &world.records {
        nodes.extend(frontier.append(stored.record.leaf_hash()).unwrap().into_iter().map(|node| (node.id, node.hash)));
    }
    for stored in gone {
        let record = &stored.record;
        // No key that is left opens it, under its own name or under that of the month destroyed.
        for (other, secret) in world.keys.iter().filter(|(other, _)| **other != month) {
            assert!(record.open(&MonthKey::new(*other, *secret)).is_err());
            assert!(record.open(&MonthKey::new(month, *secret)).is_err());
        }
        assert!(keys.get(record.header.key).is_none());
        for word in [b"synthetic".as_slice(), b"SYNTH"] {
            assert!(!record.leaf().windows(word.len()).any(|window| window == word));
        }
        let plan = ProofPlan::inclusion(record.header.index, after.size).unwrap();
        let proof = plan.assemble(|id| nodes.get(&id).copied()).unwrap();
        verify_inclusion(&record.leaf(), record.header.index, after.size, &after.root, &proof).unwrap();
    }
}
