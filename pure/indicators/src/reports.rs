//! Figures out of the table of reports: what every formula asks of it, and the plain one.

use crate::compute::Made;
use crate::figures::Figure;
use crate::territories::{ZONES, is_place, population};
use crate::{Card, IndicatorError, Request, SourceVintage};
use beffroi_ports::{Dimension, FactTable, Facts, Filter, Measure, ReportsQuery, Snapshot};
use beffroi_statistics::{Rule, rate, rate_interval};
use std::collections::{BTreeMap, BTreeSet};

/// A question about one card and one state of the lake.
pub(crate) struct Asked<'a> {
    pub(crate) facts: &'a dyn Facts,
    pub(crate) card: &'a Card,
    pub(crate) request: &'a Request,
    pub(crate) snapshot: Option<u64>,
    pub(crate) seen: &'a [Snapshot],
}

/// What is measured, and over which rows.
pub(crate) struct Measured<'a> {
    pub(crate) measure: Measure,
    pub(crate) scale: f64,
    pub(crate) filters: &'a [Filter],
    pub(crate) rate_per: Option<f64>,
}

/// Groups by their keys.
pub(crate) type Groups = BTreeMap<Vec<Option<String>>, Vec<Option<f64>>>;

impl Asked<'_> {
    /// The card's layer, these filters and the card's sources, then the request's own.
    pub(crate) fn filters(&self, own: &[&[Filter]]) -> Vec<Filter> {
        let mut filters = self.of_card(own);
        filters.extend(self.request.filters.iter().filter(|f| f.dimension != Dimension::Layer).cloned());
        filters
    }

    fn of_card(&self, own: &[&[Filter]]) -> Vec<Filter> {
        let layer = self.card.layer.code().to_owned();
        let mut filters = vec![Filter { dimension: Dimension::Layer, values: vec![layer] }];
        filters.extend(own.iter().flat_map(|filters| filters.iter().cloned()));
        if !self.card.sources.is_empty() {
            filters.push(Filter { dimension: Dimension::Source, values: self.card.sources.clone() });
        }
        filters
    }

    fn query(&self, measures: Vec<Measure>, by: Vec<Dimension>, filters: Vec<Filter>) -> ReportsQuery {
        ReportsQuery {
            measures,
            by,
            filters,
            from: self.request.from.map(|p| p.start()),
            to: self.request.to.map(|p| p.end()),
            snapshot: self.snapshot,
            zones: ZONES.clone(),
        }
    }

    /// The measures over the rows that `filters` keep, by the request's breakdown.
    pub(crate) async fn groups(&self, measures: &[Measure], filters: &[Filter]) -> Result<Groups, IndicatorError> {
        let query = self.query(measures.to_vec(), self.request.by.clone(), filters.to_vec());
        let table = self.facts.reports(&query).await?;
        Ok(table.rows().map(|row| (row.keys(), row.values())).collect())
    }

    /// Units, sources and origin of the rows that count; `rows` of the answer are still to be made. None of them, and
    /// no row of the card's at all in the period: there is nothing to say, and zero would be a lie.
    pub(crate) async fn provenance(&self, own: &[&[Filter]]) -> Result<(Made, Found), IndicatorError> {
        let filters = self.filters(own);
        let details: Vec<Dimension> = [Dimension::Unit, Dimension::Source, Dimension::Synthetic]
            .into_iter()
            .filter(|detail| !self.request.by.contains(detail))
            .collect();
        let by: Vec<Dimension> = self.request.by.iter().copied().chain(details).collect();
        let query = self.query(vec![Measure::Count], by.clone(), filters.clone());
        let table = self.facts.reports(&query).await?;
        let column = |dimension: Dimension| -> BTreeSet<String> {
            let position = by.iter().position(|d| *d == dimension);
            position.into_iter().flat_map(|i| table.texts(i).map(str::to_owned)).collect()
        };
        refuse_mixed_units(self.card, self.request, &by, &table)?;
        let units = column(Dimension::Unit);
        let sources = column(Dimension::Source).into_iter().map(|source| SourceVintage {
            vintage: self
                .seen
                .iter()
                .filter(|s| s.delivery.source.as_str() == source)
                .map(|s| s.delivery.vintage)
                .max(),
            source,
            definition: None,
        });
        let found = if !table.is_empty() {
            Found::Rows
        } else if self.request.by.is_empty() && self.is_fed(own).await? {
            Found::Zero
        } else {
            Found::Nothing
        };
        let own_unit = || vec![self.card.unit_of_count.clone()];
        let made = Made {
            rows: Vec::new(),
            units: if units.is_empty() { own_unit() } else { units.into_iter().collect() },
            sources: sources.collect(),
            filters,
            synthetic: column(Dimension::Synthetic).contains("true"),
        };
        Ok((made, found))
    }

    /// Whether the card has any row in the period, whatever the request filters.
    async fn is_fed(&self, own: &[&[Filter]]) -> Result<bool, IndicatorError> {
        let query = self.query(vec![Measure::Count], Vec::new(), self.of_card(own));
        Ok(self.facts.reports(&query).await?.total() > 0.0)
    }

    pub(crate) fn rule(&self) -> Rule {
        Rule { threshold: self.card.disclosure_threshold }
    }
}

