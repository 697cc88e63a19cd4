//! Groups and measures of reports.

use crate::aggregates::cube::Cube;
use crate::aggregates::shapes::WITHIN;
use crate::aggregates::ways::{self, By, Form, Way};
use crate::calendar::{month_start, week_start};
use crate::error::{broken, failed};
use crate::folding::{Folding, Key};
use crate::lake::Lake;
use crate::predicates::{column_of, keep};
use crate::spreads::{self, Known};
use crate::table::Kind;
use crate::values::{column, numbers};
use beffroi_model::Grain;
use beffroi_ports::{Dimension, FactTable, FactsError, Measure, ReportsQuery, Spread};
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Int64Type};
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::logical_expr::Expr;
use datafusion::prelude::{cast, col, lit};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

const GROUPING: &str = "group its rows";

/// A part of an answer, as it was read.
pub(crate) enum Part {
    /// What the engine made of rows.
    Rows {
        groups: Vec<RecordBatch>,
        /// The values counted in each group, where a quantile is asked of them.
        values: BTreeMap<Spread, Vec<RecordBatch>>,
    },
    /// What was added up.
    Cells(Arc<Cube>),
}

/// See [`beffroi_ports::Facts::reports`].
pub(crate) async fn reports(lake: &Lake, query: &ReportsQuery, by: By) -> Result<FactTable, FactsError> {
    let view = lake.history().await?.view(query.snapshot)?;
    let mut sums: Vec<Sum> = query.measures.iter().flat_map(|&measure| Sum::of(measure)).chain([Sum::Rows]).collect();
    sums.sort_unstable();
    sums.dedup();
    let spreads: BTreeSet<Spread> = query.measures.iter().filter_map(|measure| measure.spread()).collect();
    let mut parts = Vec::new();
    for way in ways::of(lake, &view, query, by).await? {
        parts.push(match way {
            Way::Cells { cube, .. } => Part::Cells(cube),
            Way::Rows { frame, .. } => {
                let of_way = sums.iter().map(|sum| sum.expression(Form::Rows).alias(sum.name())).collect();
                let frame = keep(frame, query)?;
                let grouped = frame.clone().aggregate(groups(query), of_way).map_err(failed(GROUPING))?;
                let groups = grouped.collect().await.map_err(failed(GROUPING))?;
                let mut values = BTreeMap::new();
                for &spread in &spreads {
                    values.insert(spread, spreads::counted(frame.clone(), query, spread).await?);
                }
                Part::Rows { groups, values }
            }
        });
    }
    let days = match spreads.contains(&Spread::Delivery) {
        true => lake.history().await?.days(Kind::Reports),
        false => HashMap::new(),
    };
    let query = query.clone();
    // From here on it is arithmetic: those who wait for something short do not wait for it.
    let answer = tokio::task::spawn_blocking(move || answer(&query, view.number, &parts, &sums, &spreads, &days));
    answer.await.map_err(failed(GROUPING))?
}

/// The answer, out of what was read.
fn answer(
    query: &ReportsQuery,
    snapshot: u64,
    parts: &[Part],
    sums: &[Sum],
    spreads: &BTreeSet<Spread>,
    days: &HashMap<String, Date>,
) -> Result<FactTable, FactsError> {
    let mut folding = Folding::new(query, sums.len(), false).traced();
    let mut cuts = Vec::new();
    for part in parts {
        match part {
            Part::Rows { groups, .. } => {
                for batch in groups {
                    let sums = sums.iter().map(|sum| sum.read(batch)).collect::<Result<_, _>>()?;
                    folding.add(batch, sums, None)?;
                }
            }
            Part::Cells(cube) => {
                let (cut, first_row) = (cube.cut(query)?, folding.n_rows());
                let add_up = |&sum| cube.add_up(sum, &cut.cells, &cut.groups.of, cut.n_groups());
                let sums = sums.iter().map(add_up).collect::<Result<_, _>>()?;
                let key = |dimension, group| cube.key(dimension, cut.cell_of(group));
                folding.add_keys(cut.n_groups(), key, sums, None)?;
                cuts.push((&**cube, cut, first_row));
            }
        }
    }
    if query.by.is_empty() && folding.n_rows() == 0 {
        // One group, even of nothing.
        folding.add_keys(1, |_, _| Key::Text(None), vec![vec![0]; sums.len()], None)?;
    }
    let folded = folding.finish()?;
    let mut known = BTreeMap::new();
    for &spread in spreads {
        known.insert(spread, Known::of(query, spread, parts, &cuts, &folded, days)?);
    }
    let values = query.measures.iter().map(|&measure| match measure.spread() {
        Some(spread) => {
            let known = known.get(&spread);
            (0..folded.n_rows).map(|group| known.and_then(|known| known.value(measure, group))).collect()
        }
        None => {
            let at = |sum: Sum, row: usize| {
                let place = sums.binary_search(&sum).ok()?;
                folded.sums.get(place)?.get(row).map(|&sum| sum as f64)
            };
            (0..folded.n_rows).map(|row| value(measure, |sum| at(sum, row))).collect()
        }
    });
    let values = values.collect();
    Ok(FactTable::new(query.by.clone(), snapshot, folded.n_rows, folded.keys, values))
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
pub(crate) enum Group {
    Week,
    Month,
    Column(&'static str),
}

impl Group {
    pub(crate) fn of(dimension: Dimension) -> Self {
        match dimension.grain() {
            Some(Grain::Week) => Self::Week,
            Some(Grain::Month | Grain::Quarter | Grain::Year) => Self::Month,
            Some(Grain::Day) | None => Self::Column(column_of(dimension)),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Week => "week_start",
            Self::Month => "month_start",
            Self::Column(column) => column,
        }
    }

    pub(crate) fn expression(self) -> Expr {
        match self {
            Self::Week => week_start("reported_on"),
            Self::Month => month_start("reported_on"),
            Self::Column(column) => col(column),
        }
    }
}

/// What is added up in a group; every measure is made of these, so that no order of rows changes a bit of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sum {
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

    /// Those that aggregates keep.
    pub(crate) fn kept() -> impl Iterator<Item = Self> {
        let whole = [Self::Rows, Self::LossCents, Self::LossKnown, Self::DelayDays, Self::DelayKnown];
        whole.into_iter().chain(WITHIN.into_iter().map(Self::DelayWithin))
    }

    pub(crate) fn data_type(self) -> DataType {
        if self == Self::LossCents { DataType::Decimal128(38, 0) } else { DataType::Int64 }
    }

    pub(crate) fn name(self) -> String {
        match self {
            Self::Rows => "n_rows".to_owned(),
            Self::LossCents => "loss_cents_sum".to_owned(),
            Self::LossKnown => "n_loss_known".to_owned(),
            Self::DelayDays => "delay_days_sum".to_owned(),
            Self::DelayKnown => "n_delay_known".to_owned(),
            Self::DelayWithin(days) => format!("n_delay_within_{days}"),
        }
    }

    /// How the engine makes it, out of rows or out of what was added up of them.
    pub(crate) fn expression(self, form: Form) -> Expr {
        match form {
            Form::Rows => self.of_rows(),
            Form::Cells => sum(col(self.name())),
        }
    }

    fn of_rows(self) -> Expr {
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

    pub(crate) fn read(self, batch: &RecordBatch) -> Result<Vec<i128>, FactsError> {
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
