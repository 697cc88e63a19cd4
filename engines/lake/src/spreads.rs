//! Quantiles of reports: out of rows, the engine counts how often each value occurs; out of what was added up, the values
//! of the cells are looked into. Exact to the last unit whatever the order of the rows.

use crate::aggregates::cube::Cube;
use crate::aggregates::cut::Cut;
use crate::aggregates::runs::Runs;
use crate::aggregates::ways::Form;
use crate::error::failed;
use crate::folding::{Folded, Folding, Key};
use crate::groups::{Part, Sum, groups, whole_days};
use crate::values::{at, column, numbers, texts, to_days};
use beffroi_ports::{Dimension, FactsError, KeyColumn, Measure, ReportsQuery, Spread};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::prelude::{DataFrame, cast, col};
use jiff::civil::Date;
use std::collections::HashMap;

const SPREADING: &str = "count the values of its rows";
const VALUE: &str = "spread_value";
const DELIVERY: &str = "spread_delivery";

/// The values that occur, in order, and how often each does.
type Histogram = Vec<(i64, u64)>;

/// The values of each group, one way or another.
pub(crate) enum Known<'a> {
    /// How often each occurs.
    Counted(Vec<Histogram>),
    /// Those of cells.
    Cells {
        values: &'a Runs,
        /// The cells, group by group.
        cells: Vec<u32>,
        /// Where the cells of each group begin, and where the last ones end.
        starts: Vec<usize>,
    },
}

/// How often each value occurs in the rows of each group, by the engine.
pub(crate) async fn counted(
    kept: DataFrame,
    query: &ReportsQuery,
    spread: Spread,
) -> Result<Vec<RecordBatch>, FactsError> {
    let mut by = groups(query);
    by.push(match spread {
        Spread::Loss => cast(col("loss_cents"), DataType::Int64).alias(VALUE),
        Spread::Delay => (whole_days("reported_on") - whole_days("occurred_on")).alias(VALUE),
        Spread::Delivery => whole_days("reported_on").alias(VALUE),
    });
    by.extend((spread == Spread::Delivery).then(|| col("delivery").alias(DELIVERY)));
    let rows = Sum::Rows.expression(Form::Rows).alias(Sum::Rows.name());
    let counted = kept.aggregate(by, vec![rows]).map_err(failed(SPREADING))?;
    counted.collect().await.map_err(failed(SPREADING))
}

