//! Attacks on making a passkey. Each is the honest message with one thing bent.

use crate::authenticator::*;
use crate::cbor;
use crate::world::*;
use beffroi_ports::passkeys::*;

type Bend = fn(&mut Message);

/// Refused by a check, the message being well formed.
const BENT: &[(&str, Bend, Check)] = &[
    ("another challenge", |m| m.client.challenge = b64([7; 16]), Check::Challenge),
    ("a sub-domain", |m| m.client.origin = "https://a.beffroi.example".into(), Check::Origin),
    ("another port", |m| m.client.origin = "https://beffroi.example:8443".into(), Check::Origin),
    ("in the clear", |m| m.client.origin = "http://beffroi.example".into(), Check::Origin),
    ("a look-alike", |m| m.client.origin = "https://xn--beffro-q9a.example".into(), Check::Origin),
    ("within another site's page", |m| m.client.cross_origin = Some(true), Check::CrossOrigin),
    ("under another site's page", |m| m.client.top_origin = Some("https://evil.example".into()), Check::CrossOrigin),
    ("the other ceremony", |m| m.client.ceremony = "webauthn.get".into(), Check::ClientData),
    ("a second challenge", |m| m.client.more = r#","challenge":"AAAAAAAAAAAAAAAAAAAAAA""#.into(), Check::ClientData),
    ("another relying party", |m| m.party = "evil.example".into(), Check::RelyingParty),
    ("nobody present", |m| m.flags &= !UP, Check::Presence),
    ("nobody verified", |m| m.flags &= !UV, Check::Verification),
    ("P-384, which is not taken", |m| m.cose = Some(p384()), Check::Algorithm),
    ("a point off the curve", |m| m.cose = Some(ec2(-7, 1, &[1; 32], &[1; 32])), Check::Algorithm),
    ("no point of Ed25519", |m| m.cose = Some(okp(-8, 6, &no_point())), Check::Algorithm),
    ("an RSA key of 8192 bits", |m| m.cose = Some(rs256(&[0xFF; 1024], &[1, 0, 1])), Check::Algorithm),
];

/// Refused before any check, not being what an authenticator writes.
const BROKEN: &[(&str, Bend)] = &[
    ("an algorithm nobody asked for", |m| m.cose = Some(ec2(-36, 3, &[1; 66], &[1; 66]))),
    ("an algorithm of another curve", |m| m.cose = Some(ec2(-7, 2, &[1; 32], &[1; 32]))),
    ("an algorithm of another kind of key", |m| m.cose = Some(okp(-7, 6, &[1; 32]))),
    ("no algorithm at all", |m| m.cose = Some(cbor::map(&[(cbor::int(1), cbor::int(1))]))),
    ("a key without members", |m| m.cose = Some(cbor::map(&[]))),
    ("a point of 31 bytes", |m| m.cose = Some(ec2(-7, 1, &[1; 31], &[1; 32]))),
    ("an RSA key of 1024 bits", |m| m.cose = Some(rs256(&[0xFF; 128], &[1, 0, 1]))),
    ("an RSA key of 32768 bits", |m| m.cose = Some(rs256(&[0xFF; 4096], &[1, 0, 1]))),
    ("an RSA exponent of 1", |m| m.cose = Some(rs256(&[0xFF; 256], &[1]))),
    ("no key though it is due", |m| m.cose = Some(Vec::new())),
    ("no name", |m| m.id = Vec::new()),
    ("a name of 15 bytes", |m| m.id = vec![1; 15]),
    ("a name of 1024 bytes", |m| m.id = vec![1; 1024]),
    ("no flag for the key", |m| m.flags &= !AT),
    ("a reserved flag", |m| m.flags |= 0x02),
    ("copied and not fit to be", |m| m.flags |= BS),
    ("a flag for extensions that are not there", |m| m.flags |= ED),
    ("bytes after the key", |m| m.tail = vec![0]),
    ("an extension without its flag", |m| m.tail = cbor::map(&[(cbor::text("credProtect"), cbor::int(3))])),
    ("an extension that nobody knows", |m| {
        m.flags |= ED;
        m.tail = cbor::map(&[(cbor::text("unknown"), cbor::int(1))]);
    }),
];

fn okp(algorithm: i64, curve: i64, x: &[u8]) -> Vec<u8> {
    cbor::map(&[
        (cbor::int(1), cbor::int(1)),
        (cbor::int(3), cbor::int(algorithm)),
        (cbor::int(-1), cbor::int(curve)),
        (cbor::int(-2), cbor::bytes(x)),
    ])
}

/// 32 bytes that are no point of the curve: about half of all are none.
fn no_point() -> [u8; 32] {
    (0..=255).map(|fill| [fill; 32]).find(|bytes| ed25519_dalek::VerifyingKey::from_bytes(bytes).is_err()).unwrap()
}

/// The base point of P-384 (SP 800-186, 3.2.1.4): a key that is in order, of an algorithm that was not asked for.
fn p384() -> Vec<u8> {
    let unhex = |hex: &str| -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    };
    let x = "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7";
    let y = "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f";
    ec2(-35, 2, &unhex(x), &unhex(y))
}

