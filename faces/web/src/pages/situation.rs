//! One situation point: its pages, its files; a draft is written and frozen here.

use crate::chrome::{Chrome, html};
use crate::forms::Fields;
use crate::house::House;
use crate::pages::situations::state;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sent_back::sent_back;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_threat::situation::{
    self, ACTIONS_MOST, FACTS_MOST, Said, Situation, SituationError, SituationInput, Statement, UNKNOWNS_MOST,
};
use beffroi_document::html::{Words, fragment, page as whole_page};
use beffroi_document::text;
use beffroi_model::{Channel, SituationRef};
use beffroi_rights::{Act, Kind, World};
use beffroi_wording::Lang;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Lines of the form, as they were typed.
#[derive(Default)]
struct Typed {
    statements: String,
    actions: String,
    unknowns: String,
    next: String,
}

#[derive(Template)]
#[template(path = "situation.html")]
struct Page {
    chrome: Chrome,
    reference: String,
    version: u32,
    state: String,
    state_class: &'static str,
    banner: Option<String>,
    body: String,
    typed: Option<Typed>,
    most: [usize; 3],
    may_freeze: bool,
    may_export: bool,
    error: Option<String>,
}

/// `GET /situations/{reference}`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let point = fetch(&house, &reader, Act::Read, &reference).await?;
    let typed = as_typed(&point);
    page(&house, &reader, &point, typed, None).await
}

/// `POST /situations/{reference}`: keeps what was typed, or freezes.
pub(crate) async fn act(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let act = match fields.get("action") {
        "save" => Act::Change,
        "freeze" => Act::Decide,
        _ => return Err(Problem::Unclear("an action")),
    };
    let point = fetch(&house, &reader, act, &reference).await?;
    if fields.get("version") != point.version.to_string() {
        return Err(Problem::Conflict(format!("{} has changed in between", point.reference)));
    }
    let by = &reader.by(&house, World::Coordination, fields.get("cle"))?;
    if act == Act::Decide {
        return match situation::freeze(&house.store, point.clone(), by).await {
            Ok(_) => Ok(Redirect::to(&format!("/situations/{}", point.reference)).into_response()),
            Err(error) => answer(&house, &reader, &point, as_typed(&point), error).await,
        };
    }
    let of = |name: &str| fields.get(name).chars().take(20_000).collect::<String>();
    let typed =
        Typed { statements: of("faits"), actions: of("actions"), unknowns: of("inconnues"), next: of("suivant") };
    let Some((input, next)) = read(&typed) else {
        let message = reader.t.say("web-situation-unread");
        return Ok(sent_back(page(&house, &reader, &point, typed, Some(message)).await?));
    };
    match situation::edit(&house.store, point.clone(), input, Some(next), by).await {
        Ok(_) => Ok(Redirect::to(&format!("/situations/{}", point.reference)).into_response()),
        Err(error) => answer(&house, &reader, &point, typed, error).await,
    }
}

async fn answer(
    house: &House,
    reader: &Reader,
    point: &Situation,
    typed: Typed,
    error: SituationError,
) -> Result<Response, Problem> {
    match refusal(&error, reader.t) {
        Some(message) => Ok(sent_back(page(house, reader, point, typed, Some(message)).await?)),
        None => Err(given(error)),
    }
}

/// `GET /situations/{reference}/fichiers/{format}`
pub(crate) async fn download(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path((reference, format)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let point = fetch(&house, &reader, Act::Export, &reference).await?;
    // The scope of the reader has let it through; the channel is asked besides.
    if !point.marking.may_leave(Channel::Download, point.marking) {
        return Err(Problem::NotFound);
    }
    let document = situation::document(&point, reader.t);
    let (kind, bytes) = match format.as_str() {
        "pdf" => {
            let (typesetter, at) = (house.typesetter.clone(), point.frozen_at.unwrap_or(point.drafted_at));
            let set = tokio::task::spawn_blocking(move || typesetter.pdf(&document, at)).await;
            ("application/pdf", set.map_err(|error| Problem::Ours(error.to_string()))??)
        }
        "docx" | "odt" => {
            let at = point.frozen_at.unwrap_or(point.drafted_at);
            crate::office::file(&house, &format, document, at, reader.t).await?
        }
        "html" => {
            let words = Words::new(|key| reader.t.say(key));
            ("text/html; charset=utf-8", whole_page(&document, &words).into_bytes())
        }
        "txt" => ("text/plain; charset=utf-8", text(&document).into_bytes()),
        "json" => {
            let json = serde_json::to_vec_pretty(&point).map_err(|error| Problem::Ours(error.to_string()))?;
            ("application/json", json)
        }
        _ => return Err(Problem::NotFound),
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.{format}\"", point.reference)),
    ];
    Ok((headers, bytes).into_response())
}