/// What the lake holds for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// Rows.
    Rows,
    /// None of these, but others of the card's: their number is zero.
    Zero,
    /// Nothing of the card's: no figure is available.
    Nothing,
}

pub(crate) async fn figures(asked: &Asked<'_>, measured: &Measured<'_>) -> Result<Made, IndicatorError> {
    let own: [&[Filter]; 1] = [measured.filters];
    let (mut made, found) = asked.provenance(&own).await?;
    if found == Found::Nothing {
        return Ok(made);
    }
    let contributors = match measured.measure {
        Measure::LossCents | Measure::LossKnown | Measure::LossQuantile(_) => Measure::LossKnown,
        Measure::MeanDelayDays | Measure::DelayKnown | Measure::DelayQuantile(_) => Measure::DelayKnown,
        Measure::Count | Measure::DeliveryQuantile(_) => Measure::Count,
        Measure::DelayWithin(_) | Measure::DeliveredWithin(_) => measured.measure,
    };
    let groups = asked.groups(&[measured.measure, contributors], &made.filters).await?;
    let rule = asked.rule();
    let figure = |(keys, values): (Vec<Option<String>>, Vec<Option<f64>>)| {
        let at = |i: usize| values.get(i).copied().flatten();
        let count = at(0).map(|v| v * measured.scale);
        let contributors = at(1);
        let plain = Figure {
            contributors,
            small: contributors.is_some_and(|n| rule.is_small(n)),
            ..Figure::not_available(keys)
        };
        match measured.rate_per {
            None => Figure { numerator: count.filter(|_| asked.card.additive), ..plain }.with_value(count),
            Some(per) => {
                let persons = place(asked.request, &plain.keys);
                let value = count.zip(persons).and_then(|(n, persons)| rate(n, persons, per).ok());
                let limits = count.zip(persons).and_then(|(n, persons)| rate_interval(n, persons, per).ok());
                let interval = limits.map(|limits| (limits.low, limits.high));
                Figure { numerator: count, denominator: persons, interval, ..plain }.with_value(value)
            }
        }
    };
    made.rows = groups.into_iter().map(figure).collect();
    Ok(made)
}

/// The population of the place that a figure is of, by its keys or by the request's filters.
fn place(request: &Request, keys: &[Option<String>]) -> Option<f64> {
    if let Some((dimension, key)) = request.by.iter().zip(keys).find(|(dimension, _)| is_place(**dimension)) {
        return population(Some((*dimension, key.as_deref()?)));
    }
    let mut filters = request.filters.iter().filter(|filter| is_place(filter.dimension));
    match (filters.next(), filters.next()) {
        (None, _) => population(None),
        (Some(filter), None) => filter.values.iter().map(|code| population(Some((filter.dimension, code)))).sum(),
        // Two conditions on the place: whose population that is cannot be told from the codes.
        _ => None,
    }
}

/// Each figure must be of one unit of count, even where the figures of a breakdown differ in theirs.
fn refuse_mixed_units(
    card: &Card,
    request: &Request,
    by: &[Dimension],
    table: &FactTable,
) -> Result<(), IndicatorError> {
    let position = by.iter().position(|d| *d == Dimension::Unit);
    // One unit for all of them is one for each.
    if position.is_none_or(|i| table.texts(i).nth(1).is_none()) {
        return Ok(());
    }
    let mut units: BTreeMap<Vec<Option<&str>>, BTreeSet<&str>> = BTreeMap::new();
    for row in table.rows() {
        let group = (0..request.by.len()).map(|i| row.key(i)).collect();
        units.entry(group).or_default().extend(position.and_then(|i| row.key(i)));
    }
    match units.into_values().find(|units| units.len() > 1) {
        None => Ok(()),
        Some(units) => Err(IndicatorError::Units {
            what: format!("`{}`", card.code),
            units: units.into_iter().collect::<Vec<_>>().join(", "),
        }),
    }
}
