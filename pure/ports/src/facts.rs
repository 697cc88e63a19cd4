//! The port of facts: one way in, and questions out.

use crate::{Answer, CountsQuery, FactTable, ReportsQuery};
use beffroi_model::{Delivery, DeliveryId, DeliveryOutcome, PublishedCount, Report, ReportId, SourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Rows of one kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Rows {
    /// Rows of the table of reports.
    Reports(Vec<Report>),
    /// Rows of the table of published counts.
    Counts(Vec<PublishedCount>),
}

impl Rows {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::Reports(rows) => rows.len(),
            Self::Counts(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The next rows of a delivery, or why it cannot go on. An error drops the whole delivery.
pub type Batch = Result<Rows, FactsError>;

/// A state of the lake: everything that had landed after the `number`-th commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// 1, 2, 3… over both tables.
    pub number: u64,
    /// The delivery whose rows it added.
    pub delivery: Delivery,
    /// `reports` or `counts`.
    pub table: String,
    /// Rows of that delivery that were erased since: no snapshot shows them any more, this one and older ones neither.
    #[serde(default)]
    pub erased: u64,
}

/// Rows to be erased for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doomed {
    /// All rows of a delivery. Its provenance stays, and its file does not land again.
    Delivery(DeliveryId),
    /// Reports of a source, by their identifiers.
    Reports {
        /// The source.
        source: SourceId,
        /// Their identifiers there.
        ids: BTreeSet<ReportId>,
    },
}

/// An erasure asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// Its reference, without a person's data: `lake/SOURCE/DELIVERY`.
    pub what: String,
    /// The rows.
    pub doomed: Doomed,
    /// When it is done.
    pub at: Timestamp,
    /// What its caller needs to certify it, kept with it as it is, without a person's data.
    pub note: String,
}

/// An erasure that was done, as the lake remembers it. Nothing in it tells what the rows held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// Its reference.
    pub what: String,
    /// When.
    pub at: Timestamp,
    /// How many rows of each delivery are gone.
    pub rows: BTreeMap<DeliveryId, u64>,
    /// The files that were destroyed, by their names in the table; what they held beside the erased rows was written
    /// anew before.
    pub files: Vec<String>,
    /// What its caller left.
    pub note: String,
}

impl Erased {
    /// How many rows in all.
    pub fn total(&self) -> u64 {
        self.rows.values().sum()
    }
}

