//! The axes and the objectives of an edition of the strategy.

use crate::editions::{is_open, leaves_its_edition};
use beffroi_register::{Audience, Context, Field, Guard, Move, Refusal, Register, State};
use beffroi_rights::Role;

/// An axis, or an objective under one.
pub(crate) static REGISTER: Register = Register {
    name: "objective",
    prefix: "OBJ",
    desk: "strategy",
    basis: "Décret 2023-1084, art. 3, 1°",
    fields: &[
        Field::identifier("code").required().listed(),
        Field::text("title").required().listed(),
        Field::choice("level", &["axis", "objective"]).required().listed(),
        Field::reference("strategy", "strategy").listed(),
        Field::reference("parent", "objective").required_when("level", &["objective"]),
        Field::long("description"),
    ],
    states: &[State::open("kept"), State::closed("dropped")],
    moves: &[Move::new("drop", &["kept"], "dropped").with_reason()],
    guards: &[
        Guard { name: "orphan", check: stands_under_an_axis },
        Guard { name: "adopted", check: its_edition_is_being_written },
        Guard { name: "moved", check: leaves_its_edition },
    ],
    audience: Audience {
        add: &[Role::Coordinator, Role::Analyst],
        change: &[Role::Coordinator, Role::Analyst],
        ..Register::COORDINATION.audience
    },
    example: &[
        ("code", "3"),
        ("title", "Prévenir par la sensibilisation et la formation sur les territoires"),
        ("level", "axis"),
    ],
    ..Register::COORDINATION
};

/// J1.1: no orphan objective. It stands under an axis of its own edition; an axis stands under nothing.
fn stands_under_an_axis(context: &Context<'_>) -> Result<(), Refusal> {
    let parent = context.linked("parent");
    let fits = match context.value("level") {
        "axis" => !context.has("parent"),
        _ => parent.is_some_and(|parent| {
            parent.value("level") == "axis"
                && parent.state == "kept"
                && context.has("strategy")
                && parent.value("strategy") == context.value("strategy")
        }),
    };
    // What is dropped with its axis may be dropped in either order.
    if fits || context.enters("dropped") { Ok(()) } else { Err(Refusal::new().at("parent")) }
}

/// J1.1: an adopted edition is not edited in place.
fn its_edition_is_being_written(context: &Context<'_>) -> Result<(), Refusal> {
    match context.linked("strategy") {
        Some(strategy) if !is_open(strategy) => Err(Refusal::new().with("strategy", &strategy.reference)),
        _ => Ok(()),
    }
}
