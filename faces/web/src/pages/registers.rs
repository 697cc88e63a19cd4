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
use beffroi_wording::Lang;

/// The desks in the order of the missions.
const DESKS: [&str; 10] = [
    "strategy",
    "observatory",
    "contributions",
    "capabilities",
    "support",
    "training",
    "prevention",
    "research",
    "law",
    "cooperation",
];

struct Desk {
    name: &'static str,
    label: String,
    lines: Vec<Line>,
}

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
    desks: Vec<Desk>,
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
    let mut open = desk.registers();
    let rank = |name: &str| DESKS.iter().position(|known| *known == name).unwrap_or(DESKS.len());
    open.sort_by_key(|register| rank(register.desk));
    let desks = open.chunk_by(|a, b| a.desk == b.desk).filter_map(|of_desk| {
        let name = of_desk.first()?.desk;
        Some(Desk { name, label: label(name, t), lines: of_desk.iter().map(|register| line(register)).collect() })
    });
    let desks = desks.collect();
    Ok(html(&Page { chrome: Chrome::new(&house, &reader, &t.say("web-nav-registers")), desks })?)
}

/// The name of a desk; its code for one that has no words.
fn label(desk: &str, t: Lang) -> String {
    let key = format!("register-desk-{desk}");
    if t.knows(&key) { t.say(&key) } else { desk.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_desk_has_its_name() {
        for t in Lang::ALL {
            for desk in DESKS {
                assert_ne!(label(desk, t), desk);
            }
        }
        assert_eq!(label("trial", Lang::Fr), "trial");
    }
}
