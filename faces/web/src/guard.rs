//! What stands around every answer: security headers, host names, bounds.

use crate::App;
use crate::problem::{self, Dressed, Problem};
use crate::reader::{Reader, language};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Requests worked on at once; the others wait.
const AT_ONCE: usize = 32;
/// The longest a request may take, waiting included.
const LONGEST: Duration = Duration::from_secs(30);
/// The largest form, in bytes.
pub(crate) const LARGEST_BODY: usize = 64 * 1024;

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const FEATURES: &str = "accelerometer=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), \
                        magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), usb=()";

/// Headers of every answer, whatever it is.
const HEADERS: [(HeaderName, &str); 9] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("permissions-policy"), FEATURES),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// Dresses every answer: an error becomes a problem page, and all answers carry the security headers. Pages are not
/// stored by the browser; files named by their digest are kept for ever.
pub(crate) async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let t = language(&uri, request.headers());
    let mut response = next.run(request).await;
    let failed = response.status().is_client_error() || response.status().is_server_error();
    if failed && response.extensions().get::<Dressed>().is_none() {
        let reader = response.extensions_mut().remove::<Reader>();
        let stranger = || Reader { t, session: None, token: None, form_token: String::new(), uri };
        response = problem::page(&app, &reader.unwrap_or_else(stranger), response);
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.append(header::VARY, HeaderValue::from_static("cookie, accept-language"));
    }
    response
}

/// The bound on requests at once.
#[derive(Clone)]
pub(crate) struct Gate(Arc<Semaphore>);

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// Lets a request in: its host must be a name of this machine's loopback (a foreign name that resolves here is how a
/// page of another site would read ours), and it has thirty seconds.
pub(crate) async fn admit(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    if !is_ours(request.uri(), request.headers()) {
        return Problem::Misdirected.into_response();
    }
    let work = async {
        match gate.0.acquire().await {
            Ok(_permit) => next.run(request).await,
            Err(_) => Problem::Busy.into_response(),
        }
    };
    tokio::time::timeout(LONGEST, work).await.unwrap_or_else(|_| Problem::Busy.into_response())
}

fn is_ours(uri: &Uri, headers: &HeaderMap) -> bool {
    let host = match uri.authority() {
        Some(authority) => authority.as_str(),
        None => headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default(),
    };
    let (name, port) = match host.strip_prefix("[::1]") {
        Some(rest) => ("[::1]", rest.strip_prefix(':')),
        None => host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port))),
    };
    let rest_is_port = host.len() == name.len() || port.is_some_and(|p| p.parse::<u16>().is_ok());
    rest_is_port && (["127.0.0.1", "[::1]"].contains(&name) || name.eq_ignore_ascii_case("localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_loopback_are_ours() {
        let check = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
            is_ours(&Uri::from_static("/"), &headers)
        };
        for ours in ["localhost", "LocalHost:8117", "127.0.0.1:1", "[::1]", "[::1]:8117"] {
            assert!(check(ours), "{ours}");
        }
        for foreign in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io:8117",
            "127.0.0.1:x",
            "[::1]x",
            "user@localhost",
        ] {
            assert!(!check(foreign), "{foreign}");
        }
        assert!(!is_ours(&Uri::from_static("http://evil.example/"), &HeaderMap::new()));
    }
}
