//! Forged user information.

use super::{CLIENT, Scene, bend, config, refused, set, subject, unset};
use crate::guards::Guards;
use crate::trial::{Bend, Bends, Signing};
use crate::{OidcConfig, SigningAlgorithm, UserInfoForm};
use beffroi_ports::Refusal;
use serde_json::{Map, Value, json};

const NOW_S: i64 = 1_800_000_000;

fn claims(userinfo: Bend<Map<String, Value>>) -> Bends {
    Bends { userinfo, ..Bends::default() }
}

fn header(userinfo_header: Bend<Map<String, Value>>) -> Bends {
    Bends { userinfo_header, ..Bends::default() }
}

fn signing(userinfo_signing: Signing) -> Bends {
    Bends { userinfo_signing, ..Bends::default() }
}

fn text(change: impl Fn(&mut (String, String)) + Send + Sync + 'static) -> Bends {
    Bends { userinfo_text: bend(change), ..Bends::default() }
}

#[test]
fn no_forged_signed_user_information_is_accepted() {
    use Refusal::*;
    for algorithm in [SigningAlgorithm::Rs256, SigningAlgorithm::Es256] {
        for (name, refusal, bends) in [
            ("about somebody else", UserInfoSubject, claims(set("sub", "synthetic-2"))),
            ("about nobody", UserInfoSubject, claims(unset("sub"))),
            ("about a list", UserInfoSubject, claims(set("sub", json!(["synthetic-1"])))),
            ("of another issuer", UserInfoForm, claims(set("iss", "https://evil.example.org"))),
            ("of no issuer", UserInfoForm, claims(unset("iss"))),
            ("for another client", UserInfoForm, claims(set("aud", "other"))),
            ("for another client too", UserInfoForm, claims(set("aud", json!([CLIENT, "other"])))),
            ("for no client", UserInfoForm, claims(unset("aud"))),
            ("for an empty list", UserInfoForm, claims(set("aud", json!([])))),
            ("expired", Expired, claims(set("exp", NOW_S - 60))),
            ("exp as text", UserInfoForm, claims(set("exp", "soon"))),
            ("not valid yet", NotYetValid, claims(set("nbf", NOW_S + 61))),
            ("issued in the future", NotYetValid, claims(set("iat", NOW_S + 61))),
            ("one bit off", Signature, signing(Signing::OneBitOff)),
            ("another key", Signature, signing(Signing::OtherKey)),
            ("zeros", Signature, signing(Signing::Zeros)),
            ("unsigned token", Algorithm, signing(Signing::Unsigned)),
            ("HS256 with the public key", Algorithm, signing(Signing::PublicKeyAsSecret)),
            ("kid that nobody has", Key, header(set("kid", "other"))),
            ("kid absent", Key, header(unset("kid"))),
            ("crit", TokenHeader, header(set("crit", json!(["exp"])))),
            ("a key inside", TokenHeader, header(set("jwk", json!({})))),
            ("an access token", TokenHeader, header(set("typ", "at+jwt"))),
            (
                "JSON where a token is demanded",
                UserInfoUnsigned,
                text(|answer| {
                    *answer = (json!({"sub": "synthetic-1"}).to_string(), "application/json".into());
                }),
            ),
            ("a token said to be JSON", UserInfoUnsigned, text(|answer| answer.1 = "application/json".into())),
            ("a page", UserInfoUnsigned, text(|answer| answer.1 = "text/html".into())),
            ("JSON said to be a token", TokenForm, text(|answer| answer.0 = "{}".into())),
            ("another alphabet", TokenForm, text(|answer| answer.0.push('='))),
        ] {
            let scene = Scene::set(algorithm, true, config(), Guards::ALL).bent(bends);
            assert_eq!(subject(scene.sign_in()), refused(refusal), "{name}");
        }
    }
}

#[test]
fn nor_forged_json() {
    use Refusal::{UserInfoForm as Form, UserInfoSubject, UserInfoUnsigned};
    for (name, refusal, bends) in [
        ("about somebody else", UserInfoSubject, claims(set("sub", "synthetic-2"))),
        ("about somebody in capitals", UserInfoSubject, claims(set("sub", "SYNTHETIC-1"))),
        ("sub twice", Form, text(|answer| answer.0.insert_str(1, "\"sub\":\"synthetic-2\","))),
        ("a list", Form, text(|answer| answer.0 = "[]".into())),
        ("a page", UserInfoUnsigned, text(|answer| answer.1 = "text/html".into())),
    ] {
        let config = OidcConfig { userinfo: UserInfoForm::Json, ..config() };
        let scene = Scene::set(SigningAlgorithm::Rs256, false, config, Guards::ALL).bent(bends);
        assert_eq!(subject(scene.sign_in()), refused(refusal), "{name}");
    }
}

#[test]
fn where_json_will_do_a_signed_answer_is_checked_all_the_same() {
    let json = || OidcConfig { userinfo: UserInfoForm::Json, ..config() };
    assert!(Scene::set(SigningAlgorithm::Rs256, true, json(), Guards::ALL).sign_in().is_ok());
    let scene = Scene::set(SigningAlgorithm::Rs256, true, json(), Guards::ALL).bent(signing(Signing::OtherKey));
    assert_eq!(subject(scene.sign_in()), refused(Refusal::Signature));
}
