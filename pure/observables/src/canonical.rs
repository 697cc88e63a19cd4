//! The one written form of an observable.

use crate::{account, address, domain, phone, web};
use beffroi_model::ObservableKind;

/// Longest text read as an observable, in bytes.
pub(crate) const LONGEST: usize = 4096;

/// Why a text is no observable of the kind asked for. It never repeats the text, which may be a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no {kind}: {reason}")]
pub struct ObservableError {
    /// The kind asked for.
    pub kind: ObservableKind,
    /// What is wrong.
    pub reason: &'static str,
}

/// The canonical form of `text` as an observable of kind `kind`; canonicalising it again gives the same text.
///
/// - domain name: ASCII (UTS 46, non-transitional), lower case, no trailing dot; a URL gives its host;
/// - URL: as the WHATWG URL standard writes it, http, https and ftp only, without user and password;
/// - e-mail address: lower case, its domain canonical (RFC 5321 dot-atoms only);
/// - IP addresses: as RFC 5952 and dotted decimal write them;
/// - telephone number: E.164 with its `+`; a French national number gets its country code;
/// - IBAN: upper case without blanks, length, structure and check digits verified (ISO 13616, ISO 7064 MOD 97-10);
/// - Bitcoin and Ethereum addresses: shape only; bech32 and hexadecimal in lower case;
/// - social handle: lower case, without its `@`.
///
/// # Errors
/// [`ObservableError`] when the text is no such observable.
pub fn canonical(kind: ObservableKind, text: &str) -> Result<String, ObservableError> {
    let trimmed = text.trim();
    let outcome = if trimmed.is_empty() {
        Err("it is empty")
    } else if trimmed.len() > LONGEST {
        Err("it is longer than 4096 bytes")
    } else {
        match kind {
            ObservableKind::DomainName => domain::canonical(trimmed),
            ObservableKind::Url => web::url(trimmed),
            ObservableKind::EmailAddr => web::email(trimmed),
            ObservableKind::Ipv4Addr => address::ipv4(trimmed),
            ObservableKind::Ipv6Addr => address::ipv6(trimmed),
            ObservableKind::PhoneNumber => phone::canonical(trimmed),
            ObservableKind::Iban => account::iban(trimmed),
            ObservableKind::BtcAddress => account::bitcoin(trimmed),
            ObservableKind::EthAddress => account::ethereum(trimmed),
            ObservableKind::SocialHandle => account::handle(trimmed),
        }
    };
    outcome.map_err(|reason| ObservableError { kind, reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ObservableKind as K;
    use proptest::prelude::*;

    #[test]
    fn one_form_however_it_was_typed() {
        for (kind, typed, expected) in [
            (K::DomainName, "WWW.Example.FR.", "www.example.fr"),
            (K::DomainName, "https://Example.fr/a?b", "example.fr"),
            (K::DomainName, "bücher.example", "xn--bcher-kva.example"),
            (K::DomainName, "my_shop.example.fr", "my_shop.example.fr"),
            (K::Url, "HTTPS://user:pw@Example.fr:443/A", "https://example.fr/A"),
            (K::EmailAddr, " Jean.Exemple@EXAMPLE.fr", "jean.exemple@example.fr"),
            (K::Ipv4Addr, "192.0.2.1", "192.0.2.1"),
            (K::Ipv6Addr, "2001:DB8:0:0::1", "2001:db8::1"),
            (K::PhoneNumber, "01 99 00 12 34", "+33199001234"),
            (K::PhoneNumber, "+33 (0)1.99.00.12.34", "+33199001234"),
            (K::PhoneNumber, "0033199001234", "+33199001234"),
            (K::PhoneNumber, "0692 12 34 56", "+262692123456"),
            (K::PhoneNumber, "06 39 98 12 34", "+33639981234"),
            (K::PhoneNumber, "06 39 01 12 34", "+262639011234"),
            (K::PhoneNumber, "07 09 30 12 34", "+594709301234"),
            (K::PhoneNumber, "07 09 36 12 34", "+262709361234"),
            (K::Iban, "fr14 2004 1010 0505 0001 3m02 606", "FR1420041010050500013M02606"),
            (K::BtcAddress, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
            (K::BtcAddress, "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
            (K::EthAddress, "0xDE0B295669a9FD93d5F28D9Ec85E40f4cb697BAe", "0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae"),
            (K::SocialHandle, "@Some_One", "some_one"),
        ] {
            assert_eq!(canonical(kind, typed).as_deref(), Ok(expected), "{typed}");
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for (kind, typed) in [
            (K::DomainName, "AMI Global Assistance"),
            (K::DomainName, "localhost"),
            (K::DomainName, "192.0.2.1"),
            (K::DomainName, "a..b"),
            (K::Url, "javascript:alert(1)"),
            (K::Url, "example.fr"),
            (K::EmailAddr, "a@b@c.fr"),
            (K::EmailAddr, "a@localhost"),
            (K::Ipv4Addr, "256.1.1.1"),
            (K::PhoneNumber, "12"),
            (K::PhoneNumber, "+0123456789"),
            (K::PhoneNumber, "appelez-moi"),
            (K::Iban, "FR1420041010050500013M02607"),
            (K::BtcAddress, "1BoatSLRHtKNngkdXEeobR76b53LETtpy0"),
            (K::EthAddress, "0x123"),
            (K::SocialHandle, "a b"),
        ] {
            assert!(canonical(kind, typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn an_error_keeps_the_text_to_itself() {
        let error = canonical(K::Iban, "FR76 SECRET").unwrap_err().to_string();
        assert!(!error.contains("SECRET"), "{error}");
    }

    proptest! {
        #[test]
        fn canonical_is_idempotent_and_never_panics(
            kind in 0usize..10,
            text in prop_oneof![
                "\\PC{0,60}",
                "[a-zA-Z0-9.:/@+ ()_-]{0,40}",
                "(http|https|ftp)://[a-z0-9.-]{1,20}\\.(fr|com|org)(:[0-9]{1,5})?/\\PC{0,20}",
                "\\+?[0-9 .()-]{4,20}",
                "[a-zéüß0-9-]{1,12}\\.[a-z]{2,5}\\.?",
            ],
        ) {
            let kind = K::ALL[kind];
            if let Ok(once) = canonical(kind, &text) {
                prop_assert_eq!(canonical(kind, &once), Ok(once.clone()));
            }
        }
    }
}
