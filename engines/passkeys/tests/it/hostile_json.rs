//! The JSON around a credential, bent: twice, unknown, unfinished, oversized.

use crate::authenticator::*;
use crate::world::*;
use beffroi_ports::passkeys::*;
use proptest::prelude::*;

/// The two honest answers with a way to end their ceremonies.
struct Scene {
    engine: beffroi_passkeys::WebauthnPasskeys,
    passkey: Passkey,
    registration: Ceremony,
    sign_in: Ceremony,
    created: String,
    got: String,
}

impl Scene {
    fn new() -> Self {
        let (engine, device) = (engine(), authenticator(Key::ed25519(1), 1));
        let passkey = registered(&device);
        let registration = engine.start_registration(person(&ALICE), &[], now()).unwrap();
        let sign_in = start(&engine, Way::Discoverable, &passkey);
        let created = device.send(&device.create(&registration.options)).json();
        let mut message = device.get(&sign_in.options);
        message.counter = 2;
        let got = device.send(&message).json();
        Self { engine, passkey, registration, sign_in, created, got }
    }

    fn register(&self, text: &str) -> Result<Passkey, PasskeyError> {
        self.engine.finish_registration(copy(&self.registration.state), &ALICE, text, now())
    }

    fn sign_in(&self, text: &str) -> Result<SignedIn, PasskeyError> {
        self.engine.finish_authentication(copy(&self.sign_in.state), text, &ALICE, &self.passkey, now())
    }
}

/// Replacements of a piece of the text, the piece being in both answers.
const BENT: &[(&str, &str, &str)] = &[
    ("a name twice", r#""id":"#, r#""id":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","id":"#),
    ("a type twice", r#""type":"public-key""#, r#""type":"public-key","type":"public-key""#),
    ("client data twice", r#""clientDataJSON":"#, r#""clientDataJSON":"e30","clientDataJSON":"#),
    ("a response twice", r#""response":{"#, r#""response":{},"response":{"#),
    ("a member twice within a result", r#"{"rk":true}"#, r#"{"rk":true,"rk":false}"#),
    ("an unknown member", r#""type":"public-key""#, r#""type":"public-key","admin":true"#),
    ("an unknown member of the response", r#""clientDataJSON":"#, r#""admin":true,"clientDataJSON":"#),
    ("another type", r#""type":"public-key""#, r#""type":"password""#),
    ("no type", r#""type":"public-key","#, ""),
    ("a name in capitals", r#""rawId":"#, r#""RawId":"#),
    ("a name of null", r#""rawId":""#, r#""rawId":null,"x":""#),
    ("a number for a name", r#""id":""#, r#""id":7,"x":""#),
    ("padding", r#""clientDataJSON":""#, r#""clientDataJSON":"===="#),
    ("the other alphabet", r#""clientDataJSON":""#, r#""clientDataJSON":"+/+/"#),
    (
        "an empty name",
        r#""id":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE","rawId":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE""#,
        r#""id":"","rawId":"""#,
    ),
    ("two different names", r#""rawId":"AQEB"#, r#""rawId":"AQEC"#),
];

#[test]
fn each_bent_text_is_refused_before_any_check() {
    let scene = Scene::new();
    assert!(scene.register(&scene.created).is_ok() && scene.sign_in(&scene.got).is_ok());
    for (attack, from, to) in BENT {
        for (text, is_created) in [(&scene.created, true), (&scene.got, false)] {
            let bent = text.replacen(from, to, 1);
            assert_ne!(*text, bent, "{attack}: nothing was bent");
            let found = if is_created { scene.register(&bent).map(drop) } else { scene.sign_in(&bent).map(drop) };
            assert!(matches!(found, Err(PasskeyError::Response { .. })), "{attack}: {found:?}");
        }
    }
}

#[test]
fn a_text_has_one_value_and_a_bounded_length() {
    let scene = Scene::new();
    let response = |found: Result<SignedIn, PasskeyError>| matches!(found, Err(PasskeyError::Response { .. }));
    for more in ["x", "{}", ",", "\0", "]"] {
        assert!(response(scene.sign_in(&format!("{}{more}", scene.got))), "{more}");
    }
    for text in ["", "null", "[]", "{}", "\"x\"", "7", &"[".repeat(1000), &"{\"id\":".repeat(1000)] {
        assert!(response(scene.sign_in(text)) && scene.register(text).is_err() && scene.engine.claim(text).is_err());
    }
    // White space is JSON; too much of it is not read.
    let room = MAX_RESPONSE_BYTES - scene.got.len();
    assert!(scene.sign_in(&format!("{}{}", scene.got, " ".repeat(room))).is_ok());
    assert!(response(scene.sign_in(&format!("{}{}", scene.got, " ".repeat(room + 1)))));
    for length in (0..scene.got.len()).step_by(7) {
        assert!(response(scene.sign_in(&scene.got[..length])), "{length}");
    }
    // The answer to the other ceremony.
    assert!(response(scene.sign_in(&scene.created)));
    assert!(matches!(scene.register(&scene.got), Err(PasskeyError::Response { .. })));
}

#[test]
fn an_error_tells_little_of_the_text_and_stays_on_its_line() {
    let scene = Scene::new();
    let bent = scene.got.replacen(r#""type""#, &format!(r#""{}\nroot signed in""#, "x".repeat(500)), 1);
    let Err(PasskeyError::Response { reason }) = scene.sign_in(&bent) else { panic!("not refused") };
    assert!(reason.chars().count() <= 80 && !reason.contains('\n'), "{reason}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn no_text_breaks_a_ceremony(at in 0usize..600, with in r#"[{}\[\]",:a-zA-Z0-9_\\-]{0,8}"#, cut in 0usize..20) {
        thread_local!(static SCENE: Scene = Scene::new());
        SCENE.with(|scene| {
            for text in [&scene.created, &scene.got] {
                let at = at.min(text.len());
                let end = (at + cut).min(text.len());
                let bent = format!("{}{with}{}", &text[..at], &text[end..]);
                // Whatever is in it, an answer either fails or is the honest one in what it signs.
                if let Ok(done) = scene.sign_in(&bent) {
                    prop_assert_eq!(done.sign_count, 2);
                }
                let _ = (scene.register(&bent), scene.engine.claim(&bent));
            }
            Ok(())
        })?;
    }
}
