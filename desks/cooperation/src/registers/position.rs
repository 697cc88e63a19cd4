//! Positions in international meetings: instruction, statement, result; not public unless it is said.

use crate::international::unknown_objective;
use beffroi_clocks::Limit;
use beffroi_model::Tlp;
use beffroi_register::{ClockRule, Context, Field, From, Guard, Move, Refusal, Register, State};
use beffroi_rights::Role;

/// A position.
pub(crate) static REGISTER: Register = Register {
    name: "position",
    prefix: "POSN",
    desk: "cooperation",
    basis: "Stratégie ministérielle 2017, MI.5.1 ; programme d’INTERPOL 2022-2025, I.4.1",
    fields: &[
        Field::text("title").required().listed(),
        Field::text("forum").required().listed(),
        Field::date("meeting_on").required().listed(),
        Field::text("objective").required().listed().filtered(),
        Field::long("instruction"),
        Field::long("red_lines"),
        Field::long("statement").by_move(),
        Field::long("result").by_move(),
        Field::date("public_on").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("validated").needs(&["instruction"]).frozen(),
        State::open("stated").needs(&["statement"]).frozen(),
        State::closed("closed").needs(&["result"]),
        State::closed("abandoned"),
    ],
    moves: &[
        Move::new("validate", &["draft"], "validated").by(&[Role::Validator, Role::Coordinator]).four_eyes(),
        Move::new("take_again", &["validated"], "draft").with_reason(),
        Move::new("state", &["validated"], "stated").asks(&["statement"]),
        Move::new("publish", &["stated"], "stated").asks(&["public_on"]).with_reason(),
        Move::new("close", &["stated"], "closed").asks(&["result"]),
        Move::new("abandon", &["draft", "validated"], "abandoned").with_reason(),
    ],
    guards: &[
        Guard { name: "marking", check: a_position_stays_inside },
        Guard { name: "objective", check: the_objective_is_known },
        Guard { name: "future", check: what_was_said_is_past },
    ],
    clocks: &[
        ClockRule::on("meeting", "meeting_on").until(&["stated"]).soon(14 * 24),
        ClockRule::after("result", From::Entered("stated"), Limit::days(30)),
    ],
    audience: beffroi_register::Audience {
        read: &[Role::Analyst, Role::Validator, Role::Coordinator],
        ..Register::COORDINATION.audience
    },
    marking: beffroi_register::AMBER,
    example: &[
        ("title", "Rôle du réseau 24/7 dans la mise en œuvre de la convention"),
        ("forum", "Comité de la convention"),
        ("meeting_on", "2027-02-10"),
        ("objective", "MI.5.1"),
        ("instruction", "Soutenir un annuaire unique des points de contact, vérifié chaque semestre."),
    ],
    ..Register::COORDINATION
};

/// A position that is not public goes no further than the house and those it works with.
fn a_position_stays_inside(context: &Context<'_>) -> Result<(), Refusal> {
    let wide = context.after.marking.tlp < Tlp::Amber;
    if wide && !context.has("public_on") { Err(Refusal::new()) } else { Ok(()) }
}

fn the_objective_is_known(context: &Context<'_>) -> Result<(), Refusal> {
    let unknown = unknown_objective(context.value("objective"));
    unknown.map_or(Ok(()), |code| Err(Refusal::new().at("objective").with("objective", code)))
}

fn what_was_said_is_past(context: &Context<'_>) -> Result<(), Refusal> {
    let today = context.today();
    let early = context.enters("stated") && context.date("meeting_on").is_some_and(|day| day > today);
    let public = context.date("public_on").is_some_and(|day| day > today);
    if early || public { Err(Refusal::new().at("meeting_on")) } else { Ok(()) }
}
