//! `beffroi indicator list | show ID | compute ID | export ID | compare ID | check FILE | answer QUESTION`, and what is
//! published of them.

mod forms;

mod publications;

mod recorded;

use super::codes;
use crate::Context;
use crate::args::{Adjust, AskArgs, ComputeArgs, FiguresFormat, IndicatorCommand};
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{TextTable, print, print_json};
use beffroi_desk_observatory::code_lists::{Lists, codes_at};
use beffroi_desk_observatory::indicators::{
    self, Adjustment, Catalogue, Certificate, CodeListVersion, ExportTable, IndicatorError, Request,
};
use forms::{Protected, say_protected};

pub(super) async fn run(command: IndicatorCommand, context: &Context) -> Outcome {
    match command {
        IndicatorCommand::List => list(context),
        IndicatorCommand::Show { id } => show(&id, context),
        IndicatorCommand::Compute(args) => compute(args, context).await,
        IndicatorCommand::Check { card_file, asked, quantifies } => {
            recorded::check(&card_file, &asked, quantifies.as_deref(), context).await
        }
        IndicatorCommand::Answer(args) => recorded::answer(&args, context).await,
        IndicatorCommand::Export(args) => forms::export(args, context).await,
        IndicatorCommand::Compare { id, from, to, definition } => {
            compare(&id, &from, &to, definition.as_deref(), context).await
        }
        IndicatorCommand::Definitions { id, asked } => publications::definitions(&id, &asked, context).await,
        IndicatorCommand::Freeze { id, asked, publication } => {
            publications::freeze(&id, &asked, &publication, context).await
        }
        IndicatorCommand::Published { publication } => publications::published(publication.as_deref(), context).await,
        IndicatorCommand::Revisions { publication } => publications::revisions(&publication, context).await,
        IndicatorCommand::Triangle { id, asked, days } => publications::triangle(&id, &asked, &days, context).await,
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
        ("formula", sheet.formula),
        ("champ", sheet.field),
        ("layer", sheet.line.layer),
        ("unit", sheet.line.unit),
        ("unit-of-count", sheet.unit_of_count),
        ("definition", sheet.line.definition_version),
        ("definitions", sheet.definition_versions.join(", ")),
        ("maturity", context.lang.say(&format!("indicator-maturity-{}", sheet.status))),
        ("objectives", sheet.objectives.join(", ")),
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

/// The request that the arguments make.
fn read(asked: &AskArgs) -> Outcome<Request> {
    let AskArgs { by, filters, snapshot, definition, .. } = asked;
    let (from, to) = (asked.from.as_deref(), asked.to.as_deref());
    let request = Request::read(by, from, to, filters, *snapshot, definition.as_deref()).map_err(fault)?;
    let base = Request::read(&[], asked.index_base.as_deref(), None, &[], None, None).map_err(fault)?.from;
    let adjust = asked.adjust.map(|Adjust::Seasonal| Adjustment::Seasonal);
    Ok(Request { known_on: asked.known_on, index_base: base, adjust, ..request })
}

/// A table of the desk as text.
fn export(export: &ExportTable) -> String {
    let numeric = export.numeric.iter().enumerate().filter(|(_, n)| **n).map(|(i, _)| i);
    let mut table = TextTable::new(export.columns.clone()).numeric(numeric);
    for row in &export.rows {
        table.row(row.clone());
    }
    table.text()
}

/// What a figure was made of, in one or a few lines.
fn certificate_in_words(certificate: &Certificate, context: &Context) -> String {
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
    let known = certificate.known_on.map(|day| lang.say_with("cli-known-on", &[("day", (&lang.date(day)).into())]));
    let method = certificate.method.as_ref().map(|method| lang.say_with("cli-method", &[("method", method.into())]));
    let synthetic = certificate.synthetic.then(|| lang.say("cli-synthetic"));
    [Some(foot), known, method, synthetic].into_iter().flatten().map(|line| format!("{line}\n")).collect()
}

async fn compute(args: ComputeArgs, context: &Context) -> Outcome {
    let request = Request { lists: lists(&args.lists, context).await?, ..read(&args.asked)? };
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
            let table = export(&indicators::to_table(&figures, card, context.lang));
            let small = if small { format!("{}\n", context.lang.say("cli-small-cells")) } else { String::new() };
            print(&format!("{table}\n{}{small}", certificate_in_words(&figures.certificate, context)))
        }
    }
}

/// The code lists in use, those named in the version named: as the certificate of an older figure tells them.
async fn lists(named: &[String], context: &Context) -> Outcome<Lists> {
    if named.is_empty() {
        return codes::in_use(context).await;
    }
    let wrong = |text: &String| {
        let text: String = text.chars().take(80).collect();
        Fault::user(context.lang.say_with("cli-codes-wrong-version", &[("text", (&text).into())]))
    };
    let mut versions = Vec::new();
    for text in named {
        let (name, version) = text.split_once('=').ok_or_else(|| wrong(text))?;
        versions.push(CodeListVersion { name: name.trim().to_owned(), version: version.trim().to_owned() });
    }
    codes_at(&context.store, &versions).await.map_err(codes::fault)
}

async fn compare(id: &str, from: &str, to: &str, definition: Option<&str>, context: &Context) -> Outcome {
    let request = Request::read(&[], Some(from), Some(to), &[], None, definition).map_err(fault)?;
    let request = Request { lists: codes::in_use(context).await?, ..request };
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
            ("definition", (&comparison.certificate.definition_version).into()),
        ],
    );
    print(&format!("{text}\n"))
}
