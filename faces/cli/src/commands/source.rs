//! `beffroi source list | show ID | check FILE [DATA] | guess DATA | quality [DELIVERY] | duplicates ID`, and the catalogue
//! of a data folder.

mod trial;

use super::quality;
use crate::Context;
use crate::args::SourceCommand;
use crate::fault::{Fault, Outcome};
use crate::output::{TextTable, print, print_json};
use beffroi_desk_observatory::sources::{self, Catalogue, Source, SourceError};
use std::fs;

pub(super) async fn run(command: SourceCommand, context: &Context) -> Outcome {
    match command {
        SourceCommand::List => list(context),
        SourceCommand::Show { id } => {
            let catalogue = catalogue(context)?;
            show(find(&catalogue, &id, context)?, context)
        }
        SourceCommand::Guess { sample } => trial::guess(&sample, context).await,
        SourceCommand::Check { file, sample, rows } => {
            let text = fs::read_to_string(&file).map_err(|e| Fault::user(format!("{}: {e}", file.display())))?;
            let source = sources::check(&file.display().to_string(), &text).map_err(fault)?;
            match sample {
                Some(data) => trial::check(&source, &data, rows, context).await,
                None => show(&source, context),
            }
        }
        SourceCommand::Quality { delivery, format, out } => quality::sheets(delivery, format, out.as_deref(), context),
        SourceCommand::Duplicates { id, since, until, synthetic } => {
            let catalogue = catalogue(context)?;
            let id = &find(&catalogue, &id, context)?.declaration.id;
            quality::duplicates(id, (since, until), synthetic, context).await
        }
    }
}

/// The built-in sources and those of the data folder.
pub(super) fn catalogue(context: &Context) -> Outcome<Catalogue> {
    let mut catalogue = sources::catalogue().clone();
    let folder = context.folder.sources();
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(catalogue),
        Err(error) => return Err(Fault::ours(format!("{}: {error}", folder.display()))),
    };
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    files.sort();
    for path in files {
        let text = fs::read_to_string(&path).map_err(|e| Fault::user(format!("{}: {e}", path.display())))?;
        catalogue = catalogue.with(&path.display().to_string(), &text).map_err(fault)?;
    }
    Ok(catalogue)
}

/// The source `id`, or a fault that names those there are.
pub(super) fn find<'a>(catalogue: &'a Catalogue, id: &str, context: &Context) -> Outcome<&'a Source> {
    catalogue.get(id).ok_or_else(|| {
        let known: Vec<&str> = catalogue.iter().map(Source::id).collect();
        let message =
            context.lang.say_with("cli-no-source", &[("id", id.into()), ("known", (&known.join(", ")).into())]);
        Fault::user(message)
    })
}

fn fault(error: SourceError) -> Fault {
    let (message, span, help) = (error.to_string(), error.span(), error.help().map(str::to_owned));
    let fault = Fault::user(message).with_source(&error.place, error.text, span);
    match help {
        Some(help) => fault.with_help(help),
        None => fault,
    }
}

fn list(context: &Context) -> Outcome {
    let catalogue = catalogue(context)?;
    let lines: Vec<_> = catalogue.iter().map(|source| sources::explain(source, context.lang)).collect();
    if context.json {
        return print_json(&lines);
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["id", "layer", "label"].map(say));
    for (source, line) in catalogue.iter().zip(lines) {
        table.row([line.id, source.declaration.layer.to_string(), line.title]);
    }
    print(&table.text())
}

fn show(source: &Source, context: &Context) -> Outcome {
    let explanation = sources::explain(source, context.lang);
    if context.json {
        return print_json(&explanation);
    }
    let mut head = TextTable::new([explanation.id, explanation.title]);
    for (label, value) in explanation.lines {
        head.row([label, value]);
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let mut fields = TextTable::new(["field", "from", "reading"].map(say));
    for line in explanation.fields {
        fields.row([line.field, line.from, line.reading]);
    }
    print(&format!("{}\n{}", head.text(), fields.text()))
}
