//! Definitions that are to change: what is counted before and after, what the change does to two years, who agreed.

use super::blocks::{paragraph, table, terms};
use super::cards::{known, versions};
use beffroi_document::Block;
use beffroi_register::{
    Assignee, Audience, Context, DueBy, Field, Guard, Loop, Move, Of, On, Refusal, Register, Sheet, SheetContext,
    Starts, State,
};
use beffroi_rights::Role;

/// Who proposes and works on a definition.
const AUTHORS: &[Role] = &[Role::Analyst, Role::Coordinator];
/// Who agrees for the statistical service and for the law.
const EXPERTS: &[Role] = &[Role::Analyst, Role::Coordinator, Role::Validator];
/// What the recomputing of two years gives.
const EFFECT: &[&str] = &["year_1", "old_1", "new_1", "year_2", "old_2", "new_2", "snapshot"];

/// A change of definition.
pub(crate) static REGISTER: Register = Register {
    name: "definition",
    prefix: "DEF",
    desk: "observatory",
    basis: "Décret 2023-1084, art. 2 et art. 3, 2° et 3°",
    fields: &[
        Field::text("title").required().listed(),
        Field::text("indicator").required().listed().filtered(),
        Field::text("current_version").required(),
        Field::text("proposed_version").required().listed(),
        Field::choice("cause", &["law", "nomenclature", "method", "error"]).required().listed(),
        Field::reference("law_change", "law_change"),
        Field::long("perimeter_before").required(),
        Field::long("perimeter_after").required(),
        Field::number("year_1").between(1990, 2100).by_move(),
        Field::decimal("old_1", 2).by_move(),
        Field::decimal("new_1", 2).by_move(),
        Field::number("year_2").between(1990, 2100).by_move(),
        Field::decimal("old_2", 2).by_move(),
        Field::decimal("new_2", 2).by_move(),
        Field::number("snapshot").between(0, 1_000_000_000).by_move(),
        Field::person("statistician").by_move(),
        Field::long("statistical_opinion").by_move(),
        Field::person("jurist").by_move(),
        Field::long("legal_opinion").by_move(),
        Field::date("valid_from").by_move(),
        Field::long("break_note").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("proposed"),
        State::open("quantified").frozen(),
        State::closed("published"),
        State::closed("refused"),
    ],
    moves: &[
        Move::new("submit", &["draft"], "proposed").as_change().by(AUTHORS),
        Move::new("quantify", &["proposed"], "quantified").by(AUTHORS).asks(EFFECT),
        Move::new("agree_statistics", &["quantified"], "quantified")
            .by(EXPERTS)
            .asks(&["statistician", "statistical_opinion"]),
        Move::new("agree_law", &["quantified"], "quantified").by(EXPERTS).asks(&["jurist", "legal_opinion"]),
        Move::new("publish", &["proposed", "quantified"], "published")
            .by(&[Role::Validator])
            .asks(&["valid_from", "break_note"])
            .keeps("effect"),
        Move::new("refuse", &["proposed", "quantified"], "refused").by(EXPERTS).with_reason(),
    ],
    guards: &[
        Guard { name: "indicator", check: known },
        Guard { name: "silent", check: under_a_new_version },
        Guard { name: "unquantified", check: quantified_before_it_is_published },
        Guard { name: "years", check: two_years },
        Guard { name: "in_person", check: agreed_in_person },
        Guard { name: "joint", check: validated_jointly },
    ],
    loops: &[
        Loop {
            name: "card",
            on: On::Move("publish"),
            when: None,
            each: None,
            starts: Starts::Task { to: Assignee::Role(Role::Analyst), due: DueBy::Field("valid_from") },
        },
        Loop {
            name: "readers",
            on: On::Move("publish"),
            when: None,
            each: None,
            starts: Starts::Task { to: Assignee::Role(Role::Coordinator), due: DueBy::Field("valid_from") },
        },
    ],
    sheets: &[Sheet { name: "effect", of: Of::Record, reads: &[], inputs: &[], make: effect }],
    audience: Audience { add: AUTHORS, change: AUTHORS, ..Register::COORDINATION.audience },
    example: &[
        ("title", "Les atteintes numériques sans la législation spécifique"),
        ("indicator", "digital-offences"),
        ("current_version", "2025-1"),
        ("proposed_version", "2027-1"),
        ("cause", "nomenclature"),
        ("perimeter_before", "Les quatre catégories d’atteintes numériques."),
        ("perimeter_after", "Trois catégories : les infractions à la législation spécifique sont comptées à part."),
    ],
    ..Register::COORDINATION
};

