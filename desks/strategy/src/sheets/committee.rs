//! What lies before the committee, what it decided, and what became of that.

use super::actions::{ACTION_COLUMNS, action_rows, told};
use super::{naming, own};
use crate::blocks::{cell, day, figures, paragraph, share, state, table};
use crate::counts::{counts, entered};
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext};
use beffroi_wording::Value;

/// The dashboard: how the actions go, what is to be decided, what was decided and is not carried out.
pub(crate) fn dashboard(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let (sitting, t, today) = (own(context)?, context.lang, context.today());
    let actions: Vec<&Record> = context.of("action").collect();
    let reports: Vec<&Record> = context.of("progress").collect();
    let decisions = |state: &'static str| context.of("decision").filter(move |one| one.state == state);
    let pending = decisions("pending").map(|one| {
        let mut row = vec![one.reference.clone()];
        row.extend(["title", "question", "direction", "action"].map(|field| cell(one, field, t)));
        row
    });
    let taken = decisions("taken").map(|one| {
        let mut row = vec![one.reference.clone()];
        row.extend(["title", "committee", "owner", "due"].map(|field| cell(one, field, t)));
        row
    });
    let frozen_on = day(Some(today), t);
    let said = [("day", Value::from(&frozen_on)), ("title", Value::from(sitting.value("title")))];
    Ok(vec![
        paragraph(context.say_with("dashboard-lead", &said)),
        figures(t, &self::told(&counts(&actions, &reports, today), t)),
        table(context, "dashboard-actions", ACTION_COLUMNS, action_rows(&actions, &reports, today, t)),
        table(
            context,
            "dashboard-pending",
            &["reference", "title", "question", "direction", "action"],
            pending.collect(),
        ),
        table(context, "dashboard-taken", &["reference", "title", "committee", "owner", "due"], taken.collect()),
    ])
}

/// The minutes: what was said and what was decided, with who carries it out and until when.
pub(crate) fn minutes(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let (sitting, t) = (own(context)?, context.lang);
    let decided = naming(context, "decision", "committee", &sitting.reference);
    let rows = decided.iter().map(|one| {
        let mut row = vec![one.reference.clone()];
        row.extend(["title", "decided", "owner", "due"].map(|field| cell(one, field, t)));
        row
    });
    let held = day(sitting.value("held_on").parse().ok(), t);
    Ok(vec![
        paragraph(context.say_with("minutes-lead", &[("day", Value::from(&held))])),
        paragraph(cell(sitting, "agenda", t)),
        paragraph(cell(sitting, "minutes", t)),
        table(context, "minutes-decisions", &["reference", "title", "decided", "owner", "due"], rows.collect()),
    ])
}

/// Every decision to its execution.
pub(crate) fn follow_up(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let (t, today) = (context.lang, context.today());
    let taken: Vec<&Record> =
        context.of("decision").filter(|one| matches!(one.state.as_str(), "taken" | "executed")).collect();
    let executed = taken.iter().filter(|one| one.state == "executed").count();
    let is_late = |one: &&&Record| {
        one.state == "taken" && one.value("due").parse::<jiff::civil::Date>().is_ok_and(|due| due < today)
    };
    let rows = taken.iter().map(|one| {
        let mut row = vec![one.reference.clone()];
        row.extend(["title", "committee", "owner", "due"].map(|field| cell(one, field, t)));
        row.extend([state(one, t), day(entered(one, &["executed"]), t), cell(one, "proof", t)]);
        row
    });
    Ok(vec![
        paragraph(context.say("follow_up-lead")),
        figures(
            t,
            &[
                ("executed", format!("{executed} / {} ({})", taken.len(), share(executed, taken.len(), t))),
                ("overdue", taken.iter().filter(is_late).count().to_string()),
            ],
        ),
        table(
            context,
            "follow_up-table",
            &["reference", "title", "committee", "owner", "due", "state", "executed_on", "proof"],
            rows.collect(),
        ),
    ])
}
