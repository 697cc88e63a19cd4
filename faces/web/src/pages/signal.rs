//! One signal: how much above what was expected, where, since when, how sure, what else it may be; and the decision.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::forms::Fields;
use crate::house::House;
use crate::pages::alert_refusals::refusal;
use crate::pages::drawings::year_groups;
use crate::pages::signals::{count, is_small, state, title, weeks};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sent_back::sent_back;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_chart::{BandChart, BandWords, Head, Use};
use beffroi_desk_threat::alerts::{self, DraftOptions};
use beffroi_desk_threat::signals::{self, Decision, NearLine, Signal, SignalError, SignalState};
use beffroi_model::{Pap, Period, SignalId, Tlp};
use beffroi_rights::{Act, Kind, World};
use beffroi_wording::Lang;

struct Week {
    week: String,
    observed: String,
    expected: String,
    threshold: String,
    alarm: bool,
}

struct Choice {
    code: &'static str,
    label: String,
    checked: bool,
}

#[derive(Template)]
#[template(path = "signal.html")]
struct Page {
    chrome: Chrome,
    id: String,
    state: String,
    state_class: &'static str,
    /// By when it is, or was, to be decided, and whether that has passed.
    due: Option<(String, bool)>,
    facts: Vec<(String, String)>,
    chart: Option<String>,
    has_small: bool,
    rows: Vec<Week>,
    places: Vec<(String, String)>,
    parts: Vec<(String, String)>,
    years: Vec<(String, String)>,
    news: Option<String>,
    members: Vec<String>,
    near: Vec<(String, String)>,
    why_else: Vec<String>,
    decided: Option<(String, String)>,
    /// The decision from which a flash may be drafted, when this reader may.
    draft: Option<&'static str>,
    choices: Vec<Choice>,
    reason: String,
    error: Option<String>,
}

/// `GET /signaux/{id}`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let signal = fetch(&house, &reader, Act::Read, &id).await?;
    page(&house, &reader, &signal, "", "", None).await
}

/// `POST /signaux/{id}/flash`: drafts a flash with everything known filled in, and leads to its editor.
pub(crate) async fn draft(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let signal = fetch(&house, &reader, Act::Read, &id).await?;
    // What was read must be what is drafted from.
    if fields.get("decision") != signal.state.code() {
        return Err(Problem::Conflict(format!("{} has changed in between", signal.id)));
    }
    let by = reader.by(&house, World::Coordination, fields.get("cle"))?;
    let options = DraftOptions::new(by);
    match alerts::draft(house.facts.as_ref(), &house.store, &signal.id, options).await {
        Ok(alert) => Ok(Redirect::to(&format!("/alertes/{}/redaction", alert.reference)).into_response()),
        Err(error) => match refusal(&error, reader.t) {
            Some(message) => Ok(sent_back(page(&house, &reader, &signal, "", "", Some(message)).await?)),
            None => Err(error.into()),
        },
    }
}

