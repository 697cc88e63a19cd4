//! Ways to tamper with an export, at random but from a seed.

use crate::world::{Export, HELD, SIZES, World, entry, month, renumbered};
use beffroi_journal::{
    Checkpoint, Frontier, LogKey, MonthKey, Record, SignedCheckpoint, StoredRecord, checkpoints_to_text,
    entries_to_text,
};
use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use rand::rngs::StdRng;

/// What an attacker does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tamper {
    /// Changes bytes of a sealed entry, with or without its leaf hash.
    EditSealed,
    /// Changes the day or the number of a header.
    EditHeader,
    /// Changes the hash kept beside an entry.
    EditLeaf,
    /// Takes entries away, and numbers the rest again or not.
    Delete,
    /// Puts an entry of his own in, sealed with a stolen key.
    Insert,
    /// Writes an entry twice.
    Duplicate,
    /// Swaps two entries, and numbers them again or not.
    Swap,
    /// Takes the last entries away and leaves the checkpoints.
    Truncate,
    /// Puts a whole old copy in place.
    RollBack,
    /// Puts an old copy in place and writes other entries after it, without the journal's key.
    RollBackAndGoOn,
    /// Changes entries and signs the checkpoints with a key of his own under the journal's name.
    ForgeSignatures,
    /// Changes entries under the held checkpoint and signs all again with the journal's stolen key.
    ResignHistory,
    /// Rolls back below the held checkpoint, writes other entries, and signs all with the journal's stolen key.
    ResignFork,
    /// Changes a number, a root or an instant in a checkpoint.
    EditCheckpoint,
    /// Puts the checkpoints in another order.
    SwapCheckpoints,
    /// Flips one bit of either file.
    FlipBit,
    /// Cuts either file short.
    Cut,
}

pub(crate) const TAMPERS: [Tamper; 17] = [
    Tamper::EditSealed,
    Tamper::EditHeader,
    Tamper::EditLeaf,
    Tamper::Delete,
    Tamper::Insert,
    Tamper::Duplicate,
    Tamper::Swap,
    Tamper::Truncate,
    Tamper::RollBack,
    Tamper::RollBackAndGoOn,
    Tamper::ForgeSignatures,
    Tamper::ResignHistory,
    Tamper::ResignFork,
    Tamper::EditCheckpoint,
    Tamper::SwapCheckpoints,
    Tamper::FlipBit,
    Tamper::Cut,
];

/// One tampered export, different from the true one.
pub(crate) fn tampered(world: &World, tamper: Tamper, rng: &mut StdRng) -> Export {
    let sound = world.export();
    loop {
        let export = attempt(world, tamper, rng, sound.clone());
        if export != sound {
            return export;
        }
    }
}

fn attempt(world: &World, tamper: Tamper, rng: &mut StdRng, mut export: Export) -> Export {
    let all = world.records.len();
    match tamper {
        Tamper::EditSealed | Tamper::EditHeader => {
            let mut records = world.records.clone();
            let at = rng.random_range(0..all);
            let edited = edited(&records[at], tamper == Tamper::EditSealed, rng);
            records[at] =
                if rng.random() { StoredRecord::new(edited) } else { StoredRecord { record: edited, ..records[at] } };
            export.entries = entries_to_text(&records).into_bytes();
        }
        Tamper::EditLeaf => {
            let mut records = world.records.clone();
            let (at, other) = (rng.random_range(0..all), rng.random_range(0..all));
            records[at].leaf = records[other].leaf;
            export.entries = entries_to_text(&records).into_bytes();
        }
        Tamper::Delete | Tamper::Insert | Tamper::Duplicate | Tamper::Swap => {
            let records = rearranged(world, tamper, all, rng);
            let records = if rng.random() { renumbered(records) } else { records };
            export.entries = entries_to_text(&records).into_bytes();
        }
        Tamper::Truncate => {
            export.entries = entries_to_text(&world.records[..rng.random_range(0..all)]).into_bytes();
        }
        Tamper::RollBack => {
            let older = SIZES.iter().filter(|size| **size < HELD).count();
            export = world.old_copy(SIZES[rng.random_range(0..older)]);
        }
        Tamper::RollBackAndGoOn => {
            let size = SIZES[rng.random_range(0..SIZES.len() - 1)];
            let mut records = world.records[..size].to_vec();
            for _ in 0..rng.random_range(1..6) {
                records.push(forged(world, rng));
            }
            export = Export { entries: entries_to_text(&renumbered(records)).into_bytes(), ..world.old_copy(size) };
        }
        Tamper::ForgeSignatures => {
            let thief = LogKey::new(world.log.origin(), &rng.random()).unwrap();
            export = changed_and_signed(world, &thief, all, rng);
        }
        Tamper::ResignHistory => export = changed_and_signed(world, &world.log, HELD, rng),
        Tamper::ResignFork => {
            let kept = rng.random_range(0..HELD);
            let mut records = world.records[..kept].to_vec();
            while records.len() < all {
                records.push(forged(world, rng));
            }
            export = signed(world, renumbered(records), &world.log);
        }
        Tamper::EditCheckpoint => {
            let mut checkpoints: Vec<String> = world.checkpoints.iter().map(ToString::to_string).collect();
            let at = rng.random_range(0..checkpoints.len());
            let true_one = world.checkpoints[at].checkpoint();
            let mut other = true_one.clone();
            match rng.random_range(0..3) {
                0 => other.size = rng.random_range(0..=all as u64),
                1 => other.root = world.records[rng.random_range(0..all)].leaf,
                _ => other.at += SignedDuration::from_secs(rng.random_range(-99..99)),
            }
            checkpoints[at] = checkpoints[at].replace(&true_one.to_string(), &other.to_string());
            export.checkpoints = checkpoints.join("\n").into_bytes();
        }
        Tamper::SwapCheckpoints => {
            let mut checkpoints = world.checkpoints.clone();
            let (a, b) = (rng.random_range(0..checkpoints.len()), rng.random_range(0..checkpoints.len()));
            checkpoints.swap(a, b);
            export.checkpoints = checkpoints_to_text(&checkpoints).into_bytes();
        }
        Tamper::FlipBit => {
            let file = if rng.random_bool(0.7) { &mut export.entries } else { &mut export.checkpoints };
            let at = rng.random_range(0..file.len());
            file[at] ^= 1 << rng.random_range(0..8);
        }
        Tamper::Cut => {
            if rng.random_bool(0.7) {
                export.entries.truncate(rng.random_range(0..export.entries.len()));
            } else {
                // Whole checkpoints taken from the end leave entries under none.
                export.checkpoints.truncate(rng.random_range(0..export.checkpoints.len()));
            }
        }
    }
    export
}

