//! Verification: every fault of a journal, given its keys and an old checkpoint that somebody else kept.

use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::export::{LineError, StoredRecord, checkpoints_from_text};
use crate::fault::{Fault, FaultKind, Place};
use crate::frontier::Frontier;
use crate::hash::{Hash, leaf_hash};
use crate::keys::{SignatureKind, VerifierKey};
use crate::month_key::Keyring;
use crate::record::Record;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Most faults kept in a report; the others are counted.
const MAX_FAULTS: usize = 1_000;

/// What a verifier relies on. It must come from elsewhere than the journal verified.
#[derive(Debug, Clone)]
pub struct Trust {
    /// The journal's key; its name is the journal's.
    pub log: VerifierKey,
    /// The witnesses' keys.
    pub witnesses: Vec<VerifierKey>,
    /// Checkpoints kept from earlier. Without any, an old copy put in place of the journal cannot be told from it, nor a
    /// history that the journal's own key signed again.
    pub held: Vec<SignedCheckpoint>,
    /// How many of the witnesses must have cosigned the newest checkpoint of the export.
    pub quorum: usize,
}

impl Trust {
    /// Trust in a journal's key alone.
    pub fn new(log: VerifierKey) -> Self {
        Self { log, witnesses: Vec::new(), held: Vec::new(), quorum: 0 }
    }
}

/// The outcome of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Number of entries read.
    pub size: u64,
    /// Root of the tree of these entries.
    pub root: Hash,
    /// Number of entries opened with the keys given; the others were sealed for good or their key was not given.
    pub opened: u64,
    /// Number of checkpoints of the export that the journal's key signed.
    pub signed_checkpoints: u64,
    /// Number of entries under the newest checkpoint that a known witness cosigned.
    pub witnessed: u64,
    /// The faults, those of checkpoints first, then in the order of the entries; at most 1 000.
    pub faults: Vec<Fault>,
    /// Number of faults beyond those.
    pub faults_left_out: u64,
}

impl Report {
    /// Is there no fault?
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, kind: FaultKind, place: Place, detail: String) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(Fault { kind, place, detail });
        } else {
            self.faults_left_out += 1;
        }
    }
}

/// A verification under way: checkpoints first, then the entries one by one, in memory that does not grow with them.
#[derive(Debug)]
pub struct Verifier<'a> {
    keys: &'a Keyring,
    report: Report,
    frontier: Frontier,
    /// The roots that were signed, by size: whose, and which.
    signed: BTreeMap<u64, Vec<(Place, Hash)>>,
    /// Size up to which the entries have the roots that were signed.
    sound_to: u64,
    /// Did the roots of the export, and those held, already differ?
    differs: bool,
    differs_from_held: bool,
    last_day: Option<Date>,
    /// Size of the largest checkpoint of the export that can be relied on.
    covered: u64,
}

impl<'a> Verifier<'a> {
    /// Begins with the checkpoints of the journal, in their order. `keys` may be empty: everything but the content of
    /// entries is verified without.
    pub fn new(
        trust: &Trust,
        keys: &'a Keyring,
        checkpoints: impl IntoIterator<Item = Result<SignedCheckpoint, CheckpointError>>,
    ) -> Self {
        let frontier = Frontier::new();
        let report = Report {
            size: 0,
            root: frontier.root(),
            opened: 0,
            signed_checkpoints: 0,
            witnessed: 0,
            faults: Vec::new(),
            faults_left_out: 0,
        };
        let mut verifier = Self {
            keys,
            report,
            frontier,
            signed: BTreeMap::new(),
            sound_to: 0,
            differs: false,
            differs_from_held: false,
            last_day: None,
            covered: 0,
        };
        for (position, held) in trust.held.iter().enumerate() {
            verifier.take_checkpoint(trust, Place::Held(position as u64), held);
        }
        let mut last: Option<(u64, Timestamp)> = None;
        let mut cosigned = 0;
        for (position, checkpoint) in checkpoints.into_iter().enumerate() {
            let place = Place::Checkpoint(position as u64);
            let checkpoint = match checkpoint {
                Ok(checkpoint) => checkpoint,
                Err(error) => {
                    verifier.report.fault(FaultKind::CheckpointForm, place, error.to_string());
                    continue;
                }
            };
            let Some(witnesses) = verifier.take_checkpoint(trust, place, &checkpoint) else { continue };
            verifier.report.signed_checkpoints += 1;
            cosigned = witnesses;
            verifier.covered = verifier.covered.max(checkpoint.checkpoint().size);
            let now = (checkpoint.checkpoint().size, checkpoint.checkpoint().at);
            if last.is_some_and(|last| now.0 < last.0 || now.1 < last.1) {
                let detail = format!("{} entries at {}, after a larger or later one", now.0, now.1);
                verifier.report.fault(FaultKind::CheckpointOrder, place, detail);
            }
            last = Some(now);
        }
        if verifier.report.signed_checkpoints == 0 {
            let detail = "no checkpoint signed by the journal's key".to_owned();
            verifier.report.fault(FaultKind::NoCheckpoint, Place::Journal, detail);
        } else if cosigned < trust.quorum {
            let detail = format!("the newest checkpoint has {cosigned} of the {} witnesses asked for", trust.quorum);
            verifier.report.fault(FaultKind::Witnesses, Place::Journal, detail);
        }
        verifier.compare();
        verifier
    }

