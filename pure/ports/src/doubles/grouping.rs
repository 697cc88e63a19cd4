//! Filters, groups and measures over reports in memory.

use crate::{Dimension, Filter, Measure, ReportsQuery, Zones};
use beffroi_model::{Period, Report, Text};
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The report's value of a dimension, as text.
fn text<'r>(zones: &Zones, report: &'r Report, dimension: Dimension) -> Option<Cow<'r, str>> {
    if let Some(zones) = zones.of(dimension) {
        let code = report.territory.code();
        return Some(zones.get(code).map_or(Cow::Borrowed(code), |zone| zone.clone().into()));
    }
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
        Dimension::Sex => report.sex.map(|sex| sex.code().into()),
        Dimension::AgeBand => optional(&report.age_band),
        Dimension::Sector => optional(&report.sector),
        Dimension::Size => optional(&report.size),
        Dimension::Subject => optional(&report.subject),
        Dimension::Synthetic => flag(report.synthetic),
        Dimension::Day | Dimension::Week | Dimension::Month | Dimension::Quarter | Dimension::Year => None,
        Dimension::Region | Dimension::Area => None,
    }
}

fn passes(zones: &Zones, report: &Report, filter: &Filter) -> bool {
    let value = text(zones, report, filter.dimension).unwrap_or_default();
    filter.values.iter().any(|kept| *kept == value)
}

/// Whether the query keeps the report: its days and its filters.
pub(super) fn keeps(query: &ReportsQuery, report: &Report) -> bool {
    query.from.is_none_or(|from| report.reported_on >= from)
        && query.to.is_none_or(|to| report.reported_on <= to)
        && query.filters.iter().all(|filter| passes(&query.zones, report, filter))
}

/// A group: its keys and the values of its measures.
pub(super) type Group = (Vec<Option<String>>, Vec<Option<f64>>);

/// What one group holds.
#[derive(Debug, Default)]
struct Sums {
    rows: u64,
    losses: Vec<i64>,
    delays: Vec<i64>,
    deliveries: Vec<i64>,
}

/// A quantile of whole numbers: between the two nearest of them, in proportion (type 7 of Hyndman and Fan, 1996).
fn quantile(values: &[i64], percent: u8) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let place = sorted.len().checked_sub(1)? as i128 * i128::from(percent.min(100));
    let at = |rank: i128| sorted.get(usize::try_from(rank).ok()?).map(|value| i128::from(*value));
    let below = at(place / 100)?;
    let above = at(place / 100 + 1).unwrap_or(below);
    Some((below * (100 - place % 100) + above * (place % 100)) as f64 / 100.0)
}

fn within(values: &[i64], days: u16) -> Option<f64> {
    Some(values.iter().filter(|value| **value <= i64::from(days)).count() as f64)
}

impl Sums {
    fn add(&mut self, report: &Report, delivered_on: Date) {
        let days = |from: Date, to: Date| i64::from((to - from).get_days());
        self.rows += 1;
        self.losses.extend(report.loss_cents);
        self.delays.extend(report.occurred_on.map(|day| days(day, report.reported_on)));
        self.deliveries.push(days(report.reported_on, delivered_on));
    }

    fn value(&self, measure: Measure) -> Option<f64> {
        match measure {
            Measure::Count => Some(self.rows as f64),
            Measure::LossCents => Some(self.losses.iter().map(|cents| i128::from(*cents)).sum::<i128>() as f64),
            Measure::LossKnown => Some(self.losses.len() as f64),
            Measure::MeanDelayDays => {
                (!self.delays.is_empty()).then(|| self.delays.iter().sum::<i64>() as f64 / self.delays.len() as f64)
            }
            Measure::DelayKnown => Some(self.delays.len() as f64),
            Measure::DelayWithin(days) => within(&self.delays, days),
            Measure::DeliveredWithin(days) => within(&self.deliveries, days),
            Measure::LossQuantile(percent) => quantile(&self.losses, percent),
            Measure::DelayQuantile(percent) => quantile(&self.delays, percent),
            Measure::DeliveryQuantile(percent) => quantile(&self.deliveries, percent),
        }
    }
}

/// The groups of the reports that the query keeps, in the order of their keys. Without a dimension there is one group,
/// even of nothing.
/// Each report comes with the day on which it was delivered.
pub(super) fn group<'a>(query: &ReportsQuery, reports: impl Iterator<Item = (&'a Report, Date)>) -> Vec<Group> {
    let mut groups: BTreeMap<Vec<Option<String>>, Sums> = BTreeMap::new();
    if query.by.is_empty() {
        groups.insert(Vec::new(), Sums::default());
    }
    for (report, delivered_on) in reports.filter(|(report, _)| keeps(query, report)) {
        let key = |&dimension: &Dimension| text(&query.zones, report, dimension).map(Cow::into_owned);
        groups.entry(query.by.iter().map(key).collect()).or_default().add(report, delivered_on);
    }
    groups.into_iter().map(|(keys, sums)| (keys, query.measures.iter().map(|&m| sums.value(m)).collect())).collect()
}
