//! Chapters of the annual report: who writes which by when, from which frozen figures, what was remarked, who checked it.

use super::blocks::{label, table, value};
use crate::chapters::text::{cited, typed_number};
use beffroi_document::Block;
use beffroi_register::{
    Audience, ClockRule, Context, Field, Guard, Move, Of, Record, Refusal, Register, Sheet, SheetContext, State,
};
use beffroi_rights::Role;

/// Who edits the report.
const EDITORS: &[Role] = &[Role::Coordinator];
/// Who writes and checks chapters.
const WRITERS: &[Role] = &[Role::Analyst, Role::Coordinator, Role::Validator];
/// The checks that a chapter passes: the move, and what it leaves.
const CHECKS: &[(&str, &str)] =
    &[("check_secrecy", "secrecy_check"), ("check_facts", "facts_check"), ("check_law", "law_check")];

/// A chapter.
pub(crate) static REGISTER: Register = Register {
    name: "chapter",
    prefix: "CHAP",
    desk: "observatory",
    basis: "Décret 2023-1084, art. 3, 3°",
    fields: &[
        Field::text("title").required().listed(),
        Field::number("year").between(2020, 2100).required().listed().filtered(),
        Field::number("rank").between(1, 99).required(),
        Field::long("brief"),
        Field::person("writer").listed(),
        Field::date("due").listed(),
        Field::long("text"),
        Field::identifier("figures").between(1, 64).many(),
        Field::flag("inquiry"),
        Field::text("agreement"),
        Field::long("remark").by_move(),
        Field::long("remark_answer").by_move(),
        Field::long("secrecy_check").by_move(),
        Field::long("facts_check").by_move(),
        Field::long("law_check").by_move(),
    ],
    states: &[
        State::draft("planned"),
        State::open("writing").needs(&["writer", "due"]),
        State::open("review").needs(&["text"]).frozen(),
        State::open("contested").needs(&["remark"]).frozen(),
        State::closed("ready").needs(&["text"]),
        State::closed("dropped"),
    ],
    moves: &[
        Move::new("assign", &["planned"], "writing").by(EDITORS).asks(&["writer", "due"]),
        Move::new("submit", &["writing"], "review").as_change().by(WRITERS).asks(&["text"]),
        Move::new("remark", &["review"], "contested").by(WRITERS).asks(&["remark"]),
        Move::new("settle", &["contested"], "review").by(WRITERS).asks(&["remark_answer"]).takes(&["text", "figures"]),
        Move::new("check_secrecy", &["review"], "review").by(WRITERS).asks(&["secrecy_check"]),
        Move::new("check_facts", &["review"], "review").by(WRITERS).asks(&["facts_check"]),
        Move::new("check_law", &["review"], "review").by(WRITERS).asks(&["law_check"]),
        Move::new("validate", &["review", "contested"], "ready").by(&[Role::Validator, Role::Coordinator]),
        Move::new("reopen", &["ready"], "writing").by(EDITORS).with_reason(),
        Move::new("drop", &["planned", "writing"], "dropped").by(EDITORS).with_reason(),
    ],
    guards: &[
        Guard { name: "typed", check: no_number_is_typed },
        Guard { name: "unknown_figure", check: cites_what_it_lists },
        Guard { name: "inquiry", check: an_inquiry_was_agreed },
        Guard { name: "remark", check: nothing_is_left_to_settle },
        Guard { name: "checks", check: checked_as_it_stands },
        Guard { name: "own", check: checked_by_somebody_else },
    ],
    clocks: &[ClockRule::on("due", "due").soon(14 * 24).until(&["review", "contested"])],
    sheets: &[Sheet {
        name: "outline",
        of: Of::Register,
        reads: &[],
        inputs: &[Field::number("year").between(2020, 2100)],
        make: outline,
    }],
    audience: Audience { add: EDITORS, change: WRITERS, ..Register::COORDINATION.audience },
    marking: beffroi_register::AMBER,
    example: &[
        ("title", "Les atteintes numériques enregistrées"),
        ("year", "2026"),
        ("rank", "1"),
        ("brief", "Le niveau, ce qui change depuis deux ans, ce que l’on ne sait pas."),
        ("writer", "redaction.observatoire"),
        ("due", "2027-04-30"),
        ("figures", "RA-2026.T1"),
    ],
    ..Register::COORDINATION
};

