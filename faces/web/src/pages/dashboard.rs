//! The dashboard: how much, where, what is new.

use crate::chrome::{Chrome, html};
use crate::figures::{self, Change};
use crate::house::{CATALOGUE, House, LakeView};
use crate::pages::alerts::{state as alert_state, title as alert_title};
use crate::pages::drawings::{self, Map};
use crate::pages::latest::last_year_of;
use crate::pages::signals::{count, title as signal_title};
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_desk_observatory::indicators::{Card, Request};
use beffroi_desk_threat::alerts::{self, Alert, AlertState};
use beffroi_desk_threat::signals::{self, SignalState};
use beffroi_model::{Grain, Pap, Period, Tlp};
use beffroi_ports::Dimension;
use beffroi_rights::{Act, Kind, World};
use beffroi_wording::Lang;

/// The indicators of the first line.
const KEY_FIGURES: [&str; 5] = ["digital-offences", "fraud-victims", "losses", "ransomware-claims", "reporting-delay"];
/// The indicator drawn by month and category.
const BY_MONTH: &str = "digital-offences";
/// Months drawn.
const N_MONTHS: i64 = 24;

struct KeyFigure {
    href: String,
    label: String,
    value: String,
    unit: String,
    change: Change,
    spark: String,
}

struct Flash {
    reference: String,
    title: String,
    marking: String,
    when: String,
    state: String,
    state_class: &'static str,
}

struct Signal {
    id: String,
    title: String,
    place: String,
    since: String,
    figures: String,
}

struct Delivery {
    source: String,
    file: String,
    at: String,
    rows: String,
}

#[derive(Template)]
#[template(path = "dashboard.html")]
struct Page {
    chrome: Chrome,
    year: String,
    snapshot: Option<String>,
    key_figures: Vec<KeyFigure>,
    months: Option<drawings::Drawing>,
    map: Option<Map>,
    flashes: Vec<Flash>,
    signals: Vec<Signal>,
    n_open: u64,
    deliveries: Vec<Delivery>,
    sees_figures: bool,
    sees_signals: bool,
    sees_alerts: bool,
    sees_deliveries: bool,
    /// Nothing of the page is this reader's to see.
    nothing: bool,
}

/// `GET /`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let lake = house.lake().await?;
    let this_year = house.now().to_zoned(jiff::tz::TimeZone::UTC).year();
    let year = last_full_year(&lake, this_year).await?;
    let mut chrome = Chrome::new(&house, &reader, &t.say("web-dashboard-title")).marked(Tlp::Green, Pap::Green);

    let mut key_figures = Vec::new();
    let (sees_figures, sees_deliveries) = (reader.sees_figures(), reader.sees_deliveries());
    for code in KEY_FIGURES.into_iter().filter(|_| sees_figures) {
        if let Ok(card) = CATALOGUE.card(code)
            && let Some((figure, synthetic)) = key_figure(&lake, card, year, t).await?
        {
            chrome = chrome.synthetic(synthetic);
            key_figures.push(figure);
        }
    }
    let months = if sees_figures { by_month(&lake, year, t).await? } else { None };
    let map = if sees_figures { Map::of_year(&lake, "fraud-rate", this_year, t).await? } else { None };
    let access = reader.access()?;
    let scope = access.scope(Act::Read, World::Coordination, Kind::Signal);
    let sees_signals = scope.branches().len() > 0;
    let signals = signals::visible(&house.store, &scope).await?;
    let scope = access.scope(Act::Read, World::Coordination, Kind::Alert);
    let sees_alerts = scope.branches().len() > 0;
    let alerts = alerts::visible(&house.store, &scope).await?;
    let drawn = months.as_ref().is_some_and(|d| d.synthetic) || map.as_ref().is_some_and(|m| m.synthetic);

    let open: Vec<&signals::Signal> = signals.iter().filter(|s| s.state == SignalState::Open).collect();
    let n_open = open.len() as u64;
    let strongest: Vec<&signals::Signal> = open.into_iter().take(5).collect();
    let today = crate::access::Access::day((house.clock)());
    let active = |alert: &&Alert| alert.state != AlertState::Closed && !alert.is_expired(today);
    let latest: Vec<&Alert> = alerts.iter().filter(active).take(3).collect();
    for alert in &latest {
        chrome = chrome.marked(alert.marking.tlp, alert.marking.pap).synthetic(alert.synthetic);
    }
    if !strongest.is_empty() {
        chrome = chrome.marked(Tlp::Amber, Pap::Green);
    }
    let chrome = chrome.synthetic(drawn || strongest.iter().any(|s| s.synthetic));
    let deliveries = lake.snapshots.iter().rev().filter(|_| sees_deliveries).take(5).map(|s| Delivery {
        source: s.delivery.source.to_string(),
        file: s.delivery.file.clone(),
        at: figures::instant(t, s.delivery.at),
        rows: figures::count(t, s.delivery.rows_accepted),
    });
    let page = Page {
        year: year.to_string(),
        snapshot: lake.number().map(|n| n.to_string()),
        key_figures,
        months,
        map,
        flashes: latest.into_iter().map(|a| flash(a, today, t)).collect(),
        signals: strongest.into_iter().map(|s| signal(s, t)).collect(),
        n_open,
        deliveries: deliveries.collect(),
        sees_figures,
        sees_signals,
        sees_alerts,
        sees_deliveries,
        nothing: !(sees_figures || sees_signals || sees_alerts || sees_deliveries),
        chrome,
    };
    Ok(html(&page)?)
}

