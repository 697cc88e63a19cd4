//! The list of flash alerts.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_desk_threat::alerts::{self, Alert, AlertState};
use beffroi_rights::{Act, Kind, World};
use beffroi_wording::Lang;
use jiff::civil::Date;

/// Alerts shown.
const SHOWN: usize = 200;

struct Line {
    reference: String,
    title: String,
    marking: String,
    drafted: String,
    issued: String,
    expires: String,
    state: String,
    state_class: &'static str,
}

#[derive(Template)]
#[template(path = "alerts.html")]
struct Page {
    chrome: Chrome,
    lines: Vec<Line>,
}

/// `GET /alertes`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let scope = reader.access()?.scope(Act::Read, World::Coordination, Kind::Alert);
    let mut all = alerts::visible(&house.store, &scope).await?;
    all.truncate(SHOWN);
    let today = crate::access::Access::day((house.clock)());
    let mut chrome = Chrome::new(&house, &reader, &t.say("web-nav-alerts"));
    for alert in &all {
        chrome = chrome.marked(alert.marking.tlp, alert.marking.pap).synthetic(alert.synthetic);
    }
    let lines = all.iter().map(|alert| line(alert, today, t)).collect();
    Ok(html(&Page { chrome, lines })?)
}

fn line(alert: &Alert, today: Date, t: Lang) -> Line {
    let (state, state_class) = state(alert, today, t);
    Line {
        reference: alert.reference.to_string(),
        title: title(alert, t).to_owned(),
        marking: alert.marking.to_string(),
        drafted: figures::instant(t, alert.drafted_at),
        issued: alert.issued_at.map_or_else(|| "–".to_owned(), |at| figures::instant(t, at)),
        expires: t.date(alert.expires_on),
        state,
        state_class,
    }
}

/// The title in the reader's language.
pub(crate) fn title(alert: &Alert, t: Lang) -> &str {
    match t {
        Lang::Fr => &alert.title_fr,
        Lang::En => &alert.title_en,
    }
}

/// Where it stands on `today` in words, and the class: an expired one is not shown as active.
pub(crate) fn state(alert: &Alert, today: Date, t: Lang) -> (String, &'static str) {
    match alert.state {
        AlertState::Issued if alert.is_expired(today) => (t.say("web-alert-expired"), "tag-done"),
        AlertState::Draft => (t.say("web-alert-draft"), "tag-draft"),
        AlertState::Validated => (t.say("web-alert-validated"), "tag-open"),
        AlertState::Issued => (t.say("web-alert-issued"), "tag-issued"),
        AlertState::Closed => (t.say("web-alert-closed"), "tag-done"),
    }
}
