//! Frameworks that come after the founding documents: each new one is entered with its objectives, so that the strategy
//! can be held against it.

use crate::coverage::clause;
use beffroi_clocks::Limit;
use beffroi_register::{
    Assignee, Context, DueBy, Field, Guard, Loop, Move, On, Refusal, Register, Starts, State, items,
};
use beffroi_rights::Role;
use std::collections::BTreeSet;

/// A framework of elsewhere.
pub(crate) static REGISTER: Register = Register {
    name: "framework",
    prefix: "FRAM",
    desk: "strategy",
    basis: "Décret 2023-1084, art. 3, 1°",
    fields: &[
        Field::text("title").required().listed(),
        Field::text("issuer").required().listed(),
        Field::date("issued").required().listed(),
        Field::text("objectives").many().required(),
    ],
    states: &[State::open("in_force"), State::closed("withdrawn")],
    moves: &[Move::new("withdraw", &["in_force"], "withdrawn").with_reason()],
    guards: &[Guard { name: "objectives", check: each_objective_has_its_code }],
    loops: &[Loop {
        name: "compare",
        on: On::Added,
        when: None,
        each: None,
        starts: Starts::Task { to: Assignee::Role(Role::Coordinator), due: DueBy::After(Limit::days(60)) },
    }],
    example: &[
        ("title", "Cadre européen de demain (exemple)"),
        ("issuer", "Union européenne"),
        ("issued", "2025-06-01"),
        ("objectives", "UE.1 Partager les signalements entre États\nUE.2 Former les enquêteurs ensemble"),
    ],
    ..Register::COORDINATION
};

/// An objective is a code and its heading, each code once.
fn each_objective_has_its_code(context: &Context<'_>) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    let wrong = items(context.value("objectives")).find(|item| clause(item).is_none_or(|(code, _)| !seen.insert(code)));
    match wrong {
        Some(item) => Err(Refusal::new().at("objectives").with("item", item)),
        None => Ok(()),
    }
}
