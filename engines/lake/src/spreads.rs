//! Quantiles of reports: the engine counts how often each value occurs, and the quantile is read off those counts, exact
//! to the last unit whatever the order of the rows.

use crate::error::failed;
use crate::groups::{groups, keys, whole_days};
use crate::lake::Lake;
use crate::table::Kind;
use crate::values::{at, column, numbers, texts, to_days};
use beffroi_ports::{FactsError, Measure, ReportsQuery, Spread};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::prelude::{DataFrame, cast, col, lit};
use std::collections::{BTreeMap, HashMap};

const SPREADING: &str = "count the values of its rows";
const VALUE: &str = "spread_value";
const DELIVERY: &str = "spread_delivery";
const ROWS: &str = "spread_rows";

/// How often each value occurs.
pub(crate) type Histogram = BTreeMap<i64, u64>;

/// The histogram of each group of a question; `frame` holds the rows that it keeps.
pub(crate) async fn histograms(
    lake: &Lake,
    frame: DataFrame,
    query: &ReportsQuery,
    spread: Spread,
) -> Result<BTreeMap<Vec<Option<String>>, Histogram>, FactsError> {
    let mut by = groups(query);
    let frame = match spread {
        Spread::Loss => frame.filter(col("loss_cents").is_not_null()),
        Spread::Delay => frame.filter(col("occurred_on").is_not_null()),
        Spread::Delivery => Ok(frame),
    };
    by.push(match spread {
        Spread::Loss => cast(col("loss_cents"), datafusion::arrow::datatypes::DataType::Int64).alias(VALUE),
        Spread::Delay => (whole_days("reported_on") - whole_days("occurred_on")).alias(VALUE),
        Spread::Delivery => whole_days("reported_on").alias(VALUE),
    });
    let mut days = HashMap::new();
    if spread == Spread::Delivery {
        by.push(col("delivery").alias(DELIVERY));
        days = lake.history().await?.days(Kind::Reports);
    }
    let counted = frame.and_then(|frame| frame.aggregate(by, vec![count(lit(1)).alias(ROWS)]));
    let batches = counted.map_err(failed(SPREADING))?.collect().await.map_err(failed(SPREADING))?;

    let mut found: BTreeMap<Vec<Option<String>>, Histogram> = BTreeMap::new();
    for batch in &batches {
        let (values, rows) = (column(batch, VALUE)?, column(batch, ROWS)?);
        let (values, rows) = (numbers::<Int64Type>(values)?, numbers::<Int64Type>(rows)?);
        let deliveries = (spread == Spread::Delivery).then(|| texts(column(batch, DELIVERY)?)).transpose()?;
        for (row, (keys, (value, n))) in keys(batch, query)?.into_iter().zip(values.into_iter().zip(rows)).enumerate() {
            let value = match &deliveries {
                None => value,
                Some(marks) => {
                    let delivered = at(marks, row).and_then(|mark| days.get(mark));
                    delivered.zip(value).map(|(day, reported)| i64::from(to_days(*day)) - reported)
                }
            };
            if let (Some(value), Some(n)) = (value, n) {
                *found.entry(keys).or_default().entry(value).or_default() += n.unsigned_abs();
            }
        }
    }
    Ok(found)
}

/// What a measure reads off a histogram; no values have no quantile, and none of them lie within any time.
pub(crate) fn value(measure: Measure, histogram: Option<&Histogram>) -> Option<f64> {
    match measure {
        Measure::LossQuantile(percent) | Measure::DelayQuantile(percent) | Measure::DeliveryQuantile(percent) => {
            quantile(histogram?, percent)
        }
        Measure::DeliveredWithin(days) => {
            let within = histogram.map(|all| all.range(..=i64::from(days)).map(|(_, n)| n).sum::<u64>());
            Some(within.unwrap_or_default() as f64)
        }
        _ => None,
    }
}

/// A quantile between the two nearest values, in proportion (type 7 of Hyndman and Fan, *Sample Quantiles in
/// Statistical Packages*, 1996): whole numbers up to the one division at the end.
fn quantile(histogram: &Histogram, percent: u8) -> Option<f64> {
    let n: u64 = histogram.values().sum();
    let place = u128::from(n.checked_sub(1)?) * u128::from(percent.min(100));
    let (rank, rest) = (place / 100, i128::try_from(place % 100).ok()?);
    let mut seen = 0_u128;
    let mut below = None;
    for (&value, &n) in histogram {
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
            let mut histogram = Histogram::new();
            values.iter().for_each(|value| *histogram.entry(*value).or_default() += 1);
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
