//! Actions of prevention, logged on a telephone in two minutes: when, where, with whom, how many. No names of those who came.

use crate::kinds::{AUDIENCES, PARTNERS, PRODUCTS};
use crate::siren::is_siren;
use crate::{coverage, timeliness};
use beffroi_clocks::Limit;
use beffroi_register::{ClockRule, Context, Field, From, Guard, Move, Of, Refusal, Register, Sheet, State};
use beffroi_rights::Role;

/// An action of prevention.
pub(crate) static REGISTER: Register = Register {
    name: "prevention_action",
    prefix: "PREV",
    desk: "prevention",
    basis: "Décret 2023-1084, art. 3, 7°",
    title: "entity",
    fields: &[
        Field::date("date").required().listed(),
        Field::territory("territory").required().listed(),
        Field::text("entity").required().listed(),
        Field::choice("audience", AUDIENCES).required().listed(),
        Field::choice("product", PRODUCTS).listed(),
        Field::number("reach").between(1, 1_000_000).listed(),
        Field::identifier("commune").between(5, 5).filtered(),
        Field::identifier("siren").between(9, 9).filtered(),
        Field::choice("partner", PARTNERS),
        Field::long("note"),
        Field::reference("plan", "prevention_plan"),
        Field::flag("distinct"),
    ],
    states: &[State::open("to_log"), State::closed("logged").needs(&["product", "reach"]), State::closed("not_held")],
    moves: &[
        Move::new("log", &["to_log"], "logged").as_change().by(WRITERS).asks(&["product", "reach"]).takes(&["siren"]),
        Move::new("drop", &["to_log"], "not_held").as_change().by(WRITERS).with_reason(),
        Move::new("reopen", &["logged", "not_held"], "to_log").by(&[Role::Coordinator]).with_reason(),
    ],
    guards: &[
        Guard { name: "siren", check: its_number_holds },
        Guard { name: "commune", check: the_commune_lies_there },
        Guard { name: "future", check: it_was_held },
    ],
    clocks: &[ClockRule::after("log", From::Field("date"), Limit::days(timeliness::DAYS)).soon(3 * 24)],
    sheets: &[
        Sheet {
            name: "coverage",
            of: Of::Register,
            reads: &["diagnosis", "entity_population"],
            inputs: &[
                Field::number("year").between(2000, 2100),
                Field::number("quarter").between(1, 4),
                Field::choice("audience", AUDIENCES),
            ],
            make: coverage::make,
        },
        Sheet {
            name: "timeliness",
            of: Of::Register,
            reads: &[],
            inputs: &[Field::number("year").between(2000, 2100), Field::number("quarter").between(1, 4)],
            make: timeliness::make,
        },
    ],
    alike: &["date", "territory", "audience"],
    audience: beffroi_register::Audience { add: WRITERS, change: WRITERS, ..Register::COORDINATION.audience },
    example: &[
        ("date", "2025-03-17"),
        ("territory", "35"),
        ("entity", "Collège : fraude et mots de passe, classes de quatrième"),
        ("audience", "school"),
        ("product", "cactus"),
        ("reach", "110"),
        ("commune", "35238"),
    ],
    ..Register::COORDINATION
};

/// Who logs.
const WRITERS: &[Role] = &[Role::PreventionOfficer, Role::Correspondent, Role::Coordinator];

/// The number of an entity is one: its check holds.
fn its_number_holds(context: &Context<'_>) -> Result<(), Refusal> {
    let siren = context.value("siren");
    if siren.is_empty() || is_siren(siren) { Ok(()) } else { Err(Refusal::new().at("siren")) }
}

/// The commune lies in the department that is named (code of the COG: it begins with that of the department).
fn the_commune_lies_there(context: &Context<'_>) -> Result<(), Refusal> {
    let (commune, territory) = (context.value("commune"), context.value("territory"));
    let is_department = !territory.starts_with(['R', 'F', 'N', 'E']);
    if commune.is_empty() || !is_department || commune.starts_with(territory) {
        return Ok(());
    }
    Err(Refusal::new().at("commune").with("territory", territory))
}

/// What has not been held is not logged.
fn it_was_held(context: &Context<'_>) -> Result<(), Refusal> {
    match context.date("date") {
        Some(day) if context.enters("logged") && day > context.today() => Err(Refusal::new().at("date")),
        _ => Ok(()),
    }
}
