//! The API, explained to people: every operation of its table, with an example that the reader's session may open.

use crate::api::{Group, OPERATIONS, Operation, Place};
use crate::chrome::{Chrome, html};
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;

struct Section {
    id: &'static str,
    label: String,
    operations: Vec<Shown>,
}

struct Shown {
    id: &'static str,
    method: String,
    path: &'static str,
    told: String,
    /// What may be sent, for one that writes.
    sends: Option<&'static str>,
    versioned: bool,
    by_session: bool,
    /// Whether this reader may open the example.
    opens: bool,
    example: &'static str,
    answers: Vec<&'static str>,
    params: Vec<Row>,
}

struct Row {
    name: &'static str,
    in_path: bool,
    required: bool,
    told: String,
    wish: String,
}

#[derive(Template)]
#[template(path = "api.html")]
struct Page {
    chrome: Chrome,
    /// Where programs find the description.
    document: &'static str,
    sections: Vec<Section>,
}

/// `GET /api`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let shown = |operation: &'static Operation| Shown {
        id: operation.id,
        method: operation.method().to_string(),
        path: operation.path,
        sends: operation.sends.map(|sends| sends.example),
        versioned: operation.sends.is_some_and(|sends| sends.versioned),
        told: (operation.told)(t),
        by_session: operation.by_session,
        opens: operation.by_session && operation.needs.are_met(&reader),
        example: operation.example,
        answers: operation.answers.iter().map(|(media, _)| *media).collect(),
        params: operation
            .params
            .iter()
            .map(|param| Row {
                name: param.name,
                in_path: param.place == Place::Path,
                required: param.required,
                told: (param.told)(t),
                wish: param.form.wish(t),
            })
            .collect(),
    };
    let sections = Group::ALL.map(|group| Section {
        id: group.code(),
        label: group.label(t),
        operations: OPERATIONS.iter().filter(|operation| operation.group == group).map(shown).collect(),
    });
    let document = OPERATIONS.iter().find(|operation| operation.group == Group::Description);
    let document = document.map(|operation| operation.path).unwrap_or_default();
    let chrome = Chrome::new(&house, &reader, &t.say("web-api-title"));
    Ok(html(&Page { chrome, document, sections: sections.into() })?)
}
