//! The code lists that a card's breakdowns use: their versions, and the labels of their codes.

use crate::CodeListVersion;
use beffroi_codes::Lists;
use beffroi_ports::Dimension;

/// The list that holds the codes of a dimension; none for periods, sources and names.
pub fn list_of(dimension: Dimension) -> Option<&'static str> {
    Some(match dimension {
        Dimension::AgeBand => "age_bands",
        Dimension::Area => "areas",
        Dimension::Category => "digital_offences",
        Dimension::Department => "departments",
        Dimension::Kind => "report_kinds",
        Dimension::Layer => "layers",
        Dimension::Phenomenon => "phenomena",
        Dimension::Region => "regions",
        Dimension::Sector => "sectors",
        Dimension::Sex => "sexes",
        Dimension::Size => "size_bands",
        Dimension::Unit => "units_of_count",
        Dimension::VictimKind => "victim_kinds",
        _ => return None,
    })
}

/// The dimension whose codes are those of the list `name`; none for a list that no row of the lake carries.
pub fn dimension_of(name: &str) -> Option<Dimension> {
    Dimension::ALL.into_iter().find(|dimension| list_of(*dimension) == Some(name))
}

/// The list that names one code of a dimension: what lies in no region stands for itself.
pub fn list_naming(dimension: Dimension, code: &str) -> Option<&'static str> {
    match dimension {
        Dimension::Region if !code.starts_with('R') => Some("departments"),
        _ => list_of(dimension),
    }
}

/// The label of a code of that dimension in language `lang` (`fr` or `en`); the code itself where no list knows it.
pub fn label(dimension: Dimension, code: &str, lang: &str) -> String {
    let Some(list) = list_naming(dimension, code) else { return code.to_owned() };
    beffroi_codes::list(list).map_or(code, |list| list.label(code, lang)).to_owned()
}

/// Name and version of each list, as it is in `lists`; a name that no list bears keeps its place with an empty version (a
/// test refuses it in the cards of the house).
pub fn versions(names: &[String], lists: &Lists) -> Vec<CodeListVersion> {
    let version = |name: &String| lists.list(name).map(|list| list.version.clone()).unwrap_or_default();
    names.iter().map(|name| CodeListVersion { name: name.clone(), version: version(name) }).collect()
}

#[cfg(test)]
mod tests {
    use crate::Catalogue;

    #[test]
    fn the_cards_name_lists_that_exist() {
        for card in Catalogue::builtin().cards() {
            for list in super::versions(&card.code_lists, &beffroi_codes::Lists::house()) {
                assert!(!list.version.is_empty(), "{}: no code list `{}`", card.code, list.name);
            }
        }
    }
}
