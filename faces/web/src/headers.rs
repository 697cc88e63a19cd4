//! The headers of every answer: pages, files, redirections, refusals, and what the HTTP library says by itself.

use crate::App;
use crate::assets;
use crate::chrome::{Framed, may_search};
use crate::cookies::Jar;
use crate::machine;
use crate::problem::{self, Dressed};
use crate::reader::{Reader, language};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::LazyLock;

/// Nothing runs, nothing is framed, nothing is loaded from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
/// The same, and the scripts of this site that are files of their own.
const POLICY_SCRIPT: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                             form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
                             require-trusted-types-for 'script'; trusted-types 'none'";

/// The same as the first, and the one file of the shortcut to the search, by the digest of its bytes: nothing else that
/// this site serves runs, whatever was attached or published. A browser that knows no digests of files runs nothing.
static POLICY_KEYS: LazyLock<HeaderValue> = LazyLock::new(|| {
    let own = format!("default-src 'none'; script-src '{}';", assets::keys_digest());
    HeaderValue::try_from(POLICY.replacen("default-src 'none';", &own, 1)).unwrap_or(HeaderValue::from_static(POLICY))
});

/// What a page may not use.
const FEATURES: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), \
                        clipboard-read=(), display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), \
                        magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-create=(), \
                        publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()";
/// The same, passkeys apart.
const FEATURES_SCRIPT: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), \
                               clipboard-read=(), display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), \
                               hid=(), magnetometer=(), microphone=(), midi=(), payment=(), \
                               publickey-credentials-create=(self), publickey-credentials-get=(self), \
                               screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()";
const FEATURES_NAME: HeaderName = HeaderName::from_static("permissions-policy");

/// Two years, for this name and those below it.
const TRANSPORT: &str = "max-age=63072000; includeSubDomains";

/// What is on every answer, whatever it is. `Referrer-Policy: same-origin` rather than `no-referrer`: under the latter
/// browsers write `Origin: null` on our own forms, and that header could prove nothing.
const HEADERS: [(HeaderName, &str); 11] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (FEATURES_NAME, FEATURES),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (HeaderName::from_static("origin-agent-cluster"), "?1"),
    (HeaderName::from_static("x-permitted-cross-domain-policies"), "none"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// Says of every answer of an exercise that it is of one, whatever its form: pages, files, figures, feeds.
pub(crate) const EXERCISE: HeaderName = HeaderName::from_static("x-exercise");

/// Stamps the answer of the one kind of page that needs a script (passkeys): a page that inserts it among the
/// extensions of its answer may run the files of this site, and nothing inline.
///
/// `response.extensions_mut().insert(OwnScript);`
#[derive(Clone, Copy)]
pub struct OwnScript;

/// What an answer may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Runs {
    /// Nothing: what the public reads, refusals before the door, files, answers to machines.
    Nothing,
    /// The shortcut to the search: pages of whoever may search.
    Keys,
    /// The files of this site, and passkeys: the pages that ask for it.
    Own,
}

/// The headers of every answer.
fn every(secure: bool) -> impl Iterator<Item = (HeaderName, &'static str)> {
    let transport = secure.then_some((header::STRICT_TRANSPORT_SECURITY, TRANSPORT));
    HEADERS.into_iter().chain(transport)
}

/// Dresses every answer: an error becomes a problem page, and all answers carry the security headers. Pages are not
/// stored by the browser; files named by their digest are kept for ever.
pub(crate) async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let t = language(Jar::of(&app.settings), &uri, request.headers());
    let form = match uri.path().starts_with(machine::ROOT) {
        true => problem::Form::Json,
        false => problem::Form::asked(request.headers()),
    };
    let mut response = next.run(request).await;
    let searches = response.extensions().get::<Reader>().is_some_and(may_search);
    let failed = response.status().is_client_error() || response.status().is_server_error();
    if failed && response.extensions().get::<Dressed>().is_none() {
        let reader = response.extensions_mut().remove::<Reader>();
        let stranger = || Reader { t, session: None, token: None, access: None, form_token: String::new(), uri };
        response = problem::answer(&app, &reader.unwrap_or_else(stranger), form, response);
    }
    let runs = match response.extensions() {
        stamps if stamps.get::<OwnScript>().is_some() => Runs::Own,
        stamps if searches && stamps.get::<Framed>().is_some() => Runs::Keys,
        _ => Runs::Nothing,
    };
    let headers = response.headers_mut();
    put(headers, app.settings.secure, runs);
    if app.store.is_exercise() {
        headers.insert(EXERCISE, HeaderValue::from_static("EXERCISE"));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.append(header::VARY, HeaderValue::from_static("cookie, authorization, accept, accept-language"));
    }
    response
}

