//! `beffroi alert list | draft | show | edit | agree | validate | issue | send | board | exercise | update | downgrade |
//! close | export`.

mod edit;

use super::post::{self, not_sent};
use super::signal::label;
use crate::Context;
use crate::args::{AlertCommand, AlertExportArgs, AlertFormat, SelectionArgs};
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{TextTable, print, print_json};
use beffroi_desk_threat::alerts::{self, Alert, AlertError, DraftOptions, Export};
use beffroi_desk_threat::diffusion::{self, Lowered, Selection};
use beffroi_model::{AlertRef, Channel, Marking, Pap, SeriesId, SignalId, Tlp};
use beffroi_wording::Value;
use std::path::Path;

pub(super) async fn run(command: AlertCommand, context: &Context) -> Outcome {
    let (store, by) = (&context.store, &context.by());
    match command {
        AlertCommand::List => list(context).await,
        AlertCommand::Draft { signal } => {
            let signal: SignalId = signal.parse().map_err(users)?;
            show(&draft(&signal, Vec::new(), context).await?, context)
        }
        AlertCommand::Show { reference } => show(&fetch(&reference, context).await?, context),
        AlertCommand::Edit { reference, input } => {
            show(&edit::run(&fetch(&reference, context).await?, &input, context).await?, context)
        }
        AlertCommand::Agree { reference, given_by, agreement } => {
            let alert = fetch(&reference, context).await?;
            show(&alerts::agree(store, alert, &given_by, &agreement, by).await.map_err(fault)?, context)
        }
        AlertCommand::Update { reference, signal } => {
            let signal: SignalId = signal.parse().map_err(users)?;
            let (alert, options) = (fetch(&reference, context).await?, DraftOptions::new(context.by()));
            let facts = context.facts.as_ref();
            show(&alerts::update(facts, store, alert, &signal, options).await.map_err(fault)?, context)
        }
        AlertCommand::Downgrade { reference, tlp, pap, reason, originator } => {
            let (alert, to) = (fetch(&reference, context).await?, Marking { tlp, pap });
            let lowered = Lowered { to, reason: &reason, originator: &originator };
            let done = diffusion::downgrade(store, alert, &lowered, &context.diffusion.settings, by).await;
            let (alert, n) = done.map_err(not_sent)?;
            context.tell(&queued(context, n as u64));
            show(&alert, context)
        }
        AlertCommand::Validate { reference } => {
            show(&alerts::validate(store, fetch(&reference, context).await?, by).await.map_err(fault)?, context)
        }
        AlertCommand::Issue { reference, to } => {
            let alert = fetch(&reference, context).await?;
            let issued = diffusion::issue(store, alert, &selection(to), &context.diffusion.settings, by).await;
            let (alert, n) = issued.map_err(not_sent)?;
            context.tell(&queued(context, n as u64));
            show(&alert, context)
        }
        AlertCommand::Send { reference, to } => {
            let alert = fetch(&reference, context).await?;
            let sent = diffusion::send(store, &alert, &selection(to), &context.diffusion.settings, by).await;
            print(&format!("{}\n", queued(context, sent.map_err(not_sent)?)))
        }
        AlertCommand::Board { reference } => post::board(&fetch(&reference, context).await?, context).await,
        AlertCommand::Exercise { reference } => {
            show(&alerts::mark_exercise(store, fetch(&reference, context).await?, by).await.map_err(fault)?, context)
        }
        AlertCommand::Close { reference, reason } => {
            show(&alerts::close(store, fetch(&reference, context).await?, &reason, by).await.map_err(fault)?, context)
        }
        AlertCommand::Export(args) => {
            let alert = fetch(&args.reference, context).await?;
            write(&alert, &args, context)?;
            print(&format!("{}\n", args.out.display()))
        }
    }
}

/// Drafts a flash from a signal; `series` are those whose evidence it shows.
///
/// # Errors
/// [`Fault`] with the reason of the refusal.
pub async fn draft(signal: &SignalId, series: Vec<SeriesId>, context: &Context) -> Outcome<Alert> {
    let options = DraftOptions { series, ..DraftOptions::new(context.by()) };
    alerts::draft(context.facts.as_ref(), &context.store, signal, options).await.map_err(fault)
}

