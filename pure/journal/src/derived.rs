//! Keys for other uses, made from the seed of the journal's key: one secret of the house to keep, and none that tells
//! another.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// A key for one use: it authenticates short texts (HMAC-SHA-256, RFC 2104).
#[derive(Clone)]
pub struct DerivedKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for DerivedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DerivedKey(…)")
    }
}

impl DerivedKey {
    /// The key for `use_of`: HMAC-SHA-256 under `seed` of a fixed text and of `use_of`.
    pub(crate) fn new(seed: &[u8; 32], use_of: &str) -> Self {
        let mut message = b"beffroi derived key v1\0".to_vec();
        message.extend_from_slice(use_of.as_bytes());
        Self(Zeroizing::new(hmac(seed, &message)))
    }

    /// The code that authenticates a message.
    pub fn mac(&self, message: &[u8]) -> [u8; 32] {
        hmac(&self.0, message)
    }

    /// Whether the code is that of the message, in a time that does not tell where they differ.
    pub fn verifies(&self, message: &[u8], code: &[u8]) -> bool {
        Hmac::<Sha256>::new_from_slice(self.0.as_slice()).is_ok_and(|mut mac| {
            mac.update(message);
            mac.verify_slice(code).is_ok()
        })
    }

    /// The key itself, for the other side of a shared secret.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

fn hmac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let mut code = [0; 32];
    // HMAC takes a key of any length: this always succeeds.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) {
        mac.update(message);
        code.copy_from_slice(&mac.finalize().into_bytes());
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LogKey;

    #[test]
    fn each_use_has_its_key_and_each_message_its_code() {
        let log = LogKey::new("essai.example/journal", &[7; 32]).unwrap();
        let (links, hooks) = (log.derive("links"), log.derive("hooks"));
        assert_ne!(links.expose(), hooks.expose());
        assert_eq!(links.expose(), log.derive("links").expose());
        let code = links.mac(b"a");
        assert!(links.verifies(b"a", &code));
        assert!(!links.verifies(b"b", &code) && !hooks.verifies(b"a", &code) && !links.verifies(b"a", &code[..16]));
        assert_ne!(code, [0; 32]);
        assert_eq!(format!("{links:?}"), "DerivedKey(…)");
    }

    /// RFC 4231, test case 2, with its key filled up with zeros, which HMAC does anyway.
    #[test]
    fn the_code_is_that_of_the_rfc() {
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let code = DerivedKey(Zeroizing::new(key)).mac(b"what do ya want for nothing?");
        let hex: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
