//! The way out of the lake: rows are left behind as their files are written anew, in one commit; then the old files go.
//!
//! Before the commit everything is as it was; from it on no snapshot gives the rows. What a stop leaves, files that were
//! being written or old ones that were not removed yet, goes with the next writer or at the next opening.

use crate::aggregates::lots;
use crate::durable;
use crate::error::{broken, failed};
use crate::history::{ERASURE_KEY, History};
use crate::lake::Lake;
use crate::lock::{AdderLock, WriterLock};
use crate::table::{Kind, Table};
use crate::values::{column, texts};
use crate::writer::{self, Part};
use crate::{orphans, vacuum};
use beffroi_model::{DeliveryId, ReportId};
use beffroi_ports::{Doomed, Erased, Erasure, FactsError};
use datafusion::arrow::array::{BooleanArray, RecordBatch};
use datafusion::arrow::compute::{cast, filter_record_batch};
use datafusion::logical_expr::Expr;
use datafusion::prelude::{col, lit};
use deltalake::DeltaTable;
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake::kernel::{Action, Add, Remove};
use deltalake::protocol::DeltaOperation;
use futures::TryStreamExt;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;
use tokio::sync::mpsc::unbounded_channel;

const ERASING: &str = "erase rows";
/// Name under which each row tells its file.
const FILE: &str = "beffroi_file";

/// The rows to be erased. Whether a row is one of them is told row by row: a condition on thousands of identifiers would
/// exhaust the stack of whoever plans it.
enum Sought<'a> {
    /// Those that bear this mark.
    Delivery(String),
    /// Those of a source, by their identifiers.
    Reports { source: &'a str, ids: HashSet<&'a str> },
}

impl Sought<'_> {
    /// Rows beside these need not be looked at.
    fn scope(&self) -> Expr {
        match self {
            Self::Delivery(key) => col("delivery").eq(lit(key.as_str())),
            Self::Reports { source, .. } => col("source").eq(lit(*source)),
        }
    }

    /// Of each row of a batch, whether it is sought.
    fn among(&self, batch: &RecordBatch) -> Result<Vec<bool>, FactsError> {
        let of = |name| texts(column(batch, name)?);
        match self {
            Self::Delivery(key) => Ok(of("delivery")?.iter().map(|mark| mark == Some(key.as_str())).collect()),
            Self::Reports { source, ids } => {
                let (sources, rows) = (of("source")?, of("id")?);
                let sought = |(from, id): (Option<&str>, Option<&str>)| {
                    from == Some(*source) && id.is_some_and(|id| ids.contains(id))
                };
                Ok(sources.iter().zip(rows.iter()).map(sought).collect())
            }
        }
    }
}

/// What an erasure touches: files, by their names in the table, and rows of each delivery.
struct Touched {
    files: BTreeSet<String>,
    rows: BTreeMap<DeliveryId, u64>,
}

/// See [`beffroi_ports::Facts::erase`].
pub(crate) async fn erase(lake: &Lake, erasure: &Erasure) -> Result<Option<Erased>, FactsError> {
    let _lock = WriterLock::take(lake.folder())?;
    // Whoever adds up the rows just now is done before they go.
    let adder = AdderLock::wait(lake.folder()).await?;
    let (kind, rows) = {
        let history = lake.history().await?;
        tidy(lake, &history)?;
        match &erasure.doomed {
            Doomed::Delivery(id) => match history.marked(id) {
                Some((kind, key)) => (kind, Sought::Delivery(key.to_owned())),
                None => return Ok(None),
            },
            Doomed::Reports { source, ids } => {
                let ids = ids.iter().map(ReportId::as_str).collect();
                (Kind::Reports, Sought::Reports { source: source.as_str(), ids })
            }
        }
    };
    let table = lake.table(kind);
    let newest = table.newest().await?;
    let Some(touched) = touched(lake, kind, &newest, &rows).await? else { return Ok(None) };
    let erased = Erased {
        what: erasure.what.clone(),
        at: erasure.at,
        rows: touched.rows,
        files: touched.files.into_iter().collect(),
        note: erasure.note.clone(),
    };
    let folder = orphans::new_folder();
    let done = match rewrite(lake, table, &newest, &erased.files, &rows, &folder).await {
        Ok(files) => commit(table, &folder, &newest, &erased, files).await,
        Err(error) => Err(error),
    };
    if let Err(error) = done {
        let history = lake.history().await?;
        // What fails after the commit is written (a checkpoint, say) takes nothing back.
        if !history.erasures().contains(&erased) {
            if let Some(path) = table.folder() {
                orphans::remove(&path, &folder);
            }
            return Err(error);
        }
        tracing::warn!(%error, what = erased.what, "the rows were erased, but what follows a commit failed");
    }
    table.forget().await;
    lake.aggregates().forget();
    let history = lake.history().await?;
    // What was added up of a row goes before the row's file does, which is what tells that something is left to do.
    tidy_aggregates(lake, &history, &adder)?;
    tidy(lake, &history)?;
    Ok(Some(erased))
}

