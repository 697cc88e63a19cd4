//! Forms sent by the reader, and none sent in their name by another site.
//!
//! Three fences, each enough alone: the cookies are `SameSite=Strict`; the browser must say that the form comes from our
//! own page (`Sec-Fetch-Site: same-origin`, or an `Origin` equal to the address asked) and must say nothing else; each
//! form carries a token derived from the session. Compressed pages may hold the token, since a foreign site can make no
//! signed-in request from which to guess it (BREACH).
//!
//! Machines send no forms: what they write comes under a token in a header, which no page of another site can send.

use crate::App;
use crate::cookies::{Cookie, Jar};
use crate::machine::Machine;
use crate::problem::Problem;
use crate::reader::Reader;
use axum::Form;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use subtle::ConstantTimeEq;

/// Name of the field that carries the token.
const TOKEN: &str = "jeton";

/// The fields of a form that was checked.
#[derive(Clone, Default)]
pub(crate) struct Fields(BTreeMap<String, String>, Option<Sent>);

/// A file that came with a form.
#[derive(Clone)]
pub(crate) struct Sent {
    /// Its name, as the browser gave it.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) bytes: Bytes,
}

impl Fields {
    /// The value of a field, without surrounding blanks; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The value of a field as it was typed: a password.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The file that came with the form, if one was chosen.
    pub(crate) fn file(&self) -> Option<&Sent> {
        self.1.as_ref()
    }
}

/// Checks every request that is not a plain reading, and hands its fields on.
pub(crate) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD => next.run(request).await,
        _ if request.extensions().get::<Machine>().is_some() => next.run(request).await,
        Method::POST => match checked(&app, request).await {
            Ok(request) => next.run(request).await,
            Err(response) => *response,
        },
        _ => Problem::Method.into_response(),
    }
}

async fn checked(app: &App, request: Request) -> Result<Request, Box<Response>> {
    let refuse = |why| Box::new(Problem::Forbidden(why).into_response());
    if !is_own(request.headers(), app.settings.secure) {
        return Err(refuse("a form that is not from our own page"));
    }
    let expected = match request.extensions().get::<Reader>() {
        Some(reader) if !reader.form_token.is_empty() => reader.form_token.clone(),
        _ => Jar::of(&app.settings).read(request.headers(), Cookie::Entry).map(entry_token).unwrap_or_default(),
    };
    let (parts, body) = request.into_parts();
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let (fields, file) = if kind.starts_with("multipart/form-data") && takes_files(parts.uri.path()) {
        // The guard has bounded the body and holds it whole.
        let bytes = axum::body::to_bytes(body, usize::MAX).await.map_err(|_| refuse("a form that cannot be read"))?;
        parted(kind, bytes).await.ok_or_else(|| refuse("a form whose parts cannot be read"))?
    } else {
        let whole = Request::from_parts(parts.clone(), body);
        let fields = Form::<Vec<(String, String)>>::from_request(whole, &()).await;
        let Form(fields) = fields.map_err(|rejection| Box::new(rejection.into_response()))?;
        (fields, None)
    };
    if fields.iter().filter(|(name, _)| name == TOKEN).count() > 1 {
        return Err(refuse("a form with two tokens"));
    }
    let fields: BTreeMap<String, String> = fields.into_iter().collect();
    let sent = fields.get(TOKEN).map_or("", String::as_str);
    if expected.is_empty() || !bool::from(sent.as_bytes().ct_eq(expected.as_bytes())) {
        return Err(refuse("a form without its token"));
    }
    let mut request = Request::from_parts(parts, axum::body::Body::empty());
    request.extensions_mut().insert(Fields(fields, file));
    Ok(request)
}

/// Whether a page takes forms that bring files.
pub(crate) fn takes_files(path: &str) -> bool {
    path.starts_with("/registres/")
}

/// Most parts of a form.
const PARTS: usize = 200;

