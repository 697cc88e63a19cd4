//! What was addressed to the reader, with where it leads: what reaches somebody even where no mail leaves.

use crate::chrome::{Chrome, Step, html};
use crate::figures;
use crate::forms::Fields;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_model::{Pap, Tlp};
use beffroi_rights::World;
use beffroi_wording::Lang;

/// The most notices shown.
const MOST: u64 = 200;

struct Line {
    id: String,
    at: String,
    what: String,
    href: String,
    unread: bool,
}

#[derive(Template)]
#[template(path = "notices.html")]
struct Page {
    chrome: Chrome,
    lines: Vec<Line>,
    has_unread: bool,
}

/// What a notice says, and where it leads: a page that shows its reader only what is for him or her.
fn told(house: &House, t: Lang, what: &str, about: &str) -> (String, String) {
    let of_record = [("reference", about.into())];
    let of_record = match what {
        "mention" => Some(t.say_with("web-notices-mention", &of_record)),
        "task" => Some(t.say_with("web-notices-task", &of_record)),
        "task-soon" => Some(t.say_with("web-notices-task-soon", &of_record)),
        "task-withdrawn" => Some(t.say_with("web-notices-task-withdrawn", &of_record)),
        "task-late" => Some(t.say_with("web-notices-task-late", &of_record)),
        "record-soon" => Some(t.say_with("web-notices-record-soon", &of_record)),
        "record-late" => Some(t.say_with("web-notices-record-late", &of_record)),
        "record-escalated" => Some(t.say_with("web-notices-record-escalated", &of_record)),
        _ => None,
    };
    if let Some(text) = of_record {
        let register = house.registry.of_reference(about);
        return (text, register.map_or("/registres".to_owned(), |of| format!("/registres/{}/{about}", of.name)));
    }
    let (text, href) = match what {
        "break-glass" => (t.say("web-notices-break-glass"), "/consultations/urgences"),
        "break-glass-reviewed" => (t.say("web-notices-break-glass-reviewed"), "/urgence"),
        "proposal" => (t.say("web-notices-proposal"), "/personnes"),
        "reveal" => (t.say("web-notices-reveal"), "/devoilements"),
        "reveal-approved" => (t.say("web-notices-reveal-approved"), "/devoilements"),
        "reveal-refused" => (t.say("web-notices-reveal-refused"), "/devoilements"),
        other => (other.to_owned(), "/compte"),
    };
    (text, href.to_owned())
}

/// `GET /notifications`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let person = reader.access()?.subject().person();
    let lines = house.store.notices(person, MOST).await?.into_iter().map(|notice| {
        let (what, href) = told(&house, t, &notice.what, &notice.about);
        Line { at: figures::instant(t, notice.at), what, href, unread: notice.read_at.is_none(), id: notice.id }
    });
    let lines: Vec<Line> = lines.collect();
    let mut chrome = Chrome::new(&house, &reader, &t.say("web-notices-title")).marked(Tlp::Green, Pap::Green);
    chrome.trail.push(Step { href: "/compte".to_owned(), label: t.say("web-account-title") });
    let page = Page { has_unread: lines.iter().any(|line| line.unread), lines, chrome };
    Ok(html(&page)?)
}

/// `POST /notifications`: marks one of one's own as read, or all.
pub(crate) async fn mark(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Problem> {
    let which = match fields.get("action") {
        "one" => Some(fields.get("notification").to_owned()),
        "all" => None,
        _ => return Err(Problem::Unclear("which notices were read")),
    };
    let by = reader.by(&house, World::Coordination, fields.get("cle"))?;
    house.store.notices_read(which, &by).await?;
    Ok(Redirect::to("/notifications").into_response())
}
