//! The provider's description and keys.

use super::{ISSUER, Scene, bend, config, options, refused, set, subject, unset};
use crate::trial::Bends;
use crate::{OidcConfig, OpenIdConnect, SigningAlgorithm, UserInfoForm};
use beffroi_ports::doubles::{WrittenFetch, answered};
use beffroi_ports::{FetchResponse, Identity, IdentityError, Refusal, Secret, SignInWish};
use serde_json::{Map, Value, json};
use std::sync::Arc;

fn begin(scene: &Scene) -> Result<(), IdentityError> {
    answered(scene.client.begin(SignInWish::default(), scene.now())).unwrap().map(drop)
}

#[test]
fn a_description_that_does_not_hold_together_begins_nothing() {
    for (name, bends) in [
        ("another issuer", set("issuer", "https://evil.example.org")),
        ("the issuer with a slash", set("issuer", format!("{ISSUER}/"))),
        ("no issuer", unset("issuer")),
        ("no authorization endpoint", unset("authorization_endpoint")),
        ("no token endpoint", unset("token_endpoint")),
        ("no keys", unset("jwks_uri")),
        ("no user information", unset("userinfo_endpoint")),
        ("an authorization endpoint in clear", set("authorization_endpoint", "http://auth.example.org/authorize")),
        ("a token endpoint in clear", set("token_endpoint", "http://auth.example.org/token")),
        ("a token endpoint with a password", set("token_endpoint", "https://a:b@auth.example.org/token")),
        ("keys in clear", set("jwks_uri", "http://auth.example.org/jwks")),
        ("keys in a file", set("jwks_uri", "file:///etc/passwd")),
        ("keys as a list", set("jwks_uri", json!([]))),
        ("another flow only", set("response_types_supported", json!(["id_token"]))),
        ("no S256", set("code_challenge_methods_supported", json!(["plain"]))),
        ("symmetric signatures only", set("id_token_signing_alg_values_supported", json!(["HS256", "none"]))),
    ] {
        let scene = Scene::usual().bent(Bends { discovery: bends, ..Bends::default() });
        let fault = begin(&scene).expect_err(name);
        assert!(matches!(fault, IdentityError::Provider { endpoint: "discovery", .. }), "{name}: {fault}");
        assert_eq!(scene.provider.asked("/jwks"), 0, "{name}");
    }
    let doubled = bend(|text: &mut String| text.insert_str(1, "\"token_endpoint\":\"https://evil.example.org\","));
    let scene = Scene::usual().bent(Bends { discovery_text: doubled, ..Bends::default() });
    assert!(matches!(begin(&scene), Err(IdentityError::Provider { endpoint: "discovery", .. })));
    let list = set("keys", json!({}));
    let scene = Scene::usual().bent(Bends { keys: list, ..Bends::default() });
    assert!(matches!(begin(&scene), Err(IdentityError::Provider { endpoint: "keys", .. })));
}

#[test]
fn a_page_or_an_error_is_no_description() {
    let address = format!("{ISSUER}/.well-known/openid-configuration");
    for (status, media) in [(200, "text/html"), (404, "application/json"), (500, "application/json")] {
        let headers = vec![("content-type".to_owned(), media.to_owned())];
        let net = WrittenFetch::new().answering(&address, Ok(FetchResponse { status, headers, body: b"{}".to_vec() }));
        let client = OpenIdConnect::new(config(), Arc::new(net)).unwrap();
        let fault = answered(client.begin(SignInWish::default(), jiff::Timestamp::UNIX_EPOCH)).unwrap().unwrap_err();
        assert_eq!(fault.reason(), "provider");
    }
    let client = OpenIdConnect::new(config(), Arc::new(WrittenFetch::new())).unwrap();
    let fault = answered(client.begin(SignInWish::default(), jiff::Timestamp::UNIX_EPOCH)).unwrap().unwrap_err();
    assert_eq!(fault.reason(), "fetch");
}

#[test]
fn the_description_serves_an_hour() {
    let scene = Scene::usual();
    let asked = || (scene.provider.asked("/.well-known/openid-configuration"), scene.provider.asked("/jwks"));
    for _ in 0..3 {
        scene.sign_in().unwrap();
    }
    assert_eq!(asked(), (1, 1));
    scene.pass(3599);
    scene.sign_in().unwrap();
    assert_eq!(asked(), (1, 1));
    scene.pass(1);
    scene.sign_in().unwrap();
    assert_eq!(asked(), (2, 2));
}

