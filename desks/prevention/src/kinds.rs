//! Codes that the registers of this desk share.

/// Who is spoken to.
pub(crate) const AUDIENCES: &[&str] = &[
    "commune",
    "intercommunality",
    "department_council",
    "hospital",
    "company",
    "association",
    "school",
    "general_public",
];

/// What an entity is: an audience that has a number of its own.
pub(crate) const ENTITIES: &[&str] =
    &["commune", "intercommunality", "department_council", "hospital", "company", "association", "school"];

/// With what: the products of the network and the common forms.
pub(crate) const PRODUCTS: &[&str] = &[
    "immunite_cyber",
    "pre_diagnosis",
    "diagonal",
    "senscyber",
    "sency_crise",
    "cactus",
    "permis_internet",
    "mon_aide_cyber",
    "conference",
    "crisis_exercise",
    "other_product",
];

/// With whom.
pub(crate) const PARTNERS: &[&str] = &[
    "regional_csirt",
    "chamber_of_commerce",
    "chamber_of_trades",
    "prefecture",
    "cybermalveillance",
    "anssi_delegate",
    "digital_operator",
    "local_authority",
    "education",
    "other_partner",
];

/// The nine themes of a diagnosis, and the field that holds the score of each. The questionnaire has nine of them; their
/// names are not published, so these are the first nine chapters of the guide of ANSSI « Guide d’hygiène informatique »
/// (2017): to be checked against the questionnaire in use.
pub(crate) const THEMES: [(&str, &str); 9] = [
    ("theme_awareness", "score_awareness"),
    ("theme_knowledge", "score_knowledge"),
    ("theme_access", "score_access"),
    ("theme_workstations", "score_workstations"),
    ("theme_network", "score_network"),
    ("theme_administration", "score_administration"),
    ("theme_mobility", "score_mobility"),
    ("theme_updates", "score_updates"),
    ("theme_reaction", "score_reaction"),
];

/// The themes, as codes of a choice.
pub(crate) const THEME_CODES: &[&str] = &[
    "theme_awareness",
    "theme_knowledge",
    "theme_access",
    "theme_workstations",
    "theme_network",
    "theme_administration",
    "theme_mobility",
    "theme_updates",
    "theme_reaction",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lists_of_themes_are_the_same() {
        assert!(THEMES.iter().map(|(code, _)| *code).eq(THEME_CODES.iter().copied()));
        assert!(ENTITIES.iter().all(|entity| AUDIENCES.contains(entity)));
    }
}
