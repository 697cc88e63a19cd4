//! What each territory must be able to do, how much of it, and who answers for what is missing.

use super::no_case;
use crate::sheets;
use beffroi_register::{AMBER, CAPABILITIES, ClockRule, Field, Guard, Move, Of, Register, Sheet, State};
use beffroi_rights::Role;

/// An expected coverage.
pub(crate) static REGISTER: Register = Register {
    name: "coverage",
    prefix: "COVER",
    desk: "capabilities",
    basis: "Décret 2023-1084, art. 3, 4°",
    fields: &[
        Field::text("title").required().listed(),
        Field::choice("capability", CAPABILITIES).required().listed(),
        Field::territory("territory").required().listed(),
        Field::number("least").between(1, 100_000).required().listed(),
        Field::person("owner").required().listed(),
        Field::flag("distinct"),
        Field::long("plan"),
        Field::date("due").listed(),
    ],
    states: &[State::open("expected"), State::closed("closed")],
    moves: &[
        Move::new("plan", &["expected"], "expected").as_change().asks(&["plan", "due"]).takes(&["owner"]),
        Move::new("close", &["expected"], "closed").with_reason(),
    ],
    guards: &[Guard { name: "case", check: no_case }],
    clocks: &[ClockRule::on("due", "due").soon(30 * 24)],
    sheets: &[Sheet {
        name: "gaps",
        of: Of::Register,
        reads: &["asset", "restricted_asset", "need"],
        inputs: &[Field::choice("capability", CAPABILITIES)],
        make: sheets::gaps::make,
    }],
    alike: &["capability", "territory"],
    audience: beffroi_register::Audience {
        read: &[Role::DutyOfficer, Role::Coordinator],
        ..Register::COORDINATION.audience
    },
    marking: AMBER,
    example: &[
        ("title", "Extraction de téléphones en Ille-et-Vilaine"),
        ("capability", "mobile_extraction"),
        ("territory", "35"),
        ("least", "2"),
        ("owner", "responsable.capacites"),
        ("plan", "Former deux opérateurs et mutualiser le poste de Rennes."),
        ("due", "2027-06-30"),
    ],
    ..Register::COORDINATION
};
