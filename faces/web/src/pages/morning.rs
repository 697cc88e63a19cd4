//! The morning view: what is new since the reader last looked, and what waits, with its clocks. What is empty is not shown.

use crate::access::Access;
use crate::chrome::{Chrome, html};
use crate::figures;
use crate::forms::Fields;
use crate::house::House;
use crate::pages::alerts::title as alert_title;
use crate::pages::board;
use crate::pages::signals::title as signal_title;
use crate::pages::situation::given;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_observatory::quality;
use beffroi_desk_threat::alerts::{self, Alert, AlertState};
use beffroi_desk_threat::diffusion;
use beffroi_desk_threat::signals::{self, SignalState};
use beffroi_desk_threat::situation;
use beffroi_model::{Pap, Tlp};
use beffroi_rights::{Act, Kind, World};
use beffroi_wording::{Lang, Value};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// Lines of a section; the others are counted.
const MOST: usize = 20;
/// A flash that was not acknowledged for longer is late.
const TO_READ: SignedDuration = SignedDuration::from_hours(24);
/// A flash that ends within so many days is told of.
const DAYS_BEFORE_END: i32 = 3;

struct Line {
    href: String,
    what: String,
    note: String,
    /// Past its clock.
    late: bool,
}

struct Section {
    id: &'static str,
    title: String,
    count: String,
    lines: Vec<Line>,
    more: Option<String>,
}

#[derive(Template)]
#[template(path = "morning.html")]
struct Page {
    chrome: Chrome,
    since: String,
    sections: Vec<Section>,
    /// The instant that the button notes: what the page was made of.
    seen: String,
}

/// `GET /matin`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let (access, now) = (reader.access()?, house.now());
    let before = house.store.looked_at(access.subject().person()).await?;
    let mut chrome = Chrome::new(&house, &reader, &t.say("web-morning-title"));
    let scope = |act, kind| access.scope(act, World::Coordination, kind);
    let all = signals::visible(&house.store, &scope(Act::Read, Kind::Signal)).await?;
    let flashes = alerts::visible(&house.store, &scope(Act::Read, Kind::Alert)).await?;
    let points = situation::visible(&house.store, &scope(Act::Read, Kind::Situation)).await.map_err(given)?;
    for alert in &flashes {
        chrome = chrome.marked(alert.marking.tlp, alert.marking.pap).synthetic(alert.synthetic);
    }
    if !all.is_empty() {
        chrome = chrome.marked(Tlp::Amber, Pap::Green).synthetic(all.iter().any(|signal| signal.synthetic));
    }
    for point in &points {
        chrome = chrome.marked(point.marking.tlp, point.marking.pap).synthetic(point.synthetic);
    }
    let is_new = |at: Timestamp| before.is_none_or(|before| at > before);
    let mut sections = vec![
        section("nouveau", t.say("web-morning-new"), news(&all, &flashes, &points, is_new, t), t),
        section("signaux", t.say("web-morning-signals"), waiting(&all, now, t), t),
        section("valider", t.say("web-morning-validate"), to_validate(&house, &reader, &flashes).await?, t),
        section("flashs", t.say("web-morning-flashes"), ending(&flashes, now, t), t),
        section("lectures", t.say("web-morning-unread"), unread(&house, &reader).await?, t),
        section("situations", t.say("web-morning-situations"), due(&points, now, t), t),
    ];
    if reader.sees_deliveries() {
        let lake = house.lake().await?;
        let new = lake.snapshots.iter().rev().filter(|snapshot| is_new(snapshot.delivery.at));
        let landed = new.map(|snapshot| Line {
            href: format!("/sources/{}", snapshot.delivery.source),
            what: snapshot.delivery.source.to_string(),
            note: format!(
                "{} {} · {}",
                figures::count(t, snapshot.delivery.rows_accepted),
                t.say("web-rows"),
                figures::instant(t, snapshot.delivery.at)
            ),
            late: false,
        });
        sections.push(section("livraisons", t.say("web-morning-deliveries"), landed.collect(), t));
        let today = Access::day(now);
        let late = quality::overdue(&house.sources().await, &lake.snapshots, today).into_iter().map(|late| {
            let (period, due) = (t.period(late.period), t.date(late.due));
            let values = [("period", (&period).into()), ("due", (&due).into()), ("days", Value::Count(late.days))];
            Line {
                href: format!("/sources/{}", late.source),
                what: late.source.to_string(),
                note: t.say_with("web-morning-late", &values),
                late: true,
            }
        });
        sections.push(section("retards", t.say("web-morning-overdue"), late.collect(), t));
    }
    sections.retain(|section| !section.lines.is_empty());
    let since = match before {
        Some(at) => {
            let at = figures::instant(t, at);
            t.say_with("web-morning-since", &[("at", (&at).into())])
        }
        None => t.say("web-morning-first"),
    };
    Ok(html(&Page { chrome, since, sections, seen: now.to_string() })?)
}

