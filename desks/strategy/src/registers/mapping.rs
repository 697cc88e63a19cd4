//! What in the strategy answers an objective of another framework, or why nothing does: each line with who says so and
//! when.

use crate::coverage::clause;
use beffroi_register::{Audience, Context, Field, Guard, Move, Refusal, Register, State, items};
use beffroi_rights::Role;

/// A correspondence with an objective of another framework.
pub(crate) static REGISTER: Register = Register {
    name: "mapping",
    prefix: "MAP",
    desk: "strategy",
    basis: "Décret 2023-1084, art. 3, 1°",
    fields: &[
        Field::reference("strategy", "strategy").listed(),
        Field::code("code", "strategies").listed(),
        Field::reference("framework", "framework"),
        Field::identifier("clause").listed(),
        Field::reference("objective", "objective").listed(),
        Field::reference("action", "action").listed(),
        Field::choice("degree", &["full", "partial", "none"]).required().listed(),
        Field::long("reason").required_when("degree", &["none", "partial"]),
        Field::person("mapped_by").required().listed(),
        Field::date("mapped_on").required().listed(),
    ],
    title: "reason",
    states: &[State::open("stands"), State::closed("withdrawn")],
    moves: &[Move::new("withdraw", &["stands"], "withdrawn").by(WRITERS).with_reason()],
    guards: &[
        Guard { name: "target", check: names_one_objective_elsewhere },
        Guard { name: "source", check: names_what_answers_it_or_nothing },
        Guard { name: "future", check: was_done_by_today },
    ],
    audience: Audience { add: WRITERS, change: WRITERS, ..Register::COORDINATION.audience },
    example: &[
        ("code", "F.2"),
        ("degree", "none"),
        ("reason", "Relève de la négociation diplomatique ; le ministère y apporte ses avis par la coopération."),
        ("mapped_by", "stratege"),
        ("mapped_on", "2025-09-15"),
    ],
    ..Register::COORDINATION
};

const WRITERS: &[Role] = &[Role::Coordinator, Role::Analyst];

/// Either a code of the founding documents, or an objective of a framework that holds it.
fn names_one_objective_elsewhere(context: &Context<'_>) -> Result<(), Refusal> {
    let known = context.linked("framework").is_some_and(|framework| {
        items(framework.value("objectives")).filter_map(clause).any(|(code, _)| code == context.value("clause"))
    });
    let fits = match (context.has("code"), context.has("framework"), context.has("clause")) {
        (true, false, false) => true,
        (false, true, true) => known,
        _ => false,
    };
    if fits { Ok(()) } else { Err(Refusal::new().at("code")) }
}

/// An objective or an action of the edition; with `none`, neither.
fn names_what_answers_it_or_nothing(context: &Context<'_>) -> Result<(), Refusal> {
    let nothing = context.value("degree") == "none";
    let named = context.has("objective") || context.has("action");
    let strays = ["objective", "action"]
        .into_iter()
        .filter_map(|field| context.linked(field))
        .any(|linked| linked.value("strategy") != context.value("strategy"));
    if nothing == named || strays { Err(Refusal::new().at("objective")) } else { Ok(()) }
}

/// The day is that on which it was done.
fn was_done_by_today(context: &Context<'_>) -> Result<(), Refusal> {
    match context.date("mapped_on") {
        Some(day) if day > context.today() => Err(Refusal::new().at("mapped_on")),
        _ => Ok(()),
    }
}
