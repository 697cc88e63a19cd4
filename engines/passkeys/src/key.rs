//! Public keys: from what an authenticator sent to the plain forms that are stored, and back.

use beffroi_ports::passkeys::{Algorithm, Check, PasskeyError};
use webauthn_rp::response::register::{
    CompressedP256PubKey, CompressedPubKey, Ed25519PubKey, RsaPubKey, UncompressedPubKey,
};

/// A modulus of 4096 bits. Longer ones only cost time to check.
const MAX_MODULUS_BYTES: usize = 512;

const NOT_TAKEN: PasskeyError = PasskeyError::Refused { check: Check::Algorithm };

pub(crate) type StoredKey<'a> = CompressedPubKey<&'a [u8], &'a [u8], &'a [u8], &'a [u8]>;

/// The algorithm and the stored form of a key that the library has found to be one: on its curve, of a fair exponent.
pub(crate) fn stored(key: UncompressedPubKey<'_>) -> Result<(Algorithm, Vec<u8>), PasskeyError> {
    match key {
        UncompressedPubKey::Ed25519(key) => Ok((Algorithm::EdDsa, key.inner().to_vec())),
        UncompressedPubKey::P256(key) => {
            let mut point = vec![if key.y_is_odd() { 3 } else { 2 }];
            point.extend(key.x());
            Ok((Algorithm::Es256, point))
        }
        UncompressedPubKey::Rsa(key) if key.n().len() <= MAX_MODULUS_BYTES => {
            let mut bytes = key.e().to_be_bytes().to_vec();
            bytes.extend(*key.n());
            Ok((Algorithm::Rs256, bytes))
        }
        UncompressedPubKey::Rsa(_) | UncompressedPubKey::P384(_) => Err(NOT_TAKEN),
    }
}

/// The key of the stored form.
pub(crate) fn read(algorithm: Algorithm, bytes: &[u8]) -> Result<StoredKey<'_>, PasskeyError> {
    let key = match algorithm {
        Algorithm::EdDsa => Ed25519PubKey::try_from(bytes).ok().map(CompressedPubKey::Ed25519),
        Algorithm::Es256 => match bytes {
            [2, x @ ..] => CompressedP256PubKey::try_from((x, false)).ok().map(CompressedPubKey::P256),
            [3, x @ ..] => CompressedP256PubKey::try_from((x, true)).ok().map(CompressedPubKey::P256),
            _ => None,
        },
        Algorithm::Rs256 => bytes.split_first_chunk().and_then(|(exponent, modulus)| {
            let fits = modulus.len() <= MAX_MODULUS_BYTES;
            let key = RsaPubKey::try_from((modulus, u32::from_be_bytes(*exponent))).ok();
            key.filter(|_| fits).map(CompressedPubKey::Rsa)
        }),
    };
    key.ok_or(NOT_TAKEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_key_of_the_wrong_length_is_refused() {
        let refused = |algorithm, bytes: &[u8]| read(algorithm, bytes).is_err();
        assert!(!refused(Algorithm::EdDsa, &[1; 32]) && refused(Algorithm::EdDsa, &[1; 31]));
        assert!(!refused(Algorithm::Es256, &[2; 33]) && refused(Algorithm::Es256, &[4; 33]));
        assert!(refused(Algorithm::Es256, &[2; 32]) && refused(Algorithm::Es256, &[]));
        assert!(!refused(Algorithm::Rs256, &[1; 260]) && !refused(Algorithm::Rs256, &[1; 516]));
        assert!(refused(Algorithm::Rs256, &[1; 259]) && refused(Algorithm::Rs256, &[1; 517]));
        assert!(refused(Algorithm::Rs256, &[1; 3]));
    }
}
