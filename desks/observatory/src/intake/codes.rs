//! The house's code lists, indexed for intake: each row asks several times.

use beffroi_codes::Code;
use beffroi_tabular::Codes;
use jiff::civil::Date;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The embedded code lists.
#[derive(Debug)]
pub struct HouseCodes {
    lists: HashMap<&'static str, HashMap<&'static str, &'static Code>>,
}

static HOUSE: LazyLock<HouseCodes> = LazyLock::new(|| HouseCodes {
    lists: beffroi_codes::lists()
        .map(|list| {
            let codes = list.every_code().iter().map(|code| (code.code.as_str(), code)).collect();
            (list.name.as_str(), codes)
        })
        .collect(),
});

/// The embedded code lists, for [`super::Options::codes`].
pub fn house_codes() -> &'static HouseCodes {
    &HOUSE
}

impl Codes for HouseCodes {
    fn has_list(&self, list: &str) -> bool {
        self.lists.contains_key(list)
    }

    fn contains(&self, list: &str, code: &str, on: Date) -> bool {
        self.lists.get(list).and_then(|codes| codes.get(code)).is_some_and(|code| code.in_force_on(on))
    }
}
