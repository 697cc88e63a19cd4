//! One indicator: what it is, what it says, what it was made of.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::{CATALOGUE, House, LakeView};
use crate::pages::choices::{Choice, choice, codes, wanted};
use crate::pages::compare;
use crate::pages::convention::{self, Convention};
use crate::pages::drawings::{self, Drawing, Map};
use crate::pages::pivot::{Pivot, pivot};
use crate::problem::Problem;
use crate::reader::{Reader, encode, pairs};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use beffroi_desk_observatory::indicators::{Card, Certificate, Figures, Request, Sheet, coefficient_in_words, sheet};
use beffroi_desk_observatory::publication::{Leaving, MARKING, Publication, PublicationError};
use beffroi_indicators::list_of;
use beffroi_model::{Channel, Period};
use beffroi_ports::{Dimension, Filter};
use beffroi_wording::Lang;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Dimensions by which a reader may filter: each has a list of codes to choose from.
const FILTERS: [Dimension; 10] = [
    Dimension::Category,
    Dimension::Phenomenon,
    Dimension::Area,
    Dimension::Region,
    Dimension::Department,
    Dimension::VictimKind,
    Dimension::Sex,
    Dimension::AgeBand,
    Dimension::Size,
    Dimension::Sector,
];

/// A form in which the figures shown can be fetched.
struct Download {
    href: String,
    label: String,
}

#[derive(Template)]
#[template(path = "indicator.html")]
struct Page {
    chrome: Chrome,
    sheet: Sheet,
    choices: Vec<Choice>,
    /// The snapshot asked for, when it is not the latest: its number, and what that means.
    older: Option<(String, String)>,
    /// The same page over the latest snapshot.
    latest_href: String,
    views: Vec<View>,
    drawing: Option<Drawing>,
    map: Option<Map>,
    convention: Convention,
    pivot: Option<Pivot>,
    downloads: Vec<Download>,
    /// This very page, with all of its state and its snapshot in the address.
    share: String,
    certificate: Vec<(String, String)>,
}

/// Another way to see the same figures.
pub(crate) struct View {
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) current: bool,
}

/// The forms of a download: the end of its address, its media type, and how it is written.
static FORMS: [(&str, &str, Written); 4] = [
    (".sdmx.csv", "application/vnd.sdmx.data+csv; version=2.0.0", |of| Ok(of.sdmx_csv()?.into_bytes())),
    (".sdmx.json", "application/vnd.sdmx.data+json; version=2.0.0", |of| Ok(of.sdmx_json()?.into_bytes())),
    (".csv", "text/csv; charset=utf-8", |of| Ok(of.csv().into_bytes())),
    (".zip", "application/zip", |of| of.zip()),
];

type Written = fn(&Leaving<'_>) -> Result<Vec<u8>, PublicationError>;

/// `GET /indicateurs/{id}`, and the same with `.csv`, `.zip`, `.sdmx.csv`, `.sdmx.json`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let lake = house.lake().await?;
    let today = house.now().to_zoned(TimeZone::UTC).date();
    let file = FORMS.iter().find_map(|(end, kind, written)| Some((id.strip_suffix(end)?, end, kind, written)));
    if let Some((id, end, kind, written)) = file {
        let card = CATALOGUE.card(id)?;
        let request = Asked::read(&lake, card, &reader.query(), today).await?.request();
        let figures = lake.published(&card.code, request.clone()).await?;
        let publication = Publication { card, request: &request, figures: &figures, marking: MARKING };
        let leaving = publication.leave(Channel::Download, reader.figures_ceiling())?;
        let headers = [
            (header::CONTENT_TYPE, (*kind).to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}{end}\"", card.code)),
        ];
        return Ok((headers, written(&leaving)?).into_response());
    }
    let t = reader.t;
    let card = CATALOGUE.card(&id)?;
    let asked = Asked::read(&lake, card, &reader.query(), today).await?;
    let figures = lake.published(&card.code, asked.request()).await?;
    let (drawing, map) = draw(card, &asked, &figures, t);
    let chrome = Chrome::new(&house, &reader, card.label.of(t.code()))
        .marked(MARKING.tlp, MARKING.pap)
        .synthetic(figures.certificate.synthetic);
    let kept: Vec<(String, String)> = pairs(&reader.uri).into_iter().filter(|(key, _)| key != "lang").collect();
    let unpinned: Vec<(String, String)> = kept.iter().filter(|(key, _)| key != "snapshot").cloned().collect();
    let mut notes: Vec<String> = drawing.iter().filter_map(|d| d.left.clone()).collect();
    notes.extend(lake.coefficients(card).await?.iter().map(|link| coefficient_in_words(link, t)));
    if let Some(map) = &map {
        notes.extend([map.method.clone(), t.say("web-map-credit")]);
    }
    let state = asked.state(figures.certificate.snapshot);
    let page = Page {
        chrome,
        sheet: sheet(card, t),
        choices: asked.choices(card, t),
        older: asked.snapshot.filter(|n| lake.number() != Some(*n)).map(|n| older(t, n)),
        latest_href: href(&format!("/indicateurs/{}", card.code), &unpinned),
        views: views(card, &asked, &kept, t),
        drawing,
        map,
        convention: convention::of_figures(card, &figures, notes, t),
        pivot: pivot(card, &figures, t),
        downloads: downloads(card, &figures, &state, t),
        share: href(&format!("/indicateurs/{}", card.code), &state),
        certificate: certificate(&figures.certificate, t),
    };
    Ok(html(&page)?)
}

