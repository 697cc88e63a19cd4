//! `beffroi report build`.

use super::{codes, source};
use crate::Context;
use crate::args::ReportCommand;
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{print, print_json};
use crate::progress;
use beffroi_desk_observatory::sources;
use beffroi_desk_threat::annual_report::{self, AnnualReport, Options, SourceLine};
use beffroi_desk_threat::exercise;
use beffroi_document::html::{self, Words};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_store::ReportBuild;
use beffroi_wording::Lang;
use jiff::Timestamp;
use serde_json::json;
use std::fs;
use std::path::Path;

pub(super) async fn run(command: ReportCommand, context: &Context) -> Outcome {
    let ReportCommand::Build { year, snapshot, built_as_of, out } = command;
    let report = build_as_of(year, snapshot, built_as_of.unwrap_or_else(|| context.now()), &out, context).await?;
    if context.json {
        return print_json(&json!({
            "year": year, "snapshot": report.snapshot, "folder": out, "certificates": report.certificates.len(),
        }));
    }
    let lang = context.lang;
    let n = lang.integer(report.certificates.len() as f64);
    let (year, snapshot, folder) = (year.to_string(), report.snapshot.to_string(), out.display().to_string());
    let values =
        [("year", (&year).into()), ("snapshot", (&snapshot).into()), ("n", (&n).into()), ("folder", (&folder).into())];
    print(&format!("{}\n", lang.say_with("cli-report-built", &values)))
}

/// Builds the report of a year into the folder `out`: `report.pdf`, `report.html`, `figures/*.csv` and
/// `birth-certificates.json`, and notes it in the register.
///
/// # Errors
/// [`Fault`] when there are no data, or a file cannot be written.
pub async fn build(year: i16, snapshot: Option<u64>, out: &Path, context: &Context) -> Outcome<AnnualReport> {
    build_as_of(year, snapshot, context.now(), out, context).await
}

/// The same bearing the instant `now`: on the same state of the data, the same bytes.
async fn build_as_of(
    year: i16,
    snapshot: Option<u64>,
    now: Timestamp,
    out: &Path,
    context: &Context,
) -> Outcome<AnnualReport> {
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
    let options = Options {
        snapshot,
        now,
        lang,
        program_version: context.version,
        lists: codes::in_use(context).await?,
        marking: Marking { tlp: Tlp::Green, pap: Pap::Green },
        sources: &named,
        signals: &annual_report::signals_of(&context.store, year, lang).await.map_err(ours)?,
        alerts: &annual_report::alerts_of(&context.store, year, lang).await.map_err(ours)?,
    };
    let report = annual_report::build(context.facts.as_ref(), year, &options)
        .await
        .map_err(|error| if error.is_user_fault() { users(error) } else { ours(error) })?;
    if let Err(uncertified) = annual_report::every_number_is_certified(&report) {
        return Err(Fault::ours(format!("figures without birth certificate: {}", uncertified.join(", "))));
    }
    let document =
        if context.store.is_exercise() { exercise::marked(&report.document) } else { report.document.clone() };
    let pdf = context.typesetter.pdf(&document, now).map_err(ours)?;
    write(&out.join("report.pdf"), &pdf)?;
    write(&out.join("report.html"), html::page(&document, &words(lang)).as_bytes())?;
    for (name, csv) in &report.tables {
        write(&out.join("figures").join(name), csv.as_bytes())?;
    }
    let certificates = annual_report::birth_certificates_json(&report).to_string();
    write(&out.join("birth-certificates.json"), certificates.as_bytes())?;
    let folder = out.display().to_string();
    let build = ReportBuild { year, snapshot: report.snapshot, built_at: now, folder };
    let guard = annual_report::guard(year, &context.by()).map_err(ours)?;
    context.store.report_put(build, guard, &context.by()).await.map_err(ours)?;
    spinner.finish_and_clear();
    Ok(report)
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