#[test]
fn keys_that_turn_are_asked_for_once_and_not_at_will() {
    let scene = Scene::usual();
    scene.sign_in().unwrap();
    // The provider names its key anew.
    let turned = |kid: &'static str| {
        let keys = bend(move |set: &mut Map<String, Value>| set["keys"][0]["kid"] = kid.into());
        Bends { keys, header: set("kid", kid), userinfo_header: set("kid", kid), ..Bends::default() }
    };
    scene.provider.bend(turned("second"));
    // Within the minute of the last question nothing is asked.
    assert_eq!(subject(scene.sign_in()), refused(Refusal::Key));
    assert_eq!(scene.provider.asked("/jwks"), 1);
    scene.pass(60);
    assert!(scene.sign_in().is_ok());
    assert_eq!(scene.provider.asked("/jwks"), 2);
    // A forged name a second later, and a hundred of them, ask nothing more.
    scene.pass(1);
    scene.provider.bend(Bends { header: set("kid", "forged"), ..Bends::default() });
    for _ in 0..100 {
        assert_eq!(subject(scene.sign_in()), refused(Refusal::Key));
    }
    assert_eq!(scene.provider.asked("/jwks"), 2);
    scene.pass(60);
    for _ in 0..100 {
        assert_eq!(subject(scene.sign_in()), refused(Refusal::Key));
    }
    assert_eq!(scene.provider.asked("/jwks"), 3);
}

#[test]
fn a_configuration_that_is_not_safe_is_refused() {
    let check = |change: fn(&mut OidcConfig), field: &str| {
        let mut config = config();
        change(&mut config);
        assert_eq!(config.check().map_err(|fault| fault.field).err(), Some(field));
    };
    assert_eq!(config().check(), Ok(()));
    check(|c| c.issuer = "http://auth.example.org".into(), "issuer");
    check(|c| c.issuer = "https://auth.example.org?a".into(), "issuer");
    check(|c| c.issuer = "https://auth.example.org#a".into(), "issuer");
    check(|c| c.issuer = "auth.example.org".into(), "issuer");
    check(|c| c.redirect = "http://beffroi.example.org/".into(), "redirect");
    check(|c| c.redirect = "javascript:1".into(), "redirect");
    check(|c| c.after_sign_out = "https://a:b@beffroi.example.org/".into(), "after_sign_out");
    check(|c| c.client_id = String::new(), "client_id");
    check(|c| c.client_secret = Secret::new("short"), "client_secret");
    check(|c| c.algorithms = Vec::new(), "algorithms");
    check(|c| c.scopes = vec!["a b".into()], "scopes");
    check(|c| c.acr = vec![String::new()], "acr");
    let local =
        OidcConfig { issuer: "http://127.0.0.1:9000".into(), redirect: "http://localhost:1/".into(), ..config() };
    assert_eq!(local.check(), Ok(()));
}

#[test]
fn a_configuration_file_is_read_with_proconnects_habits() {
    let text = r#"{"issuer": "https://auth.example.org/api/v2", "client_id": "a", "client_secret": "0123456789abcdef",
        "redirect": "https://b.example.org/r", "after_sign_out": "https://b.example.org/", "acr": ["eidas2"]}"#;
    let config: OidcConfig = serde_json::from_str(text).unwrap();
    assert_eq!(config.check(), Ok(()));
    assert_eq!(config.scopes, ["given_name", "usual_name", "email", "siret"]);
    assert_eq!((config.userinfo, config.pkce, config.acr_values), (UserInfoForm::Signed, true, false));
    assert_eq!(config.algorithms, [SigningAlgorithm::Rs256, SigningAlgorithm::Es256]);
    for other in [r#""algorithms": ["HS256"]"#, r#""algorithms": ["none"]"#, r#""secret": "a""#] {
        assert!(serde_json::from_str::<OidcConfig>(&text.replace(r#""acr": ["eidas2"]"#, other)).is_err(), "{other}");
    }
}

#[tokio::test]
async fn the_trial_provider_answers_on_a_port_of_this_machine() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = crate::trial::serve(|issuer| crate::trial::TrialOptions {
        issuer,
        ..options(SigningAlgorithm::Es256, true, Arc::default())
    })
    .await
    .unwrap();
    let host = server.issuer.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let request =
        format!("GET /.well-known/openid-configuration HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("application/json"), "{answer}");
    assert!(answer.contains(&format!("\"issuer\":\"{}\"", server.issuer)), "{answer}");
    assert_eq!(server.provider.asked("/.well-known/openid-configuration"), 1);
}
