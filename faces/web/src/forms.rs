//! Forms sent by the reader, and none sent in their name by another site.
//!
//! Three fences, each enough alone: the cookies are `SameSite=Strict`; a request that the browser says comes from
//! another site (`Sec-Fetch-Site`, `Origin`) is refused; each form carries a token derived from the session. The pages
//! are sent with `Referrer-Policy: no-referrer`, under which browsers write `Origin: null` even on our own forms: that
//! value proves nothing and leaves the decision to the other two. Compressed pages may hold the token, since a foreign
//! site can make no signed-in request from which to guess it (BREACH).

use crate::cookies;
use crate::problem::Problem;
use crate::reader::Reader;
use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use subtle::ConstantTimeEq;

/// Name of the field that carries the token.
const TOKEN: &str = "jeton";

/// The fields of a form that was checked.
#[derive(Clone, Default)]
pub(crate) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// The value of a field, without surrounding blanks; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The value of a field as it was typed: a password.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// Checks every request that is not a plain reading, and hands its fields on.
pub(crate) async fn check(request: Request, next: Next) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD => next.run(request).await,
        Method::POST => match checked(request).await {
            Ok(request) => next.run(request).await,
            Err(response) => *response,
        },
        _ => Problem::Method.into_response(),
    }
}

async fn checked(request: Request) -> Result<Request, Box<Response>> {
    let refuse = |why| Box::new(Problem::Forbidden(why).into_response());
    if is_foreign(request.headers()) {
        return Err(refuse("a form from another site"));
    }
    let expected = match request.extensions().get::<Reader>() {
        Some(reader) if !reader.form_token.is_empty() => reader.form_token.clone(),
        _ => cookies::read(request.headers(), cookies::ENTRY).map(entry_token).unwrap_or_default(),
    };
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let fields = Form::<Vec<(String, String)>>::from_request(whole, &()).await;
    let Form(fields) = fields.map_err(|rejection| Box::new(rejection.into_response()))?;
    let fields: BTreeMap<String, String> = fields.into_iter().collect();
    let sent = fields.get(TOKEN).map_or("", String::as_str);
    if expected.is_empty() || !bool::from(sent.as_bytes().ct_eq(expected.as_bytes())) {
        return Err(refuse("a form without its token"));
    }
    let mut request = Request::from_parts(parts, axum::body::Body::empty());
    request.extensions_mut().insert(Fields(fields));
    Ok(request)
}

/// Whether the browser says that the request comes from elsewhere.
fn is_foreign(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(|v| v.as_bytes());
    if site.is_some_and(|site| site != b"same-origin") {
        return true;
    }
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    match headers.get(header::ORIGIN).map(|v| v.to_str().unwrap_or("?")) {
        None | Some("null") => false,
        Some(origin) => !["http://", "https://"].iter().any(|scheme| origin.strip_prefix(scheme) == Some(host)),
    }
}

/// The token of the sign-in form, tied to the cookie that came with the page.
pub(crate) fn entry_token(cookie: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"sign-in form\0");
    hasher.update(cookie.as_bytes());
    format!("{:x}", hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(site: Option<&'static str>, origin: Option<&'static str>, foreign: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:8117"));
        if let Some(site) = site {
            headers.insert("sec-fetch-site", HeaderValue::from_static(site));
        }
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        }
        assert_eq!(is_foreign(&headers), foreign, "{site:?} {origin:?}");
    }

    #[test]
    fn where_a_form_comes_from() {
        check(Some("same-origin"), Some("http://127.0.0.1:8117"), false);
        check(Some("same-origin"), Some("null"), false);
        check(None, None, false);
        check(Some("cross-site"), Some("null"), true);
        check(Some("same-site"), None, true);
        check(Some("none"), None, true);
        check(None, Some("http://127.0.0.1:8118"), true);
        check(None, Some("https://evil.example"), true);
        check(Some("same-origin"), Some("https://evil.example"), true);
    }
}
