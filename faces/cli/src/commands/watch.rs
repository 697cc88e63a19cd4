//! `beffroi watch`.

use crate::Context;
use crate::args::{DetectArgs, WatchCommand};
use crate::fault::{Fault, Outcome, ours};
use crate::output::{print, print_json};
use crate::progress;
use beffroi_desk_threat::watch::{self, FileOptions, FileSummary, WatchOptions, WatchSummary};
use jiff::civil::Date;
use std::fs::File;
use std::io::{BufReader, BufWriter};

/// Faults of rows told one by one; the others are counted.
const TOLD: usize = 10;

pub(super) async fn run(command: WatchCommand, context: &Context) -> Outcome {
    match command {
        WatchCommand::Run { on, budget } => {
            let summary = look(on, budget, context).await?;
            if context.json { print_json(&summary) } else { print(&told(&summary, context)) }
        }
        WatchCommand::Detect(args) => detect(&args, context),
    }
}

fn told(summary: &WatchSummary, context: &Context) -> String {
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
    let (budget, expected) = (lang.decimal(summary.budget, 1), lang.decimal(summary.false_alarms_a_month, 1));
    lines.push(lang.say_with("cli-watch-budget", &[("budget", (&budget).into()), ("expected", (&expected).into())]));
    if !summary.young_sources.is_empty() {
        let sources = summary.young_sources.join(", ");
        lines.push(lang.say_with("cli-watch-young", &[("sources", (&sources).into())]));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// Runs the watch from day `on`, or from the last day of the data, with a budget of false alarms a month, or that of the
/// configuration.
///
/// # Errors
/// [`Fault`] when the lake or the registers fail, or the budget is no number above 0.
pub async fn look(on: Option<Date>, budget: Option<f64>, context: &Context) -> Outcome<WatchSummary> {
    let budget = budget.unwrap_or(context.false_alarms_a_month);
    if !(budget > 0.0 && budget.is_finite()) {
        return Err(Fault::user(context.lang.say("cli-watch-budget-wrong")));
    }
    let on = match on {
        Some(day) => day,
        None => watch::last_day_of_data(context.facts.as_ref(), None)
            .await
            .map_err(ours)?
            .ok_or_else(|| Fault::user(context.lang.say("cli-watch-nothing")))?,
    };
    let spinner = progress::spinner(context.lang.say("cli-progress-watch"), context.quiet);
    let options = WatchOptions { on, snapshot: None, budget, by: context.by() };
    let summary = watch::run(context.facts.as_ref(), &context.store, options).await.map_err(ours)?;
    spinner.finish_and_clear();
    Ok(summary)
}

fn detect(args: &DetectArgs, context: &Context) -> Outcome {
    let lang = context.lang;
    let known = "farrington, farrington-flexible, ears-c1, ears-c2, ears-c3, cusum, glrnb, bayes";
    let method = beffroi_desk_threat::watch::method_of(&args.method, &args.params)
        .map_err(|error| Fault::user(format!("--params: {error}")))?
        .ok_or_else(|| {
            let asked: String = args.method.chars().take(40).collect();
            let words = [("method", (&asked).into()), ("known", known.into())];
            Fault::user(lang.say_with("cli-watch-method", &words))
        })?;
    let frequency = args.frequency.map(usize::from);
    let options = FileOptions { method, frequency, from: args.from.clone(), to: args.to.clone() };
    let at =
        |path: &std::path::Path, error: &dyn std::fmt::Display| Fault::user(format!("{}: {error}", path.display()));
    let input = BufReader::new(File::open(&args.input).map_err(|e| at(&args.input, &e))?);
    // The result is complete or absent: it is written beside its place and then put there.
    let partial = args.out.with_extension("partial");
    let output = BufWriter::new(File::create(&partial).map_err(|e| at(&partial, &e))?);
    let bar = progress::bar(0, lang.say("cli-progress-detect"), context.quiet);
    let done = watch::detect_file(input, &options, output, |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    let summary = match done {
        Ok(summary) => summary,
        Err(error) => {
            std::fs::remove_file(&partial).map_err(ours)?;
            return Err(if error.is_user_fault() { at(&args.input, &error) } else { ours(error) });
        }
    };
    std::fs::rename(&partial, &args.out).map_err(|e| at(&args.out, &e))?;
    if context.json { print_json(&summary) } else { print(&found(&summary, args, context)) }
}

fn found(summary: &FileSummary, args: &DetectArgs, context: &Context) -> String {
    let lang = context.lang;
    let n = |value: u64| lang.integer(value as f64);
    let mut lines = vec![lang.say_with(
        "cli-watch-detect",
        &[
            ("series", (&n(summary.series)).into()),
            ("points", (&n(summary.points)).into()),
            ("thresholds", (&n(summary.thresholds)).into()),
            ("alarms", (&n(summary.alarms)).into()),
            ("out", (&args.out.display().to_string()).into()),
        ],
    )];
    if summary.rows_rejected > 0 {
        lines.push(lang.say_with("cli-watch-rejected", &[("rows", (&n(summary.rows_rejected)).into())]));
        for finding in summary.findings.iter().take(TOLD) {
            let line = finding.line.map_or_else(|| "–".to_owned(), |line| line.to_string());
            let value: String = finding.value.chars().filter(|c| !c.is_control()).collect();
            let words = [
                ("line", (&line).into()),
                ("column", finding.column.into()),
                ("value", (&value).into()),
                ("expected", finding.expected.into()),
            ];
            lines.push(lang.say_with("cli-watch-finding", &words));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}
