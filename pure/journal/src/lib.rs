//! The tamper-evident journal: who did what, when, on which object and why, in a tree that only grows.
//!
//! Bytes in, bytes out: no file, clock or random source; keys, nonces and instants are arguments. The format is
//! published byte by byte in `docs/journal-format.md`, and `tools/verify_journal.py` reads it knowing that page alone.
//!
//! - An [`Entry`] never holds the data it speaks of. It is sealed under the key of its month into a [`Record`], whose
//!   header says no more than a number, a day and a month. Destroying a month's key destroys its entries' contents;
//!   their leaves, and every proof over them, stay valid.
//! - The records are the leaves of a Merkle tree (RFC 6962). A [`Frontier`] of at most 48 hashes is enough to append;
//!   a [`ProofPlan`] says which stored nodes a proof needs.
//! - A [`Checkpoint`] states the tree's size and root, signed by the journal's key and cosigned by a [`Witness`], which
//!   signs no tree that does not continue the last one it signed.
//! - [`verify`] names every fault of an export, with its index.

mod act;
mod checkpoint;
mod derived;
mod encoding;
mod entry;
mod export;
mod fault;
mod frontier;
mod hash;
mod keys;
mod month_key;
mod note;
mod payload;
mod proof;
mod record;
mod verify;
mod witness;
mod writer;

pub use act::Act;
pub use checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
pub use derived::DerivedKey;
pub use encoding::{from_base64, to_base64};
pub use entry::{Entry, EntryError, ObjectRef, Purpose};
pub use export::{
    LineError, MAX_LINE_BYTES, StoredRecord, checkpoints_from_text, checkpoints_to_text, entries_to_text,
};
pub use fault::{Fault, FaultKind, Place};
pub use frontier::{Frontier, MAX_SIZE, Node, NodeId, TreeError};
pub use hash::{Hash, leaf_hash};
pub use keys::{KeyError, LogKey, SignatureKind, VerifierKey, WitnessKey};
pub use month_key::{Keyring, Month, MonthError, MonthKey};
pub use note::{NoteError, NoteSignature, SignedNote};
pub use proof::{Proof, ProofError, ProofPlan, verify_consistency, verify_inclusion};
pub use record::{Header, NONCE_BYTES, Record, RecordError};
pub use verify::{Report, Trust, Verifier, verify, verify_export};
pub use witness::{Refusal, Witness};
pub use writer::{AppendError, Appended, CheckpointRefused, Journal, checkpoint_after};
