//! A checkpoint: the size and root of the tree at an instant, signed (C2SP `tlog-checkpoint`).

use crate::encoding::shown;
use crate::frontier::{Frontier, MAX_SIZE};
use crate::hash::Hash;
use crate::keys::{LogKey, VerifierKey, check_name};
use crate::note::{NoteError, SignedNote};
use jiff::Timestamp;
use std::fmt;
use std::str::FromStr;

/// The state of a journal at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the journal.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root of the tree of these entries.
    pub root: Hash,
    /// When it was made, to the second.
    pub at: Timestamp,
}

/// A text that is no checkpoint, or a checkpoint that is not signed as it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note around it breaks the format.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text of the note is no checkpoint.
    #[error(
        "`{0}` is no checkpoint: expected the origin, the size, the root in base64 and `at` with an instant, a line each"
    )]
    Form(String),
    /// It is another journal's.
    #[error("checkpoint of the journal `{found}`, not of `{expected}`")]
    Origin {
        /// The journal it should be of.
        expected: String,
        /// The journal it names.
        found: String,
    },
    /// A key that should have signed it did not, or its signature is wrong.
    #[error("the signature of `{0}` is missing or wrong")]
    Signature(String),
}

impl Checkpoint {
    /// The checkpoint of a frontier at an instant, cut to the second.
    pub fn new(origin: &str, frontier: &Frontier, at: Timestamp) -> Self {
        let at = Timestamp::from_second(at.as_second()).unwrap_or(at);
        Self { origin: origin.to_owned(), size: frontier.size(), root: frontier.root(), at }
    }

    /// Signs the checkpoint with the key of its journal.
    ///
    /// # Errors
    /// [`CheckpointError::Origin`] when the key is another journal's, [`CheckpointError::Form`] when it could not be
    /// read back.
    pub fn sign(&self, key: &LogKey) -> Result<SignedCheckpoint, CheckpointError> {
        if key.origin() != self.origin {
            let (expected, found) = (shown(key.origin()), shown(&self.origin));
            return Err(CheckpointError::Origin { expected, found });
        }
        let text = self.to_string();
        text.parse::<Self>()?;
        let note = SignedNote { signatures: vec![key.sign(&text)], text };
        Ok(SignedCheckpoint { checkpoint: self.clone(), note })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\nat {}\n", self.origin, self.size, self.root, self.at)
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || CheckpointError::Form(shown(text));
        let lines: Vec<&str> = text.lines().collect();
        let [origin, size, root, at] = lines.as_slice() else { return Err(wrong()) };
        let found = Self {
            origin: check_name(origin).map_err(|_| wrong())?,
            size: size.parse().ok().filter(|size| *size <= MAX_SIZE).ok_or_else(wrong)?,
            root: Hash::from_base64(root).ok_or_else(wrong)?,
            at: at.strip_prefix("at ").and_then(|at| at.parse().ok()).ok_or_else(wrong)?,
        };
        // One text for one checkpoint: no sign, no leading zero, no other way to write the instant.
        let whole = found.at.subsec_nanosecond() == 0 && found.at >= Timestamp::UNIX_EPOCH;
        if whole && found.to_string() == text { Ok(found) } else { Err(wrong()) }
    }
}

/// A checkpoint and the note that carries it. Nothing here says that the signatures are right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    pub(crate) note: SignedNote,
}

impl SignedCheckpoint {
    /// What it says.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note: text and signatures.
    pub fn note(&self) -> &SignedNote {
        &self.note
    }

    /// Did this key sign it, rightly?
    pub fn is_signed_by(&self, key: &VerifierKey) -> bool {
        self.note.signatures.iter().any(|signature| key.verifies(&self.note.text, signature))
    }

    /// Checks that it is of the journal whose key this is, and signed by it.
    ///
    /// # Errors
    /// [`CheckpointError`] when it is not.
    pub fn check(&self, log: &VerifierKey) -> Result<(), CheckpointError> {
        if self.checkpoint.origin != log.name() {
            let (expected, found) = (shown(log.name()), shown(&self.checkpoint.origin));
            return Err(CheckpointError::Origin { expected, found });
        }
        if self.is_signed_by(log) { Ok(()) } else { Err(CheckpointError::Signature(log.name().to_owned())) }
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)
    }
}

impl FromStr for SignedCheckpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let note: SignedNote = text.parse()?;
        Ok(Self { checkpoint: note.text.parse()?, note })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        Checkpoint::new("beffroi.example/journal", &Frontier::new(), "2026-11-22T15:00:00.9Z".parse().unwrap())
    }

    #[test]
    fn a_checkpoint_has_one_text() {
        let text =
            "beffroi.example/journal\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nat 2026-11-22T15:00:00Z\n";
        assert_eq!(checkpoint().to_string(), text);
        assert_eq!(text.parse(), Ok(checkpoint()));
        for (from, to) in [
            ("\n0\n", "\n00\n"),
            ("\n0\n", "\n+0\n"),
            ("\n0\n", "\n281474976710657\n"),
            ("15:00:00Z", "15:00:00z"),
            ("15:00:00Z", "16:00:00+01:00"),
            ("15:00:00Z", "15:00:00.5Z"),
            ("2026-", "1926-"),
            ("hSuFU=", "hSuFV="),
            ("at ", ""),
            ("beffroi.example/journal", "beffroi example"),
            ("15:00:00Z\n", "15:00:00Z\nmore\n"),
        ] {
            assert!(text.replace(from, to).parse::<Checkpoint>().is_err(), "{from:?} as {to:?}");
        }
    }

    #[test]
    fn only_the_journals_own_key_signs_and_a_bent_note_is_seen() {
        let key = LogKey::new("beffroi.example/journal", &[1; 32]).unwrap();
        let signed = checkpoint().sign(&key).unwrap();
        assert_eq!(signed.to_string().parse(), Ok(signed.clone()));
        assert_eq!(signed.check(&key.verifier()), Ok(()));
        let thief = LogKey::new("beffroi.example/journal", &[2; 32]).unwrap();
        assert!(matches!(signed.check(&thief.verifier()), Err(CheckpointError::Signature(_))));
        let other = LogKey::new("other.example/journal", &[1; 32]).unwrap();
        assert!(matches!(checkpoint().sign(&other), Err(CheckpointError::Origin { .. })));
        assert!(matches!(signed.check(&other.verifier()), Err(CheckpointError::Origin { .. })));
        let bent: SignedCheckpoint = signed.to_string().replace("15:00:00", "15:00:01").parse().unwrap();
        assert!(bent.check(&key.verifier()).is_err());
        let unreadable = Checkpoint { size: MAX_SIZE + 1, ..checkpoint() };
        assert!(matches!(unreadable.sign(&key), Err(CheckpointError::Form(_))));
    }
}
