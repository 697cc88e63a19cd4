//! Cookies in and out.
//!
//! The session's cookie is `HttpOnly`, `SameSite=Strict`, without `Domain` and for the whole site. It has no `__Host-`
//! prefix, because browsers accept that prefix only with `Secure`, and `Secure` only over TLS: this face speaks plain
//! HTTP on loopback and nothing else, where nobody is on the way. A reverse proxy with TLS may add both.

use axum::http::{HeaderMap, HeaderValue, header};

/// Name of the session's cookie.
pub(crate) const SESSION: &str = "beffroi-session";
/// Name of the cookie to which the sign-in form is tied.
pub(crate) const ENTRY: &str = "beffroi-entry";
/// Name of the cookie that remembers the language.
pub(crate) const LANG: &str = "beffroi-lang";

/// The value of cookie `name`, when the request has one.
pub(crate) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}

/// How long a browser keeps a cookie.
pub(crate) enum Keep {
    /// Until it is closed.
    Session,
    /// A year: the language alone.
    Year,
    /// No longer.
    Gone,
}

/// A `Set-Cookie` header; none for a value that cannot be in a header.
pub(crate) fn set(name: &str, value: &str, keep: Keep) -> Option<HeaderValue> {
    let age = match keep {
        Keep::Session => "",
        Keep::Year => "; Max-Age=31536000",
        Keep::Gone => "; Max-Age=0",
    };
    let site = if name == LANG { "Lax" } else { "Strict" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite={site}{age}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("xbeffroi-lang=no; beffroi-lang=en"));
        headers.append(header::COOKIE, HeaderValue::from_static("beffroi-session=abc"));
        assert_eq!(read(&headers, LANG), Some("en"));
        assert_eq!(read(&headers, SESSION), Some("abc"));
        assert_eq!(read(&headers, ENTRY), None);
    }

    #[test]
    fn a_session_cookie_is_out_of_reach() {
        let cookie = set(SESSION, "abc", Keep::Session).unwrap();
        assert_eq!(cookie, "beffroi-session=abc; Path=/; HttpOnly; SameSite=Strict");
        assert!(set(SESSION, "a\r\nSet-Cookie: x", Keep::Session).is_none());
    }
}
