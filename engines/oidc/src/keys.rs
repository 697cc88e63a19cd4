//! The provider's keys (RFC 7517), less those that no token may be checked with.

use crate::config::SigningAlgorithm;
use crate::json;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use beffroi_ports::Refusal;
use openidconnect::JsonWebKey as _;
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeySet};
use serde_json::{Map, Value, json};

/// The most keys that are looked at.
const MOST: usize = 64;

/// Keys that may verify a signature: public, of RSA with 2048 to 4096 bits and an exponent over 2^16, or on P-256.
pub(crate) struct KeySet {
    pub(crate) keys: CoreJsonWebKeySet,
}

fn bytes(jwk: &Map<String, Value>, name: &str) -> Option<Vec<u8>> {
    let mut bytes = URL_SAFE_NO_PAD.decode(jwk.get(name)?.as_str()?).ok()?;
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    Some(bytes.split_off(zeros))
}

/// Bits of a number without leading zero bytes.
fn bits(number: &[u8]) -> usize {
    let head = number.first().map_or(0, |byte| byte.leading_zeros() as usize);
    (number.len() * 8).saturating_sub(head)
}

/// Whether a key may verify signatures of one of the algorithms.
fn usable(jwk: &Value) -> bool {
    let Some(jwk) = jwk.as_object() else { return false };
    let is = |name: &str, expected: &str| jwk.get(name).is_none_or(|value| value.as_str() == Some(expected));
    let verifies = |ops: &Value| ops.as_array().is_some_and(|ops| ops.iter().any(|op| op.as_str() == Some("verify")));
    // A published private or symmetric part makes a key anybody's.
    let public = !["d", "p", "q", "dp", "dq", "qi", "k"].iter().any(|name| jwk.contains_key(*name));
    let named = jwk.get("kid").is_none_or(Value::is_string);
    if !public || !named || !is("use", "sig") || !jwk.get("key_ops").is_none_or(verifies) {
        return false;
    }
    match jwk.get("kty").and_then(Value::as_str) {
        Some("RSA") => {
            let modulus = bytes(jwk, "n").map_or(0, |n| bits(&n));
            let exponent = bytes(jwk, "e").map_or(0, |e| bits(&e));
            is("alg", "RS256") && (2048..=4096).contains(&modulus) && (17..=33).contains(&exponent)
        }
        Some("EC") => {
            let coordinate = |name| jwk.get(name).and_then(Value::as_str).is_some_and(|text| text.len() == 43);
            is("alg", "ES256") && jwk.contains_key("crv") && is("crv", "P-256") && coordinate("x") && coordinate("y")
        }
        _ => false,
    }
}

impl KeySet {
    /// Reads a key set, leaving out the keys that cannot be used; `None` when it is not one.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let mut set = json::object(body)?;
        let Some(Value::Array(mut keys)) = set.remove("keys") else { return None };
        if keys.len() > MOST {
            return None;
        }
        keys.retain(usable);
        Some(Self { keys: serde_json::from_value(json!({ "keys": keys })).ok()? })
    }

    /// Whether a key has that name.
    pub(crate) fn knows(&self, kid: &str) -> bool {
        self.keys.keys().iter().any(|key| key.key_id().is_some_and(|id| id.as_str() == kid))
    }

    /// The one key that a token names; a token may leave its name out only when there is one key in all (OpenID Connect
    /// Core 10.1).
    pub(crate) fn named(&self, kid: Option<&str>, algorithm: SigningAlgorithm) -> Result<&CoreJsonWebKey, Refusal> {
        let mut keys = self.keys.keys().iter().filter(|key| match kid {
            Some(kid) => key.key_id().is_some_and(|id| id.as_str() == kid),
            None => true,
        });
        let kty = match algorithm {
            SigningAlgorithm::Rs256 => openidconnect::core::CoreJsonWebKeyType::RSA,
            SigningAlgorithm::Es256 => openidconnect::core::CoreJsonWebKeyType::EllipticCurve,
        };
        match (keys.next(), keys.next()) {
            (Some(key), None) if *key.key_type() == kty => Ok(key),
            _ => Err(Refusal::Key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rsa(bytes: usize, extra: Value) -> Value {
        let mut jwk = json!({"kty": "RSA", "kid": "a", "n": URL_SAFE_NO_PAD.encode(vec![0xff; bytes]), "e": "AQAB"});
        if let (Some(jwk), Value::Object(extra)) = (jwk.as_object_mut(), extra) {
            jwk.extend(extra);
        }
        jwk
    }

    fn ec(crv: &str) -> Value {
        let x = URL_SAFE_NO_PAD.encode([1; 32]);
        json!({"kty": "EC", "kid": "b", "crv": crv, "x": x, "y": x, "use": "sig", "alg": "ES256"})
    }

    fn count(keys: &[Value]) -> usize {
        KeySet::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap().keys.keys().len()
    }

    #[test]
    fn keys_that_prove_nothing_are_left_out() {
        assert_eq!(count(&[rsa(256, json!({})), ec("P-256")]), 2);
        assert_eq!(count(&[rsa(256, json!({"use": "sig", "alg": "RS256", "key_ops": ["verify"]}))]), 1);
        for extra in [
            json!({"use": "enc"}),
            json!({"alg": "RSA-OAEP"}),
            json!({"alg": "RS512"}),
            json!({"key_ops": ["encrypt"]}),
            json!({"d": "AQAB"}),
            json!({"e": "Aw"}),
            json!({"e": "AQ"}),
            json!({"e": "AAAAAw"}),
            json!({"n": ""}),
            json!({"kid": 1}),
            json!({"kty": "oct", "k": "AQAB"}),
            json!({"kty": "OKP"}),
            json!({"kty": 1}),
        ] {
            assert_eq!(count(&[rsa(256, extra.clone())]), 0, "{extra}");
        }
        assert_eq!(count(&[rsa(255, json!({})), rsa(128, json!({})), rsa(1024, json!({}))]), 0);
        assert_eq!(count(&[ec("P-384"), ec("secp256k1"), json!("key"), json!({})]), 0);
    }

    #[test]
    fn a_set_out_of_form_or_without_measure_is_refused() {
        for text in
            ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[],"keys":[]}"#, r#"{"keys":[{"kid":"a","kid":"b"}]}"#]
        {
            assert!(KeySet::read(text.as_bytes()).is_none(), "{text}");
        }
        let many = vec![ec("P-256"); MOST + 1];
        assert!(KeySet::read(json!({ "keys": many }).to_string().as_bytes()).is_none());
    }

    #[test]
    fn a_token_names_one_key() {
        let set = |keys: &[Value]| KeySet::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap();
        let both = set(&[rsa(256, json!({})), ec("P-256")]);
        let (rs, es) = (SigningAlgorithm::Rs256, SigningAlgorithm::Es256);
        assert!(both.named(Some("a"), rs).is_ok() && both.named(Some("b"), es).is_ok());
        assert!(both.named(Some("a"), es).is_err() && both.named(Some("b"), rs).is_err());
        assert!(both.named(None, rs).is_err() && both.named(Some("c"), rs).is_err());
        assert!(set(&[ec("P-256")]).named(None, es).is_ok());
        assert!(set(&[ec("P-256"), ec("P-256")]).named(Some("b"), es).is_err());
    }
}
