//! A signed token in compact form (RFC 7515, 3.1), opened strictly: one reading, or none.

use crate::config::SigningAlgorithm;
use crate::guards::Guards;
use crate::json;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use beffroi_ports::Refusal;
use serde_json::{Map, Value};

/// The longest token that is looked at, in bytes.
pub(crate) const LONGEST: usize = 16 * 1024;

/// Header members that a token may have (RFC 7515, 4.1). What names a key or a certificate inside the token, makes an
/// extension critical, or changes the encoding of the payload is refused (RFC 8725, 3.10; OpenID Connect Core 2).
const HEADER: [&str; 5] = ["alg", "kid", "typ", "x5t", "x5t#S256"];

/// A token whose form and header hold. Nothing in it is to be believed yet.
pub(crate) struct Opened<'a> {
    /// The algorithm, one of those allowed.
    pub(crate) algorithm: SigningAlgorithm,
    /// Which key signed it.
    pub(crate) kid: Option<String>,
    /// What it says.
    pub(crate) claims: Map<String, Value>,
    /// What was signed.
    pub(crate) signed: &'a str,
    /// The signature.
    pub(crate) signature: Vec<u8>,
}

fn decoded(part: &str) -> Option<Vec<u8>> {
    // Canonical only: no padding, no other alphabet, no stray bits at the end.
    URL_SAFE_NO_PAD.decode(part).ok()
}

fn text<'a>(header: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Refusal> {
    header.get(name).map(|value| value.as_str().ok_or(Refusal::TokenHeader)).transpose()
}

/// Opens a token.
pub(crate) fn open<'a>(token: &'a str, allowed: &[SigningAlgorithm], guards: Guards) -> Result<Opened<'a>, Refusal> {
    if token.len() > LONGEST {
        return Err(Refusal::TokenForm);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::TokenForm)?;
    let (header, payload) = signed.split_once('.').ok_or(Refusal::TokenForm)?;
    if payload.contains('.') {
        return Err(Refusal::TokenForm);
    }
    let object = |part: &str| {
        let bytes = decoded(part)?;
        if guards.form { json::object(&bytes) } else { json::last_wins(&bytes) }
    };
    let header = object(header).ok_or(Refusal::TokenForm)?;
    let claims = object(payload).ok_or(Refusal::TokenForm)?;
    let signature = decoded(signature).ok_or(Refusal::TokenForm)?;
    if guards.form && header.keys().any(|name| !HEADER.contains(&name.as_str())) {
        return Err(Refusal::TokenHeader);
    }
    // An ID token or user information, and no other kind of token (RFC 8725, 3.11).
    if guards.form && text(&header, "typ")?.is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err(Refusal::TokenHeader);
    }
    let algorithm = text(&header, "alg")?.and_then(SigningAlgorithm::named).filter(|alg| allowed.contains(alg));
    let algorithm = algorithm.ok_or(Refusal::Algorithm)?;
    let kid = text(&header, "kid")?.map(str::to_owned);
    Ok(Opened { algorithm, kid, claims, signed, signature })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, payload: &str) -> String {
        format!("{}.{}.AAAA", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload))
    }

    fn check(token: &str, expected: Option<Refusal>) {
        let allowed = [SigningAlgorithm::Rs256];
        assert_eq!(open(token, &allowed, Guards::ALL).err(), expected, "{token}");
    }

    #[test]
    fn a_token_is_read_in_one_way_or_not_at_all() {
        let good = token(r#"{"alg":"RS256","kid":"a","typ":"JWT"}"#, "{}");
        check(&good, None);
        for bad in [
            format!("{good}="),
            format!("{good}.AAAA"),
            format!("{good} "),
            good.replace("AAAA", "AAAB+"),
            good.replace("AAAA", "AB"),
            good.rsplit_once('.').unwrap().0.to_owned(),
            "a".repeat(LONGEST + 1),
            String::new(),
            "..".to_owned(),
            token("[]", "{}"),
            token(r#"{"alg":"RS256"}"#, "1"),
            token(r#"{"alg":"RS256","alg":"RS256"}"#, "{}"),
            token(r#"{"alg":"RS256"}"#, r#"{"sub":"a","sub":"b"}"#),
        ] {
            check(&bad, Some(Refusal::TokenForm));
        }
    }

    #[test]
    fn the_header_names_nothing_but_the_algorithm_and_the_key() {
        for extra in [
            r#""crit":["exp"]"#,
            r#""jwk":{}"#,
            r#""jku":"https://a.fr""#,
            r#""x5u":"https://a.fr""#,
            r#""x5c":[]"#,
            r#""b64":false"#,
            r#""zip":"DEF""#,
            r#""enc":"A256GCM""#,
            r#""cty":"JWT""#,
            r#""typ":"at+jwt""#,
            r#""typ":1"#,
            r#""kid":1"#,
        ] {
            check(&token(&format!(r#"{{"alg":"RS256",{extra}}}"#), "{}"), Some(Refusal::TokenHeader));
        }
        for alg in ["none", "None", "NONE", "HS256", "HS512", "rs256", "RS512", "PS256", "ES256", "RSA-OAEP", ""] {
            check(&token(&format!(r#"{{"alg":"{alg}"}}"#), "{}"), Some(Refusal::Algorithm));
        }
        check(&token("{}", "{}"), Some(Refusal::Algorithm));
        check(&token(r#"{"alg":["RS256"]}"#, "{}"), Some(Refusal::TokenHeader));
    }
}
