//! The port of passkeys: what a face asks to register one and to sign in with one (W3C, *Web Authentication* Level 3,
//! sections 7.1 and 7.2). The caller keeps the state of a ceremony under the session, takes it out once and gives it
//! back by value: a ceremony cannot be ended twice.

use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::fmt;

/// How long a ceremony may last. The browser is told so too.
pub const CEREMONY: SignedDuration = SignedDuration::from_mins(5);

/// How many passkeys one person may hold.
pub const MAX_PASSKEYS: usize = 32;

/// The longest answer of a browser that is read, in bytes.
pub const MAX_RESPONSE_BYTES: usize = 32 * 1024;

/// The 64 random bytes by which authenticators know a person: drawn once with the account, never shown, never reused,
/// and telling nothing about the person (section 14.6.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PersonHandle(pub [u8; 64]);

impl fmt::Debug for PersonHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonHandle(…)")
    }
}

/// The name an authenticator gave to a passkey: 16 to 1023 bytes. Not a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CredentialId(Vec<u8>);

impl CredentialId {
    /// `bytes`, if they are 16 to 1023.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Option<Self> {
        let bytes = bytes.into();
        (16..=1023).contains(&bytes.len()).then_some(Self(bytes))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// How the browser may reach an authenticator: a hint, kept to be given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// Bluetooth Low Energy.
    Ble,
    /// Another device, such as a telephone.
    Hybrid,
    /// The device itself.
    Internal,
    /// Near-field communication.
    Nfc,
    /// A smart card.
    SmartCard,
    /// USB.
    Usb,
}

impl Transport {
    /// Every one.
    pub const ALL: [Self; 6] = [Self::Ble, Self::Hybrid, Self::Internal, Self::Nfc, Self::SmartCard, Self::Usb];

    /// The word of the standard (`AuthenticatorTransport`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Ble => "ble",
            Self::Hybrid => "hybrid",
            Self::Internal => "internal",
            Self::Nfc => "nfc",
            Self::SmartCard => "smart-card",
            Self::Usb => "usb",
        }
    }

    /// The transport of that word, if there is one.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|transport| transport.code() == code)
    }
}

/// A signature algorithm, by its number in the COSE registry of IANA. These three and no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// Ed25519. The public key is its 32 bytes (RFC 8032).
    EdDsa,
    /// ECDSA on P-256 with SHA-256. The public key is the 33 bytes of the compressed point (SEC 1, 2.3.3).
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256. The public key is the exponent as 4 bytes, then the modulus, both big-endian;
    /// 2048 to 4096 bits.
    Rs256,
}

impl Algorithm {
    /// Every one, the preferred first.
    pub const ALL: [Self; 3] = [Self::EdDsa, Self::Es256, Self::Rs256];

    /// Its number.
    pub fn cose(self) -> i32 {
        match self {
            Self::EdDsa => -8,
            Self::Es256 => -7,
            Self::Rs256 => -257,
        }
    }

    /// The algorithm of that number, if it is one of ours.
    pub fn of(cose: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.cose() == cose)
    }
}

/// Whether a passkey can live on several devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Backup {
    /// Bound to one device. It stays so for ever.
    NotEligible,
    /// It may be copied, and is not yet.
    Eligible,
    /// It is copied.
    Exists,
}

/// A passkey as it is stored with its owner's account. The store has to keep `id` unique over all persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its name.
    pub id: CredentialId,
    /// How it signs.
    pub algorithm: Algorithm,
    /// The public key, in the form that [`Algorithm`] says.
    pub public_key: Vec<u8>,
    /// How many signatures the authenticator says it made; 0 when it does not count.
    pub sign_count: u32,
    /// Whether it can be copied, and is.
    pub backup: Backup,
    /// How it is reached.
    pub transports: BTreeSet<Transport>,
    /// The model of the authenticator; zeros when it does not tell. Without attestation, only a claim.
    pub aaguid: [u8; 16],
    /// Whether the authenticator verified its user (PIN, finger, face) when it was made: always asked for here.
    pub user_verified: bool,
}

/// A passkey by name, for the browser to look for or to leave alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialHint {
    /// Its name.
    pub id: CredentialId,
    /// How it is reached.
    pub transports: BTreeSet<Transport>,
}

impl From<&Passkey> for CredentialHint {
    fn from(passkey: &Passkey) -> Self {
        Self { id: passkey.id.clone(), transports: passkey.transports.clone() }
    }
}

/// What the server keeps of a ceremony until it ends. It never leaves the server, is kept under the session that
/// started it and is deleted as it is read: hence no `Clone`.
#[derive(PartialEq, Eq)]
pub struct CeremonyState(Vec<u8>);

impl CeremonyState {
    /// From the bytes that were kept.
    pub fn from_stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes to keep: opaque, under 40 kB.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for CeremonyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CeremonyState({} bytes)", self.0.len())
    }
}

/// A ceremony that has begun.
#[derive(Debug, PartialEq, Eq)]
pub struct Ceremony {
    /// For the browser: the JSON form of `PublicKeyCredentialCreationOptions` or `PublicKeyCredentialRequestOptions`
    /// (section 5.1.8 and 5.1.9).
    pub options: String,
    /// For the server.
    pub state: CeremonyState,
    /// The instant from which the state is worth nothing and may be swept away.
    pub expires_at: Timestamp,
}

