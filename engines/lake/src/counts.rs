//! Published counts: the rows themselves.

use crate::count_rows;
use crate::error::failed;
use crate::lake::Lake;
use crate::predicates::{day, one_of};
use crate::table::Kind;
use beffroi_model::{PublishedCount, SourceId};
use beffroi_ports::{CountsQuery, FactsError, counts_order};
use datafusion::logical_expr::Expr;
use datafusion::prelude::{col, lit};
use futures::TryStreamExt;

const READING: &str = "read published counts";

/// See [`beffroi_ports::Facts::counts`].
pub(crate) async fn counts(lake: &Lake, query: &CountsQuery) -> Result<Vec<PublishedCount>, FactsError> {
    let (mut frame, _) = lake.frame(Kind::Counts, query.snapshot).await?;
    if let Some(condition) = conditions(query).into_iter().reduce(Expr::and) {
        frame = frame.filter(condition).map_err(failed(READING))?;
    }
    let mut batches = frame.execute_stream().await.map_err(failed(READING))?;
    let mut counts = Vec::new();
    while let Some(batch) = batches.try_next().await.map_err(failed(READING))? {
        // The last day of a row's period lies in no column: the whole of the question is asked again here.
        counts.extend(count_rows::from_batch(&batch)?.into_iter().filter(|row| query.keeps(row)));
    }
    counts.sort_by(counts_order);
    Ok(counts)
}

/// What the columns can tell of the question.
fn conditions(query: &CountsQuery) -> Vec<Expr> {
    let texts =
        |column, values: &[String]| (!values.is_empty()).then(|| one_of(column, values.iter().map(String::as_str)));
    let sources = (!query.sources.is_empty()).then(|| one_of("source", query.sources.iter().map(SourceId::as_str)));
    let conditions = [
        sources,
        texts("series", &query.series),
        query.layer.map(|layer| col("layer").eq(lit(layer.code()))),
        query.grain.map(|grain| col("grain").eq(lit(grain.code()))),
        query.from.map(|from| col("period_start").gt_eq(day(from.start()))),
        query.to.map(|to| col("period_start").lt_eq(day(to.end()))),
        texts("territory", &query.territories),
        query.definition_version.as_ref().map(|version| col("definition_version").eq(lit(version.as_str()))),
        query.known_on.map(|known_on| col("vintage").lt_eq(day(known_on))),
    ];
    conditions.into_iter().flatten().collect()
}