/// Puts the headers of every answer in the place of whatever was there under their names.
fn put(headers: &mut HeaderMap, secure: bool, runs: Runs) {
    for (name, value) in every(secure) {
        headers.insert(name, HeaderValue::from_static(value));
    }
    match runs {
        Runs::Nothing => {}
        Runs::Keys => {
            headers.insert(header::CONTENT_SECURITY_POLICY, POLICY_KEYS.clone());
        }
        Runs::Own => {
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY_SCRIPT));
            headers.insert(FEATURES_NAME, HeaderValue::from_static(FEATURES_SCRIPT));
        }
    }
}

/// An answer without a body for what never reaches the pages: a head that is no HTTP, a connection too many. The
/// connection ends with it.
pub(crate) fn bare(status: StatusCode, secure: bool) -> Vec<u8> {
    let reason = status.canonical_reason().unwrap_or_default();
    let mut out = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16());
    for (name, value) in every(secure) {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        out.push_str(&format!("retry-after: {}\r\n", problem::RETRY_AFTER));
    }
    out.push_str("cache-control: no-store\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policies_differ_by_the_script_alone() {
        assert_eq!(POLICY_SCRIPT.replace(" script-src 'self';", ""), POLICY);
        let keys = POLICY_KEYS.to_str().unwrap();
        assert_eq!(keys.replace(&format!(" script-src '{}';", assets::keys_digest()), ""), POLICY);
        assert!(keys.contains("; script-src 'sha256-") && !keys.contains("unsafe"), "{keys}");
        assert_eq!(FEATURES_SCRIPT.replace("=(self)", "=()"), FEATURES);
        assert!(!POLICY.contains("unsafe") && !POLICY.contains("script-src"));
    }

    #[test]
    fn a_script_runs_where_it_was_asked_for_only() {
        let of = |runs: Runs, name: HeaderName| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("script-src *"));
            put(&mut headers, true, runs);
            assert_eq!(headers.get_all(&name).iter().count(), 1);
            headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
        };
        assert!(!of(Runs::Nothing, header::CONTENT_SECURITY_POLICY).contains("script-src"));
        assert!(of(Runs::Own, header::CONTENT_SECURITY_POLICY).contains("; script-src 'self'; "));
        let keys = of(Runs::Keys, header::CONTENT_SECURITY_POLICY);
        assert!(keys.contains(assets::keys_digest()) && !keys.contains("script-src 'self'"), "{keys}");
        for runs in [Runs::Nothing, Runs::Keys] {
            assert!(of(runs, FEATURES_NAME).contains("publickey-credentials-get=()"), "{runs:?}");
        }
        assert!(of(Runs::Own, FEATURES_NAME).contains("publickey-credentials-get=(self)"));
        assert!(!of(Runs::Own, header::STRICT_TRANSPORT_SECURITY).is_empty());
    }

    #[test]
    fn a_bare_answer_has_all_headers_and_nothing_else() {
        let text = String::from_utf8(bare(StatusCode::BAD_REQUEST, true)).unwrap();
        assert!(text.starts_with("HTTP/1.1 400 Bad Request\r\n") && text.ends_with("\r\n\r\n"), "{text}");
        for (name, value) in every(true) {
            assert!(text.contains(&format!("\r\n{name}: {value}\r\n")), "{name}");
        }
        assert!(!String::from_utf8(bare(StatusCode::BAD_REQUEST, false)).unwrap().contains("strict-transport"));
    }
}
