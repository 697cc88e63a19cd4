//! The lake itself: its folder, its two tables and what their logs tell.

use crate::aggregates::ways::{self, By, Way};
use crate::aggregates::{Aggregates, making};
use crate::error::{broken, failed};
use crate::history::{History, View, delivery_key};
use crate::lock::WriterLock;
use crate::table::{self, Kind, Table};
use crate::{counts, erase, groups, keys, land, scan, upgrade};
use beffroi_model::{Delivery, DeliveryOutcome, PublishedCount, Report, SourceId};
use beffroi_ports::{
    Answer, Batch, CountsQuery, Erased, Erasure, FactTable, Facts, FactsError, ReportsQuery, Snapshot,
};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::ScalarValue;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext, lit};
use deltalake::delta_datafusion::DeltaSessionContext;
use deltalake::logstore::LogStoreRef;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard};
use url::Url;

const OPENING: &str = "open its folder";
const READING: &str = "read its tables";
/// Bytes that adding up one delivery may take: what needs more would be no smaller than the rows.
const ADDING_BYTES: usize = 384 << 20;

/// The facts under one folder.
pub struct Lake {
    folder: PathBuf,
    reports: Table,
    counts: Table,
    log_stores: [LogStoreRef; 2],
    history: Mutex<History>,
    session: SessionContext,
    /// For adding up: its memory is bounded, and what does not fit is given up.
    adding: SessionContext,
    aggregates: Arc<Aggregates>,
}

/// Where an answer is read, for whoever measures it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answering {
    /// The shape of the aggregates that are looked at; none when the rows answer alone.
    pub shape: Option<&'static str>,
    /// Cells of aggregates that are looked at, at most.
    pub cells: u64,
    /// Rows that are looked at, at most.
    pub rows: u64,
}

impl std::fmt::Debug for Lake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lake").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Lake {
    /// Opens the lake under `dir`, and makes an empty one when there is none.
    ///
    /// # Errors
    /// [`FactsError::Engine`] when the folder cannot be used, holds something else, is damaged, or was written by a
    /// program with other columns.
    pub async fn open(dir: &Path) -> Result<Self, FactsError> {
        std::fs::create_dir_all(dir).map_err(failed(OPENING))?;
        let folder = dir.canonicalize().map_err(failed(OPENING))?;
        let root = Url::from_directory_path(&folder)
            .map_err(|()| broken(OPENING, format_args!("{} cannot be written as an address", folder.display())))?;
        let [reports_url, counts_url] = [address(&root, Kind::Reports)?, address(&root, Kind::Counts)?];
        if !(table::exists(&reports_url).await? && table::exists(&counts_url).await?) {
            let _lock = WriterLock::wait(&folder).await?;
            for (kind, url) in [(Kind::Reports, &reports_url), (Kind::Counts, &counts_url)] {
                if !table::exists(url).await? {
                    table::create(kind, &root, url).await?;
                }
            }
        }
        for (kind, url) in [(Kind::Reports, &reports_url), (Kind::Counts, &counts_url)] {
            if upgrade::due(kind, url).await? {
                let _lock = WriterLock::wait(&folder).await?;
                if upgrade::due(kind, url).await? {
                    upgrade::upgrade(kind, url).await?;
                }
            }
        }
        let reports = Table::open(Kind::Reports, reports_url).await?;
        let counts = Table::open(Kind::Counts, counts_url).await?;
        let log_stores = [reports.log_store().await, counts.log_store().await];
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let lake = Self {
            aggregates: Arc::new(Aggregates::new(&folder)),
            folder,
            reports,
            counts,
            log_stores,
            history: Mutex::default(),
            session: session(DeltaSessionContext::new(), cores),
            adding: adding(cores)?,
        };
        erase::finish(&lake).await?;
        Ok(lake)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn table(&self, kind: Kind) -> &Table {
        match kind {
            Kind::Reports => &self.reports,
            Kind::Counts => &self.counts,
        }
    }

    /// What the logs tell by now, whoever wrote it.
    pub(crate) async fn history(&self) -> Result<MutexGuard<'_, History>, FactsError> {
        let mut history = self.history.lock().await;
        let [reports, counts] = &self.log_stores;
        history.refresh([reports, counts]).await?;
        Ok(history)
    }

    /// A table as a snapshot saw it.
    pub(crate) async fn frame(&self, kind: Kind, snapshot: Option<u64>) -> Result<(DataFrame, View), FactsError> {
        let view = self.history().await?.view(snapshot)?;
        let part = view.part(kind);
        let version = self.table(kind).version(part.version).await?;
        let frame = ways::without(self.complete(kind, version.rows.clone())?, &part.later)?;
        Ok((frame, view))
    }

    /// A table with every column of this program.
    pub(crate) fn complete(&self, kind: Kind, provider: Arc<dyn TableProvider>) -> Result<DataFrame, FactsError> {
        complete(kind, self.read(provider)?)
    }

    /// The reports of some files, to be added up.
    pub(crate) fn to_add_up(&self, rows: Arc<dyn TableProvider>) -> Result<DataFrame, FactsError> {
        complete(Kind::Reports, self.adding.read_table(rows).map_err(failed(READING))?)
    }

    /// Batches in memory, to be added up.
    pub(crate) fn cells_to_add_up(&self, schema: SchemaRef, cells: Vec<RecordBatch>) -> Result<DataFrame, FactsError> {
        let table = MemTable::try_new(schema, vec![cells]).map_err(failed(READING))?;
        self.adding.read_table(Arc::new(table)).map_err(failed(READING))
    }

    pub(crate) fn aggregates(&self) -> &Arc<Aggregates> {
        &self.aggregates
    }

    /// The answer to a question from the rows alone, as [`Facts::reports`] gives it from whatever is quickest: the same, to
    /// the last bit.
    ///
    /// # Errors
    /// As [`Facts::reports`].
    pub async fn reports_from_rows(&self, query: &ReportsQuery) -> Result<FactTable, FactsError> {
        groups::reports(self, query, By::Rows).await
    }

    /// Where [`Facts::reports`] reads the answer to a question.
    ///
    /// # Errors
    /// As [`Facts::reports`].
    pub async fn answering(&self, query: &ReportsQuery) -> Result<Answering, FactsError> {
        let view = self.history().await?.view(query.snapshot)?;
        let ways = ways::of(self, &view, query, By::Any).await?;
        let mut answering = Answering { shape: None, cells: 0, rows: 0 };
        for way in ways {
            match way {
                Way::Cells { shape, cube } => {
                    answering.shape = Some(shape.name);
                    answering.cells += cube.n_cells() as u64;
                }
                Way::Rows { n_rows, .. } => answering.rows += n_rows,
            }
        }
        Ok(answering)
    }

    /// A table to ask questions of.
    pub(crate) fn read(&self, provider: Arc<dyn TableProvider>) -> Result<DataFrame, FactsError> {
        self.session.read_table(provider).map_err(failed(READING))
    }
}

