//! Emergency openings, for those who answer for them: which wait for a review, what was thought of the others.

use crate::chrome::{Chrome, Step, html};
use crate::figures;
use crate::forms::Fields;
use crate::house::House;
use crate::pages::journal::kind_words;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sent_back::sent_back;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_oversight::OversightError;
use beffroi_desk_oversight::emergencies::{self, EmergencyRefused, REMARK_CHARS, SeenOpening};
use beffroi_model::{Pap, Tlp};
use beffroi_rights::World;
use beffroi_wording::Lang;

struct Line {
    id: String,
    who: String,
    kind: String,
    reference: String,
    reason: String,
    from: String,
    to: String,
    due: String,
    is_open: bool,
    is_late: bool,
    may_review: bool,
    /// Whether it was justified, by whom, and why.
    verdict: Option<(bool, String, String)>,
    /// What was typed about this one, when it was refused.
    typed: String,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "emergencies.html")]
struct Page {
    chrome: Chrome,
    waiting: Vec<Line>,
    reviewed: Vec<Line>,
    min: usize,
    max: usize,
}

fn line(t: Lang, seen: SeenOpening) -> Line {
    let opening = seen.opening;
    Line {
        id: opening.id,
        who: opening.glass.person.to_string(),
        kind: kind_words(t, opening.kind.code()),
        reference: opening.glass.object.to_string(),
        reason: opening.glass.reason,
        from: figures::instant(t, opening.glass.opened_at),
        to: figures::instant(t, opening.glass.until),
        due: t.date(opening.glass.review_by),
        is_open: seen.is_open,
        is_late: seen.is_late,
        may_review: seen.may_review,
        verdict: opening.review.map(|review| {
            let at = figures::instant(t, review.at);
            let by = t.say_with("web-emergencies-by", &[("who", (&review.by).into()), ("at", (&at).into())]);
            (review.justified, by, review.remark)
        }),
        typed: String::new(),
        error: None,
    }
}

/// `GET /consultations/urgences`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    page(&house, &reader, None).await
}

async fn page(house: &House, reader: &Reader, fault: Option<(&str, &str, String)>) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    if !emergencies::sees_others(access.subject(), access.on()) {
        return Err(Problem::NotFound);
    }
    let seen = emergencies::list(&house.store, access.subject(), access.on(), access.at()).await?;
    let mut lines: Vec<Line> = seen.into_iter().map(|seen| line(t, seen)).collect();
    if let Some((id, typed, words)) = fault
        && let Some(at_fault) = lines.iter_mut().find(|line| line.id == id)
    {
        at_fault.typed = typed.chars().take(REMARK_CHARS.1).collect();
        at_fault.error = Some(words);
    }
    let (waiting, reviewed) = lines.into_iter().partition(|line| line.verdict.is_none());
    let mut chrome = Chrome::new(house, reader, &t.say("web-emergencies-title")).marked(Tlp::Amber, Pap::Green);
    chrome.trail.push(Step { href: "/compte".to_owned(), label: t.say("web-account-title") });
    Ok(html(&Page { chrome, waiting, reviewed, min: REMARK_CHARS.0, max: REMARK_CHARS.1 })?)
}

/// `POST /consultations/urgences/{id}`: says whether an opening was right, or ends it.
pub(crate) async fn act(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let access = reader.access()?;
    let (store, subject, on) = (&house.store, access.subject(), access.on());
    if !emergencies::sees_others(subject, on) {
        return Err(Problem::NotFound);
    }
    let by = reader.by(&house, World::Coordination, fields.get("cle"))?;
    let remark = fields.get("remarque");
    let done = match fields.get("action") {
        "justified" => emergencies::review(store, subject, on, &id, true, remark, &by).await,
        "unjustified" => emergencies::review(store, subject, on, &id, false, remark, &by).await,
        "end" => emergencies::end(store, subject, on, &id, &by).await,
        _ => return Err(Problem::Unclear("what to do with an opening")),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/consultations/urgences").into_response()),
        Err(OversightError::Emergency(EmergencyRefused::Remark)) => {
            let words = reader.t.say("web-emergencies-remark-wrong");
            let page = page(&house, &reader, Some((&id, remark, words))).await?;
            Ok(sent_back(page))
        }
        Err(error) => Err(error.into()),
    }
}
