//! What the library's errors mean for the caller.

use beffroi_ports::passkeys::{Check, PasskeyError};
use jiff::Timestamp;
use webauthn_rp::response::auth::error::{AuthCeremonyErr, AuthenticatorDataErr};
use webauthn_rp::response::register::error::RegCeremonyErr;

fn refused(check: Check) -> PasskeyError {
    PasskeyError::Refused { check }
}

/// The library found, by the machine's clock, that the ceremony is over.
fn expired(now: Timestamp) -> PasskeyError {
    PasskeyError::Expired { expired_at: now }
}

pub(crate) fn of_registration(error: &RegCeremonyErr, now: Timestamp) -> PasskeyError {
    match error {
        RegCeremonyErr::Timeout => expired(now),
        RegCeremonyErr::CollectedClientData(_) | RegCeremonyErr::CollectedClientDataRelaxed(_) => {
            refused(Check::ClientData)
        }
        RegCeremonyErr::PubKey(_) | RegCeremonyErr::PublicKeyAlgorithmMismatch => refused(Check::Algorithm),
        RegCeremonyErr::AttestationSignature => refused(Check::Signature),
        RegCeremonyErr::OriginMismatch => refused(Check::Origin),
        RegCeremonyErr::CrossOrigin | RegCeremonyErr::TopOriginMismatch => refused(Check::CrossOrigin),
        RegCeremonyErr::ChallengeMismatch => refused(Check::Challenge),
        RegCeremonyErr::RpIdHashMismatch => refused(Check::RelyingParty),
        RegCeremonyErr::UserNotPresent => refused(Check::Presence),
        RegCeremonyErr::UserNotVerified => refused(Check::Verification),
        RegCeremonyErr::BackupEligible | RegCeremonyErr::BackupNotEligible | RegCeremonyErr::BackupDoesNotExist => {
            refused(Check::Backup)
        }
        RegCeremonyErr::AttestationObject(_)
        | RegCeremonyErr::MissingAuthenticatorAttachment
        | RegCeremonyErr::AuthenticatorAttachmentMismatch
        | RegCeremonyErr::Extension(_)
        | RegCeremonyErr::Credential(_) => refused(Check::AuthenticatorData),
    }
}

pub(crate) fn of_authentication(error: &AuthCeremonyErr, now: Timestamp) -> PasskeyError {
    match error {
        AuthCeremonyErr::Timeout => expired(now),
        AuthCeremonyErr::CollectedClientData(_) | AuthCeremonyErr::CollectedClientDataRelaxed(_) => {
            refused(Check::ClientData)
        }
        AuthCeremonyErr::AuthenticatorData(AuthenticatorDataErr::UserNotPresent) => refused(Check::Presence),
        AuthCeremonyErr::PubKey(_) => refused(Check::Algorithm),
        AuthCeremonyErr::AssertionSignature => refused(Check::Signature),
        AuthCeremonyErr::OriginMismatch => refused(Check::Origin),
        AuthCeremonyErr::CrossOrigin | AuthCeremonyErr::TopOriginMismatch => refused(Check::CrossOrigin),
        AuthCeremonyErr::ChallengeMismatch => refused(Check::Challenge),
        AuthCeremonyErr::RpIdHashMismatch => refused(Check::RelyingParty),
        AuthCeremonyErr::UserNotVerified => refused(Check::Verification),
        AuthCeremonyErr::BackupEligible | AuthCeremonyErr::BackupNotEligible | AuthCeremonyErr::BackupDoesNotExist => {
            refused(Check::Backup)
        }
        AuthCeremonyErr::SignatureCounter => refused(Check::Counter),
        AuthCeremonyErr::UserHandleMismatch | AuthCeremonyErr::MissingUserHandle => refused(Check::Person),
        AuthCeremonyErr::CredentialIdMismatch | AuthCeremonyErr::NoMatchingAllowedCredential => {
            refused(Check::Credential)
        }
        AuthCeremonyErr::AuthenticatorData(_)
        | AuthCeremonyErr::MissingAuthenticatorAttachment
        | AuthCeremonyErr::AuthenticatorAttachmentMismatch
        | AuthCeremonyErr::Extension(_)
        | AuthCeremonyErr::Credential(_) => refused(Check::AuthenticatorData),
    }
}
