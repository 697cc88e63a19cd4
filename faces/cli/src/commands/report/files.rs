//! The files of a report, and the list of them with what each weighs.

use super::words;
use crate::Context;
use crate::commands::office;
use crate::fault::{Outcome, ours};
use beffroi_datapackage::archive;
use beffroi_desk_threat::annual_report::{self, AnnualReport};
use beffroi_desk_threat::exercise;
use beffroi_document::{Document, html};
use beffroi_office::Form;
use beffroi_wording::Lang;
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

/// The list of the files.
const MANIFEST: &str = "manifest.json";
/// All files in one.
const ARCHIVE: &str = "archive.zip";

/// A file: its name under the folder of the report, and its bytes.
type File = (String, Vec<u8>);

/// Every file of the report, the list of them and the archive of all last. The same report at the same instant gives the
/// same bytes.
pub(super) fn of(year: i16, report: &AnnualReport, now: Timestamp, context: &Context) -> Outcome<Vec<File>> {
    let mut files: Vec<File> = forms("report", &report.document, now, context)?.into();
    for form in Form::ALL {
        let bytes = office::file(form, &report.document, now, context)?;
        files.push((format!("report.{}", form.ending()), bytes));
    }
    files.extend(forms("press-sheet", &report.press_sheet, now, context)?);
    files.extend(forms("summary-en", &report.summary, now, context)?);
    let certificates = annual_report::birth_certificates_json(report).to_string();
    files.push(("birth-certificates.json".to_owned(), certificates.into_bytes()));
    files.extend(report.tables.iter().map(|(name, csv)| (format!("figures/{name}"), csv.clone().into_bytes())));
    files.push((MANIFEST.to_owned(), manifest(year, report, &files, now, context)?));
    let archived = archive(&files).map_err(ours)?;
    files.push((ARCHIVE.to_owned(), archived));
    Ok(files)
}

/// A document as PDF and as a page.
fn forms(name: &str, document: &Document, now: Timestamp, context: &Context) -> Outcome<[File; 2]> {
    let document = if context.store.is_exercise() { exercise::marked(document) } else { document.clone() };
    let lang: Lang = document.lang.parse().unwrap_or(context.lang);
    let pdf = context.typesetter.pdf(&document, now).map_err(ours)?;
    let page = html::page(&document, &words(lang)).into_bytes();
    Ok([(format!("{name}.pdf"), pdf), (format!("{name}.html"), page)])
}

/// What was built of what, and the digest of each file: enough to say years later whether a file is the one that left.
fn manifest(year: i16, report: &AnnualReport, files: &[File], now: Timestamp, context: &Context) -> Outcome<Vec<u8>> {
    let hexadecimal = |bytes: &[u8]| -> String { Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect() };
    let parts =
        files.iter().map(|(name, bytes)| json!({ "name": name, "bytes": bytes.len(), "sha256": hexadecimal(bytes) }));
    let told = json!({
        "title": report.document.title,
        "year": year,
        "snapshot": report.snapshot,
        "as_of": now,
        "language": report.document.lang,
        "marking": report.document.marking,
        "banner": report.document.banner,
        "program": format!("beffroi {}", context.version),
        "files": parts.collect::<Vec<_>>(),
    });
    serde_json::to_vec_pretty(&told).map_err(ours)
}
