//! Networks by address and prefix (RFC 4632, RFC 4291): from where a token serves.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A network: `192.0.2.0/24`, `2001:db8::/32`. A bare address is a network of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// A text that is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no network: expected an address and a prefix, such as 192.0.2.0/24, without bits after the prefix"
)]
pub struct NetworkError {
    /// What was found, cut to 80 characters.
    pub text: String,
}

impl Network {
    /// Whether `address` lies in it. An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) counts as the IPv4 one.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (own.to_bits() ^ other.to_bits()).leading_zeros() >= u32::from(self.prefix)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                (own.to_bits() ^ other.to_bits()).leading_zeros() >= u32::from(self.prefix)
            }
            _ => false,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| NetworkError { text: text.chars().take(80).collect() })
    }
}

fn parse(text: &str) -> Option<Network> {
    let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let address: IpAddr = address.parse().ok()?;
    // One address, one text: the mapped form would match nothing.
    if address != address.to_canonical() {
        return None;
    }
    let width = if address.is_ipv4() { 32 } else { 128 };
    let prefix = match prefix {
        None => width,
        Some(digits) => digits.parse().ok().filter(|n: &u8| *n <= width && n.to_string() == digits)?,
    };
    let rest = match address {
        IpAddr::V4(own) => own.to_bits().checked_shl(prefix.into()).unwrap_or(0) == 0,
        IpAddr::V6(own) => own.to_bits().checked_shl(prefix.into()).unwrap_or(0) == 0,
    };
    rest.then_some(Network { address, prefix })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(network: &str, inside: &[&str], outside: &[&str]) {
        let network: Network = network.parse().unwrap();
        assert_eq!(network.to_string().parse::<Network>().unwrap(), network);
        for address in inside {
            assert!(network.contains(address.parse().unwrap()), "{network} {address}");
        }
        for address in outside {
            assert!(!network.contains(address.parse().unwrap()), "{network} {address}");
        }
    }

    #[test]
    fn a_network_holds_its_addresses_and_no_other() {
        check("192.0.2.0/24", &["192.0.2.0", "192.0.2.255", "::ffff:192.0.2.9"], &["192.0.3.0", "192.0.1.255", "::1"]);
        check("192.0.2.7", &["192.0.2.7"], &["192.0.2.6", "192.0.2.8"]);
        check("0.0.0.0/0", &["203.0.113.1"], &["2001:db8::1"]);
        check("2001:db8::/33", &["2001:db8:7fff::1"], &["2001:db8:8000::", "2001:db9::", "32.1.13.184"]);
        check("::/0", &["2001:db8::1"], &["192.0.2.1"]);
    }

    #[test]
    fn what_is_no_network_is_refused_not_guessed() {
        for text in [
            "",
            "/",
            "192.0.2.0/",
            "192.0.2.0/33",
            "192.0.2.1/24",
            "192.0.2.0/024",
            "192.0.2.0/+8",
            "192.0.2/24",
            "2001:db8::/129",
            "2001:db8::1/64",
            "::ffff:192.0.2.0/120",
            "localhost",
            "192.0.2.0/24/24",
            " 192.0.2.0/24",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
