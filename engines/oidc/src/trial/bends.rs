//! How a test bends what the provider says.

use serde_json::{Map, Value};
use std::sync::Arc;

/// Changes the members of an object.
pub type Bend<T> = Option<Arc<dyn Fn(&mut T) + Send + Sync>>;

/// Changes the members of a JSON object.
pub type MembersBend = Bend<Map<String, Value>>;

/// How a token is signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Signing {
    /// With the key that the header names.
    #[default]
    Honest,
    /// With another key of the same kind.
    OtherKey,
    /// With HMAC-SHA-256, keyed by the public key's bytes: what a confused verifier would check (RFC 8725, 2.1).
    PublicKeyAsSecret,
    /// With HMAC-SHA-256, keyed by the client secret.
    ClientSecret,
    /// Not at all: the signature is empty.
    Unsigned,
    /// Rightly, then one bit of the signature is turned.
    OneBitOff,
    /// ECDSA of nothing but zeros (what CVE-2022-21449 let through); for RSA the number zero.
    Zeros,
}

/// What is bent. The default bends nothing.
#[derive(Clone, Default)]
pub struct Bends {
    /// The description.
    pub discovery: MembersBend,
    /// The text of the description.
    pub discovery_text: Bend<String>,
    /// The key set.
    pub keys: MembersBend,
    /// The parameters sent back with the browser.
    pub returned: Bend<Vec<(String, String)>>,
    /// The header of the ID token.
    pub header: MembersBend,
    /// The claims of the ID token.
    pub claims: MembersBend,
    /// The text of the claims of the ID token, before it is signed.
    pub claims_text: Bend<String>,
    /// How the ID token is signed.
    pub signing: Signing,
    /// The ID token, after it is signed.
    pub token: Bend<String>,
    /// The token answer.
    pub token_answer: MembersBend,
    /// The text of the token answer.
    pub token_text: Bend<String>,
    /// The header of signed user information.
    pub userinfo_header: MembersBend,
    /// The claims of user information.
    pub userinfo: MembersBend,
    /// The text of user information, signed or not, and its media type.
    pub userinfo_text: Bend<(String, String)>,
    /// How user information is signed.
    pub userinfo_signing: Signing,
}

pub(super) fn apply<T>(bend: &Bend<T>, value: &mut T) {
    if let Some(bend) = bend {
        bend(value);
    }
}