/// The parts of a form that brings a file (RFC 7578): its fields, and the one file. Nothing when they cannot be read.
async fn parted(kind: &str, bytes: Bytes) -> Option<(Vec<(String, String)>, Option<Sent>)> {
    let boundary = multer::parse_boundary(kind).ok()?;
    let stream = futures::stream::once(async { Ok::<_, std::convert::Infallible>(bytes) });
    let mut parts = multer::Multipart::new(stream, boundary);
    let (mut fields, mut file) = (Vec::new(), None);
    while let Some(part) = parts.next_field().await.ok()? {
        if fields.len() >= PARTS {
            return None;
        }
        let name = part.name()?.to_owned();
        match part.file_name().map(str::to_owned) {
            // No file was chosen.
            Some(chosen) if chosen.is_empty() => {}
            Some(chosen) if file.is_none() => {
                file = Some(Sent { name: chosen, bytes: part.bytes().await.ok()? });
            }
            Some(_) => return None,
            None => fields.push((name, part.text().await.ok()?)),
        }
    }
    Some((fields, file))
}

/// Whether the browser says that the form comes from our own page. Every browser in use says at least one of the two;
/// what says neither is no browser, and what says a header twice was written by hand.
fn is_own(headers: &HeaderMap, secure: bool) -> bool {
    let said = |name: HeaderName| {
        let mut values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("?"));
        (values.next(), values.next().is_some())
    };
    let (host, _) = said(header::HOST);
    let (site, site_twice) = said(HeaderName::from_static("sec-fetch-site"));
    let (origin, origin_twice) = said(header::ORIGIN);
    let scheme = if secure { "https://" } else { "http://" };
    let origin_is_ours = origin.map(|origin| origin.strip_prefix(scheme).is_some_and(|rest| Some(rest) == host));
    let site_is_ours = site.map(|site| site == "same-origin");
    let one_of_them = origin_is_ours.or(site_is_ours).is_some();
    one_of_them && !site_twice && !origin_twice && origin_is_ours.unwrap_or(true) && site_is_ours.unwrap_or(true)
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

    fn check(site: Option<&'static str>, origin: Option<&'static str>, own: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:8117"));
        if let Some(site) = site {
            headers.insert("sec-fetch-site", HeaderValue::from_static(site));
        }
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        }
        assert_eq!(is_own(&headers, false), own, "{site:?} {origin:?}");
    }

    #[test]
    fn where_a_form_comes_from() {
        check(Some("same-origin"), Some("http://127.0.0.1:8117"), true);
        check(Some("same-origin"), None, true);
        check(None, Some("http://127.0.0.1:8117"), true);
        check(None, None, false);
        check(None, Some("null"), false);
        check(Some("same-origin"), Some("null"), false);
        check(Some("cross-site"), Some("null"), false);
        check(Some("same-site"), None, false);
        check(Some("none"), None, false);
        check(Some("Same-Origin"), None, false);
        check(None, Some("http://127.0.0.1:8118"), false);
        check(None, Some("https://127.0.0.1:8117"), false);
        check(None, Some("https://evil.example"), false);
        check(Some("same-origin"), Some("https://evil.example"), false);
        check(Some("cross-site"), Some("http://127.0.0.1:8117"), false);
    }

    #[test]
    fn the_scheme_is_part_of_where_it_comes_from() {
        for (origin, secure) in [("http://127.0.0.1:8117", false), ("https://127.0.0.1:8117", true)] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:8117"));
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            assert!(is_own(&headers, secure) && !is_own(&headers, !secure), "{origin}");
        }
    }

    #[test]
    fn what_is_said_twice_is_not_believed() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:8117"));
        headers.append(header::ORIGIN, HeaderValue::from_static("http://127.0.0.1:8117"));
        assert!(is_own(&headers, false));
        headers.append(header::ORIGIN, HeaderValue::from_static("http://127.0.0.1:8117"));
        assert!(!is_own(&headers, false));
    }
}
