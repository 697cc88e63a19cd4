//! Adding up what has landed: after its commit, while others may write, one shape after the other.

use super::cells::conform;
use super::gathering;
use super::lots::{self, Draft};
use super::shapes::{Pace, SHAPES, Shape, is_flag};
use super::ways::{Form, is_plain};
use crate::erase;
use crate::error::failed;
use crate::groups::Group;
use crate::lake::Lake;
use crate::lock::{AdderLock, WriterLock};
use crate::table::{DataFile, Kind, Version};
use beffroi_ports::FactsError;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::DataFusionError;
use datafusion::functions::core::expr_fn::greatest;
use datafusion::logical_expr::Expr;
use datafusion::prelude::{DataFrame, cast, col};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

const ADDING: &str = "add up its rows";
/// A shape is kept of a lot when it has at most this many cells…
const CELLS_ALWAYS: u64 = 5_000;
/// …or at most one cell for so many rows: else the rows are as quick, and their copy would be as large.
const ROWS_PER_CELL: u64 = 4;
/// Rows from which it is told that a shape is too fine, before all of them are added up.
const SAMPLE: usize = 100_000;
/// How often the right to write is asked for when a lot is ready, and the rest in between.
const TRIES: usize = 20;
const REST: Duration = Duration::from_millis(100);

/// See [`beffroi_ports::Facts::prepare`].
pub(crate) async fn prepare(lake: &Lake) -> Result<u64, FactsError> {
    let lock = match AdderLock::take(lake.folder()) {
        Ok(lock) => lock,
        Err(FactsError::Busy { .. }) => return Ok(0),
        Err(error) => return Err(error),
    };
    let view = {
        let history = lake.history().await?;
        erase::tidy_aggregates(lake, &history, &lock)?;
        history.view(None)?
    };
    let spoilt = lake.aggregates().spoilt();
    let places: Vec<_> = spoilt.iter().map(|lot| super::folder(lake.folder()).join(lot)).collect();
    lots::remove(&places.into_iter().filter(|place| place.exists()).collect::<Vec<_>>())?;
    if !spoilt.is_empty() {
        lake.aggregates().forget();
    }
    let version = lake.table(Kind::Reports).version(view.part(Kind::Reports).version).await?;
    let known = lake.aggregates().lots(&version.files)?;
    let known: HashSet<&str> = known.iter().flat_map(|lot| lot.files()).collect();
    // One lot a delivery, whose files lie in a folder of their own: each snapshot then has its lots.
    let mut open: BTreeMap<&str, Vec<DataFile>> = BTreeMap::new();
    let can_be = |file: &&DataFile| file.n_rows.is_some() && is_plain(&file.path);
    for file in version.files.iter().filter(can_be).filter(|file| !known.contains(file.path.as_str())) {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        open.entry(folder).or_default().push(file.clone());
    }
    let mut n_rows = 0;
    for files in open.into_values() {
        n_rows += make(lake, &version, &files).await?;
    }
    Ok(n_rows)
}

/// Adds up the rows of some files; gives their number.
async fn make(lake: &Lake, version: &Version, files: &[DataFile]) -> Result<u64, FactsError> {
    let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    let rows = lake.to_add_up(version.rows_of(&paths).await?)?;
    let n_rows: u64 = files.iter().filter_map(|file| file.n_rows).sum();
    let most = CELLS_ALWAYS.max(n_rows / ROWS_PER_CELL);
    let sample = if n_rows > SAMPLE as u64 { Some(sample(lake, rows.clone()).await?) } else { None };
    let mut draft = Draft::begin(lake.folder(), files)?;
    for shape in SHAPES.iter().filter(|shape| !shape.spreads) {
        // The smallest of what is kept already from which it can be made, else the rows.
        let finer = SHAPES.iter().filter(|finer| shape.is_within(finer));
        let finer = finer.filter_map(|finer| Some((draft.cells(finer)?, finer))).min_by_key(|(cells, _)| *cells);
        let (from, form) = match finer {
            Some((_, finer)) => (lake.cells_to_add_up(finer.filed(), draft.read(finer)?)?, Form::Cells),
            None if is_hopeless(sample.as_ref(), shape, most).await? => continue,
            None => (rows.clone(), Form::Rows),
        };
        match cells(from, form, shape).await? {
            Some(cells) if cells.iter().map(RecordBatch::num_rows).sum::<usize>() as u64 <= most => {
                draft.keep(shape, &cells)?;
            }
            _ => tracing::debug!(shape = shape.name, n_rows, "too fine to be kept of this delivery"),
        }
    }
    gathering::gather(&mut draft, rows, most).await?;
    end(lake, draft, files).await.map(|ended| if ended { n_rows } else { 0 })
}