fn edited(stored: &StoredRecord, sealed: bool, rng: &mut StdRng) -> Record {
    let mut header = stored.record.header;
    let mut bytes = stored.record.sealed().to_vec();
    if sealed {
        for _ in 0..rng.random_range(1..4) {
            let at = rng.random_range(0..bytes.len());
            bytes[at] = rng.random();
        }
    } else if rng.random() {
        // Another day of the same month, so that the header keeps its form.
        header.day = header.day.with().day(rng.random_range(1..=28)).build().unwrap();
    } else {
        header.index = rng.random_range(0..50);
    }
    Record::from_parts(header, bytes).unwrap()
}

/// An entry that never was, sealed with a stolen month key or with one made up.
fn forged(world: &World, rng: &mut StdRng) -> StoredRecord {
    let model = &world.records[rng.random_range(0..world.records.len())].record;
    let at: Timestamp = model.header.day.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    let secret = if rng.random() { world.keys[&month(at)] } else { rng.random() };
    let key = MonthKey::new(month(at), secret);
    StoredRecord::new(Record::seal(model.header.index, &entry(rng, at), &key, rng.random()).unwrap())
}

/// The records with one removed, inserted, doubled or swapped before place `below`.
fn rearranged(world: &World, tamper: Tamper, below: usize, rng: &mut StdRng) -> Vec<StoredRecord> {
    let mut records = world.records.clone();
    let at = rng.random_range(0..below);
    match tamper {
        Tamper::Delete => {
            let count = rng.random_range(1..=3).min(below - at);
            records.drain(at..at + count);
        }
        Tamper::Insert => records.insert(at, forged(world, rng)),
        Tamper::Duplicate => records.insert(at, records[rng.random_range(0..below)].clone()),
        _ => records.swap(at, rng.random_range(0..below)),
    }
    records
}

/// The journal with a change before place `below`, in order again, all its checkpoints made again with `key`.
fn changed_and_signed(world: &World, key: &LogKey, below: usize, rng: &mut StdRng) -> Export {
    let change = [Tamper::Delete, Tamper::Insert, Tamper::Duplicate, Tamper::Swap, Tamper::EditSealed];
    loop {
        let records = match change[rng.random_range(0..change.len())] {
            Tamper::EditSealed => {
                let mut records = world.records.clone();
                let at = rng.random_range(0..below);
                records[at] = StoredRecord::new(edited(&records[at], true, rng));
                records
            }
            change => rearranged(world, change, below, rng),
        };
        // Two swapped with themselves change nothing: the same history signed again is the same history.
        if records != world.records {
            return signed(world, renumbered(records), key);
        }
    }
}

/// Checkpoints of these records at the true instants and sizes, as far as there are entries, the last at the end.
fn signed(world: &World, records: Vec<StoredRecord>, key: &LogKey) -> Export {
    let mut frontier = Frontier::new();
    let mut checkpoints: Vec<SignedCheckpoint> = Vec::new();
    for stored in &records {
        frontier.append(stored.leaf).unwrap();
        let size = frontier.size() as usize;
        let model = SIZES.iter().position(|at| *at == size).or((size == records.len()).then_some(SIZES.len() - 1));
        if let Some(model) = model {
            let at = world.checkpoints[model].checkpoint().at;
            checkpoints.push(Checkpoint::new(key.origin(), &frontier, at).sign(key).unwrap());
        }
    }
    Export::of(&records, &checkpoints)
}
