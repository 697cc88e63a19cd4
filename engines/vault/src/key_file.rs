//! One key, one file: four lines of text, the last one a checksum over the others.
//!
//! A file is used only when it is, byte for byte, what this module would write: a flipped bit anywhere is found.

use crate::folder::KeyFolder;
use crate::secret::{SECRET_BYTES, Secret};
use beffroi_ports::KeysError;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

const HEADER: &[u8] = b"beffroi key, version 1\n";
const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The text of a key file: the header, what the key is, its secret in hexadecimal, SHA-256 of the three lines before.
fn text(what: &str, secret: &Secret) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(HEADER.len() + what.len() + 4 * SECRET_BYTES + 3));
    text.extend_from_slice(HEADER);
    text.extend_from_slice(what.as_bytes());
    text.push(b'\n');
    push_hex(&mut text, secret.bytes());
    text.push(b'\n');
    let sum = Sha256::digest(text.as_slice());
    push_hex(&mut text, &sum);
    text.push(b'\n');
    text
}

/// Writes a key.
pub(crate) fn write(folder: &KeyFolder, file: &str, what: &str, secret: &Secret) -> Result<(), KeysError> {
    folder.write(file, &text(what, secret))
}

/// Reads a key; nothing when its file is not there.
pub(crate) fn read(folder: &KeyFolder, file: &str, what: &str) -> Result<Option<Secret>, KeysError> {
    read_with(folder, file, what, true)
}

fn read_with(folder: &KeyFolder, file: &str, what: &str, checked: bool) -> Result<Option<Secret>, KeysError> {
    let Some(bytes) = folder.read(file)? else { return Ok(None) };
    let malformed = || KeysError::Malformed { what: folder.at(file).display().to_string() };
    let digits = bytes.split(|&b| b == b'\n').nth(2).ok_or_else(malformed)?;
    let mut raw = Zeroizing::new([0; SECRET_BYTES]);
    if digits.len() != 2 * SECRET_BYTES {
        return Err(malformed());
    }
    for (byte, pair) in raw.iter_mut().zip(digits.chunks(2)) {
        let value = pair.iter().try_fold(0_u8, |value, &digit| Some(value << 4 | hex(digit)?));
        *byte = value.ok_or_else(malformed)?;
    }
    let secret = Secret::from_slice(raw.as_slice()).ok_or_else(malformed)?;
    if checked && *text(what, &secret) != *bytes {
        return Err(malformed());
    }
    Ok(Some(secret))
}

fn hex(digit: u8) -> Option<u8> {
    DIGITS.iter().position(|&d| d == digit).and_then(|at| u8::try_from(at).ok())
}

/// Appends bytes in hexadecimal.
pub(crate) fn push_hex(text: &mut Vec<u8>, bytes: &[u8]) {
    for byte in bytes {
        text.extend([byte >> 4, byte & 15].iter().filter_map(|&half| DIGITS.get(usize::from(half))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_key_file_flipped_by_one_bit_is_never_used() {
        let place = tempfile::tempdir().unwrap();
        let folder = KeyFolder::open(&place.path().join("keys")).unwrap();
        let secret = Secret::from_slice(&[0x5a; 32]).unwrap();
        write(&folder, "m.key", "month 2026-11", &secret).unwrap();
        assert_eq!(read(&folder, "m.key", "month 2026-11").unwrap().unwrap().bytes(), secret.bytes());
        let good = fs::read(folder.at("m.key")).unwrap();
        let mut unchecked = 0;
        for bit in 0..good.len() * 8 {
            let mut bent = good.clone();
            bent[bit / 8] ^= 1 << (bit % 8);
            fs::write(folder.at("m.key"), &bent).unwrap();
            let found = read(&folder, "m.key", "month 2026-11");
            assert!(matches!(found, Err(KeysError::Malformed { .. })), "bit {bit}");
            // The twin: without the checksum a bent secret would have been used.
            let other = read_with(&folder, "m.key", "month 2026-11", false);
            unchecked += usize::from(other.is_ok_and(|key| key.is_some_and(|key| key.bytes() != secret.bytes())));
        }
        assert!(unchecked > 0);
    }

    #[test]
    fn cut_long_and_exchanged_files_are_never_used() {
        let place = tempfile::tempdir().unwrap();
        let folder = KeyFolder::open(&place.path().join("keys")).unwrap();
        let secret = Secret::from_slice(&[0x5a; 32]).unwrap();
        write(&folder, "m.key", "month 2026-11", &secret).unwrap();
        // The key of another month, put in this one's place.
        assert!(read(&folder, "m.key", "month 2026-12").is_err());
        let good = fs::read(folder.at("m.key")).unwrap();
        for length in 0..good.len() {
            fs::write(folder.at("m.key"), &good[..length]).unwrap();
            assert!(read(&folder, "m.key", "month 2026-11").is_err(), "{length} bytes");
        }
        for tail in [&b"\n"[..], &[0; 4096]] {
            fs::write(folder.at("m.key"), [good.as_slice(), tail].concat()).unwrap();
            assert!(read(&folder, "m.key", "month 2026-11").is_err());
        }
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }
}
