//! One flash alert: the page as its readers get it, and its next step.

use crate::chrome::{Chrome, html};
use crate::forms::Fields;
use crate::house::House;
use crate::pages::alerts::{state, title};
use crate::pages::board;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sent_back::sent_back;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_threat::alerts::{self, Alert, AlertError, AlertState};
use beffroi_desk_threat::diffusion::{self, DiffusionError, Selection};
use beffroi_document::html::{Words, fragment};
use beffroi_model::AlertRef;
use beffroi_rights::{Act, Kind, World};
use beffroi_store::WriteKey;

struct Step {
    what: String,
    when: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "alert.html")]
struct Page {
    chrome: Chrome,
    reference: String,
    version: u32,
    state: String,
    state_class: &'static str,
    body: String,
    banner: Option<String>,
    steps: Vec<Step>,
    signal: Option<String>,
    /// The button that moves it on, when this reader may press it.
    next: Option<(&'static str, String)>,
    /// Why this reader may not.
    barred: Option<String>,
    may_close: bool,
    may_export: bool,
    /// Whether the board is for this reader.
    has_board: bool,
    /// The recipients on whose behalf this reader has not yet acknowledged: what the button says.
    unread: Vec<String>,
    error: Option<String>,
}

/// `GET /alertes/{reference}`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let alert = fetch(&house, &reader, Act::Read, &reference).await?;
    page(&house, &reader, &alert, None).await
}

/// `GET /alertes/{reference}/pdf`
pub(crate) async fn pdf(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let alert = fetch(&house, &reader, Act::Export, &reference).await?;
    let document = alerts::document(&alert, reader.t);
    let at = alert.issued_at.unwrap_or(alert.drafted_at);
    let typesetter = house.typesetter.clone();
    let set = tokio::task::spawn_blocking(move || typesetter.pdf(&document, at)).await;
    let bytes = set.map_err(|error| Problem::Ours(error.to_string()))??;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.pdf\"", alert.reference)),
    ];
    Ok((headers, bytes).into_response())
}

/// `POST /alertes/{reference}`: validates, issues, closes, or says that it was read.
pub(crate) async fn act(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let act = match fields.get("action") {
        "validate" => Act::Validate,
        "issue" => Act::Issue,
        "close" => Act::Decide,
        "read" => Act::Read,
        _ => return Err(Problem::Unclear("an action")),
    };
    let alert = fetch(&house, &reader, act, &reference).await?;
    // What was read must be what is signed.
    if fields.get("version") != alert.version.to_string() {
        return Err(Problem::Conflict(format!("{} has changed in between", alert.reference)));
    }
    let by = &reader.by(&house, World::Coordination, fields.get("cle"))?;
    if act == Act::Read {
        for row in diffusion::unread_of(&house.store, &alert, reader.who()?).await? {
            // Each of them is one write, and one key does one.
            let by = reader.by(&house, World::Coordination, &WriteKey::draw().to_string())?;
            house.store.reading_done(&row.alert, row.version, &row.recipient, "account", &by).await?;
        }
        return Ok(Redirect::to(&format!("/alertes/{}", alert.reference)).into_response());
    }
    let done = match act {
        Act::Validate => alerts::validate(&house.store, alert.clone(), by).await,
        Act::Issue => {
            let everyone = Selection::default();
            match diffusion::issue(&house.store, alert.clone(), &everyone, &house.diffusion, by).await {
                Ok((alert, _)) => Ok(alert),
                Err(DiffusionError::Nobody { .. }) => {
                    let page = page(&house, &reader, &alert, Some(t.say("web-alert-nobody"))).await?;
                    return Ok(sent_back(page));
                }
                Err(DiffusionError::Alert(error)) => Err(error),
                Err(error) => return Err(error.into()),
            }
        }
        _ => {
            let reason: String = fields.get("reason").chars().take(2000).collect();
            alerts::close(&house.store, alert.clone(), &reason, by).await
        }
    };
    let message = match done {
        Ok(_) => return Ok(Redirect::to(&format!("/alertes/{}", alert.reference)).into_response()),
        Err(AlertError::SameAuthor { .. }) => t.say("web-alert-four-eyes"),
        Err(AlertError::NoReason { .. }) => t.say("web-alert-reason-needed"),
        Err(AlertError::VictimData { .. }) => t.say("web-alert-victim-data"),
        Err(AlertError::Transition { .. }) => t.say("web-alert-wrong-state"),
        Err(error) => return Err(error.into()),
    };
    let page = page(&house, &reader, &alert, Some(message)).await?;
    Ok(sent_back(page))
}

