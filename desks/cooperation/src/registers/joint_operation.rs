//! Joint operations with other States, Europol or INTERPOL: who takes part, what came of it. What is operational is not
//! written here before the operation has ended.

use crate::international::unknown_objective;
use crate::operations::balance;
use beffroi_clocks::Limit;
use beffroi_register::{ClockRule, Context, Field, From, Guard, Move, Of, Refusal, Register, Sheet, State};
use beffroi_rights::Role;

/// A joint operation.
pub(crate) static REGISTER: Register = Register {
    name: "joint_operation",
    prefix: "JOPS",
    desk: "cooperation",
    basis: "Décret 2023-1084, art. 3, 5° ; statut d’INTERPOL, art. 2",
    fields: &[
        Field::text("title").required().listed(),
        Field::choice("framework", &["interpol", "europol", "joint_team", "bilateral", "other"]).required().listed(),
        Field::text("partners").many().required(),
        Field::choice("role", &["lead", "participant", "support"]).required().listed(),
        Field::text("objectives").many(),
        Field::unit("units").many(),
        Field::person("pilot").listed(),
        Field::period("period"),
        Field::long("details"),
        Field::date("ended_on").listed().by_move(),
        Field::long("contribution").by_move(),
        Field::long("lessons").by_move(),
        Field::text("without_result").by_move(),
    ],
    states: &[
        State::open("planned"),
        State::open("running").needs(&["objectives", "units"]),
        State::open("ended").needs(&["ended_on"]),
        State::closed("closed").needs(&["contribution", "lessons"]),
        State::closed("abandoned"),
    ],
    moves: &[
        Move::new("start", &["planned"], "running"),
        Move::new("end", &["running"], "ended").asks(&["ended_on"]),
        Move::new("close", &["ended"], "closed")
            .asks(&["contribution", "lessons"])
            .takes(&["without_result"])
            .keeps("balance"),
        Move::new("abandon", &["planned", "running"], "abandoned").with_reason(),
    ],
    guards: &[
        Guard { name: "before_end", check: nothing_operational_before_the_end },
        Guard { name: "objective", check: objectives_are_known },
        Guard { name: "ended_on", check: an_end_is_past },
        Guard { name: "results", check: results_or_why_none },
    ],
    clocks: &[
        ClockRule::on("end", "period").until(&["ended"]),
        ClockRule::after("balance", From::Entered("ended"), Limit::days(60)),
    ],
    sheets: &[Sheet { name: "balance", of: Of::Record, reads: &["operation_result"], inputs: &[], make: balance }],
    audience: beffroi_register::Audience {
        read: &[Role::Analyst, Role::DutyOfficer, Role::Validator, Role::Coordinator],
        ..Register::COORDINATION.audience
    },
    marking: beffroi_register::AMBER,
    example: &[
        ("title", "Opération commune contre un service de location d’outils d’attaque"),
        ("framework", "europol"),
        ("partners", "Europol\nNL\nDE"),
        ("role", "participant"),
        ("objectives", "I.2.2\nI.2.3"),
        ("period", "2026-10-01/2026-12-15"),
    ],
    ..Register::COORDINATION
};

/// J10.4: no operational detail before the end.
fn nothing_operational_before_the_end(context: &Context<'_>) -> Result<(), Refusal> {
    let before = matches!(context.after.state.as_str(), "planned" | "running");
    if before && context.has("details") { Err(Refusal::new().at("details")) } else { Ok(()) }
}

fn objectives_are_known(context: &Context<'_>) -> Result<(), Refusal> {
    let unknown = unknown_objective(context.value("objectives"));
    unknown.map_or(Ok(()), |code| Err(Refusal::new().at("objectives").with("objective", code)))
}

fn an_end_is_past(context: &Context<'_>) -> Result<(), Refusal> {
    match context.date("ended_on") {
        Some(day) if day > context.today() => Err(Refusal::new().at("ended_on")),
        _ => Ok(()),
    }
}

/// An operation is closed with its results, or with why there is none.
fn results_or_why_none(context: &Context<'_>) -> Result<(), Refusal> {
    let stands = context.back("operation_result").any(|result| result.state != "withdrawn");
    if context.enters("closed") && !stands && !context.has("without_result") {
        return Err(Refusal::new().at("without_result"));
    }
    Ok(())
}
