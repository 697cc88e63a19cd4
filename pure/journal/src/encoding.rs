//! Base64 as the published format wants it: standard alphabet, padded, one text for one value.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The base64 text of bytes.
pub fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The bytes of a base64 text; nothing when it is not the one that [`to_base64`] gives for them (this engine refuses
/// missing padding and bits beyond the last byte).
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// At most 80 characters of a text, for a message.
pub(crate) fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_stands_for_one_value() {
        assert_eq!(from_base64("AAE="), Some(vec![0, 1]));
        for other in ["AAE", "AAF=", "AAE=\n", " AAE=", "AA-_", "AAE=="] {
            assert_eq!(from_base64(other), None, "{other:?}");
        }
    }
}
