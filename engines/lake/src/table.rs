//! One Delta table: what it is called, how it is made, and how a version of it is opened.

use crate::error::{broken, failed};
use crate::{count_rows, durable, report_rows};
use beffroi_ports::FactsError;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use deltalake::kernel::StructType;
use deltalake::kernel::engine::arrow_conversion::TryFromArrow;
use deltalake::logstore::LogStoreRef;
use deltalake::operations::create::CreateBuilder;
use deltalake::protocol::SaveMode;
use deltalake::{DeltaTable, DeltaTableBuilder};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Mutex;
use url::Url;

/// Name of the version of the columns among the table's properties and in each Parquet file.
pub(crate) const SCHEMA_VERSION_KEY: &str = "beffroi.schemaVersion";
/// Versions kept open.
const OPEN_VERSIONS: usize = 8;
const OPENING: &str = "open its tables";
const MAKING: &str = "create its tables";

/// Which table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Reports,
    Counts,
}

impl Kind {
    pub(crate) const ALL: [Self; 2] = [Self::Reports, Self::Counts];

    /// The name of the table and of its folder.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Reports => "reports",
            Self::Counts => "counts",
        }
    }

    /// Version of the columns: grows when a column is added or changes its meaning.
    pub(crate) fn schema_version(self) -> &'static str {
        match self {
            Self::Reports => "2",
            Self::Counts => "1",
        }
    }

    pub(crate) fn schema(self) -> SchemaRef {
        match self {
            Self::Reports => report_rows::schema(),
            Self::Counts => count_rows::schema(),
        }
    }

    /// The columns whose bounds are kept in the log, by which whole files are skipped. None of them says anything
    /// about a person.
    pub(crate) fn bounded_columns(self) -> Vec<String> {
        let names: &[&str] = match self {
            Self::Reports => &["source", "reported_on"],
            Self::Counts => &["source", "series", "period_start"],
        };
        names.iter().map(|&name| name.to_owned()).collect()
    }

    /// The columns whose bounds are kept for each row group, by which a reader skips it.
    pub(crate) fn asked_columns(self) -> &'static [&'static str] {
        match self {
            Self::Reports => &["source", "layer", "kind", "reported_on", "occurred_on", "synthetic", "delivery"],
            Self::Counts => &["source", "series", "period_start", "vintage"],
        }
    }

    /// The columns, by their paths in a file, that hold another text or number in nearly each row.
    pub(crate) fn unlike_columns(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Reports => &[&["id"], &["loss_cents"], &["observables", "list", "element", "value"]],
            Self::Counts => &[],
        }
    }
}

/// An open table.
pub(crate) struct Table {
    pub(crate) kind: Kind,
    url: Url,
    open: Mutex<Open>,
}

struct Open {
    newest: DeltaTable,
    versions: VecDeque<(u64, Arc<Version>)>,
}

/// One version of a table.
pub(crate) struct Version {
    table: DeltaTable,
    /// All of its rows.
    pub(crate) rows: Arc<dyn TableProvider>,
    pub(crate) files: Vec<DataFile>,
}

/// A file of a version of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataFile {
    /// Its name in the table.
    pub(crate) path: String,
    pub(crate) bytes: u64,
    /// How many rows it holds; none when the log does not say, or takes some of them away again.
    pub(crate) n_rows: Option<u64>,
}

impl Version {
    async fn of(table: DeltaTable) -> Result<Self, FactsError> {
        let rows = table.table_provider().await.map_err(failed(OPENING))?;
        let snapshot = table.snapshot().map_err(failed(OPENING))?;
        let files = snapshot.log_data().into_iter().map(|file| DataFile {
            path: file.path().into_owned(),
            bytes: u64::try_from(file.size()).unwrap_or_default(),
            n_rows: file
                .num_records()
                .filter(|_| file.deletion_vector_descriptor().is_none())
                .and_then(|n| u64::try_from(n).ok()),
        });
        let files = files.collect();
        Ok(Self { table, rows, files })
    }

    /// The rows of some of its files, by their names.
    pub(crate) async fn rows_of(&self, files: &[String]) -> Result<Arc<dyn TableProvider>, FactsError> {
        self.table.table_provider().with_file_paths(files.iter().cloned()).await.map_err(failed(OPENING))
    }
}

/// Whether the table is there.
pub(crate) async fn exists(url: &Url) -> Result<bool, FactsError> {
    let table = DeltaTableBuilder::from_url(url.clone()).and_then(DeltaTableBuilder::build).map_err(failed(OPENING))?;
    table.verify_deltatable_existence().await.map_err(failed(OPENING))
}

