//! The port of signing in at a provider of identities, by OpenID Connect.
//!
//! The caller sends the browser to the address of a [`SignInStart`], keeps [`SignInKept`] on its side, bound to that
//! browser by a cookie, and takes it out of its keeping (so that it serves once) before calling [`Identity::finish`].

use crate::{Answer, FetchError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A text that is never printed: a client secret, a token, a state. It is serialised as it is, for the server's own
/// keeping.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for its one use.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// What a sign-in asks for beyond the configuration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignInWish {
    /// The person must have authenticated at the provider at most that many seconds ago (`max_age`, OpenID Connect
    /// Core 3.1.2.1); the answer must then say when.
    pub max_age_s: Option<u32>,
    /// The provider must ask the person again (`prompt=login`).
    pub again: bool,
}

/// The first half of a sign-in.
#[derive(Clone)]
pub struct SignInStart {
    /// Where to send the browser. It holds the state and the nonce.
    pub address: String,
    /// What the server keeps.
    pub kept: SignInKept,
}

impl fmt::Debug for SignInStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignInStart").field("kept", &self.kept).finish_non_exhaustive()
    }
}

/// What the server keeps between the two halves of a sign-in, for one use.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInKept {
    /// The provider it was begun with.
    pub issuer: String,
    /// `state`: ties the answer to this attempt (RFC 6749, 10.12).
    pub state: Secret,
    /// `nonce`: ties the ID token to this attempt (OpenID Connect Core 15.5.2).
    pub nonce: Secret,
    /// The PKCE verifier (RFC 7636); `None` when the configuration does without.
    pub verifier: Option<Secret>,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// The `max_age` that was asked, in seconds.
    pub max_age_s: Option<u32>,
}

/// A person whom the provider vouches for. The key of a person is `issuer` and `subject` together, never the mail.
#[derive(Clone)]
pub struct SignedIn {
    /// `iss`, exactly as configured.
    pub issuer: String,
    /// `sub`: 1 to 255 visible ASCII characters, never given to another person by this issuer.
    pub subject: String,
    /// `acr`: how sure the provider is, one of those configured when any is.
    pub acr: Option<String>,
    /// `amr`: by which means (RFC 8176).
    pub amr: Vec<String>,
    /// First names, for display only.
    pub given_name: Option<String>,
    /// Name in use (`usual_name`, or `family_name`), for display only.
    pub usual_name: Option<String>,
    /// Mail address, for display only: it may change hands.
    pub email: Option<String>,
    /// The 14 digits of the establishment.
    pub siret: Option<String>,
    /// When the person authenticated at the provider.
    pub auth_time: Option<Timestamp>,
    /// The ID token, kept by the session only to sign out.
    pub id_token: Secret,
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn")
            .field("issuer", &self.issuer)
            .field("acr", &self.acr)
            .field("amr", &self.amr)
            .finish_non_exhaustive()
    }
}

/// Where to send the browser to end the session at the provider too.
#[derive(Clone)]
pub struct SignOutStart {
    /// The address. It holds the ID token.
    pub address: String,
    /// What the provider gives back as `state` to the address of return.
    pub state: Secret,
}

impl fmt::Debug for SignOutStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignOutStart").finish_non_exhaustive()
    }
}

/// A provider of identities, as the web face sees it.
pub trait Identity: Send + Sync {
    /// Prepares a sign-in.
    ///
    /// # Errors
    /// [`IdentityError`] when the provider's description cannot be had or does not hold together.
    fn begin(&self, wish: SignInWish, now: Timestamp) -> Answer<'_, Result<SignInStart, IdentityError>>;

    /// Checks what the browser brought back and fetches the person's identity. `returned` are the query parameters in
    /// their order, decoded, doubles included. `kept` is used up: after an error the person starts again.
    ///
    /// # Errors
    /// [`IdentityError`], with one reason for the journal. The person is told the same sentence in every case.
    fn finish<'a>(
        &'a self,
        kept: SignInKept,
        returned: &'a [(String, String)],
        now: Timestamp,
    ) -> Answer<'a, Result<SignedIn, IdentityError>>;

    /// Prepares the end of the session at the provider; `None` when it has no such address.
    ///
    /// # Errors
    /// [`IdentityError`] when the provider's description cannot be had.
    fn sign_out<'a>(
        &'a self,
        id_token: &'a Secret,
        now: Timestamp,
    ) -> Answer<'a, Result<Option<SignOutStart>, IdentityError>>;
}

/// Why a sign-in did not come about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The provider cannot be reached.
    #[error("the provider of identities cannot be asked: {0}")]
    Fetch(#[from] FetchError),
    /// The provider answered something that cannot be used: its fault or the configuration's.
    #[error("the provider of identities gave an unusable {endpoint} answer: {what}")]
    Provider {
        /// Which of its addresses: `discovery`, `keys`, `authorize`, `token`, `userinfo`.
        endpoint: &'static str,
        /// What is wrong with it.
        what: &'static str,
    },
    /// What came back does not prove who the person is.
    #[error("sign-in refused: {0}")]
    Refused(Refusal),
}

impl From<Refusal> for IdentityError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl IdentityError {
    /// The reason as a stable code for the journal: `fetch`, `provider`, or the code of a [`Refusal`].
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Fetch(_) => "fetch",
            Self::Provider { .. } => "provider",
            Self::Refused(refusal) => refusal.code(),
        }
    }
}