impl<'a> Known<'a> {
    /// The values of the groups of an answer, `cuts` being its parts of cells with the first of their rows in `of`.
    pub(crate) fn of(
        query: &ReportsQuery,
        spread: Spread,
        parts: &[Part],
        cuts: &[(&'a Cube, Cut, usize)],
        of: &Folded,
        days: &HashMap<String, Date>,
    ) -> Result<Self, FactsError> {
        if spread == Spread::Delivery {
            return Ok(Self::Counted(histograms(query, spread, parts, cuts, of, days)?));
        }
        let values = |cube: &'a Cube| {
            let values = cube.values.as_ref().ok_or_else(|| failed(SPREADING)("cells without their values"))?;
            Ok::<&'a Runs, FactsError>(if spread == Spread::Loss { &values.losses } else { &values.delays })
        };
        match (parts, cuts) {
            ([Part::Cells(_)], [(cube, cut, first_row)]) => {
                let (cells, starts) = by_group(cut, *first_row, of);
                Ok(Self::Cells { values: values(cube)?, cells, starts })
            }
            _ => {
                let mut all = histograms(query, spread, parts, &[], of, days)?;
                for (cube, cut, first_row) in cuts {
                    let (values, (cells, starts)) = (values(cube)?, by_group(cut, *first_row, of));
                    for (group, histogram) in all.iter_mut().enumerate() {
                        let of_cells = cells_of(&cells, &starts, group).iter().flat_map(|cell| values.of(*cell));
                        *histogram = joined(histogram.iter().copied().chain(of_cells.map(|value| (value, 1))));
                    }
                }
                Ok(Self::Counted(all))
            }
        }
    }

    /// What a measure reads off the values of a group; no values have no quantile, and none of them lie within any time.
    pub(crate) fn value(&self, measure: Measure, group: usize) -> Option<f64> {
        match (self, measure) {
            (
                Self::Counted(all),
                Measure::LossQuantile(percent) | Measure::DelayQuantile(percent) | Measure::DeliveryQuantile(percent),
            ) => counted_quantile(all.get(group)?, percent),
            (Self::Counted(all), Measure::DeliveredWithin(days)) => {
                let within = all.get(group)?.iter().take_while(|(value, _)| *value <= i64::from(days));
                Some(within.map(|(_, n)| n).sum::<u64>() as f64)
            }
            (
                Self::Cells { values, cells, starts },
                Measure::LossQuantile(percent) | Measure::DelayQuantile(percent) | Measure::DeliveryQuantile(percent),
            ) => {
                let cells = cells_of(cells, starts, group);
                let n: usize = cells.iter().map(|cell| values.n(*cell)).sum();
                quantile(n as u64, percent, |at| usize::try_from(at).map_or((None, None), |at| values.pair(cells, at)))
            }
            _ => None,
        }
    }
}

/// The cells of a cut, group by group, and where those of each group begin.
fn by_group(cut: &Cut, first_row: usize, of: &Folded) -> (Vec<u32>, Vec<usize>) {
    let group = |of_cut: u32| {
        let row = usize::try_from(of_cut).ok().and_then(|row| row.checked_add(first_row));
        row.and_then(|row| of.of_rows.get(row)).and_then(|group| usize::try_from(*group).ok())
    };
    let mut starts = vec![0_usize; of.n_rows + 1];
    for of_cut in &cut.groups.of {
        if let Some(n) = group(*of_cut).and_then(|group| starts.get_mut(group + 1)) {
            *n += 1;
        }
    }
    let mut before = 0;
    for start in &mut starts {
        before += *start;
        *start = before;
    }
    let mut next = starts.clone();
    let mut cells = vec![0_u32; cut.cells.len()];
    for (cell, of_cut) in cut.cells.iter().zip(&cut.groups.of) {
        let Some(next) = group(*of_cut).and_then(|group| next.get_mut(group)) else { continue };
        if let Some(slot) = cells.get_mut(*next) {
            *slot = *cell;
        }
        *next += 1;
    }
    (cells, starts)
}

fn cells_of<'c>(cells: &'c [u32], starts: &[usize], group: usize) -> &'c [u32] {
    let bounds = starts.get(group).zip(starts.get(group + 1));
    bounds.and_then(|(start, end)| cells.get(*start..*end)).unwrap_or_default()
}

/// Values with how often each occurs, each once and in order.
fn joined(values: impl Iterator<Item = (i64, u64)>) -> Histogram {
    let mut all: Histogram = values.collect();
    all.sort_unstable();
    all.dedup_by(|more, kept| {
        let same = more.0 == kept.0;
        kept.1 += if same { more.1 } else { 0 };
        same
    });
    all
}

/// The histogram of each group: of the rows that the engine counted, and of cells whose values their keys tell.
fn histograms(
    query: &ReportsQuery,
    spread: Spread,
    parts: &[Part],
    cuts: &[(&Cube, Cut, usize)],
    of: &Folded,
    days: &HashMap<String, Date>,
) -> Result<Vec<Histogram>, FactsError> {
    let mut folding = Folding::new(query, 1, true);
    for part in parts {
        let Part::Rows { values: counted, .. } = part else { continue };
        for batch in counted.get(&spread).into_iter().flatten() {
            let values = values(batch, spread, days)?;
            folding.add(batch, vec![Sum::Rows.read(batch)?], Some(values))?;
        }
    }
    for (cube, cut, _) in cuts {
        let deliveries = cube.named("delivery")?;
        let since = |cell: u32| {
            let delivered = days.get(deliveries.of(usize::try_from(cell).ok()?)?)?;
            let Key::Day(reported) = cube.key(Dimension::Day, cell) else { return None };
            Some((cell, i64::from(to_days(*delivered)) - i64::from(reported)))
        };
        let (cells, values): (Vec<u32>, Vec<i64>) = cut.cells.iter().filter_map(|cell| since(*cell)).unzip();
        let alone: Vec<u32> = (0_u32..).take(cells.len()).collect();
        let rows = cube.add_up(Sum::Rows, &cells, &alone, cells.len())?;
        let key = |dimension, row: usize| cube.key(dimension, cells.get(row).copied().unwrap_or(u32::MAX));
        folding.add_keys(cells.len(), key, vec![rows], Some(values))?;
    }
    Ok(apart(&folding.finish()?, of))
}

