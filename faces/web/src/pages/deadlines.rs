//! What is late and what is soon, of all registers; the same as a calendar.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::registers::reading;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use beffroi_desk_registers::{Due, calendar};
use beffroi_register::words;
use beffroi_wording::Lang;
use jiff::SignedDuration;

/// How far ahead, in days: what may be asked for.
const AHEAD: [i64; 4] = [1, 7, 30, 90];

/// A line of the board.
pub(crate) struct Line {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) reference: String,
    pub(crate) register: String,
    pub(crate) clock: String,
    pub(crate) at: String,
    pub(crate) late: bool,
}

impl Line {
    pub(crate) fn of(due: &Due, t: Lang) -> Self {
        Self {
            href: format!("/registres/{}/{}", due.register.name, due.row.record.reference),
            title: due.row.title.clone(),
            reference: due.row.record.reference.clone(),
            register: words::name(due.register, t),
            clock: words::clock(due.register, &due.clock, t),
            at: figures::instant(t, due.at),
            late: due.late,
        }
    }
}

#[derive(Template)]
#[template(path = "deadlines.html")]
struct Page {
    chrome: Chrome,
    lines: Vec<Line>,
    late: String,
    ahead: Vec<(i64, bool)>,
    more: bool,
}

fn days(reader: &Reader) -> i64 {
    let asked = reader.query().get("jours").and_then(|days| days.parse().ok());
    asked.filter(|days| AHEAD.contains(days)).unwrap_or(7)
}

/// `GET /echeances`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let (t, days) = (reader.t, days(&reader));
    let board = reading(&house, &reader)?.board(SignedDuration::from_hours(days * 24), None).await?;
    let mut chrome = Chrome::new(&house, &reader, &t.say("web-deadlines-title"));
    for due in &board.lines {
        let record = &due.row.record;
        chrome = chrome.marked(record.marking.tlp, record.marking.pap).synthetic(record.synthetic);
    }
    let n_late = i64::try_from(board.lines.iter().filter(|due| due.late).count()).unwrap_or(i64::MAX);
    let page = Page {
        late: t.say_with("web-deadlines-late", &[("n", n_late.into())]),
        lines: board.lines.iter().map(|due| Line::of(due, t)).collect(),
        ahead: AHEAD.into_iter().map(|one| (one, one == days)).collect(),
        more: board.next.is_some(),
        chrome,
    };
    Ok(html(&page)?)
}

/// `GET /echeances/calendrier`
pub(crate) async fn feed(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let board = reading(&house, &reader)?.board(SignedDuration::from_hours(366 * 24), None).await?;
    let text = calendar(&t.say("web-deadlines-title"), &board.lines, None, t);
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"echeances.ics\""),
    ];
    Ok((headers, text).into_response())
}
