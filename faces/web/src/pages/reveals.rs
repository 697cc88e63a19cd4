//! Reveals: who asks to see what is masked, who agrees, and looking at it, once.

use crate::chrome::{Chrome, Step, html};
use crate::figures;
use crate::forms::Fields;
use crate::house::House;
use crate::pages::journal::kind_words;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sent_back::{Fault, sent_back};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_oversight::OversightError;
use beffroi_desk_oversight::reveals::{self, REVEAL_HOURS, RevealRefused, SeenReveal};
use beffroi_desk_series::RevealedSeries;
use beffroi_model::{Pap, SeriesId, Tlp};
use beffroi_rights::{Act, Kind, Purpose, PurposeError, World};
use beffroi_store::{By, RevealState};
use beffroi_wording::Lang;

struct Line {
    id: String,
    kind: String,
    reference: String,
    who: String,
    asked: String,
    motive: String,
    case: String,
    state: String,
    may_decide: bool,
    may_look: bool,
    may_close: bool,
}

#[derive(Template)]
#[template(path = "reveals.html")]
struct Page {
    chrome: Chrome,
    lead: String,
    /// Those on which the reader has something to do, and the others.
    waiting: Vec<Line>,
    others: Vec<Line>,
    may_ask: bool,
    reference: String,
    motive: String,
    case: String,
    /// What could not be done with a request of the list.
    refused: Option<String>,
    error: Fault,
}

/// What is wrong: with a request of the list, or with a field.
#[derive(Default)]
struct Wrong {
    refused: Option<String>,
    error: Fault,
}

/// How far a request has come, in words.
fn state(t: Lang, seen: &SeenReveal) -> String {
    let reveal = &seen.reveal;
    if let Some(at) = reveal.shown_at {
        let at = figures::instant(t, at);
        return t.say_with("web-reveals-shown-at", &[("at", (&at).into())]);
    }
    let second = reveal.second_by.as_ref().map(ToString::to_string).unwrap_or_default();
    let until = reveal.until.map(|until| figures::instant(t, until)).unwrap_or_default();
    match reveal.state {
        RevealState::Waiting | RevealState::Approved if seen.is_over => t.say("web-reveals-over"),
        RevealState::Waiting => t.say("web-reveals-waiting-state"),
        RevealState::Approved => {
            t.say_with("web-reveals-approved", &[("who", (&second).into()), ("until", (&until).into())])
        }
        RevealState::Refused => t.say_with("web-reveals-refused", &[("who", (&second).into())]),
        RevealState::Closed => t.say("web-reveals-closed"),
    }
}

fn line(t: Lang, seen: SeenReveal) -> Line {
    let state = state(t, &seen);
    let (motive, case) = seen.purpose.map(|p| (p.motive().to_owned(), p.reference().to_owned())).unwrap_or_default();
    Line {
        kind: kind_words(t, seen.reveal.kind.code()),
        reference: seen.reveal.object.to_string(),
        who: seen.reveal.person.to_string(),
        asked: figures::instant(t, seen.reveal.asked_at),
        motive,
        case,
        state,
        may_decide: seen.may_decide,
        may_look: seen.may_look,
        may_close: seen.may_close,
        id: seen.reveal.id,
    }
}

/// `GET /devoilements`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    page(&house, &reader, &Fields::default(), Wrong::default()).await
}

async fn page(house: &House, reader: &Reader, typed: &Fields, wrong: Wrong) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let (subject, on) = (access.subject(), access.on());
    if !reveals::sees(subject, on) {
        return Err(Problem::NotFound);
    }
    let seen = reveals::list(&house.store, subject, on, access.at()).await?;
    let lines = seen.into_iter().map(|seen| line(t, seen));
    let (waiting, others) = lines.partition(|line| line.may_decide || line.may_look || line.may_close);
    let reference = match typed.get("objet") {
        "" => reader.query().remove("objet").unwrap_or_default(),
        text => text.to_owned(),
    };
    let mut chrome = Chrome::new(house, reader, &t.say("web-reveals-title")).marked(Tlp::Amber, Pap::Green);
    chrome.trail.push(Step { href: "/compte".to_owned(), label: t.say("web-account-title") });
    let page = Page {
        lead: t.say_with("web-reveals-lead", &[("hours", REVEAL_HOURS.into())]),
        waiting,
        others,
        may_ask: reveals::may_ask(subject, on),
        reference: reference.chars().take(128).collect(),
        motive: typed.get("motif").chars().take(600).collect(),
        case: typed.get("reference").chars().take(100).collect(),
        refused: wrong.refused,
        error: wrong.error,
        chrome,
    };
    Ok(html(&page)?)
}

