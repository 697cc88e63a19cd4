//! The list of signals: what is new, and what was decided of it.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_desk_threat::signals::{self, Signal, SignalState};
use beffroi_model::{Pap, Tlp};
use beffroi_rights::{Act, Kind, World};
use beffroi_wording::Lang;
use jiff::Timestamp;

pub(crate) struct Line {
    id: String,
    title: String,
    place: String,
    weeks: String,
    observed: String,
    expected: String,
    threshold: String,
    strength: String,
    state: String,
    state_class: &'static str,
    /// By when it is, or was, to be decided.
    due: String,
    late: bool,
}

#[derive(Template)]
#[template(path = "signals.html")]
struct Page {
    chrome: Chrome,
    /// Undecided first, of which those past their clock, then decided, each the strongest first.
    groups: Vec<(&'static str, String, Vec<Line>)>,
    /// The false alarms allowed and expected, by the last run that found something.
    budget: Option<String>,
}

/// `GET /signaux`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let scope = reader.access()?.scope(Act::Read, World::Coordination, Kind::Signal);
    let all = signals::visible(&house.store, &scope).await?;
    let chrome = Chrome::new(&house, &reader, &t.say("web-nav-signals"))
        .marked(Tlp::Amber, Pap::Green)
        .synthetic(all.iter().any(|s| s.synthetic));
    let now = house.now();
    let (mut open, decided): (Vec<&Signal>, Vec<&Signal>) = all.iter().partition(|s| s.state == SignalState::Open);
    // What is late comes first, the longest overdue before the others; the sort keeps the order of the rest.
    open.sort_by_key(|s| {
        let late = s.decision_due(now).filter(|due| due.late).map(|due| due.decide_by);
        (late.is_none(), late)
    });
    let lines = |signals: Vec<&Signal>| signals.into_iter().take(200).map(|s| line(s, now, t)).collect::<Vec<_>>();
    let groups = vec![
        ("ouverts", t.say("web-signals-open"), lines(open)),
        ("decides", t.say("web-signals-decided"), lines(decided)),
    ];
    let budget =
        all.iter().max_by_key(|s| (s.snapshot, s.last_week.start())).and_then(|s| s.content.budget).map(|line| {
            let (allowed, expected) = (t.decimal(line.allowed, 1), t.decimal(line.expected, 1));
            t.say_with("web-signals-budget", &[("allowed", (&allowed).into()), ("expected", (&expected).into())])
        });
    Ok(html(&Page { chrome, groups, budget })?)
}

fn line(s: &Signal, now: Timestamp, t: Lang) -> Line {
    let (state, state_class) = state(&s.state, t);
    let due = s.decision_due(now);
    Line {
        id: s.id.to_string(),
        title: title(s, t),
        place: figures::territory(t, &s.territory),
        weeks: weeks(s, t),
        observed: count(s, s.observed, t),
        expected: t.decimal(s.expected, 1),
        threshold: t.decimal(s.threshold, 1),
        strength: t.decimal(s.strength, 1),
        state,
        state_class,
        due: due.map_or_else(|| "–".to_owned(), |due| figures::instant(t, due.decide_by)),
        late: due.is_some_and(|due| due.late),
    }
}

/// What rose: a phenomenon, or a group's claims.
pub(crate) fn title(s: &Signal, t: Lang) -> String {
    if let Some(news) = &s.content.news {
        let what = [("what", (&news.what).into())];
        return match news.kind.as_str() {
            "lookalike-domains" => t.say_with("web-signal-title-lookalike-domains", &what),
            "new-brand" => t.say_with("web-signal-title-new-brand", &what),
            "term-burst" => t.say_with("web-signal-title-term-burst", &what),
            _ => t.say_with("web-signal-title-new-observable", &what),
        };
    }
    match &s.content.subject {
        Some(subject) => t.say_with("web-signal-claims", &[("subject", subject.into())]),
        None => in_sector(s, figures::phenomenon(t, s.phenomenon.as_deref()), t),
    }
}

/// A phenomenon among the victims of a sector.
fn in_sector(s: &Signal, what: String, t: Lang) -> String {
    let Some(sector) = &s.content.sector else { return what };
    let sector = figures::label("sectors", sector, t);
    t.say_with("web-signal-in-sector", &[("what", (&what).into()), ("sector", (&sector).into())])
}

/// A count behind a signal. Claims are published by the offenders themselves; any other count that is small is not
/// shown.
pub(crate) fn count(s: &Signal, value: f64, t: Lang) -> String {
    if is_small(s, value) { t.say("web-few") } else { t.integer(value) }
}

/// Whether a count behind a signal is too small to be shown.
pub(crate) fn is_small(s: &Signal, value: f64) -> bool {
    !s.content.claims && value > 0.0 && value < 5.0
}

/// The weeks in alarm.
pub(crate) fn weeks(s: &Signal, t: Lang) -> String {
    let (first, last) = (t.period(s.first_week), t.period(s.last_week));
    if s.first_week == s.last_week {
        return first;
    }
    t.say_with("web-span", &[("from", (&first).into()), ("to", (&last).into())])
}

/// A state in words, and its class.
pub(crate) fn state(state: &SignalState, t: Lang) -> (String, &'static str) {
    match state.code() {
        "open" => (t.say("web-state-open"), "tag-open"),
        "new" => (t.say("web-state-new"), "tag-new"),
        "variant" => (t.say("web-state-variant"), "tag-new"),
        "known" => (t.say("web-state-known"), "tag-done"),
        _ => (t.say("web-state-out-of-scope"), "tag-done"),
    }
}
