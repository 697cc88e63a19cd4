//! What a report points at: a domain, a telephone number, an account… and whose it is.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Kinds of observables. Codes are those of STIX 2.1 cyber-observables where one exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObservableKind {
    /// A domain name.
    DomainName,
    /// A URL.
    Url,
    /// An e-mail address.
    EmailAddr,
    /// An IPv4 address.
    #[serde(rename = "ipv4-addr")]
    Ipv4Addr,
    /// An IPv6 address.
    #[serde(rename = "ipv6-addr")]
    Ipv6Addr,
    /// A telephone number.
    PhoneNumber,
    /// A bank account (ISO 13616).
    Iban,
    /// A Bitcoin address.
    BtcAddress,
    /// An Ethereum address.
    EthAddress,
    /// A handle on a social network.
    SocialHandle,
}

impl ObservableKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::DomainName,
        Self::Url,
        Self::EmailAddr,
        Self::Ipv4Addr,
        Self::Ipv6Addr,
        Self::PhoneNumber,
        Self::Iban,
        Self::BtcAddress,
        Self::EthAddress,
        Self::SocialHandle,
    ];

    /// The code kept in tables and files.
    pub fn code(self) -> &'static str {
        match self {
            Self::DomainName => "domain-name",
            Self::Url => "url",
            Self::EmailAddr => "email-addr",
            Self::Ipv4Addr => "ipv4-addr",
            Self::Ipv6Addr => "ipv6-addr",
            Self::PhoneNumber => "phone-number",
            Self::Iban => "iban",
            Self::BtcAddress => "btc-address",
            Self::EthAddress => "eth-address",
            Self::SocialHandle => "social-handle",
        }
    }
}

impl fmt::Display for ObservableKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for ObservableKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.code() == text)
            .ok_or_else(|| format!("unknown kind of observable `{text}`"))
    }
}

/// Whose the observable is. Linking on a victim's own number is the first cause of false series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The offender's: evidence that links.
    Author,
    /// The victim's own: never links, never shown.
    Victim,
    /// A third party's: a bank, a platform, a mule's bank.
    Intermediary,
    /// Not known.
    Unknown,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Author, Self::Victim, Self::Intermediary, Self::Unknown];

    /// The code kept in tables and files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Victim => "victim",
            Self::Intermediary => "intermediary",
            Self::Unknown => "unknown",
        }
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.code() == text)
            .ok_or_else(|| format!("unknown role `{text}`: expected author, victim, intermediary or unknown"))
    }
}

/// One observable of one report, in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Observable {
    /// What it is.
    pub kind: ObservableKind,
    /// Whose it is.
    pub role: Role,
    /// Its canonical form (never defanged in storage, always defanged on display).
    pub value: String,
}
