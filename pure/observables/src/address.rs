//! IP addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

/// See [`crate::canonical`].
pub(crate) fn ipv4(text: &str) -> Result<String, &'static str> {
    text.parse::<Ipv4Addr>().map(|address| address.to_string()).map_err(|_| "expected four numbers of 0 to 255")
}

/// See [`crate::canonical`].
pub(crate) fn ipv6(text: &str) -> Result<String, &'static str> {
    text.parse::<Ipv6Addr>().map(|address| address.to_string()).map_err(|_| "expected groups of hexadecimal digits")
}
