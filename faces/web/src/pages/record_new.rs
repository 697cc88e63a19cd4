//! A new record: the form that its declaration makes.

use crate::chrome::{Chrome, Step, html};
use crate::forms::Fields;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::registers::{Faults, Input, Wrong, inputs, reading, typed, writing};
use crate::sent_back::sent_back;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_registers::Adding;
use beffroi_register::{Field, Register, Values, words};

#[derive(Template)]
#[template(path = "record_new.html")]
struct Page {
    chrome: Chrome,
    name: &'static str,
    faults: Vec<Wrong>,
    inputs: Vec<Input>,
}

/// `GET /registres/{register}/nouveau`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let desk = reading(&house, &reader)?;
    let register = desk.register(&name)?;
    if !desk.may_add(register) {
        return Err(Problem::NotFound);
    }
    page(&house, &reader, register, &Values::new(), &Faults::default())
}

/// `POST /registres/{register}/nouveau`
pub(crate) async fn add(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let desk = writing(&house, &reader, &fields)?;
    let register = desk.register(&name)?;
    if !desk.may_add(register) {
        return Err(Problem::NotFound);
    }
    let typed = typed(register, asked(register), &fields);
    match desk.add(register, Adding { typed: typed.clone(), ..Adding::default() }).await {
        Ok(reference) => Ok(Redirect::to(&format!("/registres/{}/{reference}", register.name)).into_response()),
        Err(error) => match Faults::of(&error, reader.t) {
            Some(faults) => Ok(sent_back(page(&house, &reader, register, &typed, &faults)?)),
            None => Err(error.into()),
        },
    }
}

fn asked(register: &Register) -> impl Iterator<Item = &'static Field> {
    register.fields.iter().filter(|field| !field.by_move)
}

fn page(
    house: &House,
    reader: &Reader,
    register: &'static Register,
    values: &Values,
    faults: &Faults,
) -> Result<Response, Problem> {
    let t = reader.t;
    let first = register.states.first().map(|state| state.needs).unwrap_or_default();
    let fields = asked(register).map(|field| (field, field.required || first.contains(&field.name)));
    let name = words::name(register, t);
    let step = Step { href: format!("/registres/{}", register.name), label: name.clone() };
    let title = t.say_with("web-register-add-title", &[("register", (&name).into())]);
    let page = Page {
        chrome: Chrome::new(house, reader, &title)
            .under("/registres", [step])
            .marked(register.marking.tlp, register.marking.pap),
        name: register.name,
        faults: faults.summary("new"),
        inputs: inputs(register, fields, "new", values, faults, t),
    };
    Ok(html(&page)?)
}
