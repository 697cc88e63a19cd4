//! An authenticator and the browser in front of it, in software. A message is made in steps, and a test may bend it
//! before it is signed or after.

use crate::cbor;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

pub(crate) fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn unb64(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn sha256(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

pub(crate) const UP: u8 = 0x01;
pub(crate) const UV: u8 = 0x04;
pub(crate) const BE: u8 = 0x08;
pub(crate) const BS: u8 = 0x10;
pub(crate) const AT: u8 = 0x40;
pub(crate) const ED: u8 = 0x80;

/// Two primes drawn for these tests.
const P: &str = "c21e26674e30a348b65595548ab23ff9657080f3436ae55fed8c9e5e4a83637f12cb14a212b8a410e2721d6898f612d30a616c476f390e296fe3807da1dfc11a9c1f426212d23e76977aa1138829220d10ec083bf8cc0aca267285c9deaf8fed95a62b8525ef5390fa1ca83c952ad5feb1fe8d43370cc65de03023b61f3d9745";
const Q: &str = "c0473b9af89fe7d88ac36854b21ee9832910e26c4a5dac795b59ad408ff460b951259ab841b17c15c34eb6b91e5e92c5b05870d0d5c5e52253b3fb39ae3abe0263cfdf2ea293f9ffc8ff2534a3eba5fbca5b3cc968cca638cdae0656156b4905b911ef4a7cdff93b903b311d3cb9c51bb1477c3a86e836df9f9dae2334c6fa9d";

#[derive(Clone)]
pub(crate) enum Key {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(Box<p256::ecdsa::SigningKey>),
    Rsa(Box<rsa::RsaPrivateKey>),
}

impl Key {
    pub(crate) fn ed25519(seed: u8) -> Self {
        Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&[seed; 32])))
    }

    pub(crate) fn p256(seed: u8) -> Self {
        Self::P256(Box::new(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap()))
    }

    pub(crate) fn rsa() -> Self {
        let prime = |hex: &str| rsa::BigUint::parse_bytes(hex.as_bytes(), 16).unwrap();
        Self::Rsa(Box::new(rsa::RsaPrivateKey::from_p_q(prime(P), prime(Q), 65_537u32.into()).unwrap()))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => ed25519_dalek::Signer::sign(key.as_ref(), message).to_bytes().to_vec(),
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = p256::ecdsa::signature::Signer::sign(key.as_ref(), message);
                signature.to_der().as_bytes().to_vec()
            }
            Self::Rsa(key) => key.sign(rsa::Pkcs1v15Sign::new::<rsa::sha2::Sha256>(), &sha256(message)).unwrap(),
        }
    }

    /// The public key as COSE (RFC 9053), in canonical order.
    pub(crate) fn cose(&self) -> Vec<u8> {
        use cbor::{bytes, int, map};
        match self {
            Self::Ed25519(key) => map(&[
                (int(1), int(1)),
                (int(3), int(-8)),
                (int(-1), int(6)),
                (int(-2), bytes(key.verifying_key().as_bytes())),
            ]),
            Self::P256(key) => {
                let point = key.verifying_key().to_encoded_point(false);
                ec2(-7, 1, point.x().unwrap(), point.y().unwrap())
            }
            Self::Rsa(key) => {
                let modulus = rsa::traits::PublicKeyParts::n(key.as_ref()).to_bytes_be();
                rs256(&modulus, &[1, 0, 1])
            }
        }
    }

    fn algorithm(&self) -> i64 {
        match self {
            Self::Ed25519(_) => -8,
            Self::P256(_) => -7,
            Self::Rsa(_) => -257,
        }
    }
}

/// A key on a curve with two coordinates, as COSE.
pub(crate) fn ec2(algorithm: i64, curve: i64, x: &[u8], y: &[u8]) -> Vec<u8> {
    use cbor::{bytes, int, map};
    map(&[(int(1), int(2)), (int(3), int(algorithm)), (int(-1), int(curve)), (int(-2), bytes(x)), (int(-3), bytes(y))])
}

/// An RSA key as COSE.
pub(crate) fn rs256(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    use cbor::{bytes, int, map};
    map(&[(int(1), int(3)), (int(3), int(-257)), (int(-1), bytes(modulus)), (int(-2), bytes(exponent))])
}

/// What the browser writes.
#[derive(Clone)]
pub(crate) struct ClientData {
    pub(crate) ceremony: String,
    pub(crate) challenge: String,
    pub(crate) origin: String,
    pub(crate) cross_origin: Option<bool>,
    pub(crate) top_origin: Option<String>,
    /// Further members, as JSON with their leading comma.
    pub(crate) more: String,
}