/// `POST /devoilements`: asks.
pub(crate) async fn ask(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let by = reader.by(&house, World::Coordination, fields.get("cle"))?;
    let wrong = match Purpose::new(fields.get("motif"), fields.get("reference")) {
        Err(PurposeError::Motive { .. }) => ("motif", t.say("web-purpose-motive-wrong")),
        Err(PurposeError::Reference { .. }) => ("reference", t.say("web-purpose-reference-wrong")),
        Ok(purpose) => {
            let asked =
                reveals::ask(&house.store, access.subject(), access.on(), fields.get("objet"), purpose, &by).await;
            match asked {
                Ok(()) => return Ok(Redirect::to("/devoilements").into_response()),
                Err(OversightError::Reveal(refused)) => ("objet", refused_words(t, refused)),
                Err(error) => return Err(error.into()),
            }
        }
    };
    let wrong = Wrong { error: wrong.into(), refused: None };
    Ok(sent_back(page(&house, &reader, &fields, wrong).await?))
}

fn refused_words(t: Lang, refused: RevealRefused) -> String {
    match refused {
        RevealRefused::Nothing => t.say("web-reveals-nothing"),
        RevealRefused::NobodyElse => t.say("web-reveals-nobody-else"),
        RevealRefused::Own => t.say("web-reveals-own"),
        RevealRefused::Lapsed => t.say("web-reveals-lapsed"),
    }
}

/// `POST /devoilements/{id}`: agrees, refuses, gives up, or looks.
pub(crate) async fn act(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let access = reader.access()?;
    let (store, subject, on) = (&house.store, access.subject(), access.on());
    let by = reader.by(&house, World::Coordination, fields.get("cle"))?;
    let done = match fields.get("action") {
        "agree" => reveals::decide(store, subject, on, &id, true, &by).await,
        "refuse" => reveals::decide(store, subject, on, &id, false, &by).await,
        "close" => reveals::close(store, subject, &id, &by).await,
        "look" => return look(&house, &reader, &id).await,
        _ => return Err(Problem::Unclear("what to do with a request to reveal")),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/devoilements").into_response()),
        Err(OversightError::Reveal(refused)) => {
            let wrong = Wrong { refused: Some(refused_words(reader.t, refused)), error: Fault::default() };
            Ok(sent_back(page(&house, &reader, &Fields::default(), wrong).await?))
        }
        Err(error) => Err(error.into()),
    }
}

struct Evidence {
    kind: String,
    value: String,
    degree: String,
}

struct Member {
    day: String,
    source: String,
    report: String,
}

#[derive(Template)]
#[template(path = "revealed.html")]
struct RevealedPage {
    chrome: Chrome,
    reference: String,
    facts: Vec<(String, String)>,
    evidence: Vec<Evidence>,
    members: Vec<Member>,
    n_left: u64,
}

/// Shows what was agreed to, once: it is fetched, then used up and journalled, then shown.
async fn look(house: &House, reader: &Reader, id: &str) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let found = reveals::lookable(&house.store, access.subject(), access.on(), access.at(), id).await?;
    // Series are what there is to reveal; a kind without a page shows nothing and is not used up.
    if found.object.kind != Kind::Series {
        return Err(Problem::NotFound);
    }
    let series: SeriesId = found.object.id.as_str().parse().map_err(|_| Problem::NotFound)?;
    let scope = access.scope(Act::Read, found.object.world, Kind::Series);
    let revealed = beffroi_desk_series::revealed(&house.store, &scope, &series).await?.ok_or(Problem::NotFound)?;
    // A key of its own: a form sent twice must not show twice.
    let by = By::new(reader.who()?, house.now()).for_service(access.service(found.object.world));
    house.store.reveal_show(&found.reveal, &found.seen, &by).await?;
    let purpose = found.seen.purpose.as_ref().map(|p| (p.motive().to_owned(), p.reference().to_owned()));
    let (motive, case) = purpose.unwrap_or_default();
    let second = found.reveal.second_by.as_ref().map(ToString::to_string).unwrap_or_default();
    let facts = vec![
        (t.say("web-journal-why"), motive),
        (t.say("web-journal-reference"), case),
        (t.say("web-reveals-second"), second),
    ];
    Ok(html(&shown(house, reader, series.to_string(), facts, revealed))?)
}

fn shown(
    house: &House,
    reader: &Reader,
    reference: String,
    facts: Vec<(String, String)>,
    revealed: RevealedSeries,
) -> RevealedPage {
    let t = reader.t;
    let marking = revealed.marking;
    let mut chrome = Chrome::new(house, reader, &t.say("web-revealed-title"))
        .marked(marking.tlp, marking.pap)
        .synthetic(revealed.synthetic);
    chrome.trail.push(Step { href: "/devoilements".to_owned(), label: t.say("web-reveals-title") });
    RevealedPage {
        chrome,
        reference,
        facts,
        n_left: revealed.n_members.saturating_sub(revealed.members.len() as u64),
        evidence: revealed
            .evidence
            .into_iter()
            .map(|line| Evidence {
                kind: figures::observable_kind(t, line.kind),
                degree: figures::count(t, line.degree),
                value: line.value,
            })
            .collect(),
        members: revealed
            .members
            .into_iter()
            .map(|member| Member {
                day: t.date(member.reported_on),
                source: member.source.to_string(),
                report: member.report.to_string(),
            })
            .collect(),
    }
}
