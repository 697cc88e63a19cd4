//! Regions, parts of the country and populations, out of the list of departments.
//!
//! A region is the sum of its departments, and the country is more than theirs: what is not located, abroad, or in a
//! collectivity stands beside them.

use beffroi_codes::Code;
use beffroi_model::{Territory, TerritoryKind};
use beffroi_ports::{Dimension, Zones};
use std::sync::LazyLock;

/// The zones of the embedded list, whose version stands on the certificate.
pub(crate) static ZONES: LazyLock<Zones> = LazyLock::new(|| {
    let own = |code: &Code, zone: &str| (code.code.clone(), zone.to_owned());
    Zones {
        regions: codes().filter_map(|code| Some(own(code, code.parent.as_deref()?))).collect(),
        areas: codes().filter_map(|code| Some(own(code, area(&code.code)?))).collect(),
    }
});

fn codes() -> impl Iterator<Item = &'static Code> {
    beffroi_codes::list("departments").into_iter().flat_map(|list| list.codes())
}

/// The part of the country of a territory: what is overseas has three digits, a department 971 to 976 but 975.
fn area(code: &str) -> Option<&'static str> {
    match code.parse::<Territory>().ok()?.kind() {
        TerritoryKind::Department if code.len() == 3 => Some("DROM"),
        TerritoryKind::Department => Some("FRM"),
        TerritoryKind::Collectivity => Some("COM"),
        _ => None,
    }
}

/// Which of the dimensions says where, if any.
pub(crate) fn is_place(dimension: Dimension) -> bool {
    matches!(dimension, Dimension::Department | Dimension::Region | Dimension::Area)
}

/// The population of a place: of one territory, of a region or part of the country, or of the whole list for none.
/// Nobody lives where nothing is located.
pub(crate) fn population(place: Option<(Dimension, &str)>) -> Option<f64> {
    let of = |code: &Code| code.extra("population").and_then(|text| text.parse::<u32>().ok());
    let sum: f64 = match place {
        None => codes().filter_map(of).map(f64::from).sum(),
        Some((dimension, wanted)) => {
            let zones = ZONES.of(dimension);
            let zone = |code: &Code| match zones {
                Some(zones) => zones.get(&code.code).is_some_and(|zone| zone == wanted),
                None => code.code == wanted,
            };
            codes().filter(|code| zone(code)).filter_map(of).map(f64::from).sum()
        }
    };
    (sum > 0.0).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_department_lies_in_a_region_and_a_part_of_the_country() {
        let parts = |zone: &str| ZONES.areas.values().filter(|area| *area == zone).count();
        assert_eq!((parts("FRM"), parts("DROM")), (96, 5));
        assert_eq!(ZONES.regions.get("974").map(String::as_str), Some("R04"));
        assert_eq!(ZONES.regions.get("2A").map(String::as_str), Some("R94"));
        assert!(!ZONES.regions.contains_key("NL") && !ZONES.areas.contains_key("ETR"));
        let regions: std::collections::BTreeSet<_> = ZONES.regions.values().collect();
        assert_eq!(regions.len(), 18);
    }

    #[test]
    fn regions_and_areas_have_the_population_of_their_departments() {
        let ain = population(Some((Dimension::Department, "01"))).unwrap();
        assert!(population(Some((Dimension::Region, "R84"))).unwrap() > ain);
        let parts = ["FRM", "DROM", "COM"].map(|area| population(Some((Dimension::Area, area))).unwrap());
        assert_eq!(Some(parts.iter().sum()), population(None));
        assert_eq!(population(Some((Dimension::Department, "NL"))), None);
    }
}
