//! Victims and trend, from the lake.

use crate::alerts::{ClassCount, PlaceCount, SMALL, behind, classes, spread};
use crate::situation::SituationError;
use crate::situation::{DayCount, Picture, STEP};
use beffroi_model::{Marking, Territory};
use beffroi_ports::{Dimension, Facts, Filter, ReportsQuery};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Days drawn.
const DAYS: i32 = 7;
/// Sectors and territories kept.
const NAMED: usize = 8;

/// What is counted.
pub(crate) struct Asked<'a> {
    pub(crate) phenomenon: &'a str,
    pub(crate) territory: &'a str,
    pub(crate) since: Date,
    pub(crate) until: Date,
}

/// What the lake says.
pub(crate) struct Drawn {
    pub(crate) picture: Picture,
    pub(crate) marking: Marking,
    pub(crate) synthetic: bool,
}

/// Counts the reports on the latest snapshot.
pub(crate) async fn draw(facts: &dyn Facts, asked: &Asked<'_>) -> Result<Drawn, SituationError> {
    let snapshot = facts.snapshots().await?.last().map_or(0, |snapshot| snapshot.number);
    let mut filters = vec![Filter { dimension: Dimension::Phenomenon, values: vec![asked.phenomenon.to_owned()] }];
    if asked.territory != Territory::FRANCE {
        filters.push(Filter { dimension: Dimension::Department, values: vec![asked.territory.to_owned()] });
    }
    let query = ReportsQuery {
        filters,
        from: Some(asked.since),
        to: Some(asked.until),
        snapshot: (snapshot > 0).then_some(snapshot),
        ..ReportsQuery::default()
    };
    let by = async |dimension| -> Result<BTreeMap<String, f64>, SituationError> {
        let table = facts.reports(&ReportsQuery { by: vec![dimension], ..query.clone() }).await?;
        let rows = table.rows().filter_map(|row| Some((row.key(0).unwrap_or_default().to_owned(), row.value(0)?)));
        Ok(rows.collect())
    };
    let territories = by(Dimension::Department).await?;
    let sectors = by(Dimension::Sector).await?;
    let synthetic = by(Dimension::Synthetic).await?.get("true").is_some_and(|n| *n > 0.0);
    let by_day: BTreeMap<Date, f64> =
        by(Dimension::Day).await?.into_iter().filter_map(|(day, n)| Some((day.parse().ok()?, n))).collect();

    let total: f64 = territories.values().sum();
    let known = sectors.into_iter().filter(|(class, _)| !class.is_empty());
    let mut sectors = classes(known.map(|(class, count)| ClassCount { class, count }).collect());
    sectors.truncate(NAMED);
    sectors.iter_mut().for_each(|class| class.count = rounded(class.count));
    let mut spread = spread(&territories.into_iter().filter(|(code, _)| !code.is_empty()).collect());
    spread.shown.truncate(NAMED);
    spread.shown.iter_mut().for_each(|place: &mut PlaceCount| place.count = rounded(place.count));
    let day = |back: i32| asked.until.saturating_sub(back.days());
    let of = |day: Date| by_day.get(&day).copied().unwrap_or(0.0);
    let days = (0..DAYS).rev().map(|back| DayCount { day: day(back), count: shown(of(day(back))) });
    let week = |from: i32| (from..from + DAYS).map(|back| of(day(back))).sum::<f64>();
    let trend = match (shown(week(0)), shown(week(DAYS))) {
        (Some(now), Some(before)) => Some(now / before),
        _ => None,
    };
    let picture = Picture { snapshot, total: shown(total), sectors, spread, days: days.collect(), trend };
    let marking = behind(facts, &query).await?.marking;
    Ok(Drawn { picture, marking, synthetic })
}

/// A count, rounded down; nothing for a small one, zero included: a day without a report is told by nobody.
fn shown(count: f64) -> Option<f64> {
    (count >= SMALL).then(|| rounded(count))
}

fn rounded(count: f64) -> f64 {
    (count / STEP).floor() * STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_pictures_subtracted_tell_of_nobody() {
        for before in 0..60 {
            for after in before..60 {
                let (a, b) = (shown(f64::from(before)), shown(f64::from(after)));
                if let (Some(a), Some(b)) = (a, b) {
                    assert!(b - a == 0.0 || b - a >= STEP, "{before} {after}");
                }
            }
        }
        assert_eq!((shown(4.0), shown(0.0), shown(9.0)), (None, None, Some(5.0)));
    }
}
