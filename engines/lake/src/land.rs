//! A delivery's way into the lake: read, written, committed, or dropped as a whole.

use crate::durable;
use crate::erase;
use crate::error::{broken, failed};
use crate::history::{DELIVERY_KEY, SNAPSHOT_KEY, delivery_key};
use crate::lake::Lake;
use crate::lock::WriterLock;
use crate::orphans;
use crate::table::{Kind, Table};
use crate::writer::{self, Part};
use beffroi_model::{Delivery, DeliveryOutcome, SourceId};
use beffroi_ports::{Batch, FactsError, Rows};
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake::kernel::{Action, Add, Transaction};
use deltalake::protocol::{DeltaOperation, SaveMode};
use std::path::Path;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::mpsc::unbounded_channel;

const LANDING: &str = "land a delivery";
const COMMITTING: &str = "commit a delivery";

type Batches<'a> = Box<dyn Iterator<Item = Batch> + Send + 'a>;
type Provenance<'a> = Box<dyn FnOnce() -> Delivery + Send + 'a>;

/// See [`beffroi_ports::Facts::land`].
pub(crate) async fn land(
    lake: &Lake,
    source: &SourceId,
    file_sha256: &str,
    mapping_version: &str,
    mut batches: Batches<'_>,
    delivery: Provenance<'_>,
) -> Result<DeliveryOutcome, FactsError> {
    let key = delivery_key(source, file_sha256, mapping_version);
    if let Some(snapshot) = lake.history().await?.number(&key) {
        return Ok(DeliveryOutcome::AlreadyThere { snapshot });
    }
    let _lock = WriterLock::take(lake.folder())?;
    let number = {
        let history = lake.history().await?;
        if let Some(snapshot) = history.number(&key) {
            return Ok(DeliveryOutcome::AlreadyThere { snapshot });
        }
        erase::tidy(lake, &history)?;
        history.latest() + 1
    };

    let first = pull(&mut batches).transpose()?;
    let table = lake.table(first.as_ref().map_or(Kind::Reports, kind_of));
    let folder = orphans::new_folder();
    let landed = match fill(table, &folder, &key, first, batches).await {
        Ok(files) => commit(table, &folder, &key, number, files, delivery()).await,
        Err(error) => Err(error),
    };
    match landed {
        Ok(()) => Ok(DeliveryOutcome::Landed { snapshot: number }),
        Err(error) => {
            let history = lake.history().await?;
            // What fails after the commit is written (a checkpoint, say) takes nothing back.
            if history.folders(table.kind).contains(&folder) {
                tracing::warn!(%error, snapshot = number, "the delivery landed, but what follows a commit failed");
                return Ok(DeliveryOutcome::Landed { snapshot: number });
            }
            if let Some(path) = table.folder() {
                orphans::remove(&path, &folder);
            }
            history.number(&key).map(|snapshot| DeliveryOutcome::AlreadyThere { snapshot }).ok_or(error)
        }
    }
}

fn kind_of(rows: &Rows) -> Kind {
    match rows {
        Rows::Reports(_) => Kind::Reports,
        Rows::Counts(_) => Kind::Counts,
    }
}

/// The next batch. Reading it is hard work, so the runtime is told not to wait for this thread.
fn pull(batches: &mut Batches<'_>) -> Option<Batch> {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(|| batches.next()),
        _ => batches.next(),
    }
}

/// Writes all batches into the table's folder; nothing of them is visible yet.
async fn fill(
    table: &Table,
    folder: &str,
    key: &str,
    first: Option<Rows>,
    mut batches: Batches<'_>,
) -> Result<Vec<Add>, FactsError> {
    let (spent, mut written) = unbounded_channel();
    let (parts, writing) = writer::start(table, folder, Some(key.to_owned()), spent).await?;
    let mut next = first.map(Ok);
    let read = loop {
        let Some(batch) = next else { break Ok(()) };
        match batch {
            Err(error) => break Err(error),
            Ok(rows) if kind_of(&rows) != table.kind => {
                let reason = "it holds both reports and published counts; land each kind apart";
                break Err(broken(LANDING, reason));
            }
            // A writer that no longer listens has failed: its own error, awaited below, tells why.
            Ok(rows) => match parts.send(Part::Rows(rows)).await {
                Ok(()) => {
                    while written.try_recv().is_ok() {}
                    next = pull(&mut batches);
                }
                Err(_) => break Ok(()),
            },
        }
    };
    if read.is_ok() {
        parts.send(Part::End).await.ok();
    }
    drop(parts);
    let files = writing.await.map_err(failed(LANDING))?;
    read?;
    files?.ok_or_else(|| broken(LANDING, "its writer stopped before the end"))
}

/// Makes the files visible, with their provenance, in one commit.
async fn commit(
    table: &Table,
    folder: &str,
    key: &str,
    number: u64,
    files: Vec<Add>,
    delivery: Delivery,
) -> Result<(), FactsError> {
    let path = table.folder();
    if let Some(path) = path.as_deref().filter(|_| !files.is_empty()) {
        durable::save_folder(&path.join(folder))?;
    }
    let newest = table.newest().await?;
    let txn_version = i64::try_from(number).map_err(failed(COMMITTING))?;
    let delivery = serde_json::to_value(&delivery).map_err(failed(COMMITTING))?;
    let properties = CommitProperties::default()
        .with_metadata([(DELIVERY_KEY.to_owned(), delivery), (SNAPSHOT_KEY.to_owned(), number.into())])
        .with_application_transaction(Transaction::new(key, txn_version))
        .with_cleanup_expired_logs(Some(false));
    let operation = DeltaOperation::Write { mode: SaveMode::Append, partition_by: None, predicate: None };
    let committed = CommitBuilder::from(properties)
        .with_actions(files.into_iter().map(Action::Add).collect())
        .build(Some(newest.snapshot().map_err(failed(COMMITTING))?), newest.log_store(), operation)
        .await
        .map_err(failed(COMMITTING))?;
    path.as_deref().map_or(Ok(()), |path: &Path| durable::save_commit(path, committed.version()))
}
