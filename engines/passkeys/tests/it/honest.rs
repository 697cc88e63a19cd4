//! What an honest authenticator and browser send comes through.

use crate::authenticator::*;
use crate::world::*;
use beffroi_ports::passkeys::*;

#[test]
fn each_algorithm_registers_and_signs_in_both_ways() {
    for (key, algorithm, length) in [
        (Key::ed25519(1), Algorithm::EdDsa, 32),
        (Key::p256(1), Algorithm::Es256, 33),
        (Key::p256(2), Algorithm::Es256, 33),
        (Key::rsa(), Algorithm::Rs256, 260),
    ] {
        let device = authenticator(key, 1);
        let mut passkey = registered(&device);
        assert_eq!((passkey.algorithm, passkey.public_key.len()), (algorithm, length));
        assert_eq!((passkey.id.as_bytes(), passkey.sign_count), (&device.id[..], 1));
        assert_eq!((passkey.aaguid, passkey.backup), ([0xAA; 16], Backup::NotEligible));
        assert!(passkey.user_verified);
        // A word of tomorrow among the transports is passed over.
        assert_eq!(passkey.transports, [Transport::Internal, Transport::Hybrid].into());
        for way in [Way::Discoverable, Way::Named] {
            let done = sign_in(way, &device, &passkey, |_| {}, |_| {}).unwrap();
            assert_eq!((done.sign_count, done.user_verified), (passkey.sign_count + 1, true));
            assert_eq!((done.id.as_bytes(), done.backup), (&device.id[..], Backup::NotEligible));
            passkey.sign_count = done.sign_count;
        }
    }
}

#[test]
fn a_passkey_that_lives_on_several_devices_does_not_count_and_may_become_copied() {
    let device = authenticator(Key::ed25519(1), 1);
    let eligible = |message: &mut Message| {
        message.flags |= BE;
        message.counter = 0;
    };
    let passkey = register(&device, eligible, |_| {}).unwrap();
    assert_eq!((passkey.sign_count, passkey.backup), (0, Backup::Eligible));
    let copied = |message: &mut Message| {
        message.flags |= BE | BS;
        message.counter = 0;
    };
    let done = sign_in(Way::Discoverable, &device, &passkey, copied, |_| {}).unwrap();
    assert_eq!((done.sign_count, done.backup), (0, Backup::Exists));
}

#[test]
fn self_attestation_is_taken_and_its_signature_checked() {
    let device = authenticator(Key::p256(3), 1);
    assert!(register(&device, |message| message.packed = true, |_| {}).is_ok());
    let other = authenticator(Key::p256(4), 1);
    let found = register(
        &device,
        |message| {
            message.packed = true;
            message.cose = Some(other.key.cose());
        },
        |_| {},
    );
    assert_eq!(found, refused(Check::Signature));
}

#[test]
fn every_origin_of_the_list_may_ask() {
    let mut device = authenticator(Key::ed25519(1), 1);
    device.origin = "https://app.beffroi.example:8443".to_owned();
    let passkey = registered(&device);
    assert!(sign_in(Way::Discoverable, &device, &passkey, |_| {}, |_| {}).is_ok());
}

#[test]
fn a_loopback_page_may_ask_in_the_clear() {
    let party = beffroi_passkeys::RelyingParty {
        id: "localhost".to_owned(),
        origins: vec!["http://localhost:8080".to_owned()],
    };
    let engine = beffroi_passkeys::WebauthnPasskeys::new(&party).unwrap();
    let mut device = authenticator(Key::ed25519(1), 1);
    device.party = "localhost".to_owned();
    device.origin = "http://localhost:8080".to_owned();
    let start = engine.start_registration(person(&ALICE), &[], now()).unwrap();
    let sent = device.send(&device.create(&start.options));
    assert!(engine.finish_registration(start.state, &ALICE, &sent.json(), now()).is_ok());
}

#[test]
fn the_options_ask_for_what_the_house_wants() {
    let engine = engine();
    let device = authenticator(Key::ed25519(1), 1);
    let hint = CredentialHint::from(&registered(&device));
    let read = |ceremony: &Ceremony| {
        let mut options: serde_json::Value = serde_json::from_str(&ceremony.options).unwrap();
        let challenge = std::mem::replace(&mut options["challenge"], "[random]".into());
        assert_eq!(unb64(challenge.as_str().unwrap()).len(), 16);
        assert_eq!(ceremony.expires_at, now() + CEREMONY);
        options
    };
    let register = engine.start_registration(person(&ALICE), &[hint.clone(), hint.clone()], now()).unwrap();
    insta::assert_json_snapshot!("registration", read(&register));
    let named = engine.start_authentication(Some(&[hint.clone(), hint]), now()).unwrap();
    insta::assert_json_snapshot!("named", read(&named));
    let discoverable = engine.start_authentication(None, now()).unwrap();
    insta::assert_json_snapshot!("discoverable", read(&discoverable));
    assert_ne!(register.options, engine.start_registration(person(&ALICE), &[], now()).unwrap().options);
}

#[test]
fn a_claim_reads_the_names_and_nothing_else() {
    let engine = engine();
    let device = authenticator(Key::ed25519(1), 1);
    let start = engine.start_authentication(None, now()).unwrap();
    let mut message = device.get(&start.options);
    let claim = engine.claim(&device.send(&message).json()).unwrap();
    assert_eq!((claim.id.as_bytes(), claim.handle), (&device.id[..], Some(ALICE)));
    message.handle = None;
    assert_eq!(engine.claim(&device.send(&message).json()).unwrap().handle, None);
}

#[test]
fn what_cannot_start_says_why() {
    let engine = engine();
    let hint = |n: u8| CredentialHint { id: CredentialId::new(vec![n; 16]).unwrap(), transports: [].into() };
    let many: Vec<CredentialHint> = (0..32).map(hint).collect();
    assert!(engine.start_registration(person(&ALICE), &many[..31], now()).is_ok());
    assert_eq!(engine.start_registration(person(&ALICE), &many, now()), Err(PasskeyError::TooMany));
    assert_eq!(engine.start_authentication(Some(&[]), now()), Err(PasskeyError::NoCredential));
    let long = "x".repeat(1024);
    for (login, display_name, wrong) in
        [("", "Alice", "login"), ("a b", "Alice", "login"), (&long, "Alice", "login"), ("a", "", "display name")]
    {
        let found = engine.start_registration(Registrant { handle: &ALICE, login, display_name }, &[], now());
        assert!(matches!(found, Err(PasskeyError::Name { field, .. }) if field == wrong), "{login} {display_name}");
    }
}
