//! The list of origins that may be reached.

use url::{Host, Url};

/// An origin that may be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedOrigin {
    /// `https`, or `http` for an internal host.
    pub(crate) scheme: String,
    /// The host as the address standard writes it: lower case, IDN in its `xn--` form, IPv4 dotted.
    pub(crate) host: Host<String>,
    /// The port, the scheme's own when none was written.
    pub(crate) port: u16,
    /// Whether the host may stand for a loopback or private address.
    pub(crate) internal: bool,
}

/// Why an origin cannot be put on the list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the allowed origin `{origin}` {what}")]
pub struct OriginError {
    /// As written, without path or query, cut at 80 characters.
    pub origin: String,
    /// What is wrong and what to write.
    pub what: &'static str,
}

impl AllowedOrigin {
    /// Reads `https://host` or `https://host:port`; a path is ignored, so that an issuer's address will do.
    /// `internal` also allows `http`, and loopback and private addresses for that host.
    ///
    /// # Errors
    /// [`OriginError`] when it is no such address.
    pub fn new(address: &str, internal: bool) -> Result<Self, OriginError> {
        let fault = |what| OriginError { origin: beffroi_ports::fetch::origin(address), what };
        let url = parsed(address).map_err(fault)?;
        if url.scheme() != "https" && !(internal && url.scheme() == "http") {
            return Err(fault("must be https (http is for internal hosts only)"));
        }
        Self::of(&url, internal).ok_or_else(|| fault("has no host"))
    }

    pub(crate) fn of(url: &Url, internal: bool) -> Option<Self> {
        Some(Self {
            scheme: url.scheme().to_owned(),
            host: url.host()?.to_owned(),
            port: url.port_or_known_default()?,
            internal,
        })
    }

    /// Whether both name the same scheme, host and port.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.scheme == other.scheme && self.host == other.host && self.port == other.port
    }
}

/// Parses an absolute `http` or `https` address, refusing what other parsers read differently: blanks, control
/// characters, backslashes, a name or password, a host with an empty label or a trailing dot.
pub(crate) fn parsed(address: &str) -> Result<Url, &'static str> {
    if address.len() > 8192 {
        return Err("is longer than 8192 bytes");
    }
    if address.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err("holds a blank, a control character or a backslash");
    }
    let lower = address.get(..8).unwrap_or(address).to_ascii_lowercase();
    if !lower.starts_with("http://") && !lower.starts_with("https://") {
        return Err("must start with https://");
    }
    let url = Url::parse(address).map_err(|_| "is not an address")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a name or password");
    }
    match url.host() {
        None => Err("has no host"),
        Some(Host::Domain(name)) if name.split('.').any(str::is_empty) => Err("has a host with an empty label"),
        Some(_) => Ok(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_address_makes_an_origin_with_its_port() {
        let origin = AllowedOrigin::new("https://Auth.EXAMPLE.fr/api/v2", false).unwrap();
        assert_eq!(origin.host, Host::Domain("auth.example.fr".to_owned()));
        assert_eq!((origin.scheme.as_str(), origin.port), ("https", 443));
        assert_eq!(AllowedOrigin::new("http://127.0.0.1:9000", true).unwrap().port, 9000);
    }

    #[test]
    fn what_reads_two_ways_is_refused() {
        for (address, expected) in [
            ("http://example.fr", "must be https"),
            ("ftp://example.fr", "must start"),
            ("https:example.fr", "must start"),
            ("https:/example.fr", "must start"),
            ("https://a@b.fr", "name or password"),
            ("https://:x@b.fr", "name or password"),
            ("https://b.fr\\@c.fr", "backslash"),
            ("https://b.fr\t", "blank"),
            ("https://b.fr.", "empty label"),
            ("https://b..fr", "empty label"),
            ("https://", "not an address"),
        ] {
            let fault = AllowedOrigin::new(address, false).unwrap_err();
            assert!(fault.to_string().contains(expected), "{address}: {fault}");
        }
    }
}
