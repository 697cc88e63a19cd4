//! The values of cells, gathered out of rows: each known loss and each known delay of a delivery, in order within its
//! cell, in each of the shapes that keep them.
//!
//! Rows are read in passes, each of so many months that their rows fit into memory: a cell lies within a month.

use super::cells::{File, conform};
use super::cube::{Days, Texts};
use super::lots::Draft;
use super::narrow::{Narrow, places};
use super::shapes::{DELAYS, LOSSES, SHAPES, Shape, is_flag};
use crate::error::{broken, failed};
use crate::groups::{Group, Sum, whole_days};
use crate::packed::{Groups, Packed};
use crate::values::{column, given, numbers};
use beffroi_ports::FactsError;
use datafusion::arrow::array::{ArrayRef, BooleanArray, Date32Array, Int64Array, ListArray, RecordBatch, StringArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Int32Type, Int64Type};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::prelude::{DataFrame, col, lit};
use futures::TryStreamExt;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const ADDING: &str = "add up its rows";
const MONTH: &str = "month_start";
const DELAY: &str = "delay_days";
/// Rows held at once: about seventy bytes each. A month of more is not gathered; its quantiles are read from the rows.
const ROWS_AT_ONCE: u64 = 3 << 20;

/// Writes the shapes that keep each value, as far as each has at most `most` cells.
pub(crate) async fn gather(draft: &mut Draft, rows: DataFrame, most: u64) -> Result<(), FactsError> {
    let months = months(&rows).await?;
    if months.values().any(|n_rows| *n_rows > ROWS_AT_ONCE) {
        tracing::debug!("a month has too many rows for its values to be gathered");
        return Ok(());
    }
    let passes = passes(&months);
    let mut files: Vec<(&'static Shape, File)> = Vec::new();
    for shape in SHAPES.iter().filter(|shape| shape.spreads) {
        files.push((shape, draft.file(shape)?));
    }
    for &(first, last) in &passes {
        let rows = if passes.len() == 1 {
            rows.clone()
        } else {
            let month = Group::Month.expression();
            rows.clone().filter(month.between(lit(first), lit(last))).map_err(failed(ADDING))?
        };
        let gathered = Arc::new(read(rows).await?);
        let mut kept = Vec::new();
        for (shape, mut file) in files {
            let of = Arc::clone(&gathered);
            let cells = tokio::task::spawn_blocking(move || of.cells(shape)).await.map_err(failed(ADDING))??;
            if file.n_cells() + cells.num_rows() as u64 > most {
                tracing::debug!(shape = shape.name, "too fine to be kept of this delivery");
                draft.give_up(shape, file)?;
                continue;
            }
            file.write(&cells)?;
            kept.push((shape, file));
        }
        files = kept;
    }
    files.into_iter().try_for_each(|(shape, file)| draft.filed(shape, file))
}

/// How many rows each month has, by its first day.
async fn months(rows: &DataFrame) -> Result<BTreeMap<i32, u64>, FactsError> {
    let (month, n) = (Group::Month.expression().alias(MONTH), count(lit(1)).alias("n"));
    let counted = rows.clone().aggregate(vec![month], vec![n]).map_err(failed(ADDING))?;
    let mut months = BTreeMap::new();
    for batch in counted.collect().await.map_err(failed(ADDING))? {
        let firsts = numbers::<Int32Type>(column(&batch, MONTH)?)?;
        let counts = numbers::<Int64Type>(column(&batch, "n")?)?;
        for (first, n) in firsts.into_iter().zip(counts) {
            *months.entry(given(first, MONTH)?).or_default() += n.unwrap_or_default().unsigned_abs();
        }
    }
    Ok(months)
}

/// Spans of months, by the first days of their first and last one, of so many rows as are held at once.
fn passes(months: &BTreeMap<i32, u64>) -> Vec<(i32, i32)> {
    let (mut passes, mut n_rows): (Vec<(i32, i32)>, u64) = (Vec::new(), 0);
    for (&month, &n) in months {
        match passes.last_mut() {
            Some((_, last)) if n_rows + n <= ROWS_AT_ONCE => {
                *last = month;
                n_rows += n;
            }
            _ => {
                passes.push((month, month));
                n_rows = n;
            }
        }
    }
    passes
}

/// The rows of a pass: the place of each key in its list, and the values with their rows, in order.
struct Gathered {
    months: Days,
    texts: Vec<Texts>,
    losses: Vec<(i64, u32)>,
    delays: Vec<(i64, u32)>,
    n_rows: u32,
}

/// The texts and flags that some shape that keeps values tells apart, and the delivery.
fn wanted() -> Vec<&'static str> {
    let columns = SHAPES.iter().filter(|shape| shape.spreads).flat_map(Shape::columns);
    columns.chain(["delivery"]).collect::<BTreeSet<_>>().into_iter().collect()
}

async fn read(rows: DataFrame) -> Result<Gathered, FactsError> {
    let names = wanted();
    let mut columns = vec![
        Group::Month.expression().alias(MONTH),
        col("loss_cents"),
        (whole_days("reported_on") - whole_days("occurred_on")).alias(DELAY),
    ];
    columns.extend(names.iter().map(|&name| col(name)));
    let rows = rows.select(columns).map_err(failed(ADDING))?;
    let mut gathered = Gathered {
        months: Days::default(),
        texts: names.into_iter().map(Texts::new).collect(),
        losses: Vec::new(),
        delays: Vec::new(),
        n_rows: 0,
    };
    let mut batches = rows.execute_stream().await.map_err(failed(ADDING))?;
    while let Some(batch) = batches.try_next().await.map_err(failed(ADDING))? {
        gathered.take(&batch)?;
    }
    gathered.losses.sort_unstable();
    gathered.delays.sort_unstable();
    Ok(gathered)
}

