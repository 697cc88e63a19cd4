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
use std::path::PathBuf;

/// The files that may be fetched, with their media types. Nothing else of the folder can be named.
const FILES: [(&str, &str); 3] = [
    ("report.pdf", "application/pdf"),
    ("report.html", "text/html; charset=utf-8"),
    ("birth-certificates.json", "application/json"),
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
    for (name, label) in [
        ("report.pdf", t.say("web-report-pdf")),
        ("report.html", t.say("web-report-html")),
        ("birth-certificates.json", t.say("web-report-certificates")),
    ] {
        if let Ok(meta) = tokio::fs::metadata(path(&house, year, name)).await {
            let kilobytes = t.integer((meta.len() as f64 / 1024.0).ceil());
            let size = t.say_with("web-kilobytes", &[("size", (&kilobytes).into())]);
            files.push(File { href: format!("/rapport/{year}/{name}"), label, size });
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
    let (name, kind) = FILES.into_iter().find(|(known, _)| *known == name).ok_or(Problem::NotFound)?;
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
