//! Rows to Parquet files, in memory that does not grow with their number.

use crate::error::failed;
use crate::history::DELIVERY_KEY;
use crate::table::{Kind, SCHEMA_VERSION_KEY, Table};
use crate::{count_rows, report_rows};
use beffroi_ports::{FactsError, Rows};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::error::ArrowError;
use deltalake::datafile::writer::{PartitionWriter, PartitionWriterConfig};
use deltalake::kernel::Add;
use deltalake::parquet::basic::Compression;
use deltalake::parquet::file::metadata::KeyValue;
use deltalake::parquet::file::properties::{EnabledStatistics, WriterProperties};
use deltalake::parquet::schema::types::ColumnPath;
use deltalake::table::config::TablePropertiesExt;
use std::num::NonZeroU64;
use tokio::sync::mpsc::{Receiver, Sender, UnboundedSender, channel};
use tokio::task::JoinHandle;

const WRITING: &str = "write its files";
/// Rows encoded at once.
const BATCH_ROWS: usize = 8192;
/// Rows of a row group: what is held in memory before it goes to disk, and what a reader reads or skips as a whole.
const ROW_GROUP_ROWS: usize = 131_072;
/// Bytes after which a new file begins: about a million reports.
const FILE_BYTES: Option<NonZeroU64> = NonZeroU64::new(48 << 20);
/// Batches between the one who reads the delivery and the one who writes it.
const IN_FLIGHT: usize = 4;

/// What the writer is told.
pub(crate) enum Part {
    /// More rows.
    Rows(Rows),
    /// More rows, already as columns.
    Columns(RecordBatch),
    /// That was all: close the files. A channel that closes without this word drops the delivery.
    End,
}

/// A writer at work on a thread of its own: where to send it rows, and the files it closed (`None` when it was never
/// told the end).
pub(crate) type Writing = (Sender<Part>, JoinHandle<Result<Option<Vec<Add>>, FactsError>>);

/// Starts a writer of files into `folder` of the table; each row is marked with the delivery's key, which rows that are
/// columns already bear. Rows that were written go to `spent`: memory is given back soonest by the thread that took it.
pub(crate) async fn start(
    table: &Table,
    folder: &str,
    key: Option<String>,
    spent: UnboundedSender<Rows>,
) -> Result<Writing, FactsError> {
    let newest = table.newest().await?;
    let kind = table.kind;
    let mut notes = vec![KeyValue::new(SCHEMA_VERSION_KEY.to_owned(), kind.schema_version().to_owned())];
    notes.extend(key.clone().map(|key| KeyValue::new(DELIVERY_KEY.to_owned(), key)));
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        // Bounds of what a reader asks for by row groups; of the other columns each row group holds every value.
        .set_statistics_enabled(EnabledStatistics::None)
        .set_key_value_metadata(Some(notes));
    for name in kind.asked_columns() {
        properties = properties.set_column_statistics_enabled(ColumnPath::from(*name), EnabledStatistics::Chunk);
    }
    // What is another in each row makes no dictionary.
    for path in kind.unlike_columns() {
        let parts = path.iter().map(|&part| part.to_owned()).collect::<Vec<_>>();
        properties = properties.set_column_dictionary_enabled(ColumnPath::new(parts), false);
    }
    let config = PartitionWriterConfig::try_new(
        kind.schema(),
        Default::default(),
        Some(properties.build()),
        FILE_BYTES,
        Some(BATCH_ROWS),
        None,
        Some(folder.into()),
    )
    .map_err(failed(WRITING))?;
    let indexed = newest.snapshot().map_err(failed(WRITING))?.table_config().num_indexed_cols();
    let writer = PartitionWriter::try_with_config(newest.object_store(), config, indexed, Some(kind.bounded_columns()))
        .map_err(failed(WRITING))?;
    let (sender, receiver) = channel(IN_FLIGHT);
    let runtime = tokio::runtime::Handle::current();
    let key = key.unwrap_or_default();
    let task = tokio::task::spawn_blocking(move || runtime.block_on(write(kind, writer, receiver, key, spent)));
    Ok((sender, task))
}

async fn write(
    kind: Kind,
    mut writer: PartitionWriter,
    mut parts: Receiver<Part>,
    key: String,
    spent: UnboundedSender<Rows>,
) -> Result<Option<Vec<Add>>, FactsError> {
    while let Some(part) = parts.recv().await {
        if matches!(part, Part::End) {
            return writer.close().await.map(Some).map_err(failed(WRITING));
        }
        for batch in batches(&part, &key) {
            let written = match batch {
                Ok(batch) => writer.write(&batch).await.map_err(failed(WRITING)),
                Err(error) => Err(failed(WRITING)(error)),
            };
            if let Err(error) = written {
                abort(kind, writer).await;
                return Err(error);
            }
        }
        if let Part::Rows(rows) = part {
            // Nobody has to take them back.
            spent.send(rows).ok();
        }
    }
    abort(kind, writer).await;
    Ok(None)
}

async fn abort(kind: Kind, writer: PartitionWriter) {
    if let Err(error) = writer.abort().await {
        tracing::warn!(table = kind.name(), %error, "a file that was being written could not be dropped");
    }
}

fn batches<'a>(part: &'a Part, key: &'a str) -> Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send + 'a> {
    match part {
        Part::Rows(Rows::Reports(rows)) => {
            Box::new(rows.chunks(BATCH_ROWS).map(move |rows| report_rows::to_batch(rows, key)))
        }
        Part::Rows(Rows::Counts(rows)) => {
            Box::new(rows.chunks(BATCH_ROWS).map(move |rows| count_rows::to_batch(rows, key)))
        }
        Part::Columns(batch) => Box::new(std::iter::once(Ok(batch.clone()))),
        Part::End => Box::new(std::iter::empty()),
    }
}