/// A snapshot that is not the latest: its number, and what a reader must know.
fn older(t: Lang, number: u64) -> (String, String) {
    let number = number.to_string();
    let text = t.say_with("web-indicator-older", &[("number", (&number).into())]);
    (number, text)
}

/// A path with its parameters.
pub(crate) fn href(path: &str, query: &[(String, String)]) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", encode(query)) }
}

/// The files of the figures shown, for the same cut; none of no figure.
fn downloads(card: &Card, figures: &Figures, state: &[(String, String)], t: Lang) -> Vec<Download> {
    if figures.rows.is_empty() {
        return Vec::new();
    }
    [
        (".csv", t.say("web-indicator-csv")),
        (".zip", t.say("web-indicator-package")),
        (".sdmx.csv", t.say("web-indicator-sdmx-csv")),
        (".sdmx.json", t.say("web-indicator-sdmx-json")),
    ]
    .map(|(end, label)| Download { href: href(&format!("/indicateurs/{}{end}", card.code), state), label })
    .into()
}

/// The ways to see the same figures: over time, on the map, revised, compared.
fn views(card: &Card, asked: &Asked, kept: &[(String, String)], t: Lang) -> Vec<View> {
    let path = format!("/indicateurs/{}", card.code);
    let own = |text: &str| text.to_owned();
    let without: Vec<(String, String)> = kept.iter().filter(|(key, _)| key != "by").cloned().collect();
    let on_map = asked.by == Some(Dimension::Department);
    let mut views = vec![View { href: href(&path, &without), label: t.say("web-view-time"), current: !on_map }];
    if breakdowns(card).any(|d| d == Dimension::Department) {
        let mut query = without;
        query.push((own("by"), own(Dimension::Department.code())));
        if asked.grain == Dimension::Month && !kept.iter().any(|(key, _)| key == "grain") {
            query.push((own("grain"), own(Dimension::Year.code())));
        }
        views.push(View { href: href(&path, &query), label: t.say("web-view-map"), current: on_map });
    }
    views.push(View {
        href: href(&format!("{path}/revisions"), kept),
        label: t.say("web-revisions-title"),
        current: false,
    });
    if compare::offered(card, "periods") {
        let query = [(own("indicator"), card.code.clone())];
        views.push(View { href: href("/comparer", &query), label: t.say("web-compare-title"), current: false });
    }
    views
}

/// What the reader asked for, made whole with what suits the card.
pub(crate) struct Asked {
    pub(crate) grain: Dimension,
    /// The last period that is over, or the one a shared link names: one that still runs would look like a fall.
    complete: Option<Period>,
    by: Option<Dimension>,
    from: Option<i16>,
    to: Option<i16>,
    filters: Vec<Filter>,
    years: Vec<i16>,
    /// The snapshot asked for; the latest when none is.
    snapshot: Option<u64>,
}

