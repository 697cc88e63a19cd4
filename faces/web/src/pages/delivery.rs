//! One delivery: its quality sheet, with what was refused, and the same as PDF.

use super::deliveries::shelf;
use crate::chrome::{Chrome, Step, html};
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use beffroi_desk_observatory::quality::QualitySheet;
use beffroi_desk_observatory::quality::view::{self, Section};
use beffroi_desk_observatory::sources::explain;
use beffroi_model::{Delivery, DeliveryId, Marking};

/// A cell of a table, and whether it is a figure.
struct Cell {
    text: String,
    numeric: bool,
}

struct Table {
    id: String,
    caption: String,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    left: Option<String>,
}

struct Part {
    id: &'static str,
    title: String,
    notes: Vec<String>,
    terms: Vec<(String, String)>,
    tables: Vec<Table>,
}

#[derive(Template)]
#[template(path = "delivery.html")]
struct Page {
    chrome: Chrome,
    id: String,
    source: String,
    file: String,
    sections: Vec<Part>,
}

/// `GET /livraisons/{id}`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let (delivery, sheet) = find(&house, &id).await?;
    let (title, marking) = source(&house, &reader, &delivery).await;
    let title = t.say_with("quality-title", &[("source", (&title).into())]);
    let chrome = Chrome::new(&house, &reader, &title).marked(marking.tlp, marking.pap).synthetic(delivery.synthetic);
    let mut page = Page {
        chrome,
        id: delivery.id.to_string(),
        source: delivery.source.to_string(),
        file: delivery.file,
        sections: sheet.into_iter().flat_map(|sheet| view::sections(&sheet, t)).map(part).collect(),
    };
    for (href, key) in [("/sources", "web-nav-sources"), ("/livraisons", "web-deliveries-title")] {
        page.chrome.trail.push(Step { href: href.to_owned(), label: t.say(key) });
    }
    Ok(html(&page)?)
}

/// `GET /livraisons/{id}/pdf`
pub(crate) async fn pdf(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (delivery, sheet) = find(&house, &id).await?;
    let sheet = sheet.ok_or(Problem::NotFound)?;
    let (title, marking) = source(&house, &reader, &delivery).await;
    let document = view::document(&sheet, &title, marking, reader.t);
    let typesetter = house.typesetter.clone();
    let set = tokio::task::spawn_blocking(move || typesetter.pdf(&document, delivery.at)).await;
    let bytes = set.map_err(|error| Problem::Ours(error.to_string()))??;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.pdf\"", delivery.id)),
    ];
    Ok((headers, bytes).into_response())
}

fn part(section: Section) -> Part {
    let Section { id, title, notes, terms, tables } = section;
    Part { id, title, notes, terms, tables: tables.into_iter().map(table).collect() }
}

fn table(table: view::Table) -> Table {
    let row = |row: Vec<String>| {
        let cells = row.into_iter().zip(&table.columns);
        cells.map(|(text, (_, numeric))| Cell { text, numeric: *numeric }).collect()
    };
    let rows = table.rows.into_iter().map(row).collect();
    let head = table.columns.into_iter().map(|(text, numeric)| Cell { text, numeric }).collect();
    Table { id: table.id, caption: table.caption, head, rows, left: table.left }
}

/// A delivery that landed, or was refused and has a sheet.
async fn find(house: &House, id: &str) -> Result<(Delivery, Option<QualitySheet>), Problem> {
    let id: DeliveryId = id.parse().map_err(|_| Problem::NotFound)?;
    let (shelf, wanted) = (shelf(house), id.clone());
    let sheet = tokio::task::spawn_blocking(move || shelf.find(&wanted)).await;
    let sheet = sheet.map_err(|error| Problem::Ours(error.to_string()))?;
    if let Some(sheet) = sheet.map_err(|error| Problem::Ours(error.to_string()))? {
        return Ok((sheet.delivery.clone(), Some(sheet)));
    }
    let landed = house.lake().await?.snapshots.into_iter().find(|snapshot| snapshot.delivery.id == id);
    landed.map(|snapshot| (snapshot.delivery, None)).ok_or(Problem::NotFound)
}

/// The title and marking of a delivery's source; what no declaration names any more is marked as strictly as can be.
async fn source(house: &House, reader: &Reader, delivery: &Delivery) -> (String, Marking) {
    let catalogue = house.sources().await;
    match catalogue.get(delivery.source.as_str()) {
        Some(source) => (explain(source, reader.t).title, source.declaration.marking),
        None => (delivery.source.to_string(), Marking::default()),
    }
}
