//! What reads the bytes of a request before anybody is known, within reach of `testkit/fuzz` and of nobody else. Each
//! function reads, and asserts what must hold whatever the bytes.

use crate::cookies::{Cookie, Jar};
use crate::settings::Settings;
use crate::{guard, limits};
use axum::Form;
use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequest, Query};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Request, Uri, header};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Lines as the values of one header; what no header can hold is left out.
fn lines(name: &HeaderName, bytes: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n').take(64) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(name, value);
        }
    }
    headers
}

/// The `Cookie` headers of a request, one a line: a name of ours that stands twice has no value, and what is set reads back.
pub fn cookies(bytes: &[u8]) {
    let headers = lines(&header::COOKIE, bytes);
    for secure in [false, true] {
        let jar = Jar::of(&Settings { secure, ..Settings::default() });
        let tossed = jar.tossed(&headers);
        let values = Cookie::ALL.map(|cookie| jar.read(&headers, cookie));
        assert!(!tossed || values.iter().any(Option::is_none), "a cookie that stands twice has a value");
        for (cookie, value) in Cookie::ALL.into_iter().zip(values) {
            let Some(value) = value else { continue };
            let Some(set) = jar.set(cookie, value, crate::cookies::Keep::Session) else { continue };
            let sent: Vec<u8> = set.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default().to_vec();
            let again = lines(&header::COOKIE, &sent);
            assert_eq!(jar.read(&again, cookie), Some(value), "a cookie does not read back");
        }
    }
}

/// The `X-Forwarded-For` headers of a request, one a line: believed from a trusted proxy alone, and never naming one.
pub fn forwarded(bytes: &[u8]) {
    let headers = lines(&HeaderName::from_static("x-forwarded-for"), bytes);
    let (proxy, stranger) = (IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7)));
    let source = |peer: IpAddr| {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from((peer, 40_000))));
        limits::source(&extensions, &headers, &[proxy])
    };
    assert_eq!(source(stranger), stranger, "a stranger names another source");
    let named = source(proxy);
    assert_eq!(limits::block(named), named, "a source is not the block that it lies in");
}

/// The target and the `Host` header of a request, one a line: a foreign name is never ours.
pub fn host(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let (target, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let Ok(uri) = Uri::try_from(target) else { return };
    let headers = lines(&header::HOST, rest);
    let hosts = ["beffroi.example".to_owned()];
    if guard::is_ours(&uri, &headers, &hosts) {
        let named = headers.get(header::HOST).and_then(|value| value.to_str().ok());
        let named = named.or_else(|| uri.authority().map(|authority| authority.as_str())).unwrap_or_default();
        assert!(named.to_ascii_lowercase().starts_with("beffroi.example"), "{named} is not ours");
    }
}

/// The body of a form and the query of an address: the same pairs are read from both.
pub fn form(bytes: &[u8]) {
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    let mut request = Request::new(Body::from(bytes.to_vec()));
    *request.method_mut() = axum::http::Method::POST;
    request.headers_mut().insert(header::CONTENT_TYPE, kind);
    let form = beffroi_ports::doubles::answered(Box::pin(Form::<Vec<(String, String)>>::from_request(request, &())));
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(uri) = format!("/?{text}").parse::<Uri>() else { return };
    let query = Query::<Vec<(String, String)>>::try_from_uri(&uri);
    if let (Some(Ok(Form(form))), Ok(Query(query))) = (form, query)
        && !text.contains('#')
    {
        assert_eq!(form, query, "a form and a query are read in two ways");
    }
}
