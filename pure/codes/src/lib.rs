//! Code lists as versioned data: departments, regions, categories of digital offence, phenomena, sectors…
//!
//! Each list is one CSV file of `lists/`, headed by its version, date, source and licence, and one line of [`LISTS`].
//! A code that was never checked by someone entitled to carries `verified = false`, and pages show it.
//!
//! ```
//! let departments = beffroi_codes::list("departments").expect("an embedded list");
//! let mayenne = departments.code("53").expect("a department");
//! assert_eq!(mayenne.label("fr"), "Mayenne");
//! assert_eq!(mayenne.parent.as_deref(), Some("R52"));
//! ```

mod code_list;
mod parse;

pub use code_list::{Code, CodeList};
pub use parse::{CodeListError, parse};

use std::collections::BTreeMap;
use std::sync::LazyLock;

macro_rules! lists {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../lists/", $name, ".csv")))),*]
    };
}

/// Every embedded list and its text, in alphabetical order: a new list is one file in `lists/` and one name here.
const LISTS: [(&str, &str); 11] = lists![
    "departments",
    "digital_offences",
    "layers",
    "phenomena",
    "platforms",
    "published_series",
    "regions",
    "report_kinds",
    "sectors",
    "units_of_count",
    "victim_kinds",
];

// A list that does not read would be absent here; the test `every_list_reads` fails first.
static PARSED: LazyLock<BTreeMap<&'static str, CodeList>> =
    LazyLock::new(|| LISTS.iter().filter_map(|(name, text)| Some((*name, parse(name, text).ok()?))).collect());

/// The embedded list `name` (`departments`, `phenomena`…), or nothing when there is none of that name.
pub fn list(name: &str) -> Option<&'static CodeList> {
    PARSED.get(name)
}

/// Every embedded list, in alphabetical order of name.
pub fn lists() -> impl Iterator<Item = &'static CodeList> {
    PARSED.values()
}

#[cfg(test)]
mod tests;
