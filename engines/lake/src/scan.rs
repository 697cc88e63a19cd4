//! Reports, all of them or those that can be linked, one batch after the other.

use crate::error::failed;
use crate::lake::Lake;
use crate::predicates::keep;
use crate::report_rows;
use crate::table::Kind;
use beffroi_model::Report;
use beffroi_ports::{FactsError, ReportsQuery};
use datafusion::functions_nested::expr_fn::cardinality;
use datafusion::prelude::{col, lit};
use futures::TryStreamExt;

const READING: &str = "read reports";

/// See [`beffroi_ports::Facts::scan`] and, when not only what is linkable is wanted, [`beffroi_ports::Facts::read`].
pub(crate) async fn scan(
    lake: &Lake,
    query: &ReportsQuery,
    linkable: bool,
    mut each: Box<dyn FnMut(Vec<Report>) + Send + '_>,
) -> Result<u64, FactsError> {
    let (frame, _) = lake.frame(Kind::Reports, query.snapshot).await?;
    let mut frame = keep(frame, query)?;
    if linkable {
        let carries_some = cardinality(col("observables")).gt(lit(0_u64));
        frame = frame.filter(carries_some).map_err(failed(READING))?;
    }
    let mut batches = frame.execute_stream().await.map_err(failed(READING))?;
    let mut n_rows = 0;
    while let Some(batch) = batches.try_next().await.map_err(failed(READING))? {
        let reports = report_rows::from_batch(&batch)?;
        if !reports.is_empty() {
            n_rows += reports.len() as u64;
            each(reports);
        }
    }
    Ok(n_rows)
}
