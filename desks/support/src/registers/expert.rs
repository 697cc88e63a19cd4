//! Experts who can be sent: what they can do, what they may do and until when, where they are, when they are away. It holds
//! no free text, and so nothing of a case.

use beffroi_register::{AMBER, CAPABILITIES, ClockRule, Field, Move, Register, State};
use beffroi_rights::Role;

/// Who keeps the sheet of an expert.
const KEEPERS: &[Role] = &[Role::Correspondent, Role::Coordinator];

/// A deployable expert.
pub(crate) static REGISTER: Register = Register {
    name: "expert",
    prefix: "EXPERT",
    desk: "support",
    basis: "Décret 2023-1084, art. 3, 5°",
    title: "person",
    fields: &[
        Field::person("person").required().listed(),
        Field::unit("unit").required().listed(),
        Field::territory("territory").required().listed(),
        Field::choice("initial_in", CAPABILITIES).many(),
        Field::choice("confirmed_in", CAPABILITIES).many().listed(),
        Field::choice("expert_in", CAPABILITIES).many().listed(),
        Field::date("skills_until").required().listed(),
        Field::period("opj"),
        Field::period("r226"),
        Field::period("secret"),
        Field::period("absences").many(),
    ],
    states: &[State::open("deployable"), State::open("paused"), State::closed("left")],
    moves: &[
        Move::new("review", &["deployable", "paused"], "deployable").as_change().by(KEEPERS).asks(&["skills_until"]),
        Move::new("pause", &["deployable"], "paused").as_change().by(KEEPERS).with_reason(),
        Move::new("leave", &["deployable", "paused"], "left").with_reason(),
    ],
    clocks: &[
        ClockRule::on("skills_until", "skills_until").soon(60 * 24),
        ClockRule::on("opj", "opj").soon(60 * 24),
        ClockRule::on("r226", "r226").soon(60 * 24),
        ClockRule::on("secret", "secret").soon(60 * 24),
    ],
    audience: beffroi_register::Audience {
        read: &[Role::DutyOfficer, Role::Coordinator, Role::Correspondent],
        add: KEEPERS,
        change: KEEPERS,
        ..Register::COORDINATION.audience
    },
    owned_by: Some("unit"),
    marking: AMBER,
    attachments: 0,
    example: &[
        ("person", "expert.exemple"),
        ("unit", "command"),
        ("territory", "35"),
        ("confirmed_in", "cloud_forensics"),
        ("expert_in", "mobile_extraction"),
        ("skills_until", "2028-12-31"),
        ("opj", "2024-01-01/2028-12-31"),
        ("r226", "2025-01-01/2028-06-30"),
    ],
    ..Register::COORDINATION
};

#[cfg(test)]
mod tests {
    use super::REGISTER;

    /// J5.3, "must not": nothing of a case can be written there.
    #[test]
    fn it_has_no_free_text() {
        assert!(!REGISTER.fields.iter().any(|field| field.is_text()));
        assert_eq!(REGISTER.attachments, 0);
    }
}
