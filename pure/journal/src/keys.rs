//! The keys that sign checkpoints: the journal's own (Ed25519), and those of its witnesses (Ed25519 with an instant).
//!
//! Their texts and identifiers follow C2SP `signed-note` and `tlog-cosignature`, so that other people's tools can
//! check and cosign our checkpoints.

use crate::derived::DerivedKey;
use crate::encoding::{from_base64, shown, to_base64};
use crate::hash::sha256;
use crate::note::NoteSignature;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use jiff::Timestamp;
use std::fmt;
use std::str::FromStr;

/// Longest name of a key, and so of a journal, in bytes.
const MAX_NAME: usize = 200;

/// What a signature says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignatureKind {
    /// "This is my journal at this size": Ed25519 over the text, type 1 of `signed-note`.
    Log,
    /// "This tree continues all those I signed before": Ed25519 over an instant and the text, type 4 (`cosignature/v1`).
    Witness,
}

impl SignatureKind {
    const fn code(self) -> u8 {
        match self {
            SignatureKind::Log => 1,
            SignatureKind::Witness => 4,
        }
    }
}

/// A name or a text that makes no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A name that cannot stand in a signed note.
    #[error("`{0}` cannot name a journal or a witness: 1 to {MAX_NAME} bytes without blank, `+` or control character")]
    Name(String),
    /// A text that is no verifier key.
    #[error("`{0}` is no verifier key: expected `name+identifier+base64` of an Ed25519 journal or witness key")]
    Form(String),
}

/// The public half of a key, with its name. Its text is `name+identifier+base64`, as in C2SP `signed-note`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: SignatureKind,
    key: VerifyingKey,
}

impl VerifierKey {
    fn new(name: String, kind: SignatureKind, key: VerifyingKey) -> Self {
        Self { name, kind, key }
    }

    /// The name: of the journal for its own key, of the witness for a witness's.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its signatures say.
    pub fn kind(&self) -> SignatureKind {
        self.kind
    }

    /// The identifier beside the name in a signature line: the first four bytes of SHA-256 of the name, a line feed, the
    /// type and the public key.
    pub fn id(&self) -> u32 {
        let hash = sha256(&[self.name.as_bytes(), b"\n", &[self.kind.code()], self.key.as_bytes()]);
        let [a, b, c, d, ..] = hash;
        u32::from_be_bytes([a, b, c, d])
    }

    /// Was this line written for this key? Says nothing of the signature.
    pub fn names(&self, signature: &NoteSignature) -> bool {
        signature.name == self.name && signature.key_id == self.id()
    }

    /// Is this the signature of this key over this text?
    pub fn verifies(&self, text: &str, signature: &NoteSignature) -> bool {
        if !self.names(signature) {
            return false;
        }
        let (message, bytes) = match self.kind {
            SignatureKind::Log => (text.to_owned(), signature.bytes.as_slice()),
            SignatureKind::Witness => match signature.bytes.split_first_chunk::<8>() {
                Some((seconds, bytes)) => match i64::try_from(u64::from_be_bytes(*seconds)) {
                    Ok(seconds) => (cosigned(text, seconds), bytes),
                    Err(_) => return false,
                },
                None => return false,
            },
        };
        Signature::from_slice(bytes).is_ok_and(|bytes| self.key.verify_strict(message.as_bytes(), &bytes).is_ok())
    }
}

/// What a witness signs: `cosignature/v1`.
fn cosigned(text: &str, seconds: i64) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind.code()], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{:08x}+{}", self.name, self.id(), to_base64(&key))
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || KeyError::Form(shown(text));
        let mut parts = text.splitn(3, '+');
        let name = check_name(parts.next().unwrap_or_default())?;
        let bytes = parts.nth(1).and_then(from_base64).ok_or_else(wrong)?;
        let (kind, key) = match bytes.split_first() {
            Some((1, key)) => (SignatureKind::Log, key),
            Some((4, key)) => (SignatureKind::Witness, key),
            _ => return Err(wrong()),
        };
        let key = VerifyingKey::try_from(key).map_err(|_| wrong())?;
        let key = Self::new(name, kind, key);
        // A weak key verifies signatures that nobody made.
        if key.key.is_weak() || key.to_string() != text {
            return Err(wrong());
        }
        Ok(key)
    }
}

/// The name, if it can stand in a signed note.
pub(crate) fn check_name(name: &str) -> Result<String, KeyError> {
    let bad = |c: char| c == '+' || c.is_whitespace() || c.is_control();
    if name.is_empty() || name.len() > MAX_NAME || name.chars().any(bad) {
        return Err(KeyError::Name(shown(name)));
    }
    Ok(name.to_owned())
}

/// The key that signs a journal's checkpoints. Wiped from memory when dropped; never printed.
pub struct LogKey {
    origin: String,
    key: SigningKey,
}

impl LogKey {
    /// The key of the journal named `origin` (`beffroi.example/journal`), from 32 bytes of a cryptographic random source.
    ///
    /// # Errors
    /// [`KeyError::Name`] for a name with blanks, `+` or control characters.
    pub fn new(origin: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        Ok(Self { origin: check_name(origin)?, key: SigningKey::from_bytes(seed) })
    }