macro_rules! refusals {
    ($($(#[doc = $doc:literal])+ $name:ident $code:literal $message:literal,)+) => {
        /// What was wrong with what came back. OpenID Connect Core 1.0 is written "Core".
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
        pub enum Refusal {
            $($(#[doc = $doc])+ #[error($message)] $name,)+
        }

        impl Refusal {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable code written to the journal.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }
    };
}

refusals! {
    /// `state` is absent or another one (RFC 6749, 10.12).
    State "state" "the state is not the one that was sent",
    /// The attempt was begun too long ago, or in the future.
    TooLate "too-late" "the attempt has expired",
    /// The attempt was begun with another provider.
    OtherProvider "other-provider" "the attempt was begun with another provider",
    /// `iss` of the answer is absent or another one (RFC 9207, 2.4).
    AnswerIssuer "answer-issuer" "the answer comes from another issuer",
    /// The provider said no (`error`).
    ByProvider "by-provider" "the provider refused",
    /// The parameters of the answer are doubled, absent or out of form.
    AnswerForm "answer-form" "the parameters of the answer are out of form",
    /// The token endpoint refused the code: used, expired, or with another PKCE verifier (RFC 6749, 5.2; RFC 7636, 4.6).
    Code "code" "the provider refused the code",
    /// The token answer is out of form: not JSON, names doubled, no ID token, not a bearer token.
    TokenAnswer "token-answer" "the token answer is out of form",
    /// The token is out of form: too long, not three parts, not canonical base64url, not JSON, names doubled, or a
    /// claim of another type.
    TokenForm "token-form" "the token is out of form",
    /// The header names what is refused: `crit`, `jwk`, `jku`, `x5c`, `x5u`, `b64`, a nested or other type (RFC 8725, 3).
    TokenHeader "token-header" "the token's header is refused",
    /// The algorithm is not on the list (RFC 8725, 3.1).
    Algorithm "algorithm" "the token's algorithm is not allowed",
    /// No key of the provider has that `kid`, or several do, or it is absent where several keys exist (Core 10.1).
    Key "key" "no single key of the provider fits the token",
    /// The signature does not hold.
    Signature "signature" "the token's signature does not hold",
    /// `iss` is another one (Core 3.1.3.7, 2).
    Issuer "issuer" "the token's issuer is another one",
    /// `aud` is not this client alone (Core 3.1.3.7, 3).
    Audience "audience" "the token is not for this client alone",
    /// `azp` is another client (Core 3.1.3.7, 5).
    AuthorizedParty "authorized-party" "the token was issued to another client",
    /// `exp` has passed (Core 3.1.3.7, 9).
    Expired "expired" "the token has expired",
    /// `nbf` or `iat` lies in the future (RFC 7519, 4.1.5).
    NotYetValid "not-yet-valid" "the token is not valid yet",
    /// `iat` lies before the attempt (Core 3.1.3.7, 10).
    Stale "stale" "the token was issued before the attempt",
    /// `nonce` is absent or another one (Core 3.1.3.7, 11).
    Nonce "nonce" "the nonce is not the one that was sent",
    /// `acr` is absent or not on the list (Core 3.1.3.7, 12).
    Acr "acr" "the level of authentication is not sufficient",
    /// `auth_time` is absent, too old or in the future where it was asked (Core 3.1.3.7, 13).
    AuthTime "auth-time" "the person did not authenticate recently enough",
    /// `at_hash` is not the access token's (Core 3.1.3.8).
    AccessTokenHash "access-token-hash" "the access token was exchanged for another",
    /// `c_hash` is not the code's (Core 3.3.2.11).
    CodeHash "code-hash" "the code was exchanged for another",
    /// `sub` is absent, empty, over 255 characters or not visible ASCII (Core 2).
    Subject "subject" "the token has no usable subject",
    /// The user information is not signed where a signed one is demanded, or of another media type (Core 5.3.2).
    UserInfoUnsigned "userinfo-unsigned" "the user information is not signed",
    /// The user information is out of form, or speaks for another issuer or client.
    UserInfoForm "userinfo-form" "the user information is out of form",
    /// The user information is about somebody else (Core 5.3.4).
    UserInfoSubject "userinfo-subject" "the user information is about another subject",
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn nothing_prints_a_secret_and_the_kept_part_comes_back_whole() {
        let kept = SignInKept {
            issuer: "https://a.fr".into(),
            state: Secret::new("canary-state"),
            nonce: Secret::new("canary-nonce"),
            verifier: Some(Secret::new("canary-verifier")),
            begun_at: Timestamp::UNIX_EPOCH,
            max_age_s: Some(60),
        };
        let start = SignInStart { address: "https://a.fr/?state=canary-state".into(), kept: kept.clone() };
        let out = SignOutStart { address: "https://a.fr/?id_token_hint=canary".into(), state: Secret::new("canary") };
        let person = SignedIn {
            issuer: "https://a.fr".into(),
            subject: "canary-subject".into(),
            acr: Some("eidas2".into()),
            amr: vec!["mfa".into()],
            given_name: Some("canary".into()),
            usual_name: Some("canary".into()),
            email: Some("canary@a.fr".into()),
            siret: Some("canary".into()),
            auth_time: None,
            id_token: Secret::new("canary"),
        };
        let shown = format!("{kept:?} {start:?} {out:?} {person:?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("eidas2"), "{shown}");
        let expected = [kept.state.expose(), kept.nonce.expose()].map(str::to_owned);
        let back = SignInKept { ..start.kept };
        assert_eq!([back.state.expose(), back.nonce.expose()], expected);
    }

    #[test]
    fn every_reason_has_a_code_of_its_own() {
        let codes: BTreeSet<_> = Refusal::ALL.iter().map(|refusal| refusal.code()).collect();
        assert_eq!(codes.len(), Refusal::ALL.len());
        let messages: BTreeSet<_> = Refusal::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(messages.len(), Refusal::ALL.len());
        assert_eq!(IdentityError::from(Refusal::Nonce).reason(), "nonce");
    }
}
