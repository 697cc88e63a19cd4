//! Targets of the doors: what a browser, an identity provider, an authenticator or a found backup may hand over.

use crate::readers::{seeds, text};
use beffroi_oidc::{ClientAuthentication, OidcConfig, OpenIdConnect, SigningAlgorithm, UserInfoForm};
use beffroi_passkeys::{RelyingParty, WebauthnPasskeys};
use beffroi_ports::doubles::{WrittenFetch, answered};
use beffroi_ports::passkeys::{
    Algorithm, Backup as Backed, CeremonyState, CredentialId, Passkey, Passkeys, PersonHandle, Registrant,
};
use beffroi_ports::{
    Backup, BackupParts, DatabasePart, FetchResponse, Identity, IdentityError, Keys, Secret, SignInWish,
};
use beffroi_vault::{AgeBackup, FileKeys, new_identity, open_archive, read_archive};
use beffroi_web::hostile;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

const ISSUER: &str = "https://auth.example.org/api/v2";
/// Parts the answers of one trial.
const BETWEEN: u8 = 0x1e;

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// What a provider says of itself when it is honest.
const DESCRIPTION: &str = r#"{"issuer":"https://auth.example.org/api/v2","authorization_endpoint":"https://auth.example.org/a","token_endpoint":"https://auth.example.org/t","userinfo_endpoint":"https://auth.example.org/u","jwks_uri":"https://auth.example.org/k","end_session_endpoint":"https://auth.example.org/e","response_types_supported":["code"],"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"],"userinfo_signing_alg_values_supported":["RS256"],"token_endpoint_auth_methods_supported":["client_secret_post"],"code_challenge_methods_supported":["S256"],"authorization_response_iss_parameter_supported":true}"#;
/// The public key of RFC 7515, appendix A.2.
const KEYS: &str = r#"{"keys":[{"kty":"RSA","kid":"1","use":"sig","alg":"RS256","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}]}"#;
/// An answer with a token of the right form and a wrong signature.
const TOKENS: &str = r#"{"access_token":"a","token_type":"Bearer","expires_in":60,"id_token":"eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL2F1dGguZXhhbXBsZS5vcmcvYXBpL3YyIiwic3ViIjoicCIsImF1ZCI6ImJlZmZyb2ktY2xpZW50IiwiZXhwIjoxODAwMDAwMDYwLCJpYXQiOjE4MDAwMDAwMDAsIm5vbmNlIjoieCIsImFjciI6ImVpZGFzMiJ9.AAAA"}"#;

fn config() -> OidcConfig {
    OidcConfig {
        issuer: ISSUER.into(),
        client_id: "beffroi-client".into(),
        client_secret: Secret::new("canary-client-secret"),
        client_authentication: ClientAuthentication::ClientSecretPost,
        redirect: "https://beffroi.example.org/return".into(),
        after_sign_out: "https://beffroi.example.org/".into(),
        scopes: vec!["email".into()],
        acr: vec!["eidas2".into()],
        acr_values: false,
        pkce: true,
        algorithms: vec![SigningAlgorithm::Rs256, SigningAlgorithm::Es256],
        userinfo: UserInfoForm::Signed,
    }
}

