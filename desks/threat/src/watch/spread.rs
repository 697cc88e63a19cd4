//! Where a rise gathers: the neighbouring departments and last weeks that hold more of a phenomenon than its weeks and
//! places together lead to expect.

use super::counts::{SeriesKey, Watched};
use super::detection::Run;
use crate::signals::ClusterLine;
use beffroi_surveillance::{ScanModel, ScanParams, SurveillanceError, scan};
use std::collections::BTreeMap;

/// Weeks of the map.
const WEEKS: usize = 26;
/// The longest cluster, in weeks.
const LONGEST: usize = 6;
/// Maps drawn.
const DRAWS: usize = 199;
/// Less probable than this, a cluster is told.
const TOLD: f64 = 0.05;

/// The cluster of a whole that rose, in the weeks up to the last of its run; none for a part, or where chance would do as
/// much. Zones are departments, pairs within a region and regions: who is nobody's neighbour is a zone alone.
pub(crate) fn cluster(watched: &Watched, run: &Run, seed: u64) -> Result<Option<ClusterLine>, SurveillanceError> {
    if !run.key.is_whole() {
        return Ok(None);
    }
    let is_place = |key: &SeriesKey| {
        let part = !key.is_whole() && key.subject.is_none() && key.sector.is_none() && key.whole() == run.key;
        part && watched.levels.departments(&key.territory).next().is_none()
    };
    let window = (run.last + 1).saturating_sub(WEEKS)..run.last + 1;
    let places: Vec<(&str, Vec<f64>)> = watched
        .series
        .iter()
        .filter(|(key, _)| is_place(key))
        .filter_map(|(key, counts)| Some((key.territory.as_str(), counts.get(window.clone())?.to_vec())))
        .collect();
    let mut regions: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, (place, _)) in places.iter().enumerate() {
        regions.entry(watched.levels.region(place).unwrap_or(place)).or_default().push(at);
    }
    let mut zones: Vec<Vec<usize>> = (0..places.len()).map(|at| vec![at]).collect();
    for members in regions.values().filter(|members| members.len() > 1) {
        for (nth, first) in members.iter().enumerate() {
            zones.extend(members.iter().skip(nth + 1).map(|second| vec![*first, *second]));
        }
        zones.push(members.clone());
    }
    zones.sort();
    zones.dedup();
    let counts: Vec<Vec<f64>> = places.iter().map(|(_, counts)| counts.clone()).collect();
    let params = ScanParams { model: ScanModel::Permutation, longest: LONGEST, draws: DRAWS, seed };
    let found = scan(&counts, &[], &zones, &params)?.filter(|cluster| cluster.p_value <= TOLD);
    Ok(found.map(|cluster| ClusterLine {
        territories: cluster
            .zone
            .iter()
            .filter_map(|at| places.get(*at))
            .map(|(place, _)| (*place).to_owned())
            .collect(),
        weeks: cluster.weeks as u64,
        observed: cluster.observed,
        expected: cluster.expected,
        p_value: cluster.p_value,
    }))
}

#[cfg(test)]
mod tests {
    use super::super::counts::Family;
    use super::super::detection::method;
    use super::super::levels::Levels;
    use super::*;
    use beffroi_model::Layer;

    fn watched(rise: &[&str]) -> (Watched, Run) {
        let key = |territory: &str| SeriesKey {
            family: Family::Reports,
            layer: Layer::Recorded,
            phenomenon: "phishing".to_owned(),
            territory: territory.to_owned(),
            subject: None,
            sector: None,
        };
        let mut watched = Watched { levels: Levels::house(), ..Watched::default() };
        let mut all = vec![0.0; 30];
        for (nth, place) in ["59", "62", "80", "75", "13", "69", "NL"].into_iter().enumerate() {
            let counts: Vec<f64> = (0..30)
                .map(|week| {
                    4.0 + ((week * 7 + nth * 3) % 3) as f64
                        + if week >= 28 && rise.contains(&place) { 15.0 } else { 0.0 }
                })
                .collect();
            all.iter_mut().zip(&counts).for_each(|(to, count)| *to += count);
            watched.series.insert(key(place), counts);
        }
        watched.series.insert(key("FR"), all);
        let run = Run { key: key("FR"), method: method(3), points: vec![], first: 28, last: 29, strength: 1.0 };
        (watched, run)
    }

    #[test]
    fn a_rise_that_gathers_is_told_with_its_places() {
        let (watched, run) = watched(&["59", "62"]);
        let found = cluster(&watched, &run, 1).unwrap().unwrap();
        assert_eq!((found.territories, found.weeks), (vec!["59".to_owned(), "62".to_owned()], 2));
        // Expected are the margins, the rise among them: (160 + 160) × (65 + 65) / 970, about 43 for 80 observed.
        assert!(found.p_value <= 0.01, "{}", found.p_value);
        assert!(found.observed > 1.7 * found.expected, "{} of {}", found.observed, found.expected);
    }

    /// The twin: what rises everywhere gathers nowhere.
    #[test]
    fn a_rise_everywhere_gathers_nowhere() {
        let (watched, run) = watched(&["59", "62", "80", "75", "13", "69", "NL"]);
        assert_eq!(cluster(&watched, &run, 1).unwrap(), None);
        let part = Run { key: SeriesKey { territory: "59".to_owned(), ..run.key.clone() }, ..run };
        assert_eq!(cluster(&watched, &part, 1).unwrap(), None);
    }
}
