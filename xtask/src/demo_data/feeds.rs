//! Observations of others: ransomware groups' claims and phishing domains.

use super::{DemoError, table, text};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Most phishing domains kept.
const MOST_DOMAINS: usize = 15_000;

/// Countries of the claims, as the tracker writes them, and their ISO 3166-1 alpha-2 codes.
const COUNTRIES: [(&str, &str); 27] = [
    ("Australia", "AU"),
    ("Austria", "AT"),
    ("Bolivia", "BO"),
    ("Brazil", "BR"),
    ("Canada", "CA"),
    ("Croatia", "HR"),
    ("Czech Republic", "CZ"),
    ("Dominican Republic", "DO"),
    ("England", "GB"),
    ("France", "FR"),
    ("Germany", "DE"),
    ("Great Britain", "GB"),
    ("India", "IN"),
    ("Indonesia", "ID"),
    ("Italy", "IT"),
    ("Malta", "MT"),
    ("Mexico", "MX"),
    ("Paraguay", "PY"),
    ("Peru", "PE"),
    ("Poland", "PL"),
    ("Portugal", "PT"),
    ("Romania", "RO"),
    ("South Africa", "ZA"),
    ("Spain", "ES"),
    ("Switzerland", "CH"),
    ("USA", "US"),
    ("United Kingdom", "GB"),
];

#[derive(Deserialize)]
struct Claims {
    entities: Vec<Claim>,
}

/// What is kept of a claim: neither the victim's name nor its domain is read.
#[derive(Deserialize)]
struct Claim {
    id: String,
    group_key: String,
    first_seen: String,
    updated: Option<String>,
    estimated_publish_date: Option<String>,
    country: Option<String>,
}

/// Claims by day and group.
pub(super) fn ransomware_claims(shared: &Path) -> Result<String, DemoError> {
    let file = "data/ransomware/RansomwareTracker721/data/output/final_entities.json";
    let form = |problem: String| DemoError::Form { path: shared.join(file), problem };
    let claims: Claims = serde_json::from_str(&text(shared, file)?).map_err(|e| form(e.to_string()))?;
    let mut rows = Vec::new();
    for claim in claims.entities {
        let date = date(&claim).ok_or_else(|| form(format!("claim {}: no date", claim.id)))?;
        let country = match claim.country.as_deref() {
            None | Some("") => "",
            Some(name) => COUNTRIES
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, code)| *code)
                .ok_or_else(|| form(format!("country `{name}` has no code here")))?,
        };
        rows.push([claim.id, date.to_string(), claim.group_key, country.to_owned()]);
    }
    rows.sort_by(|a, b| (&a[1], &a[0]).cmp(&(&b[1], &b[0])));
    table(["claim_id", "date", "group", "country"], rows)
}

/// The day of a claim: the announced publication, else the page's own date, neither later than the day it was first seen;
/// else that day.
fn date(claim: &Claim) -> Option<Date> {
    let day = |text: &str| text.get(..10)?.parse::<Date>().ok();
    let first_seen = day(&claim.first_seen)?;
    let plausible = |text: &Option<String>| day(text.as_deref()?).filter(|day| *day <= first_seen);
    plausible(&claim.estimated_publish_date).or_else(|| plausible(&claim.updated)).or(Some(first_seen))
}

#[derive(Deserialize)]
struct Listed {
    date: String,
    url: String,
}

/// Domains by the day on which they were first listed.
pub(super) fn phishing_domains(shared: &Path) -> Result<String, DemoError> {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    for month in 1..=12 {
        let file = format!("data/phishing/polkadot-js-phishing/meta/2025-{month:02}.json");
        let form = |problem: String| DemoError::Form { path: shared.join(&file), problem };
        let listed: Vec<Listed> = serde_json::from_str(&text(shared, &file)?).map_err(|e| form(e.to_string()))?;
        for Listed { date, url } in listed {
            let Some(domain) = domain(&url) else { continue };
            let day = first.entry(domain).or_insert_with(|| date.clone());
            if date < *day {
                *day = date;
            }
        }
    }
    let mut rows: Vec<[String; 2]> = first.into_iter().map(|(domain, day)| [day, domain]).collect();
    rows.sort();
    table(["first_seen", "domain"], thinned(rows, MOST_DOMAINS))
}

/// The domain of a list entry, lower-case, without path or trailing dot, in its ASCII form.
fn domain(entry: &str) -> Option<String> {
    let host = entry.split('/').next().unwrap_or("").trim_end_matches('.');
    let ascii = idna::domain_to_ascii(host).ok()?;
    let plain = ascii.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    (plain && ascii.contains('.')).then_some(ascii)
}

/// At most `most` of `rows`, evenly spread over their order.
fn thinned<T>(rows: Vec<T>, most: usize) -> Vec<T> {
    let n = rows.len();
    let kept = |idx: usize| n <= most || (idx + 1) * most / n > idx * most / n;
    rows.into_iter().enumerate().filter(|(idx, _)| kept(*idx)).map(|(_, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(publish: Option<&str>, updated: Option<&str>) -> Claim {
        Claim {
            id: "x".to_owned(),
            group_key: "g".to_owned(),
            first_seen: "2025-03-14 19:16:55 UTC".to_owned(),
            updated: updated.map(str::to_owned),
            estimated_publish_date: publish.map(str::to_owned),
            country: None,
        }
    }

    #[test]
    fn a_claim_has_the_most_plausible_day() {
        let day = |publish, updated| date(&claim(publish, updated)).unwrap().to_string();
        assert_eq!(day(Some("2025-03-13 12:00:00 UTC"), Some("2025-03-01 00:00:00 UTC")), "2025-03-13");
        assert_eq!(day(Some("2025-03-31 12:00:00 UTC"), Some("2024-05-01 00:00:00 UTC")), "2024-05-01");
        assert_eq!(day(None, Some("2026-01-01 00:00:00 UTC")), "2025-03-14");
        assert_eq!(day(None, None), "2025-03-14");
    }

    #[test]
    fn domains_are_canonical() {
        assert_eq!(domain("AmlToken.xyz.").as_deref(), Some("amltoken.xyz"));
        assert_eq!(domain("optimiśm.io").as_deref(), Some("xn--optimim-ipb.io"));
        assert_eq!(domain("a.example/path").as_deref(), Some("a.example"));
        assert_eq!((domain(""), domain("localhost"), domain("a@b.example")), (None, None, None));
    }

    #[test]
    fn thinning_is_even_and_exact() {
        assert_eq!(thinned((0..10).collect(), 5), [1, 3, 5, 7, 9]);
        assert_eq!(thinned((0..10).collect(), 20).len(), 10);
        assert_eq!(thinned((0..1001).collect::<Vec<_>>(), 333).len(), 333);
    }
}
