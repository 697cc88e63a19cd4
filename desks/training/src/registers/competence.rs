//! The framework of competences: what somebody can do, at which level, and for how long a certificate of it holds.

use crate::levels::LEVELS;
use beffroi_register::{CAPABILITIES, Field, Move, Register, State};
use beffroi_rights::Role;

/// A competence of the framework.
pub(crate) static REGISTER: Register = Register {
    name: "competence",
    prefix: "COMP",
    desk: "training",
    basis: "Décret 2023-1084, art. 3, 6°",
    fields: &[
        Field::text("title").required().listed(),
        Field::choice("level", LEVELS).required().listed(),
        Field::long("description"),
        Field::choice("capability", CAPABILITIES).listed(),
        Field::number("months").between(1, 120).listed(),
    ],
    states: &[
        State::draft("draft"),
        State::open("in_force").needs(&["description"]).frozen(),
        State::closed("retired"),
    ],
    moves: &[
        Move::new("adopt", &["draft"], "in_force").by(&[Role::Validator, Role::Coordinator]),
        Move::new("retire", &["draft", "in_force"], "retired").with_reason(),
    ],
    audience: beffroi_register::Audience {
        add: &[Role::Coordinator, Role::Analyst],
        change: &[Role::Coordinator, Role::Analyst],
        ..Register::COORDINATION.audience
    },
    example: &[
        ("title", "Constater une atteinte à un système de traitement de données"),
        ("level", "basic"),
        ("description", "Qualifier les faits, geler les traces utiles, entendre la victime, saisir le bon service."),
        ("capability", "incident_response"),
        ("months", "36"),
    ],
    ..Register::COORDINATION
};
