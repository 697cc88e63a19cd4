//! Quantiles of reports: the engine counts how often each value occurs, and the quantile is read off those counts, exact
//! to the last unit whatever the order of the rows.

use crate::aggregates::shapes::DELAY;
use crate::aggregates::ways::{Form, Way};
use crate::error::failed;
use crate::folding::{Folded, Folding};
use crate::groups::{Sum, groups, whole_days};
use crate::lake::Lake;
use crate::predicates::keep;
use crate::table::Kind;
use crate::values::{at, column, numbers, texts, to_days};
use beffroi_ports::{FactsError, KeyColumn, Measure, ReportsQuery, Spread};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::prelude::{cast, col};
use jiff::civil::Date;
use std::collections::HashMap;

const SPREADING: &str = "count the values of its rows";
const VALUE: &str = "spread_value";
const DELIVERY: &str = "spread_delivery";

/// The values that occur, in order, and how often each does.
pub(crate) type Histogram = Vec<(i64, u64)>;

/// The histogram of each group of a question, in the order of its groups.
pub(crate) async fn histograms(
    lake: &Lake,
    ways: &[Way],
    query: &ReportsQuery,
    spread: Spread,
    of: &Folded,
) -> Result<Vec<Histogram>, FactsError> {
    let days = match spread {
        Spread::Delivery => lake.history().await?.days(Kind::Reports),
        Spread::Loss | Spread::Delay => HashMap::new(),
    };
    let mut folding = Folding::new(query, 1, true);
    for way in ways {
        let mut by = groups(query);
        by.push(match (spread, way.form) {
            (Spread::Loss, _) => cast(col("loss_cents"), DataType::Int64).alias(VALUE),
            (Spread::Delay, Form::Cells { .. }) => col(DELAY).alias(VALUE),
            (Spread::Delay, Form::Rows) => (whole_days("reported_on") - whole_days("occurred_on")).alias(VALUE),
            (Spread::Delivery, _) => whole_days("reported_on").alias(VALUE),
        });
        by.extend((spread == Spread::Delivery).then(|| col("delivery").alias(DELIVERY)));
        let rows = Sum::Rows.expression(way.form).alias(Sum::Rows.name());
        let counted = keep(way.frame.clone(), query)?.aggregate(by, vec![rows]).map_err(failed(SPREADING))?;
        for batch in counted.collect().await.map_err(failed(SPREADING))? {
            let values = values(&batch, spread, &days)?;
            folding.add(&batch, vec![Sum::Rows.read(&batch)?], Some(values))?;
        }
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

/// What a measure reads off a histogram; no values have no quantile, and none of them lie within any time.
pub(crate) fn value(measure: Measure, histogram: &Histogram) -> Option<f64> {
    match measure {
        Measure::LossQuantile(percent) | Measure::DelayQuantile(percent) | Measure::DeliveryQuantile(percent) => {
            quantile(histogram, percent)
        }
        Measure::DeliveredWithin(days) => {
            let within = histogram.iter().take_while(|(value, _)| *value <= i64::from(days));
            Some(within.map(|(_, n)| n).sum::<u64>() as f64)
        }
        _ => None,
    }
}

/// A quantile between the two nearest values, in proportion (type 7 of Hyndman and Fan, *Sample Quantiles in
/// Statistical Packages*, 1996): whole numbers up to the one division at the end.
fn quantile(histogram: &[(i64, u64)], percent: u8) -> Option<f64> {
    let n: u64 = histogram.iter().map(|(_, n)| n).sum();
    let place = u128::from(n.checked_sub(1)?) * u128::from(percent.min(100));
    let (rank, rest) = (place / 100, i128::try_from(place % 100).ok()?);
    let mut seen = 0_u128;
    let mut below = None;
    for &(value, n) in histogram {
        seen += u128::from(n);
        if below.is_none() && seen > rank {
            below = Some(value);
        }
        if seen > rank + 1 {
            let below = below.unwrap_or(value);
            return Some((i128::from(below) * (100 - rest) + i128::from(value) * rest) as f64 / 100.0);
        }
    }
    below.map(|value| value as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_sorted_values() {
        let of = |values: &[i64], percent| {
            let histogram: Histogram = values.iter().map(|value| (*value, 1)).collect();
            quantile(&histogram, percent)
        };
        assert_eq!(of(&[], 50), None);
        assert_eq!(of(&[7], 25), Some(7.0));
        assert_eq!(of(&[1, 2, 3, 4], 50), Some(2.5));
        assert_eq!(of(&[1, 2, 3, 4], 25), Some(1.75));
        assert_eq!(of(&[1, 1, 1, 9], 75), Some(3.0));
        assert_eq!(of(&[1, 2, 3], 100), Some(3.0));
    }
}