/// Makes an empty table, where nothing else may lie: beside its place first, then put there whole, so that a power cut
/// leaves a table or none. The log is kept for ever: it is the record of the deliveries.
pub(crate) async fn create(kind: Kind, root: &Url, url: &Url) -> Result<(), FactsError> {
    let place = url.to_file_path().map_err(|()| broken(MAKING, "its address is no folder of this machine"))?;
    check_free(&place)?;
    let name = format!("{}.being-made", kind.name());
    let beside = root.join(&format!("{name}/")).map_err(|error| broken(MAKING, error))?;
    let folder = beside.to_file_path().map_err(|()| broken(MAKING, "its address is no folder of this machine"))?;
    // Whoever made it before under this lock did not come to the end.
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(failed(MAKING))?;
    }
    std::fs::create_dir_all(&folder).map_err(failed(MAKING))?;
    write_empty(kind, &beside).await?;
    durable::save_commit(&folder, 0)?;
    durable::save_folder(&folder)?;
    if place.exists() {
        std::fs::remove_dir(&place).map_err(failed(MAKING))?;
    }
    std::fs::rename(&folder, &place).map_err(failed(MAKING))?;
    durable::save_names(&place)
}

/// Refuses a place where something else lies.
fn check_free(place: &Path) -> Result<(), FactsError> {
    let Ok(mut entries) = std::fs::read_dir(place) else { return Ok(()) };
    if entries.next().is_none() {
        return Ok(());
    }
    Err(broken(
        OPENING,
        format_args!(
            "{} holds files but no Delta log: restore the folder from a backup, or name another data folder",
            place.display()
        ),
    ))
}

async fn write_empty(kind: Kind, url: &Url) -> Result<(), FactsError> {
    let columns = StructType::try_from_arrow(kind.schema().as_ref()).map_err(failed(MAKING))?;
    let table = DeltaTableBuilder::from_url(url.clone()).and_then(DeltaTableBuilder::build).map_err(failed(MAKING))?;
    CreateBuilder::new()
        .with_log_store(table.log_store())
        .with_table_name(kind.name())
        .with_save_mode(SaveMode::ErrorIfExists)
        .with_columns(columns.fields().cloned())
        .with_raise_if_key_not_exists(false)
        .with_configuration([
            ("delta.enableExpiredLogCleanup", Some("false")),
            ("delta.logRetentionDuration", Some("interval 36500 days")),
            (SCHEMA_VERSION_KEY, Some(kind.schema_version())),
        ])
        .await
        .map(drop)
        .map_err(failed(MAKING))
}

impl Table {
    /// Opens the table at its newest version.
    pub(crate) async fn open(kind: Kind, url: Url) -> Result<Self, FactsError> {
        let opening = |error| {
            let reason = format!("{} is damaged or no table of this program ({error})", kind.name());
            broken(OPENING, reason)
        };
        let newest = DeltaTableBuilder::from_url(url.clone()).map_err(opening)?.load().await.map_err(opening)?;
        let metadata = newest.snapshot().map_err(opening)?.metadata();
        match metadata.configuration().get(SCHEMA_VERSION_KEY).map(String::as_str) {
            Some(version) if version == kind.schema_version() => {}
            found => {
                let found = found.unwrap_or("none");
                return Err(broken(
                    OPENING,
                    format_args!(
                        "{} has schema version {found} and this program reads {}: \
                         use the program that wrote it, or name another data folder",
                        kind.name(),
                        kind.schema_version()
                    ),
                ));
            }
        }
        let open = Mutex::new(Open { newest, versions: VecDeque::new() });
        Ok(Self { kind, url, open })
    }

    /// Where it lies, when that is a folder of this machine.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        self.url.to_file_path().ok()
    }

    pub(crate) async fn log_store(&self) -> LogStoreRef {
        self.open.lock().await.newest.log_store()
    }

    /// The table at its newest version, to be written to.
    pub(crate) async fn newest(&self) -> Result<DeltaTable, FactsError> {
        let mut open = self.open.lock().await;
        open.newest.update_state().await.map_err(failed(OPENING))?;
        Ok(open.newest.clone())
    }

    /// Lets go of the versions kept open: their files may be gone.
    pub(crate) async fn forget(&self) {
        self.open.lock().await.versions.clear();
    }

    /// A version of the table, to be queried. The last few are kept open, so that a page that asks several questions
    /// reads the log once.
    pub(crate) async fn version(&self, version: u64) -> Result<Arc<Version>, FactsError> {
        let mut open = self.open.lock().await;
        if let Some((_, of)) = open.versions.iter().find(|(v, _)| *v == version) {
            return Ok(of.clone());
        }
        let newest = open.newest.version();
        let table = if newest.is_some_and(|newest| newest <= version) {
            open.newest.update_incremental(Some(version)).await.map_err(failed(OPENING))?;
            open.newest.clone()
        } else {
            let builder = DeltaTableBuilder::from_url(self.url.clone()).map_err(failed(OPENING))?;
            builder.with_version(version).load().await.map_err(failed(OPENING))?
        };
        let of = Arc::new(Version::of(table).await?);
        open.versions.truncate(OPEN_VERSIONS - 1);
        open.versions.push_front((version, of.clone()));
        Ok(of)
    }
}
