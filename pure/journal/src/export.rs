//! The exported journal: `entries.jsonl`, one line an entry, and `checkpoints.txt`, one signed note after another.
//!
//! Each value has exactly one text: a reader writes again what it read and refuses a line that differs.

use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::encoding::{from_base64, to_base64};
use crate::hash::Hash;
use crate::note::NoteError;
use crate::record::{Header, Record};
use jiff::civil::Date;
use serde::Deserialize;

/// Longest line of `entries.jsonl`, in bytes without its line feed.
pub const MAX_LINE_BYTES: usize = 48 * 1024;

/// A record with the leaf hash that is kept beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// The record.
    pub record: Record,
    /// The hash of its leaf, as it was kept. [`crate::verify`] computes it again.
    pub leaf: Hash,
}

/// A line of `entries.jsonl` that breaks the format. The line is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Longer than any line of an export; it was not read.
    #[error("a line of more than {MAX_LINE_BYTES} bytes: no entry is that long")]
    TooLong,
    /// Not the text of an entry, or not the one text that the format gives it.
    #[error("not a line of the export as the format says: see docs/journal-format.md")]
    Form,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    index: u64,
    day: String,
    key: String,
    sealed: String,
    leaf: String,
}

impl StoredRecord {
    /// The record with the hash of its leaf.
    pub fn new(record: Record) -> Self {
        Self { leaf: record.leaf_hash(), record }
    }

    /// The line of the record, without its line feed.
    pub fn to_line(&self) -> String {
        let Header { index, day, key } = self.record.header;
        let sealed = to_base64(self.record.sealed());
        format!(r#"{{"index":{index},"day":"{day}","key":"{key}","sealed":"{sealed}","leaf":"{}"}}"#, self.leaf)
    }

    /// The record of a line without its line feed.
    ///
    /// # Errors
    /// [`LineError`] for anything but the exact text that [`StoredRecord::to_line`] gives.
    pub fn from_line(line: &[u8]) -> Result<Self, LineError> {
        if line.len() > MAX_LINE_BYTES {
            return Err(LineError::TooLong);
        }
        let Line { index, day, key, sealed, leaf } = serde_json::from_slice(line).map_err(|_| LineError::Form)?;
        let day: Date = day.parse().map_err(|_| LineError::Form)?;
        let header = Header { index, day, key: key.parse().map_err(|_| LineError::Form)? };
        let sealed = from_base64(&sealed).ok_or(LineError::Form)?;
        let record = Record::from_parts(header, sealed).map_err(|_| LineError::Form)?;
        let found = Self { record, leaf: Hash::from_base64(&leaf).ok_or(LineError::Form)? };
        if found.to_line().as_bytes() == line { Ok(found) } else { Err(LineError::Form) }
    }
}

/// The text of `entries.jsonl`.
pub fn entries_to_text<'a>(records: impl IntoIterator<Item = &'a StoredRecord>) -> String {
    records.into_iter().flat_map(|record| [record.to_line(), "\n".to_owned()]).collect()
}

/// The text of `checkpoints.txt`: the notes in their order, with an empty line between two.
pub fn checkpoints_to_text<'a>(checkpoints: impl IntoIterator<Item = &'a SignedCheckpoint>) -> String {
    checkpoints.into_iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The checkpoints of `checkpoints.txt`, each read or refused by itself.
pub fn checkpoints_from_text(text: &[u8]) -> Vec<Result<SignedCheckpoint, CheckpointError>> {
    if text.is_empty() {
        return Vec::new();
    }
    let Ok(text) = std::str::from_utf8(text) else { return vec![Err(NoteError::Form.into())] };
    let parts: Vec<&str> = text.split("\n\n").collect();
    let count = parts.len().div_ceil(2);
    parts
        .chunks(2)
        .enumerate()
        .map(|(position, part)| match part {
            // The last note ends with its own line feed; between two notes the split took it away.
            [body, lines] if position + 1 == count => format!("{body}\n\n{lines}").parse(),
            [body, lines] => format!("{body}\n\n{lines}\n").parse(),
            _ => Err(NoteError::Form.into()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::Act;
    use crate::checkpoint::Checkpoint;
    use crate::entry::tests::entry;
    use crate::frontier::Frontier;
    use crate::keys::LogKey;
    use crate::month_key::MonthKey;

    fn stored() -> StoredRecord {
        let key = MonthKey::new("2026-11".parse().unwrap(), [1; 32]);
        StoredRecord::new(Record::seal(3, &entry(Act::Consult), &key, [2; 24]).unwrap())
    }

    #[test]
    fn a_line_reads_back_and_each_of_its_bits_counts() {
        let line = stored().to_line().into_bytes();
        assert_eq!(StoredRecord::from_line(&line), Ok(stored()));
        for at in 0..line.len() {
            for bit in 0..8 {
                let mut bent = line.clone();
                bent[at] ^= 1 << bit;
                assert_ne!(StoredRecord::from_line(&bent), Ok(stored()), "byte {at} bit {bit}");
            }
        }
    }

    #[test]
    fn the_same_value_written_otherwise_is_refused() {
        let line = stored().to_line();
        for (from, to) in [
            (":3,", ":3 ,"),
            (":3,", ":03,"),
            (":3,", ":3.0,"),
            (r#""index":3,"#, r#""index":3,"index":3,"#),
            (r#""index":3,"#, r#""more":1,"index":3,"#),
            (r#"{"index":3,"day":"2026-11-22""#, r#"{"day":"2026-11-22","index":3"#),
            ("2026-11-22", "20261122"),
            ("2026-11-22", "2026-11-22T00:00:00"),
            ("2026-11-22", "2026-11-31"),
            (r#""key":"2026-11""#, r#""key":"2026-12""#),
            (r#""key":"#, r#""ke\u0079":"#),
        ] {
            let bent = line.replacen(from, to, 1);
            assert_ne!(bent, line);
            assert_eq!(StoredRecord::from_line(bent.as_bytes()), Err(LineError::Form), "{from} as {to}");
        }
        assert_eq!(StoredRecord::from_line(&vec![b' '; MAX_LINE_BYTES + 1]), Err(LineError::TooLong));
    }

    #[test]
    fn checkpoints_read_back_and_a_bent_one_does_not_hide_the_others() {
        assert!(checkpoints_from_text(b"").is_empty());
        let key = LogKey::new("beffroi.example/journal", &[1; 32]).unwrap();
        let at = "2026-11-22T15:00:00Z".parse().unwrap();
        let signed = Checkpoint::new(key.origin(), &Frontier::new(), at).sign(&key).unwrap();
        let text = checkpoints_to_text([&signed, &signed, &signed]);
        let read = |text: &[u8]| checkpoints_from_text(text).into_iter().map(|note| note.is_ok()).collect::<Vec<_>>();
        assert_eq!(checkpoints_from_text(text.as_bytes()), vec![Ok(signed.clone()), Ok(signed.clone()), Ok(signed)]);
        assert_eq!(read(text.replacen("at 2026", "at 202", 1).as_bytes()), [false, true, true]);
        assert!(read(format!("{text}\n").as_bytes()).contains(&false));
        assert!(read(format!("\n{text}").as_bytes()).contains(&false));
        assert!(read(text.trim_end().as_bytes()).contains(&false));
        assert_eq!(read(&[0xff, 0xfe]), [false]);
    }
}
