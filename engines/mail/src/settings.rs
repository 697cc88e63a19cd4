//! Which server, under which name, how it is trusted.

use lettre::Address;
use std::net::IpAddr;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314, 3.3).
    Tls,
    /// STARTTLS (RFC 3207), without which nothing is sent.
    StartTls,
    /// In clear: a server on this machine only.
    Loopback,
}

/// Which server takes the letters, and how they are signed.
#[derive(Clone)]
pub struct MailSettings {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Certificates to trust beside the system's, in PEM.
    pub roots: Option<Vec<u8>>,
    /// Name and password; none when the server asks for none.
    pub credentials: Option<(String, String)>,
    /// The address that letters come from.
    pub from: String,
    /// The name beside it.
    pub from_name: String,
    /// Where what cannot be delivered comes back: `local@domain`, to which each letter adds `+number`. The sender's
    /// address when absent.
    pub returns: Option<String>,
    /// Connections at once, 1 to 32.
    pub connections: usize,
    /// Letters whose end may be under way at once, which is what a kill may repeat. 1 to `connections`.
    pub at_once: usize,
}

/// Why letters cannot be sent with these settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {reason}")]
pub struct MailSettingsError {
    /// Which setting.
    pub setting: &'static str,
    /// What is wrong, and what to write.
    pub reason: String,
}

impl MailSettings {
    /// Checks that they go together.
    pub(crate) fn check(&self) -> Result<(), MailSettingsError> {
        let wrong = |setting, reason: &str| Err(MailSettingsError { setting, reason: reason.to_owned() });
        if self.security == Security::Loopback && !is_loopback(&self.host) {
            return wrong("security", "only a server on this machine is spoken to in clear: set `tls` or `starttls`");
        }
        let plain = |text: &str| text.is_ascii() && !text.contains(|c: char| c.is_ascii_control() || c == ' ');
        if self.host.is_empty() || !plain(&self.host) {
            return wrong("host", "a host name or address without blanks is needed");
        }
        address(&self.from).map_err(|reason| MailSettingsError { setting: "from", reason })?;
        if let Some(returns) = &self.returns {
            let found = address(returns).map_err(|reason| MailSettingsError { setting: "returns", reason })?;
            if found.user().contains('+') {
                return wrong("returns", "each letter adds `+number` to it: leave `+` out");
            }
        }
        if self.from_name.contains(char::is_control) {
            return wrong("from_name", "one line without control characters is needed");
        }
        if !(1..=32).contains(&self.connections) || !(1..=self.connections).contains(&self.at_once) {
            return wrong("connections", "1 to 32 are possible, and `at_once` is no more than that");
        }
        Ok(())
    }
}

/// An address in ASCII, as envelopes without SMTPUTF8 take it.
pub(crate) fn address(text: &str) -> Result<Address, String> {
    let shown: String = text.chars().filter(|c| !c.is_control()).take(80).collect();
    let is_plain = text.is_ascii() && !text.contains(|c: char| c.is_ascii_control() || " <>\"".contains(c));
    if !is_plain || text.len() > 254 {
        return Err(format!("`{shown}` is no plain address of mail (`name@domain`, ASCII)"));
    }
    text.parse().map_err(|_| format!("`{shown}` is no address of mail"))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
