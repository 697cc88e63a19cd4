//! What can be wrong with a journal, each kind with the name that the format publishes.

use std::fmt;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// A line of the export breaks the format.
    Line,
    /// An entry stands where another is due: one was removed, inserted or swapped.
    Index,
    /// The hash kept beside an entry is not the hash of the entry: one of them was changed.
    Leaf,
    /// An entry is dated before the one that precedes it.
    Day,
    /// An entry does not open with the key of its month, or holds no entry of its day.
    Unreadable,
    /// A checkpoint breaks the format.
    CheckpointForm,
    /// A checkpoint is another journal's.
    CheckpointOrigin,
    /// A signature is missing or wrong.
    CheckpointSignature,
    /// A signature is of a key that the verifier was not given.
    CheckpointSigner,
    /// A checkpoint is smaller or older than the one that precedes it.
    CheckpointOrder,
    /// Two signed checkpoints of one size have two roots: the journal's key signed two histories.
    Fork,
    /// The entries do not have the root that was signed.
    History,
    /// There are fewer entries than the checkpoints of the export say.
    Truncated,
    /// There are fewer entries than a checkpoint that the verifier holds says: an old copy was put in place.
    RolledBack,
    /// The last entries are under no checkpoint.
    Unsigned,
    /// There is no checkpoint that can be relied on.
    NoCheckpoint,
    /// The newest checkpoint has fewer witnesses than asked for.
    Witnesses,
}

impl FaultKind {
    /// The name of the kind in `docs/journal-format.md`.
    pub const fn name(self) -> &'static str {
        match self {
            FaultKind::Line => "line",
            FaultKind::Index => "index",
            FaultKind::Leaf => "leaf",
            FaultKind::Day => "day",
            FaultKind::Unreadable => "unreadable",
            FaultKind::CheckpointForm => "checkpoint-form",
            FaultKind::CheckpointOrigin => "checkpoint-origin",
            FaultKind::CheckpointSignature => "checkpoint-signature",
            FaultKind::CheckpointSigner => "checkpoint-signer",
            FaultKind::CheckpointOrder => "checkpoint-order",
            FaultKind::Fork => "fork",
            FaultKind::History => "history",
            FaultKind::Truncated => "truncated",
            FaultKind::RolledBack => "rolled-back",
            FaultKind::Unsigned => "unsigned",
            FaultKind::NoCheckpoint => "no-checkpoint",
            FaultKind::Witnesses => "witnesses",
        }
    }
}

/// Where a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// An entry, by its place in the export, from 0.
    Entry(u64),
    /// Somewhere among these entries, end excluded.
    Entries(u64, u64),
    /// A checkpoint of the export, by its place, from 0.
    Checkpoint(u64),
    /// A checkpoint that the verifier holds, by its place, from 0.
    Held(u64),
    /// The journal as a whole.
    Journal,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Entry(index) => write!(f, "entry {index}"),
            Place::Entries(from, to) => write!(f, "entries {from} to {to} excluded"),
            Place::Checkpoint(position) => write!(f, "checkpoint {position}"),
            Place::Held(position) => write!(f, "held checkpoint {position}"),
            Place::Journal => write!(f, "journal"),
        }
    }
}

/// One fault: what, where, and what was found. It prints as one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub kind: FaultKind,
    /// Where.
    pub place: Place,
    /// What was found, in English; no content of an entry.
    pub detail: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.place, self.kind.name(), self.detail)
    }
}
