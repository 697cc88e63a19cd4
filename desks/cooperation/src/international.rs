//! The yearly review of what is done abroad: objectives, projects, results; missions are never counted among them.

use crate::blocks::{code, heading, paragraph, table, warning};
use crate::operations::{by_kind, number, results};
use beffroi_clocks::Zone;
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext, items};

/// Objectives of INTERPOL's programme 2022-2025 and of the ministry's strategy of 2017 that are pursued abroad; their codes
/// are those of the house, as the founding documents number them.
pub(crate) const OBJECTIVES: &[&str] = &[
    "I.1.1", "I.1.2", "I.1.3", "I.2.1", "I.2.2", "I.2.3", "I.3.1", "I.3.2", "I.3.3", "I.4.1", "I.4.2", "I.4.3",
    "MI.5.1", "MI.5.2", "MI.5.3",
];

/// The first of these codes, one a line, that is no objective.
pub(crate) fn unknown_objective(codes: &str) -> Option<&str> {
    items(codes).find(|code| !OBJECTIVES.contains(code))
}

/// Words for going somewhere: what was done, and not what came of it.
const GOING: &[&str] = &[
    "mission",
    "missions",
    "déplacement",
    "déplacements",
    "visite",
    "visites",
    "réunion",
    "réunions",
    "voyage",
    "voyages",
    "rencontre",
    "rencontres",
    "trip",
    "trips",
    "visit",
    "visits",
    "meeting",
    "meetings",
    "travel",
];

/// Whether a text counts missions only: each of its numbers is one of missions, visits or meetings, or it has no number and
/// speaks of going only.
pub(crate) fn counts_missions(text: &str) -> bool {
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let going = |word: &String| GOING.contains(&word.as_str());
    let counted: Vec<Option<&String>> = words
        .iter()
        .enumerate()
        .filter(|(_, word)| word.bytes().all(|byte| byte.is_ascii_digit()))
        .map(|(n, _)| words.get(n + 1))
        .collect();
    match counted.as_slice() {
        [] => words.first().is_some_and(going),
        all => all.iter().all(|next| next.is_some_and(going)),
    }
}

/// Whether a record had something to do with a year: it ended in it, or it still runs.
fn of_year(record: &Record, year: i16) -> bool {
    let last = record.path.last().map_or(record.updated_at, |step| step.at);
    let first = Zone::Paris.day(record.added_at()).year();
    let closed = matches!(record.state.as_str(), "done" | "stopped" | "closed" | "abandoned");
    let ended = Zone::Paris.day(last).year();
    if closed { ended == year } else { first <= year }
}

/// The review of a year.
///
/// # Errors
/// None: a project without a result is shown as such.
pub(crate) fn review(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let year = context.asked("year").parse().unwrap_or_else(|_| context.today().year());
    let projects: Vec<&Record> = context.of("international_project").filter(|project| of_year(project, year)).collect();
    let mut blocks = vec![paragraph(context.say_with("of_year", &[("year", (&year.to_string()).into())]))];
    let mut rows = Vec::new();
    for objective in OBJECTIVES {
        for project in projects.iter().filter(|project| items(project.value("objectives")).any(|o| o == *objective)) {
            let counts = project.value("result_objective") == *objective;
            let result = match (project.value("result"), counts) {
                ("", _) => context.say("no_result"),
                (_, false) => context.say("elsewhere"),
                (result, true) => {
                    let kind = code(context, "result_kind", project.value("result_kind"));
                    format!("{kind} : {} – {result}", project.value("result_value"))
                }
            };
            rows.push(vec![
                label(context, objective),
                project.reference.clone(),
                project.value("title").to_owned(),
                project.value("country").to_owned(),
                result,
            ]);
        }
    }
    let columns = ["objective", "reference", "project", "country", "result"].map(|name| (context.say(name), false));
    blocks.push(table("projects", context.say("projects_caption"), &columns, rows));
    let without: Vec<&str> = projects
        .iter()
        .filter(|project| project.value("result").is_empty())
        .map(|project| project.reference.as_str())
        .collect();
    if !without.is_empty() {
        let which = without.join(", ");
        blocks.push(warning(context.say("without"), context.say_with("without_text", &[("which", (&which).into())])));
    }
    let sum = |field: &str| projects.iter().filter_map(|project| project.value(field).parse::<u64>().ok()).sum::<u64>();
    blocks.push(heading("means", context.say("means")));
    let rows = ["experts", "trainees", "missions"].map(|field| {
        let label = context.register.field(field);
        let label = label.map(|field| beffroi_register::words::field(context.register, field, context.lang));
        vec![label.unwrap_or_default(), sum(field).to_string()]
    });
    let columns = [(context.say("mean"), false), (context.say("number"), true)];
    blocks.push(table("means-table", context.say("means_caption"), &columns, rows.to_vec()));
    blocks.push(paragraph(context.say("means_note")));
    blocks.extend(operations(context, year));
    blocks.extend(positions(context, year));
    Ok(blocks)
}

/// An objective with its words.
fn label(context: &SheetContext<'_>, objective: &str) -> String {
    let words = context.lang.say(&format!("cooperation-objective-{}", objective.replace('.', "-")));
    format!("{objective} – {words}")
}

fn operations(context: &SheetContext<'_>, year: i16) -> Vec<Block> {
    let operations =
        context.of("joint_operation").filter(|operation| operation.state == "closed" && of_year(operation, year));
    let rows = operations.map(|operation| {
        let counted = by_kind(&results(context, &operation.reference));
        let ours: Vec<String> = counted
            .into_iter()
            .filter(|(_, counted)| counted.ours > 0.0)
            .map(|(kind, counted)| format!("{kind} {}", number(counted.ours)))
            .collect();
        vec![operation.reference.clone(), operation.value("title").to_owned(), ours.join(", ")]
    });
    let columns = ["reference", "operation", "ours"].map(|name| (context.say(name), false));
    vec![table("operations", context.say("operations_caption"), &columns, rows.collect())]
}

/// Positions taken: the meeting and what came of it. What is said there stays in the record unless it is public.
fn positions(context: &SheetContext<'_>, year: i16) -> Vec<Block> {
    let rows = context.of("position").filter(|position| of_year(position, year)).map(|position| {
        let result = match position.value("public_on") {
            "" => context.say("not_public"),
            _ => position.value("result").to_owned(),
        };
        vec![
            position.reference.clone(),
            position.value("forum").to_owned(),
            position.value("objective").to_owned(),
            position.value("meeting_on").to_owned(),
            result,
        ]
    });
    let columns = ["reference", "forum", "objective", "meeting", "result"].map(|name| (context.say(name), false));
    vec![table("positions", context.say("positions_caption"), &columns, rows.collect())]
}