/// Puts a lot in its place, unless its rows were erased meanwhile; gives whether it did. Where somebody is writing for
/// longer, it is made another time.
async fn end(lake: &Lake, draft: Draft, files: &[DataFile]) -> Result<bool, FactsError> {
    for _ in 0..TRIES {
        match WriterLock::take(lake.folder()) {
            Ok(_lock) => {
                let history = lake.history().await?;
                let doomed: HashSet<&str> = history.doomed(Kind::Reports).collect();
                if files.iter().any(|file| doomed.contains(file.path.as_str())) {
                    break;
                }
                draft.end()?;
                return Ok(true);
            }
            Err(FactsError::Busy { .. }) => sleep(REST).await,
            Err(error) => return Err(error),
        }
    }
    draft.drop()?;
    Ok(false)
}

/// The first rows, in memory.
async fn sample(lake: &Lake, rows: DataFrame) -> Result<DataFrame, FactsError> {
    let keys = ["reported_on", "delivery"].into_iter().chain(SHAPES.iter().flat_map(Shape::columns));
    let wanted: Vec<Expr> = keys.collect::<BTreeSet<_>>().into_iter().map(col).collect();
    let some = rows.limit(0, Some(SAMPLE)).and_then(|rows| rows.select(wanted)).map_err(failed(ADDING))?;
    let schema = Arc::new(some.schema().as_arrow().clone());
    lake.cells_to_add_up(schema, some.collect().await.map_err(failed(ADDING))?)
}

/// Whether all rows would have many more cells in a shape than may be kept, if they were as those of the sample: when that
/// many cells are equally frequent, about n² ÷ 2 of them times over, two of n rows fall into the same one.
async fn is_hopeless(sample: Option<&DataFrame>, shape: &Shape, most: u64) -> Result<bool, FactsError> {
    let Some(sample) = sample else { return Ok(false) };
    let keys = keys(shape, Form::Cells);
    let apart = sample.clone().aggregate(keys, Vec::new()).map_err(failed(ADDING))?;
    let apart = apart.count().await.map_err(failed(ADDING))? as u64;
    let n_rows = SAMPLE as u64;
    let n_cells = if 2 * apart <= n_rows { apart } else { n_rows * n_rows / (2 * n_rows.saturating_sub(apart)).max(1) };
    Ok(n_cells > 2 * most)
}

/// The cells of a shape; none when they do not fit into the memory that they may take.
async fn cells(from: DataFrame, form: Form, shape: &Shape) -> Result<Option<Vec<RecordBatch>>, FactsError> {
    let frame = from.aggregate(keys(shape, form), sums(shape, form)).map_err(failed(ADDING))?;
    match frame.collect().await {
        Ok(batches) => {
            let schema = shape.filed();
            batches.iter().map(|batch| conform(&schema, batch)).collect::<Result<_, _>>().map(Some)
        }
        Err(error) if matches!(error.find_root(), DataFusionError::ResourcesExhausted(_)) => Ok(None),
        Err(error) => Err(failed(ADDING)(error)),
    }
}

/// What a shape keeps apart, out of rows or of finer cells.
pub(crate) fn keys(shape: &Shape, form: Form) -> Vec<Expr> {
    let text = |name: &'static str| match form {
        Form::Rows if !is_flag(name) => cast(col(name), DataType::Utf8View).alias(name),
        _ => col(name),
    };
    let mut keys = vec![cast(first_day(shape.pace), DataType::Date32).alias("reported_on"), text("delivery")];
    keys.extend(shape.columns().map(text));
    keys
}

/// The first day of the span that `reported_on` lies in, as a whole number of days.
pub(crate) fn first_day(pace: Pace) -> Expr {
    let (week, month) = (|| Group::Week.expression(), || Group::Month.expression());
    match pace {
        Pace::Day => cast(col("reported_on"), DataType::Int32),
        Pace::Piece => greatest(vec![week(), month()]),
        Pace::Month => month(),
    }
}

/// What is added up, out of rows or of finer cells.
fn sums(shape: &Shape, form: Form) -> Vec<Expr> {
    shape.sums().map(|sum| sum.expression(form).alias(sum.name())).collect()
}