impl Gathered {
    fn take(&mut self, batch: &RecordBatch) -> Result<(), FactsError> {
        let rows: Vec<usize> = (0..batch.num_rows()).collect();
        for month in numbers::<Int32Type>(column(batch, MONTH)?)? {
            self.months.push(given(month, MONTH)?)?;
        }
        self.texts.iter_mut().try_for_each(|texts| texts.take(batch, &rows))?;
        for (name, into) in [("loss_cents", &mut self.losses), (DELAY, &mut self.delays)] {
            let values = numbers::<Int64Type>(column(batch, name)?)?;
            into.extend(values.into_iter().zip(self.n_rows..).filter_map(|(value, row)| Some((value?, row))));
        }
        self.n_rows += u32::try_from(batch.num_rows()).map_err(failed(ADDING))?;
        Ok(())
    }

    /// The cells of a shape, as its file has them.
    fn cells(&self, shape: &Shape) -> Result<RecordBatch, FactsError> {
        let all: Vec<u32> = (0..self.n_rows).collect();
        let keys: Vec<&Texts> = ["delivery"]
            .into_iter()
            .chain(shape.columns())
            .filter_map(|name| self.texts.iter().find(|texts| texts.name == name))
            .collect();
        let mut packed = Packed::new(all.len());
        packed.add(self.months.apart.len(), &places(&self.months.places, &all))?;
        for texts in &keys {
            packed.add(texts.apart.len(), &places(&texts.places, &all))?;
        }
        let groups = packed.groups()?;
        let mut rows = vec![0_i64; groups.first.len()];
        groups.of.iter().for_each(|group| count_one(&mut rows, *group));

        let first = |numbers: &Narrow| places(numbers, &groups.first);
        let month = |at: u32| usize::try_from(at).ok().and_then(|at| self.months.apart.get(at)).copied();
        let days = first(&self.months.places).into_iter().map(month);
        let mut columns: Vec<(&str, ArrayRef)> = vec![("reported_on", Arc::new(days.collect::<Date32Array>()))];
        for texts in keys {
            let text = |at: u32| usize::try_from(at).ok().and_then(|at| texts.apart.get(at)?.as_deref());
            let of = first(&texts.places).into_iter().map(text);
            let array: ArrayRef = if is_flag(texts.name) {
                Arc::new(of.map(|flag| flag.map(|flag| flag == "true")).collect::<BooleanArray>())
            } else {
                Arc::new(of.collect::<StringArray>())
            };
            columns.push((texts.name, array));
        }
        let name = Sum::Rows.name();
        columns.push((&name, Arc::new(Int64Array::from(rows))));
        columns.push((LOSSES, Arc::new(lists(&self.losses, &groups)?)));
        columns.push((DELAYS, Arc::new(lists(&self.delays, &groups)?)));
        conform(&shape.filed(), &RecordBatch::try_from_iter(columns).map_err(failed(ADDING))?)
    }
}

fn count_one(counts: &mut [i64], group: u32) {
    if let Some(count) = usize::try_from(group).ok().and_then(|group| counts.get_mut(group)) {
        *count += 1;
    }
}

/// The values of each group, in order as they are given.
fn lists(values: &[(i64, u32)], groups: &Groups) -> Result<ListArray, FactsError> {
    let of = |row: u32| usize::try_from(row).ok().and_then(|row| groups.of.get(row)).copied();
    let mut counts = vec![0_i64; groups.first.len()];
    values.iter().filter_map(|(_, row)| of(*row)).for_each(|group| count_one(&mut counts, group));
    let lengths: Vec<usize> = counts.iter().filter_map(|n| usize::try_from(*n).ok()).collect();
    let mut next: Vec<usize> = Vec::with_capacity(lengths.len());
    let mut before = 0;
    for length in &lengths {
        next.push(before);
        before += length;
    }
    let mut laid = vec![0_i64; before];
    for (value, row) in values {
        let next = of(*row).and_then(|group| next.get_mut(usize::try_from(group).ok()?));
        let next = next.ok_or_else(|| broken(ADDING, "a row has no cell"))?;
        if let Some(slot) = laid.get_mut(*next) {
            *slot = *value;
        }
        *next += 1;
    }
    let field = Arc::new(Field::new("item", DataType::Int64, true));
    let (offsets, laid) = (OffsetBuffer::from_lengths(lengths), Arc::new(Int64Array::from(laid)));
    ListArray::try_new(field, offsets, laid, None).map_err(failed(ADDING))
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::AsArray;

    #[test]
    fn passes_hold_whole_months_and_no_more_rows_than_fit() {
        let months: BTreeMap<i32, u64> =
            [(0, ROWS_AT_ONCE / 2), (31, ROWS_AT_ONCE / 2), (59, 1), (90, ROWS_AT_ONCE), (120, 3), (151, 4)].into();
        assert_eq!(passes(&months), [(0, 31), (59, 59), (90, 90), (120, 151)]);
        assert!(passes(&BTreeMap::new()).is_empty());
    }

    #[test]
    fn values_lie_in_order_within_their_cells() {
        let groups = Groups { of: vec![1, 0, 1, 2, 1], first: vec![1, 0, 3] };
        let mut values = vec![(9, 0), (-4, 2), (5, 1), (7, 4)];
        values.sort_unstable();
        let lists = lists(&values, &groups).unwrap();
        let of = |cell| lists.value(cell).as_primitive::<Int64Type>().values().to_vec();
        assert_eq!([of(0), of(1), of(2)], [vec![5], vec![-4, 7, 9], vec![]]);
    }
}
