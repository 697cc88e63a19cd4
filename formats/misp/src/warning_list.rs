//! A MISP warning list, read: what known good or meaningless values a list names.

use beffroi_model::ObservableKind;
use beffroi_observables::{Entry, WarningList};
use serde::Deserialize;
use std::net::IpAddr;

/// Longest file read, in bytes.
pub const MOST_BYTES: usize = 64 << 20;
/// Most entries of a list.
pub const MOST_ENTRIES: usize = 1_000_000;

/// Why a file is no warning list that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WarningListError {
    /// Too long.
    #[error("the file has more than {MOST_BYTES} bytes or {MOST_ENTRIES} entries: split the list")]
    TooLong,
    /// Not the form.
    #[error("this is no MISP warning list (line {line}, column {column}): expected name, version, type and list")]
    Form {
        /// Line of the fault.
        line: usize,
        /// Column of the fault.
        column: usize,
    },
    /// Expressions are not read: they would be run on every value.
    #[error("lists of type `{kind}` are not read: string, substring, hostname and cidr are")]
    Kind {
        /// The type found, cut to 40 characters.
        kind: String,
    },
    /// A list that would name nothing, or no name to speak of it by.
    #[error("the list has no {what}")]
    Empty {
        /// What it lacks.
        what: &'static str,
    },
}

/// Entries that were left out, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Entries that do not read as their type asks: their places in the list, from 1, the first twenty.
    pub unread: Vec<usize>,
    /// How many there are.
    pub n_unread: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    version: u64,
    #[serde(default)]
    description: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    matching_attributes: Vec<String>,
    list: Vec<String>,
}

/// Reads a list. Entries that do not read are left out and counted.
///
/// # Errors
/// [`WarningListError`] for a file that is no list, or that would name nothing.
pub fn read_warning_list(bytes: &[u8]) -> Result<(WarningList, Findings), WarningListError> {
    if bytes.len() > MOST_BYTES {
        return Err(WarningListError::TooLong);
    }
    let form = |fault: serde_json::Error| WarningListError::Form { line: fault.line(), column: fault.column() };
    let file: File = serde_json::from_slice(bytes).map_err(form)?;
    if file.list.len() > MOST_ENTRIES {
        return Err(WarningListError::TooLong);
    }
    let entry: fn(&str) -> Option<Entry> = match file.kind.as_str() {
        "string" => |text| Some(Entry::Exact(text.to_lowercase())),
        "substring" => |text| Some(Entry::Part(text.to_lowercase())),
        "hostname" => host,
        "cidr" => network,
        other => return Err(WarningListError::Kind { kind: other.chars().take(40).collect() }),
    };
    let name: String = file.name.trim().chars().filter(|c| !c.is_control()).take(200).collect();
    if name.is_empty() {
        return Err(WarningListError::Empty { what: "name" });
    }
    let mut findings = Findings::default();
    let mut entries = Vec::with_capacity(file.list.len());
    for (place, text) in file.list.iter().enumerate() {
        let text = text.trim();
        match (!text.is_empty()).then(|| entry(text)).flatten() {
            Some(entry) => entries.push(entry),
            None => {
                findings.n_unread += 1;
                if findings.unread.len() < 20 {
                    findings.unread.push(place + 1);
                }
            }
        }
    }
    if entries.is_empty() {
        return Err(WarningListError::Empty { what: "entry that reads" });
    }
    let kinds = kinds(&file.matching_attributes);
    let version = file.version.to_string();
    let source = file.description.chars().filter(|c| !c.is_control()).take(500).collect();
    Ok((WarningList::new(name, version, source, kinds, entries), findings))
}

/// A host and everything below it; the point at its head, which some lists write, says no more.
fn host(text: &str) -> Option<Entry> {
    let bare = text.trim_start_matches('.');
    let name = beffroi_observables::canonical(ObservableKind::DomainName, bare).ok();
    // A whole top-level domain has no dot, and is no domain name of its own.
    let plain = || bare.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-').then(|| bare.to_lowercase());
    name.or_else(plain).filter(|name| !name.is_empty()).map(Entry::Host)
}

fn network(text: &str) -> Option<Entry> {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits: u8 = bits.map_or(Some(most), |bits| bits.parse().ok())?;
    (bits <= most).then_some(Entry::Network { address, bits })
}

/// The kinds that a list speaks of; none named means all.
fn kinds(attributes: &[String]) -> Vec<ObservableKind> {
    use ObservableKind::{BtcAddress, DomainName, EmailAddr, Iban, Ipv4Addr, Ipv6Addr, PhoneNumber, Url};
    let mut kinds: Vec<ObservableKind> = attributes
        .iter()
        .flat_map(|attribute| attribute.split('|'))
        .flat_map(|attribute| match attribute {
            "domain" | "hostname" => vec![DomainName],
            "url" | "uri" => vec![Url],
            "ip" | "ip-src" | "ip-dst" => vec![Ipv4Addr, Ipv6Addr],
            "email" | "email-src" | "email-dst" => vec![EmailAddr],
            "phone-number" => vec![PhoneNumber],
            "iban" => vec![Iban],
            "btc" => vec![BtcAddress],
            _ => vec![],
        })
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
