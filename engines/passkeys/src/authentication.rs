//! Signing in with a passkey (section 7.2 of the standard).

use crate::state::{self, Kind};
use crate::{WebauthnPasskeys, envelope, key, refusal, registration};
use beffroi_ports::passkeys::{
    Backup, Ceremony, CeremonyState, Claim, CredentialHint, CredentialId, Passkey, PasskeyError, PersonHandle, SignedIn,
};
use jiff::Timestamp;
use webauthn_rp::bin::{Decode as _, Encode as _};
use webauthn_rp::request::auth::{
    AllowedCredential, AllowedCredentials, AuthenticationVerificationOptions, AuthenticatorAttachmentEnforcement,
    NonDiscoverableCredentialRequestOptions, SignatureCounterEnforcement,
};
use webauthn_rp::request::{Credentials as _, UserVerificationRequirement};
use webauthn_rp::response::AuthenticatorAttachment;
use webauthn_rp::response::register::{
    AuthenticatorExtensionOutputStaticState, CredentialProtectionPolicy, DynamicState, StaticState,
};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication64, DiscoverableAuthenticationServerState,
    DiscoverableCredentialRequestOptions, NonDiscoverableAuthentication64, NonDiscoverableAuthenticationServerState,
};

impl WebauthnPasskeys {
    /// With whatever discoverable passkey the person picks.
    pub(crate) fn begin_authentication(&self, now: Timestamp) -> Result<Ceremony, PasskeyError> {
        // `passkey` asks for user verification.
        let options = DiscoverableCredentialRequestOptions::passkey(&self.party);
        let (server, client) = options.start_ceremony().map_err(|error| crate::engine("start a sign-in", &error))?;
        let inner = server.encode().map_err(|error| crate::engine("write its state", &error))?;
        let options = serde_json::to_string(&client).map_err(|error| crate::engine("write options", &error))?;
        Ok(state::close(Kind::Discoverable, &[], &inner, options, now))
    }

    /// With one of `hints`.
    pub(crate) fn begin_authentication_among(
        &self,
        hints: &[CredentialHint],
        now: Timestamp,
    ) -> Result<Ceremony, PasskeyError> {
        let mut allowed = AllowedCredentials::with_capacity(hints.len());
        for hint in hints {
            // One named twice is kept once.
            allowed.push(AllowedCredential::from(crate::descriptor(hint)?));
        }
        let mut options = NonDiscoverableCredentialRequestOptions::second_factor(&self.party, allowed)
            .map_err(|_| PasskeyError::NoCredential)?;
        options.options().user_verification = UserVerificationRequirement::Required;
        let (server, client) = options.start_ceremony().map_err(|error| crate::engine("start a sign-in", &error))?;
        let inner = server.encode().map_err(|error| crate::engine("write its state", &error))?;
        let options = serde_json::to_string(&client).map_err(|error| crate::engine("write options", &error))?;
        Ok(state::close(Kind::Among, &[], &inner, options, now))
    }

    pub(crate) fn end_authentication(
        &self,
        state: &CeremonyState,
        response: &str,
        owner: &PersonHandle,
        stored: &Passkey,
        now: Timestamp,
    ) -> Result<SignedIn, PasskeyError> {
        let kept = state::open(state, now)?;
        let json = envelope::authentication(response)?;
        let wrong = || state::wrong("not the library's");
        let owner = registration::handle(owner);
        let id = webauthn_rp::response::CredentialId::<&[u8]>::decode(stored.id.as_bytes())
            .map_err(|error| crate::engine("read the name of a passkey", &error))?;
        let mut known = AuthenticatedCredential::new(id, &owner, fixed(stored)?, moving(stored))
            .map_err(|error| crate::engine("read the stored passkey", &error))?;
        let options = AuthenticationVerificationOptions::<String, String> {
            allowed_origins: &self.origins,
            allowed_top_origins: None,
            // None: eligibility has to be what it was.
            backup_requirement: None,
            error_on_unsolicited_extensions: false,
            auth_attachment_enforcement: AuthenticatorAttachmentEnforcement::Ignore(false),
            update_uv: true,
            sig_counter_enforcement: SignatureCounterEnforcement::Fail,
            client_data_json_relaxed: true,
        };
        let checked = match kept.kind {
            Kind::Registration => return Err(state::wrong("of a registration")),
            Kind::Discoverable => {
                let server = DiscoverableAuthenticationServerState::decode(kept.inner).map_err(|_| wrong())?;
                let answer = DiscoverableAuthentication64::from_json_relaxed(&json);
                let answer = answer.map_err(|error| envelope::unreadable(&error))?;
                envelope::client_data(answer.response().client_data_json())?;
                server.verify(&self.party, &answer, &mut known, &options)
            }
            Kind::Among => {
                let server = NonDiscoverableAuthenticationServerState::decode(kept.inner).map_err(|_| wrong())?;
                let answer = NonDiscoverableAuthentication64::from_json_relaxed(&json);
                let answer = answer.map_err(|error| envelope::unreadable(&error))?;
                envelope::client_data(answer.response().client_data_json())?;
                server.verify(&self.party, &answer, &mut known, &options)
            }
        };
        checked.map_err(|error| refusal::of_authentication(&error, now))?;
        let state = known.dynamic_state();
        Ok(SignedIn {
            id: stored.id.clone(),
            sign_count: state.sign_count,
            backup: registration::ours(state.backup),
            user_verified: state.user_verified,
        })
    }
}

pub(crate) fn claim(response: &str) -> Result<Claim, PasskeyError> {
    let json = envelope::authentication(response)?;
    let answer =
        NonDiscoverableAuthentication64::from_json_relaxed(&json).map_err(|error| envelope::unreadable(&error))?;
    let id = CredentialId::new(answer.raw_id().as_ref())
        .ok_or_else(|| PasskeyError::Response { reason: "its name has not 16 to 1023 bytes".to_owned() })?;
    let handle = answer.response().user_handle().map(|handle| match handle.encode() {
        Ok(bytes) => PersonHandle(bytes),
    });
    Ok(Claim { id, handle })
}

fn fixed(stored: &Passkey) -> Result<StaticState<key::StoredKey<'_>>, PasskeyError> {
    let extensions =
        AuthenticatorExtensionOutputStaticState { cred_protect: CredentialProtectionPolicy::None, hmac_secret: None };
    Ok(StaticState { credential_public_key: key::read(stored.algorithm, &stored.public_key)?, extensions })
}

fn moving(stored: &Passkey) -> DynamicState {
    DynamicState {
        user_verified: stored.user_verified,
        backup: match stored.backup {
            Backup::NotEligible => webauthn_rp::response::Backup::NotEligible,
            Backup::Eligible => webauthn_rp::response::Backup::Eligible,
            Backup::Exists => webauthn_rp::response::Backup::Exists,
        },
        sign_count: stored.sign_count,
        authenticator_attachment: AuthenticatorAttachment::None,
    }
}
