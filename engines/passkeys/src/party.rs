//! Who we are for browsers and authenticators: the relying party and the origins of its pages.

use webauthn_rp::request::{AsciiDomain, RpId};

/// The relying party, from the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// A domain of which every origin is a page: `beffroi.example.gouv.fr`, or `localhost` on one's own machine. Passkeys
    /// are made for it and are lost when it changes. Lower-case ASCII (an international name in its `xn--` form), no
    /// address: authenticators know none.
    pub id: String,
    /// The origins of our pages, to the letter: `https://host` with a port only if it is not 443. `http` is for
    /// `localhost` alone (W3C, *Secure Contexts*, 3.1).
    pub origins: Vec<String>,
}

/// A relying party that cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RelyingPartyError {
    /// The identifier is no domain.
    #[error(
        "the relying party `{id}` is no domain in lower-case ASCII; an address such as 127.0.0.1 cannot serve, use `localhost`"
    )]
    Id {
        /// What was given, cut to 80 characters.
        id: String,
    },
    /// Nothing may ask for a passkey.
    #[error("no origin is allowed; give at least one, such as `https://{id}`")]
    NoOrigin {
        /// The relying party.
        id: String,
    },
    /// The origin is not written as browsers write it.
    #[error("the origin `{origin}` {fault}")]
    Origin {
        /// What was given, cut to 80 characters.
        origin: String,
        /// What is wrong with it.
        fault: &'static str,
    },
}

impl RelyingParty {
    /// The relying party for the library, once it and its origins are checked.
    pub(crate) fn checked(&self) -> Result<RpId, RelyingPartyError> {
        let wrong = || RelyingPartyError::Id { id: crate::cut(&self.id) };
        if !is_domain(&self.id) {
            return Err(wrong());
        }
        if self.origins.is_empty() {
            return Err(RelyingPartyError::NoOrigin { id: self.id.clone() });
        }
        for origin in &self.origins {
            self.check(origin).map_err(|fault| RelyingPartyError::Origin { origin: crate::cut(origin), fault })?;
        }
        AsciiDomain::try_from(self.id.clone()).map(RpId::Domain).map_err(|_| wrong())
    }

    fn check(&self, origin: &str) -> Result<(), &'static str> {
        let (scheme, rest) = origin.split_once("://").ok_or("has no scheme")?;
        let (host, port) = rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port)));
        let usual = match scheme {
            "https" => "443",
            "http" if host == "localhost" || host.ends_with(".localhost") => "80",
            "http" => return Err("is not secure: only localhost may go without https"),
            _ => return Err("is neither https nor http"),
        };
        if !is_domain(host) {
            return Err("has no domain in lower-case ASCII, or has a path");
        }
        if let Some(port) = port {
            let plain = port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port);
            if !plain {
                return Err("has no port after its colon");
            }
            if port == usual {
                return Err("names the usual port, which browsers leave out");
            }
        }
        if host == self.id || host.strip_suffix(&self.id).is_some_and(|sub| sub.ends_with('.')) {
            Ok(())
        } else {
            Err("does not belong to the relying party")
        }
    }
}

/// Labels of letters, digits and hyphens; more than one unless it is `localhost`; no address.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    let named = last.bytes().any(|b| b.is_ascii_lowercase());
    text.len() <= 253 && text.split('.').all(label) && named && (text.contains('.') || text == "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &str, origin: &str) -> Result<RpId, RelyingPartyError> {
        RelyingParty { id: id.to_owned(), origins: vec![origin.to_owned()] }.checked()
    }

    #[test]
    fn what_browsers_write_is_taken() {
        let fine = [
            ("beffroi.example", "https://beffroi.example"),
            ("beffroi.example", "https://app.beffroi.example:8443"),
            ("xn--caf-dma.example", "https://xn--caf-dma.example"),
            ("localhost", "http://localhost:8080"),
            ("localhost", "https://localhost:8443"),
        ];
        for (id, origin) in fine {
            assert!(check(id, origin).is_ok(), "{id} {origin}");
        }
    }

    #[test]
    fn what_could_not_work_or_is_not_safe_is_refused_at_start() {
        for id in ["", "127.0.0.1", "::1", "Beffroi.example", "café.example", "intranet", ".example", "a..b", "-a.b"] {
            assert!(matches!(check(id, "https://x.example"), Err(RelyingPartyError::Id { .. })), "{id}");
        }
        let faults = [
            "http://beffroi.example",
            "https://beffroi.example/",
            "https://beffroi.example:443",
            "https://beffroi.example:0",
            "https://beffroi.example:08443",
            "https://beffroi.example:",
            "https://evilbeffroi.example",
            "https://example",
            "https://other.example",
            "https://user@beffroi.example",
            "HTTPS://beffroi.example",
            "ftp://beffroi.example",
            "beffroi.example",
            "*",
        ];
        for origin in faults {
            let found = check("beffroi.example", origin);
            assert!(matches!(found, Err(RelyingPartyError::Origin { .. })), "{origin}: {found:?}");
        }
        let none = RelyingParty { id: "beffroi.example".to_owned(), origins: Vec::new() };
        assert!(matches!(none.checked(), Err(RelyingPartyError::NoOrigin { .. })));
    }
}