/// The value of each row of the engine's answer; none where the rows have none.
fn values(batch: &RecordBatch, spread: Spread, days: &HashMap<String, Date>) -> Result<Vec<Option<i64>>, FactsError> {
    let values = numbers::<Int64Type>(column(batch, VALUE)?)?;
    if spread != Spread::Delivery {
        return Ok(values);
    }
    let marks = texts(column(batch, DELIVERY)?)?;
    let delivered = |row: usize| at(&marks, row).and_then(|mark| days.get(mark)).map(|day| i64::from(to_days(*day)));
    let since =
        |(row, reported): (usize, Option<i64>)| delivered(row).zip(reported).map(|(on, reported)| on - reported);
    Ok(values.into_iter().enumerate().map(since).collect())
}

/// Each group's part of the values counted: both are in the order of the groups, and a group without values is in the
/// one only.
fn apart(counted: &Folded, of: &Folded) -> Vec<Histogram> {
    let text = |key: &KeyColumn, row: usize| {
        let place = usize::try_from(*key.places.get(row)?).ok()?;
        key.texts.get(place).cloned().flatten()
    };
    // Texts are compared where the group changes only: within one, the places are the same.
    let is_of = |group: usize, row: usize| {
        of.keys.iter().zip(&counted.keys).all(|(ours, theirs)| text(ours, group) == text(theirs, row))
    };
    let follows = |row: usize| {
        row > 0 && counted.keys.iter().all(|key| key.places.get(row) == key.places.get(row.wrapping_sub(1)))
    };
    let count = |row: usize| counted.sums.first().and_then(|sums| sums.get(row)).map_or(0, |n| n.unsigned_abs());
    let mut next = 0;
    let group = |group: usize| {
        let mut histogram = Histogram::new();
        while let Some(value) = counted.values.get(next) {
            let same = if histogram.is_empty() { is_of(group, next) } else { follows(next) };
            if !same {
                break;
            }
            histogram.push((*value, u64::try_from(count(next)).unwrap_or(u64::MAX)));
            next += 1;
        }
        histogram
    };
    (0..of.n_rows).map(group).collect()
}

/// A quantile between the two nearest of `n` values, in proportion (type 7 of Hyndman and Fan, *Sample Quantiles in
/// Statistical Packages*, 1996): whole numbers up to the one division at the end. `pair` gives the value at a place of
/// their order, and the one after it.
fn quantile(n: u64, percent: u8, pair: impl FnOnce(u64) -> (Option<i64>, Option<i64>)) -> Option<f64> {
    let place = u128::from(n.checked_sub(1)?) * u128::from(percent.min(100));
    let (rank, rest) = (u64::try_from(place / 100).ok()?, i128::try_from(place % 100).ok()?);
    match pair(rank) {
        (Some(below), Some(above)) => {
            Some((i128::from(below) * (100 - rest) + i128::from(above) * rest) as f64 / 100.0)
        }
        (below, _) => below.map(|value| value as f64),
    }
}

fn counted_quantile(histogram: &[(i64, u64)], percent: u8) -> Option<f64> {
    let n: u64 = histogram.iter().map(|(_, n)| n).sum();
    quantile(n, percent, |rank| {
        let (mut seen, mut below) = (0_u64, None);
        for &(value, n) in histogram {
            seen += n;
            if below.is_none() && seen > rank {
                below = Some(value);
            }
            if seen > rank + 1 {
                return (below, Some(value));
            }
        }
        (below, None)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_sorted_values() {
        let of = |values: &[i64], percent| {
            let histogram: Histogram = values.iter().map(|value| (*value, 1)).collect();
            counted_quantile(&histogram, percent)
        };
        assert_eq!(of(&[], 50), None);
        assert_eq!(of(&[7], 25), Some(7.0));
        assert_eq!(of(&[1, 2, 3, 4], 50), Some(2.5));
        assert_eq!(of(&[1, 2, 3, 4], 25), Some(1.75));
        assert_eq!(of(&[1, 1, 1, 9], 75), Some(3.0));
        assert_eq!(of(&[1, 2, 3], 100), Some(3.0));
    }

    #[test]
    fn histograms_join_into_one() {
        assert_eq!(joined([(4, 1), (-2, 3), (4, 2), (9, 1), (-2, 1)].into_iter()), [(-2, 4), (4, 3), (9, 1)]);
    }
}
