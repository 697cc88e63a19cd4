//! The actions of the ministerial strategy and their measures: who carries each, until when, measured by what.

use crate::editions::{is_open, leaves_its_edition};
use crate::sheets;
use beffroi_register::{
    Audience, ClockRule, Context, Field, Guard, Loop, Move, Of, On, Refusal, Register, Sheet, Starts, State, changes,
};
use beffroi_rights::Role;

/// An action of the strategy; a measure is an action that is part of another.
pub(crate) static REGISTER: Register = Register {
    name: "action",
    prefix: "ACT",
    desk: "strategy",
    basis: "Décret 2023-1084, art. 3, 1° et 2°",
    fields: &[
        Field::text("title").required().listed(),
        Field::long("description"),
        Field::reference("strategy", "strategy"),
        Field::reference("objective", "objective").listed(),
        Field::reference("part_of", "action"),
        Field::reference("continues", "action"),
        Field::person("pilot").listed(),
        Field::unit("direction").listed(),
        Field::text("indicator"),
        Field::text("baseline"),
        Field::text("target"),
        Field::date("due").listed(),
        Field::choice("rhythm", &["monthly", "quarterly"]),
        Field::reference("last_report", "progress").by_move(),
        Field::text("result").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("running").needs(&[
            "objective",
            "pilot",
            "direction",
            "indicator",
            "baseline",
            "target",
            "due",
            "rhythm",
        ]),
        State::closed("done").needs(&["last_report", "result"]),
        State::closed("abandoned"),
    ],
    moves: &[
        Move::new("start", &["draft"], "running"),
        Move::new("finish", &["running"], "done").asks(&["last_report", "result"]),
        Move::new("abandon", &["draft", "running"], "abandoned").with_reason(),
    ],
    guards: &[
        Guard { name: "orphan", check: serves_an_objective_of_its_edition },
        Guard { name: "adopted", check: stays_as_adopted },
        Guard { name: "moved", check: leaves_its_edition },
        Guard { name: "early", check: runs_under_an_adopted_edition },
        Guard { name: "past", check: starts_before_its_end },
        Guard { name: "finished", check: done_is_all_done },
    ],
    clocks: &[ClockRule::on("due", "due").soon(30 * 24)],
    loops: &[Loop {
        name: "collect",
        on: On::Move("start"),
        when: None,
        each: None,
        starts: Starts::Record {
            register: "progress",
            back: "action",
            copy: &[("title", "title"), ("pilot", "pilot"), ("direction", "direction"), ("rhythm", "rhythm")],
            set: &[],
        },
    }],
    sheets: &[
        Sheet {
            name: "view",
            of: Of::Register,
            reads: &["progress", "decision", "contribution"],
            inputs: &[Field::unit("direction"), Field::choice("against", &["past", "others", "ranking"])],
            make: sheets::view,
        },
        Sheet { name: "collection", of: Of::Register, reads: &["progress"], inputs: &[], make: sheets::collection },
        Sheet { name: "history", of: Of::Record, reads: &["progress"], inputs: &[], make: sheets::history },
    ],
    audience: Audience {
        change: &[Role::Coordinator, Role::Correspondent, Role::Analyst],
        ..Register::COORDINATION.audience
    },
    indicators: &["strategy-actions-on-time"],
    example: &[
        ("title", "Former un correspondant cyber dans chaque département"),
        ("pilot", "pilote.formation"),
        ("direction", "command"),
        ("indicator", "Part des départements couverts"),
        ("baseline", "60 %"),
        ("target", "100 %"),
        ("due", "2027-12-31"),
        ("rhythm", "quarterly"),
    ],
    owned_by: Some("direction"),
    ..Register::COORDINATION
};

/// What an adopted edition fixes; who carries an action may still change.
const FIXED: [&str; 8] = ["title", "description", "objective", "part_of", "indicator", "baseline", "target", "due"];

/// J1.1: an action serves an objective of its own edition, and a measure is part of an action of it.
fn serves_an_objective_of_its_edition(context: &Context<'_>) -> Result<(), Refusal> {
    let strategy = context.value("strategy");
    if let Some(objective) = context.linked("objective")
        && (objective.value("strategy") != strategy || objective.value("level") != "objective")
    {
        return Err(Refusal::new().at("objective"));
    }
    match context.linked("part_of") {
        Some(whole) if whole.value("strategy") != strategy || whole.reference == context.after.reference => {
            Err(Refusal::new().at("part_of"))
        }
        _ => Ok(()),
    }
}

/// J1.1: what was adopted is not edited in place.
fn stays_as_adopted(context: &Context<'_>) -> Result<(), Refusal> {
    let Some(strategy) = context.linked("strategy").filter(|strategy| !is_open(strategy)) else { return Ok(()) };
    let touched = match context.before {
        None => true,
        Some(before) => {
            changes(&before.values, &context.after.values).iter().any(|one| FIXED.contains(&one.field.as_str()))
        }
    };
    if touched { Err(Refusal::new().with("strategy", &strategy.reference)) } else { Ok(()) }
}

/// An action runs once its edition is adopted.
fn runs_under_an_adopted_edition(context: &Context<'_>) -> Result<(), Refusal> {
    let adopted = context.linked("strategy").is_some_and(|strategy| strategy.state == "adopted");
    if context.enters("running") && !adopted { Err(Refusal::new().at("strategy")) } else { Ok(()) }
}

/// Nothing starts after its own end.
fn starts_before_its_end(context: &Context<'_>) -> Result<(), Refusal> {
    match context.date("due") {
        Some(due) if context.enters("running") && due < context.today() => Err(Refusal::new().at("due")),
        _ => Ok(()),
    }
}

/// What is said to be done is done: its last report, accepted, says so.
fn done_is_all_done(context: &Context<'_>) -> Result<(), Refusal> {
    if !context.enters("done") {
        return Ok(());
    }
    let said = context.linked("last_report").is_some_and(|report| {
        report.state == "accepted"
            && report.value("progress") == "100"
            && report.value("action") == context.after.reference
    });
    if said { Ok(()) } else { Err(Refusal::new().at("last_report")) }
}
