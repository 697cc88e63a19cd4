//! The registers that are open to the reader.

use crate::chrome::{Chrome, html};
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::registers::reading;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_register::words;

struct Line {
    name: &'static str,
    label: String,
    purpose: String,
    basis: &'static str,
    may_add: bool,
}

#[derive(Template)]
#[template(path = "registers.html")]
struct Page {
    chrome: Chrome,
    lines: Vec<Line>,
}

/// `GET /registres`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let (t, desk) = (reader.t, reading(&house, &reader)?);
    let line = |register: &'static beffroi_register::Register| Line {
        name: register.name,
        label: words::name(register, t),
        purpose: words::purpose_of(register, t),
        basis: register.basis,
        may_add: desk.may_add(register),
    };
    let lines = desk.registers().into_iter().map(line).collect();
    Ok(html(&Page { chrome: Chrome::new(&house, &reader, &t.say("web-nav-registers")), lines })?)
}
