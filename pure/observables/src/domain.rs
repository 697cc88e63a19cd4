//! Domain names.

use idna::AsciiDenyList;
use std::borrow::Cow;

/// See [`crate::canonical`].
pub(crate) fn canonical(text: &str) -> Result<String, &'static str> {
    match plain(text) {
        Some(name) => Ok(name),
        None => by_the_rules(text),
    }
}

/// A plain name that is fine needs its capitals lowered and nothing else: most are so, and one look at each byte tells.
/// Whatever is otherwise is nothing here, and is for [`by_the_rules`].
fn plain(text: &str) -> Option<String> {
    let name = text.strip_suffix('.').unwrap_or(text);
    if name.len() > 253 {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let (mut labels, mut length, mut is_number, mut before) = (1, 0, true, b'.');
    for byte in name.bytes() {
        match byte {
            b'.' if (1..=63).contains(&length) => (labels, length, is_number) = (labels + 1, 0, true),
            b'0'..=b'9' => length += 1,
            // Two hyphens may be those of punycode, which has rules of its own.
            b'-' if before == b'-' => return None,
            b'a'..=b'z' | b'-' | b'_' => (length, is_number) = (length + 1, false),
            _ => return None,
        }
        before = byte;
    }
    (labels > 1 && (1..=63).contains(&length) && !is_number).then_some(name)
}

fn by_the_rules(text: &str) -> Result<String, &'static str> {
    let host = match text.split_once("://") {
        Some((_, rest)) => {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            host.split_once(':').map_or(host, |(host, _)| host)
        }
        None => text,
    };
    // An ASCII name without punycode is lowered, and what is wrong with it is told by `check`.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let ascii = if host.bytes().all(plain) && !has_punycode(host) {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        idna::domain_to_ascii_cow(host.as_bytes(), AsciiDenyList::URL).map_err(|_| "it is no domain name")?
    };
    let name = ascii.strip_suffix('.').unwrap_or(&ascii);
    check(name)?;
    Ok(name.to_owned())
}

fn has_punycode(host: &str) -> bool {
    host.as_bytes().windows(4).any(|four| four.eq_ignore_ascii_case(b"xn--"))
}

/// Letters, digits, hyphens and underscores in labels of 1 to 63, at least two labels, the last one not a number.
fn check(name: &str) -> Result<(), &'static str> {
    if name.len() > 253 {
        return Err("a domain name has at most 253 characters");
    }
    let mut labels = 0;
    let mut last = "";
    for label in name.split('.') {
        if label.is_empty() || label.len() > 63 {
            return Err("a label of a domain name has 1 to 63 characters");
        }
        if !label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_') {
            return Err("a domain name has letters, digits, hyphens and dots");
        }
        labels += 1;
        last = label;
    }
    if labels < 2 {
        return Err("a domain name has at least one dot");
    }
    if last.bytes().all(|b| b.is_ascii_digit()) {
        return Err("the last label of a domain name is not a number");
    }
    Ok(())
}

/// Whether a canonical domain name ends under a suffix that the Public Suffix List names, rather than under any word.
pub fn has_listed_suffix(domain: &str) -> bool {
    psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// The part of a canonical domain name that somebody registered, by the Public Suffix List (private part included:
/// `shop.myhost.example` on a shared host is its own registration). `None` for a public suffix itself.
pub fn registrable_domain(domain: &str) -> Option<&str> {
    psl::domain_str(domain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_plain_name_reads_as_the_standard_has_it(name in "[a-zA-Z0-9_.-]{1,40}") {
            let standard = idna::domain_to_ascii_cow(name.as_bytes(), AsciiDenyList::URL);
            if let Ok(ours) = canonical(&name) {
                prop_assert_eq!(standard.map(|n| n.strip_suffix('.').unwrap_or(&n).to_owned()).ok(), Some(ours));
            }
        }

        #[test]
        fn the_short_way_and_the_rules_agree(
            name in prop_oneof![
                "[a-zA-Z0-9_-]{1,8}(\\.[a-zA-Z0-9_-]{1,8}){0,3}\\.{0,2}",
                "[a-z0-9.]{1,20}",
                "(a{62,65}\\.){1,5}[a-z]{2}",
                "\\PC{0,20}",
                "https?://[a-z]{1,5}\\.[a-z]{2}/",
                "(xn--|Xn--|x--|-)[a-z0-9]{1,6}\\.fr",
            ],
        ) {
            if let Some(short) = plain(&name) {
                prop_assert_eq!(by_the_rules(&name), Ok(short));
            }
        }
    }

    #[test]
    fn most_names_go_the_short_way() {
        for (name, expected) in [
            ("Colis-Suivi.Example", "colis-suivi.example"),
            ("a.b.", "a.b"),
            ("my_shop.fr", "my_shop.fr"),
            ("1.a2", "1.a2"),
        ] {
            assert_eq!(plain(name).as_deref(), Some(expected));
        }
        for name in
            ["localhost", "a..b", "192.0.2.1", "xn--bcher-kva.example", "é.fr", "https://a.fr", ".fr", "fr.", ""]
        {
            assert_eq!(plain(name), None, "{name}");
        }
    }

    #[test]
    fn registrations_follow_the_public_suffix_list() {
        assert_eq!(registrable_domain("a.b.example.co.uk"), Some("example.co.uk"));
        assert_eq!(registrable_domain("www.impots.gouv.fr"), Some("impots.gouv.fr"));
        assert_eq!(registrable_domain("scam.pages.dev"), Some("scam.pages.dev"));
        assert_eq!(registrable_domain("co.uk"), None);
    }
}
