//! The code lists that a card's breakdowns use: their versions, and the labels of their codes.

use crate::CodeListVersion;
use beffroi_ports::Dimension;

/// The label of a code of that dimension in language `lang` (`fr` or `en`); the code itself where no list knows it.
pub fn label(dimension: Dimension, code: &str, lang: &str) -> String {
    let list = match dimension {
        Dimension::AgeBand => "age_bands",
        Dimension::Area => "areas",
        Dimension::Category => "digital_offences",
        Dimension::Department => "departments",
        Dimension::Kind => "report_kinds",
        Dimension::Layer => "layers",
        Dimension::Phenomenon => "phenomena",
        // What lies in no region stands for itself.
        Dimension::Region if !code.starts_with('R') => "departments",
        Dimension::Region => "regions",
        Dimension::Sector => "sectors",
        Dimension::Sex => "sexes",
        Dimension::Size => "size_bands",
        Dimension::Unit => "units_of_count",
        Dimension::VictimKind => "victim_kinds",
        _ => return code.to_owned(),
    };
    beffroi_codes::list(list).map_or(code, |list| list.label(code, lang)).to_owned()
}

/// Name and version of each list; a name that no list bears keeps its place with an empty version (a test refuses it in
/// the cards of the house).
pub fn versions(names: &[String]) -> Vec<CodeListVersion> {
    let version = |name: &String| beffroi_codes::list(name).map(|list| list.version.clone()).unwrap_or_default();
    names.iter().map(|name| CodeListVersion { name: name.clone(), version: version(name) }).collect()
}

#[cfg(test)]
mod tests {
    use crate::Catalogue;

    #[test]
    fn the_cards_name_lists_that_exist() {
        for card in Catalogue::builtin().cards() {
            for list in super::versions(&card.code_lists) {
                assert!(!list.version.is_empty(), "{}: no code list `{}`", card.code, list.name);
            }
        }
    }
}
