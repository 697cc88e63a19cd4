//! Two territories of one indicator, or two of its periods, side by side: never a ranking, and no growth where the series
//! is broken or counted under two definitions.

mod periods;
mod territories;

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::{CATALOGUE, House, LakeView};
use crate::pages::choices::Choice;
use crate::pages::convention::Convention;
use crate::pages::drawings::Drawing;
use crate::pages::indicator::{View, href};
use crate::pages::pivot::Pivot;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_desk_observatory::indicators::{Card, Figure, Figures, Request};
use beffroi_model::{Pap, Period, Territory, Tlp};
use beffroi_ports::Dimension;
use beffroi_wording::Lang;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One of the two sides.
struct Side {
    label: String,
    value: String,
    secret: bool,
    unit: String,
    /// What the value is made of: its limits, its numerator and denominator. May be empty.
    detail: String,
}

/// What the comparison says.
struct Finding {
    /// The sentence.
    text: String,
    /// How to do it right, when the comparison is refused.
    instead: Option<(String, Option<(String, String)>)>,
}

/// Both sides and what follows.
struct Comparison {
    sides: Vec<Side>,
    finding: Finding,
    caution: String,
    drawing: Option<Drawing>,
    table: Option<Pivot>,
    convention: Convention,
    synthetic: bool,
}

#[derive(Template)]
#[template(path = "compare.html")]
struct Page {
    chrome: Chrome,
    what: &'static str,
    /// The two kinds of comparison.
    kinds: Vec<View>,
    choices: Vec<Choice>,
    comparison: Option<Comparison>,
    indicator: (String, String),
    share: String,
}

/// What every comparison is made from.
struct Ground<'a> {
    lake: &'a LakeView<'a>,
    card: &'a Card,
    query: BTreeMap<String, String>,
    /// The last year that is over.
    last_year: i16,
    t: Lang,
}

/// `GET /comparer`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let query = reader.query();
    let lake = house.lake().await?;
    let what = match query.get("what").map(String::as_str) {
        None | Some("periods") => "periods",
        Some("territories") => "territories",
        Some(_) => return Err(Problem::Unclear("a kind of comparison")),
    };
    let card = match query.get("indicator") {
        Some(code) => CATALOGUE.card(code)?,
        None => first(what)?,
    };
    if !offered(card, what) {
        return Err(Problem::Unclear("an indicator that is not compared so"));
    }
    let last_year = house.now().to_zoned(jiff::tz::TimeZone::UTC).year() - 1;
    let ground = Ground { lake: &lake, card, query, last_year, t };
    let (mut choices, comparison, state) = match what {
        "territories" => territories::compare(&ground).await?,
        _ => periods::compare(&ground).await?,
    };
    choices.insert(0, ground.indicators(what));
    // Nothing counted yet: a list without an entry is no choice.
    choices.retain(|choice| !choice.options.is_empty());
    let kind = |name: &'static str, label: String| {
        let mut query = vec![("what".to_owned(), name.to_owned())];
        if offered(card, name) {
            query.push(("indicator".to_owned(), card.code.clone()));
        }
        View { href: href("/comparer", &query), label, current: name == what }
    };
    let share = [("what", what.to_owned()), ("indicator", card.code.clone())].into_iter().chain(state);
    let share: Vec<(String, String)> = share.map(|(key, value)| (key.to_owned(), value)).collect();
    let page = Page {
        chrome: Chrome::new(&house, &reader, &t.say("web-compare-title"))
            .under("/indicateurs", [])
            .marked(Tlp::Green, Pap::Green)
            .synthetic(comparison.as_ref().is_some_and(|c| c.synthetic)),
        what,
        kinds: vec![
            kind("periods", t.say("web-compare-periods")),
            kind("territories", t.say("web-compare-territories")),
        ],
        choices,
        comparison,
        indicator: (format!("/indicateurs/{}", card.code), card.label.of(t.code()).to_owned()),
        share: href("/comparer", &share),
    };
    Ok(html(&page)?)
}

/// Whether two territories, or two periods, of a card may be compared: one whose sources count in different units has no
/// figure of its own, since those are not added.
pub(crate) fn offered(card: &Card, what: &str) -> bool {
    let known_by = |dimension| card.dimensions.contains(&dimension);
    let one_unit = !known_by(Dimension::Unit);
    known_by(Dimension::Year) && one_unit && (what == "periods" || known_by(Dimension::Department))
}

