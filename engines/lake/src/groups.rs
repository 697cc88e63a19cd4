//! Groups and measures of reports.

use crate::calendar::{month_start, week_start};
use crate::error::{broken, failed};
use crate::lake::Lake;
use crate::predicates::{column_of, keep};
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

const GROUPING: &str = "group its rows";

/// The groups so far: their keys as text, and one sum for each of the sums asked of the engine.
type Groups = BTreeMap<Vec<Option<String>>, Vec<i128>>;

/// See [`beffroi_ports::Facts::reports`].
pub(crate) async fn reports(lake: &Lake, query: &ReportsQuery) -> Result<FactTable, FactsError> {
    let (frame, view) = lake.frame(Kind::Reports, query.snapshot).await?;
    let mut groups: Vec<Group> = query.by.iter().map(|&dimension| Group::of(dimension)).collect();
    groups.sort_unstable();
    groups.dedup();
    let serving = |sum: &Sum| *sum == Sum::Rows || query.measures.iter().any(|&measure| sum.serves(measure));
    let sums: Vec<Sum> = Sum::ALL.into_iter().filter(serving).collect();
    let batches = keep(frame, query)?
        .aggregate(
            groups.iter().map(|group| group.expression().alias(group.name())).collect(),
            sums.iter().map(|sum| sum.expression().alias(sum.name())).collect(),
        )
        .map_err(failed(GROUPING))?
        .collect()
        .await
        .map_err(failed(GROUPING))?;

    let mut found = Groups::new();
    for batch in &batches {
        read(batch, &query.by, &sums, &mut found)?;
    }
    let rows = found.into_iter().map(|(keys, values)| {
        let of = |sum| sums.iter().zip(&values).find(|(s, _)| **s == sum).map(|(_, &value)| value as f64);
        TableRow { keys, values: query.measures.iter().map(|&measure| value(measure, of)).collect() }
    });
    Ok(FactTable { by: query.by.clone(), rows: rows.collect(), snapshot: view.number })
}

fn value(measure: Measure, of: impl Fn(Sum) -> Option<f64>) -> Option<f64> {
    match measure {
        Measure::Count => of(Sum::Rows),
        Measure::LossCents => of(Sum::LossCents),
        Measure::LossKnown => of(Sum::LossKnown),
        Measure::MeanDelayDays => {
            let known = of(Sum::DelayKnown).filter(|known| *known > 0.0)?;
            Some(of(Sum::DelayDays)? / known)
        }
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
}

impl Sum {
    const ALL: [Self; 5] = [Self::Rows, Self::LossCents, Self::LossKnown, Self::DelayDays, Self::DelayKnown];

    fn name(self) -> &'static str {
        match self {
            Self::Rows => "n_rows",
            Self::LossCents => "loss_cents_sum",
            Self::LossKnown => "n_loss_known",
            Self::DelayDays => "delay_days_sum",
            Self::DelayKnown => "n_delay_known",
        }
    }

    fn serves(self, measure: Measure) -> bool {
        match measure {
            Measure::Count => self == Self::Rows,
            Measure::LossCents => self == Self::LossCents,
            Measure::LossKnown => self == Self::LossKnown,
            Measure::MeanDelayDays => matches!(self, Self::DelayDays | Self::DelayKnown),
        }
    }

    fn expression(self) -> Expr {
        let days = |column| cast(cast(col(column), DataType::Int32), DataType::Int64);
        match self {
            Self::Rows => count(lit(1)),
            // Wide enough for any number of any amounts: a sum never turns negative by running over.
            Self::LossCents => sum(cast(col("loss_cents"), DataType::Decimal128(38, 0))),
            Self::LossKnown => count(col("loss_cents")),
            Self::DelayDays => sum(days("reported_on") - days("occurred_on")),
            Self::DelayKnown => count(col("occurred_on")),
        }
    }

    fn read(self, batch: &RecordBatch) -> Result<Vec<i128>, FactsError> {
        let array = column(batch, self.name())?;
        if self == Self::LossCents {
            let sums =
                array.as_primitive_opt::<Decimal128Type>().ok_or_else(|| broken(GROUPING, "a sum is no decimal"))?;
            return Ok(sums.iter().map(Option::unwrap_or_default).collect());
        }
        let sums = numbers::<Int64Type>(array)?;
        Ok(sums.into_iter().map(|sum| sum.unwrap_or_default().into()).collect())
    }
}

/// Adds the engine's groups to those found so far.
fn read(batch: &RecordBatch, by: &[Dimension], sums: &[Sum], found: &mut Groups) -> Result<(), FactsError> {
    let keys: Vec<Vec<Option<String>>> = by.iter().map(|&d| key_texts(batch, d)).collect::<Result<_, _>>()?;
    let sums: Vec<Vec<i128>> = sums.iter().map(|sum| sum.read(batch)).collect::<Result<_, _>>()?;
    for row in 0..batch.num_rows() {
        let keys = keys.iter().map(|texts| texts.get(row).cloned().flatten()).collect();
        let group = found.entry(keys).or_insert_with(|| vec![0; sums.len()]);
        for (total, values) in group.iter_mut().zip(&sums) {
            *total += values.get(row).copied().unwrap_or_default();
        }
    }
    Ok(())
}

/// The keys of a dimension, as text.
fn key_texts(batch: &RecordBatch, dimension: Dimension) -> Result<Vec<Option<String>>, FactsError> {
    let array = column(batch, Group::of(dimension).name())?;
    if let Some(grain) = dimension.grain() {
        let period = |days| from_days(days).map(|day| Period::containing(day, grain).to_string());
        return numbers::<Int32Type>(array)?.into_iter().map(|days| days.map(period).transpose()).collect();
    }
    if let Some(flags) = array.as_boolean_opt() {
        return Ok(flags.iter().map(|flag| flag.map(|flag| flag.to_string())).collect());
    }
    let texts = texts(array)?;
    Ok((0..batch.num_rows()).map(|row| at(&texts, row).map(str::to_owned)).collect())
}
