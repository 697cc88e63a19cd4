//! The code lists in use, as intake asks for them: each row asks several times.

use beffroi_codes::{Lists, OFFICIAL};
use beffroi_tabular::Codes;
use jiff::civil::Date;
use std::sync::LazyLock;

/// Code lists in use, for [`super::Options::codes`].
#[derive(Debug, Clone)]
pub struct HouseCodes(Lists);

static HOUSE: LazyLock<HouseCodes> = LazyLock::new(|| HouseCodes::of(Lists::house()));

impl HouseCodes {
    /// These lists.
    pub fn of(lists: Lists) -> Self {
        Self(lists)
    }
}

/// The embedded code lists, whatever was switched to since.
pub fn house_codes() -> &'static HouseCodes {
    &HOUSE
}

impl Codes for HouseCodes {
    fn has_list(&self, list: &str) -> bool {
        self.0.list(list).is_some()
    }

    fn contains(&self, list: &str, code: &str, on: Date) -> bool {
        self.0.list(list).and_then(|list| list.code(code)).is_some_and(|code| code.in_force_on(on))
    }
}

/// The lists that a declaration may name: those of the house, and those that come by their publisher's file. Whether
/// such a one is there is known when a file comes in.
pub(crate) struct NamedLists;

impl Codes for NamedLists {
    fn has_list(&self, list: &str) -> bool {
        house_codes().has_list(list) || OFFICIAL.contains(&list)
    }

    fn contains(&self, list: &str, code: &str, on: Date) -> bool {
        house_codes().contains(list, code, on)
    }
}