async fn fetch(house: &House, reader: &Reader, act: Act, reference: &str) -> Result<Situation, Problem> {
    let reference: SituationRef = reference.parse().map_err(|_| Problem::NotFound)?;
    let scope = reader.access()?.scope(act, World::Coordination, Kind::Situation);
    situation::get(&house.store, &scope, &reference).await.map_err(given)?.ok_or(Problem::NotFound)
}

async fn may(house: &House, reader: &Reader, act: Act, point: &Situation) -> Result<bool, Problem> {
    let scope = reader.access()?.scope(act, World::Coordination, Kind::Situation);
    Ok(situation::get(&house.store, &scope, &point.reference).await.map_err(given)?.is_some())
}

async fn page(
    house: &House,
    reader: &Reader,
    point: &Situation,
    typed: Typed,
    error: Option<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let document = situation::document(point, t);
    let chrome = Chrome::new(house, reader, &document.title)
        .marked(point.marking.tlp, point.marking.pap)
        .synthetic(point.synthetic);
    let (state, state_class) = state(point, t);
    let is_draft = point.frozen_at.is_none();
    let page = Page {
        reference: point.reference.to_string(),
        version: point.version,
        state,
        state_class,
        banner: document.banner.clone(),
        body: fragment(&document, &Words::new(|key| t.say(key))),
        typed: (is_draft && may(house, reader, Act::Change, point).await?).then_some(typed),
        most: [FACTS_MOST, ACTIONS_MOST, UNKNOWNS_MOST],
        may_freeze: is_draft && may(house, reader, Act::Decide, point).await?,
        may_export: may(house, reader, Act::Export, point).await?,
        error,
        chrome,
    };
    Ok(html(&page)?)
}

fn as_typed(point: &Situation) -> Typed {
    let content = &point.content;
    let said = |all: &[Said]| all.iter().map(|s| format!("{} | {}\n", s.fr, s.en)).collect();
    let next = content.next_at.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC));
    Typed {
        statements: content.statements.iter().map(|s| format!("{} | {} | {}\n", s.grade, s.fr, s.en)).collect(),
        actions: said(&content.actions),
        unknowns: said(&content.unknowns),
        next: next.strftime("%Y-%m-%dT%H:%M").to_string(),
    }
}

/// `B2 | français | English`, a line each.
fn read(typed: &Typed) -> Option<(SituationInput, jiff::Timestamp)> {
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
    };
    let said = |text: &str| -> Option<Vec<Said>> {
        let each = |line: &String| {
            let (fr, en) = line.split_once('|')?;
            Some(Said { fr: fr.trim().to_owned(), en: en.trim().to_owned() })
        };
        lines(text).iter().map(each).collect()
    };
    let statement = |line: &String| {
        let mut parts = line.splitn(3, '|').map(str::trim);
        let grade = parts.next()?.parse().ok()?;
        Some(Statement { grade, fr: parts.next()?.to_owned(), en: parts.next()?.to_owned() })
    };
    let statements: Option<Vec<Statement>> = lines(&typed.statements).iter().map(statement).collect();
    let next: DateTime = typed.next.parse().ok()?;
    let next = next.to_zoned(TimeZone::get("Europe/Paris").ok()?).ok()?.timestamp();
    let input = SituationInput {
        statements: Some(statements?),
        actions: Some(said(&typed.actions)?),
        unknowns: Some(said(&typed.unknowns)?),
    };
    Some((input, next))
}

/// The words for a refusal; nothing for a fault of the house.
pub(crate) fn refusal(error: &SituationError, t: Lang) -> Option<String> {
    let text = match error {
        SituationError::Frozen { .. } => t.say("web-situation-is-frozen"),
        SituationError::OpenDraft { open } => {
            let open = open.to_string();
            t.say_with("web-situation-open", &[("open", (&open).into())])
        }
        SituationError::NoCrisis => t.say("web-situation-no-crisis"),
        SituationError::NextTooEarly => t.say("web-situation-early"),
        SituationError::TooLong { length, most, .. } => {
            let (length, most) = (length.to_string(), most.to_string());
            t.say_with("web-refused-long", &[("length", (&length).into()), ("most", (&most).into())])
        }
        SituationError::OneLanguage { .. } => t.say("web-refused-one-language"),
        SituationError::PersonalData { .. } => t.say("web-alert-victim-data"),
        SituationError::RawIndicator { .. } => t.say("web-refused-raw"),
        _ => return None,
    };
    Some(text)
}

/// A fault of the house as a problem.
pub(crate) fn given(error: SituationError) -> Problem {
    match error {
        SituationError::Store(error) => error.into(),
        SituationError::Missing { .. } => Problem::NotFound,
        other => Problem::Ours(other.to_string()),
    }
}
