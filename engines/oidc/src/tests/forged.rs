//! Forged ID tokens and token answers: none is accepted, each is refused for its own reason.

use super::{CLIENT, Scene, bend, config, refused, set, subject, unset};
use crate::guards::Guards;
use crate::trial::{Bend, Bends, Signing};
use crate::{OidcConfig, SigningAlgorithm};
use beffroi_ports::{Refusal, SignInWish};
use serde_json::{Map, Value, json};

const NOW_S: i64 = 1_800_000_000;

fn header(bend: Bend<Map<String, Value>>) -> Bends {
    Bends { header: bend, ..Bends::default() }
}

fn claims(bend: Bend<Map<String, Value>>) -> Bends {
    Bends { claims: bend, ..Bends::default() }
}

fn signing(signing: Signing) -> Bends {
    Bends { signing, ..Bends::default() }
}

fn token(change: impl Fn(&mut String) + Send + Sync + 'static) -> Bends {
    Bends { token: bend(change), ..Bends::default() }
}

fn answer(bend: Bend<Map<String, Value>>) -> Bends {
    Bends { token_answer: bend, ..Bends::default() }
}

fn doubled(name: &'static str, value: &'static str) -> Bends {
    let claims_text = bend(move |text: &mut String| text.insert_str(1, &format!("\"{name}\":{value},")));
    Bends { claims_text, ..Bends::default() }
}

