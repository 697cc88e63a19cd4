//! `beffroi codes import LIST FILE [--version V] [--valid-from DATE] [--switch]` and `beffroi codes switch LIST VERSION`:
//! what changes and what it does to figures is told before anything is kept.

use super::{fault, in_use, no_list};
use crate::Context;
use crate::args::CodesImportArgs;
use crate::fault::{Fault, Outcome, ours};
use crate::output::{TextTable, print, print_json};
use beffroi_desk_observatory::code_lists::{
    Asked, Aspect, Change, Edition, Effect, Proposal, Switched, effect, go_back as back, propose, switch,
};
use serde_json::{Value, json};

/// Most rows of a table for people; the JSON document has all of them.
const SHOWN: usize = 40;

pub(super) async fn run(args: &CodesImportArgs, context: &Context) -> Outcome {
    let lists = in_use(context).await?;
    let edition = match (&args.edition, args.valid_from) {
        (Some(version), Some(date)) => Some(Edition { version: version.clone(), date }),
        (None, None) => None,
        _ => return Err(Fault::user(context.lang.say("cli-codes-edition"))),
    };
    let asked = Asked { list: &args.list, file: &args.brought, edition: edition.as_ref() };
    let proposal = propose(&lists, asked, context.sandbox.as_ref()).map_err(fault)?;
    let told = effect(context.facts.as_ref(), &lists, &proposal.after).await.map_err(ours)?;
    let switched = match (args.switch, proposal.is_in_use()) {
        (_, true) => Some(Switched::Already),
        (true, false) => Some(switch(&context.store, &proposal, &context.by()).await.map_err(fault)?),
        (false, false) => None,
    };
    if context.json {
        return print_json(&document(&proposal, &told, switched));
    }
    print(&text(&proposal, &told, switched, context))
}

/// Back, or on, to a version that is kept.
pub(super) async fn go_back(list: &str, version: &str, dry_run: bool, context: &Context) -> Outcome {
    let lists = in_use(context).await?;
    if lists.list(list).is_none() {
        return Err(no_list(list, &lists, context));
    }
    let by = context.by();
    let by = (!dry_run).then_some(&by);
    let (after, told, switched) =
        back(&context.store, context.facts.as_ref(), &lists, list, version, by).await.map_err(fault)?;
    let before = lists.list(list).map(|list| list.version.clone()).unwrap_or_default();
    let done = if dry_run && switched == Switched::Done { None } else { Some(switched) };
    if context.json {
        return print_json(&json!({
            "list": list, "from": before, "version": after.version, "effect": effect_json(&told),
            "switched": done == Some(Switched::Done), "already": done == Some(Switched::Already),
        }));
    }
    let mut lines = vec![heading(list, &before, &after.version, after.date, context)];
    effect_text(&told, context, &mut lines);
    lines.push(outcome(done, context));
    print(&format!("{}\n", lines.join("\n")))
}

fn document(proposal: &Proposal, told: &Effect, switched: Option<Switched>) -> Value {
    let changes: Vec<Value> = proposal
        .changes()
        .iter()
        .map(|change| {
            let (before, after) = (change.before(), change.after());
            json!({
                "code": after.code, "aspects": change.aspects().iter().map(|aspect| aspect.code()).collect::<Vec<_>>(),
                "label_fr": after.label_fr, "label_en": after.label_en,
                "label_fr_before": before.map(|code| &code.label_fr), "label_en_before": before.map(|code| &code.label_en),
                "parent": after.parent, "parent_before": before.and_then(|code| code.parent.as_ref()),
                "valid_to": after.valid_to.map(|day| day.to_string()), "replaced_by": after.replaced_by,
            })
        })
        .collect();
    let tally: serde_json::Map<String, Value> =
        proposal.tally().into_iter().map(|(aspect, n)| (aspect.code().to_owned(), n.into())).collect();
    let findings: Vec<Value> = proposal
        .findings
        .iter()
        .map(|(line, column, problem)| json!({ "line": line, "column": column, "problem": problem }))
        .collect();
    json!({
        "list": proposal.after.name, "from": proposal.before.as_ref().map(|list| &list.version),
        "version": proposal.after.version, "date": proposal.after.date.to_string(),
        "codes": proposal.after.every_code().len(), "tally": tally, "changes": changes,
        "set_aside": proposal.set_aside, "findings": findings, "file_sha256": proposal.file_sha256,
        "effect": effect_json(told),
        "switched": switched == Some(Switched::Done), "already": switched == Some(Switched::Already),
    })
}

fn effect_json(told: &Effect) -> Value {
    let rows: Vec<Value> = told
        .rows
        .iter()
        .map(|row| json!({ "source": row.source, "code": row.code, "becomes": row.becomes, "rows": row.rows }))
        .collect();
    let links: Vec<Value> = told
        .links
        .iter()
        .map(|link| json!({ "crosswalk": link.crosswalk, "from": link.from, "to": link.to }))
        .collect();
    json!({ "indicators": told.indicators, "carried": told.is_carried, "rows": rows, "links": links })
}

fn heading(list: &str, before: &str, version: &str, date: jiff::civil::Date, context: &Context) -> String {
    let date = context.lang.date(date);
    let before = if before.is_empty() { "–" } else { before };
    let values =
        [("list", list.into()), ("before", before.into()), ("version", version.into()), ("date", (&date).into())];
    context.lang.say_with("cli-codes-heading", &values)
}

