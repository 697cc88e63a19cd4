//! The plan of prevention: one line an action to come. Each answers a risk or a gap that was measured, and books its partner
//! and its audience once.

use crate::calendar;
use crate::kinds::{AUDIENCES, PARTNERS, PRODUCTS};
use beffroi_register::{ClockRule, Context, Field, Guard, Loop, Move, Of, On, Refusal, Register, Sheet, Starts, State};
use beffroi_rights::Role;

/// A line of the plan.
pub(crate) static REGISTER: Register = Register {
    name: "prevention_plan",
    prefix: "PLAN",
    desk: "prevention",
    basis: "Décret 2023-1084, art. 3, 7°",
    fields: &[
        Field::text("title").required().listed(),
        Field::text("campaign").filtered(),
        Field::choice("ground", &["risk", "gap", "flash"]).listed(),
        Field::text("measure"),
        Field::text("source"),
        Field::choice("audience", AUDIENCES).required().listed(),
        Field::choice("product", PRODUCTS).listed(),
        Field::territory("territory").required().listed(),
        Field::date("starts").required().listed(),
        Field::date("ends"),
        Field::choice("partner", PARTNERS).listed(),
        Field::date("partner_agreed"),
        Field::choice("aim", &["reached", "assessed", "improved"]),
        Field::number("target").between(1, 10_000_000),
        Field::flag("distinct"),
        Field::long("result").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("planned").needs(&["ground", "measure", "source", "product", "aim", "target"]),
        State::closed("held").needs(&["result"]),
        State::closed("cancelled"),
    ],
    moves: &[
        Move::new("plan", &["draft"], "planned").by(PLANNERS),
        Move::new("hold", &["planned"], "held").by(PLANNERS).asks(&["result"]),
        Move::new("cancel", &["draft", "planned"], "cancelled").by(PLANNERS).with_reason(),
    ],
    guards: &[
        Guard { name: "measured", check: answers_a_measure },
        Guard { name: "agreed", check: its_partner_agreed },
        Guard { name: "days", check: ends_after_it_starts },
        Guard { name: "unlogged", check: its_action_is_logged },
    ],
    clocks: &[ClockRule::on("starts", "starts").soon(30 * 24)],
    // The action to come waits to be logged: whoever held it opens it, says how many came, and is done.
    loops: &[Loop {
        name: "log",
        on: On::Move("plan"),
        when: None,
        each: None,
        starts: Starts::Record {
            register: "prevention_action",
            back: "plan",
            copy: &[
                ("title", "entity"),
                ("starts", "date"),
                ("territory", "territory"),
                ("audience", "audience"),
                ("product", "product"),
                ("partner", "partner"),
                ("distinct", "distinct"),
            ],
            set: &[],
        },
    }],
    sheets: &[Sheet {
        name: "calendar",
        of: Of::Register,
        reads: &[],
        inputs: &[Field::number("year").between(2000, 2100), Field::number("quarter").between(1, 4)],
        make: calendar::make,
    }],
    alike: &["starts", "territory", "audience"],
    audience: beffroi_register::Audience { add: PLANNERS, change: PLANNERS, ..Register::COORDINATION.audience },
    example: &[
        ("title", "Rançongiciels : matinée des très petites entreprises"),
        ("campaign", "Cybermois 2026"),
        ("ground", "risk"),
        ("measure", "18 plaintes d’entreprises de moins de 10 personnes en 2025, contre 9 en 2024"),
        ("source", "Observatoire, indicateur des atteintes par taille, 2025"),
        ("audience", "company"),
        ("product", "conference"),
        ("territory", "35"),
        ("starts", "2026-10-06"),
        ("partner", "chamber_of_trades"),
        ("partner_agreed", "2026-06-15"),
        ("aim", "reached"),
        ("target", "120"),
    ],
    ..Register::COORDINATION
};

/// Who plans.
const PLANNERS: &[Role] = &[Role::Coordinator, Role::PreventionOfficer];

/// J7.1: what is planned answers a risk or a gap that was measured, and a measure has a figure.
fn answers_a_measure(context: &Context<'_>) -> Result<(), Refusal> {
    let has_figure = context.value("measure").contains(|c: char| c.is_ascii_digit());
    if context.enters("planned") && !has_figure { Err(Refusal::new().at("measure")) } else { Ok(()) }
}

/// J7.1: a partner is not booked without having agreed.
fn its_partner_agreed(context: &Context<'_>) -> Result<(), Refusal> {
    if context.enters("planned") && context.has("partner") && !context.has("partner_agreed") {
        return Err(Refusal::new().at("partner_agreed"));
    }
    Ok(())
}

/// A line ends on the day it starts, or later.
fn ends_after_it_starts(context: &Context<'_>) -> Result<(), Refusal> {
    match (context.date("starts"), context.date("ends")) {
        (Some(starts), Some(ends)) if ends < starts => Err(Refusal::new().at("ends")),
        _ => Ok(()),
    }
}

/// What was held was logged: a line is closed by its action, and not by what somebody remembers of it.
fn its_action_is_logged(context: &Context<'_>) -> Result<(), Refusal> {
    let logged = context.back("prevention_action").any(|action| action.state == "logged");
    if context.enters("held") && !logged { Err(Refusal::new()) } else { Ok(()) }
}
