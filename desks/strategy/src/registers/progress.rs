//! How each action goes, as its pilot declares it: one record a period, filled in with what was last said.

use beffroi_clocks::Limit;
use beffroi_register::{
    Assignee, Audience, ClockRule, Context, DueBy, Field, From, Guard, Loop, Move, On, Refusal, Register, Starts,
    State, When,
};
use beffroi_rights::Role;

/// A report of the progress of an action.
pub(crate) static REGISTER: Register = Register {
    name: "progress",
    prefix: "PROG",
    desk: "strategy",
    basis: "Décret 2023-1084, art. 3, 2°",
    fields: &[
        Field::text("title").required().listed(),
        Field::reference("action", "action").listed(),
        Field::reference("previous", "progress"),
        Field::person("pilot").listed(),
        Field::unit("direction").listed(),
        Field::choice("rhythm", &["monthly", "quarterly"]).required(),
        Field::choice("health", HEALTH).listed(),
        Field::number("progress").between(0, 100).listed(),
        Field::long("evidence"),
        Field::long("obstacle"),
        Field::long("next_step"),
        Field::long("question").by_move(),
        Field::long("decision").by_move(),
    ],
    states: &[
        State::open("due"),
        State::open("declared").needs(&["health", "progress", "evidence", "next_step"]).frozen(),
        State::closed("accepted"),
        State::closed("void"),
    ],
    moves: &[
        Move::new("declare", &["due"], "declared")
            .as_change()
            .by(&[Role::Coordinator, Role::Correspondent, Role::Analyst, Role::PreventionOfficer])
            .asks(&["health", "progress", "evidence", "next_step"])
            .takes(&["obstacle"]),
        Move::new("challenge", &["declared"], "due").asks(&["question"]),
        Move::new("accept", &["declared"], "accepted").takes(&["decision"]),
        Move::new("cancel", &["due"], "void").with_reason(),
    ],
    guards: &[
        Guard { name: "obstacle", check: a_red_action_says_what_stops_it },
        Guard { name: "decision", check: a_red_action_is_decided_upon },
        Guard { name: "finished", check: finished_is_all_of_it },
        Guard { name: "action", check: of_a_running_action },
    ],
    clocks: &[
        ClockRule::after("declare", From::Added, Limit::months(3))
            .when("rhythm", &["quarterly"])
            .until(&["declared"])
            .soon(14 * 24),
        ClockRule::after("declare_monthly", From::Added, Limit::months(1))
            .when("rhythm", &["monthly"])
            .until(&["declared"]),
        ClockRule::after("accept", From::Entered("declared"), Limit::working_days(10)).until(&["due"]),
    ],
    loops: &[
        Loop {
            name: "next",
            on: On::Move("accept"),
            when: Some(When { field: "health", is: &["green", "orange", "red"] }),
            each: None,
            starts: Starts::Record {
                register: "progress",
                back: "previous",
                copy: &[
                    ("title", "title"),
                    ("action", "action"),
                    ("pilot", "pilot"),
                    ("direction", "direction"),
                    ("rhythm", "rhythm"),
                    ("health", "health"),
                    ("progress", "progress"),
                    ("obstacle", "obstacle"),
                    ("next_step", "next_step"),
                ],
                set: &[],
            },
        },
        Loop {
            name: "red",
            on: On::Move("declare"),
            when: Some(When { field: "health", is: &["red"] }),
            each: None,
            starts: Starts::Task { to: Assignee::Role(Role::Coordinator), due: DueBy::After(Limit::working_days(5)) },
        },
    ],
    owned_by: Some("direction"),
    audience: Audience {
        change: &[Role::Coordinator, Role::Correspondent, Role::Analyst, Role::PreventionOfficer],
        ..Register::COORDINATION.audience
    },
    indicators: &["strategy-actions-on-time"],
    example: &[
        ("title", "Former un correspondant cyber dans chaque département"),
        ("pilot", "pilote.formation"),
        ("direction", "command"),
        ("rhythm", "quarterly"),
        ("health", "orange"),
        ("progress", "60"),
        ("next_step", "Session de novembre"),
    ],
    ..Register::COORDINATION
};

/// How an action goes.
const HEALTH: &[&str] = &["green", "orange", "red", "done"];

/// J2.2: each red says what stops it.
fn a_red_action_says_what_stops_it(context: &Context<'_>) -> Result<(), Refusal> {
    if context.enters("declared") && context.value("health") == "red" && !context.has("obstacle") {
        return Err(Refusal::new().at("obstacle"));
    }
    Ok(())
}

/// J2.2: each red has a decision.
fn a_red_action_is_decided_upon(context: &Context<'_>) -> Result<(), Refusal> {
    if context.enters("accepted") && context.value("health") == "red" && !context.has("decision") {
        return Err(Refusal::new().at("decision"));
    }
    Ok(())
}

/// Done and all of it are said together.
fn finished_is_all_of_it(context: &Context<'_>) -> Result<(), Refusal> {
    let differ = (context.value("health") == "done") != (context.value("progress") == "100");
    if context.enters("declared") && differ { Err(Refusal::new().at("progress")) } else { Ok(()) }
}

/// What is declared is of an action that runs.
fn of_a_running_action(context: &Context<'_>) -> Result<(), Refusal> {
    let runs = context.linked("action").is_some_and(|action| action.state == "running");
    if context.enters("declared") && !runs { Err(Refusal::new().at("action")) } else { Ok(()) }
}