    /// Notes a checkpoint and its faults; gives the number of known witnesses that cosigned it, or nothing when it
    /// cannot be relied on.
    fn take_checkpoint(&mut self, trust: &Trust, place: Place, signed: &SignedCheckpoint) -> Option<usize> {
        let checkpoint = signed.checkpoint();
        if checkpoint.origin != trust.log.name() {
            let detail = "of another journal than the key given".to_owned();
            self.report.fault(FaultKind::CheckpointOrigin, place, detail);
            return None;
        }
        let (mut by_log, mut witnesses) = (false, 0);
        let text = &signed.note().text;
        for signature in &signed.note().signatures {
            let known = std::iter::once(&trust.log).chain(&trust.witnesses).find(|key| key.names(signature));
            match known {
                None => {
                    let detail = "signed by a key that was not given".to_owned();
                    self.report.fault(FaultKind::CheckpointSigner, place, detail);
                }
                Some(key) if !key.verifies(text, signature) => {
                    let detail = format!("the signature of `{}` is wrong", key.name());
                    self.report.fault(FaultKind::CheckpointSignature, place, detail);
                }
                Some(key) if *key == trust.log => by_log = true,
                Some(key) => witnesses += usize::from(key.kind() == SignatureKind::Witness),
            }
        }
        if !by_log {
            let named = signed.note().signatures.iter().any(|signature| trust.log.names(signature));
            if !named {
                let detail = "not signed by the journal's key".to_owned();
                self.report.fault(FaultKind::CheckpointSignature, place, detail);
            }
            return None;
        }
        let roots = self.signed.entry(checkpoint.size).or_default();
        if roots.iter().any(|(_, root)| *root != checkpoint.root) {
            let detail = format!("a second root was signed for {} entries", checkpoint.size);
            self.report.fault(FaultKind::Fork, place, detail);
        }
        roots.push((place, checkpoint.root));
        if witnesses > 0 {
            self.report.witnessed = self.report.witnessed.max(checkpoint.size);
        }
        Some(witnesses)
    }

    /// The next entry, or the error of its line.
    pub fn push(&mut self, line: Result<StoredRecord, LineError>) {
        let index = self.frontier.size();
        let place = Place::Entry(index);
        let leaf = match line {
            Ok(stored) => self.check_record(index, &stored),
            Err(error) => {
                self.report.fault(FaultKind::Line, place, error.to_string());
                leaf_hash(&[])
            }
        };
        if let Err(error) = self.frontier.append(leaf) {
            self.report.fault(FaultKind::Line, place, error.to_string());
            return;
        }
        self.compare();
    }

    fn check_record(&mut self, index: u64, StoredRecord { record, leaf }: &StoredRecord) -> Hash {
        let place = Place::Entry(index);
        let header = record.header;
        if header.index != index {
            let detail = format!("entry {} stands here", header.index);
            self.report.fault(FaultKind::Index, place, detail);
        }
        if self.last_day.is_some_and(|last| header.day < last) {
            self.report.fault(FaultKind::Day, place, format!("dated {}, before the entry that precedes", header.day));
        }
        self.last_day = Some(header.day);
        let found = record.leaf_hash();
        if found != *leaf {
            let detail = "the hash kept is not that of the entry".to_owned();
            self.report.fault(FaultKind::Leaf, place, detail);
        }
        self.open(place, record);
        found
    }

    fn open(&mut self, place: Place, record: &Record) {
        if let Some(key) = self.keys.get(record.header.key) {
            match record.open(key) {
                Ok(_) => self.report.opened += 1,
                Err(error) => self.report.fault(FaultKind::Unreadable, place, error.to_string()),
            }
        }
    }

    /// Compares the root of the entries read so far with those signed for their number.
    fn compare(&mut self) {
        let size = self.frontier.size();
        let Some(roots) = self.signed.remove(&size) else { return };
        let found = self.frontier.root();
        let mut sound = true;
        for (place, root) in roots {
            if root == found {
                continue;
            }
            sound = false;
            let said = match place {
                Place::Held(_) => &mut self.differs_from_held,
                _ => &mut self.differs,
            };
            if !std::mem::replace(said, true) {
                let place_of_entries = Place::Entries(self.sound_to, size);
                let detail = format!("these entries do not have the root signed in {place}");
                self.report.fault(FaultKind::History, place_of_entries, detail);
            }
        }
        if sound {
            self.sound_to = size;
        }
    }

