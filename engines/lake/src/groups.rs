//! Groups and measures of reports.

use crate::calendar::{month_start, week_start};
use crate::error::{broken, failed};
use crate::lake::Lake;
use crate::predicates::{column_of, keep};
use crate::spreads;
use crate::table::Kind;
use crate::values::{at, column, from_days, numbers, texts};
use beffroi_model::{Grain, Period};
use beffroi_ports::{Dimension, FactTable, FactsError, Measure, ReportsQuery, TableRow};
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Int32Type, Int64Type};
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::logical_expr::Expr;
use datafusion::prelude::{cast, col, lit};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

const GROUPING: &str = "group its rows";

/// The groups so far: their keys as text, and one sum for each of the sums asked of the engine.
type Groups = BTreeMap<Vec<Option<String>>, Vec<i128>>;

/// See [`beffroi_ports::Facts::reports`].
pub(crate) async fn reports(lake: &Lake, query: &ReportsQuery) -> Result<FactTable, FactsError> {
    let (frame, view) = lake.frame(Kind::Reports, query.snapshot).await?;
    let frame = keep(frame, query)?;
    let groups = groups(query);
    let mut sums: Vec<Sum> = query.measures.iter().flat_map(|&measure| Sum::of(measure)).chain([Sum::Rows]).collect();
    sums.sort_unstable();
    sums.dedup();
    let batches = frame
        .clone()
        .aggregate(groups, sums.iter().map(|sum| sum.expression().alias(sum.name())).collect())
        .map_err(failed(GROUPING))?
        .collect()
        .await
        .map_err(failed(GROUPING))?;

    let mut found = Groups::new();
    for batch in &batches {
        read(batch, query, &sums, &mut found)?;
    }
    let mut spreads = BTreeMap::new();
    for spread in query.measures.iter().filter_map(|measure| measure.spread()) {
        if let Entry::Vacant(place) = spreads.entry(spread) {
            place.insert(spreads::histograms(lake, frame.clone(), query, spread).await?);
        }
    }
    let rows = found.into_iter().map(|(keys, values)| {
        let of = |sum| sums.iter().zip(&values).find(|(s, _)| **s == sum).map(|(_, &value)| value as f64);
        let value = |&measure: &Measure| match measure.spread() {
            Some(spread) => spreads.get(&spread).and_then(|all| spreads::value(measure, all.get(&keys))),
            None => value(measure, of),
        };
        let values = query.measures.iter().map(value).collect();
        TableRow { values, keys }
    });
    Ok(FactTable { by: query.by.clone(), rows: rows.collect(), snapshot: view.number })
}

/// By what the engine groups for a question.
pub(crate) fn groups(query: &ReportsQuery) -> Vec<Expr> {
    let mut groups: Vec<Group> = query.by.iter().map(|&dimension| Group::of(dimension)).collect();
    groups.sort_unstable();
    groups.dedup();
    groups.iter().map(|group| group.expression().alias(group.name())).collect()
}

fn value(measure: Measure, of: impl Fn(Sum) -> Option<f64>) -> Option<f64> {
    match measure {
        Measure::Count => of(Sum::Rows),
        Measure::LossCents => of(Sum::LossCents),
        Measure::LossKnown => of(Sum::LossKnown),
        Measure::DelayKnown => of(Sum::DelayKnown),
        Measure::DelayWithin(days) => of(Sum::DelayWithin(days)),
        Measure::MeanDelayDays => {
            let known = of(Sum::DelayKnown).filter(|known| *known > 0.0)?;
            Some(of(Sum::DelayDays)? / known)
        }
        Measure::DeliveredWithin(_)
        | Measure::LossQuantile(_)
        | Measure::DelayQuantile(_)
        | Measure::DeliveryQuantile(_) => None,
    }
}

/// By what the engine groups. Quarters and years are made of its months, here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Week,
    Month,
    Column(&'static str),
}

impl Group {
    fn of(dimension: Dimension) -> Self {
        match dimension.grain() {
            Some(Grain::Week) => Self::Week,
            Some(Grain::Month | Grain::Quarter | Grain::Year) => Self::Month,
            Some(Grain::Day) | None => Self::Column(column_of(dimension)),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Week => "week_start",
            Self::Month => "month_start",
            Self::Column(column) => column,
        }
    }

    fn expression(self) -> Expr {
        match self {
            Self::Week => week_start("reported_on"),
            Self::Month => month_start("reported_on"),
            Self::Column(column) => col(column),
        }
    }
}

/// What is added up in a group; every measure is made of these, so that no order of rows changes a bit of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sum {
    Rows,
    LossCents,
    LossKnown,
    DelayDays,
    DelayKnown,
    DelayWithin(u16),
}

