//! The provider's keys, drawn when it starts, and what it signs with them.

use super::bends::Signing;
use crate::SigningAlgorithm;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Two keys of one kind: the one that is published, and another.
struct Pair<K> {
    published: K,
    other: K,
}

impl<K> Pair<K> {
    fn draw(one: impl Fn() -> Option<K>) -> Option<Self> {
        Some(Self { published: one()?, other: one()? })
    }

    fn of(&self, signing: Signing) -> &K {
        if signing == Signing::OtherKey { &self.other } else { &self.published }
    }
}

/// A key of each kind, and another of each.
pub(super) struct TrialKeys {
    rsa: Pair<RsaKeyPair>,
    ec: Pair<EcdsaKeyPair>,
}

/// One element of DER and what follows it (ITU-T X.690, 8.1).
fn element(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (head, rest) = der.split_at_checked(2)?;
    let first = *head.get(1)?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (long, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        (long.iter().fold(0, |sum, byte| (sum << 8) | usize::from(*byte)), rest)
    };
    rest.split_at_checked(length)
}

/// Modulus and exponent of an RSA public key (RFC 8017, A.1.1).
fn numbers(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let unsigned = |bytes: &[u8]| bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
    let (inside, _) = element(der)?;
    let (modulus, rest) = element(inside)?;
    let (exponent, _) = element(rest)?;
    Some((unsigned(modulus), unsigned(exponent)))
}

/// What a JWT part looks like.
pub(super) fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The SHA-256 of a text in unpadded base64url: a PKCE challenge (RFC 7636, 4.2).
pub(super) fn hashed(text: &str) -> String {
    encoded(digest::digest(&digest::SHA256, text.as_bytes()))
}

/// The left half of the SHA-256 of a text in unpadded base64url: `at_hash` and `c_hash` (OpenID Connect Core 3.3.2.11).
pub(super) fn half_hashed(text: &str) -> String {
    encoded(digest::digest(&digest::SHA256, text.as_bytes()).as_ref().get(..16).unwrap_or_default())
}

impl TrialKeys {
    /// Draws all keys; `None` when the system gives no chance.
    pub(super) fn draw() -> Option<Self> {
        Some(Self {
            rsa: Pair::draw(|| RsaKeyPair::generate(KeySize::Rsa2048).ok())?,
            ec: Pair::draw(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok())?,
        })
    }

    /// The name of the published key of an algorithm.
    pub(super) fn kid(algorithm: SigningAlgorithm) -> &'static str {
        match algorithm {
            SigningAlgorithm::Rs256 => "trial-rsa",
            SigningAlgorithm::Es256 => "trial-ec",
        }
    }

    /// The published keys, as JWKs (RFC 7517).
    pub(super) fn published(&self) -> Vec<Value> {
        let mut keys = Vec::new();
        if let Some((n, e)) = numbers(self.rsa.published.public_key().as_ref()) {
            keys.push(json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": Self::kid(SigningAlgorithm::Rs256),
                "n": encoded(n), "e": encoded(e)}));
        }
        // An uncompressed point: 4, then both coordinates.
        let point = self.ec.published.public_key().as_ref().get(1..).and_then(|point| point.split_at_checked(32));
        if let Some((x, y)) = point {
            keys.push(json!({"kty": "EC", "use": "sig", "alg": "ES256", "kid": Self::kid(SigningAlgorithm::Es256),
                "crv": "P-256", "x": encoded(x), "y": encoded(y)}));
        }
        keys
    }

    /// Signs a text; empty when it cannot.
    pub(super) fn sign(
        &self,
        text: &str,
        algorithm: SigningAlgorithm,
        signing: Signing,
        client_secret: &str,
    ) -> Vec<u8> {
        let random = SystemRandom::new();
        let keyed = |key: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec();
        let honest = || match algorithm {
            SigningAlgorithm::Rs256 => {
                let pair = self.rsa.of(signing);
                let mut signature = vec![0; pair.public_modulus_len()];
                let signed = pair.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature);
                signed.map(|()| signature).unwrap_or_default()
            }
            SigningAlgorithm::Es256 => {
                let signed = self.ec.of(signing).sign(&random, text.as_bytes());
                signed.map(|signature| signature.as_ref().to_vec()).unwrap_or_default()
            }
        };
        match signing {
            Signing::Honest | Signing::OtherKey => honest(),
            Signing::PublicKeyAsSecret => keyed(match algorithm {
                SigningAlgorithm::Rs256 => self.rsa.published.public_key().as_ref(),
                SigningAlgorithm::Es256 => self.ec.published.public_key().as_ref(),
            }),
            Signing::ClientSecret => keyed(client_secret.as_bytes()),
            Signing::Unsigned => Vec::new(),
            Signing::OneBitOff => {
                let mut signature = honest();
                if let Some(last) = signature.last_mut() {
                    *last ^= 1;
                }
                signature
            }
            Signing::Zeros => vec![0; honest().len()],
        }
    }
}
