//! Observables as STIX patterns.

use beffroi_model::ObservableKind;

/// The pattern that matches the canonical `value`, or nothing for a kind that STIX has no object for (STIX 2.1, section 6).
pub fn pattern(kind: ObservableKind, value: &str) -> Option<String> {
    let path = match kind {
        ObservableKind::DomainName => "domain-name:value",
        ObservableKind::Url => "url:value",
        ObservableKind::EmailAddr => "email-addr:value",
        ObservableKind::Ipv4Addr => "ipv4-addr:value",
        ObservableKind::Ipv6Addr => "ipv6-addr:value",
        ObservableKind::PhoneNumber
        | ObservableKind::Iban
        | ObservableKind::BtcAddress
        | ObservableKind::EthAddress
        | ObservableKind::SocialHandle => return None,
    };
    // Section 9.1: a quote and a backslash are escaped by a backslash.
    Some(format!("[{path} = '{}']", value.replace('\\', "\\\\").replace('\'', "\\'")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_end_its_pattern() {
        let made = pattern(ObservableKind::Url, "https://a.example/'] OR [x:y = '\\");
        assert_eq!(made.as_deref(), Some("[url:value = 'https://a.example/\\'] OR [x:y = \\'\\\\']"));
        assert_eq!(pattern(ObservableKind::Iban, "FR76"), None);
    }
}
