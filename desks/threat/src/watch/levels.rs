//! What lies above what: category, phenomenon, then regions and their departments, sectors, groups. Each level is the sum
//! of the one below it, so that figures agree whatever the level asked.

use super::counts::{Family, SeriesKey};
use beffroi_indicators::{Catalogue, Computation};
use beffroi_model::{Layer, Period, Territory};
use beffroi_ports::{Dimension, Filter, Measure};
use std::collections::BTreeMap;

/// Who belongs to what, by the lists of the program.
#[derive(Debug, Default)]
pub(crate) struct Levels {
    /// The region of each department.
    regions: BTreeMap<String, String>,
    /// The category of each phenomenon.
    categories: BTreeMap<String, String>,
}

impl Levels {
    pub(crate) fn house() -> Self {
        let parents = |name: &str| {
            let codes = beffroi_codes::list(name).into_iter().flat_map(|list| list.every_code());
            codes.filter_map(|code| Some((code.code.clone(), code.parent.clone()?))).collect()
        };
        Self { regions: parents("departments"), categories: parents("phenomena") }
    }

    /// The region of a department; none where it has none of its own, or is its only department.
    pub(crate) fn region(&self, territory: &str) -> Option<&str> {
        let region = self.regions.get(territory)?;
        (self.departments(region).nth(1).is_some()).then_some(region.as_str())
    }

    /// The departments of a region.
    pub(crate) fn departments<'a>(&'a self, region: &'a str) -> impl Iterator<Item = &'a str> {
        self.regions.iter().filter(move |(_, of)| *of == region).map(|(code, _)| code.as_str())
    }

    /// The category of a phenomenon; the phenomenon itself where none is known.
    pub(crate) fn category<'a>(&'a self, phenomenon: &'a str) -> &'a str {
        self.categories.get(phenomenon).map_or(phenomenon, String::as_str)
    }

    /// The series just above; none for a whole.
    pub(crate) fn above(&self, key: &SeriesKey) -> Option<SeriesKey> {
        if key.is_whole() {
            return None;
        }
        match self.region(&key.territory) {
            Some(region) => Some(SeriesKey { territory: region.to_owned(), ..key.clone() }),
            None => Some(key.whole()),
        }
    }

    /// Whether one series is a part of the other, at any depth.
    pub(crate) fn is_part(&self, part: &SeriesKey, of: &SeriesKey) -> bool {
        let mut above = self.above(part);
        while let Some(key) = above {
            if key == *of {
                return true;
            }
            above = self.above(&key);
        }
        false
    }

    /// The filter of a territory: a region is its departments.
    pub(crate) fn territories(&self, territory: &str) -> Option<Filter> {
        if territory == Territory::FRANCE {
            return None;
        }
        let mut values: Vec<String> = self.departments(territory).map(str::to_owned).collect();
        if values.is_empty() {
            values.push(territory.to_owned());
        }
        Some(Filter { dimension: Dimension::Department, values })
    }
}

/// The last declared break at or before `day`'s week in what a series counts: cards of indicators that count reports of
/// the same layer, and of the same phenomenon where they name one, say from when on they are counted anew.
pub(crate) fn last_break(family: Family, layer: Layer, phenomenon: &str, week: Period) -> Option<Period> {
    if family == Family::Claims {
        return None;
    }
    let catalogue = Catalogue::builtin();
    let counts =
        |computation: &Computation| matches!(computation, Computation::Reports { measure: Measure::Count, .. });
    let cards = catalogue.cards().iter().filter(|card| card.layer == layer && counts(&card.computation));
    let same = cards.filter(|card| {
        let named = card.filters().into_iter().find(|filter| filter.dimension == Dimension::Phenomenon);
        named.is_none_or(|filter| filter.values.iter().any(|value| value == phenomenon))
    });
    let breaks = same.flat_map(|card| &card.breaks).map(|at| at.at).filter(|at| at.start() <= week.end());
    breaks.max_by_key(|at| at.start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(territory: &str) -> SeriesKey {
        SeriesKey {
            family: Family::Reports,
            layer: Layer::Recorded,
            phenomenon: "phishing".to_owned(),
            territory: territory.to_owned(),
            subject: None,
            sector: None,
        }
    }

    #[test]
    fn a_department_is_part_of_its_region_and_of_the_country() {
        let levels = Levels::house();
        assert_eq!(levels.above(&key("59")), Some(key("R32")));
        assert_eq!(levels.above(&key("R32")), Some(key("FR")));
        assert_eq!(levels.above(&key("FR")), None);
        // A region of one department, and what has no place, are parts of the country.
        assert_eq!(levels.above(&key("974")), Some(key("FR")));
        assert_eq!(levels.above(&key("NL")), Some(key("FR")));
        let sector = SeriesKey { sector: Some("C".to_owned()), ..key("FR") };
        assert_eq!(levels.above(&sector), Some(key("FR")));
        assert!(levels.is_part(&key("62"), &key("FR")) && !levels.is_part(&key("62"), &key("R84")));
        assert_eq!(levels.territories("R32").map(|filter| filter.values.len()), Some(5));
        assert_eq!(levels.category("phishing"), levels.category("ransomware"));
    }

    #[test]
    fn declared_breaks_are_those_of_the_cards() {
        let week = |text: &str| text.parse::<Period>().unwrap();
        let found = last_break(Family::Reports, Layer::Recorded, "ransomware", week("2025-W51"));
        assert_eq!(found.map(|at| at.to_string()).as_deref(), Some("2022-03"));
        assert_eq!(last_break(Family::Reports, Layer::Recorded, "ransomware", week("2021-W51")), None);
        assert_eq!(last_break(Family::Claims, Layer::Recorded, "ransomware", week("2025-W51")), None);
    }
}
