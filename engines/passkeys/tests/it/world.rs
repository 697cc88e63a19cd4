//! The relying party of the tests, its persons and its clock.

use crate::authenticator::{Authenticator, Key, Message, Sent};
use beffroi_passkeys::{RelyingParty, WebauthnPasskeys};
use beffroi_ports::passkeys::*;
use jiff::Timestamp;

pub(crate) const PARTY: &str = "beffroi.example";
pub(crate) const ORIGIN: &str = "https://beffroi.example";
pub(crate) const ALICE: PersonHandle = PersonHandle([0xA1; 64]);
pub(crate) const BOB: PersonHandle = PersonHandle([0xB0; 64]);

pub(crate) fn now() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

pub(crate) fn engine_at(origins: &[&str]) -> WebauthnPasskeys {
    let origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
    WebauthnPasskeys::new(&RelyingParty { id: PARTY.to_owned(), origins }).unwrap()
}

pub(crate) fn engine() -> WebauthnPasskeys {
    engine_at(&[ORIGIN, "https://app.beffroi.example:8443"])
}

pub(crate) fn authenticator(key: Key, fill: u8) -> Authenticator {
    Authenticator {
        key,
        id: vec![fill; 32],
        handle: Some(ALICE.0.to_vec()),
        counter: 1,
        party: PARTY.to_owned(),
        origin: ORIGIN.to_owned(),
    }
}

pub(crate) fn person(handle: &PersonHandle) -> Registrant<'_> {
    Registrant { handle, login: "alice.synthetic", display_name: "Alice Synthétique" }
}

pub(crate) fn refused<T>(check: Check) -> Result<T, PasskeyError> {
    Err(PasskeyError::Refused { check })
}

pub(crate) fn copy(state: &CeremonyState) -> CeremonyState {
    CeremonyState::from_stored(state.as_bytes().to_vec())
}

/// A registration for Alice, bent before it is signed and after.
pub(crate) fn register(
    authenticator: &Authenticator,
    before: impl FnOnce(&mut Message),
    after: impl FnOnce(&mut Sent),
) -> Result<Passkey, PasskeyError> {
    let engine = engine();
    let start = engine.start_registration(person(&ALICE), &[], now()).unwrap();
    let mut message = authenticator.create(&start.options);
    before(&mut message);
    let mut sent = authenticator.send(&message);
    after(&mut sent);
    engine.finish_registration(start.state, &ALICE, &sent.json(), now())
}

pub(crate) fn registered(authenticator: &Authenticator) -> Passkey {
    register(authenticator, |_| {}, |_| {}).unwrap()
}

/// Which of the two sign-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Discoverable,
    Named,
}

pub(crate) fn start(engine: &WebauthnPasskeys, way: Way, passkey: &Passkey) -> Ceremony {
    let hints = [CredentialHint::from(passkey)];
    let among = (way == Way::Named).then_some(hints.as_slice());
    engine.start_authentication(among, now()).unwrap()
}

/// A sign-in of Alice with `passkey`, bent before it is signed and after.
pub(crate) fn sign_in(
    way: Way,
    authenticator: &Authenticator,
    passkey: &Passkey,
    before: impl FnOnce(&mut Message),
    after: impl FnOnce(&mut Sent),
) -> Result<SignedIn, PasskeyError> {
    let engine = engine();
    let start = start(&engine, way, passkey);
    let mut message = authenticator.get(&start.options);
    message.counter = passkey.sign_count + 1;
    before(&mut message);
    let mut sent = authenticator.send(&message);
    after(&mut sent);
    engine.finish_authentication(start.state, &sent.json(), &ALICE, passkey, now())
}
