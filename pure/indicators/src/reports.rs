//! Figures out of the table of reports.

use crate::compute::Made;
use crate::figures::Figure;
use crate::{Card, IndicatorError, Request, SourceVintage};
use beffroi_ports::{Dimension, FactTable, Facts, Filter, Measure, ReportsQuery, Snapshot};
use beffroi_statistics::{Rule, Status};
use std::collections::{BTreeMap, BTreeSet};

/// What is measured, and over which rows.
pub(crate) struct Measured<'a> {
    pub(crate) measure: Measure,
    pub(crate) scale: f64,
    pub(crate) filters: &'a [Filter],
}

pub(crate) async fn figures(
    facts: &dyn Facts,
    card: &Card,
    measured: &Measured<'_>,
    request: &Request,
    snapshot: Option<u64>,
    seen: &[Snapshot],
) -> Result<Made, IndicatorError> {
    let filters = filters(card, measured, request);
    let contributors = match measured.measure {
        Measure::LossCents | Measure::LossKnown => Measure::LossKnown,
        Measure::Count | Measure::MeanDelayDays => Measure::Count,
    };
    let query = ReportsQuery {
        measures: vec![measured.measure, contributors],
        by: request.by.clone(),
        filters: filters.clone(),
        from: request.from.map(|p| p.start()),
        to: request.to.map(|p| p.end()),
        snapshot,
    };
    let details: Vec<Dimension> = [Dimension::Unit, Dimension::Source, Dimension::Synthetic]
        .into_iter()
        .filter(|detail| !request.by.contains(detail))
        .collect();
    let by: Vec<Dimension> = request.by.iter().copied().chain(details).collect();
    let of_provenance = ReportsQuery { measures: vec![Measure::Count], by: by.clone(), ..query.clone() };
    let provenance = facts.reports(&of_provenance).await?;
    let column = |dimension: Dimension| -> BTreeSet<String> {
        let position = by.iter().position(|d| *d == dimension);
        provenance.rows.iter().filter_map(|row| row.keys.get(position?).cloned().flatten()).collect()
    };
    refuse_mixed_units(card, request, &by, &provenance)?;
    let units = column(Dimension::Unit);
    let sources = column(Dimension::Source).into_iter().map(|source| SourceVintage {
        vintage: seen.iter().filter(|s| s.delivery.source.as_str() == source).map(|s| s.delivery.vintage).max(),
        source,
        definition: None,
    });

    let table = if provenance.rows.is_empty() { Vec::new() } else { facts.reports(&query).await?.rows };
    let rule = Rule { threshold: card.disclosure_threshold };
    let row = |row: beffroi_ports::TableRow| {
        let at = |i: usize| row.values.get(i).copied().flatten();
        let value = at(0).map(|v| v * measured.scale);
        let contributors = at(1);
        Figure {
            keys: row.keys,
            value,
            numerator: value.filter(|_| card.additive),
            denominator: None,
            interval: None,
            contributors,
            small: contributors.is_some_and(|n| rule.is_small(n)),
            status: if value.is_some() { Status::Published } else { Status::NotAvailable },
            source: None,
            definition: None,
        }
    };
    Ok(Made {
        rows: table.into_iter().map(row).collect(),
        units: if units.is_empty() { vec![card.unit_of_count.clone()] } else { units.into_iter().collect() },
        sources: sources.collect(),
        filters,
        synthetic: column(Dimension::Synthetic).contains("true"),
    })
}

/// Each figure must be of one unit of count, even where the figures of a breakdown differ in theirs.
fn refuse_mixed_units(
    card: &Card,
    request: &Request,
    by: &[Dimension],
    table: &FactTable,
) -> Result<(), IndicatorError> {
    let position = by.iter().position(|d| *d == Dimension::Unit);
    let mut units: BTreeMap<&[Option<String>], BTreeSet<&str>> = BTreeMap::new();
    for row in &table.rows {
        let group = row.keys.get(..request.by.len()).unwrap_or_default();
        units.entry(group).or_default().extend(position.and_then(|i| row.keys.get(i)?.as_deref()));
    }
    match units.into_values().find(|units| units.len() > 1) {
        None => Ok(()),
        Some(units) => Err(IndicatorError::Units {
            what: format!("`{}`", card.code),
            units: units.into_iter().collect::<Vec<_>>().join(", "),
        }),
    }
}

/// The card's layer, filters and sources, then the request's own.
fn filters(card: &Card, measured: &Measured<'_>, request: &Request) -> Vec<Filter> {
    let mut filters = vec![Filter { dimension: Dimension::Layer, values: vec![card.layer.code().to_owned()] }];
    filters.extend_from_slice(measured.filters);
    if !card.sources.is_empty() {
        filters.push(Filter { dimension: Dimension::Source, values: card.sources.clone() });
    }
    filters.extend(request.filters.iter().filter(|f| f.dimension != Dimension::Layer).cloned());
    filters
}
