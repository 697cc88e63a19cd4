//! The bytes of an entry before they are sealed: one encoding for one entry, padded to hide its length.

use crate::act::Act;
use crate::entry::{Entry, EntryError, ObjectRef, Purpose};
use jiff::Timestamp;
use zeroize::Zeroizing;

/// The version of the encoding: its first byte.
const VERSION: u8 = 1;
/// The encoding is padded with zeros to a multiple of this many bytes.
pub(crate) const BLOCK: usize = 128;
/// Longest encoding, in bytes: more than the longest entry takes.
pub(crate) const MAX_BYTES: usize = 256 * BLOCK;

/// Bytes that are the encoding of no entry. The message never repeats them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PayloadError {
    #[error("is not encoded as the format says (near byte {0})")]
    Form(usize),
    #[error("holds an entry that may not be written: {0}")]
    Entry(#[from] EntryError),
}

/// The encoding of an entry.
pub(crate) fn encode(entry: &Entry) -> Result<Zeroizing<Vec<u8>>, EntryError> {
    entry.check()?;
    // Sized before it is filled, so that no copy of the entry is left behind by growth.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BYTES));
    bytes.push(VERSION);
    bytes.extend(entry.at.as_microsecond().to_be_bytes());
    bytes.push(entry.act.code());
    put(&mut bytes, &entry.who);
    put(&mut bytes, &entry.object.kind);
    put(&mut bytes, &entry.object.id);
    let (why, reference) = match &entry.purpose {
        Some(purpose) => (purpose.why.as_str(), purpose.reference.as_deref().unwrap_or_default()),
        None => ("", ""),
    };
    put(&mut bytes, why);
    put(&mut bytes, reference);
    bytes.push(entry.recipients.len() as u8);
    for recipient in &entry.recipients {
        put(&mut bytes, recipient);
    }
    let padded = bytes.len().next_multiple_of(BLOCK);
    bytes.resize(padded, 0);
    Ok(bytes)
}

/// A length of two bytes, the highest first, and the text. The lengths that [`Entry::check`] lets pass fit.
fn put(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u16).to_be_bytes());
    bytes.extend(text.as_bytes());
}

