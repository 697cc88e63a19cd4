//! Identifiers and versions as SDMX writes them, from the codes and versions of the house.

use beffroi_sdmx::{ArtefactRef, SdmxError};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The code of all values together (SDMX, *Guidelines for the creation and management of SDMX code lists*, 2.4).
pub(super) const TOTAL: &str = "_T";
/// The code of no value given (same place: unspecified).
pub(super) const NO_VALUE: &str = "_X";
/// Longest code written in full, in bytes.
const LONGEST: usize = 200;

/// A code as an SDMX identifier: letters, digits, `-` and `_` stay, every other byte of its UTF-8 becomes `$` and two
/// hexadecimal digits; so does a leading `_`, which marks the codes of SDMX itself. A code of over 200 bytes is cut and
/// ends with a digest. The empty code is [`NO_VALUE`].
pub(super) fn code(text: &str) -> String {
    if text.is_empty() {
        return NO_VALUE.to_owned();
    }
    let mut out = String::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'_' if at == 0 => out.push_str("$5F"),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "${byte:02X}");
            }
        }
    }
    if out.len() <= LONGEST {
        return out;
    }
    let digest: String = Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{}$${digest}", out.chars().take(LONGEST).collect::<String>())
}

/// A text as the identifier of an artefact or component: `fraud-rate` is `FRAUD_RATE`.
pub(super) fn artefact(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    text.chars().map(plain).collect()
}

/// An artefact of the house.
pub(super) fn ours(id: &str, version: &str) -> Result<ArtefactRef, SdmxError> {
    ArtefactRef::new(super::AGENCY, id, version)
}

/// The version of a definition as three numbers: `2025-1` is `2025.1.0`. A version that is not made of one to three
/// numbers is told apart by a number drawn from its text: `0.….0`.
pub(super) fn version(text: &str) -> String {
    let number = |part: &&str| {
        let digits = !part.is_empty() && part.len() < 10 && part.bytes().all(|b| b.is_ascii_digit());
        digits && (*part == "0" || !part.starts_with('0'))
    };
    let parts: Vec<&str> = text.split(['-', '.']).collect();
    match parts.as_slice() {
        all @ ([_] | [_, _] | [_, _, _]) if all.iter().all(number) => {
            let of = |at: usize| all.get(at).copied().unwrap_or("0");
            format!("{}.{}.{}", of(0), of(1), of(2))
        }
        _ => {
            let drawn = Sha256::digest(text).iter().take(4).fold(0_u64, |n, byte| n << 8 | u64::from(*byte));
            format!("0.{}.0", drawn % 1_000_000_000)
        }
    }
}

/// The version of a code list: the day at which it stands.
pub(super) fn version_on(day: Date) -> String {
    format!("{}.{}.{}", day.year(), day.month(), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_apart_what_differs() {
        for (text, expected) in [
            ("2A", "2A"),
            ("AN-BIENS", "AN-BIENS"),
            ("fake_shop", "fake_shop"),
            ("mis en cause", "mis$20en$20cause"),
            ("é", "$C3$A9"),
            ("_T", "$5FT"),
            ("=1+1", "$3D1$2B1"),
            ("a$20", "a$2420"),
            ("", "_X"),
        ] {
            assert_eq!(code(text), expected);
        }
        let (long, other) = ("é".repeat(500), format!("{}a", "é".repeat(499)));
        assert!(code(&long).len() < 255 && code(&long) != code(&other));
    }

    #[test]
    fn versions_are_three_numbers() {
        assert_eq!(version("2025-1"), "2025.1.0");
        assert_eq!(version("3"), "3.0.0");
        assert_ne!(version("2025-1b"), version("2025-1c"));
        for odd in ["", "v1", "2025-01", "1.2.3.4", "99999999999"] {
            assert!(ours("X", &version(odd)).is_ok() && version(odd).starts_with("0."), "{odd}");
        }
        assert_eq!(version_on("2024-01-31".parse().unwrap()), "2024.1.31");
    }
}
