//! The catalogue of indicators: found by a word, narrowed by layer, theme and periodicity, each with its latest figure.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::folding::holds;
use crate::house::{CATALOGUE, House};
use crate::pages::choices::{Choice, choice};
use crate::pages::latest::Latest;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_desk_observatory::indicators::{Card, IndicatorLine, list};
use beffroi_model::{Grain, Layer, Pap, Tlp};
use beffroi_wording::Lang;
use std::collections::BTreeMap;

/// The longest search that is read, in characters.
const LONGEST: usize = 200;

/// The indicators of one layer: layers are shown apart, because they are never added.
struct Group {
    id: &'static str,
    label: String,
    lines: Vec<Line>,
}

struct Line {
    line: IndicatorLine,
    definition: String,
    periodicity: String,
    theme: String,
    latest: Option<Shown>,
}

/// The latest figure of a line.
struct Shown {
    value: String,
    period: String,
    spark: String,
}

#[derive(Template)]
#[template(path = "indicators.html")]
struct Page {
    chrome: Chrome,
    /// The text searched.
    q: String,
    choices: Vec<Choice>,
    groups: Vec<Group>,
    /// How many are shown, in words.
    n_shown: String,
    /// Whether anything narrows the list.
    narrowed: bool,
}

/// What the reader looks for.
struct Wanted {
    q: String,
    layer: Option<Layer>,
    theme: Option<String>,
    periodicity: Option<Grain>,
}

impl Wanted {
    fn read(query: &BTreeMap<String, String>) -> Result<Self, Problem> {
        let theme = query.get("theme").cloned();
        if theme.as_ref().is_some_and(|theme| !themes().contains(&theme.as_str())) {
            return Err(Problem::Unclear("a theme"));
        }
        let layer = query.get("layer").map(|code| code.parse::<Layer>().map_err(|_| Problem::Unclear("a layer")));
        let grain =
            query.get("periodicity").map(|code| code.parse::<Grain>().map_err(|_| Problem::Unclear("a periodicity")));
        Ok(Self {
            q: query.get("q").map(|q| q.trim().chars().take(LONGEST).collect()).unwrap_or_default(),
            layer: layer.transpose()?,
            theme,
            periodicity: grain.transpose()?,
        })
    }

    fn keeps(&self, card: &Card) -> bool {
        self.layer.is_none_or(|layer| card.layer == layer)
            && self.theme.as_ref().is_none_or(|theme| card.unit_of_count == *theme)
            && self.periodicity.is_none_or(|grain| card.periodicity == grain)
            && (self.q.is_empty() || holds(&searched(card), &self.q))
    }

    fn narrows(&self) -> bool {
        !self.q.is_empty() || self.layer.is_some() || self.theme.is_some() || self.periodicity.is_some()
    }

    fn choices(&self, t: Lang) -> Vec<Choice> {
        let all = || Some(t.say("web-filter-all"));
        let layers = Layer::ALL.into_iter().filter(|layer| CATALOGUE.cards().iter().any(|c| c.layer == *layer));
        let layers = layers.map(|layer| (layer.code().to_owned(), figures::label("layers", layer.code(), t)));
        let mut themes: Vec<_> = themes().into_iter().map(|code| (code.to_owned(), theme(code, t))).collect();
        themes.sort_by(|a, b| a.1.cmp(&b.1));
        let grains = Grain::ALL.into_iter().filter(|g| CATALOGUE.cards().iter().any(|c| c.periodicity == *g));
        let grains = grains.map(|grain| (grain.code().to_owned(), periodicity(grain.code(), t)));
        let shown = |code: Option<&str>| code.unwrap_or_default().to_owned();
        vec![
            choice(
                "layer",
                t.say("web-indicators-layer"),
                all(),
                layers.collect(),
                &shown(self.layer.map(Layer::code)),
            ),
            choice("theme", t.say("web-indicators-theme"), all(), themes, &shown(self.theme.as_deref())),
            choice(
                "periodicity",
                t.say("web-indicators-periodicity"),
                all(),
                grains.collect(),
                &shown(self.periodicity.map(Grain::code)),
            ),
        ]
    }
}

/// All the text of a card by which it is found, in both languages.
fn searched(card: &Card) -> String {
    let mut text = vec![card.code.clone(), card.sources.join(" "), card.code.replace('-', " ")];
    for lang in Lang::ALL {
        text.extend([&card.label, &card.definition, &card.unit].map(|of| of.of(lang.code()).to_owned()));
        text.push(theme(&card.unit_of_count, lang));
        text.push(figures::label("layers", card.layer.code(), lang));
    }
    text.join(" ")
}

/// What is counted: the themes of the catalogue.
fn themes() -> Vec<&'static str> {
    let mut codes: Vec<&str> = CATALOGUE.cards().iter().map(|card| card.unit_of_count.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn theme(code: &str, t: Lang) -> String {
    figures::label("units_of_count", code, t)
}

fn periodicity(code: &str, t: Lang) -> String {
    t.say(&format!("indicator-dimension-{code}"))
}

/// `GET /indicateurs`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let wanted = Wanted::read(&reader.query())?;
    let lake = house.lake().await?;
    let most = house.now().to_zoned(jiff::tz::TimeZone::UTC).year() - 1;
    let lines = list(&CATALOGUE, t);
    let (mut groups, mut synthetic, mut n) = (Vec::new(), false, 0_i64);
    for layer in Layer::ALL {
        let mut of_layer = Vec::new();
        for card in CATALOGUE.cards().iter().filter(|card| card.layer == layer && wanted.keeps(card)) {
            let Some(line) = lines.iter().find(|line| line.id == card.code).cloned() else { continue };
            let latest = lake.latest(card, most).await?;
            synthetic |= latest.as_ref().is_some_and(|latest| latest.synthetic);
            of_layer.push(Line {
                definition: card.definition.of(t.code()).to_owned(),
                periodicity: periodicity(&line.periodicity, t),
                theme: theme(&card.unit_of_count, t),
                latest: latest.map(|latest| shown(&latest, card, t)),
                line,
            });
            n += 1;
        }
        if !of_layer.is_empty() {
            let label = figures::label("layers", layer.code(), t);
            groups.push(Group { id: layer.code(), label, lines: of_layer });
        }
    }
    let chrome =
        Chrome::new(&house, &reader, &t.say("web-nav-indicators")).marked(Tlp::Green, Pap::Green).synthetic(synthetic);
    let page = Page {
        chrome,
        choices: wanted.choices(t),
        groups,
        n_shown: t.say_with("web-indicators-shown", &[("count", n.into())]),
        narrowed: wanted.narrows(),
        q: wanted.q,
    };
    Ok(html(&page)?)
}

fn shown(latest: &Latest, card: &Card, t: Lang) -> Shown {
    Shown { value: latest.value(card, t), period: t.period(latest.period), spark: latest.spark(card, t) }
}
