//! A table of an earlier version of the columns takes those that were added since, in one commit that changes no row: a
//! file written before has none of them, and a row of it says nothing there. Snapshots keep their numbers and their rows.

use crate::durable;
use crate::error::failed;
use crate::table::{Kind, SCHEMA_VERSION_KEY};
use beffroi_ports::FactsError;
use deltalake::DeltaTableBuilder;
use deltalake::kernel::engine::arrow_conversion::TryFromArrow;
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake::kernel::{Action, MetadataExt, StructType};
use deltalake::protocol::DeltaOperation;
use url::Url;

const UPGRADING: &str = "add columns to a table of an earlier version";

/// The version of the columns from which a table can be brought to this program's.
fn before(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Reports => Some("1"),
        Kind::Counts => None,
    }
}

/// Whether the table at that address is of the version before.
pub(crate) async fn due(kind: Kind, url: &Url) -> Result<bool, FactsError> {
    let Some(before) = before(kind) else { return Ok(false) };
    let Ok(builder) = DeltaTableBuilder::from_url(url.clone()) else { return Ok(false) };
    // What cannot be loaded is told by whoever opens it.
    let Ok(table) = builder.load().await else { return Ok(false) };
    let metadata = table.snapshot().map_err(failed(UPGRADING))?.metadata();
    Ok(metadata.configuration().get(SCHEMA_VERSION_KEY).is_some_and(|version| version == before))
}

/// Brings a table to this program's columns. Only for the holder of the writer's lock.
pub(crate) async fn upgrade(kind: Kind, url: &Url) -> Result<(), FactsError> {
    let builder = DeltaTableBuilder::from_url(url.clone()).map_err(failed(UPGRADING))?;
    let table = builder.load().await.map_err(failed(UPGRADING))?;
    let snapshot = table.snapshot().map_err(failed(UPGRADING))?;
    let columns = StructType::try_from_arrow(kind.schema().as_ref()).map_err(failed(UPGRADING))?;
    let metadata = snapshot
        .metadata()
        .clone()
        .with_schema(&columns)
        .and_then(|metadata| metadata.add_config_key(SCHEMA_VERSION_KEY.to_owned(), kind.schema_version().to_owned()))
        .map_err(failed(UPGRADING))?;
    let operation = DeltaOperation::AddColumn { fields: columns.fields().cloned().collect() };
    let committed = CommitBuilder::from(CommitProperties::default().with_cleanup_expired_logs(Some(false)))
        .with_actions(vec![Action::Metadata(metadata)])
        .build(Some(snapshot), table.log_store(), operation)
        .await
        .map_err(failed(UPGRADING))?;
    match url.to_file_path() {
        Ok(folder) => durable::save_commit(&folder, committed.version()),
        Err(()) => Ok(()),
    }
}
