//! What stands before every page: the shape of the request, its host name, its size, and how many at once.

use crate::cookies::{Cookie, Jar};
use crate::forms::takes_files;
use crate::limits::{Gate, source};
use crate::problem::Problem;
use crate::settings::Settings;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use tokio::time::timeout;

/// Lets a request in. Its shape and its host come first, then a place, then its body: whoever sends slowly holds nothing
/// but a connection. Only a whole request waits for its turn, and it has thirty seconds.
pub(crate) async fn admit(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let settings = &gate.settings;
    let jar = Jar::of(settings);
    if let Err(problem) = shape(&request, settings) {
        return problem.into_response();
    }
    if jar.tossed(request.headers()) {
        return Problem::Unclear("one of our cookies stands twice").into_response();
    }
    let address = source(request.extensions(), request.headers(), &settings.trusted_proxies);
    let Some(admission) = gate.enter(address, jar.read(request.headers(), Cookie::Session)) else {
        return Problem::TooMany.into_response();
    };
    let brings_file = brings_file(&request, settings);
    let (mut parts, body) = request.into_parts();
    let (most, time) = if brings_file {
        (settings.limits.file_bytes, settings.limits.file_time)
    } else {
        (settings.limits.body_bytes, settings.limits.body_time)
    };
    let _place = if brings_file { gate.file().await } else { None };
    let body = match timeout(time, to_bytes(body, most)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return Problem::Wire(StatusCode::PAYLOAD_TOO_LARGE, "a body over its bound").into_response(),
        Err(_) => return Problem::Wire(StatusCode::REQUEST_TIMEOUT, "a body sent too slowly").into_response(),
    };
    parts.extensions.insert(gate.visitor(address));
    let request = Request::from_parts(parts, Body::from(body));
    let work = async {
        match gate.turn(&admission).await {
            Some(_turn) => survive(next.run(request)).await,
            None => Problem::Busy.into_response(),
        }
    };
    timeout(settings.limits.request_time, work).await.unwrap_or_else(|_| Problem::Busy.into_response())
}

/// A fault in one page ends that request with a number, not the connection without a word.
async fn survive(work: impl Future<Output = Response>) -> Response {
    let mut work = pin!(work);
    let caught = poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(response)) => Poll::Ready(Some(response)),
        Err(_) => Poll::Ready(None),
    });
    caught.await.unwrap_or_else(|| Problem::Ours("a page panicked".to_owned()).into_response())
}

/// Whether a request is one that may be looked at.
fn shape(request: &Request, settings: &Settings) -> Result<(), Problem> {
    let headers = request.headers();
    // Our forms have a length. Without chunks there are no two readings of where a body ends (RFC 9112, §6.3).
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return Err(Problem::Wire(StatusCode::LENGTH_REQUIRED, "a body in chunks"));
    }
    if n_values(headers, &header::CONTENT_LENGTH) > 1 {
        return Err(Problem::Wire(StatusCode::BAD_REQUEST, "two lengths"));
    }
    if request.uri().path_and_query().map_or(0, |p| p.as_str().len()) > settings.limits.uri_bytes {
        return Err(Problem::Wire(StatusCode::URI_TOO_LONG, "an address over its bound"));
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    let brings_file = brings_file(request, settings);
    let most = if brings_file { settings.limits.file_bytes } else { settings.limits.body_bytes };
    if length.is_some_and(|length| length > most as u64) {
        return Err(Problem::Wire(StatusCode::PAYLOAD_TOO_LARGE, "a body over its bound"));
    }
    if is_ours(request.uri(), headers, &settings.hosts) { Ok(()) } else { Err(Problem::Misdirected) }
}

/// Whether a form may bring a file: sent under the cookie of a session to a page that takes files. Whether the cookie is a
/// session's is not known yet; [`Gate::file`] bounds how many are held at once.
fn brings_file(request: &Request, settings: &Settings) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    request.method() == Method::POST
        && kind.starts_with("multipart/form-data")
        && takes_files(request.uri().path())
        && Jar::of(settings).read(request.headers(), Cookie::Session).is_some()
}

fn n_values(headers: &HeaderMap, name: &HeaderName) -> usize {
    headers.get_all(name).iter().count()
}

/// Whether the request is for one of our host names: a foreign name that resolves here is how a page of another site
/// would read ours. What the target and the `Host` header say must agree, and be said once.
pub(crate) fn is_ours(uri: &Uri, headers: &HeaderMap, hosts: &[String]) -> bool {
    let named = headers.get(header::HOST).map(|v| v.to_str().unwrap_or_default());
    let host = match (uri.authority().map(|a| a.as_str()), named) {
        (Some(target), Some(named)) if target != named => return false,
        (Some(host), _) | (None, Some(host)) => host,
        (None, None) => return false,
    };
    if n_values(headers, &header::HOST) > 1 {
        return false;
    }
    let (name, port) = match host.strip_prefix("[::1]") {
        Some(rest) => ("[::1]", rest.strip_prefix(':')),
        None => host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port))),
    };
    let digits = |p: &str| p.bytes().all(|b| b.is_ascii_digit()) && p.parse::<u16>().is_ok();
    let rest_is_port = host.len() == name.len() || port.is_some_and(digits);
    let known = |ours: &str| name.eq_ignore_ascii_case(ours);
    let is_known = match hosts {
        [] => ["127.0.0.1", "[::1]", "localhost"].into_iter().any(known),
        hosts => hosts.iter().any(|ours| known(ours)),
    };
    rest_is_port && is_known
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(host: &str, hosts: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        let hosts: Vec<String> = hosts.iter().map(|&h| h.to_owned()).collect();
        is_ours(&Uri::from_static("/"), &headers, &hosts)
    }

    #[test]
    fn only_names_of_loopback_are_ours() {
        for ours in ["localhost", "LocalHost:8117", "127.0.0.1:1", "[::1]", "[::1]:8117"] {
            assert!(check(ours, &[]), "{ours}");
        }
        for foreign in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io:8117",
            "127.0.0.1:x",
            "127.0.0.1:+1",
            "127.0.0.1:",
            "127.1",
            "2130706433",
            "[::1]x",
            "localhost.",
            "user@localhost",
            "localhost, evil.example",
        ] {
            assert!(!check(foreign, &[]), "{foreign}");
        }
    }

    #[test]
    fn configured_names_replace_those_of_loopback() {
        assert!(check("Beffroi.example:8443", &["beffroi.example"]));
        assert!(check("beffroi.example", &["other.example", "beffroi.example"]));
        for foreign in ["localhost", "127.0.0.1", "x.beffroi.example", "beffroi.example.evil.example"] {
            assert!(!check(foreign, &["beffroi.example"]), "{foreign}");
        }
    }

    #[test]
    fn target_and_header_agree() {
        let mut headers = HeaderMap::new();
        assert!(!is_ours(&Uri::from_static("http://evil.example/"), &headers, &[]));
        assert!(!is_ours(&Uri::from_static("/"), &headers, &[]), "no name at all");
        headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1"));
        assert!(is_ours(&Uri::from_static("http://127.0.0.1/"), &headers, &[]));
        assert!(!is_ours(&Uri::from_static("http://localhost/"), &headers, &[]), "two names");
        headers.append(header::HOST, HeaderValue::from_static("127.0.0.1"));
        assert!(!is_ours(&Uri::from_static("/"), &headers, &[]), "said twice");
    }

    #[tokio::test]
    async fn a_panic_is_our_fault_and_no_more() {
        let response = survive(async { panic!("a fault") }).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(survive(async { StatusCode::OK.into_response() }).await.status(), StatusCode::OK);
    }
}
