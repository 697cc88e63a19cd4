//! A fault is not only seen: it is named, with its place.

use crate::world::{Export, World, renumbered};
use beffroi_journal::{
    Checkpoint, FaultKind, Frontier, Keyring, LogKey, Month, MonthKey, Place, Record, Report, StoredRecord, Trust,
    WitnessKey, entries_to_text, verify_export,
};

fn with_entries(world: &World, records: &[StoredRecord]) -> Export {
    Export { entries: entries_to_text(records).into_bytes(), ..world.export() }
}

fn faults(report: &Report) -> Vec<(FaultKind, Place)> {
    report.faults.iter().map(|fault| (fault.kind, fault.place)).collect()
}

fn check(export: &Export, trust: &Trust, keys: &Keyring, expected: &[(FaultKind, Place)]) {
    assert_eq!(faults(&verify_export(&export.entries, &export.checkpoints, trust, keys)), expected);
}

fn edited(world: &World, at: usize) -> Vec<StoredRecord> {
    let mut records = world.records.clone();
    let mut sealed = records[at].record.sealed().to_vec();
    sealed[60] ^= 1;
    records[at].record = Record::from_parts(records[at].record.header, sealed).unwrap();
    records
}

#[test]
fn an_edit_is_named_by_its_leaf_or_else_by_the_checkpoints_around_it() {
    let (world, none) = (World::new(7), Keyring::new());
    let mut records = edited(&world, 12);
    let history = [(FaultKind::History, Place::Entries(10, 15)), (FaultKind::History, Place::Entries(10, 20))];
    let both = [&[(FaultKind::Leaf, Place::Entry(12))], history.as_slice()].concat();
    check(&with_entries(&world, &records), &world.trust(), &none, &both);
    // With the hash made to fit, the entry lies between two checkpoints; whoever has the key of the month sees which.
    records[12].leaf = records[12].record.leaf_hash();
    check(&with_entries(&world, &records), &world.trust(), &none, &history);
    let opened = [&[(FaultKind::Unreadable, Place::Entry(12))], history.as_slice()].concat();
    check(&with_entries(&world, &records), &world.trust(), &world.keyring(), &opened);
}

#[test]
fn a_deletion_a_swap_and_an_insertion_are_named_by_the_numbers() {
    let (world, trust, none) = (World::new(7), World::new(7).trust(), Keyring::new());
    let indices = |records: &[StoredRecord]| {
        let export = with_entries(&world, records);
        let report = verify_export(&export.entries, &export.checkpoints, &trust, &none);
        let wrong = report.faults.iter().filter(|fault| fault.kind == FaultKind::Index).map(|fault| fault.place);
        wrong.collect::<Vec<_>>()
    };
    let mut deleted = world.records.clone();
    deleted.remove(21);
    assert_eq!(indices(&deleted), [Place::Entry(21), Place::Entry(22)]);
    let mut swapped = world.records.clone();
    swapped.swap(3, 17);
    assert_eq!(indices(&swapped), [Place::Entry(3), Place::Entry(17)]);
    let mut doubled = world.records.clone();
    doubled.insert(22, doubled[22].clone());
    assert_eq!(indices(&doubled), [Place::Entry(23), Place::Entry(24)]);
    // Numbered again, the sealed number gives the moved entries away to whoever has the keys.
    let mut swapped = world.records.clone();
    swapped.swap(3, 4);
    let export = with_entries(&world, &renumbered(swapped));
    let report = verify_export(&export.entries, &export.checkpoints, &trust, &world.keyring());
    assert!([3, 4].iter().all(|at| faults(&report).contains(&(FaultKind::Unreadable, Place::Entry(*at)))));
}

#[test]
fn a_truncation_a_roll_back_and_a_tail_without_checkpoint_are_named() {
    let (world, none) = (World::new(7), Keyring::new());
    check(
        &with_entries(&world, &world.records[..18]),
        &world.trust(),
        &none,
        &[(FaultKind::Truncated, Place::Entries(18, 24)), (FaultKind::RolledBack, Place::Entries(18, 20))],
    );
    check(&world.old_copy(15), &world.trust(), &none, &[(FaultKind::RolledBack, Place::Entries(15, 20))]);
    let tail = Export { checkpoints: world.old_copy(20).checkpoints, ..world.export() };
    check(&tail, &world.trust(), &none, &[(FaultKind::Unsigned, Place::Entries(20, 24))]);
    let bare = Export { checkpoints: Vec::new(), ..world.export() };
    check(&bare, &world.trust(), &none, &[(FaultKind::NoCheckpoint, Place::Journal)]);
    let empty = Export { entries: Vec::new(), checkpoints: Vec::new() };
    let expected = [(FaultKind::NoCheckpoint, Place::Journal), (FaultKind::RolledBack, Place::Entries(0, 20))];
    check(&empty, &world.trust(), &none, &expected);
}

