//! The client: the list, the bounds and the sending.

use crate::addresses::reachable;
use crate::origins::{AllowedOrigin, parsed};
use crate::resolver::{Forbidden, Guarded, Lookup, System};
use beffroi_ports::{Answer, Fetch, FetchError, FetchMethod, FetchRequest, FetchResponse, fetch};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// The longest a connection may take to be made, encryption included.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// Header fields that frame the message or name its target: only the client writes them.
const FRAMING: [&str; 9] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Why the client cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be made: {reason}; check that the system's certificate authorities can be read")]
pub struct NetError {
    /// What the library said.
    pub reason: String,
}

/// The only HTTP client.
pub struct Net {
    allowed: Vec<AllowedOrigin>,
    /// For hosts of the Internet.
    outside: reqwest::Client,
    /// For hosts declared as internal.
    inside: reqwest::Client,
    filter: bool,
}

impl Net {
    /// A client that reaches the origins of the list and nothing else.
    ///
    /// # Errors
    /// [`NetError`] when the encryption library cannot be set up.
    pub fn new(allowed: Vec<AllowedOrigin>) -> Result<Self, NetError> {
        Self::with(allowed, Arc::new(System), true)
    }

    pub(crate) fn with(allowed: Vec<AllowedOrigin>, lookup: Arc<dyn Lookup>, filter: bool) -> Result<Self, NetError> {
        let client = |internal| {
            reqwest::Client::builder()
                .dns_resolver(Guarded { lookup: Arc::clone(&lookup), internal, filter })
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .no_proxy()
                .no_gzip()
                .no_brotli()
                .no_zstd()
                .no_deflate()
                .referer(false)
                .http1_only()
                .pool_max_idle_per_host(0)
                .connect_timeout(CONNECT_LIMIT)
                .build()
                .map_err(|error| NetError { reason: error.to_string() })
        };
        Ok(Self { allowed, outside: client(false)?, inside: client(true)?, filter })
    }

    /// The address and its client, once the list and the address itself have been checked.
    fn admitted(&self, request: &FetchRequest) -> Result<(Url, &reqwest::Client), FetchError> {
        let origin = || fetch::origin(&request.url);
        let url = parsed(&request.url).map_err(|what| FetchError::Malformed { origin: origin(), what })?;
        let target = AllowedOrigin::of(&url, false);
        let Some(entry) = target.and_then(|target| self.allowed.iter().find(|entry| entry.same(&target))) else {
            return Err(FetchError::NotAllowed { origin: origin() });
        };
        // A name is checked when it is resolved; an address never is, so it is checked here.
        let address = match entry.host {
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
            Host::Domain(_) => None,
        };
        if self.filter && address.is_some_and(|address| !reachable(address, entry.internal)) {
            return Err(FetchError::ForbiddenAddress { origin: origin() });
        }
        Ok((url, if entry.internal { &self.inside } else { &self.outside }))
    }

    async fn exchange(&self, request: &FetchRequest) -> Result<FetchResponse, FetchError> {
        let (url, client) = self.admitted(request)?;
        let origin = || fetch::origin(&request.url);
        let too_large = || FetchError::TooLarge { origin: origin(), max_bytes: request.max_bytes };
        let method = match request.method {
            FetchMethod::Get => reqwest::Method::GET,
            FetchMethod::Post => reqwest::Method::POST,
        };
        let headers = headers(request).map_err(|what| FetchError::Malformed { origin: origin(), what })?;
        let mut sent = client.request(method, url).headers(headers);
        if request.method == FetchMethod::Post {
            sent = sent.body(request.body.clone());
        }
        let mut answer = sent.send().await.map_err(|error| failure(&error, origin()))?;
        let status = answer.status();
        if status.is_redirection() && status.as_u16() != 304 {
            return Err(FetchError::Redirected { origin: origin(), status: status.as_u16() });
        }
        if answer.content_length().is_some_and(|length| length > request.max_bytes as u64) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| failure(&error, origin()))? {
            if chunk.len() > request.max_bytes.saturating_sub(body.len()) {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let headers = answer.headers().iter();
        let headers = headers.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
        Ok(FetchResponse { status: status.as_u16(), headers: headers.collect(), body })
    }
}

fn headers(request: &FetchRequest) -> Result<HeaderMap, &'static str> {
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| "a header field has no valid name")?;
        if FRAMING.contains(&name.as_str()) {
            return Err("a header field is the client's own to write");
        }
        let mut value = HeaderValue::from_str(value).map_err(|_| "a header field has no valid value")?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    Ok(headers)
}

/// What the library's error means. Its own text is dropped, since it may hold the whole address.
fn failure(error: &reqwest::Error, origin: String) -> FetchError {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<Forbidden>() {
            return FetchError::ForbiddenAddress { origin };
        }
        cause = inner.source();
    }
    let what = if error.is_timeout() {
        "the connection took too long"
    } else if error.is_dns() {
        "its name does not resolve"
    } else if error.is_connect() {
        "the connection or its encryption failed"
    } else {
        "the exchange broke off"
    };
    FetchError::Unreachable { origin, what }
}

impl Fetch for Net {
    fn fetch<'a>(&'a self, request: &'a FetchRequest) -> Answer<'a, Result<FetchResponse, FetchError>> {
        Box::pin(async move {
            let late = |_| FetchError::TimedOut {
                origin: fetch::origin(&request.url),
                limit_ms: request.time_limit.as_millis(),
            };
            tokio::time::timeout(request.time_limit, self.exchange(request)).await.map_err(late)?
        })
    }
}
