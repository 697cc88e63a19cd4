//! Domain names.

use idna::AsciiDenyList;
use std::borrow::Cow;

/// See [`crate::canonical`].
pub(crate) fn canonical(text: &str) -> Result<String, &'static str> {
    let host = match text.split_once("://") {
        Some((_, rest)) => {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            host.split_once(':').map_or(host, |(host, _)| host)
        }
        None => text,
    };
    // A plain ASCII name needs its capitals lowered and nothing else: most names are so.
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
    }

    #[test]
    fn registrations_follow_the_public_suffix_list() {
        assert_eq!(registrable_domain("a.b.example.co.uk"), Some("example.co.uk"));
        assert_eq!(registrable_domain("www.impots.gouv.fr"), Some("impots.gouv.fr"));
        assert_eq!(registrable_domain("scam.pages.dev"), Some("scam.pages.dev"));
        assert_eq!(registrable_domain("co.uk"), None);
    }
}
