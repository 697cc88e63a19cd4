//! An entry as it is kept: a public header, and the entry sealed under the key of its month.

use crate::encoding::shown;
use crate::entry::{Entry, EntryError};
use crate::hash::{Hash, leaf_hash};
use crate::month_key::{Month, MonthKey};
use crate::payload::{self, BLOCK, MAX_BYTES};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use zeroize::Zeroizing;

/// First bytes of every leaf: the format and its version.
const MAGIC: &[u8; 4] = b"BFJ1";
/// Length of a nonce, in bytes.
pub const NONCE_BYTES: usize = 24;
/// Length of the tag that the seal adds, in bytes.
const TAG_BYTES: usize = 16;

/// What anyone may read of an entry: its number, its day, the key it is sealed under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Number of the entry in the journal, from 0.
    pub index: u64,
    /// Day of the entry at UTC. The exact instant is sealed.
    pub day: Date,
    /// The month whose key seals the entry: the month of the day.
    pub key: Month,
}

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What anyone may read.
    pub header: Header,
    /// The nonce, the sealed entry and its tag.
    sealed: Vec<u8>,
}

/// An entry that cannot be sealed, or a record that cannot be made or opened. The message never repeats an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The entry may not be written.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The key is not that of the entry's month.
    #[error("entry {index} belongs to month {expected}, not to the month {found} of the key given")]
    Key {
        /// Number of the entry.
        index: u64,
        /// Month of the entry.
        expected: Month,
        /// Month of the key.
        found: Month,
    },
    /// The key does not open the entry, or the entry was altered, or it stood elsewhere.
    #[error("entry {0} does not open: it was altered or moved, or the key is not the one that sealed it")]
    Seal(u64),
    /// What was sealed is no entry of this header.
    #[error("entry {index} {why}")]
    Content {
        /// Number of the entry.
        index: u64,
        /// What is wrong with it.
        why: String,
    },
    /// A header or sealed entry that breaks the format.
    #[error("entry {index}: {what} is not as the format says")]
    Form {
        /// Number of the entry.
        index: u64,
        /// The part at fault.
        what: &'static str,
    },
}

impl Header {
    /// The bytes of the header: `BFJ1`, the index in 8 bytes with the highest first, the day as `YYYY-MM-DD`, the
    /// month of the key as `YYYY-MM`; 29 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.index.to_be_bytes());
        bytes.extend(self.day.to_string().bytes());
        bytes.extend(self.key.to_string().bytes());
        bytes
    }
}

impl Record {
    /// Seals an entry as number `index` with XChaCha20-Poly1305, its header as associated data.
    ///
    /// `nonce` comes from a cryptographic random source and is used once: a journal restored from a backup writes the
    /// same numbers again, so a number would not do.
    ///
    /// # Errors
    /// [`RecordError`] when the entry may not be written or the key is another month's.
    pub fn seal(index: u64, entry: &Entry, key: &MonthKey, nonce: [u8; NONCE_BYTES]) -> Result<Self, RecordError> {
        let plain = payload::encode(entry)?;
        let day = day_of(entry);
        let month = Month::of(day).map_err(|_| EntryError::Instant)?;
        if key.month() != month {
            return Err(RecordError::Key { index, expected: month, found: key.month() });
        }
        let header = Header { index, day, key: month };
        let text = Payload { msg: &plain, aad: &header.to_bytes() };
        let cipher = cipher(key).encrypt(&nonce.into(), text).map_err(|_| RecordError::Seal(index))?;
        let mut sealed = nonce.to_vec();
        sealed.extend(cipher);
        Ok(Self { header, sealed })
    }

    /// A record read back from where it is kept.
    ///
    /// # Errors
    /// [`RecordError::Form`] when the day is outside the years 1970 to 9999, the key is not of the day's month, or the
    /// sealed entry has a length that no sealed entry has.
    pub fn from_parts(header: Header, sealed: Vec<u8>) -> Result<Self, RecordError> {
        let index = header.index;
        if Month::of(header.day) != Ok(header.key) {
            return Err(RecordError::Form { index, what: "the day or the month of its key" });
        }
        let plain = sealed.len().saturating_sub(NONCE_BYTES + TAG_BYTES);
        if plain == 0 || plain > MAX_BYTES || !plain.is_multiple_of(BLOCK) {
            return Err(RecordError::Form { index, what: "the length of the sealed entry" });
        }
        Ok(Self { header, sealed })
    }

    /// The nonce, the sealed entry and its tag.
    pub fn sealed(&self) -> &[u8] {
        &self.sealed
    }

