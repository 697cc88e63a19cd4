//! How complete the last weeks are, learnt from what the lake held after each delivery.
//!
//! Of each source, its last deliveries are looked back at: how many reports of a week were known at which day. That is
//! the triangle of `beffroi_surveillance::Delays`. A layer whose sources are added up is as complete as they are on
//! average, each weighed by its reports.

use super::counts::{Family, Watched};
use beffroi_model::Layer;
use beffroi_ports::{Dimension, Facts, FactsError, Filter, ReportsQuery};
use beffroi_surveillance::{Completeness, Delays};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Deliveries of a source looked back at, the latest ones.
const DELIVERIES: usize = 30;
/// Weeks of which delays are learnt.
const WEEKS: usize = 40;
/// The longest delay looked at, in weeks.
const LONGEST: usize = 12;
/// Fewer deliveries than this teach nothing of delays.
const LEAST: usize = 6;

/// How complete the weeks of a layer are: that of the last one first, back from it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Delivered {
    back: Vec<Completeness>,
}

impl Delivered {
    /// How complete the week `back` weeks before the last is.
    pub(crate) fn at(&self, back: usize) -> Completeness {
        self.back.get(back).copied().unwrap_or(Completeness::WHOLE)
    }
}

/// One look at a source: the day it stood at, and its reports by week.
#[derive(Debug, Clone)]
struct Look {
    day: Date,
    counts: Vec<f64>,
}

/// Learns the delays of every layer watched.
pub(crate) async fn learn(
    facts: &dyn Facts,
    snapshot: u64,
    watched: &Watched,
) -> Result<BTreeMap<(Family, Layer), Delivered>, FactsError> {
    let snapshots = facts.snapshots().await?;
    let first = watched.weeks.len().saturating_sub(WEEKS);
    let mut all = BTreeMap::new();
    for (place, sources) in &watched.sources {
        let mut weighed = Vec::new();
        for source in sources {
            let deliveries = snapshots
                .iter()
                .filter(|s| s.number <= snapshot && s.table == "reports" && s.delivery.source.as_str() == source);
            let mut numbers: Vec<(u64, Date)> = deliveries.map(|s| (s.number, s.delivery.vintage)).collect();
            // Several files of one day are one look: the last.
            numbers.dedup_by(|later, kept| {
                later.1 == kept.1 && {
                    *kept = *later;
                    true
                }
            });
            if numbers.len() < LEAST {
                continue;
            }
            let mut looks = Vec::new();
            for (number, day) in numbers.into_iter().rev().take(DELIVERIES).rev() {
                looks.push(Look { day, counts: look(facts, number, place, source, watched, first).await? });
            }
            let ends: Vec<Date> = watched.weeks.iter().skip(first).map(|week| week.end()).collect();
            if let Some(back) = of_source(&looks, &ends) {
                let reports: f64 = looks.last().map_or(0.0, |look| look.counts.iter().sum());
                weighed.push((reports, back));
            } else {
                continue;
            }
        }
        all.insert(*place, together(&weighed, share_known(watched, *place, &weighed)));
    }
    Ok(all)
}

/// The reports of a source by week, as the lake held them after a delivery.
async fn look(
    facts: &dyn Facts,
    snapshot: u64,
    (family, layer): &(Family, Layer),
    source: &str,
    watched: &Watched,
    first: usize,
) -> Result<Vec<f64>, FactsError> {
    let one = |dimension, value: &str| Filter { dimension, values: vec![value.to_owned()] };
    let weeks = watched.weeks.get(first..).unwrap_or_default();
    let query = ReportsQuery {
        by: vec![Dimension::Week],
        filters: vec![family.kinds(), one(Dimension::Layer, layer.code()), one(Dimension::Source, source)],
        from: weeks.first().map(|week| week.start()),
        to: weeks.last().map(|week| week.end()),
        snapshot: Some(snapshot),
        ..ReportsQuery::default()
    };
    let mut counts = vec![0.0; weeks.len()];
    for row in facts.reports(&query).await?.rows() {
        let week = row.key(0).and_then(|text| text.parse().ok());
        let at = week.and_then(|week| weeks.binary_search(&week).ok());
        if let (Some(to), Some(count)) = (at.and_then(|at| counts.get_mut(at)), row.value(0)) {
            *to += count;
        }
    }
    Ok(counts)
}