#[test]
fn each_bent_registration_is_refused_by_the_check_that_it_is_meant_for() {
    for device in [authenticator(Key::ed25519(1), 1), authenticator(Key::p256(1), 2)] {
        for (attack, bend, check) in BENT {
            assert!(register(&device, |_| {}, |_| {}).is_ok(), "{attack}: the honest twin");
            assert_eq!(register(&device, bend, |_| {}), refused(*check), "{attack}");
        }
        for (attack, bend) in BROKEN {
            let found = register(&device, bend, |_| {});
            let fine = matches!(
                found,
                Err(PasskeyError::Response { .. } | PasskeyError::Refused { check: Check::AuthenticatorData })
            );
            assert!(fine, "{attack}: {found:?}");
        }
    }
    assert!(BENT.len() + BROKEN.len() >= 35);
}

#[test]
fn names_at_both_limits_are_taken() {
    let device = authenticator(Key::ed25519(1), 1);
    for length in [16, 1023] {
        let made = register(&device, |m| m.id = vec![1; length], |_| {}).unwrap();
        assert_eq!(made.id.as_bytes().len(), length);
    }
}

#[test]
fn a_passkey_that_the_person_holds_is_not_registered_twice() {
    let (engine, device) = (engine(), authenticator(Key::ed25519(1), 1));
    let held = CredentialHint::from(&registered(&device));
    let try_with = |held: &[CredentialHint]| {
        let start = engine.start_registration(person(&ALICE), held, now()).unwrap();
        let sent = device.send(&device.create(&start.options));
        engine.finish_registration(start.state, &ALICE, &sent.json(), now())
    };
    assert_eq!(try_with(std::slice::from_ref(&held)), Err(PasskeyError::AlreadyRegistered));
    // The twin: the very message, from a person who holds another one.
    let another = CredentialHint { id: CredentialId::new(vec![5; 32]).unwrap(), ..held };
    assert!(try_with(&[another]).is_ok());
}

#[test]
fn a_ceremony_belongs_to_the_person_who_began_it() {
    let (engine, device) = (engine(), authenticator(Key::ed25519(1), 1));
    let start = engine.start_registration(person(&ALICE), &[], now()).unwrap();
    let answer = device.send(&device.create(&start.options)).json();
    let found = engine.finish_registration(copy(&start.state), &BOB, &answer, now());
    assert_eq!(found, refused(Check::Person));
    assert!(engine.finish_registration(start.state, &ALICE, &answer, now()).is_ok());
}

#[test]
fn an_answer_serves_one_registration() {
    let (engine, device) = (engine(), authenticator(Key::ed25519(1), 1));
    let first = engine.start_registration(person(&ALICE), &[], now()).unwrap();
    let answer = device.send(&device.create(&first.options)).json();
    let second = engine.start_registration(person(&ALICE), &[], now()).unwrap();
    assert_eq!(engine.finish_registration(second.state, &ALICE, &answer, now()), refused(Check::Challenge));
    assert!(engine.finish_registration(first.state, &ALICE, &answer, now()).is_ok());
}

#[test]
fn an_attestation_object_cut_short_or_drawn_out_is_refused() {
    let device = authenticator(Key::p256(1), 1);
    let whole = register(&device, |_| {}, |_| {});
    assert!(whole.is_ok());
    let (engine, start) = (engine(), engine().start_registration(person(&ALICE), &[], now()).unwrap());
    let honest = device.send(&device.create(&start.options));
    let finish = |data: Vec<u8>| {
        let sent = Sent { data, ..honest.clone() };
        engine.finish_registration(copy(&start.state), &ALICE, &sent.json(), now())
    };
    assert!(finish(honest.data.clone()).is_ok());
    for length in 0..honest.data.len() {
        assert!(finish(honest.data[..length].to_vec()).is_err(), "{length} bytes");
    }
    assert!(finish([honest.data.clone(), vec![0]].concat()).is_err());
    // The same object with a map of no set length, with keys in another order, with a length in a longer form.
    let mut loose = honest.data.clone();
    loose[0] = 0xBF;
    loose.push(0xFF);
    assert!(finish(loose).is_err());
    let auth_data = &honest.data[30..];
    let reordered = cbor::map(&[
        (cbor::text("authData"), auth_data.to_vec()),
        (cbor::text("fmt"), cbor::text("none")),
        (cbor::text("attStmt"), cbor::map(&[])),
    ]);
    assert!(finish(reordered).is_err());
    let longer = [&honest.data[..1], &[0x78, 3][..], &honest.data[2..]].concat();
    assert!(finish(longer).is_err());
    // A format nobody asked for.
    let strange = cbor::map(&[
        (cbor::text("fmt"), cbor::text("apple")),
        (cbor::text("attStmt"), cbor::map(&[])),
        (cbor::text("authData"), auth_data.to_vec()),
    ]);
    assert!(finish(strange).is_err());
}

#[test]
fn what_the_browser_says_beside_the_attestation_counts_for_nothing() {
    let device = authenticator(Key::ed25519(1), 1);
    let honest = registered(&device);
    let copies = [
        r#","publicKeyAlgorithm":-7"#,
        r#","publicKeyAlgorithm":-8,"publicKey":"AAAA","authenticatorData":"AAAA""#,
        r#","publicKey":null"#,
    ];
    for more in copies {
        let found = register(&device, |_| {}, |sent| sent.more = more.to_owned());
        assert_eq!(found.as_ref(), Ok(&honest), "{more}");
    }
    let renamed = |sent: &mut Sent| {
        sent.id = b64([3; 32]);
        sent.raw_id = sent.id.clone();
    };
    assert!(matches!(register(&device, |_| {}, renamed), Err(PasskeyError::Response { .. })));
}