/// The operator of the machine, who is cleared for everything on it.
pub(super) const OPERATOR: Marking = Marking { tlp: Tlp::Red, pap: Pap::Red };

/// Writes a flash to a file.
///
/// # Errors
/// [`Fault`] when the document cannot be laid out or the file not written.
pub fn export(alert: &Alert, format: AlertFormat, out: &Path, context: &Context) -> Outcome {
    let args = AlertExportArgs {
        reference: alert.reference.to_string(),
        format,
        out: out.to_owned(),
        address: Vec::new(),
        sender: "beffroi".to_owned(),
    };
    write(alert, &args, context)
}

fn write(alert: &Alert, args: &AlertExportArgs, context: &Context) -> Outcome {
    let how = Export {
        lang: context.lang,
        typesetter: context.typesetter.as_ref(),
        channel: Channel::FlashFile,
        ceiling: OPERATOR,
        addresses: &args.address,
        sender: &args.sender,
        today: context.today(),
    };
    let bytes = alerts::export(alert, args.format.into(), &how).map_err(fault)?;
    super::report::write(&args.out, &bytes)
}

fn selection(to: SelectionArgs) -> Selection {
    Selection { directions: to.directions, services: to.services }
}

fn queued(context: &Context, n: u64) -> String {
    context.lang.say_with("cli-alert-queued", &[("n", Value::Count(i64::try_from(n).unwrap_or(i64::MAX)))])
}

fn read(reference: &str) -> Outcome<AlertRef> {
    reference.parse().map_err(users)
}

async fn fetch(reference: &str, context: &Context) -> Outcome<Alert> {
    let missing = |reference| fault(AlertError::Missing { reference });
    let reference = read(reference)?;
    alerts::show(&context.store, &reference).await.map_err(fault)?.ok_or_else(|| missing(reference))
}

pub(super) fn fault(error: AlertError) -> Fault {
    if error.is_user_fault() { users(error) } else { ours(error) }
}

async fn list(context: &Context) -> Outcome {
    let mut all = alerts::list(&context.store).await.map_err(fault)?;
    all.retain(|alert| alert.marking.may_leave(Channel::Terminal, OPERATOR));
    if context.json {
        return print_json(&all);
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["reference", "title", "state", "marking", "author", "validator"].map(say));
    for alert in &all {
        table.row([
            alert.reference.to_string(),
            title(alert, context),
            state(alert, context),
            alert.marking.to_string(),
            alert.author.clone(),
            alert.validator.clone().unwrap_or_default(),
        ]);
    }
    print(&table.text())
}

fn title(alert: &Alert, context: &Context) -> String {
    alert.title(context.lang).to_owned()
}

/// Where it stands; an expired one is not shown as active.
fn state(alert: &Alert, context: &Context) -> String {
    let state = alert.state.code().to_owned();
    if alert.is_expired(context.today()) { context.lang.say("web-alert-expired") } else { state }
}

fn show(alert: &Alert, context: &Context) -> Outcome {
    if context.json {
        return print_json(alert);
    }
    let lang = context.lang;
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new([alert.reference.to_string(), title(alert, context)]);
    table.row([say("state"), state(alert, context)]);
    table.row([say("marking"), alert.marking.to_string()]);
    table.row([say("grade"), alert.content.grade.to_string()]);
    table.row([
        say("phenomenon"),
        alert.phenomenon.as_deref().map_or(String::new(), |p| label("phenomena", p, context)),
    ]);
    table.row([say("author"), alert.author.clone()]);
    table.row([say("validator"), alert.validator.clone().unwrap_or_default()]);
    table.row([say("expires"), lang.date(alert.expires_on)]);
    table.row([say("review"), lang.date(alert.review_on)]);
    let synthetic = if alert.synthetic { format!("{}\n", lang.say("cli-synthetic")) } else { String::new() };
    print(&format!("{}{synthetic}", table.text()))
}
