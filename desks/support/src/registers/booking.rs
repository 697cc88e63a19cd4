//! Scarce equipment, booked for some days: never twice on the same ones.

use super::no_case;
use crate::people::span;
use crate::sheets;
use beffroi_clocks::Limit;
use beffroi_register::{AMBER, ClockRule, Context, Field, From, Guard, Move, Of, Refusal, Register, Sheet, State};
use beffroi_rights::Role;

/// Who lends.
const LENDERS: &[Role] = &[Role::DutyOfficer, Role::Coordinator];

/// A booking of equipment.
pub(crate) static REGISTER: Register = Register {
    name: "booking",
    prefix: "BOOK",
    desk: "support",
    basis: "Décret 2023-1084, art. 3, 5°",
    fields: &[
        Field::text("title").required().listed(),
        Field::reference("asset", "asset").listed(),
        Field::reference("mission", "mission").listed(),
        Field::period("days").required().listed(),
        Field::number("quantity").between(1, 1000),
        Field::date("returned_on").by_move(),
        Field::choice("condition", &["fine", "damaged", "lost"]).by_move(),
    ],
    states: &[
        State::open("asked"),
        State::open("confirmed").needs(&["asset"]).frozen(),
        State::closed("returned"),
        State::closed("cancelled"),
    ],
    moves: &[
        Move::new("confirm", &["asked"], "confirmed").by(LENDERS).keeps("slip"),
        Move::new("return", &["confirmed"], "returned").by(LENDERS).asks(&["returned_on", "condition"]),
        Move::new("cancel", &["asked", "confirmed"], "cancelled").by(LENDERS).with_reason(),
    ],
    guards: &[
        Guard { name: "asset", check: something_that_can_be_lent },
        Guard { name: "case", check: without_a_case },
    ],
    clocks: &[
        ClockRule::after("confirm", From::Added, Limit::working_days(2)).until(&["confirmed"]),
        ClockRule::on("return", "days").soon(2 * 24),
    ],
    sheets: &[
        Sheet { name: "slip", of: Of::Record, reads: &["asset", "booking"], inputs: &[], make: sheets::bookings::slip },
        Sheet { name: "calendar", of: Of::Register, reads: &["asset"], inputs: &[], make: sheets::bookings::calendar },
    ],
    audience: beffroi_register::Audience {
        read: LENDERS,
        add: LENDERS,
        change: LENDERS,
        ..Register::COORDINATION.audience
    },
    marking: AMBER,
    example: &[("title", "Poste d’extraction pour une semaine"), ("days", "2027-03-01/2027-03-05"), ("quantity", "1")],
    ..Register::COORDINATION
};

/// What is lent was verified, works, may leave its unit and is valid until the last day.
fn something_that_can_be_lent(context: &Context<'_>) -> Result<(), Refusal> {
    let Some(asset) = context.linked("asset").filter(|_| context.after.state == "confirmed") else { return Ok(()) };
    let lent = ["available", "shared"].contains(&asset.value("availability"))
        && asset.state == "verified"
        && !["person", "team"].contains(&asset.value("kind"));
    let last = span(context.value("days")).map(|days| days.to);
    let valid = asset.value("expires").parse().ok().is_none_or(|until| last.is_some_and(|last| last <= until));
    if lent && valid { Ok(()) } else { Err(Refusal::new().at("asset").with("asset", &asset.reference)) }
}

fn without_a_case(context: &Context<'_>) -> Result<(), Refusal> {
    no_case(context, &["title"], "")
}
