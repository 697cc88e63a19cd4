//! How many people a territory is to have at a competence, and the dashboard of where that stands.

use crate::dashboard::{dashboard, stock};
use beffroi_register::{ClockRule, Context, Field, Guard, Move, Of, Refusal, Register, Sheet, State};
use beffroi_rights::Role;

/// A target of a territory.
pub(crate) static REGISTER: Register = Register {
    name: "training_target",
    prefix: "TRGT",
    desk: "training",
    basis: "Décret 2023-1084, art. 3, 6°",
    fields: &[
        Field::text("title").required().listed(),
        Field::reference("competence", "competence"),
        Field::territory("territory").required().listed(),
        Field::number("people").between(1, 100_000).required().listed(),
        Field::date("due").listed(),
        Field::person("pilot").listed(),
    ],
    states: &[
        State::draft("draft"),
        State::open("current").needs(&["competence", "pilot", "due"]),
        State::closed("met"),
        State::closed("replaced"),
    ],
    moves: &[
        Move::new("adopt", &["draft"], "current").by(&[Role::Validator, Role::Coordinator]),
        Move::new("take_stock", &["current"], "current").keeps("stock"),
        Move::new("meet", &["current"], "met"),
        Move::new("replace", &["draft", "current"], "replaced").with_reason(),
    ],
    guards: &[Guard { name: "competence", check: of_a_competence_in_force }],
    clocks: &[ClockRule::on("due", "due").soon(60 * 24)],
    sheets: &[
        Sheet {
            name: "coverage",
            of: Of::Register,
            reads: READS,
            inputs: &[Field::territory("territory")],
            make: dashboard,
        },
        Sheet { name: "stock", of: Of::Record, reads: READS, inputs: &[], make: stock },
    ],
    example: &[
        ("title", "Premiers intervenants d’Ille-et-Vilaine"),
        ("territory", "35"),
        ("people", "40"),
        ("due", "2027-12-31"),
        ("pilot", "pilote.formation"),
    ],
    ..Register::COORDINATION
};

/// What a dashboard is made of.
const READS: &[&str] = &["competence", "module", "result", "expert"];

/// A target is of a competence that the framework holds.
fn of_a_competence_in_force(context: &Context<'_>) -> Result<(), Refusal> {
    let known = context.linked("competence").is_some_and(|competence| competence.state == "in_force");
    if context.enters("current") && !known { Err(Refusal::new().at("competence")) } else { Ok(()) }
}
