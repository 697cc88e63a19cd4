//! `beffroi situation list | draft | show | freeze | export`.

use super::alert::OPERATOR;
use crate::Context;
use crate::args::{SituationCommand, SituationDraftArgs, SituationFormat};
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{TextTable, print, print_json};
use beffroi_desk_threat::alerts::Note;
use beffroi_desk_threat::situation::{self, DraftSituation, Situation, SituationError, SituationInput};
use beffroi_document::{html, text};
use beffroi_model::{Channel, SituationRef};
use beffroi_office::Form;

pub(super) async fn run(command: SituationCommand, context: &Context) -> Outcome {
    match command {
        SituationCommand::List => list(context).await,
        SituationCommand::Draft(args) => show(&draft(args, context).await?, context),
        SituationCommand::Show { reference } => show(&fetch(&reference, context).await?, context),
        SituationCommand::Freeze { reference } => {
            let point = fetch(&reference, context).await?;
            show(&situation::freeze(&context.store, point, &context.by()).await.map_err(fault)?, context)
        }
        SituationCommand::Export { reference, format, out } => {
            let point = fetch(&reference, context).await?;
            if !point.marking.may_leave(Channel::FlashFile, OPERATOR) {
                return Err(fault(SituationError::Missing { reference: point.reference }));
            }
            let document = situation::document(&point, context.lang);
            let office = |form| {
                let at = point.frozen_at.unwrap_or(point.drafted_at);
                super::office::file(form, &document, at, context)
            };
            let bytes = match format {
                SituationFormat::Docx => office(Form::Docx)?,
                SituationFormat::Odt => office(Form::Odt)?,
                SituationFormat::Pdf => {
                    let at = point.frozen_at.unwrap_or(point.drafted_at);
                    context.typesetter.pdf(&document, at).map_err(ours)?
                }
                SituationFormat::Html => html::page(&document, &super::report::words(context.lang)).into_bytes(),
                SituationFormat::Txt => text(&document).into_bytes(),
                SituationFormat::Json => serde_json::to_vec_pretty(&point).map_err(ours)?,
            };
            super::report::write(&out, &bytes)?;
            print(&format!("{}\n", out.display()))
        }
    }
}

async fn draft(args: SituationDraftArgs, context: &Context) -> Outcome<Situation> {
    let input = match &args.input {
        Some(path) => {
            let bytes = std::fs::read(path).map_err(|error| Fault::user(format!("{}: {error}", path.display())))?;
            situation::read_input(&bytes).map_err(fault)?
        }
        None => SituationInput::default(),
    };
    let name = match (args.name_fr, args.name_en) {
        (None, None) => None,
        (fr, en) => Some(Note { fr: fr.unwrap_or_default(), en: en.unwrap_or_default() }),
    };
    let asked = DraftSituation {
        crisis: args.crisis,
        name,
        phenomenon: args.phenomenon,
        territory: args.territory,
        since: args.since,
        next_at: args.next,
        input,
        by: context.by(),
    };
    situation::draft(context.facts.as_ref(), &context.store, asked).await.map_err(fault)
}

async fn fetch(reference: &str, context: &Context) -> Outcome<Situation> {
    let reference: SituationRef = reference.parse().map_err(users)?;
    let missing = |reference| fault(SituationError::Missing { reference });
    situation::show(&context.store, &reference).await.map_err(fault)?.ok_or_else(|| missing(reference))
}

fn fault(error: SituationError) -> Fault {
    if error.is_user_fault() { users(error) } else { ours(error) }
}

/// `draft` or `frozen`, as the register has it.
fn state(point: &Situation) -> String {
    if point.frozen_at.is_some() { "frozen" } else { "draft" }.to_owned()
}

async fn list(context: &Context) -> Outcome {
    let mut all = situation::list(&context.store).await.map_err(fault)?;
    all.retain(|point| point.marking.may_leave(Channel::Terminal, OPERATOR));
    if context.json {
        return print_json(&all);
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["reference", "crisis", "number", "state", "marking", "next"].map(say)).numeric([2]);
    for point in &all {
        table.row([
            point.reference.to_string(),
            point.crisis.clone(),
            point.number.to_string(),
            state(point),
            point.marking.to_string(),
            point.content.next_at.to_string(),
        ]);
    }
    print(&table.text())
}

fn show(point: &Situation, context: &Context) -> Outcome {
    if context.json {
        return print_json(point);
    }
    print(&text(&situation::document(point, context.lang)))
}
