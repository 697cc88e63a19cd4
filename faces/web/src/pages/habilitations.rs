//! Habilitations: who may read which inquiry until when; giving one, taking one back.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::forms::Fields;
use crate::house::House;
use crate::pages::people::{natures, refused};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sent_back::{Fault, sent_back};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_oversight::OversightError;
use beffroi_desk_oversight::habilitations::{self, HabilitationField, HabilitationForm};
use beffroi_model::{Pap, Tlp};
use beffroi_rights::{DataNature, World};
use beffroi_wording::Lang;
use jiff::ToSpan;

/// Days before its end from which a habilitation says that it ends soon.
const SOON_DAYS: i64 = 30;

struct Line {
    id: String,
    person: String,
    inquiry: String,
    natures: String,
    seized: String,
    until: String,
    soon: bool,
    given: String,
    may_revoke: bool,
}

struct Choice {
    name: String,
    label: String,
    chosen: bool,
}

struct Form {
    person: String,
    inquiry: String,
    natures: Vec<Choice>,
    services: Vec<Choice>,
    territory: String,
    until: String,
}

#[derive(Template)]
#[template(path = "habilitations.html")]
struct Page {
    chrome: Chrome,
    lines: Vec<Line>,
    form: Option<Form>,
    error: Fault,
}

/// `GET /habilitations`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    page(&house, &reader, &Fields::default(), Fault::default()).await
}

fn nature_field(nature: DataNature) -> String {
    format!("nature-{nature}")
}

async fn page(house: &House, reader: &Reader, typed: &Fields, error: Fault) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let (store, subject, on) = (&house.store, access.subject(), access.on());
    let gives = habilitations::gives(subject, on);
    if !gives && !habilitations::sees_others(subject, on) {
        return Err(Problem::NotFound);
    }
    let soon = on.saturating_add(SOON_DAYS.days());
    let lines = habilitations::standing(store, subject, on).await?.into_iter().map(|held| {
        let given = held.given;
        Line {
            person: given.habilitation.person.to_string(),
            inquiry: given.habilitation.inquiry.to_string(),
            natures: natures(t, &given.habilitation),
            seized: format!("{} ({})", given.seizure.service, figures::territory(t, given.seizure.territory.code())),
            until: t.date(given.habilitation.ends_on),
            soon: given.habilitation.ends_on <= soon,
            given: match &given.second_by {
                Some(second) => {
                    let names = [("who", (&given.given_by).into()), ("second", second.into())];
                    t.say_with("web-people-given-by-two", &names)
                }
                None => t.say_with("web-people-given-by", &[("who", (&given.given_by).into())]),
            },
            may_revoke: held.may_revoke,
            id: given.id,
        }
    });
    let lines = lines.collect();
    let form = match gives {
        true => Some(form(house, reader, typed).await?),
        false => None,
    };
    let chrome = Chrome::new(house, reader, &t.say("web-habilitations-title")).marked(Tlp::Amber, Pap::Green);
    Ok(html(&Page { chrome, lines, form, error })?)
}

async fn form(house: &House, reader: &Reader, typed: &Fields) -> Result<Form, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let services = habilitations::services(&house.store, access.subject(), access.on()).await?;
    let text = |field: &str| typed.get(field).chars().take(128).collect::<String>();
    Ok(Form {
        person: text("personne"),
        inquiry: text("enquete"),
        natures: DataNature::ALL
            .iter()
            .map(|nature| Choice {
                label: t.say(&format!("rights-nature-{nature}")),
                name: nature_field(*nature),
                chosen: !typed.get(&nature_field(*nature)).is_empty(),
            })
            .collect(),
        services: services
            .iter()
            .map(|service| Choice {
                name: service.to_string(),
                label: service.to_string(),
                chosen: typed.get("service") == service.as_str(),
            })
            .collect(),
        territory: text("territoire"),
        until: text("au"),
    })
}

/// `POST /habilitations`: gives one.
pub(crate) async fn give(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let by = reader.by(&house, World::Judicial, fields.get("cle"))?;
    let chosen = DataNature::ALL.iter().copied().filter(|nature| !fields.get(&nature_field(*nature)).is_empty());
    let form = HabilitationForm {
        person: fields.get("personne"),
        inquiry: fields.get("enquete"),
        natures: chosen.collect(),
        service: fields.get("service"),
        territory: fields.get("territoire"),
        until: fields.get("au"),
    };
    let wrong = match habilitations::give(&house.store, access.subject(), access.on(), &form, &by).await {
        Ok(_) => return Ok(Redirect::to("/habilitations").into_response()),
        Err(OversightError::Habilitation(field)) => typed_wrong(t, field),
        Err(OversightError::Refused(why)) => match refused(t, &why) {
            ("au", words) => ("au", words),
            ("service", words) => ("service", words),
            ("territoires", words) => ("territoire", words),
            (_, words) => ("enquete", words),
        },
        Err(error) => return Err(error.into()),
    };
    let page = page(&house, &reader, &fields, wrong.into()).await?;
    Ok(sent_back(page))
}

fn typed_wrong(t: Lang, field: HabilitationField) -> (&'static str, String) {
    match field {
        HabilitationField::Person => ("personne", t.say("web-people-not-found")),
        HabilitationField::Inquiry => ("enquete", t.say("web-habilitations-wrong-inquiry")),
        HabilitationField::Natures => ("natures", t.say("web-habilitations-wrong-natures")),
        HabilitationField::Service => ("service", t.say("web-people-wrong-service")),
        HabilitationField::Territory => ("territoire", t.say("web-people-wrong-territories")),
        HabilitationField::Until => ("au", t.say("web-people-wrong-day")),
    }
}

/// `POST /habilitations/{id}`: takes one back.
pub(crate) async fn revoke(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let access = reader.access()?;
    let by = reader.by(&house, World::Judicial, fields.get("cle"))?;
    habilitations::revoke(&house.store, access.subject(), access.on(), &id, &by).await?;
    Ok(Redirect::to("/habilitations").into_response())
}