impl Asked {
    pub(crate) async fn read(
        lake: &LakeView<'_>,
        card: &Card,
        query: &BTreeMap<String, String>,
        today: Date,
    ) -> Result<Self, Problem> {
        let snapshot = match query.get("snapshot") {
            Some(text) => Some(text.parse::<u64>().map_err(|_| Problem::Unclear("a snapshot"))?),
            None => None,
        };
        let by_year = apart(card).into_iter().chain([Dimension::Year]).collect();
        let yearly = lake.published(&card.code, Request { by: by_year, snapshot, ..Request::default() }).await?;
        let mut years: Vec<i16> =
            yearly.rows.iter().filter_map(|row| row.keys.last()?.as_deref()?.parse().ok()).collect();
        years.sort_unstable();
        years.dedup();
        let default = if grains(card).any(|d| d == Dimension::Month) { Dimension::Month } else { Dimension::Year };
        let grain = match query.get("grain") {
            Some(code) => grains(card).find(|d| d.code() == code).ok_or(Problem::Unclear("a grain"))?,
            None => default,
        };
        let by = match query.get("by") {
            Some(code) => Some(breakdowns(card).find(|d| d.code() == code).ok_or(Problem::Unclear("a breakdown"))?),
            None => apart(card),
        };
        let year = |name: &str| match query.get(name) {
            Some(text) => text.parse::<i16>().ok().filter(|y| (1000..=9999).contains(y)).map(Some),
            None => Some(None),
        };
        // A shared link names the last period it shows, of whatever grain.
        let last = match query.get("to").filter(|text| text.len() > 4) {
            Some(text) => {
                let last = text.parse::<Period>().ok().filter(|p| Some(p.grain()) == grain.grain());
                Some(last.ok_or(Problem::Unclear("a period"))?)
            }
            None => None,
        };
        let from = year("from").ok_or(Problem::Unclear("a year"))?;
        let to = if last.is_some() { None } else { year("to").ok_or(Problem::Unclear("a year"))? };
        // Unasked, fine periods are shown over the last two years only.
        let untouched = query.get("from").is_none() && query.get("to").is_none();
        let from = match years.last() {
            Some(last) if untouched && grain != Dimension::Year => Some(last.min(&(today.year() - 1)) - 1),
            _ => from,
        };
        let filters = FILTERS.into_iter().filter(|d| card.dimensions.contains(d)).filter_map(|dimension| {
            let value = query.get(dimension.code())?.clone();
            Some(Filter { dimension, values: vec![value] })
        });
        let complete = last.or(grain.grain().map(|g| Period::containing(today, g).previous()));
        Ok(Self { grain, complete, by, from, to, filters: filters.collect(), years, snapshot })
    }

    pub(crate) fn request(&self) -> Request {
        let year = |y: Option<i16>| y.and_then(|y| Period::year(y).ok());
        Request {
            by: self.by.into_iter().chain([self.grain]).collect(),
            from: year(self.from),
            to: year(self.to).or(self.complete),
            filters: self.filters.clone(),
            snapshot: self.snapshot,
            ..Request::default()
        }
    }

    /// What is shown, written out as parameters: read again, they give the same figures, whatever lands meanwhile.
    fn state(&self, snapshot: u64) -> Vec<(String, String)> {
        let year = |y: Option<i16>| y.map(|y| y.to_string());
        let to = year(self.to).or(self.complete.map(|p| p.to_string()));
        let filters =
            self.filters.iter().flat_map(|f| f.values.iter().map(|value| (f.dimension.code(), value.clone())));
        let mut state: Vec<(&str, String)> = vec![("grain", self.grain.code().to_owned())];
        state.extend(self.by.map(|d| ("by", d.code().to_owned())));
        state.extend(year(self.from).map(|y| ("from", y)));
        state.extend(to.map(|to| ("to", to)));
        state.extend(filters);
        state.push(("snapshot", snapshot.to_string()));
        state.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }

    fn choices(&self, card: &Card, t: Lang) -> Vec<Choice> {
        let years = |shown: Option<i16>| {
            let all = self.years.iter().map(|y| (y.to_string(), y.to_string()));
            (all.collect::<Vec<_>>(), shown.map(|y| y.to_string()).unwrap_or_default())
        };
        let dimension = |d: Dimension| (d.code().to_owned(), drawings::dimension_label(t, d));
        let mut choices = vec![choice(
            "grain",
            t.say("web-filter-grain"),
            None,
            grains(card).map(dimension).collect(),
            self.grain.code(),
        )];
        let (all, shown) = years(self.from);
        choices.push(choice("from", t.say("web-filter-from"), Some(t.say("web-filter-first")), all, &shown));
        let (all, shown) = years(self.to);
        choices.push(choice("to", t.say("web-filter-to"), Some(t.say("web-filter-last")), all, &shown));
        let by: Vec<_> = breakdowns(card).map(dimension).collect();
        if !by.is_empty() {
            let shown = self.by.map_or("", Dimension::code);
            let none = apart(card).is_none().then(|| t.say("web-filter-none"));
            choices.push(choice("by", t.say("web-filter-by"), none, by, shown));
        }
        for dimension in FILTERS.into_iter().filter(|d| card.dimensions.contains(d)) {
            let Some(list) = list_of(dimension) else { continue };
            let shown = wanted(&self.filters, dimension);
            let label = drawings::dimension_label(t, dimension);
            choices.push(choice(dimension.code(), label, Some(t.say("web-filter-all")), codes(list, t), shown));
        }
        choices
    }
}

