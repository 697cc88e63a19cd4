//! What is honest is accepted.

use super::{CLIENT, ISSUER, Scene, bend, config, set, unset};
use crate::guards::Guards;
use crate::trial::Bends;
use crate::{ClientAuthentication, OidcConfig, SigningAlgorithm, UserInfoForm};
use beffroi_ports::doubles::answered;
use beffroi_ports::{Identity, Secret, SignInKept, SignInWish};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use url::Url;

fn query(address: &str) -> BTreeMap<String, String> {
    Url::parse(address).unwrap().query_pairs().into_owned().collect()
}

#[test]
fn both_algorithms_and_both_forms_of_user_information() {
    for algorithm in [SigningAlgorithm::Rs256, SigningAlgorithm::Es256] {
        for signed in [true, false] {
            for authentication in [ClientAuthentication::ClientSecretPost, ClientAuthentication::ClientSecretBasic] {
                let userinfo = if signed { UserInfoForm::Signed } else { UserInfoForm::Json };
                let config = OidcConfig { userinfo, client_authentication: authentication, ..config() };
                let person = Scene::set(algorithm, signed, config, Guards::ALL).sign_in().unwrap();
                assert_eq!((person.issuer.as_str(), person.subject.as_str()), (ISSUER, "synthetic-1"));
                assert_eq!(person.acr.as_deref(), Some("eidas2"));
                assert_eq!(person.amr, ["pwd", "mfa"]);
                assert_eq!(person.given_name.as_deref(), Some("Camille (synthetic)"));
                assert_eq!(person.usual_name.as_deref(), Some("Exemple"));
                assert_eq!(person.email.as_deref(), Some("camille.exemple@example.org"));
                assert_eq!(person.siret.as_deref(), Some("00000000000000"));
                assert_eq!(person.auth_time.map(|at| at.as_second()), Some(1_800_000_000));
            }
        }
    }
}

#[test]
fn without_user_information_the_id_token_will_do() {
    let config = OidcConfig { userinfo: UserInfoForm::None, ..config() };
    let scene = Scene::set(SigningAlgorithm::Es256, true, config, Guards::ALL);
    assert_eq!(scene.sign_in().unwrap().email, None);
    assert_eq!(scene.provider.asked("/userinfo"), 0);
}

#[test]
fn the_request_asks_for_what_the_profile_demands() {
    let mut scene = Scene::usual();
    let start = scene.begin();
    let asked = query(&start.address);
    assert_eq!(asked["response_type"], "code");
    assert_eq!(asked["client_id"], CLIENT);
    assert_eq!(asked["redirect_uri"], "https://beffroi.example.org/sign-in/return");
    assert_eq!(asked["scope"], "openid given_name email");
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(asked["code_challenge"].len(), 43);
    let claims: Value = serde_json::from_str(&asked["claims"]).unwrap();
    let acr = json!({"essential": true, "values": ["eidas2", "eidas3"]});
    assert_eq!(claims, json!({"id_token": {"acr": acr, "amr": {"essential": true}}}));
    for kept in [&start.kept.state, &start.kept.nonce, start.kept.verifier.as_ref().unwrap()] {
        assert_eq!(kept.expose().len(), 43);
    }
    assert_eq!(asked["state"], start.kept.state.expose());
    assert_eq!(asked["nonce"], start.kept.nonce.expose());
    assert!(!start.address.contains(start.kept.verifier.as_ref().unwrap().expose()));
    // Nothing that ProConnect does not know.
    let names: Vec<_> = asked.keys().map(String::as_str).collect();
    let expected = [
        "claims",
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "nonce",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    ];
    assert_eq!(names, expected);
    scene.wish = SignInWish { max_age_s: Some(300), again: true };
    let again = scene.begin();
    let asked = query(&again.address);
    assert_eq!((asked["max_age"].as_str(), asked["prompt"].as_str()), ("300", "login"));
    assert!(asked["claims"].contains("auth_time"));
    assert_ne!(again.kept.state.expose(), start.kept.state.expose());
    assert_ne!(again.kept.nonce.expose(), start.kept.nonce.expose());
}