/// The lake, as desks see it.
pub trait Facts: Send + Sync {
    /// Lands a delivery in one atomic commit: all of its rows, or none. `batches` is pulled to its end before anything
    /// becomes visible; an `Err` among them drops the delivery. `delivery` is asked for the provenance once the last
    /// batch is through, when the counts of rows are known. All batches must be of the same kind of rows.
    ///
    /// The same file of the same source (by its SHA-256, `file_sha256`) and the same mapping version lands once only.
    fn land<'a>(
        &'a self,
        source: &'a SourceId,
        file_sha256: &'a str,
        mapping_version: &'a str,
        batches: Box<dyn Iterator<Item = Batch> + Send + 'a>,
        delivery: Box<dyn FnOnce() -> Delivery + Send + 'a>,
    ) -> Answer<'a, Result<DeliveryOutcome, FactsError>>;

    /// Whether that file of that source has landed under that mapping, and in which snapshot.
    fn landed<'a>(
        &'a self,
        source: &'a SourceId,
        file_sha256: &'a str,
        mapping_version: &'a str,
    ) -> Answer<'a, Result<Option<u64>, FactsError>>;

    /// Hands the identifiers of a source's rows that are in the lake to `each`, in no set order, however many there are:
    /// report ids, or the key of a count (`series|period|territory|category|unit|definition|vintage`).
    fn known_keys<'a>(
        &'a self,
        source: &'a SourceId,
        each: Box<dyn FnMut(&str) + Send + 'a>,
    ) -> Answer<'a, Result<(), FactsError>>;

    /// Every snapshot, oldest first.
    fn snapshots(&self) -> Answer<'_, Result<Vec<Snapshot>, FactsError>>;

    /// Groups and measures reports.
    fn reports<'a>(&'a self, query: &'a ReportsQuery) -> Answer<'a, Result<FactTable, FactsError>>;

    /// Published counts, ordered by series, period, territory, category, definition version and vintage.
    fn counts<'a>(&'a self, query: &'a CountsQuery) -> Answer<'a, Result<Vec<PublishedCount>, FactsError>>;

    /// Hands reports that carry at least one observable to `each`, in batches (linkage reads them so), in no set order,
    /// and gives their number. Only `filters`, `from`, `to` and `snapshot` of the query matter.
    fn scan<'a>(
        &'a self,
        query: &'a ReportsQuery,
        each: Box<dyn FnMut(Vec<Report>) + Send + 'a>,
    ) -> Answer<'a, Result<u64, FactsError>>;

    /// As [`Facts::scan`], reports without observables included.
    fn read<'a>(
        &'a self,
        query: &'a ReportsQuery,
        each: Box<dyn FnMut(Vec<Report>) + Send + 'a>,
    ) -> Answer<'a, Result<u64, FactsError>>;

    /// Erases rows for good: no snapshot gives them any more and no file of the lake holds them. Every snapshot stays, less
    /// those rows. What was computed before stays as it was published. All of the rows go, or, when it is stopped, none;
    /// a stop after that leaves files that the next writer removes. None when there is no such row.
    fn erase<'a>(&'a self, erasure: &'a Erasure) -> Answer<'a, Result<Option<Erased>, FactsError>>;

    /// The erasures that were done, in each table the oldest first.
    fn erasures(&self) -> Answer<'_, Result<Vec<Erased>, FactsError>>;

    /// Makes ready what questions about reports are answered from fast, for what has landed since the last time, and gives
    /// the number of rows that it covers anew. No answer changes by it: whoever never calls it waits longer. Where another
    /// process is writing, nothing is done.
    fn prepare(&self) -> Answer<'_, Result<u64, FactsError>> {
        Box::pin(std::future::ready(Ok(0)))
    }

    /// Where the tables lie, for a user who opens them with another tool.
    fn location(&self) -> PathBuf;
}

/// The order in which [`Facts::counts`] gives its rows: series, period, territory, category, definition version and
/// vintage; what still ties is told apart by unit, source, layer, value and population, so that the order is total.
pub fn counts_order(a: &PublishedCount, b: &PublishedCount) -> Ordering {
    (a.series.cmp(&b.series))
        .then_with(|| a.period.cmp(&b.period))
        .then_with(|| a.territory.cmp(&b.territory))
        .then_with(|| a.category.cmp(&b.category))
        .then_with(|| a.definition_version.cmp(&b.definition_version))
        .then_with(|| a.vintage.cmp(&b.vintage))
        .then_with(|| a.unit_of_count.cmp(&b.unit_of_count))
        .then_with(|| a.source.cmp(&b.source))
        .then_with(|| a.layer.cmp(&b.layer))
        .then_with(|| a.value.total_cmp(&b.value))
        .then_with(|| a.population.cmp(&b.population))
        .then_with(|| (a.tlp, a.synthetic).cmp(&(b.tlp, b.synthetic)))
}

/// Why the lake could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// No snapshot has that number.
    #[error("no snapshot {number}: the latest is {latest}")]
    NoSnapshot {
        /// What was asked.
        number: u64,
        /// What there is.
        latest: u64,
    },
    /// The rows could not be read from the file being delivered: the user's fault, told by `message`.
    #[error("{message}")]
    Delivery {
        /// What, where and what to do.
        message: String,
    },
    /// Another process is writing.
    #[error("another process is writing to the lake at {path}; try again when it has ended")]
    Busy {
        /// Where.
        path: String,
    },
    /// The engine failed: our fault.
    #[error("the lake could not {doing}: {reason}")]
    Engine {
        /// What it was doing, as an infinitive.
        doing: &'static str,
        /// What it said.
        reason: String,
    },
}
