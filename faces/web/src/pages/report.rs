//! One annual report: what is in it, and its files.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use beffroi_model::{Pap, Tlp};
use beffroi_rights::{Act, Kind, World};
use beffroi_store::ReportBuild;
use beffroi_wording::Lang;
use std::path::PathBuf;

/// What a file is called, in a language.
type Word = fn(Lang) -> String;

/// The files that may be fetched, with their media types and the words for them, in the order in which they are offered.
/// Nothing else of the folder can be named.
const FILES: [(&str, &str, Word); 11] = [
    ("report.pdf", "application/pdf", |t| t.say("web-report-pdf")),
    ("report.html", "text/html; charset=utf-8", |t| t.say("web-report-html")),
    ("report.odt", "application/vnd.oasis.opendocument.text", |t| t.say("web-report-odt")),
    ("report.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", |t| {
        t.say("web-report-docx")
    }),
    ("press-sheet.pdf", "application/pdf", |t| t.say("web-report-press-pdf")),
    ("press-sheet.html", "text/html; charset=utf-8", |t| t.say("web-report-press-html")),
    ("summary-en.pdf", "application/pdf", |t| t.say("web-report-summary-pdf")),
    ("summary-en.html", "text/html; charset=utf-8", |t| t.say("web-report-summary-html")),
    ("birth-certificates.json", "application/json", |t| t.say("web-report-certificates")),
    ("manifest.json", "application/json", |t| t.say("web-report-manifest")),
    ("archive.zip", "application/zip", |t| t.say("web-report-archive")),
];
/// The largest file handed out.
const LARGEST: u64 = 64 * 1024 * 1024;

struct File {
    href: String,
    label: String,
    size: String,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    chrome: Chrome,
    facts: Vec<(String, String)>,
    files: Vec<File>,
    parts: Vec<(String, String)>,
}

/// `GET /rapport/{year}`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(year): Path<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let year = read_year(&year)?;
    let build = visible(&house, &reader, year).await?;
    let lake = house.lake().await?;
    let synthetic = lake.snapshots.iter().take_while(|s| s.number <= build.snapshot).any(|s| s.delivery.synthetic);
    let mut files = Vec::new();
    for (name, _, label) in FILES {
        if let Ok(meta) = tokio::fs::metadata(path(&house, year, name)).await {
            let kilobytes = t.integer((meta.len() as f64 / 1024.0).ceil());
            let size = t.say_with("web-kilobytes", &[("size", (&kilobytes).into())]);
            files.push(File { href: format!("/rapport/{year}/{name}"), label: label(t), size });
        }
    }
    let title = format!("{} {year}", t.say("web-report-of"));
    let chrome = Chrome::new(&house, &reader, &title).marked(Tlp::Green, Pap::Green).synthetic(synthetic);
    let page = Page {
        facts: vec![
            (t.say("web-report-built"), figures::instant(t, build.built_at)),
            (t.say("web-snapshot"), build.snapshot.to_string()),
        ],
        files,
        parts: vec![
            (t.say("web-report-part-first"), t.say("web-report-part-first-text")),
            (t.say("web-report-part-figures"), t.say("web-report-part-figures-text")),
            (t.say("web-report-part-chapters"), t.say("web-report-part-chapters-text")),
            (t.say("web-report-part-layers"), t.say("web-report-part-layers-text")),
            (t.say("web-report-part-watch"), t.say("web-report-part-watch-text")),
            (t.say("web-report-part-method"), t.say("web-report-part-method-text")),
        ],
        chrome,
    };
    Ok(html(&page)?)
}

/// `GET /rapport/{year}/{file}`
pub(crate) async fn file(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path((year, name)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let year = read_year(&year)?;
    let (name, kind, _) = FILES.into_iter().find(|(known, ..)| *known == name).ok_or(Problem::NotFound)?;
    visible(&house, &reader, year).await?;
    let path = path(&house, year, name);
    let meta = tokio::fs::symlink_metadata(&path).await.map_err(|_| Problem::NotFound)?;
    if !meta.is_file() || meta.len() > LARGEST {
        return Err(Problem::NotFound);
    }
    let bytes = tokio::fs::read(&path).await.map_err(|error| Problem::Ours(error.to_string()))?;
    let attachment = format!("attachment; filename=\"beffroi-{year}-{name}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, attachment)];
    Ok((headers, Body::from(bytes)).into_response())
}

/// The build of a year, when this reader may see it.
async fn visible(house: &House, reader: &Reader, year: i16) -> Result<ReportBuild, Problem> {
    let scope = reader.access()?.scope(Act::Read, World::Coordination, Kind::AnnualReport);
    let builds = house.store.report_visible(&scope).await?;
    builds.into_iter().find(|build| build.year == year).ok_or(Problem::NotFound)
}

fn read_year(text: &str) -> Result<i16, Problem> {
    text.parse().ok().filter(|y| (1000..=9999).contains(y) && text.len() == 4).ok_or(Problem::NotFound)
}

/// Built from a number and a name of the list above: nothing typed by a reader is part of it.
fn path(house: &House, year: i16, name: &'static str) -> PathBuf {
    house.data.join("reports").join(year.to_string()).join(name)
}
