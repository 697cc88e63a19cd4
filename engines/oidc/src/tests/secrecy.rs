//! No secret, token, code or name shows in anything that is printed.

use super::{Scene, bend, config, set, unset};
use crate::trial::{Bends, Signing};
use beffroi_ports::doubles::answered;
use beffroi_ports::{FetchRequest, Identity};

#[test]
fn nothing_that_is_printed_holds_a_secret() {
    let scene = Scene::usual();
    let start = scene.begin();
    let returned = scene.provider.browse(&start.address).unwrap();
    let code = returned.iter().find(|(name, _)| name == "code").unwrap().1.clone();
    let person = scene.finish(&start, &returned).unwrap();
    let end = answered(scene.client.sign_out(&person.id_token, scene.now())).unwrap().unwrap().unwrap();
    let mut request = FetchRequest::get(start.address.clone());
    request.headers.push(("authorization".into(), "Bearer trial-access-1".into()));
    let shown = format!("{:?} {start:?} {person:?} {end:?} {request:?}", config());
    let secrets = [
        "canary-client-secret",
        start.kept.state.expose(),
        start.kept.nonce.expose(),
        start.kept.verifier.as_ref().unwrap().expose(),
        person.id_token.expose(),
        end.state.expose(),
        &code,
        "trial-access",
        "synthetic-1",
        "Camille",
        "example.org/camille",
        "camille.exemple",
        "eyJ",
    ];
    for secret in secrets {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn no_error_holds_what_the_provider_said() {
    let canary = "canary";
    let text = |change: fn(&mut String)| bend(change);
    let bends = [
        Bends { claims: set("iss", canary), ..Bends::default() },
        Bends { claims: set("aud", canary), ..Bends::default() },
        Bends { claims: set("nonce", canary), ..Bends::default() },
        Bends { claims: set("acr", canary), ..Bends::default() },
        Bends { claims: set("sub", "canary canary"), ..Bends::default() },
        Bends { claims: set("exp", canary), ..Bends::default() },
        Bends { claims: set("azp", canary), ..Bends::default() },
        Bends { claims: set("at_hash", canary), ..Bends::default() },
        Bends { header: set("kid", canary), ..Bends::default() },
        Bends { header: set("alg", canary), ..Bends::default() },
        Bends { header: set("typ", canary), ..Bends::default() },
        Bends { header: set(canary, canary), ..Bends::default() },
        Bends { signing: Signing::OtherKey, ..Bends::default() },
        Bends { token_answer: set("token_type", canary), ..Bends::default() },
        Bends { token_answer: unset("id_token"), ..Bends::default() },
        Bends { token_text: text(|text| *text = "canary".into()), ..Bends::default() },
        Bends { claims_text: text(|text| *text = "canary".into()), ..Bends::default() },
        Bends { token: text(|text| *text = "canary".into()), ..Bends::default() },
        Bends { discovery: set("issuer", canary), ..Bends::default() },
        Bends { discovery: set("token_endpoint", canary), ..Bends::default() },
        Bends { discovery_text: text(|text| *text = "canary".into()), ..Bends::default() },
        Bends { keys: set("keys", canary), ..Bends::default() },
        Bends { userinfo: set("sub", canary), ..Bends::default() },
        Bends { userinfo: set("iss", canary), ..Bends::default() },
        Bends { userinfo_text: bend(|answer: &mut (String, String)| answer.0 = "canary".into()), ..Bends::default() },
        Bends {
            returned: bend(|pairs: &mut Vec<(String, String)>| pairs.push(("error".into(), "canary".into()))),
            ..Bends::default()
        },
    ];
    for bends in bends {
        let scene = Scene::usual().bent(bends);
        let fault = match answered(scene.client.begin(scene.wish, scene.now())).unwrap() {
            Ok(_) => scene.sign_in().map(drop).unwrap_err(),
            Err(fault) => fault,
        };
        let shown = format!("{fault} {fault:?} {}", fault.reason());
        for secret in [canary, "eyJ", "trial-", "synthetic", "example.org"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
