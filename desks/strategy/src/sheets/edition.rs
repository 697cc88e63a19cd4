//! An edition of the strategy as it reads, with what it changes of the one before; what it lacks to be adopted.

use super::{naming, own};
use crate::blocks::{cell, day, figures, label, or_dash, paragraph, state, table};
use crate::counts::last_report;
use crate::editions::{Turn, lacks, live, tree, turns};
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext};
use beffroi_wording::Value;

/// The tree, what answers the remarks, what differs from the edition before. The public edition names nobody and leaves out
/// how actions go and what directions said.
pub(crate) fn edition(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let (strategy, t) = (own(context)?, context.lang);
    let public = context.asked("audience") == "public";
    let of = |reference: &str| {
        let [objectives, actions] = ["objective", "action"].map(|name| naming(context, name, "strategy", reference));
        [live(&objectives), live(&actions)]
    };
    let [objectives, actions] = of(&strategy.reference);
    let remarks = naming(context, "remark", "strategy", &strategy.reference);
    let n = |count: usize| count.to_string();
    let mut blocks = vec![paragraph(context.say_with(
        if public { "edition-public-lead" } else { "edition-lead" },
        &[
            ("title", Value::from(strategy.value("title"))),
            ("edition", Value::from(strategy.value("edition"))),
            ("state", Value::from(&state(strategy, t))),
            ("period", Value::from(&cell(strategy, "period", t))),
        ],
    ))];
    if !strategy.value("summary").is_empty() {
        blocks.push(paragraph(strategy.value("summary").to_owned()));
    }
    blocks.push(figures(t, &[("objectives", n(objectives.len())), ("actions", n(actions.len()))]));
    let columns: &[&str] = match public {
        true => &["code", "title", "indicator", "target", "due"],
        false => {
            &["code", "title", "pilot", "direction", "indicator", "baseline", "target", "due", "progress", "result"]
        }
    };
    let reports: Vec<&Record> = context.of("progress").collect();
    let rows = tree(&objectives, &actions).into_iter().map(|(depth, record)| {
        let code = if record.register == "objective" { record.value("code") } else { &record.reference };
        let title = format!("{}{}", "– ".repeat(depth), record.value("title"));
        let mut row = vec![code.to_owned(), title];
        let told = columns.iter().skip(2).map(|column| match *column {
            "progress" => last_report(record, &reports, context.today()).map_or_else(|| "–".to_owned(), progress),
            field => cell(record, field, t),
        });
        row.extend(told);
        row
    });
    blocks.push(table(context, "edition-tree", columns, rows.collect()));
    if !public {
        let rows = remarks
            .iter()
            .map(|remark| ["title", "direction", "verdict", "answer"].map(|field| cell(remark, field, t)).to_vec());
        blocks.push(table(context, "edition-remarks", &["remark", "direction", "verdict", "answer"], rows.collect()));
    }
    if let Some(parent) = context.find(strategy.value("parent")) {
        let [old_objectives, old_actions] = of(&parent.reference);
        let found = turns([&old_objectives, &old_actions], [&objectives, &actions]);
        let rows = found.iter().map(|one| told(one, public, context)).collect();
        let edition = [("edition", Value::from(parent.value("edition")))];
        blocks.push(paragraph(context.say_with("edition-since", &edition)));
        blocks.push(table(context, "edition-changes", &["turn", "code", "title", "before", "after"], rows));
    }
    Ok(blocks)
}

fn progress(report: &Record) -> String {
    format!("{} %", report.value("progress"))
}

/// A line of what differs; the public edition does not say who carries what.
fn told(turn: &Turn<'_>, public: bool, context: &SheetContext<'_>) -> Vec<String> {
    let t = context.lang;
    let code = |record: &Record| {
        or_dash(if record.register == "objective" { record.value("code") } else { &record.reference }.to_owned())
    };
    let line = |kind: &str, record: &Record, before: String, after: String| {
        vec![
            context.say(&format!("edition-turn-{kind}")),
            code(record),
            record.value("title").to_owned(),
            before,
            after,
        ]
    };
    let none = || "–".to_owned();
    match turn {
        Turn::New(record) => line("new", record, none(), none()),
        Turn::Gone(record) => line("gone", record, state(record, t), none()),
        Turn::Other(old, new, fields) => {
            let shown = fields.iter().filter(|field| !(public && matches!(**field, "pilot" | "direction")));
            let of = |record: &Record| {
                let each = |field: &&str| {
                    let (name, value) = (label(&record.register, field, t), cell(record, field, t));
                    t.say_with("strategy-named", &[("field", Value::from(&name)), ("value", Value::from(&value))])
                };
                or_dash(shown.clone().map(each).collect::<Vec<_>>().join(" ; "))
            };
            line("other", new, of(old), of(new))
        }
    }
}

/// What an edition lacks to be adopted: nothing, or each thing with what to do.
pub(crate) fn missing(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let (strategy, t) = (own(context)?, context.lang);
    let [objectives, actions, remarks] =
        ["objective", "action", "remark"].map(|name| naming(context, name, "strategy", &strategy.reference));
    let found = lacks(&live(&objectives), &live(&actions), &remarks);
    let answered = remarks.iter().filter(|remark| remark.state == "answered").count();
    let mut blocks = vec![
        paragraph(context.say(if found.is_empty() { "missing-nothing" } else { "missing-lead" })),
        figures(
            t,
            &[
                ("missing", found.len().to_string()),
                ("answered", format!("{answered} / {}", remarks.iter().filter(|one| one.state != "draft").count())),
            ],
        ),
    ];
    let rows = found.iter().map(|one| {
        let record = context.find(one.reference);
        let fields: Vec<String> =
            one.fields.iter().map(|field| label(record.map_or("", |record| &record.register), field, t)).collect();
        vec![
            or_dash(one.reference.to_owned()),
            or_dash(record.map_or_else(String::new, |record| record.value("title").to_owned())),
            context.say(&format!("missing-{}", one.kind.code())),
            or_dash(fields.join(", ")),
        ]
    });
    blocks.push(table(context, "missing-table", &["reference", "title", "lacks", "fields"], rows.collect()));
    if let Ok(until) = strategy.value("consulted_until").parse() {
        blocks.push(paragraph(context.say_with("missing-until", &[("day", Value::from(&day(Some(until), t)))])));
    }
    Ok(blocks)
}
