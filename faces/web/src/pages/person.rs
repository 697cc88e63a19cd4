//! One person: what is held, giving one more right, taking one back, shutting the account.

use crate::chrome::{Chrome, html};
use crate::forms::Fields;
use crate::house::House;
use crate::pages::people::{Proposed, RightWords, proposed, refused, right_words};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sent_back::{Fault, sent_back};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_oversight::{Field, OversightError, RightForm, grants, people};
use beffroi_model::{Pap, Tlp};
use beffroi_rights::{PersonId, World};
use beffroi_wording::Lang;

struct Held {
    id: String,
    right: RightWords,
    given: String,
    may_revoke: bool,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// The form by which a right is given, with what was typed.
struct Form {
    rights: Vec<Choice>,
    services: Vec<Choice>,
    tlp: Vec<Choice>,
    pap: Vec<Choice>,
    territories: String,
    from: String,
    until: String,
}

#[derive(Template)]
#[template(path = "person.html")]
struct Page {
    chrome: Chrome,
    login: String,
    shut: bool,
    may_shut: bool,
    held: Vec<Held>,
    waiting: Vec<Proposed>,
    form: Option<Form>,
    error: Fault,
}

/// `GET /personnes/{login}`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(login): Path<String>,
) -> Result<Response, Problem> {
    page(&house, &reader, &login, &Fields::default(), Fault::default()).await
}

/// `POST /personnes/{login}`: gives or proposes a right, or takes one back.
pub(crate) async fn act(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(login): Path<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let (store, subject, on) = (&house.store, access.subject(), access.on());
    let person = people::get(store, subject, on, &login).await?.ok_or(Problem::NotFound)?;
    let id: PersonId = person.account.login.parse().map_err(|_| Problem::NotFound)?;
    let by = reader.by(&house, World::Coordination, fields.get("cle"))?;
    let back = Redirect::to(&format!("/personnes/{id}")).into_response();
    let wrong = match fields.get("action") {
        "revoke" => {
            grants::revoke(store, subject, on, &id, fields.get("droit"), &by).await?;
            return Ok(back);
        }
        "propose" if people::gives(subject, on) => {
            let form = RightForm {
                right: fields.get("droit"),
                service: fields.get("service"),
                territories: fields.get("territoires"),
                tlp: fields.get("tlp"),
                pap: fields.get("pap"),
                from: fields.get("du"),
                until: fields.get("au"),
            };
            match form.read() {
                Err(field) => typed_wrong(t, field),
                Ok(right) => match grants::propose(store, subject, on, &id, right, &by).await {
                    Ok(_) => return Ok(back),
                    Err(OversightError::Refused(why)) => refused(t, &why),
                    Err(error) => return Err(error.into()),
                },
            }
        }
        "propose" => return Err(Problem::NotFound),
        _ => return Err(Problem::Unclear("what to do with a right")),
    };
    let page = page(&house, &reader, &login, &fields, wrong.into()).await?;
    Ok(sent_back(page))
}

/// `POST /personnes/{login}/acces`: shuts the account or opens it again.
pub(crate) async fn access(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(login): Path<String>,
) -> Result<Response, Problem> {
    let access = reader.access()?;
    let by = reader.by(&house, World::Coordination, fields.get("cle"))?;
    let shut = match fields.get("action") {
        "shut" => true,
        "open" => false,
        _ => return Err(Problem::Unclear("what to do with an account")),
    };
    people::shut(&house.store, access.subject(), access.on(), &login, shut, &by).await?;
    Ok(Redirect::to(&format!("/personnes/{login}")).into_response())
}

fn typed_wrong(t: Lang, field: Field) -> (&'static str, String) {
    match field {
        Field::Right => ("droit", t.say("web-people-wrong-right")),
        Field::Service => ("service", t.say("web-people-wrong-service")),
        Field::Territories => ("territoires", t.say("web-people-wrong-territories")),
        Field::Clearance => ("tlp", t.say("web-people-wrong-clearance")),
        Field::From => ("du", t.say("web-people-wrong-day")),
        Field::Until => ("au", t.say("web-people-wrong-day")),
    }
}

async fn page(house: &House, reader: &Reader, login: &str, typed: &Fields, error: Fault) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let (store, subject, on) = (&house.store, access.subject(), access.on());
    let person = people::get(store, subject, on, login).await?.ok_or(Problem::NotFound)?;
    let held = person.rights.into_iter().map(|right| Held {
        right: right_words(t, &right.assignment, on),
        given: match &right.second_by {
            Some(second) => {
                t.say_with("web-people-given-by-two", &[("who", (&right.given_by).into()), ("second", second.into())])
            }
            None => t.say_with("web-people-given-by", &[("who", (&right.given_by).into())]),
        },
        may_revoke: right.may_revoke,
        id: right.id,
    });
    let waiting = grants::waiting(store, subject, on).await?.into_iter();
    let of_person = waiting.filter(|waiting| waiting.proposal.what().to.as_str() == person.account.login);
    let others = person.account.login != subject.person().as_str();
    let form = match people::gives(subject, on) && others && !person.account.disabled {
        true => Some(form(house, reader, typed).await?),
        false => None,
    };
    let chrome = Chrome::new(house, reader, &person.account.display_name).marked(Tlp::Green, Pap::Green);
    let page = Page {
        held: held.collect(),
        waiting: of_person.map(|waiting| proposed(t, waiting, on)).collect(),
        login: person.account.login,
        shut: person.account.disabled,
        may_shut: person.may_shut,
        form,
        error,
        chrome,
    };
    Ok(html(&page)?)
}

async fn form(house: &House, reader: &Reader, typed: &Fields) -> Result<Form, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let offers = grants::offers(&house.store, access.subject(), access.on()).await?;
    let chosen = |field: &str, value: &str| typed.get(field) == value;
    let plain = |field: &'static str, value: &str| Choice {
        value: value.to_owned(),
        label: value.to_owned(),
        chosen: chosen(field, value),
    };
    let right = |world: World, role| {
        let value = format!("{world}/{role}");
        let (world, role) = (t.say(&format!("rights-world-{world}")), t.say(&format!("rights-role-{role}")));
        Choice { label: format!("{role} – {world}"), chosen: chosen("droit", &value), value }
    };
    let or = |field: &str, other: String| match typed.get(field) {
        "" => other,
        text => text.chars().take(200).collect(),
    };
    Ok(Form {
        rights: offers.rights.into_iter().map(|(world, role)| right(world, role)).collect(),
        services: offers.services.iter().map(|service| plain("service", service.as_str())).collect(),
        tlp: Tlp::ALL.iter().map(|tlp| plain("tlp", tlp.label())).collect(),
        pap: Pap::ALL.iter().map(|pap| plain("pap", pap.label())).collect(),
        territories: or("territoires", String::new()),
        from: or("du", access.on().to_string()),
        until: or("au", offers.until.map(|day| day.to_string()).unwrap_or_default()),
    })
}
