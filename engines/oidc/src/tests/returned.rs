//! Forged answers of the browser.

use super::{ISSUER, Scene, bend, refused, subject, unset};
use crate::trial::Bends;
use beffroi_ports::{Refusal, SignInStart};

type Pairs = Vec<(String, String)>;

fn put(pairs: &mut Pairs, name: &str, value: &str) {
    pairs.retain(|(n, _)| n != name);
    pairs.push((name.into(), value.into()));
}

fn drop_one(pairs: &mut Pairs, name: &str) {
    pairs.retain(|(n, _)| n != name);
}

/// Changes what came back, or what was kept, and asks for the reason.
fn check(name: &str, refusal: Refusal, change: impl Fn(&mut Pairs, &mut SignInStart)) {
    let scene = Scene::usual();
    let mut start = scene.begin();
    let mut returned = scene.provider.browse(&start.address).unwrap();
    change(&mut returned, &mut start);
    assert_eq!(subject(scene.finish(&start, &returned)), refused(refusal), "{name}");
    assert_eq!(scene.provider.asked("/token"), 0, "{name}: the code was sent");
}

#[test]
fn an_answer_that_is_not_this_attempts_sends_no_code() {
    use Refusal::*;
    check("state absent", State, |pairs, _| drop_one(pairs, "state"));
    check("state empty", State, |pairs, _| put(pairs, "state", ""));
    check("another state", State, |pairs, _| put(pairs, "state", &"a".repeat(43)));
    check("the state and more", State, |pairs, _| {
        let more = pairs.iter().find(|(n, _)| n == "state").unwrap().1.clone() + "a";
        put(pairs, "state", &more);
    });
    check("nothing kept, nothing returned", State, |pairs, start| {
        start.kept.state = beffroi_ports::Secret::new("");
        put(pairs, "state", "");
    });
    check("two states", AnswerForm, |pairs, _| pairs.push(("state".into(), "other".into())));
    check("two codes", AnswerForm, |pairs, _| pairs.push(("code".into(), "other".into())));
    check("two issuers", AnswerForm, |pairs, _| pairs.push(("iss".into(), ISSUER.into())));
    check("no code", AnswerForm, |pairs, _| drop_one(pairs, "code"));
    check("an empty code", AnswerForm, |pairs, _| put(pairs, "code", ""));
    check("a code without measure", AnswerForm, |pairs, _| put(pairs, "code", &"a".repeat(2049)));
    check("a code over two lines", AnswerForm, |pairs, _| put(pairs, "code", "a\r\nb"));
    check("a token in the address", AnswerForm, |pairs, _| put(pairs, "id_token", "a.b.c"));
    check("an access token in the address", AnswerForm, |pairs, _| put(pairs, "access_token", "a"));
    check("a signed response", AnswerForm, |pairs, _| put(pairs, "response", "a.b.c"));
    check("another issuer", AnswerIssuer, |pairs, _| put(pairs, "iss", "https://evil.example.org"));
    check("the issuer with a slash", AnswerIssuer, |pairs, _| put(pairs, "iss", &format!("{ISSUER}/")));
    check("issuer absent where it is promised", AnswerIssuer, |pairs, _| drop_one(pairs, "iss"));
    check("refused by the provider", ByProvider, |pairs, _| put(pairs, "error", "access_denied"));
    check("an attempt with another provider", OtherProvider, |_, start| {
        start.kept.issuer = "https://other.example.org".into()
    });
    check("nothing", State, |pairs, _| pairs.clear());
}

#[test]
fn an_attempt_ends_after_a_quarter_of_an_hour() {
    for (seconds, expected) in [(900, true), (901, false), (-60, true), (-61, false)] {
        let scene = Scene::usual();
        let start = scene.begin();
        scene.pass(seconds);
        let returned = scene.provider.browse(&start.address).unwrap();
        let outcome = subject(scene.finish(&start, &returned));
        if expected {
            assert_ne!(outcome, refused(Refusal::TooLate), "{seconds}");
        } else {
            assert_eq!(outcome, refused(Refusal::TooLate), "{seconds}");
        }
    }
}

#[test]
fn a_provider_that_does_not_promise_its_name_may_leave_it_out_but_not_lie() {
    let silent = |value: Option<&'static str>| {
        let returned = bend(move |pairs: &mut Pairs| match value {
            Some(value) => put(pairs, "iss", value),
            None => drop_one(pairs, "iss"),
        });
        let discovery = unset("authorization_response_iss_parameter_supported");
        Scene::usual().bent(Bends { returned, discovery, ..Bends::default() }).sign_in()
    };
    assert!(silent(None).is_ok());
    assert!(silent(Some(ISSUER)).is_ok());
    assert_eq!(subject(silent(Some("https://evil.example.org"))), refused(Refusal::AnswerIssuer));
}

#[test]
fn the_pkce_verifier_must_be_this_attempts() {
    let scene = Scene::usual();
    let mut start = scene.begin();
    let returned = scene.provider.browse(&start.address).unwrap();
    start.kept.verifier = Some(beffroi_ports::Secret::new("a".repeat(43)));
    assert_eq!(subject(scene.finish(&start, &returned)), refused(Refusal::Code));
    let start = scene.begin();
    let mut returned = scene.provider.browse(&start.address).unwrap();
    put(&mut returned, "code", "trial-code-99");
    assert_eq!(subject(scene.finish(&start, &returned)), refused(Refusal::Code));
    // The provider knows the client by its secret.
    let stranger =
        crate::OidcConfig { client_secret: beffroi_ports::Secret::new("another-client-secret"), ..super::config() };
    let scene = Scene::set(crate::SigningAlgorithm::Rs256, true, stranger, crate::guards::Guards::ALL);
    assert_eq!(subject(scene.sign_in()), refused(Refusal::Code));
}
