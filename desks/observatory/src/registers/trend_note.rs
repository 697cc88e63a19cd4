//! Notes on a trend: what a series did over a span without a break, with the four lines under its chart; a cause is named
//! with what shows it or not at all.

use super::blocks::terms;
use super::cards::{break_within, known};
use beffroi_document::Block;
use beffroi_register::{Audience, Context, Field, Guard, Move, Of, Refusal, Register, Sheet, SheetContext, State};
use beffroi_rights::Role;
use jiff::civil::Date;

/// Who writes notes.
const ANALYSTS: &[Role] = &[Role::Analyst, Role::DutyOfficer, Role::Coordinator];

/// A note on a trend.
pub(crate) static REGISTER: Register = Register {
    name: "trend_note",
    prefix: "TRN",
    desk: "observatory",
    basis: "Décret 2023-1084, art. 3, 3°",
    fields: &[
        Field::text("title").required().listed(),
        Field::text("indicator").required().listed().filtered(),
        Field::period("period").required().listed(),
        Field::text("cut"),
        Field::long("finding").required(),
        Field::long("reading").required(),
        Field::text("coverage").required(),
        Field::text("source").required(),
        Field::long("note"),
        Field::choice("claim", &["description", "association", "cause"]).required().listed(),
        Field::long("evidence"),
        Field::flag("incomplete"),
        Field::text("range"),
        Field::identifier("publication").between(1, 64),
    ],
    states: &[State::draft("draft"), State::open("submitted"), State::closed("published"), State::closed("abandoned")],
    moves: &[
        Move::new("submit", &["draft"], "submitted").as_change().by(ANALYSTS),
        Move::new("return", &["submitted"], "draft").by(&[Role::Validator, Role::Coordinator]).with_reason(),
        Move::new("publish", &["submitted"], "published").by(&[Role::Validator, Role::Coordinator]).keeps("note"),
        Move::new("abandon", &["draft", "submitted"], "abandoned").by(ANALYSTS).with_reason(),
    ],
    guards: &[
        Guard { name: "indicator", check: known },
        Guard { name: "broken", check: no_trend_across_a_break },
        Guard { name: "cause", check: a_cause_is_shown },
        Guard { name: "range", check: what_is_incomplete_has_a_range },
        Guard { name: "own", check: published_by_somebody_else },
    ],
    sheets: &[Sheet { name: "note", of: Of::Record, reads: &[], inputs: &[], make: note }],
    audience: Audience { add: ANALYSTS, change: ANALYSTS, ..Register::COORDINATION.audience },
    example: &[
        ("title", "Atteintes numériques : niveau stable de 2023 à 2025"),
        ("indicator", "digital-offences"),
        ("period", "2023-01-01/2025-12-31"),
        ("cut", "month"),
        ("finding", "Corrigé des variations saisonnières, le nombre mensuel reste dans la même fourchette."),
        ("reading", "Chaque point est le nombre du mois, corrigé des variations saisonnières."),
        ("coverage", "France entière, non localisé compris"),
        ("source", "Plaintes enregistrées, livraison du mois"),
        ("claim", "description"),
        ("incomplete", "no"),
    ],
    ..Register::COORDINATION
};

/// J3.4: a series is not read across a declared break of its card.
fn no_trend_across_a_break(context: &Context<'_>) -> Result<(), Refusal> {
    let days = context.value("period").split_once('/');
    let days = days.and_then(|(from, to)| Some((from.parse::<Date>().ok()?, to.parse::<Date>().ok()?)));
    let broken = days.and_then(|(from, to)| break_within(context.value("indicator"), from, to));
    match broken {
        Some(at) => Err(Refusal::new().at("period").with("at", at)),
        None => Ok(()),
    }
}

/// J3.4: no cause is claimed without evidence.
fn a_cause_is_shown(context: &Context<'_>) -> Result<(), Refusal> {
    if context.value("claim") == "cause" && !context.has("evidence") {
        return Err(Refusal::new().at("evidence"));
    }
    Ok(())
}

/// J3.4: a low and a high value where the modus operandi is often missing.
fn what_is_incomplete_has_a_range(context: &Context<'_>) -> Result<(), Refusal> {
    if context.flag("incomplete") && !context.has("range") {
        return Err(Refusal::new().at("range"));
    }
    Ok(())
}

fn published_by_somebody_else(context: &Context<'_>) -> Result<(), Refusal> {
    let own = context.who.is_some() && context.who == context.after.author.as_ref();
    if context.enters("published") && own { Err(Refusal::new()) } else { Ok(()) }
}

/// The note with the four lines that stand under its chart.
fn note(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(record) = context.record else { return Err(Refusal::new()) };
    Ok(vec![
        terms(context, record, &["title", "indicator", "period", "cut", "finding", "range", "claim", "evidence"]),
        terms(context, record, &["reading", "coverage", "source", "note", "publication"]),
    ])
}
