//! How the figures of one cut changed from state to state: the same periods, read at the last snapshots that added to
//! them. Two states of a figure that differ by a few units would tell about those few: the older one is withheld.

use crate::chrome::{Chrome, Step, html};
use crate::figures;
use crate::house::{CATALOGUE, House};
use crate::pages::drawings::key_label;
use crate::pages::indicator::{Asked, href};
use crate::problem::Problem;
use crate::reader::{Reader, pairs};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use beffroi_desk_observatory::indicators::{Card, Figure, Figures, Request};
use beffroi_model::{Pap, Tlp};
use beffroi_ports::Snapshot;
use beffroi_wording::Lang;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::sync::Arc;

/// States compared.
const N_STATES: usize = 6;
/// Figures compared: those of the latest periods.
const MOST_ROWS: usize = 36;

/// A state of the data.
struct Head {
    number: String,
    at: String,
    source: String,
}

struct Line {
    label: String,
    cells: Vec<Cell>,
}

/// A figure in one state.
struct Cell {
    text: String,
    secret: bool,
    /// By how much it changed since the state before, with its sign; empty when it did not.
    change: String,
}

#[derive(Template)]
#[template(path = "revisions.html")]
struct Page {
    chrome: Chrome,
    back: String,
    revision: String,
    caption: String,
    /// Oldest first.
    states: Vec<Head>,
    lines: Vec<Line>,
    has_secret: bool,
    left: bool,
}

/// `GET /indicateurs/{id}/revisions`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let lake = house.lake().await?;
    let card = CATALOGUE.card(&id)?;
    let asked = Asked::read(&lake, card, &reader.query(), house.now().to_zoned(TimeZone::UTC).date()).await?;
    let request = asked.request();
    let latest = lake.published(&card.code, request.clone()).await?;
    let states = states(&lake.snapshots, &latest);
    let mut versions: Vec<Arc<Figures>> = Vec::new();
    for state in &states {
        versions.push(lake.published(&card.code, Request { snapshot: Some(state.number), ..request.clone() }).await?);
    }
    let (lines, left) = lines(card, &latest, &versions, t);
    let kept: Vec<(String, String)> = pairs(&reader.uri).into_iter().filter(|(key, _)| key != "lang").collect();
    let back = href(&format!("/indicateurs/{}", card.code), &kept);
    let label = card.label.of(t.code());
    let step = Step { href: back.clone(), label: label.to_owned() };
    let title = t.say_with("web-revisions-of", &[("name", label.into())]);
    let page = Page {
        chrome: Chrome::new(&house, &reader, &title)
            .under("/indicateurs", [step])
            .marked(Tlp::Green, Pap::Green)
            .synthetic(latest.certificate.synthetic),
        back,
        revision: card.revision.of(t.code()).to_owned(),
        caption: format!("{label} ({})", card.unit.of(t.code())),
        states: states.iter().map(|state| head(state, t)).collect(),
        has_secret: lines.iter().flat_map(|line| &line.cells).any(|cell| cell.secret),
        lines,
        left,
    };
    Ok(html(&page)?)
}

fn head(state: &Snapshot, t: Lang) -> Head {
    Head {
        number: state.number.to_string(),
        at: figures::instant(t, state.delivery.at),
        source: state.delivery.source.to_string(),
    }
}

/// The last states that brought rows of the sources of these figures, oldest first.
fn states<'a>(snapshots: &'a [Snapshot], of: &Figures) -> Vec<&'a Snapshot> {
    let is_source = |s: &&Snapshot| {
        let name = s.delivery.source.to_string();
        s.number <= of.certificate.snapshot && of.certificate.sources.iter().any(|source| source.source == name)
    };
    let mut states: Vec<&Snapshot> = snapshots.iter().rev().filter(is_source).take(N_STATES).collect();
    states.reverse();
    states
}

