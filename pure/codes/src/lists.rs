//! The embedded lists: a new one is one file in `lists/` and one name here.

use crate::{CodeList, parse};
use std::sync::LazyLock;

/// An embedded list: its name, its text, and what the text reads as, read when it is first asked for.
pub(crate) struct Embedded {
    pub(crate) name: &'static str,
    #[cfg(test)]
    pub(crate) text: &'static str,
    list: LazyLock<Option<CodeList>>,
}

macro_rules! lists {
    ($($name:literal),* $(,)?) => {
        [$(Embedded {
            name: $name,
            #[cfg(test)]
            text: include_str!(concat!("../lists/", $name, ".csv")),
            // A list that does not read would be absent; the test `every_list_reads` fails first.
            list: LazyLock::new(|| parse($name, include_str!(concat!("../lists/", $name, ".csv"))).ok()),
        }),*]
    };
}

/// Every embedded list, in alphabetical order of name.
pub(crate) static LISTS: [Embedded; 30] = lists![
    "age_bands",
    "areas",
    "article_versions",
    "articles",
    "attack",
    "attack_tactics",
    "budapest",
    "common_taxonomy",
    "departments",
    "digital_offences",
    "etat4001",
    "f3",
    "iccs",
    "laws",
    "layers",
    "natinf_excerpt",
    "phenomena",
    "platforms",
    "published_series",
    "regions",
    "report_kinds",
    "rsit",
    "sectors",
    "sectors_cti",
    "sexes",
    "size_bands",
    "strategies",
    "un_convention",
    "units_of_count",
    "victim_kinds",
];

/// The embedded list `name` (`departments`, `phenomena`…), or nothing when there is none of that name.
pub fn list(name: &str) -> Option<&'static CodeList> {
    LISTS.iter().find(|embedded| embedded.name == name)?.list.as_ref()
}

/// Every embedded list, in alphabetical order of name.
pub fn lists() -> impl Iterator<Item = &'static CodeList> {
    LISTS.iter().filter_map(|embedded| embedded.list.as_ref())
}
