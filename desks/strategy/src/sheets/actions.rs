//! How actions go: a direction's own view, what is still to be declared, the reports of one action.

use super::{naming, own};
use crate::blocks::{cell, day, figures, or_dash, paragraph, share, state, table};
use crate::counts::{Counts, counts, due_at, in_time, last_report, quarter_ends};
use beffroi_clocks::Zone;
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext};
use beffroi_wording::{Lang, Value};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// With fewer others, all of them together would still be one that can be told.
const FEWEST_OTHERS: usize = 3;
/// How many quarters back a direction is compared with itself.
const QUARTERS: usize = 4;

/// J2.4: what one direction carries, against its own past or against all others together. Never services one by one.
pub(crate) fn view(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let t = context.lang;
    if context.asked("against") == "ranking" {
        let key = "register-action-sheet-view-ranking".to_owned();
        return Err(Refusal { key, ..Refusal::new().at("against") });
    }
    let direction = context.asked("direction");
    if direction.is_empty() {
        return Err(Refusal::new().at("direction"));
    }
    let (today, all) = (context.today(), context.of("action").collect::<Vec<_>>());
    let reports: Vec<&Record> = context.of("progress").collect();
    let (mine, others): (Vec<&Record>, Vec<&Record>) =
        all.into_iter().partition(|action| action.value("direction") == direction);
    let now = counts(&mine, &reports, today);
    let mut blocks = vec![
        paragraph(context.say_with("view-lead", &[("direction", Value::from(direction))])),
        figures(t, &told(&now, t)),
        table(context, "view-actions", ACTION_COLUMNS, action_rows(&mine, &reports, today, t)),
    ];
    match context.asked("against") {
        "others" => {
            let who: BTreeSet<&str> = others.iter().map(|action| action.value("direction")).collect();
            if who.len() < FEWEST_OTHERS {
                let fewest = i64::try_from(FEWEST_OTHERS).unwrap_or(0);
                blocks.push(paragraph(context.say_with("view-few", &[("fewest", Value::from(fewest))])));
            } else {
                let together = counts(&others, &reports, today);
                let row = |name: String, counted: &Counts| [vec![name], numbers(counted, t)].concat();
                let rows = vec![row(direction.to_owned(), &now), row(context.say("view-together"), &together)];
                blocks.push(table(context, "view-others", &COUNT_COLUMNS, rows));
            }
        }
        _ => {
            let days = quarter_ends(today, QUARTERS).into_iter().chain([today]);
            let rows = days.map(|on| [vec![day(Some(on), t)], numbers(&counts(&mine, &reports, on), t)].concat());
            blocks.push(table(context, "view-past", &COUNT_COLUMNS, rows.collect()));
        }
    }
    let of_it = |register: &'static str, field: &str| naming(context, register, field, direction);
    let decisions =
        of_it("decision", "direction").into_iter().filter(|one| matches!(one.state.as_str(), "pending" | "taken"));
    let rows = decisions.map(|one| {
        vec![one.reference.clone(), cell(one, "title", t), state(one, t), cell(one, "owner", t), cell(one, "due", t)]
    });
    blocks.push(table(context, "view-decisions", &["reference", "title", "state", "owner", "due"], rows.collect()));
    let asked = of_it("contribution", "service").into_iter().filter(|one| one.state == "asked");
    let rows = asked.map(|one| {
        let due = one.value("due").parse().ok();
        vec![one.reference.clone(), cell(one, "title", t), day(due, t)]
    });
    blocks.push(table(context, "view-contributions", &["reference", "title", "due"], rows.collect()));
    Ok(blocks)
}

/// Columns of a table of actions.
pub(super) const ACTION_COLUMNS: &[&str] =
    &["reference", "title", "direction", "pilot", "due", "health", "#progress", "declared_on", "obstacle", "decision"];
const COUNT_COLUMNS: [&str; 7] = ["of", "#running", "#reported", "#mean", "#red", "#late", "#done"];