/// One line a figure of the latest state, the latest period first; and whether some were left out.
fn lines(card: &Card, latest: &Figures, versions: &[Arc<Figures>], t: Lang) -> (Vec<Line>, bool) {
    let time = latest.by.iter().position(|d| d.grain().is_some());
    let mut rows: Vec<&Figure> = latest.rows.iter().collect();
    let period = |row: &Figure| time.and_then(|i| row.keys.get(i).cloned().flatten());
    rows.sort_by(|a, b| period(b).cmp(&period(a)).then_with(|| a.keys.cmp(&b.keys)));
    let left = rows.len() > MOST_ROWS;
    rows.truncate(MOST_ROWS);
    let by_keys: Vec<BTreeMap<&[Option<String>], &Figure>> =
        versions.iter().map(|v| v.rows.iter().map(|row| (row.keys.as_slice(), row)).collect()).collect();
    let lines = rows.into_iter().map(|row| {
        let found: Vec<Option<&Figure>> =
            by_keys.iter().map(|version| version.get(row.keys.as_slice()).copied()).collect();
        let names: Vec<String> =
            latest.by.iter().zip(&row.keys).map(|(d, key)| key_label(t, *d, key.as_deref())).collect();
        Line { label: names.join(", "), cells: cells(card, &found, latest.certificate.disclosure_threshold, t) }
    });
    (lines.collect(), left)
}

fn cells(card: &Card, found: &[Option<&Figure>], threshold: u32, t: Lang) -> Vec<Cell> {
    let counts: Vec<Option<f64>> = found.iter().map(|f| f.and_then(|f| f.contributors)).collect();
    let withheld = withheld(&counts, threshold);
    let value = |i: usize| {
        let hidden = withheld.get(i).copied().unwrap_or(true);
        found.get(i).copied().flatten().filter(|_| !hidden).and_then(|f| f.value)
    };
    let cell = |i: usize| {
        let figure = found.get(i).copied().flatten();
        let secret = withheld.get(i).copied().unwrap_or(true) || figure.is_some_and(|f| f.status.is_hidden());
        let before = i.checked_sub(1).and_then(value);
        let change = match (before, value(i)) {
            (Some(before), Some(now)) if before != now => signed(t, now - before, card.decimals),
            _ => String::new(),
        };
        let text = if secret { t.say("indicator-secret") } else { figures::figure(t, card, figure) };
        Cell { text, secret, change }
    };
    (0..found.len()).map(cell).collect()
}

/// A difference with its sign.
pub(crate) fn signed(t: Lang, value: f64, decimals: usize) -> String {
    let text = t.decimal(value, decimals);
    let above = value > 0.0 && text.bytes().any(|b| b.is_ascii_digit() && b != b'0');
    if above { format!("+{text}") } else { text }
}

/// Which states of a figure are withheld, from the units each is made of (oldest first; none where it is not there or
/// hidden already): one that differs from a newer one that is shown by fewer units than the threshold, and by more than
/// none, would tell about those few.
fn withheld(counts: &[Option<f64>], threshold: u32) -> Vec<bool> {
    let mut shown: Vec<f64> = Vec::new();
    let mut out: Vec<bool> = Vec::new();
    for count in counts.iter().rev() {
        let few = |n: f64| shown.iter().any(|other| other - n != 0.0 && (other - n).abs() < f64::from(threshold));
        let hide = count.is_some_and(few);
        shown.extend(count.filter(|_| !hide));
        out.push(hide);
    }
    out.reverse();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_late_reports_are_not_told_by_subtraction() {
        let some = |counts: &[f64]| counts.iter().map(|n| Some(*n)).collect::<Vec<_>>();
        assert_eq!(withheld(&some(&[100.0, 103.0]), 5), [true, false], "three reports came late");
        assert_eq!(withheld(&some(&[100.0, 105.0]), 5), [false, false]);
        assert_eq!(withheld(&some(&[100.0, 100.0]), 5), [false, false]);
        assert_eq!(withheld(&some(&[100.0, 90.0, 102.0]), 5), [true, false, false], "not only the next one counts");
        assert_eq!(withheld(&some(&[100.0, 101.0]), 0), [false, false], "the publisher protected these");
        assert_eq!(withheld(&[None, Some(3.0)], 5), [false, false]);
    }

    #[test]
    fn a_difference_has_its_sign() {
        assert_eq!(signed(Lang::En, 1234.0, 0), "+1,234");
        assert_eq!(signed(Lang::En, -3.25, 1), "−3.2");
        assert_eq!(signed(Lang::En, 0.0, 1), "0.0");
    }
}
