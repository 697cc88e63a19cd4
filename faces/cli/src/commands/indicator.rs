//! `beffroi indicator list | show ID | compute ID | export ID | compare ID`.

mod publication;

use crate::Context;
use crate::args::{ComputeArgs, CutArgs, FiguresFormat, IndicatorCommand};
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{TextTable, print, print_json};
use beffroi_desk_observatory::indicators::{self, Catalogue, IndicatorError, Request};
use publication::{Protected, say_protected};

pub(super) async fn run(command: IndicatorCommand, context: &Context) -> Outcome {
    match command {
        IndicatorCommand::List => list(context),
        IndicatorCommand::Show { id } => show(&id, context),
        IndicatorCommand::Compute(args) => compute(args, context).await,
        IndicatorCommand::Export(args) => publication::export(args, context).await,
        IndicatorCommand::Compare { id, from, to } => compare(&id, &from, &to, context).await,
    }
}

fn fault(error: IndicatorError) -> Fault {
    if error.is_user_fault() { users(error) } else { ours(error) }
}

fn list(context: &Context) -> Outcome {
    let lines = indicators::list(&Catalogue::builtin(), context.lang);
    if context.json {
        return print_json(&lines);
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["id", "label", "layer", "unit", "definition"].map(say));
    for line in lines {
        table.row([line.id, line.label, line.layer, line.unit, line.definition_version]);
    }
    print(&table.text())
}

fn show(id: &str, context: &Context) -> Outcome {
    let catalogue = Catalogue::builtin();
    let sheet = indicators::sheet(catalogue.card(id).map_err(fault)?, context.lang);
    if context.json {
        return print_json(&sheet);
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new([sheet.line.id.as_str(), sheet.line.label.as_str()]);
    for (name, value) in [
        ("what", sheet.definition),
        ("layer", sheet.line.layer),
        ("unit", sheet.line.unit),
        ("unit-of-count", sheet.unit_of_count),
        ("definition", sheet.line.definition_version),
        ("dimensions", sheet.dimensions.join(", ")),
        ("sources", sheet.sources.join(", ")),
        ("owner", sheet.owner),
        ("threshold", sheet.disclosure_threshold.to_string()),
        ("revision", sheet.revision),
    ] {
        table.row([say(name), value]);
    }
    for broken in sheet.breaks {
        table.row([say("break"), format!("{} : {}", broken.at, broken.label)]);
    }
    print(&table.text())
}

/// What is asked, as the command line writes it.
fn read(cut: &CutArgs) -> Outcome<Request> {
    let (from, to, definition) = (cut.from.as_deref(), cut.to.as_deref(), cut.definition.as_deref());
    Request::read(&cut.by, from, to, &cut.filters, cut.snapshot, definition).map_err(fault)
}

async fn compute(args: ComputeArgs, context: &Context) -> Outcome {
    let request = read(&args.cut)?;
    let format = args.format.unwrap_or(if context.json { FiguresFormat::Json } else { FiguresFormat::Table });
    if matches!(format, FiguresFormat::SdmxCsv | FiguresFormat::SdmxJson) {
        let protected = Protected::of(&args.id, request, context).await?;
        let text = if format == FiguresFormat::SdmxCsv { protected.sdmx_csv()? } else { protected.sdmx_json()? };
        say_protected(context);
        return print(&text);
    }
    let figures = indicators::computed(context.facts.as_ref(), &args.id, &request, context.now(), context.version)
        .await
        .map_err(fault)?;
    // A table says it at its foot.
    let small = figures.rows.iter().any(|row| row.small);
    if small && format != FiguresFormat::Table {
        eprintln!("{}", context.lang.say("cli-raw-figures"));
    }
    match format {
        FiguresFormat::Csv => print(&indicators::to_csv(&figures)),
        FiguresFormat::Json => print_json(&indicators::to_json(&figures)),
        FiguresFormat::Table | FiguresFormat::SdmxCsv | FiguresFormat::SdmxJson => {
            let catalogue = Catalogue::builtin();
            let card = catalogue.card(&args.id).map_err(fault)?;
            let export = indicators::to_table(&figures, card, context.lang);
            let numeric = export.numeric.iter().enumerate().filter(|(_, n)| **n).map(|(i, _)| i);
            let mut table = TextTable::new(export.columns.clone()).numeric(numeric);
            for row in &export.rows {
                table.row(row.clone());
            }
            let certificate = &figures.certificate;
            let lang = context.lang;
            let snapshot = certificate.snapshot.to_string();
            let foot = lang.say_with(
                "cli-certificate",
                &[
                    ("definition", (&certificate.definition_version).into()),
                    ("snapshot", (&snapshot).into()),
                    ("unit", (&certificate.unit_of_count).into()),
                    ("layer", certificate.layer.code().into()),
                    ("version", (&certificate.program_version).into()),
                ],
            );
            let synthetic =
                if certificate.synthetic { format!("{}\n", lang.say("cli-synthetic")) } else { String::new() };
            let small = if small { format!("{}\n", lang.say("cli-small-cells")) } else { String::new() };
            print(&format!("{}\n{foot}\n{synthetic}{small}", table.text()))
        }
    }
}

async fn compare(id: &str, from: &str, to: &str, context: &Context) -> Outcome {
    let request = Request::read(&[], Some(from), Some(to), &[], None, None).map_err(fault)?;
    let comparison = indicators::compared(context.facts.as_ref(), id, &request, context.now(), context.version)
        .await
        .map_err(fault)?;
    if context.json {
        return print_json(&comparison);
    }
    let lang = context.lang;
    let catalogue = Catalogue::builtin();
    let decimals = catalogue.card(id).map_err(fault)?.decimals;
    let text = lang.say_with(
        "cli-comparison",
        &[
            ("from", (&lang.period(comparison.from)).into()),
            ("to", (&lang.period(comparison.to)).into()),
            ("before", (&lang.decimal(comparison.before, decimals)).into()),
            ("after", (&lang.decimal(comparison.after, decimals)).into()),
            ("growth", (&lang.growth(comparison.growth, 1)).into()),
        ],
    );
    print(&format!("{text}\n"))
}
