//! Breaking the glass: what is open to the reader, the form that opens something more, ending before the time.

use crate::chrome::{Chrome, html, read_at};
use crate::figures;
use crate::forms::Fields;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sent_back::{Fault, sent_back};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_oversight::OversightError;
use beffroi_desk_oversight::emergencies::{self, EmergencyRefused};
use beffroi_model::{Pap, Tlp};
use beffroi_rights::{GLASS_HOURS, World};

/// Longest reason shown again when the form is refused, in characters.
const LONGEST_SHOWN: usize = 2_000;

/// The most openings of one's own that are shown.
const MOST: usize = 20;

struct Line {
    id: String,
    href: String,
    reference: String,
    reason: String,
    opened: String,
    until: String,
    is_open: bool,
    /// What somebody else thought of it, once somebody did.
    verdict: String,
}

#[derive(Template)]
#[template(path = "emergency.html")]
struct Page {
    chrome: Chrome,
    lines: Vec<Line>,
    lead: String,
    reference: String,
    reason: String,
    error: Fault,
}

/// `GET /urgence`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    page(&house, &reader, &Fields::default(), Fault::default()).await
}

async fn page(house: &House, reader: &Reader, typed: &Fields, error: Fault) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let seen = emergencies::list(&house.store, access.subject(), access.on(), access.at()).await?;
    let lines = seen.into_iter().filter(|seen| seen.is_own).take(MOST).map(|seen| Line {
        href: read_at(seen.opening.kind, seen.opening.glass.object.as_str()),
        reference: seen.opening.glass.object.to_string(),
        reason: seen.opening.glass.reason,
        opened: figures::instant(t, seen.opening.glass.opened_at),
        until: figures::instant(t, seen.opening.glass.until),
        is_open: seen.is_open,
        verdict: match seen.opening.review {
            Some(review) if review.justified => t.say("web-emergencies-justified"),
            Some(_) => t.say("web-emergencies-unjustified"),
            None => t.say("web-emergencies-to-review"),
        },
        id: seen.opening.id,
    });
    let page = Page {
        lines: lines.collect(),
        lead: t.say_with("web-emergency-lead", &[("hours", GLASS_HOURS.into())]),
        reference: typed.get("objet").chars().take(128).collect(),
        reason: typed.get("motif").chars().take(LONGEST_SHOWN).collect(),
        error,
        chrome: Chrome::new(house, reader, &t.say("web-emergency-title")).marked(Tlp::Green, Pap::Green),
    };
    Ok(html(&page)?)
}

/// `POST /urgence`: opens, and goes on to read.
pub(crate) async fn open(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let by = reader.by(&house, World::Coordination, fields.get("cle"))?;
    let (reference, reason) = (fields.get("objet"), fields.get("motif"));
    let wrong = match emergencies::open(&house.store, access.subject(), access.on(), reference, reason, &by).await {
        Ok(found) => return Ok(Redirect::to(&read_at(found.kind, found.id.as_str())).into_response()),
        Err(OversightError::Emergency(refused)) => match refused {
            EmergencyRefused::Reason | EmergencyRefused::Remark => ("motif", t.say("web-emergency-reason-wrong")),
            EmergencyRefused::Nothing => ("objet", t.say("web-emergency-nothing")),
            EmergencyRefused::NobodyTold => ("objet", t.say("web-emergency-nobody-told")),
        },
        Err(error) => return Err(error.into()),
    };
    let page = page(&house, &reader, &fields, wrong.into()).await?;
    Ok(sent_back(page))
}

/// `POST /urgence/{id}`: ends one's own opening before its time.
pub(crate) async fn end(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let access = reader.access()?;
    if !access.open().iter().any(|opening| opening.id == id) {
        return Err(Problem::NotFound);
    }
    let by = reader.by(&house, World::Coordination, fields.get("cle"))?;
    emergencies::end(&house.store, access.subject(), access.on(), &id, &by).await?;
    // Whose right was taken away meanwhile has no page of openings any more.
    let after = if emergencies::may_open(access.subject(), access.on()) { "/urgence" } else { "/" };
    Ok(Redirect::to(after).into_response())
}
