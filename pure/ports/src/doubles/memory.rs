//! A lake in memory.

use super::grouping::{group, keeps};
use crate::facts::counts_order;
use crate::{
    Answer, Batch, CountsQuery, Doomed, Erased, Erasure, FactTable, Facts, FactsError, ReportsQuery, Rows, Snapshot,
};
use beffroi_model::{Delivery, DeliveryId, DeliveryOutcome, PublishedCount, Report, SourceId};
use jiff::{Timestamp, civil::Date};
use std::collections::BTreeMap;
use std::future::ready;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Rows handed over at once by [`Facts::scan`].
const SCAN_ROWS: usize = 8192;

/// The lake that tests hand to desks: the same answers as the engine, from vectors.
#[derive(Debug, Default)]
pub struct MemoryFacts {
    landings: Mutex<Vec<Landing>>,
    erasures: Mutex<Vec<Erased>>,
}

/// One commit.
#[derive(Debug)]
struct Landing {
    key: (SourceId, String, String),
    delivery: Delivery,
    rows: Rows,
}

impl MemoryFacts {
    /// An empty lake.
    pub fn new() -> Self {
        Self::default()
    }

    /// A lake that holds these rows: the reports as snapshot 1, then the counts as the next one; a kind without rows
    /// makes no snapshot. Each delivery is that of its first row's source, with made-up provenance.
    pub fn holding(reports: Vec<Report>, counts: Vec<PublishedCount>) -> Self {
        let sources = (reports.first().map(|r| r.source.clone()), counts.first().map(|c| c.source.clone()));
        let landings = [(sources.0, Rows::Reports(reports)), (sources.1, Rows::Counts(counts))]
            .into_iter()
            .filter_map(|(source, rows)| made_up(source?, rows))
            .collect();
        Self { landings: Mutex::new(landings), ..Self::default() }
    }

    fn landings(&self) -> MutexGuard<'_, Vec<Landing>> {
        self.landings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn erased(&self) -> MutexGuard<'_, Vec<Erased>> {
        self.erasures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hand_over(
        &self,
        query: &ReportsQuery,
        mut each: Box<dyn FnMut(Vec<Report>) + Send + '_>,
        wanted: fn(&Report) -> bool,
    ) -> Result<u64, FactsError> {
        let landings = self.landings();
        let (landings, _) = up_to(&landings, query.snapshot)?;
        let kept: Vec<Report> = reports_of(landings).filter(|row| wanted(row) && keeps(query, row)).cloned().collect();
        kept.chunks(SCAN_ROWS).for_each(|rows| each(rows.to_vec()));
        Ok(kept.len() as u64)
    }

    fn erase_now(&self, erasure: &Erasure) -> Option<Erased> {
        let mut rows = BTreeMap::new();
        for landing in self.landings().iter_mut() {
            let before = landing.rows.len();
            match (&erasure.doomed, &mut landing.rows) {
                (Doomed::Delivery(id), Rows::Reports(reports)) if landing.delivery.id == *id => reports.clear(),
                (Doomed::Delivery(id), Rows::Counts(counts)) if landing.delivery.id == *id => counts.clear(),
                (Doomed::Reports { source, ids }, Rows::Reports(reports)) => {
                    reports.retain(|row| row.source != *source || !ids.contains(&row.id));
                }
                _ => {}
            }
            if before > landing.rows.len() {
                rows.insert(landing.delivery.id.clone(), (before - landing.rows.len()) as u64);
            }
        }
        if rows.is_empty() {
            return None;
        }
        let (what, note) = (erasure.what.clone(), erasure.note.clone());
        let erased = Erased { what, at: erasure.at, rows, files: Vec::new(), note };
        self.erased().push(erased.clone());
        Some(erased)
    }

