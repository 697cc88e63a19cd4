//! The lake itself: its folder, its two tables and what their logs tell.

use crate::error::{broken, failed};
use crate::history::{History, View, delivery_key};
use crate::lock::WriterLock;
use crate::table::{self, Kind, Table};
use crate::{counts, erase, groups, keys, land, scan};
use beffroi_model::{Delivery, DeliveryOutcome, PublishedCount, Report, SourceId};
use beffroi_ports::{
    Answer, Batch, CountsQuery, Erased, Erasure, FactTable, Facts, FactsError, ReportsQuery, Snapshot,
};
use datafusion::catalog::TableProvider;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext, col, lit};
use deltalake::delta_datafusion::DeltaSessionContext;
use deltalake::logstore::LogStoreRef;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard};
use url::Url;

const OPENING: &str = "open its folder";
const READING: &str = "read its tables";

/// The facts under one folder.
pub struct Lake {
    folder: PathBuf,
    reports: Table,
    counts: Table,
    log_stores: [LogStoreRef; 2],
    history: Mutex<History>,
    session: SessionContext,
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
        let reports = Table::open(Kind::Reports, reports_url).await?;
        let counts = Table::open(Kind::Counts, counts_url).await?;
        let log_stores = [reports.log_store().await, counts.log_store().await];
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let lake = Self { folder, reports, counts, log_stores, history: Mutex::default(), session: session(cores) };
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
        let provider = self.table(kind).version(part.version).await?;
        let frame = self.read(provider)?;
        if part.later.is_empty() {
            return Ok((frame, view));
        }
        let later = part.later.iter().map(|key| lit(key.as_str())).collect();
        let frame = frame.filter(col("delivery").in_list(later, true)).map_err(failed(READING))?;
        Ok((frame, view))
    }

    /// A table to ask questions of.
    pub(crate) fn read(&self, provider: Arc<dyn TableProvider>) -> Result<DataFrame, FactsError> {
        self.session.read_table(provider).map_err(failed(READING))
    }
}

fn address(root: &Url, kind: Kind) -> Result<Url, FactsError> {
    root.join(&format!("{}/", kind.name())).map_err(failed(OPENING))
}

fn session(partitions: usize) -> SessionContext {
    let session = SessionContext::from(DeltaSessionContext::new());
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
        Box::pin(groups::reports(self, query))
    }

    fn counts<'a>(&'a self, query: &'a CountsQuery) -> Answer<'a, Result<Vec<PublishedCount>, FactsError>> {
        Box::pin(counts::counts(self, query))
    }

    fn scan<'a>(
        &'a self,
        query: &'a ReportsQuery,
        each: Box<dyn FnMut(Vec<Report>) + Send + 'a>,
    ) -> Answer<'a, Result<u64, FactsError>> {
        Box::pin(scan::scan(self, query, each))
    }

    fn erase<'a>(&'a self, erasure: &'a Erasure) -> Answer<'a, Result<Option<Erased>, FactsError>> {
        Box::pin(erase::erase(self, erasure))
    }

    fn erasures(&self) -> Answer<'_, Result<Vec<Erased>, FactsError>> {
        Box::pin(async move { Ok(self.history().await?.erasures()) })
    }

    fn location(&self) -> PathBuf {
        self.folder.clone()
    }
}
