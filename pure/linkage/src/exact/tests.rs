//! Laws of exact linkage: order, naive search, hubs, the limit to the unit.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};

fn key(n: u8) -> Key {
    Key::new("test", &n.to_string())
}

fn run(records: &[(u32, Vec<u8>)], max_degree: u32, hubs: &[u8]) -> Linkage {
    let options = Options { max_degree, hubs: hubs.iter().map(|n| key(*n)).collect() };
    link(records.iter().map(|(record, keys)| (*record, keys.iter().map(|n| key(*n)).collect::<Vec<_>>())), options)
        .unwrap()
}

#[test]
fn a_chain_of_shared_keys_is_one_component_with_its_reasons() {
    let linkage = run(&[(7, vec![1]), (3, vec![1, 2]), (9, vec![2, 5]), (4, vec![6]), (5, vec![])], 10, &[]);
    assert_eq!(linkage.n_records, 4);
    assert_eq!(linkage.n_keys, 4);
    assert_eq!(linkage.components.len(), 1);
    let component = &linkage.components[0];
    assert_eq!(component.records, [3, 7, 9]);
    let mut evidence: Vec<(Key, Vec<u32>)> = component.evidence.iter().map(|e| (e.key, e.records.clone())).collect();
    evidence.sort();
    let mut expected = vec![(key(1), vec![3, 7]), (key(2), vec![3, 9])];
    expected.sort();
    assert_eq!(evidence, expected);
    assert_eq!(linkage.memberships(), [(3, 0), (7, 0), (9, 0)]);
}

#[test]
fn the_degree_limit_is_exact() {
    let records: Vec<(u32, Vec<u8>)> = (0..5).map(|record| (record, vec![1])).collect();
    let at_limit = run(&records, 5, &[]);
    assert_eq!(at_limit.components.len(), 1);
    assert!(at_limit.suppressed.is_empty());
    let over = run(&records, 4, &[]);
    assert!(over.components.is_empty());
    let reason = Suppression::DegreeOver { max_degree: 4 };
    assert_eq!(over.suppressed, [Suppressed { key: key(1), degree: 5, reason }]);
}

#[test]
fn a_declared_hub_never_links_and_is_told() {
    let linkage = run(&[(0, vec![1]), (1, vec![1]), (2, vec![2])], 10, &[1, 2]);
    assert!(linkage.components.is_empty());
    // The hub that only one record holds would have linked nothing: it is not told.
    assert_eq!(linkage.suppressed, [Suppressed { key: key(1), degree: 2, reason: Suppression::DeclaredHub }]);
}

#[test]
fn a_key_held_twice_by_a_record_counts_once() {
    let linkage = run(&[(0, vec![1, 1]), (0, vec![1]), (1, vec![1])], 2, &[]);
    assert_eq!(linkage.components.len(), 1);
    assert_eq!(linkage.components[0].evidence[0].degree(), 2);
}

#[test]
fn a_large_record_number_costs_nothing() {
    let linkage = run(&[(u32::MAX, vec![1]), (0, vec![1])], 2, &[]);
    assert_eq!(linkage.components[0].records, [0, u32::MAX]);
}

#[test]
fn components_come_largest_first_then_by_smallest_record() {
    let linkage = run(
        &[(5, vec![1]), (6, vec![1]), (0, vec![2]), (1, vec![2]), (2, vec![3]), (3, vec![3]), (4, vec![3])],
        9,
        &[],
    );
    let order: Vec<u32> = linkage.components.iter().map(|c| c.records[0]).collect();
    assert_eq!(order, [2, 0, 5]);
}

/// The components by a search in breadth over the same rules, written another way.
fn naive(records: &BTreeMap<u32, Vec<u8>>, max_degree: u32, hubs: &[u8]) -> Vec<Vec<u32>> {
    let holders = |n: u8| records.iter().filter(|(_, keys)| keys.contains(&n)).map(|(r, _)| *r).collect::<Vec<u32>>();
    let links = |n: u8| !hubs.contains(&n) && holders(n).len() <= max_degree as usize;
    let mut seen: Vec<u32> = Vec::new();
    let mut found = Vec::new();
    for start in records.keys() {
        if seen.contains(start) {
            continue;
        }
        let mut component = vec![*start];
        let mut queue = VecDeque::from([*start]);
        while let Some(record) = queue.pop_front() {
            for other in records[&record].iter().filter(|n| links(**n)).flat_map(|n| holders(*n)) {
                if !component.contains(&other) {
                    component.push(other);
                    queue.push_back(other);
                }
            }
        }
        component.sort_unstable();
        seen.extend(&component);
        if component.len() > 1 {
            found.push(component);
        }
    }
    found.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    found
}

proptest! {
    #[test]
    fn components_are_those_of_a_naive_search(
        records in prop::collection::btree_map(0u32..40, prop::collection::vec(0u8..30, 0..4), 0..40),
        max_degree in 0u32..6,
        hubs in prop::collection::vec(0u8..30, 0..4),
    ) {
        let rows: Vec<(u32, Vec<u8>)> = records.clone().into_iter().collect();
        let linkage = run(&rows, max_degree, &hubs);
        let found: Vec<Vec<u32>> = linkage.components.iter().map(|c| c.records.clone()).collect();
        prop_assert_eq!(found, naive(&records, max_degree, &hubs));
        for component in &linkage.components {
            for evidence in &component.evidence {
                prop_assert!(evidence.degree() >= 2 && evidence.degree() <= max_degree as usize);
                prop_assert!(evidence.records.iter().all(|r| component.records.contains(r)));
                prop_assert!(hubs.iter().all(|n| key(*n) != evidence.key));
            }
        }
    }

    #[test]
    fn order_does_not_matter(
        rows in prop::collection::vec((0u32..40, prop::collection::vec(0u8..30, 0..4)), 0..40).prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        max_degree in 0u32..6,
    ) {
        let (straight, shuffled) = rows;
        prop_assert_eq!(run(&straight, max_degree, &[3]), run(&shuffled, max_degree, &[3]));
    }
}
