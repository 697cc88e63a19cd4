//! Persons and what they hold; rights proposed, to be agreed to or declined.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::forms::Fields;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sent_back::sent_back;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_oversight::grants::{self, WaitingRight};
use beffroi_desk_oversight::{OversightError, people};
use beffroi_model::{Pap, Tlp};
use beffroi_rights::{
    Assignment, AssignmentError, Beyond, GrantRefused, Habilitation, Right, SecondRefused, Territories, World,
};
use beffroi_wording::Lang;
use jiff::civil::Date;

impl From<OversightError> for Problem {
    fn from(error: OversightError) -> Self {
        match error {
            OversightError::Missing { .. } => Self::NotFound,
            OversightError::Store(error) => error.into(),
            error @ (OversightError::Bases(_) | OversightError::Holds { .. }) => Self::Ours(error.to_string()),
            OversightError::Refused(_) => Self::Unclear("a right that cannot be given"),
            OversightError::OwnAccount => Self::Unclear("one's own account"),
            OversightError::Emergency(_) => Self::Unclear("an emergency opening that cannot be"),
            OversightError::Habilitation(_) => Self::Unclear("a habilitation that cannot be given"),
            OversightError::Reveal(_) => Self::Unclear("a reveal that cannot be"),
        }
    }
}

/// A right in words.
pub(crate) struct RightWords {
    pub(crate) role: String,
    pub(crate) world: String,
    pub(crate) service: String,
    pub(crate) places: String,
    pub(crate) ceiling: String,
    pub(crate) days: String,
}

/// A right in words, as it stands on `on`.
pub(crate) fn right_words(t: Lang, given: &Assignment, on: Date) -> RightWords {
    let until = t.date(given.until);
    let days = if given.from > on {
        t.say_with("web-people-from-until", &[("from", (&t.date(given.from)).into()), ("until", (&until).into())])
    } else {
        t.say_with("web-people-until", &[("until", (&until).into())])
    };
    RightWords {
        role: t.say(&format!("rights-role-{}", given.role)),
        world: t.say(&format!("rights-world-{}", given.world)),
        service: given.service.to_string(),
        places: places(t, &given.territories),
        ceiling: format!("{}, {}", given.clearance.tlp, given.clearance.pap),
        days,
    }
}

/// A habilitation in words: inquiry, natures of data, end.
pub(crate) fn habilitation_words(t: Lang, given: &Habilitation) -> String {
    let until = t.date(given.ends_on);
    let until = t.say_with("web-people-until", &[("until", (&until).into())]);
    format!("{} · {} · {until}", given.inquiry, natures(t, given))
}

/// The natures of data of a habilitation.
pub(crate) fn natures(t: Lang, given: &Habilitation) -> String {
    let named: Vec<String> = given.natures.iter().map(|nature| t.say(&format!("rights-nature-{nature}"))).collect();
    named.join(", ")
}

/// The most territories named one by one.
const MOST_PLACES: usize = 6;

fn places(t: Lang, territories: &Territories) -> String {
    let Territories::Of(codes) = territories else { return t.say("web-france") };
    let mut named: Vec<String> =
        codes.iter().take(MOST_PLACES).map(|code| figures::territory(t, code.code())).collect();
    if codes.len() > MOST_PLACES {
        named.push(t.say_with("web-people-more-places", &[("count", ((codes.len() - MOST_PLACES) as i64).into())]));
    }
    named.join(", ")
}

/// Why a right cannot be given, in words, and the field of the form at fault.
pub(crate) fn refused(t: Lang, refused: &GrantRefused) -> (&'static str, String) {
    match refused {
        GrantRefused::ToOneself => ("droit", t.say("web-people-refused-oneself")),
        GrantRefused::AnotherPerson | GrantRefused::Mismatch => ("droit", t.say("web-people-refused-changed")),
        GrantRefused::Assignment(AssignmentError::World { .. }) => ("droit", t.say("web-people-refused-world")),
        GrantRefused::Assignment(AssignmentError::Dates { .. }) => ("au", t.say("web-people-refused-dates")),
        GrantRefused::Assignment(AssignmentError::NarrowMagistrate) => ("tlp", t.say("web-people-refused-magistrate")),
        GrantRefused::Past(_) => ("au", t.say("web-people-refused-past")),
        GrantRefused::NoGranter(_) => ("droit", t.say("web-people-refused-no-granter")),
        GrantRefused::RoleNotHeld(_) => ("droit", t.say("web-people-refused-not-held")),
        GrantRefused::BeyondManaged(beyond) | GrantRefused::BeyondHeld(beyond) => match beyond {
            Beyond::Service => ("service", t.say("web-people-refused-service")),
            Beyond::Territory => ("territoires", t.say("web-people-refused-territory")),
            Beyond::Clearance => ("tlp", t.say("web-people-refused-clearance")),
            Beyond::StartDate => ("du", t.say("web-people-refused-start")),
            Beyond::EndDate => ("au", t.say("web-people-refused-end")),
        },
        GrantRefused::InquiryNotHeld(_) | GrantRefused::NotSeized(_) => ("droit", t.say("web-people-refused-inquiry")),
        GrantRefused::Conflict { held, asked } => {
            let role = |role| t.say(&format!("rights-role-{role}"));
            let (held, asked) = (role(held), role(asked));
            (
                "droit",
                t.say_with("web-people-refused-conflict", &[("held", (&held).into()), ("asked", (&asked).into())]),
            )
        }
        GrantRefused::Second(SecondRefused::SamePerson) => ("droit", t.say("web-people-refused-same")),
        GrantRefused::Second(SecondRefused::Lapsed { .. } | SecondRefused::BeforeProposal { .. }) => {
            ("droit", t.say("web-people-refused-lapsed"))
        }
    }
}

