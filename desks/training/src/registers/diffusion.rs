//! Where a version of a module is taught: at which school, on which platform, since when.

use crate::in_use::versions;
use crate::levels::{PLATFORM_CODES, may_lie_on};
use beffroi_clocks::Limit;
use beffroi_register::{ClockRule, Context, Field, From, Guard, Move, Of, Refusal, Register, Sheet, State};
use beffroi_rights::Role;

/// A version of a module at a school or a direction.
pub(crate) static REGISTER: Register = Register {
    name: "diffusion",
    prefix: "DIFF",
    desk: "training",
    basis: "Décret 2023-1084, art. 3, 6°",
    fields: &[
        Field::text("school").required().listed(),
        Field::choice("platform", PLATFORM_CODES).required().listed(),
        Field::reference("module", "module").listed(),
        Field::date("published").listed().by_move(),
        Field::date("confirmed").by_move(),
        Field::reference("successor", "module").by_move(),
        Field::date("removed").by_move(),
    ],
    title: "school",
    states: &[
        State::draft("planned"),
        State::open("in_use").needs(&["module", "published"]).frozen(),
        State::open("to_remove").needs(&["successor"]).frozen(),
        State::closed("removed"),
        State::closed("abandoned"),
    ],
    moves: &[
        Move::new("publish", &["planned"], "in_use").asks(&["published"]),
        Move::new("confirm", &["in_use"], "in_use").by(&[Role::Coordinator, Role::Correspondent]).asks(&["confirmed"]),
        Move::new("supersede", &["in_use"], "to_remove").asks(&["successor"]),
        Move::new("remove", &["in_use", "to_remove"], "removed")
            .by(&[Role::Coordinator, Role::Correspondent])
            .asks(&["removed"]),
        Move::new("abandon", &["planned"], "abandoned").with_reason(),
    ],
    guards: &[
        Guard { name: "in_service", check: only_what_is_in_service },
        Guard { name: "platform", check: no_wider_than_its_restriction },
        Guard { name: "successor", check: replaced_by_a_version_in_service },
        Guard { name: "day", check: not_in_days_to_come },
    ],
    clocks: &[
        ClockRule::after("confirm", From::Field("published"), Limit::days(30)).until(&["to_remove", "removed"]),
        ClockRule::after("remove", From::Entered("to_remove"), Limit::days(30)),
    ],
    sheets: &[Sheet { name: "versions", of: Of::Register, reads: &["module"], inputs: &[], make: versions }],
    audience: beffroi_register::Audience {
        add: &[Role::Coordinator, Role::Correspondent],
        change: &[Role::Coordinator, Role::Correspondent],
        ..Register::COORDINATION.audience
    },
    example: &[("school", "École de gendarmerie, promotion de printemps"), ("platform", "gendform")],
    ..Register::COORDINATION
};

/// J6.2, J6.1: what is not in service is not taught.
fn only_what_is_in_service(context: &Context<'_>) -> Result<(), Refusal> {
    let taught = context.linked("module").is_some_and(|module| module.state == "in_service");
    if context.enters("in_use") && !taught { Err(Refusal::new().at("module")) } else { Ok(()) }
}

/// J6.2: what is restricted does not lie on an open platform.
fn no_wider_than_its_restriction(context: &Context<'_>) -> Result<(), Refusal> {
    let Some(module) = context.linked("module") else { return Ok(()) };
    if may_lie_on(context.value("platform"), module.value("restriction"), module.marking) {
        return Ok(());
    }
    Err(Refusal::new().at("platform").with("module", &module.reference).with("marking", module.marking.tlp))
}

/// J6.2: a version gives way to another one that is in service.
fn replaced_by_a_version_in_service(context: &Context<'_>) -> Result<(), Refusal> {
    if !context.enters("to_remove") {
        return Ok(());
    }
    let other = context.value("successor") != context.value("module");
    let taught = context.linked("successor").is_some_and(|module| module.state == "in_service");
    if other && taught { Ok(()) } else { Err(Refusal::new().at("successor")) }
}

/// What was done was done by today, and was not taken away before it was there.
fn not_in_days_to_come(context: &Context<'_>) -> Result<(), Refusal> {
    for field in ["published", "confirmed", "removed"] {
        let day = context.date(field);
        let before = context.date("published").zip(day).is_some_and(|(published, day)| day < published);
        if before || day.is_some_and(|day| day > context.today()) {
            return Err(Refusal::new().at(field));
        }
    }
    Ok(())
}