/// Removes what deliveries and erasures left that were stopped. Only for the holder of the writer's lock, with what the
/// logs tell by now.
pub(crate) fn tidy(lake: &Lake, history: &History) -> Result<(), FactsError> {
    for kind in Kind::ALL {
        if let Some(folder) = lake.table(kind).folder() {
            orphans::sweep(&folder, history.folders(kind))?;
            vacuum::remove(&folder, &vacuum::left(&folder, history.doomed(kind))?)?;
        }
    }
    Ok(())
}

/// Removes what was added up and stands for nothing any more.
pub(crate) fn tidy_aggregates(lake: &Lake, history: &History, _lock: &AdderLock) -> Result<(), FactsError> {
    lots::remove(&stale(lake, history)?)
}

/// Ends an erasure that was stopped after its commit, unless somebody is writing, who will.
pub(crate) async fn finish(lake: &Lake) -> Result<(), FactsError> {
    let history = lake.history().await?;
    let mut left = !stale(lake, &history)?.is_empty();
    for kind in Kind::ALL {
        if let Some(folder) = lake.table(kind).folder() {
            left |= !vacuum::left(&folder, history.doomed(kind))?.is_empty();
        }
    }
    if !left {
        return Ok(());
    }
    let Ok(_lock) = WriterLock::take(lake.folder()) else { return Ok(()) };
    // Whoever is adding up leaves nothing behind that was erased meanwhile.
    if let Ok(adder) = AdderLock::take(lake.folder()) {
        tidy_aggregates(lake, &history, &adder)?;
    }
    tidy(lake, &history)
}

/// What was added up and stands for nothing any more.
fn stale(lake: &Lake, history: &History) -> Result<Vec<PathBuf>, FactsError> {
    let Some(table) = lake.table(Kind::Reports).folder() else { return Ok(Vec::new()) };
    lots::stale(lake.folder(), &table, &history.doomed(Kind::Reports).collect())
}

/// The files that hold some of the rows, and how many rows of each delivery these are; none when there are no such rows.
async fn touched(
    lake: &Lake,
    kind: Kind,
    newest: &DeltaTable,
    rows: &Sought<'_>,
) -> Result<Option<Touched>, FactsError> {
    let provider = newest.table_provider().with_file_column(FILE).await.map_err(failed(ERASING))?;
    let columns = match rows {
        Sought::Delivery(_) => &["delivery", FILE][..],
        Sought::Reports { .. } => &["source", "id", "delivery", FILE][..],
    };
    let frame = lake.read(provider)?.filter(rows.scope()).and_then(|frame| frame.select_columns(columns));
    let mut batches = frame.map_err(failed(ERASING))?.execute_stream().await.map_err(failed(ERASING))?;
    let mut found: BTreeMap<(String, String), u64> = BTreeMap::new();
    while let Some(batch) = batches.try_next().await.map_err(failed(ERASING))? {
        let (files, marks) = (texts(column(&batch, FILE)?)?, texts(column(&batch, "delivery")?)?);
        for ((file, mark), _) in files.iter().zip(marks.iter()).zip(rows.among(&batch)?).filter(|(_, sought)| *sought) {
            let place = (file.unwrap_or_default().to_owned(), mark.unwrap_or_default().to_owned());
            *found.entry(place).or_default() += 1;
        }
    }
    let named: Vec<String> = names(newest)?;
    let history = lake.history().await?;
    let deliveries = history.deliveries(kind);
    let mut touched = Touched { files: BTreeSet::new(), rows: BTreeMap::new() };
    for ((file, mark), n) in found {
        let stranger = || broken(ERASING, "a row lies in no file of the log, or is of no delivery");
        let name = named.iter().find(|name| is_named(&file, name)).ok_or_else(stranger)?;
        let delivery = *deliveries.get(mark.as_str()).ok_or_else(stranger)?;
        touched.files.insert(name.clone());
        *touched.rows.entry(delivery.clone()).or_default() += n;
    }
    Ok((!touched.files.is_empty()).then_some(touched))
}

