//! A key as 16 bytes: linkage never keeps a text per record.

use sha2::{Digest, Sha256};
use std::fmt;

/// The digest of a key: the first 128 bits of SHA-256 over its kind and its canonical value.
///
/// A cryptographic digest, since the values are chosen by adversaries: with a weaker hash, two unrelated values made
/// to collide would join two series. At 10⁸ distinct keys, the odds of one accidental collision are below 10⁻²².
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key([u8; 16]);

impl Key {
    /// The key of kind `kind` (a code such as `phone-number`, or a column's name) and canonical value `value`. Two
    /// kinds never share a key, whatever their values.
    pub fn new(kind: &str, value: &str) -> Self {
        let mut hasher = Sha256::new();
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        hasher.update(u64::try_from(kind.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(kind.as_bytes());
        hasher.update(value.as_bytes());
        let mut head = [0; 16];
        for (to, from) in head.iter_mut().zip(hasher.finalize()) {
            *to = from;
        }
        Self(head)
    }

    /// The key of a cell of a table: none when the cell is blank; blanks around the value do not count.
    pub fn of_cell(column: &str, cell: &str) -> Option<Self> {
        let value = cell.trim();
        (!value.is_empty()).then(|| Self::new(column, value))
    }

    /// The 16 bytes.
    pub fn bytes(self) -> [u8; 16] {
        self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_and_value_do_not_run_into_each_other() {
        assert_ne!(Key::new("ab", "c"), Key::new("a", "bc"));
        assert_ne!(Key::new("phone-number", "1"), Key::new("iban", "1"));
        assert_eq!(Key::new("iban", "1"), Key::new("iban", "1"));
    }

    #[test]
    fn a_blank_cell_is_no_key() {
        assert_eq!(Key::of_cell("phone", "  "), None);
        assert_eq!(Key::of_cell("phone", " 12 "), Some(Key::new("phone", "12")));
    }
}
