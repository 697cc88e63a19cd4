//! A run of the linkage over one snapshot.
//!
//! Two passes, so that memory follows what links and not what is read: the first links digests, the second collects
//! the dates, places and values of the reports that some evidence holds together.

use crate::SeriesError;
use crate::evidence;
use crate::hubs;
use crate::sheet::{EvidenceLine, Gathering, guard};
use beffroi_journal::Purpose;
use beffroi_linkage::{DEFAULT_MAX_DEGREE, Key, LinkError, Linkage, Linker, Options, Suppression};
use beffroi_model::{ObservableKind, Report};
use beffroi_ports::{Facts, ReportsQuery};
use beffroi_store::{By, SeriesRow, SeriesRun, Store};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// How many hubs a summary names.
const HUBS_NAMED: usize = 100;

/// The share of the reports that name an offender above which an observable is a hub by default: one in a hundred.
const MAX_SHARE: f64 = 0.01;
/// The share never lowers the limit below this: in a small set, a few reports are a large share.
const LEAST_LIMIT: u32 = 50;

/// Why reports are matched with reports, as the journal wants it said.
const PURPOSE: &str = "linkage of reports into series (decree 2023-1084, article 3, 5°)";

/// What to run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// The most reports an observable may be held by and still link.
    pub max_degree: u32,
    /// The largest share of the reports that name an offender, between 0 and 1, that an observable may be held by and
    /// still link; no such limit when none. It counts from 50 reports on, and lowers `max_degree`, never raises it: what
    /// is a hub among ten thousand reports may be a series among a million.
    pub max_share: Option<f64>,
    /// The snapshot to read; the latest when none is given.
    pub snapshot: Option<u64>,
    /// Who runs it, and when.
    pub by: By,
}

impl RunOptions {
    /// The latest snapshot under the usual limits: 500 reports, or one report in a hundred.
    pub fn new(by: By) -> Self {
        Self { max_degree: DEFAULT_MAX_DEGREE, max_share: Some(MAX_SHARE), snapshot: None, by }
    }
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSummary {
    /// The snapshot read; 0 when nothing had landed.
    pub snapshot: u64,
    /// The degree limit that held, lowered by the share where it was.
    pub max_degree: u32,
    /// Reports read, among those that carry an observable.
    pub reports_scanned: u64,
    /// Distinct observables given as an offender's.
    pub observables: u64,
    /// Series found.
    pub series: u64,
    /// Reports in a series.
    pub members: u64,
    /// Reports of the largest series.
    pub largest: u64,
    /// Observables set aside as hubs.
    pub hubs_total: u64,
    /// The first hundred of them, the most shared first.
    pub hubs: Vec<Hub>,
    /// Observables dropped because the report gives them as the offender's and as the victim's.
    pub role_errors: u64,
    /// Whether some of the members were made by a generator.
    pub synthetic: bool,
}

/// An observable that many reports share and that did not link them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hub {
    /// What it is.
    pub kind: ObservableKind,
    /// Its defanged form.
    pub value: String,
    /// How many reports hold it.
    pub degree: u64,
    /// `declared-hub` or `degree-over`.
    pub reason: String,
}

/// Links the reports of a snapshot and replaces the register of series by what was found.
///
/// # Errors
/// The lake's, the store's, and too many observables to hold in memory; the register is then as it was.
pub async fn run(facts: &dyn Facts, store: &Store, options: RunOptions) -> Result<RunSummary, SeriesError> {
    let snapshot = match options.snapshot {
        Some(number) => Some(number),
        None => facts.snapshots().await?.last().map(|snapshot| snapshot.number),
    };
    let mut summary =
        RunSummary { snapshot: snapshot.unwrap_or(0), max_degree: options.max_degree, ..RunSummary::default() };
    let mut rows = Vec::new();
    if snapshot.is_some() {
        let query = ReportsQuery { snapshot, ..ReportsQuery::default() };
        let linkage = link(facts, &query, &options, &mut summary).await?;
        rows = gather(facts, &query, &linkage, &mut summary).await?;
    }
    let run = SeriesRun {
        run_at: options.by.at,
        who: options.by.who.clone(),
        snapshot: summary.snapshot,
        max_degree: u64::from(summary.max_degree),
        summary: serde_json::to_value(&summary).unwrap_or_default(),
    };
    let guarded: Result<Vec<_>, SeriesError> =
        rows.into_iter().map(|row| guard(&row, &options.by).map(|guard| (row, guard))).collect();
    let purpose = Purpose { why: PURPOSE.to_owned(), reference: None };
    store.series_replace(run, guarded?, &options.by.clone().for_purpose(purpose)).await?;
    tracing::info!(
        series.count = summary.series,
        series.members = summary.members,
        hubs = summary.hubs_total,
        "reports linked"
    );
    Ok(summary)
}