/// `POST /matin`: what the page showed was seen.
pub(crate) async fn seen(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Problem> {
    let by = reader.by(&house, World::Coordination, fields.get("cle"))?;
    // What came while the page was read is still new; nobody has seen the future.
    let at: Timestamp = fields.get("vu").parse().map_err(|_| Problem::Unclear("an instant"))?;
    house.store.looked(at.min(house.now()), &by).await?;
    Ok(Redirect::to("/matin").into_response())
}

fn section(id: &'static str, title: String, mut lines: Vec<Line>, t: Lang) -> Section {
    let (n, late) = (lines.len(), lines.iter().filter(|line| line.late).count());
    lines.truncate(MOST);
    let left = n - lines.len();
    let more = (left > 0).then(|| t.say_with("web-others", &[("count", Value::Count(left as i64))]));
    let whole = figures::count(t, n as u64);
    let count = match late {
        0 => whole,
        late => t.say_with("web-morning-count", &[("n", (&whole).into()), ("late", Value::Count(late as i64))]),
    };
    Section { id, title, count, lines, more }
}

/// What came since the reader last looked.
fn news(
    all: &[signals::Signal],
    flashes: &[Alert],
    points: &[situation::Situation],
    is_new: impl Fn(Timestamp) -> bool,
    t: Lang,
) -> Vec<Line> {
    let mut lines: Vec<(Timestamp, Line)> = Vec::new();
    let mut add = |at: Timestamp, href: String, what: String, kind: String| {
        if is_new(at) {
            let note = format!("{kind} · {}", figures::instant(t, at));
            lines.push((at, Line { href, what, note, late: false }));
        }
    };
    for signal in all {
        let what = format!("{} – {}", signal_title(signal, t), figures::territory(t, &signal.territory));
        add(signal.content.detected_at, format!("/signaux/{}", signal.id), what, t.say("web-morning-kind-signal"));
    }
    for alert in flashes.iter().filter(|alert| alert.state == AlertState::Issued) {
        if let Some(at) = alert.issued_at {
            let what = format!("{} – {}", alert.reference, alert_title(alert, t));
            add(at, format!("/alertes/{}", alert.reference), what, t.say("web-morning-kind-flash"));
        }
    }
    for point in points {
        if let Some(at) = point.frozen_at {
            let what = format!("{} – {}", point.reference, point.content.name.said(t));
            add(at, format!("/situations/{}", point.reference), what, t.say("web-morning-kind-situation"));
        }
    }
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    lines.into_iter().map(|(_, line)| line).collect()
}

/// Signals that nobody decided, the first due first: the clock of a working day runs from when one came up.
fn waiting(all: &[signals::Signal], now: Timestamp, t: Lang) -> Vec<Line> {
    let mut open: Vec<&signals::Signal> = all.iter().filter(|signal| signal.state == SignalState::Open).collect();
    open.sort_by_key(|signal| signal.content.detected_at);
    open.into_iter()
        .map(|signal| {
            let waited = now.duration_since(signal.content.detected_at);
            let waits = t.say_with("web-morning-waits", &[("hours", Value::Count(waited.as_hours()))]);
            let due = signal.decision_due(now);
            let note = match due.map(|due| figures::instant(t, due.decide_by)) {
                Some(by) => format!("{waits} · {}", t.say_with("web-morning-decide-by", &[("by", (&by).into())])),
                None => waits,
            };
            Line {
                href: format!("/signaux/{}", signal.id),
                what: format!("{} – {}", signal_title(signal, t), figures::territory(t, &signal.territory)),
                note,
                late: due.is_some_and(|due| due.late),
            }
        })
        .collect()
}

/// Drafts that this reader may validate, and did not write.
async fn to_validate(house: &House, reader: &Reader, flashes: &[Alert]) -> Result<Vec<Line>, Problem> {
    let t = reader.t;
    let scope = reader.access()?.scope(Act::Validate, World::Coordination, Kind::Alert);
    if scope.branches().len() == 0 {
        return Ok(Vec::new());
    }
    let mine = alerts::visible(&house.store, &scope).await?;
    let who = reader.who()?;
    let is_mine = |alert: &&Alert| {
        alert.state == AlertState::Draft
            && !alert.was_written_by(who)
            && mine.iter().any(|own| own.reference == alert.reference)
    };
    let line = |alert: &Alert| Line {
        href: format!("/alertes/{}", alert.reference),
        what: format!("{} – {}", alert.reference, alert_title(alert, t)),
        note: figures::instant(t, alert.drafted_at),
        late: false,
    };
    Ok(flashes.iter().filter(is_mine).map(line).collect())
}

/// Issued flashes whose last day, or day of review, is near or over.
fn ending(flashes: &[Alert], now: Timestamp, t: Lang) -> Vec<Line> {
    let today = Access::day(now);
    let soon = today.saturating_add(jiff::Span::new().days(DAYS_BEFORE_END));
    let mut lines: Vec<(jiff::civil::Date, Line)> = Vec::new();
    for alert in flashes.iter().filter(|alert| alert.state == AlertState::Issued) {
        let (ends, review) = (t.date(alert.expires_on), t.date(alert.review_on));
        let (day, note) = match (alert.expires_on <= soon, alert.review_on <= today) {
            (true, _) => (alert.expires_on, t.say_with("web-morning-ends", &[("on", (&ends).into())])),
            (false, true) => (alert.review_on, t.say_with("web-morning-review", &[("on", (&review).into())])),
            (false, false) => continue,
        };
        let line = Line {
            href: format!("/alertes/{}", alert.reference),
            what: format!("{} – {}", alert.reference, alert_title(alert, t)),
            note,
            late: day < today,
        };
        lines.push((day, line));
    }
    lines.sort_by_key(|(day, _)| *day);
    lines.into_iter().map(|(_, line)| line).collect()
}

/// Issued flashes that somebody has not acknowledged, for those whom their boards concern.
async fn unread(house: &House, reader: &Reader) -> Result<Vec<Line>, Problem> {
    let t = reader.t;
    let scope = reader.access()?.scope(Act::Read, World::Coordination, Kind::Alert);
    let mut lines = Vec::new();
    for waiting in diffusion::waiting_visible(&house.store, &scope).await? {
        let alert = &waiting.alert;
        if !board::is_for(house, reader, alert).await? {
            continue;
        }
        let at = figures::instant(t, waiting.since);
        let n = Value::Count(i64::try_from(waiting.n).unwrap_or(i64::MAX));
        lines.push(Line {
            href: format!("/alertes/{}/accuses", alert.reference),
            what: format!("{} – {}", alert.reference, alert_title(alert, t)),
            note: t.say_with("web-morning-not-read", &[("n", n), ("at", (&at).into())]),
            late: house.now().duration_since(waiting.since) > TO_READ,
        });
    }
    Ok(lines)
}

/// Points that are drafts, and crises whose next point is due.
fn due(points: &[situation::Situation], now: Timestamp, t: Lang) -> Vec<Line> {
    let mut last: BTreeMap<&str, &situation::Situation> = BTreeMap::new();
    for point in points {
        let known = last.entry(&point.crisis).or_insert(point);
        if point.number > known.number {
            *known = point;
        }
    }
    let mut lines: Vec<(Timestamp, Line)> = Vec::new();
    for point in last.into_values() {
        let (is_draft, next) = (point.frozen_at.is_none(), point.content.next_at);
        // A crisis that nobody told of any more for long is over.
        let is_over = now.duration_since(next) > SignedDuration::from_hours(7 * 24);
        if !is_draft && is_over {
            continue;
        }
        let at = figures::instant(t, next);
        let note = match is_draft {
            true => t.say_with("web-morning-draft-point", &[("at", (&at).into())]),
            false => t.say_with("web-morning-next-point", &[("at", (&at).into())]),
        };
        let line = Line {
            href: format!("/situations/{}", point.reference),
            what: format!("{} – {}", point.reference, point.content.name.said(t)),
            note,
            late: next < now,
        };
        lines.push((next, line));
    }
    lines.sort_by_key(|(at, _)| *at);
    lines.into_iter().map(|(_, line)| line).collect()
}
