//! Making a passkey (section 7.1 of the standard).

use crate::state::{self, Kind};
use crate::{WebauthnPasskeys, envelope, key, refusal};
use beffroi_ports::passkeys::{
    Backup, Ceremony, CeremonyState, Check, CredentialHint, CredentialId, MAX_PASSKEYS, Passkey, PasskeyError,
    PersonHandle, Registrant, Transport,
};
use jiff::Timestamp;
use webauthn_rp::bin::{Decode as _, Encode as _};
use webauthn_rp::request::register::{
    CoseAlgorithmIdentifier, CoseAlgorithmIdentifiers, CredProtect, Nickname, PublicKeyCredentialUserEntity,
    RegistrationVerificationOptions, ResidentKeyRequirement, UserHandle64, Username,
};
use webauthn_rp::request::{BackupReq, ExtensionInfo};
use webauthn_rp::response::AuthenticatorTransport;
use webauthn_rp::{PublicKeyCredentialCreationOptions, Registration, RegistrationServerState};

impl WebauthnPasskeys {
    pub(crate) fn begin_registration(
        &self,
        person: Registrant<'_>,
        existing: &[CredentialHint],
        now: Timestamp,
    ) -> Result<Ceremony, PasskeyError> {
        if existing.len() >= MAX_PASSKEYS {
            return Err(PasskeyError::TooMany);
        }
        let unfit =
            |field, error: &dyn std::fmt::Display| PasskeyError::Name { field, reason: crate::cut(&error.to_string()) };
        let name = Username::try_from(person.login).map_err(|error| unfit("login", &error))?;
        let display_name = Nickname::try_from(person.display_name).map_err(|error| unfit("display name", &error))?;
        let handle = handle(person.handle);
        let user = PublicKeyCredentialUserEntity { name, id: &handle, display_name: Some(display_name) };
        let exclude = existing.iter().map(crate::descriptor).collect::<Result<Vec<_>, _>>()?;
        let mut options = PublicKeyCredentialCreationOptions::passkey(&self.party, user, exclude);
        options.pub_key_cred_params = CoseAlgorithmIdentifiers::ALL.remove(CoseAlgorithmIdentifier::Es384);
        options.authenticator_selection.resident_key = ResidentKeyRequirement::Preferred;
        // Asked for and not insisted on: every sign-in has to be verified anyway, and some devices do not know the extension.
        options.extensions.cred_protect = CredProtect::UserVerificationRequired(ExtensionInfo::AllowDontEnforceValue);
        let (server, client) =
            options.start_ceremony().map_err(|error| crate::engine("start a registration", &error))?;
        let inner = server.encode().map_err(|error| crate::engine("write its state", &error))?;
        let options = serde_json::to_string(&client).map_err(|error| crate::engine("write options", &error))?;
        Ok(state::close(Kind::Registration, existing, &inner, options, now))
    }

    pub(crate) fn end_registration(
        &self,
        state: &CeremonyState,
        person: &PersonHandle,
        response: &str,
        now: Timestamp,
    ) -> Result<Passkey, PasskeyError> {
        let kept = state::open(state, now)?;
        if kept.kind != Kind::Registration {
            return Err(state::wrong("of a sign-in"));
        }
        let server =
            RegistrationServerState::<64>::decode(kept.inner).map_err(|_| state::wrong("not the library's"))?;
        let json = envelope::registration(response)?;
        let answer = Registration::from_json_relaxed(&json).map_err(|error| envelope::unreadable(&error))?;
        envelope::client_data(answer.response().client_data_json())?;
        let options = RegistrationVerificationOptions::<String, String> {
            allowed_origins: &self.origins,
            allowed_top_origins: None,
            backup_requirement: BackupReq::None,
            // Section 7.1, step 27: authenticators may add what was not asked for.
            error_on_unsolicited_extensions: false,
            require_authenticator_attachment: false,
            client_data_json_relaxed: true,
        };
        let made =
            server.verify(&self.party, &answer, &options).map_err(|error| refusal::of_registration(&error, now))?;
        let (id, transports, owner, fixed, moving, metadata) = made.into_parts();
        if owner.as_ref() != person.0 {
            return Err(PasskeyError::Refused { check: Check::Person });
        }
        if kept.held.contains(&id.as_ref()) {
            return Err(PasskeyError::AlreadyRegistered);
        }
        let (algorithm, public_key) = key::stored(fixed.credential_public_key)?;
        let refused = |check| move || PasskeyError::Refused { check };
        Ok(Passkey {
            id: CredentialId::new(id.as_ref()).ok_or_else(refused(Check::Credential))?,
            algorithm,
            public_key,
            sign_count: moving.sign_count,
            backup: ours(moving.backup),
            transports: Transport::ALL
                .into_iter()
                .filter(|transport| transports.contains(theirs(*transport)))
                .collect(),
            aaguid: metadata.aaguid.data().try_into().map_err(|_| refused(Check::AuthenticatorData)())?,
            user_verified: moving.user_verified,
        })
    }
}

pub(crate) fn handle(handle: &PersonHandle) -> UserHandle64 {
    match UserHandle64::decode(handle.0) {
        Ok(handle) => handle,
    }
}

pub(crate) fn theirs(transport: Transport) -> AuthenticatorTransport {
    match transport {
        Transport::Ble => AuthenticatorTransport::Ble,
        Transport::Hybrid => AuthenticatorTransport::Hybrid,
        Transport::Internal => AuthenticatorTransport::Internal,
        Transport::Nfc => AuthenticatorTransport::Nfc,
        Transport::SmartCard => AuthenticatorTransport::SmartCard,
        Transport::Usb => AuthenticatorTransport::Usb,
    }
}

pub(crate) fn ours(backup: webauthn_rp::response::Backup) -> Backup {
    match backup {
        webauthn_rp::response::Backup::NotEligible => Backup::NotEligible,
        webauthn_rp::response::Backup::Eligible => Backup::Eligible,
        webauthn_rp::response::Backup::Exists => Backup::Exists,
    }
}
