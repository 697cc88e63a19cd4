//! Targets of small texts: what comes in is read, and what was read is written and read again.

use std::fmt::{Debug, Display};
use std::str::FromStr;

/// Bytes as text; what is no text is not asked of a reader of texts.
pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// Reads a text; what reads must read back alike from what it writes.
pub(crate) fn round<T: FromStr + Display + PartialEq + Debug>(bytes: &[u8]) {
    if let Ok(value) = text(bytes).parse::<T>() {
        let written = value.to_string();
        let again = written.parse::<T>().ok();
        assert_eq!(again.as_ref(), Some(&value), "`{written}` does not read back");
    }
}

/// Reads a text.
pub(crate) fn once<T: FromStr>(bytes: &[u8]) {
    let _ = text(bytes).parse::<T>();
}

/// Texts as seeds.
pub(crate) fn seeds(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}