    fn land_now(
        &self,
        key: (SourceId, String, String),
        batches: Box<dyn Iterator<Item = Batch> + Send + '_>,
        delivery: Box<dyn FnOnce() -> Delivery + Send + '_>,
    ) -> Result<DeliveryOutcome, FactsError> {
        if let Some(snapshot) = number_of(&self.landings(), &key) {
            return Ok(DeliveryOutcome::AlreadyThere { snapshot });
        }
        let mut rows: Option<Rows> = None;
        for batch in batches {
            match (&mut rows, batch?) {
                (rows @ None, batch) => *rows = Some(batch),
                (Some(Rows::Reports(all)), Rows::Reports(more)) => all.extend(more),
                (Some(Rows::Counts(all)), Rows::Counts(more)) => all.extend(more),
                _ => {
                    return Err(FactsError::Engine {
                        doing: "land a delivery",
                        reason: "it holds both reports and published counts; land each kind apart".into(),
                    });
                }
            }
        }
        let rows = rows.unwrap_or(Rows::Reports(Vec::new()));
        let mut landings = self.landings();
        landings.push(Landing { key, delivery: delivery(), rows });
        Ok(DeliveryOutcome::Landed { snapshot: landings.len() as u64 })
    }
}

fn made_up(source: SourceId, rows: Rows) -> Option<Landing> {
    let n_rows = rows.len() as u64;
    let table = table_of(&rows);
    let n = if table == "reports" { 1 } else { 2 };
    let id: DeliveryId = format!("DEL-{n:032x}").parse().ok()?;
    let synthetic = match &rows {
        Rows::Reports(rows) => rows.iter().any(|row| row.synthetic),
        Rows::Counts(rows) => rows.iter().any(|row| row.synthetic),
    };
    let delivery = Delivery {
        id,
        source: source.clone(),
        file: format!("{table}.csv"),
        file_sha256: format!("{n:064x}"),
        mapping_version: "1".into(),
        vintage: Date::constant(2025, 1, 1),
        who: "test".into(),
        at: Timestamp::UNIX_EPOCH,
        rows_read: n_rows,
        rows_accepted: n_rows,
        rows_rejected: 0,
        rows_duplicate: 0,
        synthetic,
    };
    let key = (source, delivery.file_sha256.clone(), delivery.mapping_version.clone());
    Some(Landing { key, delivery, rows })
}

fn table_of(rows: &Rows) -> &'static str {
    match rows {
        Rows::Reports(_) => "reports",
        Rows::Counts(_) => "counts",
    }
}

/// The snapshot made by the landing of that key, counted from 1.
fn number_of(landings: &[Landing], key: &(SourceId, String, String)) -> Option<u64> {
    landings.iter().zip(1..).find(|(landing, _)| landing.key == *key).map(|(_, number)| number)
}

/// The landings up to a snapshot, and its number.
fn up_to(landings: &[Landing], snapshot: Option<u64>) -> Result<(&[Landing], u64), FactsError> {
    let latest = landings.len() as u64;
    let number = snapshot.unwrap_or(latest);
    let unknown = || FactsError::NoSnapshot { number, latest };
    if number == 0 && latest > 0 {
        return Err(unknown());
    }
    let n_landings = usize::try_from(number).map_err(|_| unknown())?;
    landings.get(..n_landings).map(|landings| (landings, number)).ok_or_else(unknown)
}

fn reports_of(landings: &[Landing]) -> impl Iterator<Item = &Report> {
    landings.iter().flat_map(|landing| match &landing.rows {
        Rows::Reports(rows) => rows.as_slice(),
        Rows::Counts(_) => &[],
    })
}

/// The reports, each with the day of its delivery.
fn delivered(landings: &[Landing]) -> impl Iterator<Item = (&Report, Date)> {
    landings.iter().flat_map(|landing| {
        let day = landing.delivery.day();
        reports_of(std::slice::from_ref(landing)).map(move |report| (report, day))
    })
}

fn counts_of(landings: &[Landing]) -> impl Iterator<Item = &PublishedCount> {
    landings.iter().flat_map(|landing| match &landing.rows {
        Rows::Counts(rows) => rows.as_slice(),
        Rows::Reports(_) => &[],
    })
}