/// The entry of an encoding; each entry has exactly one.
pub(crate) fn decode(bytes: &[u8]) -> Result<Entry, PayloadError> {
    let mut reader = Reader { bytes, at: 0 };
    if bytes.is_empty() || bytes.len() > MAX_BYTES || !bytes.len().is_multiple_of(BLOCK) || reader.byte()? != VERSION {
        return Err(PayloadError::Form(0));
    }
    let at = Timestamp::from_microsecond(i64::from_be_bytes(reader.array()?)).map_err(|_| PayloadError::Form(1))?;
    let act = Act::from_code(reader.byte()?).ok_or(PayloadError::Form(reader.at))?;
    let who = reader.text()?;
    let object = ObjectRef { kind: reader.text()?, id: reader.text()? };
    let (why, reference) = (reader.text()?, reader.text()?);
    let purpose = if why.is_empty() {
        if !reference.is_empty() {
            return Err(PayloadError::Form(reader.at));
        }
        None
    } else {
        Some(Purpose { why, reference: Some(reference).filter(|text| !text.is_empty()) })
    };
    let count = reader.byte()?;
    let recipients = (0..count).map(|_| reader.text()).collect::<Result<Vec<_>, _>>()?;
    let rest = bytes.get(reader.at..).unwrap_or_default();
    if rest.len() >= BLOCK || rest.iter().any(|byte| *byte != 0) {
        return Err(PayloadError::Form(reader.at));
    }
    let entry = Entry { who, at, act, object, purpose, recipients };
    entry.check()?;
    Ok(entry)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn take(&mut self, count: usize) -> Result<&[u8], PayloadError> {
        let taken = self.bytes.get(self.at..self.at + count).ok_or(PayloadError::Form(self.at))?;
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PayloadError> {
        let at = self.at;
        self.take(N)?.try_into().map_err(|_| PayloadError::Form(at))
    }

    fn byte(&mut self) -> Result<u8, PayloadError> {
        self.array().map(|[byte]| byte)
    }

    fn text(&mut self) -> Result<String, PayloadError> {
        let at = self.at;
        let count = u16::from_be_bytes(self.array()?);
        let bytes = self.take(usize::from(count))?.to_vec();
        String::from_utf8(bytes).map_err(|_| PayloadError::Form(at))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::entry::tests::entry;
    use proptest::prelude::*;

    pub(crate) fn any_entry() -> impl Strategy<Value = Entry> {
        let text = "[^\\p{Cc}]{1,40}";
        (
            text,
            0i64..253_402_300_799_000_000,
            prop::sample::select(Act::ALL.to_vec()),
            (text, text),
            (text, prop::option::of(text)),
            any::<bool>(),
            prop::collection::vec(text, 1..5),
        )
            .prop_map(|(who, at, act, (kind, id), (why, reference), bare, recipients)| Entry {
                who,
                at: Timestamp::from_microsecond(at).unwrap(),
                act,
                object: ObjectRef { kind: kind.chars().take(16).collect(), id },
                purpose: Some(Purpose { why, reference }).filter(|_| act.needs_purpose() || !bare),
                recipients: if bare && !act.needs_recipient() { Vec::new() } else { recipients },
            })
    }

    proptest! {
        #[test]
        fn an_entry_reads_back_and_has_one_encoding(entry in any_entry()) {
            let bytes = encode(&entry).unwrap();
            prop_assert_eq!(bytes.len() % BLOCK, 0);
            prop_assert_eq!(decode(&bytes), Ok(entry));
            let mut longer = bytes.to_vec();
            longer.resize(longer.len() + BLOCK, 0);
            prop_assert!(decode(&longer).is_err());
        }

        #[test]
        fn what_reads_writes_the_same_bytes(
            entry in any_entry(), at in any::<prop::sample::Index>(), value in any::<u8>(),
        ) {
            let mut bytes = encode(&entry).unwrap().to_vec();
            let at = at.index(bytes.len());
            bytes[at] = value;
            if let Ok(other) = decode(&bytes) {
                prop_assert_eq!(encode(&other).unwrap().to_vec(), bytes);
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), version in any::<bool>()) {
            let mut bytes = bytes;
            bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
            if let (true, Some(first)) = (version, bytes.first_mut()) {
                *first = VERSION;
            }
            let _ = decode(&bytes);
        }
    }

    #[test]
    fn a_reference_without_a_purpose_is_no_entry() {
        let mut bare = entry(Act::SignIn);
        bare.purpose = None;
        bare.recipients.clear();
        let bytes = encode(&bare).unwrap().to_vec();
        assert_eq!(decode(&bytes), Ok(bare));
        // The last text before the count of recipients is the reference: give it one letter.
        let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        let mut bent = bytes;
        bent[end + 2..end + 5].copy_from_slice(&[0, 1, b'x']);
        assert!(matches!(decode(&bent), Err(PayloadError::Form(_))));
    }

    #[test]
    fn the_longest_entry_fits_and_padding_hides_small_differences() {
        let mut longest = entry(Act::Disclose);
        longest.who = "w".repeat(256);
        longest.object = ObjectRef { kind: "k".repeat(64), id: "i".repeat(256) };
        longest.purpose = Some(Purpose { why: "y".repeat(1024), reference: Some("r".repeat(256)) });
        longest.recipients = vec!["t".repeat(256); 64];
        let bytes = encode(&longest).unwrap();
        assert!(bytes.len() <= MAX_BYTES);
        assert_eq!(decode(&bytes), Ok(longest));
        let mut longer = entry(Act::SignIn);
        longer.who.push_str("-and-more");
        assert_eq!(encode(&entry(Act::SignIn)).unwrap().len(), encode(&longer).unwrap().len());
    }
}
