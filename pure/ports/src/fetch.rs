//! The port of fetching: one bounded HTTP request, one bounded answer.
//!
//! A request may carry a code, a token or a client secret, and so may an answer. Neither prints more of itself than its
//! origin and sizes.

use crate::Answer;
use std::fmt;
use std::time::Duration;

/// The methods that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchMethod {
    /// Reads (RFC 9110, 9.3.1).
    Get,
    /// Hands in a body (RFC 9110, 9.3.3).
    Post,
}

/// A request with its bounds.
#[derive(Clone, PartialEq, Eq)]
pub struct FetchRequest {
    /// How.
    pub method: FetchMethod,
    /// The absolute address, `http` or `https`. A name and password in it are refused.
    pub url: String,
    /// Names and values of header fields, in any letter case. Fields that frame the message (`host`,
    /// `content-length`, `connection`…) are the engine's and are refused.
    pub headers: Vec<(String, String)>,
    /// The body, empty for [`FetchMethod::Get`].
    pub body: Vec<u8>,
    /// The most bytes of body that the answer may have.
    pub max_bytes: usize,
    /// The longest the whole may take, from the resolution of the name to the last byte of the answer.
    pub time_limit: Duration,
}

impl FetchRequest {
    /// A reading request of at most 1 MiB and 10 seconds, with no header field of its own.
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            method: FetchMethod::Get,
            url: url.into(),
            headers: Vec::new(),
            body: Vec::new(),
            max_bytes: 1 << 20,
            time_limit: Duration::from_secs(10),
        }
    }
}

impl fmt::Debug for FetchRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchRequest")
            .field("method", &self.method)
            .field("origin", &origin(&self.url))
            .field("n_headers", &self.headers.len())
            .field("n_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What came back, whatever its status but a redirection.
#[derive(Clone, PartialEq, Eq)]
pub struct FetchResponse {
    /// The status code, 200 to 599 without the redirections.
    pub status: u16,
    /// Header fields whose value is text, names in lower case, in the order received.
    pub headers: Vec<(String, String)>,
    /// The body, at most `max_bytes` long.
    pub body: Vec<u8>,
}

impl FetchResponse {
    /// The value of a header field by its lower-case name; `None` when it is absent or given twice.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(n, _)| n == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }
}

impl fmt::Debug for FetchResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchResponse")
            .field("status", &self.status)
            .field("n_headers", &self.headers.len())
            .field("n_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The only way out of the house by HTTP.
pub trait Fetch: Send + Sync {
    /// Sends one request and reads the answer within its bounds. Redirections are not followed.
    ///
    /// # Errors
    /// [`FetchError`] when the address may not be reached, cannot be, or answers beyond a bound.
    fn fetch<'a>(&'a self, request: &'a FetchRequest) -> Answer<'a, Result<FetchResponse, FetchError>>;
}

/// Why nothing was fetched. `origin` is the scheme, host and port, without path or query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address, a header field or the method cannot be sent as it is.
    #[error("the request to `{origin}` is malformed: {what}")]
    Malformed {
        /// Where to.
        origin: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The origin is not on the list of those that may be reached.
    #[error(
        "`{origin}` is not on the list of allowed origins: add its scheme, host and port to the configuration if it is meant"
    )]
    NotAllowed {
        /// Where to.
        origin: String,
    },
    /// The host stands for an address of an inner network, and was not declared as internal.
    #[error("`{origin}` stands for an address that may not be reached (private, loopback, link-local or reserved)")]
    ForbiddenAddress {
        /// Where to.
        origin: String,
    },
    /// The name, the connection or the encryption failed.
    #[error("`{origin}` cannot be reached: {what}")]
    Unreachable {
        /// Where to.
        origin: String,
        /// At what step.
        what: &'static str,
    },
    /// It took too long.
    #[error("`{origin}` did not answer within {limit_ms} ms")]
    TimedOut {
        /// Where to.
        origin: String,
        /// The bound, in milliseconds.
        limit_ms: u128,
    },
    /// The answer is longer than its bound.
    #[error("the answer of `{origin}` is longer than {max_bytes} bytes")]
    TooLarge {
        /// Where to.
        origin: String,
        /// The bound, in bytes.
        max_bytes: usize,
    },
    /// The answer sends elsewhere.
    #[error("`{origin}` answered with a redirection ({status}), which is not followed: configure the final address")]
    Redirected {
        /// Where to.
        origin: String,
        /// The status code.
        status: u16,
    },
}

/// The part of an address that may be told: scheme, host and port, without name, password, path and query, cut at 80
/// characters.
pub fn origin(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("?", ""));
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}").chars().filter(|c| !c.is_control()).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_tells_no_password_path_or_query() {
        for (url, expected) in [
            ("https://a.fr/token?code=c", "https://a.fr"),
            ("https://user:word@a.fr:8443?x#y", "https://a.fr:8443"),
            ("http://a.fr\\@b.fr/", "http://a.fr"),
            ("nonsense", "?://"),
            ("https://a\r\nb/", "https://ab"),
        ] {
            assert_eq!(origin(url), expected, "{url}");
        }
        assert_eq!(origin(&format!("https://{}.fr", "a".repeat(200))).len(), 80);
    }

    #[test]
    fn requests_and_answers_print_no_content() {
        let mut request = FetchRequest::get("https://a.fr/canary?code=canary");
        request.headers.push(("authorization".into(), "Bearer canary".into()));
        request.body = b"canary".to_vec();
        let answer = FetchResponse {
            status: 200,
            headers: vec![("set-cookie".into(), "canary".into())],
            body: b"canary".to_vec(),
        };
        let shown = format!("{request:?} {answer:?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("https://a.fr"), "{shown}");
    }

    #[test]
    fn a_header_given_twice_has_no_value() {
        let field = |value: &str| ("content-type".to_owned(), value.to_owned());
        let mut answer = FetchResponse { status: 200, headers: vec![field("a")], body: Vec::new() };
        assert_eq!(answer.header("content-type"), Some("a"));
        answer.headers.push(field("b"));
        assert_eq!(answer.header("content-type"), None);
    }
}
