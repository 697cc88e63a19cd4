//! The levels of the framework, and to whom a content may go.

use beffroi_model::{Marking, Tlp};

/// Levels of a competence, the least first. Each has its word, `register-choice-CODE`.
pub(crate) const LEVELS: &[&str] = &["awareness", "basic", "advanced", "specialist"];

/// To whom a content may go, the widest first.
pub(crate) const REACHES: &[&str] = &["anyone", "state_agents", "ministry", "named_persons"];

/// Platforms of the schools and directions, with the widest circle of those who reach what lies there: MENTOR is shared by
/// the ministries, e-campus and GendForm are those of police and gendarmerie (DOMAIN 9.4, unconfirmed for e-campus); what
/// is taught in a room reaches those who were named.
pub(crate) const PLATFORMS: &[(&str, &str)] = &[
    ("public_site", "anyone"),
    ("mentor", "state_agents"),
    ("gendform", "ministry"),
    ("ecampus", "ministry"),
    ("classroom", "named_persons"),
];

/// The same, by code.
pub(crate) const PLATFORM_CODES: &[&str] = &["public_site", "mentor", "gendform", "ecampus", "classroom"];

fn rank(reach: &str) -> usize {
    REACHES.iter().position(|known| *known == reach).unwrap_or(REACHES.len())
}

/// The widest circle that a marking lets (TLP 2.0, FIRST): CLEAR has no bound, GREEN stays within the community, AMBER
/// within the organisation, AMBER+STRICT and RED with those who are named.
pub(crate) fn reach_of(marking: Marking) -> &'static str {
    match marking.tlp {
        Tlp::Clear => "anyone",
        Tlp::Green => "state_agents",
        Tlp::Amber => "ministry",
        _ => "named_persons",
    }
}

/// Whether a content restricted to `restriction` and so marked may lie on `platform`: its circle is no wider than both.
pub(crate) fn may_lie_on(platform: &str, restriction: &str, marking: Marking) -> bool {
    let circle = PLATFORMS.iter().find(|(code, _)| *code == platform).map(|(_, circle)| rank(circle));
    circle.is_some_and(|circle| circle >= rank(restriction) && circle >= rank(reach_of(marking)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_model::Pap;

    #[test]
    fn each_platform_has_its_circle() {
        assert_eq!(PLATFORMS.iter().map(|(code, _)| *code).collect::<Vec<_>>(), PLATFORM_CODES);
        assert!(PLATFORMS.iter().all(|(_, circle)| REACHES.contains(circle)));
    }

    #[test]
    fn what_is_restricted_lies_on_no_wider_platform() {
        let marked = |tlp| Marking { tlp, pap: Pap::Green };
        assert!(may_lie_on("mentor", "state_agents", marked(Tlp::Green)));
        assert!(may_lie_on("gendform", "state_agents", marked(Tlp::Green)));
        assert!(!may_lie_on("public_site", "state_agents", marked(Tlp::Clear)));
        assert!(!may_lie_on("public_site", "anyone", marked(Tlp::Green)), "the marking counts too");
        assert!(!may_lie_on("mentor", "ministry", marked(Tlp::Green)));
        assert!(!may_lie_on("gendform", "ministry", marked(Tlp::Red)));
        assert!(may_lie_on("classroom", "named_persons", marked(Tlp::Red)));
        assert!(!may_lie_on("elsewhere", "anyone", marked(Tlp::Clear)));
    }
}