/// Every forgery, by name, with the reason for which it must be refused.
fn forgeries() -> Vec<(&'static str, Refusal, Bends)> {
    use Refusal::*;
    let published = |bend| Bends { keys: bend, ..Bends::default() };
    let renamed = Bends { header: set("kid", "trial-ec"), ..Bends::default() };
    vec![
        // Signature and key.
        ("one bit of the signature turned", Signature, signing(Signing::OneBitOff)),
        ("signed with another key", Signature, signing(Signing::OtherKey)),
        ("a signature of zeros", Signature, signing(Signing::Zeros)),
        ("an empty signature", Signature, token(|t| t.truncate(t.rfind('.').unwrap() + 1))),
        ("alg none", Algorithm, signing(Signing::Unsigned)),
        ("alg none with the honest signature", Algorithm, header(set("alg", "none"))),
        ("alg NONE", Algorithm, header(set("alg", "NONE"))),
        ("HS256 with the public key as secret", Algorithm, signing(Signing::PublicKeyAsSecret)),
        ("HS256 with the client secret", Algorithm, signing(Signing::ClientSecret)),
        ("alg RS512", Algorithm, header(set("alg", "RS512"))),
        ("alg PS256", Algorithm, header(set("alg", "PS256"))),
        ("alg EdDSA", Algorithm, header(set("alg", "EdDSA"))),
        ("alg absent", Algorithm, header(unset("alg"))),
        ("alg of the other kind of key", Key, header(set("alg", "ES256"))),
        ("kid of another kind of key", Key, renamed),
        ("kid that nobody has", Key, header(set("kid", "other"))),
        ("kid that leads to a file", Key, header(set("kid", "../../dev/null"))),
        ("kid with a query", Key, header(set("kid", "' OR 1=1 --"))),
        ("kid absent among several keys", Key, header(unset("kid"))),
        ("kid as a number", TokenHeader, header(set("kid", 1))),
        (
            "two keys of that kid",
            Key,
            published(bend(|set: &mut Map<String, Value>| {
                let keys = set["keys"].as_array_mut().unwrap();
                keys.push(keys[0].clone());
            })),
        ),
        (
            "the key is for encryption",
            Key,
            published(bend(|set: &mut Map<String, Value>| set["keys"][0]["use"] = "enc".into())),
        ),
        (
            "the key's modulus is short",
            Key,
            published(bend(|set: &mut Map<String, Value>| set["keys"][0]["n"] = "AQAB".into())),
        ),
        (
            "the key's exponent is 3",
            Key,
            published(bend(|set: &mut Map<String, Value>| set["keys"][0]["e"] = "Aw".into())),
        ),
        (
            "the key's exponent is another",
            Signature,
            published(bend(|set: &mut Map<String, Value>| set["keys"][0]["e"] = "AQAD".into())),
        ),
        (
            "the key is symmetric",
            Key,
            published(bend(|set: &mut Map<String, Value>| {
                set["keys"][0] = json!({"kty": "oct", "kid": "trial-rsa", "k": "AQAB"});
            })),
        ),
        // Header.
        ("crit", TokenHeader, header(set("crit", json!(["exp"])))),
        ("crit, empty", TokenHeader, header(set("crit", json!([])))),
        ("a key inside", TokenHeader, header(set("jwk", json!({"kty": "RSA", "n": "AQAB", "e": "AQAB"})))),
        ("the address of a key set", TokenHeader, header(set("jku", "https://evil.example.org/jwks"))),
        ("the address of a certificate", TokenHeader, header(set("x5u", "https://evil.example.org/x"))),
        ("a certificate inside", TokenHeader, header(set("x5c", json!(["AAAA"])))),
        ("b64 false", TokenHeader, header(set("b64", false))),
        ("an access token", TokenHeader, header(set("typ", "at+jwt"))),
        ("a logout token", TokenHeader, header(set("typ", "logout+jwt"))),
        ("a proof of possession", TokenHeader, header(set("typ", "dpop+jwt"))),
        ("nested", TokenHeader, header(set("cty", "JWT"))),
        ("encrypted", TokenHeader, header(set("enc", "A256GCM"))),
        ("compressed", TokenHeader, header(set("zip", "DEF"))),
        // Form.
        ("a huge token", TokenForm, claims(set("pad", "a".repeat(20_000)))),
        ("two parts", TokenForm, token(|t| t.truncate(t.rfind('.').unwrap()))),
        ("four parts", TokenForm, token(|t| t.push_str(".AAAA"))),
        ("five parts, as if encrypted", TokenForm, token(|t| t.push_str(".AAAA.AAAA"))),
        ("padded", TokenForm, token(|t| t.push('='))),
        ("the other alphabet", TokenForm, token(|t| t.push('+'))),
        ("a blank before", TokenForm, token(|t| t.insert(0, ' '))),
        ("a line after", TokenForm, token(|t| t.push('\n'))),
        ("empty", TokenForm, token(String::clear)),
        (
            "claims that are no JSON",
            TokenForm,
            Bends { claims_text: bend(|t: &mut String| t.push('}')), ..Bends::default() },
        ),
        (
            "claims that are a list",
            TokenForm,
            Bends { claims_text: bend(|t: &mut String| *t = format!("[{t}]")), ..Bends::default() },
        ),
        ("sub twice", TokenForm, doubled("sub", "\"synthetic-2\"")),
        ("aud twice", TokenForm, doubled("aud", "\"other\"")),
        ("nonce twice", TokenForm, doubled("nonce", "\"other\"")),
        ("a claim twice deep inside", TokenForm, doubled("a", "{\"b\":[{\"c\":1,\"c\":2}]}")),
        ("exp as text", TokenForm, claims(set("exp", (NOW_S + 60).to_string()))),
        ("exp beyond measure", TokenForm, claims(set("exp", 1e300))),
        ("exp negative", TokenForm, claims(set("exp", -1))),
        ("exp absent", TokenForm, claims(unset("exp"))),
        ("iat absent", TokenForm, claims(unset("iat"))),
        ("iss as a list", TokenForm, claims(set("iss", json!(["https://auth.example.org/api/v2"])))),
        ("nonce as a list", TokenForm, claims(set("nonce", json!(["a"])))),
        ("acr as a list", TokenForm, claims(set("acr", json!(["eidas2"])))),
        ("aud as an object", TokenForm, claims(set("aud", json!({"a": CLIENT})))),
        ("amr as text", TokenForm, claims(set("amr", "mfa"))),
        // Claims.
        ("another issuer", Issuer, claims(set("iss", "https://evil.example.org"))),
        ("the issuer with a slash", Issuer, claims(set("iss", "https://auth.example.org/api/v2/"))),
        ("the issuer in capitals", Issuer, claims(set("iss", "https://AUTH.example.org/api/v2"))),
        ("the issuer with a blank", Issuer, claims(set("iss", "https://auth.example.org/api/v2 "))),
        ("another client", Audience, claims(set("aud", "other"))),
        ("this client in capitals", Audience, claims(set("aud", CLIENT.to_uppercase()))),
        ("nobody", Audience, claims(set("aud", json!([])))),
        ("aud absent", Audience, claims(unset("aud"))),
        ("another client too", Audience, claims(set("aud", json!([CLIENT, "other"])))),
        (
            "another client too, which has it",
            Audience,
            claims(bend(|c: &mut Map<String, Value>| {
                c.insert("aud".into(), json!([CLIENT, "other"]));
                c.insert("azp".into(), "other".into());
            })),
        ),
        ("issued to another client", AuthorizedParty, claims(set("azp", "other"))),
        ("expired", Expired, claims(set("exp", NOW_S - 60))),
        ("expired long ago", Expired, claims(set("exp", 0))),
        ("not valid yet", NotYetValid, claims(set("nbf", NOW_S + 61))),
        ("issued in the future", NotYetValid, claims(set("iat", NOW_S + 61))),
        ("issued before the attempt", Stale, claims(set("iat", NOW_S - 61))),
        ("another nonce", Nonce, claims(set("nonce", "other"))),
        ("nonce absent", Nonce, claims(unset("nonce"))),
        ("nonce empty", Nonce, claims(set("nonce", ""))),
        ("a level too low", Acr, claims(set("acr", "eidas1"))),
        ("a level in capitals", Acr, claims(set("acr", "EIDAS2"))),
        ("level absent", Acr, claims(unset("acr"))),
        ("another access token's hash", AccessTokenHash, claims(set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"))),
        ("an empty hash", AccessTokenHash, claims(set("at_hash", ""))),
        ("another access token", AccessTokenHash, answer(set("access_token", "stolen"))),
        ("another code's hash", CodeHash, claims(set("c_hash", "AAAAAAAAAAAAAAAAAAAAAA"))),
        ("sub absent", Subject, claims(unset("sub"))),
        ("sub empty", Subject, claims(set("sub", ""))),
        ("sub too long", Subject, claims(set("sub", "s".repeat(256)))),
        ("sub with a blank", Subject, claims(set("sub", "synthetic 1"))),
        ("sub of look-alike letters", Subject, claims(set("sub", "ѕynthetic-1"))),
        ("sub as a number", TokenForm, claims(set("sub", 1))),
        // Token answer.
        ("no ID token", TokenAnswer, answer(unset("id_token"))),
        ("an ID token that is a list", TokenAnswer, answer(set("id_token", json!(["a"])))),
        ("no access token", TokenAnswer, answer(unset("access_token"))),
        ("an access token that breaks a header field", TokenAnswer, answer(set("access_token", "a\r\nhost: b"))),
        ("an access token beyond ASCII", TokenAnswer, answer(set("access_token", "é"))),
        ("a token that is no bearer's", TokenAnswer, answer(set("token_type", "mac"))),
        (
            "an answer that is no JSON",
            TokenAnswer,
            Bends { token_text: bend(|t: &mut String| t.push('}')), ..Bends::default() },
        ),
        (
            "two ID tokens",
            TokenAnswer,
            Bends { token_text: bend(|t: &mut String| t.insert_str(1, "\"id_token\":\"a.b.c\",")), ..Bends::default() },
        ),
    ]
}

#[test]
fn no_forged_token_is_accepted_and_each_is_refused_for_its_reason() {
    let forgeries = forgeries();
    assert!(forgeries.len() >= 90, "{}", forgeries.len());
    for (name, refusal, bends) in forgeries {
        let scene = Scene::usual().bent(bends);
        assert_eq!(subject(scene.sign_in()), refused(refusal), "{name}");
    }
}

#[test]
fn nor_under_es256() {
    for (name, refusal, bends) in [
        ("one bit off", Refusal::Signature, signing(Signing::OneBitOff)),
        ("another key", Refusal::Signature, signing(Signing::OtherKey)),
        ("r and s are zero", Refusal::Signature, signing(Signing::Zeros)),
        ("empty", Refusal::Signature, token(|t| t.truncate(t.rfind('.').unwrap() + 1))),
        ("none", Refusal::Algorithm, signing(Signing::Unsigned)),
        ("HS256 with the public key", Refusal::Algorithm, signing(Signing::PublicKeyAsSecret)),
        (
            "the point is not on the curve",
            Refusal::Key,
            Bends {
                keys: bend(|set: &mut Map<String, Value>| {
                    let x = set["keys"][1]["x"].clone();
                    set["keys"][1]["y"] = x;
                }),
                ..Bends::default()
            },
        ),
    ] {
        let scene = Scene::set(SigningAlgorithm::Es256, true, config(), Guards::ALL).bent(bends);
        assert_eq!(subject(scene.sign_in()), refused(refusal), "{name}");
    }
}

#[test]
fn an_algorithm_that_is_not_configured_is_refused_though_honest() {
    let only = OidcConfig { algorithms: vec![SigningAlgorithm::Es256], ..config() };
    let scene = Scene::set(SigningAlgorithm::Rs256, true, only, Guards::ALL);
    assert_eq!(subject(scene.sign_in()), refused(Refusal::Algorithm));
}

#[test]
fn who_must_have_authenticated_lately_must_have() {
    let cases = [
        (set("auth_time", NOW_S - 361), Err(Refusal::AuthTime)),
        (set("auth_time", NOW_S + 61), Err(Refusal::AuthTime)),
        (unset("auth_time"), Err(Refusal::AuthTime)),
        (set("auth_time", NOW_S - 360), Ok(())),
    ];
    for (bend, expected) in cases {
        let mut scene = Scene::usual().bent(claims(bend));
        scene.wish = SignInWish { max_age_s: Some(300), again: true };
        assert_eq!(scene.sign_in().map(drop), expected.map_err(Into::into));
    }
}

#[test]
fn a_token_of_one_attempt_does_not_serve_another() {
    let scene = Scene::usual();
    let (first, second) = (scene.begin(), scene.begin());
    let mut returned = scene.provider.browse(&first.address).unwrap();
    for pair in &mut returned {
        if pair.0 == "state" {
            pair.1 = second.kept.state.expose().to_owned();
        }
    }
    // The code of the first attempt in the second: its PKCE verifier does not fit.
    assert_eq!(subject(scene.finish(&second, &returned)), refused(Refusal::Code));
    // Without PKCE the nonce stands in the way.
    let scene = Scene::set(SigningAlgorithm::Rs256, true, OidcConfig { pkce: false, ..config() }, Guards::ALL);
    let (first, second) = (scene.begin(), scene.begin());
    let mut returned = scene.provider.browse(&first.address).unwrap();
    for pair in &mut returned {
        if pair.0 == "state" {
            pair.1 = second.kept.state.expose().to_owned();
        }
    }
    assert_eq!(subject(scene.finish(&second, &returned)), refused(Refusal::Nonce));
}

#[test]
fn a_code_serves_once() {
    let scene = Scene::usual();
    let start = scene.begin();
    let returned = scene.provider.browse(&start.address).unwrap();
    assert!(scene.finish(&start, &returned).is_ok());
    assert_eq!(subject(scene.finish(&start, &returned)), refused(Refusal::Code));
}