/// Whose passkey is to be made.
#[derive(Debug, Clone, Copy)]
pub struct Registrant<'a> {
    /// By which authenticators know the person.
    pub handle: &'a PersonHandle,
    /// Name of the account, 1 to 1023 bytes without spaces (RFC 8265, UsernameCasePreserved).
    pub login: &'a str,
    /// Name as people say it (RFC 8266, Nickname).
    pub display_name: &'a str,
}

/// What an answer says before anything is checked: enough to look the passkey up, and good for nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The passkey it says was used.
    pub id: CredentialId,
    /// The person it says signs in; absent for passkeys that only answer to their name.
    pub handle: Option<PersonHandle>,
}

/// Somebody signed in: what to write back to the stored passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// With which passkey.
    pub id: CredentialId,
    /// Its new count of signatures.
    pub sign_count: u32,
    /// Whether it is copied now.
    pub backup: Backup,
    /// Whether the authenticator verified its user: always, or the sign-in would have been refused.
    pub user_verified: bool,
}

/// What refused an answer: for the journal, never for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Check {
    /// The client data are not what a browser makes for this ceremony: no JSON, or of the other ceremony.
    #[error("client data")]
    ClientData,
    /// Another challenge.
    #[error("challenge")]
    Challenge,
    /// A page that is not in the list of origins.
    #[error("origin")]
    Origin,
    /// A page within another site's page.
    #[error("cross-origin")]
    CrossOrigin,
    /// Made for another relying party.
    #[error("relying party")]
    RelyingParty,
    /// Nobody was there.
    #[error("user presence")]
    Presence,
    /// The authenticator did not verify its user.
    #[error("user verification")]
    Verification,
    /// Not a passkey that was asked for, or not the stored one.
    #[error("credential")]
    Credential,
    /// Another person's passkey.
    #[error("person")]
    Person,
    /// An algorithm or a key that is not taken.
    #[error("algorithm")]
    Algorithm,
    /// Not signed by the key.
    #[error("signature")]
    Signature,
    /// The count of signatures did not grow: perhaps a copy of the authenticator.
    #[error("signature counter")]
    Counter,
    /// It can be copied now and could not, or the reverse.
    #[error("backup eligibility")]
    Backup,
    /// The authenticator's data, the attestation or the extensions are not well formed.
    #[error("authenticator data")]
    AuthenticatorData,
}

/// Why a ceremony could not start or end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// The ceremony took longer than [`CEREMONY`].
    #[error("the passkey ceremony expired at {expired_at}; start it again")]
    Expired {
        /// When.
        expired_at: Timestamp,
    },
    /// The state is not one of this ceremony.
    #[error("the stored state of the passkey ceremony cannot be read ({reason}); start the ceremony again")]
    State {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The answer is not the JSON form of a credential.
    #[error("the browser's answer is no credential: {reason}")]
    Response {
        /// What is wrong with it, cut to 80 characters.
        reason: String,
    },
    /// The answer is well formed and not to be believed.
    #[error("the passkey was refused by the check of: {check}")]
    Refused {
        /// By which check.
        check: Check,
    },
    /// The passkey is registered already.
    #[error("this passkey is registered already")]
    AlreadyRegistered,
    /// Nobody may hold that many.
    #[error("a person may hold {MAX_PASSKEYS} passkeys; remove one first")]
    TooMany,
    /// No passkey was named to sign in with.
    #[error("no passkey to sign in with was named")]
    NoCredential,
    /// A login or name that authenticators cannot show.
    #[error("the {field} cannot be shown by an authenticator: {reason}")]
    Name {
        /// `login` or `display name`.
        field: &'static str,
        /// Why.
        reason: String,
    },
    /// The engine failed: our fault.
    #[error("the passkey engine could not {doing}: {reason}")]
    Engine {
        /// What it was doing, as an infinitive.
        doing: &'static str,
        /// What it said.
        reason: String,
    },
}

/// Registering passkeys and signing in with them. It computes only: what is to be kept is given back.
pub trait Passkeys: Send + Sync {
    /// Begins to make a passkey for `person`, who holds `existing` already. `now` is the server's clock.
    fn start_registration(
        &self,
        person: Registrant<'_>,
        existing: &[CredentialHint],
        now: Timestamp,
    ) -> Result<Ceremony, PasskeyError>;

    /// Ends it: `state` as it was kept, `person` of the session that gives `response`, the JSON form of a credential
    /// (`credential.toJSON()`). The passkey given back is checked and new to that person; the store refuses one that
    /// another person holds ([`PasskeyError::AlreadyRegistered`]).
    fn finish_registration(
        &self,
        state: CeremonyState,
        person: &PersonHandle,
        response: &str,
        now: Timestamp,
    ) -> Result<Passkey, PasskeyError>;

    /// Begins a sign-in: with one of `among`, or, when nothing is named, with whatever passkey the person picks
    /// (a discoverable one; nothing tells then who has an account).
    fn start_authentication(&self, among: Option<&[CredentialHint]>, now: Timestamp) -> Result<Ceremony, PasskeyError>;

    /// Which passkey `response` says was used, to look it up and its owner with it. Nothing is checked yet.
    fn claim(&self, response: &str) -> Result<Claim, PasskeyError>;

    /// Ends a sign-in: `state` as it was kept, `stored` as it is kept for `owner`.
    fn finish_authentication(
        &self,
        state: CeremonyState,
        response: &str,
        owner: &PersonHandle,
        stored: &Passkey,
        now: Timestamp,
    ) -> Result<SignedIn, PasskeyError>;
}