/// Whether the address of a file, as a row tells it, is that of a file's name in the table.
fn is_named(address: &str, name: &str) -> bool {
    address.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// The files of the newest version, by their names in the table.
fn names(newest: &DeltaTable) -> Result<Vec<String>, FactsError> {
    let files = newest.snapshot().map_err(failed(ERASING))?.log_data().into_iter();
    Ok(files.map(|file| file.path().into_owned()).collect())
}

/// Writes what the files hold beside the rows into a folder of its own; nothing of it is visible yet.
async fn rewrite(
    lake: &Lake,
    table: &Table,
    newest: &DeltaTable,
    files: &[String],
    rows: &Sought<'_>,
    folder: &str,
) -> Result<Vec<Add>, FactsError> {
    let provider = newest.table_provider().with_file_paths(files.iter().cloned()).await.map_err(failed(ERASING))?;
    let mut batches = lake.read(provider)?.execute_stream().await.map_err(failed(ERASING))?;
    let (parts, writing) = writer::start(table, folder, None, unbounded_channel().0).await?;
    let mut read = Ok(());
    loop {
        let next = match batches.try_next().await.map_err(failed(ERASING)) {
            Ok(Some(batch)) => without(table.kind, &batch, rows),
            Ok(None) => break,
            Err(error) => Err(error),
        };
        match next {
            // A writer that no longer listens has failed: its own error, awaited below, tells why.
            Ok(batch) => {
                if parts.send(Part::Columns(batch)).await.is_err() {
                    break;
                }
            }
            Err(error) => {
                read = Err(error);
                break;
            }
        }
    }
    if read.is_ok() {
        parts.send(Part::End).await.ok();
    }
    drop(parts);
    let written = writing.await.map_err(failed(ERASING))?;
    read?;
    written?.ok_or_else(|| broken(ERASING, "its writer stopped before the end"))
}

/// What a batch holds beside the rows: the columns of the table as it was declared, whichever way the reader laid them
/// out.
fn without(kind: Kind, batch: &RecordBatch, rows: &Sought<'_>) -> Result<RecordBatch, FactsError> {
    let kept = BooleanArray::from_iter(rows.among(batch)?.into_iter().map(|sought| Some(!sought)));
    let batch = filter_record_batch(batch, &kept).map_err(failed(ERASING))?;
    let schema = kind.schema();
    let columns = schema.fields().iter().map(|field| {
        let found = column(&batch, field.name())?;
        cast(found, field.data_type()).map_err(failed(ERASING))
    });
    RecordBatch::try_new(schema.clone(), columns.collect::<Result<_, _>>()?).map_err(failed(ERASING))
}

/// Takes the old files out and puts the new ones in, in one commit that says what was erased.
async fn commit(
    table: &Table,
    folder: &str,
    newest: &DeltaTable,
    erased: &Erased,
    files: Vec<Add>,
) -> Result<(), FactsError> {
    let path = table.folder();
    if let Some(path) = path.as_deref().filter(|_| !files.is_empty()) {
        durable::save_folder(&path.join(folder))?;
    }
    let snapshot = newest.snapshot().map_err(failed(ERASING))?;
    let going: Vec<Remove> = snapshot
        .log_data()
        .into_iter()
        .filter(|file| erased.files.iter().any(|name| *name == file.path()))
        .map(|file| file.remove_action(true))
        .collect();
    if going.len() != erased.files.len() {
        return Err(broken(ERASING, "the log names a file twice, or no more"));
    }
    let note = serde_json::to_value(erased).map_err(failed(ERASING))?;
    let properties = CommitProperties::default()
        .with_metadata([(ERASURE_KEY.to_owned(), note)])
        .with_cleanup_expired_logs(Some(false));
    let actions = going.into_iter().map(Action::Remove).chain(files.into_iter().map(Action::Add));
    let committed = CommitBuilder::from(properties)
        .with_actions(actions.collect())
        .build(Some(snapshot), newest.log_store(), DeltaOperation::Delete { predicate: None })
        .await
        .map_err(failed(ERASING))?;
    path.as_deref().map_or(Ok(()), |path| durable::save_commit(path, committed.version()))
}
