//! Passkeys, by `webauthn_rp`: the one room that knows that library. It says yes or no to what a browser answers and
//! keeps nothing; what is kept between the two halves of a ceremony is given back as bytes.
//!
//! Asked of every authenticator: user verification always, a discoverable passkey if it can, no attestation, and one of
//! EdDSA, ES256 and RS256. `docs/passkeys.md` says which check is whose.

mod authentication;
mod envelope;
mod key;
mod party;
mod refusal;
mod registration;
mod state;

pub use party::{RelyingParty, RelyingPartyError};

use beffroi_ports::passkeys::{
    Ceremony, CeremonyState, Claim, CredentialHint, Passkey, PasskeyError, Passkeys, PersonHandle, Registrant, SignedIn,
};
use jiff::Timestamp;
use webauthn_rp::bin::Decode as _;
use webauthn_rp::request::{PublicKeyCredentialDescriptor, RpId};
use webauthn_rp::response::{AuthTransports, CredentialId};

/// [`Passkeys`] for one relying party.
#[derive(Debug, Clone)]
pub struct WebauthnPasskeys {
    party: RpId,
    origins: Vec<String>,
}

impl WebauthnPasskeys {
    /// For the relying party and the origins of `party`.
    pub fn new(party: &RelyingParty) -> Result<Self, RelyingPartyError> {
        Ok(Self { party: party.checked()?, origins: party.origins.clone() })
    }
}

impl Passkeys for WebauthnPasskeys {
    fn start_registration(
        &self,
        person: Registrant<'_>,
        existing: &[CredentialHint],
        now: Timestamp,
    ) -> Result<Ceremony, PasskeyError> {
        self.begin_registration(person, existing, now)
    }

    fn finish_registration(
        &self,
        state: CeremonyState,
        person: &PersonHandle,
        response: &str,
        now: Timestamp,
    ) -> Result<Passkey, PasskeyError> {
        self.end_registration(&state, person, response, now)
    }

    fn start_authentication(&self, among: Option<&[CredentialHint]>, now: Timestamp) -> Result<Ceremony, PasskeyError> {
        match among {
            Some(hints) => self.begin_authentication_among(hints, now),
            None => self.begin_authentication(now),
        }
    }

    fn claim(&self, response: &str) -> Result<Claim, PasskeyError> {
        authentication::claim(response)
    }

    fn finish_authentication(
        &self,
        state: CeremonyState,
        response: &str,
        owner: &PersonHandle,
        stored: &Passkey,
        now: Timestamp,
    ) -> Result<SignedIn, PasskeyError> {
        self.end_authentication(&state, response, owner, stored, now)
    }
}

/// A passkey by name, as the library wants it.
fn descriptor(hint: &CredentialHint) -> Result<PublicKeyCredentialDescriptor<Vec<u8>>, PasskeyError> {
    let id = CredentialId::<Vec<u8>>::decode(hint.id.as_bytes().to_vec())
        .map_err(|error| engine("read the name of a passkey", &error))?;
    let codes = hint.transports.iter().map(|transport| transport.code()).collect();
    let transports: AuthTransports =
        serde_json::from_value(codes).map_err(|error| engine("read transports", &error))?;
    Ok(PublicKeyCredentialDescriptor { id, transports })
}

fn engine(doing: &'static str, error: &dyn std::fmt::Display) -> PasskeyError {
    PasskeyError::Engine { doing, reason: cut(&error.to_string()) }
}

/// At most 80 characters, none of them a control character.
fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}
