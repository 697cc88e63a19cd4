//! Writing: entries become records and leaves; checkpoints are made only of what is really kept.

use crate::checkpoint::Checkpoint;
use crate::encoding::shown;
use crate::entry::Entry;
use crate::frontier::{Frontier, Node, TreeError};
use crate::hash::Hash;
use crate::keys::{KeyError, check_name};
use crate::month_key::MonthKey;
use crate::record::{NONCE_BYTES, Record, RecordError};
use jiff::Timestamp;
use jiff::civil::Date;

/// The writing end of a journal: its name, the right edge of its tree, the day of its last entry.
///
/// Small (under 2 kB) and `Clone`: append to a copy, store the records in one transaction, and put the copy in place of
/// the original once the transaction is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    origin: String,
    frontier: Frontier,
    last_day: Option<Date>,
}

/// What to store for an entry, in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The header and the sealed entry.
    pub record: Record,
    /// The hash of its leaf.
    pub leaf: Hash,
    /// The full subtrees that it completes, itself first. They never change.
    pub nodes: Vec<Node>,
}

/// An entry that was not appended. The journal is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The entry could not be sealed.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The journal is full.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The clock went back a day or more.
    #[error("an entry of {found} would follow one of {last}: set the clock right before going on")]
    ClockBack {
        /// Day of the last entry.
        last: Date,
        /// Day of the entry refused.
        found: Date,
    },
}

impl Journal {
    /// The journal `origin` (`beffroi.example/journal`) without entries.
    ///
    /// # Errors
    /// [`KeyError::Name`] for a name with blanks, `+` or control characters.
    pub fn new(origin: &str) -> Result<Self, KeyError> {
        Self::resume(origin, Frontier::new(), None)
    }

    /// The journal as it was left: its frontier ([`Frontier::nodes_of_size`] says which nodes to read) and the day of
    /// its last entry.
    ///
    /// # Errors
    /// [`KeyError::Name`] for a name with blanks, `+` or control characters.
    pub fn resume(origin: &str, frontier: Frontier, last_day: Option<Date>) -> Result<Self, KeyError> {
        Ok(Self { origin: check_name(origin)?, frontier, last_day })
    }

    /// The name of the journal.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The right edge of the tree.
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// The day of the last entry; nothing before the first.
    pub fn last_day(&self) -> Option<Date> {
        self.last_day
    }

    /// Seals an entry (its instant cut to the microsecond) and appends it. `nonce`: see [`Record::seal`].
    ///
    /// # Errors
    /// [`AppendError`], and the journal is unchanged.
    pub fn append(&mut self, entry: &Entry, key: &MonthKey, nonce: [u8; NONCE_BYTES]) -> Result<Appended, AppendError> {
        let entry = entry.clone().to_microsecond();
        let record = Record::seal(self.frontier.size(), &entry, key, nonce)?;
        let found = record.header.day;
        if let Some(last) = self.last_day.filter(|last| *last > found) {
            return Err(AppendError::ClockBack { last, found });
        }
        let leaf = record.leaf_hash();
        let nodes = self.frontier.append(leaf)?;
        self.last_day = Some(found);
        Ok(Appended { record, leaf, nodes })
    }
}

/// A checkpoint that must not be signed: what is kept is not what was appended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointRefused {
    /// The frontier kept with the last checkpoint has another size or root than it.
    #[error("the frontier kept for the checkpoint of {0} entries does not have its root: rebuild it from the records")]
    Last(u64),
    /// A stored record stands at another place than its own.
    #[error("the store gives entry {found} where entry {expected} is due: verify the journal before signing")]
    Misplaced {
        /// Number of the entry expected.
        expected: u64,
        /// Number of the entry found.
        found: u64,
    },
    /// The records read back do not lead to the root held in memory.
    #[error(
        "{stored} entries read back of `{origin}` do not have the root of the {live} appended: verify before signing"
    )]
    Differs {
        /// Name of the journal.
        origin: String,
        /// Number of entries after those read back.
        stored: u64,
        /// Number of entries appended.
        live: u64,
    },
}