/// Signs in at a provider that answers so; nobody who has no key of the provider's gets in. Gives back why, as far as it
/// came to that.
fn sign_in(answers: [&[u8]; 4], returned: Option<&[u8]>) -> Option<IdentityError> {
    let [description, keys, tokens, person] = answers;
    let answer = |body: &[u8], kind: &str| {
        Ok(FetchResponse { status: 200, headers: vec![("content-type".into(), kind.into())], body: body.to_vec() })
    };
    let net = WrittenFetch::new()
        .answering(&format!("{ISSUER}/.well-known/openid-configuration"), answer(description, "application/json"))
        .answering("https://auth.example.org/k", answer(keys, "application/json"))
        .answering("https://auth.example.org/t", answer(tokens, "application/json"))
        .answering("https://auth.example.org/u", answer(person, "application/jwt"));
    let client = OpenIdConnect::new(config(), Arc::new(net)).ok()?;
    let start = answered(client.begin(SignInWish::default(), now()))?.ok()?;
    let state = start.address.split("state=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default();
    let pairs: Vec<(String, String)> = match returned {
        None => [("code", "c"), ("state", state), ("iss", ISSUER)].map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec(),
        Some(bytes) => {
            let named = text(bytes).replace("STATE", state);
            named.lines().filter_map(|line| line.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
        }
    };
    let outcome = answered(client.finish(start.kept, &pairs, now()))?;
    assert!(outcome.is_err(), "somebody got in without the provider's key");
    outcome.err()
}

/// Description, keys, tokens and person of a provider, parted by a record separator; what is missing is honest.
pub(crate) fn openid_answers(bytes: &[u8]) {
    let mut parts = bytes.splitn(4, |byte| *byte == BETWEEN);
    let mut next = |honest: &'static str| parts.next().filter(|part| !part.is_empty()).unwrap_or(honest.as_bytes());
    let _ = sign_in([next(DESCRIPTION), next(KEYS), next(TOKENS), next("e30.e30.AAAA")], None);
}

pub(crate) fn openid_answers_seeds() -> Vec<Vec<u8>> {
    let between = '\u{1e}';
    seeds(&[
        DESCRIPTION,
        &format!("{between}{KEYS}"),
        &format!("{between}{between}{TOKENS}"),
        &format!("{DESCRIPTION}{between}{KEYS}{between}{TOKENS}{between}e30.e30.AAAA"),
    ])
}

/// What a browser brings back from the provider: `name=value`, one a line; `STATE` stands for the right one.
pub(crate) fn openid_return(bytes: &[u8]) {
    let _ = sign_in([DESCRIPTION, KEYS, TOKENS, "e30.e30.AAAA"].map(str::as_bytes), Some(bytes));
}

pub(crate) fn openid_return_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        "code=c\nstate=STATE\niss=https://auth.example.org/api/v2",
        "error=access_denied\nstate=STATE",
        "code=c\ncode=d\nstate=x",
    ])
}

/// A relying party with a registration and a sign-in begun.
struct Party {
    engine: WebauthnPasskeys,
    registration: Vec<u8>,
    authentication: Vec<u8>,
}

const PERSON: PersonHandle = PersonHandle([0xA1; 64]);

static PARTY: LazyLock<Option<Party>> = LazyLock::new(|| {
    let origins = vec!["https://beffroi.example".to_owned()];
    let engine = WebauthnPasskeys::new(&RelyingParty { id: "beffroi.example".to_owned(), origins }).ok()?;
    let person = Registrant { handle: &PERSON, login: "a.synthetic", display_name: "Synthetic" };
    let registration = engine.start_registration(person, &[], now()).ok()?.state.as_bytes().to_vec();
    let authentication = engine.start_authentication(None, now()).ok()?.state.as_bytes().to_vec();
    Some(Party { engine, registration, authentication })
});

fn stored() -> Option<Passkey> {
    Some(Passkey {
        id: CredentialId::new([7; 32])?,
        algorithm: Algorithm::EdDsa,
        public_key: vec![5; 32],
        sign_count: 1,
        backup: Backed::NotEligible,
        transports: BTreeSet::new(),
        aaguid: [0; 16],
        user_verified: true,
    })
}

/// The answer of a browser: no credential without the challenge that was drawn here.
pub(crate) fn passkey_answer(bytes: &[u8]) {
    let (Some(party), Some(stored)) = (&*PARTY, stored()) else { return };
    let (engine, response) = (&party.engine, text(bytes));
    let state = |kept: &[u8]| CeremonyState::from_stored(kept.to_vec());
    let made = engine.finish_registration(state(&party.registration), &PERSON, response, now());
    assert!(made.is_err(), "a passkey for a challenge that nobody answered");
    let entered = engine.finish_authentication(state(&party.authentication), response, &PERSON, &stored, now());
    assert!(entered.is_err(), "somebody got in without a key");
    if let Ok(claim) = engine.claim(response) {
        assert!(!claim.id.as_bytes().is_empty(), "a claim without a credential");
    }
}

