//! New in kind: an observable nobody had seen, shared within days by reports of several departments; domains registered
//! alike; a brand abused for the first time; terms that burst among the names of domains.
//!
//! Read from what reports hold, never from a victim: only observables of authors count; those that lead to one person are
//! masked, the others defanged, and nothing of a report but its place, its week and its class of victim is looked at.

mod found;
mod seen;

pub(crate) use found::{Finding, NewKind};

use super::counts::Family;
use crate::signals::SignalError;
use beffroi_model::{Observable, ObservableKind, Period, Report, Role, Territory};
use beffroi_observables::registrable_domain;
use beffroi_ports::{Dimension, Facts, ReportsQuery};
use beffroi_surveillance::{TermCount, bursts, domain_terms};
use jiff::ToSpan;
use jiff::civil::Date;
use seen::{Key, Lately, Profile};
use std::collections::{BTreeMap, BTreeSet};

/// Weeks within which something is new.
const WEEKS_NEW: i64 = 6;
/// Weeks before them in which it must not have been seen.
const WEEKS_BEFORE: i64 = 104;
/// Days within which it must be shared.
const DAYS: i32 = 14;
/// Fewest reports within those days.
pub(crate) const LEAST_REPORTS: usize = 5;
/// Fewest departments within those days.
pub(crate) const LEAST_PLACES: usize = 3;
/// Fewest new domains of a family.
const LEAST_DOMAINS: usize = 3;
/// Share of chance among the terms that burst.
const RATE: f64 = 0.01;
/// Fewest new domains that hold a term that bursts.
const LEAST_HOLDING: u64 = 5;
/// Known phenomena named beside a finding.
const NEAREST: usize = 3;

/// What is new in kind in the weeks up to `last`.
pub(crate) async fn find(facts: &dyn Facts, snapshot: u64, last: Period) -> Result<Vec<Finding>, SignalError> {
    let from = last.start().saturating_sub((WEEKS_NEW - 1).weeks());
    let before = from.saturating_sub(WEEKS_BEFORE.weeks());
    let query = |from: Date, to: Date| ReportsQuery {
        filters: vec![Family::Reports.kinds()],
        from: Some(from),
        to: Some(to),
        snapshot: Some(snapshot),
        ..ReportsQuery::default()
    };
    let mut lately: BTreeMap<Key, Lately> = BTreeMap::new();
    let gather = |reports: Vec<Report>| {
        for report in reports {
            for key in keys(&report) {
                lately.entry(key).or_default().add(&report);
            }
        }
    };
    facts.scan(&query(from, last.end()), Box::new(gather)).await?;
    // What comes too seldom to be told needs no look back, but domains count as terms however seldom they come.
    lately.retain(|key, seen| key.is_domain() || seen.busiest(DAYS).0 >= LEAST_REPORTS);

    let mut known: BTreeSet<Key> = BTreeSet::new();
    let mut terms_before: BTreeMap<String, u64> = BTreeMap::new();
    let mut domains_before: BTreeSet<u64> = BTreeSet::new();
    let mut profiles: BTreeMap<String, Profile> = BTreeMap::new();
    let look_back = |reports: Vec<Report>| {
        for report in reports {
            for key in keys(&report) {
                if lately.contains_key(&key) {
                    known.insert(key.clone());
                }
                if let Some(domain) = key.domain()
                    && domains_before.insert(key.digest())
                {
                    for term in domain_terms(domain) {
                        *terms_before.entry(term).or_default() += 1;
                    }
                }
            }
            if let Some(phenomenon) = &report.phenomenon {
                profiles.entry(phenomenon.to_string()).or_default().add(&report);
            }
        }
    };
    facts.scan(&query(before, from.yesterday().unwrap_or(from)), Box::new(look_back)).await?;
    // A lake that holds no past cannot tell what is new.
    if profiles.is_empty() {
        return Ok(Vec::new());
    }
    lately.retain(|key, _| !known.contains(key));
    let mut found = observables(&lately);
    found.extend(families(&lately, &terms_before));
    found.extend(terms(&lately, &terms_before, domains_before.len() as u64));
    found.extend(brands(facts, snapshot, before, from, last).await?);
    for finding in &mut found {
        finding.nearest(&profiles, NEAREST);
    }
    Ok(found)
}

/// What a report shows of its author, each thing once: what identifies, and the domain behind an address of the web.
fn keys(report: &Report) -> BTreeSet<Key> {
    let of_author = |o: &&Observable| o.role == Role::Author;
    let mut keys = BTreeSet::new();
    for observable in report.observables.iter().filter(of_author) {
        let domain = match observable.kind {
            ObservableKind::DomainName => registrable_domain(&observable.value),
            ObservableKind::Url => host(&observable.value).and_then(registrable_domain),
            _ => {
                keys.insert(Key::new(observable.kind, &observable.value));
                continue;
            }
        };
        keys.extend(domain.map(|domain| Key::new(ObservableKind::DomainName, domain)));
    }
    keys
}

/// The host of an address of the web.
fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.split(':').next().filter(|host| !host.is_empty())
}