/// A table of the actions that run or are done, each with what was last accepted of it.
pub(super) fn action_rows(actions: &[&Record], reports: &[&Record], on: Date, t: Lang) -> Vec<Vec<String>> {
    let shown = actions.iter().filter(|action| matches!(action.state.as_str(), "running" | "done"));
    let row = |action: &&Record| {
        let last = last_report(action, reports, on);
        let said = |field: &str| last.map_or_else(|| "–".to_owned(), |last| cell(last, field, t));
        let declared = last.and_then(|last| last.path.iter().rev().find(|step| step.state == "declared"));
        let mut row = vec![action.reference.clone()];
        row.extend(["title", "direction", "pilot", "due"].map(|field| cell(action, field, t)));
        row.extend([said("health"), said("progress"), day(declared.map(|step| Zone::Paris.day(step.at)), t)]);
        row.extend([said("obstacle"), said("decision")]);
        row
    };
    shown.map(row).collect()
}

/// The key figures of what was counted.
pub(super) fn told(counted: &Counts, t: Lang) -> Vec<(&'static str, String)> {
    let keys = ["running", "reported", "mean", "red", "late", "done"];
    keys.into_iter().zip(numbers(counted, t)).collect()
}

fn numbers(counted: &Counts, t: Lang) -> Vec<String> {
    let mean = counted.mean.map_or_else(|| "–".to_owned(), |mean| share(mean, 100, t));
    let n = |count: usize| count.to_string();
    vec![n(counted.running), n(counted.reported), mean, n(counted.red), n(counted.late), n(counted.done)]
}

/// J2.2: what is still to be declared, by whom, until when, with what was said last; and how much came in time.
pub(crate) fn collection(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let t = context.lang;
    let reports: Vec<&Record> = context.of("progress").collect();
    let judged: Vec<bool> = reports.iter().filter_map(|report| in_time(report, context.now)).collect();
    let kept = judged.iter().filter(|kept| **kept).count();
    let of = |state: &'static str| reports.iter().filter(move |report| report.state == state);
    let undecided =
        of("declared").filter(|report| report.value("health") == "red" && report.value("decision").is_empty());
    let blocks = vec![
        paragraph(context.say("collection-lead")),
        figures(
            t,
            &[
                ("in_time", format!("{kept} / {} ({})", judged.len(), share(kept, judged.len(), t))),
                ("to_declare", of("due").count().to_string()),
                ("to_accept", of("declared").count().to_string()),
                ("undecided", undecided.count().to_string()),
            ],
        ),
        table(
            context,
            "collection-due",
            &["reference", "title", "pilot", "direction", "due", "late", "health", "#progress", "question"],
            of("due")
                .map(|report| {
                    let due = due_at(report, context.now);
                    let late = due.is_some_and(|due| due < context.now);
                    let mut row = vec![report.reference.clone()];
                    row.extend(["title", "pilot", "direction"].map(|field| cell(report, field, t)));
                    row.push(day(due.map(|due| Zone::Paris.day(due)), t));
                    row.push(t.say(if late { "register-yes" } else { "register-no" }));
                    row.extend(["health", "progress", "question"].map(|field| cell(report, field, t)));
                    row
                })
                .collect(),
        ),
    ];
    Ok(blocks)
}

/// The reports of an action, one a line, with who carries it and what was decided.
pub(crate) fn history(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let (action, t) = (own(context)?, context.lang);
    let reports = naming(context, "progress", "action", &action.reference);
    let rows = reports.iter().filter(|report| report.state != "due").map(|report| {
        let declared = report.path.iter().rev().find(|step| step.state == "declared");
        let mut row = vec![day(declared.map(|step| Zone::Paris.day(step.at)), t)];
        let fields = ["pilot", "health", "progress", "evidence", "obstacle", "next_step", "decision"];
        row.extend(fields.map(|field| cell(report, field, t)));
        row.push(or_dash(state(report, t)));
        row
    });
    let columns =
        &["declared_on", "pilot", "health", "#progress", "evidence", "obstacle", "next_step", "decision", "state"];
    Ok(vec![
        paragraph(context.say_with(
            "history-lead",
            &[
                ("title", Value::from(action.value("title"))),
                ("indicator", Value::from(&cell(action, "indicator", t))),
                ("baseline", Value::from(&cell(action, "baseline", t))),
                ("target", Value::from(&cell(action, "target", t))),
                ("due", Value::from(&cell(action, "due", t))),
            ],
        )),
        table(context, "history-reports", columns, rows.collect()),
    ])
}
