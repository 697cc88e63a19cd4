//! The list of indicators: what is measured, in which layer.

use crate::chrome::{Chrome, html};
use crate::house::{CATALOGUE, House};
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_desk_observatory::indicators::{IndicatorLine, list};
use beffroi_model::Layer;

/// The indicators of one layer: layers are shown apart, because they are never added.
struct Group {
    id: &'static str,
    label: String,
    lines: Vec<Line>,
}

struct Line {
    line: IndicatorLine,
    definition: String,
    periodicity: String,
}

#[derive(Template)]
#[template(path = "indicators.html")]
struct Page {
    chrome: Chrome,
    groups: Vec<Group>,
}

/// `GET /indicateurs`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let lines = list(&CATALOGUE, t);
    let mut groups = Vec::new();
    for layer in Layer::ALL {
        let cards = CATALOGUE.cards().iter().filter(|card| card.layer == layer);
        let of_layer = cards.filter_map(|card| {
            let line = lines.iter().find(|line| line.id == card.code)?.clone();
            let periodicity = t.say(&format!("indicator-dimension-{}", line.periodicity));
            Some(Line { line, definition: card.definition.of(t.code()).to_owned(), periodicity })
        });
        let of_layer: Vec<Line> = of_layer.collect();
        if !of_layer.is_empty() {
            groups.push(Group {
                id: layer.code(),
                label: crate::figures::label("layers", layer.code(), t),
                lines: of_layer,
            });
        }
    }
    let chrome = Chrome::new(&house, &reader, &t.say("web-nav-indicators"));
    Ok(html(&Page { chrome, groups })?)
}
