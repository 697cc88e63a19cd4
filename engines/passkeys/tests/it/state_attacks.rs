//! The state of a ceremony, bent: too old, of the other ceremony, damaged.

use crate::authenticator::*;
use crate::world::*;
use beffroi_ports::passkeys::*;
use jiff::SignedDuration;

#[test]
fn a_ceremony_lasts_five_minutes_and_no_longer() {
    let (engine, device) = (engine(), authenticator(Key::ed25519(1), 1));
    let passkey = registered(&device);
    let begun = engine.start_registration(person(&ALICE), &[], now()).unwrap();
    let created = device.send(&device.create(&begun.options)).json();
    let sign_in = start(&engine, Way::Named, &passkey);
    let mut message = device.get(&sign_in.options);
    message.counter = 2;
    let got = device.send(&message).json();
    for (after, fine) in [(0, true), (299_999, true), (300_000, false), (300_001, false), (86_400_000, false)] {
        let at = now() + SignedDuration::from_millis(after);
        let made = engine.finish_registration(copy(&begun.state), &ALICE, &created, at);
        let done = engine.finish_authentication(copy(&sign_in.state), &got, &ALICE, &passkey, at);
        assert_eq!((made.is_ok(), done.is_ok()), (fine, fine), "{after} ms");
        if !fine {
            assert_eq!(made, Err(PasskeyError::Expired { expired_at: begun.expires_at }));
            assert_eq!(done, Err(PasskeyError::Expired { expired_at: sign_in.expires_at }));
        }
    }
}

#[test]
fn the_state_of_one_ceremony_does_not_end_another() {
    let (engine, device) = (engine(), authenticator(Key::ed25519(1), 1));
    let passkey = registered(&device);
    let begun = engine.start_registration(person(&ALICE), &[], now()).unwrap();
    let created = device.send(&device.create(&begun.options)).json();
    let (named, discoverable) = (start(&engine, Way::Named, &passkey), start(&engine, Way::Discoverable, &passkey));
    for other in [&named.state, &discoverable.state] {
        let found = engine.finish_registration(copy(other), &ALICE, &created, now());
        assert!(matches!(found, Err(PasskeyError::State { .. })), "{found:?}");
    }
    let mut message = device.get(&named.options);
    message.counter = 2;
    let got = device.send(&message).json();
    let finish = |state: CeremonyState| engine.finish_authentication(state, &got, &ALICE, &passkey, now());
    assert!(matches!(finish(copy(&begun.state)), Err(PasskeyError::State { .. })));
    // A state whose kind was changed by hand does not read as the other kind either.
    let retold = |state: &CeremonyState, kind: u8| {
        let mut bytes = state.as_bytes().to_vec();
        bytes[1] = kind;
        CeremonyState::from_stored(bytes)
    };
    for kind in [0, 1, 2, 4, 255] {
        assert!(matches!(finish(retold(&named.state, kind)), Err(PasskeyError::State { .. })), "{kind}");
    }
    assert!(finish(copy(&named.state)).is_ok());
}

#[test]
fn a_damaged_state_ends_nothing() {
    let (engine, device) = (engine(), authenticator(Key::ed25519(1), 1));
    let passkey = registered(&device);
    let sign_in = start(&engine, Way::Named, &passkey);
    let mut message = device.get(&sign_in.options);
    message.counter = 2;
    let got = device.send(&message).json();
    let whole = sign_in.state.as_bytes();
    let finish =
        |bytes: Vec<u8>| engine.finish_authentication(CeremonyState::from_stored(bytes), &got, &ALICE, &passkey, now());
    for length in 0..whole.len() {
        assert!(finish(whole[..length].to_vec()).is_err(), "{length}");
    }
    assert!(finish([whole, &[0]].concat()).is_err());
    assert!(finish(vec![0xFF; 4096]).is_err());
    // One bit of the challenge: the answer is to another one.
    let at = whole.len() - (16 + 1 + 1 + 12 + 2 + 2 + 32 + 1);
    for byte in at..at + 16 {
        let mut bytes = whole.to_vec();
        bytes[byte] ^= 1;
        assert_eq!(finish(bytes), refused(Check::Challenge), "{byte}");
    }
    assert!(finish(whole.to_vec()).is_ok());
}

#[test]
fn what_is_kept_and_printed_names_nobody() {
    let engine = engine();
    let start = engine.start_registration(person(&ALICE), &[], now()).unwrap();
    let shown = format!("{:?} {:?} {engine:?}", start.state, ALICE);
    assert!(!shown.contains("161") && !shown.contains("alice"), "{shown}");
    let many: Vec<CredentialHint> = (0..31)
        .map(|n| CredentialHint { id: CredentialId::new(vec![n; 1023]).unwrap(), transports: [].into() })
        .collect();
    let most = engine.start_registration(person(&ALICE), &many, now()).unwrap();
    assert!(most.state.as_bytes().len() < 40_000);
    let most = engine.start_authentication(Some(&many), now()).unwrap();
    assert!(most.state.as_bytes().len() < 40_000);
}
