//! The code lists in use, as intake asks for them: each row asks several times.

use beffroi_codes::{Lists, OFFICIAL};
use beffroi_tabular::{Codes, InForce};
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

    fn in_force(&self, list: &str, code: &str, on: Date) -> Option<InForce> {
        let code = self.0.list(list)?.code(code)?;
        code.in_force_on(on).then_some(InForce { from: code.valid_from, to: code.valid_to })
    }
}

/// The lists that a declaration may name: those of the house, and those that come by their publisher's file. Whether
/// such a one is there is known when a file comes in.
pub(crate) struct NamedLists;

impl Codes for NamedLists {
    fn has_list(&self, list: &str) -> bool {
        house_codes().has_list(list) || OFFICIAL.contains(&list)
    }

    fn in_force(&self, list: &str, code: &str, on: Date) -> Option<InForce> {
        house_codes().in_force(list, code, on)
    }
}