/// The table with every column of this program: a version from before a column was added has it without values.
fn complete(kind: Kind, mut frame: DataFrame) -> Result<DataFrame, FactsError> {
    for field in kind.schema().fields() {
        if frame.schema().field_with_unqualified_name(field.name()).is_err() {
            let nothing = ScalarValue::try_from(field.data_type()).map_err(failed(READING))?;
            frame = frame.with_column(field.name(), lit(nothing)).map_err(failed(READING))?;
        }
    }
    Ok(frame)
}

fn address(root: &Url, kind: Kind) -> Result<Url, FactsError> {
    root.join(&format!("{}/", kind.name())).map_err(failed(OPENING))
}

/// A session whose memory is bounded and that writes nothing beside.
fn adding(partitions: usize) -> Result<SessionContext, FactsError> {
    let nothing = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    let runtime = RuntimeEnvBuilder::new().with_memory_limit(ADDING_BYTES, 1.0).with_disk_manager_builder(nothing);
    let runtime = runtime.build_arc().map_err(failed(OPENING))?;
    Ok(session(DeltaSessionContext::with_runtime_env(runtime), partitions))
}

fn session(session: DeltaSessionContext, partitions: usize) -> SessionContext {
    let session = SessionContext::from(session);
    let config: SessionConfig = session.copied_config();
    let config =
        config.with_target_partitions(partitions).set_usize("datafusion.optimizer.repartition_file_min_size", 1 << 20);
    SessionContext::new_with_config_rt(config, session.runtime_env())
}

impl Facts for Lake {
    fn land<'a>(
        &'a self,
        source: &'a SourceId,
        file_sha256: &'a str,
        mapping_version: &'a str,
        batches: Box<dyn Iterator<Item = Batch> + Send + 'a>,
        delivery: Box<dyn FnOnce() -> Delivery + Send + 'a>,
    ) -> Answer<'a, Result<DeliveryOutcome, FactsError>> {
        Box::pin(land::land(self, source, file_sha256, mapping_version, batches, delivery))
    }

    fn landed<'a>(
        &'a self,
        source: &'a SourceId,
        file_sha256: &'a str,
        mapping_version: &'a str,
    ) -> Answer<'a, Result<Option<u64>, FactsError>> {
        let key = delivery_key(source, file_sha256, mapping_version);
        Box::pin(async move { Ok(self.history().await?.number(&key)) })
    }

    fn known_keys<'a>(
        &'a self,
        source: &'a SourceId,
        each: Box<dyn FnMut(&str) + Send + 'a>,
    ) -> Answer<'a, Result<(), FactsError>> {
        Box::pin(keys::known(self, source, each))
    }

    fn snapshots(&self) -> Answer<'_, Result<Vec<Snapshot>, FactsError>> {
        Box::pin(async move { Ok(self.history().await?.snapshots()) })
    }

    fn reports<'a>(&'a self, query: &'a ReportsQuery) -> Answer<'a, Result<FactTable, FactsError>> {
        Box::pin(groups::reports(self, query, By::Any))
    }

    fn counts<'a>(&'a self, query: &'a CountsQuery) -> Answer<'a, Result<Vec<PublishedCount>, FactsError>> {
        Box::pin(counts::counts(self, query))
    }

    fn scan<'a>(
        &'a self,
        query: &'a ReportsQuery,
        each: Box<dyn FnMut(Vec<Report>) + Send + 'a>,
    ) -> Answer<'a, Result<u64, FactsError>> {
        Box::pin(scan::scan(self, query, true, each))
    }

    fn read<'a>(
        &'a self,
        query: &'a ReportsQuery,
        each: Box<dyn FnMut(Vec<Report>) + Send + 'a>,
    ) -> Answer<'a, Result<u64, FactsError>> {
        Box::pin(scan::scan(self, query, false, each))
    }

    fn erase<'a>(&'a self, erasure: &'a Erasure) -> Answer<'a, Result<Option<Erased>, FactsError>> {
        Box::pin(erase::erase(self, erasure))
    }

    fn erasures(&self) -> Answer<'_, Result<Vec<Erased>, FactsError>> {
        Box::pin(async move { Ok(self.history().await?.erasures()) })
    }

    fn prepare(&self) -> Answer<'_, Result<u64, FactsError>> {
        Box::pin(making::prepare(self))
    }

    fn location(&self) -> PathBuf {
        self.folder.clone()
    }
}
