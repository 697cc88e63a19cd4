//! Situation points: the list, and the next point of a crisis.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::forms::Fields;
use crate::house::House;
use crate::pages::situation::{given, refusal};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sent_back::sent_back;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_threat::alerts::Note;
use beffroi_desk_threat::situation::{self, DraftSituation, Situation};
use beffroi_rights::{Act, Kind, World};
use beffroi_wording::Lang;

/// Points shown.
const SHOWN: usize = 200;

struct Line {
    reference: String,
    title: String,
    marking: String,
    at: String,
    next: String,
    state: String,
    state_class: &'static str,
}

/// A field of the form, as it was typed.
struct Typed {
    name: &'static str,
    label: String,
    value: String,
    kind: &'static str,
    required: bool,
}

#[derive(Template)]
#[template(path = "situations.html")]
struct Page {
    chrome: Chrome,
    lines: Vec<Line>,
    typed: Vec<Typed>,
    may_draft: bool,
    error: Option<String>,
}

/// `GET /situations`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    page(&house, &reader, &Fields::default(), None).await
}

/// `POST /situations`: drafts the next point.
pub(crate) async fn draft(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let by = reader.by(&house, World::Coordination, fields.get("cle"))?;
    let own = |name: &str| Some(fields.get(name).chars().take(200).collect::<String>()).filter(|text| !text.is_empty());
    let name = match (own("nom_fr"), own("nom_en")) {
        (None, None) => None,
        (fr, en) => Some(Note { fr: fr.unwrap_or_default(), en: en.unwrap_or_default() }),
    };
    let asked = DraftSituation {
        crisis: fields.get("crise").chars().take(80).collect(),
        name,
        phenomenon: own("phenomene"),
        territory: own("territoire"),
        since: own("depuis").and_then(|day| day.parse().ok()),
        next_at: None,
        input: Default::default(),
        by,
    };
    match situation::draft(house.facts.as_ref(), &house.store, asked).await {
        Ok(point) => Ok(Redirect::to(&format!("/situations/{}", point.reference)).into_response()),
        Err(error) => match refusal(&error, t) {
            Some(message) => Ok(sent_back(page(&house, &reader, &fields, Some(message)).await?)),
            None => Err(given(error)),
        },
    }
}

async fn page(house: &House, reader: &Reader, fields: &Fields, error: Option<String>) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let scope = access.scope(Act::Read, World::Coordination, Kind::Situation);
    let mut all = situation::visible(&house.store, &scope).await.map_err(given)?;
    all.truncate(SHOWN);
    let mut chrome = Chrome::new(house, reader, &t.say("web-nav-situations"));
    for point in &all {
        chrome = chrome.marked(point.marking.tlp, point.marking.pap).synthetic(point.synthetic);
    }
    let typed = |name: &'static str, label: String, kind: &'static str, required: bool| Typed {
        name,
        label,
        value: fields.get(name).to_owned(),
        kind,
        required,
    };
    let page = Page {
        lines: all.iter().map(|point| line(point, t)).collect(),
        typed: vec![
            typed("crise", t.say("web-situation-crisis"), "text", true),
            typed("nom_fr", t.say("web-situation-name-fr"), "text", false),
            typed("nom_en", t.say("web-situation-name-en"), "text", false),
            typed("phenomene", t.say("web-situation-phenomenon"), "text", false),
            typed("territoire", t.say("web-situation-territory"), "text", false),
            typed("depuis", t.say("web-situation-since"), "date", false),
        ],
        may_draft: access.reaches(Act::Create, World::Coordination, Kind::Situation),
        error,
        chrome,
    };
    Ok(html(&page)?)
}

fn line(point: &Situation, t: Lang) -> Line {
    let (state, state_class) = state(point, t);
    let number = point.number.to_string();
    let name = point.content.name.said(t);
    Line {
        reference: point.reference.to_string(),
        title: t.say_with("situation-title", &[("number", (&number).into()), ("name", name.into())]),
        marking: point.marking.to_string(),
        at: figures::instant(t, point.frozen_at.unwrap_or(point.drafted_at)),
        next: figures::instant(t, point.content.next_at),
        state,
        state_class,
    }
}

/// Where it stands in words, and its class.
pub(crate) fn state(point: &Situation, t: Lang) -> (String, &'static str) {
    match point.frozen_at {
        Some(_) => (t.say("web-situation-frozen"), "tag-issued"),
        None => (t.say("web-alert-draft"), "tag-draft"),
    }
}