/// The checkpoint to sign, after reading back what is stored: one flipped bit signed would be signed for ever.
///
/// `last` is the last checkpoint signed with the frontier at its size (nothing for the first); `stored` are the records
/// since, read back from where they are kept; `journal` is the writing end. Reads only what is new.
///
/// # Errors
/// [`CheckpointRefused`] when the three do not agree.
pub fn checkpoint_after(
    journal: &Journal,
    last: Option<(&Checkpoint, &Frontier)>,
    stored: impl IntoIterator<Item = Record>,
    at: Timestamp,
) -> Result<Checkpoint, CheckpointRefused> {
    let mut frontier = match last {
        None => Frontier::new(),
        Some((checkpoint, frontier)) => {
            if (checkpoint.size, checkpoint.root) != (frontier.size(), frontier.root()) {
                return Err(CheckpointRefused::Last(checkpoint.size));
            }
            frontier.clone()
        }
    };
    let live = journal.frontier();
    let differs = |stored| CheckpointRefused::Differs { origin: shown(journal.origin()), stored, live: live.size() };
    for record in stored {
        let (expected, found) = (frontier.size(), record.header.index);
        if expected != found {
            return Err(CheckpointRefused::Misplaced { expected, found });
        }
        frontier.append(record.leaf_hash()).map_err(|_| differs(expected))?;
    }
    if frontier == *live { Ok(Checkpoint::new(journal.origin(), live, at)) } else { Err(differs(frontier.size())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::Act;
    use crate::entry::tests::entry;

    fn key() -> MonthKey {
        MonthKey::new("2026-11".parse().unwrap(), [1; 32])
    }

    fn written(count: u8) -> (Journal, Vec<Record>, Vec<Frontier>) {
        let mut journal = Journal::new("beffroi.example/journal").unwrap();
        let (mut records, mut frontiers) = (Vec::new(), vec![journal.frontier().clone()]);
        for n in 0..count {
            records.push(journal.append(&entry(Act::Consult), &key(), [n; 24]).unwrap().record);
            frontiers.push(journal.frontier().clone());
        }
        (journal, records, frontiers)
    }

    #[test]
    fn entries_are_numbered_and_a_clock_that_goes_back_a_day_is_refused() {
        let (mut journal, records, _) = written(3);
        assert_eq!(records.iter().map(|record| record.header.index).collect::<Vec<_>>(), [0, 1, 2]);
        let before = journal.clone();
        let mut late = entry(Act::Consult);
        late.at = "2026-11-21T23:59:59Z".parse().unwrap();
        assert!(matches!(journal.append(&late, &key(), [9; 24]), Err(AppendError::ClockBack { .. })));
        late.at = "2026-12-01T00:00:00Z".parse().unwrap();
        assert!(matches!(journal.append(&late, &key(), [9; 24]), Err(AppendError::Record(_))));
        assert_eq!(journal, before);
        let mut fine = entry(Act::Consult);
        fine.at = "2026-11-22T23:59:59.123456789Z".parse().unwrap();
        assert_eq!(journal.append(&fine, &key(), [9; 24]).map(|appended| appended.record.header.index), Ok(3));
    }

    #[test]
    fn a_checkpoint_is_made_of_what_is_stored_and_of_nothing_else() {
        let at: Timestamp = "2026-11-22T15:00:00Z".parse().unwrap();
        let (journal, records, frontiers) = written(6);
        let whole = checkpoint_after(&journal, None, records.clone(), at).unwrap();
        assert_eq!((whole.size, whole.root), (6, journal.frontier().root()));
        let last = Checkpoint::new(journal.origin(), &frontiers[4], at);
        let since = checkpoint_after(&journal, Some((&last, &frontiers[4])), records[4..].to_vec(), at);
        assert_eq!(since.as_ref(), Ok(&whole));

        let refused = |last: Option<(&Checkpoint, &Frontier)>, records: Vec<Record>| {
            checkpoint_after(&journal, last, records, at).unwrap_err()
        };
        assert_eq!(refused(Some((&last, &frontiers[3])), records[4..].to_vec()), CheckpointRefused::Last(4));
        assert!(matches!(refused(None, records[..5].to_vec()), CheckpointRefused::Differs { stored: 5, live: 6, .. }));
        let swapped = vec![records[1].clone(), records[0].clone()];
        assert_eq!(refused(None, swapped), CheckpointRefused::Misplaced { expected: 0, found: 1 });
        let mut flipped = records.clone();
        let mut sealed = flipped[2].sealed().to_vec();
        sealed[50] ^= 4;
        flipped[2] = Record::from_parts(flipped[2].header, sealed).unwrap();
        assert!(matches!(refused(None, flipped), CheckpointRefused::Differs { stored: 6, live: 6, .. }));
    }
}
