//! Figures as the observations of a data set.

use super::code::{NO_VALUE, TOTAL, code};
use super::lists::unit_of;
use super::structure::{
    CERTIFICATE, CODE_LISTS, DATA_SOURCE, DEFINITION_VERSION, FILTERS, LAYER, OF_A_RATE, SNAPSHOT, SOURCE_DEFINITION,
    SYNTHETIC_DATA, UNIT_COUNT, VINTAGE, dimensions,
};
use super::{Publication, PublicationError};
use crate::indicators::Figure;
use beffroi_model::Period;
use beffroi_ports::Dimension;
use beffroi_sdmx::{Action, CONF_STATUS, DECIMALS, DataSet, OBS_STATUS, Observation, TimePeriod, UNIT_MEASURE, Value};
use std::collections::BTreeMap;

/// Free for publication.
const FREE: &str = "F";
/// A normal value, a break in the series, a missing value (SDMX, `CL_OBS_STATUS`).
const NORMAL: &str = "A";
const BREAK: &str = "B";
const MISSING: &str = "O";
/// Counts up to this are whole in the number they come in.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What each row shows of one dimension.
enum Shown {
    /// Its own key, at that place.
    Key(usize),
    /// The same code in every row.
    Fixed(String),
}

/// The figures as one data set of the card's structure.
///
/// # Errors
/// [`PublicationError`] when SDMX cannot say the request, or there is no figure.
pub(super) fn of(of: &Publication<'_>) -> Result<DataSet, PublicationError> {
    let Publication { card, request, figures, .. } = of;
    if figures.rows.is_empty() {
        return Err(PublicationError::Empty { indicator: card.code.clone() });
    }
    let dated = dated(of)?;
    let mut shown = Vec::new();
    for dimension in dimensions(card) {
        shown.push(match figures.position(dimension) {
            Some(at) => Shown::Key(at),
            None => match request.filters.iter().find(|filter| filter.dimension == dimension) {
                None => Shown::Fixed(TOTAL.to_owned()),
                Some(filter) => match filter.values.as_slice() {
                    [only] => Shown::Fixed(code(only)),
                    _ => return Err(PublicationError::Codes { dimension: dimension.code() }),
                },
            },
        });
    }
    let mut observations = Vec::new();
    for row in &figures.rows {
        let period = match &dated {
            Shown::Key(at) => row.keys.get(*at).cloned().flatten().unwrap_or_default(),
            Shown::Fixed(period) => period.clone(),
        };
        let time: TimePeriod = period.parse()?;
        let mut key = vec![time.frequency().code().to_owned()];
        key.extend(shown.iter().map(|shown| match shown {
            Shown::Key(at) => row.keys.get(*at).cloned().flatten().map_or_else(|| NO_VALUE.to_owned(), |k| code(&k)),
            Shown::Fixed(code) => code.clone(),
        }));
        observations.push(observation(of, row, key, time, period.parse().ok()));
    }
    let set = DataSet { action: Action::Information, vintage: None, attributes: said(of), observations };
    Ok(set)
}

/// What dates the rows: the one dimension of time asked for, else the one period that was asked for.
fn dated(of: &Publication<'_>) -> Result<Shown, PublicationError> {
    let Publication { card, request, figures, .. } = of;
    let times: Vec<Dimension> = figures.by.iter().copied().filter(|d| d.grain().is_some()).collect();
    match times.as_slice() {
        [time] => Ok(Shown::Key(figures.position(*time).unwrap_or_default())),
        [] => {
            let of_time = |d: &Dimension| d.grain().is_some();
            let only = request.filters.iter().find_map(|filter| match filter.values.as_slice() {
                [only] if of_time(&filter.dimension) => Some(only.clone()),
                _ => None,
            });
            let asked = request.from.filter(|from| request.to == Some(*from)).map(|period| period.to_string());
            asked.or(only).map(Shown::Fixed).ok_or_else(|| {
                let grains = card.dimensions.iter().filter(|d| of_time(d)).map(|d| d.code());
                PublicationError::NoPeriod {
                    indicator: card.code.clone(),
                    grains: grains.collect::<Vec<_>>().join(", "),
                }
            })
        }
        several => Err(PublicationError::Periods {
            indicator: card.code.clone(),
            asked: several.iter().map(|d| d.code()).collect::<Vec<_>>().join(", "),
        }),
    }
}

fn observation(
    of: &Publication<'_>,
    row: &Figure,
    key: Vec<String>,
    time: TimePeriod,
    period: Option<Period>,
) -> Observation {
    if row.status.is_hidden() {
        return Observation::protected(key, time);
    }
    let value = row.value.filter(|value| value.is_finite()).map(value_of);
    let broken = |p: Period| of.card.breaks.iter().any(|b| p.start() <= b.at.start() && b.at.start() <= p.end());
    let status = match (&value, period) {
        (None, _) => MISSING,
        (Some(_), Some(period)) if broken(period) => BREAK,
        (Some(_), _) => NORMAL,
    };
    let mut attributes = pairs([(OBS_STATUS, status), (CONF_STATUS, FREE)]);
    let mut tell = |id: &str, text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            attributes.insert(id.to_owned(), text);
        }
    };
    tell(DATA_SOURCE, row.source.clone());
    tell(SOURCE_DEFINITION, row.definition.clone());
    if !of.card.additive {
        let of_a_rate = [row.numerator, row.denominator, row.interval.map(|i| i.0), row.interval.map(|i| i.1)];
        for (id, number) in OF_A_RATE.into_iter().zip(of_a_rate) {
            tell(id, number.filter(|n| n.is_finite()).map(|n| n.to_string()));
        }
    }
    Observation { key, period: time, value, attributes }
}

/// A whole number as such, so that counts are not written with a point.
fn value_of(value: f64) -> Value {
    let whole = value.fract() == 0.0 && value.abs() <= EXACT;
    if whole { Value::Whole(value as i64) } else { Value::Real(value) }
}

/// What is said of all figures together.
fn said(of: &Publication<'_>) -> BTreeMap<String, String> {
    let (card, certificate) = (of.card, &of.figures.certificate);
    let unit = if certificate.unit_of_count.is_empty() { &card.unit_of_count } else { &certificate.unit_of_count };
    let lists: Vec<String> = certificate.code_lists.iter().map(|l| format!("{} {}", l.name, l.version)).collect();
    let vintage = certificate.sources.iter().filter_map(|source| source.vintage).max();
    let mut all = pairs([
        (UNIT_MEASURE, unit_of(card).as_str()),
        (UNIT_COUNT, unit),
        (DECIMALS, &card.decimals.to_string()),
        (DEFINITION_VERSION, &certificate.definition_version),
        (LAYER, &code(card.layer.code())),
        (SNAPSHOT, &certificate.snapshot.to_string()),
        (CERTIFICATE, &certificate.digest),
        (SYNTHETIC_DATA, if certificate.synthetic { "true" } else { "false" }),
        (CODE_LISTS, &lists.join("; ")),
        (FILTERS, &certificate.filters.join("; ")),
        (VINTAGE, &vintage.map(|day| day.to_string()).unwrap_or_default()),
    ]);
    all.retain(|_, text| !text.is_empty());
    all
}

fn pairs<const N: usize>(all: [(&str, &str); N]) -> BTreeMap<String, String> {
    all.map(|(id, text)| (id.to_owned(), text.to_owned())).into()
}
