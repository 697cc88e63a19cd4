//! A synthetic journal over three months, its checkpoints, its witness, and every key an attacker may have stolen.

use beffroi_journal::{
    Act, Checkpoint, Entry, Journal, Keyring, LogKey, Month, MonthKey, ObjectRef, Proof, ProofPlan, Purpose, Record,
    SignedCheckpoint, StoredRecord, Trust, Witness, WitnessKey, checkpoints_to_text, entries_to_text,
};
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::BTreeMap;

/// Sizes at which a checkpoint was made.
pub(crate) const SIZES: [usize; 5] = [5, 10, 15, 20, 24];
/// Size of the checkpoint that the verifier holds.
pub(crate) const HELD: usize = 20;

pub(crate) struct World {
    pub(crate) log: LogKey,
    pub(crate) witness: WitnessKey,
    pub(crate) keys: BTreeMap<Month, [u8; 32]>,
    pub(crate) records: Vec<StoredRecord>,
    pub(crate) checkpoints: Vec<SignedCheckpoint>,
}

/// An export: the bytes of its two files.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Export {
    pub(crate) entries: Vec<u8>,
    pub(crate) checkpoints: Vec<u8>,
}

impl Export {
    pub(crate) fn of(records: &[StoredRecord], checkpoints: &[SignedCheckpoint]) -> Self {
        let entries = entries_to_text(records).into_bytes();
        Self { entries, checkpoints: checkpoints_to_text(checkpoints).into_bytes() }
    }
}

pub(crate) fn start() -> Timestamp {
    "2026-09-20T08:00:00Z".parse().unwrap()
}

pub(crate) fn log_key() -> LogKey {
    LogKey::new("beffroi.example/journal", &[11; 32]).unwrap()
}

pub(crate) fn witness_key() -> WitnessKey {
    WitnessKey::new("witness.example/inspection", &[12; 32]).unwrap()
}

pub(crate) fn entry(rng: &mut StdRng, at: Timestamp) -> Entry {
    let act = Act::ALL[rng.random_range(0..Act::ALL.len())];
    Entry {
        who: format!("synthetic-agent-{}", rng.random_range(0..9)),
        at,
        act,
        object: ObjectRef { kind: "report".to_owned(), id: format!("SYNTH-{}", rng.random_range(0..999)) },
        purpose: Some(Purpose { why: "synthetic purpose".to_owned(), reference: Some("SYNTH-CASE".to_owned()) }),
        recipients: if act.needs_recipient() { vec!["synthetic-service".to_owned()] } else { Vec::new() },
    }
}

pub(crate) fn month(at: Timestamp) -> Month {
    Month::of(at.to_zoned(jiff::tz::TimeZone::UTC).date()).unwrap()
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let log = log_key();
        let mut journal = Journal::new(log.origin()).unwrap();
        let mut witness = Witness::new(log.verifier(), witness_key());
        let mut world =
            Self { log, witness: witness_key(), keys: BTreeMap::new(), records: Vec::new(), checkpoints: Vec::new() };
        let mut nodes = BTreeMap::new();
        let mut at = start();
        for _ in 0..SIZES[SIZES.len() - 1] {
            at += SignedDuration::from_hours(rng.random_range(20..80));
            let key = world.month_key(month(at), &mut rng);
            let appended = journal.append(&entry(&mut rng, at), &key, rng.random()).unwrap();
            nodes.extend(appended.nodes.iter().map(|node| (node.id, node.hash)));
            world.records.push(StoredRecord { record: appended.record, leaf: appended.leaf });
            let size = journal.frontier().size();
            if SIZES.contains(&(size as usize)) {
                let signed = Checkpoint::new(journal.origin(), journal.frontier(), at).sign(&world.log).unwrap();
                let proof = witness.last().map_or_else(Proof::default, |last| {
                    let plan = ProofPlan::consistency(last.checkpoint().size, size).unwrap();
                    plan.assemble(|id| nodes.get(&id).copied()).unwrap()
                });
                world.checkpoints.push(witness.cosign(&signed, &proof, at).unwrap());
            }
        }
        assert!(world.keys.len() >= 3, "the journal spans three months");
        world
    }

    /// The key of a month, made when first asked for.
    pub(crate) fn month_key(&mut self, month: Month, rng: &mut StdRng) -> MonthKey {
        MonthKey::new(month, *self.keys.entry(month).or_insert_with(|| rng.random()))
    }

    pub(crate) fn keyring(&self) -> Keyring {
        let mut ring = Keyring::new();
        for (month, secret) in &self.keys {
            ring.add(MonthKey::new(*month, *secret));
        }
        ring
    }

    pub(crate) fn export(&self) -> Export {
        Export::of(&self.records, &self.checkpoints)
    }

    /// The export as it was when it had `size` entries, one of [`SIZES`].
    pub(crate) fn old_copy(&self, size: usize) -> Export {
        let count = SIZES.iter().filter(|at| **at <= size).count();
        Export::of(&self.records[..size], &self.checkpoints[..count])
    }

    pub(crate) fn held(&self) -> SignedCheckpoint {
        self.checkpoints.iter().find(|signed| signed.checkpoint().size == HELD as u64).unwrap().clone()
    }

    /// Trust in the keys alone: nothing was kept from earlier.
    pub(crate) fn trust_without_memory(&self) -> Trust {
        Trust { witnesses: vec![self.witness.verifier()], ..Trust::new(self.log.verifier()) }
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust { held: vec![self.held()], ..self.trust_without_memory() }
    }
}

/// The same record at another number, its leaf hash computed again: what an attacker without month keys can do.
pub(crate) fn renumbered(records: Vec<StoredRecord>) -> Vec<StoredRecord> {
    records
        .into_iter()
        .zip(0..)
        .map(|(StoredRecord { record, .. }, index)| {
            let mut header = record.header;
            header.index = index;
            StoredRecord::new(Record::from_parts(header, record.sealed().to_vec()).unwrap())
        })
        .collect()
}