/// First pass: digests only.
async fn link(
    facts: &dyn Facts,
    query: &ReportsQuery,
    options: &RunOptions,
    summary: &mut RunSummary,
) -> Result<Linkage, SeriesError> {
    let mut linker = Linker::new(Options { max_degree: options.max_degree, ..Options::default() });
    let (mut n_reports, mut n_naming, mut n_role_errors) = (0u32, 0u64, 0u64);
    let mut failure: Option<LinkError> = None;
    let each = |batch: Vec<Report>| {
        for report in &batch {
            let evidence = evidence::of_report(report);
            n_role_errors += evidence.n_role_errors;
            n_naming += u64::from(!evidence.linking.is_empty());
            for observable in &evidence.linking {
                if hubs::is_declared(observable) {
                    linker.declare_hub(evidence::key(observable));
                }
            }
            let keys = evidence.linking.iter().map(|observable| evidence::key(observable));
            if failure.is_none() {
                failure = linker.add(n_reports, keys).err();
            }
            n_reports = n_reports.saturating_add(1);
        }
    };
    summary.reports_scanned = facts.scan(query, Box::new(each)).await?;
    if let Some(failure) = failure {
        return Err(failure.into());
    }
    summary.role_errors = n_role_errors;
    if let Some(share) = options.max_share {
        // A share of a count of reports, cut to a whole number (a negative or absurd share reads as 0 or no limit).
        let limit = ((n_naming as f64 * share) as u32).max(LEAST_LIMIT);
        linker.cap_degree(limit);
        summary.max_degree = options.max_degree.min(limit);
    }
    let linkage = linker.finish();
    summary.observables = linkage.n_keys;
    summary.series = linkage.components.len() as u64;
    summary.hubs_total = linkage.suppressed.len() as u64;
    let sizes = linkage.components.iter().map(|component| component.records.len() as u64);
    summary.members = sizes.clone().sum();
    summary.largest = sizes.max().unwrap_or(0);
    Ok(linkage)
}

/// Second pass: what the linked reports are, and the values of the keys that linked or would have.
async fn gather(
    facts: &dyn Facts,
    query: &ReportsQuery,
    linkage: &Linkage,
    summary: &mut RunSummary,
) -> Result<Vec<SeriesRow>, SeriesError> {
    let evidence = linkage.components.iter().enumerate();
    let component_of: HashMap<Key, usize> =
        evidence.flat_map(|(n, component)| component.evidence.iter().map(move |e| (e.key, n))).collect();
    let hub_keys: Vec<Key> = linkage.suppressed.iter().take(HUBS_NAMED).map(|suppressed| suppressed.key).collect();
    let mut gatherings: Vec<Gathering> = linkage.components.iter().map(|_| Gathering::default()).collect();
    let mut values: BTreeMap<Key, (ObservableKind, String)> = BTreeMap::new();
    let each = |batch: Vec<Report>| {
        for report in &batch {
            let mut component = None;
            for observable in evidence::of_report(report).linking {
                let key = evidence::key(observable);
                let found = component_of.get(&key).copied();
                component = component.or(found);
                if found.is_some() || hub_keys.contains(&key) {
                    values.entry(key).or_insert_with(|| (observable.kind, observable.value.clone()));
                }
            }
            if let Some(gathering) = component.and_then(|n| gatherings.get_mut(n)) {
                gathering.add(report);
            }
        }
    };
    facts.scan(query, Box::new(each)).await?;

    let mut rows = Vec::new();
    for (gathering, component) in gatherings.into_iter().zip(&linkage.components) {
        let lines = component.evidence.iter().filter_map(|evidence| {
            let (kind, value) = values.get(&evidence.key)?;
            Some(EvidenceLine { kind: *kind, value: value.clone(), degree: evidence.degree() as u64 })
        });
        let row = gathering.into_row(lines.collect());
        summary.synthetic |= row.as_ref().is_some_and(|row| row.synthetic);
        rows.extend(row);
    }
    summary.hubs = linkage
        .suppressed
        .iter()
        .filter_map(|suppressed| {
            let (kind, value) = values.get(&suppressed.key)?;
            Some(Hub {
                kind: *kind,
                value: beffroi_observables::defang(*kind, value),
                degree: u64::from(suppressed.degree),
                reason: match suppressed.reason {
                    Suppression::DeclaredHub => "declared-hub",
                    Suppression::DegreeOver { .. } => "degree-over",
                }
                .to_owned(),
            })
        })
        .collect();
    Ok(rows)
}
