//! What is no indicator: lists of values that are good, or everybody's, so that no alert asks to block a bank's own site.

use beffroi_model::ObservableKind;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// What a list names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    /// This value.
    Exact(String),
    /// Every value with this part.
    Part(String),
    /// This host and those below it.
    Host(String),
    /// Addresses of a network.
    Network {
        /// An address of it.
        address: IpAddr,
        /// How many bits of it count.
        bits: u8,
    },
}

/// A list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub struct WarningList {
    name: String,
    version: String,
    source: String,
    kinds: Vec<ObservableKind>,
    exact: BTreeSet<String>,
    hosts: BTreeSet<String>,
    others: Vec<Entry>,
}

/// A list as it is kept.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    name: String,
    version: String,
    source: String,
    kinds: Vec<ObservableKind>,
    entries: Vec<Entry>,
}

impl From<Kept> for WarningList {
    fn from(kept: Kept) -> Self {
        Self::new(kept.name, kept.version, kept.source, kept.kinds, kept.entries)
    }
}

impl From<WarningList> for Kept {
    fn from(list: WarningList) -> Self {
        let exact = list.exact.into_iter().map(Entry::Exact);
        let entries = exact.chain(list.hosts.into_iter().map(Entry::Host)).chain(list.others).collect();
        Self { name: list.name, version: list.version, source: list.source, kinds: list.kinds, entries }
    }
}

impl WarningList {
    /// A list; no `kinds` means that it speaks of all.
    pub fn new(name: String, version: String, source: String, kinds: Vec<ObservableKind>, entries: Vec<Entry>) -> Self {
        let (mut exact, mut hosts, mut others) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        for entry in entries {
            match entry {
                Entry::Exact(text) => {
                    exact.insert(text.to_lowercase());
                }
                Entry::Host(host) => {
                    hosts.insert(host.to_lowercase());
                }
                Entry::Part(text) => others.push(Entry::Part(text.to_lowercase())),
                Entry::Network { .. } => others.push(entry),
            }
        }
        Self { name, version, source, kinds, exact, hosts, others }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its version, as its publisher counts.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Where it comes from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// How many entries it has.
    pub fn n_entries(&self) -> usize {
        self.exact.len() + self.hosts.len() + self.others.len()
    }

    /// Whether it names the canonical `value`. A URL is named by its host too, an e-mail address by its domain.
    pub fn holds(&self, kind: ObservableKind, value: &str) -> bool {
        if !self.kinds.is_empty() && !self.kinds.contains(&kind) {
            return false;
        }
        let value = value.to_lowercase();
        let host = host(kind, &value);
        let address: Option<IpAddr> = host.and_then(|host| host.parse().ok());
        let below = |host: &str| {
            let starts = std::iter::once(0).chain(host.match_indices('.').map(|(dot, _)| dot + 1));
            starts.filter_map(|start| host.get(start..)).any(|name| self.hosts.contains(name))
        };
        self.exact.contains(&value)
            || host.is_some_and(|host| self.exact.contains(host) || (address.is_none() && below(host)))
            || self.others.iter().any(|entry| match entry {
                Entry::Part(part) => value.contains(part.as_str()),
                Entry::Network { address: network, bits } => {
                    address.is_some_and(|address| is_in(address, *network, *bits))
                }
                Entry::Exact(_) | Entry::Host(_) => false,
            })
    }
}

/// The host of a value: itself, that of the URL, the domain of the address.
fn host(kind: ObservableKind, value: &str) -> Option<&str> {
    match kind {
        ObservableKind::DomainName | ObservableKind::Ipv4Addr | ObservableKind::Ipv6Addr => Some(value),
        ObservableKind::EmailAddr => value.rsplit_once('@').map(|(_, host)| host),
        ObservableKind::Url => {
            let (_, rest) = value.split_once("://")?;
            let authority = rest.split(['/', '?', '#']).next()?;
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            match host.strip_prefix('[') {
                Some(six) => six.split(']').next(),
                None => host.split(':').next(),
            }
        }
        _ => None,
    }
}

fn is_in(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits.min(32))).unwrap_or(0);
            u32::from(address) & mask == u32::from(network) & mask
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits.min(128))).unwrap_or(0);
            u128::from(address) & mask == u128::from(network) & mask
        }
        _ => false,
    }
}

/// The lists of the house: sites of the State and of French banks, one a line of `warning/official-sites.csv`.
pub fn house_lists() -> Vec<WarningList> {
    let mut by_list: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    for line in OFFICIAL.lines().skip(1) {
        let mut cells = line.splitn(3, ',');
        if let (Some(list), Some(host)) = (cells.next(), cells.next()) {
            by_list.entry(list).or_default().push(Entry::Host(host.to_owned()));
        }
    }
    let list = |(name, entries): (&str, Vec<Entry>)| {
        WarningList::new(name.to_owned(), "2026-11-23".to_owned(), "house".to_owned(), Vec::new(), entries)
    };
    by_list.into_iter().map(list).collect()
}

const OFFICIAL: &str = include_str!("../warning/official-sites.csv");

#[cfg(test)]
mod tests {
    use super::*;

    fn named(kind: ObservableKind, value: &str) -> Option<String> {
        house_lists().iter().find(|list| list.holds(kind, value)).map(|list| list.name().to_owned())
    }

    #[test]
    fn the_state_and_the_banks_are_no_indicators_and_those_who_imitate_them_are() {
        let domain = ObservableKind::DomainName;
        for (value, list) in [
            ("impots.gouv.fr", "french-state"),
            ("www.antai.gouv.fr", "french-state"),
            ("ameli.fr", "french-state"),
            ("www.labanquepostale.fr", "french-banks"),
        ] {
            assert_eq!(named(domain, value).as_deref(), Some(list), "{value}");
        }
        for value in ["impots-gouv.fr", "antai-gouv.fr.example", "labanquepostale.fr.example", "gouv.fr.example"] {
            assert_eq!(named(domain, value), None, "{value}");
        }
        assert!(named(ObservableKind::Url, "https://www.impots.gouv.fr/accueil?x=1").is_some());
        assert!(named(ObservableKind::Url, "https://www.impots.gouv.fr@evil.example/").is_none());
        assert!(named(ObservableKind::Url, "https://evil.example/impots.gouv.fr").is_none());
        assert!(named(ObservableKind::EmailAddr, "a@dgfip.finances.gouv.fr").is_some());
        assert!(named(ObservableKind::PhoneNumber, "+33639980001").is_none());
    }

    #[test]
    fn every_line_of_the_house_is_a_domain_with_its_source() {
        let mut seen = BTreeSet::new();
        for line in OFFICIAL.lines().skip(1) {
            let cells: Vec<&str> = line.splitn(3, ',').collect();
            let [list, host, source] = cells[..] else { panic!("{line}") };
            assert!(["french-state", "french-banks"].contains(&list), "{line}");
            assert_eq!(crate::canonical(ObservableKind::DomainName, host).as_deref(), Ok(host), "{line}");
            assert!(!source.is_empty() && seen.insert(host), "{line}");
        }
        assert!(seen.len() > 40);
    }

    #[test]
    fn a_list_is_kept_whole() {
        for list in house_lists() {
            let kept = serde_json::to_string(&list).unwrap();
            assert_eq!(serde_json::from_str::<WarningList>(&kept).unwrap(), list);
        }
    }
}