pub(crate) fn passkey_answer_seeds() -> Vec<Vec<u8>> {
    let id = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
    let client = "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQUFBQUFBQUFBQUFBQUFBQUFBQUFBQSIsIm9yaWdpbiI6Imh0dHBzOi8vYmVmZnJvaS5leGFtcGxlIiwiY3Jvc3NPcmlnaW4iOmZhbHNlfQ";
    let handle = "oaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoQ";
    seeds(&[
        &format!(
            r#"{{"id":"{id}","rawId":"{id}","type":"public-key","authenticatorAttachment":"platform","clientExtensionResults":{{}},"response":{{"clientDataJSON":"{client}","authenticatorData":"SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAQ","signature":"AAAA","userHandle":"{handle}"}}}}"#
        ),
        &format!(
            r#"{{"id":"{id}","rawId":"{id}","type":"public-key","clientExtensionResults":{{"credProps":{{"rk":true}}}},"response":{{"clientDataJSON":"{client}","attestationObject":"o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUEA","transports":["usb"]}}}}"#
        ),
    ])
}

/// A ceremony as the store gives it back.
pub(crate) fn passkey_state(bytes: &[u8]) {
    let (Some(party), Some(stored)) = (&*PARTY, stored()) else { return };
    let state = || CeremonyState::from_stored(bytes.to_vec());
    assert!(party.engine.finish_registration(state(), &PERSON, "{}", now()).is_err());
    assert!(party.engine.finish_authentication(state(), "{}", &PERSON, &stored, now()).is_err());
}

pub(crate) fn passkey_state_seeds() -> Vec<Vec<u8>> {
    let kept = |party: &Party| vec![party.registration.clone(), party.authentication.clone()];
    PARTY.as_ref().map_or_else(|| vec![Vec::new()], kept)
}

/// A small backup with its secret key, and a folder of keys, made once.
struct House {
    place: tempfile::TempDir,
    backup: Vec<u8>,
    archive: Vec<u8>,
    /// Names and bytes.
    keys: Vec<(String, Vec<u8>)>,
}

impl House {
    fn identity(&self) -> PathBuf {
        self.place.path().join("identity")
    }
}

static HOUSE: LazyLock<Option<House>> = LazyLock::new(|| made().ok());

/// A folder in memory, where there is one: nothing here is to be kept.
fn place() -> io::Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }
}

fn made() -> io::Result<House> {
    let place = place()?;
    let at = |name: &str| place.path().join(name);
    let (secret, public) = new_identity();
    fs::write(at("identity"), secret.as_bytes())?;
    fs::set_permissions(at("identity"), fs::Permissions::from_mode(0o600))?;
    let keys = FileKeys::open(&at("keys"), "essai.example/journal").map_err(io::Error::other)?;
    keys.log_key().map_err(io::Error::other)?;
    let month = "2026-11".parse().map_err(io::Error::other)?;
    keys.month_key(month, true).map_err(io::Error::other)?;
    drop(keys);
    fs::write(at("database"), b"registers")?;
    let parts = BackupParts {
        program: "0.0-test".to_owned(),
        at: now(),
        snapshot: Some(1),
        journal: None,
        database: DatabasePart::Copy { name: "store.sqlite".to_owned(), from: at("database") },
        files: vec![("beffroi.toml".to_owned(), at("database"))],
        folders: Vec::new(),
        keys: None,
        keys_for: Vec::new(),
    };
    AgeBackup::new().backup(&at("backup"), &[public], &parts).map_err(io::Error::other)?;
    let archive = open_archive(&at("backup"), &at("identity")).map_err(io::Error::other)?;
    let mut kept = Vec::new();
    for entry in fs::read_dir(at("keys"))? {
        let entry = entry?;
        kept.push((entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?));
    }
    kept.sort();
    Ok(House { backup: fs::read(at("backup"))?, archive, keys: kept, place })
}

/// A file that is said to be a backup: it opens when it is ours to the byte.
pub(crate) fn backup_file(bytes: &[u8]) {
    let Some(house) = &*HOUSE else { return };
    let path = house.place.path().join("found");
    if fs::write(&path, bytes).is_ok() && AgeBackup::new().check(&path, &house.identity()).is_ok() {
        assert_eq!(bytes, house.backup, "another file passes for the backup");
    }
}