#[test]
fn levels_by_acr_values_and_no_pkce_only_when_configured() {
    let config = OidcConfig { acr_values: true, pkce: false, ..config() };
    let scene = Scene::set(SigningAlgorithm::Rs256, true, config, Guards::ALL);
    let start = scene.begin();
    let asked = query(&start.address);
    assert_eq!(asked["acr_values"], "eidas2 eidas3");
    assert!(start.kept.verifier.is_none() && !asked.contains_key("code_challenge"));
    assert!(scene.sign_in().is_ok());
}

#[test]
fn clocks_may_differ_by_a_minute() {
    let now_s = 1_800_000_000_i64;
    for (name, value) in [("exp", now_s - 59), ("nbf", now_s + 60), ("iat", now_s + 60), ("iat", now_s - 60)] {
        let scene = Scene::usual().bent(Bends { claims: set(name, value), ..Bends::default() });
        assert!(scene.sign_in().is_ok(), "{name}");
    }
}

#[test]
fn variants_that_the_standard_allows() {
    for claims in [
        set("aud", json!([CLIENT])),
        set("azp", CLIENT),
        unset("at_hash"),
        unset("c_hash"),
        unset("auth_time"),
        set("exp", 1_800_000_060.5),
        set("sub", "s".repeat(255)),
        set("unknown", json!({"a": [1, {"b": null}]})),
    ] {
        let userinfo = claims.clone().map(|bend| {
            super::bend(move |members: &mut serde_json::Map<String, Value>| {
                let mut token = members.clone();
                bend(&mut token);
                members.insert("sub".into(), token["sub"].clone());
            })
        });
        let scene = Scene::usual().bent(Bends { claims, userinfo: userinfo.flatten(), ..Bends::default() });
        assert!(scene.sign_in().is_ok());
    }
    for header in [unset("typ"), set("typ", "jwt"), set("x5t", "abc")] {
        assert!(Scene::usual().bent(Bends { header, ..Bends::default() }).sign_in().is_ok());
    }
    // One key in all: a token need not name it.
    let keys = bend(|set: &mut serde_json::Map<String, Value>| set["keys"].as_array_mut().unwrap().truncate(1));
    let bends = Bends { keys, header: unset("kid"), userinfo_header: unset("kid"), ..Bends::default() };
    assert!(Scene::usual().bent(bends).sign_in().is_ok());
}

#[test]
fn what_is_shown_is_bounded_and_never_the_key() {
    let userinfo = bend(|claims: &mut serde_json::Map<String, Value>| {
        claims.insert("given_name".into(), "a".repeat(201).into());
        claims.insert("usual_name".into(), "a\u{7}b".into());
        claims.insert("family_name".into(), " Autre ".into());
        claims.insert("email".into(), json!(["x"]));
        claims.insert("siret".into(), "123".into());
        claims.insert("acr".into(), "eidas3".into());
        claims.insert("amr".into(), json!(["face"]));
    });
    let person = Scene::usual().bent(Bends { userinfo, ..Bends::default() }).sign_in().unwrap();
    assert_eq!((person.given_name, person.email, person.siret), (None, None, None));
    assert_eq!(person.usual_name.as_deref(), Some("Autre"));
    // What proves comes from the ID token alone.
    assert_eq!((person.acr.as_deref(), person.amr.len()), (Some("eidas2"), 2));
}

#[test]
fn the_kept_part_survives_the_servers_keeping() {
    let scene = Scene::usual();
    let mut start = scene.begin();
    let stored = serde_json::to_string(&start.kept).unwrap();
    start.kept = serde_json::from_str::<SignInKept>(&stored).unwrap();
    let returned = scene.provider.browse(&start.address).unwrap();
    assert!(scene.finish(&start, &returned).is_ok());
}

#[test]
fn a_session_ends_at_the_provider_too() {
    let scene = Scene::usual();
    let person = scene.sign_in().unwrap();
    let end = answered(scene.client.sign_out(&person.id_token, scene.now())).unwrap().unwrap().unwrap();
    assert_eq!(end.state.expose().len(), 43);
    assert_eq!(query(&end.address)["id_token_hint"], person.id_token.expose());
    let returned = scene.provider.browse(&end.address).unwrap();
    assert_eq!(returned, [("state".to_owned(), end.state.expose().to_owned())]);
    let without = Scene::usual().bent(Bends { discovery: unset("end_session_endpoint"), ..Bends::default() });
    assert!(answered(without.client.sign_out(&Secret::new("t"), without.now())).unwrap().unwrap().is_none());
}
