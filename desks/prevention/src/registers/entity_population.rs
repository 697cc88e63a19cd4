//! How many entities there are, by kind, department and size: what coverage is measured against, each with its source and
//! its day.

use crate::kinds::ENTITIES;
use beffroi_register::{Field, Move, Register, State};
use beffroi_rights::Role;

/// A number of entities.
pub(crate) static REGISTER: Register = Register {
    name: "entity_population",
    prefix: "POPU",
    desk: "prevention",
    basis: "Décret 2023-1084, art. 3, 7°",
    fields: &[
        Field::text("title").required().listed(),
        Field::choice("audience", ENTITIES).required().listed(),
        Field::territory("territory").required().listed(),
        Field::code("size", "size_bands").listed(),
        Field::number("existing").between(1, 10_000_000).required().listed(),
        Field::text("source").required(),
        Field::date("as_of").required().listed(),
    ],
    states: &[State::open("current"), State::closed("replaced")],
    moves: &[Move::new("replace", &["current"], "replaced").by(&[Role::Coordinator]).with_reason()],
    audience: beffroi_register::Audience {
        add: &[Role::Coordinator, Role::PreventionOfficer],
        change: &[Role::Coordinator],
        ..Register::COORDINATION.audience
    },
    example: &[
        ("title", "Communes d’Ille-et-Vilaine"),
        ("audience", "commune"),
        ("territory", "35"),
        ("existing", "332"),
        ("source", "Code officiel géographique, à vérifier à chaque millésime"),
        ("as_of", "2024-01-01"),
    ],
    ..Register::COORDINATION
};
