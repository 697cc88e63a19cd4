//! The embedded crosswalks: a new one is one file in `crosswalks/` and one name here.

use crate::{Crosswalk, parse_crosswalk};
use std::sync::LazyLock;

/// An embedded crosswalk: what its text reads as, read when it is first asked for.
pub(crate) struct Embedded {
    #[cfg(test)]
    pub(crate) name: &'static str,
    #[cfg(test)]
    pub(crate) text: &'static str,
    crosswalk: LazyLock<Option<Crosswalk>>,
}

macro_rules! crosswalks {
    ($($name:literal),* $(,)?) => {
        [$(Embedded {
            #[cfg(test)]
            name: $name,
            #[cfg(test)]
            text: include_str!(concat!("../crosswalks/", $name, ".csv")),
            // A crosswalk that does not read would be absent; the test `every_crosswalk_reads` fails first.
            crosswalk: LazyLock::new(|| {
                parse_crosswalk($name, include_str!(concat!("../crosswalks/", $name, ".csv"))).ok()
            }),
        }),*]
    };
}

/// Every embedded crosswalk, in alphabetical order of name.
pub(crate) static CROSSWALKS: [Embedded; 18] = crosswalks![
    "articles_etat4001",
    "budapest_articles",
    "budapest_iccs",
    "budapest_un_convention",
    "f3_attack",
    "natinf_excerpt_articles",
    "phenomena_articles",
    "phenomena_attack",
    "phenomena_budapest",
    "phenomena_digital_offences",
    "phenomena_f3",
    "phenomena_iccs",
    "phenomena_natinf_excerpt",
    "phenomena_rsit",
    "phenomena_un_convention",
    "rsit_attack",
    "rsit_common_taxonomy",
    "sectors_cti_sectors",
];

/// The embedded crosswalk from the list `from` to the list `to`, or nothing when there is none that way.
/// [`Crosswalk::inverse`] reads one the other way, [`Crosswalk::then`] makes a longer way of two.
pub fn crosswalk(from: &str, to: &str) -> Option<&'static Crosswalk> {
    crosswalks().find(|crosswalk| crosswalk.from == from && crosswalk.to == to)
}

/// Every embedded crosswalk, in alphabetical order of name.
pub fn crosswalks() -> impl Iterator<Item = &'static Crosswalk> {
    CROSSWALKS.iter().filter_map(|embedded| embedded.crosswalk.as_ref())
}
