//! Filters, groups and measures over reports in memory.

use crate::{Dimension, Filter, Measure, ReportsQuery, TableRow};
use beffroi_model::{Period, Report, Text};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The report's value of a dimension, as text.
fn text(report: &Report, dimension: Dimension) -> Option<Cow<'_, str>> {
    if let Some(grain) = dimension.grain() {
        return Some(Period::containing(report.reported_on, grain).to_string().into());
    }
    let optional = |value: &'_ Option<Text>| value.as_ref().map(|text| Cow::Owned(text.to_string()));
    let flag = |value: bool| Some(Cow::Borrowed(if value { "true" } else { "false" }));
    match dimension {
        Dimension::Source => Some(report.source.as_str().into()),
        Dimension::Layer => Some(report.layer.code().into()),
        Dimension::Kind => Some(report.kind.code().into()),
        Dimension::Unit => Some(report.unit_of_count.as_str().into()),
        Dimension::Department => Some(report.territory.code().into()),
        Dimension::Category => optional(&report.category),
        Dimension::Phenomenon => optional(&report.phenomenon),
        Dimension::Astad => flag(report.astad),
        Dimension::VictimKind => report.victim_kind.map(|kind| kind.code().into()),
        Dimension::Sector => optional(&report.sector),
        Dimension::Subject => optional(&report.subject),
        Dimension::Synthetic => flag(report.synthetic),
        Dimension::Day | Dimension::Week | Dimension::Month | Dimension::Quarter | Dimension::Year => None,
    }
}

fn passes(report: &Report, filter: &Filter) -> bool {
    let value = text(report, filter.dimension).unwrap_or_default();
    filter.values.iter().any(|kept| *kept == value)
}

/// Whether the query keeps the report: its days and its filters.
pub(super) fn keeps(query: &ReportsQuery, report: &Report) -> bool {
    query.from.is_none_or(|from| report.reported_on >= from)
        && query.to.is_none_or(|to| report.reported_on <= to)
        && query.filters.iter().all(|filter| passes(report, filter))
}

/// What one group adds up to.
#[derive(Debug, Default)]
struct Sums {
    rows: u64,
    loss_cents: i128,
    loss_known: u64,
    delay_days: i64,
    delay_known: u64,
}

impl Sums {
    fn add(&mut self, report: &Report) {
        self.rows += 1;
        if let Some(cents) = report.loss_cents {
            self.loss_cents += i128::from(cents);
            self.loss_known += 1;
        }
        if let Some(occurred_on) = report.occurred_on {
            self.delay_days += i64::from((report.reported_on - occurred_on).get_days());
            self.delay_known += 1;
        }
    }

    fn value(&self, measure: Measure) -> Option<f64> {
        match measure {
            Measure::Count => Some(self.rows as f64),
            Measure::LossCents => Some(self.loss_cents as f64),
            Measure::LossKnown => Some(self.loss_known as f64),
            Measure::MeanDelayDays => (self.delay_known > 0).then(|| self.delay_days as f64 / self.delay_known as f64),
        }
    }
}

/// The groups of the reports that the query keeps, in the order of their keys. Without a dimension there is one group,
/// even of nothing.
pub(super) fn group<'a>(query: &ReportsQuery, reports: impl Iterator<Item = &'a Report>) -> Vec<TableRow> {
    let mut groups: BTreeMap<Vec<Option<String>>, Sums> = BTreeMap::new();
    if query.by.is_empty() {
        groups.insert(Vec::new(), Sums::default());
    }
    for report in reports.filter(|report| keeps(query, report)) {
        let keys = query.by.iter().map(|&dimension| text(report, dimension).map(Cow::into_owned)).collect();
        groups.entry(keys).or_default().add(report);
    }
    groups
        .into_iter()
        .map(|(keys, sums)| TableRow { keys, values: query.measures.iter().map(|&m| sums.value(m)).collect() })
        .collect()
}
