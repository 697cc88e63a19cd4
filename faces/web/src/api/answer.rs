//! Answers: JSON documents and other forms, with a tag by which a client asks whether anything changed (RFC 9110, 8.8.3
//! and 13.1.2).

use crate::problem::Problem;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use beffroi_wording::Lang;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// An answer of media type `kind` under a tag; 304 without a body when the client holds it already.
pub(super) fn tagged(headers: &HeaderMap, tag: &str, kind: &str, body: Vec<u8>) -> Result<Response, Problem> {
    let value = |text: &str| HeaderValue::from_str(text).map_err(|error| Problem::Ours(error.to_string()));
    let tag_value = value(tag)?;
    if is_held(headers, tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag_value)]).into_response());
    }
    Ok(([(header::ETAG, tag_value), (header::CONTENT_TYPE, value(kind)?)], body).into_response())
}

/// A JSON document, tagged by the digest of its bytes.
pub(super) fn document(headers: &HeaderMap, value: &impl Serialize) -> Result<Response, Problem> {
    let body = bytes(value)?;
    let tag = format!("\"{}\"", digest(&body));
    tagged(headers, &tag, "application/json", body)
}

/// The same of something that is written to: its tag begins with its version, which `If-Match` brings back.
pub(super) fn versioned(headers: &HeaderMap, version: u32, value: &impl Serialize) -> Result<Response, Problem> {
    let body = bytes(value)?;
    tagged(headers, &version_tag(version, &body), "application/json", body)
}

/// The tag of a version.
pub(super) fn version_tag(version: u32, body: &[u8]) -> String {
    format!("\"{version}-{}\"", digest(body))
}

/// The version that `If-Match` names: the tag of one, compared strongly.
///
/// # Errors
/// [`Problem::Unversioned`] without one; [`Problem::Parameter`] for what is none.
pub(super) fn matched(headers: &HeaderMap, t: Lang) -> Result<u32, Problem> {
    let mut lines = headers.get_all(header::IF_MATCH).iter();
    let Some(line) = lines.next() else { return Err(Problem::Unversioned) };
    let tag = line.to_str().ok().and_then(|line| line.trim().strip_prefix('"')?.strip_suffix('"'));
    // More than one tag is a list, and a write is made on one version.
    let tag = tag.filter(|tag| !tag.contains('"'));
    let version = tag.and_then(|tag| tag.split_once('-')).and_then(|(version, _)| version.parse().ok());
    version
        .filter(|_| lines.next().is_none())
        .ok_or_else(|| Problem::Parameter { name: "If-Match".to_owned(), reason: t.say("web-api-wrong-version") })
}

/// A JSON text.
pub(super) fn bytes(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(|error| Problem::Ours(error.to_string()))
}

fn digest(body: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(body).iter().take(16) {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Whether `If-None-Match` names the tag, compared weakly.
fn is_held(headers: &HeaderMap, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let lines = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).take(50).any(|held| held.trim() == "*" || bare(held) == bare(tag))
}

/// A part of a list: how many there are, where the next part begins, and the objects.
#[derive(Serialize)]
pub(super) struct Listed<T> {
    /// How many there are.
    pub(super) n: usize,
    /// The address of the next part; none after the last.
    pub(super) next: Option<String>,
    /// The objects of this part.
    pub(super) objects: Vec<T>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_named_once_by_its_tag() {
        let with = |lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::IF_MATCH, HeaderValue::from_static(line));
            }
            matched(&headers, Lang::En)
        };
        assert_eq!(with(&["\"12-ab\""]).unwrap(), 12);
        assert!(matches!(with(&[]), Err(Problem::Unversioned)));
        for wrong in ["*", "12", "\"12\"", "W/\"12-ab\"", "\"x-ab\"", "\"-1-ab\"", "\"12-ab\", \"13-ab\"", ""] {
            let found = with(&[wrong]);
            assert!(matches!(&found, Err(Problem::Parameter { name, .. }) if name == "If-Match"), "{wrong}: {found:?}");
        }
        assert!(with(&["\"12-ab\"", "\"13-ab\""]).is_err());
    }

    #[test]
    fn a_tag_that_is_held_is_not_sent_again() {
        let with = |held: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static(held));
            tagged(&headers, "W/\"a\"", "text/csv", b"x".to_vec()).unwrap()
        };
        for held in ["W/\"a\"", "\"a\"", "\"b\", W/\"a\"", "*"] {
            assert_eq!(with(held).status(), StatusCode::NOT_MODIFIED, "{held}");
        }
        for other in ["\"b\"", "a", ""] {
            assert_eq!(with(other).status(), StatusCode::OK, "{other}");
            assert_eq!(with(other).headers()[header::CONTENT_TYPE], "text/csv");
        }
    }
}
