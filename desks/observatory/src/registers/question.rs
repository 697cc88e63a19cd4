//! Questions asked between two publications: a cabinet, Parliament, the press. The answer is a figure with what it covers,
//! its unit, its source and its birth certificate; it is kept, and found again when the question comes back.

use super::blocks::terms;
use super::cards::{known, versions};
use beffroi_clocks::Limit;
use beffroi_document::Block;
use beffroi_register::{
    Audience, ClockRule, Context, Field, From, Guard, Move, Of, Refusal, Register, Sheet, SheetContext, State,
};
use beffroi_rights::Role;

/// Who takes a question in and answers it.
const ANSWERERS: &[Role] = &[Role::Analyst, Role::DutyOfficer, Role::Coordinator];
/// Without these a number says nothing.
const DEFINED_BY: &[&str] = &["definition", "coverage", "unit", "source", "certificate"];

/// A question and its answer.
pub(crate) static REGISTER: Register = Register {
    name: "question",
    prefix: "QST",
    desk: "observatory",
    basis: "Décret 2023-1084, art. 3, 3°",
    fields: &[
        Field::text("title").required().listed(),
        Field::choice("asker", &["cabinet", "parliament", "press", "administration", "research", "other"])
            .required()
            .listed(),
        Field::long("question").required(),
        Field::text("indicator").required().listed().filtered(),
        Field::period("period").required().listed(),
        Field::text("cut").filtered(),
        Field::date("due").listed(),
        Field::flag("distinct"),
        Field::reference("earlier", "question"),
        Field::text("figures").many().by_move(),
        Field::text("definition").by_move(),
        Field::text("coverage").by_move(),
        Field::text("unit").by_move(),
        Field::text("source").by_move(),
        Field::identifier("publication").between(1, 64).by_move(),
        Field::identifier("certificate").between(8, 64).by_move(),
        Field::long("revision").by_move(),
        Field::long("answer").by_move(),
    ],
    states: &[
        State::open("asked"),
        State::open("answered").needs(&["figures"]).frozen(),
        State::closed("archived").needs(&["figures"]),
        State::closed("declined"),
    ],
    moves: &[
        Move::new("answer", &["asked"], "answered").by(ANSWERERS).asks(&["figures"]).takes(&[
            "definition",
            "coverage",
            "unit",
            "source",
            "publication",
            "certificate",
            "revision",
            "answer",
        ]),
        Move::new("return", &["answered"], "asked").by(&[Role::Validator, Role::Coordinator]).with_reason(),
        Move::new("validate", &["answered"], "archived").by(&[Role::Validator, Role::Coordinator]).keeps("answer"),
        Move::new("decline", &["asked"], "declined").by(ANSWERERS).with_reason(),
    ],
    guards: &[
        Guard { name: "indicator", check: known },
        Guard { name: "again", check: another_answer_names_the_earlier_one },
        Guard { name: "undefined", check: no_number_without_its_definition },
        Guard { name: "version", check: under_a_definition_of_the_catalogue },
        Guard { name: "revision", check: another_figure_is_explained },
        Guard { name: "own", check: validated_by_somebody_else },
    ],
    clocks: &[
        ClockRule::on("due", "due").soon(48).until(&["answered"]),
        ClockRule::after("answer", From::Added, Limit::working_days(5)).until(&["answered"]),
    ],
    sheets: &[Sheet { name: "answer", of: Of::Record, reads: &[], inputs: &[], make: answer }],
    alike: &["indicator", "period", "cut"],
    audience: Audience { add: ANSWERERS, change: ANSWERERS, ..Register::COORDINATION.audience },
    example: &[
        ("title", "Atteintes numériques enregistrées en 2023 et 2024"),
        ("asker", "parliament"),
        ("question", "Combien d’atteintes numériques ont été enregistrées en 2023 et en 2024 ?"),
        ("indicator", "digital-offences-published"),
        ("period", "2023-01-01/2024-12-31"),
        ("cut", "year"),
    ],
    ..Register::COORDINATION
};

/// J3.12: the same question asked again is another record only to give another answer, and names the first.
fn another_answer_names_the_earlier_one(context: &Context<'_>) -> Result<(), Refusal> {
    if context.flag("distinct") && !context.has("earlier") {
        return Err(Refusal::new().at("earlier"));
    }
    Ok(())
}

/// J3.12: no number without what it counts, over what, in which unit, from where, proven by what.
fn no_number_without_its_definition(context: &Context<'_>) -> Result<(), Refusal> {
    let missing = DEFINED_BY.iter().find(|field| !context.has(field));
    match missing {
        Some(field) if context.enters("answered") => Err(Refusal::new().at(field)),
        _ => Ok(()),
    }
}

fn under_a_definition_of_the_catalogue(context: &Context<'_>) -> Result<(), Refusal> {
    let (version, known) = (context.value("definition"), versions(context.value("indicator")));
    if version.is_empty() || known.iter().any(|one| one == version) {
        return Ok(());
    }
    Err(Refusal::new().at("definition").with("known", known.join(", ")))
}

/// J3.12: the same answer as before, or an explained revision.
fn another_figure_is_explained(context: &Context<'_>) -> Result<(), Refusal> {
    let before = context.linked("earlier").map(|record| record.value("figures")).unwrap_or_default();
    let differs = !before.is_empty() && before != context.value("figures");
    if context.enters("answered") && differs && !context.has("revision") {
        return Err(Refusal::new().at("revision").with("earlier", context.value("earlier")));
    }
    Ok(())
}

fn validated_by_somebody_else(context: &Context<'_>) -> Result<(), Refusal> {
    let own = context.who.is_some() && context.who == context.after.author.as_ref();
    if context.enters("archived") && own { Err(Refusal::new()) } else { Ok(()) }
}

/// The answer, to be sent and used again.
fn answer(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(record) = context.record.filter(|record| !record.value("figures").is_empty()) else {
        return Err(Refusal::new());
    };
    Ok(vec![
        terms(context, record, &["question", "indicator", "period", "cut"]),
        terms(context, record, &["figures", "answer", "earlier", "revision"]),
        terms(context, record, &["definition", "coverage", "unit", "source", "publication", "certificate"]),
    ])
}