    /// Opens the record with the key of its month.
    ///
    /// # Errors
    /// [`RecordError`] when the key is another one, when the record was altered or moved, or when what was sealed is no
    /// entry of that day.
    pub fn open(&self, key: &MonthKey) -> Result<Entry, RecordError> {
        let index = self.header.index;
        if key.month() != self.header.key {
            return Err(RecordError::Key { index, expected: self.header.key, found: key.month() });
        }
        let (nonce, cipher_text) = self.sealed.split_first_chunk::<NONCE_BYTES>().ok_or(RecordError::Seal(index))?;
        let text = Payload { msg: cipher_text, aad: &self.header.to_bytes() };
        let plain = cipher(key).decrypt(&(*nonce).into(), text).map_err(|_| RecordError::Seal(index))?;
        let plain = Zeroizing::new(plain);
        let content = |why: String| RecordError::Content { index, why };
        let entry = payload::decode(&plain).map_err(|error| content(shown(&error.to_string())))?;
        if day_of(&entry) != self.header.day {
            return Err(content("happened on another day than its header says".to_owned()));
        }
        Ok(entry)
    }

    /// The bytes of the leaf: the header, the length of the sealed entry in 4 bytes, the sealed entry.
    pub fn leaf(&self) -> Vec<u8> {
        let mut bytes = self.header.to_bytes();
        bytes.extend((self.sealed.len() as u32).to_be_bytes());
        bytes.extend(&self.sealed);
        bytes
    }

    /// The hash of the leaf in the tree.
    pub fn leaf_hash(&self) -> Hash {
        leaf_hash(&self.leaf())
    }
}

fn cipher(key: &MonthKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.secret().into())
}

fn day_of(entry: &Entry) -> Date {
    entry.at.to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::Act;
    use crate::entry::tests::entry;

    fn key(month: &str, byte: u8) -> MonthKey {
        MonthKey::new(month.parse().unwrap(), [byte; 32])
    }

    #[test]
    fn a_record_opens_with_its_own_key_in_its_own_place_only() {
        let record = Record::seal(7, &entry(Act::Consult), &key("2026-11", 1), [9; 24]).unwrap();
        assert_eq!(record.open(&key("2026-11", 1)), Ok(entry(Act::Consult)));
        assert_eq!(record.open(&key("2026-11", 2)), Err(RecordError::Seal(7)));
        assert!(matches!(record.open(&key("2026-10", 1)), Err(RecordError::Key { index: 7, .. })));
        let mut moved = record.clone();
        moved.header.index = 8;
        assert_eq!(moved.open(&key("2026-11", 1)), Err(RecordError::Seal(8)));
        let mut dated = record.clone();
        dated.header.day = "2026-11-21".parse().unwrap();
        assert_eq!(dated.open(&key("2026-11", 1)), Err(RecordError::Seal(7)));
        for at in 0..record.sealed.len() {
            let mut bent = record.clone();
            bent.sealed[at] ^= 1;
            assert_eq!(bent.open(&key("2026-11", 1)), Err(RecordError::Seal(7)));
            assert_ne!(bent.leaf_hash(), record.leaf_hash());
        }
    }

    #[test]
    fn the_clear_text_is_nowhere_in_the_leaf() {
        let record = Record::seal(7, &entry(Act::Consult), &key("2026-11", 1), [9; 24]).unwrap();
        let leaf = record.leaf();
        for word in ["account-7", "CASE-1", "R-0001"] {
            assert!(!leaf.windows(word.len()).any(|window| window == word.as_bytes()));
        }
    }

    #[test]
    fn records_that_no_journal_writes_are_refused() {
        assert!(matches!(
            Record::seal(0, &entry(Act::Consult), &key("2026-10", 1), [0; 24]),
            Err(RecordError::Key { index: 0, .. })
        ));
        let record = Record::seal(0, &entry(Act::Consult), &key("2026-11", 1), [0; 24]).unwrap();
        let header = record.header;
        for length in [0, 39, 40, 41, 167, 169, 40 + 257 * 128, record.sealed.len() - 1] {
            assert!(Record::from_parts(header, vec![0; length]).is_err(), "{length}");
        }
        assert_eq!(Record::from_parts(header, record.sealed.clone()).as_ref(), Ok(&record));
        let other = Header { key: "2026-10".parse().unwrap(), ..header };
        assert!(Record::from_parts(other, record.sealed.clone()).is_err());
        let early = Header { day: "1969-12-31".parse().unwrap(), ..header };
        assert!(Record::from_parts(early, record.sealed).is_err());
    }

    #[test]
    fn a_sealed_entry_of_another_day_is_named() {
        // What a dishonest writer who holds the key could seal.
        let honest = Record::seal(0, &entry(Act::Consult), &key("2026-11", 1), [0; 24]).unwrap();
        let header = Header { day: "2026-11-23".parse().unwrap(), ..honest.header };
        let plain = payload::encode(&entry(Act::Consult)).unwrap();
        let text = Payload { msg: &plain, aad: &header.to_bytes() };
        let cipher_text = cipher(&key("2026-11", 1)).encrypt(&[0; 24].into(), text).unwrap();
        let forged = Record { header, sealed: [vec![0; 24], cipher_text].concat() };
        assert!(matches!(forged.open(&key("2026-11", 1)), Err(RecordError::Content { index: 0, .. })));
    }
}
