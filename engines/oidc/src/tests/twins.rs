//! Each check with its twin: the same forgery is accepted once the check is off, so it is that check which refuses it.

use super::{CLIENT, Scene, bend, config, refused, set, subject};
use crate::guards::Guards;
use crate::trial::{Bend, Bends, Signing};
use crate::{OidcConfig, SigningAlgorithm};
use beffroi_ports::{Refusal, SignInWish};
use serde_json::{Map, Value, json};

const NOW_S: i64 = 1_800_000_000;

type Members = Bend<Map<String, Value>>;

fn claims(claims: Members) -> Bends {
    Bends { claims, ..Bends::default() }
}

fn check(name: &str, refusal: Refusal, bends: Bends, off: fn(&mut Guards)) {
    let mut without = Guards::ALL;
    off(&mut without);
    let sign_in = |guards| {
        let mut scene = Scene::set(SigningAlgorithm::Rs256, true, config(), guards).bent(bends.clone());
        if refusal == Refusal::AuthTime {
            scene.wish = SignInWish { max_age_s: Some(300), again: false };
        }
        subject(scene.sign_in())
    };
    assert_eq!(sign_in(Guards::ALL), refused(refusal), "{name}, on");
    assert!(sign_in(without).is_ok(), "{name}, off: {:?}", sign_in(without));
}

#[test]
fn every_check_is_needed() {
    let returned = |name: &'static str, value: &'static str| Bends {
        returned: bend(move |pairs: &mut Vec<(String, String)>| {
            pairs.retain(|(n, _)| n != name);
            pairs.push((name.into(), value.into()));
        }),
        ..Bends::default()
    };
    check("state", Refusal::State, returned("state", "other"), |g| g.state = false);
    check("issuer of the answer", Refusal::AnswerIssuer, returned("iss", "https://evil.example.org"), |g| {
        g.answer_issuer = false;
    });
    check("issuer", Refusal::Issuer, claims(set("iss", "https://evil.example.org")), |g| g.issuer = false);
    check("audience", Refusal::Audience, claims(set("aud", "other")), |g| g.audience = false);
    check("foreign audience", Refusal::Audience, claims(set("aud", json!([CLIENT, "other"]))), |g| g.audience = false);
    check("authorized party", Refusal::AuthorizedParty, claims(set("azp", "other")), |g| g.authorized_party = false);
    check("expiry", Refusal::Expired, claims(set("exp", NOW_S - 3600)), |g| g.expiry = false);
    check("not before", Refusal::NotYetValid, claims(set("nbf", NOW_S + 3600)), |g| g.not_before = false);
    check("issued in the future", Refusal::NotYetValid, claims(set("iat", NOW_S + 3600)), |g| g.not_before = false);
    check("freshness", Refusal::Stale, claims(set("iat", NOW_S - 3600)), |g| g.freshness = false);
    check("nonce", Refusal::Nonce, claims(set("nonce", "other")), |g| g.nonce = false);
    check("level", Refusal::Acr, claims(set("acr", "eidas1")), |g| g.acr = false);
    check("time of authentication", Refusal::AuthTime, claims(set("auth_time", 0)), |g| g.auth_time = false);
    check("hash of the access token", Refusal::AccessTokenHash, claims(set("at_hash", "other")), |g| g.hashes = false);
    check("hash of the code", Refusal::CodeHash, claims(set("c_hash", "other")), |g| g.hashes = false);
    let other_key = Bends { signing: Signing::OtherKey, ..Bends::default() };
    check("signature", Refusal::Signature, other_key, |g| g.signature = false);
    let other_key = Bends { userinfo_signing: Signing::OtherKey, ..Bends::default() };
    check("signature of user information", Refusal::Signature, other_key, |g| g.signature = false);
    let unknown = Bends { header: set("kid", "other"), ..Bends::default() };
    check("name of the key", Refusal::Key, unknown, |g| g.signature = false);
    let about = |userinfo| Bends { userinfo, ..Bends::default() };
    check("subject of user information", Refusal::UserInfoSubject, about(set("sub", "synthetic-2")), |g| {
        g.userinfo_subject = false;
    });
    check("client of user information", Refusal::UserInfoForm, about(set("aud", "other")), |g| g.audience = false);
    check("issuer of user information", Refusal::UserInfoForm, about(set("iss", "other")), |g| g.issuer = false);
    check("expiry of user information", Refusal::Expired, about(set("exp", 0)), |g| g.expiry = false);
    let plain = Bends {
        userinfo_text: bend(|answer: &mut (String, String)| {
            *answer = (json!({"sub": "synthetic-1"}).to_string(), "application/json".into());
        }),
        ..Bends::default()
    };
    check("signed user information", Refusal::UserInfoUnsigned, plain, |g| g.userinfo_signed = false);
    let critical = Bends { userinfo_header: set("crit", json!(["exp"])), ..Bends::default() };
    check("critical extension", Refusal::TokenHeader, critical, |g| g.form = false);
    let inside = Bends { header: set("jwk", json!({})), ..Bends::default() };
    check("a key inside", Refusal::TokenHeader, inside, |g| g.form = false);
    let doubled = Bends {
        claims_text: bend(|text: &mut String| text.insert_str(1, "\"unknown\":1,\"unknown\":2,")),
        ..Bends::default()
    };
    check("a claim twice", Refusal::TokenForm, doubled, |g| g.form = false);
}

/// What PKCE is for: without it, and without the nonce, the code of one attempt serves another.
#[test]
fn without_pkce_and_nonce_a_code_can_be_injected() {
    let injected = |pkce, guards| {
        let scene = Scene::set(SigningAlgorithm::Rs256, true, OidcConfig { pkce, ..config() }, guards);
        let (theirs, ours) = (scene.begin(), scene.begin());
        let mut returned = scene.provider.browse(&theirs.address).unwrap();
        returned.retain(|(name, _)| name != "state");
        returned.push(("state".into(), ours.kept.state.expose().into()));
        subject(scene.finish(&ours, &returned))
    };
    let without_nonce = Guards { nonce: false, ..Guards::ALL };
    assert_eq!(injected(true, without_nonce), refused(Refusal::Code));
    assert_eq!(injected(false, Guards::ALL), refused(Refusal::Nonce));
    assert!(injected(false, without_nonce).is_ok());
}
