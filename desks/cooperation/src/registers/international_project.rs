//! Projects abroad: capacity building, schools, experts. Each serves objectives, and ends with a result.

use crate::international::{counts_missions, review, unknown_objective};
use beffroi_register::{ClockRule, Context, Field, Guard, Move, Of, Refusal, Register, Sheet, State, items};
use beffroi_rights::Role;

/// A project abroad.
pub(crate) static REGISTER: Register = Register {
    name: "international_project",
    prefix: "INTL",
    desk: "cooperation",
    basis: "Stratégie ministérielle 2017, MI.5 ; programme d’INTERPOL 2022-2025, I.3 et I.4",
    fields: &[
        Field::text("title").required().listed(),
        Field::text("programme").required(),
        Field::text("country").between(2, 2).required().listed().filtered(),
        Field::text("objectives").many().listed(),
        Field::text("partners").many(),
        Field::person("pilot").listed(),
        Field::long("expected"),
        Field::date("due").listed(),
        Field::number("experts").between(0, 10_000),
        Field::number("trainees").between(0, 1_000_000),
        Field::number("missions").between(0, 10_000),
        Field::long("progress_note").by_move(),
        Field::date("next_report").by_move(),
        Field::text("result_objective").by_move(),
        Field::choice("result_kind", RESULTS).listed().by_move(),
        Field::decimal("result_value", 2).between(0, 1_000_000_000).by_move(),
        Field::text("result").by_move(),
        Field::long("evidence").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("running").needs(&["objectives", "expected", "pilot", "due"]),
        State::closed("done").needs(&["result_objective", "result_kind", "result_value", "result", "evidence"]),
        State::closed("stopped"),
    ],
    moves: &[
        Move::new("start", &["draft"], "running"),
        Move::new("report", &["running"], "running")
            .as_change()
            .by(OFFICERS)
            .asks(&["progress_note", "next_report"])
            .takes(&["experts", "trainees", "missions"]),
        Move::new("finish", &["running"], "done").asks(&[
            "result_objective",
            "result_kind",
            "result_value",
            "result",
            "evidence",
        ]),
        Move::new("stop", &["draft", "running"], "stopped").with_reason(),
    ],
    guards: &[
        Guard { name: "objectives", check: objectives_are_known },
        Guard { name: "objective", check: the_result_serves_an_objective },
        Guard { name: "missions", check: missions_are_no_result },
        Guard { name: "country", check: a_state_has_two_letters },
    ],
    clocks: &[ClockRule::on("due", "due").soon(30 * 24), ClockRule::on("report", "next_report")],
    sheets: &[Sheet {
        name: "review",
        of: Of::Register,
        reads: &["joint_operation", "operation_result", "position"],
        inputs: &[Field::number("year").between(2000, 2100)],
        make: review,
    }],
    audience: beffroi_register::Audience { add: OFFICERS, change: OFFICERS, ..Register::COORDINATION.audience },
    example: &[
        ("title", "Laboratoire d’analyse numérique d’une école régionale"),
        ("programme", "École nationale à vocation régionale"),
        ("country", "SN"),
        ("objectives", "I.3.1\nMI.5.2"),
        ("expected", "Un laboratoire tenu par l’école, qui traite ses propres saisies."),
        ("due", "2027-06-30"),
        ("experts", "2"),
        ("missions", "3"),
    ],
    ..Register::COORDINATION
};

const OFFICERS: &[Role] = &[Role::Coordinator, Role::Correspondent];

/// What may be a result: something that stands or is done there once everybody has gone home.
const RESULTS: &[&str] = &[
    "service_created",
    "trained_certified",
    "cases_opened",
    "requests_answered",
    "law_adopted",
    "tool_in_use",
    "agreement_signed",
];

fn objectives_are_known(context: &Context<'_>) -> Result<(), Refusal> {
    let unknown = unknown_objective(context.value("objectives"));
    unknown.map_or(Ok(()), |code| Err(Refusal::new().at("objectives").with("objective", code)))
}

fn the_result_serves_an_objective(context: &Context<'_>) -> Result<(), Refusal> {
    let objective = context.value("result_objective");
    let served = objective.is_empty() || items(context.value("objectives")).any(|known| known == objective);
    if served { Ok(()) } else { Err(Refusal::new().at("result_objective").with("objective", objective)) }
}

/// J10.5: missions are not results.
fn missions_are_no_result(context: &Context<'_>) -> Result<(), Refusal> {
    if context.has("result") && counts_missions(context.value("result")) {
        return Err(Refusal::new().at("result"));
    }
    Ok(())
}

fn a_state_has_two_letters(context: &Context<'_>) -> Result<(), Refusal> {
    let known = context.value("country").parse::<beffroi_cooperation::StateCode>().is_ok();
    if known { Ok(()) } else { Err(Refusal::new().at("country")) }
}
