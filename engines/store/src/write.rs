//! Under whose name, when, and under which key something is written.

use crate::StoreError;
use beffroi_journal::{Act, Entry, ObjectRef, Purpose};
use beffroi_rights::{PersonId, ServiceId};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// The key that a client draws for a write, so that sending it twice does it once: 128 bits, written as a UUID.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WriteKey(Uuid);

impl WriteKey {
    /// A new key, never given before.
    pub fn draw() -> Self {
        Self(Uuid::now_v7())
    }
}

impl fmt::Debug for WriteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WriteKey({})", self.0)
    }
}

impl fmt::Display for WriteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for WriteKey {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let canonical = |id: &Uuid| id.to_string() == text && !id.is_nil();
        let reason = || "a UUID in its usual form is needed".to_owned();
        let id = Uuid::try_parse(text).ok().filter(canonical);
        id.map(Self).ok_or_else(|| StoreError::Refused { what: "key of a write", reason: reason() })
    }
}

/// Who writes, when, why, and under which key.
#[derive(Debug, Clone)]
pub struct By {
    /// The account or machine that acts.
    pub who: String,
    /// For which service: it owns what is made.
    pub service: ServiceId,
    /// When.
    pub at: Timestamp,
    /// The key of the write.
    pub key: WriteKey,
    /// Why, for the acts that have to say it.
    pub purpose: Option<Purpose>,
}

impl By {
    /// `who` writes at `at` for the command itself, under a key drawn now.
    pub fn new(who: impl Into<String>, at: Timestamp) -> Self {
        Self { who: who.into(), service: ServiceId::house(), at, key: WriteKey::draw(), purpose: None }
    }

    /// The same for another service.
    #[must_use]
    pub fn for_service(mut self, service: ServiceId) -> Self {
        self.service = service;
        self
    }

    /// Who acts, as rights know persons; nobody for a machine whose name is none.
    pub fn person(&self) -> Option<PersonId> {
        self.who.parse().ok()
    }

    /// The same under the key that the client drew.
    #[must_use]
    pub fn with_key(mut self, key: WriteKey) -> Self {
        self.key = key;
        self
    }

    /// The same, saying why.
    #[must_use]
    pub fn for_purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = Some(purpose);
        self
    }

    /// The entry of the journal for `act` on the object `id` of `kind`.
    pub(crate) fn entry(&self, act: Act, kind: &str, id: &str) -> Entry {
        Entry {
            who: self.who.clone(),
            at: self.at,
            act,
            object: ObjectRef { kind: kind.to_owned(), id: id.to_owned() },
            purpose: self.purpose.clone(),
            recipients: Vec::new(),
        }
    }
}

/// What a write is about: enough to tell whether a key that comes back brings the same write.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub(crate) key: WriteKey,
    pub(crate) at: Timestamp,
    pub(crate) digest: String,
}

impl Note {
    /// The note of a write of `content` by `by`. The content itself is not kept.
    pub(crate) fn new(by: &By, what: &'static str, content: &str) -> Self {
        let mut hasher = Sha256::new();
        for part in [by.who.as_str(), what, content] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        Self { key: by.key, at: by.at, digest: format!("{:x}", hasher.finalize()) }
    }
}

/// Something to be sent once the write stands: taken up by whoever delivers, at least once.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// For whom: `notify`, `witness`…
    pub topic: String,
    /// What, without personal data.
    pub payload: serde_json::Value,
}

/// What a write did, before it is durable.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// What its caller is told; kept for the time its key may come back.
    pub(crate) value: serde_json::Value,
    /// The journal's entries of it.
    pub(crate) entries: Vec<Entry>,
    /// What leaves because of it.
    pub(crate) outgoing: Vec<Outgoing>,
}

impl Done {
    /// Done, with one entry and nothing to tell.
    pub(crate) fn with(entry: Entry) -> Self {
        Self { entries: vec![entry], ..Self::default() }
    }

    /// The same, telling `value`.
    pub(crate) fn telling(mut self, value: impl Into<serde_json::Value>) -> Self {
        self.value = value.into();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_text() {
        let key = WriteKey::draw();
        assert_eq!(key.to_string().parse::<WriteKey>().unwrap(), key);
        for wrong in ["", "x", "00000000-0000-0000-0000-000000000000", &key.to_string().to_uppercase()] {
            assert!(wrong.parse::<WriteKey>().is_err(), "{wrong}");
        }
        assert!(format!("{{{key}}}").parse::<WriteKey>().is_err());
    }

    #[test]
    fn the_digest_tells_writes_apart() {
        let by = By::new("a", Timestamp::UNIX_EPOCH);
        let digest = |by: &By, what, content: &str| Note::new(by, what, content).digest;
        assert_eq!(digest(&by, "w", "c"), digest(&by, "w", "c"));
        let other = By { who: "b".to_owned(), ..by.clone() };
        for different in [digest(&other, "w", "c"), digest(&by, "v", "c"), digest(&by, "w", "d")] {
            assert_ne!(digest(&by, "w", "c"), different);
        }
    }
}