impl Sum {
    /// The sums that a measure is made of.
    fn of(measure: Measure) -> Vec<Self> {
        match measure {
            Measure::LossCents => vec![Self::LossCents],
            Measure::LossKnown => vec![Self::LossKnown],
            Measure::MeanDelayDays => vec![Self::DelayDays, Self::DelayKnown],
            Measure::DelayKnown => vec![Self::DelayKnown],
            Measure::DelayWithin(days) => vec![Self::DelayWithin(days)],
            Measure::Count
            | Measure::DeliveredWithin(_)
            | Measure::LossQuantile(_)
            | Measure::DelayQuantile(_)
            | Measure::DeliveryQuantile(_) => Vec::new(),
        }
    }

    fn name(self) -> String {
        match self {
            Self::Rows => "n_rows".to_owned(),
            Self::LossCents => "loss_cents_sum".to_owned(),
            Self::LossKnown => "n_loss_known".to_owned(),
            Self::DelayDays => "delay_days_sum".to_owned(),
            Self::DelayKnown => "n_delay_known".to_owned(),
            Self::DelayWithin(days) => format!("n_delay_within_{days}"),
        }
    }

    fn expression(self) -> Expr {
        let delay = || whole_days("reported_on") - whole_days("occurred_on");
        match self {
            Self::Rows => count(lit(1)),
            // Wide enough for any number of any amounts: a sum never turns negative by running over.
            Self::LossCents => sum(cast(col("loss_cents"), DataType::Decimal128(38, 0))),
            Self::LossKnown => count(col("loss_cents")),
            Self::DelayDays => sum(delay()),
            Self::DelayKnown => count(col("occurred_on")),
            Self::DelayWithin(days) => sum(cast(delay().lt_eq(lit(i64::from(days))), DataType::Int64)),
        }
    }

    fn read(self, batch: &RecordBatch) -> Result<Vec<i128>, FactsError> {
        let array = column(batch, &self.name())?;
        if self == Self::LossCents {
            let sums =
                array.as_primitive_opt::<Decimal128Type>().ok_or_else(|| broken(GROUPING, "a sum is no decimal"))?;
            return Ok(sums.iter().map(Option::unwrap_or_default).collect());
        }
        let sums = numbers::<Int64Type>(array)?;
        Ok(sums.into_iter().map(|sum| sum.unwrap_or_default().into()).collect())
    }
}

/// A column of days as whole numbers.
pub(crate) fn whole_days(column: &str) -> Expr {
    cast(cast(col(column), DataType::Int32), DataType::Int64)
}

/// Adds the engine's groups to those found so far.
fn read(batch: &RecordBatch, query: &ReportsQuery, sums: &[Sum], found: &mut Groups) -> Result<(), FactsError> {
    let sums: Vec<Vec<i128>> = sums.iter().map(|sum| sum.read(batch)).collect::<Result<_, _>>()?;
    for (row, keys) in keys(batch, query)?.into_iter().enumerate() {
        let group = found.entry(keys).or_insert_with(|| vec![0; sums.len()]);
        for (total, values) in group.iter_mut().zip(&sums) {
            *total += values.get(row).copied().unwrap_or_default();
        }
    }
    Ok(())
}

/// The keys of each row of the engine's answer, as text. Several rows may have the same: what the engine does not group
/// by (quarters, years, regions) is made here.
pub(crate) fn keys(batch: &RecordBatch, query: &ReportsQuery) -> Result<Vec<Vec<Option<String>>>, FactsError> {
    let of = |&dimension: &Dimension| key_texts(batch, dimension, query.zones.of(dimension));
    let columns: Vec<Vec<Option<String>>> = query.by.iter().map(of).collect::<Result<_, _>>()?;
    let key = |row: usize| columns.iter().map(|texts| texts.get(row).cloned().flatten()).collect();
    Ok((0..batch.num_rows()).map(key).collect())
}

/// The keys of a dimension, as text.
fn key_texts(
    batch: &RecordBatch,
    dimension: Dimension,
    zones: Option<&BTreeMap<String, String>>,
) -> Result<Vec<Option<String>>, FactsError> {
    let array = column(batch, Group::of(dimension).name())?;
    if let Some(grain) = dimension.grain() {
        let period = |days| from_days(days).map(|day| Period::containing(day, grain).to_string());
        return numbers::<Int32Type>(array)?.into_iter().map(|days| days.map(period).transpose()).collect();
    }
    if let Some(flags) = array.as_boolean_opt() {
        return Ok(flags.iter().map(|flag| flag.map(|flag| flag.to_string())).collect());
    }
    let texts = texts(array)?;
    let text = |row| at(&texts, row).map(|code| zones.and_then(|zones| zones.get(code)).map_or(code, String::as_str));
    Ok((0..batch.num_rows()).map(|row| text(row).map(str::to_owned)).collect())
}
