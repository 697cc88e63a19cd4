//! Filters of a question, as conditions on columns.

use crate::error::failed;
use crate::values::to_days;
use beffroi_model::{Grain, Period};
use beffroi_ports::{Dimension, FactsError, Filter, ReportsQuery, Zones};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use datafusion::prelude::{DataFrame, col, lit};
use jiff::civil::Date;

/// A day as a constant.
pub(crate) fn day(date: Date) -> Expr {
    lit(ScalarValue::Date32(Some(to_days(date))))
}

/// One of these texts.
pub(crate) fn one_of<'a>(column: &str, values: impl IntoIterator<Item = &'a str>) -> Expr {
    col(column).in_list(values.into_iter().map(lit).collect(), false)
}

/// The column in which a dimension lies.
pub(crate) fn column_of(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Source => "source",
        Dimension::Layer => "layer",
        Dimension::Kind => "kind",
        Dimension::Unit => "unit_of_count",
        Dimension::Day | Dimension::Week | Dimension::Month | Dimension::Quarter | Dimension::Year => "reported_on",
        // Regions and parts of the country are made of territories.
        Dimension::Department | Dimension::Region | Dimension::Area => "territory",
        Dimension::Category => "category",
        Dimension::Phenomenon => "phenomenon",
        Dimension::Astad => "astad",
        Dimension::VictimKind => "victim_kind",
        Dimension::Sex => "sex",
        Dimension::AgeBand => "age_band",
        Dimension::Sector => "sector",
        Dimension::Size => "size",
        Dimension::Subject => "subject",
        Dimension::Synthetic => "synthetic",
    }
}

/// Keeps the rows that the question keeps: its days and its filters.
pub(crate) fn keep(frame: DataFrame, query: &ReportsQuery) -> Result<DataFrame, FactsError> {
    let from = query.from.map(|from| col("reported_on").gt_eq(day(from)));
    let to = query.to.map(|to| col("reported_on").lt_eq(day(to)));
    let conditions =
        from.into_iter().chain(to).chain(query.filters.iter().map(|filter| condition(filter, &query.zones)));
    match conditions.reduce(Expr::and) {
        Some(condition) => frame.filter(condition).map_err(failed("filter its rows")),
        None => Ok(frame),
    }
}

fn condition(filter: &Filter, zones: &Zones) -> Expr {
    let column = column_of(filter.dimension);
    if let Some(zones) = zones.of(filter.dimension) {
        let mut territories = Zones::territories(zones, &filter.values).peekable();
        let any = territories.peek().is_some();
        return if any { one_of(column, territories) } else { lit(false) };
    }
    let either = match (filter.dimension, filter.dimension.grain()) {
        (_, Some(grain)) => filter.values.iter().filter_map(|value| within(column, value, grain)).reduce(Expr::or),
        (Dimension::Astad | Dimension::Synthetic, _) => {
            filter.values.iter().filter_map(|value| flag(column, value)).reduce(Expr::or)
        }
        _ => {
            let none = filter.values.iter().any(String::is_empty).then(|| col(column).is_null());
            let some = (!filter.values.is_empty()).then(|| one_of(column, filter.values.iter().map(String::as_str)));
            some.into_iter().chain(none).reduce(Expr::or)
        }
    };
    either.unwrap_or_else(|| lit(false))
}

/// In a period; a text that is no period of that grain holds no day.
fn within(column: &str, period: &str, grain: Grain) -> Option<Expr> {
    let period: Period = period.parse().ok().filter(|period: &Period| period.grain() == grain)?;
    Some(col(column).gt_eq(day(period.start())).and(col(column).lt_eq(day(period.end()))))
}

fn flag(column: &str, value: &str) -> Option<Expr> {
    match value {
        "true" => Some(col(column)),
        "false" => Some(col(column).is_false()),
        _ => None,
    }
}