impl Facts for MemoryFacts {
    fn land<'a>(
        &'a self,
        source: &'a SourceId,
        file_sha256: &'a str,
        mapping_version: &'a str,
        batches: Box<dyn Iterator<Item = Batch> + Send + 'a>,
        delivery: Box<dyn FnOnce() -> Delivery + Send + 'a>,
    ) -> Answer<'a, Result<DeliveryOutcome, FactsError>> {
        let key = (source.clone(), file_sha256.to_owned(), mapping_version.to_owned());
        Box::pin(ready(self.land_now(key, batches, delivery)))
    }

    fn landed<'a>(
        &'a self,
        source: &'a SourceId,
        file_sha256: &'a str,
        mapping_version: &'a str,
    ) -> Answer<'a, Result<Option<u64>, FactsError>> {
        let key = (source.clone(), file_sha256.to_owned(), mapping_version.to_owned());
        Box::pin(ready(Ok(number_of(&self.landings(), &key))))
    }

    fn known_keys<'a>(
        &'a self,
        source: &'a SourceId,
        mut each: Box<dyn FnMut(&str) + Send + 'a>,
    ) -> Answer<'a, Result<(), FactsError>> {
        let landings = self.landings();
        let reports = reports_of(&landings).filter(|row| row.source == *source).map(|row| row.id.to_string());
        let counts = counts_of(&landings).filter(|row| row.source == *source).map(PublishedCount::key);
        reports.chain(counts).for_each(|key| each(&key));
        Box::pin(ready(Ok(())))
    }

    fn snapshots(&self) -> Answer<'_, Result<Vec<Snapshot>, FactsError>> {
        let erased = self.erased();
        let erased = |id: &DeliveryId| erased.iter().filter_map(|erased| erased.rows.get(id)).sum();
        let snapshots = self
            .landings()
            .iter()
            .zip(1..)
            .map(|(landing, number)| Snapshot {
                number,
                delivery: landing.delivery.clone(),
                table: table_of(&landing.rows).into(),
                erased: erased(&landing.delivery.id),
            })
            .collect();
        Box::pin(ready(Ok(snapshots)))
    }

    fn reports<'a>(&'a self, query: &'a ReportsQuery) -> Answer<'a, Result<FactTable, FactsError>> {
        let table = up_to(&self.landings(), query.snapshot).map(|(landings, snapshot)| {
            let groups = group(query, delivered(landings));
            FactTable::of_rows(query.by.clone(), snapshot, query.measures.len(), &groups)
        });
        Box::pin(ready(table))
    }

    fn counts<'a>(&'a self, query: &'a CountsQuery) -> Answer<'a, Result<Vec<PublishedCount>, FactsError>> {
        let rows = up_to(&self.landings(), query.snapshot).map(|(landings, _)| {
            let mut rows: Vec<PublishedCount> = counts_of(landings).filter(|row| query.keeps(row)).cloned().collect();
            rows.sort_by(counts_order);
            rows
        });
        Box::pin(ready(rows))
    }

    fn scan<'a>(
        &'a self,
        query: &'a ReportsQuery,
        each: Box<dyn FnMut(Vec<Report>) + Send + 'a>,
    ) -> Answer<'a, Result<u64, FactsError>> {
        Box::pin(ready(self.hand_over(query, each, |row| !row.observables.is_empty())))
    }

    fn read<'a>(
        &'a self,
        query: &'a ReportsQuery,
        each: Box<dyn FnMut(Vec<Report>) + Send + 'a>,
    ) -> Answer<'a, Result<u64, FactsError>> {
        Box::pin(ready(self.hand_over(query, each, |_| true)))
    }

    fn erase<'a>(&'a self, erasure: &'a Erasure) -> Answer<'a, Result<Option<Erased>, FactsError>> {
        Box::pin(ready(Ok(self.erase_now(erasure))))
    }

    fn erasures(&self) -> Answer<'_, Result<Vec<Erased>, FactsError>> {
        Box::pin(ready(Ok(self.erased().clone())))
    }

    fn location(&self) -> PathBuf {
        PathBuf::from("memory")
    }
}
