//! Attacks on signing in. Each is the honest message with one thing bent; the honest one is accepted just before.

use crate::authenticator::*;
use crate::world::*;
use beffroi_ports::passkeys::*;

type Bend = fn(&mut Message);
type Twist = fn(&mut Sent);

/// What a page with the key in hand would sign: everything but the bent field is true, and so is the signature.
const BEFORE: &[(&str, Bend, Check)] = &[
    ("another challenge", |m| m.client.challenge = b64([7; 16]), Check::Challenge),
    ("origin: a sub-domain", |m| m.client.origin = "https://a.beffroi.example".into(), Check::Origin),
    ("origin: another port", |m| m.client.origin = "https://beffroi.example:8443".into(), Check::Origin),
    ("origin: the usual port spelled out", |m| m.client.origin = "https://beffroi.example:443".into(), Check::Origin),
    ("origin: in the clear", |m| m.client.origin = "http://beffroi.example".into(), Check::Origin),
    ("origin: a look-alike in punycode", |m| m.client.origin = "https://xn--beffro-q9a.example".into(), Check::Origin),
    ("origin: a look-alike in Cyrillic", |m| m.client.origin = "https://bеffroi.example".into(), Check::Origin),
    ("origin: the domain above", |m| m.client.origin = "https://example".into(), Check::Origin),
    ("origin: a longer domain", |m| m.client.origin = "https://beffroi.example.evil.example".into(), Check::Origin),
    ("origin: a prefix", |m| m.client.origin = "https://evilbeffroi.example".into(), Check::Origin),
    ("origin: with a path", |m| m.client.origin = "https://beffroi.example/".into(), Check::Origin),
    ("origin: with a user", |m| m.client.origin = "https://beffroi.example@evil.example".into(), Check::Origin),
    ("origin: a dot at the end", |m| m.client.origin = "https://beffroi.example.".into(), Check::Origin),
    ("origin: in capitals", |m| m.client.origin = "https://BEFFROI.example".into(), Check::Origin),
    ("origin: opaque", |m| m.client.origin = "null".into(), Check::Origin),
    ("origin: none", |m| m.client.origin = String::new(), Check::Origin),
    ("origin: an application's", |m| m.client.origin = "android:apk-key-hash:AAAA".into(), Check::Origin),
    ("within another site's page", |m| m.client.cross_origin = Some(true), Check::CrossOrigin),
    ("under another site's page", |m| m.client.top_origin = Some("https://evil.example".into()), Check::CrossOrigin),
    ("under our own page", |m| m.client.top_origin = Some(ORIGIN.into()), Check::CrossOrigin),
    ("the other ceremony", |m| m.client.ceremony = "webauthn.create".into(), Check::ClientData),
    ("a payment", |m| m.client.ceremony = "payment.get".into(), Check::ClientData),
    ("a challenge that is too short", |m| m.client.challenge.truncate(20), Check::ClientData),
    ("a challenge with padding", |m| m.client.challenge.push_str("=="), Check::ClientData),
    ("a second origin", |m| m.client.more = format!(r#","origin":"{ORIGIN}""#), Check::ClientData),
    ("a second unknown member", |m| m.client.more = r#","x":1,"x":2"#.into(), Check::ClientData),
    ("a member after the end", |m| m.client.more = r#"},{"a":1"#.into(), Check::ClientData),
    ("another relying party", |m| m.party = "evil.example".into(), Check::RelyingParty),
    ("the relying party above", |m| m.party = "example".into(), Check::RelyingParty),
    ("nobody present", |m| m.flags &= !UP, Check::Presence),
    ("nobody verified", |m| m.flags &= !UV, Check::Verification),
    ("neither present nor verified", |m| m.flags = 0, Check::Presence),
    ("a counter that stands still", |m| m.counter -= 1, Check::Counter),
    ("a counter that goes back", |m| m.counter -= 2, Check::Counter),
    ("a counter taken away", |m| m.counter = 0, Check::Counter),
    ("copied though bound to one device", |m| m.flags |= BE | BS, Check::Backup),
    ("fit to be copied though bound", |m| m.flags |= BE, Check::Backup),
    ("copied and not fit to be", |m| m.flags |= BS, Check::AuthenticatorData),
    ("a reserved flag", |m| m.flags |= 0x02, Check::AuthenticatorData),
    ("the other reserved flag", |m| m.flags |= 0x20, Check::AuthenticatorData),
    ("a flag for a key that is not there", |m| m.flags |= AT, Check::AuthenticatorData),
    ("a flag for extensions that are not there", |m| m.flags |= ED, Check::AuthenticatorData),
    ("bytes after the end", |m| m.tail = vec![0], Check::AuthenticatorData),
    ("an extension without its flag", |m| m.tail = vec![0xA0], Check::AuthenticatorData),
    ("another passkey's name", |m| m.id = vec![9; 32], Check::Credential),
    ("another person's handle", |m| m.handle = Some(BOB.0.to_vec()), Check::Person),
];

/// What somebody on the way would change: nothing is signed anew.
const AFTER: &[(&str, Twist, Check)] = &[
    ("no signature", |s| s.signature = Some(Vec::new()), Check::Signature),
    ("a signature of zeros", |s| s.signature = Some(vec![0; 64]), Check::Signature),
    ("a signature cut short", |s| s.signature.as_mut().unwrap().truncate(63), Check::Signature),
    ("a signature with more behind", |s| s.signature.as_mut().unwrap().push(0), Check::Signature),
    ("a counter that was not signed", |s| s.data[36] ^= 0x40, Check::Signature),
    ("a verification that was not signed", |s| s.data[32] |= BE, Check::Signature),
    ("a space in the client data", |s| s.client_data.insert(1, b' '), Check::Signature),
    ("no client data", |s| s.client_data.clear(), Check::ClientData),
    ("a list for client data", |s| s.client_data = b"[]".to_vec(), Check::ClientData),
    ("another person's handle, unsigned as it is", |s| s.handle = Some(b64(BOB.0)), Check::Person),
];

#[test]
fn each_bent_sign_in_is_refused_by_the_check_that_it_is_meant_for() {
    for (key, seed) in [(Key::ed25519(1), 1), (Key::p256(1), 2)] {
        let device = authenticator(key, seed);
        let passkey = Passkey { sign_count: 7, ..registered(&device) };
        for way in [Way::Discoverable, Way::Named] {
            for (attack, bend, check) in BEFORE {
                assert!(sign_in(way, &device, &passkey, |_| {}, |_| {}).is_ok(), "{attack}: the honest twin");
                let found = sign_in(way, &device, &passkey, bend, |_| {});
                assert_eq!(found, refused(*check), "{way:?}: {attack}");
            }
            for (attack, twist, check) in AFTER {
                let found = sign_in(way, &device, &passkey, |_| {}, twist);
                assert_eq!(found, refused(*check), "{way:?}: {attack}");
            }
        }
    }
    assert!(BEFORE.len() + AFTER.len() >= 50);
}

#[test]
fn an_origin_is_refused_by_the_list_alone() {
    // The twin of all the origins above: where the list holds the page, the very message is accepted.
    for origin in ["https://a.beffroi.example", "https://beffroi.example:8443"] {
        let device = Authenticator { origin: origin.to_owned(), ..authenticator(Key::ed25519(1), 1) };
        let passkey = registered(&authenticator(Key::ed25519(1), 1));
        for (engine, expected) in [(engine_at(&[ORIGIN, origin]), true), (engine(), false)] {
            let start = engine.start_authentication(None, now()).unwrap();
            let mut message = device.get(&start.options);
            message.counter = 2;
            let sent = device.send(&message).json();
            let found = engine.finish_authentication(start.state, &sent, &ALICE, &passkey, now());
            assert_eq!(found.is_ok(), expected, "{origin}: {found:?}");
        }
    }
}

#[test]
fn a_counter_that_was_never_used_may_stay_at_zero() {
    let device = authenticator(Key::ed25519(1), 1);
    let passkey = Passkey { sign_count: 0, ..registered(&device) };
    for counter in [0, 1, u32::MAX] {
        let found = sign_in(Way::Named, &device, &passkey, |m| m.counter = counter, |_| {});
        assert_eq!(found.unwrap().sign_count, counter);
    }
}

#[test]
fn a_signature_by_another_key_is_refused() {
    let passkey = registered(&authenticator(Key::ed25519(1), 1));
    for other in [Key::ed25519(2), Key::p256(1), Key::rsa()] {
        let thief = authenticator(other, 1);
        for way in [Way::Discoverable, Way::Named] {
            assert_eq!(sign_in(way, &thief, &passkey, |_| {}, |_| {}), refused(Check::Signature));
        }
    }
}

#[test]
fn no_bit_of_what_was_signed_may_change() {
    for key in [Key::ed25519(1), Key::p256(1)] {
        let device = authenticator(key, 1);
        let passkey = registered(&device);
        let engine = engine();
        let start = start(&engine, Way::Named, &passkey);
        let mut message = device.get(&start.options);
        message.counter = 2;
        let honest = device.send(&message);
        let finish =
            |sent: &Sent| engine.finish_authentication(copy(&start.state), &sent.json(), &ALICE, &passkey, now());
        assert!(finish(&honest).is_ok());
        let signature = honest.signature.clone().unwrap();
        // Every bit of data and signature for Ed25519; one of each byte for the slower curve.
        let step = if passkey.algorithm == Algorithm::EdDsa { 1 } else { 11 };
        let mut n_flipped = 0;
        for bit in (0..honest.data.len() * 8).step_by(step) {
            let mut sent = honest.clone();
            sent.data[bit / 8] ^= 1 << (bit % 8);
            assert!(finish(&sent).is_err(), "bit {bit} of the authenticator's data");
            n_flipped += 1;
        }
        for bit in (0..signature.len() * 8).step_by(step) {
            let mut sent = honest.clone();
            sent.signature.as_mut().unwrap()[bit / 8] ^= 1 << (bit % 8);
            assert!(finish(&sent).is_err(), "bit {bit} of the signature");
            n_flipped += 1;
        }
        for bit in (0..honest.client_data.len() * 8).step_by(step) {
            let mut sent = honest.clone();
            sent.client_data[bit / 8] ^= 1 << (bit % 8);
            assert!(finish(&sent).is_err(), "bit {bit} of the client data");
            n_flipped += 1;
        }
        assert!(n_flipped > 200, "{n_flipped}");
    }
}

#[test]
fn data_cut_short_anywhere_are_refused() {
    let device = authenticator(Key::ed25519(1), 1);
    let passkey = registered(&device);
    for length in 0..37 {
        // Signed as they are, so that it is not the signature that refuses: the data have 37 bytes.
        let found = sign_in(
            Way::Named,
            &device,
            &passkey,
            |_| {},
            |sent| {
                sent.data.truncate(length);
                let hash = <sha2::Sha256 as sha2::Digest>::digest(&sent.client_data);
                sent.signature = Some(device.key.sign(&[&sent.data[..], &hash[..]].concat()));
            },
        );
        assert_eq!(found, refused(Check::AuthenticatorData), "{length} bytes");
    }
}

#[test]
fn an_answer_serves_one_ceremony() {
    let (engine, device) = (engine(), authenticator(Key::ed25519(1), 1));
    let passkey = registered(&device);
    for way in [Way::Discoverable, Way::Named] {
        let first = start(&engine, way, &passkey);
        let mut message = device.get(&first.options);
        message.counter = 2;
        let answer = device.send(&message).json();
        let kept = copy(&first.state);
        let done = engine.finish_authentication(first.state, &answer, &ALICE, &passkey, now()).unwrap();
        // Played again into another ceremony.
        let second = start(&engine, way, &passkey);
        let found = engine.finish_authentication(second.state, &answer, &ALICE, &passkey, now());
        assert_eq!(found, refused(Check::Challenge));
        // Played again into a state that the caller forgot to delete: the counter moved.
        let moved = Passkey { sign_count: done.sign_count, ..passkey.clone() };
        let found = engine.finish_authentication(kept, &answer, &ALICE, &moved, now());
        assert_eq!(found, refused(Check::Counter));
    }
}

#[test]
fn another_persons_passkey_signs_nobody_else_in() {
    let engine = engine();
    let alice = authenticator(Key::ed25519(1), 1);
    let bob = Authenticator { handle: Some(BOB.0.to_vec()), ..authenticator(Key::ed25519(2), 2) };
    let (alices, bobs) = (registered(&alice), registered(&bob));
    let finish = |start: Ceremony, device: &Authenticator, owner: &PersonHandle, stored: &Passkey| {
        let mut message = device.get(&start.options);
        message.counter = 2;
        engine.finish_authentication(start.state, &device.send(&message).json(), owner, stored, now())
    };
    // Bob's passkey where Alice's was asked for.
    let found = finish(start(&engine, Way::Named, &alices), &bob, &BOB, &bobs);
    assert_eq!(found, refused(Check::Credential));
    // Bob's passkey, looked up as Alice's.
    assert_eq!(finish(start(&engine, Way::Discoverable, &alices), &bob, &ALICE, &bobs), refused(Check::Person));
    // Bob's answer against Alice's stored passkey.
    assert_eq!(finish(start(&engine, Way::Discoverable, &alices), &bob, &BOB, &alices), refused(Check::Credential));
    assert!(finish(start(&engine, Way::Discoverable, &bobs), &bob, &BOB, &bobs).is_ok());
    // A passkey that does not say whose it is cannot sign in where nothing was named.
    let silent = Authenticator { handle: None, ..alice.clone() };
    let found = finish(start(&engine, Way::Discoverable, &alices), &silent, &ALICE, &alices);
    assert!(matches!(found, Err(PasskeyError::Response { .. })), "{found:?}");
    assert!(finish(start(&engine, Way::Named, &alices), &silent, &ALICE, &alices).is_ok());
}

#[test]
fn a_stored_key_that_is_none_signs_nobody_in() {
    let device = authenticator(Key::ed25519(1), 1);
    let passkey = registered(&device);
    for (algorithm, public_key) in
        [(Algorithm::EdDsa, vec![0xFF; 32]), (Algorithm::EdDsa, Vec::new()), (Algorithm::Es256, vec![2; 33])]
    {
        let broken = Passkey { algorithm, public_key, ..passkey.clone() };
        let found = sign_in(Way::Named, &device, &broken, |_| {}, |_| {});
        assert!(
            matches!(found, Err(PasskeyError::Refused { check: Check::Algorithm | Check::Signature })),
            "{found:?}"
        );
    }
}