pub(crate) async fn fetch(house: &House, reader: &Reader, act: Act, reference: &str) -> Result<Alert, Problem> {
    let reference: AlertRef = reference.parse().map_err(|_| Problem::NotFound)?;
    let scope = reader.access()?.scope(act, World::Coordination, Kind::Alert);
    alerts::get(&house.store, &scope, &reference).await?.ok_or(Problem::NotFound)
}

async fn page(house: &House, reader: &Reader, alert: &Alert, error: Option<String>) -> Result<Response, Problem> {
    let t = reader.t;
    let chrome = Chrome::new(house, reader, title(alert, t))
        .marked(alert.marking.tlp, alert.marking.pap)
        .synthetic(alert.synthetic);
    let document = alerts::document(alert, t);
    let (state, state_class) = state(alert.state, t);
    let Next { step: next, barred } = next(house, reader, alert).await?;
    let may_close = alert.state != AlertState::Closed && may(house, reader, Act::Decide, alert).await?;
    let may_export = may(house, reader, Act::Export, alert).await?;
    let unread = diffusion::unread_of(&house.store, alert, reader.who()?).await?.into_iter();
    let unread = unread.map(|one| t.say_with("web-ack-here", &[("name", (&one.recipient).into())])).collect();
    let steps = alert.content.changes.iter().map(|change| Step {
        what: t.say(&change.what),
        when: crate::figures::instant(t, change.at),
        reason: format!("{} {}", change.who, change.reason.clone().map(|r| format!("– {r}")).unwrap_or_default()),
    });
    let page = Page {
        reference: alert.reference.to_string(),
        version: alert.version,
        state,
        state_class,
        body: fragment(&document, &Words::new(|key| t.say(key))),
        banner: document.banner,
        steps: steps.collect(),
        signal: alert.signal.as_ref().map(ToString::to_string),
        next,
        barred,
        may_close,
        may_export,
        has_board: alert.issued_at.is_some() && board::is_for(house, reader, alert).await?,
        unread,
        error,
        chrome,
    };
    Ok(html(&page)?)
}

/// What comes next, or why this reader may not do it.
#[derive(Default)]
struct Next {
    step: Option<(&'static str, String)>,
    barred: Option<String>,
}

/// What comes next.
async fn next(house: &House, reader: &Reader, alert: &Alert) -> Result<Next, Problem> {
    let t = reader.t;
    let (act, action, label) = match alert.state {
        AlertState::Draft => (Act::Validate, "validate", t.say("web-alert-validate")),
        AlertState::Validated => (Act::Issue, "issue", t.say("web-alert-issue")),
        AlertState::Issued | AlertState::Closed => return Ok(Next::default()),
    };
    if may(house, reader, act, alert).await? {
        return Ok(Next { step: Some((action, label)), barred: None });
    }
    let own = alert.author == reader.who()?;
    let barred = if own { t.say("web-alert-four-eyes") } else { t.say("web-alert-not-yours") };
    Ok(Next { step: None, barred: Some(barred) })
}

/// Whether this reader may do `act` to it.
pub(crate) async fn may(house: &House, reader: &Reader, act: Act, alert: &Alert) -> Result<bool, Problem> {
    let scope = reader.access()?.scope(act, World::Coordination, Kind::Alert);
    Ok(alerts::get(&house.store, &scope, &alert.reference).await?.is_some())
}