    /// The report, once all entries were given.
    pub fn finish(mut self) -> Report {
        let size = self.frontier.size();
        self.report.size = size;
        self.report.root = self.frontier.root();
        // What is left was signed for more entries than there are.
        let largest = |held: bool| {
            let of = |place: &Place| matches!(place, Place::Held(_)) == held;
            self.signed.iter().rev().find(|(_, roots)| roots.iter().any(|(place, _)| of(place))).map(|(size, _)| *size)
        };
        let (signed, held) = (largest(false), largest(true));
        if let Some(signed) = signed {
            let detail = format!("{size} entries, {signed} signed");
            self.report.fault(FaultKind::Truncated, Place::Entries(size, signed), detail);
        }
        if let Some(held) = held {
            let detail = format!("{size} entries, {held} in a checkpoint held: an old copy was put in place");
            self.report.fault(FaultKind::RolledBack, Place::Entries(size, held), detail);
        }
        if signed.is_none() && self.report.signed_checkpoints > 0 && self.covered < size {
            let detail = "these entries are under no checkpoint".to_owned();
            self.report.fault(FaultKind::Unsigned, Place::Entries(self.covered, size), detail);
        }
        self.report
    }
}

/// Verifies a journal's records, in their order, against its checkpoints.
pub fn verify(
    records: impl IntoIterator<Item = Result<StoredRecord, LineError>>,
    checkpoints: impl IntoIterator<Item = Result<SignedCheckpoint, CheckpointError>>,
    trust: &Trust,
    keys: &Keyring,
) -> Report {
    let mut verifier = Verifier::new(trust, keys, checkpoints);
    for record in records {
        verifier.push(record);
    }
    verifier.finish()
}

/// Verifies an export: the bytes of its `entries.jsonl` and of its `checkpoints.txt`.
pub fn verify_export(entries: &[u8], checkpoints: &[u8], trust: &Trust, keys: &Keyring) -> Report {
    let (whole, rest) = match entries.iter().rposition(|byte| *byte == b'\n') {
        Some(end) => entries.split_at(end + 1),
        None => (&[][..], entries),
    };
    let lines = whole
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| StoredRecord::from_line(line.strip_suffix(b"\n").unwrap_or(line)));
    // Bytes after the last line feed are a line cut short.
    let cut = (!rest.is_empty()).then_some(Err(LineError::Form));
    verify(lines.chain(cut), checkpoints_from_text(checkpoints), trust, keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::Checkpoint;
    use crate::keys::{LogKey, WitnessKey};

    fn empty_journal(at: &str) -> (LogKey, SignedCheckpoint) {
        let key = LogKey::new("beffroi.example/journal", &[1; 32]).unwrap();
        let signed = Checkpoint::new(key.origin(), &Frontier::new(), at.parse().unwrap()).sign(&key).unwrap();
        (key, signed)
    }

    #[test]
    fn only_a_witness_counts_as_a_witness() {
        let (log, signed) = empty_journal("2026-11-22T15:00:00Z");
        let (other, witness) =
            (LogKey::new("w.example", &[2; 32]).unwrap(), WitnessKey::new("w.example", &[3; 32]).unwrap());
        let trust =
            Trust { witnesses: vec![other.verifier(), witness.verifier()], quorum: 1, ..Trust::new(log.verifier()) };
        let faults = |signature| {
            let mut signed = signed.clone();
            signed.note.put(signature);
            verify([], [Ok(signed)], &trust, &Keyring::new()).faults.iter().map(|f| f.kind).collect::<Vec<_>>()
        };
        let text = &signed.note().text;
        assert_eq!(faults(other.sign(text)), [FaultKind::Witnesses]);
        assert_eq!(faults(witness.sign(text, signed.checkpoint().at)), []);
    }

    #[test]
    fn checkpoints_do_not_go_back_in_time() {
        let ((log, early), (_, late)) = (empty_journal("2026-11-22T15:00:00Z"), empty_journal("2026-11-22T15:00:01Z"));
        let faults = |checkpoints: [&SignedCheckpoint; 2]| {
            let checkpoints = checkpoints.map(|signed| Ok(signed.clone()));
            verify([], checkpoints, &Trust::new(log.verifier()), &Keyring::new()).faults.len()
        };
        assert_eq!((faults([&early, &late]), faults([&early, &early]), faults([&late, &early])), (0, 0, 1));
    }
}
