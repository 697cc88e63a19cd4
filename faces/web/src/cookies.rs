//! Cookies in and out.
//!
//! All are `HttpOnly`, `SameSite`, without `Domain` and for the whole site. Over TLS they are `Secure` and named
//! `__Host-…`, so that no sister site and no plain connection can set them. On loopback there is no TLS, and browsers
//! accept that prefix only with `Secure`: the names are bare there. Nobody is on the way, but another server on another
//! port of this machine shares the cookies; so a request in which one of our names stands twice is refused, and the
//! other fences of the forms do not lean on cookies.

use crate::settings::Settings;
use axum::http::{HeaderMap, HeaderValue, header};

/// Our cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// The session.
    Session,
    /// To which the sign-in form is tied.
    Entry,
    /// The half of a sign-in at a provider that this browser holds.
    Openid,
    /// Remembers the language.
    Lang,
}

impl Cookie {
    pub(crate) const ALL: [Self; 4] = [Self::Session, Self::Entry, Self::Openid, Self::Lang];
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

/// The cookies of one way of serving.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Jar {
    secure: bool,
}

impl Jar {
    pub(crate) fn of(settings: &Settings) -> Self {
        Self { secure: settings.secure }
    }

    fn name(self, cookie: Cookie) -> &'static str {
        match (cookie, self.secure) {
            (Cookie::Session, true) => "__Host-beffroi-session",
            (Cookie::Session, false) => "beffroi-session",
            (Cookie::Entry, true) => "__Host-beffroi-entry",
            (Cookie::Entry, false) => "beffroi-entry",
            (Cookie::Openid, true) => "__Host-beffroi-openid",
            (Cookie::Openid, false) => "beffroi-openid",
            (Cookie::Lang, true) => "__Host-beffroi-lang",
            (Cookie::Lang, false) => "beffroi-lang",
        }
    }

    /// The value of a cookie, when the request has it once. One that stands twice is nobody's word: who tossed the
    /// second one in cannot be known.
    pub(crate) fn read(self, headers: &HeaderMap, cookie: Cookie) -> Option<&str> {
        let mut values = values(headers, self.name(cookie));
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }

    /// Whether one of our names stands twice.
    pub(crate) fn tossed(self, headers: &HeaderMap) -> bool {
        Cookie::ALL.into_iter().any(|cookie| values(headers, self.name(cookie)).count() > 1)
    }

    /// A `Set-Cookie` header; none for a value that cannot be in a header.
    pub(crate) fn set(self, cookie: Cookie, value: &str, keep: Keep) -> Option<HeaderValue> {
        let age = match keep {
            Keep::Session => "",
            Keep::Year => "; Max-Age=31536000",
            Keep::Gone => "; Max-Age=0",
        };
        let site = match cookie {
            Cookie::Lang | Cookie::Openid => "Lax",
            Cookie::Session | Cookie::Entry => "Strict",
        };
        let secure = if self.secure { "; Secure" } else { "" };
        let name = self.name(cookie);
        if value.contains([';', ',', ' ']) {
            return None;
        }
        HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly{secure}; SameSite={site}{age}")).ok()
    }
}

fn values<'a>(headers: &'a HeaderMap, name: &'static str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(move |pair| {
        let (key, value) = pair.split_once('=')?;
        (key.trim() == name).then_some(value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Jar = Jar { secure: false };
    const SECURE: Jar = Jar { secure: true };

    fn headers(lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_static(line));
        }
        headers
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let headers = headers(&["xbeffroi-lang=no; beffroi-lang=en", "beffroi-session=abc"]);
        assert_eq!(PLAIN.read(&headers, Cookie::Lang), Some("en"));
        assert_eq!(PLAIN.read(&headers, Cookie::Session), Some("abc"));
        assert_eq!(PLAIN.read(&headers, Cookie::Entry), None);
        assert_eq!(SECURE.read(&headers, Cookie::Session), None, "over TLS a bare name is not ours");
    }

    #[test]
    fn a_name_that_stands_twice_is_no_ones() {
        for lines in [&["beffroi-session=a; beffroi-session=b"][..], &["beffroi-session=a", "x=1; beffroi-session =a"]]
        {
            let headers = headers(lines);
            assert!(PLAIN.tossed(&headers), "{lines:?}");
            assert_eq!(PLAIN.read(&headers, Cookie::Session), None, "{lines:?}");
        }
        assert!(!PLAIN.tossed(&headers(&["beffroi-session=a; beffroi-lang=fr; other=1; other=2"])));
    }

    #[test]
    fn a_session_cookie_is_out_of_reach() {
        let cookie = PLAIN.set(Cookie::Session, "abc", Keep::Session).unwrap();
        assert_eq!(cookie, "beffroi-session=abc; Path=/; HttpOnly; SameSite=Strict");
        let cookie = SECURE.set(Cookie::Session, "abc", Keep::Session).unwrap();
        assert_eq!(cookie, "__Host-beffroi-session=abc; Path=/; HttpOnly; Secure; SameSite=Strict");
        for odd in ["a\r\nSet-Cookie: x", "a; Domain=evil.example", "a b", "a,b"] {
            assert!(PLAIN.set(Cookie::Session, odd, Keep::Session).is_none(), "{odd}");
        }
    }
}