/// Observables shared by many within days.
fn observables(lately: &BTreeMap<Key, Lately>) -> Vec<Finding> {
    let shared = lately.iter().filter(|(_, seen)| {
        let (reports, places) = seen.busiest(DAYS);
        reports >= LEAST_REPORTS && places >= LEAST_PLACES
    });
    shared.map(|(key, seen)| Finding::new(NewKind::Observable, key.shown(), key.text(), seen.clone())).collect()
}

/// New domains with the same terms, which no domain before had together.
fn families(lately: &BTreeMap<Key, Lately>, before: &BTreeMap<String, u64>) -> Vec<Finding> {
    let mut families: BTreeMap<Vec<String>, Vec<(&Key, &Lately)>> = BTreeMap::new();
    for (key, seen) in lately {
        let terms = key.domain().map(domain_terms).unwrap_or_default();
        if !terms.is_empty() {
            families.entry(terms).or_default().push((key, seen));
        }
    }
    let mut found = Vec::new();
    for (terms, members) in families {
        let all_old = terms.iter().all(|term| before.get(term).is_some_and(|n| *n >= LEAST_DOMAINS as u64));
        let mut seen = Lately::default();
        members.iter().for_each(|(_, of)| seen.join(of));
        if members.len() >= LEAST_DOMAINS && !all_old && seen.n_reports() >= LEAST_REPORTS {
            let mut finding = Finding::new(NewKind::Domains, terms.join(" + "), terms.join("+"), seen);
            finding.members = members.iter().map(|(key, _)| key.shown()).collect();
            found.push(finding);
        }
    }
    found
}

/// Terms that stand in more new domains than their past leads to expect.
fn terms(lately: &BTreeMap<Key, Lately>, before: &BTreeMap<String, u64>, n_before: u64) -> Vec<Finding> {
    let mut now: BTreeMap<String, (Vec<&Key>, Lately)> = BTreeMap::new();
    let mut n_now = 0;
    for (key, seen) in lately {
        let Some(domain) = key.domain() else { continue };
        n_now += 1;
        for term in domain_terms(domain) {
            let (keys, all) = now.entry(term).or_default();
            keys.push(key);
            all.join(seen);
        }
    }
    let counts = now.iter().map(|(term, (keys, _))| TermCount {
        term: term.clone(),
        now: keys.len() as u64,
        before: before.get(term).copied().unwrap_or(0),
    });
    let rising = bursts(counts.collect(), n_now, n_before, RATE).into_iter().filter(|b| b.count.now >= LEAST_HOLDING);
    rising
        .filter_map(|burst| {
            let (keys, seen) = now.get(&burst.count.term)?;
            let mut finding = Finding::new(NewKind::Term, burst.count.term.clone(), burst.count.term, seen.clone());
            finding.p_value = Some(burst.p_value);
            finding.members = keys.iter().map(|key| key.shown()).collect();
            Some(finding)
        })
        .collect()
}

/// Brands abused for the first time, by the named object of reports.
async fn brands(
    facts: &dyn Facts,
    snapshot: u64,
    before: Date,
    from: Date,
    last: Period,
) -> Result<Vec<Finding>, SignalError> {
    let query = |by: Vec<Dimension>, from: Date, to: Date| ReportsQuery {
        by,
        filters: vec![Family::Reports.kinds()],
        from: Some(from),
        to: Some(to),
        snapshot: Some(snapshot),
        ..ReportsQuery::default()
    };
    let past = facts.reports(&query(vec![Dimension::Subject], before, from.yesterday().unwrap_or(from))).await?;
    let known: BTreeSet<String> = past.texts(0).map(str::to_owned).collect();
    let by = vec![
        Dimension::Subject,
        Dimension::Day,
        Dimension::Department,
        Dimension::Phenomenon,
        Dimension::Layer,
        Dimension::Synthetic,
    ];
    let mut seen: BTreeMap<String, Lately> = BTreeMap::new();
    for row in facts.reports(&query(by, from, last.end())).await?.rows() {
        let count = row.value(0).unwrap_or(0.0);
        let Some(subject) = row.key(0).filter(|subject| !known.contains(*subject)) else { continue };
        let Some(day) = row.key(1).and_then(|day| day.parse().ok()) else { continue };
        let place = row.key(2).unwrap_or(Territory::NOT_LOCATED);
        let Some(layer) = row.key(4).and_then(|layer| layer.parse().ok()) else { continue };
        let synthetic = row.key(5) == Some("true");
        let seen = seen.entry(subject.to_owned()).or_default();
        seen.add_many(count as usize, day, place, row.key(3), layer, synthetic);
    }
    let enough = seen.into_iter().filter(|(_, seen)| seen.busiest(DAYS).0 >= LEAST_REPORTS);
    Ok(enough.map(|(brand, seen)| Finding::new(NewKind::Brand, brand.clone(), brand, seen)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_behind_an_address_is_found() {
        assert_eq!(host("https://a:b@suivi.example.com:8443/x?y"), Some("suivi.example.com"));
        assert_eq!(host("suivi.example.com#z"), Some("suivi.example.com"));
        assert_eq!(host("https://"), None);
    }
}
