//! Errors found in what was published: the erratum, the new version beside the old one, the tables touched, who was told.

use super::blocks::{paragraph, table, terms, value};
use beffroi_clocks::Limit;
use beffroi_document::Block;
use beffroi_register::{
    Assignee, Audience, ClockRule, Context, DueBy, Field, From, Guard, Loop, Move, Of, On, Refusal, Register, Sheet,
    SheetContext, Starts, State,
};
use beffroi_rights::Role;

/// Who may report an error.
const READERS: &[Role] = &[Role::Analyst, Role::DutyOfficer, Role::Validator, Role::Coordinator, Role::Correspondent];
/// Who corrects.
const EDITORS: &[Role] = &[Role::Analyst, Role::Coordinator];

/// An erratum.
pub(crate) static REGISTER: Register = Register {
    name: "erratum",
    prefix: "ERR",
    desk: "observatory",
    basis: "Décret 2023-1084, art. 3, 3°",
    fields: &[
        Field::text("title").required().listed(),
        Field::identifier("publication").between(1, 64).required().listed(),
        Field::long("error").required(),
        Field::date("found_on").required().listed(),
        Field::choice("severity", &["minor", "major"]).required().listed(),
        Field::text("tables").many(),
        Field::choice("origin", &["source", "computing", "text", "layout"]).by_move(),
        Field::identifier("replaced_by").between(1, 64).listed().by_move(),
        Field::long("correction").by_move(),
        Field::text("recipients").many().by_move(),
        Field::date("told_on").by_move(),
    ],
    states: &[
        State::open("reported"),
        State::open("confirmed"),
        State::open("corrected").needs(&["replaced_by", "correction"]).frozen(),
        State::closed("closed").needs(&["recipients", "told_on"]),
        State::closed("unfounded"),
    ],
    moves: &[
        Move::new("confirm", &["reported"], "confirmed").by(EDITORS).asks(&["origin"]),
        Move::new("correct", &["confirmed"], "corrected")
            .by(EDITORS)
            .asks(&["replaced_by", "correction"])
            .keeps("notice"),
        Move::new("close", &["corrected"], "closed").by(EDITORS).asks(&["recipients", "told_on"]),
        Move::new("dismiss", &["reported"], "unfounded").by(EDITORS).with_reason(),
    ],
    guards: &[
        Guard { name: "silent", check: old_and_new_stand_side_by_side },
        Guard { name: "tables", check: says_what_is_touched },
        Guard { name: "future", check: nothing_is_told_tomorrow },
    ],
    clocks: &[
        ClockRule::after("confirm", From::Added, Limit::working_days(2)).until(&["confirmed", "corrected"]),
        ClockRule::after("correct", From::Entered("confirmed"), Limit::working_days(5)).until(&["corrected"]),
    ],
    loops: &[Loop {
        name: "tell",
        on: On::Move("correct"),
        when: None,
        each: None,
        starts: Starts::Task { to: Assignee::Role(Role::Coordinator), due: DueBy::After(Limit::working_days(1)) },
    }],
    sheets: &[
        Sheet { name: "notice", of: Of::Record, reads: &[], inputs: &[], make: notice },
        Sheet { name: "log", of: Of::Register, reads: &[], inputs: &[], make: log },
    ],
    audience: Audience { add: READERS, change: EDITORS, ..Register::COORDINATION.audience },
    example: &[
        ("title", "Total de 2023 interverti avec celui de 2022"),
        ("publication", "RA-2024.T1"),
        ("error", "Le total de 2023 porte la valeur de 2022."),
        ("found_on", "2026-01-12"),
        ("severity", "major"),
        ("tables", "Tableau 1\nFigure 3"),
    ],
    ..Register::COORDINATION
};

/// J3.6: a correction is another publication; the old one stays citable under its own reference.
fn old_and_new_stand_side_by_side(context: &Context<'_>) -> Result<(), Refusal> {
    if context.has("replaced_by") && context.value("replaced_by") == context.value("publication") {
        return Err(Refusal::new().at("replaced_by"));
    }
    Ok(())
}

fn says_what_is_touched(context: &Context<'_>) -> Result<(), Refusal> {
    if context.enters("corrected") && !context.has("tables") {
        return Err(Refusal::new().at("tables"));
    }
    Ok(())
}

fn nothing_is_told_tomorrow(context: &Context<'_>) -> Result<(), Refusal> {
    let late = |field| context.date(field).is_some_and(|day| day > context.today());
    match ["found_on", "told_on"].into_iter().find(|field| late(field)) {
        Some(field) => Err(Refusal::new().at(field)),
        None => Ok(()),
    }
}

/// The erratum, to be sent and put beside the publication.
fn notice(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(record) = context.record.filter(|record| !record.value("replaced_by").is_empty()) else {
        return Err(Refusal::new());
    };
    let (old, new) = (record.value("publication"), record.value("replaced_by"));
    Ok(vec![
        paragraph(context.say_with("notice-replaces", &[("old", old.into()), ("new", new.into())])),
        terms(context, record, &["error", "origin", "severity", "found_on", "tables", "correction"]),
        paragraph(context.say_with("notice-citable", &[("old", old.into()), ("new", new.into())])),
    ])
}

/// The log of versions: what replaced what, when and why.
fn log(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let fields = ["publication", "replaced_by", "title", "tables", "severity", "told_on"];
    let columns: Vec<String> = std::iter::once(context.say("log-erratum"))
        .chain(fields.map(|field| super::blocks::label(context, field)))
        .collect();
    let mut records: Vec<_> = context.of("erratum").filter(|record| !record.value("replaced_by").is_empty()).collect();
    records.sort_by_key(|record| (record.value("publication"), record.added_at()));
    let row = |record: &beffroi_register::Record| {
        std::iter::once(record.reference.clone())
            .chain(fields.map(|field| value(context, record, field)))
            .collect::<Vec<String>>()
    };
    let rows: Vec<Vec<String>> = records.into_iter().map(row).collect();
    if rows.is_empty() {
        return Ok(vec![paragraph(context.say("log-none"))]);
    }
    Ok(vec![table("log", context.say("log-table"), &columns, rows)])
}
