//! A sheet: what a desk makes of the records that are open to the reader, as a page and as files.

use crate::chrome::{Chrome, Step, html};
use crate::house::House;
use crate::problem::Problem;
use crate::reader::{Reader, encode};
use crate::registers::{Faults, Input, Wrong, inputs, reading};
use crate::sent_back::sent_back;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use beffroi_desk_registers::{Actor, Made, RegisterError};
use beffroi_document::html::{Words, fragment, page as whole_page};
use beffroi_document::text;
use beffroi_model::Channel;
use beffroi_register::{Of, Register, Sheet, Values, words};
use beffroi_rights::{Act, Kind, World};
use beffroi_wording::Lang;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "sheet.html")]
struct Page {
    chrome: Chrome,
    here: String,
    purpose: String,
    inputs: Vec<Input>,
    faults: Vec<Wrong>,
    body: String,
    query: String,
    may_export: bool,
}

/// `GET /fiches/{of}/{sheet}`: of a register by its name, of a record by its reference.
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path((of, name)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (t, desk) = (reader.t, reading(&house, &reader)?);
    let (register, sheet) = named(&desk, &of, &name).await?;
    let asked = asked(sheet, &reader.query());
    let made = desk.sheet(&of, &name, &asked, Act::Read, t).await;
    let (made, faults) = match made {
        Ok(made) => (Some(made), Faults::default()),
        // Nothing was asked yet, and something is to be: the form stands alone, without a fault.
        Err(RegisterError::Refused { .. }) if asked.is_empty() && !sheet.inputs.is_empty() => (None, Faults::default()),
        Err(error) => {
            let faults = Faults::of(&error, t);
            (None, faults.ok_or(error)?)
        }
    };
    let label = words::name(register, t);
    let mut steps = vec![Step { href: format!("/registres/{}", register.name), label }];
    let record = made.as_ref().and_then(|made| made.record.as_ref());
    if let Some(record) = record {
        let href = format!("/registres/{}/{}", register.name, record.reference);
        steps.push(Step { href, label: record.reference.clone() });
    }
    let title = made.as_ref().map_or_else(|| words::sheet(register, sheet.name, t), |made| made.title(t));
    let mut chrome = Chrome::new(&house, &reader, &title).under("/registres", steps);
    if let Some(made) = &made {
        chrome = chrome.marked(made.marking.tlp, made.marking.pap).synthetic(made.synthetic);
    }
    let given: Vec<(String, String)> = asked.iter().map(|(name, value)| (format!("f.{name}"), value.clone())).collect();
    let fields = sheet.inputs.iter().map(|input| (input, input.required));
    let document = made.as_ref().map(|made| made.document(t, &t.say("flash-service"), t.date(desk.today())));
    let is_refused = made.is_none() && !faults.is_none();
    let page = Page {
        here: format!("/fiches/{of}/{name}"),
        purpose: words::sheet_purpose(register, sheet.name, t),
        inputs: inputs(register, fields, "fiche", &asked, &faults, t),
        faults: faults.summary("fiche"),
        body: document.map(|document| fragment(&document, &Words::new(|key| t.say(key)))).unwrap_or_default(),
        query: encode(&given),
        may_export: made.is_some() && reader.access()?.reaches(Act::Export, World::Coordination, Kind::Record),
        chrome,
    };
    let page = html(&page)?;
    Ok(if is_refused { sent_back(page) } else { page })
}

/// `GET /fiches/{of}/{sheet}/{format}`: the same as PDF, ODT, DOCX, HTML, text or JSON, of what the reader may take out.
pub(crate) async fn download(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path((of, name, format)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let (t, desk) = (reader.t, reading(&house, &reader)?);
    let (_, sheet) = named(&desk, &of, &name).await?;
    let made = desk.sheet(&of, &name, &asked(sheet, &reader.query()), Act::Export, t).await?;
    // The scope of the reader has let it through; the channel is asked besides.
    if !made.marking.may_leave(Channel::Download, made.marking) {
        return Err(Problem::NotFound);
    }
    let (kind, bytes) = written(&house, &reader, &made, &format, desk.today()).await?;
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}-{of}.{format}\"")),
    ];
    Ok((headers, bytes).into_response())
}

async fn written(
    house: &House,
    reader: &Reader,
    made: &Made,
    format: &str,
    today: jiff::civil::Date,
) -> Result<(&'static str, Vec<u8>), Problem> {
    let t = reader.t;
    let document = made.document(t, &t.say("flash-service"), t.date(today));
    Ok(match format {
        "pdf" => {
            let (typesetter, at) = (house.typesetter.clone(), house.now());
            let set = tokio::task::spawn_blocking(move || typesetter.pdf(&document, at)).await;
            ("application/pdf", set.map_err(|error| Problem::Ours(error.to_string()))??)
        }
        "docx" | "odt" => crate::office::file(house, format, document, house.now(), t).await?,
        "html" => ("text/html; charset=utf-8", whole_page(&document, &Words::new(|key| t.say(key))).into_bytes()),
        "txt" => ("text/plain; charset=utf-8", text(&document).into_bytes()),
        "json" => {
            let json = serde_json::to_vec_pretty(&made.to_json(t)).map_err(|error| Problem::Ours(error.to_string()))?;
            ("application/json", json)
        }
        _ => return Err(Problem::NotFound),
    })
}

/// The declaration of a sheet, if its register or its record is open to the reader.
async fn named(desk: &Actor<'_>, of: &str, name: &str) -> Result<(&'static Register, &'static Sheet), RegisterError> {
    let register = match desk.register(of) {
        Ok(register) => register,
        Err(_) => desk.fetch(of).await?.0,
    };
    register.sheet(name).map(|sheet| (register, sheet)).ok_or(RegisterError::NotFound)
}

/// What was asked, as it was typed.
pub(crate) fn asked(sheet: &Sheet, query: &BTreeMap<String, String>) -> Values {
    let typed = |name: &str| query.get(&format!("f.{name}")).map(|text| text.chars().take(1000).collect::<String>());
    let given = sheet.inputs.iter().filter_map(|input| Some((input.name.to_owned(), typed(input.name)?)));
    given.filter(|(_, text)| !text.trim().is_empty()).collect()
}

/// The sheets of a register or of a record: their addresses and names.
pub(crate) fn links(register: &Register, kind: Of, of: &str, t: Lang) -> Vec<(String, String)> {
    let own = register.sheets.iter().filter(|sheet| sheet.of == kind);
    own.map(|sheet| (format!("/fiches/{of}/{}", sheet.name), words::sheet(register, sheet.name, t))).collect()
}
