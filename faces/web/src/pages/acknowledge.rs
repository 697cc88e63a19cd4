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
use beffroi_desk_threat::diffusion::{self, DiffusionError, Linked, ReturnKind};
use beffroi_store::{By, WriteKey};

/// The most cases of one return.
const CASES_MOST: u64 = 1_000_000;

#[derive(Template)]
#[template(path = "acknowledge.html")]
struct Page {
    chrome: Chrome,
    token: String,
    lead: String,
    marking: String,
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
    let linked = linked(&house, &link).await?;
    page(&house, &reader, &headers, &linked, None)
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
    let linked = linked(&house, &link).await?;
    if !linked.works {
        return page(&house, &reader, &headers, &linked, None);
    }
    let row = &linked.row;
    // The link stands for the recipient, for this one purpose.
    let key: WriteKey = fields.get("cle").parse().map_err(|_| Problem::Unclear("the key of a form"))?;
    let by = By::new(format!("recipient:{}", row.recipient), house.now()).with_key(key);
    match fields.get("action") {
        "read" => {
            diffusion::acknowledge(&house.store, row, "link", &by).await?;
        }
        "return" => {
            let kind = ReturnKind::ALL.into_iter().find(|kind| kind.code() == fields.get("nature"));
            let n = Some(fields.get("cas")).filter(|text| !text.is_empty()).map_or(Ok(0), str::parse::<u64>);
            let (Some(kind), Ok(n)) = (kind, n) else {
                let page = page(&house, &reader, &headers, &linked, Some(t.say("web-ack-return-unclear")))?;
                return Ok(sent_back(page));
            };
            if n > CASES_MOST {
                let page = page(&house, &reader, &headers, &linked, Some(t.say("web-ack-return-unclear")))?;
                return Ok(sent_back(page));
            }
            let message = match diffusion::give_back(&house.store, row, kind, n, fields.get("texte"), &by).await {
                Ok(()) => return Ok(Redirect::to(&format!("/accuse/{link}?retour=oui")).into_response()),
                Err(DiffusionError::VictimData { .. }) => t.say("web-ack-return-person"),
                Err(DiffusionError::Long { .. }) => t.say("web-ack-return-long"),
                Err(error) => return Err(error.into()),
            };
            let page = page(&house, &reader, &headers, &linked, Some(message))?;
            return Ok(sent_back(page));
        }
        _ => return Err(Problem::Unclear("an action")),
    }
    Ok(Redirect::to(&format!("/accuse/{link}")).into_response())
}

/// What a link stands for. One that is not ours is nothing.
async fn linked(house: &House, link: &str) -> Result<Linked, Problem> {
    diffusion::linked(&house.store, link, house.now()).await?.ok_or(Problem::NotFound)
}

fn page(
    house: &House,
    reader: &Reader,
    headers: &HeaderMap,
    linked: &Linked,
    error: Option<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let jar = Jar::of(&house.settings);
    let entry = entry(jar, headers)?;
    let (reference, version) = (linked.row.alert.to_string(), linked.row.version.to_string());
    let values = [("reference", (&reference).into()), ("version", (&version).into()), ("name", (&linked.name).into())];
    // Whoever is signed in sends the token of the session, everybody else that of the page.
    let token = match reader.form_token.is_empty() {
        true => entry_token(&entry),
        false => reader.form_token.clone(),
    };
    let message = reader.query().contains_key("retour").then(|| t.say("web-ack-return-done"));
    let marking = t.say_with("web-ack-marking", &[("marking", (&linked.marking.to_string()).into())]);
    let page = Page {
        chrome: Chrome::new(house, reader, &t.say("web-ack-title")),
        token,
        lead: t.say_with("web-ack-lead", &values),
        marking,
        read: linked.read_at.map(|at| t.say_with("web-ack-done", &[("at", (&figures::instant(t, at)).into())])),
        expired: !linked.works,
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
