//! One flash alert: the page as its readers get it, its files, and its next step.

use crate::chrome::{Chrome, html};
use crate::forms::Fields;
use crate::house::House;
use crate::pages::alert_refusals::refusal;
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
use beffroi_desk_threat::alerts::{self, Alert, AlertError, AlertState, Export, Format};
use beffroi_desk_threat::diffusion::{self, DiffusionError, Lowered, Selection};
use beffroi_document::html::{Words, fragment};
use beffroi_model::{AlertRef, Channel, Marking, Pap, Tlp};
use beffroi_rights::{Act, Kind, World};
use beffroi_store::WriteKey;
use beffroi_wording::Lang;

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
    may_edit: bool,
    /// An agreement is due and not there yet.
    may_agree: bool,
    may_downgrade: bool,
    tlp: Vec<&'static str>,
    pap: Vec<&'static str>,
    /// Forms in which it may be fetched: none when it may not.
    forms: Vec<(&'static str, String)>,
    /// What readers have meanwhile, while this one is being written: words and link.
    out: Option<(String, String)>,
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
    if reader.query().get("version").is_some_and(|version| version == OUT) {
        let out = went_out(&house, &reader, &reference).await?.ok_or(Problem::NotFound)?;
        return page(&house, &reader, &out, None).await;
    }
    let alert = fetch(&house, &reader, Act::Read, &reference).await?;
    page(&house, &reader, &alert, None).await
}

/// `?version=`: the version that readers have, while a new one is being written.
const OUT: &str = "diffusee";

async fn went_out(house: &House, reader: &Reader, reference: &str) -> Result<Option<Alert>, Problem> {
    let reference: AlertRef = reference.parse().map_err(|_| Problem::NotFound)?;
    let scope = reader.access()?.scope(Act::Read, World::Coordination, Kind::Alert);
    Ok(alerts::went_out(&house.store, &scope, &reference).await?)
}

/// `GET /alertes/{reference}/pdf`
pub(crate) async fn pdf(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    file(&house, &reader, &reference, Format::Pdf).await
}

/// `GET /alertes/{reference}/fichiers/{format}`
pub(crate) async fn download(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path((reference, format)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let format: Format = format.parse().map_err(|_| Problem::NotFound)?;
    file(&house, &reader, &reference, format).await
}

async fn file(house: &House, reader: &Reader, reference: &str, format: Format) -> Result<Response, Problem> {
    let alert = fetch(house, reader, Act::Export, reference).await?;
    let name = format!("{}.{}", alert.reference, format.ending());
    let (typesetter, lang) = (house.typesetter.clone(), reader.t);
    let today = crate::access::Access::day((house.clock)());
    let made = tokio::task::spawn_blocking(move || {
        let how = Export {
            lang,
            typesetter: typesetter.as_ref(),
            channel: Channel::Download,
            // The scope of the reader has let it through: what they may fetch is what they are cleared for.
            ceiling: format.told(alert.marking),
            addresses: &[],
            sender: "beffroi",
            today,
        };
        alerts::export(&alert, format, &how)
    });
    let bytes = match made.await.map_err(|error| Problem::Ours(error.to_string()))? {
        Ok(bytes) => bytes,
        // A private message names whom it is for, which whoever fetches it does not know here.
        Err(AlertError::Cap(_)) => return Err(Problem::NotFound),
        Err(error) => return Err(error.into()),
    };
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, bytes).into_response())
}