    /// The name of the journal.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The public half.
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey::new(self.origin.clone(), SignatureKind::Log, self.key.verifying_key())
    }

    /// The key for another use, always the same for the same name of a use.
    pub fn derive(&self, use_of: &str) -> DerivedKey {
        DerivedKey::new(&self.key.to_bytes(), use_of)
    }

    pub(crate) fn sign(&self, text: &str) -> NoteSignature {
        let bytes = self.key.sign(text.as_bytes()).to_bytes().to_vec();
        NoteSignature { name: self.origin.clone(), key_id: self.verifier().id(), bytes }
    }
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogKey({}, …)", self.origin)
    }
}

/// The key of a witness. To be held where the journal's administrator cannot use it. Wiped from memory when dropped.
pub struct WitnessKey {
    name: String,
    key: SigningKey,
}

impl WitnessKey {
    /// The key of the witness `name`, from 32 bytes of a cryptographic random source, used for nothing else.
    ///
    /// # Errors
    /// [`KeyError::Name`] for a name with blanks, `+` or control characters.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        Ok(Self { name: check_name(name)?, key: SigningKey::from_bytes(seed) })
    }

    /// The public half.
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey::new(self.name.clone(), SignatureKind::Witness, self.key.verifying_key())
    }

    /// The signature over a text at an instant, cut to the second; instants before 1970 count as 1970.
    pub(crate) fn sign(&self, text: &str, at: Timestamp) -> NoteSignature {
        let seconds = at.as_second().max(0);
        let signature = self.key.sign(cosigned(text, seconds).as_bytes()).to_bytes();
        let bytes = [seconds.to_be_bytes().as_slice(), signature.as_slice()].concat();
        NoteSignature { name: self.name.clone(), key_id: self.verifier().id(), bytes }
    }
}

impl fmt::Debug for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WitnessKey({}, …)", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example key of the Go package `golang.org/x/mod/sumdb/note`.
    const GO_EXAMPLE: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    #[test]
    fn a_published_key_reads_and_verifies_its_published_signature() {
        let key: VerifierKey = GO_EXAMPLE.parse().unwrap();
        assert_eq!((key.name(), key.kind(), key.id()), ("PeterNeumann", SignatureKind::Log, 0xc74f_20a3));
        assert_eq!(key.to_string(), GO_EXAMPLE);
        let text =
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        let line = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        let bytes = from_base64(line).unwrap();
        let signature = NoteSignature { name: "PeterNeumann".to_owned(), key_id: key.id(), bytes: bytes[4..].to_vec() };
        assert!(key.verifies(text, &signature));
        assert!(!key.verifies(&text.replace("don't", "do"), &signature));
        assert!(!key.verifies(text, &NoteSignature { name: "Neumann".to_owned(), ..signature }));
    }

    #[test]
    fn texts_that_are_no_key_and_weak_keys_are_refused() {
        let id = |key: &[u8; 32]| sha256(&[b"a\n\x01", key]);
        let mut identity = [0; 32];
        identity[0] = 1;
        let [a, b, c, d, ..] = id(&identity);
        let key = [&[1], identity.as_slice()].concat();
        let weak = format!("a+{:08x}+{}", u32::from_be_bytes([a, b, c, d]), to_base64(&key));
        let bent = GO_EXAMPLE.replace("c74f20a3", "c74f20a4");
        for bad in ["", "a", "a+b", "a b+c74f20a3+ARpc", &bent, &weak, &GO_EXAMPLE.replace("+AR", "+AhpcAR")] {
            assert!(bad.parse::<VerifierKey>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_witness_signs_the_instant_with_the_text() {
        let key = WitnessKey::new("witness.example/w", &[3; 32]).unwrap();
        let verifier: VerifierKey = key.verifier().to_string().parse().unwrap();
        let signature = key.sign("text\n", "2026-11-22T15:00:00Z".parse().unwrap());
        assert!(verifier.verifies("text\n", &signature));
        for at in 0..signature.bytes.len() {
            let mut bent = signature.clone();
            bent.bytes[at] ^= 1;
            assert!(!verifier.verifies("text\n", &bent));
        }
        // The same key read as a journal's is another key.
        let log = LogKey::new("witness.example/w", &[3; 32]).unwrap().verifier();
        assert!(!log.verifies("text\n", &signature) && log.id() != verifier.id());
    }

    #[test]
    fn secrets_are_not_printed_and_names_are_checked() {
        let key = LogKey::new("beffroi.example/journal", &[7; 32]).unwrap();
        assert_eq!(format!("{key:?}"), "LogKey(beffroi.example/journal, …)");
        for bad in ["", "a b", "a+b", "a\nb", &"x".repeat(201)] {
            assert!(LogKey::new(bad, &[7; 32]).is_err() && WitnessKey::new(bad, &[7; 32]).is_err());
        }
    }
}