/// `POST /signaux/{id}`
pub(crate) async fn decide(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let signal = fetch(&house, &reader, Act::Decide, &id).await?;
    let by = reader.by(&house, World::Coordination, fields.get("cle"))?;
    let (code, reason) = (fields.get("decision"), fields.get("reason"));
    let wrong = async |message: String| -> Result<Response, Problem> {
        let page = page(&house, &reader, &signal, code, reason, Some(message)).await?;
        Ok(sent_back(page))
    };
    let Ok(decision) = code.parse::<Decision>() else { return wrong(t.say("web-decide-choose")).await };
    let reason: String = reason.chars().take(2000).collect();
    match signals::decide(&house.store, &signal.id, decision, &reason, &by).await {
        Ok(signal) => Ok(Redirect::to(&format!("/signaux/{}", signal.id)).into_response()),
        Err(SignalError::NoReason { .. }) => wrong(t.say("web-decide-reason-needed")).await,
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn fetch(house: &House, reader: &Reader, act: Act, id: &str) -> Result<Signal, Problem> {
    let id: SignalId = id.parse().map_err(|_| Problem::NotFound)?;
    let scope = reader.access()?.scope(act, World::Coordination, Kind::Signal);
    signals::get(&house.store, &scope, &id).await?.ok_or(Problem::NotFound)
}

async fn page(
    house: &House,
    reader: &Reader,
    s: &Signal,
    chosen: &str,
    reason: &str,
    error: Option<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let heading = format!("{} – {}", title(s, t), figures::territory(t, &s.territory));
    let chrome = Chrome::new(house, reader, &heading).marked(Tlp::Amber, Pap::Green).synthetic(s.synthetic);
    let may_decide = may_decide(house, reader, s).await?;
    let (state, state_class) = state(&s.state, t);
    let number = |v: Option<f64>| t.decimal(v.unwrap_or(f64::NAN), 1);
    let rows = s.content.weeks.iter().rev().map(|w| Week {
        week: figures::period(t, &w.week),
        observed: count(s, w.observed, t),
        expected: number(w.expected),
        threshold: number(w.threshold),
        alarm: w.alarm,
    });
    let parts = s.content.parts.iter().map(|part| {
        let sector = part.sector.as_deref().map(|code| figures::label("sectors", code, t));
        let name = part.subject.clone().or(sector).unwrap_or_else(|| figures::territory(t, &part.territory));
        let (observed, expected) = (count(s, part.observed, t), t.decimal(part.expected, 1));
        (name, t.say_with("web-signal-figures", &[("observed", (&observed).into()), ("expected", (&expected).into())]))
    });
    let page = Page {
        id: s.id.to_string(),
        state,
        state_class,
        due: s.decision_due(house.now()).map(|due| {
            let by = figures::instant(t, due.decide_by);
            (t.say_with("web-signal-due", &[("by", (&by).into())]), due.late)
        }),
        facts: facts(s, t),
        chart: chart(s, t),
        has_small: s.content.weeks.iter().any(|w| is_small(s, w.observed)),
        rows: rows.collect(),
        places: places(s, t),
        parts: parts.collect(),
        years: s.content.same_weeks.iter().map(|y| (y.year.to_string(), count(s, y.observed, t))).collect(),
        news: s.content.news.as_ref().map(|news| {
            let (reports, places) = (t.integer(news.reports as f64), t.integer(news.places as f64));
            let words =
                [("reports", (&reports).into()), ("places", (&places).into()), ("days", (news.days as i64).into())];
            t.say_with("web-signal-news-text", &words)
        }),
        members: s.content.news.iter().flat_map(|news| &news.members).cloned().collect(),
        near: s.content.news.iter().flat_map(|news| &news.near).map(|near| near_line(near, t)).collect(),
        why_else: s.content.why_else.iter().filter(|key| t.knows(key)).map(|key| t.say(key)).collect(),
        decided: decided(&s.state, t),
        draft: matches!(s.state, SignalState::Decided { decision: Decision::New | Decision::Variant, .. })
            .then(|| s.state.code())
            .filter(|_| s.phenomenon.is_some())
            .filter(|_| reader.access().is_ok_and(|a| a.reaches(Act::Create, World::Coordination, Kind::Alert))),
        choices: Decision::ALL
            .into_iter()
            .filter(|_| may_decide)
            .map(|d| Choice { code: d.code(), label: decision_label(d, t), checked: d.code() == chosen })
            .collect(),
        reason: reason.to_owned(),
        error,
        chrome,
    };
    Ok(html(&page)?)
}

/// Whether this reader may decide it.
async fn may_decide(house: &House, reader: &Reader, s: &Signal) -> Result<bool, Problem> {
    let scope = reader.access()?.scope(Act::Decide, World::Coordination, Kind::Signal);
    Ok(signals::get(&house.store, &scope, &s.id).await?.is_some())
}

/// A known phenomenon, and how far it is.
fn near_line(near: &NearLine, t: Lang) -> (String, String) {
    (figures::phenomenon(t, Some(&near.phenomenon)), t.decimal(near.distance, 2))
}

/// Reports of the run by territory.
fn places(s: &Signal, t: Lang) -> Vec<(String, String)> {
    let named = s.content.spread.iter().map(|(code, n)| (figures::territory(t, code), *n));
    if s.content.claims { named.map(|(name, n)| (name, t.integer(n))).collect() } else { figures::partition(t, named) }
}

fn decision_label(decision: Decision, t: Lang) -> String {
    match decision {
        Decision::New => t.say("web-decision-new"),
        Decision::Variant => t.say("web-decision-variant"),
        Decision::Known => t.say("web-decision-known"),
        Decision::OutOfScope => t.say("web-decision-out-of-scope"),
    }
}

fn decided(state: &SignalState, t: Lang) -> Option<(String, String)> {
    let SignalState::Decided { reason, who, at, .. } = state else { return None };
    let when = figures::instant(t, *at);
    Some((t.say_with("web-decided-by", &[("who", who.into()), ("at", (&when).into())]), reason.clone()))
}

fn facts(s: &Signal, t: Lang) -> Vec<(String, String)> {
    let content = &s.content;
    let sure = match content.p_value {
        Some(p) if p < 0.0001 => t.say("web-signal-p-tiny"),
        Some(p) => t.decimal(p, 4),
        None => t.decimal(f64::NAN, 0),
    };
    let baseline = match content.baseline_years {
        0 => t.say("web-signal-baseline-weeks"),
        n => t.say_with("web-signal-baseline-years", &[("years", (n as i64).into())]),
    };
    let mut facts = vec![
        (t.say("web-signal-observed"), count(s, s.observed, t)),
        (t.say("web-signal-expected"), t.decimal(s.expected, 1)),
        (t.say("web-signal-threshold"), t.decimal(s.threshold, 1)),
        (t.say("web-signal-weeks"), weeks(s, t)),
        (t.say("web-signal-run"), count(s, content.run_observed, t)),
        (t.say("web-signal-p"), sure),
        (t.say("web-signal-strength"), t.decimal(s.strength, 1)),
        (t.say("web-signal-method"), format!("{}, {baseline}", s.method)),
        (t.say("web-certificate-layer"), figures::label("layers", s.layer.code(), t)),
        (t.say("web-certificate-sources"), content.sources.join(", ")),
        (t.say("web-certificate-snapshot"), s.snapshot.to_string()),
        (t.say("web-signal-detected"), figures::instant(t, content.detected_at)),
    ];
    let (word, confidence) = (t.say(s.probability().key()), t.say(s.confidence().key()));
    let sure = [("word", (&word).into()), ("confidence", (&confidence).into())];
    facts.insert(0, (t.say("web-signal-sure"), t.say_with("web-signal-sure-text", &sure)));
    if let Some(now) = &content.nowcast {
        let level = t.percent(now.level, 0);
        let (estimate, low, high) = (t.integer(now.estimate.round()), t.integer(now.low), t.integer(now.high));
        let share = t.percent(now.share, 0);
        let words = [
            ("estimate", (&estimate).into()),
            ("low", (&low).into()),
            ("high", (&high).into()),
            ("level", (&level).into()),
            ("share", (&share).into()),
        ];
        // An interval around a small count would tell it.
        if !is_small(s, s.observed) {
            facts.push((t.say("web-signal-nowcast"), t.say_with("web-signal-nowcast-text", &words)));
        }
    }
    if let Some(cluster) = &content.cluster {
        let names: Vec<String> = cluster.territories.iter().map(|code| figures::territory(t, code)).collect();
        let names = names.join(", ");
        let (observed, expected) = (count(s, cluster.observed, t), t.decimal(cluster.expected, 1));
        let p = t.decimal(cluster.p_value, 3);
        let words = [
            ("places", (&names).into()),
            ("weeks", (cluster.weeks as i64).into()),
            ("observed", (&observed).into()),
            ("expected", (&expected).into()),
            ("p", (&p).into()),
        ];
        facts.push((t.say("web-signal-cluster"), t.say_with("web-signal-cluster-text", &words)));
    }
    if let Some(week) = &content.counted_since {
        facts.push((t.say("web-signal-counted-since"), figures::period(t, week)));
    }
    if let Some(ratio) = content.ratio {
        facts.insert(4, (t.say("web-signal-ratio"), t.decimal(ratio, 1)));
    }
    if let Some(first) = &content.first_seen {
        facts.push((t.say("web-signal-first-seen"), figures::period(t, first)));
    }
    facts
}

fn chart(s: &Signal, t: Lang) -> Option<String> {
    let weeks: Vec<Period> = s.content.weeks.iter().filter_map(|w| w.week.parse().ok()).collect();
    if weeks.is_empty() || weeks.len() != s.content.weeks.len() {
        return None;
    }
    let all = &s.content.weeks;
    let format = |v: f64| t.integer(v);
    let chart = BandChart {
        head: Head {
            id: "signal".to_owned(),
            title: format!("{}, {}", title(s, t), figures::territory(t, &s.territory)),
            description: t.say("web-chart-table"),
        },
        width: 660,
        x: weeks.iter().map(|w| t.period_short(*w)).collect(),
        x_groups: year_groups(&weeks),
        // A small count leaves a gap: its column would tell it.
        observed: all.iter().map(|w| Some(w.observed).filter(|v| !is_small(s, *v))).collect(),
        expected: all.iter().map(|w| w.expected).collect(),
        threshold: all.iter().map(|w| w.threshold).collect(),
        alarms: all.iter().enumerate().filter(|(_, w)| w.alarm).map(|(i, _)| i).collect(),
        n_provisional: 0,
        words: BandWords {
            observed: t.say("web-signal-observed"),
            expected: t.say("web-signal-expected"),
            threshold: t.say("web-signal-threshold"),
            alarm: t.say("web-signal-alarm"),
            provisional: String::new(),
        },
        y_label: t.say("web-signal-axis"),
        format: &format,
    };
    Some(chart.svg(Use::Inline))
}
