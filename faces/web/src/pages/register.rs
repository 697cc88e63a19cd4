//! One register: its records, by filters and pages; views that are kept; what leaves and what is brought in.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::forms::Fields;
use crate::house::House;
use crate::pages::sheet::links;
use crate::problem::Problem;
use crate::reader::{Reader, encode};
use crate::registers::{Choice, brought, options, reading, writing};
use crate::sent_back::sent_back;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_registers::{Import, calendar, csv, json, set_aside, workbook};
use beffroi_register::{Entry, Field, FieldKind, Of, Register, RowRead, read_rows, shown, words};
use beffroi_rights::{Act, Kind, World};
use beffroi_store::{Cursor, RecordRow, SavedView};
use beffroi_wording::Lang;
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// Records of a page.
const PAGE: u64 = 50;

struct Line {
    reference: String,
    title: String,
    state: String,
    cells: Vec<String>,
    due: String,
    late: bool,
}

struct Filter {
    id: String,
    name: String,
    label: String,
    options: Vec<Choice>,
}

struct Finding {
    row: usize,
    text: String,
}

#[derive(Template)]
#[template(path = "register.html")]
struct Page {
    chrome: Chrome,
    name: &'static str,
    purpose: String,
    basis: &'static str,
    heads: Vec<String>,
    lines: Vec<Line>,
    filters: Vec<Filter>,
    question: String,
    query: String,
    next: Option<String>,
    views: Vec<SavedView>,
    sheets: Vec<(String, String)>,
    may_add: bool,
    may_export: bool,
    exports: [(&'static str, &'static str); 4],
    typed: String,
    preview: Option<String>,
    aside: Option<String>,
    findings: Vec<Finding>,
}

/// `GET /registres/{register}`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    page(&house, &reader, &name, String::new(), None).await
}

/// `POST /registres/{register}`: keeps a view, or brings records in.
pub(crate) async fn act(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let desk = writing(&house, &reader, &fields)?;
    let register = desk.register(&name)?;
    let here = format!("/registres/{}", register.name);
    match fields.get("action") {
        "view" => {
            let (label, query) = (fields.get("nom"), fields.get("requete"));
            let label: String = label.chars().filter(|c| !c.is_control()).take(60).collect();
            let query: String = query.chars().take(500).collect();
            if label.is_empty() {
                return Err(Problem::Unclear("a view without a name"));
            }
            house.store.view_save(register.name, &label, &query, &desk.by).await?;
            Ok(Redirect::to(&if query.is_empty() { here } else { format!("{here}?{query}") }).into_response())
        }
        "preview" => {
            let (read, text) = rows(&house, register, &fields).await?;
            let import = desk.preview_read(register, read).await?;
            page(&house, &reader, &name, text, Some(import)).await
        }
        "import" => {
            let (read, text) = rows(&house, register, &fields).await?;
            let import = desk.import_read(register, read, !fields.get("partiel").is_empty()).await?;
            if import.added.is_empty() {
                return Ok(sent_back(page(&house, &reader, &name, text, Some(import)).await?));
            }
            Ok(Redirect::to(&here).into_response())
        }
        _ => Err(Problem::Unclear("an action")),
    }
}

/// What was brought in, the file that was chosen or else what was typed; and the text to send again. A file of which every
/// row reads is sent again as its rows; of another, the rows that read are not all, so that it is to be chosen again.
async fn rows(house: &House, register: &'static Register, fields: &Fields) -> Result<(RowRead, String), Problem> {
    let Some(file) = fields.file() else {
        let text = fields.raw("fichier");
        return Ok((read_rows(register, text), text.to_owned()));
    };
    let read = brought(house, register, file.bytes.clone()).await?;
    let text = if read.findings.is_empty() { read.to_json() } else { String::new() };
    Ok((read, text))
}

/// `GET /registres/{register}/export/{format}`
pub(crate) async fn export(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path((name, format)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (t, desk) = (reader.t, reading(&house, &reader)?);
    let register = desk.register(&name)?;
    let filters = filters_of(register, &reader.query());
    let (kind, body) = match format.as_str() {
        "csv" => ("text/csv; charset=utf-8", csv(register, &desk.taken_out(register, &filters).await?).into_bytes()),
        "xlsx" => {
            let records = desk.taken_out(register, &filters).await?;
            let made = tokio::task::spawn_blocking(move || workbook(register, &records, t)).await;
            let bytes = made.map_err(|error| Problem::Ours(error.to_string()))??;
            ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", bytes)
        }
        "json" => {
            let lines = json(register, &desk.taken_out(register, &filters).await?);
            ("application/json", format!("[{}]", lines.join(",\n")).into_bytes())
        }
        "ics" => {
            let lines = desk.deadlines_of(register, SignedDuration::from_hours(366 * 24)).await?;
            ("text/calendar; charset=utf-8", calendar(&words::name(register, t), &lines, None, t).into_bytes())
        }
        _ => return Err(Problem::NotFound),
    };
    let name = format!("attachment; filename=\"{}.{format}\"", register.name);
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], body).into_response())
}

/// The filters of an address: `etat`, and `f.FIELD`.
fn filters_of(register: &Register, query: &BTreeMap<String, String>) -> Vec<Entry> {
    let state = query.get("etat").filter(|state| register.state(state).is_some());
    let mut all: Vec<Entry> =
        state.into_iter().map(|state| Entry { field: ".state".to_owned(), value: state.clone() }).collect();
    for field in register.fields.iter().filter(|field| field.filtered) {
        let value = query.get(&format!("f.{}", field.name)).map(|value| value.trim());
        all.extend(
            value
                .filter(|value| !value.is_empty())
                .map(|value| Entry { field: field.name.to_owned(), value: value.chars().take(300).collect() }),
        );
    }
    all
}

