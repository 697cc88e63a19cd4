//! `beffroi doctor`: what is configured and reachable, and what to do when it is not.

use crate::Context;
use crate::fault::{Outcome, ours};
use crate::output::{TextTable, print, print_json};
use serde::Serialize;

/// One thing looked at.
#[derive(Serialize)]
struct Check {
    what: String,
    state: String,
}

pub(super) async fn run(context: &Context) -> Outcome {
    let lang = context.lang;
    let snapshots = context.facts.snapshots().await.map_err(ours)?;
    let signals = context.store.signal_list().await.map_err(ours)?;
    let open = signals.iter().filter(|signal| signal.state == "open").count();
    let series = context.store.series_count().await.map_err(ours)?;
    let alerts = context.store.alert_list().await.map_err(ours)?.len();
    let reports = context.store.report_list().await.map_err(ours)?.len();
    let last = snapshots.last().map_or_else(|| lang.say("cli-doctor-nothing"), |s| s.delivery.at.to_string());
    let n = |value: usize| lang.integer(value as f64);
    let checks: Vec<Check> = [
        ("version", context.version.to_owned()),
        ("folder", context.folder.root().display().to_string()),
        ("lake", context.facts.location().display().to_string()),
        ("snapshots", n(snapshots.len())),
        ("last-delivery", last),
        ("open-signals", n(open)),
        ("series", lang.integer(series as f64)),
        ("alerts", n(alerts)),
        ("reports", n(reports)),
    ]
    .into_iter()
    .map(|(what, state)| Check { what: lang.say(&format!("cli-doctor-{what}")), state })
    .collect();
    if context.json {
        return print_json(&checks);
    }
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["what", "state"].map(say));
    for check in checks {
        table.row([check.what, check.state]);
    }
    print(&table.text())
}
