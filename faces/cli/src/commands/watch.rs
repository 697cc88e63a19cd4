//! `beffroi watch run`.

use crate::Context;
use crate::args::WatchCommand;
use crate::fault::{Fault, Outcome, ours};
use crate::output::{print, print_json};
use crate::progress;
use beffroi_desk_threat::watch::{self, WatchOptions, WatchSummary};
use jiff::civil::Date;

pub(super) async fn run(command: WatchCommand, context: &Context) -> Outcome {
    let WatchCommand::Run { on } = command;
    let summary = look(on, context).await?;
    if context.json {
        return print_json(&summary);
    }
    let lang = context.lang;
    let n = |value: u64| lang.integer(value as f64);
    let text = lang.say_with(
        "cli-watch-run",
        &[
            ("week", (&summary.week).into()),
            ("series", (&n(summary.series)).into()),
            ("tests", (&n(summary.tests)).into()),
            ("signals", (&n(summary.signals)).into()),
        ],
    );
    let mut lines = vec![text];
    lines.extend(summary.ids.iter().map(|id| format!("  {id}")));
    if !summary.young_sources.is_empty() {
        let sources = summary.young_sources.join(", ");
        lines.push(lang.say_with("cli-watch-young", &[("sources", (&sources).into())]));
    }
    lines.push(String::new());
    print(&lines.join("\n"))
}

/// Runs the watch from day `on`, or from the last day of the data.
///
/// # Errors
/// [`Fault`] when the lake or the registers fail.
pub async fn look(on: Option<Date>, context: &Context) -> Outcome<WatchSummary> {
    let on = match on {
        Some(day) => day,
        None => watch::last_day_of_data(context.facts.as_ref(), None)
            .await
            .map_err(ours)?
            .ok_or_else(|| Fault::user(context.lang.say("cli-watch-nothing")))?,
    };
    let spinner = progress::spinner(context.lang.say("cli-progress-watch"), context.quiet);
    let options = WatchOptions { on, snapshot: None, by: context.by() };
    let summary = watch::run(context.facts.as_ref(), &context.store, options).await.map_err(ours)?;
    spinner.finish_and_clear();
    Ok(summary)
}
