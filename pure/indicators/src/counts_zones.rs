//! Published counts by region and by part of the country: the sums of their departments, when none of them is missing.
//! What is not located or abroad stands for itself, and the sum of all is not the country's figure.

use crate::counts::Found;
use crate::territories::ZONES;
use beffroi_model::{Territory, TerritoryKind};
use beffroi_ports::Dimension;
use std::collections::BTreeMap;

/// The territories of one period folded into the zones of `dimension`; the country stays as it is.
pub(crate) fn fold(dimension: Dimension, territories: Vec<Found>) -> Vec<Found> {
    let Some(zones) = ZONES.of(dimension) else { return territories };
    let (countries, parts): (Vec<Found>, Vec<Found>) = territories.into_iter().partition(|found| found.is_country);
    let mut folded: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for part in parts {
        let zone = zones.get(&part.code).unwrap_or(&part.code).clone();
        folded.entry(zone).or_default().push(part);
    }
    let whole = |(zone, parts): (String, Vec<Found>)| {
        let is_department =
            |code: &str| code.parse::<Territory>().is_ok_and(|territory| territory.kind() == TerritoryKind::Department);
        let expected = zones.iter().filter(|(code, own)| **own == zone && is_department(code)).map(|(code, _)| code);
        let is_whole = expected.into_iter().all(|code| parts.iter().any(|part| part.code == *code));
        let count = parts.iter().map(|part| part.count).sum::<Option<f64>>().filter(|_| is_whole);
        let territories = parts.iter().flat_map(|part| part.territories.clone()).collect();
        let first = parts.into_iter().next()?;
        Some(Found { code: zone, count, territories, ..first })
    };
    folded.into_iter().filter_map(whole).chain(countries).collect()
}
