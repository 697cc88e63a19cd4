//! `beffroi report build`.

mod chapters;
mod files;

use super::{codes, source};
use crate::Context;
use crate::args::ReportCommand;
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{print, print_json};
use crate::progress;
use beffroi_desk_observatory::chapters::{Chapters, LeftOut};
use beffroi_desk_observatory::sources;
use beffroi_desk_threat::annual_report::{self, AnnualReport, Options, SourceLine};
use beffroi_document::html::Words;
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_store::ReportBuild;
use beffroi_wording::Lang;
use jiff::Timestamp;
use serde_json::json;
use std::fs;
use std::path::Path;

pub(super) async fn run(command: ReportCommand, context: &Context) -> Outcome {
    let ReportCommand::Build { year, snapshot, built_as_of, complete, out } = command;
    let built = Built { now: built_as_of.unwrap_or_else(|| context.now()), complete };
    let (report, chapters) = build_as_of(year, snapshot, built, &out, context).await?;
    if context.json {
        let left_out = chapters
            .left_out
            .iter()
            .map(|chapter| json!({ "reference": chapter.reference, "title": chapter.title, "state": chapter.state }));
        return print_json(&json!({
            "year": year, "snapshot": report.snapshot, "folder": out, "certificates": report.certificates.len(),
            "chapters": chapters.ready.iter().map(|chapter| &chapter.reference).collect::<Vec<_>>(),
            "left_out": left_out.collect::<Vec<_>>(),
        }));
    }
    let lang = context.lang;
    let n = lang.integer(report.certificates.len() as f64);
    let (year, snapshot, folder) = (year.to_string(), report.snapshot.to_string(), out.display().to_string());
    let values =
        [("year", (&year).into()), ("snapshot", (&snapshot).into()), ("n", (&n).into()), ("folder", (&folder).into())];
    let (ready, left) = (chapters.ready.len().to_string(), chapters.left_out.len().to_string());
    let counts = [("ready", (&ready).into()), ("left", (&left).into())];
    let mut lines = vec![lang.say_with("cli-report-built", &values), lang.say_with("cli-report-chapters", &counts)];
    lines.extend(chapters.left_out.iter().map(left_out_line));
    print(&(lines.join("\n") + "\n"))
}

/// A chapter that is left out, in one line.
fn left_out_line(chapter: &LeftOut) -> String {
    format!("- {} {} ({})", chapter.reference, chapter.title, chapter.state)
}

/// How a report is built.
#[derive(Clone, Copy)]
struct Built {
    /// The instant that it bears: on the same state of the data, the same bytes.
    now: Timestamp,
    /// Whether it is refused while a chapter is left out.
    complete: bool,
}

/// Builds the report of a year into the folder `out`: `report.pdf`, `.html`, `.docx` and `.odt`, `press-sheet.pdf` and
/// `.html`, `summary-en.pdf` and `.html`, `figures/*.csv`, `birth-certificates.json`, `manifest.json` and `archive.zip`;
/// and notes it in the register. Chapters that nobody validated are left out.
///
/// # Errors
/// [`Fault`] when there are no data, or a file cannot be written.
pub async fn build(year: i16, snapshot: Option<u64>, out: &Path, context: &Context) -> Outcome<AnnualReport> {
    let built = Built { now: context.now(), complete: false };
    Ok(build_as_of(year, snapshot, built, out, context).await?.0)
}

/// The report, with its chapters and those that were left out.
async fn build_as_of(
    year: i16,
    snapshot: Option<u64>,
    Built { now, complete }: Built,
    out: &Path,
    context: &Context,
) -> Outcome<(AnnualReport, Chapters)> {
    let spinner = progress::spinner(context.lang.say("cli-progress-report"), context.quiet);
    let lang = context.lang;
    let catalogue = source::catalogue(context)?;
    let named: Vec<SourceLine> = catalogue
        .iter()
        .map(|source| SourceLine {
            id: source.id().to_owned(),
            title: sources::explain(source, lang).title,
            licence: source.declaration.origin.licence.clone(),
        })
        .collect();
    let marking = Marking { tlp: Tlp::Green, pap: Pap::Green };
    let mut written = chapters::of_year(year, now, context).await?;
    let (texts, cited) = (chapters::texts(&written, marking), chapters::cited(&written));
    let options = Options {
        snapshot,
        now,
        lang,
        program_version: context.version,
        lists: codes::in_use(context).await?,
        marking,
        sources: &named,
        signals: &annual_report::signals_of(&context.store, year, lang).await.map_err(ours)?,
        alerts: &annual_report::alerts_of(&context.store, year, lang).await.map_err(ours)?,
        chapters: &texts,
        cited: &cited,
    };
    let report = annual_report::build(context.facts.as_ref(), year, &options)
        .await
        .map_err(|error| if error.is_user_fault() { users(error) } else { ours(error) })?;
    if let Err(uncertified) = annual_report::every_number_is_certified(&report) {
        return Err(Fault::ours(format!("figures without birth certificate: {}", uncertified.join(", "))));
    }
    let withheld = written.ready.extract_if(.., |chapter| report.withheld.contains(&chapter.reference));
    let narrower = lang.say("cli-report-chapter-withheld");
    let withheld: Vec<LeftOut> = withheld
        .map(|chapter| LeftOut { reference: chapter.reference, title: chapter.title, state: narrower.clone() })
        .collect();
    written.left_out.extend(withheld);
    if complete && !written.left_out.is_empty() {
        let lines: Vec<String> = written.left_out.iter().map(left_out_line).collect();
        return Err(Fault::user(format!("{}\n{}", lang.say("cli-report-incomplete"), lines.join("\n")))
            .with_help(lang.say("cli-report-incomplete-help")));
    }
    for (name, bytes) in files::of(year, &report, now, context)? {
        write(&out.join(name), &bytes)?;
    }
    let folder = out.display().to_string();
    let build = ReportBuild { year, snapshot: report.snapshot, built_at: now, folder };
    let guard = annual_report::guard(year, &context.by()).map_err(ours)?;
    context.store.report_put(build, guard, &context.by()).await.map_err(ours)?;
    spinner.finish_and_clear();
    Ok((report, written))
}

/// The words that an HTML page needs around a document.
pub(super) fn words(lang: Lang) -> Words {
    Words::new(|key| lang.say(key))
}

/// Writes a file whole: beside its place first, then put there.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Outcome {
    let fault = |error: std::io::Error| Fault::user(format!("{} cannot be written: {error}", path.display()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(fault)?;
    }
    let partial = path.with_extension("partial");
    fs::write(&partial, bytes).and_then(|()| fs::rename(&partial, path)).map_err(fault)
}
