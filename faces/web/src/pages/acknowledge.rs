//! The page of a link in a mail: it says for what, and its button acknowledges. Asking for it does nothing, since
//! scanners of mail ask for every address; it shows no content, since whoever holds the link may be anybody.

use crate::chrome::{Chrome, html};
use crate::cookies::{Cookie, Jar, Keep};
use crate::figures;
use crate::forms::{Fields, entry_token};
use crate::house::House;
use crate::pages::sign_in::entry;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sent_back::sent_back;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_threat::alerts;
use beffroi_desk_threat::diffusion::{self, DiffusionError, LinkFault, Links, ReturnKind};
use beffroi_store::{By, DeliveryRow, ReadingRow, WriteKey};

/// The most cases of one return.
const CASES_MOST: u64 = 1_000_000;

#[derive(Template)]
#[template(path = "acknowledge.html")]
struct Page {
    chrome: Chrome,
    token: String,
    lead: String,
    marking: Option<String>,
    /// When it was read; none as long as it was not.
    read: Option<String>,
    expired: bool,
    flash: String,
    kinds: Vec<(&'static str, String)>,
    message: Option<String>,
    error: Option<String>,
}

/// `GET /accuse/{lien}`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(link): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (row, works) = delivery(&house, &link).await?;
    page(&house, &reader, &headers, &row, works, None).await
}

/// `POST /accuse/{lien}`: acknowledges, or sends something back.
pub(crate) async fn act(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(link): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let t = reader.t;
    let (row, works) = delivery(&house, &link).await?;
    if !works {
        return page(&house, &reader, &headers, &row, false, None).await;
    }
    // The link stands for the recipient, for this one purpose.
    let key: WriteKey = fields.get("cle").parse().map_err(|_| Problem::Unclear("the key of a form"))?;
    let by = By::new(format!("recipient:{}", row.recipient), house.now()).with_key(key);
    match fields.get("action") {
        "read" => {
            diffusion::acknowledge(&house.store, &row, "link", &by).await?;
        }
        "return" => {
            let kind = ReturnKind::ALL.into_iter().find(|kind| kind.code() == fields.get("nature"));
            let n = Some(fields.get("cas")).filter(|text| !text.is_empty()).map_or(Ok(0), str::parse::<u64>);
            let (Some(kind), Ok(n)) = (kind, n) else {
                let page = page(&house, &reader, &headers, &row, true, Some(t.say("web-ack-return-unclear"))).await?;
                return Ok(sent_back(page));
            };
            if n > CASES_MOST {
                let page = page(&house, &reader, &headers, &row, true, Some(t.say("web-ack-return-unclear"))).await?;
                return Ok(sent_back(page));
            }
            let message = match diffusion::give_back(&house.store, &row, kind, n, fields.get("texte"), &by).await {
                Ok(()) => return Ok(Redirect::to(&format!("/accuse/{link}?retour=oui")).into_response()),
                Err(DiffusionError::VictimData { .. }) => t.say("web-ack-return-person"),
                Err(DiffusionError::Long { .. }) => t.say("web-ack-return-long"),
                Err(error) => return Err(error.into()),
            };
            let page = page(&house, &reader, &headers, &row, true, Some(message)).await?;
            return Ok(sent_back(page));
        }
        _ => return Err(Problem::Unclear("an action")),
    }
    Ok(Redirect::to(&format!("/accuse/{link}")).into_response())
}

/// The delivery of a link, and whether the link still works. One that is not ours is nothing.
async fn delivery(house: &House, link: &str) -> Result<(DeliveryRow, bool), Problem> {
    let links = Links::of(&house.store).map_err(|error| Problem::Ours(error.to_string()))?;
    let (id, works) = match links.read(link, house.now()) {
        Ok(link) => (link.delivery, true),
        // Signed by us: the number is what it was.
        Err(LinkFault::Expired) => (link.split('.').next().unwrap_or_default().to_owned(), false),
        Err(LinkFault::Forged) => return Err(Problem::NotFound),
    };
    house.store.delivery(&id).await?.map(|row| (row, works)).ok_or(Problem::NotFound)
}

async fn page(
    house: &House,
    reader: &Reader,
    headers: &HeaderMap,
    row: &DeliveryRow,
    works: bool,
    error: Option<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let jar = Jar::of(&house.settings);
    let entry = entry(jar, headers)?;
    let mine = |reading: &ReadingRow| reading.version == row.version && reading.recipient == row.recipient;
    let readings = house.store.readings(Some(&row.alert)).await?;
    let read = readings.iter().find(|reading| mine(reading)).and_then(|reading| reading.read_at);
    let name = house.store.recipient(&row.recipient).await?.map(|known| known.name).unwrap_or_default();
    let alert = alerts::show(&house.store, &row.alert).await?;
    let (reference, version) = (row.alert.to_string(), row.version.to_string());
    let values = [("reference", (&reference).into()), ("version", (&version).into()), ("name", (&name).into())];
    // Whoever is signed in sends the token of the session, everybody else that of the page.
    let token = match reader.form_token.is_empty() {
        true => entry_token(&entry),
        false => reader.form_token.clone(),
    };
    let message = reader.query().contains_key("retour").then(|| t.say("web-ack-return-done"));
    let marking = alert.map(|alert| t.say_with("web-ack-marking", &[("marking", (&alert.marking.to_string()).into())]));
    let page = Page {
        chrome: Chrome::new(house, reader, &t.say("web-ack-title")),
        token,
        lead: t.say_with("web-ack-lead", &values),
        marking,
        read: read.map(|at| t.say_with("web-ack-done", &[("at", (&figures::instant(t, at)).into())])),
        expired: !works,
        flash: format!("/alertes/{reference}"),
        kinds: ReturnKind::ALL.map(|kind| (kind.code(), t.say(&format!("post-return-{}", kind.code())))).into(),
        message,
        error,
    };
    let mut response = html(&page)?;
    if reader.session.is_none()
        && let Some(cookie) = jar.set(Cookie::Entry, &entry, Keep::Session)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