/// What the page of a card asks for before anybody chooses, and for each breakdown that it offers; the same in `grain`.
pub(crate) async fn offered(
    lake: &LakeView<'_>,
    card: &Card,
    grain: Option<Dimension>,
    today: Date,
) -> Result<Vec<Request>, Problem> {
    let in_grain = grain.map(|grain| ("grain".to_owned(), grain.code().to_owned()));
    let mut requests = Vec::new();
    for by in std::iter::once(None).chain(breakdowns(card).map(Some)) {
        let by = by.map(|by| ("by".to_owned(), by.code().to_owned()));
        let query = in_grain.iter().cloned().chain(by).collect();
        requests.push(Asked::read(lake, card, &query, today).await?.request());
    }
    Ok(requests)
}

/// The grains of time that the page of a card offers.
pub(crate) fn grains(card: &Card) -> impl Iterator<Item = Dimension> {
    card.dimensions.iter().copied().filter(|d| d.grain().is_some() && *d != Dimension::Day)
}

/// By what a card whose sources count in different units must be broken down: they are not added.
fn apart(card: &Card) -> Option<Dimension> {
    (card.dimensions.contains(&Dimension::Unit)).then_some(Dimension::Source)
}

/// By what a card may be broken down, time apart. One whose sources count in different units keeps them apart.
fn breakdowns(card: &Card) -> impl Iterator<Item = Dimension> {
    let several_units = apart(card).is_some();
    let keeps_apart = move |d: &Dimension| !several_units || matches!(d, Dimension::Source | Dimension::Unit);
    card.dimensions.iter().copied().filter(|d| d.grain().is_none()).filter(keeps_apart)
}

fn draw(card: &Card, asked: &Asked, figures: &Figures, t: Lang) -> (Option<Drawing>, Option<Map>) {
    if asked.by != Some(Dimension::Department) {
        return (drawings::lines("courbes", card, figures, t), None);
    }
    let periods = || figures.rows.iter().filter_map(|row| row.keys.get(1)?.as_deref()?.parse::<Period>().ok());
    let Some(last) = periods().max() else { return (None, None) };
    let key = last.to_string();
    let rows = figures.rows.iter().filter(|row| row.keys.get(1).and_then(Option::as_deref) == Some(key.as_str()));
    (None, Some(Map::draw("carte", card, figures, rows, &t.period(last), t)))
}

/// The birth certificate as terms.
fn certificate(c: &Certificate, t: Lang) -> Vec<(String, String)> {
    let sources = c.sources.iter().map(|s| {
        let vintage = s.vintage.map(|day| t.date(day));
        let parts = [Some(s.source.clone()), s.definition.clone(), vintage];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    });
    let sources: Vec<String> = sources.collect();
    let lists: Vec<String> = c.code_lists.iter().map(|l| format!("{} {}", l.name, l.version)).collect();
    let period = [c.period.0.as_deref(), c.period.1.as_deref()]
        .map(|p| p.map_or_else(|| "–".to_owned(), |p| figures::period(t, p)));
    let threshold = match c.disclosure_threshold {
        0 | 1 => t.say("web-certificate-no-threshold"),
        n => n.to_string(),
    };
    vec![
        (
            t.say("web-certificate-indicator"),
            format!("{} – {} {}", c.indicator, t.say("web-definition"), c.definition_version),
        ),
        (t.say("web-certificate-snapshot"), c.snapshot.to_string()),
        (t.say("web-certificate-layer"), figures::label("layers", c.layer.code(), t)),
        (t.say("web-certificate-unit"), figures::label("units_of_count", &c.unit_of_count, t)),
        (t.say("web-certificate-sources"), sources.join(" ; ")),
        (t.say("web-certificate-lists"), lists.join(" ; ")),
        (t.say("web-certificate-period"), period.join(" – ")),
        (t.say("web-certificate-filters"), c.filters.join(" ; ")),
        (t.say("web-certificate-threshold"), threshold),
        (t.say("web-certificate-computed"), figures::instant(t, c.computed_at)),
        (t.say("web-certificate-program"), c.program_version.clone()),
        (t.say("web-certificate-digest"), c.digest.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_model::Grain;

    #[test]
    fn every_card_offers_a_grain() {
        for card in CATALOGUE.cards() {
            assert!(card.dimensions.iter().any(|d| d.grain().is_some_and(|g| g > Grain::Day)), "{}", card.code);
        }
    }
}
