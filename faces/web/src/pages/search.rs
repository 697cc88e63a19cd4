//! The search over all registers that are open to the reader, and over the pages and registers by their names.

use crate::chrome::{Chrome, html};
use crate::folding::holds;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::registers::reading;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_register::words;

/// Records of one register.
const MOST: u64 = 25;

struct Line {
    href: String,
    title: String,
    reference: String,
    register: String,
    state: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Page {
    chrome: Chrome,
    question: String,
    /// Pages and registers whose name holds every word of the question: address and name.
    pages: Vec<(String, String)>,
    lines: Vec<Line>,
}

/// `GET /recherche`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let question: String = reader.query().get("q").map(|q| q.chars().take(200).collect()).unwrap_or_default();
    let desk = reading(&house, &reader)?;
    let rows = desk.search(&question, MOST).await?;
    let mut chrome = Chrome::new(&house, &reader, &t.say("web-search-title"));
    for row in &rows {
        chrome = chrome.marked(row.record.marking.tlp, row.record.marking.pap).synthetic(row.record.synthetic);
    }
    let menu =
        chrome.sections.iter().chain(&chrome.control).map(|section| (section.href.to_owned(), section.label.clone()));
    let registers = desk.registers().into_iter().map(|of| (format!("/registres/{}", of.name), words::name(of, t)));
    let named = |(_, name): &(String, String)| !question.trim().is_empty() && holds(name, &question);
    let pages = menu.chain(registers).filter(named).collect();
    let lines = rows.iter().filter_map(|row| {
        let register = house.registry.get(&row.record.register)?;
        Some(Line {
            href: format!("/registres/{}/{}", register.name, row.record.reference),
            title: row.title.clone(),
            reference: row.record.reference.clone(),
            register: words::name(register, t),
            state: words::state(register, &row.record.state, t),
        })
    });
    Ok(html(&Page { lines: lines.collect(), pages, question, chrome })?)
}
