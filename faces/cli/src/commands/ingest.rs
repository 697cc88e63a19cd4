//! `beffroi ingest`.

use super::{codes, source};
use crate::Context;
use crate::args::IngestArgs;
use crate::fault::{Fault, Outcome};
use crate::output::{print, print_json};
use crate::progress;
use beffroi_desk_observatory::intake::{self, HouseCodes, IntakeError, Options, Summary};
use beffroi_desk_observatory::quality::{ControlState, Given, Shelf};
use beffroi_desk_observatory::sources::Source;
use beffroi_model::DeliveryId;
use jiff::civil::Date;
use std::path::Path;

/// What landed is added up at once up to so many rows; beyond, whoever serves does it in the background.
const AT_ONCE: u64 = 100_000;

pub(super) async fn run(args: IngestArgs, context: &Context) -> Outcome {
    let catalogue = source::catalogue(context)?;
    let source = source::find(&catalogue, &args.source, context)?;
    let given = given(&args.controls, context)?;
    let mut total: Option<Summary> = None;
    for path in &args.files {
        let summary = file(source, path, args.vintage, args.dry_run, &given, context).await?;
        match &mut total {
            Some(total) => total.absorb(summary),
            None => total = Some(summary),
        }
    }
    let Some(summary) = total else { return Ok(()) };
    if context.json {
        print_json(&summary)?;
    } else {
        print(&text(&summary, args.dry_run, context))?;
    }
    if !args.dry_run && summary.rows_accepted <= AT_ONCE {
        prepare(context).await;
    }
    Ok(())
}

/// Adds up what has landed. It is told of only when it fails: figures come out all the same, and take longer.
async fn prepare(context: &Context) {
    if let Err(error) = context.facts.prepare().await {
        tracing::warn!(%error, "what landed was not added up");
    }
}

/// Brings one file in, with its progress shown.
///
/// # Errors
/// [`Fault`] when the file cannot be read whole; nothing has landed then.
pub async fn file(
    source: &Source,
    path: &Path,
    vintage: Option<Date>,
    dry_run: bool,
    given: &Given,
    context: &Context,
) -> Outcome<Summary> {
    let codes = HouseCodes::of(codes::in_use(context).await?);
    let options = Options { given: given.clone(), ..options(&codes, vintage, dry_run, context)? };
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let bar =
        progress::bar(0, context.lang.say_with("cli-progress-ingest", &[("file", (&name).into())]), context.quiet);
    let tell = |read: u64, of: u64| {
        bar.set_length(of);
        bar.set_position(read);
    };
    let summary = intake::ingest(context.facts.as_ref(), source, path, &options, &tell).await;
    bar.finish_and_clear();
    summary.map_err(fault)
}

/// How a file is read for this reader by those code lists, under a new number of delivery.
pub(super) fn options<'a>(
    codes: &'a HouseCodes,
    vintage: Option<Date>,
    dry_run: bool,
    context: &'a Context,
) -> Outcome<Options<'a>> {
    let number = format!("DEL-{}", uuid::Uuid::now_v7().simple());
    Ok(Options {
        vintage,
        today: context.today(),
        now: context.now(),
        who: context.who.clone(),
        dry_run,
        rejects_dir: context.folder.rejects(),
        shelf: Shelf::new(context.folder.quality()),
        given: Given::default(),
        codes,
        sandbox: context.sandbox.as_ref(),
        delivery_id: number.parse::<DeliveryId>().map_err(crate::fault::ours)?,
    })
}

/// The totals written as `NAME=VALUE`.
fn given(controls: &[String], context: &Context) -> Outcome<Given> {
    let one = |text: &String| {
        let (name, value) = text.split_once('=')?;
        let value: f64 = value.trim().parse().ok().filter(|value: &f64| value.is_finite())?;
        Some((name.trim().to_owned(), value))
    };
    let read = |text: &String| {
        let shown: String = text.chars().take(80).collect();
        one(text).ok_or_else(|| Fault::user(context.lang.say_with("cli-bad-control", &[("text", (&shown).into())])))
    };
    controls.iter().map(read).collect()
}

pub(super) fn fault(error: IntakeError) -> Fault {
    let fault = if error.is_users_fault() { Fault::user(error.to_string()) } else { Fault::ours(error.to_string()) };
    let fault = match error.shown() {
        Some((place, text)) => fault.with_source(place, text.to_owned(), error.span()),
        None => fault,
    };
    match error.help() {
        Some(help) => fault.with_help(help),
        None => fault,
    }
}

fn text(summary: &Summary, dry_run: bool, context: &Context) -> String {
    let lang = context.lang;
    let n = |value: u64| lang.integer(value as f64);
    let mut lines = Vec::new();
    if summary.already {
        let snapshot = summary.snapshot.unwrap_or_default().to_string();
        lines.push(lang.say_with("cli-ingest-already", &[("snapshot", (&snapshot).into())]));
    } else {
        lines.push(lang.say_with(
            "cli-ingest-rows",
            &[
                ("source", summary.source.as_str().into()),
                ("read", (&n(summary.rows_read)).into()),
                ("accepted", (&n(summary.rows_accepted)).into()),
                ("rejected", (&n(summary.rows_rejected)).into()),
                ("duplicate", (&n(summary.rows_duplicate)).into()),
                ("skipped", (&n(summary.rows_skipped)).into()),
            ],
        ));
    }
    for finding in summary.findings.iter().take(10) {
        let column = finding.column.as_deref().unwrap_or("–");
        let line = finding.line.to_string();
        let values = [("line", (&line).into()), ("column", column.into()), ("reason", (&finding.message).into())];
        lines.push(lang.say_with("cli-ingest-finding", &values));
    }
    if summary.n_findings > 10 {
        lines.push(lang.say_with("cli-ingest-more", &[("n", (&n(summary.n_findings - 10)).into())]));
    }
    for control in summary.controls.iter().filter(|control| control.state == ControlState::Failed) {
        let times = n(control.faults.n);
        let values = [("control", (&control.name).into()), ("n", (&times).into())];
        lines.push(lang.say_with("cli-ingest-control-failed", &values));
    }
    if let Some(sheet) = &summary.sheet {
        lines.push(lang.say_with("cli-ingest-sheet", &[("file", (&sheet.display().to_string()).into())]));
    }
    if let Some(rejects) = &summary.rejects {
        lines.push(lang.say_with("cli-ingest-rejects", &[("file", (&rejects.display().to_string()).into())]));
    }
    if dry_run {
        lines.push(lang.say("cli-ingest-dry"));
    } else if let Some(snapshot) = summary.snapshot.filter(|_| !summary.already) {
        lines.push(lang.say_with("cli-ingest-snapshot", &[("snapshot", (&snapshot.to_string()).into())]));
    }
    lines.push(String::new());
    lines.join("\n")
}