/// J3.5: a number is a reference to frozen figures, `{RA-2026.T1:2024}`, so that it follows what it was made of. Years
/// stand as they are; an article of law goes between braces too.
fn no_number_is_typed(context: &Context<'_>) -> Result<(), Refusal> {
    match typed_number(context.value("text")) {
        Some(number) => Err(Refusal::new().at("text").with("number", number)),
        None => Ok(()),
    }
}

/// The figures cited are among those that the chapter lists, and so are frozen publications.
fn cites_what_it_lists(context: &Context<'_>) -> Result<(), Refusal> {
    let listed: Vec<&str> = beffroi_register::items(context.value("figures")).collect();
    let of_figures = |cited: &&str| cited.contains(':');
    let unknown = cited(context.value("text")).filter(of_figures).find(|cited| {
        let reference = cited.split(':').next().unwrap_or_default().to_uppercase();
        !listed.contains(&reference.as_str())
    });
    match unknown {
        Some(cited) => Err(Refusal::new().at("figures").with("cited", cited)),
        None => Ok(()),
    }
}

/// J3.5: nothing of an open inquiry without the agreement of the prosecutor (CPP 11).
fn an_inquiry_was_agreed(context: &Context<'_>) -> Result<(), Refusal> {
    let leaves = context.enters("review") || context.enters("ready");
    if leaves && context.flag("inquiry") && !context.has("agreement") {
        return Err(Refusal::new().at("agreement"));
    }
    Ok(())
}

/// J3.5: no remark is left open.
fn nothing_is_left_to_settle(context: &Context<'_>) -> Result<(), Refusal> {
    let open = context.before.is_some_and(|before| before.state == "contested");
    if context.enters("ready") && open { Err(Refusal::new().at("remark_answer")) } else { Ok(()) }
}

/// The text was checked as it stands: each check came after the last time it was handed in or settled.
fn checked_as_it_stands(context: &Context<'_>) -> Result<(), Refusal> {
    if !context.enters("ready") {
        return Ok(());
    }
    match unchecked(context.after) {
        Some(field) => Err(Refusal::new().at(field)),
        None => Ok(()),
    }
}

/// The first check that the text as it stands has not passed.
fn unchecked(record: &Record) -> Option<&'static str> {
    let at = |name: &str| record.path.iter().rposition(|step| step.by == name);
    let written = at("submit").max(at("settle"));
    CHECKS.iter().find(|(by, _)| at(by) < written || at(by).is_none()).map(|(_, field)| *field)
}

/// Neither a check nor the validation is the writer's.
fn checked_by_somebody_else(context: &Context<'_>) -> Result<(), Refusal> {
    let own = context.who.is_some_and(|who| who.to_string() == context.value("writer"));
    let judged =
        context.by.is_some_and(|by| by.name == "validate" || CHECKS.iter().any(|(check, _)| *check == by.name));
    if judged && own { Err(Refusal::new().at("writer")) } else { Ok(()) }
}

/// The outline of a report: its chapters in order, and what each still lacks.
fn outline(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let asked = context.asked("year");
    let mut chapters: Vec<&Record> = context
        .of("chapter")
        .filter(|chapter| chapter.state != "dropped" && (asked.is_empty() || chapter.value("year") == asked))
        .collect();
    let rank = |chapter: &Record| chapter.value("rank").parse::<u32>().unwrap_or(u32::MAX);
    chapters.sort_by_key(|chapter| (chapter.value("year").to_owned(), rank(chapter), chapter.reference.clone()));
    let lacks = |chapter: &Record| match chapter.state.as_str() {
        "ready" => String::new(),
        "review" => unchecked(chapter).map_or_else(|| context.say("outline-validation"), |field| label(context, field)),
        "contested" => label(context, "remark_answer"),
        _ => label(context, "text"),
    };
    let row = |chapter: &&Record| {
        let state = beffroi_register::words::state(context.register, &chapter.state, context.lang);
        let mut cells: Vec<String> =
            ["year", "rank", "title", "writer", "due"].map(|field| value(context, chapter, field)).into();
        cells.extend([state, lacks(chapter)]);
        cells
    };
    let rows: Vec<Vec<String>> = chapters.iter().map(row).collect();
    let named = ["year", "rank", "title", "writer", "due"].map(|field| label(context, field));
    let columns: Vec<String> =
        named.into_iter().chain([context.say("outline-state"), context.say("outline-lacks")]).collect();
    Ok(vec![table("outline", context.say("outline-table"), &columns, rows)])
}