struct Line {
    login: String,
    name: String,
    shut: bool,
    rights: Vec<RightWords>,
}

/// A proposal in words.
pub(crate) struct Proposed {
    pub(crate) id: String,
    pub(crate) to: String,
    pub(crate) right: Option<RightWords>,
    /// Inquiry, natures and end of a habilitation.
    pub(crate) inquiry: Option<String>,
    pub(crate) by: String,
    pub(crate) has_lapsed: bool,
    pub(crate) may_approve: bool,
    pub(crate) may_decline: bool,
}

/// Lays a proposal out.
pub(crate) fn proposed(t: Lang, waiting: WaitingRight, on: Date) -> Proposed {
    let proposal = &waiting.proposal;
    let (who, day) = (proposal.by().to_string(), t.date(proposal.on()));
    Proposed {
        to: proposal.what().to.to_string(),
        right: match &proposal.what().right {
            Right::Role(given) => Some(right_words(t, given, on)),
            Right::Habilitation(..) => None,
        },
        inquiry: match &proposal.what().right {
            Right::Role(_) => None,
            Right::Habilitation(asked, _) => Some(habilitation_words(t, asked)),
        },
        by: t.say_with("web-people-proposed-by", &[("who", (&who).into()), ("day", (&day).into())]),
        has_lapsed: waiting.has_lapsed,
        may_approve: waiting.may_approve,
        may_decline: waiting.may_decline,
        id: waiting.id,
    }
}

#[derive(Template)]
#[template(path = "people.html")]
struct Page {
    chrome: Chrome,
    error: Option<String>,
    not_found: bool,
    waiting: Vec<Proposed>,
    lines: Vec<Line>,
    may_give: bool,
    asked: String,
    place: String,
    previous: Option<usize>,
    next: Option<usize>,
}

/// Accounts on one page.
const ACCOUNTS: usize = 100;

/// `GET /personnes`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let access = reader.access()?;
    let asked = reader.query().remove("qui").unwrap_or_default();
    let asked: String = asked.trim().chars().take(64).collect();
    let mut not_found = false;
    if !asked.is_empty() {
        if let Some(found) = people::get(&house.store, access.subject(), access.on(), &asked).await? {
            return Ok(Redirect::to(&format!("/personnes/{}", found.account.login)).into_response());
        }
        not_found = true;
    }
    page(&house, &reader, None, not_found, asked).await
}

async fn page(
    house: &House,
    reader: &Reader,
    error: Option<String>,
    not_found: bool,
    asked: String,
) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let (subject, on) = (access.subject(), access.on());
    let waiting = grants::waiting(&house.store, subject, on).await?;
    let all = people::list(&house.store, subject, on).await?;
    let n_pages = all.len().div_ceil(ACCOUNTS).max(1);
    let shown = match reader.query().get("page") {
        Some(text) => text.parse().ok().filter(|page| *page >= 1).ok_or(Problem::Unclear("a page"))?,
        None => 1_usize,
    };
    if shown > n_pages {
        return Err(Problem::NotFound);
    }
    let lines = all.into_iter().skip((shown - 1) * ACCOUNTS).take(ACCOUNTS).map(|person| Line {
        name: person.account.display_name,
        shut: person.account.disabled,
        rights: person.rights.iter().map(|right| right_words(t, &right.assignment, on)).collect(),
        login: person.account.login,
    });
    let page = Page {
        error,
        not_found,
        waiting: waiting.into_iter().map(|waiting| proposed(t, waiting, on)).collect(),
        lines: lines.collect(),
        may_give: people::gives(subject, on),
        asked,
        place: t.say_with(
            "web-page-of",
            &[("page", (&shown.to_string()).into()), ("pages", (&n_pages.to_string()).into())],
        ),
        previous: (shown > 1).then(|| shown - 1),
        next: (shown < n_pages).then(|| shown + 1),
        chrome: Chrome::new(house, reader, &t.say("web-people-title")).marked(Tlp::Green, Pap::Green),
    };
    Ok(html(&page)?)
}

/// `POST /personnes/propositions/{id}`: agrees to a proposal or declines it.
pub(crate) async fn decide(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let access = reader.access()?;
    let (store, subject, on) = (&house.store, access.subject(), access.on());
    let by = reader.by(&house, World::Coordination, fields.get("cle"))?;
    let done = match fields.get("action") {
        "approve" => grants::approve(store, subject, on, &id, &by).await.map(Some),
        "decline" => grants::decline(store, subject, on, &id, &by).await.map(|()| None),
        _ => return Err(Problem::Unclear("what to do with a proposal")),
    };
    match done {
        Ok(Some(person)) => Ok(Redirect::to(&format!("/personnes/{person}")).into_response()),
        Ok(None) => Ok(Redirect::to("/personnes").into_response()),
        Err(OversightError::Refused(why)) => {
            let (_, words) = refused(reader.t, &why);
            let page = page(&house, &reader, Some(words), false, String::new()).await?;
            Ok(sent_back(page))
        }
        Err(error) => Err(error.into()),
    }
}
