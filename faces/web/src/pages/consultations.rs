//! One's own consultations, and the weekly list of unusual ones.

use crate::chrome::{Chrome, Step, html};
use crate::figures;
use crate::house::House;
use crate::pages::journal::{act_words, kind_words};
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_desk_oversight::consultations;
use beffroi_journal::Month;
use beffroi_model::{Grain, Pap, Period, Tlp};
use beffroi_rights::{FileRef, Reason};
use beffroi_wording::Lang;
use jiff::ToSpan;
use jiff::civil::Date;

struct Line {
    at: String,
    act: String,
    kind: String,
    id: String,
    why: String,
    reference: String,
}

#[derive(Template)]
#[template(path = "consultations.html")]
struct Page {
    chrome: Chrome,
    month: String,
    lines: Vec<Line>,
    is_cut: bool,
    before: String,
    after: Option<String>,
    sees_unusual: bool,
}

/// `GET /consultations`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let this = Month::of(access.on()).map_err(|_| Problem::Unclear("the month"))?;
    let month = match reader.query().get("mois") {
        Some(text) => text.parse().map_err(|_| Problem::Unclear("the month"))?,
        None => this,
    };
    let own = consultations::own(&house.store, access.subject().person(), month).await?;
    let lines = own.consulted.into_iter().map(|consulted| {
        let entry = consulted.entry;
        let (why, reference) = entry.purpose.map(|p| (p.why, p.reference)).unwrap_or_default();
        Line {
            at: figures::instant(t, entry.at),
            act: act_words(t, entry.act),
            kind: kind_words(t, &entry.object.kind),
            id: entry.object.id,
            why,
            reference: reference.unwrap_or_default(),
        }
    });
    let mut chrome = Chrome::new(&house, &reader, &t.say("web-consultations-title")).marked(Tlp::Amber, Pap::Green);
    chrome.trail.push(Step { href: "/compte".to_owned(), label: t.say("web-account-title") });
    let named = month.to_string().parse::<Period>().map(|period| t.period(period)).unwrap_or_default();
    let page = Page {
        chrome,
        month: named,
        lines: lines.collect(),
        is_cut: own.is_cut,
        before: month.plus(-1).unwrap_or(month).to_string(),
        after: month.plus(1).filter(|next| *next <= this).map(|next| next.to_string()),
        sees_unusual: consultations::sees_unusual(access.subject(), access.on()),
    };
    Ok(html(&page)?)
}

struct Finding {
    person: String,
    day: String,
    date: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "unusual.html")]
struct UnusualPage {
    chrome: Chrome,
    week: String,
    looked_at: String,
    findings: Vec<Finding>,
    is_cut: bool,
    before: String,
    after: Option<String>,
}

/// `GET /consultations/inhabituelles`
pub(crate) async fn unusual(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let monday = |day: Date| Period::containing(day, Grain::Week).start();
    let asked = match reader.query().get("semaine") {
        Some(text) => text.parse::<Date>().map_err(|_| Problem::Unclear("the week"))?,
        None => access.on(),
    };
    let week = consultations::unusual(&house.store, access.subject(), access.on(), asked).await?;
    let count = figures::count(t, week.n_consulted as u64);
    let findings = week.findings.into_iter().map(|finding| Finding {
        person: finding.person.to_string(),
        day: t.date(finding.day),
        date: finding.day.to_string(),
        reason: reason(t, &finding.reason),
    });
    let page = UnusualPage {
        chrome: Chrome::new(&house, &reader, &t.say("web-consultations-unusual-title")).marked(Tlp::Amber, Pap::Green),
        week: t.period(Period::containing(week.monday, Grain::Week)),
        looked_at: t.say_with("web-consultations-looked-at", &[("count", (&count).into())]),
        findings: findings.collect(),
        is_cut: week.is_cut,
        before: week.monday.saturating_sub(7.days()).to_string(),
        after: Some(week.monday.saturating_add(7.days()))
            .filter(|next| *next <= monday(access.on()))
            .map(|next| next.to_string()),
    };
    Ok(html(&page)?)
}

fn reason(t: Lang, reason: &Reason) -> String {
    let key = reason.wording_key();
    let say =
        |n: usize, without: usize| t.say_with(key, &[("n", (n as i64).into()), ("without", (without as i64).into())]);
    match reason {
        Reason::Burst { n_files } | Reason::Bulk { n_files, .. } | Reason::NoCase { n_files } => say(*n_files, 0),
        Reason::OffHours { n_files, n_without_case }
        | Reason::Colleagues { n_files, n_without_case }
        | Reason::Neighbours { n_files, n_without_case } => say(*n_files, *n_without_case),
        Reason::Returning { file, n_days } => {
            let file = match file {
                FileRef::Inquiry(inquiry) => inquiry.to_string(),
                FileRef::Object(object) => object.to_string(),
            };
            format!("{} ({file})", say(*n_days, 0))
        }
    }
}