/// How complete the weeks of a source are, from the last back; none where its looks teach nothing.
fn of_source(looks: &[Look], ends: &[Date]) -> Option<Vec<Completeness>> {
    let last = looks.last()?;
    let weeks_after = |end: Date, day: Date| {
        let days = i64::from(end.until(day).ok()?.get_days());
        usize::try_from(days.div_euclid(7)).ok()
    };
    let mut triangle = Vec::new();
    for (week, end) in ends.iter().enumerate() {
        // Known by delay: what the last look within that delay showed.
        let mut known: Vec<Option<f64>> = vec![None; LONGEST + 1];
        for look in looks {
            let Some(delay) = weeks_after(*end, look.day) else { continue };
            if let (Some(to), Some(count)) = (known.get_mut(delay.min(LONGEST)), look.counts.get(week)) {
                *to = Some(*count);
            }
        }
        let now = weeks_after(*end, last.day).map_or(0, |delay| delay.min(LONGEST) + 1);
        // A week first looked at later than at once tells nothing of its first delays.
        let Some(Some(_)) = known.first() else { continue };
        let (mut row, mut before) = (Vec::new(), 0.0);
        for count in known.into_iter().take(now) {
            // No look in that week of delay: nothing came that one could see.
            let count = count.unwrap_or(before).max(before);
            row.push(count - before);
            before = count;
        }
        triangle.push(row);
    }
    let delays = Delays::learn(&triangle).ok().flatten()?;
    let back = ends.iter().rev().map(|end| weeks_after(*end, last.day).map_or(Completeness::WHOLE, |d| delays.at(d)));
    Some(back.take(LONGEST + 1).collect())
}

/// Of the reports of a layer, the share of the sources whose delays are known.
fn share_known(watched: &Watched, place: (Family, Layer), weighed: &[(f64, Vec<Completeness>)]) -> f64 {
    let first = watched.weeks.len().saturating_sub(WEEKS);
    let wholes = watched.series.iter().filter(|(key, _)| (key.family, key.layer) == place && key.is_whole());
    let all: f64 = wholes.filter_map(|(_, counts)| counts.get(first..)).flatten().sum();
    let known: f64 = weighed.iter().map(|(reports, _)| reports).sum();
    if all > 0.0 { (known / all).min(1.0) } else { 0.0 }
}

/// Sources together; those whose delays are not known are taken for complete.
fn together(weighed: &[(f64, Vec<Completeness>)], known: f64) -> Delivered {
    let all: f64 = weighed.iter().map(|(reports, _)| reports).sum();
    let longest = weighed.iter().map(|(_, back)| back.len()).max().unwrap_or(0);
    let at = |back: usize| {
        let (mut share, mut variance) = (1.0 - known, 0.0);
        for (reports, of) in weighed {
            let own = of.get(back).copied().unwrap_or(Completeness::WHOLE);
            let weight = known * reports / all.max(1.0);
            share += weight * own.share;
            variance += (weight * own.share).powi(2) * own.log_variance;
        }
        Completeness { share, log_variance: variance / (share * share).max(1e-9) }
    };
    Delivered { back: (0..longest).map(at).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;

    /// Looks every Monday; of each week, 60 are there on the day after, 30 more a week later, 10 more two weeks later.
    fn looks(n: usize) -> (Vec<Look>, Vec<Date>) {
        let first = date(2025, 1, 5);
        let end = |week: usize| first.checked_add((i64::try_from(week).unwrap() * 7).days()).unwrap();
        let ends: Vec<Date> = (0..n).map(end).collect();
        let looks = (0..n)
            .map(|at| {
                let come = |week: usize| match at.checked_sub(week) {
                    None => 0.0,
                    Some(0) => 60.0,
                    Some(1) => 90.0,
                    Some(_) => 100.0,
                };
                Look { day: ends[at].checked_add(1.day()).unwrap(), counts: (0..n).map(come).collect() }
            })
            .collect();
        (looks, ends)
    }

    #[test]
    fn the_last_weeks_are_as_complete_as_weeks_were() {
        let (looks, ends) = looks(12);
        let back = of_source(&looks, &ends).unwrap();
        assert!((back[0].share - 0.6).abs() < 1e-9, "{back:?}");
        assert!((back[1].share - 0.9).abs() < 1e-9);
        assert!(back[2].is_whole());
        // Half of a layer of which nothing else is known.
        let layer = together(&[(100.0, back)], 0.5);
        assert!((layer.at(0).share - 0.8).abs() < 1e-9);
        assert!(layer.at(40).is_whole());
    }

    #[test]
    fn one_look_teaches_nothing() {
        let (looks, ends) = looks(12);
        assert!(of_source(&looks[11..], &ends).is_none());
        assert!(of_source(&[], &ends).is_none());
    }
}