/// J1.3: what was published under a version stays; a change takes a version that nobody bears.
fn under_a_new_version(context: &Context<'_>) -> Result<(), Refusal> {
    let (code, now, next) =
        (context.value("indicator"), context.value("current_version"), context.value("proposed_version"));
    let known = versions(code);
    if next == now || known.iter().any(|version| version == next) {
        return Err(Refusal::new().at("proposed_version").with("version", next).with("known", known.join(", ")));
    }
    Ok(())
}

/// J1.3: the effect is told in figures before the definition is published.
fn quantified_before_it_is_published(context: &Context<'_>) -> Result<(), Refusal> {
    if context.enters("published") && !EFFECT.iter().all(|field| context.has(field)) {
        return Err(Refusal::new());
    }
    Ok(())
}

fn two_years(context: &Context<'_>) -> Result<(), Refusal> {
    match (context.number("year_1"), context.number("year_2")) {
        (Some(first), Some(second)) if first >= second => Err(Refusal::new().at("year_2")),
        _ => Ok(()),
    }
}

/// Whoever agrees does so under his or her own login.
fn agreed_in_person(context: &Context<'_>) -> Result<(), Refusal> {
    let field = match context.by.map(|by| by.name) {
        Some("agree_statistics") => "statistician",
        Some("agree_law") => "jurist",
        _ => return Ok(()),
    };
    let own = context.who.is_some_and(|who| who.to_string() == context.value(field));
    if own { Ok(()) } else { Err(Refusal::new().at(field)) }
}

/// A statistician and a jurist agreed, neither of whom wrote it, and somebody else than the three publishes it.
fn validated_jointly(context: &Context<'_>) -> Result<(), Refusal> {
    if !context.enters("published") {
        return Ok(());
    }
    let text = |person: Option<&beffroi_rights::PersonId>| person.map(ToString::to_string).unwrap_or_default();
    let people = [
        text(context.after.author.as_ref()),
        context.value("statistician").to_owned(),
        context.value("jurist").to_owned(),
        text(context.who),
    ];
    let apart: std::collections::BTreeSet<&String> = people.iter().filter(|person| !person.is_empty()).collect();
    if apart.len() == people.len() { Ok(()) } else { Err(Refusal::new()) }
}

/// What the change does to two years: the note of the break.
fn effect(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(record) = context.record else { return Err(Refusal::new()) };
    if !EFFECT.iter().all(|field| record.values.contains_key(*field)) {
        return Err(Refusal::new());
    }
    let number = |field: &str| record.value(field).parse::<f64>().unwrap_or_default();
    let row = |year: &str, old: &str, new: &str| {
        let (old, new) = (number(old), number(new));
        let shown = |value| context.lang.decimal(value, usize::from(f64::fract(value) != 0.0) * 2);
        let gap = if old == 0.0 { String::new() } else { context.lang.growth(new / old - 1.0, 1) };
        let ratio = if old == 0.0 { String::new() } else { context.lang.decimal(new / old, 3) };
        vec![record.value(year).to_owned(), shown(old), shown(new), gap, ratio]
    };
    let columns = [
        context.say("effect-year"),
        format!("{}#", context.say_with("effect-under", &[("version", record.value("current_version").into())])),
        format!("{}#", context.say_with("effect-under", &[("version", record.value("proposed_version").into())])),
        format!("{}#", context.say("effect-gap")),
        format!("{}#", context.say("effect-coefficient")),
    ];
    let rows = vec![row("year_1", "old_1", "new_1"), row("year_2", "old_2", "new_2")];
    Ok(vec![
        terms(context, record, &["title", "indicator", "cause", "perimeter_before", "perimeter_after"]),
        table("effect", context.say("effect-table"), &columns, rows),
        paragraph(context.say("effect-apart")),
        terms(
            context,
            record,
            &["snapshot", "statistician", "statistical_opinion", "jurist", "legal_opinion", "valid_from", "break_note"],
        ),
    ])
}
