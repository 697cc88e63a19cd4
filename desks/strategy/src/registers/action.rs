//! The actions of the ministerial strategy: who carries each, until when, measured by what, and how it goes.

use beffroi_register::{ClockRule, Context, Field, Guard, Move, Refusal, Register, State};
use beffroi_rights::Role;

/// An action of the strategy.
pub(crate) static REGISTER: Register = Register {
    name: "action",
    prefix: "ACT",
    desk: "strategy",
    basis: "Décret 2023-1084, art. 3, 1° et 2°",
    fields: &[
        Field::text("title").required().listed(),
        Field::long("description"),
        Field::text("objective").required().listed().filtered(),
        Field::person("pilot").listed(),
        Field::unit("direction").listed(),
        Field::text("indicator"),
        Field::text("baseline"),
        Field::text("target"),
        Field::date("due").listed(),
        Field::number("progress").between(0, 100).listed().by_move(),
        Field::choice("health", &["green", "orange", "red"]).listed().by_move(),
        Field::long("evidence").by_move(),
        Field::long("obstacle").by_move(),
        Field::long("next_step").by_move(),
        Field::long("decision").by_move(),
        Field::text("result").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("running").needs(&["pilot", "direction", "indicator", "baseline", "target", "due"]),
        State::closed("done"),
        State::closed("abandoned"),
    ],
    moves: &[
        Move::new("start", &["draft"], "running"),
        Move::new("report", &["running"], "running")
            .as_change()
            .by(&[Role::Coordinator, Role::Correspondent, Role::Analyst])
            .asks(&["progress", "health", "next_step"])
            .takes(&["evidence", "obstacle"]),
        Move::new("decide", &["running"], "running").asks(&["decision"]),
        Move::new("finish", &["running"], "done").asks(&["result"]),
        Move::new("abandon", &["draft", "running"], "abandoned").with_reason(),
    ],
    guards: &[
        Guard { name: "obstacle", check: a_red_action_says_what_stops_it },
        Guard { name: "finished", check: done_is_all_done },
        Guard { name: "past", check: starts_before_its_end },
    ],
    clocks: &[ClockRule::on("due", "due").soon(30 * 24)],
    audience: beffroi_register::Audience {
        change: &[Role::Coordinator, Role::Correspondent, Role::Analyst],
        ..Register::COORDINATION.audience
    },
    indicators: &["strategy-actions-on-time"],
    example: &[
        ("title", "Former un correspondant cyber dans chaque département"),
        ("objective", "MI.3.1"),
        ("pilot", "pilote.formation"),
        ("direction", "command"),
        ("indicator", "Part des départements couverts"),
        ("baseline", "60 %"),
        ("target", "100 %"),
        ("due", "2027-12-31"),
    ],
    ..Register::COORDINATION
};

/// J2.2: each red has its reason.
fn a_red_action_says_what_stops_it(context: &Context<'_>) -> Result<(), Refusal> {
    let reported = context.by.is_some_and(|by| by.name == "report");
    if reported && context.value("health") == "red" && !context.has("obstacle") {
        return Err(Refusal::new().at("obstacle"));
    }
    Ok(())
}

/// What is said to be done is done.
fn done_is_all_done(context: &Context<'_>) -> Result<(), Refusal> {
    if context.enters("done") && context.value("progress") != "100" {
        return Err(Refusal::new().at("progress"));
    }
    Ok(())
}

/// Nothing starts after its own end.
fn starts_before_its_end(context: &Context<'_>) -> Result<(), Refusal> {
    match context.date("due") {
        Some(due) if context.enters("running") && due < context.today() => Err(Refusal::new().at("due")),
        _ => Ok(()),
    }
}
