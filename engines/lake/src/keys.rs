//! The identifiers of a source's rows.

use crate::count_rows;
use crate::error::failed;
use crate::lake::Lake;
use crate::table::Kind;
use crate::values::{at, column, texts};
use beffroi_model::{PublishedCount, SourceId};
use beffroi_ports::FactsError;
use datafusion::prelude::{DataFrame, col, lit};
use futures::TryStreamExt;

const READING: &str = "read the identifiers of a source";

/// See [`beffroi_ports::Facts::known_keys`].
pub(crate) async fn known(
    lake: &Lake,
    source: &SourceId,
    mut each: Box<dyn FnMut(&str) + Send + '_>,
) -> Result<(), FactsError> {
    let (reports, _) = lake.frame(Kind::Reports, None).await?;
    let reports = of(reports, source)?.select_columns(&["id"]).map_err(failed(READING))?;
    let mut batches = reports.execute_stream().await.map_err(failed(READING))?;
    while let Some(batch) = batches.try_next().await.map_err(failed(READING))? {
        let ids = texts(column(&batch, "id")?)?;
        (0..batch.num_rows()).filter_map(|row| at(&ids, row)).for_each(&mut each);
    }
    let (counts, _) = lake.frame(Kind::Counts, None).await?;
    let mut batches = of(counts, source)?.execute_stream().await.map_err(failed(READING))?;
    while let Some(batch) = batches.try_next().await.map_err(failed(READING))? {
        count_rows::from_batch(&batch)?.iter().for_each(|count| each(&PublishedCount::key(count)));
    }
    Ok(())
}

fn of(frame: DataFrame, source: &SourceId) -> Result<DataFrame, FactsError> {
    frame.filter(col("source").eq(lit(source.as_str()))).map_err(failed(READING))
}
