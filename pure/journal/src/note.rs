//! A signed note (C2SP `signed-note`): a text, an empty line, and one line a signature.

use crate::encoding::{from_base64, shown, to_base64};
use crate::keys::check_name;
use std::fmt;
use std::str::FromStr;

/// Longest note, in bytes.
const MAX_BYTES: usize = 16 * 1024;
/// Most signatures of a note.
const MAX_SIGNATURES: usize = 32;

/// One signature line: who, the identifier of the key, and the bytes of the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key.
    pub name: String,
    /// The identifier of the key.
    pub key_id: u32,
    /// The signature: 64 bytes for a journal's key, 8 + 64 for a witness's.
    pub bytes: Vec<u8>,
}

/// A text and its signatures. Nothing here says that they are right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    /// The text: lines that are not empty, each ended by a line feed.
    pub text: String,
    /// The signatures, in their order; no key signs twice.
    pub signatures: Vec<NoteSignature>,
}

/// A text that is no signed note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The whole is not a text, an empty line and signature lines.
    #[error("not a signed note: expected lines of text, an empty line, then 1 to {MAX_SIGNATURES} signature lines")]
    Form,
    /// A line after the empty one is no signature.
    #[error("`{0}` is no signature line: expected `— name base64`")]
    Signature(String),
    /// A key signed twice.
    #[error("`{0}` signed twice")]
    Twice(String),
}

impl SignedNote {
    /// Puts a signature in place of the one that the same key made before, or at the end.
    pub(crate) fn put(&mut self, signature: NoteSignature) {
        let same = |old: &NoteSignature| old.name == signature.name && old.key_id == signature.key_id;
        self.signatures.retain(|old| !same(old));
        self.signatures.push(signature);
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| {
            let bytes = [signature.key_id.to_be_bytes().as_slice(), signature.bytes.as_slice()].concat();
            writeln!(f, "— {} {}", signature.name, to_base64(&bytes))
        })
    }
}

impl FromStr for SignedNote {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, Self::Err> {
        let control = |c: char| c != '\n' && c.is_control();
        if note.len() > MAX_BYTES || !note.ends_with('\n') || note.chars().any(control) {
            return Err(NoteError::Form);
        }
        let (text, lines) = note.split_once("\n\n").ok_or(NoteError::Form)?;
        let mut found = Self { text: format!("{text}\n"), signatures: Vec::new() };
        for line in lines.lines() {
            let signature = signature(line).ok_or_else(|| NoteError::Signature(shown(line)))?;
            if found.signatures.iter().any(|old| old.name == signature.name && old.key_id == signature.key_id) {
                return Err(NoteError::Twice(shown(&signature.name)));
            }
            found.signatures.push(signature);
        }
        if (1..=MAX_SIGNATURES).contains(&found.signatures.len()) { Ok(found) } else { Err(NoteError::Form) }
    }
}

fn signature(line: &str) -> Option<NoteSignature> {
    let (name, base64) = line.strip_prefix("— ")?.split_once(' ')?;
    let name = check_name(name).ok()?;
    let bytes = from_base64(base64)?;
    let (id, bytes) = bytes.split_first_chunk::<4>()?;
    (!bytes.is_empty()).then(|| NoteSignature { name, key_id: u32::from_be_bytes(*id), bytes: bytes.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOTE: &str = "origin\n3\nroot\n\n— origin AAAAAQI=\n— witness AAAAAgI=\n";

    #[test]
    fn a_note_reads_back_and_its_near_misses_are_refused() {
        let note: SignedNote = NOTE.parse().unwrap();
        assert_eq!((note.text.as_str(), note.signatures.len()), ("origin\n3\nroot\n", 2));
        assert_eq!(note.to_string(), NOTE);
        for bad in [
            "",
            "origin\n",
            "origin\n\n",
            "origin\n\n\n— origin AAAAAQI=\n",
            "origin\n\n- origin AAAAAQI=\n",
            "origin\n\n— origin AAAAAQI=",
            "origin\n\n— origin AAAAAQI=\n\n",
            "origin\n\n— origin AAAAAQ==\n",
            "origin\n\n— origin AAAAAQI\n",
            "origin\n\n— or igin AAAAAQI=\n",
            "origin\n\n— origin AAAAAQI=\n— origin AAAAAQI=\n",
            "ori\tgin\n\n— origin AAAAAQI=\n",
            "origin\r\n\n— origin AAAAAQI=\n",
        ] {
            assert!(bad.parse::<SignedNote>().is_err(), "{bad:?}");
        }
        let many: String = (0..=MAX_SIGNATURES).map(|n| format!("— w{n} AAAAAQI=\n")).collect();
        assert_eq!(format!("origin\n\n{many}").parse::<SignedNote>(), Err(NoteError::Form));
        assert!(format!("{}\n\n— o AAAAAQI=\n", "x".repeat(MAX_BYTES)).parse::<SignedNote>().is_err());
    }

    #[test]
    fn a_new_signature_replaces_the_old_one_of_its_key() {
        let mut note: SignedNote = NOTE.parse().unwrap();
        let again = NoteSignature { bytes: vec![9], ..note.signatures[0].clone() };
        note.put(again.clone());
        assert_eq!((note.signatures.len(), &note.signatures[1]), (2, &again));
    }

    proptest! {
        #[test]
        fn what_reads_prints_the_same(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut bytes = NOTE.as_bytes().to_vec();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Some(note) = String::from_utf8(bytes).ok().and_then(|text| Some((text.parse::<SignedNote>().ok()?, text))) {
                prop_assert_eq!(note.0.to_string(), note.1);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "[—o A=\\n]{0,60}") {
            let _ = text.parse::<SignedNote>();
        }
    }
}
