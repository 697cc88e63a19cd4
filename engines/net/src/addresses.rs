//! Which addresses may be reached.
//!
//! Source: IANA's special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its updates, as of 2025), of which
//! every block that is not globally reachable is refused, and all forms of IPv4 inside IPv6 with it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 blocks that no outside host may stand for: first address and length of the prefix in bits.
const NOT_GLOBAL_V4: [([u8; 4], u32); 16] = [
    ([0, 0, 0, 0], 8),        // this network, RFC 791
    ([10, 0, 0, 0], 8),       // private use, RFC 1918
    ([100, 64, 0, 0], 10),    // shared address space, RFC 6598
    ([127, 0, 0, 0], 8),      // loopback, RFC 1122
    ([168, 63, 129, 16], 32), // a cloud's platform address, public but answered by the host
    ([169, 254, 0, 0], 16),   // link-local, RFC 3927, and most clouds' metadata
    ([172, 16, 0, 0], 12),    // private use, RFC 1918
    ([192, 0, 0, 0], 24),     // protocol assignments, RFC 6890
    ([192, 0, 2, 0], 24),     // documentation, RFC 5737
    ([192, 88, 99, 0], 24),   // 6to4 relays, RFC 7526
    ([192, 168, 0, 0], 16),   // private use, RFC 1918
    ([198, 18, 0, 0], 15),    // benchmarking, RFC 2544
    ([198, 51, 100, 0], 24),  // documentation, RFC 5737
    ([203, 0, 113, 0], 24),   // documentation, RFC 5737
    ([224, 0, 0, 0], 4),      // multicast, RFC 5771
    ([240, 0, 0, 0], 4),      // reserved and broadcast, RFC 1112
];

/// IPv4 blocks that a host declared as internal may stand for.
const INTERNAL_V4: [([u8; 4], u32); 5] =
    [([10, 0, 0, 0], 8), ([100, 64, 0, 0], 10), ([127, 0, 0, 0], 8), ([172, 16, 0, 0], 12), ([192, 168, 0, 0], 16)];

/// Metadata services inside the internal blocks, refused to everyone.
const METADATA: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)), IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254))];

fn within(address: Ipv4Addr, blocks: &[([u8; 4], u32)]) -> bool {
    blocks.iter().any(|(first, length)| {
        let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
        u32::from(address) & mask == u32::from_be_bytes(*first)
    })
}

/// Global unicast (2000::/3) less what carries IPv4 or is not reachable.
fn global_v6(address: Ipv6Addr) -> bool {
    let [a, b, _, _, e, f, ..] = address.segments();
    let unicast = a & 0xe000 == 0x2000;
    let assignments = a == 0x2001 && b < 0x200; // Teredo, ORCHID, benchmarking, RFC 2928
    let documentation = (a == 0x2001 && b == 0xdb8) || (a == 0x3fff && b < 0x1000); // RFC 3849, RFC 9637
    let six_to_four = a == 0x2002; // RFC 3056
    let isatap = (e == 0 || e == 0x200) && f == 0x5efe; // RFC 5214
    unicast && !assignments && !documentation && !six_to_four && !isatap
}

/// Whether a connection to the address is allowed. `internal`: the host was declared as internal, so that loopback,
/// private and unique local addresses are allowed too; link-local, multicast, metadata and IPv4-in-IPv6 never are.
pub(crate) fn reachable(address: IpAddr, internal: bool) -> bool {
    if METADATA.contains(&address) {
        return false;
    }
    match address {
        IpAddr::V4(v4) => !within(v4, &NOT_GLOBAL_V4) || (internal && within(v4, &INTERNAL_V4)),
        IpAddr::V6(v6) => global_v6(v6) || (internal && (v6.is_loopback() || v6.is_unique_local())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, outside: bool, internal: bool) {
        let address: IpAddr = text.parse().unwrap();
        assert_eq!((reachable(address, false), reachable(address, true)), (outside, internal), "{text}");
    }

    #[test]
    fn public_addresses_are_reached() {
        for text in
            ["1.1.1.1", "8.8.8.8", "100.63.255.255", "172.15.0.1", "172.32.0.1", "192.169.0.1", "223.255.255.255"]
        {
            check(text, true, true);
        }
        for text in ["2606:4700::1111", "2a00:1450:4007::1", "2001:200::1", "3ffe::1"] {
            check(text, true, true);
        }
    }

    #[test]
    fn inner_addresses_only_for_a_host_declared_internal() {
        for text in
            ["127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"]
        {
            check(text, false, true);
        }
        for text in ["::1", "fd12:3456::1", "fc00::1"] {
            check(text, false, true);
        }
    }

    #[test]
    fn some_addresses_are_nobodys() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.0.1",
            "168.63.129.16",
            "100.100.100.200",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            check(text, false, false);
        }
        for text in [
            "::",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::a00:1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "2a00:1450::5efe:7f00:1",
            "2a00:1450::200:5efe:a00:1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "fd00:ec2::254",
            "5f00::1",
            "4000::1",
        ] {
            check(text, false, false);
        }
    }
}
