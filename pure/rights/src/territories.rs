//! The territories over which a right is given: the whole country, or a set of regions, departments, "not located"…

use beffroi_model::{Territory, TerritoryKind};
use std::collections::BTreeSet;

/// A set of territories, closed downwards: with a region come its departments, with `FRM` come the regions and
/// departments of metropolitan France, with `FR` comes everything, located or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Territories {
    /// The whole country, what is not located and what is abroad.
    Everywhere,
    /// These codes and no other. Made by [`Territories::of`], which adds the departments of a region (those of
    /// the code list of departments).
    Of(BTreeSet<Territory>),
}

impl Territories {
    /// The set that `given` opens.
    pub fn of(given: impl IntoIterator<Item = Territory>) -> Self {
        let mut codes = BTreeSet::new();
        for territory in given {
            match territory.kind() {
                TerritoryKind::Country => return Self::Everywhere,
                TerritoryKind::Metropolitan => codes.extend(metropolitan()),
                TerritoryKind::Region => codes.extend(departments_of(&territory)),
                TerritoryKind::Department
                | TerritoryKind::Collectivity
                | TerritoryKind::NotLocated
                | TerritoryKind::Abroad => {}
            }
            codes.insert(territory);
        }
        Self::Of(codes)
    }

    /// Whether `territory` lies in it.
    pub fn contains(&self, territory: &Territory) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Of(codes) => codes.contains(territory),
        }
    }

    /// Whether all of it lies in `other`.
    pub fn within(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Everywhere) => true,
            (Self::Everywhere, Self::Of(_)) => false,
            (Self::Of(mine), Self::Of(theirs)) => mine.is_subset(theirs),
        }
    }
}

fn departments_of(region: &Territory) -> impl Iterator<Item = Territory> {
    let code = region.code().to_owned();
    list("departments")
        .filter(move |department| department.parent.as_deref() == Some(&code))
        .filter_map(|department| department.code.parse().ok())
}

/// Overseas regions have the codes R01 to R06 of the official geographic code.
fn metropolitan() -> impl Iterator<Item = Territory> {
    let overseas = |code: &str| code.starts_with("R0");
    let regions = list("regions").filter(move |region| !overseas(&region.code)).map(|region| &region.code);
    let departments = list("departments")
        .filter(move |department| department.parent.as_deref().is_some_and(|parent| !overseas(parent)))
        .map(|department| &department.code);
    regions.chain(departments).filter_map(|code| code.parse().ok())
}

fn list(name: &str) -> impl Iterator<Item = &'static beffroi_codes::Code> {
    beffroi_codes::list(name).into_iter().flat_map(|list| list.every_code())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(code: &str) -> Territory {
        code.parse().unwrap()
    }

    #[test]
    fn a_region_brings_its_departments_and_no_other() {
        let brittany = Territories::of([t("R53")]);
        for inside in ["R53", "22", "29", "35", "56"] {
            assert!(brittany.contains(&t(inside)), "{inside}");
        }
        for outside in ["53", "44", "FR", "FRM", "NL", "R52"] {
            assert!(!brittany.contains(&t(outside)), "{outside}");
        }
    }

    #[test]
    fn the_country_brings_everything_and_the_mainland_only_itself() {
        for code in ["FR", "NL", "ETR", "974", "R84", "2A"] {
            assert!(Territories::of([t("FR")]).contains(&t(code)), "{code}");
        }
        let mainland = Territories::of([t("FRM")]);
        assert!(mainland.contains(&t("2A")) && mainland.contains(&t("R11")) && mainland.contains(&t("FRM")));
        for outside in ["974", "R04", "988", "NL", "FR"] {
            assert!(!mainland.contains(&t(outside)), "{outside}");
        }
    }

    #[test]
    fn inclusion() {
        let (region, department) = (Territories::of([t("R53")]), Territories::of([t("35")]));
        assert!(department.within(&region) && !region.within(&department));
        assert!(region.within(&Territories::Everywhere) && !Territories::Everywhere.within(&region));
        assert!(!Territories::of([t("NL")]).within(&Territories::of([t("FRM")])));
    }
}
