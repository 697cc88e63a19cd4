//! The list of built annual reports.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_model::{Pap, Tlp};
use beffroi_rights::{Act, Kind, World};

struct Line {
    year: i16,
    snapshot: u64,
    built: String,
}

#[derive(Template)]
#[template(path = "reports.html")]
struct Page {
    chrome: Chrome,
    lines: Vec<Line>,
}

/// `GET /rapport`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let scope = reader.access()?.scope(Act::Read, World::Coordination, Kind::AnnualReport);
    let builds = house.store.report_visible(&scope).await?;
    let lines =
        builds.iter().map(|b| Line { year: b.year, snapshot: b.snapshot, built: figures::instant(t, b.built_at) });
    let chrome = Chrome::new(&house, &reader, &t.say("web-nav-report")).marked(Tlp::Green, Pap::Green);
    Ok(html(&Page { lines: lines.collect(), chrome })?)
}