async fn page(
    house: &House,
    reader: &Reader,
    name: &str,
    typed: String,
    import: Option<Import>,
) -> Result<Response, Problem> {
    let (t, desk) = (reader.t, reading(house, reader)?);
    let register = desk.register(name)?;
    let query = reader.query();
    let seen = desk.seen(register);
    let question = query.get("q").map(|q| q.chars().take(200).collect::<String>()).unwrap_or_default();
    let filters = filters_of(register, &query);
    let (rows, next) = if question.is_empty() {
        let after = query.get("apres").and_then(|after| cursor(after));
        let listed = house.store.record_list(&seen, &filters, after.as_ref(), PAGE).await?;
        (listed.rows, listed.next)
    } else {
        (house.store.record_search(&[seen], &question, PAGE).await?, None)
    };
    let mut chrome = Chrome::new(house, reader, &words::name(register, t));
    for row in &rows {
        chrome = chrome.marked(row.record.marking.tlp, row.record.marking.pap).synthetic(row.record.synthetic);
    }
    let listed: Vec<&Field> =
        register.fields.iter().filter(|field| field.listed && field.name != register.title).collect();
    let kept: Vec<(String, String)> =
        query.into_iter().filter(|(key, _)| key == "etat" || key.starts_with("f.")).collect();
    let with = |cursor: &Cursor| {
        let mut pairs = kept.clone();
        pairs.push(("apres".to_owned(), format!("{}~{}", cursor.at, cursor.reference)));
        format!("/registres/{}?{}", register.name, encode(&pairs))
    };
    let preview = import.as_ref().map(|import| {
        let n = i64::try_from(import.n_fine).unwrap_or(i64::MAX);
        t.say_with("web-register-preview", &[("n", n.into())])
    });
    let aside = import.as_ref().and_then(|import| set_aside(register, &import.aside, t));
    let aside = aside.map(|columns| t.say_with("register-aside", &[("columns", (&columns).into())]));
    let findings = import.map(|import| import.findings).unwrap_or_default();
    let page = Page {
        name: register.name,
        purpose: words::purpose_of(register, t),
        basis: register.basis,
        heads: listed.iter().map(|field| words::field(register, field, t)).collect(),
        lines: rows.iter().map(|row| line(register, row, &listed, desk.by.at, t)).collect(),
        filters: filters_shown(register, &filters, t),
        question,
        query: encode(&kept),
        next: next.as_ref().map(with),
        views: house.store.views(reader.who()?, register.name).await?,
        sheets: links(register, Of::Register, register.name, t),
        may_add: desk.may_add(register),
        may_export: reader.access()?.reaches(Act::Export, World::Coordination, Kind::Record),
        exports: [("xlsx", "XLSX"), ("csv", "CSV"), ("json", "JSON"), ("ics", "iCalendar")],
        typed,
        preview,
        aside,
        findings: findings
            .into_iter()
            .map(|finding| Finding { row: finding.row, text: finding.refusal.say(register, t) })
            .collect(),
        chrome,
    };
    Ok(html(&page)?)
}

fn cursor(text: &str) -> Option<Cursor> {
    let (at, reference) = text.split_once('~')?;
    Some(Cursor { at: at.parse().ok()?, reference: reference.to_owned() })
}

fn filters_shown(register: &Register, filters: &[Entry], t: Lang) -> Vec<Filter> {
    let value =
        |field: &str| filters.iter().find(|entry| entry.field == field).map_or("", |entry| entry.value.as_str());
    let mut states: Vec<Choice> = register
        .states
        .iter()
        .map(|state| Choice {
            code: state.name.to_owned(),
            label: words::state(register, state.name, t),
            chosen: value(".state") == state.name,
        })
        .collect();
    states.insert(0, Choice { code: String::new(), label: "–".to_owned(), chosen: value(".state").is_empty() });
    let state =
        Filter { id: "etat".to_owned(), name: "etat".to_owned(), label: t.say("web-register-state"), options: states };
    let choices = register.fields.iter().filter(|field| {
        field.filtered && matches!(field.kind, FieldKind::Choice(_) | FieldKind::Code(_) | FieldKind::Flag)
    });
    let shown = choices.map(|field| {
        let mut all = options(register, field, value(field.name), t);
        if field.many {
            let none = Choice { code: String::new(), label: "–".to_owned(), chosen: value(field.name).is_empty() };
            all.insert(0, none);
        }
        Filter {
            id: format!("filtre-{}", field.name),
            name: format!("f.{}", field.name),
            label: words::field(register, field, t),
            options: all,
        }
    });
    std::iter::once(state).chain(shown).collect()
}

fn line(register: &Register, row: &RecordRow, listed: &[&Field], now: jiff::Timestamp, t: Lang) -> Line {
    let record = &row.record;
    Line {
        reference: record.reference.clone(),
        title: row.title.clone(),
        state: words::state(register, &record.state, t),
        cells: listed.iter().map(|field| shown(register, field, record.value(field.name), t)).collect(),
        due: row.due.as_ref().map(|(at, _)| figures::instant(t, *at)).unwrap_or_default(),
        late: row.due.as_ref().is_some_and(|(at, _)| *at < now),
    }
}