#[test]
fn signatures_and_checkpoints_at_fault_are_named() {
    let (world, none) = (World::new(7), Keyring::new());
    let text = String::from_utf8(world.export().checkpoints).unwrap();
    let with = |checkpoints: String| Export { checkpoints: checkpoints.into_bytes(), ..world.export() };
    // The instant of the newest checkpoint changed: both its signatures are wrong, and what it covered is uncovered.
    let newest = world.checkpoints[4].checkpoint().at;
    let bent = text.replace(&newest.to_string(), "2031-01-01T00:00:00Z");
    let expected = [
        (FaultKind::CheckpointSignature, Place::Checkpoint(4)),
        (FaultKind::CheckpointSignature, Place::Checkpoint(4)),
        (FaultKind::Unsigned, Place::Entries(20, 24)),
    ];
    check(&with(bent), &world.trust(), &none, &expected);
    let mut stranger = world.trust();
    stranger.witnesses = vec![WitnessKey::new("witness.example/other", &[1; 32]).unwrap().verifier()];
    let report = verify_export(&world.export().entries, text.as_bytes(), &stranger, &none);
    assert_eq!(report.faults.iter().filter(|fault| fault.kind == FaultKind::CheckpointSigner).count(), 6);
    let mut other = world.trust_without_memory();
    other.log = LogKey::new("other.example/journal", &[11; 32]).unwrap().verifier();
    let report = verify_export(&world.export().entries, text.as_bytes(), &other, &none);
    assert_eq!(report.faults.iter().filter(|fault| fault.kind == FaultKind::CheckpointOrigin).count(), 5);
    let reversed = [&world.checkpoints[4], &world.checkpoints[3]].map(ToString::to_string).join("\n");
    check(&with(reversed), &world.trust(), &none, &[(FaultKind::CheckpointOrder, Place::Checkpoint(1))]);
    let broken = text.replacen("\nat ", "\nAt ", 1);
    check(&with(broken), &world.trust(), &none, &[(FaultKind::CheckpointForm, Place::Checkpoint(0))]);
}

#[test]
fn two_histories_signed_by_the_journals_key_are_a_fork() {
    let (world, none) = (World::new(7), Keyring::new());
    let records = renumbered(edited(&world, 3));
    let mut frontier = Frontier::new();
    records.iter().for_each(|stored| drop(frontier.append(stored.leaf).unwrap()));
    let at = world.checkpoints[4].checkpoint().at;
    let second = Checkpoint::new(world.log.origin(), &frontier, at).sign(&world.log).unwrap();
    let trust = Trust { held: vec![world.checkpoints[4].clone()], ..world.trust() };
    check(
        &Export::of(&records, &[second]),
        &trust,
        &none,
        &[(FaultKind::Fork, Place::Checkpoint(0)), (FaultKind::History, Place::Entries(0, 24))],
    );
}

#[test]
fn a_day_that_goes_back_and_a_line_that_is_none_are_named() {
    let (world, none) = (World::new(7), Keyring::new());
    let mut records = world.records.clone();
    records.swap(0, 23);
    let report = {
        let export = with_entries(&world, &renumbered(records));
        verify_export(&export.entries, &export.checkpoints, &world.trust(), &none)
    };
    assert!(faults(&report).contains(&(FaultKind::Day, Place::Entry(1))));
    let mut export = world.export();
    export.entries.pop();
    check(
        &export,
        &world.trust(),
        &none,
        &[(FaultKind::Line, Place::Entry(23)), (FaultKind::History, Place::Entries(20, 24))],
    );
}

#[test]
fn a_report_stays_small_and_counts_the_rest() {
    let world = World::new(7);
    let report = verify_export("x\n".repeat(5_000).as_bytes(), b"", &world.trust(), &Keyring::new());
    assert_eq!((report.faults.len(), report.size), (1_000, 5_000));
    assert!(report.faults_left_out >= 4_000);
}

#[test]
fn a_key_of_another_secret_opens_nothing_and_says_so() {
    let world = World::new(7);
    let month: Month = "2026-10".parse().unwrap();
    let mut keys = world.keyring();
    keys.add(MonthKey::new(month, [0; 32]));
    let sealed = world.records.iter().filter(|stored| stored.record.header.key == month).count();
    let export = world.export();
    let report = verify_export(&export.entries, &export.checkpoints, &world.trust(), &keys);
    assert_eq!(report.faults.iter().filter(|fault| fault.kind == FaultKind::Unreadable).count(), sealed);
    assert_eq!(report.opened as usize, world.records.len() - sealed);
}