impl ClientData {
    fn json(&self) -> Vec<u8> {
        let mut json =
            format!(r#"{{"type":"{}","challenge":"{}","origin":"{}""#, self.ceremony, self.challenge, self.origin);
        if let Some(cross) = self.cross_origin {
            json.push_str(&format!(r#","crossOrigin":{cross}"#));
        }
        if let Some(top) = &self.top_origin {
            json.push_str(&format!(r#","topOrigin":"{top}""#));
        }
        json.push_str(&self.more);
        json.push('}');
        json.into_bytes()
    }
}

/// A message before it is signed.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) client: ClientData,
    pub(crate) party: String,
    pub(crate) flags: u8,
    pub(crate) counter: u32,
    pub(crate) id: Vec<u8>,
    /// At a registration only.
    pub(crate) cose: Option<Vec<u8>>,
    /// After the authenticator's data.
    pub(crate) tail: Vec<u8>,
    pub(crate) handle: Option<Vec<u8>>,
    /// Self attestation instead of none.
    pub(crate) packed: bool,
}

/// A message on its way: everything may still be changed, nothing is signed anew.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) id: String,
    pub(crate) raw_id: String,
    pub(crate) client_data: Vec<u8>,
    /// The attestation object at a registration, the authenticator's data at a sign-in.
    pub(crate) data: Vec<u8>,
    /// At a sign-in only.
    pub(crate) signature: Option<Vec<u8>>,
    pub(crate) handle: Option<String>,
    /// Further members of `response`, as JSON with their leading comma.
    pub(crate) more: String,
}

impl Sent {
    pub(crate) fn json(&self) -> String {
        let response = match &self.signature {
            None => {
                format!(r#""attestationObject":"{}","transports":["internal","hybrid","of-tomorrow"]"#, b64(&self.data))
            }
            Some(signature) => {
                let handle = self.handle.as_ref().map(|h| format!(r#","userHandle":"{h}""#)).unwrap_or_default();
                format!(r#""authenticatorData":"{}","signature":"{}"{handle}"#, b64(&self.data), b64(signature))
            }
        };
        format!(
            r#"{{"id":"{}","rawId":"{}","type":"public-key","authenticatorAttachment":"platform","clientExtensionResults":{{"credProps":{{"rk":true}}}},"response":{{"clientDataJSON":"{}",{response}{}}}}}"#,
            self.id,
            self.raw_id,
            b64(&self.client_data),
            self.more
        )
    }
}

/// One authenticator with one passkey.
#[derive(Clone)]
pub(crate) struct Authenticator {
    pub(crate) key: Key,
    pub(crate) id: Vec<u8>,
    pub(crate) handle: Option<Vec<u8>>,
    pub(crate) counter: u32,
    pub(crate) party: String,
    pub(crate) origin: String,
}

impl Authenticator {
    fn message(&self, ceremony: &str, options: &str) -> Message {
        let options: serde_json::Value = serde_json::from_str(options).unwrap();
        let options = options.get("publicKey").unwrap_or(&options);
        Message {
            client: ClientData {
                ceremony: ceremony.to_owned(),
                challenge: options["challenge"].as_str().unwrap().to_owned(),
                origin: self.origin.clone(),
                cross_origin: Some(false),
                top_origin: None,
                more: r#","other_keys_can_be_added_here":"do not compare clientDataJSON against a template""#
                    .to_owned(),
            },
            party: self.party.clone(),
            flags: UP | UV,
            counter: self.counter,
            id: self.id.clone(),
            cose: None,
            tail: Vec::new(),
            handle: self.handle.clone(),
            packed: false,
        }
    }

    /// What it would answer to a registration.
    pub(crate) fn create(&self, options: &str) -> Message {
        let mut message = self.message("webauthn.create", options);
        message.flags |= AT;
        message.cose = Some(self.key.cose());
        message
    }

    /// What it would answer to a sign-in.
    pub(crate) fn get(&self, options: &str) -> Message {
        self.message("webauthn.get", options)
    }

    /// Signs `message` and sends it.
    pub(crate) fn send(&self, message: &Message) -> Sent {
        let client_data = message.client.json();
        let mut data = sha256(&message.party);
        data.push(message.flags);
        data.extend(message.counter.to_be_bytes());
        if let Some(cose) = &message.cose {
            data.extend([0xAA; 16]);
            data.extend(u16::try_from(message.id.len()).unwrap().to_be_bytes());
            data.extend(&message.id);
            data.extend(cose);
        }
        data.extend(&message.tail);
        let signature = self.key.sign(&[data.clone(), sha256(&client_data)].concat());
        let (data, signature) = if message.cose.is_some() {
            let (format, statement) = if message.packed {
                let statement = cbor::map(&[
                    (cbor::text("alg"), cbor::int(self.key.algorithm())),
                    (cbor::text("sig"), cbor::bytes(&signature)),
                ]);
                ("packed", statement)
            } else {
                ("none", cbor::map(&[]))
            };
            let object = cbor::map(&[
                (cbor::text("fmt"), cbor::text(format)),
                (cbor::text("attStmt"), statement),
                (cbor::text("authData"), cbor::bytes(&data)),
            ]);
            (object, None)
        } else {
            (data, Some(signature))
        };
        Sent {
            id: b64(&message.id),
            raw_id: b64(&message.id),
            client_data,
            data,
            signature,
            handle: message.handle.as_ref().map(b64),
            more: String::new(),
        }
    }
}