/// The last year that is over and has recorded offences; else the year before this one.
async fn last_full_year(lake: &LakeView<'_>, this_year: i16) -> Result<i16, Problem> {
    Ok(last_year_of(lake, CATALOGUE.card(BY_MONTH)?, this_year - 1).await?.unwrap_or(this_year - 1))
}

async fn key_figure(
    lake: &LakeView<'_>,
    card: &Card,
    year: i16,
    t: Lang,
) -> Result<Option<(KeyFigure, bool)>, Problem> {
    // A source that stops earlier shows its own last year, with that year in its label.
    let Some(latest) = lake.latest(card, year).await? else { return Ok(None) };
    if latest.period.grain() != Grain::Year {
        return Ok(None);
    }
    let shown = latest.period.start().year();
    let growth = lake.growth(card, latest.period.previous(), latest.period).await?;
    let name = card.label.of(t.code());
    let figure = KeyFigure {
        href: format!("/indicateurs/{}", card.code),
        label: format!("{name}, {shown}"),
        value: figures::figure(t, card, latest.figure.as_ref()),
        unit: card.unit.of(t.code()).to_owned(),
        change: figures::change(t, &growth, &(shown - 1).to_string()),
        spark: latest.spark(card, t),
    };
    Ok(Some((figure, latest.synthetic)))
}

fn period_of(year: i16) -> Result<Period, Problem> {
    Period::year(year).map_err(|_| Problem::Unclear("a year"))
}

async fn by_month(lake: &LakeView<'_>, year: i16, t: Lang) -> Result<Option<drawings::Drawing>, Problem> {
    let card = CATALOGUE.card(BY_MONTH)?;
    let last = Period::containing(period_of(year)?.end(), Grain::Month);
    let first = (1..N_MONTHS).fold(last, |p, _| p.previous());
    let by = vec![Dimension::Category, Dimension::Month];
    let request = Request { by, from: Some(first), to: Some(last), ..Request::default() };
    let figures = lake.published(BY_MONTH, request).await?;
    Ok(drawings::lines("mois", card, &figures, t))
}

fn flash(alert: &Alert, today: jiff::civil::Date, t: Lang) -> Flash {
    let (state, state_class) = alert_state(alert, today, t);
    Flash {
        reference: alert.reference.to_string(),
        title: alert_title(alert, t).to_owned(),
        marking: alert.marking.to_string(),
        when: figures::instant(t, alert.issued_at.unwrap_or(alert.drafted_at)),
        state,
        state_class,
    }
}

fn signal(s: &signals::Signal, t: Lang) -> Signal {
    let (observed, expected) = (count(s, s.observed, t), t.decimal(s.expected, 1));
    let values = [("observed", (&observed).into()), ("expected", (&expected).into())];
    Signal {
        id: s.id.to_string(),
        title: signal_title(s, t),
        place: figures::territory(t, &s.territory),
        since: t.period(s.first_week),
        figures: t.say_with("web-signal-figures", &values),
    }
}