fn outcome(switched: Option<Switched>, context: &Context) -> String {
    context.lang.say(match switched {
        Some(Switched::Done) => "cli-codes-switched",
        Some(Switched::Already) => "cli-codes-already",
        None => "cli-codes-shown",
    })
}

fn text(proposal: &Proposal, told: &Effect, switched: Option<Switched>, context: &Context) -> String {
    let lang = context.lang;
    let after = &proposal.after;
    let before = proposal.before.as_ref().map(|list| list.version.clone()).unwrap_or_default();
    let mut lines = vec![heading(&after.name, &before, &after.version, after.date, context)];
    for (line, column, problem) in proposal.findings.iter().take(10) {
        let line = line.to_string();
        let values =
            [("line", (&line).into()), ("column", column.as_str().into()), ("reason", problem.as_str().into())];
        lines.push(lang.say_with("cli-ingest-finding", &values));
    }
    if proposal.set_aside > 10 {
        let n = lang.integer((proposal.set_aside - 10) as f64);
        lines.push(lang.say_with("cli-ingest-more", &[("n", (&n).into())]));
    }
    let tally: Vec<String> = proposal
        .tally()
        .into_iter()
        .map(|(aspect, n)| format!("{} : {}", aspect_words(aspect, context), lang.integer(n as f64)))
        .collect();
    lines.push(if tally.is_empty() { lang.say("cli-codes-no-change") } else { tally.join(" · ") });
    // What is new tells little of what is at stake: it comes last.
    let mut changes = proposal.changes();
    changes.sort_by_key(|change| change.before().is_none());
    if !changes.is_empty() {
        let say = |column: &str| lang.say(&format!("cli-column-{column}"));
        let mut table = TextTable::new(["change", "code", "label", "before-after"].map(say));
        for change in changes.iter().take(SHOWN) {
            let words: Vec<String> = change.aspects().into_iter().map(|aspect| aspect_words(aspect, context)).collect();
            let label = change.after().label(lang.code()).to_owned();
            table.row([words.join(", "), change.after().code.clone(), label, detail(change, context)]);
        }
        lines.push(table.text().trim_end().to_owned());
        lines.extend(more(changes.len(), context));
    }
    effect_text(told, context, &mut lines);
    lines.push(outcome(switched, context));
    lines.push(String::new());
    lines.join("\n")
}

fn aspect_words(aspect: Aspect, context: &Context) -> String {
    context.lang.say(&format!("codes-change-{}", aspect.code()))
}

/// What the code was and is, for what tells it in a word.
fn detail(change: &Change, context: &Context) -> String {
    let (Some(before), after) = (change.before(), change.after()) else { return String::new() };
    let lang = context.lang.code();
    let mut parts = Vec::new();
    for aspect in change.aspects() {
        match aspect {
            Aspect::Replaced => parts.push(format!("→ {}", after.replaced_by.join(", "))),
            Aspect::Ended => parts.extend(after.valid_to.map(|day| day.to_string())),
            Aspect::Relabelled if before.label(lang) != after.label(lang) => {
                parts.push(format!("{} → {}", before.label(lang), after.label(lang)));
            }
            Aspect::Moved => {
                let shown = |parent: &Option<String>| parent.clone().unwrap_or_else(|| "–".to_owned());
                parts.push(format!("{} → {}", shown(&before.parent), shown(&after.parent)));
            }
            _ => {}
        }
    }
    parts.join(" ; ")
}

fn effect_text(told: &Effect, context: &Context, lines: &mut Vec<String>) {
    let lang = context.lang;
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    if told.indicators.is_empty() {
        lines.push(lang.say("cli-codes-no-indicator"));
    } else {
        lines.push(lang.say_with("cli-codes-indicators", &[("indicators", (&told.indicators.join(", ")).into())]));
    }
    if !told.is_carried {
        lines.push(lang.say("cli-codes-not-carried"));
    } else {
        let n = lang.integer(told.n_rows() as f64);
        lines.push(lang.say_with("cli-codes-rows", &[("n", (&n).into())]));
    }
    if !told.rows.is_empty() {
        let mut table = TextTable::new(["source", "code", "becomes", "rows"].map(say)).numeric([3]);
        for row in told.rows.iter().take(SHOWN) {
            let becomes = if row.becomes.is_empty() { "–".to_owned() } else { row.becomes.join(", ") };
            table.row([row.source.clone(), row.code.clone(), becomes, lang.integer(row.rows as f64)]);
        }
        lines.push(table.text().trim_end().to_owned());
        lines.extend(more(told.rows.len(), context));
    }
    let n = lang.integer(told.links.len() as f64);
    lines.push(lang.say_with("cli-codes-links", &[("n", (&n).into())]));
    if !told.links.is_empty() {
        let mut table = TextTable::new(["crosswalk", "code", "becomes-code"].map(say));
        for link in told.links.iter().take(SHOWN) {
            table.row([link.crosswalk.clone(), link.from.clone(), link.to.clone()]);
        }
        lines.push(table.text().trim_end().to_owned());
        lines.extend(more(told.links.len(), context));
    }
}

fn more(of: usize, context: &Context) -> Option<String> {
    let n = context.lang.integer(of.checked_sub(SHOWN).filter(|n| *n > 0)? as f64);
    Some(context.lang.say_with("cli-codes-more", &[("n", (&n).into())]))
}
