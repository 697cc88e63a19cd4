//! `beffroi retention plan | run | erase | hold | holds | release`.

mod holdings;
mod holds;
mod lake;
mod reports;
mod run;

use super::audit::fault;
use crate::Context;
use crate::args::RetentionCommand;
use crate::fault::Outcome;
use crate::output::{TextTable, print, print_json};
use beffroi_retention::{Bases, FaultKind, Holding, Plan};
use serde_json::{Value, json};

pub(super) async fn run(command: RetentionCommand, context: &Context) -> Outcome {
    match command {
        RetentionCommand::Plan => {
            let (plan, bases) = plan(context).await?;
            show(&plan, &bases, context).await
        }
        RetentionCommand::Run { only_say: true, .. } => {
            let (plan, bases) = plan(context).await?;
            show(&plan, &bases, context).await
        }
        RetentionCommand::Run { only_say: false, confirmed, renew_keys } => {
            run::run(&confirmed, renew_keys, context).await
        }
        RetentionCommand::Erase { erased_source, identifiers_file, decision_reference } => {
            reports::erase(&erased_source, &identifiers_file, &decision_reference, context).await
        }
        RetentionCommand::Hold { held_thing, decision_reference, last_day } => {
            holds::hold(&held_thing, &decision_reference, last_day, context).await
        }
        RetentionCommand::Holds => holds::show(context),
        RetentionCommand::Release { held_thing } => holds::release(&held_thing, context).await,
    }
}

/// What is due today.
pub(super) async fn plan(context: &Context) -> Outcome<(Plan, Bases)> {
    let bases = context.upkeep.grounds.bases.clone();
    let holdings = holdings::all(&bases, context).await?;
    let plan = beffroi_retention::plan(&holdings, &bases, &holds::read(context)?, context.today());
    Ok((plan, bases))
}

/// Whether the program erases such a group by itself; what it cannot erase it names.
fn erases(holding: &Holding) -> bool {
    let kind = holding.what.split('/').next().unwrap_or_default();
    matches!(
        kind,
        "sessions"
            | "sign-in-attempts"
            | "purposes"
            | "sealed"
            | "journal"
            | "rejects"
            | "exports"
            | "lake"
            | "records"
            | "looks"
            | "openings"
            | "reveals"
            | "recipients"
            | "exercise"
    )
}

async fn show(plan: &Plan, bases: &Bases, context: &Context) -> Outcome {
    let lang = context.lang;
    let mut follows = Vec::new();
    for due in &plan.due {
        follows.push(lake::follows(due, context).await?);
    }
    let basis = |code: &str| bases.get(code).map_or_else(|| code.to_owned(), |basis| lang.say(&basis.label));
    let reason = |kind: FaultKind| match kind {
        FaultKind::UnknownBasis => "unknown-basis",
        FaultKind::NoTerm => "no-term",
        FaultKind::Dates => "dates",
    };
    if context.json {
        let due: Vec<Value> = plan
            .due
            .iter()
            .zip(&follows)
            .map(|(due, follows)| {
                let follows: Vec<Value> =
                    follows.iter().map(|(what, count)| json!({ "what": what, "count": count })).collect();
                json!({
                    "what": due.holding.what,
                    "basis": due.holding.basis,
                    "count": due.holding.count,
                    "last_day": due.last_day.to_string(),
                    "days_past": due.days_past,
                    "verified": due.verified,
                    "automatic": erases(&due.holding),
                    "follows": follows,
                })
            })
            .collect();
        let held: Vec<Value> = plan
            .held
            .iter()
            .map(|held| {
                let (what, until) = (&held.due.holding.what, held.hold.until.to_string());
                json!({ "what": what, "until": until, "reason": held.hold.reason, "by": held.hold.by })
            })
            .collect();
        let coming: Vec<Value> =
            plan.coming.iter().map(|(day, n)| json!({ "last_day": day.to_string(), "groups": n })).collect();
        let faults: Vec<Value> = plan
            .faults
            .iter()
            .map(|fault| json!({ "what": fault.holding.what, "basis": fault.holding.basis, "why": reason(fault.kind) }))
            .collect();
        let today = plan.today.to_string();
        return print_json(&json!({ "today": today, "due": due, "held": held, "coming": coming, "unplanned": faults }));
    }
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let mut text = String::new();
    if plan.due.is_empty() {
        text.push_str(&format!(
            "{}\n",
            lang.say_with("cli-retention-nothing", &[("day", (&lang.date(plan.today)).into())])
        ));
    } else {
        let head = ["what", "basis", "count", "last-day", "days-past", "how"].map(say);
        let mut table = TextTable::new(head).numeric([2, 4]);
        for (due, follows) in plan.due.iter().zip(&follows) {
            let how = match (erases(&due.holding), due.verified || context.upkeep.grounds.sets(&due.holding.basis)) {
                (false, _) => "cli-retention-by-hand",
                (true, false) => "cli-retention-to-confirm",
                (true, true) => "cli-retention-automatic",
            };
            table.row([
                due.holding.what.clone(),
                basis(&due.holding.basis),
                lang.integer(due.holding.count as f64),
                lang.date(due.last_day),
                due.days_past.to_string(),
                lang.say(how),
            ]);
            for (what, count) in follows {
                let with = lang.say("cli-retention-follows");
                let (n, day) = (lang.integer(*count as f64), lang.date(due.last_day));
                table.row([what.clone(), basis(&due.holding.basis), n, day, due.days_past.to_string(), with]);
            }
        }
        text.push_str(&table.text());
    }
    for held in &plan.held {
        let (what, until) = (&held.due.holding.what, lang.date(held.hold.until));
        let values = [("what", what.into()), ("until", (&until).into()), ("reason", (&held.hold.reason).into())];
        text.push_str(&format!("{}\n", lang.say_with("cli-retention-held", &values)));
    }
    for fault in &plan.faults {
        let why = lang.say(&format!("cli-retention-{}", reason(fault.kind)));
        let values = [("what", (&fault.holding.what).into()), ("why", (&why).into())];
        text.push_str(&format!("{}\n", lang.say_with("cli-retention-unplanned", &values)));
    }
    if let Some((day, n)) = plan.coming.first_key_value() {
        let (day, n) = (lang.date(*day), n.to_string());
        text.push_str(&format!(
            "{}\n",
            lang.say_with("cli-retention-next", &[("day", (&day).into()), ("n", (&n).into())])
        ));
    }
    print(&text)
}