pub(crate) fn backup_file_seeds() -> Vec<Vec<u8>> {
    vec![HOUSE.as_ref().map(|house| house.backup.clone()).unwrap_or_default()]
}

/// The archive in a backup: what whoever knows the recipient's public key can encrypt.
pub(crate) fn backup_archive(bytes: &[u8]) {
    if let Ok(manifest) = read_archive(bytes) {
        assert!(manifest.files.iter().all(|file| !file.path.starts_with('/') && !file.path.contains("..")));
    }
}

pub(crate) fn backup_archive_seeds() -> Vec<Vec<u8>> {
    vec![HOUSE.as_ref().map(|house| house.archive.clone()).unwrap_or_default()]
}

/// A folder of keys one of whose files, told by the first byte, is not what it was: nothing damaged is used.
pub(crate) fn key_files(bytes: &[u8]) {
    let Some(house) = &*HOUSE else { return };
    let (which, rest) = bytes.split_first().map_or((0, bytes), |(which, rest)| (usize::from(*which), rest));
    let Ok(place) = place() else { return };
    let folder = place.path().join("keys");
    if fs::DirBuilder::new().mode(0o700).create(&folder).is_err() {
        return;
    }
    for (n, (name, kept)) in house.keys.iter().enumerate() {
        let written = if n == which % house.keys.len() { rest } else { kept };
        let path = folder.join(name);
        let private = || fs::set_permissions(&path, fs::Permissions::from_mode(0o600));
        if fs::write(&path, written).and_then(|()| private()).is_err() {
            return;
        }
    }
    if let Ok(keys) = FileKeys::open(&folder, "essai.example/journal") {
        let _ = (keys.log_key(), keys.months(), keys.destroyed_months());
    }
}

pub(crate) fn key_files_seeds() -> Vec<Vec<u8>> {
    let Some(house) = &*HOUSE else { return vec![Vec::new()] };
    (0_u8..).zip(&house.keys).map(|(n, (_, kept))| [&[n][..], kept].concat()).collect()
}

pub(crate) fn cookies_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        "beffroi-session=abc; beffroi-lang=fr",
        "__Host-beffroi-session=abc; __Host-beffroi-entry=x=y\n__Host-beffroi-session=abd",
        "beffroi-openid=; =; ;;",
    ])
}

pub(crate) fn forwarded_seeds() -> Vec<Vec<u8>> {
    seeds(&["203.0.113.9, 192.0.2.1", "2001:db8::1\n::ffff:192.0.2.1", "unknown, [2001:db8::1]:80, 192.0.2.1"])
}

pub(crate) fn host_seeds() -> Vec<Vec<u8>> {
    seeds(&["/\nbeffroi.example:8443", "https://beffroi.example/x\nbeffroi.example", "*\n[::1]:80"])
}

pub(crate) fn form_seeds() -> Vec<Vec<u8>> {
    seeds(&["jeton=abc&cle=018f&motif=v%C3%A9rifier+une+plainte", "a=1&a=2&%=x&=&b", "par=territory&de=2024-01&a=%00"])
}

pub(crate) use hostile::{cookies, form, forwarded, host};

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_ports::Refusal;

    /// A target whose world could not be made would look at nothing.
    #[test]
    fn the_doors_are_reached() {
        let house = HOUSE.as_ref().unwrap();
        let path = house.place.path().join("backup");
        assert!(AgeBackup::new().check(&path, &house.identity()).is_ok());
        assert_eq!(read_archive(&house.archive).unwrap().files.len(), 2);
        let names: Vec<&str> = house.keys.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names.len() >= 3 && names.contains(&"journal.key"), "{names:?}");
        assert!(PARTY.is_some() && stored().is_some());
        let honest = [DESCRIPTION, KEYS, TOKENS, "e30.e30.AAAA"].map(str::as_bytes);
        let refused = |returned: Option<&[u8]>| match sign_in(honest, returned) {
            Some(IdentityError::Refused(refusal)) => refusal,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(None), Refusal::Signature, "the token is read as far as its signature");
        assert_eq!(refused(Some(b"code=c\nstate=x\niss=https://auth.example.org/api/v2")), Refusal::State);
    }
}