/// The card a comparison starts with: between territories a rate, since counts follow the population.
fn first(what: &str) -> Result<&'static Card, Problem> {
    let cards = || CATALOGUE.cards().iter().filter(move |card| offered(card, what));
    let is_rate = |card: &&Card| !card.additive && what == "territories";
    cards().find(is_rate).or_else(|| cards().next()).ok_or(Problem::NotFound)
}

impl Ground<'_> {
    fn indicators(&self, what: &str) -> Choice {
        let cards = CATALOGUE.cards().iter().filter(|card| offered(card, what));
        let mut options: Vec<_> =
            cards.map(|card| (card.code.clone(), card.label.of(self.t.code()).to_owned())).collect();
        options.sort_by(|a, b| a.1.cmp(&b.1));
        let label = self.t.say("web-compare-indicator");
        crate::pages::choices::choice("indicator", label, None, options, &self.card.code)
    }

    /// The protected figures by a grain and, for a territory other than the whole, by department: the same table as the
    /// indicator's page shows, so that a figure is the same, and as well protected, wherever it stands.
    async fn figures(&self, grain: Dimension, by_department: bool) -> Result<Arc<Figures>, Problem> {
        let by = if by_department { vec![Dimension::Department, grain] } else { vec![grain] };
        Ok(self.lake.published(&self.card.code, Request { by, ..Request::default() }).await?)
    }

    /// The territories a reader may choose: France first, then the departments; "not located" where counts are compared.
    fn territories(&self, with_nowhere: bool) -> Vec<(String, String)> {
        let mut options = vec![(Territory::FRANCE.to_owned(), self.t.say("web-france"))];
        let codes = crate::pages::choices::codes("departments", self.t);
        options.extend(
            codes
                .into_iter()
                .filter(|(code, _)| code != Territory::ABROAD && (with_nowhere || code != Territory::NOT_LOCATED)),
        );
        options
    }

    /// The territory that a parameter names; none without one.
    fn territory(&self, name: &str, with_nowhere: bool) -> Result<Option<String>, Problem> {
        match self.query.get(name) {
            None => Ok(None),
            Some(code) if self.territories(with_nowhere).iter().any(|(known, _)| known == code) => {
                Ok(Some(code.clone()))
            }
            Some(_) => Err(Problem::Unclear("a territory")),
        }
    }

    fn side(&self, label: String, figure: Option<&Figure>) -> Side {
        let t = self.t;
        let mut detail = Vec::new();
        if let Some(figure) = figure.filter(|f| f.value.is_some()) {
            if let Some((low, high)) = figure.interval {
                let (low, high) = (t.decimal(low, self.card.decimals), t.decimal(high, self.card.decimals));
                let values = [("low", low.as_str().into()), ("high", high.as_str().into())];
                detail.push(t.say_with("web-compare-interval", &values));
            }
            if let (Some(n), Some(of)) = (figure.numerator, figure.denominator) {
                let (n, of) = (t.integer(n), t.integer(of));
                let values = [("n", n.as_str().into()), ("of", of.as_str().into())];
                detail.push(t.say_with("web-compare-made-of", &values));
            }
        }
        Side {
            label,
            value: figures::figure(t, self.card, figure),
            secret: figure.is_some_and(|f| f.status.is_hidden()),
            unit: self.card.unit.of(t.code()).to_owned(),
            detail: detail.join(" "),
        }
    }
}

/// The periods of figures, the latest first.
fn periods_of(figures: &Figures) -> Vec<Period> {
    let Some(time) = figures.by.iter().position(|d| d.grain().is_some()) else { return Vec::new() };
    let keys = figures.rows.iter().filter_map(|row| row.keys.get(time)?.as_deref()?.parse::<Period>().ok());
    let mut periods: Vec<Period> = keys.collect();
    periods.sort_unstable();
    periods.dedup();
    periods.reverse();
    periods
}

/// The figure of a territory (the whole when figures are not by department) in a period.
fn of<'a>(figures: &'a Figures, territory: &str, period: Period) -> Option<&'a Figure> {
    let period = period.to_string();
    if figures.position(Dimension::Department).is_some() {
        figures.figure(&[territory, &period])
    } else {
        figures.figure(&[&period])
    }
}