/// `POST /alertes/{reference}`: validates, issues, closes, records an agreement, lowers the marking, or says that it was
/// read.
pub(crate) async fn act(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let action = fields.get("action");
    let act = match action {
        "validate" => Act::Validate,
        "issue" => Act::Issue,
        "close" | "agree" | "downgrade" => Act::Decide,
        "read" => Act::Read,
        _ => return Err(Problem::Unclear("an action")),
    };
    let mut alert = fetch(&house, &reader, act, &reference).await?;
    // Who sees the version that is worked on may acknowledge the one that went out.
    if act == Act::Read
        && let Some(out) = went_out(&house, &reader, &reference).await?
    {
        alert = out;
    }
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
    let text = |name: &str| fields.get(name).chars().take(2000).collect::<String>();
    let done = match action {
        "validate" => alerts::validate(&house.store, alert.clone(), by).await,
        "issue" => {
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
        "agree" => {
            let (given_by, agreement) = (text("qualite"), text("accord"));
            alerts::agree(&house.store, alert.clone(), &given_by, &agreement, by).await
        }
        "downgrade" => {
            let asked = fields.get("tlp").parse::<Tlp>().ok().zip(fields.get("pap").parse::<Pap>().ok());
            let to = asked.map_or(alert.marking, |(tlp, pap)| Marking { tlp, pap });
            let (reason, originator) = (text("reason"), text("emetteur"));
            let lowered = Lowered { to, reason: &reason, originator: &originator };
            match diffusion::downgrade(&house.store, alert.clone(), &lowered, &house.diffusion, by).await {
                Ok((alert, _)) => Ok(alert),
                Err(DiffusionError::Alert(error)) => Err(error),
                Err(error) => return Err(error.into()),
            }
        }
        _ => alerts::close(&house.store, alert.clone(), &text("reason"), by).await,
    };
    let message = match done {
        Ok(_) => return Ok(Redirect::to(&format!("/alertes/{}", alert.reference)).into_response()),
        Err(error) => match refusal(&error, t) {
            Some(message) => message,
            None => return Err(error.into()),
        },
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
    let today = crate::access::Access::day((house.clock)());
    let (state, state_class) = state(alert, today, t);
    let Next { step: next, barred } = next(house, reader, alert).await?;
    let went_out = match alert.content.was_issued() {
        true => went_out(house, reader, alert.reference.as_str()).await?,
        false => None,
    };
    // What readers have meanwhile is read; it is the version worked on that moves.
    let is_copy = went_out.as_ref().is_some_and(|out| out.version == alert.version);
    let may_close = !is_copy && alert.state != AlertState::Closed && may(house, reader, Act::Decide, alert).await?;
    let unread = diffusion::unread_of(&house.store, alert, reader.who()?).await?.into_iter();
    let unread = unread.map(|one| t.say_with("web-ack-here", &[("name", (&one.recipient).into())])).collect();
    let written = reader.who().is_ok_and(|who| alert.was_written_by(who));
    let is_due = alert.content.written.judicial && alert.content.agreement.is_none();
    let may_agree = alert.state == AlertState::Draft && is_due && !written && may_close;
    let may_downgrade = alert.state == AlertState::Issued && !written && may_close;
    let may_edit = alert.state == AlertState::Draft && may(house, reader, Act::Change, alert).await?;
    let forms = match may(house, reader, Act::Export, alert).await? {
        true => Format::ALL.map(|form| (form.code(), form_label(form, t))).to_vec(),
        false => Vec::new(),
    };
    let steps = alert.content.changes.iter().map(|change| Step {
        what: t.say(&change.what),
        when: crate::figures::instant(t, change.at),
        reason: format!("{} {}", change.who, change.reason.clone().map(|r| format!("– {r}")).unwrap_or_default()),
    });
    let out = went_out.filter(|_| !is_copy).map(|out| {
        let revision = out.content.revision.to_string();
        let words = t.say_with("web-alert-out", &[("version", (&revision).into())]);
        (words, format!("/alertes/{}?version={OUT}", out.reference))
    });
    let page = Page {
        out,
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
        has_board: alert.issued_at.is_some() && board::is_for(house, reader, alert).await?,
        unread,
        may_edit,
        may_agree,
        may_downgrade,
        tlp: Tlp::ALL.iter().filter(|tlp| **tlp <= alert.marking.tlp).map(|tlp| tlp.label()).collect(),
        pap: Pap::ALL.iter().filter(|pap| **pap <= alert.marking.pap).map(|pap| pap.label()).collect(),
        forms,
        error,
        chrome,
    };
    Ok(html(&page)?)
}

fn form_label(form: Format, t: Lang) -> String {
    match form {
        Format::Pdf => t.say("web-alert-form-pdf"),
        Format::Html => t.say("web-alert-form-html"),
        Format::Text => t.say("web-alert-form-txt"),
        Format::Cap => t.say("web-alert-form-cap"),
        Format::Stix => t.say("web-alert-form-stix"),
        Format::Misp => t.say("web-alert-form-misp"),
        Format::Json => t.say("web-alert-form-json"),
        Format::Annex => t.say("web-alert-form-annex"),
    }
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
